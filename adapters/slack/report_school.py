"""The school that a report in Slack belongs to, found anew from the workspace each time, and whom to ring should the store be away."""

from __future__ import annotations

from typing import Any

from adapters.slack.answers import Answers
from adapters.slack.reading import presser_guest_of
from bot.concerns.concern import About
from bot.concerns.form import to_ring
from bot.concerns.reports import Reports
from bot.reply import Contact
from bot.school import NSPCC_HELPLINE, School
from knowledge.errors import SignpostError

TAKES_NONE = "Signpost takes no reports here. Tell a person: the designated safeguarding lead, the head, or the helpline."
NOT_HERE = (
    "No report can be made from here: this Slack workspace is not connected to a school, or you are here as a guest of another school. "
    "Tell a person at your own school, or the helpline."
)
JUST_TELL = "In person or by phone is quickest."


class NoReportsHere(SignpostError):
    """No report can be made by whoever tries, where they try."""


class ReportSchools:
    """The schools of workspaces, as reports need them."""

    def __init__(self, reports: Reports | None, answers: Answers) -> None:
        self._reports = reports
        self._answers = answers
        self._seen: dict[str, School] = {}  # by workspace; only for numbers to ring, so one that is a little old does no harm

    @property
    def reports(self) -> Reports:
        """Reports. Raises NoReportsHere where none are taken."""
        if self._reports is None:
            raise NoReportsHere(TAKES_NONE, JUST_TELL)
        return self._reports

    def must_find(self, body: dict[str, Any], team: str) -> str:
        """The short name of the school of whoever sent a delivery. Reads the store. Raises NoReportsHere."""
        if self._reports is None:
            raise NoReportsHere(TAKES_NONE, JUST_TELL)
        found = self._answers.school_for(team, presser_guest_of(body, team))
        if found is None:
            raise NoReportsHere(NOT_HERE, JUST_TELL)
        return found

    def school(self, body: dict[str, Any], team: str) -> School:
        """The school with those who hold its roles now. Reads the store. Raises NoReportsHere."""
        found = self.reports.filing.school(self.must_find(body, team))
        self._seen[team] = found
        return found

    def to_ring(self, team: str, about: frozenset[About] = frozenset()) -> tuple[Contact, ...]:
        """Whom to ring, nobody it is about; only the helpline where the school has not been seen since Signpost started."""
        school = self._seen.get(team)
        return to_ring(school, about) if school else (Contact(NSPCC_HELPLINE),)
