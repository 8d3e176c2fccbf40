"""A finding: one thing about a policy that its keeper should know, with the words it stands on and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from knowledge.index import PolicyIndex
from knowledge.policy import Clause, Edition
from knowledge.sentences import sentences


class Severity(StrEnum):
    """How much a finding matters, worst first."""

    SERIOUS = "serious"
    MEND = "worth mending"
    INFO = "for information"


class Kind(StrEnum):
    """What a finding is about."""

    REVIEW = "review date"
    DRAFTING = "drafting note"
    CONTRADICTION = "contradiction"
    PERSONS = "different persons named"
    REFERENCE = "out-of-date reference"
    SILENT = "topic not covered"
    NOBODY = "nobody named"
    WEAK = "weak wording"
    NUMBERING = "numbering"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    ``anchor`` and ``quote``: the clause and its own words, "" where it is about the policy as a whole.
    ``against_anchor`` and ``against_quote``: the second clause, where two disagree.
    """

    kind: Kind
    severity: Severity
    anchor: str
    quote: str
    why: str
    what_to_do: str
    against_anchor: str = ""
    against_quote: str = ""


def worst_first(findings: list[Finding], edition: Edition) -> list[Finding]:
    """The findings by severity, then kind, then place in the policy."""
    severities, kinds = list(Severity), list(Kind)
    place = {clause.anchor: at for at, clause in enumerate(edition.clauses)}
    return sorted(findings, key=lambda one: (severities.index(one.severity), kinds.index(one.kind), place.get(one.anchor, -1)))


def all_sentences(edition: Edition) -> Iterator[tuple[Clause, str]]:
    """Every sentence of every clause, in order."""
    for clause in edition.clauses:
        for sentence in sentences(clause.text):
            yield clause, sentence


def sentence_units(index: PolicyIndex) -> list[int]:
    """The places in `index.units` of the policy's sentences: whole clauses only where they are one sentence."""
    units = index.units
    return [at for at, unit in enumerate(units) if not unit.whole or at + 1 == len(units) or units[at + 1].whole]


def reading(index: PolicyIndex, at: int, *, with_heading: bool = False) -> str:
    """A sentence as it is read: after its lead-in where it is the clause's first, and after its heading where that is asked for."""
    unit = index.units[at]
    clause = index.clauses[unit.clause]
    first = unit.whole or index.units[at - 1].whole
    parts = (" ".join(clause.section[-1:]) if with_heading else "", clause.lead_in if first else "", unit.text)
    return " ".join(part for part in parts if part)


def where(clause: Clause) -> str:
    """How to name a clause in a sentence: "6.7" or "“Monitoring”" or "the front page"."""
    if clause.number:
        return clause.number
    return f"“{clause.section[-1]}”" if clause.section else "the front page"
