"""Which drivers the overall score goes with, in shares of R^2, with intervals by drawing respondents again.

A share says how much of the differences between respondents goes along with a driver. It is an association: whoever is content in
general rates everything higher, and a driver that nobody is discontent with explains nothing however much it matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.measure.drivers.associations import adjusted, associations
from zhike.measure.drivers.relative_weights import relative_weights
from zhike.measure.drivers.shapley import EXACT_TO, shapley_exact, shapley_sampled
from zhike.measure.resampling import percentile_interval, resample_counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["METHODS", "DriverShares", "driver_shares"]

METHODS: Final = ("shapley", "johnson")
_ORDERS: Final = 2000
"""Pairs of orders drawn for the shares themselves."""
_ORDERS_AGAIN: Final = 100
"""Pairs of orders drawn for a sample drawn again."""


class DriverShares(NamedTuple):
    """Shares of R^2, arrays of shape (drivers,).

    ``r2`` is that of the whole model, ``always`` that of the adjustment variables alone, ``error`` what drawing orders leaves (0 where all
    were gone through).
    """

    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    error: NDArray[np.float64]
    r2: float
    always: float


def driver_shares(
    table: NDArray[np.float64],
    method: str,
    rng: np.random.Generator,
    *,
    always: int = 0,
    draws: int = 1000,
    level: float = 0.95,
    weights: NDArray[np.float64] | None = None,
) -> DriverShares:
    """Return the shares of drivers.

    Parameters
    ----------
    table : array, shape (n, always + drivers + 1)
        Adjustment variables, drivers, the outcome last; rows without gaps.
    method : str
        One of `METHODS`.
    rng : Generator
    always : int
        How many adjustment variables there are.
    draws : int
        Samples drawn again; 0 for none, and then no intervals.
    level : float
        Of percentile intervals.
    weights : array, shape (n,), optional
        What each respondent counts; each is drawn with equal chances and carries its weight.
    """
    each = np.ones(len(table)) if weights is None else weights
    whole = adjusted(associations(table, None if weights is None else each[None]), always)
    share, error = _shares(whole.matrix, method, rng, _ORDERS)
    drawn = [
        _shares(adjusted(associations(table, one * each), always).matrix, method, rng, _ORDERS_AGAIN)[0]
        for one in resample_counts(len(table), draws, rng)
    ]
    low, high = (
        percentile_interval(np.concatenate(drawn), level) if drawn else (np.full(share.shape[1], np.nan),) * 2
    )
    of_variables = float(whole.always[0])
    return DriverShares(share[0], low, high, error, float(share.sum()) + of_variables, of_variables)


def _shares(
    matrix: NDArray[np.float64], method: str, rng: np.random.Generator, orders: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return shares of shape (samples, drivers) and the error of those of the first sample."""
    drivers = matrix.shape[-1] - 1
    if method == "johnson":
        return relative_weights(matrix), np.zeros(drivers)
    if drivers <= EXACT_TO:
        return shapley_exact(matrix), np.zeros(drivers)
    drawn = rng.permuted(np.tile(np.arange(drivers), (orders, 1)), axis=1)
    nothing = np.full(drivers, np.nan)
    found = [shapley_sampled(one, drawn) if np.isfinite(one).all() else (nothing, nothing) for one in matrix]
    return np.stack([share for share, _ in found]), found[0][1]
