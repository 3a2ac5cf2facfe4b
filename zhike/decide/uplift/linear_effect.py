"""The best linear approximation of the effect, with an interval for each customer.

The learners of `zhike.decide.uplift.learners` draw effects together as far as it helps prediction; no interval around what
they say would hold. Least squares of the doubly robust score on a few features is not drawn to anything: with z the features
and a one, beta = argmin E(psi - z' beta)^2, and z' beta is the effect itself where that is linear, else its best linear
approximation. The covariance of beta is the sandwich (Z'Z)^-1 Z' diag(e_i^2 / (1 - h_i)) Z (Z'Z)^-1 (HC2).

References
----------
V. Semenova and V. Chernozhukov, "Debiased machine learning of conditional average treatment effects and other causal
functions", Econometrics Journal 24, 2021; J. MacKinnon and H. White, "Some heteroskedasticity-consistent covariance matrix
estimators with improved finite sample properties", Journal of Econometrics 29, 1985 (HC2).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.decide.uplift.nuisance import Nuisance, cross_fit
from zhike.decide.uplift.regressions import Logistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.uplift.regressions import Regression
    from zhike.decide.uplift.trial import Trial

__all__ = ["Intervals", "LinearEffect"]


class Intervals(NamedTuple):
    """Effects with their pointwise intervals, each of shape (n,), in units of the outcome."""

    effect: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(slots=True)
class LinearEffect:
    """Linear effect of features with an interval for each customer.

    Parameters
    ----------
    outcome : Regression
        Of the outcome in each arm; cross-fitted.

    Attributes
    ----------
    coefficients_ : ndarray of float, shape (1 + n_features,)
        The constant first.
    covariance_ : ndarray of float, shape (1 + n_features, 1 + n_features)
    """

    outcome: Regression = field(default_factory=Logistic)
    coefficients_: NDArray[np.float64] = field(default_factory=lambda: np.empty(0), init=False)
    covariance_: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)), init=False)

    @property
    def shared(self) -> Regression | None:
        """The outcome model."""
        return self.outcome

    def fit(self, trial: Trial, nuisance: Nuisance | None = None) -> Self:
        """Fit to a trial with few features, of many rows each.

        Raises
        ------
        UsageError
            Where features are collinear.
        """
        design = _with_one(trial.x)
        if np.linalg.matrix_rank(design) < design.shape[1]:
            raise UsageError(
                what=phrase("features that are collinear"),
                expected=phrase("features without one column of each set of indicators"),
            )
        scores = (nuisance or cross_fit(trial, self.outcome)).scores(trial)
        bread = np.linalg.inv(design.T @ design)
        self.coefficients_ = bread @ design.T @ scores
        leverage = np.einsum("ij,jk,ik->i", design, bread, design)
        spread = (scores - design @ self.coefficients_) ** 2 / np.maximum(1.0 - leverage, 1e-12)
        self.covariance_ = bread @ (design.T @ (design * spread[:, None])) @ bread
        return self

    def effect(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the effect for features of shape (n, n_features)."""
        return _with_one(x) @ self.coefficients_

    def intervals(self, x: NDArray[np.float64], level: float = 0.95) -> Intervals:
        """Return effects with intervals that hold at a level for each customer by itself."""
        design, effect = _with_one(x), self.effect(x)
        error = np.sqrt(np.einsum("ij,jk,ik->i", design, self.covariance_, design))
        wide = NormalDist().inv_cdf((1.0 + level) / 2.0) * error
        return Intervals(effect, effect - wide, effect + wide)


def _with_one(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.ones(len(x)), x])
