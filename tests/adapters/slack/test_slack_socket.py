"""Socket Mode over a real websocket: acknowledged when answered, delivered again when not."""

from __future__ import annotations

import asyncio
import html
import json
from collections.abc import Iterator

import pytest

from adapters.slack import views
from tests.adapters.slack import payloads
from tests.adapters.slack.running import FRIENDS, RunningDoor
from tests.stand_ins.slack import APP_TOKEN, SlackStandIn, Workspace

QUESTION = "Can I accept a friend request from a parent?"


@pytest.fixture
def socket_door(slack: SlackStandIn) -> Iterator[RunningDoor]:
    with RunningDoor(slack, app_token=APP_TOKEN, signing_secret="") as running:
        yield running


def test_without_a_signing_secret_nothing_is_taken_over_http(socket_door: RunningDoor) -> None:
    assert [route.path for route in socket_door.door.routes()] == []


def test_an_event_is_acknowledged_once_it_is_answered(slack: SlackStandIn, known: Workspace, socket_door: RunningDoor) -> None:
    body = payloads.message(slack, known, QUESTION)
    assert slack.send_envelope(body) == {}
    assert FRIENDS in html.unescape(slack.posted[0].text)
    assert slack.send_envelope(body, retry_attempt=1) == {}
    assert len(slack.posted) == 1


def test_a_lost_answer_is_not_acknowledged_and_given_on_the_next_delivery(
    slack: SlackStandIn, known: Workspace, socket_door: RunningDoor
) -> None:
    body = payloads.message(slack, known, QUESTION)
    slack.fail()
    assert slack.send_envelope(body, wait=0.7) is None
    assert slack.send_envelope(body, retry_attempt=1) == {}
    assert len(slack.posted) == 1


def test_commands_and_windows_come_over_the_socket_too(slack: SlackStandIn, known: Workspace, socket_door: RunningDoor) -> None:
    assert slack.send_envelope(payloads.command(slack, known, QUESTION), kind="slash_commands") == {}
    assert FRIENDS in html.unescape(slack.posted[0].text)
    view = {**views.asking(), "id": "V1", "state": {"values": {views.QUESTION: {views.QUESTION: {"value": QUESTION}}}}}
    said = slack.send_envelope(payloads.interaction(slack, known, "view_submission", view=view), kind="interactive")
    assert FRIENDS in json.dumps(said["view"])


def test_a_new_connection_is_made_where_slack_hangs_up(slack: SlackStandIn, known: Workspace, socket_door: RunningDoor) -> None:
    slack.until(lambda: slack._sockets)
    first = slack._sockets[0]
    asyncio.run_coroutine_threadsafe(first.send_json({"type": "disconnect", "reason": "refresh_requested"}), slack._loop).result(5)
    slack.until(lambda: slack._sockets and first not in slack._sockets)
    assert slack.send_envelope(payloads.message(slack, known, QUESTION)) == {}
    assert len(slack.posted) == 1


def test_a_wrong_app_token_does_not_keep_the_rest_from_starting(slack: SlackStandIn, known: Workspace) -> None:
    with RunningDoor(slack, app_token="xapp-wrong") as door:  # noqa: S106
        assert slack.deliver(door.url, payloads.message(slack, known, QUESTION)).status_code == 200
    assert ("apps.connections.open", "invalid_auth") in slack.refused
