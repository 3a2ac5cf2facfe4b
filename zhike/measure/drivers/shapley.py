"""Shares of R^2 by the mean gain of a driver over all orders in which drivers can enter (LMG, the Shapley value).

With ``R^2(S)`` of the model of drivers ``S`` and ``p`` drivers in all,

    share_j = sum over S without j of |S|! (p - 1 - |S|)! / p! * (R^2(S and j) - R^2(S))

The shares add up to the R^2 of the whole model. All ``2^p`` models are swept out of the correlations one from the other, for many samples
at a time; beyond `EXACT_TO` drivers, orders are drawn in pairs, each with its reverse, and the gains along an order are the squares of the
last row of a Cholesky factor.

References
----------
R. Lindeman, P. Merenda, R. Gold, 1980; U. Groemping, "Relative importance for linear regression in R", J. Statistical Software 17, 2006.
I. Castro, D. Gomez, J. Tejada, Computers & Operations Research 36, 2009 (sampled orders).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["EXACT_TO", "shapley_exact", "shapley_sampled"]

EXACT_TO: Final = 15
"""Drivers up to which all models are fitted: 32,768 of them."""
_HELD: Final = 8_000_000
"""Values of R^2 held at a time."""
_NOTHING: Final = 1e-10
"""Residual variance, of 1, below which a driver adds nothing: it follows from the others."""


def shapley_exact(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shares of drivers over all orders.

    Parameters
    ----------
    matrix : array, shape (samples, drivers + 1, drivers + 1)
        See `zhike.measure.drivers.associations`; the outcome is last.

    Returns
    -------
    array, shape (samples, drivers)

    Examples
    --------
    >>> shapley_exact(np.array([[[1.0, 0, 0.6], [0, 1, 0.3], [0.6, 0.3, 1]]])).round(4).tolist()
    [[0.36, 0.09]]
    """
    drivers = matrix.shape[-1] - 1
    block = max(1, _HELD >> drivers)
    parts = [_exact(matrix[start : start + block], drivers) for start in range(0, len(matrix), block)]
    return np.concatenate(parts)


def _exact(matrix: NDArray[np.float64], drivers: int) -> NDArray[np.float64]:
    explained = np.zeros((1 << drivers, len(matrix)))
    _sweep(explained, matrix, 0, 0)
    shares = np.empty((len(matrix), drivers))
    weights = _order_weights(drivers)
    for one in range(drivers):
        # Models without and with a driver lie beside each other along its own digit.
        halves = explained.reshape(1 << (drivers - 1 - one), 2, 1 << one, -1)
        gains = (halves[:, 1] - halves[:, 0]).reshape(1 << (drivers - 1), -1)
        shares[:, one] = weights @ gains
    return shares


def _sweep(explained: NDArray[np.float64], left: NDArray[np.float64], model: int, first: int) -> None:
    """Fill in R^2 of every model that adds later drivers; ``left`` holds covariances of those, given the model's."""
    for place in range(left.shape[-1] - 1):
        pivot, row = left[:, place, place], left[:, place, place + 1 :]
        usable = pivot > _NOTHING
        safe = np.where(usable, pivot, np.inf)
        larger = model | 1 << (first + place)
        explained[larger] = explained[model] + np.where(usable, row[:, -1] ** 2 / safe, 0.0 * pivot)
        if row.shape[1] > 1:
            rest = left[:, place + 1 :, place + 1 :] - row[:, :, None] * row[:, None, :] / safe[:, None, None]
            _sweep(explained, rest, larger, first + place + 1)


def _order_weights(drivers: int) -> NDArray[np.float64]:
    """Return of each model of the other drivers the share of orders in which exactly they come before."""
    sizes = np.array([one.bit_count() for one in range(1 << (drivers - 1))])
    share = [1 / (drivers * math.comb(drivers - 1, size)) for size in range(drivers)]
    return np.asarray(np.array(share)[sizes])


def shapley_sampled(
    matrix: NDArray[np.float64], orders: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the shares of drivers over some orders, and the error that the drawing leaves.

    Parameters
    ----------
    matrix : array, shape (drivers + 1, drivers + 1)
        Without NaN; what a driver adds that follows from others is 0.
    orders : array, shape (orders, drivers)
        Each row an order; each is read forward and backward.

    Returns
    -------
    tuple of array
        Shares and standard errors, each of shape (drivers,).

    Examples
    --------
    >>> matrix = np.array([[1.0, 0.5, 0.6], [0.5, 1.0, 0.4], [0.6, 0.4, 1.0]])
    >>> shares, errors = shapley_sampled(matrix, np.array([[0, 1], [1, 0]]))
    >>> bool(np.allclose(shares, shapley_exact(matrix[None])[0])), errors.round(6).tolist()
    (True, [0.0, 0.0])
    """
    pairs = (_gains(matrix, orders) + _gains(matrix, orders[:, ::-1])) / 2
    error = (
        pairs.std(axis=0, ddof=1) / math.sqrt(len(pairs))
        if len(pairs) > 1
        else np.full(pairs.shape[1], np.nan)
    )
    return pairs.mean(axis=0), error


def _gains(matrix: NDArray[np.float64], orders: NDArray[np.int64]) -> NDArray[np.float64]:
    many, drivers = orders.shape
    places = np.column_stack([orders, np.full(many, drivers)])
    # Less than any figure shows, and enough for a factor where a driver or the outcome follows from the others.
    matrix = matrix + _NOTHING * np.eye(drivers + 1)
    factor = np.linalg.cholesky(matrix[places[:, :, None], places[:, None, :]])
    gains = np.empty((many, drivers))
    np.put_along_axis(gains, orders, factor[:, -1, :-1] ** 2, axis=1)
    return gains
