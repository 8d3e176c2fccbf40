"""What is forgotten is gone from the disk, not only from what a query finds."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from adapters.store.engine import engine_of
from adapters.store.migrations import migrate
from adapters.store.schools import StoreSchools
from bot.ports import Turn
from bot.school import School
from tests.adapters.store.conftest import Clock

WORDS = "xylocanary: can I accept a friend request from a parent?"


def test_the_words_of_a_question_are_in_no_file_of_sqlites_once_they_are_forgotten(tmp_path: Path, clock: Clock) -> None:
    engine = engine_of(f"sqlite:///{tmp_path}/signpost.db")
    migrate(engine)
    schools = StoreSchools(engine, clock)
    schools.apply(School("alder", "Alder Primary"), [])
    with schools.unit("alder") as unit:
        for at in range(30):
            unit.remember(Turn(f"t{at}", "asker", "thread", f"{WORDS} {at}", "topic", (), (WORDS,), clock.time))
        unit.commit()
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"xylocanary" in held
    schools.forget_old(clock.time + timedelta(minutes=31))
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"xylocanary" not in held
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
    engine.dispose()
