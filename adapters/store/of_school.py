"""What the repositories of one school share: every query of theirs begins here, and is that school's."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import Delete, Select, Update, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from adapters.store.tables.base import OfSchool, Row

Kind = TypeVar("Kind", bound=OfSchool)
Insert = sqlite.Insert | postgresql.Insert


def insert_into(session: Session, table: type[Row]) -> Insert:
    """An INSERT that knows ON CONFLICT, in the database's own dialect."""
    return postgresql.insert(table) if session.get_bind().dialect.name == "postgresql" else sqlite.insert(table)


class Repository:
    """Rows of one school in one session."""

    def __init__(self, session: Session, school: str) -> None:
        self._session = session
        self._school = school

    def _select(self, table: type[Kind]) -> Select[Kind]:
        """The school's rows of a table, as the database has them now and not as the session remembers them."""
        return select(table).where(table.school == self._school).execution_options(populate_existing=True)

    def _update(self, table: type[Kind]) -> Update:
        """A change to the school's rows of a table."""
        return update(table).where(table.school == self._school).execution_options(synchronize_session=False)

    def _delete(self, table: type[Kind]) -> Delete:
        """The end of the school's rows of a table."""
        return delete(table).where(table.school == self._school).execution_options(synchronize_session=False)

    def _insert(self, table: type[Kind], **values: object) -> Insert:
        """A new row of the school's."""
        return insert_into(self._session, table).values(school=self._school, **values)  # type: ignore[arg-type]  # every OfSchool is a Row
