"""A school's questions remembered for a while, and those passed on to its head."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from adapters.store.of_school import Repository
from adapters.store.tables.passed import PassedRow
from adapters.store.tables.turns import TurnRow
from bot.ports import PassedQuestion, Turn

LAST = (
    select(TurnRow.__table__)
    .where(TurnRow.school == bindparam("school"), TurnRow.thread == bindparam("thread"), TurnRow.at >= bindparam("since"))
    .order_by(TurnRow.at.desc())
    .limit(1)
)


class Turns(Repository):
    """The turns of one school."""

    def remember(self, turn: Turn) -> None:
        """Nothing: keeps a turn, or the turn of that id as it now stands."""
        self._put(
            TurnRow,
            id=turn.id,
            asker=turn.asker,
            thread=turn.thread,
            question=turn.question,
            topic=turn.topic,
            clauses=[list(one) for one in turn.clauses],
            options=list(turn.options),
            at=turn.at,
            done=sorted(turn.done),
        )

    def turn(self, turn_id: str) -> Turn | None:
        """The turn of that id; who asks for it holds it until the unit ends, so that a button pressed twice is pressed one after the other.

        An UPDATE that changes nothing locks it on both databases; SQLite knows no SELECT FOR UPDATE.
        """
        lock = self._update(TurnRow).where(TurnRow.id == turn_id).values(topic=TurnRow.topic).returning(TurnRow.id)
        if self._session.scalar(lock) is None:
            return None
        return _turn_of(self._session.scalars(self._select(TurnRow).where(TurnRow.id == turn_id)).one())

    def last(self, thread: str, since: datetime) -> Turn | None:
        """The newest turn of a thread not older than `since`."""
        if not thread:
            return None
        row = self._run(LAST, thread=thread, since=since).first()
        return None if row is None else _turn_of(row)

    def forget(self, thread: str) -> None:
        """Nothing: the thread's turns are gone."""
        if thread:
            self._session.execute(self._delete(TurnRow).where(TurnRow.thread == thread))


class PassedQuestions(Repository):
    """The questions passed on to the head of one school."""

    def keep(self, question: PassedQuestion) -> None:
        """Nothing: keeps a question."""
        self._session.execute(
            self._insert(PassedRow, id=question.id, text=question.text, topic=question.topic, at=question.at, name=question.name)
        )

    def all(self) -> tuple[PassedQuestion, ...]:
        """Those kept, newest first."""
        rows = self._session.scalars(self._select(PassedRow).order_by(PassedRow.at.desc(), PassedRow.id))
        return tuple(PassedQuestion(row.id, row.text, row.topic, row.at, row.name) for row in rows)


def _turn_of(row: TurnRow | Row[Any]) -> Turn:
    return Turn(
        id=row.id,
        asker=row.asker,
        thread=row.thread,
        question=row.question,
        topic=row.topic,
        clauses=tuple((policy, anchor) for policy, anchor in row.clauses),
        options=tuple(row.options),
        at=row.at,
        done=frozenset(row.done),
    )
