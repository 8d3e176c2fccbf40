"""Taking a report from where its letter was read: with a button in chat, or with a link in an e-mail and no sign-in.

Neither shows anything of the report but its reference; to read it, whoever took it signs in at the desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from bot.concerns.concern import Concern, State
from bot.concerns.desk import Desk, NoSuchCase
from bot.concerns.exclusion import may_see
from bot.concerns.letters import Signer
from bot.concerns.signing_in import holder_key
from bot.concerns.states import NotNow
from bot.people import same_person
from bot.school import Holder, Role


class Came(StrEnum):
    """How it came out for somebody. MINE: they have taken it, now or before. NOT_NOW: it is closed or withdrawn. NONE: it is not theirs."""

    WAITS = "waits"
    MINE = "mine"
    TAKEN = "taken"
    NOT_NOW = "not_now"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """How it came out. ``reference``, ``by``: which report, and who has taken it; both only for somebody who may know of it."""

    came: Came
    reference: str = ""
    by: Role | None = None


NONE = Acknowledged(Came.NONE)


@dataclass(frozen=True, slots=True)
class ByLink:
    """What the link of an e-mail does. A token that is forged or over looks like one of somebody who may not see the case any more."""

    desk: Desk
    signer: Signer

    def look(self, school: str, token: str) -> Acknowledged:
        """How it stands, and nothing is changed: mail scanners and previews open links before people do. Raises UnknownSchool."""
        concern_id, holders = self._read(school, token)
        return look(self.desk, school, holders, concern_id)

    def take(self, school: str, token: str) -> Acknowledged:
        """How it came out for whom the token was made for, as long as they hold that role. Raises UnknownSchool, NotKept."""
        concern_id, holders = self._read(school, token)
        return take(self.desk, school, holders, concern_id)

    def _read(self, school: str, token: str) -> tuple[str, tuple[Holder, ...]]:
        """The concern that a token names, and for whom; nobody where it is not ours, too old, another school's, or they are not there."""
        words = (self.signer.read(token) or "").split("\n")
        if len(words) != 3 or words[0] != school:
            return "", ()
        with self.desk.cases.unit(school) as unit:
            return words[1], tuple(one for one in unit.school.holders if holder_key(one) == words[2])


def link_words(school: str, concern_id: str, key: str) -> str:
    """What the token of a link says: for which report, and for whom. `key`: signing_in.holder_key of them."""
    return "\n".join((school, concern_id, key))


def look(desk: Desk, school: str, holders: Iterable[Holder], concern_id: str) -> Acknowledged:
    """How a report stands for one person, in the first of their roles that may see it."""
    with desk.cases.unit(school) as unit:
        concern = unit.concern(concern_id) if concern_id else None
        holder = next((one for one in holders if concern and may_see(unit.school, concern, one)), None)
        return _stands(concern, holder) if concern and holder else NONE


def take(desk: Desk, school: str, holders: Iterable[Holder], concern_id: str) -> Acknowledged:
    """How it came out for one person to take a report; the desk asks anew in which of their roles they may."""
    for holder in holders:
        stood = look(desk, school, (holder,), concern_id)
        if stood.came is Came.WAITS:
            with suppress(NoSuchCase, NotNow):  # it went meanwhile
                return _stands(desk.acknowledge(school, holder, concern_id), holder)
            stood = look(desk, school, (holder,), concern_id)
        if stood.came is not Came.NONE:
            return stood
    return NONE


def _stands(concern: Concern, holder: Holder) -> Acknowledged:
    if not concern.open:
        return Acknowledged(Came.NOT_NOW, concern.reference)
    if concern.state is State.RECEIVED or concern.taken_by is None:
        return Acknowledged(Came.WAITS, concern.reference)
    mine = same_person(concern.taken_by, holder)
    return Acknowledged(Came.MINE if mine else Came.TAKEN, concern.reference, concern.taken_by.role)
