r"""Importance and experience of touchpoints that not everybody meets, of the sample and of samples drawn again.

Whoever did not meet a touchpoint has no rating of it, and none is missing. With ``u_ij`` 1 where person ``i`` met touchpoint ``j`` and the
rating ``x_ij``, the overall score is taken as

    y_i = c + sum_j u_ij (a_j + b_j (x_ij - mean_j)) + e_i

so that ``b_j`` is what one point of experience goes with *among those who met it*, beside all other touchpoints. With the deviation ``s_j`` of
its ratings and ``s_y`` of the overall score

    importance_j = b_j s_j / s_y,     potential_j = reach_j b_j (top - mean_j)

Penalty ``p_j`` and reward ``r_j`` come from the same persons with dummies for low and high ratings in place of the rating (see
`zhike.measure.drivers.penalty_reward`). All of it follows from means and products of the columns, so that thousands of samples are a few
matrix products.

References
----------
R. Brandt, 1987 (penalty and reward); B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.measure.path_model.moments import Cells, Moments
from zhike.measure.resampling import resample_counts

if TYPE_CHECKING:
    from zhike.measure.scores.estimate import Floats

__all__ = ["Figures", "drawn_figures", "swings"]

_FOLLOWS: Final = 1e-10
_FLAT: Final = 1e-9


class Figures(NamedTuple):
    """Figures of touchpoints, arrays of shape (1 + draws, touchpoints), those of the sample first; NaN where they do not follow.

    ``penalty`` and ``reward`` have a last axis of outcomes.
    """

    slope: Floats
    importance: Floats
    experience: Floats
    penalty: Floats
    reward: Floats


def drawn_figures(
    ratings: Floats, outcomes: Floats, cuts: tuple[float, float], rng: np.random.Generator, draws: int, weights: Floats | None = None
) -> Figures:  # fmt: skip
    """Return importance, experience, penalty and reward.

    Parameters
    ----------
    ratings : array, shape (n, touchpoints)
        NaN where a touchpoint was not met.
    outcomes : array, shape (n, outcomes)
        The overall score first; without gaps.
    cuts : tuple of float
        Highest rating that is low, lowest that is high.
    rng : Generator
    draws : int
        Samples drawn again; 0 for none.
    weights : array, shape (n,), optional
        What each person counts; each is drawn with equal chances and carries its weight.
    """
    many = ratings.shape[1]
    met = np.isfinite(ratings)
    centre = np.where(met, ratings, 0.0).sum(axis=0) / np.maximum(met.sum(axis=0), 1)
    columns = [met, np.where(met, ratings - centre, 0.0), ratings <= cuts[0], ratings >= cuts[1], outcomes]
    each = np.ones(len(ratings)) if weights is None else weights
    cells = Cells.of(np.column_stack([np.asarray(one, np.float64) for one in columns]), each, rng)
    parts = [_of_moments(cells.whole, many, centre)]
    parts += [
        _of_moments(cells.resampled(counts), many, centre)
        for counts in resample_counts(len(cells), draws, rng)
    ]
    return Figures(*(np.concatenate(one) for one in zip(*parts, strict=True)))


def _of_moments(moments: Moments, many: int, centre: Floats) -> Figures:
    met, rated = np.arange(many), np.arange(many, 2 * many)
    sides, outcome = np.arange(2 * many, 4 * many), np.arange(4 * many, len(moments.means[0]))
    share = moments.means[:, met]
    known = np.where(share > _FLAT, share, np.nan)
    away = moments.means[:, rated] / known
    square = moments.covariances[:, rated, rated] + moments.means[:, rated] ** 2
    spread = np.sqrt(np.maximum(square / known - away**2, 0.0))
    slope = _slopes(moments.covariances, np.concatenate([met, rated]), outcome[:1])[:, many:, 0]
    slope = np.where(spread > _FLAT, slope, np.nan)
    whole = np.sqrt(np.maximum(moments.covariances[:, outcome[0], outcome[0]], 0.0))
    importance = slope * spread / np.where(whole > _FLAT, whole, np.nan)[:, None]
    swung = _slopes(moments.covariances, np.concatenate([met, sides]), outcome)[:, many:]
    varies = moments.covariances[:, sides, sides] > _FLAT
    swung = np.where(varies[:, :, None], swung, np.nan)
    return Figures(slope, importance, centre + away, swung[:, :many], swung[:, many:])


def _slopes(covariances: Floats, of: np.ndarray, on: np.ndarray) -> Floats:
    """Return slopes of outcomes on predictors in each sample, shape (samples, predictors, outcomes); the smallest where some follow from others."""
    inner = covariances[:, of[:, None], of]
    scale = np.sqrt(np.maximum(np.einsum("kii->ki", inner), 0.0))
    scale = np.where(scale > _FLAT, scale, np.inf)
    inverse = np.linalg.pinv(inner / scale[:, :, None] / scale[:, None, :], rcond=_FOLLOWS, hermitian=True)
    outer = covariances[:, of[:, None], on] / scale[:, :, None]
    return np.asarray(inverse @ outer / scale[:, :, None])


def swings(figures: Figures, reach: Floats, outcome: int) -> Floats:
    """Return reach times (reward less penalty) on an outcome, shape (1 + draws, touchpoints)."""
    swing: Floats = reach * (figures.reward[:, :, outcome] - figures.penalty[:, :, outcome])
    return swing
