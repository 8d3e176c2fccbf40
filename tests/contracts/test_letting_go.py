"""A report whose taker has left waits again, in every store; one that cannot be opened keeps no other from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from bot.concerns.concern import State
from bot.concerns.letting_go import let_go
from bot.concerns.ports import Act
from bot.concerns.waiting_again import A_CLIMB
from bot.school import Holder, Role
from tests.adapters.store.case_examples import AT, HOUR, numbered
from tests.contracts.case_stores import LEASE, STORES, Store, opened

HERE, GONE = Holder(Role.LEAD, "Ann Lee"), Holder(Role.LEAD, "Di Moss")


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with opened(request.param) as store:
        yield store


def test_reports_of_somebody_who_has_left_wait_again_and_all_others_stay_as_they_are(store: Store) -> None:
    taken = [(State.IN_ACTION, GONE), (State.ACKNOWLEDGED, GONE), (State.IN_ACTION, HERE), (State.CLOSED, GONE), (State.IN_ACTION, GONE)]
    for number, (state, by) in enumerate(taken, start=1):
        store.filed(replace(numbered(number), state=state, taken_by=by, taken_at=AT))
    store.damage("c5")
    ids = (f"new-{number}" for number in count())

    for _ in range(2):
        let_go(store.cases, "alder", lambda: AT + HOUR, lambda: next(ids))

    with store.cases.unit("alder") as unit:
        found = {one.id: (one.state, one.climbs) for one in unit.concerns()}
        acts = {one: [line.act for line in unit.history(f"R{one[1:]}")] for one in ("c1", "c2", "c3", "c4")}
    let_gone, as_before = (State.RECEIVED, 1), ((State.IN_ACTION, 0), (State.CLOSED, 0))
    assert found == {"c1": let_gone, "c2": let_gone, "c3": as_before[0], "c4": as_before[1]}
    assert acts == {"c1": [Act.LET_GO], "c2": [Act.LET_GO], "c3": [], "c4": []}
    moments = [store.cases.claim_ping(AT + HOUR, LEASE) for _ in range(8)]
    assert {(one.concern, one.attempts) for one in moments if one and one.due_at > AT} == {("c1", A_CLIMB), ("c2", A_CLIMB)}
