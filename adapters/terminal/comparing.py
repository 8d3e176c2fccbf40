"""What a new edition of a policy changes against the one before it. Pure; shows nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from knowledge.clauses import keep_anchors
from knowledge.policy import Clause, Edition

KEPT_WORDS = 8  # of what is the same on each side of a change


@dataclass(frozen=True, slots=True)
class Changes:
    """Clauses by what happened to them. ``changed`` and ``moved``: (before, now); a moved one has the same words in another place."""

    added: tuple[Clause, ...]
    removed: tuple[Clause, ...]
    changed: tuple[tuple[Clause, Clause], ...]
    moved: tuple[tuple[Clause, Clause], ...]
    same: int

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.moved)


@dataclass(frozen=True, slots=True)
class Run:
    """Some words, and whether they are "same", "out", "in", or "gap" for words left out of the comparison."""

    kind: str
    words: str


def compare(old: Edition, new: Edition) -> Changes:
    """What changed, clauses being the same where the store will give them the same anchor."""
    before = {clause.anchor: clause for clause in old.clauses}
    now = {clause.anchor: clause for clause in keep_anchors(new.clauses, old.clauses)}
    pairs = [(before[anchor], clause) for anchor, clause in now.items() if anchor in before]
    changed = [(was, clause) for was, clause in pairs if was.quotation != clause.quotation]
    same = [(was, clause) for was, clause in pairs if was.quotation == clause.quotation]
    moved = _moved(same, list(before))
    return Changes(
        added=tuple(clause for anchor, clause in now.items() if anchor not in before),
        removed=tuple(clause for anchor, clause in before.items() if anchor not in now),
        changed=tuple(changed),
        moved=tuple(moved),
        same=len(same) - len(moved),
    )


def word_changes(old: str, new: str) -> Iterator[Run]:
    """The words of both, in runs; long runs that are the same are shortened in the middle."""
    was, now = old.split(), new.split()
    steps = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    for at, (kind, from_old, to_old, from_new, to_new) in enumerate(steps):
        if kind == "equal":
            yield from _shortened(was[from_old:to_old], first=at == 0, last=at == len(steps) - 1)
            continue
        if from_old < to_old:
            yield Run("out", " ".join(was[from_old:to_old]))
        if from_new < to_new:
            yield Run("in", " ".join(now[from_new:to_new]))


def _moved(same: Sequence[tuple[Clause, Clause]], order: Sequence[str]) -> list[tuple[Clause, Clause]]:
    """Those whose number or headings are others now, or that stand before one they stood behind."""
    place = {anchor: at for at, anchor in enumerate(order)}
    upturned = {now.anchor for (was, _), (after, now) in pairwise(same) if place[after.anchor] < place[was.anchor]}
    return [(was, now) for was, now in same if now.anchor in upturned or (was.number, was.section) != (now.number, now.section)]


def _shortened(words: list[str], *, first: bool, last: bool) -> Iterator[Run]:
    ahead, behind = 0 if first else KEPT_WORDS, 0 if last else KEPT_WORDS
    if len(words) <= ahead + behind + 2:
        yield Run("same", " ".join(words))
        return
    if ahead:
        yield Run("same", " ".join(words[:ahead]))
    yield Run("gap", "…")
    if behind:
        yield Run("same", " ".join(words[-behind:]))
