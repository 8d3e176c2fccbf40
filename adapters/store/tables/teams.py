"""Where people can be written to in Teams."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from adapters.store.tables.base import Row


class TeamsReferenceRow(Row):
    """The newest personal conversation with one person of a Teams tenant. The tenant says which school it is: see workspaces."""

    __tablename__ = "teams_references"

    tenant: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    conversation: Mapped[str]
    service_url: Mapped[str]
    bot: Mapped[str]
    scope: Mapped[str]
    kept_at: Mapped[datetime]
