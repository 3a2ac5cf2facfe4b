"""The smoothed dual of customers who may take k actions, at most one a group: value, loads and curvature in one sweep.

For one customer with reduced values r the best response  max r.x  over  X = {x >= 0, sum_g x <= 1, sum x <= k}  has kinks, so
loads jump. With a small width h,

    f_h(r) = max_{x in X} r.x - h/2 |x|^2

is smooth, never above the best response, and at most ``h k / 2`` below it. Its solution is x = max(0, (r - theta_g) / h), where
the threshold theta_g is nu, shared by the groups that are not full, or higher where a group is full. The sum over customers
is convex and once differentiable in the prices; its generalised Hessian is assembled here, so that Newton's method applies
(Nesterov, "Smooth minimization of non-smooth functions", Math. Program. 103, 2005; Qi and Sun, "A nonsmooth version of
Newton's method", Math. Program. 58, 1993).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from zhike.decide.allocation.kernels import MOST_VARIABLES, best_few, reduce_values, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.allocation.arrays import Arrays

__all__ = ["smooth"]

_ROUNDS = 60
"""Most steps of the search for a threshold; each at least halves its bracket."""


@njit(cache=True, nogil=True, error_model="numpy")
def _group_threshold(value: NDArray[np.float64], member: NDArray[np.int64], of: int, near: int, floor: float, width: float) -> float:  # fmt: skip
    """Return the threshold at which one group is full, or ``floor`` where it is not full there."""
    theta, last = floor, -np.inf
    while theta > last:
        last = theta
        total, size = 0.0, 0
        for a in range(near):
            if member[a] == of and value[a] > theta:
                total += value[a]
                size += 1
        if size == 0:
            return theta
        theta = max(theta, (total - width) / size)
    return theta


@njit(cache=True, nogil=True, error_model="numpy")
def _taken(
    value: NDArray[np.float64], member: NDArray[np.int64], sum_: NDArray[np.float64], near: int, groups: int, floor: float, width: float
) -> tuple[float, float]:  # fmt: skip
    """Return how much is taken at a threshold, a full group as 1, and how fast that falls when it rises."""
    for g in range(groups):
        sum_[g] = 0.0
    total, slope = 0.0, 0.0
    for a in range(near):
        if value[a] > floor:
            sum_[member[a]] += (value[a] - floor) / width
    for g in range(groups):
        total += min(1.0, sum_[g])
    for a in range(near):
        if value[a] > floor and sum_[member[a]] < 1.0:
            slope += 1.0 / width
    return total, slope


@njit(cache=True, nogil=True, error_model="numpy")
def _threshold(
    value: NDArray[np.float64], member: NDArray[np.int64], sum_: NDArray[np.float64], near: int, groups: int, k: int, width: float,
    high: float,
) -> float:  # fmt: skip
    """Return the lowest threshold of 0 or more at which at most k are taken; none is worth more than ``high``."""
    total, slope = _taken(value, member, sum_, near, groups, 0.0, width)
    if total <= k:
        return 0.0
    low, floor = 0.0, 0.0
    for _ in range(_ROUNDS):
        step = floor + (total - k) / slope if slope > 0.0 else high
        floor = step if low < step < high else 0.5 * (low + high)
        total, slope = _taken(value, member, sum_, near, groups, floor, width)
        if abs(total - k) <= 1e-12 * k:
            break
        if total > k:
            low = floor
        else:
            high = floor
    return floor


@njit(cache=True, nogil=True, error_model="numpy")
def add_curvature(
    data: Arrays, free: NDArray[np.int64], cells: NDArray[np.int64], lo: int, hi: int, shared: bool, width: float,
    touched: NDArray[np.int64], marked: NDArray[np.bool_], total: NDArray[np.float64], hessian: NDArray[np.float64],
) -> None:  # fmt: skip
    """Add the curvature of the free variables lo to hi: sum of u u', less U U'/n where one threshold is shared.

    ``touched``, ``marked`` and ``total`` of shape (n_rows,) are room to work in; the last two are empty before and after.
    """
    if shared and hi - lo < 2:  # noqa: PLR2004 - a variable alone in a full group cannot give way
        return
    rows = 0
    for a in range(lo, hi):
        first, last, paid = data.start[cells[a]], data.start[cells[a] + 1], np.float64(data.cost[free[a]])
        for e in range(first, last):
            use, left = data.by_unit[e] + data.by_cost[e] * paid, data.row[e]
            if not marked[left]:
                marked[left] = True
                touched[rows] = left
                rows += 1
            total[left] += use
            for f in range(first, last):
                hessian[left, data.row[f]] += use * (data.by_unit[f] + data.by_cost[f] * paid) / width
    for x in range(rows):
        left = touched[x]
        if shared:
            for y in range(rows):
                hessian[left, touched[y]] -= total[left] * total[touched[y]] / (width * (hi - lo))
    for x in range(rows):
        total[touched[x]] = 0.0
        marked[touched[x]] = False


@njit(cache=True, nogil=True, error_model="numpy")
def _near(
    begin: int, length: np.int64, reduced: NDArray[np.float64], least: float, value: NDArray[np.float64], spot: NDArray[np.int64]
) -> int:  # fmt: skip
    """List value and place of a customer's variables that are worth more than ``least``; return how many there are."""
    near = whole(0)
    for t in range(length):
        if reduced[t] > least:
            value[near], spot[near] = reduced[t], begin + t
            near += 1
    return near


@njit(cache=True, nogil=True, error_model="numpy")
def smooth(
    data: Arrays, table: NDArray[np.float64], k: int, width: float, worth: float, count: NDArray[np.float64],
    spent: NDArray[np.float64], hessian: NDArray[np.float64], fraction: NDArray[np.float32],
) -> tuple[float, float, float, int]:  # fmt: skip
    """Return exact best response, smoothed best response, value and number of fractions of the smoothed solution.

    ``worth`` multiplies the values. Counts and costs of the smoothed solution by segment and action, and the Hessian by row and
    row, are added to what is passed in; ``fraction`` of shape (n_variables,) receives the solution, or is empty.
    """
    exact, soft, value_taken, parts = 0.0, 0.0, 0.0, 0
    actions, rows, keep = table.shape[2], len(hessian), len(fraction) > 0
    reals, wholes = np.empty((3, MOST_VARIABLES)), np.empty((5, MOST_VARIABLES), np.int64)
    reduced, value, sum_ = reals[0], reals[1], reals[2]
    spot, member, names, free, cells = wholes[0], wholes[1], wholes[2], wholes[3], wholes[4]
    best, place, listed = np.zeros(k), np.zeros(k, np.int64), np.zeros(k, np.int64)
    touched, marked, total = np.zeros(rows, np.int64), np.zeros(rows, np.bool_), np.zeros(rows)
    for i in range(len(data.indptr) - 1):
        s, begin = np.int64(data.seg[i]), data.indptr[i]
        length = reduce_values(data, i, table, worth, reduced)
        best_few(data, begin, length, reduced, best, place, listed)
        size = 0
        for slot in range(k):
            exact += best[slot]
            size += listed[slot] >= 0
        if keep:
            fraction[begin : begin + length] = 0.0
        # What is a width below the k-th best group gets nothing: the threshold is never lower than that.
        near = _near(begin, length, reduced, max(0.0, best[k - 1] - width), value, spot)
        alone = near == size  # one a group, and no more than k: nobody competes
        groups, floor = near, 0.0
        for a in range(near):
            member[a] = a
        if not alone:
            groups = _grouped(near, spot, data, member, names)
            floor = _threshold(value, member, sum_, near, groups, k, width, best[0])
        taken = whole(0)
        for g in range(groups):
            theta = (
                floor
                if alone and value[g] < width
                else _group_threshold(value, member, g, near, floor, width)
            )
            before = taken
            for a in range(near):
                if member[a] == g and value[a] > theta:
                    p, x = spot[a], min(1.0, (value[a] - theta) / width)
                    j = np.int64(data.act[p])
                    soft += value[a] * x - 0.5 * width * x * x
                    value_taken += worth * np.float64(data.val[p]) * x
                    parts += x < 1.0
                    count[s, j] += x
                    spent[s, j] += x * np.float64(data.cost[p])
                    if keep:
                        fraction[p] = x
                    free[taken], cells[taken] = p, s * actions + j
                    taken += 1
            if theta > floor:  # a full group: its members share a threshold of their own
                add_curvature(
                    data, free, cells, before, taken, theta > floor, width, touched, marked, total, hessian
                )
                taken = before
        add_curvature(data, free, cells, whole(0), taken, floor > 0.0, width, touched, marked, total, hessian)
    return exact, soft, value_taken, parts


@njit(cache=True, nogil=True, error_model="numpy")
def _grouped(
    near: int, spot: NDArray[np.int64], data: Arrays, member: NDArray[np.int64], names: NDArray[np.int64]
) -> int:
    """Give the groups of some variables numbers as they come; return how many there are."""
    groups = 0
    for a in range(near):
        of, g = data.group[data.act[spot[a]]], 0
        while g < groups and names[g] != of:
            g += 1
        if g == groups:
            names[g] = of
            groups += 1
        member[a] = g
    return groups
