"""The web as the contract suite drives it: its own middleware and pages over HTTP, without a script, as the plainest browser sees them."""

from __future__ import annotations

import html
import io
import logging
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.adapters.web.serving import app_of, served
from tests.contracts.door import Delivered, Sender, Shown, Spoiled
from tests.contracts.schools import two_schools

PUBLIC_URL = "https://signpost.example"
SCHOOLS = {"known": "alder", "other": "birch"}
TALK = re.compile(r'<div id="sp-talk">(?P<talk>.*?)<p id="sp-status"', re.DOTALL)
FORM = re.compile(r'<form class="choices" method="post" action="(?P<to>[^"]+)"[^>]*>(?P<inside>.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="conversation" value="([^"]+)">')
BUTTON = re.compile(r'<button class="quiet" name="press" value="(?P<press>[^"]+)">(?P<label>[^<]*)</button>')


class WebDriver:
    """The application that wiring would build, with the two schools."""

    name = "web"
    delivers_events = False

    def __init__(self) -> None:
        self._log = io.StringIO()
        self._listening = logging.StreamHandler(self._log)
        logging.getLogger().addHandler(self._listening)
        logging.getLogger().setLevel(logging.DEBUG)
        self._open = ExitStack()
        self._browser = self._open.enter_context(served(app_of(two_schools("web", "known", "other"), public_url=PUBLIC_URL)))

    def ask(
        self, text: str, *, event: str | None = None, workspace: str = "known", shared: bool = False, sender: Sender = "person"
    ) -> Delivered:
        """What the page shows once the form is sent."""
        return self._sent(f"/{SCHOOLS[workspace]}/ask", {"question": text})

    def press(self, shown: Shown, label: str) -> Delivered:
        """What the page shows once a button is pressed."""
        form = FORM.search(shown.rich)
        assert form, "nothing shown can be pressed"
        hidden = HIDDEN.search(form["inside"])
        carried = next(found["press"] for found in BUTTON.finditer(form["inside"]) if html.unescape(found["label"]) == label)
        assert hidden
        return self._sent(form["to"], {"conversation": hidden[1], "press": carried})

    def ask_spoiled(self, text: str, how: Spoiled) -> Delivered:
        """No platform delivers here."""
        raise NotImplementedError

    def lose_next(self) -> None:
        """A page that is lost is asked for again by the person who waits for it."""
        raise NotImplementedError

    def logged(self) -> str:
        """What was logged."""
        return self._log.getvalue()

    def close(self) -> None:
        """Nothing: stops listening to the log."""
        self._open.close()
        logging.getLogger().removeHandler(self._listening)
        logging.getLogger().setLevel(logging.WARNING)

    def _sent(self, path: str, fields: dict[str, str]) -> Delivered:
        answer = self._browser.post(path, data=fields)
        talk = TALK.search(answer.text)
        if not talk:
            return Delivered(answer.status_code, [])
        return Delivered(answer.status_code, [Shown(html.unescape(re.sub(r"<[^>]+>", " ", talk["talk"])), talk["talk"])])


@contextmanager
def driving() -> Iterator[WebDriver]:
    """The web, ready."""
    driver = WebDriver()
    yield driver
    driver.close()
