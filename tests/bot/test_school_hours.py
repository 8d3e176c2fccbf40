"""School time: worked out by hand, over weekends, holidays and both changes of the clocks; and true of every calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank_holidays import Nation
from bot.school_hours import EVERY_WEEK, USUAL_WEEK, Opening, SchoolHours, Term
from tests.bot.calendars import TEN, at, calendars, here, moments

SCOTLAND = SchoolHours(Nation.SCOTLAND)
IRELAND = SchoolHours(Nation.NORTHERN_IRELAND)
TERMS = SchoolHours(
    terms=(
        Term(date(2026, 9, 1), date(2026, 10, 23)),
        Term(date(2026, 11, 2), date(2026, 12, 18)),
        Term(date(2027, 1, 4), date(2027, 7, 21)),
        Term(date(2027, 9, 1), date(2027, 10, 22)),
    ),
    closed=frozenset({date(2027, 1, 4), date(2026, 11, 9)}),
)
ALL_DAY = SchoolHours(week=(Opening(time(0), time(23, 59)),) * 7, bank_holidays=False)
SUNDAYS = SchoolHours(week=(None,) * 6 + (Opening(time(1, 30), time(2, 10)),), bank_holidays=False)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "start", "wait", "expected"),
    [
        # within a day, and over its ends
        (EVERY_WEEK, "2026-11-16 09:00", HOUR, "Mon 2026-11-16 10:00"),
        (EVERY_WEEK, "2026-11-16 06:00", HOUR, "Mon 2026-11-16 09:00"),
        (EVERY_WEEK, "2026-11-16 16:00", HOUR / 2, "Mon 2026-11-16 16:30"),
        (EVERY_WEEK, "2026-11-16 16:00", HOUR, "Tue 2026-11-17 08:30"),
        (EVERY_WEEK, "2026-11-16 23:00", HOUR, "Tue 2026-11-17 09:00"),
        (EVERY_WEEK, "2026-11-21 23:00", timedelta(0), "Sat 2026-11-21 23:00"),
        # over a weekend: fifty minutes on Friday, the rest on Monday
        (EVERY_WEEK, "2026-11-20 15:40", 4 * HOUR, "Mon 2026-11-23 11:10"),
        (EVERY_WEEK, "2026-11-20 15:40", 8 * HOUR, "Mon 2026-11-23 15:10"),
        (EVERY_WEEK, "2026-11-21 12:00", 17 * HOUR, "Tue 2026-11-24 16:30"),
        # the clocks go forward on 29 March 2026 and back on 25 October 2026: the school opens at eight all the same
        (EVERY_WEEK, "2026-03-27 15:40", 4 * HOUR, "Mon 2026-03-30 11:10"),
        (EVERY_WEEK, "2026-10-23 15:40", 4 * HOUR, "Mon 2026-10-26 11:10"),
        # where it is open that night, an hour less and an hour more has passed
        (ALL_DAY, "2026-03-29 00:00", 2 * HOUR, "Sun 2026-03-29 03:00"),
        (ALL_DAY, "2026-10-25 00:00", 3 * HOUR, "Sun 2026-10-25 02:00"),
        # Easter: Monday is a holiday in England and not in Scotland
        (EVERY_WEEK, "2026-04-02 15:40", 4 * HOUR, "Tue 2026-04-07 11:10"),
        (SCOTLAND, "2026-04-02 15:40", 4 * HOUR, "Mon 2026-04-06 11:10"),
        (replace(SCOTLAND, bank_holidays=False), "2026-04-02 15:40", 4 * HOUR, "Fri 2026-04-03 11:10"),
        # St Patrick's Day; the day that stands in for 12 July
        (IRELAND, "2026-03-16 16:00", HOUR, "Wed 2026-03-18 08:30"),
        (EVERY_WEEK, "2026-03-16 16:00", HOUR, "Tue 2026-03-17 08:30"),
        (IRELAND, "2026-07-10 16:00", HOUR, "Tue 2026-07-14 08:30"),
        # New Year: 2 January is a Saturday, so Scotland has Monday too
        (SCOTLAND, "2026-12-31 16:00", HOUR, "Tue 2027-01-05 08:30"),
        (EVERY_WEEK, "2026-12-31 16:00", HOUR, "Mon 2027-01-04 08:30"),
        # half term, a training day, Christmas, summer
        (TERMS, "2026-10-23 16:00", HOUR, "Mon 2026-11-02 08:30"),
        (TERMS, "2026-11-06 16:00", HOUR, "Tue 2026-11-10 08:30"),
        (TERMS, "2026-12-18 16:00", HOUR, "Tue 2027-01-05 08:30"),
        (TERMS, "2027-07-24 12:00", 4 * HOUR, "Wed 2027-09-01 12:00"),
        # after the last term that is told, and long before the first, every week counts
        (TERMS, "2027-10-25 09:00", 4 * HOUR, "Mon 2027-10-25 13:00"),
        (TERMS, "2026-06-01 09:00", 4 * HOUR, "Mon 2026-06-01 13:00"),
        (TERMS, "2026-08-03 09:00", 4 * HOUR, "Tue 2026-09-01 12:00"),
        # an opening that the clocks skip is none
        (SUNDAYS, "2026-03-29 00:00", HOUR / 3, "Sun 2026-04-05 01:50"),
    ],
)
def test_so_much_school_time_has_passed_at(hours: SchoolHours, start: str, wait: timedelta, expected: str) -> None:
    assert here(hours.after_school_hours(at(start), wait)) == expected


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-11-16 07:59", False),
        ("2026-11-16 08:00", True),
        ("2026-11-16 16:29", True),
        ("2026-11-16 16:30", False),
        ("2026-11-15 12:00", False),
        ("2026-11-09 12:00", False),
        ("2026-10-28 12:00", False),
        ("2026-12-25 12:00", False),
        ("2026-10-23 08:00", True),
        ("2026-11-02 08:00", True),
    ],
)
def test_it_is_open_from_the_moment_it_opens_and_until_it_closes(when: str, is_open: bool) -> None:
    assert TERMS.open_at(at(when)) is is_open


def test_in_summer_it_opens_an_hour_earlier_by_utc() -> None:
    assert EVERY_WEEK.next_opening(at("2026-03-27 20:00")) == datetime.fromisoformat("2026-03-30T07:00+00:00")
    assert EVERY_WEEK.next_opening(at("2026-10-23 20:00")) == datetime.fromisoformat("2026-10-26T08:00+00:00")


def test_what_is_open_opens_now() -> None:
    now = at("2026-11-16 09:17")
    assert EVERY_WEEK.next_opening(now) == now


def test_a_calendar_that_is_closed_for_months_is_taken_for_a_mistake_and_waits_run_by_the_clock() -> None:
    closed = frozenset(date(2026, 1, 1) + timedelta(days=number) for number in range(365))
    shut = SchoolHours(closed=closed)
    assert shut.next_opening(at("2026-03-02 12:00")) is None
    assert shut.after_school_hours(at("2026-03-02 12:00"), 4 * HOUR) == at("2026-03-02 16:00")
    assert here(shut.after_school_hours(at("2026-12-30 12:00"), 4 * HOUR)) == "Mon 2027-01-04 12:00"


def test_what_is_no_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="seven days"):
        SchoolHours(week=(None,) * 7)
    with pytest.raises(ValueError, match="seven days"):
        SchoolHours(week=USUAL_WEEK[:5])
    with pytest.raises(ValueError, match="closes after it opens"):
        Opening(time(9), time(9))


def test_a_naive_time_is_refused() -> None:
    naive = datetime(2026, 3, 2, 9)  # noqa: DTZ001
    for ask in (EVERY_WEEK.open_at, EVERY_WEEK.next_opening, lambda moment: EVERY_WEEK.after_school_hours(moment, HOUR)):
        with pytest.raises(ValueError, match="naive"):
            ask(naive)


waits = st.integers(0, 300).map(lambda number: number * TEN)


@given(calendars(), moments(), waits, waits)
@settings(max_examples=80, deadline=None)
def test_to_wait_and_wait_again_is_to_wait_for_both(hours: SchoolHours, start: datetime, first: timedelta, second: timedelta) -> None:
    assert hours.after_school_hours(hours.after_school_hours(start, first), second) == hours.after_school_hours(start, first + second)


@given(calendars(), moments(), waits)
@settings(max_examples=80, deadline=None)
def test_a_wait_ends_while_the_school_is_open_and_is_never_shorter_than_by_the_clock(
    hours: SchoolHours, start: datetime, wait: timedelta
) -> None:
    end = hours.after_school_hours(start, wait)
    assert end >= start + wait
    assert not wait or hours.open_at(end - timedelta(microseconds=1))


@given(calendars(with_terms=False), moments(), st.integers(1, 40).map(lambda number: number * TEN))
@settings(max_examples=60, deadline=None)
def test_the_school_was_open_for_just_so_long(hours: SchoolHours, start: datetime, wait: timedelta) -> None:
    end = hours.after_school_hours(start, wait)
    counted = sum((TEN for number in range((end - start) // TEN) if hours.open_at(start + number * TEN)), timedelta(0))
    assert counted == wait


@given(calendars(), moments())
@settings(max_examples=60, deadline=None)
def test_the_next_opening_is_open_and_nothing_is_before_it(hours: SchoolHours, start: datetime) -> None:
    opens = hours.next_opening(start)
    assert opens is not None
    assert opens >= start
    assert hours.open_at(opens)
    assert opens == start or not hours.open_at(opens - timedelta(microseconds=1))
