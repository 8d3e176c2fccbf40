"""The desk: signing in with a link, the list of cases, and one case with all that can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from starlette.routing import BaseRoute

from adapters.web.pages import Pages
from bot.concerns.concern import Concern
from bot.concerns.desk import OpenCase
from bot.concerns.reports import Reports
from bot.ports import NewId, Now


class Papers(Protocol):
    """What is written out of the desk as files."""

    def chronology_pdf(self, opened: OpenCase) -> bytes:
        """A case as PDF."""

    def chronology_csv(self, opened: OpenCase) -> bytes:
        """A case as CSV."""

    def figures_csv(self, concerns: Sequence[Concern]) -> bytes:
        """Governors' figures as CSV."""

    def figures_svg(self, concerns: Sequence[Concern]) -> str:
        """Governors' figures as a chart, to stand in a page."""


class DeskPages:
    """The pages of those who look after reports. Who is signed in is asked for each page."""

    def __init__(self, reports: Reports, papers: Papers, pages: Pages, *, public_url: str, now: Now, new_id: NewId) -> None:
        self._reports = reports
        self._papers = papers
        self._pages = pages
        self._public_url = public_url
        self._now = now
        self._new_id = new_id

    def routes(self) -> list[BaseRoute]:
        """Their addresses."""
        return []
