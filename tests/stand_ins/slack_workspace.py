"""What the stand-in of Slack knows: workspaces, what was shown in them, how calls are made to fail, how Slack signs."""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass, field
from typing import Any

SIGNING_SECRET = "a-signing-secret-of-the-stand-in"  # noqa: S105
APP_TOKEN = "xapp-stand-in"  # noqa: S105
ALL_SCOPES = frozenset({"app_mentions:read", "assistant:write", "chat:write", "commands", "im:history", "im:write"})
NEEDED = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "conversations.open": "im:write",
    "assistant.threads.setSuggestedPrompts": "assistant:write",
    "assistant.threads.setStatus": "assistant:write",
}


@dataclass
class Workspace:
    """A workspace the app is installed in. ``members``: who is in which channel."""

    team: str
    token: str
    scopes: frozenset[str] = ALL_SCOPES
    members: dict[str, set[str]] = field(default_factory=dict)

    @property
    def bot_user(self) -> str:
        """This bot's user there."""
        return f"UBOT{self.team}"

    @property
    def bot_id(self) -> str:
        """This bot's id there."""
        return f"B{self.team}"


@dataclass
class Posted:
    """Something shown. ``how``: the method, or "response_url". ``seen_by``: one user, "" for everybody in the channel."""

    how: str
    team: str
    channel: str
    text: str
    blocks: list[dict[str, Any]]
    seen_by: str = ""
    ts: str = ""
    body: dict[str, Any] = field(default_factory=dict)


@dataclass
class Fault:
    """How the next calls fail: Slack's error code, or a 429 with Retry-After where `retry_after` is set, or a bare HTTP status."""

    methods: tuple[str, ...]
    times: int = 1
    error: str = "internal_error"
    retry_after: int | None = None
    status: int = 200


class Refuse(Exception):
    """Slack's answer {"ok": false, "error": code}."""


def signature(raw: bytes, *, secret: str = SIGNING_SECRET, at: float | None = None) -> dict[str, str]:
    """The headers Slack signs a body with."""
    stamp = str(int(time.time() if at is None else at))
    proof = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={proof}"}
