"""The health check: what the keeper of a policy should mend, worst first; and which topics the policy speaks of."""

from __future__ import annotations

from datetime import date

from knowledge.health.contents import numbering_findings
from knowledge.health.contradictions import contradiction_findings, person_findings
from knowledge.health.covered import SILENT, Covered, coverage, silence_findings
from knowledge.health.dates import review_findings
from knowledge.health.drafting import drafting_findings
from knowledge.health.finding import Finding, Kind, Severity, worst_first
from knowledge.health.references import reference_findings
from knowledge.health.wording import nobody_findings, weak_findings
from knowledge.index import PolicyIndex

__all__ = ["SILENT", "Covered", "Finding", "Kind", "Severity", "check", "coverage"]


def check(index: PolicyIndex, today: date) -> list[Finding]:
    """All findings on a policy as it stands on the day `today`, worst first."""
    edition = index.edition
    drafting = drafting_findings(edition)
    notes = {(finding.anchor, finding.quote) for finding in drafting}
    rules = [
        finding for finding in (*weak_findings(index), *nobody_findings(index)) if (finding.anchor, finding.quote) not in notes
    ]  # a note to be taken out need not be reworded
    found = [
        *review_findings(edition, today),
        *drafting,
        *contradiction_findings(index),
        *person_findings(index),
        *reference_findings(edition, today),
        *silence_findings(index),
        *rules,
        *numbering_findings(edition),
    ]
    return worst_first(found, edition)
