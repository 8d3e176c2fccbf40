"""What staff see in Slack, over real HTTP against a stand-in of Slack that refuses what Slack refuses."""

from __future__ import annotations

import asyncio
import html
import json
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from adapters.slack import once, views
from adapters.slack.answers import WENT_WRONG
from bot.conversation import Conversation
from bot.heard import Heard
from bot.ports import Sent
from bot.reply import Reply
from tests.adapters.slack import payloads
from tests.adapters.slack.running import BIRCH, FRIENDS, HOSTILE, LONG, PUBLIC_URL, RunningDoor, conversation_of, two_schools
from tests.stand_ins.slack import SlackStandIn, Workspace

QUESTION = "Can I accept a friend request from a parent?"
EMERGENCY = "A pupil has just been stabbed in the playground"


def said(slack: SlackStandIn) -> str:
    """All that was shown, as a person reads it."""
    return "\n".join(html.unescape(one.text) for one in slack.posted)


def test_a_direct_message_is_answered_where_it_stands(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    assert slack.deliver(door.url, payloads.message(slack, known, QUESTION)).status_code == 200
    (shown,) = slack.posted
    assert (shown.how, shown.channel, shown.seen_by) == ("chat.postMessage", "DU1", "")
    assert FRIENDS in html.unescape(shown.text)
    assert shown.body["unfurl_links"] is False
    assert f"{PUBLIC_URL}/alder/policies/conduct/editions/1" in json.dumps(shown.blocks)
    assert slack.late == []
    assert slack.refused == []


def test_a_message_in_a_thread_is_answered_in_the_thread(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    slack.deliver(door.url, payloads.message(slack, known, QUESTION, thread_ts="1700000000.5"))
    assert slack.posted[0].body["thread_ts"] == "1700000000.5"


def test_a_mention_is_answered_so_that_only_the_asker_sees_it(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    slack.deliver(door.url, payloads.mention(slack, known, QUESTION, thread_ts="1700000000.7"))
    (shown,) = slack.posted
    assert (shown.how, shown.seen_by, shown.body["thread_ts"]) == ("chat.postEphemeral", "U1", "1700000000.7")
    assert FRIENDS in html.unescape(shown.text)


def test_an_answer_that_a_channel_cannot_show_privately_comes_as_a_direct_message(
    slack: SlackStandIn, known: Workspace, door: RunningDoor
) -> None:
    slack.deliver(door.url, payloads.mention(slack, known, QUESTION, user="U9"))
    assert [one[0] for one in slack.refused] == ["chat.postEphemeral"]
    (shown,) = slack.posted
    assert (shown.how, shown.channel) == ("chat.postMessage", "DU9")


def test_the_command_is_answered_for_the_asker_alone(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    assert slack.deliver(door.url, payloads.command(slack, known, QUESTION)).text == ""
    (shown,) = slack.posted
    assert (shown.how, shown.seen_by) == ("response_url", "U1")
    assert FRIENDS in html.unescape(shown.text)


def test_the_command_without_a_question_shows_the_help(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    slack.deliver(door.url, payloads.command(slack, known, "  "))
    assert "word for word" in said(slack)


def test_a_command_whose_address_no_longer_holds_is_answered_as_a_direct_message(
    slack: SlackStandIn, known: Workspace, door: RunningDoor
) -> None:
    body = {**payloads.command(slack, known, QUESTION), "response_url": f"{slack.address}/response/gone"}
    slack.deliver(door.url, body)
    assert [(one.how, one.channel) for one in slack.posted] == [("chat.postMessage", "DU1")]


def test_in_an_emergency_999_and_the_lead_stand_first(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    slack.deliver(door.url, payloads.message(slack, known, EMERGENCY))
    assert said(slack).startswith("If anyone may be in danger now, ring 999 first.")
    assert "Ann Alder, 01234 567890" in said(slack)


def test_the_shortcut_asks_and_answers_in_one_window(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    slack.deliver(door.url, payloads.interaction(slack, known, "shortcut", callback_id=views.ASK))
    (view,) = slack.views.values()
    sent = {**view, "state": {"values": {views.QUESTION: {views.QUESTION: {"type": "plain_text_input", "value": QUESTION}}}}}
    answer = slack.deliver(door.url, payloads.interaction(slack, known, "view_submission", view=sent)).json()
    assert answer["response_action"] == "update"
    assert FRIENDS in json.dumps(answer["view"])
    assert slack.posted == []


def test_a_message_is_checked_in_a_window_that_nobody_else_sees(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    about = {"text": QUESTION, "user": "U2", "ts": "1"}
    body = payloads.interaction(slack, known, "message_action", callback_id=views.CHECK, message=about, channel={"id": "C1"})
    slack.deliver(door.url, body)
    (view,) = slack.views.values()
    assert FRIENDS in json.dumps(view["blocks"])
    assert slack.posted == []


def test_home_shows_the_ask_box_the_policy_with_its_review_date_and_the_numbers(
    slack: SlackStandIn, known: Workspace, door: RunningDoor
) -> None:
    slack.deliver(door.url, payloads.event(slack, known, {"type": "app_home_opened", "user": "U1", "tab": "home", "channel": "DU1"}))
    shown = json.dumps(slack.homes["U1"])
    assert f"<{PUBLIC_URL}/alder/policies/conduct|Alder policy>" in shown
    assert "Next review: 1 September 2031." in shown
    assert "01234 567890" in shown
    assert "999" in shown
    assert views.HOME_QUESTION in shown


@pytest.mark.parametrize("action", ["typed", "chosen", "entered"])
def test_a_question_asked_at_home_is_answered_in_a_window(slack: SlackStandIn, known: Workspace, door: RunningDoor, action: str) -> None:
    pressed = {"action_id": views.HOME_ASK, "block_id": views.HOME_ASK, "type": "button", "value": "ask"}
    state = {"values": {views.HOME_QUESTION: {views.HOME_QUESTION: {"type": "plain_text_input", "value": QUESTION}}}}
    if action == "chosen":
        pressed, state = {**pressed, "action_id": f"{views.SUGGESTED}:0", "value": QUESTION}, {"values": {}}
    elif action == "entered":
        pressed = {"action_id": views.HOME_QUESTION, "block_id": views.HOME_QUESTION, "type": "plain_text_input", "value": QUESTION}
    view = {"type": "home", "id": "V-home", "state": state, "blocks": []}
    slack.deliver(door.url, payloads.interaction(slack, known, "block_actions", view=view, container={"type": "view"}, actions=[pressed]))
    assert FRIENDS in json.dumps(next(iter(slack.views.values()))["blocks"])


def test_the_assistant_offers_questions_and_nothing_is_missed_where_it_cannot(
    slack: SlackStandIn, known: Workspace, door: RunningDoor
) -> None:
    thread = {"user_id": "U1", "channel_id": "DU1", "thread_ts": "1.1"}
    started = {"type": "assistant_thread_started", "assistant_thread": thread}
    assert slack.deliver(door.url, payloads.event(slack, known, started)).status_code == 200
    assert slack.prompts[0]["prompts"][0]["message"]
    old = {"type": "assistant_thread_started", "assistant_thread": {"user_id": "U1", "channel_id": "DU1"}}
    assert slack.deliver(door.url, payloads.event(slack, known, old)).status_code == 200


def test_a_pressed_button_keeps_the_answer_and_takes_the_buttons_place(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    slack.deliver(door.url, payloads.message(slack, known, QUESTION))
    (shown,) = slack.posted
    before = len(shown.blocks)
    slack.deliver(door.url, payloads.pressed(slack, known, shown, "Yes"))
    assert len(slack.posted) == 1
    assert FRIENDS in json.dumps(shown.blocks)
    assert "Thank you" in json.dumps(shown.blocks)
    assert not [block for block in shown.blocks if block["type"] == "actions"]
    assert len(shown.blocks) == before - 1
    assert FRIENDS in html.unescape(shown.text)
    assert "Did this answer it?" not in shown.text


def test_a_button_under_an_answer_in_a_channel_is_answered_privately(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    slack.deliver(door.url, payloads.mention(slack, known, QUESTION))
    slack.deliver(door.url, payloads.pressed(slack, known, slack.posted[0], "No"))
    assert [one.seen_by for one in slack.posted] == ["U1", "U1"]
    assert "Thank you" in slack.posted[1].text


def test_only_the_asker_can_press(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    slack.deliver(door.url, payloads.message(slack, known, QUESTION))
    slack.deliver(door.url, payloads.pressed(slack, known, slack.posted[0], "Yes", user="U2"))
    assert "Only the person who asked" in said(slack)


def test_mentions_and_markup_in_policy_text_are_broken_but_every_word_is_there(
    slack: SlackStandIn, known: Workspace, door: RunningDoor
) -> None:
    slack.deliver(door.url, payloads.message(slack, known, "Can I share my password?"))
    (shown,) = slack.posted
    everything = shown.text + json.dumps(shown.blocks, ensure_ascii=False)
    for mention in ("<!channel>", "@here", "<@U1>", "&lt;!channel"):
        assert mention not in everything
    assert HOSTILE in html.unescape(shown.text).replace("\u2060", "")


def test_a_long_clause_arrives_whole(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    assert len(LONG) > 3_500
    slack.deliver(door.url, payloads.message(slack, known, "Can I photograph pupils with my own camera?"))
    runs = [
        run["text"] for shown in slack.posted for block in shown.blocks if block["type"] == "rich_text" for part in block["elements"]
        if part["type"] == "rich_text_quote" for run in part["elements"]
    ]  # fmt: skip
    assert LONG in "".join(runs)
    assert slack.refused == []


def test_one_school_never_sees_anothers_policy(slack: SlackStandIn, known: Workspace) -> None:
    other = slack.workspaces["xoxb-T-other"]
    with RunningDoor(slack, bot_token="xoxb-T-other") as door:  # noqa: S106
        slack.deliver(door.url, payloads.message(slack, other, QUESTION))
    assert BIRCH in said(slack)
    assert FRIENDS not in said(slack)


def test_an_unknown_workspace_is_told_how_to_connect_and_nothing_else(slack: SlackStandIn) -> None:
    strange = slack.add("T-strange")
    with RunningDoor(slack, bot_token=strange.token) as door:
        slack.deliver(door.url, payloads.message(slack, strange, QUESTION))
        slack.deliver(door.url, payloads.command(slack, strange, QUESTION))
        slack.deliver(door.url, payloads.event(slack, strange, {"type": "app_home_opened", "user": "U1", "tab": "home"}))
    assert len(slack.posted) == 2
    for shown in [*(one.text for one in slack.posted), json.dumps(slack.homes["U1"], ensure_ascii=False)]:
        assert "not connected to a school" in shown
        assert "T-strange" in shown
        assert "`workspaces` in SCHOOL.toml" in shown
        assert FRIENDS not in shown


def test_a_guest_from_another_schools_workspace_is_not_shown_this_schools_policy(
    slack: SlackStandIn, known: Workspace, door: RunningDoor
) -> None:
    slack.deliver(door.url, payloads.mention(slack, known, QUESTION, user_team="T-other"))
    assert FRIENDS not in said(slack)
    assert "not connected" in said(slack)


def test_only_a_demonstration_gives_every_workspace_a_school(slack: SlackStandIn) -> None:
    strange = slack.add("T-strange")
    with RunningDoor(slack, bot_token=strange.token, any_workspace="alder") as door:
        slack.deliver(door.url, payloads.message(slack, strange, QUESTION))
    assert FRIENDS in said(slack)


def test_whoever_asks_while_the_core_fails_is_told_so(slack: SlackStandIn, known: Workspace) -> None:
    schools = two_schools()
    schools.workspaces["slack", "T-known"] = "nowhere"
    with RunningDoor(slack, schools=schools, conversation=conversation_of(schools)) as door:
        slack.deliver(door.url, payloads.message(slack, known, QUESTION))
    assert said(slack) == WENT_WRONG


class Slow:
    """A core that thinks for longer than Slack waits."""

    def __init__(self, core: Conversation) -> None:
        self._core = core

    def hear(self, heard: Heard) -> Reply:
        """The reply, late."""
        time.sleep(0.6)
        return self._core.hear(heard)


@pytest.fixture
def slow_door(slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningDoor]:
    assert once.IN_TIME < once.LEASE.total_seconds() < once.AGAIN_IN_TIME < 3
    monkeypatch.setattr(once, "IN_TIME", 0.2)
    schools = two_schools()
    with RunningDoor(slack, schools=schools, conversation=Slow(conversation_of(schools))) as running:
        yield running


def test_a_message_is_acknowledged_in_time_however_long_the_answer_takes(
    slack: SlackStandIn, known: Workspace, slow_door: RunningDoor
) -> None:
    body = payloads.message(slack, known, QUESTION)
    started = time.monotonic()
    assert slack.deliver(slow_door.url, body).status_code == 200
    assert time.monotonic() - started < 0.5
    assert slack.posted == []
    slack.until(lambda: slack.posted)
    assert FRIENDS in said(slack)
    assert slack.deliver(slow_door.url, body, retry_num=1).status_code == 200
    assert len(slack.posted) == 1


def test_a_window_says_it_is_looking_while_the_answer_takes_long(slack: SlackStandIn, known: Workspace, slow_door: RunningDoor) -> None:
    slack.deliver(slow_door.url, payloads.interaction(slack, known, "shortcut", callback_id=views.ASK))
    (view,) = slack.views.values()
    sent = {**view, "state": {"values": {views.QUESTION: {views.QUESTION: {"value": QUESTION}}}}}
    answer = slack.deliver(slow_door.url, payloads.interaction(slack, known, "view_submission", view=sent)).json()
    assert views.LOOKING in answer["view"]["blocks"][0]["text"]["text"]
    slack.until(lambda: FRIENDS in json.dumps(slack.views[view["id"]]))


def test_a_button_in_a_window_is_answered_in_the_window(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    body = payloads.interaction(slack, known, "message_action", callback_id=views.CHECK, message={"text": QUESTION}, channel={"id": "C1"})
    slack.deliver(door.url, body)
    (view,) = slack.views.values()
    pressed = [payloads.button(view["blocks"], "Yes")]
    slack.deliver(door.url, payloads.interaction(slack, known, "block_actions", view=view, container={"type": "view"}, actions=pressed))
    after = json.dumps(slack.views[view["id"]])
    assert FRIENDS in after
    assert "Thank you" in after
    assert "Did this answer it?" not in after
    assert slack.posted == []


@pytest.mark.parametrize("method", ["conversations.open", "chat.postMessage"])
def test_how_long_slack_asks_to_wait_is_told_at_once_to_whoever_sends_a_letter(slack: SlackStandIn, door: RunningDoor, method: str) -> None:
    slack.fail(method, retry_after=40)
    outcome = door.run(asyncio.wait_for(door.door.tell("U7", "T-known", "A report needs you."), 4))
    assert (outcome.state, outcome.why, outcome.retry_after) == (Sent.FAILED, "ratelimited", timedelta(seconds=40))

    slack.fail(method, retry_after=1)
    assert door.run(door.door.tell("U7", "T-known", "A report needs you.")).state is Sent.SENT


def test_telling_somebody_who_never_wrote_opens_the_conversation(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    outcome = door.run(door.door.tell("U7", "T-known", "A question waits for you <!channel>"))
    assert outcome.state.value == "sent"
    assert [(one.channel, one.text) for one in slack.posted] == [("DU7", "A question waits for you &lt;\u2060!channel&gt;")]
    assert door.run(door.door.tell("nobody", "T-known", "Hello")).why == "user_not_found"
