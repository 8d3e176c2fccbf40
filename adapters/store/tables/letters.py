"""What the clock sends and has seen to: letters, marks of days and weeks, and when a clock was here last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from adapters.store.tables.base import OfSchool, Row
from adapters.store.tables.concerns import of_concern

# Of a letter that is still to be sent. Written out, and not with values of its own, because a database uses the index of these letters
# only for a query in which it finds these very words.
UNSETTLED = text("state IN ('pending', 'sending', 'uncertain')")
OF_A_CONCERN, OF_NO_CONCERN = text("concern IS NOT NULL"), text("concern IS NULL")


def _index(name: str, *columns: str, only: Any, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=only, postgresql_where=only)


class LetterRow(OfSchool, Row):
    """A letter. ``concern``: None for a drill or a digest. ``lease_until``: somebody is sending it until then.

    ``due_at``: to the hour once it is over. When a letter was sent, which is soon after a report was filed, stands nowhere.
    """

    __tablename__ = "letters"
    __table_args__ = (
        of_concern(),
        # Two of them, because no row is ever the same as another where a column of theirs is NULL.
        _index("uq_letters_of_concern", "school", "concern", "kind", "number", "recipient", only=OF_A_CONCERN, unique=True),
        _index("uq_letters_of_none", "school", "kind", "number", "recipient", only=OF_NO_CONCERN, unique=True),
        _index("ix_letters_unsettled_due_at", "due_at", only=UNSETTLED),
        _index("ix_letters_of_none_due_at", "due_at", only=OF_NO_CONCERN),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    concern: Mapped[str | None]
    kind: Mapped[str]
    number: Mapped[int]
    recipient: Mapped[str]
    due_at: Mapped[datetime]
    ways: Mapped[list[Any]]
    attempts: Mapped[int]
    state: Mapped[str]
    lease_until: Mapped[datetime | None]


class MarkRow(OfSchool, Row):
    """That a school's drill of a day, or digest of a week, was seen to. ``number``: of the day or week. ``at``: when."""

    __tablename__ = "marks"
    __table_args__ = (Index(None, "kind", "number"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)


class BeatRow(Row):
    """When a clock was here last: one row, whichever clock it was."""

    __tablename__ = "clock_beats"

    clock: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
