"""Customer satisfaction as the share of the best answers (top box), with Wilson's interval.

``CSAT = k / n`` with ``k`` answers among the best boxes of the scale, two of five as a rule. With weights, ``k`` and ``n`` are scaled to the
effective number of answers ``(sum w)^2 / sum w^2`` (Korn and Graubard), so that the interval is as wide as the weights make it.

References
----------
E. Wilson, JASA 22, 1927; E. Korn, B. Graubard, Survey Methodology 24, 1998.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from zhike.measure.scores.estimate import Estimate, normal_quantile
from zhike.measure.shares import share

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["top_box"]


def top_box(
    answers: NDArray[np.float64],
    lowest_counted: float,
    weights: NDArray[np.float64] | None = None,
    level: float = 0.95,
) -> Estimate:
    """Return the share of answers at or above ``lowest_counted``.

    Parameters
    ----------
    answers : array, shape (n,)
        NaN where there was no answer.
    lowest_counted : float
        4 for the two best of a scale from 1 to 5.
    weights : array, shape (n,), optional
    level : float
        Between 0 and 1.

    Examples
    --------
    >>> found = top_box(np.repeat([5.0, 4.0, 3.0], [30, 15, 5]), 4)
    >>> found.value, round(found.low, 5), round(found.high, 5)
    (0.9, 0.7864, 0.95652)
    """
    given = np.isfinite(answers)
    counted = (answers[given] >= lowest_counted).astype(float)
    n = len(counted)
    if not n:
        return Estimate(math.nan, math.nan, math.nan, math.nan, 0)
    w = np.ones(n) if weights is None else weights[given]
    effective = float(w.sum() ** 2 / (w @ w))
    # Two sums of the same weights may differ in the last digit.
    value = min(1.0, float(w @ counted / w.sum()))
    found = share(value * effective, effective, normal_quantile(level))
    low, high = (found.low, found.high) if found else (math.nan, math.nan)
    return Estimate(value, math.sqrt(value * (1 - value) / effective), low, high, n)
