"""Which events were handled, over the whole installation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from adapters.store.tables.base import Row


class EventRow(Row):
    """An event by the digest of its id. ``until``: when the claim on it runs out, None once it is handled for good."""

    __tablename__ = "heard_events"

    event: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime | None]
    heard_at: Mapped[datetime] = mapped_column(index=True)
