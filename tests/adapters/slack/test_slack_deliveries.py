"""Deliveries: only Slack's own, each answered once, and answered after a real loss."""

from __future__ import annotations

import html
import logging
import threading
import time
from datetime import timedelta
from typing import Any

import httpx
import pytest

from adapters.slack.once import LEASE
from bot.in_memory import InMemoryHeardEvents
from tests.adapters.slack import payloads
from tests.adapters.slack.installations import InMemoryInstallations
from tests.adapters.slack.running import FRIENDS, RunningDoor, now
from tests.stand_ins.slack import SlackStandIn, Workspace, signature

QUESTION = "Can I accept a friend request from a parent?"
APP = {"client_id": "1.2", "client_secret": "client-secret", "bot_token": ""}


class Watched(InMemoryHeardEvents):
    """Events that know how often they were asked."""

    claims = 0

    def claim(self, event: str, lease: timedelta) -> bool:
        """Whether this caller may handle the event."""
        self.claims += 1
        return super().claim(event, lease)


BAD: dict[str, dict[str, Any]] = {
    "unsigned": {},
    "no time": {"x-slack-request-timestamp": ""},
    "a time in words": {"x-slack-request-timestamp": "soon"},
    "a time with a sign": {"x-slack-request-timestamp": "-1"},
    "an endless time": {"x-slack-request-timestamp": "9" * 400},
    "a signature not of ASCII": {"x-slack-signature": b"v0=\xfc\xe9"},
    "a signature cut short": {"x-slack-signature": "v0="},
}


def test_a_delivery_that_slack_did_not_sign_is_refused_before_any_work(slack: SlackStandIn, known: Workspace) -> None:
    events = Watched(now)
    with RunningDoor(slack, events=events) as door:
        for how, spoiled in BAD.items():

            def sign(raw: bytes, spoiled: dict[str, Any] = spoiled) -> dict[str, Any]:
                return {**signature(raw), **spoiled} if spoiled else {}

            assert slack.deliver(door.url, payloads.message(slack, known, QUESTION), sign=sign).status_code == 401, how
    asked = [call for call in slack.calls if call[0] != "auth.test"]  # that one is asked at the start, whoever delivers
    assert (events.claims, asked, slack.posted) == (0, [], [])


@pytest.mark.parametrize(("age", "status"), [(-310, 401), (-290, 200), (290, 200), (310, 401)])
def test_a_signature_holds_for_five_minutes(slack: SlackStandIn, known: Workspace, door: RunningDoor, age: int, status: int) -> None:
    answer = slack.deliver(door.url, payloads.message(slack, known, QUESTION), sign=lambda raw: signature(raw, at=time.time() + age))
    assert answer.status_code == status


def test_a_body_changed_after_signing_is_refused(door: RunningDoor) -> None:
    assert httpx.post(door.url, content=b'{"type": "event_callback" }', headers=signature(b'{"type": "event_callback"}')).status_code == 401


def test_a_body_that_is_not_slacks_is_answered_with_its_fault(door: RunningDoor) -> None:
    for raw, status in ((b"{not json", 400), (b"\xff\xfe", 400), (b"x" * 1_000_001, 413)):
        headers = {"content-type": "application/json", **signature(raw)}
        assert httpx.post(door.url, content=raw, headers=headers).status_code == status


def test_slacks_own_questions_about_the_address_are_answered(slack: SlackStandIn, door: RunningDoor) -> None:
    assert slack.deliver(door.url, {"type": "url_verification", "challenge": "c-1"}).text == "c-1"
    assert slack.deliver(door.url, {"ssl_check": "1", "token": "x"}).status_code == 200


def test_the_same_event_is_answered_once_across_replicas_and_restarts(slack: SlackStandIn, known: Workspace) -> None:
    events = InMemoryHeardEvents(now)
    body = payloads.message(slack, known, QUESTION)
    with RunningDoor(slack, events=events) as one, RunningDoor(slack, events=events) as other:
        both = [threading.Thread(target=slack.deliver, args=(door.url, body)) for door in (one, other)]
        for delivering in both:
            delivering.start()
        for delivering in both:
            delivering.join()
        assert slack.deliver(one.url, body).status_code == 200
    with RunningDoor(slack, events=events) as restarted:
        assert slack.deliver(restarted.url, body, retry_num=2).status_code == 200
    assert len(slack.posted) == 1
    assert slack.late == []


@pytest.mark.parametrize("kind", ["command", "press"])
def test_a_command_or_a_press_delivered_twice_is_answered_once(slack: SlackStandIn, known: Workspace, door: RunningDoor, kind: str) -> None:
    body = payloads.command(slack, known, QUESTION)
    if kind == "press":
        slack.deliver(door.url, payloads.mention(slack, known, QUESTION))
        body = payloads.pressed(slack, known, slack.posted.pop(), "Yes")
    assert {slack.deliver(door.url, body).status_code for _ in range(2)} == {200}
    assert len(slack.posted) == 1


def test_an_answer_lost_on_the_way_is_given_when_slack_delivers_again(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    body = payloads.message(slack, known, QUESTION)
    slack.fail()
    assert slack.deliver(door.url, body).status_code == 500
    assert slack.posted == []
    started = time.monotonic()
    assert slack.deliver(door.url, body, retry_num=1).status_code == 200
    assert time.monotonic() - started < 1.5, "the claim was not given back"
    assert len(slack.posted) == 1


def test_an_event_that_a_replica_died_with_is_answered_when_slack_delivers_again(slack: SlackStandIn, known: Workspace) -> None:
    events = InMemoryHeardEvents(now)
    body = payloads.message(slack, known, QUESTION)
    assert events.claim(f"slack:{body['event_id']}", LEASE)  # and then it died
    with RunningDoor(slack, events=events) as door:
        assert slack.deliver(door.url, body, retry_num=1).status_code == 200
        slack.until(lambda: slack.posted)
    assert len(slack.posted) == 1
    assert slack.late == []


def test_too_many_messages_at_once_are_waited_out_not_lost(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    slack.fail("chat.postMessage", retry_after=1)
    assert slack.deliver(door.url, payloads.message(slack, known, QUESTION)).status_code == 200
    slack.until(lambda: slack.posted)
    assert [method for method, _ in slack.calls].count("chat.postMessage") == 2


def test_a_missing_scope_is_logged_by_its_code_and_not_tried_for_ever(slack: SlackStandIn, caplog: pytest.LogCaptureFixture) -> None:
    poor = slack.add("T-known", token="xoxb-poor", scopes=frozenset({"im:history"}))  # noqa: S106
    with RunningDoor(slack, bot_token="xoxb-poor") as door:  # noqa: S106
        assert slack.deliver(door.url, payloads.message(slack, poor, QUESTION), retries=2).status_code == 200
    assert slack.refused == [("chat.postMessage", "missing_scope")]
    assert "why=missing_scope" in caplog.text


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B-another"},
        {"user": "UBOTT-known"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"user": ""},
        {"channel_type": "channel", "channel": "C1"},
    ],
)
def test_what_nobody_asked_is_not_answered(slack: SlackStandIn, known: Workspace, door: RunningDoor, more: dict[str, str]) -> None:
    assert slack.deliver(door.url, payloads.message(slack, known, QUESTION, **more)).status_code == 200
    assert slack.posted == []


def test_a_mention_inside_a_direct_message_is_answered_once(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    slack.deliver(door.url, payloads.message(slack, known, f"<@{known.bot_user}> {QUESTION}"))
    slack.deliver(door.url, payloads.mention(slack, known, QUESTION, channel="DU1"))
    assert len(slack.posted) == 1


def test_a_screenshot_sent_with_a_question_does_not_silence_the_answer(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    slack.deliver(door.url, payloads.message(slack, known, QUESTION, subtype="file_share", files=[{"id": "F1"}]))
    assert FRIENDS in html.unescape(slack.posted[0].text)


def test_what_nothing_listens_to_is_acknowledged(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    assert slack.deliver(door.url, payloads.event(slack, known, {"type": "reaction_added", "user": "U1"})).status_code == 200


def test_each_workspace_is_answered_with_its_own_token_and_slack_is_not_asked_who_we_are(slack: SlackStandIn) -> None:
    installations = InMemoryInstallations(slack.workspaces.values())
    with RunningDoor(slack, installations=installations, **APP) as door:
        for workspace in list(slack.workspaces.values()) * 3:
            slack.deliver(door.url, payloads.message(slack, workspace, QUESTION))
    assert [one.team for one in slack.posted] == ["T-known", "T-other"] * 3
    assert installations.looked_up == 2
    assert "auth.test" not in [method for method, _ in slack.calls]


def test_the_one_token_is_checked_once_however_many_messages_come(slack: SlackStandIn, known: Workspace) -> None:
    with RunningDoor(slack) as door:
        for _ in range(3):
            slack.deliver(door.url, payloads.message(slack, known, QUESTION))
    assert [method for method, _ in slack.calls].count("auth.test") == 1


def test_a_workspace_that_uninstalls_is_forgotten_at_once(slack: SlackStandIn, known: Workspace) -> None:
    installations = InMemoryInstallations(slack.workspaces.values())
    with RunningDoor(slack, installations=installations, **APP) as door:
        slack.deliver(door.url, payloads.message(slack, known, QUESTION))
        slack.deliver(door.url, payloads.event(slack, known, {"type": "app_uninstalled"}))
        assert slack.deliver(door.url, payloads.message(slack, known, QUESTION)).status_code == 200
    assert len(slack.posted) == 1
    assert list(installations.bots) == ["T-other"]


def test_no_words_of_a_message_or_an_answer_are_logged_at_any_level(
    slack: SlackStandIn, known: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asked = f"{QUESTION} zanzicanary"
    with RunningDoor(slack, app_token="xapp-stand-in") as door:  # noqa: S106
        for name in ("slack_bolt.AsyncApp", "slack_bolt.signpost", "slack_sdk.web.async_base_client"):
            logging.getLogger(name).setLevel(logging.DEBUG)
        slack.deliver(door.url, payloads.message(slack, known, asked))
        slack.deliver(door.url, payloads.mention(slack, known, asked, user="U9"))
        slack.deliver(door.url, payloads.command(slack, known, asked))
        slack.fail("chat.postMessage", error="internal_error")
        slack.deliver(door.url, payloads.message(slack, known, asked))
        slack.fail("chat.postMessage", status=503, times=2)
        slack.deliver(door.url, payloads.message(slack, known, asked))
        slack.deliver(door.url, payloads.event(slack, known, {"type": "unknown_event", "text": asked}))
        slack.deliver(door.url, payloads.interaction(slack, known, "block_actions", actions=[{"action_id": "x", "value": asked}]))
        slack.send_envelope(payloads.message(slack, known, asked))
    assert "slack.shown" in caplog.text
    for word in ("zanzicanary", "friend request", "xoxb-", "U1"):
        assert word not in caplog.text.replace("DU1", "")
