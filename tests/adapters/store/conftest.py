"""Every test of the store that asks for a database runs twice: on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from adapters.store.schools import StoreSchools
from bot.school import School
from tests.databases import BOTH, empty_database, migrated_database


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **by: int) -> None:
        """Nothing: time passes."""
        self.time += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with empty_database(request.param, tmp_path) as engine:
        yield engine


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with migrated_database(request.param) as engine:
        yield engine


@pytest.fixture
def schools(engine: Engine, clock: Clock) -> StoreSchools:
    """Two schools of one trust, alder and birch, each with a workspace."""
    kept = StoreSchools(engine, clock)
    kept.apply(School("alder", "Alder Primary", owner="trees"), [("slack", "TALDER")])
    kept.apply(School("birch", "Birch Primary", owner="trees"), [("slack", "TBIRCH")])
    return kept
