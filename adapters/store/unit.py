"""A unit of work on one school's rows: it rolls back unless committed, and can reach no other school."""

from __future__ import annotations

from datetime import date, datetime
from types import TracebackType
from typing import Self

from sqlalchemy.orm import Session

from adapters.store.counts import Counts
from adapters.store.editions import Corrections, Editions
from adapters.store.keeping import keeping
from adapters.store.lately import Lately
from adapters.store.turns import PassedQuestions, Turns
from bot.ports import Gap, Now, PassedQuestion, Turn
from bot.school import EditionKey, Published, School
from knowledge.corrections import Correction
from knowledge.policy import Edition


class StoreUnit:
    """`bot.ports.Unit` on a database, and what the command line needs besides: publishing."""

    def __init__(self, session: Session, school: School, now: Now, current: Lately[str, tuple[EditionKey, ...]]) -> None:
        self._session = session
        self._school = school
        self._now = now
        self._lately_current = current
        self._changed = False  # whether it published or corrected what is not committed yet
        self._editions = Editions(session, school.id)
        self._corrections = Corrections(session, school.id)
        self._turns = Turns(session, school.id)
        self._passed = PassedQuestions(session, school.id)
        self._counts = Counts(session, school.id)

    @property
    def school(self) -> School:
        """The school it was opened for, as it was then."""
        return self._school

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._session.close()

    def commit(self) -> None:
        """Nothing: keeps what was done. Raises NotKept."""
        with keeping():
            self._counts.write()
            self._session.commit()
        if self._changed:
            self._lately_current.forget()
            self._changed = False

    def current(self) -> tuple[EditionKey, ...]:
        """The current edition of each policy with its corrections, by policy name; as it was up to a moment ago.

        What this process published or corrected is seen at once.
        """
        if self._changed:  # and not committed yet: nobody else's to see
            return self._editions.current()
        return self._lately_current.get(self._school.id, self._editions.current) or ()

    def published(self, policy: str, number: int | None = None) -> Published | None:
        """An edition with its clauses, the current one where no number is given; None where there is none."""
        return self._editions.published(policy, number)

    def editions(self, policy: str) -> tuple[tuple[int, datetime], ...]:
        """The number and time of publishing of every edition of a policy, newest first."""
        return self._editions.numbers(policy)

    def publish(self, policy: str, edition: Edition, source: str) -> EditionKey:
        """The key of the edition now current. The one before stays readable, as not current.

        Anchors are kept where the words survived. What is the same as the current edition publishes nothing.
        `source`: the name of the file it was read from.
        """
        self._changed = True
        return self._editions.publish(policy, edition, source, self._now())

    def correct(self, policy: str, correction: Correction) -> None:
        """Nothing: keeps what the school says a clause of a published policy is about, in place of what it said of both before."""
        self._changed = True
        with keeping():
            self._corrections.put(policy, correction)

    def take_back(self, policy: str, anchor: str, topic: str) -> None:
        """Nothing: the school says nothing of that clause and topic any more."""
        self._changed = True
        with keeping():
            self._corrections.take_back(policy, anchor, topic)

    def corrections(self, policy: str) -> tuple[Correction, ...]:
        """The corrections of those clauses that the current edition still has, by anchor and topic."""
        return self._corrections.of(policy)

    def remember(self, turn: Turn) -> None:
        """Nothing: keeps a turn, or the turn of that id as it now stands."""
        with keeping():
            self._turns.remember(turn)

    def turn(self, turn_id: str) -> Turn | None:
        """The turn of that id, held until the unit ends; None where there is none or it is forgotten."""
        return self._turns.turn(turn_id)

    def last_turn(self, thread: str, since: datetime) -> Turn | None:
        """The newest turn of a thread not older than `since`."""
        return self._turns.last(thread, since)

    def forget_thread(self, thread: str) -> None:
        """Nothing: the thread's turns are gone."""
        self._turns.forget(thread)

    def count_feedback(self, policy: str, anchor: str, month: date, *, useful: bool) -> None:
        """Nothing: counts one "did this answer it?" for a clause."""
        self._counts.feedback(policy, anchor, month, useful=useful)

    def feedback(self, policy: str, since: date) -> dict[str, tuple[int, int]]:
        """How often staff said from the month of `since` on that a clause did, and did not, answer what they asked, by anchor."""
        return self._counts.answered(policy, since)

    def count_gap(self, topic: str, month: date, why: Gap) -> None:
        """Nothing: counts one question that was not answered."""
        self._counts.gap(topic, month, why)

    def gaps(self, since: date) -> tuple[tuple[str, date, Gap, int], ...]:
        """(topic, month, why, how often) from the month of `since` on, most frequent first."""
        return self._counts.gaps(since)

    def pass_on(self, question: PassedQuestion) -> None:
        """Nothing: keeps a question for the head."""
        self._passed.keep(question)

    def passed_on(self) -> tuple[PassedQuestion, ...]:
        """The questions kept for the head, newest first."""
        return self._passed.all()
