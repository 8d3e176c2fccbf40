"""The bank holidays of the four nations, worked out from the rules that make them.

By hand and not by a library: the one there is costs 14 MB and 400 modules for nine dates a year, on the way of every ping. A holiday
proclaimed once (a coronation) is not known here: until a school lists it under `closed`, its reports climb as on any other day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

MONDAY, SATURDAY = 0, 5
DAY = timedelta(days=1)


class Nation(StrEnum):
    """Whose bank holidays a school has."""

    ENGLAND = "england"
    WALES = "wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


@lru_cache(maxsize=64)
def bank_holidays(nation: Nation, year: int) -> frozenset[date]:
    """The bank holidays of a year; where one falls on a weekend, both that day and the weekday that stands in for it."""
    return frozenset((*_on_their_dates(_fixed(nation, year)), *_moving(nation, year)))


def easter(year: int) -> date:
    """Easter Sunday, as Meeus, Jones and Butcher work it out for the Gregorian calendar."""
    golden, century, in_century = year % 19, year // 100, year % 100
    leaps, rest = divmod(century, 4)
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * rest + 2 * (in_century // 4) - moon - in_century % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _fixed(nation: Nation, year: int) -> Iterator[date]:
    """Those with a date of their own."""
    yield date(year, 1, 1)
    if nation is Nation.SCOTLAND:
        yield date(year, 1, 2)
        yield date(year, 11, 30)  # St Andrew's Day
    if nation is Nation.NORTHERN_IRELAND:
        yield date(year, 3, 17)  # St Patrick's Day
        yield date(year, 7, 12)  # Battle of the Boyne
    yield date(year, 12, 25)
    yield date(year, 12, 26)


def _moving(nation: Nation, year: int) -> Iterator[date]:
    """Those that are a weekday of a month, or hang on Easter: never at a weekend."""
    yield easter(year) - 2 * DAY  # Good Friday
    yield _monday_from(date(year, 5, 1))
    yield _monday_from(date(year, 5, 25))  # the last of May
    if nation is Nation.SCOTLAND:
        yield _monday_from(date(year, 8, 1))
    else:
        yield easter(year) + DAY
        yield _monday_from(date(year, 8, 25))  # the last of August


def _on_their_dates(days: Iterable[date]) -> set[date]:
    """The days, and for each at a weekend the next weekday that is not one of them."""
    found = set(days)
    for day in sorted(found):
        if day.weekday() < SATURDAY:
            continue
        instead = day
        while instead.weekday() >= SATURDAY or instead in found:
            instead += DAY
        found.add(instead)
    return found


def _monday_from(day: date) -> date:
    return day + timedelta(days=(MONDAY - day.weekday()) % 7)
