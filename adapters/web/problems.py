"""The pages for what goes wrong: each says in plain words what happened and what to do next, and repeats nothing of what was sent."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adapters.web.desk_session import QUIET
from adapters.web.guards import of_other_door
from adapters.web.pages import Pages


@dataclass(frozen=True, slots=True)
class Wrong:
    """What went wrong and what to do next."""

    title: str
    what: str
    next_step: str


WRONG = {
    400: Wrong(
        "That could not be read",
        "Something in what your browser sent is not as it should be.",
        "Go back, open the page afresh and try again.",
    ),
    403: Wrong(
        "That came from another site",
        "Signpost only takes forms that were filled in on its own pages, so this one was not used.",
        "Open the page here and send it again.",
    ),
    404: Wrong(
        "This page is not here",
        "There is no school, policy or edition at this address. The link may be mistyped, or its last part was lost on the way.",
        "Check the address, or ask whoever gave you the link. Your school office can give you the policy itself.",
    ),
    405: Wrong(
        "That does not work here",
        "This address takes another kind of request than the one your browser made.",
        "Open the page from the start and use its form.",
    ),
    413: Wrong(
        "That is too long",
        "More was sent than Signpost reads at once. Nothing of it was kept.",
        "Go back, shorten it to the question itself, and send it again.",
    ),
    500: Wrong(
        "Something went wrong here",
        "That is Signpost's fault, not yours. What happened was noted for whoever looks after it, without anything you wrote.",
        "Try again in a minute. If it cannot wait, ask the school office, the head or your designated safeguarding lead.",
    ),
}


BROKEN = Wrong(
    "This case cannot be opened",
    "What is kept of it was damaged, or the key that opens it is missing. Nothing was changed, and every other case is as it was.",
    "Tell whoever runs Signpost at once. If somebody may be at risk, do not wait for it: act on what you know of the case.",
)


class Problems:
    """Makes the error pages; plain lines for the other doors' addresses, which no person reads."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def page(self, request: Request, status: int) -> Response:
        """The page for a status, that of 400 or 500 where the status has none of its own."""
        wrong = WRONG.get(status) or WRONG[500 if status >= 500 else 400]
        if of_other_door(request.scope["path"]):
            return PlainTextResponse(f"{wrong.title}.", status)
        return self._pages.page("problem.html", {"wrong": wrong}, status=status, store=False)

    async def on_http(self, request: Request, error: Exception) -> Response:
        """The page for an HTTPException, with the headers it carries."""
        if not isinstance(error, HTTPException):
            raise error
        if error.status_code in {204, 304}:
            return Response(status_code=error.status_code, headers=error.headers)
        response = self.page(request, error.status_code)
        response.headers.update(error.headers or {})
        return response

    async def on_broken(self, _: Request, __: Exception) -> Response:
        """The page for a case that cannot be opened: whatever was asked of it, it says the same."""
        response = self._pages.page("problem.html", {"wrong": BROKEN}, status=409, store=False)
        response.headers.update(QUIET)
        return response
