"""Where somebody can be reached in Teams, in our own fields: saved SDK objects break when the SDK is replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ConversationReference:
    """One person's chat with the bot. ``user``: the person's Entra id, or the Teams id where there is none. ``scope``: "personal".

    ``service_url``: as a verified activity gave it; the bot's token is sent there. ``bot``: the bot's Teams id ("28:…").
    """

    tenant: str
    user: str
    conversation: str
    service_url: str
    bot: str
    scope: str = "personal"


class References(Protocol):
    """The references kept: each person's newest."""

    def keep(self, reference: ConversationReference) -> None:
        """Nothing: kept, in place of an older one of the same tenant and user."""

    def of_user(self, tenant: str, user: str) -> ConversationReference | None:
        """Where that person is reached; None where the app never met them."""
