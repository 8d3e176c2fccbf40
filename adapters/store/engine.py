"""The database behind a URL: SQLite for one machine, PostgreSQL where replicas scale out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from knowledge.errors import SignpostError

BUSY_SECONDS = 30  # how long a write waits for another to end on SQLite, where one writes at a time
CONNECTIONS = 10  # kept open; as many again while it is busy
WAIT_SECONDS = 10  # for a free connection, and for the server to let us in
POSTGRES = ("postgres", "postgresql", "postgresql+psycopg")
SHAPES = "Set DATABASE_URL to sqlite:///signpost.db or to postgresql://user:password@host/database."


class DatabaseUnusable(SignpostError):
    """The database cannot be used: the URL's fault, or nobody answers at it. Whoever runs Signpost can mend the URL or the database."""


def engine_of(url: str, *, durable: bool = False) -> Engine:
    """The engine of a database URL; nothing is opened yet. `durable`: what is committed survives a power cut. Raises DatabaseUnusable."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise DatabaseUnusable("DATABASE_URL is not a database's address.", SHAPES) from None
    if parsed.drivername in POSTGRES:
        return _postgres(parsed)
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _sqlite(parsed, durable=durable)
    raise DatabaseUnusable(f"Signpost keeps nothing in a “{parsed.drivername}” database.", SHAPES)


def reach(engine: Engine) -> None:
    """Nothing: the database answers. Raises DatabaseUnusable."""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        told = engine.url.set(query={}).render_as_string(hide_password=True)
        raise DatabaseUnusable(
            f"The database at {told} cannot be opened.", "Check that it is there and lets this user in, then start Signpost again."
        ) from error


def _postgres(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,  # an error must not print the words that were to be kept
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS,
        pool_timeout=WAIT_SECONDS,
        pool_pre_ping=True,
        connect_args={"connect_timeout": WAIT_SECONDS},
    )


def empty_log(engine: Engine) -> None:
    """Nothing: what was deleted stands no longer in SQLite's write-ahead log, which would else keep it until it is written over."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _sqlite(url: URL, *, durable: bool) -> Engine:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise DatabaseUnusable("A database in memory cannot be shared by Signpost's worker threads.", SHAPES)
    folder = Path(url.database).parent
    if not folder.is_dir():
        raise DatabaseUnusable(f"There is no folder {folder} to keep the database in.", "Make it, or correct DATABASE_URL.")
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS,
        pool_timeout=BUSY_SECONDS,
        # Reads stand alone; the first write of a unit begins its transaction by taking the write lock. A transaction that began as
        # a read could not be turned into a write once another had committed: SQLite refuses that at once, whatever the timeout.
        connect_args={"isolation_level": "IMMEDIATE", "timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "do_connect", _keep_to_ourselves)
    event.listen(engine, "connect", _prepare_durable_sqlite if durable else _prepare_sqlite)
    return engine


def _keep_to_ourselves(_dialect: Any, _record: Any, where: Sequence[Any], _settings: Any) -> None:
    """Nothing: a new database is for its owner alone to read; SQLite would let everybody on the machine. Its log files are as it is."""
    with suppress(OSError):  # it is there already, as it was set up; or it cannot be made, which SQLite will say itself
        os.close(os.open(where[0], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: SqliteConnection, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    # A power cut may take the last turns and claims along; it never harms the file, and a crash of ours takes nothing. What somebody was
    # promised is kept, a concern above all, is not written here but by an engine of its own: see _prepare_durable_sqlite.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is written over, and does not stay in the file's free pages


def _prepare_durable_sqlite(connection: SqliteConnection, record: Any) -> None:
    _prepare_sqlite(connection, record)
    connection.execute("PRAGMA synchronous = FULL")  # a commit waits until the disk has it
    connection.execute("PRAGMA fullfsync = ON")  # and on a Mac, until the disk really has it
