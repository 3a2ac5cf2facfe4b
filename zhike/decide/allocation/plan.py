"""The allocation: what was chosen, what it is worth and takes, and the certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from zhike.decide.allocation.conflicts import Conflict
from zhike.decide.allocation.solver import Solver

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.allocation.problem import Problem

__all__ = ["Allocation", "allocate", "warm"]

Status = Literal["optimal", "feasible", "relaxed"]
_GOAL: Final = 1e-5
_FEW: Final = 40
"""Customers on which loops are compiled."""
_MANY: Final = 1_000
"""Customers from which sums of floats may differ in their last digits by the order of summation."""
_MARGIN: Final = 1e-12
_SOME, _EVERYBODY = 10_000, 200_000
"""Customers up to which the least loosening is found with everybody, at once and from prices of a sample; samples beyond."""
_LOOSER: Final = 1e-4
_EXACT: Final = 5e-10
"""Relative distance below which bound and value are the same number."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """One plan with its certificate.

    Parameters
    ----------
    chosen : ndarray of int64
        Variables of the problem, ascending.
    objective, bound : float
        Value of the plan; what no plan that keeps the right-hand sides ``kept`` can exceed.
    gap : float
        ``(bound - objective) / |bound|``; the difference itself where the bound is 0.
    prices, load, kept : ndarray of float64, shape (n_rows,)
        Value of one more unit of each row; what the plan takes; the right-hand sides it keeps.
    status : str
        ``optimal`` (the bound proves that no plan is better), ``feasible``, or ``relaxed``: some right-hand sides had to be loosened.
    complete : bool
        Whether every plan was searched, so that none is better although the bound alone does not prove it.
    conflict : Conflict or None
        Which rows cannot all hold.
    violation : float
        Largest excess over a right-hand side kept, relative to it.
    """

    chosen: NDArray[np.int64]
    objective: float
    bound: float
    gap: float
    prices: NDArray[np.float64]
    load: NDArray[np.float64]
    kept: NDArray[np.float64]
    status: Status
    complete: bool
    conflict: Conflict | None
    violation: float


def allocate(
    problem: Problem, rng: np.random.Generator, *, goal: float = _GOAL, threads: int = 1
) -> Allocation:
    """Return the best plan found over all customers at once, with the prices that prove how good it is.

    Parameters
    ----------
    problem : Problem
    rng : Generator
        Draws the samples on which prices are found first; the same state gives the same plan.
    goal : float
        Gap at which nothing more is tried.
    threads : int
        Threads for the passes over everybody.

    Examples
    --------
    Two customers and one hour: it goes where it is worth more.

    >>> from zhike.decide.allocation import Problem
    >>> table = np.ones((1, 1, 1))
    >>> problem = Problem.of({"indptr": np.array([0, 1, 2]), "act": np.zeros(2, np.uint8), "val": np.array([5.0, 8.0]),
    ...     "cost": np.zeros(2), "seg": np.zeros(2, np.uint8), "group": np.zeros(1, int), "use_group": 0, "k": 1,
    ...     "W0": table, "W1": 0 * table, "b": np.array([1.0]), "names": np.array(["hours"])})
    >>> plan = allocate(problem, np.random.Generator(np.random.PCG64(0)))
    >>> plan.chosen.tolist(), plan.objective, plan.load.tolist(), plan.complete
    ([1], 8.0, [1.0], True)
    """
    solver = Solver(problem, rng, goal, threads)
    conflict = solver.conflict() if problem.k else None
    if conflict is None:
        solution = _solved(problem, solver, problem.capacity)
        load, _ = problem.totals(solution[0])
        if (load <= problem.capacity).all():
            return _certified(problem, solver, solution, problem.capacity, None)
    return _relaxed(problem, solver, conflict)


def warm(problem: Problem) -> None:
    """Compile the loops that `allocate` needs for arrays of this problem's kinds, by solving a few of its customers."""
    few = problem.first(_FEW)
    if few.k and len(few.act):
        rng = np.random.Generator(np.random.PCG64(0))
        Solver(few, rng, 0.0, 1).warm(few.capacity)
        allocate(few, rng)


Solution = tuple["NDArray[np.int64]", "NDArray[np.float64]", bool]
"""Chosen variables, prices, and whether the search for the best of all was complete."""


def _solved(problem: Problem, solver: Solver, capacity: NDArray[np.float64]) -> Solution:
    if not problem.k or not len(problem.act):
        return np.zeros(0, np.int64), np.zeros(len(capacity)), True
    # Sums of many floats differ in their last digits by the order of summation: rows hold in any.
    strict = capacity - (_MARGIN * np.abs(capacity) if problem.customers > _MANY else 0.0)
    chosen, prices = solver.solve(strict)
    best = solver.searched(capacity, prices)
    return (chosen, prices, False) if best is None else (best, prices, True)


def _certified(
    problem: Problem, solver: Solver, solution: Solution, kept: NDArray[np.float64], conflict: Conflict | None
) -> Allocation:
    """Recompute value, loads and bound of a solution that keeps the right-hand sides ``kept``."""
    chosen, prices, complete = solution
    load, objective = problem.totals(chosen)
    bound = max(solver.bound(kept, prices), objective)
    gap = (bound - objective) / (abs(bound) or 1.0)
    proven = bound - objective <= _EXACT * max(1.0, abs(bound))
    status: Status = "relaxed" if conflict else "optimal" if proven else "feasible"
    excess = float(((load - kept) / np.maximum(np.abs(kept), 1.0)).max(initial=0.0))
    return Allocation(
        chosen, objective, bound, gap, prices, load, kept, status, complete, conflict, max(0.0, excess)
    )  # fmt: skip


def _relaxed(problem: Problem, solver: Solver, conflict: NDArray[np.bool_] | None) -> Allocation:
    """Loosen right-hand sides as little as need be, and say why; ``conflict`` are rows proven not to hold together."""
    capacity, (few, _) = problem.capacity, solver.feasibility(_SOME)
    rows, stretch = solver.feasibility(_EVERYBODY, few.needed)
    loosening = rows.loosening() * stretch
    solution = _solved(problem, solver, capacity + loosening * (1.0 + _LOOSER))
    load, _ = problem.totals(solution[0])
    kept = np.maximum(capacity, load)
    relaxation = {
        name: float(more) for name, more in zip(problem.names, kept - capacity, strict=True) if more > 0
    }
    if not relaxation:  # what a first attempt did not find
        return _certified(problem, solver, solution, capacity, None)
    broken = load > capacity if conflict is None else conflict
    names = tuple(problem.names[row] for row in np.flatnonzero(broken))
    proven = conflict is not None or solution[2]
    return _certified(problem, solver, solution, kept, Conflict(names, relaxation, proven, rows.least))
