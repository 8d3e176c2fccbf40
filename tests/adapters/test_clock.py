"""The clock's threads: everything once however many clocks run, nothing held up by what fails, and stopped within seconds."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from adapters.clock import ClockWork, Duty
from bot.concerns.climbing import LEASE
from bot.concerns.letters import LetterKind, LetterState, ToSay
from bot.ports import NotKept, Outcome, Sent
from bot.school import Holder, Role, School
from tests.adapters.ticking import TickingHouse, comes_true
from tests.bot.concerns.house import LEAD

IT = Holder(Role.IT, "Robin Shah", email="it@oak.example")


@dataclass
class Ways:
    """A messenger some of whose letters fail as a mistake of ours would, or take until ``go``."""

    poison: set[str] = field(default_factory=set)
    slow: bool = False
    go: threading.Event = field(default_factory=threading.Event)
    began: threading.Event = field(default_factory=threading.Event)
    said: list[str] = field(default_factory=list)

    def deliver(self, school: School, holder: Holder, said: ToSay, ways: tuple[str, ...]) -> Outcome:
        """That it was sent."""
        self.began.set()
        if self.slow:
            self.go.wait(30)
        if said.subject in self.poison:
            raise RuntimeError(f"canary {said.subject}")
        self.said.append(said.subject)
        return Outcome(Sent.SENT, "ways")

    def sign_in(self, school: School, holder: Holder, path: str) -> Outcome:
        """Not asked here."""
        raise AssertionError


def states(house: TickingHouse) -> set[LetterState]:
    """How far the pings have come; the drills and digests of that day are another matter."""
    return {one.state for one in house.cases.letters.values() if one.kind is LetterKind.PING}


@contextmanager
def running(*works: ClockWork) -> Iterator[None]:
    """Nothing, while these clocks run."""
    for work in works:
        work.start()
    try:
        yield
    finally:
        for work in works:
            assert work.stop()


def test_three_hundred_letters_go_once_each_though_several_clocks_run() -> None:
    house = TickingHouse()
    references = {house.file().reference for _ in range(300)}

    with running(*(ClockWork(house.reports.clock, threads=4) for _ in range(3))):
        assert comes_true(lambda: len(house.messages.said) >= 300)
        assert comes_true(lambda: house.cases.oldest_due(house.now()) is None)

    told = Counter(said.subject for _, holder, said in house.messages.said if holder == LEAD)
    assert told == {f"A report needs you ({reference})": 1 for reference in references}
    assert states(house) == {LetterState.SENT}


def test_what_falls_due_later_is_found_without_being_told() -> None:
    house = TickingHouse()
    with running(ClockWork(house.reports.clock, threads=2)):
        house.file()
        assert comes_true(lambda: len(house.messages.said) == 1)


def test_whoever_sleeps_looks_when_it_is_woken() -> None:
    house = TickingHouse()
    looked: set[str] = set()
    claim = house.cases.claim_ping

    def noted(now: object, lease: timedelta) -> object:
        looked.add(threading.current_thread().name)
        return claim(now, lease)

    house.cases.claim_ping = noted  # type: ignore[method-assign, assignment]
    work = ClockWork(house.reports.clock, threads=6)

    def woken() -> bool:
        work.wake()
        return len(looked) == 6

    with running(work):
        assert comes_true(lambda: len(looked) == 6)
        looked.clear()
        assert comes_true(woken)  # all but one would sleep for longer than this waits


def test_a_letter_that_fails_holds_up_no_other_and_its_words_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    ways = Ways()
    house = TickingHouse(messenger=ways)
    ways.poison = {f"A report needs you ({house.file().reference})" for _ in range(3)}
    good = {f"A report needs you ({house.file().reference})" for _ in range(40)}

    with caplog.at_level(logging.INFO), running(ClockWork(house.reports.clock, threads=2)):
        assert comes_true(lambda: len(ways.said) == 40)
        assert set(ways.said) == good
        ways.poison, poisoned = set(), ways.poison
        house.later(seconds=LEASE.total_seconds() + 1)  # once its claim has run out, it is tried again
        assert comes_true(lambda: len(ways.said) == 43)
    assert set(ways.said) == good | poisoned
    assert "clock.send_failed error=RuntimeError" in caplog.text
    assert "canary" not in caplog.text


def test_a_moment_that_fails_holds_up_no_letter_and_no_other_moment() -> None:
    house = TickingHouse()
    broken = house.file().concern
    whole = [house.file() for _ in range(5)]
    house.cases.kept["oak"].concerns[broken] = object()  # type: ignore[assignment]  # as one that cannot be read: all about it raises

    with running(ClockWork(house.reports.clock, threads=2)):
        assert comes_true(lambda: len(house.messages.said) == len(whole))
    assert [ping.concern for ping in house.cases.pings.values() if ping.attempts == 0] == [broken]


def test_a_store_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.clock.STORE_AWAY", 0.05)
    house = TickingHouse()
    house.file()
    asked = threading.Semaphore(0)
    claim = house.cases.claim_ping

    def away(now: object, lease: timedelta) -> object:
        asked.release()
        raise NotKept("Gone.", "Wait.")

    house.cases.claim_ping = away  # type: ignore[method-assign]
    with running(ClockWork(house.reports.clock, threads=1)):
        assert asked.acquire(timeout=10)
        assert asked.acquire(timeout=10)
        house.cases.claim_ping = claim  # type: ignore[method-assign]
        assert comes_true(lambda: len(house.messages.said) == 1)


def test_it_stops_at_once_and_lets_a_letter_under_way_arrive() -> None:
    ways = Ways(slow=True)
    house = TickingHouse(messenger=ways)
    house.file()
    work = ClockWork(house.reports.clock, threads=2)
    work.start()
    assert ways.began.wait(10)
    threading.Timer(0.3, ways.go.set).start()
    assert work.stop(patience=10.0)
    assert len(ways.said) == 1
    assert states(house) == {LetterState.SENT}


def test_a_letter_that_takes_too_long_is_left_to_another_clock() -> None:
    ways = Ways(slow=True)
    house = TickingHouse(messenger=ways)
    house.file()
    work = ClockWork(house.reports.clock, threads=1)
    work.start()
    assert ways.began.wait(10)
    assert not work.stop(patience=0.1)
    assert states(house) == {LetterState.SENDING}

    house.later(seconds=LEASE.total_seconds() + 1)
    claimed = house.cases.claim_letter(house.now(), LEASE)
    ways.go.set()
    assert claimed is not None
    assert claimed.state is LetterState.UNCERTAIN


def test_it_beats_goes_its_rounds_and_does_its_duties_whatever_fails() -> None:
    house = TickingHouse()
    house.staffed(LEAD, IT)
    done = threading.Event()

    def fails() -> None:
        raise RuntimeError

    with running(ClockWork(house.reports.clock, (Duty("fails", 0.01, fails), Duty("done", 0.01, done.set)), threads=1)):
        assert house.cases.last_beat() == house.now()  # before anything else
        assert done.wait(10)
        assert comes_true(lambda: bool(house.messages.said))
    assert [(holder, said.subject) for _, holder, said in house.messages.said] == [(IT, "Signpost drill: all is well")]
