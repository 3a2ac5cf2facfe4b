r"""Ridge logistic regression by Newton's method, for many small fits: no randomness, about a millisecond each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["RidgeLogistic"]

_STEPS: Final = 30
_HALVINGS: Final = 20
_ENOUGH: Final = 1e-8
_INTERCEPT_PENALTY: Final = 1e-3
"""Keeps the intercept finite where all outcomes are alike; as much as a thousandth of a case."""


@dataclass
class RidgeLogistic:
    r"""Logistic regression with a ridge on the coefficients.

    Minimises :math:`\sum_i \log(1 + e^{z_i}) - y_i z_i + \tfrac{\lambda}{2} \lVert \beta \rVert^2` with
    :math:`z_i = \beta_0 + \beta^\top x_i`.

    Parameters
    ----------
    penalty : float
        :math:`\lambda`, 0 or more.
    """

    penalty: float = 1.0
    coefficients_: NDArray[np.float64] = field(init=False, repr=False)

    def fit(self, features: NDArray[np.float64], outcome: NDArray[np.float64]) -> Self:
        """Learn from features of shape (n, d) and outcomes in 0..1 of shape (n,); return itself."""
        design = np.column_stack([np.ones(len(features)), features])
        ridge = np.full(design.shape[1], self.penalty)
        ridge[0] = _INTERCEPT_PENALTY
        at = np.zeros(design.shape[1])
        loss = _loss(design, outcome, ridge, at)
        for _ in range(_STEPS):
            step = _newton(design, outcome, ridge, at)
            at, lower = _descended(design, outcome, ridge, at, step, loss)
            gain, loss = loss - lower, lower
            if gain < _ENOUGH * (1.0 + abs(loss)):
                break
        self.coefficients_ = at
        return self

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return P(outcome) of features of shape (n, d)."""
        return _sigmoid(self.coefficients_[0] + features @ self.coefficients_[1:])


def _sigmoid(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logit)))


def _loss(
    design: NDArray[np.float64],
    outcome: NDArray[np.float64],
    ridge: NDArray[np.float64],
    at: NDArray[np.float64],
) -> float:
    logit = design @ at
    return float(np.logaddexp(0.0, logit).sum() - outcome @ logit + 0.5 * (ridge * at * at).sum())


def _newton(
    design: NDArray[np.float64],
    outcome: NDArray[np.float64],
    ridge: NDArray[np.float64],
    at: NDArray[np.float64],
) -> NDArray[np.float64]:
    mean = _sigmoid(design @ at)
    slope = design.T @ (mean - outcome) + ridge * at
    curvature = (design.T * (mean * (1.0 - mean))) @ design
    # A column that is constant within an action would make the curvature singular without a ridge.
    curvature[np.diag_indices_from(curvature)] += ridge + 1e-10
    return np.asarray(np.linalg.solve(curvature, slope), dtype=np.float64)


def _descended(
    design: NDArray[np.float64], outcome: NDArray[np.float64], ridge: NDArray[np.float64], at: NDArray[np.float64],
    step: NDArray[np.float64], loss: float,
) -> tuple[NDArray[np.float64], float]:  # fmt: skip
    """Return the point after a step that is halved until the loss does not grow, and its loss."""
    for halving in range(_HALVINGS):
        further = at - step / 2.0**halving
        lower = _loss(design, outcome, ridge, further)
        if lower <= loss:
            return further, lower
    return at, loss
