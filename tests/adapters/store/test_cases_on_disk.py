"""What stands on the disk: no readable word of a report, nothing of one that was deleted; and what is committed is on it for good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, LargeBinary, Text, select, text

from adapters.store.cases import StoreCases
from adapters.store.engine import engine_of
from adapters.store.migrations import migrate
from adapters.store.rotation import check_keys
from adapters.store.schools import StoreSchools
from adapters.store.tables import METADATA
from bot.concerns.concern import Attachment, Concern, Entry, EntryKind
from bot.concerns.ports import Act
from bot.school import Holder, Role, School
from tests.adapters.store.case_examples import AT, FULL, KEYS, LETTER, file, numbered
from tests.databases import empty_url

MARKS = [f"xylocanary{what}" for what in ("story", "name", "phone", "reason", "role", "file", "content", "linked")]
REPORT = replace(
    FULL,
    id="concern-of-the-canary",
    reference="CANARY",
    reporter=MARKS[1],
    kept_from=(Holder(Role.HEAD, "xylocanaryrole", MARKS[2]),),
    linked=frozenset({MARKS[7]}),
)


def on_disk(folder: Path) -> bytes:
    """All that SQLite's files hold."""
    return b"".join(one.read_bytes() for one in folder.iterdir())


def keep(engine: Engine, concern: Concern, filing: str) -> None:
    """Nothing: a report full of marked words is kept, among others."""
    with StoreCases(engine, KEYS, lambda: AT).unit("alder") as unit:
        file(unit, concern, filing, lookup="CANARYLOOKUP")
        unit.enter(concern.id, Entry("entry-of-the-canary", AT, EntryKind.DECISION, MARKS[0], Role.LEAD, MARKS[1], MARKS[3]))
        unit.attach(concern.id, Attachment("a2", AT, MARKS[5], "image/png", 9), MARKS[6].encode() * 3000)
        unit.post(replace(LETTER, id="letter-of-the-canary", concern=concern.id, recipient="recipient-of-the-canary"))
        unit.audit(AT, Act.FILED, "reporter", concern.reference)
        for at in range(2, 30):
            file(unit, numbered(at))
            unit.post(replace(LETTER, id=f"l{at}", concern=f"c{at}"))
        unit.commit()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = engine_of(f"sqlite:///{tmp_path}/signpost.db", durable=True)
    migrate(made)
    check_keys(made, KEYS)
    StoreSchools(made, lambda: AT).apply(School("alder", "Alder Primary"), [])
    yield made
    made.dispose()


def test_no_readable_word_of_a_report_is_in_sqlites_files(engine: Engine, tmp_path: Path) -> None:
    keep(engine, REPORT, "filing-of-the-canary")
    held = on_disk(tmp_path)
    assert b"concern-of-the-canary" in held  # the right files are looked at
    assert b"xylocanary" not in held
    for word in (b"cyberbullying", b"referred_lado", b"Ann Lee", b"head@alder.example", b"screen print", b"What happened"):
        assert word not in held


def test_no_readable_word_of_a_report_is_in_postgresqls_tables(tmp_path: Path) -> None:
    url = empty_url("postgresql", tmp_path)
    made = engine_of(url)
    migrate(made)
    StoreSchools(made, lambda: AT).apply(School("alder", "Alder Primary"), [])
    keep(made, REPORT, "filing-of-the-canary")
    made.dispose()
    with psycopg.connect(url) as connection:
        told = b""
        for table in METADATA.tables:
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)".encode()) as rows:
                told += b"".join(bytes(part) for part in rows)
    assert b"concern-of-the-canary" in told
    assert b"xylocanary" not in told


def test_nothing_of_a_deleted_report_is_left_in_sqlites_files_but_its_audit(engine: Engine, tmp_path: Path) -> None:
    keep(engine, REPORT, "filing-of-the-canary")
    remains: list[bytes] = []
    with engine.connect() as connection:
        for name in ("concerns", "entries", "attachments"):
            table = METADATA.tables[name]
            whose = table.c.id if name == "concerns" else table.c.concern
            for row in connection.execute(select(table).where(whose == REPORT.id)).mappings():
                for column in table.columns:
                    if isinstance(column.type, LargeBinary):
                        remains += [row[column][at : at + 48] for at in range(0, len(row[column]) - 48, 4000)]
    assert len(remains) > 20
    held = on_disk(tmp_path)
    assert all(one in held for one in remains[:3])
    with StoreCases(engine, KEYS, lambda: AT).unit("alder") as unit:
        unit.delete(REPORT.id)
        unit.audit(AT, Act.DELETED, "lead", REPORT.reference)
        unit.commit()
    held = on_disk(tmp_path)
    assert not [one for one in remains if one in held]
    gone = ("filing-of-the-canary", "CANARYLOOKUP", "entry-of-the-canary", "letter-of-the-canary", "recipient-of-the-canary")
    for word in (REPORT.id, *gone, f"ping of {REPORT.id}"):
        assert word.encode() not in held, word
    assert b"CANARY" in held
    with engine.connect() as connection:
        for table in METADATA.tables.values():
            for column in (one for one in table.columns if isinstance(one.type, Text)):
                assert REPORT.id not in connection.scalars(select(column)).all(), column


def test_what_is_kept_here_waits_for_the_disk_and_the_rest_does_not(engine: Engine, tmp_path: Path) -> None:
    other = engine_of(f"sqlite:///{tmp_path}/signpost.db")
    with engine.connect() as for_good, other.connect() as quick:
        for pragma, told in (
            ("synchronous", (2, 1)),
            ("foreign_keys", (1, 1)),
            ("secure_delete", (1, 1)),
            ("journal_mode", ("wal", "wal")),
        ):
            assert (for_good.scalar(text(f"PRAGMA {pragma}")), quick.scalar(text(f"PRAGMA {pragma}"))) == told
    other.dispose()


def test_the_two_engines_of_one_file_see_what_each_other_keeps(engine: Engine, tmp_path: Path) -> None:
    other = engine_of(f"sqlite:///{tmp_path}/signpost.db")
    StoreSchools(other, lambda: AT).apply(School("alder", "Alder Academy"), [])
    with StoreCases(engine, KEYS, lambda: AT).unit("alder") as unit:
        assert unit.school.name == "Alder Academy"
        file(unit)
        unit.commit()
    with StoreCases(other, KEYS, lambda: AT).unit("alder") as unit:
        assert unit.concern("c1") is not None
    other.dispose()
