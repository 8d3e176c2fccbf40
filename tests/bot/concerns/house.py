"""A school with its people and reports in memory, and a clock set by hand, for the tests of the core."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.concerns.concern import About, Concern, Route
from bot.concerns.desk import forget
from bot.concerns.filing import Draft, Filed
from bot.concerns.in_memory import InMemoryCases, PlainSigner, QuickLock, RecordedMessages
from bot.concerns.reports import Reports, reports_of
from bot.school import Holder, Role, School

AT = datetime(2026, 3, 2, 9, 25, 41, tzinfo=UTC)
LEAD = Holder(Role.LEAD, "Ann Lee", "01632 960001", "ann@oak.example", "U1", "t-1")
DEPUTY = Holder(Role.DEPUTY, "Raj Shah", "01632 960002", "raj@oak.example", "U2", "t-2")
HEAD = Holder(Role.HEAD, "Jo Hall", "01632 960003", "jo@oak.example", "U3", "t-3")
CHAIR = Holder(Role.CHAIR, "Sam Reed", "01632 960004", "sam@oak.example", "U4", "t-4")
OAK = School("oak", "Oak Primary", holders=(LEAD, DEPUTY, HEAD, CHAIR), lado="01632 960009")
ELM = School("elm", "Elm Primary", holders=(Holder(Role.LEAD, "Di Elm", email="di@elm.example"), Holder(Role.HEAD, "Ed Elm")))
STORY = "Somebody posts pictures of my class."


@dataclass
class House:
    """Reports of oak and elm. ``time``: now."""

    time: datetime = AT
    messages: RecordedMessages = field(default_factory=RecordedMessages)
    numbers: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.cases = InMemoryCases((OAK, ELM), self.now)
        self.reports: Reports = reports_of(
            self.cases,
            QuickLock(),
            self.messages,
            PlainSigner(),
            self.now,
            self.new_id,
            random=lambda: 0.5,
            digest=lambda _school, _head: None,
            public_url="https://signpost.example",
        )

    def now(self) -> datetime:
        """The time set."""
        return self.time

    def new_id(self) -> str:
        """Ids in order, as long as real ones."""
        return f"id-{next(self.numbers):022d}"

    def later(self, **how_much: float) -> None:
        """Nothing: time has passed."""
        self.time += timedelta(**how_much)

    def forgotten(self, filed: Filed) -> None:
        """Nothing: a closed or withdrawn report is gone for good, as if its day had come."""
        with self.cases.unit("oak") as unit:
            forget(unit, self.concern(filed), self.time, "signpost")

    def tick(self) -> None:
        """Nothing: the clock has dealt with everything that is due."""
        clock = self.reports.clock
        while clock.climbing.step() or clock.posting.send():
            pass

    def draft(self, story: str = STORY, *about: About, route: Route = Route.ANONYMOUS, filing: str = "", **more: object) -> Draft:
        """A finished form."""
        return Draft(filing or self.new_id(), story, frozenset(about or {About.PUPIL}), route, **more)  # type: ignore[arg-type]

    def file(self, *about: About, route: Route = Route.ANONYMOUS, **more: object) -> Filed:
        """A report kept at oak."""
        return self.reports.filing.file("oak", self.draft(STORY, *about, route=route, **more))

    def concern(self, filed: Filed) -> Concern:
        """The concern as it stands."""
        found = self.cases.kept["oak"].concerns.get(filed.concern)
        assert found is not None
        return found

    def staffed(self, *holders: Holder) -> None:
        """Nothing: these now hold oak's roles."""
        kept = self.cases.kept["oak"]
        kept.school = School("oak", "Oak Primary", holders=holders, lado=OAK.lado)
