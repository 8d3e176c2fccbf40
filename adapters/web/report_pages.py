"""The report form and what follows it: kept, the code shown once, and typed back. Nothing of who opens these pages is kept.

Whatever goes wrong, what was written comes back with the page: a story is written once, and perhaps never again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.cleaning import clean
from adapters.web.attaching import Attaching, Clean, NotKeptFile
from adapters.web.guards import same_site
from adapters.web.last_seen import LastSeen
from adapters.web.pages import Pages
from adapters.web.receipt_pages import ReceiptPages, unlisted
from adapters.web.render import linked
from adapters.web.report_form import (
    ELSEWHERE,
    INCOMPLETE,
    NOBODY,
    NOT_KEPT,
    NOT_OPEN,
    Stop,
    again,
    blank,
    draft_of,
    ringable,
    shown_form,
    stop,
)
from adapters.web.uploads import Room, SentForm, Upload, sent_form
from adapters.web.watch import where
from bot.asking import EMERGENCY_LINE
from bot.concerns import form
from bot.concerns.filing import Draft, Filed, NobodyLeft, Unfinished
from bot.concerns.receipts import read_code
from bot.concerns.reports import Reports
from bot.ports import NewId
from bot.school import ROLE_NAMES, School

log = logging.getLogger("signpost.web")


class ReportPages:
    """The pages of those who report, with the way back among them."""

    def __init__(self, reports: Reports, pages: Pages, new_id: NewId, public_url: str = "", clean: Clean = clean) -> None:
        self._reports = reports
        self._pages = pages
        self._new_id = new_id
        self._public_url = public_url
        self._seen = LastSeen(reports.filing.school)
        self._room = Room()
        self._attaching = Attaching(reports.returning, clean)
        self._receipts = ReceiptPages(reports.returning, pages, new_id, public_url, self._seen, self._room, self._attaching)

    def routes(self) -> list[BaseRoute]:
        """Their addresses."""
        return [
            Route("/{school}/report", self.empty, methods=["GET"]),
            Route("/{school}/report", self.send, methods=["POST"]),
            *self._receipts.routes(),
        ]

    def empty(self, request: Request) -> Response:
        """The form before anything is written."""
        school, open_ = self._seen.school(request)
        if not open_:
            return self._form(school, blank(self._new_id), 503, stopped=stop(NOT_OPEN, form.to_ring(school)))
        return self._form(school, blank(self._new_id), 200)

    async def send(self, request: Request) -> Response:
        """The code of a report that is kept; the form with all that was written where it is not; or whether a code was typed back right."""
        async with sent_form(request, self._room) as sent:
            if sent.one("step") == "typed":
                return await run_in_threadpool(self._typed_back, request, sent)
            return await self._send(request, sent)

    async def _send(self, request: Request, sent: SentForm) -> Response:
        school, open_ = await run_in_threadpool(self._seen.school, request)
        draft = draft_of(sent, self._new_id)
        if not same_site(request.headers, self._public_url):
            # The code is made of the filing id, so an id that another site chose would give that site the code to what is written here.
            return self._form(school, replace(draft, filing=self._new_id()), 403, sent.uploads, stopped=stop(ELSEWHERE))
        if sent.broken:
            return self._form(school, draft, 422, sent.uploads, stopped=stop(INCOMPLETE))
        filed = await run_in_threadpool(self._filed, school, draft, sent.uploads, open_=open_)
        if isinstance(filed, Response):
            return filed
        kept, lost = await self._attaching.attach(school.id, filed.receipt.code, sent.uploads, draft.filing)
        return self._kept(school, draft, filed, kept, lost)

    def _filed(self, school: School, draft: Draft, uploads: tuple[Upload, ...], *, open_: bool) -> Filed | Response:
        """The report, kept; else the form, which says plainly that it is not."""
        try:
            if open_:
                return self._reports.filing.file(school.id, draft)
        except Unfinished as unfinished:
            return self._form(school, draft, 422, uploads, faults=unfinished.faults)
        except NobodyLeft as nobody:
            return self._form(school, draft, 422, uploads, stopped=stop(NOBODY, nobody.contacts))
        except Exception as error:  # an error's own words may hold what was written, so they go no further
            log.error("report.not_kept %s at %s", type(error).__name__, " < ".join(where(error)))
        return self._form(school, draft, 503, uploads, stopped=stop(NOT_KEPT, form.to_ring(school, draft.about)))

    def _form(
        self,
        school: School,
        draft: Draft,
        status: int,
        uploads: tuple[Upload, ...] = (),
        faults: Mapping[str, str] | None = None,
        stopped: Stop | None = None,
    ) -> Response:
        found = dict(faults or {})
        if choose_again := again(uploads):
            found["files"] = choose_again
        told = {"school": school, "form": shown_form(school, draft), "faults": found, "stopped": stopped, "said": form}
        return self._page("report.html", told | {"emergency": linked(EMERGENCY_LINE)}, status)

    def _kept(self, school: School, draft: Draft, filed: Filed, kept: tuple[str, ...], lost: tuple[NotKeptFile, ...]) -> Response:
        told = {
            "school": school,
            "code": filed.receipt.code,
            "reference": filed.reference,
            "readers": [f"{ROLE_NAMES[one.role]}: {one.name}" for one in filed.told],
            "sent_before": filed.again,
            "urgent": draft.urgent,
            "ring": ringable(form.to_ring(school, draft.about)) if draft.urgent else (),
            "kept": kept,
            "lost": lost,
            "wrong": False,
        }
        return self._page("report_kept.html", told, 200)

    def _typed_back(self, request: Request, sent: SentForm) -> Response:
        """Whether the code that was shown is the one typed. The store is not asked: the report stands either way."""
        school, _ = self._seen.school(request)
        shown = read_code(sent.one("code"))
        if shown is None:
            return self._form(school, blank(self._new_id), 422)
        if read_code(sent.one("typed")) == shown:
            return self._page("report_done.html", {"school": school}, 200)
        told = {"school": school, "code": shown.code, "reference": "", "readers": (), "sent_before": False, "kept": (), "lost": ()}
        return self._page("report_kept.html", told | {"wrong": True}, 422)

    def _page(self, template: str, told: Mapping[str, Any], status: int) -> Response:
        return unlisted(self._pages.page(template, told, status=status, store=False, posts=True))
