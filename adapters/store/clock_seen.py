"""What whoever runs Signpost may know of its clocks, read without any key: when one was here, what is overdue, what was given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select

from adapters.store.claiming import oldest_due as _oldest_due
from adapters.store.tables.letters import OF_A_CONCERN, OF_NO_CONCERN, BeatRow, LetterRow
from bot.concerns.letters import LetterState


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Letters that arrived nowhere. ``rounds``: the schools that a drill or a digest was for. ``reports``: whether there was any about a
    report; of which school and how many is not told, because whoever runs Signpost may be whom it is about.
    """

    rounds: tuple[str, ...]
    reports: bool


def last_beat(engine: Engine) -> datetime | None:
    """When a clock was here last; None where none ever was."""
    with engine.connect() as connection:
        return connection.scalar(select(func.max(BeatRow.at)))


def oldest_due(engine: Engine, now: datetime) -> datetime | None:
    """Since when the longest due letter or moment waits; None where nothing is due."""
    with engine.connect() as connection:
        return _oldest_due(connection, now)


def given_up(engine: Engine, since: datetime) -> GivenUp:
    """The letters that were given up since then. A letter's time is to the hour once it is over, so `since` had better be a full hour."""
    dead = (LetterRow.state == LetterState.DEAD.value, LetterRow.due_at >= since)
    of_rounds = select(LetterRow.school).where(*dead, OF_NO_CONCERN).distinct().order_by(LetterRow.school)
    of_reports = select(LetterRow.id).where(*dead, OF_A_CONCERN).limit(1)
    with engine.connect() as connection:
        return GivenUp(tuple(connection.scalars(of_rounds)), connection.scalar(of_reports) is not None)
