"""What Slack delivers, in the shapes it documents."""

from __future__ import annotations

import time
from typing import Any

from tests.stand_ins.slack import Posted, SlackStandIn, Workspace

PERSON = "U1"
CHANNEL = "C1"


def event(slack: SlackStandIn, workspace: Workspace, inner: dict[str, Any], event_id: str | None = None) -> dict[str, Any]:
    """An event as the Events API wraps it."""
    return {
        "type": "event_callback",
        "team_id": workspace.team,
        "api_app_id": "A1",
        "event_id": event_id or f"Ev{slack.number()}",
        "event_time": int(time.time()),
        "authorizations": [{"team_id": workspace.team, "user_id": workspace.bot_user, "is_bot": True, "enterprise_id": None}],
        "event": inner,
    }


def message(
    slack: SlackStandIn, workspace: Workspace, text: str, *, user: str = PERSON, event_id: str | None = None, **more: Any
) -> dict[str, Any]:
    """A direct message."""
    channel = slack.direct(workspace, user or PERSON)
    inner = {"type": "message", "channel_type": "im", "channel": channel, "user": user, "text": text, "ts": f"1700000001.{slack.number()}"}
    return event(slack, workspace, {**inner, **more}, event_id)


def mention(
    slack: SlackStandIn, workspace: Workspace, text: str, *, user: str = PERSON, event_id: str | None = None, **more: Any
) -> dict[str, Any]:
    """A mention in a channel that the person and the bot are in."""
    workspace.members.setdefault(CHANNEL, {PERSON, workspace.bot_user})
    inner = {
        "type": "app_mention",
        "channel": CHANNEL,
        "user": user,
        "text": f"<@{workspace.bot_user}> {text}",
        "ts": f"1700000001.{slack.number()}",
    }
    return event(slack, workspace, {**inner, **more}, event_id)


def command(
    slack: SlackStandIn, workspace: Workspace, text: str, *, user: str = PERSON, command: str = "/policy", name: str = "pat.lee"
) -> dict[str, Any]:
    """A command, typed in a channel."""
    return {
        "command": command,
        "text": text,
        "team_id": workspace.team,
        "channel_id": CHANNEL,
        "user_id": user,
        "user_name": name,
        "trigger_id": slack.trigger(),
        "response_url": slack.response_url(workspace.team, CHANNEL, user),
    }


def interaction(slack: SlackStandIn, workspace: Workspace, kind: str, *, user: str = PERSON, **more: Any) -> dict[str, Any]:
    """A shortcut, a sent window or a pressed button."""
    trigger = slack.trigger(str((more.get("view") or {}).get("id") or ""))
    return {"type": kind, "team": {"id": workspace.team}, "user": {"id": user, "name": "pat.lee"}, "trigger_id": trigger, **more}


def pressed(slack: SlackStandIn, workspace: Workspace, posted: Posted, label: str, *, user: str = PERSON) -> dict[str, Any]:
    """A button pressed on something shown."""
    ephemeral = bool(posted.seen_by)
    container = {"type": "message", "message_ts": posted.ts, "channel_id": posted.channel, "is_ephemeral": ephemeral}
    shown = {} if ephemeral else {"message": {"ts": posted.ts, "text": posted.text, "blocks": posted.blocks}}
    return interaction(
        slack,
        workspace,
        "block_actions",
        user=user,
        container=container,
        channel={"id": posted.channel},
        actions=[button(posted.blocks, label)],
        response_url=slack.response_url(workspace.team, posted.channel, user, replaces=posted),
        **shown,
    )


def button(blocks: list[dict[str, Any]], label: str) -> dict[str, Any]:
    """The action of pressing the button with that label."""
    found = [
        {**element, "block_id": block.get("block_id", ""), "action_ts": "1"}
        for block in blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["text"]["text"] == label
    ]
    assert found, f"there is no button {label!r}"
    return found[0]
