"""Many threads at once, as many replicas would be: nothing is counted or pressed twice, nothing waits for ever."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from adapters.store.engine import engine_of
from adapters.store.heard_events import StoreHeardEvents
from adapters.store.migrations import migrate
from adapters.store.schools import StoreSchools
from adapters.store.tables.counts import FeedbackRow
from bot.ports import Gap
from tests.adapters.store.conftest import Clock
from tests.adapters.store.test_policies import FIRST, SECOND, publish
from tests.adapters.store.test_schools import TURN
from tests.databases import BOTH, empty_url

MONTH = date(2026, 3, 1)
THREADS = 8
TOPICS = [f"topic-{letter}" for letter in "abcdefghijkl"]
LEASE = timedelta(minutes=1)
CLAIMER = """
import sys
from datetime import UTC, datetime, timedelta
from adapters.store.engine import engine_of
from adapters.store.heard_events import StoreHeardEvents
heard = StoreHeardEvents(engine_of(sys.argv[1]), lambda: datetime.now(UTC))
print(*(number for number in range(100) if heard.claim(f"event-{number}", timedelta(minutes=1))))
"""


def at_once(work: Callable[[int], object]) -> None:
    """Nothing: each thread did the work, and none failed."""
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))


def test_each_event_is_claimed_by_exactly_one_thread(engine: Engine, clock: Clock) -> None:
    claimed: list[int] = []
    heard = StoreHeardEvents(engine, clock)
    at_once(lambda _: claimed.extend(number for number in range(300) if heard.claim(f"event-{number}", LEASE)))
    assert sorted(claimed) == list(range(300))


@pytest.mark.parametrize("kind", BOTH)
def test_each_event_is_claimed_by_exactly_one_process(kind: str, tmp_path: Path) -> None:
    url = empty_url(kind, tmp_path)
    engine = engine_of(url)
    migrate(engine)
    engine.dispose()
    started = [subprocess.Popen([sys.executable, "-c", CLAIMER, url], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    claimed = [int(number) for one in started for number in one.communicate(timeout=60)[0].split()]
    assert [one.returncode for one in started] == [0, 0, 0]
    assert sorted(claimed) == list(range(100))


def test_no_count_is_lost(schools: StoreSchools, engine: Engine) -> None:
    def count(thread: int) -> None:
        for turn in range(10):
            with schools.unit("alder") as unit:
                for topic in TOPICS if (thread + turn) % 2 else reversed(TOPICS):  # in either order: none may wait for the other
                    unit.count_gap(topic, MONTH, Gap.SILENT)
                unit.count_feedback("social-media", f"anchor-{(thread + turn) % 3}", MONTH, useful=True)
                unit.commit()

    at_once(count)
    with schools.unit("alder") as unit:
        assert sorted(unit.gaps(MONTH)) == [(topic, MONTH, Gap.SILENT, THREADS * 10) for topic in TOPICS]
    with Session(engine) as session:
        assert sum(row.count for row in session.scalars(select(FeedbackRow))) == THREADS * 10


def test_a_unit_that_read_first_can_still_write_after_another_has_committed(schools: StoreSchools) -> None:
    with schools.unit("alder") as slow:
        assert slow.current() == ()
        assert slow.last_turn("thread", TURN.at) is None
        with schools.unit("alder") as quick:
            quick.remember(TURN)
            quick.commit()
        slow.remember(replace(TURN, id="slow"))
        slow.commit()
    with schools.unit("alder") as unit:
        assert unit.turn("slow") is not None


def test_a_button_pressed_many_times_at_once_is_pressed_once(schools: StoreSchools) -> None:
    with schools.unit("alder") as unit:
        unit.remember(replace(TURN, done=frozenset()))
        unit.commit()
    pressed: Counter[bool] = Counter()

    def press(_thread: int) -> None:
        with schools.unit("alder") as unit:
            turn = unit.turn("t")
            assert turn is not None
            pressed[not turn.done] += 1
            sleep(0.01)  # long enough for another to read what is about to change
            unit.remember(replace(turn, done=turn.done | {"yes"}))
            unit.commit()

    at_once(press)
    assert pressed == {True: 1, False: THREADS - 1}


def test_editions_published_at_once_are_numbered_one_after_the_other(schools: StoreSchools) -> None:
    at_once(lambda thread: publish(schools, "alder", FIRST if thread % 2 else SECOND))
    with schools.unit("alder") as unit:
        numbers = [number for number, _ in unit.editions("social-media")]
        assert numbers == list(range(len(numbers), 0, -1))
        assert [key.number for key in unit.current()] == [len(numbers)]
        assert 2 <= len(numbers) <= THREADS
