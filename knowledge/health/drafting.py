"""Drafting notes left in: what was meant for the people who wrote the policy and would be quoted to staff as if it were a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.health.finding import Finding, Kind, Severity, all_sentences
from knowledge.health.tables import compiled, table
from knowledge.policy import Edition
from knowledge.sentences import sentences

STRAY_LETTER = re.compile(r"[.!?…]['\"”’)]*\s+[B-Zb-z]\s*$")  # "… is suspected. I": the rest of a sentence was lost
RUN_OF_PAGES = {"contents", "page number", "signature", "end mark"}  # left out of the clauses for good reason


@dataclass(frozen=True, slots=True)
class _Place:
    anchor: str
    text: str


def drafting_findings(edition: Edition) -> list[Finding]:
    """The drafting notes, placeholders and cut-off ends in the policy, each once."""
    found: dict[str, Finding] = {}
    for place in _last_sentences(edition):
        if place.text.rstrip().endswith("?") and _to_drafters(place.text):
            why = "This is a question to the people who drafted the policy, not a rule; staff who ask would be shown it."
            found.setdefault(
                place.text, _finding(place, Severity.SERIOUS, why, "Decide the question, then write the answer or take the note out.")
            )
    for clause in edition.clauses:
        if STRAY_LETTER.search(clause.text):
            why = f"The clause ends in a stray “{clause.text.split()[-1]}”: the start of a sentence whose rest is missing."
            place = _Place(clause.anchor, clause.text)
            found[clause.text] = _finding(place, Severity.MEND, why, "Find the lost sentence in an older copy, or delete the letter.")
    for clause, sentence in all_sentences(edition):
        if (left := _left_in(sentence)) and sentence not in found:
            why = f"This holds {left}, left in when the policy was issued."
            place = _Place(clause.anchor, sentence)
            found[sentence] = _finding(place, Severity.SERIOUS, why, "Fill it in or take it out before the policy is published again.")
    return list(found.values())


def _last_sentences(edition: Edition) -> Iterator[_Place]:
    """The last sentence of each clause, and lines that stand alone: lead-ins, headings and what was left out.

    A question in the middle of a clause has its answer after it, so it was meant for the reader.
    """
    for clause in edition.clauses:
        yield _Place(clause.anchor, sentences(clause.text)[-1])
        if clause.lead_in:
            yield _Place(clause.anchor, sentences(clause.lead_in)[-1])
    for path in edition.headings:
        yield _Place("", path[-1])
    for line in edition.left_out:
        if line.why not in RUN_OF_PAGES:
            yield _Place("", line.text)


def _to_drafters(text: str) -> bool:
    words = table("drafting")
    return bool(
        compiled("drafting", tuple(words["question_opens"])).search(text)
        and compiled("drafting", tuple(words["question_about"])).search(text)
    )


def _left_in(sentence: str) -> str:
    """What kind of note a sentence holds, or ""."""
    words = table("drafting")
    for group, flags in (("any_case", re.IGNORECASE), ("exact", re.NOFLAG)):
        for what, alternatives in words[group].items():
            if compiled("drafting", tuple(alternatives), flags).search(sentence):
                return str(what)
    return ""


def _finding(place: _Place, severity: Severity, why: str, what_to_do: str) -> Finding:
    return Finding(Kind.DRAFTING, severity, place.anchor, place.text, why, what_to_do)
