"""Chromium for the checks: pages that note whatever must not happen on any page of ours, whichever check opens them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, Route, ViewportSize, sync_playwright

# Without these, Chromium itself looks things up in the world while a check runs.
QUIET = ("--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync")
FLAGS = ("--no-sandbox", "--disable-gpu", "--font-render-hinting=none", *QUIET)  # as root there is no sandbox
DESKTOP = (1280, 800)
PHONE = (360, 740)
WITHIN = 15_000  # milliseconds for anything awaited, on a busy machine


@dataclass
class Browsing:
    """One person's browser. ``wrong``: what happened that must not: errors on the console, requests elsewhere, failures.

    ``expected``: the statuses of failures that belong to the journey.
    """

    context: BrowserContext
    base: str
    wrong: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def open(self, path: str) -> Page:
        """A new page at an address of the demo."""
        page = self.context.new_page()
        page.goto(path if path.startswith("http") else self.base + path)
        return page

    def note(self, text: str) -> None:
        """Nothing: what went wrong is noted."""
        self.wrong.append(text)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "There is no Chromium on this machine. `make e2e` installs it on Debian."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def browsing(browser: Browser, base: str, *, size: tuple[int, int] = DESKTOP, dark: bool = False, **options: Any) -> Iterator[Browsing]:
    """A browser with nothing in it. On leaving, raises AssertionError where a page did what none may do.

    `options`: as of playwright's new_context, such as java_script_enabled.
    """
    phone: dict[str, Any] = {"is_mobile": True, "has_touch": True, "device_scale_factor": 2} if size == PHONE else {}
    view = ViewportSize(width=size[0], height=size[1])
    context = browser.new_context(viewport=view, color_scheme="dark" if dark else "light", locale="en-GB", **phone, **options)
    context.set_default_timeout(WITHIN)
    visit = Browsing(context, base)
    context.on("console", lambda message: _noted_if_error(visit, message))
    context.on("weberror", lambda error: visit.note(f"script: {error.error}"))
    context.on("request", lambda request: _noted_if_elsewhere(visit, request))
    context.on("response", lambda response: _noted_if_failed(visit, response))
    try:
        yield visit
    finally:
        context.close()
    assert not visit.wrong, "\n".join(visit.wrong)


def keep_here(context: BrowserContext) -> None:
    """Nothing: what somebody else's pages ask of the world is refused (the Playground wants Microsoft's fonts)."""

    def refused(route: Route) -> None:
        route.abort()

    context.route(lambda url: urlsplit(url).hostname not in {"localhost", "127.0.0.1"}, refused)


def _noted_if_error(visit: Browsing, message: ConsoleMessage) -> None:
    """A page that breaks its own content policy is told of here too, by Chromium."""
    expected = any(f"status of {status} " in message.text for status in visit.expected)
    if message.type in {"error", "warning"} and not expected:
        visit.note(f"console: {message.text}")


def _noted_if_elsewhere(visit: Browsing, request: Request) -> None:
    if urlsplit(request.url).scheme not in {"data", "blob"} and _host(request.url) != _host(visit.base):
        visit.note(f"request elsewhere: {request.url}")


def _noted_if_failed(visit: Browsing, response: Response) -> None:
    if response.status >= 400 and response.status not in visit.expected:
        visit.note(f"{response.status}: {response.url}")


def _host(url: str) -> str:
    return urlsplit(url).netloc
