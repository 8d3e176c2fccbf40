"""One demo, one Chromium for all checks; for each check a browser with nothing in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e import running
from tests.e2e.browsing import Browsing, browsing, chromium
from tests.e2e.running import Running

Browse = Callable[..., Browsing]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demo at work. When the last check is done it must end by itself, and have told of no error."""
    with running.demo(tmp_path_factory.mktemp("demo")) as started:
        yield started
    said = started.said.read_text()
    assert started.status in {0, -15}, f"ended with {started.status}:\n{said[-3000:]}"
    assert "Traceback" not in said, said[-3000:]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture
def browse(demo: Running, browser: Browser) -> Iterator[Browse]:
    """Opens a browser on the demo: `browse(size=PHONE, dark=True, java_script_enabled=False)`; all are looked over when the check ends."""
    with ExitStack() as opened:

        def opening(**options: Any) -> Browsing:
            return opened.enter_context(browsing(browser, demo.url, **options))

        yield opening


@pytest.fixture(scope="session")
def playground(demo: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Microsoft's Agents Playground, as the Teams in which the demo is installed."""
    with running.playground(tmp_path_factory.mktemp("playground"), f"{demo.url}/api/messages") as started:
        yield started
