"""[calendar] and [ladder] in SCHOOL.toml: what they say, what they leave out, and each fault named with what to do."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.bank_holidays import Nation
from bot.ladders import ROUTINE, URGENT, USUAL, Way
from bot.school import Role
from bot.school_hours import EVERY_WEEK, Opening, Term
from tests.adapters.test_schoolfile import EXAMPLE, read, refused

BARE = 'id = "oak"\nname = "Oak"\n[contacts.lead]\nname = "A"\n[contacts.head]\nname = "B"\n'
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_a_school_that_says_nothing_has_the_usual_ladders_and_every_week_counts(tmp_path: Path) -> None:
    school = read(tmp_path, BARE).school
    assert (school.calendar, school.ladders) == (EVERY_WEEK, USUAL)


def test_the_ladder_of_the_example_is_the_usual_one_as_it_says(tmp_path: Path) -> None:
    school = read(tmp_path, EXAMPLE).school
    assert school.ladders == USUAL
    assert school.calendar.week == (*[Opening(time(8), time(16, 30))] * 4, Opening(time(8), time(15, 30)), None, None)
    assert school.calendar.terms[0] == Term(date(2026, 9, 1), date(2026, 10, 23))
    assert len(school.calendar.terms) == 6
    assert school.calendar.closed == {date(2026, 9, 1), date(2027, 1, 4)}


def test_what_a_school_leaves_out_of_a_ladder_stays_as_usual(tmp_path: Path) -> None:
    told = """[ladder]
out_of_hours = "none"
[ladder.urgent]
repeat = "90 minutes"
[ladder.routine]
longest_wait = "2 days"
repeat = "1 h 30 min"
"""
    ladders = read(tmp_path, BARE + told).school.ladders
    assert ladders.out_of_hours is None
    assert (ladders.urgent.rungs, ladders.urgent.repeat) == (URGENT.rungs, 90 * MINUTE)
    assert (ladders.routine.rungs, ladders.routine.repeat, ladders.routine.longest_wait) == (ROUTINE.rungs, 90 * MINUTE, 48 * HOUR)


def test_rungs_are_read_in_order_each_way_and_role_once(tmp_path: Path) -> None:
    told = """[[ladder.urgent.rungs]]
after = "0min"
roles = ["deputy", "lead", "deputy"]
ways = ["email", "chat"]
[[ladder.urgent.rungs]]
after = "1 hour"
roles = ["chair"]
"""
    first, second = read(tmp_path, BARE + told).school.ladders.urgent.rungs
    assert (first.after, first.roles, first.ways) == (timedelta(0), (Role.DEPUTY, Role.LEAD), (Way.EMAIL, Way.CHAT))
    assert (second.after, second.roles, second.ways) == (HOUR, (Role.CHAIR,), (Way.CHAT, Way.EMAIL))


def test_a_calendar_of_its_own_is_read_and_terms_are_put_in_order(tmp_path: Path) -> None:
    told = """[calendar]
nation = "northern-ireland"
bank_holidays = false
closed = [2026-11-20]
terms = [ { first = 2026-11-02, last = 2026-12-18 }, { first = 2026-09-01, last = 2026-10-23 } ]
[calendar.open]
saturday = "9:00 - 12:15"
sunday = "0:00-23:59"
"""
    hours = read(tmp_path, BARE + told).school.calendar
    assert (hours.nation, hours.bank_holidays, hours.closed) == (Nation.NORTHERN_IRELAND, False, {date(2026, 11, 20)})
    assert hours.week == (*[None] * 5, Opening(time(9), time(12, 15)), Opening(time(0), time(23, 59)))
    assert [term.first for term in hours.terms] == [date(2026, 9, 1), date(2026, 11, 2)]


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        ('nation = "england"', 'nation = "uk"', "calendar.nation must be england, wales, scotland or northern-ireland"),
        ("bank_holidays = true", 'bank_holidays = "yes"', "calendar.bank_holidays must be true or false"),
        ('monday = "8:00-16:30"', 'monday = "16:30-8:00"', "calendar.open.monday opens at 16:30 and closes at 08:00"),
        ('monday = "8:00-16:30"', "monday = 8", "calendar.open.monday must be when it opens and closes"),
        ('monday = "8:00-16:30"', 'monday = "8:00-24:00"', '"0:00-23:59" for the whole day'),
        ("monday =", "mon =", "calendar.open.mon is not known here: did you mean monday?"),
        ("[calendar.open]", "[calendar.opens]", "calendar.opens is not known here: did you mean open?"),
        ("first = 2026-11-02", 'first = "2026-11-02"', "calendar.terms (number 2).first must be a date without quotes"),
        ("first = 2026-11-02,", "", "calendar.terms (number 2).first is missing: add the first day of the term"),
        ("first = 2026-11-02", "first = 2026-10-23", "the term from 2026-09-01 to 2026-10-23 and the term from 2026-10-23 to"),
        ("last = 2026-12-18", "last = 2025-12-18", "the term from 2026-11-02 to 2025-12-18 ends before it begins"),
        ("closed = [2026-09-01,", 'closed = ["soon",', "calendar.closed must be a date without quotes"),
        ("closed = [2026-09-01,", "closed = [2026-09-01T08:00:00,", "calendar.closed must be a date without quotes"),
        ('out_of_hours = "head"', 'out_of_hours = "caretaker"', "ladder.out_of_hours must be lead, deputy, head, chair or none"),
        ('repeat = "1 h"', 'repeat = "9 min"', 'ladder.urgent.repeat must be "10 min" or more'),
        ('repeat = "1 h"', "repeat = 60", 'ladder.urgent.repeat must be so much time, in quotes, such as "30 min"'),
        ('repeat = "1 h"', 'repeat = ""', "ladder.urgent.repeat must be so much time"),
        ('repeat = "1 h"', 'repeat = "32 days"', "ladder.urgent.repeat must be 31 days at most"),
        ('repeat = "8 h"', 'repeat = "1 day"', "ladder.routine.repeat counts school hours, so write it in hours"),
        ('longest_wait = "72 h"', 'longest_wait = "3 h"', 'ladder.routine.longest_wait must be "24 h" or more'),
        ("school_hours = true", "school_hours = 1", "ladder.routine.school_hours must be true or false"),
        ('after = "0 min"', 'after = "5 min"', 'ladder.urgent.rungs cannot be right: the first must have after = "0 min"'),
        ('after = "30 min"', 'after = "60 min"', "ladder.urgent.rungs cannot be right: each must have a longer “after”"),
        ('after = "30 min"', "", "ladder.urgent.rungs (number 2).after is missing: add how long after the report came in"),
        ('roles = ["lead", "deputy"]', 'roles = ["lead", "it"]', "rungs (number 2).roles (number 2) must be lead, deputy, head or chair"),
        ('roles = ["lead", "deputy"]', "roles = []", "ladder.urgent.rungs (number 2).roles is empty: add who is told"),
        ('ways = ["chat", "email"]', 'ways = ["phone"]', "ladder.urgent.rungs.ways must be chat or email"),
        ("[ladder.urgent] ", "[ladder.rush] ", "ladder.rush is not known here: known are out_of_hours, urgent, routine"),
    ],
)
def test_a_fault_is_named_by_its_key_with_what_to_do(tmp_path: Path, line: str, instead: str, said: str) -> None:
    assert line in EXAMPLE
    assert said in refused(tmp_path, EXAMPLE.replace(line, instead, 1))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("[calendar.open]\n", "calendar.open has no day in it"),
        ("[ladder.urgent]\nschool_hours = true\n", "ladder.urgent.school_hours is not known here"),
        ("[ladder.urgent]\nrungs = []\n", "ladder.urgent.rungs is empty"),
        ("[ladder]\nurgent = 3\n", "ladder.urgent must be a table"),
        ('[ladder.urgent]\nrungs = "lead"\n', "ladder.urgent.rungs must be a list"),
        ("calendar = 1\n", "calendar must be a table: [calendar]"),
    ],
)
def test_a_table_of_the_wrong_shape_is_told(tmp_path: Path, told: str, said: str) -> None:
    assert said in refused(tmp_path, told + BARE if told.startswith("calendar") else BARE + told)


def test_all_faults_of_both_tables_are_told_at_once(tmp_path: Path) -> None:
    spoilt = EXAMPLE.replace('"england"', '"uk"').replace('repeat = "1 h"', 'repeat = "1 s"').replace("2027-07-21", '"July"')
    assert refused(tmp_path, spoilt).count("\n- ") == 3
