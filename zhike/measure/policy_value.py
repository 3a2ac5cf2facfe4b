r"""What a policy would have been worth, from the lists that another one made: an estimate with its interval, or a refusal.

A customer's list is valued place by place. With the weights :math:`w_{ik}` of `zhike.measure.list_log`, rewards :math:`r_{ik}`, predictions
:math:`\hat q_k(x, a)` of what comes of a place and of those behind it, and :math:`\hat v_{ik} = \sum_a \pi(a \mid \cdot) \hat q_k(x_i, a)`,

.. math::  \hat V = \frac1n \sum_i \varphi_i, \qquad
           \varphi_i = \hat v_{i1} + \sum_k w_{ik} \bigl( r_{ik} + \hat v_{i,k+1} - \hat q_k(x_i, a_{ik}) \bigr),

the doubly robust estimate for sequences (Jiang and Li 2016; for lists Kiyohara et al. 2022): right on average whatever the predictions,
as the probabilities are on record; the better the predictions the narrower. These are cross-fitted and learnt from what
came after the log's own lists. Beside it stand

==========  ==================================================================================================
``snipw``   :math:`\sum_k \sum_i w_{ik} r_{ik} / \sum_i w_{ik}`: weighs only, and believes no model
``dm``      :math:`\tfrac1n \sum_i \hat v_{i1}`: believes the model only, as if the lists went on as the log's; has no interval
==========  ==================================================================================================

The gain is over what the log's own lists brought, :math:`\tfrac1n \sum_i (\varphi_i - \sum_k r_{ik})`, customer by customer: what both policies
would have done alike is in both terms, so that its interval is mostly narrower than those of the two values. Intervals are normal, with
variances between customers.

Nothing is told where the log cannot say it; see `Lack`. An estimate that nobody should rely on is not given in small print.

References
----------
N. Jiang, L. Li, "Doubly robust off-policy value evaluation for reinforcement learning", ICML 2016.
H. Kiyohara et al., "Doubly robust off-policy evaluation for ranking policies under the cascade behavior model", WSDM 2022.
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
from zhike.measure.off_policy.additive_rewards import AdditiveRewards
from zhike.measure.off_policy.logged import LoggedChoices
from zhike.measure.off_policy.overlap import Lack, Limits, Overlap, overlap_of
from zhike.measure.off_policy.reward_models import FOLDS, cross_fitted

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from zhike.core.rulebook import Rulebook
    from zhike.measure.list_log import ListLog
    from zhike.measure.off_policy.reward_models import RewardModel

__all__ = ["RULE", "Estimate", "PolicyValue", "ValueRule", "policy_value"]

RULE: Final = "learn.policy_value"
_REPEATS: Final = 3
"""Cuts into folds, over which predictions are averaged."""
_LEAST_ROWS: Final = 50
"""Rows of a place from which a model of it is fitted; below, its rewards are predicted as 0."""
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
    weight_error : float
        Standard error of the mean weight.
    outcomes : float
        Effective number of lists of which something came but costs, weighted as the policy would have made them.
    value, gain, snipw : Estimate or None
        Doubly robust value a list, its gain over the log's, and the self-normalised value; None where refused.
    dm : float or None
        The model's value; None where refused.
    """

    lists: int
    customers: int
    logged: Estimate
    overlap: Overlap
    weight_error: float
    outcomes: float
    value: Estimate | None = field(default=None)
    gain: Estimate | None = field(default=None)
    snipw: Estimate | None = field(default=None)
    dm: float | None = field(default=None)

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
    found, error = _overlap(log, weight, rule)
    outcomes = _effective(weight[:, -1] * log.hits, log.group)
    lacks = [*found.lacks, *_further_lacks(found, error, outcomes, rule)]
    found = Overlap(
        found.effective, found.largest_weight, found.largest_share, found.mean_weight, found.unsupported, tuple(lacks)
    )  # fmt: skip
    logged, customers = _estimate(brought, log.group), len(np.unique(log.group))
    if lacks:
        return PolicyValue(len(log), customers, logged, found, error, outcomes)
    direct, rows = _contributions(log, weight, model or AdditiveRewards(), rng)
    return PolicyValue(
        len(log), customers, logged, found, error, outcomes, _estimate(rows, log.group), _estimate(rows - brought, log.group),
        _estimate(_normalised(log, weight), log.group), float(direct.mean()),
    )  # fmt: skip


def _overlap(log: ListLog, weight: NDArray[np.float64], rule: ValueRule) -> tuple[Overlap, float]:
    """Return the overlap of whole lists, and the standard error of their mean weight."""
    whole = weight[:, -1]
    found = overlap_of(
        whole, _by_customer(whole, log.group), float(log.unsupported(rule.least_chance).sum()), rule.limits
    )
    return found, _error(whole, log.group)


def _further_lacks(found: Overlap, error: float, outcomes: float, rule: ValueRule) -> list[Lack]:
    # A share without support is told as such; what is missing beyond it was tried too rarely, or is on record with wrong chances.
    missing = abs(found.mean_weight - (1.0 - (found.unsupported or 0.0))) - _Z * error
    return [
        *([Lack.WEIGHTS_ASTRAY] if missing > rule.weights_astray else []),
        *([Lack.FEW_OUTCOMES] if outcomes < rule.outcomes else []),
    ]


def _contributions(
    log: ListLog, weight: NDArray[np.float64], model: RewardModel, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the direct terms of the first place and the doubly robust ones, shape (n,) each."""
    to_come, later, rows = log.to_come, np.zeros(len(log)), np.zeros(len(log))
    for k in reversed(range(log.places)):
        possible = (log.taken[:, k] >= 0) & (weight[:, k - 1] > 0 if k else True)
        direct, of_taken = _predicted(log, k, to_come[:, k], np.flatnonzero(possible), model, rng)
        rows += weight[:, k] * (log.reward[:, k] + later - of_taken)
        later = direct
    return later, later + rows


def _predicted(
    log: ListLog, k: int, to_come: NDArray[np.float64], rows: NDArray[np.int64], model: RewardModel, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # fmt: skip
    """Return predictions for a place, over the policy and for what was taken; 0 for lists that do not come to it."""
    direct, of_taken = np.zeros(len(log)), np.zeros(len(log))
    if len(rows) < _LEAST_ROWS or len(np.unique(log.group[rows])) < FOLDS:
        return direct, of_taken
    one = LoggedChoices(
        log.taken[rows, k], to_come[rows], log.chance[rows, k], log.evaluation[rows, k], log.features[rows],
        group=log.group[rows],
    )  # fmt: skip
    table = cross_fitted(model, one, rng, repeats=_REPEATS)
    direct[rows], of_taken[rows] = (one.evaluation * table).sum(axis=1), one.of_chosen(table)
    return direct, of_taken


def _normalised(log: ListLog, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the linearised rows of the self-normalised value; their mean is the value itself."""
    mass = weight.mean(axis=0)
    mean = (weight * log.reward).mean(axis=0) / mass
    return np.asarray((mean + weight * (log.reward - mean) / mass).sum(axis=1))


def _by_customer(values: NDArray[np.float64], group: NDArray[np.int64]) -> NDArray[np.float64]:
    place = np.unique(group, return_inverse=True)[1]
    return np.asarray(np.bincount(place, values), dtype=np.float64)


def _effective(values: NDArray[np.float64], group: NDArray[np.int64]) -> float:
    unit = _by_customer(values, group)
    total, squares = float(unit.sum()), float((unit**2).sum())
    return total**2 / squares if squares > 0 else 0.0


def _error(rows: NDArray[np.float64], group: NDArray[np.int64]) -> float:
    """Return the standard error of a mean whose rows hang together within a customer; infinite for one customer."""
    unit = _by_customer(rows - rows.mean(), group)
    count = len(unit)
    return math.sqrt(float((unit**2).sum()) * count / (count - 1)) / len(rows) if count > 1 else math.inf


def _estimate(rows: NDArray[np.float64], group: NDArray[np.int64]) -> Estimate:
    mean, half = float(rows.mean()), _Z * _error(rows, group)
    return Estimate(mean, mean - half, mean + half)
