r"""Hours of staff that a standard way and machines would free a month, with their interval.

With ``a_i`` the minutes of case ``i`` in steps that are candidates for automation, ``r_i`` the others, ``r_0`` the median of ``r`` over the cases of
the most usual variant without rework (the standard way), the parts ``alpha`` of candidate minutes that a machine takes and ``beta`` of minutes
beyond the standard way that fall away, both by the rules,

    freed a month = 1 / (60 months) sum_i (alpha a_i + beta max(0, r_i - r_0))

No minute is counted twice. Cases come by chance, so each counts by a Poisson number of mean 1 in a sample drawn again (their number varies as well),
and ``r_0`` is taken anew; percentile interval. ``alpha`` and ``beta`` are the bank's assumptions: the interval does not hold their error.

References
----------
B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993. J. Praestgaard, J. Wellner, Annals of Probability 21, 1993 (random weights in
place of counts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zhike.measure.journeys.meetings import drawn_estimate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from zhike.measure.scores.estimate import Estimate

    Floats = NDArray[np.float64]

__all__ = ["Freed", "freed_hours"]


class Freed(NamedTuple):
    """Hours a month: by machines, by a standard way, together; ``standard_minutes`` is what the standard way takes."""

    automation: Estimate
    standard: Estimate
    together: Estimate
    standard_minutes: float


def freed_hours(
    candidate: Floats, other: Floats, standard: NDArray[np.bool_], parts: tuple[float, float], months: float, rng: np.random.Generator,
    draws: int, level: float,
) -> Freed:  # fmt: skip
    """Return the hours that would be free.

    Parameters
    ----------
    candidate, other : array, shape (cases,)
        Minutes in candidate steps, and in all others.
    standard : array, shape (cases,)
        Which cases go the standard way without rework.
    parts : tuple of float
        ``alpha`` and ``beta``, each from 0 to 1.
    months : float
    rng : Generator
    draws : int
    level : float

    Examples
    --------
    >>> found = freed_hours(np.array([6.0, 0.0]), np.array([10.0, 30.0]), np.array([True, False]), (1.0, 0.5), 1.0, np.random.default_rng(1), 0, 0.95)
    >>> round(found.automation.value, 3), round(found.standard.value, 3), found.standard_minutes
    (0.1, 0.167, 10.0)
    """
    order = np.argsort(other, kind="stable")
    candidate, other, standard = candidate[order], other[order], standard[order]
    rows = np.stack(
        [_freed(candidate, other, standard, parts, counts) for counts in _counts(len(other), draws, rng)]
    )
    hours = rows[:, :2] / (60 * months)
    n = len(other)
    machines, way = (drawn_estimate(hours[:, one], n, level) for one in (0, 1))
    return Freed(machines, way, drawn_estimate(hours.sum(axis=1), n, level), float(rows[0, 2]))


def _counts(n: int, draws: int, rng: np.random.Generator) -> Iterator[Floats]:
    yield np.ones(n)
    for _ in range(draws):
        yield rng.poisson(1.0, n).astype(np.float64)


def _freed(
    candidate: Floats, other: Floats, standard: NDArray[np.bool_], parts: tuple[float, float], counts: Floats
) -> tuple[float, float, float]:
    usual = _median(other[standard], counts[standard])
    beyond = np.maximum(other - usual, 0.0)
    return parts[0] * float(counts @ candidate), parts[1] * float(counts @ beyond), usual


def _median(ordered: Floats, counts: Floats) -> float:
    """Return the weighted median of ordered values; NaN without weight."""
    along = np.cumsum(counts)
    if not len(along) or along[-1] <= 0:
        return float("nan")
    half = along[-1] / 2
    low, high = np.searchsorted(along, half, side="left"), np.searchsorted(along, half, side="right")
    return float(ordered[low] + ordered[min(high, len(ordered) - 1)]) / 2
