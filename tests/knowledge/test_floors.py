"""Floors under the figures: each school answered by weights learned on all the others, a little below what was reached."""

from __future__ import annotations

import warnings
from functools import cache

from knowledge.baseline import bm25_answer
from knowledge.evaluation import Scores, score
from tests.shared_files import shared
from tools.cross_validation import left_out
from tools.sets import development_schools, invented_schools


@cache
def reached(real: bool) -> tuple[Scores, Scores]:
    """Our scores and plain BM25's, on the real schools or on the invented ones."""
    warnings.filterwarnings("ignore")
    five, invented = development_schools(), invented_schools()
    answered = list(left_out(five + invented, five if real else invented, control_leaks=False))
    return score([(labelled, given) for labelled, given, _ in answered]), score(
        [(labelled, bm25_answer(labelled.question, answerer.index)) for labelled, _, answerer in answered]
    )


def test_the_figures_on_the_real_schools_hold() -> None:
    shared("questions")
    figures = reached(real=True)[0].all.shares()
    assert figures["right"] >= 0.68
    assert figures["hit3"] >= 0.83
    assert figures["rank3"] >= 0.86
    assert figures["silence_f1"] >= 0.62
    assert figures["verdict"] >= 0.65


def test_the_figures_on_invented_schools_hold() -> None:
    figures = reached(real=False)[0].all.shares()
    assert figures["right"] >= 0.58
    assert figures["hit3"] >= 0.73
    assert figures["rank10"] >= 0.92


def test_no_question_whose_answer_is_no_is_answered_yes() -> None:
    shared("questions")
    assert reached(real=True)[0].all.counts["unsafe"] == 0
    assert reached(real=False)[0].all.counts["unsafe"] == 0


def test_what_has_a_headline_is_mostly_right() -> None:
    shared("questions")
    for real in (True, False):
        figures = reached(real)[0].all.shares()
        assert figures["headline_right"] >= 0.82
        assert figures["headline_share"] >= 0.28


def test_we_stand_far_above_plain_bm25() -> None:
    shared("questions")
    for real in (True, False):
        ours, theirs = (scores.all.shares() for scores in reached(real))
        assert ours["right"] >= theirs["right"] + 0.25
        assert ours["rank1"] >= theirs["rank1"] + 0.25
