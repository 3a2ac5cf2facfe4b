"""Prices of the rows: the minimum of the dual, by Newton's method on the smoothed dual while its width shrinks.

A step is damped until the smoothed dual falls enough (Levenberg, Quart. Appl. Math. 2, 1944), which also bounds it along rows
without curvature, where nobody is near a switch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.decide.allocation.prices import newton_step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from zhike.decide.allocation.dual import Dual
    from zhike.decide.allocation.prices import Look

__all__ = ["Descent", "descend"]

_MOST_STEPS: Final = 100
_ENOUGH: Final = 1e-4
"""Share of the predicted fall that a step must bring."""
_DAMPING, _LEAST_DAMPING, _MOST_DAMPING = 1e-3, 1e-10, 1e12
_SOON_ENOUGH: Final = 1e4
"""Damping at which a smoothed dual that is not quite convex is left alone."""
_CALMER, _BOLDER = 10.0, 0.1


class Descent(NamedTuple):
    """The look with the lowest bound, and the last one, whose smoothed solution fits its prices."""

    best: Look
    last: Look


def descend(
    dual: Dual, prices: NDArray[np.float64], widths: Sequence[float], tolerance: float, stop: float = -np.inf
) -> Descent:
    """Lower the dual, going on to the next width where less than ``tolerance`` is left to gain.

    Parameters
    ----------
    dual : Dual
    prices : ndarray of shape (n_rows,)
        Where to begin.
    widths : sequence of float
        Widths of the smoothing, falling, in the unit of the values.
    tolerance : float
        In the unit of the values.
    stop : float
        Bound below which nothing lower is looked for.
    """
    best = now = dual.look(prices, widths[0])
    for width in widths:
        for now in _steps(dual, dual.look(now.prices, width), width, tolerance):  # noqa: B020 - each width goes on from the last
            best = now if now.bound < best.bound else best
            if best.bound < stop:
                return Descent(best, now)
    return Descent(best, now)


def _steps(dual: Dual, now: Look, width: float, tolerance: float) -> Iterator[Look]:
    """Yield the first look, then every better one."""
    yield now
    damping = _DAMPING
    for _ in range(_MOST_STEPS):
        slope = dual.capacity - now.load
        moved = now.prices + newton_step(
            now.prices, now.hessian, slope, dual.unit, (dual.floor, dual.ceiling), damping
        )
        moved = np.clip(moved, dual.floor, dual.ceiling)
        predicted = float(slope @ (now.prices - moved))
        if 0 <= predicted <= tolerance:
            return
        then = dual.look(moved, width) if predicted > 0 else now
        if then.soft < now.soft and then.soft <= now.soft - _ENOUGH * predicted:
            damping, now = max(damping * _BOLDER, _LEAST_DAMPING), then
            yield now
        elif damping > (_MOST_DAMPING if dual.convex else _SOON_ENOUGH):
            return
        else:
            damping *= _CALMER
