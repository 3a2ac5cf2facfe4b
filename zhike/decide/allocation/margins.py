"""Who got the last place of every row and who was next, each with the margin to the prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from zhike.decide.allocation.arrays import arrays_of
from zhike.decide.allocation.kernels import MOST_VARIABLES, reduce_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.allocation.arrays import Arrays
    from zhike.decide.allocation.plan import Allocation
    from zhike.decide.allocation.problem import Problem

__all__ = ["Margin", "margins"]


class Margin(NamedTuple):
    """The last chosen and the next variable of one row; -1 and NaN where there is none.

    ``last_margin`` is what the last one is worth beyond all charges (below 0 where it was chosen to make the rest fit);
    ``next_margin`` is by how much the next one fell short of what its customer has instead.
    """

    last: int
    last_margin: float
    next: int
    next_margin: float


def margins(problem: Problem, allocation: Allocation) -> list[Margin]:
    """Return for every row who got the last place and who was next.

    Parameters
    ----------
    problem : Problem
    allocation : Allocation
        Of this problem.

    Returns
    -------
    list of Margin
        In the order of the rows. Limits by customer other than the number and the groups are left aside.
    """
    chosen = np.zeros(len(problem.act), dtype=bool)
    chosen[allocation.chosen] = True
    rows = len(problem.capacity)
    last, next_ = np.full(rows, -1, np.int64), np.full(rows, -1, np.int64)
    least, nearest = np.full(rows, np.inf), np.full(rows, np.inf)
    if problem.k:
        data, _ = arrays_of(problem.uncapped())
        _margins(
            data, problem.price_tables(allocation.prices), chosen, problem.k, last, least, next_, nearest
        )
    return [
        Margin(int(a), float(x) if a >= 0 else np.nan, int(b), float(y) if b >= 0 else np.nan)
        for a, x, b, y in zip(last, least, next_, nearest, strict=True)
    ]


@njit(cache=True, nogil=True, error_model="numpy")
def _margins(
    data: Arrays, table: NDArray[np.float64], chosen: NDArray[np.bool_], k: int, last: NDArray[np.int64], least: NDArray[np.float64],
    next_: NDArray[np.int64], nearest: NDArray[np.float64],
) -> None:  # fmt: skip
    actions, reduced = len(data.group), np.empty(MOST_VARIABLES)
    for i in range(len(data.seg)):
        begin, size = data.indptr[i], reduce_values(data, i, table, 1.0, reduced)
        taken, weakest = 0, np.inf
        for t in range(size):
            if chosen[begin + t]:
                taken += 1
                weakest = min(weakest, reduced[t])
        for t in range(size):
            p, margin, of = begin + t, reduced[t], data.group[data.act[begin + t]]
            if not chosen[p]:
                # What it would replace: the chosen one of its group, else the weakest of a full list, else nothing.
                held = weakest if taken >= k else 0.0
                for other in range(size):
                    if chosen[begin + other] and data.group[data.act[begin + other]] == of:
                        held = reduced[other]
                margin = held - reduced[t]
            cell = np.int64(data.seg[i]) * actions + np.int64(data.act[p])
            for e in range(data.start[cell], data.start[cell + 1]):
                r = data.row[e]
                if chosen[p] and margin < least[r]:
                    last[r], least[r] = p, margin
                elif not chosen[p] and margin < nearest[r]:
                    next_[r], nearest[r] = p, margin
