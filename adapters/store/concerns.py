"""A school's concerns with their entries, files and receipts: sealed on the way in, opened on the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from adapters.store.case_rows import (
    attachment_bytes,
    attachment_of,
    concern_bytes,
    concern_of,
    entry_bytes,
    entry_of,
)
from adapters.store.keeping import AnyRow, KeepingRepository
from adapters.store.sealing import Keys, Place, SealBroken
from adapters.store.tables.base import kept_words
from adapters.store.tables.concerns import AttachmentRow, ConcernRow, EntryRow, ReceiptRow
from bot.concerns.concern import Attachment, Case, Concern, Entry
from bot.concerns.ports import CaseBroken, KeptReceipt
from bot.ports import NotKept

# The field that each sealed column is bound to. They may never change: what is sealed opens with these words and no others.
HEAD, ENTRY, META, CONTENT = "head", "entry", "attachment", "content"

Read = TypeVar("Read")


class Concerns(KeepingRepository):
    """The concerns of one school."""

    def __init__(self, session: Session, school: str, keys: Keys) -> None:
        super().__init__(session, school)
        self._keys = keys

    def add(self, concern: Concern, filing: str, receipt: KeptReceipt) -> bool:
        """Whether it is new; else nothing is changed. Somebody who is adding the same at this moment is waited for."""
        head = self._seal(concern_bytes(concern), concern.id, concern.id, HEAD)
        values = {"id": concern.id, "reference": concern.reference, "filing": filing, "head": head}
        new = self._insert(ConcernRow, **values, state=concern.state.value, keep_until=concern.keep_until)
        if self._row(new.on_conflict_do_nothing().returning(ConcernRow.id)) is None:
            return False
        kept = self._insert(ReceiptRow, lookup=receipt.lookup, concern=concern.id, locked=receipt.locked)
        if self._row(kept.on_conflict_do_nothing().returning(ReceiptRow.lookup)) is None:
            self.delete(concern.id)
            return False
        return True

    def by_filing(self, filing: str) -> Concern | None:
        """The concern of a filing digest, held until the unit ends."""
        return self._hold(ConcernRow.filing == filing)

    def one(self, concern_id: str) -> Concern | None:
        """A concern, held until the unit ends."""
        return self._hold(ConcernRow.id == concern_id)

    def all(self) -> tuple[Concern, ...]:
        """Every concern that can be opened, the longest waiting first."""
        return tuple(sorted(self._whole(self._heads()), key=lambda one: (one.waits_since, one.id)))

    def broken(self) -> int:
        """How many cannot be opened."""
        rows = self._heads()
        return len(rows) - sum(1 for _ in self._whole(rows))

    def put(self, concern: Concern) -> None:
        """Nothing: the concern of that id is this from now on. Raises NotKept where it is not there any more."""
        head = self._seal(concern_bytes(concern), concern.id, concern.id, HEAD)
        change = self._update(ConcernRow).where(ConcernRow.id == concern.id).returning(ConcernRow.id)
        if self._row(change.values(state=concern.state.value, keep_until=concern.keep_until, head=head)) is None:
            raise NotKept("The report is not there any more.", "It was deleted meanwhile; the audit says when and by whom.")

    def case(self, concern_id: str) -> Case | None:
        """A concern with its entries and files, in the order they came: times may be rounded.

        The concern is read last: where it is deleted meanwhile there is no case, rather than half of one.
        """
        entries = self._rows(
            select(EntryRow.id, EntryRow.sealed)
            .where(EntryRow.school == self._school, EntryRow.concern == concern_id)
            .order_by(EntryRow.number, EntryRow.id)
        )
        files = self._rows(
            select(AttachmentRow.id, AttachmentRow.meta)
            .where(AttachmentRow.school == self._school, AttachmentRow.concern == concern_id)
            .order_by(AttachmentRow.number, AttachmentRow.id)
        )
        found = self._row(select(ConcernRow.id, ConcernRow.head).where(ConcernRow.school == self._school, ConcernRow.id == concern_id))
        if found is None:
            return None
        return Case(
            self._concern(found),
            tuple(self._read(entry_of, row.sealed, concern_id, row.id, ENTRY) for row in entries),
            tuple(self._read(attachment_of, row.meta, concern_id, row.id, META) for row in files),
        )

    def enter(self, concern_id: str, entry: Entry) -> None:
        """Nothing: adds an entry."""
        sealed = self._seal(entry_bytes(entry), concern_id, entry.id, ENTRY)
        self._do(self._insert(EntryRow, concern=concern_id, id=entry.id, number=self._next(EntryRow, concern_id), sealed=sealed))

    def attach(self, concern_id: str, attachment: Attachment, content: bytes) -> None:
        """Nothing: keeps a file."""
        values = {
            "concern": concern_id,
            "id": attachment.id,
            "number": self._next(AttachmentRow, concern_id),
            "meta": self._seal(attachment_bytes(attachment), concern_id, attachment.id, META),
            "content": self._seal(content, concern_id, attachment.id, CONTENT),
        }
        self._do(self._insert(AttachmentRow, **values))

    def content(self, concern_id: str, attachment_id: str) -> bytes | None:
        """A file's bytes."""
        mine = (AttachmentRow.school == self._school, AttachmentRow.concern == concern_id, AttachmentRow.id == attachment_id)
        found = self._row(select(AttachmentRow.content).where(*mine))
        return self._read(bytes, found.content, concern_id, attachment_id, CONTENT) if found else None

    def receipt(self, lookup: str) -> KeptReceipt | None:
        """The receipt of that lookup part."""
        mine = (ReceiptRow.school == self._school, ReceiptRow.lookup == lookup)
        found = self._row(select(ReceiptRow.concern, ReceiptRow.lookup, ReceiptRow.locked).where(*mine))
        return KeptReceipt(found.concern, found.lookup, found.locked) if found else None

    def delete(self, concern_id: str) -> None:
        """Nothing: the concern is gone; the database takes along all that hangs on it."""
        self._do(self._delete(ConcernRow).where(ConcernRow.id == concern_id))

    def _hold(self, which: Any) -> Concern | None:
        """The concern, locked by an UPDATE that changes nothing, which both databases know; SQLite knows no SELECT FOR UPDATE."""
        lock = self._update(ConcernRow).where(which).values(state=ConcernRow.state).returning(ConcernRow.id, ConcernRow.head)
        found = self._row(lock)
        return self._concern(found) if found else None

    def _next(self, table: type[EntryRow] | type[AttachmentRow], concern_id: str) -> int:
        latest = select(func.max(table.number)).where(table.school == self._school, table.concern == concern_id)
        return (self._rows(latest)[0][0] or 0) + 1

    def _heads(self) -> Sequence[AnyRow]:
        return self._rows(select(ConcernRow.id, ConcernRow.head).where(ConcernRow.school == self._school))

    def _whole(self, rows: Sequence[AnyRow]) -> Iterator[Concern]:
        """The concerns of these rows that can be opened: one that was damaged must not shut away all others."""
        for row in rows:
            with suppress(CaseBroken):
                yield self._concern(row)

    def _concern(self, row: AnyRow) -> Concern:
        return self._read(concern_of, row.head, row.id, row.id, HEAD)

    def _seal(self, plain: bytes, concern_id: str, row: str, field: str) -> bytes:
        return self._keys.seal(plain, self._place(concern_id, row, field))

    def _read(self, read: Callable[[bytes], Read], sealed: bytes, concern_id: str, row: str, field: str) -> Read:
        """What was sealed there. Raises CaseBroken where it does not open, or holds what this Signpost does not know."""
        try:
            return read(self._keys.open(sealed, self._place(concern_id, row, field)))
        except SealBroken as error:
            raise CaseBroken(error.message, error.next_step) from None
        except (ArithmeticError, LookupError, TypeError, ValueError):
            raise CaseBroken(
                "A part of a report holds what this Signpost does not know.", "Run the newest Signpost that this database was used with."
            ) from None  # the words of the error before it may be the report's

    def _place(self, concern_id: str, row: str, field: str) -> Place:
        """The place, by ids as the database keeps them: an entry's comes with a form, and a null character in it must not lock the case."""
        return Place(self._school, kept_words(concern_id), kept_words(row), field)
