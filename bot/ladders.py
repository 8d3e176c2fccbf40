"""A school's ladders: who is pinged of a report after how long, until somebody takes it. What to do with them is in concerns.ladder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise

from bot.roles import Role

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SHORTEST_REPEAT = 10 * MINUTE  # who is pinged more often turns it off


class Way(StrEnum):
    """How a ping goes to somebody."""

    CHAT = "chat"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder. ``after``: counted from when the report began to wait.

    ``ways``: in the order they are tried, each next where the one before fails.
    """

    after: timedelta
    roles: tuple[Role, ...]
    ways: tuple[Way, ...] = (Way.CHAT, Way.EMAIL)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs, and how often the last is repeated. Raises ValueError where it is none: no rungs, waits that don't grow, a repeat too soon.

    ``act_within``: a case that was taken and about which nothing is recorded climbs again after so long.
    ``school_hours``: whether all these count while the school is open alone.
    ``longest_wait``: by the clock; where school hours count, no rung is later after the one before, whatever the calendar says.
    """

    rungs: tuple[Rung, ...]
    repeat: timedelta
    act_within: timedelta
    school_hours: bool = False
    longest_wait: timedelta = timedelta(hours=72)

    def __post_init__(self) -> None:
        waits = [rung.after for rung in self.rungs]
        if not waits or waits[0] < timedelta(0) or not all(one < other for one, other in pairwise(waits)):
            raise ValueError("a ladder has rungs, each later than the one before")
        if self.repeat < SHORTEST_REPEAT or min(self.act_within, self.longest_wait) <= timedelta(0):
            raise ValueError("a ladder is repeated after ten minutes at the soonest, and its other times are longer than nothing")


URGENT = Ladder(
    (
        Rung(0 * MINUTE, (Role.LEAD,)),
        Rung(30 * MINUTE, (Role.LEAD, Role.DEPUTY)),
        Rung(60 * MINUTE, (Role.LEAD, Role.DEPUTY, Role.HEAD)),
    ),
    repeat=HOUR,
    act_within=24 * HOUR,
)
ROUTINE = Ladder(
    (
        Rung(0 * HOUR, (Role.LEAD,)),
        Rung(4 * HOUR, (Role.LEAD, Role.DEPUTY)),
        Rung(8 * HOUR, (Role.LEAD, Role.DEPUTY, Role.HEAD)),
    ),
    repeat=8 * HOUR,
    act_within=24 * HOUR,  # three school days
    school_hours=True,
)


@dataclass(frozen=True, slots=True)
class Ladders:
    """The two ladders of a school. ``out_of_hours``: who else is told of an urgent report while the school is closed; None for nobody."""

    urgent: Ladder = URGENT
    routine: Ladder = ROUTINE
    out_of_hours: Role | None = Role.HEAD


USUAL = Ladders()
