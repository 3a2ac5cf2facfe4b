"""What a plan over all customers says of what is scarce: used and left, what one more unit is worth, who got the last slot, who was next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from zhike.decide.preparation import Preparation
    from zhike.decide.shared_plan import SharedPlan

__all__ = ["plan_arrays", "plan_report"]


def plan_report(prepared: Preparation, plan: SharedPlan) -> dict[str, Any]:
    """Return the plan as ``plan.json`` has it.

    Returns
    -------
    dict
        ``status``, ``objective``, ``bound``, ``gap``, ``currency``, ``draws_taken_back``, ``rows`` and ``conflict``, see
        ``docs/reference/decision-folder.md``. Limits and loads are as staff know them: minimums are not negated.
    """
    found = plan.allocation
    return {
        "status": str(found.status), "objective": float(found.objective), "bound": float(found.bound), "gap": float(found.gap),
        "currency": str(prepared.actions.table["currency"][0]), "draws_taken_back": plan.lists.taken_back,
        "rows": _rows(prepared, plan), "conflict": _conflict(plan),
    }  # fmt: skip


def plan_arrays(plan: SharedPlan) -> dict[str, Any]:
    """Return the solver's plan as its file holds it: what `zhike verify` proves against the problem."""
    found = plan.allocation
    return {
        "chosen": found.chosen, "prices": found.prices, "b_kept": found.kept, "names": plan.arrays["names"],
        "bound": found.bound, "objective": found.objective, "gap": found.gap, "status": found.status,
    }  # fmt: skip


def _rows(prepared: Preparation, plan: SharedPlan) -> list[dict[str, Any]]:
    from zhike.decide.allocation import margins

    rows, sign = plan.rows, plan.rows.sign
    # Adding zero turns the -0.0 of a negated minimum into 0.0.
    used, due = sign * (plan.load + plan.due) + 0.0, sign * plan.due + 0.0
    loosened = plan.allocation.kept - plan.arrays["b"]
    slots = margins(plan.problem, plan.allocation)
    return [
        {
            "id": row.name, "constraint": row.constraint, "kind": row.kind,
            "title": row.title.by_language(), "owner": row.owner, "unit": row.unit,
            "sense": "minimum" if row.minimum else "maximum", "limit": float(row.limit), "taken_by_mandatory": float(due[place]),
            "used": float(used[place]), "loosened_by": float(loosened[place]), "price": float(plan.allocation.prices[place]),
            "last": _slot(prepared, plan, *slots[place][:2]), "next": _slot(prepared, plan, *slots[place][2:]),
        }
        for place, row in enumerate(rows.rows)
    ]  # fmt: skip


def _slot(prepared: Preparation, plan: SharedPlan, variable: int, margin: float) -> dict[str, Any] | None:
    """Return who got, or just missed, a slot of a row, and by how much in major units."""
    if variable < 0:
        return None
    candidate = int(plan.variables[variable])
    customer = int(np.searchsorted(plan.open.start, candidate, side="right")) - 1
    action = int(plan.open.action[candidate])
    return {
        "customer_id": prepared.inputs["customer_id"][customer], "action_id": prepared.actions.table["action_id"][action],
        "margin": float(margin),
    }  # fmt: skip


def _conflict(plan: SharedPlan) -> dict[str, Any] | None:
    """Return which rows cannot hold together, and by how much each was loosened; None where all hold."""
    found = plan.allocation.conflict
    if found is None:
        return None
    relaxation = {str(name): float(amount) for name, amount in found.relaxation.items()}
    return {"rows": [str(name) for name in found.rows], "relaxation": relaxation}
