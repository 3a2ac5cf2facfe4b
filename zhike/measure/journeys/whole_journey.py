r"""The journey from end to end against its touchpoints, and what first, last, best and worst one add.

Each person's mean of the touchpoints that they met is set against their own score of the whole, on one scale, so that the gap is paired:

    gap = mean_i (y_i - t_i),     t_i = mean_j x_ij

Every touchpoint can be green and the journey red: what happens between touchpoints, waiting, repeating oneself, is rated at none of them.

With the first and last rating of a person in the order of the journey, the best and the worst,

    y_i = c + m t_i + f first_i + l last_i + b best_i + w worst_i + e_i

over persons who rated three or more: with two, mean and ends say the same. Errors are HC3. Positive ``l`` and ``b`` or ``w`` are what a
peak and an end add to the mean, an association.

References
----------
A. Rawson, E. Duncan, C. Jones, Harvard Business Review 91(9), 2013 (touchpoints good, journey bad).
D. Kahneman and others, Psychological Science 4, 1993; D. Ariely, Z. Carmon, J. Behavioral Decision Making 13, 2000 (peak and end).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.measure.attributes.quadrant_chances import sample_means
from zhike.measure.drivers.regression import hc3
from zhike.measure.journeys.result import OrderEffects, WholeJourney
from zhike.measure.resampling import resample_counts
from zhike.measure.scores.estimate import around, mean_estimate, student_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.measure.scores.estimate import Floats

__all__ = ["order_effects", "whole_journey"]

_RATED: Final = 3
_FEWEST: Final = 20
"""Persons below which five slopes are not told."""


def whole_journey(
    ratings: Floats, overall: Floats, green: float, level: float, rng: np.random.Generator, draws: int, least: int, weights: Floats | None = None
) -> WholeJourney:  # fmt: skip
    """Return the journey against its touchpoints.

    Parameters
    ----------
    ratings : array, shape (n, touchpoints)
        NaN where a touchpoint was not met; every person met one.
    overall : array, shape (n,)
        On the same scale.
    green : float
        Score from which touchpoint and journey count as good.
    level : float
    rng : Generator
    draws : int
    least : int
        Ratings below which a touchpoint is not told.
    weights : array, shape (n,), optional

    Examples
    --------
    >>> ratings = np.array([[4.0, 5.0], [5.0, np.nan], [4.0, 4.0]])
    >>> found = whole_journey(ratings, np.array([2.0, 3.0, 2.0]), 3.8, 0.95, np.random.default_rng(1), 0, 1)
    >>> round(found.gap.value, 2), found.touchpoints_green, found.hidden
    (-2.17, 2, True)
    """
    rated = np.isfinite(ratings)
    told = rated.sum(axis=0) >= least
    mean = np.nanmean(ratings, axis=1)
    gap, ends, touchpoints = (mean_estimate(one, weights, level) for one in (overall - mean, overall, mean))
    each = np.ones(len(overall)) if weights is None else weights
    good = sample_means(ratings, each[None])[0][told] >= green
    hidden = bool(good.all() and told.any() and ends.value < green)
    chance = None
    if draws and told.any():
        parts = [
            (sample_means(ratings, counts * each)[:, told].min(axis=1) >= green)
            & (counts @ (each * overall) / (counts @ each) < green)
            for counts in resample_counts(len(overall), draws, rng)
        ]
        chance = float(np.concatenate(parts).mean())
    return WholeJourney(
        ends, touchpoints, gap, green, int(good.sum()), int(told.sum()), ends.value >= green, hidden, chance
    )


def order_effects(
    ratings: Floats,
    overall: Floats,
    order: NDArray[np.float64],
    told: str,
    level: float,
    weights: Floats | None = None,
) -> OrderEffects | None:
    """Return what ends and peaks add to the mean; None with fewer than twenty persons who rated three touchpoints.

    Parameters
    ----------
    ratings : array, shape (n, touchpoints)
    overall : array, shape (n,)
    order : array, shape (n, touchpoints)
        When each person met each touchpoint: any number that grows along the way.
    told : str
        Where the order is from: ``events`` or ``map``.
    level : float
    weights : array, shape (n,), optional
    """
    kept = np.isfinite(ratings).sum(axis=1) >= _RATED
    if kept.sum() < _FEWEST:
        return None
    x, y, when = ratings[kept], overall[kept], np.where(np.isfinite(ratings), order, np.nan)[kept]
    rows = np.arange(len(x))
    columns = [
        np.nanmean(x, axis=1), x[rows, np.nanargmin(when, axis=1)], x[rows, np.nanargmax(when, axis=1)],
        np.nanmax(x, axis=1), np.nanmin(x, axis=1),
    ]  # fmt: skip
    w = None if weights is None else weights[kept]
    slopes, errors, degrees = hc3(np.column_stack(columns), y, w)
    t = student_quantile(level, degrees)
    mean, first, last, best, worst = (
        around(float(b), float(e), len(y), t) for b, e in zip(slopes, errors, strict=True)
    )
    return OrderEffects(
        told, len(y), mean, first, last, best, worst, _r2(columns[:1], y, w), _r2(columns, y, w)
    )


def _r2(columns: list[Floats], y: Floats, weights: Floats | None) -> float:
    w = np.ones(len(y)) if weights is None else weights / weights.mean()
    root, design = np.sqrt(w), np.column_stack([np.ones(len(y)), *columns])
    residual = y - design @ np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]
    spread = float(w @ (y - np.average(y, weights=w)) ** 2)
    return 1 - float(w @ residual**2) / spread if spread > 0 else np.nan
