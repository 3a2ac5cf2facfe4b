"""One action for every customer when contacts and hours are scarce: a month's plan, allocated over all customers at once.

Customers who draw on the same resources are one segment; what an action is worth beyond doing nothing is the value of a variable,
and `zhike.decide.allocation` chooses among those with a gain. Customers are put in the order of their keys first, so that a bank
whose rows come in another order gets the same plan.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from zhike.decide.allocation import Problem

__all__ = ["Assignment", "Resource", "assign", "uses"]

_ROUNDING: Final = 1e-9
"""Share of a capacity by which sums of floats may exceed it without being an excess."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Something scarce: hours of advisers in a region, sends of a channel, a budget.

    Parameters
    ----------
    name : str
    capacity : float
        What there is, 0 or more; infinity where it never ends.
    use : ndarray of shape (n_actions,)
        What one contact takes, 0 or more; 0 for doing nothing.
    members : ndarray of bool, shape (n_customers,), or None
        Customers whose actions draw on it; None for all.
    """

    name: str
    capacity: float
    use: NDArray[np.float64]
    members: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One action for every customer.

    Parameters
    ----------
    action : ndarray of int, shape (n_customers,)
        Column of the action.
    value, bound : float
        Sum of the values of the plan; what no plan can exceed.
    gap : float
        ``(bound - value) / (bound - value of doing nothing)``, 0 where there is nothing to gain.
    used, prices : dict of str to float
        By resource: what the plan takes, and the value of one more unit.
    """

    action: NDArray[np.int64]
    value: float
    bound: float
    gap: float
    used: dict[str, float]
    prices: dict[str, float]


def assign(
    values: NDArray[np.float64],
    open_: NDArray[np.bool_],
    resources: Sequence[Resource],
    nothing: int,
    salt: str,
    keys: ArrayLike | None = None,
) -> Assignment:
    """Return the best plan found within all capacities; `gap` says how far from the best it is at most.

    Parameters
    ----------
    values : ndarray of shape (n_customers, n_actions)
        What each action is worth, such as yuan.
    open_ : ndarray of bool, same shape
        What may be chosen; doing nothing always may.
    resources : sequence of Resource
    nothing : int
        Column of doing nothing.
    salt : str
        Names the dice that draw the customers on whom prices are tried first; the same name gives the same plan.
    keys : array of shape (n_customers,), or None
        Order of the customers, such as a hash of their identifiers: with different keys the plan does not depend on the
        order of the rows. None takes the rows as they come.

    Raises
    ------
    UsageError
        When a capacity or a use is negative or no number, or doing nothing takes something.

    Examples
    --------
    Two customers, one hour: it goes where it is worth more.

    >>> values = np.array([[0.0, 5.0], [0.0, 8.0]])
    >>> hours = Resource("hours", 1.0, np.array([0.0, 1.0]))
    >>> plan = assign(values, np.ones((2, 2), bool), [hours], nothing=0, salt="2026-05")
    >>> plan.action.tolist(), plan.value, plan.used
    ([0, 1], 8.0, {'hours': 1.0})
    """
    # The solver's compiled loops take a second to load.
    from zhike.decide.allocation import allocate

    _check(resources, nothing)
    order = np.arange(len(values)) if keys is None else np.argsort(np.asarray(keys), kind="stable")
    idle = np.nan_to_num(values[:, nothing])
    gain = np.where(open_ & np.isfinite(values), values, -np.inf) - idle[:, None]
    segment, use = uses(resources, values.shape)
    problem = _problem(gain[order], segment[order], resources, use)
    found = allocate(problem, _generator(salt))
    action = np.full(len(values), nothing, dtype=np.int64)
    owner = np.searchsorted(problem.indptr, found.chosen, side="right") - 1
    action[order[owner]] = problem.act[found.chosen]
    taken = use[:, segment, action].sum(axis=1)
    prices = dict.fromkeys((one.name for one in resources), 0.0)
    prices |= zip(problem.names, found.prices.tolist(), strict=True)
    used = dict(zip(prices, taken.tolist(), strict=True))
    return Assignment(action, float(idle.sum() + found.objective), float(idle.sum() + found.bound), found.gap, used, prices)  # fmt: skip


def uses(
    resources: Sequence[Resource], shape: tuple[int, ...]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the segment of every customer, those of one drawing on the same, and what one action takes.

    Parameters
    ----------
    resources : sequence of Resource
    shape : tuple of int
        Customers and actions.

    Returns
    -------
    segment : ndarray of int, shape (n_customers,)
    use : ndarray of shape (n_resources, n_segments, n_actions)

    Examples
    --------
    >>> hours = Resource("hours", 1.0, np.array([0.0, 0.5]), np.array([True, False, True]))
    >>> segment, use = uses([hours], (3, 2))
    >>> segment.tolist(), use.tolist()
    ([1, 0, 1], [[[0.0, 0.0], [0.0, 0.5]]])
    """
    members = np.ones((shape[0], len(resources)), dtype=np.bool_)
    for place, one in enumerate(resources):
        if one.members is not None:
            members[:, place] = one.members
    kinds, segment = np.unique(members, axis=0, return_inverse=True)
    taken = np.array([one.use for one in resources], dtype=np.float64).reshape(len(resources), 1, shape[1])
    return segment.reshape(-1).astype(np.int64), kinds.T[:, :, None] * taken


def _generator(salt: str) -> np.random.Generator:
    seed = int.from_bytes(hashlib.blake2b(salt.encode(), digest_size=8).digest(), "big")
    return np.random.Generator(np.random.PCG64(seed))


def _check(resources: Sequence[Resource], nothing: int) -> None:
    for one in resources:
        if not one.capacity >= 0 or not np.isfinite(one.use).all() or (one.use < 0).any():
            raise UsageError(
                what=phrase("a negative capacity or use"), expected=phrase("capacities and uses of 0 or more")
            )
        if one.use[nothing]:
            raise UsageError(
                what=phrase("doing nothing takes a resource"), expected=phrase("a use of 0 for doing nothing")
            )


def _problem(
    gain: NDArray[np.float64],
    segment: NDArray[np.int64],
    resources: Sequence[Resource],
    use: NDArray[np.float64],
) -> Problem:
    """Return the problem of one action a customer; a resource without end is no row of it."""
    from zhike.decide.allocation import Problem

    row, action = np.nonzero(gain > 0)
    capacity = np.array([one.capacity for one in resources], dtype=np.float64)
    ends, names = np.isfinite(capacity), np.array([one.name for one in resources], dtype=np.str_)
    arrays: dict[str, Any] = {
        "indptr": np.searchsorted(row, np.arange(len(gain) + 1)), "act": action, "val": gain[row, action], "cost": np.zeros(len(row)),
        "seg": segment, "group": np.arange(gain.shape[1]), "use_group": np.bool_(0), "k": np.int64(1),
        "W0": use[ends], "W1": np.zeros_like(use[ends]), "b": capacity[ends] * (1.0 + _ROUNDING), "names": names[ends],
    }  # fmt: skip
    return Problem.of(arrays)
