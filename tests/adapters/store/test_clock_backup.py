"""What the clock has done and what it has still to do, after a backup was restored: nothing is sent again that was, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from adapters.store.backup import back_up, restore
from adapters.store.cases import StoreCases
from adapters.store.schools import StoreSchools
from bot.concerns.letters import LetterState
from tests.adapters.store.case_examples import AT, DRILL, HOUR, KEYS, LETTER, file
from tests.databases import empty_database

LEASE = timedelta(days=400)
DAYS = timedelta(days=200)


@pytest.fixture
def restored(engine: Engine, schools: StoreSchools, tmp_path: Path) -> Iterator[StoreCases]:
    """A database from an old backup, which was made while one letter and one moment were being seen to."""
    cases = StoreCases(engine, KEYS, lambda: AT)
    states = (LetterState.SENT, LetterState.DEAD, LetterState.NEEDLESS)
    with cases.unit("alder") as unit:
        file(unit)
        for number, state in enumerate(states):
            unit.post(replace(LETTER, id=state.value, number=number))
            unit.settle_letter(replace(LETTER, id=state.value, number=number), state)
        unit.post(replace(LETTER, id="being sent", number=8))
        unit.post(replace(LETTER, id="waiting", number=9, due_at=AT + HOUR))
        unit.mark(DRILL.kind, DRILL.number)
        unit.commit()
    assert cases.claim_ping(AT, LEASE) is not None
    assert cases.claim_letter(AT, LEASE) is not None
    cases.beat(AT)
    back_up(engine, tmp_path / "b.gz", AT)
    with empty_database(engine.dialect.name, tmp_path) as other:
        restore(other, tmp_path / "b.gz")
        yield StoreCases(other, KEYS, lambda: AT + DAYS)


def test_what_was_sent_when_the_backup_was_made_is_not_sent_again_and_nothing_else_is_lost(restored: StoreCases) -> None:
    claimed = [restored.claim_letter(AT + DAYS, HOUR) for _ in range(3)]
    found = [(one.id, one.state) if one else None for one in claimed]
    assert found == [("being sent", LetterState.UNCERTAIN), ("waiting", LetterState.SENDING), None]
    with restored.unit("alder") as unit:
        assert not unit.post(replace(LETTER, id="once more", number=0))
    ping = restored.claim_ping(AT + DAYS, HOUR)
    assert ping is not None
    assert ping.concern == "c1"
    assert restored.without(DRILL.kind, DRILL.number, 10) == ("birch",)
    assert restored.last_beat() is None  # no clock was here yet
