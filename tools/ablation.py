"""What an answer is worth without one of its sources: an index that does not tell it, so that its features are 0 in learning and answering.

Everything else is the product's own code on the product's own index; what takes long (vectors, likely topics, the question understood) is
worked out once and shared.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from knowledge.index import PolicyIndex
from knowledge.question import Question
from knowledge.ranking import feature_table
from knowledge.topics.fitted import Vector
from tools.learning import Example

# The columns of the feature table that come from each source and are 0 without it.
SOURCES: dict[str, tuple[str, ...]] = {
    "topics": ("topics_alike", "topics_product", "topics_sentence", "near_miss", "binds_others_asked"),
    "concepts": ("who_met", "who_other", "who_sentence", "act_met", "act_missing", "means_met", "theme_met", "sentence_concepts"),
    "letters": ("letters",),
    "words": ("bm25", "bm25_best_sentence", "words_met", "words_met_sentence"),
    "vectors": ("meaning", "meaning_sentence"),
    "judge": (),  # it tells nothing to the table: it reads what ranked first, and without vectors it has nothing to read
}


class IndexWithout(PolicyIndex):
    """An index that shares all a whole one holds, and keeps silent on some sources (names in SOURCES).

    ``known``: questions understood already, by their words; indexes of one edition share it.
    """

    def __init__(self, whole: PolicyIndex, known: dict[str, Question], missing: frozenset[str]) -> None:
        if unknown := missing - SOURCES.keys():
            raise KeyError(f"no such source: {', '.join(sorted(unknown))}")
        self.__dict__.update(whole.__dict__)
        self.whole_index = whole
        self.missing = missing
        self.known = known
        if "judge" in missing:
            self.judge = None

    def understand(self, text: str) -> Question:
        """A question understood, without what is missing."""
        if text not in self.known:
            self.known[text] = self.whole_index.understand(text)
        return self.without(self.known[text])

    def without(self, question: Question) -> Question:
        """A question as it would be understood without what is missing."""
        return replace(
            question,
            topics=np.zeros_like(question.topics) if "topics" in self.missing else question.topics,
            concepts={} if "concepts" in self.missing else question.concepts,
            meaning=None if "vectors" in self.missing else question.meaning,
        )

    def bm25(self, weights: dict[str, float]) -> tuple[Vector, Vector]:
        """As of the whole index; 0 without words."""
        return super().bm25({} if "words" in self.missing else weights)

    def letters(self, words: tuple[str, ...]) -> Vector:
        """As of the whole index; 0 without letters."""
        return super().letters(() if "letters" in self.missing else words)


def example_without(example: Example, index: IndexWithout) -> Example:
    """A labelled question as that index tells of it; which clauses answer is taken over."""
    question = index.without(example.question)
    table, best_unit = feature_table(question, index)
    return Example(example.school, example.labelled, question, index, table, best_unit, example.answering)
