"""What a look at the dual at some prices gives, and the step from it towards better prices.

    D(p) = sum_i max_{x in X_i} (v_i - p A_i) x + p b,   floor <= p <= ceiling

is at least the value of every feasible plan, whatever the prices p >= 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Look", "newton_step"]


@dataclass(frozen=True, slots=True)
class Look:
    """The dual and its smoothed version at some prices.

    Parameters
    ----------
    prices : ndarray of shape (n_rows,)
    bound, soft : float
        The dual; its smoothed version, which is lower.
    taken : float
        Value of the smoothed solution.
    load : ndarray of shape (n_rows,)
        What the smoothed solution takes; ``capacity - load`` is the gradient of ``soft``.
    hessian : ndarray of shape (n_rows, n_rows)
    parts : int
        Variables that are taken in part.
    """

    prices: NDArray[np.float64]
    bound: float
    soft: float
    taken: float
    load: NDArray[np.float64]
    hessian: NDArray[np.float64] = field(repr=False)
    parts: int = 0


def newton_step(
    prices: NDArray[np.float64], hessian: NDArray[np.float64], slope: NDArray[np.float64], unit: NDArray[np.float64],
    box: tuple[NDArray[np.float64], NDArray[np.float64]], damping: float,
) -> NDArray[np.float64]:  # fmt: skip
    """Return the damped Newton step: prices that it would take out of the box stop at its edge, the others answer to that."""
    curve = hessian * np.outer(unit, unit)
    scaled = slope * unit
    low, high = (box[0] - prices) / unit, (box[1] - prices) / unit
    step = np.zeros(len(unit))
    free = ~((low >= 0) & (slope >= 0) | (high <= 0) & (slope <= 0))
    size = max(
        float(np.diag(curve)[free].max(initial=0.0)), float(np.abs(scaled[free]).max(initial=0.0)), 1e-300
    )
    while free.any():
        asked = -(scaled[free] + curve[np.ix_(free, ~free)] @ step[~free])
        found = np.linalg.solve(curve[np.ix_(free, free)] + damping * size * np.eye(int(free.sum())), asked)
        step[free] = np.clip(found, low[free], high[free])
        outside = found != step[free]
        if not outside.any():
            break
        free[np.flatnonzero(free)[outside]] = False
    return np.asarray(step * unit, dtype=np.float64)
