"""One plan over all customers when hours, sends and money are scarce: each resource has a price, each customer answers it.

With value v_ij of action j for customer i, use u_rij of resource r and capacity c_r, and prices p >= 0, the Lagrangian

    L(p) = sum_i max_j (v_ij - sum_r p_r u_rij) + sum_r p_r c_r

is at least the value of every feasible plan, whatever the prices. Prices rise where more is asked for than there is and
fall where something is left; each moves by a step of its own that grows while the sign stays and halves when it turns
(M. Riedmiller and H. Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm", ICNN
1993). Then steps along the subgradient towards the best plan known take the prices to where single steps cannot (B. Polyak,
"Minimization of unsmooth functionals", USSR Comp. Math. 9, 1969). The best answers to the last prices are made feasible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["Assignment", "Prices", "Resource", "assign", "price"]

_SIGN_ROUNDS, _TARGET_ROUNDS, _REFILL_ROUNDS = 70, 150, 50
_GROW, _SHRINK, _CALMER = 1.2, 0.5, 0.9
"""Growth of a step while its sign stays, shrinking when it turns; shrinking of what counts as nearly as good."""
_FIRST_STEP: Final = 0.1
"""First step of a price, as a share of the mean gain by unit."""
_FIRST_HOPE, _TELLING, _PATIENCE = 0.1, 0.1, 5
"""Hoped-for fall of the bound at first, as a share of it; share of a hope that counts as success; failures borne."""
_TOLERANCE: Final = 1e-9
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
class Prices:
    """What one more unit of each resource is worth, in the unit of the values, and what no plan can exceed."""

    prices: dict[str, float]
    bound: float


@dataclass(frozen=True, slots=True)
class Assignment:
    """One action for every customer.

    Parameters
    ----------
    action, next_best : ndarray of int, shape (n_customers,)
        Column of the action; of the one that would be best at these prices without it, -1 for none.
    value, bound : float
        Sum of the values of the plan; what no plan can exceed.
    gap : float
        ``(bound - value) / (bound - value of doing nothing)``, 0 where there is nothing to gain.
    used, prices : dict of str to float
        By resource: what the plan takes, and the value of one more unit.
    """

    action: NDArray[np.int64]
    next_best: NDArray[np.int64]
    value: float
    bound: float
    gap: float
    used: dict[str, float]
    prices: dict[str, float]


def price(
    values: NDArray[np.float64], open_: NDArray[np.bool_], resources: Sequence[Resource], nothing: int
) -> Prices:
    """Return prices of the resources and the bound that they prove.

    Parameters
    ----------
    values : ndarray of shape (n_customers, n_actions)
        What each action is worth, such as yuan.
    open_ : ndarray of bool, same shape
        What may be chosen; doing nothing always may.
    resources : sequence of Resource
    nothing : int
        Column of doing nothing.

    Raises
    ------
    UsageError
        When a capacity or a use is negative or no number, or doing nothing takes something.
    """
    problem = _Problem.of(values, open_, resources, nothing)
    return _priced(problem)[1]


def assign(
    values: NDArray[np.float64],
    open_: NDArray[np.bool_],
    resources: Sequence[Resource],
    nothing: int,
    keys: ArrayLike | None = None,
) -> Assignment:
    """Return a plan within all capacities, close to the best there is; `gap` says how close at most.

    Parameters
    ----------
    values, open_, resources, nothing
        See `price`.
    keys : array of shape (n_customers,), or None
        Order of the customers where values are equal, such as a hash of their identifiers: with different keys the plan
        does not depend on the order of the rows. None takes the rows as they come.

    Examples
    --------
    Two customers, one hour: it goes where it is worth more.

    >>> values = np.array([[0.0, 5.0], [0.0, 8.0]])
    >>> hours = Resource("hours", 1.0, np.array([0.0, 1.0]))
    >>> plan = assign(values, np.ones((2, 2), bool), [hours], nothing=0)
    >>> plan.action.tolist(), plan.value, plan.used
    ([0, 1], 8.0, {'hours': 1.0})
    """
    order = np.arange(len(values)) if keys is None else np.argsort(np.asarray(keys), kind="stable")
    sorted_ = [_members_in(resource, order) for resource in resources]
    problem = _Problem.of(values[order], open_[order], sorted_, nothing)
    best, found = _priced(problem)
    choice = _refilled(problem, best, _repaired(problem, best))
    action = np.empty(len(order), dtype=np.int64)
    action[order] = problem.column[np.arange(len(order)), choice]
    value, bound, gap = _reached(problem, found, choice)
    used = dict(zip(problem.names, problem.taken(choice).sum(axis=0).tolist(), strict=True))
    runner_up = _next_best(_open_values(values, open_, nothing), resources, best, action)
    return Assignment(action, runner_up, value, bound, gap, used, found.prices)


def _members_in(resource: Resource, order: NDArray[np.int64]) -> Resource:
    members = None if resource.members is None else np.asarray(resource.members)[order]
    return Resource(resource.name, resource.capacity, resource.use, members)


@dataclass(frozen=True, slots=True)
class _Problem:
    """Actions that use the same are one option: only the best of them counts. Option 0 uses nothing.

    ``idle`` is the value of doing nothing for all, ``value`` and ``column`` have shape (n, n_options), ``use`` (n_resources, n_options), ``members`` (n, n_resources).
    """

    names: tuple[str, ...]
    value: NDArray[np.float64]
    column: NDArray[np.int64]
    use: NDArray[np.float64]
    members: NDArray[np.float64]
    capacity: NDArray[np.float64]
    idle: float

    @classmethod
    def of(
        cls,
        values: NDArray[np.float64],
        open_: NDArray[np.bool_],
        resources: Sequence[Resource],
        nothing: int,
    ) -> _Problem:
        n_customers, n_actions = values.shape
        use = np.array([resource.use for resource in resources], dtype=np.float64).reshape(-1, n_actions)
        capacity = np.array([resource.capacity for resource in resources], dtype=np.float64)
        _check(use, capacity, nothing)
        every = np.ones(n_customers)
        members = [every if r.members is None else np.asarray(r.members, np.float64) for r in resources]
        worth = _open_values(values, open_, nothing)
        # Sorted, the option that uses nothing comes first.
        uses = sorted(set(map(tuple, use.T.tolist())))
        option = [uses.index(one) for one in map(tuple, use.T.tolist())]
        parts = [_best(worth, np.flatnonzero(np.equal(option, one))) for one in range(len(uses))]
        value, column = (np.stack(part, axis=1) for part in zip(*parts, strict=True))
        return cls(
            tuple(resource.name for resource in resources), value, column,
            np.array(uses).reshape(len(uses), -1).T, np.array(members).reshape(len(members), n_customers).T, capacity,
            float(worth[:, nothing].sum()),
        )  # fmt: skip

    def charged(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return value less charge of every option, shape (n, n_options)."""
        return self.value - self.members @ (prices[:, None] * self.use)

    def taken(self, choice: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what each customer's option takes, shape (n, n_resources)."""
        return self.members * self.use.T[choice]

    @property
    def room(self) -> NDArray[np.float64]:
        """Capacities with what rounding may add."""
        return self.capacity * (1.0 + _TOLERANCE)


def _check(use: NDArray[np.float64], capacity: NDArray[np.float64], nothing: int) -> None:
    if not (capacity >= 0).all() or not np.isfinite(use).all() or (use < 0).any():
        raise UsageError(what="a negative capacity or use", expected="capacities and uses of 0 or more")
    if use[:, nothing].any():
        raise UsageError(what="doing nothing takes a resource", expected="a use of 0 for doing nothing")


def _open_values(values: NDArray[np.float64], open_: NDArray[np.bool_], nothing: int) -> NDArray[np.float64]:
    worth = np.where(open_ & np.isfinite(values), values, -np.inf)
    worth[:, nothing] = np.nan_to_num(values[:, nothing])
    return worth


def _best(
    worth: NDArray[np.float64], columns: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return value and column of the best of some columns, the first where equal."""
    place = worth[:, columns].argmax(axis=1)
    return worth[np.arange(len(worth)), columns[place]], columns[place]


def _priced(problem: _Problem) -> tuple[NDArray[np.float64], Prices]:
    """Return the best prices found, and the same with names and the bound."""
    scale = _gain_by_unit(problem)
    best = _by_targets(problem, scale, _by_signs(problem, scale))
    return best.prices, Prices(dict(zip(problem.names, best.prices.tolist(), strict=True)), best.bound)


class _Look(NamedTuple):
    """What some prices give: the bound, and what is asked for beyond the capacities."""

    bound: float
    prices: NDArray[np.float64]
    excess: NDArray[np.float64]


def _look(problem: _Problem, prices: NDArray[np.float64], slack: float) -> _Look:
    """Return what prices give when every customer's wish is split over the options within ``slack`` of the best."""
    charged = problem.charged(prices)
    best = charged.max(axis=1, keepdims=True)
    # An endless resource has price 0; 0 times infinity would be no number.
    paid = np.multiply(prices, problem.capacity, out=np.zeros(len(prices)), where=prices > 0).sum()
    near = charged >= best - slack
    asked = ((problem.members.T @ (near / near.sum(axis=1, keepdims=True))) * problem.use).sum(axis=1)
    return _Look(float(best.sum() + paid), prices, asked - problem.capacity)


def _gain(problem: _Problem) -> NDArray[np.float64]:
    """Return what each option adds to the best that uses nothing, 0 at least."""
    return np.maximum(problem.value - problem.value[:, :1], 0.0)


def _mean_gain(problem: _Problem) -> float:
    gain = _gain(problem)
    return float(gain.sum() / max(np.count_nonzero(gain), 1))


def _gain_by_unit(problem: _Problem) -> NDArray[np.float64]:
    """Return the mean gain of a unit of each resource over those who want it; 0 where nobody does."""
    gain = _gain(problem)
    units = ((problem.members.T @ (gain > 0)) * problem.use).sum(axis=1)
    gains = ((problem.members.T @ gain) * (problem.use > 0)).sum(axis=1)
    return np.asarray(np.divide(gains, units, out=np.zeros(len(units)), where=units > 0))


def _by_signs(problem: _Problem, scale: NDArray[np.float64]) -> _Look:
    """Move each price up or down by a step of its own."""
    step, slack = _FIRST_STEP * scale, _FIRST_STEP * _mean_gain(problem)
    last = best = _look(problem, np.zeros(len(scale)), slack)
    for _ in range(_SIGN_ROUNDS):
        slack *= _CALMER
        now = _look(problem, np.maximum(last.prices + step * np.sign(last.excess), 0.0), slack)
        best = min(best, now, key=_bound)
        step = step * np.where(now.excess * last.excess < 0, _SHRINK, _GROW)
        last = now
    return best


def _by_targets(problem: _Problem, scale: NDArray[np.float64], best: _Look) -> _Look:
    """Step towards a bound a little below the best one; halve what is hoped for when it does not come."""
    hope = _FIRST_HOPE * (best.bound - problem.idle)
    now, failed, customers = best, 0, max(len(problem.value), 1)
    for _ in range(_TARGET_ROUNDS):
        slope = np.where((now.prices <= 0) & (now.excess < 0) | np.isinf(now.excess), 0.0, now.excess)
        steepness = ((scale * slope) ** 2).sum()
        if steepness <= 0 or hope <= 0:
            break
        length = (now.bound - best.bound + hope) / steepness
        now = _look(problem, np.maximum(now.prices + length * scale**2 * slope, 0.0), hope / customers)
        failed = 0 if now.bound < best.bound - _TELLING * hope else failed + 1
        best = min(best, now, key=_bound)
        if failed == _PATIENCE:
            hope, now, failed = hope / 2, best, 0
    return best


def _bound(look: _Look) -> float:
    return look.bound


def _repaired(problem: _Problem, prices: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return each customer's best option, the least regretted ones given up until every capacity holds."""
    charged = problem.charged(prices)
    choice = charged.argmax(axis=1)
    for resource, room in enumerate(problem.room):
        taken = problem.taken(choice)[:, resource]
        users = np.flatnonzero(taken)
        without = np.where(problem.use[resource] > 0, -np.inf, charged[users]).max(axis=1, initial=-np.inf)
        users = users[np.argsort(charged[users, choice[users]] - without, kind="stable")]
        kept = taken.sum() - np.cumsum(taken[users])
        enough = int((kept > room).sum()) + 1 if taken.sum() > room else 0
        choice[users[:enough]] = 0
    return np.asarray(choice, dtype=np.int64)


def _refilled(problem: _Problem, prices: NDArray[np.float64], choice: NDArray[np.int64]) -> NDArray[np.int64]:
    """Use what is left: the moves with the highest gain at the prices first, as long as there is one that adds value."""
    charged, rows = problem.charged(prices), np.arange(len(choice))
    for _ in range(_REFILL_ROUNDS):
        room = problem.room - problem.taken(choice).sum(axis=0)
        better = problem.value > problem.value[rows, choice][:, None]
        better &= _fits(problem, choice, room)
        movers = np.flatnonzero(better.any(axis=1))
        if not movers.size:
            break
        gain = np.where(better, charged, -np.inf)[movers]
        option = gain.argmax(axis=1)
        order = np.argsort(charged[movers, choice[movers]] - gain.max(axis=1), kind="stable")
        movers, option = movers[order], option[order]
        more = problem.members[movers] * (problem.use.T[option] - problem.use.T[choice[movers]])
        # Only what a move frees before it in the order is counted as taken, never as room.
        fits = (np.cumsum(np.maximum(more, 0.0), axis=0) <= np.maximum(room, 0.0)) | (more <= 0)
        fits = fits.all(axis=1)
        fits[0] = True
        choice[movers[fits]] = option[fits]
    return choice


def _fits(problem: _Problem, choice: NDArray[np.int64], room: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which option each customer alone could move to, shape (n, n_options)."""
    fits = np.ones(problem.value.shape, dtype=bool)
    for resource, left in enumerate(room):
        use = problem.use[resource]
        more = use[None, :] - use[choice][:, None]
        fits &= (more <= max(left, 0.0)) | (problem.members[:, resource] == 0)[:, None]
    return fits


def _reached(problem: _Problem, found: Prices, choice: NDArray[np.int64]) -> tuple[float, float, float]:
    """Return value, bound and gap of a plan."""
    value = float(problem.value[np.arange(len(choice)), choice].sum())
    bound = max(found.bound, value)
    to_gain = bound - problem.idle
    return value, bound, (bound - value) / to_gain if to_gain > 0 else 0.0


def _next_best(
    worth: NDArray[np.float64],
    resources: Sequence[Resource],
    prices: NDArray[np.float64],
    action: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the column that would be best at the prices without the chosen one, -1 where nothing else is open."""
    rows, members = np.arange(len(worth)), [r.members for r in resources]
    charge = np.zeros(worth.shape)
    for resource, one, inside in zip(resources, prices.tolist(), members, strict=True):
        charge += one * np.asarray(resource.use) * (1.0 if inside is None else np.asarray(inside)[:, None])
    left = worth - charge
    left[rows, action] = -np.inf
    best = left.argmax(axis=1)
    return np.where(np.isneginf(left[rows, best]), -1, best)
