"""What a plan over all customers promises, and whether a check with other code found it kept; nobody is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import LANGUAGES
from zhike.decide.plan_report import plan_arrays, plan_report
from zhike.govern.verification import verify

if TYPE_CHECKING:
    from zhike.decide.preparation import Preparation
    from zhike.decide.shared_plan import SharedPlan

__all__ = ["plan_certificate"]

_SOMEBODY: Final = ("last", "next")
"""Keys of a row that name a customer."""


def plan_certificate(prepared: Preparation, plan: SharedPlan) -> dict[str, Any]:
    """Return a plan's figures and rows as `zhike.decide.plan_report.plan_report` has them, without customers, and their check.

    Returns
    -------
    dict
        As the report, and ``verification``: ``verified``, ``objective``, ``bound``, ``gap`` and ``worst_violation`` as recomputed by
        `zhike.govern.verification.verify`, ``customers``, ``variables``, ``chosen``, and ``failures`` (a text in each language each).
    """
    report = plan_report(prepared, plan)
    rows = [{key: value for key, value in row.items() if key not in _SOMEBODY} for row in report["rows"]]
    found = verify(plan.arrays, plan_arrays(plan))
    figures = ("objective", "bound", "gap", "worst_violation", "customers", "variables", "chosen")
    return {
        **report, "rows": rows,
        "verification": {
            "verified": found.verified, **{name: getattr(found, name) for name in figures},
            "failures": [{language: one.render(language) for language in LANGUAGES} for one in found.failures],
        },
    }  # fmt: skip
