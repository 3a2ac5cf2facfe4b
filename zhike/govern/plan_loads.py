"""What a plan holds: its value, the load of every row, and the customers and households over their limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from zhike.govern.allocation_instance import STEP
from zhike.govern.verification_failures import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from zhike.govern.allocation_instance import Instance

__all__ = ["Selection", "cap_failures", "choice_failures", "chosen_value", "row_loads"]


class Selection(NamedTuple):
    """The chosen variables in ascending order, each with its customer and action."""

    variable: NDArray[np.int64]
    customer: NDArray[np.int64]
    action: NDArray[np.int64]

    @classmethod
    def of(cls, instance: Instance, chosen: NDArray[Any]) -> Selection:
        """Return a choice with its customers and actions; what `choice_failures` objects to counts once or not at all."""
        variable = np.unique(_inside(chosen, len(instance.val)).astype(np.int64))
        customer = np.searchsorted(instance.indptr, variable, side="right") - 1
        return cls(variable, customer, instance.act[variable].astype(np.int64))

    def parts(self) -> Iterator[Selection]:
        """Yield the choice in parts of bounded size."""
        for start in range(0, len(self.variable), STEP):
            yield Selection(*(column[start : start + STEP] for column in self))


def choice_failures(chosen: NDArray[Any], variables: int) -> list[Failure]:
    """Return a failure unless the choice is whole numbers in range, ascending, each once.

    Examples
    --------
    >>> choice_failures(np.array([0, 2]), 3)
    []
    >>> [failure.detail["repeated"] for failure in choice_failures(np.array([2, 2]), 3)]
    [1]
    """
    inside = _inside(chosen, variables)
    detail = {
        "repeated": len(inside) - len(np.unique(inside)),
        "outside": len(chosen) - len(inside),
        "unordered": int(np.count_nonzero(inside[1:] < inside[:-1])),
    }
    if chosen.dtype.kind in "iu" and not any(detail.values()):
        return []
    return [Failure("not_a_choice", {**detail, "found": str(chosen.dtype)})]


def _inside(chosen: NDArray[Any], variables: int) -> NDArray[Any]:
    return chosen[(chosen >= 0) & (chosen < variables)]


def chosen_value(instance: Instance, selection: Selection) -> float:
    """Return the sum of the chosen values."""
    return sum(float(instance.val[part.variable].sum(dtype=np.float64)) for part in selection.parts())


def row_loads(instance: Instance, selection: Selection) -> NDArray[np.float64]:
    """Return what the choice puts on every row, shape (R,): weights by unit times units, by cost times cost."""
    cells = instance.segments * instance.actions
    units, costs = np.zeros(cells), np.zeros(cells)
    for part in selection.parts():
        cell = instance.cells(part.customer, part.action)
        units += np.bincount(cell, minlength=cells)
        costs += np.bincount(cell, instance.cost[part.variable], minlength=cells)
    rows = len(instance.limits)
    return instance.fixed.reshape(rows, cells) @ units + instance.by_cost.reshape(rows, cells) @ costs


def cap_failures(instance: Instance, selection: Selection) -> list[Failure]:
    """Return a failure for each limit of single customers or households that the choice breaks."""
    return [
        *_over("customer_cap", instance.k, selection.customer),
        *_group_failures(instance, selection),
        *(
            failure
            for cap in instance.caps
            for failure in _over(
                "cap",
                cap.limit,
                _units(instance, selection, shared=cap.shared)[cap.actions[selection.action]],
                name=cap.name,
            )
        ),
    ]


def _units(instance: Instance, selection: Selection, *, shared: bool) -> NDArray[np.int64]:
    if not shared or instance.household is None:
        return selection.customer
    return instance.household[selection.customer]


def _over(code: str, limit: int, who: NDArray[np.int64], **detail: str) -> list[Failure]:
    """Return a failure where a customer or household stands more often in ``who`` than the limit."""
    excess = np.bincount(who) - limit
    over = int(np.count_nonzero(excess > 0))
    if not over:
        return []
    return [Failure(code, {**detail, "limit": limit, "over": over, "worst": int(excess.max())})]


def _group_failures(instance: Instance, selection: Selection) -> list[Failure]:
    if instance.group is None or not len(selection.variable):
        return []
    groups = int(instance.group.max()) + 1
    keys, count = np.unique(
        selection.customer * groups + instance.group[selection.action], return_counts=True
    )
    over = len(np.unique(keys[count > 1] // groups))
    return [Failure("group_cap", {"over": over, "worst": int(count.max()) - 1})] if over else []
