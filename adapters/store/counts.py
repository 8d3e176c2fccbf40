"""A school's counts by month, safe for any number of replicas counting at once."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache

from sqlalchemy.orm import Session

from adapters.store.of_school import Insert, Repository, insert_into
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
            self._run(_adding(self._dialect, FeedbackRow), policy=policy, anchor=anchor, month=month, useful=useful, count=more)
        for (topic, month, why), more in sorted(self._gaps.items()):
            self._run(_adding(self._dialect, GapRow), topic=topic, month=month, why=why, count=more)
        self._feedback.clear()
        self._gaps.clear()

    def answered(self, policy: str, since: date) -> dict[str, tuple[int, int]]:
        """How often, from the month of `since` on, each clause of a policy did and did not answer what was asked, by anchor."""
        self.write()
        mine = (FeedbackRow.policy == policy, FeedbackRow.month >= since.replace(day=1))
        found: dict[str, tuple[int, int]] = {}
        for row in self._session.scalars(self._select(FeedbackRow).where(*mine)):
            yes, no = found.get(row.anchor, (0, 0))
            found[row.anchor] = (yes + row.count, no) if row.useful else (yes, no + row.count)
        return found

    def gaps(self, since: date) -> tuple[tuple[str, date, Gap, int], ...]:
        """(topic, month, why, how often) from the month of `since` on, most frequent first."""
        self.write()
        rows = self._session.scalars(
            self._select(GapRow)
            .where(GapRow.month >= since.replace(day=1))
            .order_by(GapRow.count.desc(), GapRow.month.desc(), GapRow.topic, GapRow.why)
        )
        return tuple((row.topic, row.month, Gap(row.why), row.count) for row in rows)


@cache
def _adding(dialect: str, table: type[FeedbackRow | GapRow]) -> Insert:
    new = insert_into(dialect, table)
    return new.on_conflict_do_update(index_elements=list(table.__table__.primary_key), set_={"count": table.count + new.excluded["count"]})
