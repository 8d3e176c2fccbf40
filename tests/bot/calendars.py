"""Calendars and ladders of any shape, and moments as people in London say them, for the tests of both."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from bot.bank_holidays import Nation
from bot.ladders import Ladder, Ladders, Rung, Way
from bot.school import Role
from bot.school_hours import LONDON, Opening, SchoolHours, Term

FIRST_DAY = date(2026, 1, 1)
TEN = timedelta(minutes=10)


def at(words: str) -> datetime:
    """The moment of a London time, such as "2026-03-27 15:40"."""
    return datetime.fromisoformat(words).replace(tzinfo=LONDON).astimezone(UTC)


def here(moment: datetime) -> str:
    """A moment as a clock in London shows it."""
    return f"{moment.astimezone(LONDON):%a %Y-%m-%d %H:%M}"


def moments() -> st.SearchStrategy[datetime]:
    """Moments of two years, to ten minutes, both changes of the clocks among them."""
    some = st.integers(0, 2 * 365 * 144).map(lambda number: datetime(2026, 1, 1, tzinfo=UTC) + number * TEN)
    changes = st.sampled_from([datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)])
    return st.one_of(some, changes, st.tuples(changes, st.integers(-30, 30)).map(lambda one: one[0] + one[1] * TEN))


def calendars(*, with_terms: bool = True) -> st.SearchStrategy[SchoolHours]:
    """Calendars with openings at full tens of minutes, open on one weekday at least."""
    days = st.integers(0, 700).map(lambda number: FIRST_DAY + timedelta(days=number))
    opening = st.tuples(st.integers(0, 142), st.integers(0, 142)).filter(lambda one: one[0] < one[1]).map(_opening)
    week = st.lists(st.one_of(st.none(), opening), min_size=7, max_size=7).filter(any).map(tuple)
    terms = st.lists(days, max_size=8, unique=True).map(_terms) if with_terms else st.just(())
    return st.builds(SchoolHours, st.sampled_from(Nation), week, terms, st.frozensets(days, max_size=5), st.booleans())


def ladders() -> st.SearchStrategy[Ladders]:
    """Both ladders of a school."""
    return st.builds(Ladders, one_ladder(school_hours=False), one_ladder(), st.one_of(st.none(), st.sampled_from(Role)))


def one_ladder(*, school_hours: bool | None = None) -> st.SearchStrategy[Ladder]:
    """One ladder with up to four rungs."""
    whole = st.integers(1, 100).map(lambda number: number * TEN)
    roles = st.lists(st.sampled_from(Role), min_size=1, max_size=3, unique=True).map(tuple)
    ways = st.lists(st.sampled_from(Way), min_size=1, unique=True).map(tuple)
    waits = st.lists(st.integers(1, 150), max_size=3, unique=True).map(lambda found: [0, *sorted(found)])
    rungs = waits.flatmap(lambda found: st.tuples(*[st.builds(Rung, st.just(number * TEN), roles, ways) for number in found]))
    counted = st.booleans() if school_hours is None else st.just(school_hours)
    return st.builds(Ladder, rungs, whole, whole, counted, st.integers(24, 100).map(lambda number: timedelta(hours=number)))


def _opening(tens: tuple[int, int]) -> Opening:
    opens, closes = (time(*divmod(number * 10, 60)) for number in tens)
    return Opening(opens, closes)


def _terms(days: list[date]) -> tuple[Term, ...]:
    ordered = sorted(days)
    return tuple(Term(first, last) for first, last in zip(ordered[::2], ordered[1::2], strict=False))
