"""The clock at work: threads that deal with what is due until nothing is, and duties that come round. Any number of them may run at once.

Who deals with what is decided in the database, where each moment and each letter is claimed. What fails is told by its kind and left:
when its claim runs out another tries again, and meanwhile everything else goes on.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from logging import getLogger
from threading import Condition, Event, Thread

from bot.concerns.clock import Clock
from bot.ports import NotKept

THREADS = 12  # to send is mostly to wait for somebody else's computer, so this many letters are on their way at once
SQLITE_THREADS = 4  # where one writes at a time, more of them only queue, and a report that is being filed queues behind them
# All in seconds.
LOOK_EVERY = (1.0, 2.0)  # at random between them, so that several clocks do not all look at the same moment
ASLEEP = 30.0  # a thread that nobody wakes looks all the same
BEAT_EVERY, ROUND_EVERY = 10.0, 60.0
AFTER_A_FAULT, LONGEST_AFTER_A_FAULT = 0.1, 1.0  # short: behind one thing that fails another waits
STORE_AWAY = 5.0
LAST_SENDS = 6.0  # that stopping waits for letters under way; platforms kill after ten

log = getLogger("signpost.clock")


class Came(Enum):
    """What came of looking for something that is due."""

    DONE = auto()
    NOTHING = auto()
    FAILED = auto()
    STORE_AWAY = auto()


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that comes round. ``what``: a word for the log. ``every``: seconds between the end of one and the next."""

    what: str
    every: float
    do: Callable[[], object]


class ClockWork:
    """The threads of one clock. Starting and stopping it is for one thread; `wake` for any.

    One thread looks whether anything is due and the others sleep: whoever finds something wakes one more. So a clock with nothing to do
    asks the database once in a while, and one with much to do has all its threads at it within moments.
    """

    def __init__(self, clock: Clock, duties: Sequence[Duty] = (), threads: int = THREADS) -> None:
        self._clock = clock
        beat = Duty("beat", BEAT_EVERY, self._beat)
        rounds = Duty("rounds", ROUND_EVERY, clock.rounds.go)
        # Each on a thread of its own: whatever hangs, the others come round.
        repeated = [Thread(target=self._repeat, args=(duty,), name=f"clock-{duty.what}", daemon=True) for duty in (beat, rounds, *duties)]
        workers = [Thread(target=self._work, args=(number == 0,), name=f"clock-{number}", daemon=True) for number in range(threads)]
        self._threads = [*workers, *repeated]
        self._stopping = Event()
        self._bell = Condition()

    def start(self) -> None:
        """Nothing: from now on it runs. It has beaten once, if the store is there."""
        self._tried("beat", self._beat)
        for thread in self._threads:
            thread.start()
        log.info("clock.started threads=%d", len(self._threads))

    def wake(self) -> None:
        """Nothing: whoever sleeps looks now."""
        with self._bell:
            self._bell.notify_all()

    def stop(self, patience: float = LAST_SENDS) -> bool:
        """Whether all threads have ended. What they were at is finished, unless it takes longer than that: then another clock does it
        once its claim has run out. `patience`: seconds."""
        with self._bell:
            self._stopping.set()
            self._bell.notify_all()
        until = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(until - time.monotonic(), 0.0))
        busy = sum(thread.is_alive() for thread in self._threads)
        log.info("clock.stopped busy=%d", busy)
        return busy == 0

    def _work(self, looks_out: bool) -> None:
        pause = AFTER_A_FAULT
        while not self._stopping.is_set():
            # Both each time: a day on which many steps fall due holds up no letter, nor many letters a step.
            came = {self._tried("step", self._clock.climbing.step), self._tried("send", self._clock.posting.send)}
            if Came.DONE in came:
                self._wake_one()
            if Came.STORE_AWAY in came:
                self._stopping.wait(STORE_AWAY)
            elif Came.FAILED in came:
                self._stopping.wait(pause)
                pause = min(pause * 2, LONGEST_AFTER_A_FAULT)
                continue
            elif Came.DONE not in came:
                self._sleep(random.uniform(*LOOK_EVERY) if looks_out else ASLEEP)  # noqa: S311 - spreads the looks, guards nothing
            pause = AFTER_A_FAULT

    def _repeat(self, duty: Duty) -> None:
        while not self._stopping.is_set():
            self._tried(duty.what, duty.do)
            self._stopping.wait(duty.every)

    def _tried(self, what: str, do: Callable[[], object]) -> Came:
        try:
            return Came.DONE if do() else Came.NOTHING
        except NotKept as error:
            log.error("clock.%s_failed error=%s", what, type(error).__name__)
            return Came.STORE_AWAY
        except Exception as error:  # its words may be a report's
            log.error("clock.%s_failed error=%s", what, type(error).__name__)
            return Came.FAILED

    def _beat(self) -> None:
        self._clock.cases.beat(self._clock.now())

    def _wake_one(self) -> None:
        with self._bell:
            self._bell.notify()

    def _sleep(self, seconds: float) -> None:
        with self._bell:
            if not self._stopping.is_set():  # set with the bell held, so it cannot come between
                self._bell.wait(seconds)
