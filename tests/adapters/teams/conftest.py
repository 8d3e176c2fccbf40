"""The door where reports are taken, for the tests of dialogs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.adapters.teams.running import Running, running


@pytest.fixture(scope="module")
def door() -> Iterator[Running]:
    """The door, running, where reports are taken."""
    with running(with_reports=True) as one:
        yield one


@pytest.fixture
def teams(door: Running) -> Running:
    """The door, as if it had just been started."""
    door.forget()
    door.door._dialogs._known.clear()
    return door
