"""The weighted mean with its linearised error, for clusters, strata, finite populations and raked weights.

With weights ``w_i``, ``W`` their sum and the mean ``m = sum w_i y_i / W``, each row's part is ``u_i = w_i (y_i - m) / W``. For raked weights ``y_i - m``
is first freed from what the margins explain of it (a regression on their categories with the weights before raking): margins that are
known leave no error. Within stratum ``h`` with ``c_h`` clusters of sums ``u_hc``, of a population of ``C_h``,

    error^2 = sum_h (1 - c_h / C_h) c_h / (c_h - 1) sum_c (u_hc - mean of u_h)^2

Without clusters each row is one. The interval is Student's with clusters less strata as degrees of freedom.

References
----------
J. Deville, C. Sarndal, JASA 87, 1992 (calibration); T. Lumley, J. Statistical Software 9, 2004 (the R package survey, whose figures these are).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zhike.measure.scores.estimate import Estimate, around, student_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zhike.measure.weighting.raking import Margin

__all__ = ["Clusters", "weighted_mean"]


class Clusters(NamedTuple):
    """How rows were drawn: each row's cluster and its stratum as numbers from 0, and the clusters of the population of each stratum.

    ``population`` is infinite where sampling does not use up the population.
    """

    cluster: NDArray[np.int64]
    stratum: NDArray[np.int64]
    population: NDArray[np.float64]

    @classmethod
    def of_rows(cls, n: int) -> Clusters:
        """Return ``n`` rows drawn one by one from many."""
        return cls(np.arange(n), np.zeros(n, dtype=np.int64), np.array([np.inf]))


def weighted_mean(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    clusters: Clusters | None = None,
    raked: tuple[NDArray[np.float64], Sequence[Margin]] | None = None,
    level: float = 0.95,
) -> Estimate:
    """Return the weighted mean with its linearised error.

    Parameters
    ----------
    values : array, shape (n,)
        NaN where there was no answer: such a row counts as one outside of the part of the population that is asked about.
    weights : array, shape (n,)
    clusters : Clusters, optional
        Rows drawn one by one unless given.
    raked : pair of array and margins, optional
        The weights before raking, and the margins.
    level : float
        Between 0 and 1.

    Examples
    --------
    >>> found = weighted_mean(np.array([5.0, 6, 7, 2]), np.ones(4))
    >>> [round(part, 4) for part in found[:2]]
    [5.0, 1.0801]
    """
    given = np.isfinite(values)
    total = float(weights[given].sum())
    if total <= 0:
        return Estimate(math.nan, math.nan, math.nan, math.nan, 0)
    mean = float(weights[given] @ values[given]) / total
    away = np.where(given, values - mean, 0.0) / total
    if raked is not None:
        away = away - _explained(away, *raked)
    drawn = Clusters.of_rows(len(values)) if clusters is None else clusters
    square, degrees = _between_clusters(weights * away, drawn)
    return around(mean, math.sqrt(square), int(given.sum()), student_quantile(level, degrees))


def _explained(
    away: NDArray[np.float64], before: NDArray[np.float64], margins: Sequence[Margin]
) -> NDArray[np.float64]:
    design = np.column_stack([np.eye(len(one.totals))[one.codes] for one in margins])
    weighed = design.T * before
    # Categories of several margins add up to the same: one of many solutions, all with the same fit.
    slopes = np.linalg.lstsq(weighed @ design, weighed @ away, rcond=None)[0]
    return np.asarray(design @ slopes)


def _between_clusters(parts: NDArray[np.float64], drawn: Clusters) -> tuple[float, int]:
    """Return the variance of the sum of parts, and its degrees of freedom; NaN where a stratum has one cluster only."""
    names, first, place = np.unique(drawn.cluster, return_index=True, return_inverse=True)
    sums = np.bincount(place, parts)
    stratum = drawn.stratum[first]
    strata = len(drawn.population)
    many = np.bincount(stratum, minlength=strata)
    mean = np.bincount(stratum, sums, strata) / np.maximum(many, 1)
    spread = np.bincount(stratum, (sums - mean[stratum]) ** 2, strata)
    single = many == 1
    factor = (1 - many / drawn.population) * many / np.where(single, np.nan, np.maximum(many - 1, 1))
    return float(np.sum(factor * spread)), len(names) - int(np.sum(many > 0))
