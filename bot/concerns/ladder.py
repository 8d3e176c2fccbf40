"""When a report climbs to whom: the ladder as it was when the report was filed, its steps for ever, and who may be told at each.

All pure. The moment counted from is the caller's: when the report was filed, or when it began to wait again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.concerns.concern import Concern
from bot.concerns.exclusion import may_see, recipients
from bot.ladders import FrozenLadder, Ladder, Way
from bot.people import each_once, same_person
from bot.school import Holder, Role, School

LATEST_TO_ACT = timedelta(days=7)  # by the clock: what was taken on the last day of term does not rest until the next


@dataclass(frozen=True, slots=True)
class Step:
    """One step up. ``number``: from 0; those beyond the rungs repeat the last, for ever. ``at``: when it is due."""

    number: int
    at: datetime
    roles: tuple[Role, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done now, ``steps``, and the step that comes ``next``, which is later than now."""

    steps: tuple[Step, ...]
    next: Step


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a step reaches; nobody where none is left. ``skipped``: its own roles leave nobody, and those who come next are told."""

    holders: tuple[Holder, ...]
    skipped: bool = False


def frozen_ladder(school: School, *, urgent: bool) -> FrozenLadder:
    """The ladder for a report filed at a school now."""
    if urgent:
        return FrozenLadder(school.ladders.urgent, school.calendar, school.ladders.out_of_hours)
    return FrozenLadder(school.ladders.routine, school.calendar)


def step_at(frozen: FrozenLadder, since: datetime, number: int) -> datetime:
    """When a step is due that is counted from `since`."""
    if not frozen.ladder.school_hours:
        return since + _waited(frozen.ladder, number)
    at = since
    for one in range(number + 1):
        at = _after(frozen, one, at)
    return at


def due(frozen: FrozenLadder, since: datetime, now: datetime, done: int = 0) -> Due:
    """The steps from number `done` on that are due, and the one after them: once they are made, its number is the new `done`.

    Of repeats only the newest: nobody is pinged once for every hour in which the clock stood still.
    """
    steps: list[Step] = []
    number, at = done, step_at(frozen, since, done)
    while at <= now:
        if steps and steps[-1].number >= len(frozen.ladder.rungs):
            steps.pop()
        steps.append(_step(frozen, number, at, now))
        number += 1
        at = _after(frozen, number, at)
    return Due(tuple(steps), _step(frozen, number, at, at))


def made_early(frozen: FrozenLadder, number: int, now: datetime) -> Step:
    """A step that is made before its time, because nobody of the one before could be reached."""
    return _step(frozen, number, now, now)


def no_later(frozen: FrozenLadder, planned: Step, before: datetime) -> datetime:
    """When a step is due if the one before it was made at `before`, maybe early: as planned; a repeat at the latest so long after that.

    Else whoever is reached in the end, after many steps that reached nobody, would hear no more of it until their time has come too.
    """
    if planned.number < len(frozen.ladder.rungs):
        return planned.at
    return min(planned.at, _after(frozen, planned.number, before))


def act_by(frozen: FrozenLadder, taken_at: datetime) -> datetime:
    """When a case that was taken then climbs again if nothing is recorded about it."""
    ladder = frozen.ladder
    if not ladder.school_hours:
        return taken_at + ladder.act_within
    return min(frozen.hours.after_school_hours(taken_at, ladder.act_within), taken_at + max(LATEST_TO_ACT, ladder.longest_wait))


def told(school: School, concern: Concern, step: Step) -> Told:
    """Whom a step reaches, as roles are held now: those of its roles who may see the report, each person once.

    Where its roles leave nobody who is told of such a report by role, the first of those who are, one more with each step; and whoever of
    its roles was handed the report.
    """
    usual = recipients(school, concern.about, concern.kept_from)
    own = each_once(one for one in school.holding(*dict.fromkeys(step.roles)) if may_see(school, concern, one))
    if any(same_person(one, other) for one in own for other in usual):
        return Told(own)
    return Told(each_once((*usual[: step.number + 1], *own)), skipped=True)


def _step(frozen: FrozenLadder, number: int, at: datetime, goes_at: datetime) -> Step:
    """A step as it goes out then: the cover is told where the school is closed at that moment, however late it is."""
    rung = frozen.ladder.rungs[min(number, len(frozen.ladder.rungs) - 1)]
    roles = rung.roles
    if frozen.cover and frozen.cover not in roles and not frozen.hours.open_at(goes_at):
        roles = (*roles, frozen.cover)
    return Step(number, at, roles, rung.ways)


def _after(frozen: FrozenLadder, number: int, before: datetime) -> datetime:
    """When a step is due if the one before it was due then; for number 0: if the report began to wait then."""
    ladder = frozen.ladder
    wait = _waited(ladder, number) - (_waited(ladder, number - 1) if number else timedelta(0))
    if not ladder.school_hours:
        return before + wait
    return min(frozen.hours.after_school_hours(before, wait), before + ladder.longest_wait)


def _waited(ladder: Ladder, number: int) -> timedelta:
    """How long a report has waited at a step, counted as the ladder counts."""
    beyond = number - len(ladder.rungs) + 1
    return ladder.rungs[number].after if beyond <= 0 else ladder.rungs[-1].after + beyond * ladder.repeat
