"""A desk served over real HTTP: two schools with reports of every sort in memory, and somebody signed in."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from starlette.applications import Starlette

from adapters.signer import SealedSigner
from adapters.web.door import Reporting, WebDoor
from bot.concerns.concern import About, Concern, Evidence, Kind, Police, Route, Wish
from bot.concerns.desk import OpenCase
from bot.concerns.filing import Draft, Filed
from bot.concerns.in_memory import InMemoryCases, QuickLock, RecordedMessages
from bot.concerns.reports import Reports, reports_of
from bot.conversation import Conversation
from bot.in_memory import InMemorySchools, Kept, NoCourier
from bot.ports import Outcome
from bot.school import Holder, Role, School
from bot.shelf import Shelves
from tests.adapters.web.serving import served

MONDAY = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
LEAD = Holder(Role.LEAD, "Ann Lee", "01632 960001", "ann@oak.example")
DEPUTY = Holder(Role.DEPUTY, "Raj Shah", "01632 960002", "raj@oak.example")
HEAD = Holder(Role.HEAD, "Jo Hall", "01632 960003", "jo@oak.example")
CHAIR = Holder(Role.CHAIR, "Sam Reed", "01632 960004", "sam@oak.example")
OTHER_LEAD = Holder(Role.LEAD, "Kim Ash", "01632 960009", "kim@ash.example")
KEY = b"of the tests alone, no other use"
STORY = "Xylocanary: somebody wrote horrid things about me in the class chat.\nIt was on Friday."


class PlainPapers:
    """Papers as plain text, to be read by tests."""

    def chronology_pdf(self, opened: OpenCase, school: str) -> bytes:
        """Its reference, its school and every text."""
        return f"%PDF {school} ".encode() + self.chronology_csv(opened)

    def chronology_csv(self, opened: OpenCase) -> bytes:
        """Its reference and every text."""
        return f"{opened.case.concern.reference} {' '.join(entry.text for entry in opened.case.entries)}".encode()

    def figures_csv(self, concerns: Sequence[Concern]) -> bytes:
        """How many."""
        return f"reports,{len(concerns)}".encode()

    def figures_svg(self, concerns: Sequence[Concern]) -> str:
        """A chart of nothing."""
        return '<svg role="img" aria-label="A chart" viewBox="0 0 9 9"></svg>'


@dataclass
class Messages(RecordedMessages):
    """A messenger whose links come out as a test says."""

    outcome: Outcome | None = None

    def sign_in(self, school: School, holder: Holder, path: str) -> Outcome:
        """How it came out."""
        sent = super().sign_in(school, holder, path)
        return self.outcome or sent


@dataclass
class AtDesk:
    """A school's desk under test. ``at``: the time, which stands still until moved."""

    public_url: str = ""
    demo: bool = False
    at: datetime = MONDAY
    messages: Messages = field(default_factory=Messages)

    def __post_init__(self) -> None:
        oak = School("oak", "Oak & Acorn <School>", "trust", (LEAD, DEPUTY, HEAD, CHAIR), lado="Pat Fox, 01632 960100")
        ash = School("ash", "Ash School", "trust", (OTHER_LEAD,))
        self.cases = InMemoryCases((oak, ash), lambda: self.at)
        self.signer = SealedSigner([KEY], lambda: self.at)
        self.reports: Reports = reports_of(
            self.cases,
            QuickLock(),
            self.messages,
            self.signer,
            lambda: self.at,
            new_id,
            random=lambda: 0.5,
            digest=lambda _school, _head: None,
            public_url=self.public_url,
        )
        self.schools = InMemorySchools([Kept(oak, []), Kept(ash, [])])

    @property
    def app(self) -> Starlette:
        """The application that wiring would build."""
        shelves = Shelves()
        conversation = Conversation(self.schools, shelves, NoCourier(), lambda: self.at, new_id, self.public_url)
        reporting = Reporting(self.reports, PlainPapers(), new_id)
        door = WebDoor(
            conversation, self.schools, shelves, public_url=self.public_url, now=lambda: self.at, demo=self.demo, reporting=reporting
        )
        self.door = door
        return Starlette(routes=door.routes(), middleware=door.middleware(), exception_handlers=door.exception_handlers())

    def file(self, *about: About, school: str = "oak", story: str = STORY, route: Route = Route.ANONYMOUS, **more: object) -> Filed:
        """A report that came in just now."""
        told = {"kind": Kind.CYBERBULLYING, "wish": Wish.ACTION, "police": Police.UNDECIDED, "evidence": Evidence.NOT_YET, **more}
        draft = Draft(new_id(), story, frozenset(about or {About.PUPIL}), route, **told)  # type: ignore[arg-type]
        return self.reports.filing.file(school, draft)

    def link(self, holder: Holder = LEAD, school: str = "oak") -> str:
        """The path of a link that was just sent to somebody."""
        self.cases.kept[school].made_links.clear()
        key = next(key for key, one in self.reports.signing_in.holders(school) if one == holder)
        self.reports.signing_in.send_link(school, key)
        return self.messages.links[-1][2]

    def sign_in(self, browser: httpx.Client, holder: Holder = LEAD, school: str = "oak") -> None:
        """Nothing: the browser is signed in."""
        assert browser.post(self.link(holder, school)).status_code == 303

    def holders(self, *holders: Holder) -> None:
        """Nothing: these hold oak's roles from now on."""
        kept = self.cases.kept["oak"]
        kept.school = School("oak", kept.school.name, "trust", holders, lado=kept.school.lado)

    def wait(self, **time: float) -> None:
        """Nothing: time has passed."""
        self.at += timedelta(**time)


def new_id() -> str:
    """128 random bits."""
    return secrets.token_urlsafe(16)


@contextmanager
def serving(desk: AtDesk) -> Iterator[httpx.Client]:
    """A browser at the desk."""
    with served(desk.app) as browser:
        yield browser


@contextmanager
def another(browser: httpx.Client) -> Iterator[httpx.Client]:
    """Another browser at the same address."""
    with httpx.Client(base_url=browser.base_url, headers={"Sec-Fetch-Site": "same-origin"}, timeout=10) as other:
        yield other


def submission_in(text: str) -> str:
    """The id of a form on a page."""
    found = re.search(r'name="submission" value="([\w-]+)"', text)
    assert found
    return found[1]
