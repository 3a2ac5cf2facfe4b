r"""The Net Promoter Score with intervals that count promoters and detractors as parts of one whole.

With shares ``p`` of promoters (9 and 10) and ``d`` of detractors (0 to 6) among ``n`` answers, both of one multinomial,

    NPS = 100 (p - d),   error = 100 sqrt((p + d - (p - d)^2) / n)

Taking the two shares as independent leaves out their covariance ``- p d / n`` and gives an interval that is too narrow. The Wald interval
fails for few answers and where everybody answers alike; the adjusted one first adds 0.75 promoters, 1.5 passives and 0.75 detractors, and
is taken around the score of the answers so extended.

References
----------
F. Reichheld, "The one number you need to grow", Harvard Business Review, 2003.
B. Rocks, "Interval estimation for the 'net promoter score'", The American Statistician 70, 2016 (the adjusted Wald interval).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.measure.scores.estimate import Estimate, around, normal_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "ADDED",
    "DETRACTOR_TO",
    "PROMOTER_FROM",
    "NetPromoter",
    "net_promoter",
    "promoter_counts",
    "promoter_values",
]

PROMOTER_FROM: Final = 9
DETRACTOR_TO: Final = 6
ADDED: Final = (0.75, 1.5, 0.75)
"""Promoters, passives, detractors that the adjusted interval adds."""


class NetPromoter(NamedTuple):
    """The score in points from -100 to 100, and what it was counted from.

    ``wald`` and ``adjusted`` hold the score with both intervals; ``adjusted.value`` is the score of the answers themselves, not of the
    extended ones, around which only its interval lies.
    """

    promoters: float
    passives: float
    detractors: float
    wald: Estimate
    adjusted: Estimate


def promoter_values(answers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 100 for a promoter, 0 for a passive, -100 for a detractor; NaN stays.

    Examples
    --------
    >>> promoter_values(np.array([10.0, 9, 8, 7, 6, 0, np.nan])).tolist()
    [100.0, 100.0, 0.0, 0.0, -100.0, -100.0, nan]
    """
    values = 100.0 * (answers >= PROMOTER_FROM) - 100.0 * (answers <= DETRACTOR_TO)
    return np.where(np.isnan(answers), np.nan, values)


def promoter_counts(
    answers: NDArray[np.float64], weights: NDArray[np.float64] | None = None
) -> tuple[float, float, float]:
    """Return promoters, passives and detractors.

    Parameters
    ----------
    answers : array, shape (n,)
        0 to 10; NaN where there was no answer.
    weights : array, shape (n,), optional
        Scaled so that the counts add up to the effective number of answers ``(sum w)^2 / sum w^2``: an interval from them is as wide as
        the weights make it.
    """
    given = np.isfinite(answers)
    values = promoter_values(answers[given])
    w = np.ones(len(values)) if weights is None else weights[given]
    if len(w) and weights is not None:
        w = w * (w.sum() / (w @ w))
    return tuple(float(w[values == one].sum()) for one in (100.0, 0.0, -100.0))  # type: ignore[return-value]


def net_promoter(promoters: float, passives: float, detractors: float, level: float = 0.95) -> NetPromoter:
    """Return the score of counted answers.

    Parameters
    ----------
    promoters, passives, detractors : float
        At least 0. Not whole where answers are weighted.
    level : float
        Between 0 and 1.

    Examples
    --------
    >>> found = net_promoter(6, 3, 1)
    >>> found.wald.value, [round(end, 2) for end in (*found.wald[2:4], *found.adjusted[2:4])]
    (50.0, [8.42, 91.58, -0.2, 77.13])
    """
    z = normal_quantile(level)
    counts = (promoters, passives, detractors)
    value, error = _score(*counts)
    n = round(sum(counts))
    wald = around(value, error, n, z)
    extended = around(*_score(*(one + more for one, more in zip(counts, ADDED, strict=True))), n, z)
    return NetPromoter(*counts, wald, Estimate(value, *extended[1:]))


def _score(promoters: float, passives: float, detractors: float) -> tuple[float, float]:
    n = promoters + passives + detractors
    if n <= 0:
        return math.nan, math.nan
    p, d = promoters / n, detractors / n
    return 100 * (p - d), 100 * math.sqrt((p + d - (p - d) ** 2) / n)
