"""The audit of reports: lines that can only be added, each chained to the one before, and the check that none was changed.

Whoever can rewrite the whole table can rewrite the chain as well; that shows only against a head that was noted down elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from adapters.store.keeping import AnyRow, KeepingRepository, keeping
from adapters.store.schools import unknown
from adapters.store.tables.concerns import AuditHeadRow, AuditRow
from adapters.store.tables.schools import SchoolRow
from bot.concerns.ports import Act, AuditLine

NO_HEAD = (0, "")  # before a school's first line


@dataclass(frozen=True, slots=True)
class Verified:
    """What a school's audit turned out to be. ``count``: of its lines. ``head``: the digest of the last, "" where there is none.

    ``broken``: the number of the first line that is not as it was written or is missing, None where all is well.
    """

    school: str
    count: int
    head: str
    broken: int | None = None


class Audit(KeepingRepository):
    """The audit of one school. Lines wait until the unit is committed, so that whoever holds the end of the chain waits for nobody."""

    def __init__(self, session: Session, school: str) -> None:
        super().__init__(session, school)
        self._lines: list[tuple[datetime, Act, str, str]] = []

    def add(self, at: datetime, act: Act, who: str, reference: str) -> None:
        """Nothing: adds a line, once written."""
        self._lines.append((at, act, who, reference))

    def write(self) -> None:
        """Nothing: the lines are in the database. The end of the school's chain is held until the transaction ends."""
        if not self._lines:
            return
        self._do(self._insert(AuditHeadRow, number=NO_HEAD[0], digest=NO_HEAD[1]).on_conflict_do_nothing())
        lock = self._update(AuditHeadRow).values(number=AuditHeadRow.number + len(self._lines))
        ((last, digest),) = self._rows(lock.returning(AuditHeadRow.number, AuditHeadRow.digest))
        first = last - len(self._lines) + 1
        for number, (at, act, who, reference) in enumerate(self._lines, first):
            digest = line_digest(digest, self._school, AuditLine(number, at, act, who, reference))
            self._do(self._insert(AuditRow, number=number, at=at, act=act.value, who=who, reference=reference, digest=digest))
        self._do(self._update(AuditHeadRow).values(digest=digest))
        self._lines.clear()

    def history(self, reference: str) -> tuple[AuditLine, ...]:
        """The lines about one concern, oldest first."""
        self.write()
        columns = (AuditRow.number, AuditRow.at, AuditRow.act, AuditRow.who, AuditRow.reference)
        mine = (AuditRow.school == self._school, AuditRow.reference == reference)
        return tuple(_line(row) for row in self._rows(select(*columns).where(*mine).order_by(AuditRow.number)))


def line_digest(before: str, school: str, line: AuditLine) -> str:
    """The digest of a line and of all before it, as hexadecimal digits."""
    at = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    told = ["signpost audit 1", before, school, line.number, at, str(line.act), line.who, line.reference]
    return sha256(json.dumps(told, ensure_ascii=True).encode()).hexdigest()


def verify(engine: Engine, school: str | None = None, noted: tuple[int, str] | None = None) -> tuple[Verified, ...]:
    """What each school's audit turned out to be, by school; of one school where it is named. Raises UnknownSchool, NotKept.

    `noted`: the number and digest of a line as they were once noted down elsewhere.
    """
    # One statement, so that it is one moment's state: a line that is added meanwhile is in it whole or not at all.
    columns = (AuditRow.number, AuditRow.at, AuditRow.act, AuditRow.who, AuditRow.reference, AuditRow.digest)
    head = (AuditHeadRow.number.label("head_number"), AuditHeadRow.digest.label("head_digest"))
    asked = (
        select(SchoolRow.id.label("school"), *columns, *head)
        .outerjoin(AuditHeadRow, AuditHeadRow.school == SchoolRow.id)
        .outerjoin(AuditRow, AuditRow.school == SchoolRow.id)
        .order_by(SchoolRow.id, AuditRow.number)
        .execution_options(yield_per=1000)
    )
    with keeping(), engine.connect() as connection:
        found = connection.execute(asked if school is None else asked.where(SchoolRow.id == school))
        told = tuple(_verified(name, rows, noted) for name, rows in groupby(found, lambda row: str(row.school)))
    if school is not None and not told:
        raise unknown(school)
    return tuple(sorted(told, key=lambda one: one.school))


def _verified(school: str, rows: Iterator[AnyRow], noted: tuple[int, str] | None) -> Verified:
    number, digest = NO_HEAD
    head, broken = NO_HEAD, None
    for row in rows:
        if row.head_number is not None:
            head = (row.head_number, row.head_digest)
        if row.number is None:
            break
        number += 1
        line = AuditLine(row.number, row.at, row.act, row.who, row.reference)
        digest, right = row.digest, row.number == number and row.digest == line_digest(digest, school, line)
        if broken is None and (not right or (noted and number == noted[0] and digest != noted[1])):
            broken = number
    if broken is None and (number, digest) != head:
        broken = min(number, head[0]) + 1 if number != head[0] else max(number, 1)
    if broken is None and noted and noted[0] > number:
        broken = number + 1
    return Verified(school, number, digest, broken)


def _line(row: AnyRow) -> AuditLine:
    return AuditLine(row.number, row.at, Act(row.act), row.who, row.reference)
