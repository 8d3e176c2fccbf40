"""Drafting notes left in: what was meant for the people who wrote the policy and would be quoted to staff as if it were a rule."""

from __future__ import annotations

import re

from knowledge.sentences import sentences
from knowledge.health.finding import Finding, Kind, Severity, all_sentences
from knowledge.policy import Clause, Edition

# "Do we need to mention …?" is asked of the drafters; "Can I use my phone?" of a frequently-asked list is not.
TO_DRAFTERS = re.compile(
    r"^(?:\W*)(?:do|does|should|shall|can|could|must|would|is|are|have|has)\s+(?:we|you|this|the (?:policy|section|paragraph)|there)\b[^?]*"
    r"\b(?:need to|want to|refer\w*|includ\w*|add|mention\w*|specif\w*|reword\w*|cross-refer\w*|section|paragraph|wording|sentence|policy|still (?:true|correct|right|current))\b[^?]*\?\s*$",
    re.IGNORECASE,
)
WORDINGS = r"\b(?:refer|mention|includ|specif|reword|section|paragraph|wording|sentence|polic|add\b|say\b|cover\b|still)"
PLACEHOLDERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a gap to be filled in", re.compile(r"\bT\.?B\.?[CAD]\b|[(\[]\s*to be (?:confirmed|agreed|added|completed|decided)[^)\]]*[)\]]|\bto be confirmed\W*$")),
    ("a gap to be filled in", re.compile(r"[\[<{(]\s*(?:insert|add|enter|name of|school name|name|date|school|role|title|delete|amend|e-?mail|phone|number|x+|your)\b[^\]>})]{0,60}[\]>}]", re.IGNORECASE)),
    ("a gap to be filled in", re.compile(r"\binsert (?:the |your |school |a )?(?:name|date|school|here|title|link|details|number|role|logo|text|policy)\b|\(\s*insert\b", re.IGNORECASE)),
    ("a gap to be filled in", re.compile(r"\bX{2,}\b|\b[xX]{2}[/.-][xX]{2}\b|_{4,}")),
    ("a mark of doubt", re.compile(r"\?{2,}")),
    ("an instruction to whoever adapts a model policy", re.compile(r"\b(?:delete|amend|adapt|edit|customise) (?:as|where|if) (?:appropriate|applicable|necessary|required|needed)\b|\bschools? (?:should|may|to) (?:insert|amend|adapt|delete)\b", re.IGNORECASE)),
    (
        "a remark to the drafters",
        re.compile(r"\bnote to (?:self|drafters?|author|editor|HT|head|SLT|governors)\b|\bcomment(?:ed)? \[|\b(?:text|highlighted|shown) in (?:yellow|red)\b|\btrack(?:ed)? changes\b|\blorem ipsum\b|\b(?:to|please) check with\b[^.]{0,40}\bbefore (?:issu|publi)", re.IGNORECASE),
    ),
    ("a draft mark", re.compile(r"\bDRAFT\b|\b(?:first|second|final|working) draft\b")),
)
# "… is suspected. I": the rest of a sentence was lost.
STRAY_LETTER = re.compile(r"[.!?…]['\"”’)]*\s+([B-Zb-z]|[a-zA-Z]{1,2}\s*[-–])\s*$")


def drafting_findings(edition: Edition) -> list[Finding]:
    """The drafting notes, placeholders and cut-off ends in the policy's clauses."""
    found: list[Finding] = []
    for clause in edition.clauses:
        last = sentences(clause.text)[-1] if clause.text else ""
        if TO_DRAFTERS.match(last) and re.search(WORDINGS, last, re.IGNORECASE):
            found.append(_finding(clause, last, Severity.SERIOUS, "This is a question to the people who drafted the policy, not a rule; staff who ask would be shown it.", "Decide the question, then write the answer or take the note out."))
        if STRAY_LETTER.search(clause.text):
            found.append(_finding(clause, clause.text, Severity.MEND, f"The clause ends in a stray “{clause.text.split()[-1]}”: the start of a sentence whose rest is missing.", "Find the lost sentence in an older copy, or delete the letter."))
    for clause, sentence in all_sentences(edition):
        if said := next((what for what, pattern in PLACEHOLDERS if pattern.search(sentence)), ""):
            found.append(_finding(clause, sentence, Severity.SERIOUS, f"This holds {said}, left in when the policy was issued.", "Fill it in or take it out before the policy is published again."))
    return found


def _finding(clause: Clause, quote: str, severity: Severity, why: str, what_to_do: str) -> Finding:
    return Finding(Kind.DRAFTING, severity, clause.anchor, quote, why, what_to_do)
