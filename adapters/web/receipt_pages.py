"""The way back to a report with its code: read the replies, add words and files, change the wish about the police, withdraw.

One address for all of it, so that whoever reloads or goes back always meets a page. The code travels in the body of each post, never in an
address. Whatever is wrong with a code, the answer is the same page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.web.attaching import Attaching, NotKeptFile
from adapters.web.guards import same_site
from adapters.web.last_seen import LastSeen
from adapters.web.pages import Pages
from adapters.web.render import linked
from adapters.web.report_form import police_of, polices, ringable
from adapters.web.uploads import Room, SentForm, sent_form
from adapters.web.watch import where
from bot.asking import EMERGENCY_LINE
from bot.concerns import form
from bot.concerns.concern import Entry, EntryKind
from bot.concerns.filing import Unfinished
from bot.concerns.receipts import FILING, read_code
from bot.concerns.returning import WITHDRAW_SAID, Returning, TooManyGuesses, Visit, WrongCode
from bot.ports import NewId
from bot.school import ROLE_NAMES, School
from knowledge.errors import SignpostError

AWAY = SignpostError(
    "Signpost cannot open reports at this moment. Nothing that was kept is lost.",
    "Try again in a few minutes. If it cannot wait, ring somebody it is not about.",
)
ELSEWHERE = SignpostError(
    "Your browser did not say that it came from this page, so nothing was done.", "Please send it once more from here."
)
INCOMPLETE = SignpostError("Part of what your browser sent did not arrive, so nothing was done.", "Please send it once more.")
YOU = "You"
log = logging.getLogger("signpost.web")

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said in a report. ``who``: "You", or the role of who answered."""

    who: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of a reporter who came back: the school, the code and words as they were sent."""

    school: School
    code: str
    sent: SentForm

    @property
    def words(self) -> str:
        """What was written, to be added to the report."""
        return self.sent.one("text")

    @property
    def submission(self) -> str:
        """The form's id, "" where it has none of ours."""
        given = self.sent.one("submission")
        return given if FILING.fullmatch(given) else ""


class ReceiptPages:
    """The pages of those who come back to a report."""

    def __init__(
        self, returning: Returning, pages: Pages, new_id: NewId, public_url: str, seen: LastSeen, room: Room, attaching: Attaching
    ) -> None:
        self._returning = returning
        self._pages = pages
        self._new_id = new_id
        self._public_url = public_url
        self._seen = seen
        self._room = room
        self._attaching = attaching
        self._steps: Mapping[str, Callable[[Turn], Response]] = {
            "add": self._add,
            "police": self._police,
            "withdraw": self._ask_withdraw,
            "sure": self._withdraw,
        }

    def routes(self) -> list[BaseRoute]:
        """Their address."""
        return [
            Route("/{school}/report/check", self.ask_code, methods=["GET"]),
            Route("/{school}/report/check", self.step, methods=["POST"]),
        ]

    def ask_code(self, request: Request) -> Response:
        """The page that asks for the code."""
        return self._ask_code(self._seen.school(request)[0])

    async def step(self, request: Request) -> Response:
        """The report that a code opens, after what was to be done with it."""
        async with sent_form(request, self._room) as sent:
            school, _ = await run_in_threadpool(self._seen.school, request)
            turn = Turn(school, sent.one("code"), sent)
            if not same_site(request.headers, self._public_url):
                return self._ask_code(school, ELSEWHERE, 403, turn.words)
            if sent.broken:
                return self._ask_code(school, INCOMPLETE, 422, turn.words)
            if sent.one("step") == "files":
                return await self._files(turn)
            return await run_in_threadpool(self._done, turn, self._steps.get(sent.one("step"), self._read))

    async def _files(self, turn: Turn) -> Response:
        """The report with files added to it."""
        first = await run_in_threadpool(self._done, turn, lambda turn: self._returning.read(turn.school.id, turn.code))
        if isinstance(first, Response):
            return first
        number, submission = len(first.attachments) + 1, turn.submission or self._new_id()
        kept, lost = await self._attaching.attach(turn.school.id, turn.code, turn.sent.uploads, submission, number)
        faults = {} if turn.sent.uploads else {"files": "Choose a file first."}
        return await run_in_threadpool(self._done, turn, lambda turn: self._report(turn, None, faults=faults, kept=kept, lost=lost))

    def _done(self, turn: Turn, act: Callable[[Turn], Answer]) -> Answer | Response:
        """What a step answers; the page that asks for the code, with the words that were to be added, where it could not be done."""
        try:
            return act(turn)
        except WrongCode as wrong:
            return self._ask_code(turn.school, wrong, 422, turn.words)
        except TooManyGuesses as many:
            return self._ask_code(turn.school, many, 429, turn.words)
        except Exception as error:  # an error's own words may hold what was written, so they go no further
            log.error("report.step_failed %s at %s", type(error).__name__, " < ".join(where(error)))
            return self._ask_code(turn.school, AWAY, 503, turn.words)

    def _read(self, turn: Turn) -> Response:
        return self._report(turn, self._returning.read(turn.school.id, turn.code))

    def _add(self, turn: Turn) -> Response:
        try:
            visit = self._returning.add(turn.school.id, turn.code, turn.words, turn.submission or self._new_id())
        except Unfinished as unfinished:
            return self._report(turn, None, faults=unfinished.faults, words=turn.words)
        return self._report(turn, visit, did="What you wrote has been added.")

    def _police(self, turn: Turn) -> Response:
        wish = police_of(turn.sent)
        if wish is None:
            return self._read(turn)
        return self._report(turn, self._returning.wish(turn.school.id, turn.code, wish), did="Your wish about the police is noted.")

    def _ask_withdraw(self, turn: Turn) -> Response:
        visit = self._returning.read(turn.school.id, turn.code)
        if not visit.can_withdraw:
            return self._report(turn, visit)
        told = {"school": turn.school, "code": _code(turn), "meaning": WITHDRAW_SAID, "reference": visit.reference}
        return self._page("receipt_withdraw.html", told, 200)

    def _withdraw(self, turn: Turn) -> Response:
        try:
            visit = self._returning.withdraw(turn.school.id, turn.code)
        except (WrongCode, TooManyGuesses):
            raise
        except SignpostError:  # it was closed meanwhile: its page says so
            return self._read(turn)
        return self._report(turn, visit, did="Your report is withdrawn.")

    def _report(
        self,
        turn: Turn,
        visit: Visit | None,
        *,
        did: str = "",
        faults: Mapping[str, str] | None = None,
        words: str = "",
        kept: tuple[str, ...] = (),
        lost: tuple[NotKeptFile, ...] = (),
    ) -> Response:
        """The report as its reporter sees it. `visit`: None where it is to be read anew."""
        visit = visit or self._returning.read(turn.school.id, turn.code)
        told = {
            "school": turn.school,
            "code": _code(turn),
            "visit": visit,
            "ring": ringable(visit.contacts),
            "thread": [Said(_who(one), one.at, one.text) for one in visit.entries],
            "replied": any(one.kind is EntryKind.REPLY for one in visit.entries),
            "polices": polices(visit.police),
            "submissions": {"add": (words and turn.submission) or self._new_id(), "files": self._new_id()},
            "did": did,
            "faults": faults or {},
            "words": words,
            "kept": kept,
            "lost": lost,
            "said": form,
            "withdrawing": WITHDRAW_SAID,
        }
        return self._page("receipt.html", told, 422 if faults else 200)

    def _ask_code(self, school: School, wrong: SignpostError | None = None, status: int = 200, words: str = "") -> Response:
        ring = ringable(form.to_ring(school)) if wrong is AWAY else ()
        told = {"school": school, "wrong": wrong, "words": words, "ring": ring, "emergency": linked(EMERGENCY_LINE)}
        return self._page("receipt_check.html", told, status)

    def _page(self, template: str, told: Mapping[str, Any], status: int) -> Response:
        return unlisted(self._pages.page(template, told, status=status, store=False, posts=True))


def unlisted(page: Response) -> Response:
    """The same page, not to be listed by search engines."""
    page.headers["X-Robots-Tag"] = "noindex"
    return page


def _who(entry: Entry) -> str:
    """Who wrote it: an answer says who gives it, because somebody who fears one of them must know that it is another."""
    if entry.kind is not EntryKind.REPLY:
        return YOU
    return ROLE_NAMES[entry.role] if entry.role else "The school"


def _code(turn: Turn) -> str:
    """The code as it is written, for the page's next form."""
    typed = read_code(turn.code)
    return typed.code if typed else ""
