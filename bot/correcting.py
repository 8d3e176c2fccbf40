"""How clauses are read and what staff say of the answers, for whoever keeps the policy; and what they may say of a clause themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.ports import Unit
from bot.school import Published, Role
from knowledge.corrections import Correction, stance_as_corrected
from knowledge.errors import SignpostError
from knowledge.policy import Clause, Stance
from knowledge.topics.fitted import topic_titles

# Who may say how a clause is to be read. IT has no desk to sign in at: theirs is the command line.
MAY_CORRECT = frozenset({Role.HEAD, Role.IT})
NOT_ABOUT = "not about"


class CannotCorrect(SignpostError):
    """What was to be corrected is not there: whoever asked for it can choose from what is listed."""


@dataclass(frozen=True, slots=True)
class Told:
    """A clause as published, what was said of it, and how often staff said that it did and did not answer them.

    ``topics``: those it is taken to be about, as corrected, likeliest first. ``stance``: what it is taken to say, as corrected.
    """

    clause: Clause
    stance: Stance
    topics: tuple[str, ...]
    corrections: tuple[Correction, ...]
    yes: int
    no: int


def year_before(today: date) -> date:
    """The first day of the month from which on staff's answers are counted."""
    return today.replace(year=today.year - 1, day=1)


def policy_in(unit: Unit, policy: str) -> Published:
    """The current edition of a policy. Raises CannotCorrect."""
    found = unit.published(policy)
    if found is None:
        known = ", ".join(key.policy for key in unit.current())
        raise CannotCorrect(f"There is no policy “{policy}”.", f"Choose one of: {known}." if known else "Publish one first.")
    return found


def told(
    published: Published, corrections: Iterable[Correction], counts: Mapping[str, tuple[int, int]], topics: Mapping[str, Sequence[str]]
) -> tuple[Told, ...]:
    """The clauses of an edition, that first which helped staff least.

    `counts`: (yes, no) by anchor. `topics`: of each clause, by anchor.
    """
    said = tuple(corrections)
    found = []
    for clause in published.edition.clauses:
        mine = tuple(one for one in said if one.anchor == clause.anchor)
        stance = stance_as_corrected(clause.stance, mine)
        found.append(Told(clause, stance, tuple(topics.get(clause.anchor, ())), mine, *counts.get(clause.anchor, (0, 0))))
    return tuple(sorted(found, key=lambda one: (-one.no, one.yes if one.no else 0)))  # of those nobody complained of, in reading order


def correct(unit: Unit, policy: str, anchor: str, topic: str, stance: Stance | None) -> None:
    """Nothing: the clause is about that topic and says that of it; or, without a stance, is not about it. Raises CannotCorrect."""
    _clause(policy_in(unit, policy), anchor)
    titles = topic_titles()
    if topic not in titles:
        raise CannotCorrect(f"There is no topic “{topic}”.", f"Choose one of: {', '.join(sorted(titles))}.")
    unit.correct(policy, Correction(anchor, topic, stance))


def take_back(unit: Unit, policy: str, anchor: str, topic: str) -> None:
    """Nothing: the clause is read by its words again, as far as that topic goes. Raises CannotCorrect."""
    _clause(policy_in(unit, policy), anchor)
    said = [one.topic for one in unit.corrections(policy) if one.anchor == anchor]
    if topic not in said:
        known = f"Choose one of: {', '.join(said)}." if said else "Nothing was corrected about this clause."
        raise CannotCorrect(f"Nothing was said of this clause and “{topic}” that could be taken back.", known)
    unit.take_back(policy, anchor, topic)


def stance_named(name: str) -> Stance:
    """The stance of that name, with blanks or hyphens between its words. Raises CannotCorrect."""
    try:
        return Stance(" ".join(name.lower().replace("-", " ").split()))
    except ValueError:
        known = ", ".join(stance.value.replace(" ", "-") for stance in Stance)
        raise CannotCorrect(f"There is no stance “{name}”.", f"Choose one of: {known}.") from None


def _clause(published: Published, anchor: str) -> Clause:
    """The clause of that anchor. Raises CannotCorrect."""
    found = published.edition.clause(anchor)
    if found is None:
        known = ", ".join(clause.anchor for clause in published.edition.clauses)
        raise CannotCorrect(f"The policy has no clause “{anchor}”.", f"Choose one of: {known}.")
    return found
