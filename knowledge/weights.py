"""The learned weights: few, named, in one readable file that `make fit` writes (knowledge/weights.json)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import DataFault

Row = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic decision over named features: `probability` of yes."""

    names: tuple[str, ...]
    mean: Row
    spread: Row
    weights: Row
    bias: float

    def probability(self, row: Row) -> float:
        """The probability, 0 to 1, for one row of feature values in the order of `names`."""
        score = float(((row - self.mean) / self.spread) @ self.weights) + self.bias
        return float(1.0 / (1.0 + np.exp(-score)))


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice among labels by weighted features: `probabilities` by label."""

    names: tuple[str, ...]
    labels: tuple[str, ...]
    weights: NDArray[np.float32]  # labels × features
    bias: Row

    def probabilities(self, row: Row) -> dict[str, float]:
        """A probability for each label; together 1."""
        scores = self.weights @ row + self.bias
        likely = np.exp(scores - scores.max())
        return dict(zip(self.labels, map(float, likely / likely.sum()), strict=True))


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything that was learned on labelled questions."""

    ranking: Row
    judging: float  # how much what the judge read counts beside the ranking's score
    silence: Logistic
    silence_threshold: float
    verdict: Choice
    confidence: Logistic
    confidence_threshold: float

    def to_json(self) -> dict[str, object]:
        """The weights as plain numbers under their features' names."""
        from knowledge.ranking import FEATURES

        return {
            "ranking": _named(FEATURES, self.ranking),
            "judging": round(self.judging, 4),
            "silence": _logistic_json(self.silence) | {"threshold": self.silence_threshold},
            "verdict": {
                "bias": _named(self.verdict.labels, self.verdict.bias),
                "weights": {
                    label: _named(self.verdict.names, row) for label, row in zip(self.verdict.labels, self.verdict.weights, strict=True)
                },
            },
            "confidence": _logistic_json(self.confidence) | {"threshold": self.confidence_threshold},
        }


def _named(names: tuple[str, ...], row: Row) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, row, strict=True)}


def _logistic_json(model: Logistic) -> dict[str, object]:
    return {
        "bias": round(model.bias, 4),
        "features": {
            name: [round(float(w), 4), round(float(m), 4), round(float(s), 4)]
            for name, w, m, s in zip(model.names, model.weights, model.mean, model.spread, strict=True)
        },
    }


@cache
def weights(plain: bool = False) -> Weights:
    """The bundled weights: those for answering with encoder and judge, or the plain ones for answering without.

    Raises DataFault where the file does not name the features of this version.
    """
    from knowledge.ranking import FEATURES
    from knowledge.silence import CONFIDENCE_FEATURES, SILENCE_FEATURES
    from knowledge.verdict import VERDICT_FEATURES

    try:
        raw = json.loads(files("knowledge").joinpath("weights.json").read_text(encoding="utf-8"))["plain" if plain else "with networks"]
        verdict = raw["verdict"]
        labels = tuple(verdict["bias"])
        return Weights(
            ranking=np.array([raw["ranking"][name] for name in FEATURES], np.float32),
            judging=float(raw["judging"]),
            silence=_logistic(raw["silence"], SILENCE_FEATURES),
            silence_threshold=float(raw["silence"]["threshold"]),
            verdict=Choice(
                VERDICT_FEATURES,
                labels,
                np.array([[verdict["weights"][label][name] for name in VERDICT_FEATURES] for label in labels], np.float32),
                np.array([verdict["bias"][label] for label in labels], np.float32),
            ),
            confidence=_logistic(raw["confidence"], CONFIDENCE_FEATURES),
            confidence_threshold=float(raw["confidence"]["threshold"]),
        )
    except (OSError, ValueError, KeyError) as error:
        raise DataFault(f"knowledge/weights.json does not fit this version ({error!r}).", "Run `make fit`.") from error


def _logistic(raw: dict, names: tuple[str, ...]) -> Logistic:  # type: ignore[type-arg]
    table = np.array([raw["features"][name] for name in names], np.float32)
    return Logistic(names, table[:, 1], table[:, 2], table[:, 0], float(raw["bias"]))
