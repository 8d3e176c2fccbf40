"""Coverage: which topics a policy speaks of and how strictly, and on which of the topics most policies cover it is silent."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from knowledge.errors import DataFault
from knowledge.health.finding import Finding, Kind, Severity
from knowledge.index import PolicyIndex
from knowledge.policy import Audience, Stance
from knowledge.topics import OFF_TOPIC

STRICTEST = (Stance.FORBIDS, Stance.ADVISES_AGAINST, Stance.CONDITIONS, Stance.REQUIRES, Stance.ALLOWS, Stance.INFORMS)
SILENT = "silent"
SPEAKS = 0.35  # topic probability from which a sentence is taken to be about a topic
PLAINLY = 0.6  # and from which it speaks of a core topic though none of the topic's words are in it
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
    also: tuple[str, ...] = ()
    heading: bool = False
    staff_only: bool = False


@cache
def core_topics() -> tuple[CoreTopic, ...]:
    """The bundled core topics.

    Raises DataFault where the file is wrong.
    """
    try:
        entries = tomllib.loads(files("knowledge.health").joinpath("core_topics.toml").read_text(encoding="utf-8"))["core"]
        return tuple(
            CoreTopic(
                topic=entry["topic"],
                title=entry["title"],
                speaks=tuple(tuple(re.compile(pattern, re.IGNORECASE) for pattern in line) for line in entry["speaks"]),
                severity=Severity(entry["severity"]),
                also=tuple(entry.get("also", ())),
                heading=entry.get("heading", False),
                staff_only=entry.get("staff_only", False),
            )
            for entry in entries
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, re.error) as error:
        raise DataFault(f"knowledge/health/core_topics.toml: {error}.", "Mend the entry it names.") from error


def coverage(index: PolicyIndex) -> dict[str, Covered]:
    """For every topic but off-topic, by id: whether the policy speaks of it, its strictest stance and the clause."""
    core = {entry.topic: entry for entry in core_topics()}
    found: dict[str, Covered] = {}
    for at, card in enumerate(index.model.cards):
        if card.id != OFF_TOPIC:
            units = _units_on(index, core[card.id]) if card.id in core else _likely_units(index, at, card.who, SPEAKS)
            found[card.id] = _strictest(index, card.id, card.title, units)
    return found


def silence_findings(index: PolicyIndex) -> list[Finding]:
    """The core topics the policy says nothing of."""
    return [
        Finding(Kind.SILENT, entry.severity, "", "", f"The policy says nothing of {entry.title}, which most policies cover.", f"Decide the school's rule on {entry.title} and add a clause.")
        for entry in core_topics()
        if entry.topic in index.model.index and not _units_on(index, entry)
    ]


def _units_on(index: PolicyIndex, core: CoreTopic) -> list[int]:
    """The units that speak of a core topic: by its words, else plainly by the topic model."""
    by_words = [at for at in range(len(index.units)) if (not core.staff_only or index.binds_staff[index.units[at].clause]) and any(all(pattern.search(_reading(index, at, core)) for pattern in line) for line in core.speaks)]
    if by_words:
        return [at for at in by_words if not index.units[at].whole] or by_words
    cards = {card.id: card for card in index.model.cards}
    return [at for topic in (core.topic, *core.also) if topic in cards for at in _likely_units(index, index.model.index[topic], cards[topic].who, PLAINLY)]


def _reading(index: PolicyIndex, at: int, core: CoreTopic) -> str:
    """A unit as it is read: with the lead-in where it is the clause's first, and the heading where that counts."""
    unit = index.units[at]
    clause = index.clauses[unit.clause]
    first = unit.whole or (at > 0 and index.units[at - 1].whole)
    heading = " ".join(clause.section[-1:]) if core.heading else ""
    return " ".join(part for part in (heading, clause.lead_in if first else "", unit.text) if part)


def _likely_units(index: PolicyIndex, topic: int, who: tuple[str, ...], least: float) -> list[int]:
    """The units likelier than `least` to be on a topic that name the kind of person it is about, where it is about one."""
    persons = [person for person in who if person in PERSONS]
    return [int(at) for at in np.flatnonzero(index.topics[:, topic] >= least) if not persons or any(index.unit_concepts[at].get(person) or index.concepts[index.units[at].clause].get(person) for person in persons)]


def _strictest(index: PolicyIndex, topic: str, title: str, units: list[int]) -> Covered:
    """The strictest of what the units say, a rule for staff before one for others; the first in the policy where several are alike."""
    if not units:
        return Covered(topic, title)

    def order(at: int) -> tuple[int, bool, int]:
        return STRICTEST.index(index.units[at].stance), Audience.STAFF not in index.clauses[index.units[at].clause].binds, at

    best = min(units, key=order)
    return Covered(topic, title, index.units[best].stance, index.clauses[index.units[best].clause].anchor)
