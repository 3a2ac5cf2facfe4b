r"""Whether a log can say anything about a policy: how many of its rows count, whether one decides, and what it never chose.

No estimator can mend what the log does not hold. Where the evaluated policy chooses what the logging policy never did, importance
weighting silently leaves the reward of it out, and a model guesses it. Where few rows carry the weight, an estimate is theirs.

References
----------
L. Kish, "Survey sampling", Wiley 1965 (effective sample size).
N. Sachdeva, Y. Su, T. Joachims, "Off-policy bandits with deficient support", KDD 2020.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.measure.off_policy.logged import LoggedChoices

__all__ = ["Lack", "Limits", "Overlap", "overlap", "overlap_of"]


class Lack(StrEnum):
    """Why a log is refused."""

    NO_SUPPORT = "no_support"
    """Too much of the evaluated policy is what the log could never choose."""
    FEW_EFFECTIVE = "few_effective"
    """Too few rows, or customers, count."""
    ONE_DECIDES = "one_decides"
    """One row, or customer, holds too much of the weight."""
    WEIGHTS_ASTRAY = "weights_astray"
    """Weights do not average one: the log hardly ever chose what is to be valued, or its probabilities are not those that chose."""
    FEW_OUTCOMES = "few_outcomes"
    """Too few outcomes stand behind the estimate for its interval to be trusted."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a log is refused. The values are conventions of ours; a bank sets its own.

    Parameters
    ----------
    effective : float
        Least effective sample size.
    largest : float
        Most of the weight that one row, or customer, may hold; a share.
    unsupported : float
        Most of the evaluated policy that may be without support; a share.
    """

    effective: float = 100.0
    largest: float = 0.05
    unsupported: float = 0.01


@dataclass(frozen=True, slots=True)
class Overlap:
    r"""What a log holds of a policy.

    Parameters
    ----------
    effective : float
        :math:`(\sum_i w_i)^2 / \sum_i w_i^2`, 0 where all weights are; between 1 and the rows else. With groups :math:`w` is summed by
        customer first, as rows of one customer tell less than rows of many.
    largest_weight : float
        :math:`\max_i w_i`, of a row.
    largest_share : float
        Most of all weight that one row, or customer, holds; 1 where there is no weight.
    mean_weight : float
        Near one where the probabilities are right and all is supported; their expectation is one less the share without support.
    unsupported : float or None
        :math:`\tfrac1n \sum_i \sum_a \pi(a \mid x_i) 1\{\pi_0(a \mid x_i) = 0\}`; None where the log does not have the probability of every action.
    lacks : tuple of Lack
        Why an estimate has to be refused; empty where it need not.
    """

    effective: float
    largest_weight: float
    largest_share: float
    mean_weight: float
    unsupported: float | None
    lacks: tuple[Lack, ...]

    @property
    def refused(self) -> bool:
        """Whether no estimate should be given."""
        return bool(self.lacks)

    def lacking(self, *more: Lack) -> Overlap:
        """Return the same with further lacks, each once and in the order of `Lack`."""
        found = {*self.lacks, *more}
        return replace(self, lacks=tuple(lack for lack in Lack if lack in found))


def overlap(log: LoggedChoices, limits: Limits | None = None) -> Overlap:
    """Return what a log holds of the policy to be valued, and why an estimate has to be refused.

    Parameters
    ----------
    log : LoggedChoices
        With ``logging``, if support shall be known.
    limits : Limits or None
        None for those of `Limits`.
    """
    return overlap_of(log.weight, _by_customer(log), _unsupported(log), limits)


def overlap_of(
    weight: NDArray[np.float64],
    by_customer: NDArray[np.float64],
    unsupported: float | None,
    limits: Limits | None = None,
) -> Overlap:
    """Return what weights say of a log.

    Parameters
    ----------
    weight : ndarray of float, shape (n,)
        Of the rows.
    by_customer : ndarray of float, shape (customers,)
        Their sums by customer; the weights themselves where each row is another customer's.
    unsupported : float or None
        Share of the evaluated policy without support, where it is known.
    limits : Limits or None
        None for those of `Limits`.
    """
    bound = limits or Limits()
    largest = float(by_customer.max())
    # As shares of the largest, as squares of weights from tiny probabilities are beyond any float.
    part = by_customer / largest if largest > 0 else by_customer
    effective = float(part.sum()) ** 2 / float((part**2).sum()) if largest > 0 else 0.0
    share = 1.0 / float(part.sum()) if largest > 0 else 1.0
    failed = {
        Lack.NO_SUPPORT: unsupported is not None and unsupported > bound.unsupported,
        Lack.FEW_EFFECTIVE: effective < bound.effective,
        Lack.ONE_DECIDES: share > bound.largest,
    }
    lacks = tuple(lack for lack, holds in failed.items() if holds)
    return Overlap(effective, float(weight.max()), share, float(weight.mean()), unsupported, lacks)


def _by_customer(log: LoggedChoices) -> NDArray[np.float64]:
    if log.group is None:
        return log.weight
    names = np.unique(log.group, return_inverse=True)[1]
    return np.asarray(np.bincount(names, weights=log.weight), dtype=np.float64)


def _unsupported(log: LoggedChoices) -> float | None:
    if log.logging is None:
        return None
    missing = np.where(log.logging > 0, 0.0, log.evaluation)
    return float(missing.sum(axis=1).mean())
