"""The web door running, once for each file of tests: as a school's own, and as the demo."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.adapters.web.schools import schools
from tests.adapters.web.serving import app_of, served


@pytest.fixture(scope="module")
def web() -> Iterator[httpx.Client]:
    """A school's own installation."""
    with served(app_of(schools(), public_url="https://signpost.example")) as client:
        yield client


@pytest.fixture(scope="module")
def demo() -> Iterator[httpx.Client]:
    """The demo."""
    with served(app_of(schools(), public_url="http://127.0.0.1:3978", demo=True, connected={"slack": True})) as client:
        yield client
