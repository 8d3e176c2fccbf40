"""The judge: whether a clause answers a question and what it says of the act, read off the vectors of both and of their tokens.

Ranking compares each clause with the question in many small ways; the few that come out first are read here once more, together with what
form the question has and what stance the clause and its nearest sentence take. The vectors are there already, so it costs little.
Made by `make judge`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import Encoded
from knowledge.encoder.meeting import Meeting, meeting
from knowledge.errors import DataFault
from knowledge.policy import Stance
from knowledge.wording import patterns

Rows = NDArray[np.float32]
VERDICTS = ("no", "yes", "conditional", "info")  # in the order of the outputs
FORMS = tuple(patterns("questions"))
# How a stance weighs for a verdict: advice against is a no.
GROUPS = ("ban", "duty", "freedom", "condition", "information")
GROUP_OF = {
    Stance.FORBIDS: 0, Stance.ADVISES_AGAINST: 0, Stance.REQUIRES: 1, Stance.ALLOWS: 2, Stance.CONDITIONS: 3, Stance.INFORMS: 4,
}  # fmt: skip
STRETCH, PRODUCT_STRETCH, ALIKE_STRETCH = np.float32(20), np.float32(200), np.float32(5)  # numbers of vectors of length 1 are small


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a clause closely told. ``answers``: log-odds that it answers rather than that the policy is silent.

    ``verdicts``: a probability for each of VERDICTS, if it answers.
    """

    answers: float
    verdicts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """A clause as it is read: the whole and its stance, the vector of its sentence that lies nearest to the question and its stance."""

    meaning: Encoded
    stance: Stance
    nearest: Rows
    nearest_stance: Stance


@dataclass(frozen=True, slots=True)
class Judge:
    """A net with one hidden layer. ``hidden``: features × width, with ``bias``; ``out``: width × (answers, verdicts), with ``out_bias``."""

    meeting: Meeting
    hidden: Rows
    bias: Rows
    out: Rows
    out_bias: Rows

    def read(self, asked: Encoded, forms: Collection[str], clauses: Sequence[Side]) -> list[Reading]:
        """A reading of each clause beside a question of that meaning and those forms."""
        rows = rows_of(self.meeting, asked, forms, clauses)
        scores = np.maximum(rows @ self.hidden + self.bias, 0) @ self.out + self.out_bias
        likely = np.exp(scores[:, 1:] - scores[:, 1:].max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        return [Reading(float(one[0]), tuple(map(float, said))) for one, said in zip(scores, likely, strict=True)]


def rows_of(meeting: Meeting, asked: Encoded, forms: Collection[str], clauses: Sequence[Side]) -> Rows:
    """The features of a question beside each of some clauses."""
    told = meeting.told(asked.details, [clause.meaning.details for clause in clauses])
    return np.concatenate([np.stack([_row(asked.vector, forms, clause) for clause in clauses]), told], axis=1)


def _row(question: Rows, forms: Collection[str], clause: Side) -> Rows:
    whole = clause.meaning.vector
    form = np.array([name in forms for name in FORMS], np.float32)
    stance, nearest = (_one_hot(stance) for stance in (clause.stance, clause.nearest_stance))
    return np.concatenate(
        [
            question * STRETCH,
            whole * STRETCH,
            question * whole * PRODUCT_STRETCH,
            np.abs(question - whole) * STRETCH,
            form,
            stance,
            nearest,
            np.outer(form, stance).ravel(),
            np.outer(form, nearest).ravel(),
            np.array([question @ whole, question @ clause.nearest], np.float32) * ALIKE_STRETCH,
        ]
    ).astype(np.float32)


def _one_hot(stance: Stance) -> Rows:
    row = np.zeros(len(GROUPS), np.float32)
    row[GROUP_OF[stance]] = 1
    return row


@cache
def judge() -> Judge:
    """The bundled judge. Raises DataFault where its file is missing or damaged."""
    try:
        with files("knowledge").joinpath("judge.npz").open("rb") as file, np.load(file) as stored:
            return Judge(meeting(), *(stored[name].astype(np.float32) for name in ("hidden", "bias", "out", "out_bias")))
    except (OSError, ValueError, KeyError) as error:
        raise DataFault(f"knowledge/judge.npz cannot be used ({error}).", "Install Signpost again, or run `make judge`.") from error
