"""Contradictions: two clauses for the same people, one forbidding outright what the other allows, or naming different persons to turn to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product

from rapidfuzz import fuzz

from knowledge.errors import DataFault
from knowledge.health.finding import Finding, Kind, Severity, where
from knowledge.index import PolicyIndex, Unit
from knowledge.policy import Clause, Stance
from knowledge.stance import SAYS

PERSONS = {"pupil": "pupils", "former_pupil": "former pupils", "parent": "parents", "colleague": "colleagues"}
# A ban that names its exceptions anywhere in the clause is not outright.
EXCEPTED = re.compile(r"\bexcept\w*\b|\bunless\b|\bother than\b|\bapart from\b|\bbeyond (?:our|the)\b|\bsome (?:cases|circumstances)\b|\bwithout\b", re.IGNORECASE)
ROLES = (
    ("the head", re.compile(r"\bhead ?teacher|\bthe head\b|\bprincipal\b|\bhead of school\b", re.IGNORECASE)),
    ("senior leaders", re.compile(r"\bsenior (?:\w+ )?(?:leader\w*|manage\w+|staff|team)|\bSLT\b|\bSMT\b", re.IGNORECASE)),
    ("the line manager", re.compile(r"\b(?:line |their |your )manager\b", re.IGNORECASE)),
    ("the designated safeguarding lead", re.compile(r"\bdesignated (?:safeguarding |child protection |member|person|staff|teacher|officer|lead)|\bD[SD]?SL\b|\bsafeguarding lead\b|\bchild protection (?:officer|lead)\b", re.IGNORECASE)),
    ("the business manager", re.compile(r"\bbusiness manager\b|\bbursar\b", re.IGNORECASE)),
    ("the data protection officer", re.compile(r"\bdata protection officer\b|\bDPO\b", re.IGNORECASE)),
    ("the school office", re.compile(r"\bschool office\b", re.IGNORECASE)),
    ("the IT lead", re.compile(r"\b(?:IT|ICT|computing|e-?safety|online safety) (?:lead\w*|manager|co-?ordinator|technician|support)\b", re.IGNORECASE)),
)
SENIOR = {"the head", "the designated safeguarding lead", "the business manager"}  # who are senior leaders anyway


@dataclass(frozen=True, slots=True)
class Act:
    """Something two clauses can disagree on; see the head of contradictions.toml."""

    title: str
    said: tuple[re.Pattern[str], ...]
    who: bool = False
    ban_without: re.Pattern[str] | None = None
    mild_without: re.Pattern[str] | None = None
    within: bool = False

    def spoken_of(self, text: str) -> bool:
        """Whether a text speaks of the act."""
        return all(pattern.search(text) for pattern in self.said)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that speaks of an act: its clause, the sentence alone and with its lead-in."""

    clause: Clause
    unit: Unit
    text: str
    persons: frozenset[str]


@cache
def acts(table: str = "act") -> tuple[Act, ...]:
    """The bundled acts (or, with table "duty", the duties).

    Raises DataFault where the file is wrong.
    """
    try:
        entries = tomllib.loads(files("knowledge.health").joinpath("contradictions.toml").read_text(encoding="utf-8"))[table]
        return tuple(
            Act(
                title=entry["title"],
                said=tuple(re.compile(pattern, re.IGNORECASE) for pattern in entry["said"]),
                who=entry.get("who", False),
                ban_without=re.compile(entry["ban_without"], re.IGNORECASE) if "ban_without" in entry else None,
                mild_without=re.compile(entry["mild_without"], re.IGNORECASE) if "mild_without" in entry else None,
                within=entry.get("within", False),
            )
            for entry in entries
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, re.error) as error:
        raise DataFault(f"knowledge/health/contradictions.toml: {error}.", "Mend the entry it names.") from error


def contradiction_findings(index: PolicyIndex) -> list[Finding]:
    """Pairs of clauses that cannot both be kept; each pair once, with everything it disagrees on, the ban first."""
    sentences = _said(index)
    found: dict[tuple[str, str], tuple[Said, Said, list[str]]] = {}
    for act in acts():
        about = [said for said in sentences if act.spoken_of(said.text)]
        bans = [said for said in about if said.unit.stance is Stance.FORBIDS and not _excepted(act, said) and not (act.ban_without and act.ban_without.search(said.unit.text))]
        mild = [said for said in about if _allows(said) and not (act.mild_without and act.mild_without.search(said.unit.text))]
        for person in PERSONS if act.who else ("",):
            pairs = [(ban, free) for ban, free in product(bans, mild) if _may_clash(act, ban, free, person)]
            if pairs:
                ban, free = max(pairs, key=lambda pair: fuzz.token_set_ratio(pair[0].text, pair[1].text))
                key = (ban.clause.anchor, free.clause.anchor)
                found.setdefault(key, (ban, free, []))[2].append(act.title.replace("{who}", PERSONS.get(person, "")))
    return [_contradiction(ban, free, titles) for ban, free, titles in found.values()]


def person_findings(index: PolicyIndex) -> list[Finding]:
    """Pairs of clauses that send people with the same matter to different persons."""
    sentences = _said(index)
    found: list[Finding] = []
    for duty in acts("duty"):
        told = [(said, roles) for said in sentences if said.unit.stance is not Stance.INFORMS and duty.spoken_of(said.text) and (roles := _roles(said.unit.text))]
        for at, (one, first) in enumerate(told):
            clash = next(((other, second) for other, second in told[at + 1 :] if other.clause.anchor != one.clause.anchor and not _with_senior(first) & _with_senior(second) and set(one.clause.binds) & set(other.clause.binds)), None)
            if clash:
                other, second = clash
                why = f"For {duty.title}, {where(one.clause)} names {' and '.join(sorted(first))}, but {where(other.clause)} names {' and '.join(sorted(second))}."
                found.append(Finding(Kind.PERSONS, Severity.MEND, one.clause.anchor, one.unit.text, why, "Name the same person in both, and who stands in for them.", other.clause.anchor, other.unit.text))
                break
    return found


def _said(index: PolicyIndex) -> list[Said]:
    """Every sentence of the policy, with the lead-in where it is the clause's first."""
    found: list[Said] = []
    for at, unit in enumerate(index.units):
        clause = index.clauses[unit.clause]
        if unit.whole and at + 1 < len(index.units) and not index.units[at + 1].whole:
            continue  # its sentences follow
        first = at == 0 or index.units[at - 1].whole or unit.whole
        text = f"{clause.lead_in} {unit.text}" if first and clause.lead_in else unit.text
        persons = frozenset(name for name in PERSONS if index.unit_concepts[at].get(name, 0.0) >= 1.0)
        found.append(Said(clause, unit, text, persons))
    return found


def _excepted(act: Act, said: Said) -> bool:
    return bool(EXCEPTED.search(said.unit.text if act.within else said.clause.quotation))


def _allows(said: Said) -> bool:
    """Whether a sentence leaves the act open: it allows it, with conditions or without, or only punishes it where done without permission."""
    if said.unit.stance in {Stance.ALLOWS, Stance.CONDITIONS}:
        return True
    return said.unit.stance is Stance.INFORMS and bool(SAYS["consequence"].search(said.unit.text)) and bool(SAYS["without_permission"].search(said.unit.text))


def _may_clash(act: Act, ban: Said, free: Said, person: str) -> bool:
    if ban.clause.anchor == free.clause.anchor and (not act.within or ban.unit.text == free.unit.text):
        return False
    if person and not (person in ban.persons and person in free.persons):
        return False
    return bool(set(ban.clause.binds) & set(free.clause.binds))


def _contradiction(ban: Said, free: Said, titles: Sequence[str]) -> Finding:
    matter = " and ".join(dict.fromkeys(titles))
    if ban.clause.anchor == free.clause.anchor:
        why = f"On {matter}, {where(ban.clause)} forbids in one sentence what it allows in another."
    else:
        leaves = "leaves it to judgement" if re.search(r"\bconsider|\bcareful|\bcaution", free.unit.text, re.IGNORECASE) else "allows it, or allows it with conditions"
        why = f"On {matter}, {where(ban.clause)} forbids it outright but {where(free.clause)} {leaves}."
    return Finding(Kind.CONTRADICTION, Severity.SERIOUS, ban.clause.anchor, ban.unit.text, why, "Decide which is meant and change the other; until then the stricter one is shown first.", free.clause.anchor, free.unit.text)


def _roles(text: str) -> frozenset[str]:
    return frozenset(name for name, pattern in ROLES if pattern.search(text))


def _with_senior(roles: frozenset[str]) -> set[str]:
    """The roles, counting the head among the senior leaders: to tell one is to tell the other."""
    return set(roles) | (SENIOR if "senior leaders" in roles else set())
