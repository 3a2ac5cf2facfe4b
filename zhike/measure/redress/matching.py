"""Pairs of cases with equal harm: one of a group and one of the others, alike in all that redress may depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["matched_pairs"]


def matched_pairs(
    strata: NDArray[np.int64], harm: NDArray[np.float64], group: NDArray[np.bool_], others: NDArray[np.bool_], caliper: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
    """Return as many pairs as there can be: each of one stratum, harm within the caliper, no case in two pairs.

    Both sides are walked through by rising harm, and what fits is paired. No two pairs of it cross, so that none could be had more by pairing otherwise.

    Parameters
    ----------
    strata : array, shape (n,)
    harm : array, shape (n,)
        0 or more.
    group, others : array, shape (n,)
        Which cases are of the group, and which are compared with them; none is both.
    caliper : float
        Largest difference of harm as a share of the larger one.

    Returns
    -------
    tuple of array, shape (pairs,)
        Places of the group's cases, and of the others'.

    Examples
    --------
    >>> one, other = matched_pairs(np.zeros(4, int), np.array([100.0, 104.0, 500.0, 99.0]), np.array([True, False, True, False]),
    ...                            np.array([False, True, False, True]), 0.05)
    >>> one.tolist(), other.tolist()
    ([0], [3])
    """
    mine, theirs = (_by_stratum(strata, harm, side) for side in (group, others))
    pairs = [
        pair
        for stratum in mine.keys() & theirs.keys()
        for pair in _walked(mine[stratum], theirs[stratum], harm, caliper)
    ]
    found = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _by_stratum(
    strata: NDArray[np.int64], harm: NDArray[np.float64], side: NDArray[np.bool_]
) -> dict[int, list[int]]:
    """Return the places of a side by stratum, rising in harm; of equal harm the case that comes first."""
    found: dict[int, list[int]] = {}
    places = np.flatnonzero(side)
    for place in places[np.argsort(harm[places], kind="stable")].tolist():
        found.setdefault(int(strata[place]), []).append(place)
    return found


def _walked(
    mine: list[int], theirs: list[int], harm: NDArray[np.float64], caliper: float
) -> list[tuple[int, int]]:
    pairs, i, j = [], 0, 0
    while i < len(mine) and j < len(theirs):
        one, other = float(harm[mine[i]]), float(harm[theirs[j]])
        if abs(one - other) <= caliper * max(one, other):
            pairs.append((mine[i], theirs[j]))
            i, j = i + 1, j + 1
        elif one < other:
            i += 1
        else:
            j += 1
    return pairs
