"""Does a plan keep what it promises? Everything is computed anew from the definition; nothing of a solver is used.

A plan states its choice, an objective, prices of the rows, the bound that these prove and the gap between the two. Each is
recomputed in float64 from the problem's arrays (`zhike.govern.allocation_format` has the definition). So a plan that passes is
feasible, and within its gap of the best there is, whoever made it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from zhike.govern.allocation_format import PLAN_ARRAYS, format_failures
from zhike.govern.allocation_instance import Instance, not_finite, problem_failures
from zhike.govern.plan_loads import Selection, cap_failures, choice_failures, chosen_value, row_loads
from zhike.govern.selection_bound import selection_bound
from zhike.govern.verification_failures import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.core.language import Language

__all__ = ["STATUSES", "TOLERANCE", "RowCheck", "Verification", "verify"]

STATUSES: Final = ("optimal", "feasible", "relaxed")
TOLERANCE: Final = 1e-9
"""By how much figures may differ, as a share of their size, of 1 at least."""


@dataclass(frozen=True, slots=True)
class RowCheck:
    """One row under a plan.

    Parameters
    ----------
    name : str
    load, limit : float
        What the choice puts on the row, and the problem's right-hand side; both negated for floors.
    violation : float
        By how much the load exceeds what the plan keeps, rounding included; 0 or more.
    price : float
        Value of one more unit of the limit.
    relaxed_by : float
        By how much the plan keeps less than the problem asks; 0 unless the plan is relaxed.
    """

    name: str
    load: float
    limit: float
    violation: float
    price: float
    relaxed_by: float

    def to_dict(self) -> dict[str, object]:
        """Return the row as JSON holds it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of a plan found.

    Parameters
    ----------
    objective, bound, gap : float or None
        As recomputed; None where an input does not allow it.
    worst_violation : float or None
        Largest violation of a row.
    status : str
        As stated by the plan.
    feasible : bool
        Whether the choice keeps the problem's own rows and all caps; False for a relaxed plan.
    loose : int
        Customers or households whose best selection was bounded from above instead of found; 0 unless caps are many.
    rows : tuple of RowCheck
    failures : tuple of Failure
        Every check that failed.
    customers, variables, chosen : int
    """

    objective: float | None
    bound: float | None
    gap: float | None
    worst_violation: float | None
    status: str
    feasible: bool
    loose: int
    rows: tuple[RowCheck, ...]
    failures: tuple[Failure, ...]
    customers: int
    variables: int
    chosen: int

    @property
    def verified(self) -> bool:
        """Whether no check failed."""
        return not self.failures

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return the report as JSON holds it."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return {
            "verified": self.verified,
            **plain,
            "rows": [row.to_dict() for row in self.rows],
            "failures": [failure.to_dict(language) for failure in self.failures],
        }


def verify(problem: Mapping[str, Any], plan: Mapping[str, Any]) -> Verification:
    """Check a plan against its problem.

    Parameters
    ----------
    problem : mapping of str to array
        See `zhike.govern.allocation_format.PROBLEM_ARRAYS`.
    plan : mapping of str to array
        See `zhike.govern.allocation_format.PLAN_ARRAYS`.

    Returns
    -------
    Verification
        Arrays that cannot be a problem or a plan are failures too.

    Examples
    --------
    One customer, two actions of which one may be taken, a budget of 3 at a price of 1:

    >>> problem = {
    ...     "indptr": np.array([0, 2]), "act": np.array([0, 1]), "val": np.array([5.0, 4.0]), "cost": np.array([4.0, 2.0]),
    ...     "seg": np.array([0]), "group": np.array([0, 1]), "use_group": 0, "k": 1, "names": np.array(["budget"]),
    ...     "W0": np.zeros((1, 1, 2)), "W1": np.ones((1, 1, 2)), "b": np.array([3.0]),
    ... }
    >>> plan = {
    ...     "chosen": np.array([1]), "prices": np.array([1.0]), "objective": 4.0, "bound": 5.0, "gap": 0.2, "status": "feasible",
    ...     "b_kept": np.array([3.0]), "names": np.array(["budget"]),
    ... }
    >>> verify(problem, plan).verified
    True
    >>> [failure.code for failure in verify(problem, plan | {"chosen": np.array([0]), "objective": 5.0}).failures]
    ['row_violated', 'gap_differs']
    """
    broken = problem_failures(problem)
    if broken:
        return _refused(broken)
    instance = Instance.of(problem)
    broken = format_failures(plan, PLAN_ARRAYS, {"R": len(instance.limits)})
    if broken:
        return _refused(broken, instance)
    # Figures beyond float64 become infinite or no number, and agree with nothing.
    with np.errstate(over="ignore", invalid="ignore"):
        return _checked(instance, _Stated.of(plan))


def _refused(failures: list[Failure], instance: Instance | None = None) -> Verification:
    """Return the report where arrays do not fit together."""
    sizes = (0, 0) if instance is None else (instance.customers, len(instance.val))
    return Verification(None, None, None, None, "", False, 0, (), tuple(failures), *sizes, 0)


class _Stated(NamedTuple):
    """What a plan says, as plain Python and float64."""

    chosen: NDArray[Any]
    prices: NDArray[np.float64]
    kept: NDArray[np.float64]
    names: tuple[str, ...]
    objective: float
    bound: float
    gap: float
    status: str

    @classmethod
    def of(cls, plan: Mapping[str, Any]) -> _Stated:
        return cls(
            chosen=np.asarray(plan["chosen"]),
            prices=np.asarray(plan["prices"], dtype=np.float64),
            kept=np.asarray(plan["b_kept"], dtype=np.float64),
            names=tuple(map(str, plan["names"])),
            objective=float(plan["objective"]),
            bound=float(plan["bound"]),
            gap=float(plan["gap"]),
            status=str(plan["status"]),
        )


def _checked(instance: Instance, stated: _Stated) -> Verification:
    selection = Selection.of(instance, stated.chosen)
    loads, objective = row_loads(instance, selection), chosen_value(instance, selection)
    unsound = choice_failures(stated.chosen, len(instance.val)) + cap_failures(instance, selection)
    unpriced = _price_failures(instance, stated)
    bound, loose = (None, 0) if unpriced else _bound(instance, stated)
    holds = bool((loads - instance.limits <= _slack(instance.limits)).all())
    excess = loads - stated.kept
    failures = [
        *unsound, *_row_failures(instance, stated, loads), *unpriced,
        *_figure_failures(stated, objective, bound), *_status_failures(stated, objective, bound, holds=holds),
    ]  # fmt: skip
    columns = (loads, instance.limits, excess.clip(min=0.0), stated.prices, stated.kept - instance.limits)
    rows = zip(instance.names, *(column.tolist() for column in columns), strict=True)
    return Verification(
        objective, bound, None if bound is None else _gap(objective, bound), float(excess.max(initial=0.0)),
        stated.status, holds and not unsound, loose, tuple(RowCheck(*row) for row in rows), tuple(failures),
        instance.customers, len(instance.val), len(stated.chosen),
    )  # fmt: skip


def _bound(instance: Instance, stated: _Stated) -> tuple[float, int]:
    """Return what the stated prices prove about every plan that keeps the stated right-hand sides."""
    found = selection_bound(instance, stated.prices)
    return found.gain + float(stated.prices @ stated.kept), found.loose


def _row_failures(instance: Instance, stated: _Stated, loads: NDArray[np.float64]) -> list[Failure]:
    found = []
    odd = [
        row for row, names in enumerate(zip(instance.names, stated.names, strict=True)) if len(set(names)) > 1
    ]
    if odd:
        found.append(Failure("names_differ", {"row": odd[0]}))
    relaxed = stated.status == "relaxed"
    columns = (loads, instance.limits, stated.kept, _slack(instance.limits, stated.kept))
    for name, load, limit, kept, slack in zip(instance.names, *(c.tolist() for c in columns), strict=True):
        if not load - kept <= slack:
            found.append(
                Failure("row_violated", {"name": name, "load": load, "limit": kept, "violation": load - kept})
            )
        if not (kept == limit or (relaxed and kept > limit)):
            found.append(
                Failure("rhs_wrong", {"name": name, "kept": kept, "limit": limit, "status": stated.status})
            )
    return found


def _price_failures(instance: Instance, stated: _Stated) -> list[Failure]:
    """Return why the stated prices and right-hand sides prove no bound."""
    plan = {"prices": stated.prices, "b_kept": stated.kept}
    found = [failure for name in plan for failure in not_finite(plan, name)]
    negative = np.flatnonzero(stated.prices < 0)
    if negative.size:
        lowest = int(negative[stated.prices[negative].argmin()])
        price, name = float(stated.prices[lowest]), instance.names[lowest]
        found.append(Failure("price_negative", {"count": len(negative), "lowest": price, "name": name}))
    return found


def _figure_failures(stated: _Stated, objective: float, bound: float | None) -> list[Failure]:
    """Return which stated figures differ from those computed; the gap from that of the stated figures."""
    figures = [("objective_differs", stated.objective, objective)]
    if bound is not None:
        code = "bound_below" if stated.bound < bound else "bound_differs"
        figures.append((code, stated.bound, bound))
    figures.append(("gap_differs", stated.gap, _gap(stated.objective, stated.bound)))
    return [
        Failure(code, {"stated": one, "found": other})
        for code, one, other in figures
        if not _agree(one, other)
    ]


def _status_failures(stated: _Stated, objective: float, bound: float | None, *, holds: bool) -> list[Failure]:
    """Return a failure where the status says more than is proved, or that rows are relaxed and none had to be."""
    if bound is None:
        return (
            []
            if stated.status in STATUSES
            else [Failure("status_wrong", {"stated": stated.status, "found": "-"})]
        )
    closed = "optimal" if bound - objective <= TOLERANCE * max(1.0, abs(bound)) else "feasible"
    right = {"optimal": closed == "optimal", "feasible": True, "relaxed": not holds}
    if right.get(stated.status, False):
        return []
    return [Failure("status_wrong", {"stated": stated.status, "found": closed if holds else "relaxed"})]


def _gap(objective: float, bound: float) -> float:
    """Return by which share of the bound a plan falls short at most; by how much where the bound is 0.

    Examples
    --------
    >>> _gap(3.0, 4.0), _gap(0.0, 0.0), _gap(-1.0, 0.0)
    (0.25, 0.0, 1.0)
    """
    return (bound - objective) / (abs(bound) or 1.0)


def _agree(stated: float, found: float) -> bool:
    close = abs(stated - found) <= TOLERANCE * max(1.0, abs(found))
    return stated == found or (math.isfinite(found) and close)


def _slack(*limits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much a load may exceed its limit for the rounding of its sum."""
    return np.asarray(TOLERANCE * np.maximum(1.0, np.max(np.abs(limits), axis=0)))
