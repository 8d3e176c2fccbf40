"""Governors' figures: how many concerns a term had, by kind and by what came of them, so that no small number can be worked out.

A number from 1 to 4 is shown as "fewer than 5". That alone does not hide it: the kinds of a term and its outcomes count the same
concerns, so one table may give away what the other hides (11 by kind, 10 and one hidden by outcome). Hence, for each term:
- The kinds are always shown, and their total only where none of them is small.
- The outcomes are shown only where, from all that would then be shown, each hidden number could still be one of at least two.
- Where every kind is small or nought they are never shown: with so few concerns, that they were left out would tell how many there were.
No number spans two terms. tests/bot/test_figures.py tries every possible set of numbers against somebody who knows these rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.concerns import words_for
from bot.concerns.chronology import LONDON
from bot.concerns.concern import Concern, State

SMALL = 5  # the smallest number of concerns that is shown
FEWER = f"fewer than {SMALL}"
STILL_OPEN, WITHDRAWN = "Still open", "Withdrawn by the reporter"
CLOSED = "Closed without a word on what came of it"
KINDS = tuple(words_for.KIND.values())
OUTCOMES = (STILL_OPEN, *words_for.OUTCOME.values(), WITHDRAWN, CLOSED)
TERMS = ("Spring", "Summer", "Autumn")

Shown = tuple[int | None, ...]  # None: from 1 to 4


@dataclass(frozen=True, slots=True)
class Count:
    """One figure. ``number``: None where it is from 1 to 4."""

    title: str
    number: int | None

    @property
    def said(self) -> str:
        """The figure as it is shown."""
        return FEWER if self.number is None else str(self.number)


@dataclass(frozen=True, slots=True)
class TermFigures:
    """The figures of one term. ``outcomes``: None where they are not shown. ``total``: None where it is not shown."""

    term: str
    kinds: tuple[Count, ...]
    outcomes: tuple[Count, ...] | None
    total: int | None


def figures(concerns: Iterable[Concern]) -> tuple[TermFigures, ...]:
    """The figures of each term from the first with a concern to the last, in that order. `concerns`: those that may be counted."""
    terms: dict[tuple[int, int], list[Concern]] = {}
    for concern in concerns:
        terms.setdefault(term_of(concern.filed_at), []).append(concern)
    if not terms:
        return ()
    first, last = min(terms), max(terms)
    every = [(year, term) for year in range(first[0], last[0] + 1) for term in range(len(TERMS)) if first <= (year, term) <= last]
    return tuple(_of_term(f"{TERMS[term]} {year}", terms.get((year, term), [])) for year, term in every)


def term_of(at: datetime) -> tuple[int, int]:
    """The year and the term in it, by London's calendar: 0 from January to March, 1 from April to August, 2 from September on."""
    here = at.astimezone(LONDON)
    return here.year, 0 if here.month <= 3 else 1 if here.month <= 8 else 2


def shown(kinds: Sequence[int], outcomes: Sequence[int]) -> tuple[Shown, Shown | None, int | None]:
    """What is shown of a term's numbers: its kinds, its outcomes or None, its total or None."""
    by_kind, by_outcome = _hidden(kinds), _hidden(outcomes)
    total = None if None in by_kind else sum(kinds)
    few = total is None and not any(by_kind)
    return by_kind, by_outcome if not few and _safe(by_kind, by_outcome) else None, total


def _of_term(term: str, concerns: list[Concern]) -> TermFigures:
    kinds = Counter(words_for.KIND[one.kind] for one in concerns)
    outcomes = Counter(_outcome(one) for one in concerns)
    by_kind, by_outcome, total = shown([kinds[one] for one in KINDS], [outcomes[one] for one in OUTCOMES])
    return TermFigures(term, _counts(KINDS, by_kind), None if by_outcome is None else _counts(OUTCOMES, by_outcome), total)


def _counts(titles: Sequence[str], numbers: Shown) -> tuple[Count, ...]:
    return tuple(Count(title, number) for title, number in zip(titles, numbers, strict=True))


def _outcome(concern: Concern) -> str:
    if concern.open:
        return STILL_OPEN
    if concern.outcome:
        return words_for.OUTCOME[concern.outcome]
    return WITHDRAWN if concern.state is State.WITHDRAWN else CLOSED


def _hidden(numbers: Sequence[int]) -> Shown:
    return tuple(None if 0 < number < SMALL else number for number in numbers)


def _safe(one: Shown, other: Shown) -> bool:
    """Whether each hidden number of two tables of the same concerns could be one of at least two."""
    least = max(_range(one)[0], _range(other)[0])
    most = min(_range(one)[1], _range(other)[1])
    return all(_open(table, least, most) for table in (one, other))


def _range(table: Shown) -> tuple[int, int]:
    """The fewest and the most concerns that a table as shown can hold."""
    seen, hidden = sum(number or 0 for number in table), table.count(None)
    return seen + hidden, seen + hidden * (SMALL - 1)


def _open(table: Shown, least: int, most: int) -> bool:
    """Whether a table's hidden numbers, which all stand alike, are open where there are from `least` to `most` concerns."""
    seen, hidden = sum(number or 0 for number in table), table.count(None)
    if not hidden:
        return True
    smallest = max(1, least - seen - (hidden - 1) * (SMALL - 1))
    largest = min(SMALL - 1, most - seen - (hidden - 1))
    return smallest < largest
