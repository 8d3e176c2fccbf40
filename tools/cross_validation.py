"""Answers for every labelled question by weights that never saw its school, so that the figures speak of other schools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from knowledge.answering import Answerer, Ruling
from knowledge.evaluation import Given, Labelled
from knowledge.policy import Edition
from knowledge.topics.fitted import TopicModel, model_of, topic_model
from tools.fitting import fit_topics, four_word_runs
from tools.learning import Example, LabelledPolicy, Networks, examples_of, learn, learn_ranking


def given(ruling: Ruling) -> Given:
    """A ruling as the scorer takes it."""
    return Given(
        ruling.verdict,
        ruling.confident,
        tuple((citation.clause.lead_in, citation.clause.text) for citation in ruling.citations),
        tuple((citation.clause.lead_in, citation.clause.text) for citation in ruling.related),
    )


def leak_controlled(edition: Edition) -> TopicModel:
    """A topic model fitted without the policy phrasings that share a four-word run with this policy."""
    runs = four_word_runs(" ".join(clause.quotation for clause in edition.clauses))
    return model_of(fit_topics(keep_policy=lambda phrase: not four_word_runs(phrase) & runs))


class RememberedRankings:
    """Learns the ranking of each set of schools once: the one without A and B serves both where A is judged and where B is."""

    def __init__(self) -> None:
        self._known: dict[frozenset[str], np.ndarray] = {}

    def __call__(self, examples: Sequence[Example]) -> np.ndarray:
        """The ranking's weights; all examples of a school must be there or none."""
        schools = frozenset(example.school for example in examples)
        if schools not in self._known:
            self._known[schools] = learn_ranking(examples)
        return self._known[schools]


def left_out(
    policies: Sequence[LabelledPolicy], folds: Sequence[Sequence[LabelledPolicy]], used: Networks
) -> Iterator[tuple[Labelled, Given, Answerer]]:
    """The answers to the questions of each fold by weights learned on all policies that are not in it, with some networks or none."""
    examples: dict[str, list[Example]] = {policy.school: examples_of(policy, topic_model(), used) for policy in policies}
    rank = RememberedRankings()
    for fold in folds:
        judged = {policy.school for policy in fold}
        learned = learn([example for school, found in examples.items() if school not in judged for example in found], rank=rank)
        for policy in fold:
            answerer = Answerer(policy.edition, learned, examples[policy.school][0].index)
            for labelled in policy.questions:
                yield labelled, given(answerer.answer(labelled.question)), answerer
