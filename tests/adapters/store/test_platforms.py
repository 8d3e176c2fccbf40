"""What Slack and Teams need kept: installations, states, and where people can be written to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from slack_sdk.oauth.installation_store import Installation
from sqlalchemy import Engine

from adapters.store.references import ConversationReference, TeamsReferences
from adapters.store.slack_installations import SlackInstallations, SlackStates
from tests.adapters.store.case_examples import KEYS
from tests.adapters.store.conftest import Clock

REFERENCE = ConversationReference("tenant", "user", "conversation", "https://smba.example/uk/", "28:bot")


def installation(team: str, token: str, hour: int) -> Installation:
    return Installation(
        app_id="A1",
        team_id=team,
        user_id="U1",
        bot_token=token,
        bot_id="B1",
        bot_user_id="UB1",
        bot_scopes=["chat:write"],
        installed_at=datetime(2026, 3, 2, hour, tzinfo=UTC),
    )


def test_the_newest_installation_of_a_workspace_is_found_and_no_other_ones(engine: Engine) -> None:
    kept = SlackInstallations(engine, "client", KEYS)

    async def tokens() -> list[str | None]:
        for team, token, hour in (("T1", "xoxb-old", 9), ("T2", "xoxb-two", 9), ("T1", "xoxb-new", 10)):
            await kept.async_save(installation(team, token, hour))
        bots = [await kept.async_find_bot(enterprise_id=None, team_id=team) for team in ("T1", "T2", "T3")]
        found = await kept.async_find_installation(enterprise_id=None, team_id="T1")
        await kept.async_delete_all(enterprise_id=None, team_id="T1")
        gone = await kept.async_find_bot(enterprise_id=None, team_id="T1")
        there = await kept.async_find_bot(enterprise_id=None, team_id="T2")
        return [one.bot_token if one else None for one in (*bots, found, gone, there)]

    assert asyncio.run(tokens()) == ["xoxb-new", "xoxb-two", None, "xoxb-new", None, "xoxb-two"]


def test_installations_of_another_app_are_not_ours(engine: Engine) -> None:
    asyncio.run(SlackInstallations(engine, "client", KEYS).async_save(installation("T1", "xoxb", 9)))
    assert asyncio.run(SlackInstallations(engine, "other", KEYS).async_find_bot(enterprise_id=None, team_id="T1")) is None


def test_a_state_is_good_once(engine: Engine) -> None:
    states = SlackStates(engine)

    async def tries() -> list[bool]:
        state = await states.async_issue()
        return [await states.async_consume(one) for one in ("made-up", state, state)]

    assert asyncio.run(tries()) == [False, True, False]


def test_the_newest_conversation_with_a_person_wins(engine: Engine, clock: Clock) -> None:
    references = TeamsReferences(engine, clock)
    assert references.of_user("tenant", "user") is None
    references.keep(ConversationReference("tenant", "user", "before", "https://smba.example/emea/", "28:bot"))
    references.keep(REFERENCE)
    assert references.of_user("tenant", "user") == REFERENCE
    assert references.of_user("another", "user") is None


def test_a_person_who_removed_the_bot_is_forgotten(engine: Engine, clock: Clock) -> None:
    references = TeamsReferences(engine, clock)
    references.keep(REFERENCE)
    references.forget("tenant", "nobody")
    references.forget("tenant", "user")
    assert references.of_user("tenant", "user") is None
