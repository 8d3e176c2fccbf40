"""One case at the desk: its page, every form on it, its files, and its chronology to take away."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.web.desk_acts import ACTS, Sent
from adapters.web.desk_session import AS_FILE, QUIET, SUBMISSION, Entrance, fields_of, kept_of
from adapters.web.desk_view import case_view, file_name, kind_of
from adapters.web.schools import LONGEST_NAME
from adapters.web.watch import where
from bot.concerns import words_for
from bot.concerns.desk import NoSuchCase, OpenCase
from bot.concerns.filing import Unfinished
from bot.concerns.reports import Reports
from bot.links import case_path, desk_path
from bot.ports import NewId, Now
from bot.school import Holder, School
from knowledge.errors import SignpostError

UNKNOWN_REFERENCE = "No other case at your desk has that reference. Look it up in the list."
log = logging.getLogger("signpost.web")


class CasePapers(Protocol):
    """A case written out."""

    def chronology_pdf(self, opened: OpenCase, school: str) -> bytes:
        """A case as PDF. `school`: its name."""

    def chronology_csv(self, opened: OpenCase) -> bytes:
        """A case as CSV."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was not used: which, what was typed into it, and what is wrong; field → sentence, "" for none in particular."""

    act: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


class CasePages:
    """The pages of single cases. The desk asks anew, each time, whether whoever is signed in may see the case."""

    def __init__(self, reports: Reports, papers: CasePapers, entrance: Entrance, *, now: Now, new_id: NewId) -> None:
        self._desk = reports.desk
        self._papers = papers
        self._entrance = entrance
        self._now = now
        self._new_id = new_id

    def routes(self) -> list[BaseRoute]:
        """Their addresses."""
        one = "/{school}/desk/cases/{concern}"
        return [
            Route(one, self.case),
            Route(f"{one}/chronology.pdf", self.chronology_pdf),
            Route(f"{one}/chronology.csv", self.chronology_csv),
            Route(f"{one}/files/{{file}}", self.file),
            Route(f"{one}/{{act}}", self.act, methods=["POST"]),
        ]

    def case(self, request: Request) -> Response:
        """The case, which is read by this."""
        school = self._entrance.school(request)
        viewer = self._entrance.who(request, school)
        if viewer is None:
            return self._entrance.sign_in(school, 401)
        done = ACTS.get(request.query_params.get("done", ""))
        return self._page(school, viewer, _id(request), done=done.done if done else "")

    def chronology_pdf(self, request: Request) -> Response:
        """The chronology as PDF."""
        return self._chronology(request, "pdf")

    def chronology_csv(self, request: Request) -> Response:
        """The chronology as CSV."""
        return self._chronology(request, "csv")

    def file(self, request: Request) -> Response:
        """A file of the case, to be kept and not shown in the browser."""
        school = self._entrance.school(request)
        viewer = self._entrance.who(request, school)
        if viewer is None:
            return self._entrance.sign_in(school, 401)
        try:
            attachment, content = self._desk.file(school.id, viewer, _id(request), str(request.path_params["file"])[:LONGEST_NAME])
        except NoSuchCase:
            return self._entrance.no_case(school, viewer)
        return as_file(content, file_name(attachment), kind_of(attachment))

    async def act(self, request: Request) -> Response:
        """The case after something was done to it; or the form as it was sent, with what is wrong."""
        name = str(request.path_params["act"])
        if name not in ACTS:
            raise HTTPException(404, headers=QUIET)
        return await run_in_threadpool(self._act, request, name, await fields_of(request))

    def _act(self, request: Request, name: str, fields: Mapping[str, str]) -> Response:
        kept = kept_of(f"{case_path(str(request.path_params['school']), _id(request))}/{name}", fields, ACTS[name].fields)
        try:
            school = self._entrance.school(request)
            viewer = self._entrance.who(request, school)
            if viewer is None:
                return self._entrance.sign_in(school, 401, kept=kept)
            return self._done(school, viewer, _id(request), name, fields)
        except HTTPException:
            raise
        except Exception as error:  # the store is away, the disk is full: whatever it is, nobody types the same reply twice for it
            if kept is None:
                raise
            log.error("%s at %s", type(error).__name__, " < ".join(where(error)))
            return self._entrance.not_kept(kept)

    def _done(self, school: School, viewer: Holder, concern: str, name: str, fields: Mapping[str, str]) -> Response:
        act, submission = ACTS[name], fields.get("submission", "")
        sent = Sent(school.id, viewer, concern, fields, submission if SUBMISSION.fullmatch(submission) else self._new_id())
        try:
            act.do(self._desk, sent)
        except Unfinished as wrong:
            return self._page(school, viewer, concern, refused=Refused(name, fields, wrong.faults))
        except NoSuchCase:
            # The other case of a link may be what there is not; where it is this one, its page says so.
            return self._page(school, viewer, concern, refused=Refused(name, fields, {"reference": UNKNOWN_REFERENCE}))
        except SignpostError as wrong:
            if not type(wrong).__module__.startswith("bot.concerns"):
                raise
            return self._page(school, viewer, concern, refused=Refused(name, fields, {"": str(wrong)}))
        back = f"{desk_path(school.id)}?done={name}" if act.away else f"{case_path(school.id, concern)}?done={name}"
        return RedirectResponse(back, 303, QUIET)

    def _page(self, school: School, viewer: Holder, concern: str, *, done: str = "", refused: Refused | None = None) -> Response:
        try:
            opened = self._desk.open(school.id, viewer, concern)
        except NoSuchCase:
            return self._entrance.no_case(school, viewer)
        told = {
            "case": case_view(opened, school, viewer, self._now()),
            "done": done,
            "refused": refused or Refused(),
            "outcomes": words_for.OUTCOME,
            "kinds": words_for.KIND,
        }
        return self._entrance.page("desk_case.html", school, viewer, told, 422 if refused else 200)

    def _chronology(self, request: Request, kind: str) -> Response:
        school = self._entrance.school(request)
        viewer = self._entrance.who(request, school)
        if viewer is None:
            return self._entrance.sign_in(school, 401)
        try:
            opened = self._desk.export(school.id, viewer, _id(request))
        except NoSuchCase:
            return self._entrance.no_case(school, viewer)
        name = f"chronology-{opened.case.concern.reference}.{kind}"
        if kind == "pdf":
            return as_file(self._papers.chronology_pdf(opened, school.name), name, "application/pdf")
        return as_file(self._papers.chronology_csv(opened), name, "text/csv; charset=utf-8")


def as_file(content: bytes, name: str, kind: str) -> Response:
    """Something to download, which no browser opens in its own page. `name`: letters, digits and plain signs only."""
    plain = quote(name, safe=" ._-")  # what a header cannot hold is not in our names; this is the second lock
    return Response(content, headers={**AS_FILE, "Content-Type": kind, "Content-Disposition": f'attachment; filename="{plain}"'})


def _id(request: Request) -> str:
    return str(request.path_params["concern"])[:LONGEST_NAME]
