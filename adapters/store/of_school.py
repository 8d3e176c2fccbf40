"""What the repositories of one school share: every query of theirs begins here, and is that school's."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Delete, Executable, Select, Update, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from adapters.store.tables.base import OfSchool, Row

Kind = TypeVar("Kind", bound=OfSchool)
Insert = sqlite.Insert | postgresql.Insert


def insert_into(dialect: str, table: type[Row]) -> Insert:
    """An INSERT that knows ON CONFLICT, in the database's own dialect ("sqlite", "postgresql")."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def put(dialect: str, table: type[Row]) -> Insert:
    """An INSERT of a whole row, in place of the one with its key where there is one.

    Made once for each table: to make a statement costs several times what it costs to run it.
    """
    new = insert_into(dialect, table)
    keys = [column.name for column in table.__table__.primary_key]
    others = {column.name: new.excluded[column.name] for column in table.__table__.columns if column.name not in keys}
    return new.on_conflict_do_update(index_elements=keys, set_=others)


class Repository:
    """Rows of one school in one session."""

    def __init__(self, session: Session, school: str) -> None:
        self._session = session
        self._school = school

    @property
    def _dialect(self) -> str:
        return self._session.get_bind().dialect.name

    def _run(self, statement: Executable, **values: object) -> CursorResult[Any]:
        """What a statement made beforehand finds or does, with the school as its ``school``; past the session's objects."""
        return self._session.connection().execute(statement, {"school": self._school, **values})

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
        return insert_into(self._dialect, table).values(school=self._school, **values)  # type: ignore[arg-type]  # every OfSchool is a Row

    def _put(self, table: type[Kind], **values: object) -> None:
        """Nothing: this is the school's row with that key from now on."""
        self._run(put(self._dialect, table), **values)  # type: ignore[arg-type]  # every OfSchool is a Row
