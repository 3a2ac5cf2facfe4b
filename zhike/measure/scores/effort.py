"""The Customer Effort Score: the mean answer, with Student's interval and one by resampling beside it.

Answers of a scale of seven are few values with a ceiling; where most stand there, the interval by resampling (BCa) leans to the side where
answers can still lie, which Student's cannot.

References
----------
M. Dixon, K. Freeman, N. Toman, "Stop trying to delight your customers", Harvard Business Review, 2010.
B. Efron, "Better bootstrap confidence intervals", JASA 82, 1987.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhike.measure.bca import bca_intervals
from zhike.measure.scores.estimate import Estimate, mean_estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["effort"]


def effort(
    answers: NDArray[np.float64], rng: np.random.Generator, draws: int = 2000, level: float = 0.95
) -> tuple[Estimate, tuple[float, float]]:
    """Return the mean with Student's interval, and the ends of the interval by resampling.

    Parameters
    ----------
    answers : array, shape (n,)
        NaN where there was no answer.
    rng : Generator
    draws : int
        Samples drawn again.
    level : float
        Between 0 and 1.

    Notes
    -----
    A drawn sample is a draw of how often each value occurs: exact, and as quick for a million answers as for ten.
    """
    found = mean_estimate(answers, level=level)
    values, counts = np.unique(answers[np.isfinite(answers)], return_counts=True)
    if len(values) == 1 or not len(values):
        return found, (found.low, found.high)
    n = int(counts.sum())
    drawn = rng.multinomial(n, counts / n, size=draws) @ values / n
    left_out = np.repeat((n * found.value - values) / (n - 1), counts)
    low, high = bca_intervals(np.array([found.value]), drawn[:, None], left_out[:, None], level)
    return found, (float(low[0]), float(high[0]))
