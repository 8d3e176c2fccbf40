"""Slack's tokens as they are kept: sealed with the keys of reports, because with one whatever the bot wrote to a lead can be read.

A sealed one is bound to its app, workspace and field. One from before they were sealed is read as it is; the next time it is written, or
the keys are rotated, it is sealed.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from copy import copy
from dataclasses import dataclass
from typing import TypeVar

from slack_sdk.oauth.installation_store import Bot, Installation
from sqlalchemy import Engine, Table, select, update

from adapters.store.keeping import keeping
from adapters.store.sealing import HEADER_BYTES, VERSION, Keys, Place
from adapters.store.tables.slack import BOTS, INSTALLATIONS, SECRETS

SEALED = "sealed:"  # no token and no address of Slack's begins so

Kept = TypeVar("Kept", Bot, Installation)


@dataclass(frozen=True, slots=True)
class Token:
    """A token, or an address that is as good as one, as it stands in the database. ``row``: the id of its row."""

    table: Table
    row: int
    field: str
    place: Place
    value: str

    @property
    def key(self) -> str:
        """The id of the key that sealed it, as hexadecimal digits; "" where it is in clear."""
        return _bytes(self.value)[len(VERSION) : HEADER_BYTES].hex() if self.value.startswith(SEALED) else ""


def sealed(kept: Kept, keys: Keys, client_id: str) -> Kept:
    """The same installation or bot with its tokens sealed."""
    anew = copy(kept)
    for field in SECRETS:
        if value := getattr(kept, field, None):
            setattr(anew, field, _sealed(value, keys, _place(client_id, kept.enterprise_id, kept.team_id, field)))
    return anew


def opened(kept: Kept, keys: Keys, client_id: str) -> Kept:
    """The same installation or bot with its tokens in clear. Raises SealBroken."""
    anew = copy(kept)
    for field in SECRETS:
        if value := getattr(kept, field, None):
            setattr(anew, field, _opened(value, keys, _place(client_id, kept.enterprise_id, kept.team_id, field)))
    return anew


def tokens(engine: Engine) -> list[Token]:
    """Every token in the database. Raises NotKept."""
    found = []
    with keeping(), engine.connect() as connection:
        for table in (INSTALLATIONS, BOTS):
            for row in connection.execute(select(table)).mappings():
                for field in SECRETS:
                    if value := row.get(field):
                        place = _place(row["client_id"], row["enterprise_id"], row["team_id"], field)
                        found.append(Token(table, row["id"], field, place, value))
    return found


def keys_of_tokens(engine: Engine) -> dict[str, int]:
    """How many tokens there are of each key, by its id; "" for those in clear. Raises NotKept."""
    return dict(Counter(token.key for token in tokens(engine)))


def seal_anew(engine: Engine, keys: Keys, token: Token) -> bool:
    """Whether the newest key seals it now: not where it was changed or deleted meanwhile. Raises SealBroken, NotKept."""
    column = token.table.c[token.field]
    anew = _sealed(_opened(token.value, keys, token.place), keys, token.place)
    change = update(token.table).where(token.table.c.id == token.row, column == token.value).values({token.field: anew})
    with keeping(), engine.begin() as connection:
        return connection.execute(change.returning(token.table.c.id)).first() is not None


def _sealed(value: str, keys: Keys, place: Place) -> str:
    return SEALED + urlsafe_b64encode(keys.seal(value.encode(), place)).decode()


def _opened(value: str, keys: Keys, place: Place) -> str:
    return keys.open(_bytes(value), place).decode() if value.startswith(SEALED) else value


def _bytes(value: str) -> bytes:
    """The sealed bytes; none, which no key opens, where it is no base64."""
    try:
        return urlsafe_b64decode(value.removeprefix(SEALED))
    except ValueError:
        return b""


def _place(client_id: str, enterprise: str | None, team: str | None, field: str) -> Place:
    """The place of a token, the same for an installation and its bot. No report's: a report always has a school."""
    return Place("", "slack", "\n".join((client_id, enterprise or "", team or "")), field)
