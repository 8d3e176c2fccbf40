"""What is worked out once for an edition and kept: what its clauses are about, which topics it speaks of, what its health is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import date
from threading import Lock
from typing import Generic, TypeVar

import numpy as np

from bot.school import Published
from bot.shelf import Shelf, Shelves
from knowledge.health import Covered, Finding, check, coverage
from knowledge.index import PolicyIndex
from knowledge.topics import OFF_TOPIC

ABOUT = 0.35  # topic probability of one of its sentences from which a clause is listed under a topic
MOST_KEPT = 96

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """The values asked for most lately, safe to ask from several threads. Two that ask at once may both work one out."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most, self._lock = most, Lock()
        self._values: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of a key, made where it is not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        made = make()
        with self._lock:
            self._values[key] = made
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return made


class Readings:
    """What is known of editions beyond their words. It holds nothing of a school, so that those with one policy share it."""

    def __init__(self, shelves: Shelves) -> None:
        self._shelves = shelves
        self._topics: Remembered[dict[str, tuple[str, ...]]] = Remembered()
        self._covered: Remembered[dict[str, Covered]] = Remembered()
        self._findings: Remembered[list[Finding]] = Remembered()

    def topics(self, published: Published) -> dict[str, tuple[str, ...]]:
        """The topics of each clause by anchor, likeliest first; none for a clause that is about nothing known."""
        return self._topics.get(published.key.made_of, lambda: clause_topics(self._shelves.answerer_of(published).index))

    def covered(self, shelf: Shelf) -> dict[str, Covered]:
        """For every topic whether a school's policies speak of it, and how; anchors as the shelf has them."""
        return self._covered.get(tuple(key.made_of for key in shelf.keys), lambda: coverage(shelf.answerer.index))

    def findings(self, published: Published, today: date) -> list[Finding]:
        """The health check of an edition, worst first."""
        return self._findings.get((published.key.made_of, today), lambda: check(self._shelves.answerer_of(published).index, today))


def clause_topics(index: PolicyIndex) -> dict[str, tuple[str, ...]]:
    """The topics of each clause by anchor, likeliest first."""
    found: dict[str, tuple[str, ...]] = {}
    for at, clause in enumerate(index.clauses):
        likely = index.topics[index.of_clause == at].max(axis=0)
        cards = [index.model.cards[int(topic)].id for topic in np.argsort(-likely) if likely[topic] >= ABOUT]
        found[clause.anchor] = tuple(card for card in cards if card != OFF_TOPIC)
    return found
