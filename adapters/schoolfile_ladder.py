"""The tables [calendar] and [ladder] of SCHOOL.toml: read, checked, and made a school's calendar and ladders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from adapters.schoolfile_values import (
    STRICT,
    Cover,
    DeskRole,
    NationName,
    OpeningHours,
    PingWay,
    Span,
    SpanInHours,
    at_least,
    listed,
)
from bot.bank_holidays import Nation
from bot.ladders import ROUTINE, SHORTEST_REPEAT, URGENT, USUAL, Ladder, Ladders, Rung
from bot.school_hours import EVERY_WEEK, SchoolHours, Term

MOST_RUNGS = 20
LEAST_BOUND = timedelta(days=1)


class _Strict(BaseModel):
    model_config = STRICT


class TermDates(_Strict):
    """The first and the last day of a term."""

    first: date
    last: date


class OpenDays(_Strict):
    """When the school is open on which weekday; closed all day where nothing is told."""

    monday: OpeningHours | None = None
    tuesday: OpeningHours | None = None
    wednesday: OpeningHours | None = None
    thursday: OpeningHours | None = None
    friday: OpeningHours | None = None
    saturday: OpeningHours | None = None
    sunday: OpeningHours | None = None


def _some_day(value: OpenDays) -> OpenDays:
    if not any(_week(value)):
        raise ValueError('has no day in it: add those the school is open, such as monday = "8:00-16:30", or leave the table out')
    return value


def _in_order(terms: list[TermDates]) -> list[TermDates]:
    faults = [f"{_term(one)} ends before it begins" for one in terms if one.last < one.first]
    ordered = sorted(terms, key=lambda one: one.first)
    faults += [f"{_term(one)} and {_term(other)} overlap" for one, other in pairwise(ordered) if other.first <= one.last]
    if faults:
        raise ValueError(f"cannot be right: {'; '.join(faults)}")
    return ordered


class CalendarTable(_Strict):
    """[calendar]."""

    nation: NationName = Nation.ENGLAND
    bank_holidays: bool = True
    open: Annotated[OpenDays, AfterValidator(_some_day)] | None = None
    terms: Annotated[list[TermDates], BeforeValidator(listed), AfterValidator(_in_order)] = []
    closed: list[date] = []


class RungTable(_Strict):
    """A rung of the urgent ladder."""

    after: Span
    roles: Annotated[list[DeskRole], Field(min_length=1)]
    ways: Annotated[list[PingWay], Field(min_length=1)] = list(URGENT.rungs[0].ways)


class RoutineRungTable(RungTable):
    """A rung of the routine ladder."""

    after: SpanInHours


def _climbing(rungs: Sequence[RungTable]) -> Sequence[RungTable]:
    faults = []
    if rungs[0].after:
        faults.append('the first must have after = "0 min", so that somebody is told at once')
    if any(other.after <= one.after for one, other in pairwise(rungs)):
        faults.append("each must have a longer “after” than the one before: it is counted from when the report came in")
    if faults:
        raise ValueError(f"cannot be right: {'; '.join(faults)}")
    return rungs


class UrgentTable(_Strict):
    """[ladder.urgent]."""

    rungs: Annotated[list[RungTable], BeforeValidator(listed), Field(min_length=1, max_length=MOST_RUNGS), AfterValidator(_climbing)] = []
    repeat: Annotated[Span, AfterValidator(at_least(SHORTEST_REPEAT, "10 min"))] = URGENT.repeat
    act_within: Annotated[Span, AfterValidator(at_least(SHORTEST_REPEAT, "10 min"))] = URGENT.act_within


class RoutineTable(_Strict):
    """[ladder.routine]."""

    rungs: Annotated[
        list[RoutineRungTable], BeforeValidator(listed), Field(min_length=1, max_length=MOST_RUNGS), AfterValidator(_climbing)
    ] = []
    repeat: Annotated[SpanInHours, AfterValidator(at_least(SHORTEST_REPEAT, "10 min"))] = ROUTINE.repeat
    act_within: Annotated[SpanInHours, AfterValidator(at_least(SHORTEST_REPEAT, "10 min"))] = ROUTINE.act_within
    school_hours: bool = ROUTINE.school_hours
    longest_wait: Annotated[Span, AfterValidator(at_least(LEAST_BOUND, "24 h"))] = ROUTINE.longest_wait


class LadderTable(_Strict):
    """[ladder]."""

    out_of_hours: Cover = USUAL.out_of_hours
    urgent: UrgentTable = UrgentTable()
    routine: RoutineTable = RoutineTable()


LADDER_KEYS = {  # the keys of each table, by where it stands
    ("calendar",): tuple(CalendarTable.model_fields),
    ("calendar", "open"): tuple(OpenDays.model_fields),
    ("calendar", "terms"): tuple(TermDates.model_fields),
    ("ladder",): tuple(LadderTable.model_fields),
    ("ladder", "urgent"): tuple(UrgentTable.model_fields),
    ("ladder", "urgent", "rungs"): tuple(RungTable.model_fields),
    ("ladder", "routine"): tuple(RoutineTable.model_fields),
    ("ladder", "routine", "rungs"): tuple(RungTable.model_fields),
}
MISSING_IN_LADDER = {
    "first": "add the first day of the term, such as first = 2026-09-02",
    "last": "add the last day of the term, such as last = 2026-10-23",
    "after": 'add how long after the report came in, such as after = "30 min"',
    "roles": 'add who is told, such as roles = ["lead", "deputy"]',
    "ways": 'leave the line out, or add how, such as ways = ["chat", "email"]',
    "rungs": "leave it out, or add who is told after how long",
}


def calendar_of(read: CalendarTable) -> SchoolHours:
    """The calendar that a file tells."""
    return SchoolHours(
        nation=read.nation,
        week=_week(read.open) if read.open else EVERY_WEEK.week,
        terms=tuple(Term(one.first, one.last) for one in read.terms),
        closed=frozenset(read.closed),
        bank_holidays=read.bank_holidays,
    )


def ladders_of(read: LadderTable) -> Ladders:
    """The ladders that a file tells; what it leaves out is as it is for a school that tells nothing."""
    urgent, routine = read.urgent, read.routine
    return Ladders(
        urgent=Ladder(_rungs(urgent.rungs) or URGENT.rungs, urgent.repeat, urgent.act_within),
        routine=Ladder(
            _rungs(routine.rungs) or ROUTINE.rungs, routine.repeat, routine.act_within, routine.school_hours, routine.longest_wait
        ),
        out_of_hours=read.out_of_hours,
    )


def _rungs(read: Sequence[RungTable]) -> tuple[Rung, ...]:
    return tuple(Rung(one.after, tuple(dict.fromkeys(one.roles)), tuple(dict.fromkeys(one.ways))) for one in read)


def _week(read: OpenDays) -> tuple[OpeningHours | None, ...]:
    return (read.monday, read.tuesday, read.wednesday, read.thursday, read.friday, read.saturday, read.sunday)


def _term(one: TermDates) -> str:
    return f"the term from {one.first.isoformat()} to {one.last.isoformat()}"
