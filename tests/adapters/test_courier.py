"""Reaching the holders of a role: the first way that works, a second where it doesn't, and a plain failure where none does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from adapters import courier
from adapters.courier import DoorsCourier
from bot.ports import Outcome, Sent
from bot.school import Holder, Role, School

HEAD = Holder(Role.HEAD, "Jo Hall", slack="U1", teams="entra-1")
WORKSPACES = (("teams", "tenant-1"), ("slack", "T1"))


@dataclass
class Door:
    """A door's way of telling: `outcome`, an error to raise, or None for never coming back. ``told``: what it was given."""

    outcome: Outcome | Exception | None = Outcome(Sent.SENT, "direct")  # noqa: RUF009 (frozen)
    told: list[tuple[str, str, str]] = field(default_factory=list)

    async def tell(self, one: str, other: str, text: str) -> Outcome:
        """The outcome."""
        self.told.append((one, other, text))
        if self.outcome is None:
            await asyncio.sleep(60)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        assert self.outcome is not None
        return self.outcome


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    thread = threading.Thread(target=made.run_forever)
    thread.start()
    yield made
    made.call_soon_threadsafe(made.stop)
    thread.join(5)
    made.close()


def tell(loop: asyncio.AbstractEventLoop | None, slack: Door | None, teams: Door | None, *holders: Holder) -> Outcome:
    """How telling the head of a school came out."""
    made = DoorsCourier()
    made.loop = loop
    made.serve(lambda _: WORKSPACES, slack.tell if slack else None, teams.tell if teams else None)
    return made.tell(School("oak", "Oak", holders=holders or (HEAD,)), (Role.HEAD,), "Somebody asked.")


def test_slack_is_tried_first_and_teams_is_left_alone_where_it_works(loop: asyncio.AbstractEventLoop) -> None:
    slack, teams = Door(), Door()
    assert tell(loop, slack, teams) == Outcome(Sent.SENT, "slack")
    assert (slack.told, teams.told) == ([("U1", "T1", "Somebody asked.")], [])


def test_teams_is_the_second_way_and_the_outcome_says_why(loop: asyncio.AbstractEventLoop) -> None:
    teams = Door()
    assert tell(loop, Door(Outcome(Sent.FAILED, why="user_not_found")), teams) == Outcome(Sent.FELL_BACK, "teams", "user_not_found")
    assert teams.told == [("tenant-1", "entra-1", "Somebody asked.")]


def test_where_only_teams_is_set_up_it_is_the_first_way(loop: asyncio.AbstractEventLoop) -> None:
    assert tell(loop, None, Door()).state is Sent.SENT


def test_a_door_that_breaks_or_never_answers_is_a_failed_way(loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "PATIENCE", 0.05)
    assert tell(loop, Door(RuntimeError("words")), None) == Outcome(Sent.FAILED, why="error")
    assert tell(loop, Door(None), Door()) == Outcome(Sent.FELL_BACK, "teams", "timeout")


def test_every_holder_is_told_and_one_reached_is_enough(loop: asyncio.AbstractEventLoop) -> None:
    second = Holder(Role.HEAD, "Kit Moss", slack="U2")
    slack = Door()
    assert tell(loop, slack, None, Holder(Role.HEAD, "Nobody Known"), HEAD, HEAD, second).state is Sent.SENT
    assert [told[0] for told in slack.told] == ["U1", "U2"]


def test_without_a_holder_a_way_or_a_running_program_it_says_so() -> None:
    assert tell(None, Door(), None) == Outcome(Sent.FAILED, why="not_running")
    assert tell(None, None, None) == Outcome(Sent.FAILED, why="no_way")
    assert tell(None, Door(), None, Holder(Role.LEAD, "Ann Lee", slack="U3")) == Outcome(Sent.FAILED, why="no_holder")
