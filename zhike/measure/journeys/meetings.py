r"""Who met which touchpoint, and what it took: reach and effort, with what they would be in samples drawn again.

Of ``n`` persons on the journey, ``m_j`` met touchpoint ``j``; with ``l_ij`` what person ``i`` took there (minutes of staff, else contacts)

    reach_j = m_j / n,        effort_j = sum_i l_ij / sum_k sum_i l_ik

The interval of reach is Wilson's over persons; that of effort comes from persons drawn again, for a share of minutes is a ratio of two sums
over the same persons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zhike.measure.path_model.moments import Cells
from zhike.measure.resampling import resample_counts
from zhike.measure.scores.estimate import Estimate, normal_quantile
from zhike.measure.shares import share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.measure.scores.estimate import Floats

__all__ = ["Meetings", "counted", "drawn_estimate", "drawn_meetings", "share_estimate"]


class Meetings(NamedTuple):
    """Reach and effort: arrays of shape (1 + draws, touchpoints), those of the sample first; ``met`` as `counted` has it, by touchpoint."""

    persons: int
    met: list[tuple[float, float]]
    reach: Floats
    effort: Floats


def drawn_meetings(
    met: NDArray[np.bool_], load: Floats, rng: np.random.Generator, draws: int, weights: Floats | None = None
) -> Meetings:
    """Return reach and effort of touchpoints.

    Parameters
    ----------
    met : array, shape (persons, touchpoints)
    load : array, shape (persons, touchpoints)
        What each meeting took; not below 0.
    rng : Generator
    draws : int
        Samples drawn again; 0 for none.
    weights : array, shape (persons,), optional
        What each person counts.

    Examples
    --------
    >>> met = np.array([[True, False], [True, True]])
    >>> found = drawn_meetings(met, met * 3.0, np.random.default_rng(1), 0)
    >>> found.reach.tolist(), found.effort.round(2).tolist()
    ([[1.0, 0.5]], [[0.67, 0.33]])
    """
    many = met.shape[1]
    each = np.ones(len(met)) if weights is None else weights
    cells = Cells.of(np.column_stack([met.astype(np.float64), load]), each, rng)
    drawn = [cells.resampled(counts).means for counts in resample_counts(len(cells), draws, rng)]
    means = np.concatenate([cells.whole.means, *drawn])
    # Rounding may leave a touchpoint that nobody met a little below 0.
    loads = np.maximum(means[:, many:], 0.0)
    total = loads.sum(axis=1, keepdims=True)
    effort = np.divide(loads, total, out=np.full_like(loads, np.nan), where=total > 0)
    counts = [counted(one, weights) for one in met.T]
    return Meetings(len(met), counts, np.clip(means[:, :many], 0.0, 1.0), effort)


def counted(holds: NDArray[np.bool_], weights: Floats | None) -> tuple[float, float]:
    """Return of how many persons something holds and of how many they are; with weights both as effective numbers, (sum w)^2 / sum w^2 in all.

    Examples
    --------
    >>> counted(np.array([True, False, True]), None), counted(np.array([True, False]), np.array([3.0, 1.0]))
    ((2, 3), (1.2, 1.6))
    """
    if weights is None or not len(weights):
        return int(holds.sum()), len(holds)
    scaled = weights * weights.sum() / (weights @ weights)
    return float(scaled[holds].sum()), float(scaled.sum())


def share_estimate(count: float, size: float, level: float) -> Estimate:
    """Return a share with Wilson's interval.

    Examples
    --------
    >>> [round(float(part), 4) for part in share_estimate(45, 50, 0.95)]
    [0.9, 0.0424, 0.7864, 0.9565, 50.0]
    """
    found = share(count, size, normal_quantile(level))
    if found is None:
        return Estimate(np.nan, np.nan, np.nan, np.nan, 0)
    error = float(np.sqrt(found.value * (1 - found.value) / size))
    return Estimate(found.value, error, found.low, found.high, round(size))


def drawn_estimate(values: Floats, n: int, level: float) -> Estimate:
    """Return the estimate of a figure from its draws, that of the sample first; percentile interval.

    Examples
    --------
    >>> found = drawn_estimate(np.array([2.0, 1.0, 2.0, 3.0]), 9, 0.5)
    >>> found.value, found.low, found.high
    (2.0, 1.5, 2.5)
    """
    again = values[1:][np.isfinite(values[1:])]
    if len(again) < 2 or not np.isfinite(values[0]):  # noqa: PLR2004 - a spread needs two
        return Estimate(float(values[0]), np.nan, np.nan, np.nan, n)
    low, high = np.quantile(again, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(values[0]), float(again.std(ddof=1)), float(low), float(high), n)
