"""The chat page: a question in, the page with its reply out, or the reply alone where our script asked for it."""

from __future__ import annotations

import re
from time import perf_counter

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.pages import PART_HEADER, Pages
from adapters.web.render import ShownReply, shown_contact, shown_reply
from adapters.web.schools import SchoolLists, school_in
from adapters.web.watch import Metrics
from bot.conversation import EXAMPLES, Conversation
from bot.heard import Heard, Pressed
from bot.links import ask_path
from bot.people import contact
from bot.ports import Schools
from bot.reply import Reply
from bot.school import Role, School

LONGEST_QUESTION = 6_000  # characters
TOO_LONG = "Your message has {length:,} characters, and Signpost reads {most:,} at most. It has not been used. Please shorten it."
CONVERSATION = re.compile(r"[\w-]{16,64}", re.ASCII)  # ids are ours, kept by the page; any other is not worth remembering
MOST_FIELDS = 8
COUNTED = frozenset({"answered", "closest", "silent"})


class AskPages:
    """The chat page of each school. Who asks is known only as the page's random id: no cookie, no name, nothing once it is closed."""

    def __init__(
        self, conversation: Conversation, schools: Schools, pages: Pages, metrics: Metrics, lists: SchoolLists, public_url: str
    ) -> None:
        self._conversation = conversation
        self._schools = schools
        self._pages = pages
        self._metrics = metrics
        self._lists = lists
        self._public_url = public_url

    def empty(self, request: Request) -> Response:
        """The page before anything is asked."""
        return self._page(school_in(self._schools, request), "")

    async def ask(self, request: Request) -> Response:
        """The page with the reply to a question."""
        return await run_in_threadpool(self._ask, request, await _fields(request))

    async def press(self, request: Request) -> Response:
        """The page with the reply to a button."""
        return await run_in_threadpool(self._press, request, await _fields(request))

    async def ask_any(self, request: Request) -> Response:
        """Sends a question asked of a chosen school on to that school's page, by the same method and with the same body."""
        school = (await _fields(request)).get("school", "") if request.method == "POST" else request.query_params.get("school", "")
        if school not in await run_in_threadpool(self._schools.ids):
            raise HTTPException(404)
        return RedirectResponse(ask_path(school), 307 if request.method == "POST" else 303, {"Cache-Control": "no-store"})

    def _ask(self, request: Request, fields: dict[str, str]) -> Response:
        question, thread = fields.get("question", ""), self._thread(fields)
        school = school_in(self._schools, request)
        if len(question) > LONGEST_QUESTION:
            wrong = TOO_LONG.format(length=len(question), most=LONGEST_QUESTION)
            return self._page(school, thread, typed=question, wrong=wrong)
        began = perf_counter()
        reply = self._conversation.hear(Heard(school.id, question, f"web:{thread}", f"web:{thread}"))
        self._metrics.answers.observe(perf_counter() - began)
        return self._answered(request, school, thread, reply, question)

    def _press(self, request: Request, fields: dict[str, str]) -> Response:
        thread = self._thread(fields)
        school = school_in(self._schools, request)
        reply = self._conversation.press(Pressed(school.id, fields.get("press", ""), f"web:{thread}", f"web:{thread}"))
        return self._answered(request, school, thread, reply, "")

    def _answered(self, request: Request, school: School, thread: str, reply: Reply, question: str) -> Response:
        # A worry counts as "other": anybody may read the counts, also whoever it is about, and see that somebody has just told of one.
        self._metrics.replies.labels(reply.standing if reply.standing in COUNTED else "other").inc()
        turn = shown_reply(reply, self._public_url)
        if PART_HEADER in request.headers:
            told = {"turn": turn, "question": question, "school": school, "thread": thread}
            return self._pages.page("turn.html", told, store=False)
        return self._page(school, thread, turn=turn, question=question)

    def _page(
        self, school: School, thread: str, *, turn: ShownReply | None = None, question: str = "", typed: str = "", wrong: str = ""
    ) -> Response:
        told = {
            "school": school,
            "thread": thread or self._conversation.new_id(),
            "turn": turn,
            "urgent": turn is not None and turn.urgent,
            "question": question,
            "typed": typed,
            "wrong": wrong,
            "examples": EXAMPLES,
            "longest": LONGEST_QUESTION,
            "contacts": [shown_contact(contact(holder)) for holder in school.holding(Role.LEAD, Role.DEPUTY)],
            "schools": self._lists.named() if self._lists.demo else (),
        }
        return self._pages.page("ask.html", told, status=422 if wrong else 200, store=False, posts=True)

    def _thread(self, fields: dict[str, str]) -> str:
        given = fields.get("conversation", "")
        return given if CONVERSATION.fullmatch(given) else self._conversation.new_id()


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a form, without files. NUL is left out: no person types it, and PostgreSQL cannot keep it."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        return {name: value.replace("\x00", "").replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}
