"""Complete search of small problems: the best plan, proven so; where none fits, the one that exceeds the least.

Every unit (customer or household) has all of its selections listed; a depth-first search over units picks one of each. A branch is
left when what it has exceeded already is more than the best plan exceeds, or when its value, with the rest at the prices,
cannot beat that plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numba import njit

from zhike.decide.allocation.kernels import whole
from zhike.decide.allocation.moves import add_use
from zhike.decide.allocation.units import empty_slot, fits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.allocation.arrays import Arrays

__all__ = ["searched"]

_MOST_UNITS, _MOST_SELECTIONS, _MOST_NODES = 64, 20_000, 4_000_000
_EQUAL: Final = 1e-11
"""Share of a figure within which two plans count as alike."""


class _Lists(NamedTuple):
    """All selections of all units: those of unit u are ``first[u]`` up to ``first[u + 1]``."""

    first: NDArray[np.int64]
    taken: NDArray[np.int32]
    value: NDArray[np.float64]
    use: NDArray[np.float64]


def searched(
    data: Arrays,
    capacity: NDArray[np.float64],
    prices: NDArray[np.float64],
    penalty: NDArray[np.float64],
    k: int,
) -> NDArray[np.int32] | None:
    """Return the best plan for right-hand sides ``capacity``, shape (n_customers, k): positions, -1 where none.

    None where the problem is too large to be searched completely.

    ``penalty`` weighs what is exceeded of each row, first of all; the value counts among plans that exceed equally little.
    """
    units = len(data.first) - 1
    if not 0 < units <= _MOST_UNITS:
        return None
    widest = int(np.diff(data.first).max())
    lists = _Lists(
        np.zeros(units + 1, np.int64), np.full((_MOST_SELECTIONS, widest, k), -1, np.int32), np.zeros(_MOST_SELECTIONS),
        np.zeros((_MOST_SELECTIONS, len(capacity))),
    )  # fmt: skip
    size = _list_selections(data, lists, k)
    if size > _MOST_SELECTIONS:
        return None
    ordered = _by_worth(lists, size, prices)
    pick, complete = _best_picks(ordered, capacity, prices, penalty)
    if not complete:
        return None
    taken = np.full((len(data.seg), k), -1, dtype=np.int32)
    for unit, selection in enumerate(pick):
        lo, hi = data.first[unit], data.first[unit + 1]
        taken[lo:hi] = ordered.taken[selection, : hi - lo]
    return taken


def _by_worth(lists: _Lists, size: int, prices: NDArray[np.float64]) -> _Lists:
    """Return each unit's selections by falling reduced value."""
    reduced = lists.value[:size] - lists.use[:size] @ prices
    unit = np.repeat(np.arange(len(lists.first) - 1), np.diff(lists.first))
    order = np.lexsort((-reduced, unit))
    return _Lists(lists.first, lists.taken[order], lists.value[order], lists.use[order])


@njit(cache=True, nogil=True, error_model="numpy")
def _list_selections(data: Arrays, lists: _Lists, k: int) -> int:
    """List what each unit may have, nothing included; return how many there are, more than fit if they do not."""
    size, most = whole(0), len(lists.value)
    taken = np.full((len(data.seg), k), -1, np.int32)
    for u in range(len(data.first) - 1):
        lo, hi = data.first[u], data.first[u + 1]
        start, end = data.indptr[lo], data.indptr[hi]
        owner, slots, chosen = (
            np.zeros(end - start, np.int64),
            np.zeros(end - start, np.int64),
            np.zeros(end - start, np.bool_),
        )
        for i in range(lo, hi):
            for p in range(data.indptr[i], data.indptr[i + 1]):
                owner[p - start] = i
        lists.first[u] = size
        p = start
        while True:
            if p == end:
                if size == most:
                    return most + 1
                _put_selection(data, lists, size, taken, lo, hi)
                size += 1
                p -= 1
                while p >= start and not chosen[p - start]:
                    p -= 1
                if p < start:
                    break
                chosen[p - start] = False
                taken[owner[p - start], slots[p - start]] = -1
                p += 1
                continue
            slot = empty_slot(taken, owner[p - start])
            if slot >= 0 and fits(data, taken, owner[p - start], p):
                chosen[p - start], slots[p - start] = True, slot
                taken[owner[p - start], slot] = p - data.indptr[owner[p - start]]
            p += 1
    lists.first[len(data.first) - 1] = size
    return size


@njit(cache=True, nogil=True, error_model="numpy")
def _put_selection(data: Arrays, lists: _Lists, at: int, taken: NDArray[np.int32], lo: int, hi: int) -> None:
    """Write what the customers lo to hi have as one selection, with its value and its use of the rows."""
    lists.value[at] = 0.0
    for i in range(lo, hi):
        for slot in range(taken.shape[1]):
            lists.taken[at, i - lo, slot] = taken[i, slot]
            if taken[i, slot] >= 0:
                p = data.indptr[i] + taken[i, slot]
                lists.value[at] += np.float64(data.val[p])
                add_use(data, len(data.group), 1.0, p, np.int64(data.seg[i]), lists.use[at])


@njit(cache=True, nogil=True, error_model="numpy")
def _still_to_come(
    lists: _Lists, prices: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return what the units from each one on can add at most, plainly and at these prices, and use at least."""
    units, rows = len(lists.first) - 1, len(prices)
    most_value, most_reduced, least_use = (
        np.zeros(units + 1),
        np.zeros(units + 1),
        np.zeros((units + 1, rows)),
    )
    for u in range(units - 1, -1, -1):
        most, gain, use = -np.inf, -np.inf, np.full(rows, np.inf)
        for a in range(lists.first[u], lists.first[u + 1]):
            charge = 0.0
            for r in range(rows):
                charge += lists.use[a, r] * prices[r]
                use[r] = min(use[r], lists.use[a, r])
            most = max(most, lists.value[a])
            gain = max(gain, lists.value[a] - charge)
        most_value[u], most_reduced[u] = most_value[u + 1] + most, most_reduced[u + 1] + gain
        for r in range(rows):
            least_use[u, r] = least_use[u + 1, r] + use[r]
    return most_value, most_reduced, least_use


@njit(cache=True, nogil=True, error_model="numpy")
def _best_picks(
    lists: _Lists, capacity: NDArray[np.float64], prices: NDArray[np.float64], penalty: NDArray[np.float64]
) -> tuple[NDArray[np.int64], bool]:  # fmt: skip
    """Return the selection of each unit in the best plan, and whether the search was complete."""
    units, rows = len(lists.first) - 1, len(capacity)
    most_value, most_reduced, least_use = _still_to_come(lists, prices)
    pick, best_pick = np.zeros(units, np.int64), np.zeros(units, np.int64)
    value, load = np.zeros(units + 1), np.zeros((units + 1, rows))
    best_value, best_over, paid, nodes = -np.inf, np.inf, 0.0, 0
    for r in range(rows):
        paid += prices[r] * capacity[r]
    u = 0
    pick[0] = lists.first[0]
    while u >= 0:
        if pick[u] == lists.first[u + 1]:
            u -= 1
            if u >= 0:
                pick[u] += 1
            continue
        nodes += 1
        if nodes > _MOST_NODES:
            return best_pick, False
        a = pick[u]
        value[u + 1], over = value[u] + lists.value[a], 0.0
        reduced = value[u + 1] + most_reduced[u + 1] + paid
        for r in range(rows):
            load[u + 1, r] = load[u, r] + lists.use[a, r]
            reduced -= prices[r] * load[u + 1, r]
            over += penalty[r] * max(0.0, load[u + 1, r] + least_use[u + 1, r] - capacity[r])
        hope = value[u + 1] + most_value[u + 1]
        if best_over == 0.0:
            hope = min(hope, reduced)
        alike = over >= best_over * (1.0 - _EQUAL)
        if over > best_over * (1.0 + _EQUAL) or (alike and hope <= best_value + _EQUAL * abs(best_value)):
            pick[u] += 1
        elif u + 1 < units:
            u += 1
            pick[u] = lists.first[u]
        else:
            best_value, best_over = value[units], over
            for v in range(units):
                best_pick[v] = pick[v]
            pick[u] += 1
    return best_pick, True
