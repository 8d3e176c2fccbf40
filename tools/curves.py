"""Whether confidence tells the truth: how often answers of some confidence are right, and how right those are that are surest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.intervals import Interval, wilson

BINS = 8
FEWEST = 20  # answers: the share right of fewer jumps about


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of much the same confidence: its mean, the share of them that is right, with its interval, and how many they are."""

    confidence: float
    right: float
    interval: Interval
    n: int


def reliability(confidence: Sequence[float], right: Sequence[bool], bins: int = BINS) -> list[Bin]:
    """Bins of as many answers each (or nearly), the least sure first; none where there are no answers."""
    sure, good = np.asarray(confidence, float), np.asarray(right, float)
    order = np.argsort(sure, kind="stable")
    found = []
    for part in np.array_split(order, min(bins, len(order))) if len(order) else []:
        share = float(good[part].mean())
        found.append(Bin(float(sure[part].mean()), share, wilson(share, len(part)), len(part)))
    return found


def calibration_error(bins: Sequence[Bin]) -> float:
    """How far confidence and share right lie apart, over all answers."""
    return sum(one.n * abs(one.confidence - one.right) for one in bins) / max(1, sum(one.n for one in bins))


def risk_coverage(confidence: Sequence[float], right: Sequence[bool], fewest: int = FEWEST) -> list[tuple[float, float]]:
    """(share answered, share of these right) if only the surest were answered, from the fewest to all.

    Answers of equal confidence are taken together, since no threshold parts them.
    """
    sure, good = np.asarray(confidence, float), np.asarray(right, float)
    order = np.argsort(-sure, kind="stable")
    sure, shares = sure[order], np.cumsum(good[order]) / np.arange(1, len(order) + 1)
    n = len(order)
    return [((at + 1) / n, float(shares[at])) for at in range(n) if at + 1 >= min(fewest, n) and (at + 1 == n or sure[at + 1] < sure[at])]
