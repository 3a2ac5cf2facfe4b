r"""An estimate with its standard error and interval, and the mean as the one that most scores are.

With ``n`` answers ``x_i``, weights ``w_i`` of mean 1 and the weighted mean ``m``,

    error^2 = n / (n - 1) * sum (w_i (x_i - m))^2 / n^2

which without weights is the usual ``s / sqrt(n)`` with the divisor ``n - 1``. The interval is Student's with ``n - 1`` degrees of freedom.

References
----------
W. Cochran, Sampling Techniques, 3rd edition, 1977, chapters 2 and 6 (the linearised error of a ratio).
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Estimate", "Floats", "around", "mean_estimate", "normal_quantile", "student_quantile"]

Floats = np.ndarray[Any, np.dtype[np.float64]]

_FEWEST = 2


class Estimate(NamedTuple):
    """An estimate, its standard error, the ends of its interval, and how many answers it rests on; NaN where they do not give it."""

    value: float
    error: float
    low: float
    high: float
    n: int

    @property
    def excludes_zero(self) -> bool:
        """Whether it differs from 0 beyond chance."""
        return self.low > 0 or self.high < 0


def normal_quantile(level: float) -> float:
    """Return the ``z`` of a two-sided interval.

    Examples
    --------
    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    return NormalDist().inv_cdf((1 + level) / 2)


def student_quantile(level: float, degrees: float) -> float:
    """Return the ``t`` of a two-sided interval; NaN without a degree of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + level) / 2)) if degrees > 0 else math.nan


def around(value: float, error: float, n: int, quantile: float) -> Estimate:
    """Return ``value`` with the symmetric interval of ``quantile`` errors."""
    return Estimate(value, error, value - quantile * error, value + quantile * error, n)


def mean_estimate(
    values: NDArray[np.float64], weights: NDArray[np.float64] | None = None, level: float = 0.95
) -> Estimate:
    """Return the mean of answers with Student's interval.

    Parameters
    ----------
    values : array, shape (n,)
        NaN where there was no answer; such a row is left out.
    weights : array, shape (n,), optional
        Of any total.
    level : float
        Between 0 and 1.

    Examples
    --------
    >>> [round(float(part), 4) for part in mean_estimate(np.array([5.0, 6.0, 7.0, 2.0, np.nan]))]
    [5.0, 1.0801, 1.5626, 8.4374, 4.0]
    """
    given = np.isfinite(values)
    x = values[given]
    n = len(x)
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan, math.nan, 0)
    w = np.ones(n) if weights is None else weights[given] / weights[given].mean()
    m = float(w @ x) / n
    if n < _FEWEST:
        return Estimate(m, math.nan, math.nan, math.nan, n)
    error = math.sqrt(float(np.sum((w * (x - m)) ** 2)) / (n * (n - 1)))
    return around(m, error, n, student_quantile(level, n - 1))
