"""The Teams door as the contract suite drives it: signed activities over HTTP, answers taken by a stand-in for the Bot Connector."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from tests.adapters.teams.running import Running, button, running
from tests.contracts.door import Delivered, Sender, Shown, Spoiled
from tests.stand_ins.teams import BOT, Posted

SENDERS = {"this bot": {"id": BOT, "name": "Signpost"}, "another bot": {"id": "28:another", "name": "Another", "role": "bot"}}


class TeamsDriver:
    """One running door."""

    name = "teams"
    delivers_events = True

    def __init__(self, door: Running) -> None:
        self._door = door
        self._microsoft = door.microsoft
        self._microsoft.installed |= {"user-1"}
        self._log = io.StringIO()
        self._listening = logging.StreamHandler(self._log)
        logging.getLogger().addHandler(self._listening)
        logging.getLogger().setLevel(logging.DEBUG)

    def ask(
        self, text: str, *, event: str | None = None, workspace: str = "known", shared: bool = False, sender: Sender = "person"
    ) -> Delivered:
        """What a signed message activity shows."""
        activity = self._activity(text, event=event, workspace=workspace, shared=shared)
        if sender != "person":
            activity["from"] = SENDERS[sender]
        status, _, posted = self._door.deliver(activity)
        return Delivered(status, [_shown(one) for one in posted])

    def press(self, shown: Shown, label: str) -> Delivered:
        """What the invoke of that button shows: the card drawn again, or messages below it."""
        body, posted = self._door.press(button(shown.rich, label))
        redrawn = [Shown(body["value"]["fallbackText"], body["value"])] if body["type"].endswith("card.adaptive") else []
        return Delivered(200, [*redrawn, *map(_shown, posted)])

    def ask_spoiled(self, text: str, how: Spoiled) -> Delivered:
        """What comes of a message whose token is missing, signed by somebody else, over, or no token at all."""
        other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        long_ago = int(time.time()) - 7200
        token = {
            "unsigned": None,
            "forged": self._microsoft.token(other),
            "stale": self._microsoft.token(nbf=long_ago, exp=long_ago + 3600),
            "malformed": "ey.not-a-token",
        }[how]
        status, _, posted = self._door.deliver(self._activity(text), token)
        return Delivered(status, [_shown(one) for one in posted])

    def lose_next(self) -> None:
        """Nothing: the Bot Connector fails once."""
        self._microsoft.refusals.append((502, None))

    def logged(self) -> str:
        """What was logged."""
        return self._log.getvalue()

    def close(self) -> None:
        """Nothing: stops listening to the log."""
        logging.getLogger().removeHandler(self._listening)
        logging.getLogger().setLevel(logging.WARNING)

    def _activity(self, text: str, *, event: str | None = None, workspace: str = "known", shared: bool = False) -> dict[str, Any]:
        return self._microsoft.activity(text, event=event, tenant=f"{workspace}-tenant", scope="channel" if shared else "personal")


def _shown(posted: Posted) -> Shown:
    shown = Shown(posted.text, posted.card or posted.activity)
    return shown if posted.scope == "personal" else replace(shown, audience="shared")


@contextmanager
def driving() -> Iterator[TeamsDriver]:
    """The door, running."""
    with running() as door:
        driver = TeamsDriver(door)
        try:
            yield driver
        finally:
            driver.close()
