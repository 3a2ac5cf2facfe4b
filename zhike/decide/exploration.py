"""Explore beside a plan over all customers: who draws what with which probability, so that what is scarce still holds.

A customer explores with share ``e_i``; what they then get is drawn from the softmax over value at the plan's prices,

    P(a) = (1 - e_i) [a = plan_i] + e_i s_i(a) t_a,   s_i = softmax((v_ia - charge_ia) / T).

``t_a`` in [0, 1] thins what takes something scarce, so that what exploring customers draw fits beside what the others keep; what is
thinned away goes to doing nothing. Where a minimum rests on what the plan gives a customer, ``e_i`` is below the policy's share instead, so that
leaving the plan does not break it. P sums to one and is recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["calmed_shares", "drawn", "softmax", "thinned"]

_DEVIATIONS: Final = 3.0
"""Standard deviations kept free of exploration, so that what is drawn does not exceed what there is."""
_STEPS: Final = 20
"""Steps in which the share that explores is brought down where a minimum would break."""


def softmax(start: NDArray[np.int64], worth: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Return P(drawn | explores) of every candidate.

    Parameters
    ----------
    start : ndarray of int, shape (n_customers + 1,)
        Where each customer's candidates begin; everybody has one at least, as doing nothing is one.
    worth : ndarray of shape (n_candidates,)
        Value at the prices; minus infinity for what may not be drawn.
    temperature : float

    Examples
    --------
    >>> softmax(np.array([0, 2, 3]), np.array([1.0, 1.0, 5.0]), 2.0).tolist()
    [0.5, 0.5, 1.0]
    """
    if len(start) == 1:
        return np.zeros(0)
    sizes = np.diff(start)
    top = np.repeat(np.maximum.reduceat(worth, start[:-1]), sizes)
    weight = np.exp((worth - top) / temperature)
    return np.asarray(weight / np.repeat(np.add.reduceat(weight, start[:-1]), sizes))


def thinned(
    explored: NDArray[np.float64],
    cell: NDArray[np.int64],
    kept: NDArray[np.float64],
    varying: NDArray[np.float64],
    use: NDArray[np.float64],
    capacity: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the chances of what is explored, thinned row by row so that they fit beside what is kept.

    Parameters
    ----------
    explored : ndarray of shape (n_candidates,)
        Chance that each candidate is drawn.
    cell : ndarray of int, shape (n_candidates,)
        What a candidate takes: its place in the second axis of ``use``.
    kept, varying : ndarray of shape (n_cells,)
        Expected number of the plan's actions that those who do not explore keep, and its variance.
    use : ndarray of shape (n_rows, n_cells)
        What one action takes of every row.
    capacity : ndarray of shape (n_rows,)

    Notes
    -----
    A row has room for ``capacity - use . kept`` less three standard deviations. What gives to a row is not counted upon.
    """
    chance = explored.copy()
    for taken, most in zip(use, capacity, strict=True):
        share = _thinning(
            np.maximum(taken, 0.0), float(most - taken @ kept), varying, _by_cell(chance, cell, len(taken))
        )
        if share < 1.0:
            chance[taken[cell] > 0] *= share
    return chance


def _thinning(
    taken: NDArray[np.float64], room: float, varying: NDArray[np.float64], mass: NDArray[np.float64]
) -> float:
    """Return the share of what is explored for which a row has room, sampling variation left aside."""
    asked = float(mass @ taken)
    if asked <= 0:
        return 1.0
    one = float(taken.max())
    spread = _DEVIATIONS * np.sqrt(one * (float(varying @ taken) + min(asked, max(room, 0.0))))
    return float(np.clip((room - spread) / asked, 0.0, 1.0))


def _by_cell(weight: NDArray[np.float64], cell: NDArray[np.int64], cells: int) -> NDArray[np.float64]:
    return np.bincount(cell, weight, cells).astype(np.float64)


def calmed_shares(
    share: float,
    customers: int,
    drawn_by: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
    planned: tuple[NDArray[np.int64], NDArray[np.int64]],
    use: NDArray[np.float64],
    capacity: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the share with which every customer explores: less than asked for where what the plan gives them keeps a minimum.

    Parameters
    ----------
    share : float
        As the policy has it.
    customers : int
    drawn_by : tuple of ndarray of shape (n_candidates,)
        Customer, cell and P(drawn | explores) of every candidate.
    planned : tuple of ndarray of int, shape (n_chosen,)
        Customer and cell of what the plan gives.
    use : ndarray of shape (n_rows, n_cells)
    capacity : ndarray of shape (n_rows,)

    Notes
    -----
    Over the customers whose plan gives to a row, let ``d`` be the expected loss if all of them drew and ``V`` a bound on its variance.
    The largest share ``e`` is taken for which ``e d + 3 sqrt(e V)`` is no more than what the plan leaves free. Rows that nothing gives
    to need none of this: there thinning helps.
    """
    shares = np.full(customers, share)
    tried = share * np.arange(_STEPS, -1, -1) / _STEPS
    for taken, bound in zip(use, capacity, strict=True):
        given = np.maximum(-taken, 0.0)
        if given.any():
            free = max(float(bound - taken[planned[1]].sum()), 0.0)
            gives = np.bincount(planned[0], given[planned[1]], customers).astype(np.float64)
            lost, variance = _loss(given, gives, drawn_by)
            holds = tried * lost + _DEVIATIONS * np.sqrt(tried * variance) <= free
            shares[gives > 0] = np.minimum(shares[gives > 0], tried[np.argmax(holds)])
    return shares


def _loss(
    given: NDArray[np.float64],
    gives: NDArray[np.float64],
    drawn_by: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
) -> tuple[float, float]:
    """Return what a row loses if all who give to it drew instead, and a bound on the variance of that."""
    customer, cell, chance = drawn_by
    again = np.where(gives[customer] > 0, chance * given[cell], 0.0)
    variance = 2.0 * float((gives**2).sum() + (again * given[cell]).sum())
    return float(gives.sum() - again.sum()), variance


def drawn(
    start: NDArray[np.int64], chance: NDArray[np.float64], uniform: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the candidate that every customer draws.

    Parameters
    ----------
    start : ndarray of int, shape (n_customers + 1,)
    chance : ndarray of shape (n_candidates,)
        0 or more, not all 0 for anybody; need not sum to one.
    uniform : ndarray of shape (n_customers,)
        Numbers in [0, 1).

    Examples
    --------
    >>> drawn(np.array([0, 2, 4]), np.array([0.2, 0.8, 0.0, 1.0]), np.array([0.1, 0.1])).tolist()
    [0, 3]
    """
    if len(start) == 1:
        return np.zeros(0, dtype=np.int64)
    edges = np.cumsum(np.maximum(chance, 0.0))
    before = np.concatenate([[0.0], edges])[start[:-1]]
    target = before + uniform * (edges[start[1:] - 1] - before)
    # A draw beyond the last sum is a rounding error of the sum: it belongs to the last candidate that has a chance.
    last = np.maximum.reduceat(np.where(chance > 0, np.arange(len(chance)), 0), start[:-1])
    place = np.searchsorted(edges, target, side="right")
    return np.asarray(np.clip(place, start[:-1], last), dtype=np.int64)
