"""The web door: its addresses, and what stands round them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ExceptionHandler

from adapters.web.asking import AskPages
from adapters.web.desk_corrections import CorrectionPages
from adapters.web.desk_pages import DeskPages, Papers
from adapters.web.desk_session import Entrance
from adapters.web.guards import BodyLimits, OriginCheck, SecurityHeaders
from adapters.web.pages import Pages
from adapters.web.problems import Problems
from adapters.web.reading import ReadingPages
from adapters.web.readings import Readings
from adapters.web.report_pages import ReportPages
from adapters.web.schools import SchoolLists
from adapters.web.watch import Metrics, Watch
from bot.concerns.ports import CaseBroken
from bot.concerns.reports import Reports
from bot.conversation import EXAMPLES, Conversation
from bot.ports import NewId, Now, Schools
from bot.shelf import Shelves

NOT_STORED = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Reporting:
    """What the web door needs to take reports and to open the desk.

    ``demo_links``: in the demo, by school, (role, sign-in link) of those that nobody could be sent: the start page shows them.
    """

    reports: Reports
    papers: Papers
    new_id: NewId
    demo_links: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


def _nothing_wrong() -> str:
    """That nothing is known to be wrong."""
    return ""


def _not_behind() -> bool:
    """That pings go out."""
    return False


class WebDoor:
    """Everything the web shows. Build a Starlette application of its routes, its middleware and its exception handlers.

    `reporting`: None where reports are not taken. `ready`: "" when questions can be answered, else what is wrong.
    `behind`: whether pings may not be going out; it must be quick, for anybody may ask. `connected`: which doors are set up, by name.
    """

    def __init__(
        self,
        conversation: Conversation,
        schools: Schools,
        shelves: Shelves,
        *,
        public_url: str,
        now: Now,
        demo: bool,
        connected: Mapping[str, bool] = {},
        ready: Callable[[], str] = _nothing_wrong,
        behind: Callable[[], bool] = _not_behind,
        reporting: Reporting | None = None,
    ) -> None:
        self.metrics = Metrics()
        self._public_url = public_url.rstrip("/")
        self._demo = demo
        self._connected = connected
        self._ready = ready
        self._behind = behind
        self._pages = Pages(demo=demo, takes_reports=reporting is not None)
        self._problems = Problems(self._pages)
        self._lists = SchoolLists(schools, demo)
        self._asking = AskPages(conversation, schools, self._pages, self.metrics, self._lists, self._public_url)
        readings = Readings(shelves)
        self._reading = ReadingPages(schools, shelves, readings, self._pages, now)
        self._demo_links = reporting.demo_links if reporting else {}
        self._reporting: list[BaseRoute] = []
        if reporting:
            reports, papers, new_id = reporting.reports, reporting.papers, reporting.new_id
            self._reporting += ReportPages(reports, self._pages, new_id, self._public_url).routes()
            desk = DeskPages(reports, papers, self._pages, public_url=self._public_url, now=now, new_id=new_id)
            self._reporting += desk.routes()
            entrance = Entrance(reports, self._pages, self._public_url, new_id)
            self._reporting += CorrectionPages(schools, readings, entrance, now).routes()

    def routes(self) -> list[BaseRoute]:
        """The addresses. Functions that are not coroutines run in a worker thread."""
        asking, reading = self._asking, self._reading
        of_all = [Route("/ask", asking.ask_any, methods=["GET", "POST"])] if self._demo else []
        return [
            Route("/", self.start),
            Route("/privacy", self.privacy),
            Route("/terms", self.terms),
            Route("/healthz", self.alive),
            Route("/readyz", self.readiness),
            Route("/metrics", self.metrics.page),
            Route("/static/{name}", self._pages.static),
            Route("/topics/{owner}", reading.topics),
            *of_all,
            *self._reporting,
            Route("/{school}/ask", asking.empty, methods=["GET"]),
            Route("/{school}/ask", asking.ask, methods=["POST"]),
            Route("/{school}/press", asking.press, methods=["POST"]),
            Route("/{school}/policies", reading.policies),
            Route("/{school}/policies/{policy}", reading.policy),
            Route("/{school}/policies/{policy}/editions/{number:int}", reading.edition),
            Route("/{school}/policies/{policy}/health", reading.health),
        ]

    def middleware(self) -> list[Middleware]:
        """What stands round every address, this door's and the others', outermost first."""
        problem = self._problems.page
        return [
            Middleware(SecurityHeaders, public_url=self._public_url),
            Middleware(Watch, metrics=self.metrics, problem=problem),
            Middleware(OriginCheck, public_url=self._public_url, problem=problem),
            Middleware(BodyLimits, problem=problem),
        ]

    def exception_handlers(self) -> Mapping[Any, ExceptionHandler]:
        """The pages for what is not found or not allowed, and for a case that cannot be opened."""
        return {HTTPException: self._problems.on_http, CaseBroken: self._problems.on_broken}

    def start(self, _: Request) -> Response:
        """The start page: in the demo, one can ask at once."""
        schools = self._lists.named() if self._demo else ()
        owners = sorted({school.owner for school in schools if school.owner})
        told = {
            "schools": schools,
            "owners": owners,
            "connected": self._connected,
            "public_url": self._public_url,
            "examples": EXAMPLES,
            "desk_links": [link for found in self._demo_links.values() for link in found] if self._demo else (),
        }
        return self._pages.page("start.html", told, store=False, posts=True)

    def privacy(self, _: Request) -> Response:
        """What is kept and who sees it. The Teams app's manifest names this address."""
        return self._pages.page("privacy.html", {})

    def terms(self, _: Request) -> Response:
        """What Signpost is for and what it is not. The Teams app's manifest names this address."""
        return self._pages.page("terms.html", {})

    async def alive(self, _: Request) -> Response:
        """That the program runs: 503 where pings may not be going out. Anybody may read it, so it says no more than that."""
        behind = self._behind()
        return JSONResponse({"alive": True, "behind": True} if behind else {"alive": True}, 503 if behind else 200, NOT_STORED)

    async def readiness(self, _: Request) -> Response:
        """Whether questions can be answered: 503 where they cannot, with what is wrong."""
        wrong = await run_in_threadpool(self._ready)
        told = {"ready": False, "why": wrong} if wrong else {"ready": True}
        return JSONResponse(told, 503 if wrong else 200, NOT_STORED)
