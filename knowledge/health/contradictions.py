"""Contradictions: two clauses for the same people, one forbidding what the other allows, or naming different persons to turn to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

from rapidfuzz import fuzz

from knowledge.errors import DataFault
from knowledge.health.finding import Finding, Kind, Severity, reading, sentence_units, where
from knowledge.health.tables import all_of, compiled, table
from knowledge.index import PolicyIndex, Unit
from knowledge.policy import Clause, Stance
from knowledge.stance import SAYS

NAME = "contradictions"
PERSONS = {"pupil": "pupils", "former_pupil": "former pupils", "parent": "parents", "colleague": "colleagues"}
OPENLY = re.compile(r"^\W*(?:we|the school) (?:authorise|allow|permit|welcome)s?\b", re.IGNORECASE)
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
    """A sentence: its clause, the sentence alone and as it is read after its lead-in, and whom it names."""

    clause: Clause
    unit: Unit
    text: str
    persons: frozenset[str]


@cache
def acts(kind: str = "act") -> tuple[Act, ...]:
    """The bundled acts (or, of kind "duty", the duties).

    Raises DataFault where the file is wrong.
    """
    try:
        return tuple(
            Act(
                title=entry["title"],
                said=all_of(NAME, entry["said"]),
                who=entry.get("who", False),
                ban_without=compiled(NAME, (entry["ban_without"],)) if "ban_without" in entry else None,
                mild_without=compiled(NAME, (entry["mild_without"],)) if "mild_without" in entry else None,
                within=entry.get("within", False),
            )
            for entry in table(NAME)[kind]
        )
    except KeyError as error:
        raise DataFault(f"knowledge/health/contradictions.toml: an entry of {kind} has no {error}.", "Write it in.") from error


def clashes(index: PolicyIndex) -> Iterator[tuple[Act, str, list[tuple[Said, Said]]]]:
    """Each act, with the kind of person it is about, on which clauses disagree: all pairs of a ban and a milder sentence."""
    sentences = _said(index)
    for act in acts():
        about = [said for said in sentences if act.spoken_of(said.text)]
        bans = [said for said in about if _forbids(act, said)]
        mild = [said for said in about if _allows(act, said)]
        for person in PERSONS if act.who else ("",):
            if pairs := [(ban, free) for ban, free in product(bans, mild) if _may_clash(act, ban, free, person)]:
                yield act, person, pairs


def contradiction_findings(index: PolicyIndex) -> list[Finding]:
    """Pairs of clauses that cannot both be kept; each pair once, with everything it disagrees on, the ban first."""
    found: dict[tuple[str, str], tuple[Said, Said, list[str]]] = {}
    for act, person, pairs in clashes(index):
        ban, free = max(pairs, key=lambda pair: fuzz.token_set_ratio(pair[0].text, pair[1].text))
        key = (ban.clause.anchor, free.clause.anchor)
        found.setdefault(key, (ban, free, []))[2].append(act.title.replace("{who}", PERSONS.get(person, "")))
    return [_contradiction(ban, free, titles) for ban, free, titles in found.values()]


def person_findings(index: PolicyIndex) -> list[Finding]:
    """Pairs of clauses that send the same people with the same matter to different persons; one pair for each matter."""
    sentences = _said(index)
    found: list[Finding] = []
    for duty in acts("duty"):
        about = [said for said in sentences if said.unit.stance is not Stance.INFORMS and duty.spoken_of(said.text)]
        told = [(said, roles) for said in about if (roles := _roles(said.unit.text))]
        pairs = ((one, other) for at, one in enumerate(told) for other in told[at + 1 :])
        if pair := next((pair for pair in pairs if _name_others(*pair)), None):
            (one, first), (other, second) = pair
            names = f"{where(one.clause)} names {' and '.join(sorted(first))}, but {where(other.clause)} {' and '.join(sorted(second))}"
            why, to_do = f"For {duty.title}, {names}.", "Name the same person in both, and who stands in for them."
            here, there = (one.clause.anchor, one.unit.text), (other.clause.anchor, other.unit.text)
            found.append(Finding(Kind.PERSONS, Severity.MEND, *here, why, to_do, *there))
    return found


def _said(index: PolicyIndex) -> list[Said]:
    found: list[Said] = []
    for at in sentence_units(index):
        unit = index.units[at]
        persons = frozenset(name for name in PERSONS if index.unit_concepts[at].get(name, 0.0) >= 1.0)
        found.append(Said(index.clauses[unit.clause], unit, reading(index, at), persons))
    return found


def _forbids(act: Act, said: Said) -> bool:
    """Whether a sentence forbids the act outright, with no exception in its clause."""
    if said.unit.stance is not Stance.FORBIDS or OPENLY.search(said.unit.text):
        return False
    text = said.unit.text if act.within else said.clause.quotation
    excepted = compiled(NAME, tuple(table(NAME)["excepted"]["words"])).search(text) or SAYS["without_permission"].search(text)
    return not excepted and not (act.ban_without and act.ban_without.search(said.unit.text))


def _allows(act: Act, said: Said) -> bool:
    """Whether a sentence leaves the act open: allows it, with conditions or without, or only punishes it where done without permission."""
    text = said.unit.text
    if act.mild_without and act.mild_without.search(text):
        return False
    if said.unit.stance in {Stance.ALLOWS, Stance.CONDITIONS} or OPENLY.search(text):
        return True
    return said.unit.stance is Stance.INFORMS and bool(SAYS["consequence"].search(text)) and bool(SAYS["without_permission"].search(text))


def _may_clash(act: Act, ban: Said, free: Said, person: str) -> bool:
    """Whether a ban and a permission are for the same people and about the same persons."""
    if ban.clause.anchor == free.clause.anchor and (not act.within or ban.unit.text == free.unit.text):
        return False
    if person and not (person in ban.persons and person in free.persons):
        return False
    return bool(set(ban.clause.binds) & set(free.clause.binds))


def _contradiction(ban: Said, free: Said, titles: list[str]) -> Finding:
    matter = " and ".join(dict.fromkeys(titles))
    one, other = where(ban.clause), where(free.clause)
    if ban.clause.anchor == free.clause.anchor:
        why = f"On {matter}, {one} forbids in one sentence what it allows in another."
    else:
        judged = re.search(r"\bconsider|\bcareful|\bcaution", free.unit.text, re.IGNORECASE)
        leaves = "leaves it to judgement" if judged else "allows it, or allows it with conditions"
        pair = (f"one clause of {one}", f"another clause of {other}") if one == other else (one, other)
        why = f"On {matter}, {pair[0]} forbids it outright but {pair[1]} {leaves}."
    to_do = "Decide which is meant and change the other; until then the stricter one is shown first."
    here, there = (ban.clause.anchor, ban.unit.text), (free.clause.anchor, free.unit.text)
    return Finding(Kind.CONTRADICTION, Severity.SERIOUS, *here, why, to_do, *there)


def _name_others(one: tuple[Said, frozenset[str]], other: tuple[Said, frozenset[str]]) -> bool:
    """Whether two clauses tell the same people to turn to different persons."""
    if one[0].clause.anchor == other[0].clause.anchor or not set(one[0].clause.binds) & set(other[0].clause.binds):
        return False
    return not _with_senior(one[1]) & _with_senior(other[1])


def _roles(text: str) -> frozenset[str]:
    roles = table(NAME)["roles"]
    return frozenset(name for name, pattern in roles.items() if compiled(NAME, (pattern,)).search(text))


def _with_senior(roles: frozenset[str]) -> set[str]:
    """The roles, counting the head among the senior leaders: to tell one is to tell the other."""
    return set(roles) | (SENIOR if "senior leaders" in roles else set())
