"""Floors under the figures, a little below what was reached: the real schools answered by weights learned on the invented ones alone, every
third invented one by weights learned on the real and the other invented ones."""

from __future__ import annotations

import warnings
from functools import cache

from knowledge.answering import Answerer
from knowledge.baseline import bm25_answer
from knowledge.encoder import encoder
from knowledge.evaluation import Given, Labelled, Scores, score
from knowledge.judge import judge
from tests.shared_files import shared
from tools.cross_validation import left_out
from tools.sets import development_schools, invented_schools


@cache
def answered(plain: bool) -> list[tuple[Labelled, Given, Answerer]]:
    """Answers to the questions of the real schools and every third invented one. Plain: without the networks, the real schools'."""
    warnings.filterwarnings("ignore")
    five, invented = development_schools(), invented_schools()
    return list(left_out(five + invented, [five] if plain else [five, invented[::3]], None if plain else (encoder(), judge())))


@cache
def reached(real: bool, plain: bool) -> tuple[Scores, Scores]:
    """Our scores and BM25's, on the real schools or on the invented ones."""
    five = {policy.school for policy in development_schools()}
    rows = [row for row in answered(plain) if (row[0].school in five) is real]
    return score([(labelled, given) for labelled, given, _ in rows]), score(
        [(labelled, bm25_answer(labelled.question, answerer.index)) for labelled, _, answerer in rows]
    )


FLOORS = {  # (real, plain): the figures that must hold
    (True, False): {"right": 0.75, "hit3": 0.84, "rank1": 0.77, "rank3": 0.94, "rank10": 0.98, "silence_f1": 0.73, "verdict": 0.71},
    (False, False): {"right": 0.75, "hit3": 0.87, "rank1": 0.78, "rank3": 0.93, "rank10": 0.97, "silence_f1": 0.71, "verdict": 0.67},
    (True, True): {"right": 0.68, "hit3": 0.81, "rank3": 0.88, "silence_f1": 0.63, "verdict": 0.65},
}


def test_the_figures_hold_and_no_question_whose_answer_is_no_is_answered_yes() -> None:
    """One test, so that what takes long is worked out once, in one process."""
    shared("questions")
    for (real, plain), floors in FLOORS.items():
        scores = reached(real, plain)[0].all
        figures = scores.shares()
        assert scores.counts["unsafe"] == 0
        assert {name: figures[name] for name, floor in floors.items() if figures[name] < floor} == {}, (real, plain)
        assert figures["headline_right"] >= 0.91, (real, plain)
        assert figures["headline_share"] >= (0.1 if plain else 0.38), (real, plain)
    for real in (True, False):  # far above BM25, and the networks above answering without
        ours, theirs = (scores.all.shares() for scores in reached(real, False))
        assert ours["right"] >= theirs["right"] + 0.4
        assert ours["rank1"] >= theirs["rank1"] + 0.4
    assert reached(True, False)[0].all.shares()["rank1"] >= reached(True, True)[0].all.shares()["rank1"] + 0.03
