"""What whoever runs Signpost may know of its clocks, read without any key: when one was here, what is overdue, what was given up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, func, select

from adapters.store.claiming import oldest_due as _oldest_due
from adapters.store.tables.letters import BeatRow, LetterRow
from bot.concerns.letters import LetterState


def last_beat(engine: Engine) -> datetime | None:
    """When a clock was here last; None where none ever was."""
    with engine.connect() as connection:
        return connection.scalar(select(func.max(BeatRow.at)))


def oldest_due(engine: Engine, now: datetime) -> datetime | None:
    """Since when the longest due letter or moment waits; None where nothing is due."""
    with engine.connect() as connection:
        return _oldest_due(connection, now)


def given_up(engine: Engine, since: datetime) -> dict[str, int]:
    """How many letters of each school were given up since then, whatever they were about; schools without any are left out.

    A letter's time is to the hour once it is over, so `since` had better be a full hour.
    """
    dead = (LetterRow.state == LetterState.DEAD.value, LetterRow.due_at >= since)
    counted = select(LetterRow.school, func.count().label("number")).where(*dead).group_by(LetterRow.school).order_by(LetterRow.school)
    with engine.connect() as connection:
        return {row.school: row.number for row in connection.execute(counted)}
