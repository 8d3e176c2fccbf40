"""Many threads at once, as many replicas would be: one report for one form, nothing changed unseen, nothing lost, nobody waits for ever."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from threading import get_ident
from time import sleep

import pytest
from sqlalchemy import Engine

from adapters.store.auditing import verify
from adapters.store.cases import StoreCases
from adapters.store.schools import StoreSchools
from bot.concerns.concern import State
from bot.concerns.in_memory import PlainSigner, QuickLock, RecordedMessages
from bot.concerns.ports import Act, KeptReceipt, SignInLink
from bot.concerns.reports import reports_of
from tests.adapters.store.case_examples import AT, DECISION, HOUR, KEYS, PLAIN, file, numbered
from tests.adapters.store.test_at_once import THREADS, at_once


@pytest.fixture
def cases(engine: Engine, schools: StoreSchools) -> StoreCases:
    return StoreCases(engine, KEYS, lambda: AT)


def replica(engine: Engine) -> StoreCases:
    """What another copy of Signpost would have of the same database."""
    return StoreCases(engine, KEYS, lambda: AT)


def test_one_form_sent_many_times_at_once_makes_one_report(cases: StoreCases, engine: Engine) -> None:
    filed, found = Counter[bool](), set[str]()

    def send(thread: int) -> None:
        for form in range(5):
            concern = numbered(100 * form + thread)
            with replica(engine).unit("alder") as unit:
                new = unit.add(concern, f"form {form}", receipt(concern.id))
                if new:
                    sleep(0.01)  # long enough for the others to come
                    unit.commit()
                else:
                    kept = unit.by_filing(f"form {form}")
                    assert kept is not None
                    found.add(kept.id)
                filed[new] += 1

    at_once(send)
    with cases.unit("alder") as unit:
        kept = {one.id for one in unit.concerns()}
    assert filed == {True: 5, False: 5 * (THREADS - 1)}
    assert len(kept) == 5
    assert found <= kept


def receipt(concern: str) -> KeptReceipt:
    """A receipt that is no other's."""
    return KeptReceipt(concern, concern, "locked")


def test_a_report_is_changed_by_one_after_the_other(cases: StoreCases) -> None:
    with cases.unit("alder") as unit:
        file(unit)
        unit.commit()

    def link(thread: int) -> None:
        with cases.unit("alder") as unit:
            concern = unit.concern("c1")
            assert concern is not None
            sleep(0.005)
            unit.put(replace(concern, linked=concern.linked | {f"c{thread}"}))
            unit.enter("c1", replace(DECISION, id=f"by {thread}"))
            unit.commit()

    at_once(link)
    with cases.unit("alder") as unit:
        case = unit.case("c1")
    assert case is not None
    assert len(case.concern.linked) == THREADS
    assert len(case.entries) == 1 + THREADS


def test_a_sign_in_link_lets_one_in(cases: StoreCases) -> None:
    with cases.unit("alder") as unit:
        unit.keep_link(SignInLink("d1", "ann", AT + HOUR), 5, AT - HOUR)
        unit.commit()
    let_in = Counter[bool]()

    def press(_thread: int) -> None:
        with cases.unit("alder") as unit:
            let_in[unit.take_link("d1", AT) is not None] += 1
            unit.commit()

    at_once(press)
    assert let_in == {True: 1, False: THREADS - 1}


def test_of_links_made_at_once_no_more_than_the_most_are_kept(engine: Engine, cases: StoreCases) -> None:
    kept = Counter[bool]()

    def press(thread: int) -> None:
        for turn in range(3):
            with replica(engine).unit("alder") as unit:
                kept[unit.keep_link(SignInLink(f"d{thread}-{turn}", "ann", AT + HOUR), 5, AT - HOUR)] += 1
                sleep(0.002)  # long enough for the others to count
                unit.commit()

    at_once(press)
    assert kept == {True: 5, False: 3 * THREADS - 5}


def test_cases_that_name_each_other_are_deleted_by_many_clocks_at_once_and_none_waits_for_ever(engine: Engine, cases: StoreCases) -> None:
    ids = [f"c{at}" for at in range(1, 9)]
    with cases.unit("alder") as unit:
        for at in range(1, 9):
            file(unit, replace(numbered(at), state=State.CLOSED, linked=frozenset(ids) - {f"c{at}"}))
        unit.commit()

    class AnyOrder(StoreCases):
        """Cases that each clock is told of in an order of its own."""

        def expired(self, today: date) -> tuple[tuple[str, str], ...]:
            """The same in another order."""
            found = list(super().expired(today))
            Random(get_ident()).shuffle(found)
            return tuple(found)

    deleted = list[int]()

    def clock(_thread: int) -> None:
        reports = reports_of(
            AnyOrder(engine, KEYS, lambda: AT),
            QuickLock(),
            RecordedMessages(),
            PlainSigner(),
            lambda: AT,
            lambda: "new",
            random=lambda: 0.5,
            digest=lambda _school, _head: None,
        )
        deleted.append(reports.delete_expired(PLAIN.keep_until + timedelta(days=1)))

    at_once(clock)
    assert sum(deleted) == len(ids)
    with cases.unit("alder") as unit:
        assert unit.concerns() == ()


def test_the_audit_is_numbered_without_gaps_and_its_chain_holds(cases: StoreCases, engine: Engine) -> None:
    with cases.unit("alder") as unit:
        file(unit)
        unit.commit()

    def act(thread: int) -> None:
        for turn in range(5):
            with replica(engine).unit("alder") as unit:
                unit.audit(AT, Act.READ, "lead", PLAIN.reference)
                if (thread + turn) % 2:  # in either order: none may wait for the other
                    unit.concern("c1")
                unit.audit(AT, Act.NOTED, "lead", PLAIN.reference)
                unit.commit()

    at_once(act)
    with cases.unit("alder") as unit:
        assert [line.number for line in unit.history(PLAIN.reference)] == list(range(1, THREADS * 10 + 1))
    assert {(one.school, one.count, one.broken) for one in verify(engine)} == {("alder", THREADS * 10, None), ("birch", 0, None)}


def test_of_guesses_at_once_no_more_than_the_limit_are_told_that_they_are_within_it(engine: Engine, cases: StoreCases) -> None:
    counts: list[int] = []

    def guess(_thread: int) -> None:
        for _ in range(3):
            with replica(engine).unit("alder") as unit:
                counts.append(unit.guess("AAAA", AT, HOUR)[0])

    at_once(guess)
    for limit in range(1, 3 * THREADS):
        assert sum(count <= limit for count in counts) <= limit
    assert max(counts) == 3 * THREADS


def test_filing_works_while_others_read_and_delete(cases: StoreCases, engine: Engine) -> None:
    def work(thread: int) -> None:
        for turn in range(5):
            concern = numbered(10 * thread + turn)
            with replica(engine).unit("alder") as unit:
                file(unit, concern)
                unit.audit(AT, Act.FILED, "reporter", concern.reference)
                unit.commit()
            with replica(engine).unit("alder") as unit:
                assert unit.case(concern.id) is not None
                if turn % 2:
                    assert unit.concern(concern.id) is not None
                    unit.delete(concern.id)
                    unit.commit()

    at_once(work)
    with cases.unit("alder") as unit:
        assert len(unit.concerns()) == 3 * THREADS
