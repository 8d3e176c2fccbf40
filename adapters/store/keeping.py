"""What the database cannot keep or tell now, told in the core's words; and repositories that do so with each statement of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Executable, Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from adapters.store.of_school import Repository
from bot.ports import NotKept

AnyRow = Row[*tuple[Any, ...]]
CHANGED = "changed"  # in a session's notes: whether its transaction has changed or held anything


@contextmanager
def keeping() -> Iterator[None]:
    """Nothing: what the database cannot keep now is told as NotKept."""
    try:
        yield
    except (DBAPIError, NoConnection) as error:
        raise NotKept("The database could not keep it.", "Look at its disk and its log; `signpost doctor` says more.") from error


class KeepingRepository(Repository):
    """Rows of one school in one session; where the database fails, whether asked or told, NotKept is raised."""

    def _rows(self, statement: Executable) -> Sequence[AnyRow]:
        """All that a statement finds, or what it changed where it returns that."""
        with keeping():
            self._note(statement)
            return self._session.connection().execute(statement).all()

    def _row(self, statement: Executable) -> AnyRow | None:
        """The one row that a statement finds or returns."""
        found = self._rows(statement)
        return found[0] if found else None

    def _do(self, statement: Executable) -> None:
        """Nothing: it is done. Whether it changed anything is told by what it returns and not by counts, which not every driver knows."""
        with keeping():
            self._note(statement)
            self._session.connection().execute(statement)

    def _note(self, statement: Executable) -> None:
        if not statement.is_select:
            self._session.info[CHANGED] = True
