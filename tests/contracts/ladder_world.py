"""A school, its reports and what may befall them, with a small model beside it that says what should have come of it."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import count

from adapters.store.cases import StoreCases
from adapters.store.schools import StoreSchools
from bot.concerns.concern import About
from bot.concerns.exclusion import DESK_ROLES
from bot.concerns.in_memory import InMemoryCases, PlainSigner, QuickLock
from bot.concerns.letters import IN_VAIN, LetterState
from bot.concerns.posting import LEASE
from bot.concerns.reports import reports_of
from bot.concerns.signing_in import holder_key
from bot.ladders import MINUTE
from bot.school import Holder, Role, School
from tests.adapters.store.case_examples import KEYS
from tests.bot.calendars import at
from tests.bot.concerns.faults import Crash, Point, Provider, ShakyCases, ShakyMessenger, Surprise
from tests.bot.concerns.ladder_model import ROLE_OF, Report, person_of, record
from tests.contracts.ladder_checks import LadderChecks
from tests.databases import migrated_database

PEOPLE = 6
NEVER_BEFORE = -1
STAFF = tuple(record(role, person, 0) for person, role in enumerate((*DESK_ROLES, Role.IT)))
TURN, LEAST_TURNS, MOST_TURNS = 10 * MINUTE, 9, 60  # nine are longer than a lease that a clock set back has made an hour longer
OVER = {LetterState.SENT, *IN_VAIN}


class LadderWorld(LadderChecks):
    """One school, whatever happens to it. ``event``: everything that happens has the next number; the time may go back, this never does."""

    store = "memory"

    def __init__(self) -> None:
        super().__init__()
        self.closing = ExitStack()
        self.time = self.latest = at("2026-03-02 09:25")
        self.numbers, self.event = count(), 0
        self.school = School("oak", "Oak Primary", holders=STAFF, lado="01632 960009")
        self.surprise = Surprise()
        self.cases = ShakyCases(self._opened(), self.surprise, self)
        self.messenger = ShakyMessenger(self.cases, self.later)
        self.reports: dict[str, Report] = {}
        self.changed = dict.fromkeys(range(PEOPLE), NEVER_BEFORE)  # when somebody's records or what ails their ways last changed
        self.links: list[tuple[int, str, str]] = []  # person, report, token
        self.taken_by_provider: set[str] = set()
        self.may_come_twice: set[str] = set()
        self.failures: dict[tuple[str, int], int] = {}
        self.not_before: dict[str, datetime] = {}
        self.may_step_twice: set[str] = set()  # reports
        self.claimed_until = self.time  # what a program that ended had claimed is free again then
        self.in_vain: dict[str, tuple[int, datetime]] = {}  # report: the newest step that reached nobody, and when that was seen
        self.backup: tuple[object, dict[str, Report], School] | None = None
        self.start()

    def _opened(self) -> InMemoryCases | StoreCases:
        if self.store == "memory":
            return InMemoryCases([self.school], self.now)
        engine = self.closing.enter_context(migrated_database(self.store))
        self.schools = StoreSchools(engine, self.now)
        self.schools.apply(self.school, [])
        return StoreCases(engine, KEYS, self.now)

    def start(self) -> None:
        """Nothing: Signpost runs anew, and knows what the store knows."""
        self.signpost = reports_of(
            self.cases,
            QuickLock(),
            self.messenger,
            PlainSigner(),
            self.now,
            lambda: f"id-{next(self.numbers):022d}",
            random=lambda: 0.5,
            digest=lambda _school, _head: None,
            public_url="https://signpost.example",
        )

    def now(self) -> datetime:
        """The time set."""
        return self.time

    def later(self, span: timedelta) -> None:
        """Nothing: time has passed, or the clock was set back."""
        self.time += span
        self.latest = max(self.latest, self.time)

    def happens(self) -> int:
        """The number of what happens now."""
        self.event += 1
        return self.event

    # -- Time and clocks

    def tick_with(self, point: Point, after: int, do: object) -> None:
        """Nothing: a clock runs, and that happens where it passes the point."""
        self.surprise.point, self.surprise.after, self.surprise.do = point, after, do
        try:
            self.tick()
        except Crash:
            if self.cases.in_hand:
                self.may_come_twice.add(self.cases.in_hand.id)
            self.claimed_until = self.time + LEASE
            self.start()
        self.surprise.point = None
        self.compare()

    def tick(self, alone: bool = True) -> None:
        """Nothing: a clock has dealt with all that is due; where it is not `alone`, but with what another has claimed."""
        clock = self.signpost.clock
        clock.rounds.go()
        for _ in range(600):
            if not (clock.climbing.step() | clock.posting.send()):
                if alone:
                    self.at_rest()
                return
        raise AssertionError("a clock never comes to rest")

    # -- What changes around them

    def apply(self, school: School) -> None:
        """Nothing: SCHOOL.toml was applied."""
        event = self.happens()
        for person in range(PEOPLE):
            if _records(self.school, person) != _records(school, person):
                self.changed[person] = event
        self.school = school
        for report in self.reports.values():
            report.barred = report.concerned | {person_of(one) for one in school.holding(*report.vacant)}
        if self.store == "memory":
            self.cases.inner.kept["oak"].school = school
        else:
            self.schools.apply(school, [])

    def all_is_well(self) -> None:
        """Nothing: providers are back, clocks run and are right again, so whatever should have come about has."""
        self.messenger.provider = Provider.UP
        self.time = max(self.time, self.latest)
        since = self.happens()
        for turn in range(MOST_TURNS):
            self.tick()
            if turn >= LEAST_TURNS and self.quiet():
                break
            self.later(TURN)
        else:
            raise AssertionError("something is never dealt with")
        self.compare()
        for report in self.reports.values():
            self.check(report, since)

    def quiet(self) -> bool:
        """Whether nothing is due, and no letter on its way but to those who cannot be reached."""
        waits_in_vain = {holder_key(one) for one in self.school.holders if one.phone in self.messenger.troubles}
        letters = [one for report in self.reports for one in self.letters(report)]
        return not any(one.state not in OVER and one.recipient not in waits_in_vain for one in letters)

    # -- Odds and ends

    def some(self, number: int) -> Report | None:
        """A report, the newest first."""
        found = list(reversed(self.reports.values()))
        return found[number % len(found)] if found else None

    def some_record(self, person: int, index: int) -> Holder | None:
        """One of somebody's records at the desk."""
        found = [one for one in self.school.holders if person_of(one) == person and one.role in DESK_ROLES]
        return found[index % len(found)] if found else None

    def holding(self, about: frozenset[About]) -> frozenset[int]:
        """Those whom such a report is about."""
        return frozenset(person_of(one) for one in self.school.holding(*(ROLE_OF[who] for who in about if who in ROLE_OF)))

    def vacant(self, about: frozenset[About]) -> frozenset[Role]:
        """The roles such a report is about that nobody holds."""
        return frozenset(role for who in about if (role := ROLE_OF.get(who)) and not self.school.holding(role))

    def crash_at(self, point: Point | None) -> None:
        """Nothing: the program ends there."""

        def crash(_: str) -> None:
            raise Crash

        self.surprise.point, self.surprise.after, self.surprise.do = point, 0, crash

    def teardown(self) -> None:
        """Nothing: in the end all is well for a while, and then everything must be as it should."""
        with self.closing:
            if sys.exc_info()[0] is None:
                self.all_is_well()


def _records(school: School, person: int) -> set[Holder]:
    return {one for one in school.holders if person_of(one) == person}
