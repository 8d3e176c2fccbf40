"""95 % intervals of the figures: how far a figure on so few questions may lie from what it would be on very many."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Z = 1.96  # of 95 %
DRAWS = 2000  # more change no printed digit
SEED = 0  # the same figures give the same interval
Interval = tuple[float, float]
Flags = NDArray[np.bool_]


def wilson(share: float, n: int) -> Interval:
    """The interval (Wilson's) of a share of n; everything from 0 to 1 where there is nothing to share."""
    if n == 0:
        return 0.0, 1.0
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def f1_interval(true_silence: Flags, false_silence: Flags, silent: Flags) -> Interval:
    """The interval of the F1 of silence, by drawing the questions anew.

    A flag for each question: silence that was right, silence that was wrong, and whether the policy is silent on it.
    """
    counted = np.stack([true_silence, false_silence, silent], axis=1).astype(np.float64)
    drawn = _drawn(counted)
    both = drawn[:, 0] + drawn[:, 1] + drawn[:, 2]  # F1 = 2 TP / (2 TP + FP + FN), and FN = silent - TP
    return _middle(2 * drawn[:, 0] / np.maximum(both, 1e-9))


def difference_interval(ours: Flags, theirs: Flags) -> Interval:
    """The interval of how much larger our share is than theirs, on the same questions in the same order.

    Pairs are drawn anew together, so what makes a question hard for both cancels out.
    """
    return _middle(_drawn(ours.astype(np.float64) - theirs.astype(np.float64))[:, 0])


def _drawn(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of each column over questions drawn with replacement (draws × columns)."""
    rows = rows.reshape(len(rows), -1)
    often = np.random.default_rng(SEED).multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=DRAWS)
    return np.asarray(often @ rows / len(rows), np.float64)


def _middle(values: NDArray[np.float64]) -> Interval:
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
