"""A policy as its page shows it: sections of clauses in reading order, filtered, with the clause that a link leads to marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from adapters.web.topics import families
from bot.school import Published
from knowledge.answering import overdue_warning
from knowledge.policy import Audience, Clause, Edition

DEEPEST_HEADING = 6


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader chose to see; "" for all of it. ``sent_to``: the anchor a link leads to, shown whatever is chosen."""

    binds: str = ""
    topic: str = ""
    sent_to: str = ""

    @property
    def any(self) -> bool:
        """Whether something may be hidden."""
        return bool(self.binds or self.topic)


@dataclass(slots=True)
class Run:
    """Clauses in a row that hang from one lead-in, "" where they stand alone."""

    lead_in: str
    clauses: list[Clause]


@dataclass(slots=True)
class Section:
    """A heading with the clauses right under it. ``level``: of its heading element, 2 to 6; "" has none, before the first heading."""

    id: str
    title: str
    level: int
    runs: list[Run]


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a filter, with how many clauses it leaves."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Superseded:
    """That an edition is old: since when, which is current, and the anchor that still stands in it, "" where the clause is gone."""

    since: datetime
    number: int
    anchor: str


@dataclass(frozen=True, slots=True)
class PolicyView:
    """All that the policy page shows of an edition."""

    sections: tuple[Section, ...]
    shown: int
    total: int
    sent_to: Clause | None
    lost: bool  # a link leads to a clause that this edition does not have
    binds: tuple[Choice, ...]
    topics: tuple[tuple[str, tuple[Choice, ...]], ...]
    overdue: str


def policy_view(edition: Edition, topics: Mapping[str, Sequence[str]], filters: Filters, today: date) -> PolicyView:
    """What to show of an edition. `topics`: of each clause, by anchor."""
    kept = [
        clause for clause in edition.clauses if _passes(clause, topics.get(clause.anchor, ()), filters) or clause.anchor == filters.sent_to
    ]
    sent_to = edition.clause(filters.sent_to) if filters.sent_to else None
    bound = Counter(audience for clause in edition.clauses for audience in clause.binds)
    about = Counter(topic for clause in edition.clauses for topic in topics.get(clause.anchor, ()))
    return PolicyView(
        sections=sections(kept),
        shown=len(kept),
        total=len(edition.clauses),
        sent_to=sent_to,
        lost=bool(filters.sent_to) and sent_to is None,
        binds=tuple(Choice(one.value, one.value.capitalize(), bound[one]) for one in Audience if bound[one]),
        topics=tuple(
            (family, choices)
            for family, named in families()
            if (choices := tuple(Choice(topic, title, about[topic]) for topic, title in named if about[topic]))
        ),
        overdue=overdue_warning(edition, today),
    )


def sections(clauses: Sequence[Clause]) -> tuple[Section, ...]:
    """The clauses under their headings, a section for each heading that stands above one of them."""
    found: list[Section] = []
    path: tuple[str, ...] = ()
    for clause in clauses:
        if not found or clause.section != path:
            common = next((at for at, (old, new) in enumerate(zip(path, clause.section, strict=False)) if old != new), None)
            common = min(len(path), len(clause.section)) if common is None else common
            for depth in range(min(common, max(len(clause.section) - 1, 0)), len(clause.section)):
                found.append(Section(f"section-{len(found) + 1}", clause.section[depth], min(depth + 2, DEEPEST_HEADING), []))
            if not clause.section:
                found.append(Section(f"section-{len(found) + 1}", "", 2, []))
            path = clause.section
        runs = found[-1].runs
        if not runs or runs[-1].lead_in != clause.lead_in:
            runs.append(Run(clause.lead_in, []))
        runs[-1].clauses.append(clause)
    return tuple(found)


def superseded(published: Published, editions: Sequence[tuple[int, datetime]], current: Published | None, anchor: str) -> Superseded | None:
    """That an edition is old, since when and what took its place; None for the current one. `editions`: newest first."""
    if published.current or current is None:
        return None
    since = next((at for number, at in reversed(editions) if number > published.key.number), current.published_at)
    survives = bool(anchor) and current.edition.clause(anchor) is not None
    return Superseded(since, current.key.number, anchor if survives else "")


def _passes(clause: Clause, topics: Sequence[str], filters: Filters) -> bool:
    return (not filters.binds or filters.binds in clause.binds) and (not filters.topic or filters.topic in topics)
