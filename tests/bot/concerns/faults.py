"""What goes wrong, on demand: a store in which the program can end at any point, and a provider that is away, busy or slow, or loses it."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import TracebackType
from typing import Any, Protocol, Self

from bot.concerns.in_memory import InMemoryCases, KeptCases
from bot.concerns.letters import Letter, ToSay
from bot.concerns.ports import Cases, CaseUnit, Ping, Why
from bot.ports import Outcome, Sent
from bot.school import Holder, School

ASKED_TO_WAIT = timedelta(minutes=25)
A_LONG_SEND = timedelta(seconds=90)  # shorter than a lease


class Crash(Exception):
    """The program ended here."""


class Point(StrEnum):
    """Where something may come in between."""

    CLAIMED_STEP = "a moment is claimed, its unit not begun"
    CLAIMED_LETTER = "a letter is claimed, its unit not begun"
    COMMIT = "a unit is about to be committed"
    COMMITTED = "a unit is committed, nothing else done"
    SENDING = "a letter is about to be given to the provider"
    SENT = "the provider has taken a letter, which is written down nowhere"


class Provider(StrEnum):
    """How whoever carries the letters is."""

    UP = "up"
    AWAY = "away"
    BUSY = "busy"
    SLOW = "slow"
    LOSES = "says yes and loses them"


class Trouble(StrEnum):
    """Why one person cannot be reached."""

    NO_WAY = "no_way"
    FULL = "mailbox_full"


FAILED = {
    Provider.AWAY: Outcome(Sent.FAILED, why="timeout"),
    Provider.BUSY: Outcome(Sent.FAILED, why="busy", retry_after=ASKED_TO_WAIT),
}


@dataclass
class Surprise:
    """Something that happens once, when a point is passed. ``after``: passings before it. ``do``: is told the concern in question."""

    point: Point | None = None
    after: int = 0
    do: Callable[[str], None] = lambda _: None

    def here(self, point: Point, concern: str = "") -> None:
        """Nothing, unless it is the point."""
        if point is self.point:
            if self.after:
                self.after -= 1
            else:
                self.point = None
                self.do(concern)


class Watcher(Protocol):
    """Whoever looks on: says at once what must not be, and remembers the rest."""

    def sending(self, letter: Letter, holder: Holder, said: ToSay) -> None:
        """Nothing: a letter begins to be sent."""

    def sent(self, letter: Letter, holder: Holder, outcome: Outcome, *, lost: bool) -> None:
        """Nothing: the provider has said how it came out."""

    def stepped(self, concern: str, number: int) -> None:
        """Nothing: a step of a ladder was made and kept. `number`: as the moment after it counts."""


class ShakyCases:
    """Any store with points at which something may come in between. ``in_hand``: the letter that was claimed last."""

    def __init__(self, inner: Cases, surprise: Surprise, watcher: Watcher) -> None:
        self.inner, self.surprise, self.watcher = inner, surprise, watcher
        self.in_hand: Letter | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def unit(self, school: str) -> ShakyUnit:
        """A unit that may never come to its end."""
        return ShakyUnit(self.inner.unit(school), self)

    def claim_ping(self, now: datetime, lease: timedelta) -> Ping | None:
        """A moment."""
        self.in_hand = None
        ping = self.inner.claim_ping(now, lease)
        if ping:
            self.surprise.here(Point.CLAIMED_STEP, ping.concern)
        return ping

    def claim_letter(self, now: datetime, lease: timedelta) -> Letter | None:
        """A letter."""
        self.in_hand = letter = self.inner.claim_letter(now, lease)
        if letter:
            self.surprise.here(Point.CLAIMED_LETTER, letter.concern)
            self.in_hand = letter
        return letter


class ShakyUnit:
    """A unit of work. In memory too it is rolled back unless committed."""

    def __init__(self, inner: CaseUnit, cases: ShakyCases) -> None:
        self._inner, self._cases = inner, cases
        self._before = kept(cases.inner) if isinstance(cases.inner, InMemoryCases) else None
        self._steps: list[tuple[str, int]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._inner.__exit__(kind, error, trace)
        if self._before and isinstance(self._cases.inner, InMemoryCases):
            put_back(self._cases.inner, self._before)

    def settle(self, ping: Ping, again_at: datetime | None, attempts: int | None = None) -> None:
        """Nothing: over, or comes again then."""
        self._inner.settle(ping, again_at, attempts)
        if ping.why is Why.CLIMB and again_at and attempts is not None:
            self._steps.append((ping.concern, attempts - 1))

    def commit(self) -> None:
        """Nothing, or the end of the program just before or after."""
        self._cases.surprise.here(Point.COMMIT)
        self._inner.commit()
        if self._before and isinstance(self._cases.inner, InMemoryCases):
            self._before = kept(self._cases.inner)
        for concern, number in self._steps:
            self._cases.watcher.stepped(concern, number)
        self._steps.clear()
        self._cases.surprise.here(Point.COMMITTED)


def kept(cases: InMemoryCases) -> dict[str, Any]:
    """All that a store in memory holds, as it is at this moment."""
    schools = {school: _copied(one) for school, one in cases.kept.items()}
    return {"kept": schools, "pings": dict(cases.pings), "letters": dict(cases.letters), "leases": dict(cases.leases)}


def put_back(cases: InMemoryCases, before: dict[str, Any]) -> None:
    """Nothing: the store holds that again, and what was kept of it can be put back once more."""
    cases.kept = {school: _copied(one) for school, one in before["kept"].items()}
    cases.pings, cases.letters, cases.leases = dict(before["pings"]), dict(before["letters"]), dict(before["leases"])


def _copied(one: KeptCases) -> KeptCases:
    holds = {part.name: copy(getattr(one, part.name)) for part in fields(one) if part.name != "school"}
    return replace(one, **{**holds, "entries": {key: list(entries) for key, entries in one.entries.items()}})


@dataclass
class ShakyMessenger:
    """A messenger whose provider may fail, as a whole or for somebody. ``later``: lets time pass. ``troubles``: person's number → why."""

    cases: ShakyCases
    later: Callable[[timedelta], None]
    provider: Provider = Provider.UP
    troubles: dict[str, Trouble] = field(default_factory=dict)

    def deliver(self, school: School, holder: Holder, said: ToSay, ways: tuple[str, ...]) -> Outcome:
        """How it came out."""
        letter = self.cases.in_hand
        assert letter is not None
        self.cases.watcher.sending(letter, holder, said)
        self.cases.surprise.here(Point.SENDING, letter.concern)
        if self.provider is Provider.SLOW:
            self.later(A_LONG_SEND)
        outcome = self._outcome(holder)
        self.cases.watcher.sent(letter, holder, outcome, lost=self.provider is Provider.LOSES)
        self.cases.in_hand = letter
        self.cases.surprise.here(Point.SENT, letter.concern)
        return outcome

    def sign_in(self, school: School, holder: Holder, path: str) -> Outcome:
        """Nobody signs in here."""
        raise NotImplementedError

    def _outcome(self, holder: Holder) -> Outcome:
        if trouble := self.troubles.get(holder.phone):
            return Outcome(Sent.FAILED, why=trouble.value)
        return FAILED.get(self.provider, Outcome(Sent.SENT, "test"))
