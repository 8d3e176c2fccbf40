"""The stand-in refuses what Slack refuses: a door that passes beside it does not pass because nobody looked."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.stand_ins import slack as stand_in
from tests.stand_ins.slack import SlackStandIn, Workspace

DIVIDER = {"type": "divider"}


def call(slack: SlackStandIn, method: str, token: str = "xoxb-T-known", **args: Any) -> dict[str, Any]:  # noqa: S107
    """What a call of the stand-in's API answers."""
    said: dict[str, Any] = httpx.post(f"{slack.api_url}{method}", json=args, headers={"authorization": f"Bearer {token}"}).json()
    return said


def test_calls_that_slack_refuses_are_refused(slack: SlackStandIn, known: Workspace) -> None:
    known.members["C1"] = {"U1", known.bot_user}
    known.members["C2"] = {"U1"}
    slack.add("T-poor", token="xoxb-poor", scopes=frozenset())  # noqa: S106
    post = {"channel": "C1", "text": "hello"}
    for error, answer in (
        ("invalid_auth", call(slack, "chat.postMessage", "xoxb-nobody", **post)),
        ("missing_scope", call(slack, "chat.postMessage", "xoxb-poor", **post)),
        ("channel_not_found", call(slack, "chat.postMessage", **{**post, "channel": "C9"})),
        ("not_in_channel", call(slack, "chat.postMessage", **{**post, "channel": "C2"})),
        ("user_not_in_channel", call(slack, "chat.postEphemeral", user="U9", **post)),
        ("invalid_blocks", call(slack, "chat.postMessage", blocks=[DIVIDER] * 51, **post)),
        ("expired_trigger_id", call(slack, "views.open", trigger_id="old", view={"type": "modal"} | _view())),
        ("unknown_method", call(slack, "chat.scheduleMessage")),
        ("invalid_auth", call(slack, "apps.connections.open", "xapp-wrong")),
        ("invalid_thread_ts", call(slack, "assistant.threads.setSuggestedPrompts", channel_id="D1", prompts=[])),
    ):
        assert answer == {"ok": False, "error": error}
    assert call(slack, "chat.postMessage", **post)["ok"]


def test_a_response_address_takes_five_answers(slack: SlackStandIn) -> None:
    url = slack.response_url("T-known", "C1", "U1")
    assert [httpx.post(url, json={"text": "x"}).status_code for _ in range(6)] == [200] * 5 + [404]
    assert httpx.post(slack.response_url("T", "C", "U"), json={"text": ""}).status_code == 400


def test_a_late_acknowledgement_is_recorded_and_delivered_again(
    slack: SlackStandIn, known: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand_in, "PATIENCE", 0.1)
    slack.delay = 0.2
    body = {"event": {}, "type": "event_callback"}
    slack.deliver(f"{slack.api_url}auth.test", body, retries=1)
    assert len(slack.late) == 2
    assert all(took > 0.1 for took in slack.late)


def _view() -> dict[str, Any]:
    return {"title": {"type": "plain_text", "text": "Title"}, "blocks": [DIVIDER]}
