r"""A model of rewards that is steady where most actions were chosen a few times: what customers are like, plus a level for each action.

.. math::  \hat q(x, a) = \mu + z(x)^\top \beta + \gamma_a, \qquad
           \beta = (Z^\top Z + \lambda I)^{-1} Z^\top (r - \mu), \qquad
           \gamma_a = \frac{\sum_{i: a_i = a} (r_i - \mu - z_i^\top \beta)}{n_a + c}

with features :math:`z`, standardised and cut at three standard deviations: ridge regression (Hoerl and Kennard 1970) whose :math:`\lambda` has the least generalised
cross-validation, :math:`n \, \mathrm{RSS}(\lambda) / (n - \sum_j e_j / (e_j + \lambda))^2` with :math:`e` the eigenvalues of :math:`Z^\top Z` (Golub,
Heath and Wahba 1979), and levels drawn towards 0 as if :math:`c` rows had said so. A logistic regression for every action (`PerActionLogistic`) sees more where each action has hundreds of rows; where one has three, and one
of them bought, it predicts that purchase for whoever looks alike, and the doubly robust estimate pays for it in variance.

References
----------
A. Hoerl, R. Kennard, "Ridge regression: biased estimation for nonorthogonal problems", Technometrics 12(1), 1970.
G. Golub, M. Heath, G. Wahba, "Generalized cross-validation as a method for choosing a good ridge parameter", Technometrics 21(2), 1979.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from zhike.measure.off_policy.standardising import Standardised

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PENALTIES", "AdditiveRewards"]

PENALTIES: Final = np.asarray(10.0 ** np.arange(-1, 8), dtype=np.float64)
"""From next to none to so much that nothing is left of the features."""

_FAR: Final = 3.0
"""Standard deviations beyond which a feature counts as that far: a kind of customers that hardly occurs among those learnt from
would else be predicted anything."""


@dataclass
class AdditiveRewards:
    r"""Ridge regression on features with a shrunken level for every action.

    Parameters
    ----------
    penalty : float or None
        :math:`\lambda`; None for that of least generalised cross-validation among `PENALTIES`.
    prior : float
        :math:`c`, in rows. Invented.
    """

    penalty: float | None = None
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
        self.scale_ = Standardised.of(features)
        table = self._scaled(features)
        self.slope_ = _ridge(table, reward - self.mean_, self.penalty)
        left = reward - self.mean_ - table @ self.slope_
        count = np.bincount(action, minlength=actions)
        self.level_ = np.bincount(action, left, actions) / (count + self.prior)
        return self

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return predicted rewards of shape (n, actions)."""
        return np.asarray((self.mean_ + self._scaled(features) @ self.slope_)[:, None] + self.level_[None, :])

    def _scaled(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.clip(self.scale_(features), -_FAR, _FAR))


def _ridge(
    table: NDArray[np.float64], reward: NDArray[np.float64], penalty: float | None
) -> NDArray[np.float64]:
    """Return the slopes of shape (d,)."""
    values, vectors = np.linalg.eigh(table.T @ table)
    values, turned = np.maximum(values, 0.0), vectors.T @ (table.T @ reward)
    tried = PENALTIES if penalty is None else np.array([penalty])
    below = values[None, :] + tried[:, None]
    left = (
        float(reward @ reward)
        - 2.0 * (turned**2 / below).sum(axis=1)
        + (values * turned**2 / below**2).sum(axis=1)
    )
    free = len(reward) - (values / below).sum(axis=1)
    best = int(np.argmin(left / np.maximum(free, 1.0) ** 2))
    return np.asarray(vectors @ (turned / below[best]))
