"""Customers who come one after the other, compiled: each gets the best answer at the prices of the moment that still fits.

The answer is the batch's own best response, found by the same loops. Where one of its actions takes more than is left of a row,
that action is closed to the customer and the answer is found anew: nobody ever gets what is no longer there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from zhike.decide.allocation.arrays import Arrays
from zhike.decide.allocation.kernels import best_few, reduce_values
from zhike.decide.allocation.moves import add_use
from zhike.decide.allocation.units import respond_units

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Room", "answer", "serve"]


class Room(NamedTuple):
    """What is left for the next customer.

    ``left`` of the rows, shape (n_rows,); ``stops`` says which rows may not be exceeded (a floor only asks); ``limit`` is what
    each cap still allows this customer, shape (n_caps,).
    """

    left: NDArray[np.float64]
    stops: NDArray[np.bool_]
    limit: NDArray[np.int64]


@njit(cache=True, nogil=True, error_model="numpy")
def answer(data: Arrays, i: int, table: NDArray[np.float64], room: Room, place: NDArray[np.int32]) -> int:
    """Fill in the best answer for customer i that fits: positions, best first, -1 where none; return how many were closed."""
    k, closed = len(place), 0
    if not k:
        return 0
    reduced = np.empty(data.indptr[i + 1] - data.indptr[i])
    size = reduce_values(data, i, table, 1.0, reduced)
    best, at, groups = np.zeros(k), np.zeros(k, np.int64), np.zeros(k, np.int64)
    while True:
        if len(room.limit):
            _best_within_caps(data, i, size, reduced, table, room.limit, at)
        else:
            best_few(data, data.indptr[i], size, reduced, best, at, groups)
        over = _first_over(data, i, at, room)
        if over < 0:
            break
        reduced[over] = -np.inf
        closed += 1
    for slot in range(k):
        place[slot] = at[slot]
    return closed


@njit(cache=True, nogil=True, error_model="numpy")
def _first_over(data: Arrays, i: int, at: NDArray[np.int64], room: Room) -> np.int64:
    """Return the position of the first listed variable that takes more of a row than is left beside those before it, else -1."""
    rows = len(room.left)
    use, before = np.zeros(rows), np.zeros(rows)
    for slot in range(len(at)):
        if at[slot] < 0:
            break
        before[:] = use
        add_use(data, len(data.group), 1.0, data.indptr[i] + at[slot], np.int64(data.seg[i]), use)
        for r in range(rows):
            if room.stops[r] and use[r] > before[r] and use[r] > room.left[r]:
                return np.int64(at[slot])
    return np.int64(-1)


@njit(cache=True, nogil=True, error_model="numpy")
def _best_within_caps(
    data: Arrays, i: int, size: np.int64, reduced: NDArray[np.float64], table: NDArray[np.float64], limit: NDArray[np.int64],
    at: NDArray[np.int64],
) -> None:  # fmt: skip
    """List the best selection among the variables with a positive reduced value, caps kept: positions, best first, -1 at the end."""
    k, begin, found = len(at), data.indptr[i], 0
    spot = np.empty(size, np.int64)
    act, val, cost = (
        np.empty(size, data.act.dtype),
        np.empty(size, data.val.dtype),
        np.empty(size, data.cost.dtype),
    )
    for t in range(size):
        if reduced[t] > 0.0:
            spot[found], act[found] = t, data.act[begin + t]
            val[found], cost[found] = data.val[begin + t], data.cost[begin + t]
            found += 1
    alone, ends = np.zeros(1, np.int64), np.array([0, 1])
    one = Arrays(
        np.array([0, found]), act[:found], val[:found], cost[:found], data.seg[i : i + 1], data.group, data.start, data.row,
        data.by_unit, data.by_cost, alone, ends, data.counted, limit, data.shared,
    )  # fmt: skip
    taken, best = np.empty((1, k), np.int32), np.zeros(1)
    respond_units(one, table, 1.0, taken, best)
    at[:] = -1
    for slot in range(k):
        if taken[0, slot] < 0:
            continue
        new, to = spot[taken[0, slot]], slot
        while to > 0 and (at[to - 1] < 0 or reduced[at[to - 1]] < reduced[new]):
            at[to] = at[to - 1]
            to -= 1
        at[to] = new


@njit(cache=True, nogil=True, error_model="numpy")
def serve(
    data: Arrays, order: NDArray[np.int64], table: NDArray[np.float64], room: Room, household: NDArray[np.int64],
    sharing: NDArray[np.bool_], had: NDArray[np.int64], taken: NDArray[np.int32],
) -> int:  # fmt: skip
    """Answer customers in their order, each from what the earlier ones left; return how many lost an action of their best answer.

    ``room.left`` falls. ``data.limit`` is what a cap allows at first, and ``had`` of shape (n_households, n_caps) counts what the
    members of a household have of the caps that they share, those marked in ``sharing``. ``taken`` of shape (n_customers, k)
    receives positions.
    """
    lost, use = 0, np.zeros(len(room.left))
    for i in order:
        for c in range(len(room.limit)):
            room.limit[c] = data.limit[c] - had[household[i], c]
        lost += answer(data, i, table, room, taken[i]) > 0
        use[:] = 0.0
        for slot in range(taken.shape[1]):
            if taken[i, slot] < 0:
                break
            p = data.indptr[i] + taken[i, slot]
            add_use(data, len(data.group), 1.0, p, np.int64(data.seg[i]), use)
            for c in range(len(room.limit)):
                had[household[i], c] += sharing[c] and data.counted[c, data.act[p]]
        for r in range(len(use)):
            room.left[r] -= use[r]
    return lost
