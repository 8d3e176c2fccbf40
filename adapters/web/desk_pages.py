"""The desk: signing in with a link, the list of cases, and the figures for governors. Single cases have pages of their own (desk_case)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.web.desk_acknowledge import AcknowledgePages
from adapters.web.desk_acts import ACTS
from adapters.web.desk_case import CasePages, CasePapers, as_file
from adapters.web.desk_list import AGES, STATES, URGENCIES, filters_of, list_view
from adapters.web.desk_session import QUIET, TOKEN, Entrance, fields_of
from adapters.web.pages import Pages
from bot.concerns.concern import Concern
from bot.concerns.figures import figures
from bot.concerns.reports import Reports
from bot.links import desk_path
from bot.ports import NewId, Now, Outcome, Sent
from bot.school import ROLE_NAMES, Holder, School

SENT = (
    "If {name} can be reached, a link is on its way to their Slack, Teams or e-mail. It works once, for ten minutes. "
    "Open it on the device you want to work on."
)
PRINTED = (
    "This is a demonstration and nobody could be reached, so the link was printed on the console where Signpost runs, and stands on the "
    "start page. It works once, for ten minutes."
)
WRONG = {
    "no_way": (
        "No link could be sent to {name}: neither Slack nor Teams nor an e-mail can reach them as things are set up. Whoever looks after "
        "Signpost is told by `signpost doctor` what is missing."
    ),
    "no_address": (
        "No link could be sent: this Signpost does not know its own address. Whoever looks after it can set PUBLIC_URL and start it again."
    ),
}
CHOOSE = "Choose who you are."


class Papers(CasePapers, Protocol):
    """What is written out of the desk as files."""

    def figures_csv(self, concerns: Sequence[Concern]) -> bytes:
        """Governors' figures as CSV."""

    def figures_svg(self, concerns: Sequence[Concern]) -> str:
        """Governors' figures as one `<svg>` element to stand in a page: ours from end to end, and every word in it escaped."""


class DeskPages:
    """The pages of those who look after reports. Who is signed in is asked for each page."""

    def __init__(self, reports: Reports, papers: Papers, pages: Pages, *, public_url: str, now: Now, new_id: NewId) -> None:
        self._desk = reports.desk
        self._signing_in = reports.signing_in
        self._papers = papers
        self._now = now
        self._entrance = Entrance(reports, pages, public_url, new_id)
        self._acknowledge = AcknowledgePages(reports, self._entrance)
        self._cases = CasePages(reports, papers, self._entrance, now=now, new_id=new_id)

    def routes(self) -> list[BaseRoute]:
        """Their addresses. Nothing but a POST changes anything; that a case was read is noted."""
        return [
            Route("/{school}/desk", self.waiting),
            Route("/{school}/desk/link", self.send_link, methods=["POST"]),
            Route("/{school}/desk/enter/{token}", self.offer, methods=["GET"]),
            Route("/{school}/desk/enter/{token}", self.enter, methods=["POST"]),
            Route("/{school}/desk/leave", self.leave, methods=["POST"]),
            Route("/{school}/desk/figures", self.figures),
            Route("/{school}/desk/figures.csv", self.figures_csv),
            *self._acknowledge.routes(),
            *self._cases.routes(),
        ]

    def waiting(self, request: Request) -> Response:
        """The list of cases; the page to sign in at where nobody is signed in."""
        school = self._entrance.school(request)
        viewer, done = self._entrance.who(request, school), request.query_params.get("done", "")
        if viewer is None:
            return self._entrance.sign_in(school, left=done == "left")
        filters, broken = filters_of(request.query_params), self._desk.broken(school.id)
        act = ACTS.get(done)
        told = {
            "view": list_view(self._desk.waiting(school.id, viewer), viewer, filters, self._now(), broken),
            "filters": filters,
            "states": STATES,
            "urgencies": URGENCIES,
            "ages": AGES,
            "done": act.done if act and act.away else "",
        }
        return self._entrance.page("desk.html", school, viewer, told)

    async def send_link(self, request: Request) -> Response:
        """What is said whatever comes of sending a link, unless the school has set up no way to send one."""
        return await run_in_threadpool(self._send_link, request, (await fields_of(request)).get("who", ""))

    def offer(self, request: Request) -> Response:
        """What a link leads to. It uses nothing up: mail scanners and previews open links before people do."""
        school, token = self._entrance.school(request), _token(request)
        holder = self._signing_in.whose(school.id, token) if token else None
        return self._offered(school, token, holder)

    def enter(self, request: Request) -> Response:
        """Uses the link up and begins a session of its own, whatever session the browser had."""
        school, token = self._entrance.school(request), _token(request)
        session = self._signing_in.enter(school.id, token) if token else None
        if session is None:
            return self._offered(school, token, None)
        if before := self._entrance.token(request):
            self._signing_in.leave(school.id, before)
        response = RedirectResponse(desk_path(school.id), 303, QUIET)
        self._entrance.begin(response, school, session)
        return response

    async def leave(self, request: Request) -> Response:
        """Signs out: of this session, or of all of the same person and role."""
        return await run_in_threadpool(self._leave, request, everywhere=(await fields_of(request)).get("everywhere", "") == "yes")

    def figures(self, request: Request) -> Response:
        """The figures for governors."""
        school = self._entrance.school(request)
        viewer = self._entrance.who(request, school)
        if viewer is None:
            return self._entrance.sign_in(school, 401)
        concerns = self._desk.counted(school.id, viewer)
        found = figures(concerns)
        chart = Markup(self._papers.figures_svg(concerns)) if found else ""  # noqa: S704 (made by us of numbers and our own words)
        return self._entrance.page("desk_figures.html", school, viewer, {"terms": found[::-1], "chart": chart})

    def figures_csv(self, request: Request) -> Response:
        """The same to work with."""
        school = self._entrance.school(request)
        viewer = self._entrance.who(request, school)
        if viewer is None:
            return self._entrance.sign_in(school, 401)
        return as_file(self._papers.figures_csv(self._desk.counted(school.id, viewer)), "figures.csv", "text/csv; charset=utf-8")

    def _send_link(self, request: Request, key: str) -> Response:
        school = self._entrance.school(request)
        chosen = dict(self._signing_in.holders(school.id)).get(key)
        if chosen is None:
            return self._entrance.sign_in(school, 422, wrong=CHOOSE)
        outcome = self._signing_in.send_link(school.id, key)
        name = f"{chosen.name} ({ROLE_NAMES[chosen.role]})"
        if set_up := _not_set_up(outcome):
            return self._entrance.sign_in(school, 503, wrong=set_up.format(name=name))
        return self._entrance.sign_in(school, sent=(PRINTED if outcome.way == "console" else SENT).format(name=name))

    def _leave(self, request: Request, *, everywhere: bool) -> Response:
        school = self._entrance.school(request)
        if token := self._entrance.token(request):
            self._signing_in.leave(school.id, token, everywhere=everywhere)
        response = RedirectResponse(f"{desk_path(school.id)}?done=left", 303, QUIET)
        self._entrance.end(response, school)
        return response

    def _offered(self, school: School, token: str, holder: Holder | None) -> Response:
        told = {"token": token, "offered": ROLE_NAMES[holder.role] if holder else "", "name": holder.name if holder else ""}
        return self._entrance.page("desk_enter.html", school, None, told, 200 if holder else 404)


def _not_set_up(outcome: Outcome) -> str:
    """What to say where the school's set-up lets no link out: nobody learns anything of a person from it. "" for all else."""
    return WRONG.get(outcome.why, "") if outcome.state is Sent.FAILED else ""


def _token(request: Request) -> str:
    token = str(request.path_params["token"])
    return token if TOKEN.fullmatch(token) else ""
