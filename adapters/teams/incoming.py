"""From an activity's JSON to what the door needs of it. Pure: nothing of the SDK, nothing trusted but its shape."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

MOST_PRESSED = 2_000  # characters a button's word may have: ours have fewer than 100
MOST_ASKED = 28_000  # Teams lets nobody write more
TAG = re.compile(r"</?at\b[^<>]*>", re.IGNORECASE)


class NotAnActivity(ValueError):
    """The body is JSON, but no activity: whoever sent it is no Bot Connector."""


class Scope(StrEnum):
    """Where an activity happened."""

    PERSONAL = "personal"
    GROUP = "groupChat"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Incoming:
    """An activity. ``user``: the Entra id where there is one, else ``sender``, the Teams id.

    ``press``: what the pressed button carried, "" for none; ``kept``: what its card carried so that it can be drawn again.
    ``dialog``: what the button of a dialog carried, with its inputs; {} for none.
    ``joined``: the bot itself was added here. ``name``: of an invoke.
    """

    type: str
    id: str
    name: str
    channel: str
    service_url: str
    tenant: str
    conversation: str
    scope: Scope
    sender: str
    sender_name: str
    user: str
    bot: str
    from_bot: bool
    text: str
    press: str
    kept: str
    dialog: dict[str, Any]
    joined: bool

    @property
    def event(self) -> str:
        """What this delivery is known by when it comes again; "" where it has no id. A digest: ids of people's chats are not stored."""
        return self._event(self.id) if self.id else ""

    @property
    def welcome(self) -> str:
        """What the welcome to this conversation is known by, so that it is said once."""
        return self._event("welcome")

    @property
    def who(self) -> str:
        """The sender's id, unique across doors."""
        return f"teams:{self.tenant}:{self.user}" if self.user else ""

    @property
    def thread(self) -> str:
        """What follow-ups are understood within: one person in one conversation."""
        return f"teams:{self.tenant}:{self.conversation}:{self.user}" if self.user else ""

    def _event(self, name: str) -> str:
        return "teams:" + sha256(f"{self.tenant}\n{self.conversation}\n{name}".encode()).hexdigest()


def read(raw: object) -> Incoming:
    """An activity read. Raises NotAnActivity where the JSON is not of an activity's shape."""
    whole = _object(raw)
    kind, conversation, sender, recipient = (
        _text(whole, "type"),
        _part(whole, "conversation"),
        _part(whole, "from"),
        _part(whole, "recipient"),
    )
    where, service_url = _text(conversation, "id"), _text(whole, "serviceUrl")
    if not kind or not where or not service_url:
        raise NotAnActivity("an activity has a type, a conversation and a service address")
    bot, sender_id = _text(recipient, "id"), _text(sender, "id")
    pressed = _pressed(whole)
    return Incoming(
        type=kind,
        id=_text(whole, "id"),
        name=_text(whole, "name"),
        channel=_text(whole, "channelId"),
        service_url=service_url,
        tenant=_tenant(whole, conversation),
        conversation=where,
        scope=_scope(conversation),
        sender=sender_id,
        sender_name=_text(sender, "name"),
        user=_text(sender, "aadObjectId") or sender_id,
        bot=bot,
        from_bot=_text(sender, "role") == "bot" or sender_id.startswith("28:") or (bool(sender_id) and sender_id == bot),
        text=_asked(whole, bot),
        press=_text(pressed, "press")[:MOST_PRESSED],
        kept=_text(pressed, "kept"),
        dialog=_dialog(whole),
        joined=_joined(whole, bot),
    )


def _asked(whole: dict[str, Any], bot: str) -> str:
    """The text without the mention of the bot; of other mentions the name stays."""
    text = _text(whole, "text")[:MOST_ASKED]
    entities = whole.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        if isinstance(entity, dict) and entity.get("type") == "mention" and _text(_part(entity, "mentioned"), "id") == bot:
            text = text.replace(_text(entity, "text") or "\0", " ")
    text = TAG.sub(" ", text).replace("&nbsp;", " ").replace("\xa0", " ")
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


def _pressed(whole: dict[str, Any]) -> dict[str, Any]:
    """What a pressed button carried: in an invoke under value.action.data, in a message (Action.Submit) as value itself."""
    value = whole.get("value")
    if not isinstance(value, dict):
        return {}
    if whole.get("type") != "invoke":
        return value
    action = value.get("action")
    data = action.get("data") if isinstance(action, dict) else None
    return data if isinstance(data, dict) else {}


def _dialog(whole: dict[str, Any]) -> dict[str, Any]:
    """What a dialog's button carried: in an invoke under value.data, as value itself where a client without dialogs sends a message."""
    value = whole.get("value")
    if not isinstance(value, dict):
        return {}
    data = value.get("data") if whole.get("type") == "invoke" else value
    return data if isinstance(data, dict) and "report" in data else {}


def _joined(whole: dict[str, Any], bot: str) -> bool:
    match whole.get("type"):
        case "conversationUpdate":
            members = whole.get("membersAdded")
            return any(isinstance(one, dict) and bot and one.get("id") == bot for one in (members if isinstance(members, list) else ()))
        case "installationUpdate":
            return whole.get("action") in {"add", "add-upgrade"}
    return False


def _tenant(whole: dict[str, Any], conversation: dict[str, Any]) -> str:
    """The tenant the channel names; "" where it names none or two."""
    data = whole.get("channelData")
    named = data.get("tenant") if isinstance(data, dict) else None
    of_channel = _text(named, "id") if isinstance(named, dict) else ""
    of_conversation = _text(conversation, "tenantId")
    if of_channel and of_conversation and of_channel != of_conversation:
        return ""
    return of_channel or of_conversation


def _scope(conversation: dict[str, Any]) -> Scope:
    """Where it happened; what is not surely a chat of two is treated as one that others can read."""
    match conversation.get("conversationType"):
        case "personal":
            return Scope.PERSONAL
        case "channel":
            return Scope.CHANNEL
    return Scope.GROUP


def _object(raw: object) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise NotAnActivity("an activity is a JSON object")
    return raw


def _part(whole: dict[str, Any], name: str) -> dict[str, Any]:
    found = whole.get(name)
    return {} if found is None else _object(found)


def _text(whole: dict[str, Any], name: str) -> str:
    found = whole.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise NotAnActivity(f"{name} of an activity is text")
    return found
