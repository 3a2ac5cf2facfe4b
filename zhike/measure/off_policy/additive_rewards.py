r"""A model of rewards that is steady where most actions were chosen a few times: what customers are like, plus a level for each action.

.. math::  \hat q(x, a) = \mu + z(x)^\top \beta + \gamma_a, \qquad
           \beta = (Z^\top Z + \lambda I)^{-1} Z^\top (r - \mu), \qquad
           \gamma_a = \frac{\sum_{i: a_i = a} (r_i - \mu - z_i^\top \beta)}{n_a + c}

with standardised features :math:`z`: ridge regression (Hoerl and Kennard 1970), and levels drawn towards 0 as if :math:`c` rows had said
so. A logistic regression for every action (`PerActionLogistic`) sees more where each action has hundreds of rows; where one has three, and one
of them bought, it predicts that purchase for whoever looks alike, and the doubly robust estimate pays for it in variance.

References
----------
A. Hoerl, R. Kennard, "Ridge regression: biased estimation for nonorthogonal problems", Technometrics 12(1), 1970.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["AdditiveRewards"]


@dataclass
class AdditiveRewards:
    r"""Ridge regression on features with a shrunken level for every action.

    Parameters
    ----------
    penalty : float
        :math:`\lambda`, in rows. Invented.
    prior : float
        :math:`c`, in rows. Invented.
    """

    penalty: float = 20.0
    prior: float = 50.0
    level_: NDArray[np.float64] = field(init=False, repr=False)

    def fit(
        self,
        features: NDArray[np.float64],
        action: NDArray[np.int64],
        reward: NDArray[np.float64],
        actions: int,
    ) -> Self:
        """Learn; see `zhike.measure.off_policy.reward_models.RewardModel`."""
        self.mean_ = float(reward.mean())
        self.center_, spread = features.mean(axis=0), features.std(axis=0)
        self.spread_ = np.where(spread > 0, spread, 1.0)
        table = self._scaled(features)
        bend = table.T @ table + self.penalty * np.eye(table.shape[1])
        self.slope_ = np.linalg.solve(bend, table.T @ (reward - self.mean_))
        left = reward - self.mean_ - table @ self.slope_
        count = np.bincount(action, minlength=actions)
        self.level_ = np.bincount(action, left, actions) / (count + self.prior)
        return self

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return predicted rewards of shape (n, actions)."""
        return np.asarray((self.mean_ + self._scaled(features) @ self.slope_)[:, None] + self.level_[None, :])

    def _scaled(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((features - self.center_) / self.spread_)
