"""The terminal as the contract suite drives it: the chat's own replies, printed wide."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from adapters.terminal.talking import Chat
from tests.contracts.door import Delivered, Sender, Shown, Spoiled
from tests.contracts.schools import editions


class TerminalDriver:
    """Two chats, one for each school."""

    name = "terminal"
    delivers_events = False

    def __init__(self) -> None:
        self._log = io.StringIO()
        self._listening = logging.StreamHandler(self._log)
        logging.getLogger().addHandler(self._listening)
        logging.getLogger().setLevel(logging.DEBUG)
        self._chats = {"known": Chat(editions()["alder"]), "other": Chat(editions()["birch"])}

    def ask(
        self, text: str, *, event: str | None = None, workspace: str = "known", shared: bool = False, sender: Sender = "person"
    ) -> Delivered:
        """What is printed."""
        out = io.StringIO()
        console = Console(file=out, width=100, markup=False, emoji=False)
        for line in self._chats[workspace].reply(text):
            console.print(line)
        return Delivered(200, [Shown(out.getvalue(), out.getvalue())])

    def press(self, shown: Shown, label: str) -> Delivered:
        """What typing the label prints."""
        return self.ask(label)

    def ask_spoiled(self, text: str, how: Spoiled) -> Delivered:
        """Nobody but the person at the keyboard delivers here."""
        raise NotImplementedError

    def lose_next(self) -> None:
        """A screen loses nothing."""
        raise NotImplementedError

    def logged(self) -> str:
        """What was logged."""
        return self._log.getvalue()

    def close(self) -> None:
        """Nothing: stops listening to the log."""
        logging.getLogger().removeHandler(self._listening)
        logging.getLogger().setLevel(logging.WARNING)


@contextmanager
def driving() -> Iterator[TerminalDriver]:
    """The terminal, ready."""
    driver = TerminalDriver()
    yield driver
    driver.close()
