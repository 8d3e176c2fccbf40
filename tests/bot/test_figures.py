"""Governors' figures: what is counted, and that no small number can be worked out from all that is shown, even knowing the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.concerns.concern import About, Concern, Kind, Outcome, Route, State, Wish
from bot.concerns.figures import FEWER, KINDS, OUTCOMES, STILL_OPEN, WITHDRAWN, Shown, figures, shown, term_of

AT = datetime(2026, 10, 5, 9, tzinfo=UTC)
CONCERN = Concern(
    id="c1",
    reference="K7M4Q2",
    filed_at=AT,
    route=Route.NAMED,
    about=frozenset({About.PUPIL}),
    kept_from=(),
    kind=Kind.CHILD,
    wish=Wish.ACTION,
    keep_until=AT.date(),
    waits_since=AT,
)


def tables(cells: int, most: int) -> Iterator[tuple[int, ...]]:
    """Every table of so many cells that holds at most so many concerns."""
    if cells == 0:
        yield ()
        return
    for first in range(most + 1):
        yield from ((first, *rest) for rest in tables(cells - 1, most - first))


@pytest.mark.parametrize(("kinds", "outcomes", "most"), [(2, 3, 22), (3, 3, 15), (4, 2, 15), (1, 4, 13), (2, 4, 13)])
def test_no_hidden_number_can_be_worked_out_by_somebody_who_tries_every_possibility(kinds: int, outcomes: int, most: int) -> None:
    # Of every possible term, all that is shown; then, for each thing shown, what the numbers behind it could be.
    by_total: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for table in tables(outcomes, most):
        by_total[sum(table)].append(table)
    behind: dict[tuple[Shown, Shown | None, int | None], list[set[int]]] = {}
    for by_kind in tables(kinds, most):
        for by_outcome in by_total[sum(by_kind)]:
            seen = shown(by_kind, by_outcome)
            could_be = behind.setdefault(seen, [set() for _ in range(kinds + outcomes)])
            for cell, number in zip(could_be, (*by_kind, *by_outcome), strict=True):
                cell.add(number)
    checked = 0
    for (by_kind, by_outcome, _), could_be in behind.items():
        if sum(number or 0 for number in by_kind) + 4 * by_kind.count(None) > most:
            continue  # more concerns than were tried could be behind it
        for number, cell in zip((*by_kind, *(by_outcome or ())), could_be, strict=False):
            assert number is not None or len(cell) > 1, (by_kind, by_outcome, cell)
            checked += number is None
        if by_outcome is None:
            for cell in could_be[kinds:]:
                assert len(cell) > 1 or not any(0 < number < 5 for number in cell), (by_kind, cell)
    assert checked > 100


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=len(KINDS), max_size=len(KINDS)),
    st.lists(st.integers(0, 60), min_size=len(OUTCOMES) - 1, max_size=len(OUTCOMES) - 1),
)
def test_tables_of_the_real_size_leave_each_hidden_number_open(kinds: list[int], cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, sum(kinds)) for cut in cuts), sum(kinds)]
    outcomes = [after - before for before, after in pairwise(edges)]
    by_kind, by_outcome, total = shown(kinds, outcomes)
    assert [one for one in by_kind if one is not None] == [one for one in kinds if one == 0 or one >= 5]
    assert total in {None, sum(kinds)}
    assert (total is None) == (None in by_kind)
    ways_kind, ways_outcome = ways(by_kind), ways(by_outcome) if by_outcome else {sum(kinds): None}
    totals = ways_kind.keys() & ways_outcome.keys() if by_outcome else ways_kind.keys()
    for table, found in ((by_kind, ways_kind), (by_outcome or (), ways_outcome)):
        if None in table:
            values = set().union(*(one for of, one in found.items() if of in totals and one))
            assert len(values) > 1


def ways(table: Shown) -> dict[int, set[int]]:
    """What a hidden number can be, by how many concerns there are: tried out, and not worked out as the figures do it."""
    seen, hidden = sum(number or 0 for number in table), min(table.count(None), 6)
    more = table.count(None) - hidden
    found: dict[int, set[int]] = defaultdict(set)
    for first, rest in product(range(1, 5), product(range(1, 5), repeat=max(hidden - 1, 0))):
        for other in range(more, 4 * more + 1):
            found[seen + (first + sum(rest) + other if hidden else 0)].add(first)
    return found


def test_a_single_concern_is_never_told_from_four() -> None:
    assert {shown([few, 0, 0, 0], [few, *[0] * 11]) for few in range(1, 5)} == {((None, 0, 0, 0), None, None)}


def test_an_outcome_that_kinds_would_give_away_is_not_shown() -> None:
    assert shown([6, 5, 0, 0], [10, 1, 0, 0]) == ((6, 5, 0, 0), None, 11)
    assert shown([6, 5, 0, 0], [6, 5, 0, 0]) == ((6, 5, 0, 0), (6, 5, 0, 0), 11)
    assert shown([6, 5, 0, 0], [5, 3, 3, 0]) == ((6, 5, 0, 0), (5, None, None, 0), 11)


def test_a_term_without_concerns_says_nought() -> None:
    assert shown([0, 0], [0, 0, 0]) == ((0, 0), (0, 0, 0), 0)


@pytest.mark.parametrize(
    ("at", "term"),
    [
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), (2026, 2)),
        (datetime(2027, 1, 1, tzinfo=UTC), (2027, 0)),
        (datetime(2026, 3, 31, 22, 59, tzinfo=UTC), (2026, 0)),
        (datetime(2026, 3, 31, 23, 0, tzinfo=UTC), (2026, 1)),  # an hour after midnight of 1 April in London
        (datetime(2026, 8, 31, 22, 59, tzinfo=UTC), (2026, 1)),
        (datetime(2026, 8, 31, 23, 0, tzinfo=UTC), (2026, 2)),
    ],
)
def test_terms_go_by_londons_calendar(at: datetime, term: tuple[int, int]) -> None:
    assert term_of(at) == term


def test_terms_come_in_order_with_those_between_and_each_concern_is_counted_once() -> None:
    old = [replace(CONCERN, filed_at=AT - timedelta(days=300), kind=Kind.CONDUCT)] * 6
    closed = [replace(CONCERN, state=State.CLOSED, outcome=Outcome.SUPPORT)] * 7
    gone = [replace(CONCERN, state=State.WITHDRAWN)] * 5
    found = figures([*closed, *gone, *old])
    assert [one.term for one in found] == ["Autumn 2025", "Spring 2026", "Summer 2026", "Autumn 2026"]
    assert [one.total for one in found] == [6, 0, 0, 12]
    assert found[0].outcomes is not None
    assert found[-1].outcomes is not None
    assert {one.title: one.number for one in found[0].outcomes if one.number} == {STILL_OPEN: 6}
    assert {one.title: one.number for one in found[-1].outcomes if one.number} == {"Support given": 7, WITHDRAWN: 5}
    assert figures([]) == ()


def test_small_numbers_are_said_as_fewer_than_five() -> None:
    (found,) = figures([CONCERN] * 3)
    assert {one.said for one in found.kinds} == {"0", FEWER}
    assert found.outcomes is found.total is None
