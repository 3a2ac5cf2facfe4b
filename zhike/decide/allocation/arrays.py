"""The arrays of a problem, or of some of its customers, as the compiled loops take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.allocation.problem import Problem

__all__ = ["Arrays", "arrays_of", "part_of"]


class Arrays(NamedTuple):
    """Columns, groups, uses and caps of a `Problem`, customers of one household together.

    ``unit`` is the household (or customer) of each customer, and household u has the customers ``first[u]`` up to
    ``first[u + 1]``. ``counted``, ``limit``, ``shared`` are the caps.
    """

    indptr: NDArray[np.int64]
    act: NDArray[Any]
    val: NDArray[Any]
    cost: NDArray[Any]
    seg: NDArray[Any]
    group: NDArray[np.int64]
    start: NDArray[np.int64]
    row: NDArray[np.int64]
    by_unit: NDArray[np.float64]
    by_cost: NDArray[np.float64]
    unit: NDArray[np.int64]
    first: NDArray[np.int64]
    counted: NDArray[np.bool_]
    limit: NDArray[np.int64]
    shared: NDArray[np.bool_]


def arrays_of(problem: Problem) -> tuple[Arrays, NDArray[np.int64]]:
    """Return all customers of a problem, and their rows in it; without caps they stand as they are and nothing large is copied."""
    caps, every = problem.caps, np.arange(problem.customers + 1, dtype=np.int64)
    uses, none = problem.uses, np.zeros(0, dtype=np.int64)
    limits = (
        (np.zeros((0, problem.actions), bool), none, none.astype(bool))
        if caps is None
        else (caps.actions, caps.limit, caps.by_household)
    )
    data = Arrays(
        problem.indptr, problem.act, problem.val, problem.cost, problem.seg, problem.group, uses.start, uses.row, uses.by_unit,
        uses.by_cost, every[:-1], every, *limits,
    )  # fmt: skip
    if caps is None or not caps.by_household.any():
        return data, every[:-1]
    rows = np.argsort(caps.household, kind="stable")
    household = caps.household[rows]
    first = np.flatnonzero(np.diff(household, prepend=household[:1] - 1))
    unit = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(rows))))
    return _rows_of(data, rows, unit, np.append(first, len(rows))), rows


def part_of(data: Arrays, units: NDArray[np.int64]) -> Arrays:
    """Return a copy of the customers of some units, in their order."""
    sizes = np.diff(data.first)[units]
    first = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    rows = np.arange(first[-1]) + np.repeat(data.first[units] - first[:-1], sizes)
    return _rows_of(data, rows, np.repeat(np.arange(len(units)), sizes), first)


def _rows_of(
    data: Arrays, rows: NDArray[np.int64], unit: NDArray[np.int64], first: NDArray[np.int64]
) -> Arrays:
    indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.diff(data.indptr)[rows])])
    columns = {name: np.empty(int(indptr[-1]), getattr(data, name).dtype) for name in ("act", "val", "cost")}
    for name, column in columns.items():
        _gather(rows, data.indptr, indptr, getattr(data, name), column)
    return data._replace(indptr=indptr, seg=data.seg[rows], unit=unit, first=first, **columns)


@njit(cache=True, nogil=True, error_model="numpy")
def _gather(rows: Any, starts: Any, indptr: Any, source: Any, target: Any) -> None:  # noqa: ANN401 - any dtype
    for i in range(len(rows)):
        begin = starts[rows[i]] - indptr[i]
        for p in range(indptr[i], indptr[i + 1]):
            target[p] = source[begin + p]
