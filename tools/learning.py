"""Learns the weights from labelled questions, always judging a school by what the others taught."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from sklearn.linear_model import LogisticRegression

from knowledge.clauses import edition_of
from knowledge.documents import read
from knowledge.encoder import Encoder
from knowledge.evaluation import Labelled, answers, read_questions
from knowledge.index import PolicyIndex
from knowledge.judge import Judge, Reading
from knowledge.policy import Edition
from knowledge.question import Question
from knowledge.ranking import FEATURES, Ranked, feature_table
from knowledge.rereading import READ, put_in_order, readings_of, within
from knowledge.silence import CONFIDENCE_FEATURES, SILENCE_FEATURES, confidence_row, silence_row
from knowledge.topics.fitted import TopicModel
from knowledge.verdict import VERDICT_FEATURES, Verdict, agreement, safe_verdict, verdict_row
from knowledge.weights import Choice, Logistic, Weights

RANK_SHRINK = 1.0  # weight decay of the ranking, as a sum over questions
SILENCE_STRENGTH, VERDICT_STRENGTH, CONFIDENCE_STRENGTH = 0.3, 0.15, 0.3
HEADLINES_RIGHT = 0.95  # what share of answers with a headline must be right; sets the confidence threshold

Networks = tuple[Encoder, Judge] | None  # None: the plain variant


@dataclass(frozen=True, slots=True)
class LabelledPolicy:
    """A policy with its labelled questions."""

    school: str
    edition: Edition
    questions: tuple[Labelled, ...]


@dataclass(slots=True)
class Example:
    """A labelled question beside its policy: the feature table, each clause's best unit, and which clauses answer."""

    school: str
    labelled: Labelled
    question: Question
    index: PolicyIndex
    table: np.ndarray
    best_unit: np.ndarray
    answering: np.ndarray
    read: dict[tuple[int, ...], list[Reading]] = field(default_factory=dict)  # what was read already, since reading takes long

    def ranked(self, weights: np.ndarray) -> list[Ranked]:
        """The clauses ranked by some weights, best first."""
        scores = self.table @ weights
        return [Ranked(int(at), int(self.best_unit[at]), float(scores[at])) for at in np.argsort(-scores, kind="stable")]

    def readings(self, ranked: list[Ranked]) -> list[Reading]:
        """The readings of the clauses that ranked first."""
        first = tuple(entry.clause for entry in ranked[:READ])
        if first not in self.read:
            self.read[first] = readings_of(self.question, self.index, ranked)
        return self.read[first]


def labelled_policies(pairs: Sequence[tuple[Path, Path]]) -> list[LabelledPolicy]:
    """The policies and questions of (policy file, questions file) pairs."""
    return [LabelledPolicy(policy.stem, edition_of(read(policy)), tuple(read_questions(questions))) for policy, questions in pairs]


def examples_of(policy: LabelledPolicy, model: TopicModel, used: Networks) -> list[Example]:
    """The examples of one policy, as one topic model and some networks see them."""
    encoder, judge = used or (None, None)
    index = PolicyIndex(policy.edition, model, encoder, judge)
    said = [(clause.lead_in, clause.text) for clause in index.clauses]
    found = []
    for labelled in policy.questions:
        question = index.understand(labelled.question)
        table, best_unit = feature_table(question, index)
        answering = np.array([answers(clause, labelled.gold) for clause in said]) if labelled.gold else np.zeros(len(said), bool)
        found.append(Example(policy.school, labelled, question, index, table, best_unit, answering))
    return found


def learn_ranking(examples: Sequence[Example]) -> np.ndarray:
    """Weights under which an answering clause comes first as likely as can be (softmax over each policy's clauses)."""
    rows = [example for example in examples if example.answering.any()]
    table = np.concatenate([example.table for example in rows]).astype(np.float64)
    right = np.concatenate([example.answering for example in rows])
    counts = [len(example.table) for example in rows]
    starts, row_of = np.cumsum([0, *counts[:-1]]), np.repeat(np.arange(len(rows)), counts)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = table @ weights
        share = np.exp(scores - np.maximum.reduceat(scores, starts)[row_of])
        share /= np.add.reduceat(share, starts)[row_of]
        hit = np.maximum(np.add.reduceat(share * right, starts), 1e-12)
        slope = (share - share * right / hit[row_of]) @ table + RANK_SHRINK * weights
        return float(-np.log(hit).sum() + 0.5 * RANK_SHRINK * weights @ weights), slope

    return np.asarray(minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B", options={"maxiter": 150}).x, np.float32)


def learn_judging(examples: Sequence[Example], ranked: Sequence[list[Ranked]]) -> float:
    """How much readings count beside the score, so that an answering clause comes first as likely as can be; 0 where nothing was read."""
    rows = []
    for example, entries in zip(examples, ranked, strict=True):
        readings = example.readings(entries)
        read = entries[: len(readings)]
        right = np.array([example.answering[entry.clause] for entry in read], bool)
        if right.any():
            rows.append((np.array([entry.score for entry in read]), np.array([within(one.answers) for one in readings]), right))

    def loss(counts: float) -> float:
        total = 0.0
        for afar, added, right in rows:
            score = afar + counts * added
            total -= float(np.logaddexp.reduce(score[right]) - np.logaddexp.reduce(score))
        return total

    return float(minimize_scalar(loss, bounds=(0.0, 5.0), method="bounded").x) if rows else 0.0


def learn(
    examples: Sequence[Example], silence_threshold: float = 0.4, rank: Callable[[Sequence[Example]], np.ndarray] = learn_ranking
) -> Weights:
    """All weights from some examples; silence, verdict and confidence are learned on rankings of schools the ranking had not seen.

    ``rank``: what learns a ranking; one that remembers spares half the time where each school in turn is left out.
    """
    schools = sorted({example.school for example in examples})
    unseen = {school: rank([example for example in examples if example.school != school]) for school in schools}
    afar = [example.ranked(unseen[example.school]) for example in examples]
    judging = learn_judging(examples, afar)
    reread = [put_in_order(r, e.readings(r), judging) for e, r in zip(examples, afar, strict=True)]
    labels = np.array([example.labelled.verdict for example in examples])
    covered = labels != Verdict.NOT_COVERED
    silence_rows = np.stack([silence_row(e.question, e.index, r, e.table) for e, r in zip(examples, reread, strict=True)])
    verdict_rows = np.stack([verdict_row(e.question, e.index, r, e.table) for e, r in zip(examples, reread, strict=True)])
    school_of = np.array([example.school for example in examples])

    confidence_rows, right = [], []
    for school in schools:
        rest, here = school_of != school, np.flatnonzero(school_of == school)
        silence = _logistic(SILENCE_FEATURES, silence_rows[rest], ~covered[rest], SILENCE_STRENGTH)
        verdict = _choice(verdict_rows[rest & covered], labels[rest & covered])
        for at in here:
            silent = silence.probability(silence_rows[at])
            likely = verdict.probabilities(verdict_rows[at])
            ranked = reread[at].ranked
            chosen = safe_verdict(likely, examples[at].question, examples[at].index, reread[at], examples[at].table)
            agree = agreement(chosen, examples[at].index, ranked)
            confidence_rows.append(confidence_row(silence_rows[at], silent, silence_threshold, likely, agree, reread[at].readings))
            is_silent = silent > silence_threshold
            right.append(bool(is_silent if not covered[at] else not is_silent and examples[at].answering[ranked[0].clause]))
    confidence = _logistic(CONFIDENCE_FEATURES, np.stack(confidence_rows), np.array(right), CONFIDENCE_STRENGTH)
    sure = np.array([confidence.probability(row) for row in confidence_rows])
    return Weights(
        ranking=rank(examples),
        judging=judging,
        silence=_logistic(SILENCE_FEATURES, silence_rows, ~covered, SILENCE_STRENGTH),
        silence_threshold=silence_threshold,
        verdict=_choice(verdict_rows[covered], labels[covered]),
        confidence=confidence,
        confidence_threshold=threshold_for(sure, np.array(right), HEADLINES_RIGHT),
    )


def threshold_for(sure: np.ndarray, right: np.ndarray, wanted: float) -> float:
    """The lowest confidence from which on the share of right answers is as wanted (0.9 where none is)."""
    order = np.argsort(-sure)
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(shares >= wanted)
    return round(float(sure[order[enough[-1]]]), 4) if len(enough) else 0.9


def _logistic(names: tuple[str, ...], rows: np.ndarray, yes: np.ndarray, strength: float) -> Logistic:
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    spread = np.where(spread > 1e-6, spread, 1.0)  # without the encoder, what it would tell never varies
    learned = LogisticRegression(C=strength, max_iter=1000).fit((rows - mean) / spread, yes)
    return Logistic(
        names, mean.astype(np.float32), spread.astype(np.float32), learned.coef_[0].astype(np.float32), float(learned.intercept_[0])
    )


def _choice(rows: np.ndarray, labels: np.ndarray) -> Choice:
    learned = LogisticRegression(C=VERDICT_STRENGTH, max_iter=2000).fit(rows, labels)
    return Choice(
        VERDICT_FEATURES, tuple(map(str, learned.classes_)), learned.coef_.astype(np.float32), learned.intercept_.astype(np.float32)
    )
