"""A school's current policies made ready to be asked together, and kept ready for the schools asked most lately."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from bot.ports import Unit
from bot.school import EditionKey, Published
from knowledge.answering import Answerer
from knowledge.corrections import CorrectedAnswerer, Correction
from knowledge.policy import Clause, Edition

MOST_READY = 48  # answerers kept in memory at once, at about 2 MB each
BETWEEN = "/"  # stands between a policy's place on the shelf and a clause's own anchor where several policies are asked together

Key = tuple[tuple[str, tuple[Correction, ...]], ...]  # of each edition all that an answer depends on: see EditionKey.made_of


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a clause on the shelf comes from: its policy and edition, its anchor there, and that edition (without its clauses' order)."""

    key: EditionKey
    anchor: str
    edition: Edition


class Shelf:
    """A school's current policies: what answers from all of them, and which one a clause is from."""

    def __init__(self, keys: Sequence[EditionKey], editions: Sequence[Edition], answerer: Answerer) -> None:
        self.keys = tuple(keys)
        self.editions = tuple(editions)
        self.answerer = answerer

    def cited(self, clause: Clause) -> Cited:
        """Where a clause of the answerer's comes from."""
        if len(self.keys) == 1:
            return Cited(self.keys[0], clause.anchor, self.editions[0])
        place, _, anchor = clause.anchor.partition(BETWEEN)
        return Cited(self.keys[int(place)], anchor, self.editions[int(place)])


class Shelves:
    """The shelves asked most lately, at most `most`; safe to ask from several threads.

    Schools with the same policies share what is made ready: it is kept by the editions' digests and what was corrected about them, and
    holds nothing of a school. What is corrected is made of what is ready already, and shares all of it that does not change.
    """

    def __init__(self, most: int = MOST_READY, make: Callable[[Edition], Answerer] = Answerer) -> None:
        self._most = most
        self._make = make
        self._ready: OrderedDict[Key, tuple[tuple[Edition, ...], Answerer]] = OrderedDict()
        self._lock = Lock()
        self._making: dict[Key, Lock] = {}

    def of(self, unit: Unit) -> Shelf | None:
        """The shelf of a school's current policies; None where it has published none."""
        keys = unit.current()
        if not keys:
            return None
        editions, answerer = self._get(tuple(key.made_of for key in keys), lambda: _current(unit, keys))
        return Shelf(keys, editions, answerer)

    def answerer_of(self, published: Published) -> Answerer:
        """What answers from one edition alone."""
        return self._get((published.key.made_of,), lambda: (published.edition,))[1]

    def _get(self, key: Key, read: Callable[[], tuple[Edition, ...]]) -> tuple[tuple[Edition, ...], Answerer]:
        with self._lock:
            if found := self._ready.get(key):
                self._ready.move_to_end(key)
                return found
            making = self._making.setdefault(key, Lock())
        with making:  # one thread makes it; the others wait for this one and no other
            with self._lock:
                if found := self._ready.get(key):
                    return found
            made = self._made(key, read)
            with self._lock:
                self._ready[key] = made
                self._making.pop(key, None)
                while len(self._ready) > self._most:
                    self._ready.popitem(last=False)
            return made

    def _made(self, key: Key, read: Callable[[], tuple[Edition, ...]]) -> tuple[tuple[Edition, ...], Answerer]:
        corrections = corrected_together([of_one for _, of_one in key])
        if not corrections:
            editions = read()
            return editions, self._make(together(editions))
        editions, by_words = self._get(tuple((digest, ()) for digest, _ in key), read)
        return editions, CorrectedAnswerer(by_words, corrections)


def together(editions: Sequence[Edition]) -> Edition:
    """One edition of all the clauses; with several, each anchor starts with its policy's place on the shelf."""
    if len(editions) == 1:
        return editions[0]
    return Edition(
        title=", ".join(edition.title for edition in editions),
        school=editions[0].school,
        clauses=tuple(
            replace(clause, anchor=f"{at}{BETWEEN}{clause.anchor}") for at, edition in enumerate(editions) for clause in edition.clauses
        ),
        headings=tuple(path for edition in editions for path in edition.headings),
    )


def corrected_together(corrections: Sequence[tuple[Correction, ...]]) -> tuple[Correction, ...]:
    """The corrections of all the clauses, with their anchors as `together` has them. `corrections`: of each policy, in that order."""
    if len(corrections) == 1:
        return corrections[0]
    return tuple(replace(one, anchor=f"{at}{BETWEEN}{one.anchor}") for at, of_one in enumerate(corrections) for one in of_one)


def _current(unit: Unit, keys: Sequence[EditionKey]) -> tuple[Edition, ...]:
    found = [unit.published(key.policy, key.number) for key in keys]
    return tuple(one.edition for one in found if one is not None)
