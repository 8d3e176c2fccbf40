"""Schools that take reports on the web, served over real HTTP, and what a browser would do with their pages."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx
from lxml.html import HtmlElement

from adapters.web.door import Reporting
from bot.concerns.concern import Concern, Entry
from bot.concerns.in_memory import InMemoryCases, InMemoryCaseUnit, PlainSigner, QuickLock, RecordedMessages
from bot.concerns.reports import Reports, reports_of
from bot.ports import NotKept
from bot.school import Holder, Role, School
from tests.adapters.web.at_desk import PlainPapers
from tests.adapters.web.page import page_of, words_of
from tests.adapters.web.schools import HOLDERS, schools
from tests.adapters.web.serving import NOW, app_of, served

CHAIR = Holder(Role.CHAIR, "Sam Reed", "01632 960004")
OAK = School("oak", "Oak & Acorn <School>", holders=(*HOLDERS, CHAIR), lado="Kim Dale, 01632 960009")
ASH = School("ash", "Ash School", holders=(Holder(Role.LEAD, "Di Ash", "01632 960011"), Holder(Role.HEAD, "Di Ash", "01632 960011")))
ELM = School("elm", "Elm School", holders=(Holder(Role.LEAD, "Ed Elm"), Holder(Role.HEAD, "Flo Elm")))
STORY = "Xylocanary: a colleague writes about me in the class chat.\nIt began on Monday."
REPORT, CHECK = "/oak/report", "/oak/report/check"
PNG = b"\x89PNG\r\n\x1a\n"
SHOWN = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}\b")


class FailingUnit(InMemoryCaseUnit):
    """A unit whose store cannot keep anything, or cannot even be read."""

    def commit(self) -> None:
        """Raises what the store would."""
        if isinstance(self._cases, FailingCases) and self._cases.wrong:
            raise self._cases.wrong

    def add(self, concern: Concern, filing: str, receipt: Any) -> bool:
        """Nothing is kept that is not committed."""
        return True if self._wrong else super().add(concern, filing, receipt)

    def enter(self, concern_id: str, entry: Entry) -> None:
        """Nothing is kept that is not committed."""
        if not self._wrong:
            super().enter(concern_id, entry)

    @property
    def _wrong(self) -> Exception | None:
        return self._cases.wrong if isinstance(self._cases, FailingCases) else None


class FailingCases(InMemoryCases):
    """Reports whose store goes away. ``wrong``: what it raises when it is to keep something. ``away``: when it is asked anything."""

    wrong: Exception | None = None
    away: Exception | None = None

    def unit(self, school: str) -> InMemoryCaseUnit:
        """A unit of work."""
        if self.away:
            raise self.away
        super().unit(school)
        return FailingUnit(self.kept[school], self)


@dataclass
class Taking:
    """Schools that take reports: oak with a chair and a council's officer, ash where one person holds all roles, elm without numbers."""

    time: Any = NOW
    messages: RecordedMessages = field(default_factory=RecordedMessages)
    client: httpx.Client = field(default_factory=httpx.Client)

    def __post_init__(self) -> None:
        self.cases = FailingCases((OAK, ASH, ELM), lambda: self.time)
        self.reports: Reports = reports_of(
            self.cases,
            QuickLock(),
            self.messages,
            PlainSigner(),
            lambda: self.time,
            lambda: secrets.token_urlsafe(16),
            random=lambda: 0.5,
            digest=lambda _school, _head: None,
            public_url="https://signpost.example",
        )

    def later(self, **how_much: float) -> None:
        """Nothing: time has passed."""
        self.time += timedelta(**how_much)

    def concerns(self, school: str = "oak") -> list[Concern]:
        """All that is kept."""
        return list(self.cases.kept[school].concerns.values())

    def said(self, school: str = "oak") -> list[str]:
        """Every text kept."""
        return [entry.text for entries in self.cases.kept[school].entries.values() for entry in entries]

    def files(self, school: str = "oak") -> list[str]:
        """The names of all files kept."""
        return [one.name for found in self.cases.kept[school].attachments.values() for one, _ in found]

    def form(self, path: str = REPORT) -> dict[str, Any]:
        """The fields of a fresh form with a story and whom it is about."""
        return fields_of(page_of(self.client.get(path).text)) | {"story": STORY, "about": ["colleague"]}

    def send(self, form: Mapping[str, Any] | None = None, files: Sequence[tuple[str, bytes]] = (), path: str = REPORT) -> httpx.Response:
        """The answer to a report, sent as a browser sends it."""
        return self.client.post(path, data=dict(form or self.form(path)), files=parts(files))

    def filed(self, **more: Any) -> str:
        """The code of a report that is kept."""
        return code_in(self.send(self.form() | more))

    def step(self, code: str, step: str = "", files: Sequence[tuple[str, bytes]] = (), **more: str) -> httpx.Response:
        """The answer to somebody who came back."""
        return self.client.post(CHECK, data={"code": code, "step": step, **more}, files=parts(files) if files else None)


@contextmanager
def taking(**more: Any) -> Iterator[Taking]:
    """Schools that take reports, served. `more`: as of app_of."""
    taken = Taking()
    reporting = Reporting(taken.reports, PlainPapers(), lambda: secrets.token_urlsafe(16))
    told = {"public_url": "https://signpost.example", "reporting": reporting} | more
    with served(app_of(schools(), **told)) as client:
        taken.client = client
        yield taken


def parts(files: Sequence[tuple[str, bytes]]) -> list[tuple[str, tuple[str, bytes]]]:
    """Files as a multipart form holds them; an empty file field where none was chosen, as browsers send it."""
    return [("files", one) for one in files] or [("files", ("", b""))]


def fields_of(page: HtmlElement, at: int = 0) -> dict[str, Any]:
    """What a browser would send with a form of a page, files left out: fields of one name as a list."""
    form = page.xpath("//form")[at]
    found: dict[str, Any] = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def code_in(answer: httpx.Response) -> str:
    """The code that a page shows."""
    page = page_of(answer.text)
    shown = SHOWN.search("".join(page.xpath("//p[@class='code']")[0].itertext())) if page.xpath("//p[@class='code']") else None
    assert shown, f"{answer.status_code}: {words_of(page)[:600]}"
    return shown[0]


def typed_in(answer: httpx.Response) -> str:
    """The story as it stands in a page's form."""
    return str(page_of(answer.text).get_element_by_id("sp-story").text or "").removeprefix("\n")


def with_people(school: School, *holders: Holder) -> School:
    """The school with other people."""
    return replace(school, holders=holders)


NOT_KEPT = NotKept("The disk is full.", "Make room.")
