"""From a smoothed solution to whole actions, customer by customer, so that the loads drift as little as they can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from zhike.decide.allocation.kernels import copy_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.allocation.arrays import Arrays

__all__ = ["round_fractions"]


@njit(cache=True, nogil=True, error_model="numpy")
def _add_fraction(
    data: Arrays, weight: float, p: int, s: np.int64, scale: NDArray[np.float64], drift: NDArray[np.float64]
) -> None:
    cell = s * len(data.group) + np.int64(data.act[p])
    for e in range(data.start[cell], data.start[cell + 1]):
        left = data.row[e]
        drift[left] += scale[left] * weight * (data.by_unit[e] + data.by_cost[e] * np.float64(data.cost[p]))


@njit(cache=True, nogil=True, error_model="numpy")
def _square(drift: NDArray[np.float64]) -> float:
    total = 0.0
    for left in drift:
        total += left * left
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def round_fractions(
    data: Arrays, fraction: NDArray[np.float32], scale: NDArray[np.float64], taken: NDArray[np.int32]
) -> None:  # fmt: skip
    """Round a smoothed solution customer by customer, so that the loads stay as close to its own as they can.

    ``scale`` of shape (n_rows,) says what a unit of each row matters. Each group's choice, one of its variables or none, is the one
    that leaves the smallest sum of squares of what has been rounded too much so far.
    """
    rows, k = len(scale), taken.shape[1]
    drift, trial, mean = np.zeros(rows), np.zeros(rows), np.zeros(rows)
    for i in range(len(data.indptr) - 1):
        s, begin, end, used = np.int64(data.seg[i]), data.indptr[i], data.indptr[i + 1], 0
        for slot in range(k):
            taken[i, slot] = -1
        for p in range(begin, end):
            if fraction[p] >= 1.0 and used < k:
                taken[i, used] = p - begin
                used += 1
        for p in range(begin, end):
            if fraction[p] <= 0.0 or fraction[p] >= 1.0:
                continue
            of, first = data.group[data.act[p]], True
            for q in range(begin, p):
                if 0.0 < fraction[q] < 1.0 and data.group[data.act[q]] == of:
                    first = False
            if not first:
                continue
            copy_values(drift, mean)
            for q in range(p, end):
                if 0.0 < fraction[q] < 1.0 and data.group[data.act[q]] == of:
                    _add_fraction(data, -np.float64(fraction[q]), q, s, scale, mean)
            rest = 1.0
            for q in range(p, end):
                if 0.0 < fraction[q] < 1.0 and data.group[data.act[q]] == of:
                    rest -= fraction[q]
            choice, least, likely = -1, _square(mean), rest
            copy_values(mean, drift)
            for q in range(p, end):
                if used < k and 0.0 < fraction[q] < 1.0 and data.group[data.act[q]] == of:
                    copy_values(mean, trial)
                    _add_fraction(data, 1.0, q, s, scale, trial)
                    size = _square(trial)
                    if size < least or (size == least and fraction[q] > likely):
                        choice, least, likely = q, size, fraction[q]
                        copy_values(trial, drift)
            if choice >= 0:
                taken[i, used] = choice - begin
                used += 1
