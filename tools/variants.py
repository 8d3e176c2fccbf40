"""Every way of answering that `make evaluate` compares, each school by weights of all others; what takes long is worked out once.

Each function at the end is one piece of work for a worker of its own, and gives back what can be sent to the one who asked.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from knowledge.answering import Answerer
from knowledge.encoder import encoder
from knowledge.evaluation import Figures, Given, Labelled, score
from knowledge.index import PolicyIndex
from knowledge.judge import judge
from knowledge.question import Question
from knowledge.topics.fitted import topic_model
from knowledge.weights import Weights
from tools.ablation import IndexWithout, example_without
from tools.baselines import BASELINES
from tools.cross_validation import RememberedRankings, given, leak_controlled
from tools.learning import Example, LabelledPolicy, examples_of, learn
from tools.sets import development_schools, invented_schools

FULL, PLAIN = "Signpost", "plain (no vectors)"
# What is missing in each variant; the judge reads vectors, so it goes with them.
VARIANTS: dict[str, frozenset[str]] = {
    FULL: frozenset(),
    PLAIN: frozenset({"vectors", "judge"}),
    "without topics": frozenset({"topics"}),
    "without concepts": frozenset({"concepts"}),
    "without letter n-grams": frozenset({"letters"}),
    "without words and n-grams": frozenset({"words", "letters"}),
    "without the judge": frozenset({"judge"}),
}
LEAKS = {FULL: "leaks controlled", PLAIN: "plain, leaks controlled"}


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer with its figures (of one question), and how likely it was said to be right (0 to 1; 1 for a baseline)."""

    policy: str
    labelled: Labelled
    given: Given
    confidence: float
    figures: Figures

    @property
    def right(self) -> bool:
        """Whether the first clause answers, or silence is the answer."""
        return bool(self.figures.counts["right"])


def total(answers: Iterable[Judged]) -> Figures:
    """The figures of some answers together."""
    together = Figures()
    for one in answers:
        together.questions += one.figures.questions
        together.covered += one.figures.covered
        together.counts.update(one.figures.counts)
    return together


@dataclass(slots=True)
class School:
    """A policy with its index, its examples in full, and the questions that were understood already."""

    policy: LabelledPolicy
    index: PolicyIndex
    examples: list[Example]
    known: dict[str, Question]


@cache
def schools() -> dict[str, School]:
    """All labelled schools by name, the real ones first: reading and encoding them takes some twenty seconds."""
    warnings.filterwarnings("ignore")  # scikit-learn's, of fits that stopped early
    found = {}
    for policy in development_schools() + invented_schools():
        examples = examples_of(policy, topic_model(), (encoder(), judge()))
        known = {example.labelled.question: example.question for example in examples}
        found[policy.school] = School(policy, examples[0].index, examples, known)
    return found


def _asked(policy: LabelledPolicy, answerer: Answerer) -> list[Judged]:
    answers = []
    for labelled in policy.questions:
        ruling = answerer.answer(labelled.question)
        answers.append(_judged(policy, labelled, given(ruling), ruling.confidence))
    return answers


def _judged(policy: LabelledPolicy, labelled: Labelled, answer: Given, confidence: float) -> Judged:
    return Judged(policy.school, labelled, answer, confidence, score([(labelled, answer)]).all)


def answers_of(variant: str, judged: Sequence[str]) -> tuple[list[Judged], dict[str, Weights]]:
    """A variant's answers to the questions of some schools, and the weights that each was answered by."""
    missing = VARIANTS[variant]
    indexes = {name: IndexWithout(school.index, school.known, missing) for name, school in schools().items()}
    examples = {name: [example_without(one, indexes[name]) for one in school.examples] for name, school in schools().items()}
    rank, answers, learned = RememberedRankings(), [], {}
    for name in judged:
        learned[name] = learn([one for other, found in examples.items() if other != name for one in found], rank=rank)
        policy = schools()[name].policy
        answers += _asked(policy, Answerer(policy.edition, learned[name], indexes[name]))
    return answers, learned


def answers_without_leaks(name: str, learned: dict[str, Weights]) -> dict[str, list[Judged]]:
    """A school's answers by variant, given their weights, with topics learned from no policy phrasing that shares four words with it."""
    policy, known = schools()[name].policy, {}
    index = PolicyIndex(policy.edition, leak_controlled(policy.edition), encoder(), judge())
    return {
        variant: _asked(policy, Answerer(policy.edition, weights, IndexWithout(index, known, VARIANTS[variant])))
        for variant, weights in learned.items()
    }


def answers_of_baselines(judged: Sequence[str]) -> dict[str, list[Judged]]:
    """What each baseline answers to the questions of some schools."""
    found: dict[str, list[Judged]] = {name: [] for name in BASELINES}
    for school in judged:
        policy, index = schools()[school].policy, schools()[school].index
        for name, make in BASELINES.items():
            answer = make(index)
            found[name] += [_judged(policy, labelled, answer(labelled.question), 1.0) for labelled in policy.questions]
    return found
