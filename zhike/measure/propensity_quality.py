"""How good propensities are, from outcomes: order (AUC, ALIFT), likelihood, calibration.

    AUC     P(a yes scores above a no), ties count half
    ALIFT   area under the cumulative-gains curve = (1 - pi) AUC + pi / 2, pi the base rate: print pi with it
    log     - mean of y log p + (1 - y) log(1 - p)
    Brier   mean of (p - y)^2
    ECE     sum over bins of |sum p - sum y| / n, bins of equal counts by p

ALIFT: S. Moro, P. Cortez, P. Rita, Decision Support Systems 62, 2014. ECE: M. Naeini, G. Cooper, M. Hauskrecht, "Obtaining
well calibrated probabilities using Bayesian binning", AAAI 2015, here over bins of equal counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PropensityQuality", "area_under_curve", "propensity_quality"]

_TINY: Final = 1e-12
BINS: Final = 10
"""Bins of the calibration error."""


@dataclass(frozen=True, slots=True)
class PropensityQuality:
    """Figures of one set of propensities.

    Parameters
    ----------
    base_rate : float
        pi: share of yes.
    auc, alift, log_loss, brier, ece : float
        NaN where there is no row, AUC and ALIFT also where there is one kind of outcome only.
    rows : int
    """

    base_rate: float
    auc: float
    alift: float
    log_loss: float
    brier: float
    ece: float
    rows: int


def area_under_curve(p: NDArray[np.float64], yes: NDArray[np.bool_]) -> float:
    """Return the AUC of scores of shape (n_rows,); NaN without both outcomes.

    Examples
    --------
    >>> area_under_curve(np.array([0.1, 0.4, 0.4, 0.8]), np.array([False, False, True, True]))
    0.875
    """
    from scipy.stats import rankdata

    won = int(yes.sum())
    if won in {0, len(yes)}:
        return float("nan")
    above = rankdata(p)[yes].sum() - won * (won + 1) / 2
    return float(above / (won * (len(yes) - won)))


def propensity_quality(p: NDArray[np.float64], yes: NDArray[np.bool_]) -> PropensityQuality:
    """Measure propensities of shape (n_rows,) against outcomes."""
    if not len(p):
        none = float("nan")
        return PropensityQuality(none, none, none, none, none, none, 0)
    rate, auc = float(yes.mean()), area_under_curve(p, yes)
    sure = np.clip(p, _TINY, 1.0 - _TINY)
    return PropensityQuality(
        base_rate=rate,
        auc=auc,
        alift=(1.0 - rate) * auc + rate / 2.0,
        log_loss=float(-np.where(yes, np.log(sure), np.log1p(-sure)).mean()),
        brier=float(((p - yes) ** 2).mean()),
        ece=_calibration_error(p, yes),
        rows=len(p),
    )


def _calibration_error(p: NDArray[np.float64], yes: NDArray[np.bool_]) -> float:
    """Return the error over bins of equal counts.

    Rows of one propensity are taken as the mean of their outcomes, so that their order among themselves does not matter.
    """
    _, level = np.unique(p, return_inverse=True)
    rates = np.bincount(level, weights=yes) / np.bincount(level)
    gap = (p - rates[level])[np.argsort(p, kind="stable")]
    return float(sum(abs(part.sum()) for part in np.array_split(gap, min(BINS, len(gap)))) / len(gap))
