"""Backups on real databases: all that is to be kept comes back, whichever database it came from; and what is no backup changes nothing."""

from __future__ import annotations

import gzip
import json
import stat
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    Table,
    event,
    func,
    insert,
    inspect,
    select,
    text,
)

from adapters.store.backup import LEFT_OUT, BackupNotWritten, BackupUnusable, DatabaseInUse, back_up, restore
from adapters.store.migrations import migrate, revision_state
from adapters.store.tables import METADATA
from adapters.store.tables.base import UtcTime
from adapters.store.tables.concerns import AttachmentRow, ConcernRow, PingRow
from adapters.store.tables.events import EventRow
from adapters.store.tables.schools import HolderRow, SchoolRow
from adapters.store.tables.slack import BOTS
from tests.adapters.installed import Installation
from tests.databases import BOTH, empty_database, migrated_database

AT = datetime(2026, 3, 2, 14, 30, 15, 123456, tzinfo=UTC)
WORDS = "ŵ 🙂 “quoted” \\ ' \" \n = \u2028"


def filled(column: Column[Any], row: int) -> Any:
    """A value for a column: the referenced one for a foreign key, so that all rows of a number hang together."""
    if column.foreign_keys:
        return filled(sorted(column.foreign_keys, key=lambda key: key.column.table.name)[0].column, row)
    kind = column.type
    if isinstance(kind, UtcTime):
        return None if column.name in {"until", "lease_until"} and column.nullable else AT
    if isinstance(kind, DateTime):
        return AT.replace(tzinfo=None)
    if isinstance(kind, Date):
        return date(2026, 3, row)
    if isinstance(kind, Boolean):
        return bool(row % 2)
    if isinstance(kind, Integer):
        return row
    if isinstance(kind, LargeBinary):
        return bytes(range(256)) * row
    if isinstance(kind, JSON):
        return [WORDS, row, {"deep": None}]
    return f"{column.name}{row}{'' if column.primary_key else WORDS}"[: getattr(kind, "length", None)]


def populate(engine: Engine) -> None:
    """Two rows in every table."""
    with engine.begin() as connection:
        for table in METADATA.sorted_tables:
            for row in (1, 2):
                connection.execute(table.insert(), {column.name: filled(column, row) for column in table.columns})


def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    with engine.connect() as connection:
        return {table.name: [tuple(row) for row in connection.execute(_in_order(table))] for table in METADATA.sorted_tables}


def _in_order(table: Table) -> Any:
    return select(table).order_by(*table.primary_key)


def lines(file: Path) -> list[Any]:
    return [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A backup of a populated SQLite database."""
    with migrated_database("sqlite") as engine:
        populate(engine)
        back_up(engine, tmp_path / "full.gz", AT)
    return tmp_path / "full.gz"


@pytest.mark.parametrize("source", BOTH)
@pytest.mark.parametrize("target", BOTH)
def test_all_rows_of_all_tables_come_back_from_either_database_to_either(source: str, target: str, tmp_path: Path) -> None:
    with migrated_database(source) as engine:
        populate(engine)
        before = everything(engine)
        told = back_up(engine, tmp_path / "b.gz", AT)
    assert all(before.values())
    with empty_database(target, tmp_path) as engine:
        assert restore(engine, tmp_path / "b.gz") == told
        after = everything(engine)
        assert revision_state(engine)[0] == revision_state(engine)[1]
        for name, rows in before.items():
            assert after[name] == ([] if name in LEFT_OUT else rows), name
        with engine.begin() as connection:  # new rows are counted on from those restored
            bot = {column.name: filled(column, 3) for column in BOTS.columns if column.name != "id"}
            connection.execute(insert(BOTS), bot)
            assert connection.scalar(select(func.max(BOTS.c.id))) == 3


@pytest.mark.parametrize("kind", BOTH)
def test_what_was_alive_is_not_after_restoring(kind: str, tmp_path: Path) -> None:
    with migrated_database(kind) as engine:
        populate(engine)
        with engine.begin() as connection:
            connection.execute(PingRow.__table__.update().values(lease_until=AT))
            connection.execute(EventRow.__table__.update().where(EventRow.event == "event1").values(until=AT))
        back_up(engine, tmp_path / "b.gz", AT)
    with empty_database(kind, tmp_path) as engine:
        restore(engine, tmp_path / "b.gz")
        found = everything(engine)
    assert found["desk_sessions"] == found["sign_in_links"] == found["slack_oauth_states"] == found["turns"] == []
    assert [row[0] for row in found["heard_events"]] == ["event2"]
    assert len(found["pings"]) == 2
    assert all(AT not in row[4:] for row in found["pings"])


@pytest.mark.parametrize("kind", BOTH)
def test_a_backup_is_of_one_moment_though_others_write_meanwhile(kind: str, tmp_path: Path) -> None:
    with migrated_database(kind) as engine:
        populate(engine)
        wrote: list[str] = []

        def meanwhile(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if "FROM schools" in statement and not wrote:
                wrote.append(statement)
                with engine.begin() as other:
                    values = {column.name: filled(column, 3) for column in HolderRow.__table__.columns}
                    other.execute(insert(SchoolRow), {column.name: filled(column, 3) for column in SchoolRow.__table__.columns})
                    other.execute(insert(HolderRow), values)

        event.listen(engine, "after_cursor_execute", meanwhile)
        try:
            told = back_up(engine, tmp_path / "b.gz", AT)
        finally:
            event.remove(engine, "after_cursor_execute", meanwhile)
        assert wrote
        assert len(everything(engine)["holders"]) == 3
        assert (told.rows["schools"], told.rows["holders"]) == (2, 2)


@pytest.mark.parametrize("kind", BOTH)
def test_a_backup_of_older_tables_is_brought_up_to_date(kind: str, tmp_path: Path) -> None:
    with empty_database(kind, tmp_path) as engine:
        migrate(engine, "0001")
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO schools VALUES ('oak', 'Oak', '', 'h', '')"))
        assert back_up(engine, tmp_path / "old.gz", AT).revision == "0001"
    with migrated_database(kind) as engine:  # it has the newest tables already, and nothing in them
        restore(engine, tmp_path / "old.gz")
        assert everything(engine)["schools"][0][:2] == ("oak", "Oak")
        assert revision_state(engine)[0] == revision_state(engine)[1]


def test_only_the_owner_may_read_it_and_no_other_file_is_left(full: Path) -> None:
    assert stat.S_IMODE(full.stat().st_mode) == 0o600
    assert list(full.parent.iterdir()) == [full]
    first, *_, last = lines(full)
    assert (first["format"], first["made_at"]) == ("signpost-backup", AT.isoformat())
    assert last["end"] == sum(isinstance(line, list) for line in lines(full))


def test_a_file_that_is_there_stays_unless_it_is_to_be_written_over(tmp_path: Path) -> None:
    out = tmp_path / "b.gz"
    out.write_text("mine")
    with migrated_database("sqlite") as engine:
        with pytest.raises(BackupNotWritten, match="already"):
            back_up(engine, out, AT)
        assert out.read_text() == "mine"
        back_up(engine, out, AT, overwrite=True)
        assert lines(out)[-1] == {"end": 0}
        with pytest.raises(BackupNotWritten, match="folder"):
            back_up(engine, tmp_path, AT, overwrite=True)
        with pytest.raises(BackupNotWritten, match="cannot be written"):
            back_up(engine, tmp_path / "none" / "b.gz", AT)
    assert list(tmp_path.iterdir()) == [out]


def test_a_database_without_tables_has_nothing_to_back_up(tmp_path: Path) -> None:
    with empty_database("sqlite", tmp_path) as engine, pytest.raises(BackupNotWritten, match="no tables"):
        back_up(engine, tmp_path / "b.gz", AT)
    assert not (tmp_path / "b.gz").exists()


@pytest.mark.parametrize("kind", BOTH)
def test_a_database_with_schools_is_refused_and_stays(kind: str, full: Path) -> None:
    with migrated_database(kind) as engine:
        populate(engine)
        before = everything(engine)
        with pytest.raises(DatabaseInUse, match="schools in it"):
            restore(engine, full)
        assert everything(engine) == before


def _rewritten(full: Path, change: Any) -> bytes:
    found = lines(full)
    change(found)
    return gzip.compress("".join(f"{json.dumps(line)}\n" for line in found).encode())


def _foreign_key(found: list[Any]) -> None:
    """A concern of no school: found only by the database, when most is loaded."""
    at = next(place for place, line in enumerate(found) if isinstance(line, dict) and line.get("table") == "concerns")
    found[at + 1][0] = "nowhere"


BROKEN = {
    "empty": lambda full: b"",
    "foreign": lambda full: b"PK\x03\x04 something else",
    "other gzip": lambda full: gzip.compress(b'{"format": "other"}\n'),
    "no lines": lambda full: gzip.compress(b"\xff\xfe"),
    "cut in the gzip": lambda full: full.read_bytes()[:-400],
    "cut by its last byte": lambda full: full.read_bytes()[:-1],
    "cut at a line": lambda full: _rewritten(full, lambda found: found.pop()),
    "a row missing": lambda full: _rewritten(full, lambda found: found.pop(3)),
    "a byte changed": lambda full: full.read_bytes()[:200] + b"\x00\x01" + full.read_bytes()[202:],
    "newer": lambda full: _rewritten(full, lambda found: found[0].update(revision="9999")),
    "a newer format": lambda full: _rewritten(full, lambda found: found[0].update(version=2)),
    "unknown table": lambda full: _rewritten(full, lambda found: found[1].update(table="pg_authid")),
    "unknown column": lambda full: _rewritten(full, lambda found: found[1]["columns"].__setitem__(0, "nothing")),
    "no time": lambda full: _rewritten(full, lambda found: found[0].pop("made_at")),
    "a row too short": lambda full: _rewritten(full, lambda found: found[2].pop()),
    "a row of no school": lambda full: _rewritten(full, _foreign_key),
}


@pytest.mark.parametrize("kind", BOTH)
def test_what_is_no_whole_backup_gets_one_error_and_changes_nothing(kind: str, full: Path, tmp_path: Path) -> None:
    bot = {column.name: filled(column, 1) for column in BOTS.columns}
    with migrated_database(kind) as used, empty_database(kind, tmp_path) as empty:
        with used.begin() as connection:
            connection.execute(insert(BOTS), bot)
        before = everything(used)
        for name, broken in BROKEN.items():
            file = tmp_path / "broken.gz"
            file.write_bytes(broken(full))
            for engine in (used, empty):
                with pytest.raises(BackupUnusable) as raised:
                    restore(engine, file)
                assert raised.value.next_step, name
                assert "🙂" not in str(raised.value), name
            assert everything(used) == before, name
            assert inspect(empty).get_table_names() == [], name
        with pytest.raises(BackupUnusable, match="cannot be read"):
            restore(used, tmp_path / "none.gz")


def test_large_tables_pass_through_a_little_memory(tmp_path: Path) -> None:
    megabyte = bytes(1_000_000)
    with migrated_database("sqlite") as engine:
        with engine.begin() as connection:
            for table in (SchoolRow, ConcernRow):
                connection.execute(insert(table), {column.name: filled(column, 1) for column in table.__table__.columns})
        for number in range(1, 21):
            row = {column.name: filled(column, 1) for column in AttachmentRow.__table__.columns} | {"id": f"a{number}", "content": megabyte}
            with engine.begin() as connection:
                connection.execute(insert(AttachmentRow), row)
        tracemalloc.start()
        back_up(engine, tmp_path / "b.gz", AT)
        _, while_writing = tracemalloc.get_traced_memory()
        with empty_database("sqlite", tmp_path) as other:
            tracemalloc.reset_peak()
            assert restore(other, tmp_path / "b.gz").rows["attachments"] == 20
            _, while_reading = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert while_writing < 15_000_000
    assert while_reading < 15_000_000


def test_the_commands_say_what_they_did_and_the_keys_are_not_in_it(tmp_path: Path) -> None:
    key = "8:" + "Kk7" * 14
    old = Installation(tmp_path, {"DATABASE_URL": "sqlite:///old.db", "SIGNPOST_KEYS": key})
    old.run("migrate")
    old.write("oak.toml", 'id = "oak"\nname = "Oak"\n[contacts.lead]\nname = "Ann Lee"\n[contacts.head]\nname = "Jo Hall"\n')
    old.run("school", "apply", "oak.toml")
    out, err, code = old.run("backup", "b.gz")
    assert (err, code) == ("", 0)
    assert "1 schools, 0 reports" in out
    assert "SIGNPOST_KEYS" in out
    assert key.encode() not in gzip.decompress((tmp_path / "b.gz").read_bytes())
    new = Installation(tmp_path, {"DATABASE_URL": "sqlite:///new.db"})
    out, err, code = new.run("restore", "b.gz")
    assert (err, code) == ("", 0)
    assert "Reports can only be read with the keys in use when the backup was made" in " ".join(out.split())
    assert json.loads(new.run("school", "list", "--json")[0])[0]["id"] == "oak"
    _, err, code = new.run("restore", "b.gz")
    assert "schools in it already" in err
    assert code == 2
    assert "already" in old.run("backup", "b.gz")[1]
    assert old.run("backup", "b.gz", "--force")[2] == 0
