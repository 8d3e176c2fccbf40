"""Slack's tokens at rest: sealed, bound to their workspace, rotated with the keys, and never a reason to take no report."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest
from slack_sdk.oauth.installation_store import Bot, Installation
from sqlalchemy import Engine, insert, select, update

from adapters.store.rotation import Rotated, check_keys, rotate
from adapters.store.sealing import Keys
from adapters.store.slack_installations import SlackInstallations
from adapters.store.slack_tokens import keys_of_tokens, seal_anew, tokens
from adapters.store.tables.slack import BOTS, INSTALLATIONS, SECRETS
from tests.adapters.store.case_examples import KEYS, NEW, OLD

BOTH, ONLY_NEW = Keys([NEW, OLD]), Keys([NEW])
IN_CLEAR = {field: f"xox-{field}-{'z' * 150}" for field in SECRETS}  # a token that is rotated is as long as that
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    return asyncio.run(work)


def installation(team: str = "T1") -> Installation:
    return Installation(app_id="A1", team_id=team, enterprise_id="E1", user_id="U1", bot_id="B1", installed_at=NOON, **IN_CLEAR)  # type: ignore[arg-type]


def kept(engine: Engine, keys: Keys = KEYS) -> SlackInstallations:
    return SlackInstallations(engine, "client", keys)


def bot(engine: Engine, keys: Keys = KEYS, team: str = "T1") -> Bot | None:
    return run(kept(engine, keys).async_find_bot(enterprise_id="E1", team_id=team))


def whole(engine: Engine, keys: Keys = KEYS, user: str | None = None) -> dict[str, Any]:
    found = run(kept(engine, keys).async_find_installation(enterprise_id="E1", team_id="T1", user_id=user))
    return {field: getattr(found, field) for field in SECRETS} if found else {}


def everything(engine: Engine) -> str:
    with engine.connect() as connection:
        return repr([connection.execute(select(table)).all() for table in (INSTALLATIONS, BOTS)])


def kept_in_clear(engine: Engine) -> None:
    """Nothing: an installation stands there as it was kept before tokens were sealed."""
    run(kept(engine).async_save(installation()))
    with engine.begin() as connection:
        connection.execute(update(INSTALLATIONS).values(IN_CLEAR))
        connection.execute(update(BOTS).values({field: IN_CLEAR[field] for field in SECRETS if field in BOTS.c}))


def test_nothing_that_opens_slack_stands_in_the_database_and_all_of_it_comes_back(engine: Engine) -> None:
    told = installation()
    run(kept(engine).async_save(told))
    assert "xox-" not in everything(engine)
    assert whole(engine) == whole(engine, user="U1") == IN_CLEAR
    found = bot(engine)
    assert found is not None
    assert (found.bot_token, found.bot_refresh_token) == (IN_CLEAR["bot_token"], IN_CLEAR["bot_refresh_token"])
    assert told.bot_token == IN_CLEAR["bot_token"]  # what was handed in stays as it was
    assert keys_of_tokens(engine) == {KEYS.newest: 8}


def test_what_stands_in_clear_from_before_is_read_and_sealed_when_it_is_written_again(engine: Engine) -> None:
    kept_in_clear(engine)
    assert whole(engine) == IN_CLEAR
    found = bot(engine)
    assert found is not None
    found.bot_token += "-fresh"
    run(kept(engine).async_save_bot(found))
    run(kept(engine).async_save(installation()))
    assert "xox" not in everything(engine)


def test_without_a_token_there_is_nothing_to_seal(engine: Engine) -> None:
    told = installation()
    for field in SECRETS[1:]:
        setattr(told, field, None)
    run(kept(engine).async_save(told))
    assert whole(engine) == dict.fromkeys(SECRETS) | {"bot_token": IN_CLEAR["bot_token"]}


def test_tokens_are_rotated_with_the_keys_and_those_in_clear_are_sealed(engine: Engine) -> None:
    kept_in_clear(engine)
    assert rotate(engine, KEYS) == Rotated(done=8, left=0, broken=0)
    assert "xox" not in everything(engine)
    assert rotate(engine, BOTH) == Rotated(done=8, left=0, broken=0)
    assert rotate(engine, BOTH) == Rotated(0, 0, 0)
    assert keys_of_tokens(engine) == {BOTH.newest: 8}
    assert whole(engine, ONLY_NEW) == IN_CLEAR


def test_a_token_that_slack_changed_meanwhile_is_not_undone_by_a_rotation(engine: Engine) -> None:
    run(kept(engine).async_save(installation()))
    token = next(one for one in tokens(engine) if one.table is BOTS)
    run(kept(engine).async_save(installation()))
    before = everything(engine)
    assert not seal_anew(engine, BOTH, token)
    assert everything(engine) == before


def test_a_token_whose_key_is_gone_keeps_signpost_from_nothing_but_that_workspace(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    check_keys(engine, KEYS)
    run(kept(engine).async_save(installation()))
    check_keys(engine, ONLY_NEW)
    assert bot(engine, ONLY_NEW) is None
    assert "slack.token_not_opened" in caplog.text
    run(kept(engine, ONLY_NEW).async_save(installation("T2")))
    assert bot(engine, ONLY_NEW, "T2") is not None
    assert rotate(engine, ONLY_NEW) == Rotated(done=0, left=8, broken=8)
    later = installation()
    later.installed_at = NOON.timestamp() + 60
    run(kept(engine, ONLY_NEW).async_save(later))  # the app was added again
    assert bot(engine, ONLY_NEW) is not None


@pytest.mark.parametrize("column", ["team_id", "client_id", "enterprise_id"])
def test_a_token_put_in_anothers_place_does_not_open(engine: Engine, column: str) -> None:
    run(kept(engine).async_save(installation()))
    with engine.begin() as connection:
        row = dict(connection.execute(select(BOTS)).mappings().one())
        connection.execute(insert(BOTS).values({**row, "id": row["id"] + 1, column: "other"}))
    names = {"team_id": "T1", "client_id": "client", "enterprise_id": "E1"} | {column: "other"}
    store = SlackInstallations(engine, names["client_id"], KEYS)
    assert run(store.async_find_bot(enterprise_id=names["enterprise_id"], team_id=names["team_id"])) is None


def test_a_token_put_in_another_field_does_not_open(engine: Engine) -> None:
    run(kept(engine).async_save(installation()))
    with engine.begin() as connection:
        connection.execute(update(BOTS).values(bot_token=BOTS.c.bot_refresh_token))
    assert bot(engine) is None


def test_what_is_no_sealed_token_is_told_as_one_that_does_not_open(engine: Engine) -> None:
    run(kept(engine).async_save(installation()))
    with engine.begin() as connection:
        connection.execute(update(BOTS).values({"bot_token": "sealed:not base64 …"}))
    assert bot(engine) is None
    assert rotate(engine, KEYS) == Rotated(done=0, left=1, broken=1)
