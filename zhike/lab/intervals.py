"""Means, ratios and their differences with intervals that know customers of one household are not independent.

A ratio r = sum y / sum x over customers has the influence values psi_i = (y_i - r x_i) / mean(x); a mean is the ratio with x = 1. With
G households and S_g the sum of psi over household g,

    var(r) = G / (G - 1) x sum_g S_g^2 / N^2

(delta method; W. Cochran, "Sampling Techniques", 1977, 6.3 and 9A). Policies that are played with common random numbers are
compared customer by customer: the difference of two ratios has the influence values psi_a - psi_b.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["LEVEL", "Estimate", "Interval", "clusters", "difference", "pooled", "ratio"]

LEVEL: Final = 0.95
"""Share of repetitions in which an interval holds the truth."""
_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the interval of `LEVEL` around it; NaN bounds where there are too few to tell."""

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the value differs from 0 beyond chance."""
        return self.low > 0 or self.high < 0

    def scaled(self, factor: float) -> Interval:
        """Return the interval in another unit."""
        ends = sorted((self.low * factor, self.high * factor))
        return Interval(self.value * factor, *ends)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A ratio with the influence of every customer on it, shape (n,)."""

    value: float
    influence: NDArray[np.float64]

    def interval(self, household: NDArray[np.int64]) -> Interval:
        """Return the value with its interval; ``household`` of shape (n,) as `clusters` gives it."""
        return _around(self.value, self.influence, household)


def ratio(y: NDArray[np.float64], x: NDArray[np.float64] | None = None) -> Estimate:
    """Return sum y / sum x, or the mean of y.

    Examples
    --------
    >>> ratio(np.array([1.0, 3.0])).value
    2.0
    """
    below = np.ones(len(y)) if x is None else x
    size = float(below.sum())
    if size <= 0:
        return Estimate(float("nan"), np.full(len(y), np.nan))
    value = float(y.sum()) / size
    return Estimate(value, (y - value * below) * (len(y) / size))


def difference(one: Estimate, other: Estimate, household: NDArray[np.int64]) -> Interval:
    """Return one less the other with its interval, paired by customer; ``household`` as `clusters` gives it.

    Examples
    --------
    >>> a, b = ratio(np.array([1.0, 3.0, 5.0])), ratio(np.array([0.0, 2.0, 4.0]))
    >>> difference(a, b, np.arange(3))
    Interval(value=1.0, low=1.0, high=1.0)
    """
    return _around(one.value - other.value, one.influence - other.influence, household)


def clusters(household: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return households as numbers from 0 without gaps, shape (n,).

    Examples
    --------
    >>> clusters(np.array([7, 3, 7])).tolist()
    [1, 0, 1]
    """
    return np.asarray(np.unique(household, return_inverse=True)[1], dtype=np.int64).ravel()


def _around(value: float, influence: NDArray[np.float64], household: NDArray[np.int64]) -> Interval:
    sums = np.bincount(household, weights=influence)
    homes = len(sums)
    if homes < _FEWEST:
        return Interval(value, float("nan"), float("nan"))
    error = np.sqrt(homes / (homes - 1) * float((sums**2).sum())) / len(influence)
    half = _student(homes - 1) * float(error)
    return Interval(value, value - half, value + half)


def pooled(values: Sequence[float]) -> Interval:
    """Return the mean of independent repetitions with its t-interval.

    Examples
    --------
    >>> pooled([1.0, 2.0, 3.0]).value
    2.0
    """
    found = np.asarray(values, dtype=np.float64)
    mean = float(found.mean()) if found.size else float("nan")
    if found.size < _FEWEST:
        return Interval(mean, float("nan"), float("nan"))
    half = _student(found.size - 1) * float(found.std(ddof=1)) / np.sqrt(found.size)
    return Interval(mean, mean - float(half), mean + float(half))


def _student(freedom: int) -> float:
    """Return by how many standard errors Student's t leaves the level's share inside."""
    from scipy.stats import t

    return float(t.ppf(0.5 + LEVEL / 2, freedom))
