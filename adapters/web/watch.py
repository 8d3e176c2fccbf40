"""What is counted and logged of the requests: methods, route patterns, statuses and times; never a path, a query, a word or a person."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable, Iterator
from time import perf_counter

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.guards import Problem, of_other_door

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
UNKNOWN = "unknown"
# Anybody may read the counts, also whoever a report is about: that somebody has just reported, or is at work at the desk, is not for them
# to see there. Visits to the report pages are not logged either: a line's time would undo that a nameless report's is kept to the hour.
REPORT = "/{school}/report"
UNCOUNTED = ("/{school}/desk", REPORT)
# A browser's first page asks for these: alone, without a page that is logged, they would say that somebody is on a report page just now.
STATIC = "/static/{name}"
GONE = 499  # the status by which servers note that the client left before it was answered
log = logging.getLogger("signpost.web")


class Metrics:
    """The web door's counts, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("signpost_requests", "HTTP requests answered.", ["method", "route", "status"], registry=self.registry)
        self.seconds = Histogram("signpost_request_seconds", "Seconds to answer an HTTP request.", ["route"], registry=self.registry)
        self.answers = Histogram("signpost_answer_seconds", "Seconds to answer a question on the web page.", registry=self.registry)
        self.replies = Counter("signpost_replies", "Replies on the web page, by how they came out.", ["standing"], registry=self.registry)

    def page(self, _: Request) -> Response:
        """The counts in the form Prometheus reads."""
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)


class Watch:
    """Counts and logs each request; turns an error nobody caught into a page, and logs where it arose but not what it said."""

    def __init__(self, app: ASGIApp, metrics: Metrics, problem: Problem) -> None:
        self._app, self._metrics, self._problem = app, metrics, problem
        self._patterns: dict[object, str] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = perf_counter(), 0

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting_status)
        except ClientDisconnect:  # nobody is there to be told
            status = GONE
        except Exception as error:  # the last stop: an error's own words may hold what somebody wrote, so they go no further
            log.error("%s at %s", type(error).__name__, " < ".join(where(error)), extra={"route": self._pattern(scope)})
            if status:
                raise ConnectionAbortedError("A response broke off.") from None
            await self._problem(Request(scope), 500)(scope, receive, noting_status)
        finally:
            self._note(scope, status, perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = self._pattern(scope)
        if route == STATIC and status < 500:
            return
        if not route.startswith(UNCOUNTED):
            self._metrics.requests.labels(method, route, status).inc()
            self._metrics.seconds.labels(route).observe(seconds)
        elif status >= 500:  # but that Signpost is broken is for whoever runs it to see: under one name for all of the desk, or of reports
            self._metrics.requests.labels(method, next(one for one in UNCOUNTED if route.startswith(one)), status).inc()
        if route.startswith(REPORT) and status < 500:
            return
        noted = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        # A report made in Slack or Teams comes in like every other delivery there, and its moment is not for the log either.
        level = logging.DEBUG if of_other_door(route) and status < 400 else logging.INFO
        log.log(level, "%s %s %d %.1f ms", *noted.values(), extra=noted)

    def _pattern(self, scope: Scope) -> str:
        if self._patterns is None:
            self._patterns = dict(_patterns(scope["app"].routes))
        return self._patterns.get(scope.get("endpoint"), UNKNOWN)


def where(error: BaseException) -> list[str]:
    """Where an error arose, innermost first, as "file:line name"; none of its words."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}" for frame in reversed(frames)]


def _patterns(routes: Iterable[BaseRoute], under: str = "") -> Iterator[tuple[object, str]]:
    for route in routes:
        path = f"{under}{getattr(route, 'path', '')}"
        if isinstance(route, Mount):
            yield route.app, path
            yield from _patterns(route.routes, path)
        elif endpoint := getattr(route, "endpoint", None):
            yield endpoint, path
