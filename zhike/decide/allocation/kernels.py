"""The loops over all customers, compiled: exact best responses to prices, and whose answer can still change.

A *table* of shape (n_segments, 2, n_actions) holds what the rows charge at some prices: per unit, and per unit of cost. The reduced
value of a variable is its value less that charge. Within a customer at most k variables may be taken, at most one a group, so
the best response takes the k best of the groups' best positive reduced values; a running list of k with distinct groups finds
it in one sweep, in whatever order the variables stand. Everything is computed in float64, whatever the data's own
precision; reduced values go to a buffer first, in a loop without branches that the compiler can vectorise.

Two habits of all compiled loops keep their first use short. A number that is passed on is written ``whole(0)``: for a bare 0 the
loop that takes it would be compiled once more. And arrays are copied by a loop: ``a[:] = b`` brings in the writing of its error message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.allocation.arrays import Arrays

    whole = int
else:
    whole = np.int64

__all__ = [
    "accumulate",
    "best_few",
    "copy_values",
    "load_moments",
    "reduce_values",
    "respond",
    "screen",
    "whole",
]

MOST_VARIABLES: Final = 1 << 16
"""Variables of one customer."""


@njit(cache=True, nogil=True, error_model="numpy")
def copy_values(source: NDArray[np.float64], target: NDArray[np.float64]) -> None:
    """Copy as many values as the target has."""
    for a in range(len(target)):
        target[a] = source[a]


@njit(cache=True, nogil=True, error_model="numpy")
def reduce_values(
    data: Arrays, i: int, table: NDArray[np.float64], worth: float, reduced: NDArray[np.float64]
) -> np.int64:
    """Fill in the reduced values of customer i, values times ``worth``; return how many there are."""
    begin, s = data.indptr[i], np.int64(data.seg[i])
    size = np.int64(data.indptr[i + 1] - begin)
    by_unit, by_cost = table[s, 0], table[s, 1]
    act, val, cost = (
        data.act[begin : begin + size],
        data.val[begin : begin + size],
        data.cost[begin : begin + size],
    )
    for t in range(size):
        reduced[t] = worth * np.float64(val[t]) - by_cost[act[t]] * np.float64(cost[t]) - by_unit[act[t]]
    return size


@njit(cache=True, nogil=True, error_model="numpy")
def best_few(
    data: Arrays, begin: int, size: np.int64, reduced: NDArray[np.float64], best: NDArray[np.float64], place: NDArray[np.int64],
    groups: NDArray[np.int64],
) -> None:  # fmt: skip
    """List the best variables of distinct groups with a positive reduced value, best first: values, positions, groups.

    Where there are fewer than the list holds, it ends with values of 0, positions of -1 and groups of -1.
    """
    k, last = len(best), 0.0
    best[:], place[:], groups[:] = 0.0, -1, -1
    act = data.act[begin : begin + size]
    for t in range(size):
        value = reduced[t]
        if value <= last:
            continue
        of, at = data.group[act[t]], k - 1
        for slot in range(k):
            if groups[slot] == of:
                at = slot
                break
        if value <= best[at]:
            continue
        while at > 0 and value > best[at - 1]:
            best[at], place[at], groups[at] = best[at - 1], place[at - 1], groups[at - 1]
            at -= 1
        best[at], place[at], groups[at] = value, t, of
        last = best[k - 1]


@njit(cache=True, nogil=True, error_model="numpy")
def respond(data: Arrays, lo: int, hi: int, table: NDArray[np.float64], k: int, worth: float) -> float:
    """Return the sum over customers lo up to hi of the best that each can have at the prices behind ``table``.

    ``worth`` multiplies the values: 1, or 0 for what the rows alone ask.
    """
    total, reduced = 0.0, np.empty(MOST_VARIABLES)
    best, place, groups = np.zeros(k), np.zeros(k, np.int64), np.zeros(k, np.int64)
    for i in range(lo, hi):
        size = reduce_values(data, i, table, worth, reduced)
        best_few(data, data.indptr[i], size, reduced, best, place, groups)
        for slot in range(k):
            total += best[slot]
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def screen(
    data: Arrays, lo: int, hi: int, table: NDArray[np.float64], radius: NDArray[np.float64], taken: NDArray[np.int32],
    open_: NDArray[np.bool_], count: NDArray[np.float64], spent: NDArray[np.float64],
) -> None:  # fmt: skip
    """Take every customer's best response, and mark in ``open_`` those whose answer may change within the prices' radius.

    ``radius`` bounds by how much charges can move, a table too. Whoever is settled takes variables that stay above 0 and above all
    others wherever the prices move. ``taken`` of shape (n_customers, k) receives positions within the customer's variables, -1
    where none; counts and costs are those of the settled customers only.
    """
    k, reduced, highest = taken.shape[1], np.empty(MOST_VARIABLES), np.empty(MOST_VARIABLES)
    best, place, groups = np.zeros(k), np.zeros(k, np.int64), np.zeros(k, np.int64)
    for i in range(lo, hi):
        size, begin, s = reduce_values(data, i, table, 1.0, reduced), data.indptr[i], np.int64(data.seg[i])
        by_unit, by_cost = radius[s, 0], radius[s, 1]
        act, cost = data.act[begin : begin + size], data.cost[begin : begin + size]
        for t in range(size):
            highest[t] = reduced[t] + by_cost[act[t]] * abs(np.float64(cost[t])) + by_unit[act[t]]
        best_few(data, begin, size, reduced, best, place, groups)
        listed, lowest = 0, np.inf
        for slot in range(k):
            taken[i, slot] = place[slot]
            if place[slot] >= 0:
                listed += 1
                lowest = min(lowest, 2.0 * best[slot] - highest[place[slot]])
        bar, rivals = lowest if listed == k else 0.0, 0
        for t in range(size):
            rivals += highest[t] >= bar
        open_[i] = lowest <= 0.0 or (
            rivals > listed and _contested(data, begin, size, reduced, highest, bar, place, groups)
        )
        if not open_[i]:
            for slot in range(listed):
                count[s, act[place[slot]]] += 1.0
                spent[s, act[place[slot]]] += np.float64(cost[place[slot]])


@njit(cache=True, nogil=True, error_model="numpy")
def _contested(
    data: Arrays, begin: int, size: np.int64, reduced: NDArray[np.float64], highest: NDArray[np.float64], bar: float,
    place: NDArray[np.int64], groups: NDArray[np.int64],
) -> bool:  # fmt: skip
    """Return whether a variable outside the list may rise above the bar, or above the one of its own group that it excludes."""
    for t in range(size):
        if highest[t] < bar:
            continue
        rival, of = bar, data.group[data.act[begin + t]]
        for slot in range(len(place)):
            if place[slot] == t:
                rival = np.inf
            elif place[slot] >= 0 and groups[slot] == of:
                rival = 2.0 * reduced[place[slot]] - highest[place[slot]]
        if highest[t] >= rival:
            return True
    return False


@njit(cache=True, nogil=True, error_model="numpy")
def accumulate(
    data: Arrays, taken: NDArray[np.int32], count: NDArray[np.float64], spent: NDArray[np.float64]
) -> float:
    """Add counts and costs of what is taken by segment and action; return its value."""
    worth = 0.0
    for i in range(len(taken)):
        s = np.int64(data.seg[i])
        for slot in range(taken.shape[1]):
            if taken[i, slot] >= 0:
                p = data.indptr[i] + taken[i, slot]
                worth += np.float64(data.val[p])
                count[s, data.act[p]] += 1.0
                spent[s, data.act[p]] += np.float64(data.cost[p])
    return worth


@njit(cache=True, nogil=True, error_model="numpy")
def load_moments(
    data: Arrays, taken: NDArray[np.int32], total: NDArray[np.float64], second: NDArray[np.float64]
) -> None:
    """Add each customer's loads to ``total``, shape (n_rows,), and their products to ``second``, shape (n_rows, n_rows)."""
    rows, actions = len(total), len(data.group)
    touched, marked, mine = np.zeros(rows, np.int64), np.zeros(rows, np.bool_), np.zeros(rows)
    for i in range(len(taken)):
        size = 0
        for slot in range(taken.shape[1]):
            if taken[i, slot] < 0:
                continue
            p = data.indptr[i] + taken[i, slot]
            cell = np.int64(data.seg[i]) * actions + np.int64(data.act[p])
            for e in range(data.start[cell], data.start[cell + 1]):
                if not marked[data.row[e]]:
                    touched[size], marked[data.row[e]] = data.row[e], True
                    size += 1
                mine[data.row[e]] += data.by_unit[e] + data.by_cost[e] * np.float64(data.cost[p])
        for x in range(size):
            total[touched[x]] += mine[touched[x]]
            for y in range(size):
                second[touched[x], touched[y]] += mine[touched[x]] * mine[touched[y]]
        for x in range(size):
            mine[touched[x]], marked[touched[x]] = 0.0, False
