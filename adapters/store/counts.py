"""A school's counts by month, safe for any number of replicas counting at once."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy.orm import Session

from adapters.store.of_school import Repository
from adapters.store.tables.counts import FeedbackRow, GapRow
from bot.ports import Gap


class Counts(Repository):
    """The counts of one school. They are written together and in one order, so that two units can never wait for each other."""

    def __init__(self, session: Session, school: str) -> None:
        super().__init__(session, school)
        self._feedback: Counter[tuple[str, str, date, bool]] = Counter()
        self._gaps: Counter[tuple[str, date, str]] = Counter()

    def feedback(self, policy: str, anchor: str, month: date, *, useful: bool) -> None:
        """Nothing: counts one, once written."""
        self._feedback[policy, anchor, month, useful] += 1

    def gap(self, topic: str, month: date, why: Gap) -> None:
        """Nothing: counts one, once written."""
        self._gaps[topic, month, why.value] += 1

    def write(self) -> None:
        """Nothing: what was counted is in the database, each count by one statement that adds to what is there."""
        for (policy, anchor, month, useful), more in sorted(self._feedback.items()):
            statement = self._insert(FeedbackRow, policy=policy, anchor=anchor, month=month, useful=useful, count=more)
            keys = ["school", "policy", "anchor", "month", "useful"]
            self._session.execute(statement.on_conflict_do_update(index_elements=keys, set_={"count": FeedbackRow.count + more}))
        for (topic, month, why), more in sorted(self._gaps.items()):
            statement = self._insert(GapRow, topic=topic, month=month, why=why, count=more)
            keys = ["school", "topic", "month", "why"]
            self._session.execute(statement.on_conflict_do_update(index_elements=keys, set_={"count": GapRow.count + more}))
        self._feedback.clear()
        self._gaps.clear()

    def gaps(self, since: date) -> tuple[tuple[str, date, Gap, int], ...]:
        """(topic, month, why, how often) from the month of `since` on, most frequent first."""
        self.write()
        rows = self._session.scalars(
            self._select(GapRow)
            .where(GapRow.month >= since.replace(day=1))
            .order_by(GapRow.count.desc(), GapRow.month.desc(), GapRow.topic, GapRow.why)
        )
        return tuple((row.topic, row.month, Gap(row.why), row.count) for row in rows)
