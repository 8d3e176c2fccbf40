"""A school's policies and their editions: published once, never changed, readable for good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, select

from adapters.store.edition_rows import clause_of, clause_values, digest_of, edition_of, edition_values
from adapters.store.of_school import Repository
from adapters.store.tables.policies import ClauseRow, CorrectionRow, EditionRow, PolicyRow
from bot.school import EditionKey, Published
from knowledge.clauses import keep_anchors
from knowledge.corrections import Correction
from knowledge.policy import Clause, Edition, Stance


class Editions(Repository):
    """The editions of one school's policies."""

    def current(self) -> tuple[EditionKey, ...]:
        """The current edition of each policy with its corrections, by policy name: all in one query, for it is asked with each message."""
        found = groupby(self._run(CURRENT), lambda row: (row.policy, row.number, row.digest))
        return tuple(EditionKey(*key, corrections=_corrections(rows)) for key, rows in found)

    def published(self, policy: str, number: int | None = None) -> Published | None:
        """An edition with its clauses, the current one where no number is given; None where there is none."""
        newest = self._session.scalar(select(PolicyRow.current).where(PolicyRow.school == self._school, PolicyRow.policy == policy))
        row = self._session.scalar(
            self._select(EditionRow).where(EditionRow.policy == policy, EditionRow.number == (newest if number is None else number))
        )
        if row is None:
            return None
        current = row.number == newest
        said = self._session.execute(SAID_OF, {"school": self._school, "policy": policy}) if current else ()
        key = EditionKey(policy, row.number, row.digest, _corrections(said))
        return Published(key, edition_of(row, self._clauses(policy, row.number)), row.published_at, current)

    def numbers(self, policy: str) -> tuple[tuple[int, datetime], ...]:
        """The number and time of publishing of every edition of a policy, newest first."""
        rows = self._session.execute(
            select(EditionRow.number, EditionRow.published_at)
            .where(EditionRow.school == self._school, EditionRow.policy == policy)
            .order_by(EditionRow.number.desc())
        )
        return tuple((number, at) for number, at in rows)

    def publish(self, policy: str, edition: Edition, source: str, at: datetime) -> EditionKey:
        """The key of the edition now current: a new one, or the one there is where nothing an answer depends on has changed."""
        self._session.execute(self._insert(PolicyRow, policy=policy, current=0).on_conflict_do_nothing())
        number = self._session.scalars(  # locks the policy: whoever publishes it at the same time waits here
            self._update(PolicyRow).where(PolicyRow.policy == policy).values(current=PolicyRow.current).returning(PolicyRow.current)
        ).one()
        if number:
            edition = replace(edition, clauses=tuple(keep_anchors(edition.clauses, self._clauses(policy, number))))
        key = EditionKey(policy, number + 1, digest_of(edition))
        before = self._session.scalar(self._select(EditionRow).where(EditionRow.policy == policy, EditionRow.number == number))
        if before is not None and before.digest == key.digest:
            return EditionKey(policy, number, before.digest)
        self._session.execute(
            self._insert(
                EditionRow,
                policy=policy,
                number=key.number,
                published_at=at,
                digest=key.digest,
                source=source,
                **edition_values(edition),
            )
        )
        self._keep_clauses(key, edition.clauses)
        self._session.execute(self._update(PolicyRow).where(PolicyRow.policy == policy).values(current=key.number))
        return key

    def _clauses(self, policy: str, number: int) -> tuple[Clause, ...]:
        rows = self._session.scalars(
            self._select(ClauseRow).where(ClauseRow.policy == policy, ClauseRow.edition == number).order_by(ClauseRow.place)
        )
        return tuple(clause_of(row) for row in rows)

    def _keep_clauses(self, key: EditionKey, clauses: Iterable[Clause]) -> None:
        rows = [
            {"school": self._school, "policy": key.policy, "edition": key.number, "place": place, **clause_values(clause)}
            for place, clause in enumerate(clauses)
        ]
        if rows:
            self._session.execute(insert(ClauseRow), rows)


class Corrections(Repository):
    """What a school corrected about its clauses: kept by anchor, so it holds for each edition in which the anchor survives."""

    def put(self, policy: str, correction: Correction) -> None:
        """Nothing: keeps a correction, in place of an earlier one of the same clause and topic."""
        stance = correction.stance.value if correction.stance else ""
        self._put(CorrectionRow, policy=policy, anchor=correction.anchor, topic=correction.topic, stance=stance)

    def take_back(self, policy: str, anchor: str, topic: str) -> None:
        """Nothing: there is no correction of that clause and topic any more."""
        mine = (CorrectionRow.policy == policy, CorrectionRow.anchor == anchor, CorrectionRow.topic == topic)
        self._session.execute(self._delete(CorrectionRow).where(*mine))

    def of(self, policy: str) -> tuple[Correction, ...]:
        """The corrections of those clauses that the current edition of a policy still has, by anchor and topic."""
        anchors = (
            select(ClauseRow.anchor)
            .join(EditionRow, _same_edition())
            .where(ClauseRow.school == self._school, ClauseRow.policy == policy, _is_current())
        )
        rows = self._session.scalars(self._select(CorrectionRow).where(CorrectionRow.policy == policy, CorrectionRow.anchor.in_(anchors)))
        return _corrections(rows)


def _corrections(rows: Iterable[Any]) -> tuple[Correction, ...]:
    """The corrections in some rows, by anchor and topic; a row without an anchor holds none. In no database's own order of letters."""
    found = (Correction(row.anchor, row.topic, Stance(row.stance) if row.stance else None) for row in rows if row.anchor is not None)
    return tuple(sorted(found, key=lambda one: (one.anchor, one.topic)))


def _is_current() -> ColumnElement[bool]:
    """That an edition is its policy's newest."""
    return (
        select(PolicyRow.current)
        .where(PolicyRow.school == EditionRow.school, PolicyRow.policy == EditionRow.policy, PolicyRow.current == EditionRow.number)
        .exists()
    )


def _same_edition() -> ColumnElement[bool]:
    """That a clause is of an edition."""
    return (ClauseRow.school == EditionRow.school) & (ClauseRow.policy == EditionRow.policy) & (ClauseRow.edition == EditionRow.number)


CURRENT = (
    select(EditionRow.policy, EditionRow.number, EditionRow.digest, CorrectionRow.anchor, CorrectionRow.topic, CorrectionRow.stance)
    .outerjoin(CorrectionRow, (CorrectionRow.school == EditionRow.school) & (CorrectionRow.policy == EditionRow.policy))
    .where(EditionRow.school == bindparam("school"), _is_current())
    .order_by(EditionRow.policy)
)
SAID_OF = select(CorrectionRow.anchor, CorrectionRow.topic, CorrectionRow.stance).where(
    CorrectionRow.school == bindparam("school"), CorrectionRow.policy == bindparam("policy")
)
