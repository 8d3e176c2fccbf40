"""A school's calendar and ladders as what JSON can hold, and back without loss. What is kept says which version of this made it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from bot.bank_holidays import Nation
from bot.ladders import USUAL, Ladder, Ladders, Rung, Way
from bot.roles import Role
from bot.school_hours import EVERY_WEEK, Opening, SchoolHours, Term
from knowledge.errors import SignpostError

VERSION = 1


class KeptByNewer(SignpostError):
    """A newer Signpost has kept this: whoever runs Signpost can start the newer one again."""


def hours_json(hours: SchoolHours) -> dict[str, Any]:
    """A calendar."""
    return {
        "version": VERSION,
        "nation": hours.nation.value,
        "week": [[one.opens.isoformat(), one.closes.isoformat()] if one else None for one in hours.week],
        "terms": [[term.first.isoformat(), term.last.isoformat()] for term in hours.terms],
        "closed": sorted(day.isoformat() for day in hours.closed),
        "bank_holidays": hours.bank_holidays,
    }


def hours_of(told: Mapping[str, Any]) -> SchoolHours:
    """The calendar this was made of; for {}, where none was kept, the one of a school that says nothing. Raises KeptByNewer."""
    if not told:
        return EVERY_WEEK
    check_version(told)
    return SchoolHours(
        nation=Nation(told["nation"]),
        week=tuple(Opening(*map(time.fromisoformat, one)) if one else None for one in told["week"]),
        terms=tuple(Term(*map(date.fromisoformat, one)) for one in told["terms"]),
        closed=frozenset(map(date.fromisoformat, told["closed"])),
        bank_holidays=told["bank_holidays"],
    )


def ladders_json(ladders: Ladders) -> dict[str, Any]:
    """Both ladders."""
    return {
        "version": VERSION,
        "urgent": ladder_json(ladders.urgent),
        "routine": ladder_json(ladders.routine),
        "out_of_hours": ladders.out_of_hours.value if ladders.out_of_hours else None,
    }


def ladders_of(told: Mapping[str, Any]) -> Ladders:
    """The ladders this was made of; for {}, where none were kept, those of a school that says nothing. Raises KeptByNewer."""
    if not told:
        return USUAL
    check_version(told)
    return Ladders(ladder_of(told["urgent"]), ladder_of(told["routine"]), role_of(told["out_of_hours"]))


def ladder_json(ladder: Ladder) -> dict[str, Any]:
    """One ladder. Times are seconds."""
    return {
        "rungs": [
            {"after": one.after.total_seconds(), "roles": [role.value for role in one.roles], "ways": [way.value for way in one.ways]}
            for one in ladder.rungs
        ],
        "repeat": ladder.repeat.total_seconds(),
        "act_within": ladder.act_within.total_seconds(),
        "school_hours": ladder.school_hours,
        "longest_wait": ladder.longest_wait.total_seconds(),
    }


def ladder_of(told: Mapping[str, Any]) -> Ladder:
    """The ladder this was made of."""
    return Ladder(
        rungs=tuple(
            Rung(timedelta(seconds=one["after"]), tuple(map(Role, one["roles"])), tuple(map(Way, one["ways"]))) for one in told["rungs"]
        ),
        repeat=timedelta(seconds=told["repeat"]),
        act_within=timedelta(seconds=told["act_within"]),
        school_hours=told["school_hours"],
        longest_wait=timedelta(seconds=told["longest_wait"]),
    )


def role_of(told: str | None) -> Role | None:
    """The role, None for none."""
    return Role(told) if told else None


def check_version(told: Mapping[str, Any]) -> None:
    """Nothing. Raises KeptByNewer."""
    if told["version"] != VERSION:
        raise KeptByNewer("A calendar or ladder was kept by a newer Signpost.", "Start that one again.")
