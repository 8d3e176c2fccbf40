"""`ladder preview`: who would be pinged of a report, when and how, as the school's ladder and people are now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import RenderableType

from adapters import wiring
from adapters.settings import read_settings
from adapters.terminal.lines import say
from adapters.terminal.schools import print_json
from adapters.terminal.screen import show
from bot.concerns import words_for
from bot.concerns.chronology import in_words
from bot.concerns.concern import About, Concern, Kind, Route, Wish
from bot.concerns.exclusion import kept_from
from bot.concerns.ladder import Due, Step, Told, due, frozen_ladder, step_at, told
from bot.concerns.ladder_words import WEEKDAYS, every, span, ways_words
from bot.ladders import FrozenLadder, Way
from bot.school import ROLE_NAMES, Holder, School
from bot.school_hours import LONDON
from knowledge.errors import SignpostError

REPEATS = 2  # shown after the rungs
YEARS = range(2000, 2100)
WEEKLY = re.compile(r"([a-z]{2,9})\.?,? +(\d\d?)[:.](\d\d)", re.IGNORECASE)


class NotATime(SignpostError):
    """--at is no moment: whoever typed it can correct it."""


class NotKnown(SignpostError):
    """--about names what a report cannot be about: whoever typed it can correct it."""


def preview(school: str, at: str, about: str, *, urgent: bool, as_json: bool) -> None:
    """Nothing: prints the first steps of a report's ladder. Raises UnknownSchool, NotATime, NotKnown, NotMigrated, DatabaseUnusable."""
    named, filed_at = _about(about), moment(at, wiring.now())
    with wiring.schools_of(read_settings()).unit(school) as unit:
        found = unit.school
    frozen = frozen_ladder(found, urgent=urgent)
    concern = _concern(found, named, filed_at, urgent=urgent)
    steps = [(step, told(found, concern, step)) for step in _first_steps(frozen, filed_at)]
    if as_json:
        record = {"school": school, "urgent": urgent, "about": sorted(named), "filed_at": filed_at.isoformat()}
        print_json({**record, "steps": [_record(frozen, step, whom) for step, whom in steps]})
        return
    kind = "an urgent" if urgent else "a routine"
    title = f"{found.name}: {kind} report about {', '.join(words_for.ABOUT[one] for one in About if one in named)}, {in_words(filed_at)}"
    show(say(title, style="bold"))
    if not any(whom.holders for _, whom in steps):
        show(say("Nobody at the school may be told of it. The reporter is shown the council's officer, and nothing is kept.", 2))
        return
    show(*(line for step, whom in steps for line in _told_then(frozen, filed_at, step, whom)))
    show(*(say(line, 2) for line in _notes(found, frozen, steps)))


def moment(words: str, now: datetime) -> datetime:
    """The moment that is meant, in UTC: "now", the next "Fri 15:40", or a date with a time. London time. Raises NotATime."""
    words = words.strip()
    if words.lower() == "now":
        return now
    try:
        if weekly := WEEKLY.fullmatch(words):
            return _next(weekly[1].lower(), int(weekly[2]), int(weekly[3]), now)
        read = datetime.fromisoformat(words)
        if read.year in YEARS:
            return (read if read.tzinfo else read.replace(tzinfo=LONDON)).astimezone(UTC)
    except ValueError:
        pass
    raise NotATime(f"“{words}” is no time.", 'Give it as --at "Fri 15:40", --at "2026-07-24 15:40" or --at now.')


def _next(weekday: str, hour: int, minute: int, now: datetime) -> datetime:
    """The next such moment. Raises ValueError."""
    number = next((at for at, name in enumerate(WEEKDAYS) if name.lower().startswith(weekday)), None)
    if number is None:
        raise ValueError(weekday)
    here = now.astimezone(LONDON)
    day = here.date() + timedelta(days=(number - here.weekday()) % 7)
    found = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)
    return (found if found >= here else found + timedelta(days=7)).astimezone(UTC)


def _about(words: str) -> frozenset[About]:
    """Whom a report is about. Raises NotKnown."""
    named = [word.strip().lower() for word in words.split(",")]
    known = [one.value for one in About]
    if unknown := [word for word in named if word not in known]:
        raise NotKnown(f"A report cannot be about “{unknown[0]}”.", f"Give --about one or more of {', '.join(known)}, with commas between.")
    return frozenset(map(About, named))


def _concern(school: School, about: frozenset[About], filed_at: datetime, *, urgent: bool) -> Concern:
    """A report as it would stand when it is filed; it is kept nowhere."""
    return Concern(
        id="",
        reference="",
        filed_at=filed_at,
        route=Route.ANONYMOUS,
        about=about,
        kept_from=kept_from(school, about),
        kind=Kind.OTHER,
        wish=Wish.ACTION,
        keep_until=filed_at.date(),
        waits_since=filed_at,
        urgent=urgent,
    )


def _first_steps(frozen: FrozenLadder, filed_at: datetime) -> Iterator[Step]:
    """The rungs and some repeats, each as it goes out when it is due."""
    for number in range(len(frozen.ladder.rungs) + REPEATS):
        found: Due = due(frozen, filed_at, step_at(frozen, filed_at, number), number)
        yield found.steps[0]


def _told_then(frozen: FrozenLadder, filed_at: datetime, step: Step, whom: Told) -> Iterator[RenderableType]:
    """One step: when, and a line for each person."""
    waited = f"{span(step.at - filed_at)} later" if step.at > filed_at else "at once"
    closed = "" if frozen.hours.open_at(step.at) else ", school closed"
    yield say(f"{in_words(step.at)}  {waited}{closed}", 2)
    for one in whom.holders:
        how = ways_words(_ways(one, step)) or "cannot be reached"
        yield say(f"{ROLE_NAMES[one.role]}: {one.name} ({how})", 4, hanging=2)


def _notes(school: School, frozen: FrozenLadder, steps: list[tuple[Step, Told]]) -> Iterator[str]:
    yield f"And so on, {every(frozen.ladder)}, until somebody takes it."
    yield f"If nothing is recorded within {span(frozen.ladder.act_within, frozen.ladder)} after that, it climbs again."
    if any(whom.skipped for _, whom in steps):
        yield "Nobody of a rung's own roles may be told at some of these times: those who come next are told instead."
    unreached = dict.fromkeys(f"{ROLE_NAMES[one.role]}: {one.name}" for step, whom in steps for one in whom.holders if not _ways(one, step))
    for one in unreached:
        yield f"{one} cannot be reached: add slack, teams or email to SCHOOL.toml."
    cover = frozen.cover
    if cover and not school.holding(cover):
        yield f"{ROLE_NAMES[cover]}: nobody holds this role, so nobody else is told while the school is closed."


def _ways(holder: Holder, step: Step) -> tuple[Way, ...]:
    """The ways of a step that this holder can be reached by, as far as SCHOOL.toml tells."""
    able = {Way.CHAT: bool(holder.slack or holder.teams), Way.EMAIL: bool(holder.email)}
    return tuple(way for way in step.ways if able[way])


def _record(frozen: FrozenLadder, step: Step, whom: Told) -> dict[str, Any]:
    """A step for other programs."""
    return {
        "step": step.number,
        "at": step.at.isoformat(),
        "local": step.at.astimezone(LONDON).isoformat(),
        "open": frozen.hours.open_at(step.at),
        "roles": [role.value for role in step.roles],
        "skipped": whom.skipped,
        "told": [{"role": one.role.value, "name": one.name, "ways": [way.value for way in _ways(one, step)]} for one in whom.holders],
    }
