"""Johnson's relative weights: shares of R^2 by way of the nearest uncorrelated variables.

With the correlations ``R = V diag(l) V'`` of the drivers and ``r`` with the outcome,

    L = V diag(sqrt(l)) V',   b = L^-1 r,   share = L^2 b^2     (squares element by element)

``L b`` would be the coefficients on drivers; the squares share out what the uncorrelated variables explain by how much of each is in which
driver. The shares add up to R^2, without orders and without negative ones.

References
----------
J. Johnson, "A heuristic method for estimating the relative weight of predictor variables in multiple regression", Multivariate Behavioral
Research 35, 2000.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["relative_weights"]

_FOLLOWS: Final = 1e-7
"""Root of an eigenvalue below which a driver follows from the others."""


def relative_weights(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shares of drivers.

    Parameters
    ----------
    matrix : array, shape (samples, drivers + 1, drivers + 1)
        See `zhike.measure.drivers.associations`; the outcome is last and its variance before any adjustment is 1.

    Returns
    -------
    array, shape (samples, drivers)

    Examples
    --------
    >>> relative_weights(np.array([[[1.0, 0, 0.6], [0, 1, 0.3], [0.6, 0.3, 1]]])).round(4).tolist()
    [[0.36, 0.09]]
    """
    own = np.einsum("kii->ki", matrix[:, :-1, :-1])
    # A driver that follows from the adjustment variables has nothing of its own left, and no share.
    scale = np.sqrt(np.where(own > _FOLLOWS, own, np.inf))
    drivers = matrix[:, :-1, :-1] / scale[:, :, None] / scale[:, None, :]
    outcome = matrix[:, :-1, -1] / scale
    known = np.isfinite(drivers).all(axis=(1, 2)) & np.isfinite(outcome).all(axis=1)
    shares = np.full(outcome.shape, np.nan)
    shares[known] = _weights(drivers[known], outcome[known])
    return shares


def _weights(drivers: NDArray[np.float64], outcome: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(drivers)
    root = np.sqrt(np.maximum(values, 0.0))
    turned = np.swapaxes(vectors, -1, -2)
    nearest = (vectors * root[:, None, :]) @ turned
    inverse = np.divide(1.0, root, out=np.zeros_like(root), where=root > _FOLLOWS)
    slopes = (vectors * inverse[:, None, :]) @ turned @ outcome[:, :, None]
    return np.asarray((nearest**2 @ slopes**2)[:, :, 0])
