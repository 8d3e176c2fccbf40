"""Everything a database holds as one file, and a database made from it: SQLite or PostgreSQL, whichever it came from.

The file is gzip of JSON Lines. First what it is; then for each table a line that names it with its columns and a line for each row, parents
before what hangs on them; last how many rows there are, so that a file cut short is known. Times are ISO, UTC without an offset; bytes are
base64. What is sealed stays sealed: the keys are in the environment and never here.
"""

from __future__ import annotations

import gzip
import json
import os
import secrets
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from gzip import GzipFile
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON, Connection, Date, DateTime, Engine, Integer, LargeBinary, MetaData, Table, func, inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from adapters.store.engine import reach
from adapters.store.migrations import known_revisions, take_turn, upgrade
from adapters.store.tables import METADATA
from knowledge.errors import SignpostError

FORMAT, VERSION = "signpost-backup", 1
# Not in a backup: what lives for minutes only, such as sign-in links and sessions; and questions, which are promised to be forgotten soon.
# And when wrong codes were typed, to the minute: nobody needs to know it later.
LEFT_OUT = frozenset({"clock_beats", "desk_sessions", "guesses", "sign_in_links", "slack_oauth_states", "turns"})
UNFINISHED = {"heard_events": "until"}  # rows where that is set are claims of somebody at work: left out, so that it is done again
# Nobody is at it any more once it is restored. A letter that was being sent then comes as UNCERTAIN; one that was sent stays so.
LEASES = {"letters": "lease_until", "pings": "lease_until"}
LONGEST = 256 * 1024 * 1024  # of a line: a row with the largest attachment has a tenth of that
AT_ONCE, BYTES_AT_ONCE = 500, 1_000_000  # rows and bytes held in memory
FEW_AT_ONCE = 4  # rows read at once where they may hold whole files
DAMAGED = "It may be damaged or cut short. Nothing was changed."


class BackupUnusable(SignpostError):
    """A file cannot be restored: foreign, cut short, damaged or made by a newer Signpost. Whoever restores can name another."""


class BackupNotWritten(SignpostError):
    """A backup cannot be written there: whoever makes it can name another file."""


class DatabaseInUse(SignpostError):
    """The database to restore into has schools already: whoever restores can name an empty one."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds. ``made_at``: aware, UTC. ``rows``: of each table."""

    revision: str
    made_at: datetime
    rows: dict[str, int]


def back_up(engine: Engine, out: Path, now: datetime, *, overwrite: bool = False) -> Contents:
    """What was written to the file, all as it was at one moment. Only its owner may read it. Raises BackupNotWritten, DatabaseUnusable."""
    reach(engine)
    with _written(out, overwrite=overwrite) as stream, engine.connect() as connection:
        connection = _snapshot(connection)
        revision = MigrationContext.configure(connection).get_current_revision() or ""
        if not revision:
            raise BackupNotWritten("The database has no tables yet.", "There is nothing to back up.")
        if revision not in known_revisions():
            raise BackupNotWritten(
                f"The database is at revision {revision}, which this Signpost does not know.",
                "Use the version of Signpost that the database belongs to.",
            )
        rows = {}
        _write(stream, {"format": FORMAT, "version": VERSION, "revision": revision, "made_at": now.astimezone(UTC).isoformat()})
        for table in _tables(connection):
            if table.name not in LEFT_OUT:
                _write(stream, {"table": table.name, "columns": [column.name for column in table.columns]})
                rows[table.name] = _write_rows(stream, connection, table)
        _write(stream, {"end": sum(rows.values())})
        connection.rollback()
    return Contents(revision, now, rows)


def restore(engine: Engine, file: Path) -> Contents:
    """What was restored: all of it, or on any error nothing; the database's tables are the newest then.

    Raises BackupUnusable, DatabaseInUse, DatabaseUnusable, OperationalError.
    """
    contents = _checked(file)
    reach(engine)
    with engine.connect() as connection:
        take_turn(connection)
        _make_room(connection)
        upgrade(connection, contents.revision)
        tables = {table.name: table for table in _tables(connection)}
        try:
            _load(connection, tables, file)
        except OperationalError:
            raise
        except (DBAPIError, ValueError, KeyError, TypeError) as error:  # their words may hold what was to be kept
            raise BackupUnusable(f"{file} does not fit the tables of revision {contents.revision}.", DAMAGED) from error
        _number_on(connection, tables.values())
        upgrade(connection)
        connection.commit()
    return contents


def _make_room(connection: Connection) -> None:
    """Nothing: none of our tables is there, so that they can be made as the backup had them. Raises DatabaseInUse, BackupUnusable."""
    current = MigrationContext.configure(connection).get_current_revision() or ""
    if current and current not in known_revisions():
        raise DatabaseInUse(f"The database is at revision {current}, which this Signpost does not know.", "Name an empty database.")
    there = set(inspect(connection).get_table_names()) & {*METADATA.tables, "alembic_version"}
    if "schools" in there:
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE schools IN ACCESS EXCLUSIVE MODE"))
        if connection.scalar(text("SELECT count(*) FROM schools")):
            raise DatabaseInUse(
                "The database has schools in it already. Nothing was changed.",
                "A backup goes into an empty database: set DATABASE_URL to a new one, and restore again.",
            )
    for name in [*(table.name for table in reversed(METADATA.sorted_tables)), "alembic_version"]:
        if name in there:
            connection.execute(text(f"DROP TABLE {name}"))


def _load(connection: Connection, tables: dict[str, Table], file: Path) -> None:
    """Nothing: the rows are in the tables, a batch at a time."""
    batch: list[dict[str, Any]] = []
    table: Table | None = None
    columns: list[tuple[str, Callable[[Any], Any]]] = []
    size = 0
    for line, found in _lines(file):
        row = found if isinstance(found, list) else None
        if table is not None and batch and (row is None or len(batch) >= AT_ONCE or size >= BYTES_AT_ONCE):
            connection.execute(table.insert(), batch)
            batch, size = [], 0
        if row is not None:
            batch.append({name: restored(value) for (name, restored), value in zip(columns, row, strict=True)})
            size += len(line)
        elif "table" in found:
            table = tables[found["table"]]
            columns = [(name, _restorer(table, name, connection.dialect.name)) for name in found["columns"]]


def _number_on(connection: Connection, tables: Iterable[Table]) -> None:
    """Nothing: PostgreSQL counts its own ids on from the highest restored, as SQLite does by itself."""
    if connection.dialect.name != "postgresql":
        return
    for column in [column for table in tables for column in table.primary_key if isinstance(column.type, Integer)]:
        sequence = connection.scalar(select(func.pg_get_serial_sequence(column.table.name, column.name)))
        if sequence:
            highest = connection.scalar(select(func.max(column))) or 0
            connection.execute(select(func.setval(sequence, highest + 1, False)))


def _checked(file: Path) -> Contents:
    """What a backup holds; all of it has been read once, and is whole. Raises BackupUnusable."""
    rows: dict[str, int] = {}
    table, ended = "", False
    lines = _lines(file)
    _, first = next(lines, (b"", None))
    if not isinstance(first, dict) or first.get("format") != FORMAT:
        raise BackupUnusable(f"{file} is not a backup of Signpost.", "Name a file that `signpost backup` has written.")
    revision = first.get("revision")
    if first.get("version") != VERSION or revision not in known_revisions():
        raise BackupUnusable(
            f"{file} was made by a newer Signpost (its tables are at revision {revision}).",
            "Install that version or a newer one, then restore again. Nothing was changed.",
        )
    for _, found in lines:
        if ended:
            raise BackupUnusable(f"{file} goes on after its end.", DAMAGED)
        if isinstance(found, list) and table:
            rows[table] += 1
        elif isinstance(found, dict) and isinstance(found.get("table"), str) and found["table"] not in rows:
            table = found["table"]
            rows[table] = 0
        elif isinstance(found, dict) and found.get("end") == sum(rows.values()):
            ended = True
        else:
            raise BackupUnusable(f"{file} holds what no backup holds.", DAMAGED)
    if not ended:
        raise BackupUnusable(f"{file} ends too early.", DAMAGED)
    try:
        made_at = datetime.fromisoformat(first["made_at"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError):
        raise BackupUnusable(f"{file} does not say when it was made.", DAMAGED) from None
    return Contents(str(revision), made_at, rows)


def _lines(file: Path) -> Iterator[tuple[bytes, Any]]:
    """Each line and what it says. Raises BackupUnusable."""
    try:
        with gzip.open(file, "rb") as stream:
            while line := stream.readline(LONGEST):
                yield line, json.loads(line)
    except EOFError:
        raise BackupUnusable(f"{file} ends too early.", DAMAGED) from None
    except (gzip.BadGzipFile, zlib.error, ValueError):
        raise BackupUnusable(f"{file} is not a backup of Signpost, or is damaged.", DAMAGED) from None
    except OSError as error:
        raise BackupUnusable(f"{file} cannot be read: {error.strerror or error}.", "Check the name; it must be a file.") from None


def _snapshot(connection: Connection) -> Connection:
    """The connection, in a transaction that sees the database as it is now, whatever others write meanwhile."""
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    connection.exec_driver_sql("BEGIN")
    return connection


def _tables(connection: Connection) -> list[Table]:
    """Our tables as they are in the database, which may be of an older revision; parents before what hangs on them."""
    names = set(inspect(connection).get_table_names()) & METADATA.tables.keys()
    found = MetaData()
    found.reflect(connection, only=sorted(names))
    return [table for table in found.sorted_tables if table.name in names]


def _write_rows(stream: GzipFile, connection: Connection, table: Table) -> int:
    """How many rows were written."""
    query = select(table).order_by(*table.primary_key)
    if unfinished := UNFINISHED.get(table.name):
        query = query.where(table.c[unfinished].is_(None))
    leases = [place for place, column in enumerate(table.columns) if column.name == LEASES.get(table.name)]
    with_files = any(isinstance(column.type, LargeBinary) for column in table.columns)
    rows = connection.execution_options(stream_results=True).execute(
        query, execution_options={"yield_per": FEW_AT_ONCE if with_files else AT_ONCE}
    )
    count = 0
    for row in rows:
        _write(stream, [None if place in leases else _kept(value) for place, value in enumerate(row)])
        count += 1
    return count


def _kept(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


def _restorer(table: Table, name: str, dialect: str) -> Callable[[Any], Any]:
    """What makes a column's value again of what JSON held."""
    kind = table.c[name].type
    if isinstance(kind, DateTime):
        zone = UTC if kind.timezone and dialect == "postgresql" else None
        return lambda value: value if value is None else datetime.fromisoformat(value).replace(tzinfo=zone)
    if isinstance(kind, Date):
        return lambda value: value if value is None else date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return lambda value: value if value is None else b64decode(value, validate=True)
    if isinstance(kind, JSON) and table.c[name].nullable:
        kind.none_as_null = True
    return lambda value: value


def _write(stream: GzipFile, line: Any) -> None:
    stream.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


@contextmanager
def _written(out: Path, *, overwrite: bool) -> Iterator[GzipFile]:
    """A stream whose bytes become the file once all of it is on the disk; until then what was there stays. Raises BackupNotWritten."""
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    try:
        _refuse_overwriting(out, overwrite=overwrite)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as raw:
            with GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=6) as stream:
                yield stream
            raw.flush()
            os.fsync(raw.fileno())
        _refuse_overwriting(out, overwrite=overwrite)
        part.replace(out)
    except OSError as error:
        raise BackupNotWritten(f"{out} cannot be written: {error.strerror or error}.", "Choose another place for it.") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _refuse_overwriting(out: Path, *, overwrite: bool) -> None:
    """Nothing. Raises BackupNotWritten where something stands there that is to stay."""
    if out.is_dir():
        raise BackupNotWritten(f"{out} is a folder.", "Name a file in it, such as signpost-backup.gz.")
    if out.exists() and not overwrite:
        raise BackupNotWritten(f"{out} is there already and stays as it is.", "Choose another name, or give --force to write over it.")
