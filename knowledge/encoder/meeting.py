"""What the words of a question and those of a clause make of each other, where their vectors as wholes say too little.

Each token looks for what answers to it in the other text; how the two agree and differ is told on average and at most. After Parikh et al.
2016, "A Decomposable Attention Model for Natural Language Inference"; learned together with the encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import DataFault

Rows = NDArray[np.float32]
FILE = "meeting.npz"


@dataclass(frozen=True, slots=True)
class Meeting:
    """What compares the tokens of a question, and those of a clause, with what answers to them (4d × d weights, d biases)."""

    asked: Rows
    asked_bias: Rows
    said: Rows
    said_bias: Rows
    sharpness: float

    def told(self, asked: Rows, texts: Sequence[Rows]) -> Rows:
        """What is told (texts × 4d) of the tokens of a question (count × d) beside those of each of some clauses.

        All tokens of the clauses are worked on at once: one by one it would take three times as long.
        """
        said = np.concatenate(texts)
        starts = np.cumsum([0, *map(len, texts)])
        firsts = starts[:-1]
        alike = self.sharpness * (_of_length_1(said) @ _of_length_1(asked).T)
        pull = np.exp(alike - alike.max())
        sought = (pull / pull.sum(axis=1, keepdims=True)) @ asked
        shares = pull / np.repeat(np.add.reduceat(pull, firsts), np.diff(starts), axis=0)
        found = np.concatenate([shares[start:end].T @ said[start:end] for start, end in pairwise(starts)])
        on_asked = _compared(np.tile(asked, (len(texts), 1)), found, self.asked, self.asked_bias).reshape(len(texts), len(asked), -1)
        on_said = _compared(said, sought, self.said, self.said_bias)
        on_said_mean = np.add.reduceat(on_said, firsts) / np.diff(starts)[:, None]
        told = [on_asked.mean(axis=1), on_asked.max(axis=1), on_said_mean, np.maximum.reduceat(on_said, firsts)]
        return np.concatenate(told, axis=1).astype(np.float32)


def _of_length_1(rows: Rows) -> Rows:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12), np.float32)


def _compared(own: Rows, other: Rows, weights: Rows, bias: Rows) -> Rows:
    return np.asarray(np.maximum(np.concatenate([own, other, own * other, np.abs(own - other)], axis=1) @ weights + bias, 0), np.float32)


@cache
def meeting() -> Meeting:
    """The bundled one. Raises DataFault where its file is missing or damaged."""
    try:
        with files("knowledge.encoder").joinpath(FILE).open("rb") as file, np.load(file) as stored:
            kept = {name: stored[name].astype(np.float32) for name in ("asked", "asked_bias", "said", "said_bias")}
            return Meeting(**kept, sharpness=float(stored["sharpness"]))
    except (OSError, ValueError, KeyError) as error:
        raise DataFault(f"knowledge/encoder/{FILE} cannot be used ({error}).", "Install Signpost again, or run `make encoder`.") from error
