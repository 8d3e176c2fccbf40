"""What stands round every page: security headers, the check that a post comes from our own pages, and the most a request may hold."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OTHER_DOORS = ("/slack/", "/api/messages")  # these check signatures of their own, and are posted to by no browser
REPORT = re.compile(r"/[^/]+/report(?:/check)?")  # these check where a post comes from themselves, to give back what was written
DESK_FORM = re.compile(r"/[^/]+/desk/cases/[^/]+/[^/]+")  # a reply, a note or a decision
MOST_PAGE, MOST_OTHER = 64 * 1024, 1024 * 1024  # bytes of a body
MOST_STORY = 256 * 1024
# Far more than is ever kept (uploads.py): what is too much is read and dropped, else a browser shows that the connection broke, and the
# story written beside a long video is gone.
MOST_WITH_FILES = 512 * 1024 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; connect-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
ONE_YEAR = "max-age=31536000"

Problem = Callable[[Request, int], Response]


def of_other_door(path: str) -> bool:
    """Whether a path belongs to a door that looks after itself."""
    return path.startswith(OTHER_DOORS)


def of_report(path: str) -> bool:
    """Whether a path is of the pages on which reports are made and come back to."""
    return bool(REPORT.fullmatch(path))


def most_bytes(scope: Scope) -> int:
    """How many bytes the body of a request may have."""
    if of_other_door(scope["path"]):
        return MOST_OTHER
    if DESK_FORM.fullmatch(scope["path"]):
        return MOST_STORY
    if not of_report(scope["path"]):
        return MOST_PAGE
    with_files = Headers(scope=scope).get("content-type", "").lower().startswith("multipart/form-data")
    return MOST_WITH_FILES if with_files else MOST_STORY


def same_site(headers: Headers, public_url: str) -> bool:
    """Whether a post came from a page of ours, by what browsers say of it and no page can forge; no browser says nothing at all."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site in {"same-origin", "none"}:
        return True
    if origin is None:
        return site is None
    if public_url and origin == _origin(public_url):
        return True
    return site is None and bool(origin) and urlsplit(origin).netloc == headers.get("host")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class SecurityHeaders:
    """Adds the security headers to every response that does not set its own."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self._app = app
        self._headers = HEADERS | ({"Strict-Transport-Security": ONE_YEAR} if public_url.startswith("https://") else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class OriginCheck:
    """Refuses posts that another site's page sends with the reader's browser."""

    def __init__(self, app: ASGIApp, public_url: str, problem: Problem) -> None:
        self._app, self._public_url, self._problem = app, public_url, problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _checked(scope) and not same_site(Headers(scope=scope), self._public_url):
            await self._problem(Request(scope), 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _checked(scope: Scope) -> bool:
    """Whether it is asked here where a request comes from."""
    if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
        return False
    return not (of_other_door(scope["path"]) or of_report(scope["path"]))


class TooMuch(Exception):
    """A body went on past what may be read: the sender's fault."""


class BodyLimits:
    """Refuses bodies that say they are too long before reading them, and stops reading those that turn out to be."""

    def __init__(self, app: ASGIApp, problem: Problem) -> None:
        self._app, self._problem = app, problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = most_bytes(scope)
        stated = Headers(scope=scope).get("content-length", "0")
        if not stated.isdecimal() or int(stated) > most:
            await self._problem(Request(scope), 413 if stated.isdecimal() else 400)(scope, receive, send)
            return
        started = False

        async def noting_start(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, _counted(receive, most), noting_start)
        except TooMuch:
            if started:
                raise
            await self._problem(Request(scope), 413)(scope, receive, send)


def _counted(receive: Receive, most: int) -> Callable[[], Awaitable[Message]]:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise TooMuch
        return message

    return counted
