"""What no plan can exceed: each customer's best selection when every row charges its price.

With prices p >= 0 every plan that keeps the right-hand sides b is worth at most

    L(p) = sum over customers (or households) of max over their feasible selections of sum_j (val_ij - charge_ij) + p . b,
    charge_ij = sum_r p_r (W0[r, seg_i, j] + W1[r, seg_i, j] cost_ij),

because the charged plan loses p . (load - b) <= 0. The maxima are exact: the best positive gain of each group and of those the
k highest; where a cap of actions forbids that selection, a search over the selections of the customer or household.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zhike.govern.allocation_instance import STEP
from zhike.govern.selection_search import NODES, Limits, Options, search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from zhike.govern.allocation_instance import Instance

__all__ = ["SelectionBound", "selection_bound"]


class SelectionBound(NamedTuple):
    """Sum of the best selections' gains, and of how many customers or households it is only an upper bound."""

    gain: float
    loose: int


def selection_bound(
    instance: Instance, prices: NDArray[np.float64], *, step: int = STEP, nodes: int = NODES
) -> SelectionBound:
    """Return what all customers together gain at best when each row charges its price.

    Parameters
    ----------
    instance : Instance
    prices : ndarray of float64, shape (R,)
        0 or more.
    step : int
        Variables that are looked at together.
    nodes : int
        Selections that a search may hold at a time; beyond it, limits of the one customer or household are eased.
    """
    charges = (np.tensordot(prices, instance.fixed, 1), np.tensordot(prices, instance.by_cost, 1))
    parts = [
        _best(instance, _options(instance, charges, customers), nodes)
        for customers in _chunks(instance, step)
    ]
    return SelectionBound(sum(part.gain for part in parts), sum(part.loose for part in parts))


def _chunks(instance: Instance, step: int) -> Iterator[NDArray[np.int64]]:
    """Yield customers with about ``step`` variables together, never half a household."""
    order = np.arange(instance.customers)
    ends = order + 1
    if instance.household is not None:
        order = np.argsort(instance.household, kind="stable")
        ends = np.flatnonzero(np.diff(instance.household[order], append=-1)) + 1
    filled = np.cumsum(np.diff(instance.indptr)[order])[ends - 1]
    total = int(filled[-1]) if len(filled) else 0
    cuts = np.searchsorted(filled, np.arange(step, total + step, step)).clip(max=len(ends) - 1)
    bounds = [0, *np.unique(ends[cuts]).tolist()]
    for start, end in itertools.pairwise(bounds):
        yield order[start:end]


def _options(
    instance: Instance,
    charges: tuple[NDArray[np.float64], NDArray[np.float64]],
    customers: NDArray[np.int64],
) -> Options:
    """Return the variables of some customers that gain something, in the customers' order."""
    degree = instance.indptr[customers + 1] - instance.indptr[customers]
    row = np.repeat(np.arange(len(customers)), degree)
    # Where a customer's variables begin, less those of this chunk before them: from a place here to a place there.
    place = np.repeat(instance.indptr[customers] - np.cumsum(degree) + degree, degree)
    place += np.arange(len(row))
    action = instance.act[place].astype(np.int64)
    cell = instance.cells(customers[row], action)
    gain = instance.val[place] - charges[0].ravel()[cell]
    gain -= charges[1].ravel()[cell] * instance.cost[place]
    kept = np.flatnonzero(gain > 0)
    row, action = row[kept], action[kept]
    unit = row if instance.household is None else instance.household[customers[row]]
    group = np.zeros_like(action) if instance.group is None else instance.group[action]
    return Options(unit, row, group, action, gain[kept])


def _best(instance: Instance, options: Options, nodes: int) -> SelectionBound:
    """Return the gain of the best selections: without the caps where these forbid nothing, else by a search."""
    picked = _without_caps(instance, options)
    barred = _barred(instance, picked)
    free = float(picked.gain[~np.isin(picked.unit, barred)].sum())
    if not barred.size:
        return SelectionBound(free, 0)
    searched = _worth_a_look(instance, options.take(np.isin(options.unit, barred)))
    found, exact = search(searched, Limits.of(instance), nodes)
    return SelectionBound(free + float(found.sum()), int(np.count_nonzero(~exact)))


def _without_caps(instance: Instance, options: Options) -> Options:
    """Return each customer's best selection under ``k`` and groups alone."""
    if instance.group is not None:
        options = options.best_of(_key(options.customer, options.group))
    return options.highest_of(options.customer, instance.k)


def _barred(instance: Instance, picked: Options) -> NDArray[np.int64]:
    """Return the customers or households whose selection breaks a cap."""
    found = [np.zeros(0, dtype=np.int64)]
    for cap in instance.caps:
        held = picked.take(cap.actions[picked.action])
        who = held.unit if cap.shared else held.customer
        _, first, count = np.unique(who, return_index=True, return_counts=True)
        found.append(held.unit[first[count > cap.limit]])
    return np.unique(np.concatenate(found))


def _worth_a_look(instance: Instance, options: Options) -> Options:
    """Return the options that some best selection is made of, by customer and group.

    Actions under the same caps replace each other: of one group the best will do, and of all groups the ``k`` best, because
    ``k - 1`` other choices cannot take all their groups.
    """
    caps = np.array([cap.actions for cap in instance.caps])
    kinds = np.unique(caps, axis=1, return_inverse=True)[1].ravel()
    if instance.group is not None:
        options = options.best_of(_key(_key(options.customer, options.group), kinds[options.action]))
    options = options.highest_of(_key(options.customer, kinds[options.action]), instance.k)
    return options.sorted_by(_key(options.customer, options.group))


def _key(major: NDArray[np.int64], minor: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return numbers that sort by the first, then by the second."""
    return np.asarray(major * (minor.max(initial=0) + 1) + minor)
