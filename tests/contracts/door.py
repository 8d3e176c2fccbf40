"""What a door must let the contract suite do to it: a driver for each door fulfils this with real requests against the real door."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Sender = Literal["person", "this bot", "another bot"]
Spoiled = Literal["unsigned", "forged", "stale", "malformed"]


@dataclass(frozen=True)
class Shown:
    """One thing that reached somebody. ``text``: its plain-text fallback. ``rich``: the blocks, card or HTML as sent.

    ``audience``: "private" where only the asker can see it, else "shared".
    """

    text: str
    rich: Any = None
    audience: Literal["private", "shared"] = "private"


@dataclass
class Delivered:
    """How the door answered one delivery: the HTTP status, and what was shown because of it, in order."""

    status: int
    shown: list[Shown] = field(default_factory=list)


class DoorDriver(Protocol):
    """One door, running, with the school "alder" behind workspace "known" and the school "birch" behind workspace "other".

    `lose_next`: the next thing the door tries to show is lost with an error before anybody sees it, as when the platform is down.
    Doors that a platform does not deliver to (web, terminal) say so in `delivers_events` and need not spoil, lose or repeat.
    """

    name: str
    delivers_events: bool

    def ask(
        self, text: str, *, event: str | None = None, workspace: str = "known", shared: bool = False, sender: Sender = "person"
    ) -> Delivered:
        """What asking `text` shows. `event`: the delivery's id, a new one each time where None. Waits until all is shown."""

    def press(self, shown: Shown, label: str) -> Delivered:
        """What pressing the button of that label on something shown earlier shows."""

    def ask_spoiled(self, text: str, how: Spoiled) -> Delivered:
        """What comes of a delivery that is not to be trusted."""

    def lose_next(self) -> None:
        """Nothing: the next thing shown is lost."""

    def logged(self) -> str:
        """Everything the program logged so far, at every level."""
