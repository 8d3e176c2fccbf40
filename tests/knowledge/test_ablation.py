"""What is left out of an answer for `make evaluate` is left out wholly, and nothing else is; and the rows beside it count the same way."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import tools.cross_validation
from knowledge.answering import Answerer
from knowledge.encoder import encoder
from knowledge.evaluation import Labelled, score
from knowledge.index import PolicyIndex
from knowledge.judge import judge
from knowledge.question import Question
from knowledge.ranking import FEATURES
from knowledge.rereading import JUDGED_SILENCE, put_in_order
from knowledge.silence import SILENCE_FEATURES, silence_row
from knowledge.topics.fitted import topic_model
from knowledge.verdict import VERDICT_FEATURES, Verdict, verdict_row
from knowledge.weights import weights
from tests.shared_files import edition
from tools.ablation import SOURCES, IndexWithout, example_without
from tools.baselines import BASELINES
from tools.cross_validation import RememberedRankings, given
from tools.learning import Example, LabelledPolicy, examples_of, learn_ranking
from tools.variants import PLAIN, VARIANTS, Judged, total

POLICY = """# Social media policy

## Contact with pupils

Staff must not accept friend requests from pupils. Staff must not message pupils from a personal account.

Staff may use the school's own account to message pupils with the head's consent.

## Photographs

Photographs of pupils are taken on school cameras only. They are deleted at the end of each year.

The headteacher keeps a list of parents who have not consented to photographs.
"""
ASKED = (
    Labelled(
        "1", "invented", "Can I be facebook friends with a Year 9 pupil who sent me a friend request?", "no", ("accept friend requests",)
    ),
    Labelled("2", "invented", "who keeps the list of parents that said no to photos", "info", ("keeps a list of parents",)),
    Labelled("3", "invented", "may I park on the grass", "not_covered", ()),
)
ALONE = [frozenset({source}) for source in SOURCES]


@cache
def examples() -> list[Example]:
    """The labelled questions beside the policy, in full."""
    return examples_of(LabelledPolicy("invented", edition(POLICY, ".md"), ASKED), topic_model(), (encoder(), judge()))


def without(missing: frozenset[str]) -> list[Example]:
    """The same without some sources."""
    index = IndexWithout(examples()[0].index, {}, missing)
    return [example_without(one, index) for one in examples()]


def columns(source: str) -> list[int]:
    """Where the features of a source stand."""
    return [FEATURES.index(name) for name in SOURCES[source]]


def rows(example: Example) -> tuple[np.ndarray, np.ndarray]:
    """The features that silence and verdict are decided by."""
    ranked = example.ranked(weights().ranking)
    reread = put_in_order(ranked, example.readings(ranked), 1.0)
    return tuple(row(example.question, example.index, reread, example.table) for row in (silence_row, verdict_row))


@pytest.mark.parametrize("missing", ALONE, ids=lambda missing: "".join(missing))
def test_without_a_source_its_columns_are_0_and_those_of_the_others_stay(missing: frozenset[str]) -> None:
    (source,) = missing
    for full, less in zip(examples(), without(missing), strict=True):
        assert not less.table[:, columns(source)].any()
        for other in SOURCES.keys() - missing:
            assert np.array_equal(less.table[:, columns(other)], full.table[:, columns(other)])
        assert np.array_equal(less.answering, full.answering)
    if SOURCES[source]:
        assert any(full.table[:, columns(source)].any() for full in examples())


def test_without_topics_or_the_judge_silence_and_verdict_are_told_nothing_of_them() -> None:
    of_topics = ("policy_covers_topics", "off_topic", "surest_topic", "topic_doubt", "top_topics_alike", "best_topics_alike")
    names = {"topics": (of_topics, "family_"), "judge": (JUDGED_SILENCE, "judged_")}
    for source, (silence_names, prefix) in names.items():
        places = [SILENCE_FEATURES.index(name) for name in silence_names]
        verdict_places = [at for at, name in enumerate(VERDICT_FEATURES) if name.startswith(prefix)]
        full, less = rows(examples()[0]), rows(without(frozenset({source}))[0])
        assert full[0][places].any()
        assert full[1][verdict_places].any()
        assert not less[0][places].any()
        assert not less[1][verdict_places].any()


def test_without_vectors_the_answers_are_those_of_the_plain_index() -> None:
    policy = examples()[0].index.edition
    plain = PolicyIndex(policy, topic_model())
    for missing in (VARIANTS[PLAIN], frozenset({"vectors"})):
        index = IndexWithout(examples()[0].index, {}, missing)
        for labelled in ASKED:
            question = labelled.question
            assert Answerer(policy, weights(True), index).answer(question) == Answerer(policy, weights(True), plain).answer(question)


def test_with_nothing_missing_the_answers_are_the_product_s_own_and_the_whole_index_stays_whole() -> None:
    whole = examples()[0].index
    for missing in ALONE:
        Answerer(whole.edition, weights(), IndexWithout(whole, {}, missing)).answer(ASKED[0].question)
    nothing = IndexWithout(whole, {}, frozenset())
    for labelled in ASKED:
        expected = Answerer(whole.edition).answer(labelled.question)
        assert Answerer(whole.edition, weights(), nothing).answer(labelled.question) == expected
        assert Answerer(whole.edition, weights(), whole).answer(labelled.question) == expected
        assert 0 < expected.confidence < 1


def test_a_question_is_understood_once_for_all_that_is_left_out() -> None:
    known: dict[str, Question] = {}
    whole = examples()[0].index
    without_topics, full = (IndexWithout(whole, known, missing) for missing in (frozenset({"topics"}), frozenset[str]()))
    assert not without_topics.understand("may I tweet").topics.any()
    assert list(known) == ["may I tweet"]
    assert full.understand("may I tweet").topics is known["may I tweet"].topics


def test_what_is_no_source_cannot_be_left_out() -> None:
    with pytest.raises(KeyError, match="tea leaves"):
        IndexWithout(examples()[0].index, {}, frozenset({"tea leaves"}))
    assert all(missing <= SOURCES.keys() for missing in VARIANTS.values())


def test_what_is_always_0_gets_no_weight() -> None:
    learned = learn_ranking(without(frozenset({"words", "letters"})))
    assert not learned[columns("words") + columns("letters")].any()
    assert learned[columns("topics")].any()


def test_a_ranking_is_learned_once_for_each_set_of_schools(monkeypatch: pytest.MonkeyPatch) -> None:
    learned: list[int] = []
    monkeypatch.setattr(tools.cross_validation, "learn_ranking", lambda found: learned.append(len(found)) or np.zeros(1))
    rank = RememberedRankings()
    one, two = examples(), [Example("other", e.labelled, e.question, e.index, e.table, e.best_unit, e.answering) for e in examples()]
    for found in (one, two, one + two, two + one, one):
        rank(found)
    assert learned == [3, 3, 6]


@pytest.mark.parametrize("name", BASELINES)
def test_a_search_box_finds_by_words_alone_and_is_silent_where_it_meets_none(name: str) -> None:
    answer = BASELINES[name](examples()[0].index)
    found = answer("accept friend requests from pupils")
    assert "friend requests" in found.clauses[0][1]
    assert found.verdict == Verdict.NO
    assert answer("zebras").verdict == Verdict.NOT_COVERED
    assert answer("").clauses == ()


def test_figures_added_up_are_the_figures_of_all() -> None:
    answerer = Answerer(examples()[0].index.edition, weights(), examples()[0].index)
    pairs = [(labelled, given(answerer.answer(labelled.question))) for labelled in ASKED]
    together = total(Judged("invented", labelled, answer, 1.0, score([(labelled, answer)]).all) for labelled, answer in pairs)
    assert together.shares() == score(pairs).all.shares()
