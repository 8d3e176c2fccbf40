"""Small invented policies for the tests of the health check."""

from __future__ import annotations

from datetime import date

from knowledge.health import Finding, Kind, check
from knowledge.index import PolicyIndex
from knowledge.topics.fitted import topic_model
from tests.shared_files import edition

TODAY = date(2026, 11, 21)
FRONT = "Social Media Policy\n\nElm Row Primary School\n\nAdopted: 3 March 2026\n\nNext review date: March 2027\n\n"


def index_of(text: str, front: str = FRONT) -> PolicyIndex:
    return PolicyIndex(edition(front + text), topic_model())


def found(text: str, kind: Kind, front: str = FRONT, today: date = TODAY) -> list[Finding]:
    return [finding for finding in check(index_of(text, front), today) if finding.kind is kind]


def dated(adopted: str, review: str) -> str:
    return f"Social Media Policy\n\nElm Row Primary School\n\n{adopted}\n\n{review}\n\n"


RULE = "1 Conduct\n\nStaff must not write about pupils on their own pages at any time, whatever the settings of the page.\n"
