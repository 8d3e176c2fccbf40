"""Who is at the desk: the cookie of a session, the fields of a form, and what stands round every page of the desk."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.pages import Pages
from adapters.web.schools import name_in
from bot.concerns.reports import Reports
from bot.links import desk_path
from bot.ports import NewId, UnknownSchool
from bot.school import ROLE_NAMES, Holder, School

COOKIE = "signpost-desk"
TOKEN = re.compile(r"[\w-]{20,200}", re.ASCII)  # of links and sessions
SUBMISSION = re.compile(r"[\w-]{16,64}", re.ASCII)
MOST_FIELDS = 12
# "sandbox" makes even a file that is opened in place powerless.
QUIET = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
AS_FILE = {
    **QUIET,
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
WORDS = {"text": "What you wrote", "reason": "The reason you gave"}  # the fields that somebody types for long


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that could not be used, to be sent once more. ``words``: (field, what it is, what was typed); ``others``: what was chosen."""

    path: str
    words: tuple[tuple[str, str, str], ...]
    others: tuple[tuple[str, str], ...]


class Entrance:
    """Says who is at a school's desk, and makes its pages."""

    def __init__(self, reports: Reports, pages: Pages, public_url: str, new_id: NewId) -> None:
        self._reports = reports
        self._pages = pages
        self._secure = public_url.startswith("https://")
        self._cookie = f"__Secure-{COOKIE}" if self._secure else COOKIE
        self._new_id = new_id

    def school(self, request: Request) -> School:
        """The school in the address, with those who hold its roles now. Raises HTTPException 404."""
        try:
            return self._reports.filing.school(name_in(request, "school"))
        except (UnknownSchool, HTTPException) as unknown:
            raise HTTPException(404, headers=QUIET) from unknown

    def who(self, request: Request, school: School) -> Holder | None:
        """Who is signed in at this school's desk; None for nobody."""
        return self._reports.signing_in.who(school.id, self.token(request))

    def token(self, request: Request) -> str:
        """The session's token that the browser sent; "" for none."""
        token = request.cookies.get(self._cookie, "")
        return token if TOKEN.fullmatch(token) else ""

    def begin(self, response: Response, school: School, token: str) -> None:
        """Nothing: the browser is given a session's token, for the pages of this desk alone and until it is closed."""
        response.set_cookie(
            self._cookie, token, max_age=None, path=desk_path(school.id), secure=self._secure, httponly=True, samesite="lax"
        )

    def end(self, response: Response, school: School) -> None:
        """Nothing: the browser forgets its token."""
        response.delete_cookie(self._cookie, path=desk_path(school.id), secure=self._secure, httponly=True, samesite="lax")

    def page(self, template: str, school: School, viewer: Holder | None, told: Mapping[str, Any], status: int = 200) -> Response:
        """A page of the desk. Every link that a browser follows from it is followed without saying where it was."""
        told = {
            "school": school,
            "viewer": viewer,
            "role": ROLE_NAMES[viewer.role] if viewer else "",
            "new_id": self._new_id,
            **told,
        }
        return self._quiet(template, told, status)

    def sign_in(
        self, school: School, status: int = 200, *, kept: Kept | None = None, sent: str = "", wrong: str = "", left: bool = False
    ) -> Response:
        """The page to sign in at. `kept`: words that would else be lost. `sent`, `wrong`: what came of asking for a link."""
        people = [(key, one.name, ROLE_NAMES[one.role]) for key, one in self._reports.signing_in.holders(school.id)]
        told = {"people": people, "kept": kept, "sent": sent, "wrong": wrong, "left": left}
        return self.page("desk_sign_in.html", school, None, told, status)

    def no_case(self, school: School, viewer: Holder) -> Response:
        """The one page for a case that is unknown, deleted, of another school or kept from whoever asks."""
        return self.page("desk_no_case.html", school, viewer, {}, 404)

    def not_kept(self, kept: Kept) -> Response:
        """The page for words that could not be kept. It asks nothing of the store, which may be what is wrong."""
        return self._quiet("desk_not_kept.html", {"kept": kept}, 503)

    def _quiet(self, template: str, told: Mapping[str, Any], status: int) -> Response:
        # Each has a form: within this site the browser may say where a form was sent from, or older ones could send none.
        response = self._pages.page(template, told, status=status, store=False, posts=True)
        response.headers.update(QUIET)
        return response


async def fields_of(request: Request) -> dict[str, str]:
    """The fields of a form, without files. NUL is left out: no person types it, and PostgreSQL cannot keep it."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        return {name: value.replace("\x00", "").replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}


def kept_of(path: str, fields: Mapping[str, str], names: Sequence[str]) -> Kept | None:
    """A form of these field names as something to send once more; None where nobody typed words into it."""
    words = tuple((name, title, fields[name]) for name, title in WORDS.items() if name in names and fields.get(name, "").strip())
    others = tuple((name, fields[name]) for name in (*names, "submission") if name not in WORDS and name in fields)
    return Kept(path, words, others) if words else None
