"""The dual of some customers under what is left of the rows: looks at prices, loads of selections, moves away from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.decide.allocation.fractions import round_fractions
from zhike.decide.allocation.kernels import accumulate, load_moments
from zhike.decide.allocation.moves import Moves, list_moves, move_uses
from zhike.decide.allocation.prices import Look
from zhike.decide.allocation.smoothing import smooth
from zhike.decide.allocation.unit_smoothing import smooth_moves, smooth_units
from zhike.decide.allocation.units import list_unit_moves, respond_units

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.allocation.arrays import Arrays
    from zhike.decide.allocation.problem import Problem

__all__ = ["CEILING", "SEARCHED", "Dual"]

_MOST_SPREAD: Final = 0.1
"""Largest standard deviation of a price, in its unit: where the curvature says nothing, more would say nothing either."""
_SURELY: Final = 4.0
"""Standard deviations of a row's load below its capacity at which it surely stays without a price."""
_UNPRICED: Final = 1e-3
"""What a unit of a row without a price counts when loads are rounded, as a share of its price unit."""
CEILING: Final = 1e4
"""Highest price of a row, in its price units."""
SEARCHED: Final = 4_000
"""Variables up to which the dual of capped problems is smoothed over all selections near the best, not only a move away."""
_MOST_NEAR: Final = 1_000_000
"""Most moves over which it is smoothed otherwise."""
_TRIES: Final = 8
"""Largest losses tried until the moves are few enough; then the first ones count."""


class Dual:
    """The dual over ``data``, customers of ``problem``, with ``capacity`` of its rows.

    Parameters
    ----------
    problem : Problem
    data : Arrays
    capacity : ndarray of shape (n_rows,)
    worth : float
        Multiplies the values: 1, or 0 to ask only what the rows allow.
    unit : ndarray of shape (n_rows,), optional
        A price at which a unit of each row is worth about as much as an action.
    scale : float, optional
        A typical value of an action.
    box : tuple of two ndarray of shape (n_rows,), optional
        Lowest and highest prices.
    """

    def __init__(
        self,
        problem: Problem,
        data: Arrays,
        capacity: NDArray[np.float64],
        worth: float = 1.0,
        unit: NDArray[np.float64] | None = None,
        scale: float | None = None,
        box: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
    ) -> None:
        self.problem, self.data, self.capacity, self.worth = problem, data, capacity, worth
        self.scale = _mean_value(data) if scale is None else scale
        self.unit = _price_units(problem, data, self.scale) if unit is None else unit
        self.floor, self.ceiling = (0.0 * self.unit, CEILING * self.unit) if box is None else box
        self._capped = len(data.limit) > 0

    @property
    def convex(self) -> bool:
        """Whether the smoothed dual is convex: not where only moves from the best response are looked at."""
        return not self._capped or len(self.data.act) <= SEARCHED

    @property
    def customers(self) -> int:
        """Number of customers."""
        return len(self.data.seg)

    def look(self, prices: NDArray[np.float64], width: float) -> Look:
        """Return the dual at some prices."""
        return self._look_units(prices, width) if self._capped else self._look(prices, width, None)

    def bound(self, prices: NDArray[np.float64]) -> float:
        """Return the dual at some prices of problems with caps."""
        return self._responses(prices)[0]

    def rounded(self, prices: NDArray[np.float64], width: float) -> NDArray[np.int32]:
        """Return the smoothed solution in whole actions, shape (n_customers, k): positions, -1 where none."""
        if self._capped:
            return self._responses(prices)[1]
        fraction = np.zeros(len(self.data.act), dtype=np.float32)
        self._look(prices, width, fraction)
        taken = np.empty((self.customers, self.problem.k), dtype=np.int32)
        round_fractions(self.data, fraction, np.maximum(prices, _UNPRICED * self.unit), taken)
        return taken

    def spread(self, look: Look, taken: NDArray[np.int32], everybody: int) -> NDArray[np.float64]:
        """Return the covariance of the prices, as those of a sample of ``everybody``.

        Prices answer to sampling errors g of the loads by ``hessian^-1 g``. A row that surely stays free has none.
        """
        rows, size = len(look.prices), self.customers
        total, second = np.zeros(rows), np.zeros((rows, rows))
        load_moments(self.data, taken, total, second)
        covariance = (second - np.outer(total, total) / size) * (1.0 - size / everybody)
        deviation = np.sqrt(np.maximum(np.diag(covariance), 0.0))
        free = (look.prices > 0) | (self.capacity - look.load < _SURELY * deviation)
        scale = np.outer(np.where(free, self.unit, 0.0), np.where(free, self.unit, 0.0))
        inverse = np.linalg.pinv(look.hessian * scale, rcond=1e-4, hermitian=True) * scale
        found = inverse @ covariance @ inverse
        shrink = np.minimum(1.0, _MOST_SPREAD * self.unit / np.maximum(np.sqrt(np.diag(found)), 1e-300))
        return np.asarray(found * np.outer(shrink, shrink), dtype=np.float64)

    def moves(self, prices: NDArray[np.float64], taken: NDArray[np.int32], theta: float, most: int, offset: int = 0) -> Moves:  # fmt: skip
        """Return up to ``most`` moves by rising loss, of ``theta`` at most; where there are too many, fewer losses count."""
        return self._listed(self.problem.price_tables(prices), taken, theta, 2 * most, offset).sorted(most)

    def slack(self, taken: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return what a selection leaves of each row."""
        return self.capacity - self._loads(taken)[0]

    def value(self, taken: NDArray[np.int32]) -> float:
        """Return the value of a selection."""
        return self._loads(taken)[1]

    def _loads(self, taken: NDArray[np.int32]) -> tuple[NDArray[np.float64], float]:
        count, spent = self._tables()
        value = accumulate(self.data, taken, count, spent)
        return self.problem.loads(count, spent), value

    def _tables(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        shape = (self.problem.segments, self.problem.actions)
        return np.zeros(shape), np.zeros(shape)

    def _listed(
        self, table: NDArray[np.float64], taken: NDArray[np.int32], theta: float, most: int, offset: int
    ) -> Moves:
        """Return moves as they stand; the largest loss falls with their number until they fit."""
        list_ = list_unit_moves if self._capped else list_moves
        room = Moves.room(most)
        for _ in range(_TRIES):
            found = list_(self.data, table, taken, theta, self.worth, offset, room)
            if found <= most:
                break
            theta *= max(0.6 * most / found, 0.01)
        return room.at(slice(min(found, most)))

    def _look(self, prices: NDArray[np.float64], width: float, fraction: NDArray[np.float32] | None) -> Look:
        count, spent = self._tables()
        hessian = np.zeros((len(prices), len(prices)))
        into = np.zeros(0, dtype=np.float32) if fraction is None else fraction
        table = self.problem.price_tables(prices)
        exact, soft, taken, parts = smooth(
            self.data, table, self.problem.k, width, self.worth, count, spent, hessian, into
        )
        paid = float(prices @ self.capacity)
        return Look(
            prices, exact + paid, soft + paid, taken, self.problem.loads(count, spent), hessian, parts
        )

    def _responses(self, prices: NDArray[np.float64]) -> tuple[float, NDArray[np.int32], NDArray[np.float64]]:
        """Return the dual, the best responses of all units, and what each is worth at the prices."""
        taken = np.empty((self.customers, self.problem.k), dtype=np.int32)
        best = np.zeros(len(self.data.first) - 1)
        exact = respond_units(self.data, self.problem.price_tables(prices), self.worth, taken, best)
        return exact + float(prices @ self.capacity), taken, best

    def _look_units(self, prices: NDArray[np.float64], width: float) -> Look:
        bound, taken, best = self._responses(prices)
        paid, hessian = float(prices @ self.capacity), np.zeros((len(prices), len(prices)))
        table = self.problem.price_tables(prices)
        if len(self.data.act) <= SEARCHED:
            load = np.zeros(len(prices))
            soft, value = smooth_units(
                self.data, table, self.problem.k, width, best, self.worth, load, hessian
            )
            return Look(prices, bound, soft + paid, value, load, hessian)
        load, value = self._loads(taken)
        moves = self._listed(table, taken, width, _MOST_NEAR, 0)
        use, gain = np.empty((len(moves.loss), len(prices))), np.empty(len(moves.loss))
        move_uses(self.data, taken, moves, use, gain)
        soft, more = smooth_moves(self.data, moves, use, gain, width, load, hessian)
        soft += float(best.sum()) + paid - 0.5 * width * (len(self.data.first) - 1)
        return Look(prices, bound, soft, self.worth * (value + more), load, hessian)


def _mean_value(data: Arrays) -> float:
    """Return the mean of the positive values, 1 where there is none."""
    positive = data.val[data.val > 0]
    return float(positive.mean(dtype=np.float64)) if len(positive) else 1.0


def _price_units(problem: Problem, data: Arrays, scale: float) -> NDArray[np.float64]:
    """Return the mean value over the mean size of each row's coefficients."""
    cells, rows, uses = problem.segments * problem.actions, len(problem.capacity), problem.uses
    owner = np.repeat(np.arange(len(data.seg)), np.diff(data.indptr))
    cell = data.seg[owner].astype(np.int64) * problem.actions + data.act
    count = np.bincount(cell, minlength=cells)[uses.cell]
    spent = np.bincount(cell, np.abs(data.cost), cells)[uses.cell]
    size = np.bincount(uses.row, np.abs(uses.by_unit) * count + np.abs(uses.by_cost) * spent, rows)
    often = np.bincount(uses.row, count, rows)
    return scale / np.where((size > 0) & (often > 0), size / np.maximum(often, 1), 1.0)
