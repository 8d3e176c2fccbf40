"""Which URLs are databases, and how they are opened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import StatementError

from adapters.store.engine import DatabaseUnusable, engine_of, reach
from adapters.store.migrations import migrate, revision_state
from adapters.store.tables.events import EventRow

HALF_PAST_NINE = datetime(2026, 7, 1, 9, 30, 0, 123_456, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize("url", ["postgres://a:b@h/d", "postgresql://a:b@h/d", "postgresql+psycopg://a:b@h/d"])
def test_each_way_of_writing_a_postgresql_url_means_psycopg(url: str) -> None:
    assert engine_of(url).url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://a:b@h/d", "sqlite://", "sqlite:///:memory:", "postgresql://h:port/d"])
def test_a_url_that_cannot_be_used_gets_one_clear_error(url: str) -> None:
    with pytest.raises(DatabaseUnusable, match="DATABASE_URL"):
        engine_of(url)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match=r"no folder .*missing"):
        engine_of(f"sqlite:///{tmp_path}/missing/signpost.db")


@pytest.mark.parametrize("use", [reach, migrate, revision_state])
def test_a_server_that_does_not_answer_is_told_of_without_its_password(use: Callable[[Engine], object]) -> None:
    with pytest.raises(DatabaseUnusable, match=r"127\.0\.0\.1") as caught:
        use(engine_of("postgresql://signpost:open-sesame@127.0.0.1:1/signpost?password=open-sesame"))
    assert "sesame" not in str(caught.value)


def test_a_file_that_is_no_database_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "signpost.db").write_text("my shopping list " * 100)
    for use in (reach, migrate, revision_state):
        with pytest.raises(DatabaseUnusable, match=r"signpost\.db cannot be opened"):
            use(engine_of(f"sqlite:///{tmp_path}/signpost.db"))


def test_sqlite_keeps_foreign_keys_and_a_write_ahead_log_on_every_connection(tmp_path: Path) -> None:
    engine = engine_of(f"sqlite:///{tmp_path}/signpost.db")
    with engine.connect() as one, engine.connect() as two:
        for connection in (one, two):
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
            assert connection.scalar(text("PRAGMA synchronous")) == 1  # NORMAL: with FULL each message waits for the disk three times
            assert connection.scalar(text("PRAGMA busy_timeout")) >= 5000


def test_a_time_comes_back_as_the_same_moment_in_utc(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(EventRow).values(event="e", until=None, heard_at=HALF_PAST_NINE))
        found = connection.scalar(select(EventRow.heard_at))
    assert found == HALF_PAST_NINE
    assert found.tzinfo is UTC


def test_a_naive_time_is_refused(engine: Engine) -> None:
    naive = datetime(2026, 7, 1, 9, 30)  # noqa: DTZ001
    with engine.begin() as connection, pytest.raises(StatementError, match="naive"):
        connection.execute(insert(EventRow).values(event="e", until=None, heard_at=naive))


def test_a_new_database_is_for_its_owner_alone_to_read_and_one_that_is_there_stays_as_it_was(tmp_path: Path) -> None:
    there = tmp_path / "there.db"
    there.touch(0o640)
    there.chmod(0o640)
    for file in (tmp_path / "new.db", there):
        engine = engine_of(f"sqlite:///{file}")
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE one (two INTEGER)"))
            modes = {one.name: one.stat().st_mode & 0o777 for one in tmp_path.glob(f"{file.name}*")}
        engine.dispose()
        assert len(modes) == 3  # with its write-ahead log and the index of that
        assert set(modes.values()) == {0o600 if file.name == "new.db" else 0o640}
