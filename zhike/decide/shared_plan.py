"""One plan over all customers for a policy with constraints: allocate what is scarce, explore beside it, keep every limit.

Notices that must be sent take their part first. What is left is allocated over everybody at once by `zhike.decide.allocation`; its
prices say what one more unit of each row is worth. A share of customers draws another action beside the plan, thinned so that the
rows hold (`zhike.decide.exploration`); a draw that would break a row after all is taken back. The loads of what is decided in the
end are counted anew, and no row is exceeded.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zhike.core.errors import InternalError
from zhike.core.phrases import phrase
from zhike.decide.choice import Choice
from zhike.decide.constraint_rows import ConstraintRows, compile_rows
from zhike.decide.exclusions import closed_actions, exclusions
from zhike.decide.inputs import hash_uniforms
from zhike.decide.judging import judged_slices
from zhike.decide.open_candidates import OpenCandidates
from zhike.decide.plan_lists import Lists, Planned, counted_lists, lists_of, tolerance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.allocation import Allocation, Problem
    from zhike.decide.exclusions import Exclusions
    from zhike.decide.preparation import Preparation

__all__ = ["SharedPlan", "exploration_lots", "shared_plan"]


@dataclass(frozen=True, slots=True)
class SharedPlan:
    """The plan of a run and what it rests on.

    Parameters
    ----------
    rows : ConstraintRows
    due : ndarray of shape (n_rows,)
        Load of the notices that must be sent, minimums negated.
    open : OpenCandidates
    variables : ndarray of int, shape (n_variables,)
        Candidate behind every variable of the problem.
    arrays : dict of str to array
        The problem as the solver had it.
    problem : Problem
    allocation : Allocation
    lists : Lists
    load : ndarray of shape (n_rows,)
        Load of what was decided in the end, without notices, minimums negated.
    """

    rows: ConstraintRows
    due: NDArray[np.float64]
    open: OpenCandidates
    variables: NDArray[np.int64]
    arrays: dict[str, Any]
    problem: Problem
    allocation: Allocation
    lists: Lists
    load: NDArray[np.float64]

    def choices(self, customers: NDArray[np.int64], nothing: int) -> list[Choice]:
        """Return the places of some customers' lists; only the first is left to chance."""
        action = self.lists.action[customers]
        first = np.where(action[:, 0] < 0, nothing, action[:, 0])
        explored = self.lists.explored[customers]
        later = np.zeros_like(explored)
        return [
            Choice(first, self.lists.probability[customers], explored),
            *(Choice(column, (column >= 0).astype(np.float64), later) for column in action.T[1:]),
        ]

    def first_probability(self, customers: NDArray[np.int64], actions: int) -> NDArray[np.float64]:
        """Return P(first place) of every action for some customers, shape (n_customers, n_actions)."""
        first, sizes = self.open.start[customers], np.diff(self.open.start)[customers]
        row = np.repeat(np.arange(len(customers)), sizes)
        candidate = np.arange(len(row)) + np.repeat(first - np.cumsum(sizes) + sizes, sizes)
        result = np.zeros((len(customers), actions))
        result[row, self.open.action[candidate]] = self.lists.chance[candidate]
        return result


def exploration_lots(prepared: Preparation, customers: list[str], place: int) -> NDArray[np.float64]:
    """Return two numbers in [0, 1) a customer: whether to explore at a place of the list, and what."""
    return hash_uniforms(customers, f"explore|{prepared.policy.holdout.salt}|{prepared.at}|{place}", 2)


def shared_plan(prepared: Preparation, cells: int) -> SharedPlan:
    """Plan for all customers of a run.

    Parameters
    ----------
    prepared : Preparation
        With constraints in force.
    cells : int
        Candidates judged at once.

    Raises
    ------
    InternalError
        When what was decided exceeds a row: it never may.
    """
    from zhike.decide.allocation import Problem, allocate

    rows = compile_rows(prepared.constraints, prepared.actions, prepared.inputs, prepared.minor_units)
    closed = closed_actions(rows.caps, len(prepared.actions))
    open_ = OpenCandidates.of(prepared, judged_slices(prepared, cells), closed)
    due = rows.loads(rows.counted(open_.due_customer, open_.due_action))
    variables = np.flatnonzero(open_.action != prepared.problem.nothing)
    reachable = np.bincount(open_.action[variables], minlength=len(prepared.actions)) > 0
    caps = exclusions(
        prepared.problem, prepared.actions, prepared.policy.limits, rows.caps, reachable, rows.household
    )
    arrays = _problem_arrays(prepared, rows, open_, variables, _left(rows, due), caps)
    problem = Problem.of(arrays)
    allocation = allocate(problem, _generator(prepared))
    lists = _lists(prepared, rows, open_, variables[allocation.chosen], allocation)
    load = rows.loads(counted_lists(rows, lists.action))
    _check(rows, load, allocation.kept)
    return SharedPlan(rows, due, open_, variables, arrays, problem, allocation, lists, load)


def _generator(prepared: Preparation) -> np.random.Generator:
    """Return the dice of a run: the same for the same day and version of the policy."""
    key = f"{prepared.at}|{prepared.policy.path}|{prepared.policy.version}"
    seed = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")
    return np.random.Generator(np.random.PCG64(seed))


def _left(rows: ConstraintRows, due: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the right-hand sides that notices leave; where nothing gives to a row, never below 0."""
    left = rows.bound - due
    only_takes = (rows.use >= 0).all(axis=(1, 2))
    return np.where(only_takes, np.maximum(left, 0.0), left)


def _problem_arrays(
    prepared: Preparation,
    rows: ConstraintRows,
    open_: OpenCandidates,
    variables: NDArray[np.int64],
    left: NDArray[np.float64],
    limits: Exclusions,
) -> dict[str, Any]:
    """Return the problem as arrays, as the solver, its file and its verification know it."""
    sizes = np.bincount(open_.customer[variables], minlength=open_.customers)
    action = open_.action[variables]
    arrays: dict[str, Any] = {
        "indptr": np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64), "act": action, "val": open_.value[variables],
        "cost": rows.cost[action], "seg": rows.segments.code, "group": limits.group, "use_group": np.bool_(True), "k": np.int64(prepared.policy.limits.actions_per_customer),
        "W0": rows.by_unit, "W1": rows.by_cost, "b": left, "names": np.array([row.name for row in rows.rows], dtype=np.str_),
        "customers": np.array(prepared.inputs["customer_id"].to_list(), dtype=np.str_),
        "actions": np.array(prepared.actions.table["action_id"].to_list(), dtype=np.str_),
    }  # fmt: skip
    if limits.caps:
        arrays |= {
            "cap_actions": np.array([cap.counted for cap in limits.caps]), "cap_limit": np.array([cap.limit for cap in limits.caps]),
            "cap_scope": np.array([int(cap.by_household) for cap in limits.caps]),
            "cap_names": np.array([cap.name for cap in limits.caps], dtype=np.str_),
        }  # fmt: skip
    if any(cap.by_household for cap in limits.caps):
        arrays["household"] = rows.household
    return arrays


def _lists(
    prepared: Preparation,
    rows: ConstraintRows,
    open_: OpenCandidates,
    chosen: NDArray[np.int64],
    allocation: Allocation,
) -> Lists:
    policy = prepared.policy
    plan = Planned.of(rows, open_, chosen, allocation.prices, prepared.problem.nothing)
    lot = exploration_lots(prepared, prepared.inputs["customer_id"].to_list(), 0)
    places = policy.limits.actions_per_customer
    return lists_of(rows, open_, plan, policy.exploration, places, allocation.kept, lot)


def _check(rows: ConstraintRows, load: NDArray[np.float64], kept: NDArray[np.float64]) -> None:
    broken = np.flatnonzero(load > kept + 10 * tolerance(kept))
    if broken.size:
        row = broken[0]
        raise InternalError(
            what=phrase(
                "row {name} has the load {load}, kept is {kept}",
                name=rows.rows[row].name,
                load=load[row],
                kept=kept[row],
            )
        )
