"""A school's letters, and the marks that say which of its days and weeks were seen to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from adapters.store.keeping import AnyRow, KeepingRepository
from adapters.store.tables.concerns import ConcernRow
from adapters.store.tables.letters import UNSETTLED, LetterRow, MarkRow
from bot.concerns.filing import rounded
from bot.concerns.letters import Letter, LetterKind, LetterState

OVER = (LetterState.SENT, LetterState.DEAD, LetterState.NEEDLESS)
COLUMNS = (
    LetterRow.id,
    LetterRow.school,
    LetterRow.concern,
    LetterRow.kind,
    LetterRow.number,
    LetterRow.recipient,
    LetterRow.due_at,
    LetterRow.ways,
    LetterRow.attempts,
    LetterRow.state,
)


class Letters(KeepingRepository):
    """The letters of one school."""

    def post(self, letter: Letter) -> bool:
        """Whether the letter is new, of this school whatever it says. Somebody who is posting the same at this moment is waited for."""
        new = self._insert(
            LetterRow,
            id=letter.id,
            concern=letter.concern or None,
            kind=letter.kind.value,
            number=letter.number,
            recipient=letter.recipient,
            due_at=letter.due_at,
            ways=list(letter.ways),
            attempts=letter.attempts,
            state=letter.state.value,
            lease_until=None,
        )
        return self._row(new.on_conflict_do_nothing().returning(LetterRow.id)) is not None

    def settle(self, letter: Letter, state: LetterState, again_at: datetime | None) -> None:
        """Nothing: how it came out. Whoever was so slow that another has settled it meanwhile changes nothing.

        The concern is held first, as by whoever changes or deletes it: in another order, two could wait for each other.
        """
        if letter.concern:
            self._do(self._update(ConcernRow).where(ConcernRow.id == letter.concern).values(state=ConcernRow.state))
        mine = (LetterRow.id == letter.id, LetterRow.attempts == letter.attempts, UNSETTLED)
        values: dict[str, object] = {"state": state.value, "lease_until": None}
        if again_at:
            values |= {"due_at": again_at, "attempts": letter.attempts + 1}
        elif state in OVER and letter.concern:
            values |= {"due_at": rounded(letter.due_at)}
        self._do(self._update(LetterRow).where(*mine).values(values))

    def about(self, concern_id: str) -> tuple[Letter, ...]:
        """All letters about a concern, in the order they fell due."""
        mine = (LetterRow.school == self._school, LetterRow.concern == concern_id)
        order = (LetterRow.due_at, LetterRow.number, LetterRow.kind, LetterRow.recipient)
        return tuple(map(letter_of, self._rows(select(*COLUMNS).where(*mine).order_by(*order))))

    def mark(self, what: LetterKind, number: int, at: datetime) -> bool:
        """Whether it was not seen to yet; it is now. Somebody who is marking it at this moment is waited for."""
        new = self._insert(MarkRow, kind=what.value, number=number, at=at)
        return self._row(new.on_conflict_do_nothing().returning(MarkRow.school)) is not None


def letter_of(row: AnyRow) -> Letter:
    """The letter of a row with COLUMNS."""
    return Letter(
        id=row.id,
        school=row.school,
        concern=row.concern or "",
        kind=LetterKind(row.kind),
        number=row.number,
        recipient=row.recipient,
        due_at=row.due_at,
        ways=tuple(row.ways),
        attempts=row.attempts,
        state=LetterState(row.state),
    )
