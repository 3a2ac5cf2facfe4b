"""The difference between two arms, freed of what was known before the experiment.

Each arm's outcome is regressed on what was known before, centred over both arms, and the constants are compared: least squares of y
on (1, w, z, w z) with z = x - mean(x); the coefficient of w is the difference. With one x and one slope this is CUPED; a slope for
each arm never costs precision in large samples, whatever the regression is worth. The variance is the sandwich with HC2, plus what
the centring adds where slopes differ.

References
----------
A. Deng, Y. Xu, R. Kohavi and T. Walker, "Improving the sensitivity of online controlled experiments by utilizing pre-experiment
data", WSDM 2013; W. Lin, "Agnostic notes on regression adjustments to experimental data", Annals of Applied Statistics 7, 2013.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Difference", "adjusted_difference"]

_TABLE: Final = 2


@dataclass(frozen=True, slots=True)
class Difference:
    """Treated less untreated.

    Parameters
    ----------
    value, error : float
        In units of the outcome.
    low, high : float
        The interval at the level asked for.
    plain_value, plain_error : float
        The same without adjustment.
    """

    value: float
    error: float
    low: float
    high: float
    plain_value: float
    plain_error: float

    @property
    def saved(self) -> float:
        """Share of the variance that the adjustment took away; as many customers fewer would do."""
        return 1.0 - (self.error / self.plain_error) ** 2 if self.plain_error > 0 else 0.0


def adjusted_difference(
    outcome: NDArray[np.float64],
    treated: NDArray[np.bool_],
    before: NDArray[np.float64],
    level: float = 0.95,
) -> Difference:
    """Estimate the difference of two arms with pre-period data.

    Parameters
    ----------
    outcome : ndarray of float, shape (n,)
    treated : ndarray of bool, shape (n,)
    before : ndarray of float, shape (n, n_features)
        Known before the assignment, such as the outcome of the months before. Nothing that the action could have changed.
    level : float

    Raises
    ------
    UsageError
        Where arrays do not fit together, a figure is none, or an arm has not more rows than there are coefficients.
    """
    _check_arrays(outcome, treated, before, level)
    columns = before.shape[1] + 1
    if min(np.count_nonzero(treated), np.count_nonzero(~treated)) <= columns + 1:
        raise UsageError(
            what=phrase(
                "an arm with too few rows for {count} columns of pre-period data", count=before.shape[1]
            ),
            expected=phrase("more rows in each arm than columns, two beyond"),
        )
    value, error = _difference(outcome, treated, before - before.mean(axis=0))
    plain, plain_error = _difference(outcome, treated, before[:, :0])
    wide = NormalDist().inv_cdf((1.0 + level) / 2.0) * error
    return Difference(value, error, value - wide, value + wide, plain, plain_error)


def _check_arrays(
    outcome: NDArray[np.float64], treated: NDArray[np.bool_], before: NDArray[np.float64], level: float
) -> None:
    rows = {len(outcome), len(treated), len(before)}
    if len(rows) != 1 or before.ndim != _TABLE or treated.dtype != np.bool_ or not 0 < level < 1:
        raise UsageError(
            what=phrase(
                "arrays of {rows} rows, arms as {dtype}, level {level}",
                rows=sorted(rows),
                dtype=treated.dtype,
                level=level,
            ),
            expected=phrase(
                "as many rows everywhere, arms as true and false, a table of columns before, a level between 0 and 1"
            ),
        )
    if not (np.isfinite(outcome).all() and np.isfinite(before).all()):
        raise UsageError(
            what=phrase("an outcome or a column before that is no number"), expected=phrase("finite numbers")
        )


def _difference(
    outcome: NDArray[np.float64], treated: NDArray[np.bool_], centred: NDArray[np.float64]
) -> tuple[float, float]:
    fits = [_arm(outcome[arm], centred[arm]) for arm in (~treated, treated)]
    (low, low_slope, low_variance), (high, high_slope, high_variance) = fits
    # The customers' own mean is one draw: where slopes differ it moves the difference.
    moved = (centred @ (high_slope - low_slope)).var() / len(outcome)
    return high - low, float(np.sqrt(low_variance + high_variance + moved))


def _arm(
    outcome: NDArray[np.float64], centred: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64], float]:
    """Return an arm's constant, slopes and variance of the constant."""
    design = np.column_stack([np.ones(len(outcome)), centred])
    bread = np.linalg.pinv(design.T @ design)
    beta = bread @ (design.T @ outcome)
    leverage = np.einsum("ij,jk,ik->i", design, bread, design)
    squares = (outcome - design @ beta) ** 2 / np.maximum(1.0 - leverage, 1e-12)
    pull = design @ bread[0]
    return float(beta[0]), beta[1:], float(np.sum(pull**2 * squares))
