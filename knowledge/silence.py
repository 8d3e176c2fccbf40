"""Whether the policy is silent on a question: a decision of its own, with its own few features; and how sure an answer is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.index import PolicyIndex
from knowledge.judge import Reading
from knowledge.question import Question
from knowledge.ranking import FEATURES
from knowledge.rereading import JUDGED_SILENCE, Reread, judged_silence

_PUT = {name: at for at, name in enumerate(FEATURES)}
_OF_TOP = (
    "topics_alike",
    "topics_product",
    "topics_sentence",
    "meaning",
    "meaning_sentence",
    "words_met_sentence",
    "sentence_concepts",
    "who_other",
    "act_missing",
    "binds_others",
)
_OF_BEST = ("topics_alike", "topics_product", "words_met_sentence", "meaning", "meaning_sentence")
SILENCE_FEATURES = (
    "score", "lead_over_second", "lead_over_fifth", "lead_over_mean",
    *(f"top_{name}" for name in _OF_TOP), *(f"best_{name}" for name in _OF_BEST),
    "policy_covers_topics", "off_topic", "surest_topic", "topic_doubt", "keywords",
    "asks_definition", "asks_consequence", "asks_who_when_how", *JUDGED_SILENCE,
)  # fmt: skip
CONFIDENCE_FEATURES = (
    "silence_doubt",
    "verdict_sure",
    "lead_over_second",
    "lead_over_fifth",
    "surest_topic",
    "top_topics_alike",
    "top_topics_product",
    "top_sentence_concepts",
    "top_meaning_sentence",
    "verdicts_agree",
    "keywords",
    "silent",
    "judged_first",
    "judged_lead",
    "judged_verdict_sure",
)


def silence_row(question: Question, index: PolicyIndex, reread: Reread, table: NDArray[np.float32]) -> NDArray[np.float32]:
    """The values of SILENCE_FEATURES for a question and how the clauses were ranked and read for it."""
    ranked = reread.ranked
    scores = [entry.score for entry in ranked]
    top = table[ranked[0].clause]
    likely = question.topics
    known = np.delete(likely, index.model.off_topic)
    covered = np.delete(index.topics.max(axis=0), index.model.off_topic)
    doubt = -float((likely * np.log(likely + 1e-9)).sum())
    return np.array(
        [
            scores[0],
            scores[0] - scores[min(1, len(scores) - 1)],
            scores[0] - scores[min(4, len(scores) - 1)],
            scores[0] - sum(scores) / len(scores),
            *(top[_PUT[name]] for name in _OF_TOP),
            *(table[:, _PUT[name]].max() for name in _OF_BEST),
            float(known @ covered),
            float(likely[index.model.off_topic]),
            float(known.max()),
            doubt,
            float(question.keywords),
            float("define" in question.forms),
            float("consequence" in question.forms),
            float(bool(question.forms & {"who", "when", "where", "how", "why"})),
            *judged_silence(reread.readings),
        ],
        np.float32,
    )


def confidence_row(
    silence: NDArray[np.float32], silent: float, threshold: float, verdicts: dict[str, float], agree: float, readings: Sequence[Reading]
) -> NDArray[np.float32]:
    """The values of CONFIDENCE_FEATURES.

    ``silent``: the probability of silence; ``agree``: the share of the three best clauses whose stance points to the verdict.
    """
    value = dict(zip(SILENCE_FEATURES, silence, strict=True))
    return np.array(
        [
            abs(silent - threshold),
            max(verdicts.values()),
            value["lead_over_second"],
            value["lead_over_fifth"],
            value["surest_topic"],
            value["top_topics_alike"],
            value["top_topics_product"],
            value["top_sentence_concepts"],
            value["top_meaning_sentence"],
            agree,
            value["keywords"],
            float(silent > threshold),
            value["judged_first"],
            value["judged_lead"],
            max(readings[0].verdicts) if readings else 0.0,
        ],
        np.float32,
    )
