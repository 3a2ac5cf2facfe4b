"""Customers and households with caps of any kind: exact best responses by search, and moves.

A *unit* is a customer, or the customers of one household where caps are shared. Its best response is found by branch and bound
over its positive reduced values, highest first; where the search is cut short, a valid bound takes its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numba import njit

from zhike.decide.allocation.kernels import MOST_VARIABLES, copy_values, reduce_values, whole
from zhike.decide.allocation.moves import Moves, put_move

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.allocation.arrays import Arrays

__all__ = ["empty_slot", "fits", "list_unit_moves", "longest_unit", "most_left", "respond_units", "sort_unit"]

_MOST_NODES: Final = 200_000


@njit(cache=True, nogil=True, error_model="numpy")
def fits(data: Arrays, taken: NDArray[np.int32], i: int, p: int) -> bool:
    """Return whether customer i may take variable p beside what the unit has, an empty slot left aside."""
    of, j = data.group[data.act[p]], np.int64(data.act[p])
    for slot in range(taken.shape[1]):
        if taken[i, slot] >= 0 and data.group[data.act[data.indptr[i] + taken[i, slot]]] == of:
            return False
    for c in range(len(data.limit)):
        if not data.counted[c, j]:
            continue
        lo, hi, used = i, i + 1, 0
        if data.shared[c]:
            lo, hi = data.first[data.unit[i]], data.first[data.unit[i] + 1]
        for member in range(lo, hi):
            for slot in range(taken.shape[1]):
                if (
                    taken[member, slot] >= 0
                    and data.counted[c, data.act[data.indptr[member] + taken[member, slot]]]
                ):
                    used += 1
        if used >= data.limit[c]:
            return False
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def empty_slot(taken: NDArray[np.int32], i: int) -> int:
    """Return the first empty slot of a customer, -1 where there is none."""
    for slot in range(taken.shape[1]):
        if taken[i, slot] < 0:
            return slot
    return -1


@njit(cache=True, nogil=True, error_model="numpy")
def copy_rows(source: NDArray[np.int32], target: NDArray[np.int32], lo: int, hi: int) -> None:
    """Copy what the customers lo to hi have."""
    for i in range(lo, hi):
        for slot in range(source.shape[1]):
            target[i, slot] = source[i, slot]


@njit(cache=True, nogil=True, error_model="numpy")
def most_left(
    at: int, found: int, value: NDArray[np.float64], owner: NDArray[np.int64], groups: NDArray[np.int64], data: Arrays,
    taken: NDArray[np.int32], lo: int, room: NDArray[np.int64],
) -> float:  # fmt: skip
    """Return a bound on what the variables from ``at`` on can add: free slots by customer, one a group, caps left aside."""
    k, total = taken.shape[1], 0.0
    room[:] = 0
    for a in range(at, found):
        i = owner[a]
        if room[i - lo] < 0:
            continue
        free, blocked = 0, False
        for slot in range(k):
            if taken[i, slot] < 0:
                free += 1
            elif data.group[data.act[data.indptr[i] + taken[i, slot]]] == groups[a]:
                blocked = True
        if blocked:
            continue
        for b in range(at, a):
            if owner[b] == i and groups[b] == groups[a]:
                blocked = True
                break
        if not blocked and room[i - lo] < free and value[a] > 0.0:
            total += value[a]
            room[i - lo] += 1
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def _search(
    data: Arrays, lo: int, hi: int, found: int, value: NDArray[np.float64], spot: NDArray[np.int64], owner: NDArray[np.int64],
    groups: NDArray[np.int64], taken: NDArray[np.int32], best_taken: NDArray[np.int32],
) -> tuple[float, float]:  # fmt: skip
    """Return the best selection's value (selection in ``best_taken``) and what it is at most; variables stand highest first."""
    chosen, slots = np.full(found, -1, np.int64), np.zeros(found, np.int64)
    room = np.zeros(hi - lo, np.int64)
    for i in range(lo, hi):
        for slot in range(taken.shape[1]):
            taken[i, slot], best_taken[i, slot] = -1, -1
    ceiling = most_left(whole(0), found, value, owner, groups, data, taken, lo, room)
    best, now, at, nodes = 0.0, 0.0, whole(0), 0
    # chosen: -1 not visited, 1 taken, 0 left out. Down the tree with "take" first, back up to turn a "take" into "leave".
    while True:
        nodes += 1
        down = at < found and nodes <= _MOST_NODES
        if down:
            down = now + most_left(
                at, found, value, owner, groups, data, taken, lo, room
            ) > best + 1e-12 * abs(best)
        if down:
            i = owner[at]
            slot = empty_slot(taken, i)
            if slot >= 0 and fits(data, taken, i, spot[at]):
                chosen[at], slots[at] = 1, slot
                taken[i, slot] = spot[at] - data.indptr[i]
                now += value[at]
                if now > best:
                    best = now
                    copy_rows(taken, best_taken, lo, hi)
            else:
                chosen[at] = 0
            at += 1
            continue
        at -= 1
        while at >= 0 and chosen[at] != 1:
            chosen[at] = -1
            at -= 1
        if at < 0 or nodes > _MOST_NODES:
            break
        chosen[at] = 0
        taken[owner[at], slots[at]] = -1
        now -= value[at]
        at += 1
    copy_rows(best_taken, taken, lo, hi)
    return best, ceiling if nodes > _MOST_NODES else best


@njit(cache=True, nogil=True, error_model="numpy")
def sort_unit(
    data: Arrays, u: int, table: NDArray[np.float64], worth: float, least: float, reduced: NDArray[np.float64],
    value: NDArray[np.float64], spot: NDArray[np.int64], owner: NDArray[np.int64], groups: NDArray[np.int64],
) -> int:  # fmt: skip
    """List the variables of unit u worth more than ``least`` at the prices, highest first; return how many there are."""
    found = whole(0)
    for i in range(data.first[u], data.first[u + 1]):
        size = reduce_values(data, i, table, worth, reduced)
        for t in range(size):
            if reduced[t] > least:
                at = found
                while at > 0 and value[at - 1] < reduced[t]:
                    value[at], spot[at], owner[at] = value[at - 1], spot[at - 1], owner[at - 1]
                    at -= 1
                value[at], spot[at], owner[at] = reduced[t], data.indptr[i] + t, i
                found += 1
    for a in range(found):
        groups[a] = data.group[data.act[spot[a]]]
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def longest_unit(data: Arrays) -> int:
    """Return the most variables of a unit."""
    longest = 0
    for u in range(len(data.first) - 1):
        longest = max(longest, data.indptr[data.first[u + 1]] - data.indptr[data.first[u]])
    return longest


@njit(cache=True, nogil=True, error_model="numpy")
def respond_units(
    data: Arrays, table: NDArray[np.float64], worth: float, taken: NDArray[np.int32], best: NDArray[np.float64]
) -> float:  # fmt: skip
    """Fill in the best response of all units and its reduced value by unit; return the sum of what they are at most."""
    total, longest = 0.0, longest_unit(data)
    value, spot = np.zeros(longest), np.zeros(longest, np.int64)
    owner, groups = np.zeros(longest, np.int64), np.zeros(longest, np.int64)
    work, reduced = np.empty_like(taken), np.empty(MOST_VARIABLES)
    for u in range(len(best)):
        lo, hi = data.first[u], data.first[u + 1]
        found = sort_unit(data, u, table, worth, 0.0, reduced, value, spot, owner, groups)
        best[u], most = _search(data, lo, hi, found, value, spot, owner, groups, work, taken)
        total += most
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def list_unit_moves(
    data: Arrays, table: NDArray[np.float64], taken: NDArray[np.int32], theta: float, worth: float, offset: int, moves: Moves
) -> int:  # fmt: skip
    """List moves within units with a loss of at most ``theta``; return how many there are, see `list_moves`."""
    found, none, units, k = whole(0), whole(-1), len(data.first) - 1, taken.shape[1]
    reduced, buffer = np.empty(longest_unit(data)), np.empty(MOST_VARIABLES)
    for at in range(units):
        u = (at + offset) % units
        lo, hi = data.first[u], data.first[u + 1]
        origin = data.indptr[lo]
        for i in range(lo, hi):
            size = reduce_values(data, i, table, worth, buffer)
            copy_values(buffer, reduced[data.indptr[i] - origin : data.indptr[i] - origin + size])
        found = _list_into(data, lo, hi, lo, none, none, 0.0, reduced, taken, theta, found, moves)
        for giver in range(lo, hi):
            for out in range(k):
                kept = whole(taken[giver, out])
                if kept >= 0:
                    held = reduced[data.indptr[giver] - origin + kept]
                    if held <= theta:
                        found = put_move(moves, found, giver, out, giver, none, held)
                    taken[giver, out] = -1
                    found = _list_into(
                        data, lo, hi, giver, out, kept, held, reduced, taken, theta, found, moves
                    )
                    taken[giver, out] = kept
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _list_into(
    data: Arrays, lo: int, hi: int, giver: int, out: int, kept: int, held: float, reduced: NDArray[np.float64], taken: NDArray[np.int32],
    theta: float, found: int, moves: Moves,
) -> int:  # fmt: skip
    """List what the customers lo to hi may take when ``giver`` has given up ``kept``, worth ``held``, of slot ``out``."""
    for i in range(lo, hi):
        if empty_slot(taken, i) < 0:
            continue
        for p in range(data.indptr[i], data.indptr[i + 1]):
            loss = held - reduced[p - data.indptr[lo]]
            same = i == giver and p - data.indptr[i] == kept
            if loss <= theta and not same and fits(data, taken, i, p):
                found = put_move(moves, found, giver, out, i, p - data.indptr[i], loss)
    return found
