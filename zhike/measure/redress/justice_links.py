"""What goes with a fair handling: whether those who found outcome, procedure or treatment fair were satisfied, and stayed, more often than those who did not.

Shares are compared, not models: that fairness made the difference is not said. Fairness and satisfaction come from one sheet, so that they go together says
little; whether somebody stayed is known from elsewhere.

References
----------
C. Orsingher, S. Valentini, M. de Angelis, "A meta-analysis of satisfaction with complaint handling in services", J. Acad. Marketing Sci. 38, 2010;
R. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17, 1998.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.measure.redress.cases import JUSTICES, OUTCOME_COLUMNS
from zhike.measure.shares import difference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.measure.redress.cases import RedressCases
    from zhike.measure.redress.choosing import RecoveryRules

__all__ = ["FAIR", "justice_links"]

FAIR: Final = 4.0
"""From this score of five on a handling was found fair."""
MORE, LESS, UNSHOWN, FEW = "more", "less", "not_shown", "not_enough_data"


def justice_links(cases: RedressCases, rules: RecoveryRules) -> list[dict[str, Any]]:
    """Return of each justice and each thing that may have come of a case how often it came where the handling was fair, and where it was not.

    Parameters
    ----------
    cases : RedressCases
    rules : RecoveryRules

    Returns
    -------
    list of dict
        ``justice``, ``outcome``, ``fair`` and ``unfair`` (cases of which both are known), ``fair_rate`` and ``unfair_rate``, ``difference`` with ``low`` and
        ``high`` (together at the level of the rule; None with too few cases), ``verdict``: more, less, not_shown or not_enough_data.
    """
    asked = [(justice, outcome) for justice in JUSTICES for outcome in OUTCOME_COLUMNS]
    return [_link(cases, *one, rules, rules.quantile(len(asked))) for one in asked]


def _link(cases: RedressCases, justice: str, outcome: str, rules: RecoveryRules, z: float) -> dict[str, Any]:
    score, came = cases.justices[justice], cases.outcomes[outcome]
    known = np.isfinite(score) & np.isfinite(came)
    fair, unfair = (_counted(came[known & side]) for side in (score >= FAIR, score < FAIR))
    head = {
        "justice": justice, "outcome": outcome, "fair": fair[1], "unfair": unfair[1], "fair_rate": _rate(fair), "unfair_rate": _rate(unfair),
    }  # fmt: skip
    found = difference(fair, unfair, z) if min(fair[1], unfair[1]) >= rules.least_each else None
    if found is None:
        return {**head, "difference": None, "low": None, "high": None, "verdict": FEW}
    verdict = MORE if found.low > 0 else LESS if found.high < 0 else UNSHOWN
    return {**head, "difference": found.value, "low": found.low, "high": found.high, "verdict": verdict}


def _counted(came: NDArray[np.float64]) -> tuple[int, int]:
    return int(came.sum()), len(came)


def _rate(counted: tuple[int, int]) -> float | None:
    return counted[0] / counted[1] if counted[1] else None
