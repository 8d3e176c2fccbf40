"""Coverage: which topics a policy speaks of and how strictly, and on which of the topics most policies cover it is silent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from knowledge.errors import DataFault
from knowledge.health.finding import Finding, Kind, Severity, reading, sentence_units
from knowledge.health.tables import all_of, table
from knowledge.index import PolicyIndex
from knowledge.policy import Audience, Stance
from knowledge.topics import OFF_TOPIC

STRICTEST = (Stance.FORBIDS, Stance.ADVISES_AGAINST, Stance.CONDITIONS, Stance.REQUIRES, Stance.ALLOWS, Stance.INFORMS)
SILENT = "silent"
SPEAKS = 0.35  # topic probability from which a sentence is taken to be about a topic
PERSONS = ("pupil", "former_pupil", "parent", "colleague", "governor")


@dataclass(frozen=True, slots=True)
class Covered:
    """Whether a policy speaks of a topic: its strictest stance with the clause that takes it, or None and "" where it is silent."""

    topic: str
    title: str
    stance: Stance | None = None
    anchor: str = ""

    @property
    def said(self) -> str:
        """The stance in words, or "silent"."""
        return self.stance.value if self.stance else SILENT


@dataclass(frozen=True, slots=True)
class CoreTopic:
    """A topic most policies cover; see the head of core_topics.toml."""

    topic: str
    title: str
    speaks: tuple[tuple[re.Pattern[str], ...], ...]
    severity: Severity
    heading: bool = False
    staff_only: bool = False

    def met_by(self, text: str) -> bool:
        """Whether a sentence speaks of the topic."""
        return any(all(pattern.search(text) for pattern in line) for line in self.speaks)


@cache
def core_topics() -> tuple[CoreTopic, ...]:
    """The bundled core topics.

    Raises DataFault where the file is wrong.
    """
    name = "core_topics"
    try:
        return tuple(
            CoreTopic(
                topic=entry["topic"],
                title=entry["title"],
                speaks=tuple(all_of(name, line) for line in entry["speaks"]),
                severity=Severity(entry["severity"]),
                heading=entry.get("heading", False),
                staff_only=entry.get("staff_only", False),
            )
            for entry in table(name)["core"]
        )
    except (KeyError, ValueError) as error:
        raise DataFault(f"knowledge/health/core_topics.toml: {error}.", "Mend the entry it names; see the others.") from error


def coverage(index: PolicyIndex) -> dict[str, Covered]:
    """For every topic but off-topic, by id: whether the policy speaks of it, its strictest stance and the clause."""
    core = {entry.topic: entry for entry in core_topics()}
    found: dict[str, Covered] = {}
    for at, card in enumerate(index.model.cards):
        if card.id != OFF_TOPIC:
            units = _units_on(index, core[card.id]) if card.id in core else _likely_units(index, at, card.who, SPEAKS)
            found[card.id] = _strictest(index, card.id, card.title, _as_stated(index, card.id, units))
    return found


def silence_findings(index: PolicyIndex) -> list[Finding]:
    """The core topics the policy says nothing of."""
    return [
        Finding(
            Kind.SILENT,
            entry.severity,
            "",
            "",
            f"The policy says nothing of {entry.title}, which staff often ask about.",
            f"Decide the school's rule on {entry.title} and add a clause.",
        )
        for entry in core_topics()
        if entry.topic in index.model.index and not _as_stated(index, entry.topic, _units_on(index, entry))
    ]


def _units_on(index: PolicyIndex, core: CoreTopic) -> list[int]:
    """The sentences that speak of a core topic, by their words: the topic model alone is too free with its guesses to deny a silence."""
    return [
        at
        for at in sentence_units(index)
        if (not core.staff_only or index.binds_staff[index.units[at].clause]) and core.met_by(reading(index, at, with_heading=core.heading))
    ]


def _likely_units(index: PolicyIndex, topic: int, who: tuple[str, ...], least: float) -> list[int]:
    """The units likelier than `least` to be on a topic that name the kind of person it is about, where it is about one."""
    persons = [person for person in who if person in PERSONS]
    return [
        int(at)
        for at in np.flatnonzero(index.topics[:, topic] >= least)
        if not persons
        or any(index.unit_concepts[at].get(person) or index.concepts[index.units[at].clause].get(person) for person in persons)
    ]


def _as_stated(index: PolicyIndex, topic: str, units: list[int]) -> list[int]:
    """The units on a topic, with what people said of their clauses: those that are on it as wholes, and none of those that are not."""
    said = {clause: stance for (clause, of), stance in _stated(index).items() if of == topic}
    kept = [at for at in units if index.units[at].clause not in said]
    return sorted([*kept, *(index.units_of[clause][0] for clause, stance in said.items() if stance is not None)])


def _stated(index: PolicyIndex) -> Mapping[tuple[int, str], Stance | None]:
    from knowledge.corrections import stated_of  # which answers, and answering looks for contradictions in this package

    return stated_of(index)


def _strictest(index: PolicyIndex, topic: str, title: str, units: list[int]) -> Covered:
    """The strictest of what the units say, a rule for staff first, the front page last."""
    if not units:
        return Covered(topic, title)
    stated = _stated(index)

    def stance(at: int) -> Stance:
        return stated.get((index.units[at].clause, topic)) or index.units[at].stance

    def order(at: int) -> tuple[int, bool, bool, int]:
        clause = index.clauses[index.units[at].clause]
        return STRICTEST.index(stance(at)), Audience.STAFF not in clause.binds, not clause.section, at

    best = min(units, key=order)
    return Covered(topic, title, stance(best), index.clauses[index.units[best].clause].anchor)
