"""The plan over all customers in a folder of decisions: the solver's problem and plan, and the priced rows that explain charges."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from zhike.adapters.allocation_files import write_plan, write_problem
from zhike.decide.charges import PricedRows
from zhike.decide.constraint_rows import compile_rows, in_force
from zhike.decide.plan_report import plan_arrays
from zhike.decide.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zhike.decide.explanation import Evidence
    from zhike.decide.shared_plan import SharedPlan

__all__ = ["ALLOCATION", "priced_rows", "write_shared_plan"]

ALLOCATION: Final = "allocation"
"""Key of the plan that only a run with constraints has."""
PROBLEM, SOLUTION = "problem.npz", "plan.npz"


def write_shared_plan(folder: Path, plan: SharedPlan) -> None:
    """Write the solver's problem and plan into the evidence, for `zhike verify`."""
    write_problem(folder / PROBLEM, plan.arrays)
    write_plan(folder / SOLUTION, plan_arrays(plan))


def priced_rows(plan: Mapping[str, Any], evidence: Evidence) -> PricedRows | None:
    """Return the rows of a run with their prices, made again from its evidence; None where it had no constraints."""
    if plan.get(ALLOCATION) is None:
        return None
    stored = plan["policy"]
    policy = Policy.from_content(stored["path"], stored["version"], stored["content"])
    held = in_force(policy.constraints, dt.date.fromisoformat(plan["at"]))
    rows = compile_rows(held, evidence.action_set(), evidence.inputs, evidence.minor_units)
    return PricedRows(rows, plan[ALLOCATION])
