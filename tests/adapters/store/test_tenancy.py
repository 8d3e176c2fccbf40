"""Nothing crosses schools: neither by a method of the unit of work, nor by a table that forgot whose its rows are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, event, func, select

from adapters.store.schools import StoreSchools
from adapters.store.tables import METADATA
from adapters.store.tables.schools import SchoolRow
from adapters.store.unit import StoreUnit
from bot.ports import Gap, PassedQuestion, Turn
from bot.school import Holder, Role, School
from knowledge.corrections import Correction
from knowledge.policy import Stance
from tests.adapters.store.case_examples import fill_cases
from tests.adapters.store.test_policies import FIRST, SECOND

MONTH = date(2026, 3, 1)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANCHOR = FIRST.clauses[0].anchor
TURN = Turn("same-id", "asker", "same-thread", "May I?", "photos", (("social-media", ANCHOR),), ("May I not?",), AT)
PASSED = PassedQuestion("same-id", "May I?", "photos", AT)
CORRECTION = Correction(ANCHOR, "photos", Stance.FORBIDS)
NOT_A_SCHOOLS = {  # tables of the whole installation, each with the reason why its rows are not a school's
    "schools": "the schools themselves",
    "key_checks": "the installation's keys, which seal every school's reports",
    "clock_beats": "one row that says when a clock was here last",
    "heard_events": "digests of platforms' event ids",
    "teams_references": "keyed by the Teams tenant, which workspaces gives to one school",
    "slack_installations": "slack_sdk's own, keyed by the Slack workspace",
    "slack_bots": "slack_sdk's own, keyed by the Slack workspace",
    "slack_oauth_states": "slack_sdk's own, random words that live for minutes",
}

# Every method of the unit, called the same way in either school.
WRITES: dict[str, Callable[[StoreUnit], object]] = {
    "publish": lambda unit: unit.publish("social-media", FIRST, "a.txt"),
    "correct": lambda unit: unit.correct("social-media", CORRECTION),
    "remember": lambda unit: unit.remember(TURN),
    "count_feedback": lambda unit: unit.count_feedback("social-media", ANCHOR, MONTH, useful=True),
    "count_gap": lambda unit: unit.count_gap("photos", MONTH, Gap.SILENT),
    "pass_on": lambda unit: unit.pass_on(PASSED),
}
CHANGES: dict[str, Callable[[StoreUnit], object]] = {
    "publish": lambda unit: unit.publish("social-media", SECOND, "b.txt"),
    "correct": lambda unit: unit.correct("social-media", replace(CORRECTION, stance=Stance.ALLOWS)),
    "take_back": lambda unit: unit.take_back("social-media", ANCHOR, CORRECTION.topic),
    "remember": lambda unit: unit.remember(replace(TURN, question="changed", done=frozenset({"yes"}))),
    "count_feedback": WRITES["count_feedback"],
    "count_gap": WRITES["count_gap"],
    "pass_on": lambda unit: unit.pass_on(replace(PASSED, id="another")),
    "forget_thread": lambda unit: unit.forget_thread("same-thread"),
}
READS: dict[str, Callable[[StoreUnit], object]] = {
    "current": lambda unit: unit.current(),
    "published": lambda unit: (unit.published("social-media"), unit.published("social-media", 1)),
    "editions": lambda unit: unit.editions("social-media"),
    "corrections": lambda unit: unit.corrections("social-media"),
    "feedback": lambda unit: unit.feedback("social-media", MONTH),
    "turn": lambda unit: unit.turn("same-id"),
    "last_turn": lambda unit: unit.last_turn("same-thread", AT - timedelta(days=1)),
    "gaps": lambda unit: unit.gaps(MONTH),
    "passed_on": lambda unit: unit.passed_on(),
}


def fill(schools: StoreSchools, school: str) -> None:
    with schools.unit(school) as unit:
        for write in WRITES.values():
            write(unit)
        unit.commit()


def rows_of(engine: Engine, school: str) -> dict[str, list[Any]]:
    """Every row of a school in every table that has schools' rows."""
    with engine.connect() as connection:
        tables = [table for table in METADATA.sorted_tables if "school" in table.columns]
        return {table.name: sorted(map(repr, connection.execute(select(table).where(table.c.school == school)))) for table in tables}


@contextmanager
def statements(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Every statement sent to the database meanwhile, with its values."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        sent.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_every_method_of_the_unit_is_tried_here() -> None:
    public = {name for name in dir(StoreUnit) if not name.startswith("_")} - {"commit", "school"}
    assert public == WRITES.keys() | CHANGES.keys() | READS.keys()


@pytest.mark.parametrize("name", READS)
def test_a_school_never_reads_what_is_anothers(schools: StoreSchools, name: str) -> None:
    with schools.unit("alder") as unit:
        nothing = READS[name](unit)
    fill(schools, "birch")
    with schools.unit("birch") as unit:
        assert READS[name](unit) != nothing
    with schools.unit("alder") as unit:
        assert READS[name](unit) == nothing


@pytest.mark.parametrize("name", CHANGES)
def test_a_school_never_changes_what_is_anothers(schools: StoreSchools, engine: Engine, name: str) -> None:
    for school in ("alder", "birch"):
        fill(schools, school)
    before = rows_of(engine, "alder"), rows_of(engine, "birch")
    with schools.unit("alder") as unit:
        CHANGES[name](unit)
        unit.commit()
    assert rows_of(engine, "alder") != before[0]
    assert rows_of(engine, "birch") == before[1]


@pytest.mark.parametrize("name", [*CHANGES, *READS])
def test_every_statement_of_a_unit_names_its_school(schools: StoreSchools, engine: Engine, name: str) -> None:
    fill(schools, "alder")
    with schools.unit("alder") as unit, statements(engine) as sent:
        (CHANGES | READS)[name](unit)
        unit.commit()
    assert sent
    for statement, values in sent:
        for row in values if isinstance(values, list) else [values]:
            assert "alder" in (row.values() if isinstance(row, dict) else row), statement


def test_each_table_is_a_schools_or_is_listed_as_the_installations() -> None:
    for table in METADATA.sorted_tables:
        if table.name in NOT_A_SCHOOLS:
            assert "school" not in table.columns
            continue
        school = table.c.school
        to_schools = [key for key in school.foreign_keys if key.column is SchoolRow.__table__.c.id]
        assert [key.ondelete for key in to_schools] == ["CASCADE"], table.name
        leads = [next(iter(table.primary_key.columns)), *(next(iter(index.columns)) for index in table.indexes)]
        assert school in leads, f"{table.name} has no index that begins with the school"
        assert not school.nullable
        assert not any(column.autoincrement is True for column in table.columns), f"{table.name} has row ids that run across schools"


def test_a_school_that_is_removed_takes_all_its_rows_along_and_nobody_elses(schools: StoreSchools, engine: Engine) -> None:
    for school in ("alder", "birch"):
        schools.apply(School(school, school, holders=(Holder(Role.LEAD, "Ann Lee"),)), [("slack", f"T-{school}")])
        fill(schools, school)
        fill_cases(engine, school)
    before = rows_of(engine, "birch")
    assert all(before.values()), "every table of a school has a row in this test"
    with engine.begin() as connection:
        connection.execute(delete(SchoolRow).where(SchoolRow.id == "alder"))
        for table in METADATA.sorted_tables:
            if "school" in table.columns:
                assert connection.scalar(select(func.count()).select_from(table).where(table.c.school == "alder")) == 0
    assert rows_of(engine, "birch") == before


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_not_committed_never_was(schools: StoreSchools, engine: Engine, name: str) -> None:
    fill(schools, "alder")
    before = rows_of(engine, "alder")
    with schools.unit("alder") as unit:
        CHANGES[name](unit)
        unit.gaps(MONTH)  # not even what was written to be read
    with suppress(ZeroDivisionError), schools.unit("alder") as unit:
        CHANGES[name](unit)
        raise ZeroDivisionError
    assert rows_of(engine, "alder") == before
