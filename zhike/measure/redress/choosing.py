"""Which recovery to offer: what is owed whatever it brings, then what past cases show to be worth its cost; or that it is not known."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from zhike.core.expressions import parse_expression

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.core.expressions import Expression

__all__ = ["RECOVERY", "RecoveryRules", "chosen_recovery"]

RECOVERY: Final = "complaints.recovery"
_NOT_KNOWN: Final = ("not_enough_data", "too_little_overlap")


@dataclass(frozen=True, slots=True)
class RecoveryRules:
    """What the rule ``complaints.recovery`` says."""

    minutes: Mapping[str, float]
    minute_cost: float
    owed: Mapping[str, Expression]
    worth: Mapping[str, float]
    least_each: int
    propensity: tuple[float, float]
    least_kept: float
    level: float
    stay_days: int

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """Return what a version of the rule holds.

        Raises
        ------
        RuleError
            When a condition cannot be read.
        """
        owed = {name: parse_expression(one, f"{RECOVERY}.owed.{name}") for name, one in value["owed"].items()}
        low, high = value["propensity"]
        return cls(**{**value, "owed": owed, "propensity": (float(low), float(high))})

    def quantile(self, comparisons: int) -> float:
        """Return the quantile of the normal distribution at which so many intervals hold together."""
        return NormalDist().inv_cdf(1 - (1 - self.level) / (2 * max(1, comparisons)))

    def cost(self, measure: str) -> float:
        """Return what the work of a measure costs, minor units; the amount of a payment comes on top."""
        return self.minutes[measure] * self.minute_cost


def chosen_recovery(facts: Mapping[str, Any], effects: Sequence[Mapping[str, Any]], rules: RecoveryRules) -> dict[str, Any]:  # fmt: skip
    """Return what to do for somebody who complained.

    Parameters
    ----------
    facts : mapping
        ``outcome``, ``evidence`` and ``harm``; a condition on what is not known holds: what may be owed is looked at.
    effects : sequence of mapping
        From `zhike.measure.redress.recovery_effects`.
    rules : RecoveryRules

    Returns
    -------
    dict
        ``owed``: measures that are due; ``options``: those that are owed in no case with ``cost``, ``worth`` and the ends of its interval (None where it is not known), the best first;
        ``suggested``: the one of which even the lower end is worth more than it costs, or None; ``because``: worth_its_cost, none_shown or not_enough_data.
    """
    owed = [name for name, when in rules.owed.items() if not _surely_not(when, facts)]
    options = [_option(name, effects, rules) for name in _optional(effects, rules)]
    options.sort(key=lambda one: (one["low"] is None, -(one["low"] or 0.0) + one["cost"], one["measure"]))
    known = [one for one in options if one["low"] is not None]
    worth = [one for one in known if one["low"] > one["cost"]]
    because = "worth_its_cost" if worth else "none_shown" if known else "not_enough_data"
    return {"owed": owed, "options": options, "suggested": worth[0]["measure"] if worth else None, "because": because}  # fmt: skip


def _surely_not(when: Expression, facts: Mapping[str, Any]) -> bool:
    values = {name: facts.get(name) for name in when.names}
    told = {
        name: (np.nan if name == "harm" else "") if value is None else value for name, value in values.items()
    }
    return bool(np.all(when.truth(told).false))


def _optional(effects: Sequence[Mapping[str, Any]], rules: RecoveryRules) -> list[str]:
    """Return the measures that may be weighed: none that is owed in any case."""
    return list(dict.fromkeys(one["measure"] for one in effects if one["measure"] not in rules.owed))


def _option(name: str, effects: Sequence[Mapping[str, Any]], rules: RecoveryRules) -> dict[str, Any]:
    mine = [one for one in effects if one["measure"] == name]
    told = [one for one in mine if one["verdict"] not in _NOT_KNOWN]
    sums = [sum(rules.worth[one["outcome"]] * one[end] for one in told) if told else None for end in ("effect", "low", "high")]  # fmt: skip
    return {"measure": name, "cost": rules.cost(name), "worth": sums[0], "low": sums[1], "high": sums[2], "verdicts": {one["outcome"]: one["verdict"] for one in mine}}  # fmt: skip
