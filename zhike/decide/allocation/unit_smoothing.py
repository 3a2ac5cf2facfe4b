"""The smoothed dual of units with caps of any kind: over all of their selections that come close to the best.

With losses l_b >= 0 of a unit's selections b against its best one, shares y >= 0 that sum to one and width h,

    f_h = best + max_y ( -l.y - h/2 |y|^2 )

is smooth and convex in the prices, for the shares are those of a projection onto the simplex; only selections with a loss below h
have any, and these are listed by a search that leaves every branch which cannot come that close. Where customers are many, only
the best selection and those one move away from it are looked at: quicker, and nearly the same where prices are close.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from zhike.decide.allocation.kernels import MOST_VARIABLES, whole
from zhike.decide.allocation.units import empty_slot, fits, longest_unit, most_left, sort_unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.allocation.arrays import Arrays
    from zhike.decide.allocation.moves import Moves

__all__ = ["smooth_moves", "smooth_units"]

_MOST_SELECTIONS, _MOST_NODES = 256, 4_096
"""Selections and branches of a unit that are looked at; what lies beyond is left out of the smoothing, not of the bound."""


@njit(cache=True, nogil=True, error_model="numpy")
def _list_near(
    data: Arrays, lo: int, hi: int, found: int, value: NDArray[np.float64], spot: NDArray[np.int64], owner: NDArray[np.int64],
    groups: NDArray[np.int64], taken: NDArray[np.int32], least: float, near: NDArray[np.float64], parts: NDArray[np.int64],
) -> int:  # fmt: skip
    """List the selections worth more than ``least``; return how many there are.

    ``near`` receives their values, ``parts`` the places of what each holds among the unit's variables, -1 behind the last.
    """
    chosen, slots, room = np.full(found, -1, np.int64), np.zeros(found, np.int64), np.zeros(hi - lo, np.int64)
    held, holding = np.zeros(found + 1, np.int64), 0
    size, now, at, nodes = 0, 0.0, whole(0), 0
    if least < 0.0:
        near[0], parts[0, 0], size = 0.0, -1, 1
    while size < len(near) and nodes < _MOST_NODES:
        nodes += 1
        if (
            at < found
            and now + most_left(at, found, value, owner, groups, data, taken, lo, room) + min(value[at], 0.0)
            > least
        ):
            slot = empty_slot(taken, owner[at])
            chosen[at] = 0
            if slot >= 0 and holding + 1 < parts.shape[1] and fits(data, taken, owner[at], spot[at]):
                chosen[at], slots[at] = 1, slot
                taken[owner[at], slot] = spot[at] - data.indptr[owner[at]]
                now += value[at]
                held[holding] = at
                holding += 1
                if now > least:
                    near[size] = now
                    for b in range(holding):
                        parts[size, b] = held[b]
                    parts[size, holding] = -1
                    size += 1
            at += 1
            continue
        at -= 1
        while at >= 0 and chosen[at] != 1:
            chosen[at] = -1
            at -= 1
        if at < 0:
            break
        chosen[at] = 0
        taken[owner[at], slots[at]] = -1
        now -= value[at]
        holding -= 1
        at += 1
    for i in range(lo, hi):
        for slot in range(taken.shape[1]):
            taken[i, slot] = -1
    return size


@njit(cache=True, nogil=True, error_model="numpy")
def _add_selection(
    data: Arrays, held: NDArray[np.int64], spot: NDArray[np.int64], owner: NDArray[np.int64], share: float, curve: float,
    rows: NDArray[np.int64], marked: NDArray[np.bool_], one: NDArray[np.float64], load: NDArray[np.float64],
    total: NDArray[np.float64], hessian: NDArray[np.float64],
) -> float:  # fmt: skip
    """Add one selection's loads times ``share``, and its curvature; return its value. ``total`` sums the plain loads."""
    size, value = 0, 0.0
    for b in range(len(held)):
        if held[b] < 0:
            break
        p = spot[held[b]]
        value += np.float64(data.val[p])
        cell = np.int64(data.seg[owner[held[b]]]) * len(data.group) + np.int64(data.act[p])
        for e in range(data.start[cell], data.start[cell + 1]):
            r = data.row[e]
            if not marked[r]:
                marked[r], one[r], rows[size] = True, 0.0, r
                size += 1
            one[r] += data.by_unit[e] + data.by_cost[e] * np.float64(data.cost[p])
    for x in range(size):
        r = rows[x]
        marked[r] = False
        load[r] += share * one[r]
        total[r] += one[r]
        if curve > 0.0:
            for y in range(size):
                hessian[r, rows[y]] += curve * one[r] * one[rows[y]]
    return value


@njit(cache=True, nogil=True, error_model="numpy")
def smooth_units(
    data: Arrays, table: NDArray[np.float64], k: int, width: float, best: NDArray[np.float64], worth: float, load: NDArray[np.float64],
    hessian: NDArray[np.float64],
) -> tuple[float, float]:  # fmt: skip
    """Return the smoothed dual and the value of its solution; add its loads and curvature to what is passed in.

    ``best`` are the units' best responses at the prices behind ``table``; ``worth`` multiplies the values.
    """
    soft, value_taken, longest, rows, widest = 0.0, 0.0, longest_unit(data), len(load), 1
    for u in range(len(best)):
        widest = max(widest, data.first[u + 1] - data.first[u])
    value, spot = np.zeros(longest), np.zeros(longest, np.int64)
    owner, groups = np.zeros(longest, np.int64), np.zeros(longest, np.int64)
    near, parts = (
        np.zeros(_MOST_SELECTIONS),
        np.zeros((_MOST_SELECTIONS, min(longest, k * widest) + 1), np.int64),
    )
    reduced, taken, mean = np.empty(MOST_VARIABLES), np.full((len(data.seg), k), -1, np.int32), np.zeros(rows)
    touched, marked, one = np.zeros(rows, np.int64), np.zeros(rows, np.bool_), np.zeros(rows)
    for u in range(len(best)):
        lo, hi = data.first[u], data.first[u + 1]
        found = sort_unit(data, u, table, worth, -width, reduced, value, spot, owner, groups)
        size = _list_near(
            data, lo, hi, found, value, spot, owner, groups, taken, best[u] - width, near, parts
        )
        theta, last, free = -np.inf, -np.inf, 0
        for b in range(size):
            theta = max(theta, near[b] - width)
        while theta > last:
            last, total, free = theta, 0.0, 0
            for b in range(size):
                if near[b] > theta:
                    total += near[b]
                    free += 1
            theta = max(theta, (total - width) / free)
        mean[:] = 0.0
        curve = 1.0 / width if free > 1 else 0.0
        for b in range(size):
            y = (near[b] - theta) / width
            if y > 0.0:
                soft += near[b] * y - 0.5 * width * y * y
                value_taken += (
                    worth
                    * y
                    * _add_selection(
                        data, parts[b], spot, owner, y, curve, touched, marked, one, load, mean, hessian
                    )
                )
        if free > 1:
            for r in range(rows):
                if mean[r] != 0.0:
                    for q in range(rows):
                        hessian[r, q] -= mean[r] * mean[q] / (width * free)
    return soft, value_taken


@njit(cache=True, nogil=True, error_model="numpy")
def smooth_moves(
    data: Arrays, moves: Moves, use: NDArray[np.float64], gain: NDArray[np.float64], width: float, load: NDArray[np.float64],
    hessian: NDArray[np.float64],
) -> tuple[float, float]:  # fmt: skip
    """Smooth over each unit's best response and the moves away from it; return what that adds to the soft dual and the value.

    The moves of a unit stand together. Loads and the Hessian are added to what is passed in.
    """
    soft, value, lo, rows = 0.0, 0.0, 0, len(load)
    mean = np.zeros(rows)
    while lo < len(moves.loss):
        hi, mine = lo, data.unit[moves.taker[lo]]
        while hi < len(moves.loss) and data.unit[moves.taker[hi]] == mine:
            hi += 1
        # The threshold of the simplex: of the values 0 (the best response itself) and -loss those above it count.
        theta, last, free = -width, -np.inf, 1
        while theta > last:
            last, total, free = theta, 0.0, 1
            for a in range(lo, hi):
                if -moves.loss[a] > theta:
                    total -= moves.loss[a]
                    free += 1
            theta = (total - width) / free
        own = max(0.0, -theta / width)
        soft += 0.5 * width - 0.5 * width * own * own
        mean[:] = 0.0
        for a in range(lo, hi):
            y = (-moves.loss[a] - theta) / width
            if y > 0.0:
                soft += -moves.loss[a] * y - 0.5 * width * y * y
                value += gain[a] * y
                for r in range(rows):
                    if use[a, r] != 0.0:
                        load[r] += y * use[a, r]
                        mean[r] += use[a, r]
                        for q in range(rows):
                            hessian[r, q] += use[a, r] * use[a, q] / width
        for r in range(rows):
            if mean[r] != 0.0:
                for q in range(rows):
                    hessian[r, q] -= mean[r] * mean[q] / (width * free)
        lo = hi
    return soft, value
