"""Questions remembered for a while."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from adapters.store.tables.base import OfSchool, Row


class TurnRow(OfSchool, Row):
    """A question and its answer; its words are erased long before the row."""

    __tablename__ = "turns"
    __table_args__ = (Index(None, "school", "thread", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    asker: Mapped[str]
    thread: Mapped[str]
    question: Mapped[str]
    topic: Mapped[str]
    clauses: Mapped[list[Any]]
    options: Mapped[list[Any]]
    at: Mapped[datetime] = mapped_column(index=True)
    done: Mapped[list[Any]]
