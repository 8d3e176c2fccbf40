"""Counts by month, without names: whether answers helped, and what was not answered."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from adapters.store.tables.base import OfSchool, Row


class FeedbackRow(OfSchool, Row):
    """How often a clause did or did not answer what was asked in a month."""

    __tablename__ = "feedback_counts"

    policy: Mapped[str] = mapped_column(primary_key=True)
    anchor: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    useful: Mapped[bool] = mapped_column(primary_key=True)
    count: Mapped[int]


class GapRow(OfSchool, Row):
    """How often a topic went unanswered in a month."""

    __tablename__ = "gap_counts"

    topic: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    why: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
