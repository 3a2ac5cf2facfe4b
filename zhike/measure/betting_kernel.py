"""The loops of the betting sequences, compiled: stakes, the capital against a mean, and the largest mean that it excludes.

Capital falls as the mean rises, so the bound is a root, found by halving. Factors are multiplied and brought to logarithms
before they overflow, which is several times as fast as a logarithm each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["growth_stakes", "log_capital", "lower_bounds"]

_HALVINGS: Final = 40
_LARGE: Final = 1e200
_SMALL: Final = 1e-200
_PRIOR_ROWS: Final = 4.0
_PRIOR_MEAN: Final = 0.5
_PRIOR_DEVIATION: Final = 0.25
"""Before anything is seen observations count as 1/2 give or take 1/4, with the weight of four of them; any choice is valid."""


@njit(cache=True, nogil=True, error_model="numpy")
def growth_stakes(
    outcome: NDArray[np.float64], grid: NDArray[np.float64], target: NDArray[np.float64], cap: float
) -> NDArray[np.float64]:
    """Return the stake at every outcome, from those before it, shape (n,).

    ``grid`` rises; ``target`` is the growth a row that the capital needs, shape (n,).
    """
    growth = np.empty(len(grid))
    for j in range(len(grid)):
        swing = min(grid[j] * _PRIOR_DEVIATION, cap)
        growth[j] = 0.5 * _PRIOR_ROWS * np.log((1.0 + swing) * (1.0 - swing))
    found = np.empty(len(outcome))
    total = _PRIOR_ROWS * _PRIOR_MEAN
    for t in range(len(outcome)):
        rows = t + _PRIOR_ROWS
        mean = total / rows
        nearest, best = np.inf, 0
        for j in range(len(grid)):
            if j > 0 and grid[j] * mean > cap:
                break
            distance = (target[t] - growth[j] / rows) / grid[j]
            if distance < nearest:
                nearest, best = distance, j
        found[t] = grid[best]
        for j in range(len(grid)):
            growth[j] += np.log(1.0 + min(grid[j], cap / mean) * (outcome[t] - mean))
        total += outcome[t]
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def log_capital(
    outcome: NDArray[np.float64], stake: NDArray[np.float64], mean: float, cap: float
) -> NDArray[np.float64]:
    """Return the logarithm of the capital against a mean after every outcome, shape (n,)."""
    path = np.empty(len(outcome))
    total, most = 0.0, cap / mean if mean > 0.0 else np.inf
    for t in range(len(outcome)):
        total += np.log(1.0 + min(stake[t], most) * (outcome[t] - mean))
        path[t] = total
    return path


@njit(cache=True, nogil=True, error_model="numpy")
def _excluded(
    outcome: NDArray[np.float64],
    stake: NDArray[np.float64],
    rows: int,
    mean: float,
    cap: float,
    threshold: float,
) -> bool:
    """Tell whether the capital against a mean exceeds the threshold after so many outcomes."""
    total, product = 0.0, 1.0
    most = cap / mean if mean > 0.0 else np.inf
    for t in range(rows):
        product *= 1.0 + min(stake[t], most) * (outcome[t] - mean)
        if product > _LARGE or product < _SMALL:
            total += np.log(product)
            product = 1.0
    return bool(total + np.log(product) > threshold)


@njit(cache=True, nogil=True, error_model="numpy")
def lower_bounds(
    outcome: NDArray[np.float64], stake: NDArray[np.float64], looks: NDArray[np.int64], threshold: float, cap: float,
    most: float,
) -> NDArray[np.float64]:  # fmt: skip
    """Return at each look the largest mean excluded so far, shape (looks,); 0 where none is."""
    found = np.empty(len(looks))
    bound = 0.0
    for place in range(len(looks)):
        rows = looks[place]
        if _excluded(outcome, stake, rows, bound, cap, threshold):
            low, high = bound, most
            for _ in range(_HALVINGS):
                middle = 0.5 * (low + high)
                if _excluded(outcome, stake, rows, middle, cap, threshold):
                    low = middle
                else:
                    high = middle
                if high - low < 1e-9 * most:
                    break
            bound = low
        found[place] = bound
    return found
