"""The audit's chain: any line changed, removed, moved or put in is found, and a head noted elsewhere shows what was cut off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from adapters.store.auditing import line_digest, verify
from adapters.store.cases import StoreCases
from adapters.store.schools import StoreSchools
from adapters.store.tables.concerns import AuditHeadRow, AuditRow
from bot.concerns.ports import Act, AuditLine
from bot.ports import UnknownSchool
from tests.adapters.store.case_examples import AT, KEYS

LINES = 6
ALDER = AuditRow.school == "alder"
CHANGES = {
    "act": {"act": "closed"},
    "who": {"who": "head"},
    "reference": {"reference": "R2"},
    "at": {"at": AT + timedelta(microseconds=1)},
    "digest": {"digest": "0" * 64},
}


@pytest.fixture(autouse=True)
def filled(engine: Engine, schools: StoreSchools) -> None:
    for school in ("alder", "birch"):
        for _ in range(LINES // 2):
            with StoreCases(engine, KEYS, lambda: AT).unit(school) as unit:
                unit.audit(AT, Act.READ, "lead", "R1")
                unit.audit(AT, Act.NOTED, "deputy", "R1")
                unit.commit()


def change(engine: Engine, *statements: object) -> None:
    """Nothing: somebody who can write in the database did this."""
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


def broken(engine: Engine) -> int | None:
    """The first broken line of alder's audit; birch's is whole."""
    alder, birch = verify(engine)
    assert (birch.school, birch.count, birch.broken) == ("birch", LINES, None)
    return alder.broken


def test_a_line_s_digest_is_what_it_was() -> None:
    """A change of how it is made would break every audit there is."""
    assert (
        line_digest("", "alder", AuditLine(1, AT, Act.FILED, "reporter", "R1"))
        == "f9df0405ab8e29903d4de19ebac7d63418addde18a7a2d130752560613c554f8"
    )


def test_a_whole_audit_is_told_with_its_head(engine: Engine) -> None:
    alder, birch = verify(engine)
    assert (alder.school, alder.count, alder.broken) == ("alder", LINES, None)
    assert verify(engine, "birch") == (birch,)
    assert alder.head != birch.head  # the same lines in another school are another chain
    with engine.connect() as connection:
        assert connection.scalar(select(AuditHeadRow.digest).where(AuditHeadRow.school == "alder")) == alder.head


def test_a_school_nobody_knows_is_told_plainly(engine: Engine) -> None:
    with pytest.raises(UnknownSchool):
        verify(engine, "elm")


@pytest.mark.parametrize("number", [1, 3, LINES])
@pytest.mark.parametrize("what", CHANGES)
def test_a_line_that_was_changed_is_named(engine: Engine, number: int, what: str) -> None:
    change(engine, update(AuditRow).where(ALDER, AuditRow.number == number).values(CHANGES[what]))
    assert broken(engine) == number


@pytest.mark.parametrize("number", [1, 3, LINES])
def test_a_line_that_was_removed_is_named(engine: Engine, number: int) -> None:
    change(engine, delete(AuditRow).where(ALDER, AuditRow.number == number))
    assert broken(engine) == number


def test_lines_that_changed_places_are_named(engine: Engine) -> None:
    change(
        engine,
        update(AuditRow).where(ALDER, AuditRow.number == 3).values(number=99),
        update(AuditRow).where(ALDER, AuditRow.number == 4).values(number=3),
        update(AuditRow).where(ALDER, AuditRow.number == 99).values(number=4),
    )
    assert broken(engine) == 3


def test_what_was_cut_off_at_the_end_shows_against_the_head(engine: Engine) -> None:
    change(engine, delete(AuditRow).where(ALDER, AuditRow.number > 4))
    assert broken(engine) == 5


def test_a_head_that_was_changed_or_removed_is_noticed(engine: Engine) -> None:
    change(engine, update(AuditHeadRow).where(AuditHeadRow.school == "alder").values(number=4))
    assert broken(engine) == 5
    change(engine, delete(AuditHeadRow).where(AuditHeadRow.school == "alder"))
    assert broken(engine) == 1


def test_a_whole_audit_that_was_removed_is_noticed(engine: Engine) -> None:
    change(engine, delete(AuditRow).where(ALDER))
    assert broken(engine) == 1


def test_a_line_that_was_put_in_is_noticed(engine: Engine) -> None:
    alder, _ = verify(engine)
    line = AuditLine(LINES + 1, AT, Act.READ, "head", "R1")
    values = {"number": line.number, "at": line.at, "act": "read", "who": "head", "reference": "R1"}
    change(engine, insert(AuditRow).values(school="alder", **values, digest=line_digest(alder.head, "alder", line)))
    assert broken(engine) == LINES + 1


def test_lines_of_another_school_do_not_fit(engine: Engine) -> None:
    with engine.connect() as connection:
        taken = connection.scalar(select(AuditRow.digest).where(AuditRow.school == "birch", AuditRow.number == 3))
    change(engine, update(AuditRow).where(ALDER, AuditRow.number == 3).values(digest=taken))
    assert broken(engine) == 3


def test_whoever_rewrites_the_whole_chain_is_found_out_only_by_what_was_noted_elsewhere(engine: Engine) -> None:
    (before,) = verify(engine, "alder")
    change(engine, delete(AuditRow).where(ALDER), delete(AuditHeadRow).where(AuditHeadRow.school == "alder"))
    with StoreCases(engine, KEYS, lambda: AT).unit("alder") as unit:
        for _ in range(LINES):
            unit.audit(AT, Act.SIGNED_IN, "lead")
        unit.commit()
    (after,) = verify(engine, "alder")
    assert (after.count, after.broken) == (LINES, None)
    (told,) = verify(engine, "alder", (before.count, before.head))
    assert told.broken == LINES


@pytest.mark.parametrize("noted", [2, LINES])
def test_what_was_noted_of_an_audit_that_grew_still_holds(engine: Engine, noted: int) -> None:
    with engine.connect() as connection:
        digest = connection.scalar(select(AuditRow.digest).where(ALDER, AuditRow.number == noted))
    assert verify(engine, "alder", (noted, digest or ""))[0].broken is None
    assert verify(engine, "alder", (noted, "0" * 64))[0].broken == noted


def test_an_audit_that_is_shorter_than_what_was_noted_is_broken(engine: Engine) -> None:
    assert verify(engine, "alder", (LINES + 3, "0" * 64))[0].broken == LINES + 1
