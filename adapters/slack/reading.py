"""What Slack delivers, read into what was asked, by whom and where. Pure: payloads in, values out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from adapters.slack.wording import as_typed
from bot.heard import Place

TYPED_BY_PEOPLE = {"", "file_share", "thread_broadcast"}  # every other subtype tells of something that happened, or is a bot's


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in Slack. ``team``: the workspace whose school answers. ``thread_ts``: the thread it stands in, "" for none."""

    text: str
    team: str
    user: str
    channel: str = ""
    thread_ts: str = ""
    place: Place = Place.PRIVATE

    @property
    def who(self) -> str:
        """The asker's id, unique across doors."""
        return f"slack:{self.team}:{self.user}"

    @property
    def thread(self) -> str:
        """What follow-ups are understood within: one person's own thread of talk."""
        return f"slack:{self.team}:{self.channel}:{self.thread_ts}:{self.user}"


def asked_by_event(event: dict[str, Any], team: str, bot_user: str) -> Asked | None:
    """The question in a direct message or a mention; None where nobody asks this bot anything: bots, edits, deletions, joins.

    A mention inside a direct message is None too: the message itself is delivered beside it.
    """
    user, channel = str(event.get("user") or ""), str(event.get("channel") or "")
    by_bot = event.get("bot_id") or event.get("bot_profile") or user in {"", bot_user, "USLACKBOT"}
    if by_bot or event.get("hidden") or str(event.get("subtype") or "") not in TYPED_BY_PEOPLE:
        return None
    private = event.get("type") == "message"
    if private != (event.get("channel_type") == "im" or channel.startswith("D")):
        return None
    text = as_typed(str(event.get("text") or ""), bot_user)
    place = Place.PRIVATE if private else Place.SHARED
    return Asked(text, team, user, channel, str(event.get("thread_ts") or ""), place)


def guest_of(event: dict[str, Any], team: str) -> str:
    """The asker's own workspace where the event names one other than `team` (a shared channel), else ""."""
    own = event.get("user_team") or event.get("source_team") or event.get("team") or team
    return "" if own == team else str(own)


def presser_guest_of(body: dict[str, Any], team: str) -> str:
    """The presser's or sender's own workspace where a delivery names one other than `team`, else ""."""
    own = (body.get("user") or {}).get("team_id") or team
    return "" if own == team else str(own)


def asked_by_command(body: dict[str, Any], team: str) -> Asked:
    """The question in a slash command; nobody else sees one, wherever it is typed."""
    return Asked(as_typed(str(body.get("text") or "")), team, str(body.get("user_id") or ""), str(body.get("channel_id") or ""))


def asked_in_window(body: dict[str, Any], team: str, text: str) -> Asked:
    """A question asked in a window, on the Home tab or about a message."""
    return Asked(text, team, str(body.get("user", {}).get("id") or ""))


def delivery_id(body: dict[str, Any], raw: str) -> str:
    """What is handled once: the event's id, the trigger of a command or an interaction, or the digest of the body where it has none."""
    if event := body.get("event_id"):
        return f"slack:{event}"
    if trigger := body.get("trigger_id"):
        return f"slack:trigger:{trigger}"
    return f"slack:body:{hashlib.sha256(raw.encode()).hexdigest()}"


def user_name(body: dict[str, Any]) -> str:
    """The presser's name as Slack shows it, "" where the payload has none."""
    user = body.get("user", {})
    return str(user.get("name") or user.get("username") or "")
