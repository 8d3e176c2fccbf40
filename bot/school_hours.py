"""When a school is open, and when so many hours of school time have passed. All local times are London's, daylight saving included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.bank_holidays import Nation, bank_holidays

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
# A holiday is what lies at most so long before a term. Days before that, and all days after the last term that is known, count like any
# week: the next terms have not been filled in yet, and no report may wait for that.
LONGEST_HOLIDAY = timedelta(days=60)
LOOKED_AHEAD = 100  # days: a calendar that is closed for so long is taken for a mistake, and waits run by the clock


@dataclass(frozen=True, slots=True)
class Opening:
    """From when to when a school is open on a day, London time. Raises ValueError where it closes before it opens."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("a school closes after it opens")


@dataclass(frozen=True, slots=True)
class Term:
    """A run of weeks with school: its first and its last day. A half term is the gap between two of these."""

    first: date
    last: date


USUAL_WEEK = (*[Opening(time(8), time(16, 30))] * 5, None, None)


@dataclass(frozen=True, slots=True)
class SchoolHours:
    """A school's calendar. Raises ValueError where the week has not seven days or is never open.

    ``week``: Monday first, None for a day it is closed. ``terms``: in order; while none is known every week counts.
    ``closed``: days without school within terms. ``bank_holidays``: whether it is closed on its nation's.
    """

    nation: Nation = Nation.ENGLAND
    week: tuple[Opening | None, ...] = USUAL_WEEK
    terms: tuple[Term, ...] = ()
    closed: frozenset[date] = frozenset()
    bank_holidays: bool = True

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a week has seven days, and a school is open on one of them")

    def open_at(self, at: datetime) -> bool:
        """Whether the school is open at a moment. The moment it opens counts, the moment it closes does not."""
        opening = self._opening(_local_day(at))
        return opening is not None and opening[0] <= at < opening[1]

    def next_opening(self, at: datetime) -> datetime | None:
        """The first moment from `at` on at which it is open: `at` itself where it is open then; None where none is near."""
        return next((max(opens, _utc(at)) for opens, _ in self._openings(at)), None)

    def after_school_hours(self, start: datetime, wait: timedelta) -> datetime:
        """The earliest moment at which the school has been open for so long since `start`. By the clock where it is never open again."""
        at, left = _utc(start), wait
        if left <= timedelta(0):
            return at
        for opens, closes in self._openings(at):
            begins = max(opens, at)
            if closes - begins >= left:
                return begins + left
            at, left = closes, left - (closes - begins)
        return at + left

    def _openings(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """When it opens and closes, from the opening that ends after `start` on; ends where nothing is open for LOOKED_AHEAD days."""
        day, shut = _local_day(start), 0
        while shut <= LOOKED_AHEAD:
            opening = self._opening(day)
            shut += 1
            if opening and opening[1] > start:
                shut = 0
                yield opening
            day += DAY

    def _opening(self, day: date) -> tuple[datetime, datetime] | None:
        """When it opens and closes on a day, in UTC; None where it is closed."""
        usual = self.week[day.weekday()]
        if usual is None or not self._has_school(day):
            return None
        opens, closes = _moment(day, usual.opens), _moment(day, usual.closes)
        return (opens, closes) if opens < closes else None  # an opening within the hour that is skipped in March

    def _has_school(self, day: date) -> bool:
        if day in self.closed or (self.bank_holidays and day in bank_holidays(self.nation, day.year)):
            return False
        return any(term.first <= day <= term.last for term in self.terms) or not any(
            day < term.first <= day + LONGEST_HOLIDAY for term in self.terms
        )


EVERY_WEEK = SchoolHours()


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def _local_day(at: datetime) -> date:
    return _utc(at).astimezone(LONDON).date()


def _utc(at: datetime) -> datetime:
    """The moment in UTC. Raises ValueError for a naive time, which Python would take for the machine's own."""
    if at.tzinfo is None:
        raise ValueError("a naive time is no moment: say in which time zone it is")
    return at.astimezone(UTC)
