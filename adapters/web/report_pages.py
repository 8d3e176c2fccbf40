"""The report form, its receipt and the way back to a report, without signing in and without a cookie."""

from __future__ import annotations

from starlette.routing import BaseRoute

from adapters.web.pages import Pages
from bot.concerns.reports import Reports
from bot.ports import NewId


class ReportPages:
    """The pages of those who report. Nothing of who opens them is kept."""

    def __init__(self, reports: Reports, pages: Pages, new_id: NewId) -> None:
        self._reports = reports
        self._pages = pages
        self._new_id = new_id

    def routes(self) -> list[BaseRoute]:
        """Their addresses."""
        return []
