"""What excludes what for one customer or household, as groups of which one action is chosen, and caps on everything else."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zhike.decide.constraints import Cap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.choice import ChoiceProblem
    from zhike.decide.policy import Limits

__all__ = ["Exclusions", "closed_actions", "exclusions"]


class Exclusions(NamedTuple):
    """Code of the group of every action, one of which a customer may get, and the caps that can bind beside them."""

    group: NDArray[np.int64]
    caps: tuple[Cap, ...]


def closed_actions(caps: Sequence[Cap], actions: int) -> NDArray[np.bool_]:
    """Return which actions a cap of 0 rules out from the start, shape (n_actions,)."""
    counted = [cap.counted for cap in caps if cap.limit == 0]
    return np.asarray(np.any([np.zeros(actions, dtype=np.bool_), *counted], axis=0), dtype=np.bool_)


def exclusions(
    problem: ChoiceProblem,
    actions: Actions,
    limits: Limits,
    caps: Sequence[Cap],
    open_: NDArray[np.bool_],
    household: NDArray[np.int64] | None,
) -> Exclusions:
    """Return groups and caps for the actions that are open to anybody.

    Parameters
    ----------
    problem : ChoiceProblem
        The actions of the day with their products.
    actions : Actions
    limits : Limits
        Of the policy.
    caps : sequence of Cap
        Of its constraints.
    open_ : ndarray of bool, shape (n_actions,)
        Whether an action is open to anybody.
    household : ndarray of int, shape (n_customers,), or None

    Notes
    -----
    A cap of one on whole groups becomes one group: that is what an allocation handles fastest. Caps that cannot bind are left out.
    """
    every = [*_of_limits(actions, limits), *_of_packages(actions), *caps]
    narrowed = [dataclasses.replace(cap, counted=cap.counted & open_) for cap in every if cap.limit > 0]
    group = problem.product.copy()
    for cap in sorted(narrowed, key=lambda one: -int(one.counted.sum())):
        codes = np.unique(group[cap.counted])
        if (
            cap.limit == 1
            and not cap.by_household
            and codes.size
            and not (np.isin(group, codes) & open_ & ~cap.counted).any()
        ):
            group[np.isin(group, codes) & open_] = codes[0]
    largest = 1 if household is None else int(np.bincount(household).max(initial=1))
    found: dict[tuple[bytes, int, bool], Cap] = {}
    for cap in narrowed:
        alone = min(limits.actions_per_customer, len(np.unique(group[cap.counted])))
        if cap.limit < alone * (largest if cap.by_household else 1):
            found.setdefault((cap.counted.tobytes(), cap.limit, cap.by_household), cap)
    return Exclusions(group, tuple(found.values()))


def _of_limits(actions: Actions, limits: Limits) -> list[Cap]:
    """Return the policy's limits by group and by channel as caps."""
    parts = (("group", limits.per_group), ("channel", limits.per_channel))
    return [
        Cap(f"limits.per_{column}.{name}", (actions.table[column] == name).to_numpy(), limit)
        for column, named in parts for name, limit in named.items()
    ]  # fmt: skip


def _of_packages(actions: Actions) -> list[Cap]:
    """Return one cap for each product in a package: the product itself, or one package with it."""
    table = actions.table
    contents = [
        {*members} or {product} for product, members in table.select("product_id", "members").iter_rows()
    ]
    inside = sorted({name for members in table["members"].to_list() for name in members})
    return [
        Cap(f"package with {name}", np.array([name in content for content in contents]), 1) for name in inside
    ]
