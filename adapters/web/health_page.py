"""The health check of a policy as its page shows it: worst first, the topics it says nothing of drawn together into one finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.health import Finding, Kind, Severity
from knowledge.policy import Edition

BEFORE_TOPIC, AFTER_TOPIC = "The policy says nothing of ", ", which staff often ask about."
SEVERITY_TITLES = {Severity.SERIOUS: "Serious", Severity.MEND: "Worth mending", Severity.INFO: "For information"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding, with how to name the clauses it points to."""

    finding: Finding
    place: str
    against_place: str


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one severity, and the topics of that severity that the policy says nothing of."""

    title: str
    findings: tuple[Shown, ...]
    silent: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many findings it holds."""
        return len(self.findings) + len(self.silent)


def health_view(findings: Sequence[Finding], edition: Edition) -> tuple[Group, ...]:
    """The findings in groups, worst first; groups without any are left out."""
    groups = []
    for severity, title in SEVERITY_TITLES.items():
        of_this = [finding for finding in findings if finding.severity is severity]
        told = tuple(
            Shown(finding, _place(edition, finding.anchor), _place(edition, finding.against_anchor))
            for finding in of_this
            if finding.kind is not Kind.SILENT
        )
        silent = tuple(
            finding.why.removeprefix(BEFORE_TOPIC).removesuffix(AFTER_TOPIC) for finding in of_this if finding.kind is Kind.SILENT
        )
        if of_this:
            groups.append(Group(title, told, silent))
    return tuple(groups)


def _place(edition: Edition, anchor: str) -> str:
    """How to name a clause in a link: its number and nearest heading."""
    clause = edition.clause(anchor) if anchor else None
    if clause is None:
        return ""
    named = [clause.number, f"“{clause.section[-1]}”" if clause.section else "" if clause.number else "the front page"]
    return " ".join(part for part in named if part)
