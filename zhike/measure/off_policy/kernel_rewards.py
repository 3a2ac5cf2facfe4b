r"""Rewards of every action by kernel logistic regression: what a straight line through the features cannot say.

For each action, on the rows that chose it,

.. math::  \operatorname{logit} \hat q(x, a) = \beta_{a0} + \sum_m \alpha_{am} k(x, x_{am}), \qquad
           k(x, y) = e^{-s \lVert x - y \rVert^2 / 2d},

with standardised features, :math:`d` of them that vary, and :math:`\tfrac{\lambda}{2} \alpha_a^\top K_a \alpha_a` as penalty (Wahba 1990; Zhu and Hastie
2005). The :math:`x_{am}` are at most so many of the rows, evenly spaced in their order (Nystrom's approximation, Williams and Seeger 2001). The intercept is next to
unpenalised, so the mean reward of an action is not drawn towards that of others.

References
----------
G. Wahba, "Spline models for observational data", SIAM, 1990.
C. Williams, M. Seeger, "Using the Nystrom method to speed up kernel machines", NIPS 2000.
J. Zhu, T. Hastie, "Kernel logistic regression and the import vector machine", Journal of Computational and Graphical Statistics 14(1), 2005.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import numpy as np

from zhike.measure.off_policy.ridge_logistic import RidgeLogistic
from zhike.measure.off_policy.standardising import Standardised, UnitRewards

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PerActionKernel"]

_LEAST_SHARE: Final = 1e-6
"""Directions of the kernel with less than this share of the greatest eigenvalue are rounding."""


class _ActionModel(NamedTuple):
    """One action's landmarks, the turn from their kernel to uncorrelated columns, and the regression on these."""

    landmarks: NDArray[np.float64]
    turn: NDArray[np.float64]
    regression: RidgeLogistic


@dataclass
class PerActionKernel:
    r"""Kernel logistic regression for every action on the rows that chose it.

    Rewards are brought to 0..1 by the least and the greatest seen. An action that no row chose is predicted with the mean of all.

    Parameters
    ----------
    sharpness : float
        :math:`s`, above 0: at 1, customers who differ by one standard deviation in each feature have kernel :math:`e^{-1/2}`.
    penalty : float
        :math:`\lambda`, above 0; its inverse is the prior variance of the logit. Small where rewards hardly vary among like customers.
    landmarks : int
        Rows of an action that carry the kernel, at most.
    """

    sharpness: float = 1.0
    penalty: float = 0.03
    landmarks: int = 128
    models_: list[_ActionModel | None] = field(init=False, repr=False)

    def fit(
        self,
        features: NDArray[np.float64],
        action: NDArray[np.int64],
        reward: NDArray[np.float64],
        actions: int,
    ) -> Self:
        """Learn; see `zhike.measure.off_policy.reward_models.RewardModel`."""
        self.rewards_, self.scale_ = UnitRewards.of(reward), Standardised.of(features)
        self.varying_ = max(int(np.count_nonzero(self.scale_.spread)), 1)
        share, scaled = self.rewards_.share(reward), self.scale_(features)
        self.models_ = [
            self._of_action(scaled[rows], share[rows]) if len(rows) else None
            for rows in (np.flatnonzero(action == one) for one in range(actions))
        ]
        return self

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return predicted rewards of shape (n, actions)."""
        scaled, found = self.scale_(features), np.full((len(features), len(self.models_)), self.rewards_.mean)
        for place, model in enumerate(self.models_):
            if model is not None:
                columns = self._kernel(scaled, model.landmarks) @ model.turn
                found[:, place] = self.rewards_.reward(model.regression.predict(columns))
        return found

    def _of_action(self, scaled: NDArray[np.float64], share: NDArray[np.float64]) -> _ActionModel:
        kept = np.unique(np.linspace(0, len(scaled) - 1, min(self.landmarks, len(scaled))).astype(np.int64))
        landmarks = scaled[kept]
        values, vectors = np.linalg.eigh(self._kernel(landmarks, landmarks))
        real = values > _LEAST_SHARE * values[-1]
        turn = vectors[:, real] / np.sqrt(values[real])
        regression = RidgeLogistic(self.penalty).fit(self._kernel(scaled, landmarks) @ turn, share)
        return _ActionModel(landmarks, turn, regression)

    def _kernel(self, one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
        apart = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None, :] - 2.0 * one @ other.T
        return np.asarray(np.exp(-self.sharpness * np.maximum(apart, 0.0) / (2.0 * self.varying_)))
