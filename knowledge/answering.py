"""Question → ruling: the verdict with the clauses that carry it, quoted word for word, or silence with the nearest misses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from knowledge.index import PolicyIndex
from knowledge.policy import Clause, Edition, Stance
from knowledge.question import Question, split_questions, understand
from knowledge.ranking import Ranked, rank
from knowledge.silence import confidence_row, silence_row
from knowledge.topics.fitted import topic_model
from knowledge.verdict import Verdict, agreement, safe_verdict, verdict_row
from knowledge.weights import Weights, weights

MOST_CITATIONS = 10
SHOWN_TOPICS = 3
LIKELY_TOPIC = 0.15  # probability from which a clause is said to be on a topic
SAME_RULE = 1.2  # how near in score two clauses must be for their disagreement to be a contradiction


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause that answers, with the sentence of it that answers best, its likely topics and its score (higher is better)."""

    clause: Clause
    sentence: str
    stance: Stance
    topics: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Ruling:
    """The answer to one message.

    ``citations``: best first, at most 10; empty where the policy is silent (then ``related`` holds the near misses).
    ``confident``: False where only the closest rules are shown, without a headline. ``topic``: what the question is most likely about.
    ``parts``: one ruling for each question where the message held several.
    """

    question: str
    verdict: Verdict
    confident: bool
    citations: tuple[Citation, ...]
    related: tuple[Citation, ...]
    contradiction: bool
    topic: str
    topic_title: str
    off_topic: bool
    parts: tuple[Ruling, ...] = ()


class Answerer:
    """Answers questions from one edition. Making one takes some tenths of a second; asking it takes milliseconds."""

    def __init__(self, edition: Edition, learned: Weights | None = None, index: PolicyIndex | None = None) -> None:
        self.edition = edition
        self.index = index or PolicyIndex(edition, topic_model())
        self.learned = learned or weights()

    def answer(self, message: str) -> Ruling:
        """The ruling on a message; where it holds several questions, the first one's verdict with the clauses of all."""
        parts = split_questions(message)
        whole = self._answer_one(message)
        if len(parts) == 1:
            return whole
        rulings = tuple(self._answer_one(part) for part in parts[:4])
        told = [ruling for ruling in rulings if ruling.citations]
        if not told or not whole.citations:
            return whole
        return Ruling(
            question=message,
            verdict=told[0].verdict,
            confident=whole.confident and told[0].confident,
            citations=_in_turn([told[0].citations, whole.citations, *(ruling.citations for ruling in told[1:])]),
            related=(),
            contradiction=any(ruling.contradiction for ruling in told),
            topic=told[0].topic,
            topic_title=told[0].topic_title,
            off_topic=False,
            parts=rulings,
        )

    def understand(self, message: str) -> Question:
        """How a message is understood, for those who want to see why."""
        return understand(message, self.index.speller, self.index.model)

    def _answer_one(self, text: str) -> Ruling:
        question = self.understand(text)
        ranked, table = rank(question, self.index, self.learned.ranking)
        row = silence_row(question, self.index, ranked, table)
        silent = self.learned.silence.probability(row)
        likely = self.learned.verdict.probabilities(verdict_row(question, self.index, ranked, table))
        verdict = safe_verdict(likely, question, self.index, ranked, table)
        sure = self.learned.confidence.probability(
            confidence_row(row, silent, self.learned.silence_threshold, likely, agreement(verdict, self.index, ranked))
        )
        is_silent = silent > self.learned.silence_threshold
        ranked, contradiction = (ranked, False) if is_silent else self._stricter_first(ranked, verdict)
        if contradiction and verdict in {Verdict.YES, Verdict.CONDITIONAL}:
            verdict = Verdict.NO
        found = tuple(self._citation(entry) for entry in ranked[:MOST_CITATIONS])
        at = int(np.argmax(question.topics))
        card = self.index.model.cards[at]
        return Ruling(
            question=text,
            verdict=Verdict.NOT_COVERED if is_silent else verdict,
            confident=sure >= self.learned.confidence_threshold,
            citations=() if is_silent else found,
            related=found if is_silent else (),
            contradiction=contradiction,
            topic=card.id,
            topic_title=card.title,
            off_topic=at == self.index.model.off_topic,
        )

    def _stricter_first(self, ranked: list[Ranked], verdict: Verdict) -> tuple[list[Ranked], bool]:
        """The ranking with a ban put before a milder clause on the very same thing, and whether there was such a pair."""
        top = ranked[0]
        mild = {Stance.CONDITIONS, Stance.ALLOWS}
        if verdict is Verdict.INFO or self.index.units[top.unit].stance not in mild | {Stance.FORBIDS}:
            return ranked, False
        for place, entry in enumerate(ranked[1:4], start=1):
            if top.score - entry.score > SAME_RULE or not self._same_thing(top, entry):
                continue
            stances = {self.index.units[one.unit].stance for one in (top, entry)}
            if Stance.FORBIDS in stances and stances & mild:
                if self.index.units[top.unit].stance is Stance.FORBIDS:
                    return ranked, True
                return [entry, *ranked[:place], *ranked[place + 1 :]], True
        return ranked, False

    def _same_thing(self, one: Ranked, other: Ranked) -> bool:
        """Whether two clauses speak of the same topic, the same persons and the same act."""
        alike = float(np.sqrt(self.index.topics[one.unit]) @ np.sqrt(self.index.topics[other.unit]))
        first, second = self.index.unit_concepts[one.unit], self.index.unit_concepts[other.unit]
        kinds = {"pupil", "former_pupil", "parent", "colleague", "governor"}
        return (
            alike >= 0.6
            and bool({c for c in first if c in kinds} & {c for c in second if c in kinds})
            and self.index.binds_staff[one.clause] == self.index.binds_staff[other.clause]
        )

    def _citation(self, entry: Ranked) -> Citation:
        unit = self.index.units[entry.unit]
        likely = self.index.topics[entry.unit]
        best = [int(at) for at in np.argsort(-likely)[:SHOWN_TOPICS] if likely[at] >= LIKELY_TOPIC and at != self.index.model.off_topic]
        return Citation(
            self.index.clauses[entry.clause],
            unit.text,
            unit.stance,
            tuple(self.index.model.cards[at].id for at in best),
            round(entry.score, 4),
        )


def overdue_warning(edition: Edition, today: date) -> str:
    """What every answer says where the policy is past its review date; "" where it is not."""
    if not edition.overdue(today) or edition.review_due is None:
        return ""
    return f"This policy was due for review by {edition.review_due:%-d %B %Y}. Check with the school that it still stands."


def _in_turn(lists: list[tuple[Citation, ...]]) -> tuple[Citation, ...]:
    """Citations of several rulings, taken in turn, each clause once, at most 10."""
    merged: dict[str, Citation] = {}
    for place in range(MOST_CITATIONS):
        for citations in lists:
            if place < len(citations):
                merged.setdefault(citations[place].clause.anchor, citations[place])
    return tuple(list(merged.values())[:MOST_CITATIONS])
