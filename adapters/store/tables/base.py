"""What all tables share: their metadata, the types of their columns, and the key of what belongs to a school."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

UNKEPT = re.compile("[\ud800-\udfff]")  # halves of characters, which no database keeps
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def kept_words(text: str) -> str:
    """A text without null characters, half characters marked: no database keeps them, and no page or file can show them."""
    return UNKEPT.sub("\ufffd", text.replace("\0", ""))


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept and given back in UTC. A naive one is refused: SQLite would silently drop an offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The time as the database keeps it. Raises ValueError for a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be kept: say in which time zone it is")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The time, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text of any length. What PostgreSQL or UTF-8 cannot hold, and a message may still bring, is taken out or marked."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text without null characters and half characters."""
        return None if value is None else kept_words(value)


class Row(DeclarativeBase):
    """A row of any table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: Words, datetime: UtcTime, list[Any]: JSON, dict[str, Any]: JSON}  # noqa: RUF012 (SQLAlchemy's own)


class OfSchool:
    """What every table of a school has: the school leads its primary key, so that no row has an id of its own to be guessed."""

    school: Mapped[str] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), primary_key=True, sort_order=-1)
