"""Many clocks at once: each moment and letter is one's alone, none is left while somebody looks, and nobody waits for ever."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from time import sleep

import pytest
from sqlalchemy import Engine

from adapters.store.cases import StoreCases
from adapters.store.claiming import claim_letter, claim_ping
from adapters.store.schools import StoreSchools
from bot.concerns.letters import LetterKind, LetterState
from bot.concerns.ports import Ping
from tests.adapters.store.case_examples import AT, DRILL, HOUR, KEYS, LETTER, file, numbered
from tests.adapters.store.test_at_once import THREADS, at_once

LEASE = timedelta(minutes=1)


@pytest.fixture
def cases(engine: Engine, schools: StoreSchools) -> StoreCases:
    return StoreCases(engine, KEYS, lambda: AT)


def filed(cases: StoreCases, *ids: int) -> None:
    with cases.unit("alder") as unit:
        for at in ids:
            file(unit, numbered(at))
        unit.commit()


def test_each_moment_and_letter_is_claimed_once_and_nobody_is_sent_away_while_there_is_one(cases: StoreCases) -> None:
    filed(cases, 1)
    with cases.unit("alder") as unit:
        for at in range(299):
            unit.ping(Ping(f"p{at}", "alder", "c1", AT))
        for at in range(300):
            unit.post(replace(LETTER, id=f"l{at}", number=at, due_at=AT + timedelta(seconds=at % 7)))
        unit.commit()
    claimed = Counter[str]()

    def claim(thread: int) -> None:
        claims = (cases.claim_letter, cases.claim_ping)
        for one in claims if thread % 2 else reversed(claims):
            while found := one(AT + HOUR, LEASE):
                claimed[found.id] += 1

    at_once(claim)
    assert claimed == Counter([f"l{at}" for at in range(300)] + [f"p{at}" for at in range(299)] + ["ping of c1"])


@pytest.mark.parametrize("what", ["ping", "letter"])
def test_what_another_is_claiming_at_this_moment_is_passed_over(cases: StoreCases, engine: Engine, what: str) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one claim after the other")
    filed(cases, 1)
    with cases.unit("alder") as unit:
        unit.ping(Ping("second", "alder", "c1", AT + HOUR))
        unit.post(LETTER)
        unit.post(replace(LETTER, id="second", number=1, due_at=AT + HOUR))
        unit.commit()
    claim = {"ping": claim_ping, "letter": claim_letter}[what]
    with ThreadPoolExecutor(1) as pool, engine.begin() as connection:
        assert claim(connection, AT + HOUR, LEASE) is not None
        claimed = pool.submit({"ping": cases.claim_ping, "letter": cases.claim_letter}[what], AT + HOUR, LEASE).result(timeout=20)
        assert claimed is not None
        assert claimed.id == "second"


def test_a_letter_posted_and_a_day_marked_many_times_at_once_is_so_once(cases: StoreCases) -> None:
    filed(cases, 1)
    new, marked = Counter[bool](), Counter[bool]()

    def work(thread: int) -> None:
        with cases.unit("alder") as unit:
            marked[unit.mark(LetterKind.DRILL, 1)] += 1
            new[unit.post(replace(LETTER, id=f"by {thread}"))] += 1
            new[unit.post(replace(DRILL, id=f"drill by {thread}"))] += 1
            sleep(0.01)  # long enough for the others to come
            unit.commit()

    at_once(work)
    assert new == {True: 2, False: 2 * (THREADS - 1)}
    assert marked == {True: 1, False: THREADS - 1}
    with cases.unit("alder") as unit:
        assert len(unit.letters("c1")) == 1


def test_a_letter_whose_unit_ended_without_keeping_it_is_anothers_to_post(cases: StoreCases) -> None:
    filed(cases, 1)
    with cases.unit("alder") as unit:
        assert unit.mark(LetterKind.DRILL, 1)
        assert unit.post(LETTER)
    with cases.unit("alder") as unit:
        assert unit.mark(LetterKind.DRILL, 1)
        assert unit.post(LETTER)


def test_letters_are_settled_while_their_reports_are_changed_and_deleted(cases: StoreCases) -> None:
    """None of these waits for another that waits for it: a database that finds two such ends one of them with an error."""
    filed(cases, *range(THREADS))
    with cases.unit("alder") as unit:
        for at in range(THREADS):
            for number in range(4):
                unit.post(replace(LETTER, id=f"l{at}-{number}", concern=f"c{at}", number=number))
        unit.commit()

    def work(thread: int) -> None:
        for turn in range(THREADS):
            concern = f"c{(thread // 2 + turn) % THREADS}"
            with cases.unit("alder") as unit:
                if thread % 2:
                    found = unit.concern(concern)
                    sleep(0.001)
                    for number in range(4):
                        unit.settle_letter(replace(LETTER, id=f"l{concern[1:]}-{number}", concern=concern), LetterState.NEEDLESS)
                    if found and turn > THREADS // 2:
                        unit.delete(concern)
                else:
                    unit.settle_letter(replace(LETTER, id=f"l{concern[1:]}-{turn % 4}", concern=concern), LetterState.SENT)
                    sleep(0.001)
                    unit.concern(concern)
                unit.commit()

    at_once(work)
    with cases.unit("alder") as unit:
        states = {one.state for concern in unit.concerns() for one in unit.letters(concern.id)}
    assert states <= {LetterState.SENT, LetterState.NEEDLESS}


def test_what_clocks_that_died_had_claimed_is_sent_by_others_after_its_lease(cases: StoreCases) -> None:
    filed(cases, 1)
    with cases.unit("alder") as unit:
        for at in range(60):
            unit.post(replace(LETTER, id=f"l{at}", number=at))
        unit.commit()
    seen: list[tuple[int, LetterState]] = []

    def clock(now: datetime) -> None:
        while letter := cases.claim_letter(now, LEASE):
            seen.append((letter.number, letter.state))
            if letter.number % 3 or letter.state is LetterState.UNCERTAIN:  # else it dies, before or after sending
                with cases.unit("alder") as unit:
                    unit.settle_letter(letter, LetterState.SENT)
                    unit.commit()

    at_once(lambda _: clock(AT))
    assert cases.oldest_due(AT) == AT
    at_once(lambda _: clock(AT + LEASE))
    assert sorted(seen) == sorted([(at, LetterState.SENDING) for at in range(60)] + [(at, LetterState.UNCERTAIN) for at in range(0, 60, 3)])
    with cases.unit("alder") as unit:
        assert {one.state for one in unit.letters("c1")} == {LetterState.SENT}
