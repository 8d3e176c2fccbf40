"""Policies, their editions, the clauses in reading order, and what a school corrected about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from adapters.store.tables.base import OfSchool, Row


class PolicyRow(OfSchool, Row):
    """A policy by its short name. ``current``: the number of its newest edition, 0 while the first is being published."""

    __tablename__ = "policies"

    policy: Mapped[str] = mapped_column(primary_key=True)
    current: Mapped[int]


class EditionRow(OfSchool, Row):
    """One published version. ``school_name``: as the document prints it. ``source``: the file's name."""

    __tablename__ = "editions"
    __table_args__ = (ForeignKeyConstraint(["school", "policy"], ["policies.school", "policies.policy"], ondelete="CASCADE"),)

    policy: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    published_at: Mapped[datetime]
    digest: Mapped[str]
    source: Mapped[str]
    title: Mapped[str]
    school_name: Mapped[str]
    adopted: Mapped[date | None]
    review_due: Mapped[date | None]
    review_stated: Mapped[str]
    pages: Mapped[int | None]
    headings: Mapped[list[Any]]
    contents: Mapped[list[Any]]
    left_out: Mapped[list[Any]]
    meta: Mapped[dict[str, Any]]


class ClauseRow(OfSchool, Row):
    """A clause of an edition. ``place``: its turn in reading order."""

    __tablename__ = "clauses"
    __table_args__ = (
        ForeignKeyConstraint(
            ["school", "policy", "edition"], ["editions.school", "editions.policy", "editions.number"], ondelete="CASCADE"
        ),
    )

    policy: Mapped[str] = mapped_column(primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    anchor: Mapped[str]
    text: Mapped[str]
    lead_in: Mapped[str]
    number: Mapped[str]
    section: Mapped[list[Any]]
    page: Mapped[int | None]
    binds: Mapped[list[Any]]
    stance: Mapped[str]
    part: Mapped[int]
    parts: Mapped[int]


class CorrectionRow(OfSchool, Row):
    """What a school said a clause is about. It hangs on the anchor, not on an edition."""

    __tablename__ = "corrections"
    __table_args__ = (ForeignKeyConstraint(["school", "policy"], ["policies.school", "policies.policy"], ondelete="CASCADE"),)

    policy: Mapped[str] = mapped_column(primary_key=True)
    anchor: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    stance: Mapped[str]
