"""Wording: rules left open by weak words, and duties that name nobody to carry them out or to report to."""

from __future__ import annotations

import re
from functools import cache

from knowledge.errors import DataFault
from knowledge.health.finding import Finding, Kind, Severity, sentence_units
from knowledge.health.tables import compiled, table
from knowledge.index import PolicyIndex, Unit
from knowledge.policy import Stance
from knowledge.wording import patterns

NAMED_POLICY = re.compile(r"\b(?:[A-Z][\w'’-]*(?:[ /&-]+(?:and |of |for )?))+(?:Policy|Policies|Procedures?|Guidance|Agreement)\b")
NEAR = 2  # clauses of the same section within which a named person answers the question


@cache
def weak_words() -> tuple[tuple[re.Pattern[str], str, Severity], ...]:
    """The bundled weak words: pattern, the question each leaves open, severity.

    Raises DataFault where the file is wrong.
    """
    try:
        entries = table("wording")["weak"]
        return tuple((compiled("wording", (entry["found"],)), entry["ask"], Severity(entry["severity"])) for entry in entries)
    except (KeyError, ValueError) as error:
        raise DataFault(f"knowledge/health/wording.toml: {error}.", "Mend the entry it names; see the others.") from error


def weak_findings(index: PolicyIndex) -> list[Finding]:
    """The rules whose words leave open what is asked, each clause and question once."""
    found: dict[tuple[str, str], Finding] = {}
    for unit, after in _sentences(index):
        if unit.stance is Stance.INFORMS or _background(index, unit) or (after and _says("explained", after.text)):
            continue
        anchor = index.clauses[unit.clause].anchor
        for pattern, ask, severity in weak_words():
            if match := pattern.search(unit.text):
                why = f"“{match.group().strip()}” leaves open {ask}, so two people can read the rule in two ways."
                found.setdefault((anchor, ask), Finding(Kind.WEAK, severity, anchor, unit.text, why, f"Say {ask}."))
                break
    return list(found.values())


def nobody_findings(index: PolicyIndex) -> list[Finding]:
    """The duties to report, check or monitor for which neither the clause nor those beside it name anybody."""
    found: dict[str, Finding] = {}
    for unit, _ in _sentences(index):
        anchor = index.clauses[unit.clause].anchor
        if anchor in found or not index.binds_staff[unit.clause] or _background(index, unit) or _names_policy(unit.text):
            continue
        if unit.stance is not Stance.FORBIDS and _says("reports", unit.text) and not _says("no_report", unit.text):
            if not _somebody_near(index, unit.clause, NEAR):
                why = "This asks for a report, but neither it nor the rules beside it say to whom."
                to_do = "Name the role to report to, and who stands in when that person is away or concerned."
                found[anchor] = Finding(Kind.NOBODY, Severity.MEND, anchor, unit.text, why, to_do)
        elif _says("looked_into", unit.text) and not _says("by_somebody", unit.text) and not _somebody_near(index, unit.clause, 1):
            why = "This says that something will be checked or looked into, but not by whom."
            to_do = "Name the role that does it, and how often or how soon."
            found[anchor] = Finding(Kind.NOBODY, Severity.MEND, anchor, unit.text, why, to_do)
    return list(found.values())


def _says(what: str, text: str) -> bool:
    """Whether a text has one of the wordings of a list in wording.toml."""
    return bool(compiled("wording", tuple(table("wording")[what])).search(text))


def _sentences(index: PolicyIndex) -> list[tuple[Unit, Unit | None]]:
    """The sentences of the policy, each with the next one of its clause."""
    units = [index.units[at] for at in sentence_units(index)]
    pairs = zip(units, [*units[1:], None], strict=True)
    return [(unit, after if after and after.clause == unit.clause else None) for unit, after in pairs]


def _background(index: PolicyIndex, unit: Unit) -> bool:
    """Whether the sentence stands under a heading such as "Aims", where nothing is laid down."""
    section = index.clauses[unit.clause].section
    return bool(section) and _says("background", section[-1])


def _names_policy(text: str) -> bool:
    return bool(NAMED_POLICY.search(text)) or _says("named_policy", text)


def _somebody_near(index: PolicyIndex, at: int, near: int) -> bool:
    """Whether this clause, or one beside it in the same section, names a person; or this one a policy that tells whom."""
    here = index.clauses[at]
    beside = [clause for clause in index.clauses[max(0, at - near) : at + near + 1] if clause.section == here.section]
    person = patterns("clues")["person"]
    return any(person.search(clause.quotation) or _says("somebody", clause.quotation) for clause in beside) or _names_policy(here.text)
