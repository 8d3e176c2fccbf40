"""Reports in memory whose clock runs on real threads, for tests of what runs it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import RLock
from types import TracebackType
from typing import Self

from bot.concerns.in_memory import InMemoryCases, InMemoryCaseUnit, PlainSigner, QuickLock, RecordedMessages
from bot.concerns.letters import Letter
from bot.concerns.ports import Messenger, Ping
from bot.concerns.reports import Reports, reports_of
from bot.ports import Now
from bot.school import School
from tests.bot.concerns.house import ELM, OAK, House

SOON = 20.0  # seconds, on a busy machine


class LockedUnit(InMemoryCaseUnit):
    """A unit of work that no other thread's comes between."""

    def __enter__(self) -> Self:
        assert isinstance(self._cases, LockedCases)
        self._cases.lock.acquire()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert isinstance(self._cases, LockedCases)
        self._cases.lock.release()


class LockedCases(InMemoryCases):
    """Reports in memory that several threads may use, as they may a database's."""

    def __init__(self, schools: tuple[School, ...], now: Now) -> None:
        super().__init__(schools, now)
        self.lock = RLock()

    def unit(self, school: str) -> InMemoryCaseUnit:
        """A unit of work for a school."""
        super().unit(school)
        return LockedUnit(self.kept[school], self)

    def claim_ping(self, now: object, lease: timedelta) -> Ping | None:
        """A moment that is due and unclaimed."""
        with self.lock:
            return super().claim_ping(self.now(), lease)

    def claim_letter(self, now: object, lease: timedelta) -> Letter | None:
        """A letter that is due and unclaimed."""
        with self.lock:
            return super().claim_letter(self.now(), lease)


@dataclass
class TickingHouse(House):
    """Reports of oak and elm. ``messenger``: what takes the letters, ``messages`` where it is None."""

    messenger: Messenger | None = None
    cases: LockedCases = field(init=False)

    def __post_init__(self) -> None:
        self.cases = LockedCases((OAK, ELM), self.now)
        self.reports: Reports = reports_of(
            self.cases,
            QuickLock(),
            self.messenger or self.messages,
            PlainSigner(),
            self.now,
            self.new_id,
            random=lambda: 0.5,
            digest=lambda _school, _head: None,
            public_url="https://signpost.example",
        )


def comes_true(what: Callable[[], bool], within: float = SOON) -> bool:
    """Whether it is so, at once or some time later."""
    until = time.monotonic() + within
    while not what() and time.monotonic() < until:
        time.sleep(0.01)
    return what()


__all__ = ["SOON", "LockedCases", "RecordedMessages", "TickingHouse", "comes_true"]
