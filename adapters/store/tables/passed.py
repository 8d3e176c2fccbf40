"""Questions passed on to the head."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from adapters.store.tables.base import OfSchool, Row


class PassedRow(OfSchool, Row):
    """A question whose asker agreed to its being passed on. ``name``: "" unless they gave it."""

    __tablename__ = "passed_questions"

    id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    topic: Mapped[str]
    at: Mapped[datetime]
    name: Mapped[str]
