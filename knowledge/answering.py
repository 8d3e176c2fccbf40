"""Question → ruling: the verdict with the clauses that carry it, quoted word for word, or silence with the nearest misses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from knowledge.encoder import encoder
from knowledge.health.contradictions import clashes
from knowledge.index import PolicyIndex
from knowledge.judge import judge
from knowledge.policy import Clause, Edition, Stance
from knowledge.question import Question, split_questions
from knowledge.ranking import Ranked, rank
from knowledge.rereading import put_in_order, readings_of
from knowledge.silence import confidence_row, silence_row
from knowledge.topics.fitted import topic_model
from knowledge.verdict import Verdict, agreement, safe_verdict, verdict_row
from knowledge.weights import Weights, weights

MOST_CITATIONS = 10
LONGEST_MESSAGE = 6_000  # characters: nobody asks more, and what comes after is not read
MOST_PARTS = 10  # questions of one message that are answered
SHOWN_TOPICS = 3
LIKELY_TOPIC = 0.15  # probability from which a clause is said to be on a topic
NEAR_TOP, SAME_MATTER = 4, 3.0  # how near the top, in places and in score, both sides of a contradiction must stand to be shown as one


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
    ``parts``: one ruling for each question where the message held several. ``confidence``: how likely the ruling is right, 0 to 1.
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
    confidence: float = 0.0


class Answerer:
    """Answers questions from one edition. Making one takes about a second; asking it takes milliseconds.

    ``plain`` leaves out the sentence encoder and the judge: quicker to make, and less often right.
    """

    def __init__(self, edition: Edition, learned: Weights | None = None, index: PolicyIndex | None = None, *, plain: bool = False) -> None:
        self.edition = edition
        self.index = index or PolicyIndex(edition, topic_model(), None if plain else encoder(), None if plain else judge())
        self.learned = learned or weights(plain)

    def answer(self, message: str) -> Ruling:
        """The ruling on a message; where it holds several questions, the first one's verdict with the clauses of all."""
        message = message[:LONGEST_MESSAGE]
        parts = split_questions(message)
        whole = self._answer_one(message)
        if len(parts) == 1:
            return whole
        rulings = tuple(self._answer_one(part) for part in parts[:MOST_PARTS])
        told = [ruling for ruling in rulings if ruling.citations]
        if not told:
            return replace(whole, parts=rulings)
        return Ruling(
            question=message,
            verdict=told[0].verdict,
            confident=told[0].confident,
            citations=_in_turn(
                [told[0].citations, *([whole.citations] if whole.citations else []), *(ruling.citations for ruling in told[1:])]
            ),
            related=(),
            contradiction=any(ruling.contradiction for ruling in told),
            topic=told[0].topic,
            topic_title=told[0].topic_title,
            off_topic=False,
            parts=rulings,
            confidence=told[0].confidence,
        )

    def understand(self, message: str) -> Question:
        """How a message is understood, for those who want to see why."""
        return self.index.understand(message)

    def _answer_one(self, text: str) -> Ruling:
        question = self.understand(text)
        afar, table = rank(question, self.index, self.learned.ranking)
        reread = put_in_order(afar, readings_of(question, self.index, afar), self.learned.judging)
        ranked = reread.ranked
        row = silence_row(question, self.index, reread, table)
        silent = self.learned.silence.probability(row)
        likely = self.learned.verdict.probabilities(verdict_row(question, self.index, reread, table))
        verdict = safe_verdict(likely, question, self.index, reread, table)
        may = bool(question.forms & {"may", "must", "banned"})
        sure = self.learned.confidence.probability(
            confidence_row(row, silent, self.learned.silence_threshold, likely, agreement(verdict, self.index, ranked), reread.readings)
        )
        is_silent = silent > self.learned.silence_threshold
        ranked, contradiction = (ranked, False) if is_silent else self._stricter_first(ranked, may or verdict is not Verdict.INFO)
        if contradiction:
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
            confidence=sure,
        )

    @cached_property
    def clashes(self) -> frozenset[tuple[str, str]]:
        """The pairs of clauses that contradict each other, as (anchor of the ban, anchor of the milder)."""
        return frozenset((ban.clause.anchor, mild.clause.anchor) for _, _, pairs in clashes(self.index) for ban, mild in pairs)

    def _stricter_first(self, ranked: list[Ranked], ruling_asked: bool) -> tuple[list[Ranked], bool]:
        """The ranking with a ban put before the milder clause it contradicts, and whether the two stand at the top together."""
        if not ruling_asked or not self.clashes:
            return ranked, False
        anchor = {entry.clause: self.index.clauses[entry.clause].anchor for entry in ranked[:NEAR_TOP]}
        near = [entry for entry in ranked[:NEAR_TOP] if entry.score >= ranked[0].score - SAME_MATTER]
        for ban in near:
            for mild in near:
                if (anchor[ban.clause], anchor[mild.clause]) in self.clashes:
                    rest = [entry for entry in ranked if entry is not ban and entry is not mild]
                    return [ban, mild, *rest], True
        return ranked, False

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
    due = f"{edition.review_due.day} {edition.review_due:%B %Y}"
    return f"This policy was due for review by {due}. Check with the school that it still stands."


def _in_turn(lists: list[tuple[Citation, ...]]) -> tuple[Citation, ...]:
    """Citations of several rulings, taken in turn, each clause once, at most 10."""
    merged: dict[str, Citation] = {}
    for place in range(MOST_CITATIONS):
        for citations in lists:
            if place < len(citations):
                merged.setdefault(citations[place].clause.anchor, citations[place])
    return tuple(list(merged.values())[:MOST_CITATIONS])
