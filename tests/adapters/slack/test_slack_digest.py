"""The head's digest in Slack: for the head alone, and shown to nobody else wherever it is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.concerns.in_memory import InMemoryCases
from bot.conversation import Conversation
from bot.digest import NOT_THE_HEAD, Digests
from bot.in_memory import InMemorySchools, Kept, NoCourier
from bot.school import School
from bot.shelf import Shelves
from tests.adapters.slack import payloads
from tests.adapters.slack.reporting import HOLDERS
from tests.adapters.slack.running import PUBLIC_URL, RunningDoor, now
from tests.stand_ins.slack import SlackStandIn, Workspace

ALDER = School("alder", "Alder School", holders=HOLDERS)


@pytest.fixture(scope="module")
def knowing_door(running_slack: SlackStandIn) -> Iterator[RunningDoor]:
    """A door whose school has a head."""
    schools = InMemorySchools([Kept(ALDER)], {("slack", "T-known"): "alder"})
    digests = Digests(schools, InMemoryCases([ALDER], now), now, PUBLIC_URL)
    conversation = Conversation(schools, Shelves(), NoCourier(), now, lambda: "id", PUBLIC_URL, digests=digests)
    with RunningDoor(running_slack, schools=schools, conversation=conversation) as running:
        yield running


@pytest.mark.parametrize("typed", ["", "of last year, please"])
def test_the_head_gets_it_wherever_the_command_is_typed_and_nobody_else_sees_it(
    slack: SlackStandIn, known: Workspace, knowing_door: RunningDoor, typed: str
) -> None:
    body = payloads.command(slack, known, typed, user="UHEAD", command="/digest")
    assert slack.deliver(knowing_door.url, body).text == ""
    assert {(one.how, one.channel, one.seen_by) for one in slack.posted} == {("response_url", "C1", "UHEAD")}
    said = "\n".join(one.text for one in slack.posted)
    assert "Alder School, the last four weeks." in said
    assert f"{PUBLIC_URL}/alder/desk" in said


@pytest.mark.parametrize("user", ["U1", "ULEAD", "UDEPUTY"])
def test_nobody_but_the_head_gets_it(slack: SlackStandIn, known: Workspace, knowing_door: RunningDoor, user: str) -> None:
    slack.deliver(knowing_door.url, payloads.command(slack, known, "", user=user, command="/digest"))
    (shown,) = slack.posted
    assert (shown.seen_by, shown.text) == (user, NOT_THE_HEAD)


def test_the_word_in_a_direct_message_is_enough_and_in_a_channel_it_is_no_digest(
    slack: SlackStandIn, known: Workspace, knowing_door: RunningDoor
) -> None:
    slack.deliver(knowing_door.url, payloads.message(slack, known, "Digest", user="UHEAD"))
    assert "the last four weeks" in slack.posted[0].text
    slack.posted.clear()
    known.members[payloads.CHANNEL] = {"UHEAD", known.bot_user}
    slack.deliver(knowing_door.url, payloads.mention(slack, known, "digest", user="UHEAD"))
    assert "the last four weeks" not in "\n".join(one.text for one in slack.posted)
