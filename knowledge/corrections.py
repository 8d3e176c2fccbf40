"""What people say of clauses, put right in an edition made ready: which topic a clause is about, and what it says of it.

Signpost reads topics and stances off the words, and is sometimes wrong. Whoever keeps the policy can say how it is; from then on ranking,
silence, verdict, the table of topics and the health check take it so. No word of a clause ever changes by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from knowledge.answering import Answerer, Ruling
from knowledge.health.covered import STRICTEST
from knowledge.index import PolicyIndex
from knowledge.policy import Stance
from knowledge.verdict import Verdict

LIKELY = 0.9  # how likely a topic is from then on where somebody said that a clause is about it; nobody is never mistaken


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody says of a clause: it is about this topic, with this stance; or, where ``stance`` is None, not about it at all."""

    anchor: str
    topic: str
    stance: Stance | None


class CorrectedIndex(PolicyIndex):
    """An index with corrections applied: the rest is the very same, shared with the one it was made of, so that it costs next to nothing.

    ``stated``: (clause, topic) → the stance said of it, None where it is not about it. Corrections of clauses or topics that there are not
    are left out: they come back with their clause.
    """

    def __init__(self, read: PolicyIndex, corrections: Iterable[Correction]) -> None:
        self.__dict__.update(vars(read))
        place = {clause.anchor: at for at, clause in enumerate(read.clauses)}
        self.stated: dict[tuple[int, str], Stance | None] = {
            (place[one.anchor], one.topic): one.stance for one in corrections if one.anchor in place and one.topic in read.model.index
        }
        self.topics = read.topics.copy()
        said: dict[int, list[Stance]] = {}
        for (clause, topic), stance in self.stated.items():
            column, (whole, *parts) = read.model.index[topic], read.units_of[clause]
            if stance is None:
                self.topics[[whole, *parts], column] = 0
                continue
            most = parts[int(np.argmax(read.topics[parts, column]))] if parts else whole
            for at in {whole, most}:
                self.topics[at, column] = max(float(read.topics[at, column]), LIKELY)
                said.setdefault(at, []).append(stance)
        self.units = [replace(unit, stance=strictest(said[at])) if at in said else unit for at, unit in enumerate(read.units)]
        self.clauses = tuple(
            replace(clause, stance=self.units[units[0]].stance) if units[0] in said else clause
            for clause, units in zip(read.clauses, read.units_of, strict=True)
        )
        self.edition = replace(read.edition, clauses=self.clauses)


class CorrectedAnswerer(Answerer):
    """Answers from an edition as corrected; ``by_words``: what answers from the same edition by its words alone.

    A wrong yes ends a career, and a correction can be wrong as well as the reading it corrects. So a yes needs both: a question is answered
    with yes only where it would be without any correction too. Whatever bars a yes by the words (a ban, an exception, a ban that stands
    near, a clause about something else) therefore bars it whatever was corrected, at this clause or at another; what would have become a
    yes is told without a yes or no, above the school's own words. Nor does a no become "only if" unless it is said of the clause quoted
    first that it allows with conditions. To no and to silence a correction leads alone.
    """

    def __init__(self, by_words: Answerer, corrections: Iterable[Correction]) -> None:
        index = CorrectedIndex(by_words.index, corrections)
        super().__init__(index.edition, by_words.learned, index)
        self.by_words = by_words

    def _answer_one(self, text: str) -> Ruling:
        ruling = super()._answer_one(text)
        if ruling.verdict not in {Verdict.YES, Verdict.CONDITIONAL}:
            return ruling
        by_words = self.by_words._answer_one(text).verdict
        if ruling.verdict is Verdict.YES:
            borne_out = by_words is Verdict.YES
        else:
            borne_out = by_words is not Verdict.NO or ruling.citations[0].stance is Stance.CONDITIONS
        return ruling if borne_out else replace(ruling, verdict=Verdict.INFO)


def strictest(stances: Sequence[Stance]) -> Stance:
    """The strictest of some stances: what a clause says as a whole where different things are said of it for different topics."""
    return min(stances, key=STRICTEST.index)


def stance_as_corrected(read: Stance, corrections: Iterable[Correction]) -> Stance:
    """What one clause says as a whole. `read`: as read off its words; `corrections`: those of this clause."""
    return strictest([one.stance for one in corrections if one.stance] or [read])


def stated_of(index: PolicyIndex) -> Mapping[tuple[int, str], Stance | None]:
    """(clause, topic) → the stance that somebody said it has, None where it is not about it; nothing for an index without corrections."""
    return index.stated if isinstance(index, CorrectedIndex) else {}
