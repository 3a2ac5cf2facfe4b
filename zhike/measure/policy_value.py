r"""What a policy would have been worth, from the lists that another one made: an estimate with its interval, or a refusal.

A customer's list is valued place by place; the value is the mean of the doubly robust terms :math:`\varphi_i` of `zhike.measure.list_values`: right on average
whatever the models predict, the better they do the narrower. Models are cross-fitted and learnt from what came after the log's own lists.
Beside it stand

===========  =================================================================================================
``blended``  between the models and all of their correction: nearer to the truth on average, and no interval that holds
``snipw``    :math:`\sum_k \sum_i w_{ik} r_{ik} / \sum_i w_{ik}`: weighs only, and believes no model
``dm``       :math:`\tfrac1n \sum_i \hat v_{i1}`: believes the models only, as if the lists went on as the log's; has no interval
===========  =================================================================================================

The gain is over what the log's own lists brought, :math:`\tfrac1n \sum_i (\varphi_i - \sum_k r_{ik})`, customer by customer: what both policies
would have done alike is in both terms, so that its interval is mostly narrower than those of the two values. Intervals are normal, with
variances between customers.

Nothing is told where the log cannot say it; see `Lack`. An estimate that nobody should rely on is not given in small print.

References
----------
A. Swaminathan, T. Joachims, "The self-normalized estimator for counterfactual learning", NeurIPS 2015.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.errors import RuleError
from zhike.core.phrases import phrase
from zhike.measure.intervals import CONFIDENCE
from zhike.measure.list_overlap import rank_overlaps
from zhike.measure.list_values import blended_value, error_between, list_terms, summed
from zhike.measure.off_policy.additive_rewards import AdditiveRewards
from zhike.measure.off_policy.overlap import Lack, Limits

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from zhike.core.rulebook import Rulebook
    from zhike.measure.list_log import ListLog
    from zhike.measure.list_overlap import RankOverlap
    from zhike.measure.list_values import BlendedValue
    from zhike.measure.off_policy.overlap import Overlap
    from zhike.measure.off_policy.reward_models import RewardModel

__all__ = ["ESTIMATOR", "RULE", "Estimate", "PolicyValue", "ValueRule", "policy_value"]

RULE: Final = "learn.policy_value"
ESTIMATOR: Final = "dr"
"""What value and gain are by: doubly robust."""
_Z: Final = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


@dataclass(frozen=True, slots=True)
class ValueRule:
    """``learn.policy_value`` as it is read: from where on a log says nothing of a policy.

    Parameters
    ----------
    effective : float
        Least effective number of customers.
    largest : float
        Most of the weight that one customer may hold; a share.
    unsupported : float
        Most of the policy that may be what the log never tried; a share.
    least_chance : float
        A chance below it counts as never tried.
    weights_astray : float
        By how much the mean of the weights may differ from one beyond chance.
    outcomes : float
        Least effective number of lists that brought something.
    """

    effective: float = 100.0
    largest: float = 0.05
    unsupported: float = 0.01
    least_chance: float = 0.001
    weights_astray: float = 0.05
    outcomes: float = 30.0

    @classmethod
    def of(cls, rulebook: Rulebook, at: dt.date) -> ValueRule:
        """Read the document in force on a day.

        Raises
        ------
        RuleNotFoundError
            When none is in force.
        RuleError
            When it is malformed.
        """
        raw = rulebook.at(RULE, at).value
        names = tuple(cls.__dataclass_fields__)
        if (
            not isinstance(raw, dict)
            or set(raw) != set(names)
            or not all(_number(raw[name]) for name in names)
        ):
            raise RuleError(
                what=f"{raw!r}",
                path=RULE,
                expected=phrase("the keys {names}, each a number from 0", names=", ".join(names)),
            )
        return cls(**{name: float(raw[name]) for name in names})

    @property
    def limits(self) -> Limits:
        """Those of `zhike.measure.off_policy.overlap`."""
        return Limits(self.effective, self.largest, self.unsupported)


def _number(value: Any) -> bool:  # noqa: ANN401 - whatever a document holds
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over lists with the ends of its interval, in the unit of the rewards."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """What a log says of a policy.

    Parameters
    ----------
    lists, customers : int
        That the log has.
    logged : Estimate
        What the log's own lists brought, a list.
    overlap : Overlap
        Of the weights of whole lists; ``lacks`` has all that was found wanting.
    ranks : tuple of RankOverlap
        The same as far as each rank; the last is that of whole lists.
    outcomes : float
        Effective number of lists of which something came but costs, weighted as the policy would have made them.
    value, gain, snipw : Estimate or None
        Doubly robust value a list, its gain over the log's, and the self-normalised value; None where refused.
    dm : float or None
        The model's value; None where refused.
    blended : BlendedValue or None
        None where refused.
    """

    lists: int
    customers: int
    logged: Estimate
    overlap: Overlap
    ranks: tuple[RankOverlap, ...]
    outcomes: float
    value: Estimate | None = field(default=None)
    gain: Estimate | None = field(default=None)
    snipw: Estimate | None = field(default=None)
    dm: float | None = field(default=None)
    blended: BlendedValue | None = field(default=None)

    @property
    def refused(self) -> bool:
        """Whether no number is given."""
        return self.overlap.refused

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """Why no number is given; empty where one is."""
        return self.overlap.lacks


def policy_value(
    log: ListLog, rule: ValueRule, rng: np.random.Generator, model: RewardModel | None = None
) -> PolicyValue:
    """Return what a policy would have been worth, or why the log cannot say it.

    Parameters
    ----------
    log : ListLog
    rule : ValueRule
    rng : Generator
        Cuts customers into folds.
    model : RewardModel or None
        Fitted anew for every place and fold; `AdditiveRewards` where none is given.
    """
    weight, brought = log.weight, log.to_come[:, 0]
    ranks = tuple(rank_overlaps(log, rule.least_chance, rule.limits, rule.weights_astray, _Z))
    outcomes = _effective(weight[:, -1] * log.hits, log.group)
    few = [Lack.FEW_OUTCOMES] if outcomes < rule.outcomes else []
    found = ranks[-1].overlap.lacking(*(lack for rank in ranks for lack in rank.overlap.lacks), *few)
    logged, customers = _estimate(brought, log.group), len(np.unique(log.group))
    if found.refused:
        return PolicyValue(len(log), customers, logged, found, ranks, outcomes)
    terms = list_terms(log, model or AdditiveRewards(), rng)
    rows = terms.doubly_robust
    return PolicyValue(
        len(log), customers, logged, found, ranks, outcomes, _estimate(rows, log.group), _estimate(rows - brought, log.group),
        _estimate(_normalised(log, weight), log.group), float(terms.direct.mean()), blended_value(terms, log.group),
    )  # fmt: skip


def _normalised(log: ListLog, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the linearised rows of the self-normalised value; their mean is the value itself."""
    mass = weight.mean(axis=0)
    mean = (weight * log.reward).mean(axis=0) / mass
    return np.asarray((mean + weight * (log.reward - mean) / mass).sum(axis=1))


def _effective(values: NDArray[np.float64], group: NDArray[np.int64]) -> float:
    unit = summed(values, group)
    total, squares = float(unit.sum()), float((unit**2).sum())
    return total**2 / squares if squares > 0 else 0.0


def _estimate(rows: NDArray[np.float64], group: NDArray[np.int64]) -> Estimate:
    mean, half = float(rows.mean()), _Z * error_between(rows, group)
    return Estimate(mean, mean - half, mean + half)
