"""Private reports and what belongs to them. What is readable is sealed; the other columns are what queries need."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from adapters.store.tables.base import OfSchool, Row


def of_concern() -> ForeignKeyConstraint:
    """That a row belongs to a concern of its school, and goes with it."""
    return ForeignKeyConstraint(["school", "concern"], ["concerns.school", "concerns.id"], ondelete="CASCADE")


class ConcernRow(OfSchool, Row):
    """A concern. ``filing``: digest of the form's id. ``head``: all of it, sealed; ``state`` and ``keep_until`` stand there as well."""

    __tablename__ = "concerns"
    __table_args__ = (UniqueConstraint("school", "reference"), UniqueConstraint("school", "filing"), Index(None, "keep_until"))

    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str]
    filing: Mapped[str]
    state: Mapped[str]
    keep_until: Mapped[date]
    head: Mapped[bytes]


class EntryRow(OfSchool, Row):
    """An entry of a case, sealed whole. ``number``: its turn, because times may be rounded to the hour."""

    __tablename__ = "entries"
    __table_args__ = (of_concern(),)

    concern: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    sealed: Mapped[bytes]


class AttachmentRow(OfSchool, Row):
    """A file that came with a report. ``meta``: its name, kind, size and time, sealed; ``content``: sealed."""

    __tablename__ = "attachments"
    __table_args__ = (of_concern(),)

    concern: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    meta: Mapped[bytes]
    content: Mapped[bytes]


class ReceiptRow(OfSchool, Row):
    """What is kept of a receipt code. ``locked``: what the slow one-way function left of its secret half."""

    __tablename__ = "receipts"
    __table_args__ = (of_concern(), Index(None, "school", "concern"))

    lookup: Mapped[str] = mapped_column(primary_key=True)
    concern: Mapped[str]
    locked: Mapped[str]


class PingRow(OfSchool, Row):
    """A moment at which the clock looks at a concern. ``lease_until``: somebody is at it until then. ``attempts``: of the next step."""

    __tablename__ = "pings"
    __table_args__ = (of_concern(), Index(None, "due_at"), Index(None, "school", "concern"))

    id: Mapped[str] = mapped_column(primary_key=True)
    concern: Mapped[str]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int]
    why: Mapped[str] = mapped_column(server_default="climb")


class GuessRow(OfSchool, Row):
    """Receipt codes tried: how often a lookup part was at one moment."""

    __tablename__ = "guesses"

    lookup: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True, index=True)
    count: Mapped[int]


class AuditRow(OfSchool, Row):
    """One line of a school's audit. ``digest``: of this line and the digest before it."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "school", "reference"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    act: Mapped[str]
    who: Mapped[str]
    reference: Mapped[str]
    digest: Mapped[str]


class AuditHeadRow(OfSchool, Row):
    """Where a school's audit ends: the number and digest of its last line."""

    __tablename__ = "audit_heads"

    number: Mapped[int]
    digest: Mapped[str]


class LinkRow(OfSchool, Row):
    """A sign-in link. Used ones stay for a while, because they count as made."""

    __tablename__ = "sign_in_links"
    __table_args__ = (Index(None, "school", "holder"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    used: Mapped[bool]


class DeskSessionRow(OfSchool, Row):
    """Somebody signed in at the desk."""

    __tablename__ = "desk_sessions"
    __table_args__ = (Index(None, "school", "holder"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    used_at: Mapped[datetime]
    until: Mapped[datetime]


class KeyCheckRow(Row):
    """A key that has sealed something, or may have. ``sealed``: known words, to tell whether a key is that one."""

    __tablename__ = "key_checks"

    key: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
