r"""Linear regression on a series whose errors hang together from period to period.

A month with too many complaints is followed by another: least squares takes such errors for independent and calls chance an effect. Here
``y = X b + e`` with ``e_t = r e_{t-1} + u_t``, so that points ``d`` periods apart correlate by ``r^d`` (missing periods are gaps, not zeros). How
strongly they hang together is not known either, least of all in a short series: a plugged-in estimate of ``r``, which is too low, makes intervals
too narrow. So every ``r`` of a grid counts by its restricted likelihood, and the interval of a coefficient is that of the mixture

    p(r | y) ~ |V|^{-1/2} |X' V^{-1} X|^{-1/2} S(r)^{-(n - p) / 2},   b | r, y ~ Student(n - p) around generalised least squares

with ``V`` the correlations and ``S`` the weighted sum of squares. It is the Bayesian interval of flat expectations (of ``b``, the log of the error and
``r`` below `STRONGEST`), and is read here as a confidence interval: how often it holds the truth was counted (tests/truth/test_effects.py).

References
----------
A. Zellner, G. Tiao, "Bayesian analysis of the regression model with autocorrelated errors", JASA 59, 1964; D. Harville, "Maximum likelihood
approaches to variance component estimation", JASA 72, 1977 (restricted likelihood); S. Turner, A. Forbes, A. Karahalios, M. Taljaard, J. McKenzie,
"Evaluation of statistical methods used in the analysis of interrupted time series studies", BMC Medical Research Methodology 21, 2021 (how far
Newey-West, Prais-Winsten and others fall short in short series).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.measure.scores.estimate import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["STRONGEST", "AutocorrelatedFit", "autocorrelated_fit"]

STRONGEST: Final = 0.96
"""Largest correlation of neighbours that is reckoned with: beyond, a short series cannot be told from one without any level."""
_GRID: Final = np.round(np.arange(-0.8, STRONGEST + 0.005, 0.02), 2)
_HALF: Final = 0.5
_REACH: Final = 400.0
"""Errors within which the end of an interval is looked for; Student's with one degree of freedom has its 95 % end at 12.7."""


@dataclass(frozen=True, slots=True)
class AutocorrelatedFit:
    """What a series says of coefficients, for each correlation that may be.

    Parameters
    ----------
    chance : array, shape (grid,)
        Of each correlation; adds up to 1.
    correlations : array, shape (grid,)
    beta : array, shape (grid, coefficients)
    covariance : array, shape (grid, coefficients, coefficients)
    degrees : int
        Points less coefficients.
    """

    chance: NDArray[np.float64]
    correlations: NDArray[np.float64]
    beta: NDArray[np.float64]
    covariance: NDArray[np.float64]
    degrees: int

    def estimate(self, contrast: NDArray[np.float64], level: float = 0.95) -> Estimate:
        """Return a sum of coefficients with its interval.

        Parameters
        ----------
        contrast : array, shape (coefficients,)
        level : float
            Between 0 and 1.
        """
        middles = self.beta @ contrast
        scales = np.sqrt(np.einsum("i,rij,j->r", contrast, self.covariance, contrast))
        value = float(self.chance @ middles)
        spread = float(np.sqrt(self.chance @ (scales**2 + (middles - value) ** 2)))
        low, high = (self._quantile(middles, scales, share) for share in ((1 - level) / 2, (1 + level) / 2))
        return Estimate(value, spread, low, high, self.degrees + self.beta.shape[1])

    def below(self, contrast: NDArray[np.float64], at: float = 0.0) -> float:
        """Return the chance that a sum of coefficients lies below a value."""
        scales = np.sqrt(np.einsum("i,rij,j->r", contrast, self.covariance, contrast))
        return self._share(self.beta @ contrast, scales, at)

    def correlation(self, level: float = 0.95) -> tuple[float, float, float]:
        """Return the mean of the correlation of neighbours and the ends of its interval."""
        cumulated = np.cumsum(self.chance)
        low, high = (
            float(self.correlations[min(int(np.searchsorted(cumulated, end)), len(cumulated) - 1)])
            for end in ((1 - level) / 2, (1 + level) / 2)
        )
        return float(self.chance @ self.correlations), low, high

    @property
    def mean(self) -> NDArray[np.float64]:
        """The coefficients, over all correlations that may be."""
        return np.asarray(self.chance @ self.beta)

    def _share(self, middles: NDArray[np.float64], scales: NDArray[np.float64], at: float) -> float:
        from scipy.special import stdtr

        # A coefficient without any error lies above or below for sure.
        sure = np.where(at == middles, 0.0, np.copysign(np.inf, at - middles))
        away = np.divide(at - middles, scales, out=sure, where=scales > 0)
        return float(self.chance @ stdtr(self.degrees, away))

    def _quantile(self, middles: NDArray[np.float64], scales: NDArray[np.float64], share: float) -> float:
        from scipy.optimize import brentq

        wide = _REACH * float(scales.max())
        low, high = float(middles.min()) - wide, float(middles.max()) + wide
        if wide == 0:
            return low if share < _HALF else high
        found = brentq(lambda at: self._share(middles, scales, at) - share, low, high, xtol=1e-9 * wide)
        return float(found)


def autocorrelated_fit(
    values: NDArray[np.float64],
    design: NDArray[np.float64],
    periods: NDArray[np.int64],
    sizes: NDArray[np.float64] | None = None,
) -> AutocorrelatedFit:
    """Fit a linear model to a series in the order of time.

    Parameters
    ----------
    values : array, shape (n,)
    design : array, shape (n, coefficients)
        Of full rank, with fewer columns than rows.
    periods : array of int, shape (n,)
        Number of each point's period, rising; periods without a point are left out.
    sizes : array, shape (n,), optional
        Cases behind each point: the error of a point falls with their root.

    Examples
    --------
    >>> t = np.arange(12)
    >>> found = autocorrelated_fit(3.0 + 2.0 * t, np.column_stack([np.ones(12), t]), t)
    >>> [round(float(one), 6) for one in found.mean], found.degrees
    ([3.0, 2.0], 10)
    """
    scale = np.ones(len(values)) if sizes is None else np.sqrt(sizes / sizes.mean())
    table = np.column_stack([design, values]) * scale[:, None]
    white, log_size = _whitened(table, np.diff(periods))
    x, y = white[..., :-1], white[..., -1]
    normal = np.einsum("rni,rnj->rij", x, x)
    inverse = np.linalg.inv(normal)
    beta = np.einsum("rij,rnj,rn->ri", inverse, x, y)
    squares = ((y - np.einsum("rni,ri->rn", x, beta)) ** 2).sum(axis=1)
    degrees = len(values) - design.shape[1]
    # A series that the model meets exactly has no error at all: every correlation explains it alike.
    floor = 1e-24 * float((table[:, -1] ** 2).sum()) + 1e-300
    told = log_size - np.linalg.slogdet(normal)[1] / 2 - degrees / 2 * np.log(np.maximum(squares, floor))
    chance = np.exp(told - told.max())
    spread = np.maximum(squares, 0.0) / degrees
    return AutocorrelatedFit(chance / chance.sum(), _GRID, beta, spread[:, None, None] * inverse, degrees)


def _whitened(
    table: NDArray[np.float64], gaps: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return rows freed of what the row before says, for each correlation, and half the log determinant of the inverse correlations."""
    carried = _GRID[:, None] ** gaps[None, :]
    left = np.sqrt(1 - carried**2)
    white = np.empty((len(_GRID), *table.shape))
    white[:, 0] = table[0]
    white[:, 1:] = (table[1:] - carried[..., None] * table[:-1]) / left[..., None]
    return white, -np.log(left).sum(axis=1)
