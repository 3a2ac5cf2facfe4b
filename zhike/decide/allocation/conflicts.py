"""Rows that cannot all hold: proof, a smallest set of them, and the cheapest way to loosen them.

Without values the dual reads  D0(p) = sum_i max_{x in X_i} (-p A_i) x + p b. For a plan that keeps every row it is at least 0, so
prices with D0(p) < 0 prove that there is none. Over prices of at most w_r the lowest D0 is minus the least total
``sum_r w_r t_r`` by which right-hand sides must be loosened, and the smoothed solution there says which by how much.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.decide.allocation.descent import Descent, descend
from zhike.decide.allocation.dual import Dual

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.decide.allocation.arrays import Arrays
    from zhike.decide.allocation.problem import Problem

__all__ = ["Conflict", "Feasibility"]

_WIDTHS: Final = (1 / 8, 1 / 64, 1 / 512, 1 / 4096)
_PROVEN: Final = 1e-7
"""Total relative loosening below which rows count as compatible: what rounding of floats may be."""
_NEARLY: Final = 0.01
"""Share of a right-hand side by which a smoothed solution may exceed it when a conflict is not looked for any further."""
_NOTABLE: Final = 1e-6
"""Share of a weight, or of a right-hand side, below which a price or a loosening is none."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why no plan keeps every row.

    Parameters
    ----------
    rows : tuple of str
        The smallest set of rows found that cannot all hold; without any one of them the others can.
    relaxation : mapping of str to float
        By how much right-hand sides had to be loosened for the plan, in each row's unit.
    proven : bool
        Whether it is proven that no plan keeps all of them; otherwise none was found in whole actions.
    least : float
        The least total loosening that any plan needs, each row's as a share of its right-hand side.
    """

    rows: tuple[str, ...]
    relaxation: Mapping[str, float] = field(default_factory=dict)
    proven: bool = True
    least: float = 0.0


class Feasibility:
    """What the rows of a problem allow, values left aside.

    Parameters
    ----------
    problem : Problem
    data : Arrays
        The customers looked at: all, or a sample.
    capacity : ndarray of shape (n_rows,)
        Right-hand sides for them.
    near : ndarray of shape (n_rows,), optional
        Prices near the lowest, each as a share of its weight.
    """

    def __init__(
        self,
        problem: Problem,
        data: Arrays,
        capacity: NDArray[np.float64],
        near: NDArray[np.float64] | None = None,
    ) -> None:
        self.names, self.capacity = problem.names, capacity
        valued = Dual(problem, data, capacity)
        self.size = np.maximum(np.abs(capacity), valued.scale / valued.unit)
        self.weights = 1.0 / self.size
        self._width = float((valued.scale / valued.unit / self.size).mean())
        self._dual = Dual(
            problem, data, capacity, worth=0.0, unit=self.weights, box=(0.0 * self.weights, self.weights)
        )
        start, widths = (0.0 * self.weights, _WIDTHS) if near is None else (near * self.weights, _WIDTHS[1:])
        self.look, self._settled = self._lowest(start, widths, until_fits=True)

    @property
    def needed(self) -> NDArray[np.float64]:
        """How much of each row's weight its price is, from 0 to 1: 1 where loosening it is what costs least."""
        return self.look.prices / self.weights

    @property
    def least(self) -> float:
        """The least total loosening, each row's as a share of its right-hand side, or of one action's use where that is 0."""
        return max(0.0, -self.look.bound)

    @property
    def conflict(self) -> bool:
        """Whether the rows cannot all hold."""
        return self.look.bound < -_PROVEN

    def loosening(self) -> NDArray[np.float64]:
        """Return by how much to loosen each right-hand side, at the least total."""
        short = np.maximum(self._settled.load - self.capacity, 0.0)
        return np.where(short > _NOTABLE * self.size, short, 0.0)

    def smallest(self, proves: Callable[[NDArray[np.float64]], bool]) -> NDArray[np.bool_]:
        """Return rows that cannot all hold, as few as were found, shape (n_rows,).

        Each row in turn, those whose price the proof needs least first, is left out, and stays out if the rest is still in
        conflict: then no row of the set can be missed by the proofs that were found. ``proves`` tries prices on everybody.
        """
        prices, kept = self.look.prices, np.ones(len(self.capacity), dtype=bool)
        needed = prices > _NOTABLE * self.weights
        if self._conflict_of(needed, proves):
            kept = needed
        for row in np.argsort(prices / self.weights, kind="stable"):
            if kept[row]:
                kept[row] = False
                kept[row] = not self._conflict_of(kept, proves)
        return kept

    def _conflict_of(self, kept: NDArray[np.bool_], proves: Callable[[NDArray[np.float64]], bool]) -> bool:
        self._dual.ceiling = np.where(kept, self.weights, 0.0)
        look, _ = self._lowest(np.minimum(self.look.prices, self._dual.ceiling), _WIDTHS, -_PROVEN)
        self._dual.ceiling = self.weights
        return look.bound < -_PROVEN and proves(look.prices)

    def _lowest(
        self,
        start: NDArray[np.float64],
        widths: Sequence[float],
        stop: float = -np.inf,
        *,
        until_fits: bool = False,
    ) -> Descent:
        """Lower the dual; where the smoothed solution keeps every row there is no conflict, and no need to go on."""
        found = Descent(self._dual.look(start, self._width), self._dual.look(start, self._width))
        for share in widths:
            found = descend(self._dual, found.last.prices, [share * self._width], 0.01 * _PROVEN, stop)
            fits = (found.last.load <= self.capacity + _NEARLY * self.size).all()
            if found.best.bound < stop or (until_fits and fits):
                break
        return found
