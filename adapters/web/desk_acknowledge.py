"""Acknowledging a report with the link of an e-mail: no sign-in, and nothing of the report but its reference."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.web.desk_session import Entrance
from bot.concerns.acknowledging import NONE, Acknowledged, Came
from bot.concerns.reports import Reports
from bot.school import School

LINK = re.compile(r"[\w-]{64,1000}", re.ASCII)  # far more than a token has


class AcknowledgePages:
    """What such a link opens. Looking at it changes nothing: link scanners and previews look too; the button on it does."""

    def __init__(self, reports: Reports, entrance: Entrance) -> None:
        self._by_link = reports.by_link
        self._entrance = entrance

    def routes(self) -> list[BaseRoute]:
        """Its address."""
        return [
            Route("/{school}/desk/acknowledge/{token}", self.offer, methods=["GET"]),
            Route("/{school}/desk/acknowledge/{token}", self.take, methods=["POST"]),
        ]

    def offer(self, request: Request) -> Response:
        """The question whether to take the report; how it stands where somebody has taken it already."""
        school, token = self._entrance.school(request), _token(request)
        return self._page(school, token, self._by_link.look(school.id, token) if token else NONE)

    def take(self, request: Request) -> Response:
        """How it came out to take the report."""
        school, token = self._entrance.school(request), _token(request)
        return self._page(school, token, self._by_link.take(school.id, token) if token else NONE)

    def _page(self, school: School, token: str, found: Acknowledged) -> Response:
        """One page, word for word, for a link that is forged, over, of another school, or no longer its holder's to use."""
        works = found.came in {Came.WAITS, Came.MINE, Came.TAKEN}
        told = {
            "came": found.came.value if works else "",
            "reference": found.reference if works else "",
            "by": found.by.value if works and found.by else "",
            "token": token if works else "",
        }
        return self._entrance.page("desk_acknowledge.html", school, None, told, 200 if works else 404)


def _token(request: Request) -> str:
    token = str(request.path_params["token"])
    return token if LINK.fullmatch(token) else ""
