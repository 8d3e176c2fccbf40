"""No report crosses schools: by no method of the unit, whatever ids it is called with. And what is not committed never was."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from traceback import format_exception
from typing import Any

import pytest
from sqlalchemy import Engine, select, text, update

from adapters.store.case_unit import StoreCaseUnit
from adapters.store.cases import StoreCases
from adapters.store.schools import StoreSchools
from adapters.store.sealing import Place
from adapters.store.tables.concerns import AttachmentRow, ConcernRow, EntryRow
from bot.concerns.concern import Concern
from bot.concerns.desk import Desk, NoSuchCase
from bot.concerns.letters import LetterKind, LetterState
from bot.concerns.ports import Act, CaseBroken, DeskSession, Ping, SignInLink
from bot.ports import NotKept
from bot.school import Holder, Role, School
from tests.adapters.store.case_examples import (
    AT,
    DECISION,
    FULL,
    HOUR,
    KEYS,
    LETTER,
    PHOTO,
    STORY,
    damage,
    file,
    fill_cases,
    numbered,
    receipt_for,
)
from tests.adapters.store.test_tenancy import rows_of, statements

OTHER = numbered(2)
CHANGES: dict[str, Callable[[StoreCaseUnit], object]] = {
    "add": lambda unit: unit.add(OTHER, "another", receipt_for(OTHER, "another")),
    "put": lambda unit: unit.put(replace(FULL, reporter="changed")),
    "enter": lambda unit: unit.enter("c1", DECISION),
    "attach": lambda unit: unit.attach("c1", replace(PHOTO, id="a2"), b"second"),
    "delete": lambda unit: unit.delete("c1"),
    "guess": lambda unit: unit.guess("AAAA", AT, HOUR),
    "guessed_right": lambda unit: unit.guessed_right("AAAA", AT),
    "audit": lambda unit: unit.audit(AT, Act.READ, "lead", FULL.reference),
    "keep_link": lambda unit: unit.keep_link(SignInLink("another", "ann", AT + HOUR), 5, AT - HOUR),
    "take_link": lambda unit: unit.take_link("same-link", AT),
    "used_session": lambda unit: unit.used_session("same-session", AT + HOUR),
    "keep_session": lambda unit: unit.keep_session(DeskSession("same-session", "bo", AT, AT)),
    "end_session": lambda unit: unit.end_session("same-session"),
    "end_sessions": lambda unit: unit.end_sessions("ann"),
    "ping": lambda unit: unit.ping(Ping("another", "birch", "c1", AT)),  # it is the unit's school that counts
    "settle": lambda unit: unit.settle(Ping("ping of c1", "birch", "c1", AT), AT + HOUR),
    "hurry": lambda unit: unit.hurry("c1", AT - HOUR),
    "post": lambda unit: unit.post(replace(LETTER, id="another", number=1, school="birch")),
    "settle_letter": lambda unit: unit.settle_letter(replace(LETTER, school="birch"), LetterState.SENT),
    "mark": lambda unit: unit.mark(LetterKind.DIGEST, 202_610),
}
READS: dict[str, Callable[[StoreCaseUnit], object]] = {
    "by_filing": lambda unit: unit.by_filing("filing of c1"),
    "concern": lambda unit: unit.concern("c1"),
    "concerns": lambda unit: unit.concerns(),
    "broken": lambda unit: unit.broken(),
    "case": lambda unit: unit.case("c1"),
    "content": lambda unit: unit.content("c1", "a1"),
    "receipt": lambda unit: unit.receipt("c1"),
    "history": lambda unit: unit.history(FULL.reference),
    "link": lambda unit: unit.link("same-link", AT),
    "letters": lambda unit: unit.letters("c1"),
    "session": lambda unit: unit.session("same-session"),
}


@pytest.fixture
def cases(engine: Engine, schools: StoreSchools) -> StoreCases:
    return StoreCases(engine, KEYS, lambda: AT)


def test_every_method_of_the_unit_is_tried_here() -> None:
    public = {name for name in dir(StoreCaseUnit) if not name.startswith("_")} - {"commit", "school"}
    assert public == CHANGES.keys() | READS.keys()


@pytest.mark.parametrize("name", sorted(set(READS) - {"broken"}))
def test_a_school_never_reads_what_is_anothers(cases: StoreCases, engine: Engine, name: str) -> None:
    with cases.unit("alder") as unit:
        nothing = READS[name](unit)
    fill_cases(engine, "birch")
    with cases.unit("birch") as unit:
        assert READS[name](unit) != nothing
    with cases.unit("alder") as unit:
        assert READS[name](unit) == nothing


@pytest.mark.parametrize("name", CHANGES)
def test_a_school_never_changes_what_is_anothers(cases: StoreCases, engine: Engine, name: str) -> None:
    for school in ("alder", "birch"):
        fill_cases(engine, school)
    before = rows_of(engine, "alder"), rows_of(engine, "birch")
    with cases.unit("alder") as unit:
        CHANGES[name](unit)
        unit.commit()
    assert rows_of(engine, "alder") != before[0]
    assert rows_of(engine, "birch") == before[1]


@pytest.mark.parametrize("name", [*CHANGES, *READS])
def test_every_statement_of_a_unit_names_its_school(cases: StoreCases, engine: Engine, name: str) -> None:
    fill_cases(engine, "alder")
    with cases.unit("alder") as unit, statements(engine) as sent:
        (CHANGES | READS)[name](unit)
        unit.commit()
    assert sent
    for statement, values in sent:
        if "PRAGMA" not in statement:
            for row in values if isinstance(values, list) else [values]:
                assert "alder" in (row.values() if isinstance(row, dict) else row), statement


@pytest.mark.parametrize("name", sorted(set(CHANGES) - {"guess"}))
def test_what_is_not_committed_never_was(cases: StoreCases, engine: Engine, name: str) -> None:
    fill_cases(engine, "alder")
    before = rows_of(engine, "alder")
    with cases.unit("alder") as unit:
        CHANGES[name](unit)
        unit.history(FULL.reference)  # not even what was written to be read
    with suppress(ZeroDivisionError), cases.unit("alder") as unit:
        CHANGES[name](unit)
        raise ZeroDivisionError
    assert rows_of(engine, "alder") == before


def test_a_guess_is_kept_whatever_its_unit_does(cases: StoreCases) -> None:
    with suppress(ZeroDivisionError), cases.unit("alder") as unit:
        unit.guess("AAAA", AT, HOUR)
        raise ZeroDivisionError
    with cases.unit("alder") as unit:
        assert unit.guess("AAAA", AT, HOUR) == (2, 2)


def test_a_guess_after_something_was_held_is_refused_rather_than_kept_with_it(cases: StoreCases, engine: Engine) -> None:
    fill_cases(engine, "alder")
    with cases.unit("alder") as unit:
        unit.concern("c1")
        with pytest.raises(RuntimeError, match="before anything else"):
            unit.guess("AAAA", AT, HOUR)


def test_roles_are_read_anew_by_each_unit(cases: StoreCases, engine: Engine) -> None:
    with cases.unit("alder") as unit:
        assert unit.school.name == "Alder Primary"
    StoreSchools(engine, lambda: AT).apply(School("alder", "Alder Academy"), [])  # as another replica would, unknown to this one
    with cases.unit("alder") as unit:
        assert unit.school.name == "Alder Academy"


def test_roles_are_read_anew_once_a_concern_is_held(engine: Engine, schools: StoreSchools) -> None:
    """Whoever waits for a case may wait for as long as it takes to lose their role, or to be shut out of it."""
    lead, new = Holder(Role.LEAD, "Ann Lee"), Holder(Role.LEAD, "Kim Fox")
    schools.apply(School("alder", "Alder Primary", holders=(lead,)), [])

    class Waited(StoreCases):
        """Cases for which one has to wait."""

        def unit(self, school: str) -> StoreCaseUnit:
            """A unit that begins just before another replica changes who holds the role."""
            unit = super().unit(school)
            StoreSchools(engine, lambda: AT).apply(School("alder", "Alder Primary", holders=(new,)), [])
            return unit

    with StoreCases(engine, KEYS, lambda: AT).unit("alder") as unit:
        file(unit, numbered(1))
        unit.commit()
    with Waited(engine, KEYS, lambda: AT).unit("alder") as unit:
        assert unit.school.holders == (lead,)
        unit.by_filing("filing of c1")
        assert unit.school.holders == (new,)
    schools.apply(School("alder", "Alder Primary", holders=(lead,)), [])
    desk = Desk(Waited(engine, KEYS, lambda: AT), lambda: AT, lambda: "new")
    with pytest.raises(NoSuchCase):
        desk.open("alder", lead, "c1")
    assert desk.open("alder", new, "c1").case.concern.id == "c1"


def test_a_school_is_told_of_its_own_broken_cases_alone(cases: StoreCases, engine: Engine) -> None:
    for school in ("alder", "birch"):
        fill_cases(engine, school)
    damage(engine, "c1", "birch")
    with cases.unit("birch") as unit:
        assert (unit.broken(), unit.concerns()) == (1, ())
    with cases.unit("alder") as unit:
        assert (unit.broken(), unit.concerns()) == (0, (FULL,))


def test_a_case_with_an_entry_that_cannot_be_opened_is_listed_and_not_shown_in_part(cases: StoreCases, engine: Engine) -> None:
    fill_cases(engine, "alder")
    with engine.begin() as connection:
        connection.execute(update(EntryRow).values(sealed=b"altered"))
    with cases.unit("alder") as unit:
        assert (unit.concerns(), unit.concern("c1"), unit.broken()) == ((FULL,), FULL, 0)
        with pytest.raises(CaseBroken):
            unit.case("c1")


def test_a_concern_that_opens_and_says_what_nobody_knows_is_broken_and_its_words_are_in_no_error(cases: StoreCases, engine: Engine) -> None:
    fill_cases(engine, "alder")
    head = KEYS.seal(b'{"id": "c1", "Xylocanary', Place("alder", "c1", "c1", "head"))
    with engine.begin() as connection:
        connection.execute(update(ConcernRow).values(head=head))
    with cases.unit("alder") as unit, pytest.raises(CaseBroken) as broken:
        unit.concern("c1")
    assert "Xylocanary" not in "".join(format_exception(broken.value))


@pytest.mark.parametrize(
    ("table", "column"), [(ConcernRow, "head"), (EntryRow, "sealed"), (AttachmentRow, "meta"), (AttachmentRow, "content")]
)
@pytest.mark.parametrize("school", ["alder", "birch"])
def test_rows_that_were_swapped_in_the_database_are_refused(
    cases: StoreCases, engine: Engine, table: Any, column: str, school: str
) -> None:
    """Within a school and between two."""
    for name in ("alder", "birch"):
        fill_cases(engine, name)
    with cases.unit("alder") as unit:
        unit.add(OTHER, "another", receipt_for(OTHER, "another"))
        unit.enter("c2", STORY)
        unit.attach("c2", PHOTO, b"other")
        unit.commit()
    target = "c2" if school == "alder" else "c1"
    concern = table.id if table is ConcernRow else table.concern
    with engine.begin() as connection:
        value = connection.scalar(select(getattr(table, column)).where(table.school == "alder", concern == "c1"))
        connection.execute(update(table).where(table.school == school, concern == target).values({column: value}))
    with cases.unit(school) as unit, pytest.raises(CaseBroken):
        unit.case(target), unit.content(target, "a1")


def test_whatever_somebody_types_can_be_kept_and_shown(cases: StoreCases, engine: Engine) -> None:
    fill_cases(engine, "alder")
    with cases.unit("alder") as unit:
        unit.enter("c1", replace(STORY, id="e\0\ud83d", text="null \0 and half \ud83d, 🙂"))
        unit.commit()
    with cases.unit("alder") as unit:
        case = unit.case("c1")
        assert unit.concern("c\0\ud83d") is None
    assert case is not None
    assert case.entries[-1].text.encode().decode() == "null  and half \ufffd, 🙂"


@pytest.mark.parametrize(
    "change",
    [
        lambda unit: unit.enter("nowhere", STORY),
        lambda unit: unit.attach("nowhere", PHOTO, b""),
        lambda unit: unit.put(numbered(9)),
        lambda unit: unit.ping(Ping("p", "alder", "nowhere", AT)),
        lambda unit: unit.post(replace(LETTER, concern="nowhere")),
    ],
)
def test_what_belongs_to_no_report_is_told_as_not_kept(cases: StoreCases, change: Callable[[StoreCaseUnit], object]) -> None:
    with cases.unit("alder") as unit, pytest.raises(NotKept):
        change(unit)


def test_a_database_that_is_gone_is_told_as_not_kept(cases: StoreCases, engine: Engine) -> None:
    with cases.unit("alder") as unit:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE concerns RENAME TO gone"))
        try:
            with pytest.raises(NotKept):
                unit.add(OTHER, "another", receipt_for(OTHER))
            with pytest.raises(NotKept):
                unit.concerns()
        finally:
            unit._session.rollback()
            with engine.begin() as connection:
                connection.execute(text("ALTER TABLE gone RENAME TO concerns"))


def test_old_guesses_links_and_sessions_are_forgotten_and_no_others(cases: StoreCases, engine: Engine) -> None:
    def left() -> list[int]:
        rows = rows_of(engine, "alder")
        return [len(rows[table]) for table in ("guesses", "sign_in_links", "desk_sessions", "concerns", "audit")]

    fill_cases(engine, "alder")
    cases.forget_old(AT + HOUR / 2)
    assert left() == [1, 1, 1, 1, 1]
    cases.forget_old(AT + HOUR)
    assert left() == [1, 1, 0, 1, 1]
    cases.forget_old(AT + timedelta(days=1, minutes=1))
    assert left() == [0, 0, 0, 1, 1]


def test_old_drills_and_marks_are_forgotten_and_letters_live_as_long_as_their_concern(cases: StoreCases, engine: Engine) -> None:
    def left() -> list[int]:
        rows = rows_of(engine, "alder")
        return [len(rows[table]) for table in ("letters", "marks", "pings")]

    fill_cases(engine, "alder")
    cases.forget_old(AT + timedelta(days=35))
    assert left() == [2, 1, 1]
    cases.forget_old(AT + timedelta(days=35, seconds=1))
    assert left() == [1, 0, 1]
    cases.forget_old(AT + timedelta(days=3650))
    assert left() == [1, 0, 1]
    with cases.unit("alder") as unit:
        unit.delete("c1")
        unit.commit()
    assert left() == [0, 0, 0]


def test_a_concern_is_kept_in_no_more_columns_than_queries_need() -> None:
    readable = {column.name for column in ConcernRow.__table__.columns if column.name != "head"}
    assert readable == {"school", "id", "reference", "filing", "state", "keep_until"}
    assert readable & {*Concern.__dataclass_fields__} == {"id", "reference", "state", "keep_until"}
