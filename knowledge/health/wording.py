"""Wording: rules left open by weak words, and duties that name nobody to carry them out or to report to."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from knowledge.errors import DataFault
from knowledge.health.finding import Finding, Kind, Severity
from knowledge.index import PolicyIndex, Unit
from knowledge.policy import Stance
from knowledge.wording import patterns

EXPLAINED = re.compile(r"^(?:this|that|these|which) (?:means?|includes?|is|are)\b|^(?:for example|i\.e|e\.g|that is)\b", re.IGNORECASE)
NAMED_POLICY = re.compile(r"\b(?:[A-Z][\w'’-]*(?:[ /&-]+(?:and |of |for )?))+(?:Policy|Policies|Procedures?|Guidance|Agreement)\b|\b(?:whistle.?blowing|complaints|grievance|safeguarding|child protection|disciplinary) (?:policy|procedures?|process)\b")
SOMEBODY = re.compile(
    rf"{patterns('clues')['person'].pattern}|\bsenior staff\b|\bleader\w*|\bmanagement\b|\bsite administrators?\b|\b(?:the )?(?:service )?provider\b|\bschool office\b|\bsafeguarding (?:lead|team|officer|partners)\b|\b[DH]SL\b|\b(?:data protection|e-?safety|online safety|computing|IT) (?:officer|lead|leader|co-?ordinator|technician|manager)\b|\bbursar\b|\bparents?\b[^.]*\binformed\b",
    re.IGNORECASE,
)
DUTY = r"(?:must|shall|should|will|need to|needs to|have to|has to|are to|is to|are required to|are expected to|are asked to|are encouraged to)"
REPORTS = re.compile(
    rf"\b{DUTY}\s+(?:\w+ly |also |always |never fail to )?(?:be )?(?:report(?:ed)?|raise[d]?|notif(?:y|ied)|escalate[d]?|refer(?:red)?|disclose[d]?|pass(?:ed)? on)\b|^(?:always |please |promptly |immediately |and )*(?:report(?:ing)?|raise|raising|notify|escalate)\b",
    re.IGNORECASE,
)
NOT_A_REPORT = re.compile(r"\b(?:how to|able to|ways? to|know who) (?:\w+ )?report\b|\brefer(?:red)? to (?:as|the|our|this|in|other)\b|\brais(?:e|ing|ed) (?:awareness|money|funds|standards|serious concerns|the profile)\b|\bwill raise\b", re.IGNORECASE)
NOT_DONE = re.compile(r"\b(?:not|never)\b(?:\W+\w+){0,5}\W+(?:report|rais|notif|disclos|refer|escalat)", re.IGNORECASE)
NOBODY_ACTS = re.compile(
    r"\b(?:policy|guidance|it|use|usage|compliance|breach(?:es)?|incidents?|reports?\b.{0,12}|accounts?|complaints?|allegations?|misuse|activity|access)\b[^.]{0,60}\b(?:will|shall|must|should|is to|are to) be (?:\w+ ){0,2}?(?:monitored|investigated|checked|audited|evaluated|kept under review|looked into|reviewed)\b|\bmonitoring of\b[^.]{0,60}\b(?:will|shall|must|should)\b",
    re.IGNORECASE,
)
BY_SOMEBODY = re.compile(r"\bby (?:the )?(?:school|governors?|governing|head\w*|management|senior|leadership|DSL|lead|committee|trust|staff|council|ICT|IT|network)\b|\b(?:the school|governors|we) (?:will|shall)\b", re.IGNORECASE)
NEAR = 2  # clauses of the same section within which a named person answers the question


@cache
def weak_words() -> tuple[tuple[re.Pattern[str], str, Severity], ...]:
    """The bundled weak words: pattern, the question each leaves open, severity.

    Raises DataFault where the file is wrong.
    """
    try:
        entries = tomllib.loads(files("knowledge.health").joinpath("wording.toml").read_text(encoding="utf-8"))["weak"]
        return tuple((re.compile(entry["found"], re.IGNORECASE), entry["ask"], Severity(entry["severity"])) for entry in entries)
    except (tomllib.TOMLDecodeError, KeyError, ValueError, re.error) as error:
        raise DataFault(f"knowledge/health/wording.toml: {error}.", "Mend the entry it names.") from error


def weak_findings(index: PolicyIndex) -> list[Finding]:
    """The rules whose words leave open what is asked, each clause and question once."""
    found: dict[tuple[str, str], Finding] = {}
    for at, unit, after in _sentences(index):
        if unit.stance is Stance.INFORMS or _background(index, unit) or (after and EXPLAINED.match(after.text)):
            continue
        for pattern, ask, severity in weak_words():
            if match := pattern.search(unit.text):
                clause = index.clauses[at]
                why = f"“{match.group().strip()}” leaves open {ask}, so two people can read the rule in two ways."
                found.setdefault((clause.anchor, ask), Finding(Kind.WEAK, severity, clause.anchor, unit.text, why, f"Say {ask}."))
                break
    return list(found.values())


def nobody_findings(index: PolicyIndex) -> list[Finding]:
    """The duties to report, check or monitor for which neither the clause nor those beside it name anybody."""
    found: dict[str, Finding] = {}
    for at, unit, _ in _sentences(index):
        clause = index.clauses[at]
        text = unit.text
        if _background(index, unit) or clause.anchor in found or NAMED_POLICY.search(text):
            continue
        if unit.stance is not Stance.FORBIDS and REPORTS.search(text) and not NOT_A_REPORT.search(text) and not NOT_DONE.search(text) and not _somebody_near(index, at):
            found[clause.anchor] = Finding(
                Kind.NOBODY, Severity.MEND, clause.anchor, text, "This asks for a report but neither it nor the rules beside it say to whom.", "Name the role to report to, and who stands in when that person is away or concerned."
            )
        elif NOBODY_ACTS.search(text) and not BY_SOMEBODY.search(text) and not _somebody_near(index, at, 1):
            found[clause.anchor] = Finding(Kind.NOBODY, Severity.MEND, clause.anchor, text, "This says that something will be checked or looked into but not by whom.", "Name the role that does it, and how often or how soon.")
    return list(found.values())


def _sentences(index: PolicyIndex) -> list[tuple[int, Unit, Unit | None]]:
    """The sentences of the policy as (clause, sentence, the next sentence of the clause)."""
    sentence_units = [unit for at, unit in enumerate(index.units) if not unit.whole or not _has_parts(index, at)]
    pairs = zip(sentence_units, [*sentence_units[1:], None], strict=True)
    return [(unit.clause, unit, after if after and after.clause == unit.clause else None) for unit, after in pairs]


def _has_parts(index: PolicyIndex, at: int) -> bool:
    return at + 1 < len(index.units) and not index.units[at + 1].whole


def _background(index: PolicyIndex, unit: Unit) -> bool:
    """Whether the sentence stands under a heading such as "Aims", where nothing is laid down."""
    section = index.clauses[unit.clause].section
    return bool(section) and bool(re.search(r"\b(?:aims?|objectives?|purpose|rationale|references|links?|related)\b", section[-1], re.IGNORECASE))


def _somebody_near(index: PolicyIndex, at: int, near: int = NEAR) -> bool:
    """Whether this clause, or one beside it in the same section, names a person or a policy that tells whom."""
    here = index.clauses[at]
    beside = [clause for clause in index.clauses[max(0, at - near) : at + near + 1] if clause.section == here.section]
    return any(SOMEBODY.search(clause.quotation) for clause in beside) or bool(NAMED_POLICY.search(here.text))
