"""The clauses that ranked first, read closely beside the question by the judge, and put in order anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from knowledge.index import PolicyIndex
from knowledge.judge import VERDICTS, Reading
from knowledge.question import Question
from knowledge.ranking import Ranked

READ = 8  # clauses: the right one is among them for 49 questions in 50
SURE = 4.0  # log-odds beyond this tell no more
JUDGED_SILENCE = ("judged_best", "judged_first", "judged_any", "judged_lead")
JUDGED_VERDICT = (*(f"judged_{name}" for name in VERDICTS), *(f"judged_all_{name}" for name in VERDICTS))
UNLIKELY = 1e-3


@dataclass(frozen=True, slots=True)
class Reread:
    """All clauses, best first, with the readings of the first few in the same order; no readings where there is no judge."""

    ranked: list[Ranked]
    readings: list[Reading]


def readings_of(question: Question, index: PolicyIndex, ranked: Sequence[Ranked]) -> list[Reading]:
    """The readings of the first READ clauses, in the order of the ranking; none where there is no judge."""
    sides = index.sides([entry.clause for entry in ranked[:READ]], question)
    return index.judge.read(question.meaning, question.forms, sides) if index.judge and question.meaning is not None and sides else []


def put_in_order(ranked: list[Ranked], readings: list[Reading], counts: float) -> Reread:
    """The clauses that were read in the order of their scores, to which what was read is added, `counts` times; then the rest as it was."""
    if not readings:
        return Reread(ranked, [])
    judged = [
        (replace(entry, score=entry.score + counts * within(one.answers)), one)
        for entry, one in zip(ranked[: len(readings)], readings, strict=True)
    ]
    judged.sort(key=lambda pair: -pair[0].score)
    lowest = counts * min(within(one.answers) for one in readings)
    rest = [replace(entry, score=min(entry.score + lowest, judged[-1][0].score)) for entry in ranked[len(readings) :]]
    return Reread([*(entry for entry, _ in judged), *rest], [one for _, one in judged])


def judged_silence(readings: Sequence[Reading]) -> list[float]:
    """The values of JUDGED_SILENCE."""
    if not readings:
        return [0.0] * len(JUDGED_SILENCE)
    answers = np.array([within(one.answers) for one in readings])
    others = answers[1:].max() if len(answers) > 1 else -SURE
    return [float(answers.max()), float(answers[0]), float(np.logaddexp.reduce(answers)), float(answers[0] - others)]


def judged_verdict(readings: Sequence[Reading]) -> list[float]:
    """The values of JUDGED_VERDICT: logarithms of what the first clause, and all that were read together, are said to say."""
    if not readings:
        return [0.0] * len(JUDGED_VERDICT)
    said = np.array([one.verdicts for one in readings])
    share = np.exp(np.array([within(one.answers) for one in readings]))
    together = (share / share.sum()) @ said
    return [float(np.log(one + UNLIKELY)) for one in (*said[0], *together)]


def within(answers: float) -> float:
    """Log-odds that a clause answers, no surer than SURE either way."""
    return max(-SURE, min(SURE, answers))
