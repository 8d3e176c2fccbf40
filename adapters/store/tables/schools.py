"""Schools, who holds which role, and the workspaces and tenants that are theirs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from adapters.store.tables.base import OfSchool, Row


class SchoolRow(Row):
    """A tenant. ``calendar``, ``ladders``: as bot.ladder_json makes them, {} where none were ever kept."""

    __tablename__ = "schools"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    owner: Mapped[str] = mapped_column(index=True)
    helpline: Mapped[str]
    hours: Mapped[str]
    lado: Mapped[str] = mapped_column(server_default="")
    reports_kept_years: Mapped[int] = mapped_column(server_default="6")
    calendar: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    ladders: Mapped[dict[str, Any]] = mapped_column(server_default="{}")


class HolderRow(OfSchool, Row):
    """One person in one role. ``place``: the order they are told in, which is the order deputies are rung."""

    __tablename__ = "holders"

    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    role: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]
    slack: Mapped[str]
    teams: Mapped[str]


class WorkspaceRow(Row):
    """A Slack workspace or Teams tenant: it belongs to one school of the installation."""

    __tablename__ = "workspaces"

    door: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str] = mapped_column(primary_key=True)
    school: Mapped[str] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)
