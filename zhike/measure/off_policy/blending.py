r"""Between the model and the doubly robust estimate: how much of the correction its noise is worth.

.. math::  \hat\theta_\kappa = \tfrac1n \sum_i (\hat v_i + \kappa w_i e_i), \qquad 0 \le \kappa \le 1,

is the direct method at :math:`\kappa = 0` and doubly robust at 1; its bias is :math:`1 - \kappa` of the model's. Weights that are capped or shrunk one by one
(Switch-DR, DRos) can have more bias half-way than at either end, where the model's errors in some rows make up for those in others.

:math:`\kappa` is chosen by SLOPE, with standard errors that know that the model was learnt:

.. math::  s_\kappa^2 = \tfrac1n \operatorname{Var}(\hat v_i + \kappa w_i e_i) + \tfrac{K-1}{K} \sum_{k=1}^{K} (M_k - \bar M)^2, \qquad
           M_k = \tfrac1n \sum_i \bigl( \hat v^{(k)}_i - \kappa w_i \hat q^{(k)}(x_i, a_i) \bigr),

where :math:`\hat q^{(k)}` was fitted without fold :math:`k` and is asked about all rows: a jackknife that leaves out groups, of the part of the estimate
that moves with the model. Without it the direct method looks as exact as its predictions are smooth, SLOPE takes it whatever its bias, and its
intervals are too short. The two parts are added as if they were independent.

References
----------
J. Shao, D. Tu, "The jackknife and bootstrap", Springer, 1995 (groups left out).
P. Thomas, E. Brunskill, "Data-efficient off-policy policy evaluation for reinforcement learning", ICML 2016 (blends of model and importance weighting).
Y. Su, P. Srinath, A. Krishnamurthy, "Adaptive estimator selection for off-policy evaluation", ICML 2020.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.measure.off_policy.estimators import terms
from zhike.measure.off_policy.tuning import slope

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.measure.off_policy.fold_rewards import FoldRewards
    from zhike.measure.off_policy.logged import LoggedChoices

__all__ = ["Blend", "blended"]

SHARES: Final = np.linspace(0.0, 1.0, 11)
"""Candidates for kappa."""


@dataclass(frozen=True, slots=True)
class Blend:
    """A blended estimate.

    Parameters
    ----------
    rows : ndarray of float, shape (n,)
        One term a row; their mean is the estimate.
    share : float
        The kappa that was chosen.
    error : float
        Standard error of the estimate, the model's share in it included.
    """

    rows: NDArray[np.float64]
    share: float
    error: float

    @property
    def value(self) -> float:
        """The estimate."""
        return float(self.rows.mean())


def blended(log: LoggedChoices, rewards: FoldRewards) -> Blend:
    """Return the blended estimate of the evaluated policy's value.

    Parameters
    ----------
    log : LoggedChoices
    rewards : FoldRewards
        Of the same log.
    """
    of = terms(log, rewards.predicted)
    candidates = of.direct + SHARES[:, None] * of.weight * of.residual
    errors = np.sqrt(candidates.var(axis=1) / len(log) + _of_model(rewards))
    place = slope(candidates.mean(axis=1), errors)
    return Blend(candidates[place], float(SHARES[place]), float(errors[place]))


def _of_model(rewards: FoldRewards) -> NDArray[np.float64]:
    """Return for every share the variance that comes with the model, mean over the cuts into folds."""
    moved = rewards.direct[None] - SHARES[:, None, None] * rewards.weighted[None]
    folds = moved.shape[2]
    return np.asarray((folds - 1) * moved.var(axis=2).mean(axis=1))
