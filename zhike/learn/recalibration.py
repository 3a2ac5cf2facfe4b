r"""A line that mends probabilities on the log-odds scale, and what it says about a model.

With :math:`l = \log(p / (1 - p))` a model's probability is mended to

.. math:: \operatorname{logit} P(y = 1) = l + a + (b - 1)(l - c)

a = 0 and b = 1 where nothing is wrong; b < 1 where the model says too much, a > 0 where it says too little. c is 0, or the mean of l:
then a and b can be judged apart. Fitted by Newton's steps, with a normal prior around (0, 1) where there are few cases to mend by
(none by default).

References
----------
D. Cox, "Two further applications of a model for binary regression", Biometrika 45, 1958.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["Line", "log_odds", "logistic", "mended_line", "newton_logit"]

_STEPS: Final = 50
_CLOSE: Final = 1e-9
_EDGE: Final = 1e-9
"""Probabilities nearer to 0 or 1 are taken as this near: their log-odds would not be finite."""
_LONGEST: Final = 3.0
"""Longest step of a coefficient in one round: the first may overshoot."""
_JITTER: Final = 1e-10
"""Keeps the equations soluble where a column is always 0; it shortens steps, and does not move where they end."""


@dataclass(frozen=True, slots=True)
class Line:
    """Intercept and slope with their covariance.

    Parameters
    ----------
    intercept, slope : float
        a and b.
    covariance : ndarray of shape (2, 2)
    centre : float
        c, in log-odds.
    """

    intercept: float
    slope: float
    covariance: NDArray[np.float64]
    centre: float = 0.0

    @classmethod
    def unchanged(cls) -> Self:
        """Return the line that leaves a probability as it is."""
        return cls(0.0, 1.0, np.zeros((2, 2)))

    def at(self, odds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return mended log-odds, in the shape of what is mended."""
        return np.asarray(odds + self.intercept + (self.slope - 1.0) * (odds - self.centre), dtype=np.float64)

    def variance(self, odds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the variance of mended log-odds that comes from the line itself."""
        ((one, both), (_, other)) = self.covariance
        away = odds - self.centre
        return np.asarray(one + 2.0 * both * away + other * away**2, dtype=np.float64)

    def state(self) -> dict[str, Any]:
        """Return it as it is kept."""
        found = {"intercept": self.intercept, "slope": self.slope, "centre": self.centre}
        return {**found, "covariance": self.covariance}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the line of such a state."""
        covariance = np.asarray(state["covariance"], dtype=np.float64)
        return cls(float(state["intercept"]), float(state["slope"]), covariance, float(state["centre"]))


def logistic(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability of log-odds."""
    from scipy.special import expit

    return np.asarray(expit(odds), dtype=np.float64)


def log_odds(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log-odds of a probability; those of 0 and 1 are finite here."""
    inside = np.clip(probability, _EDGE, 1.0 - _EDGE)
    return np.asarray(np.log(inside / (1.0 - inside)), dtype=np.float64)


def mended_line(
    odds: NDArray[np.float64],
    outcome: NDArray[np.bool_],
    spread: tuple[float, float] = (np.inf, np.inf),
    centre: float = 0.0,
) -> Line:
    """Return the line that fits outcomes best.

    Parameters
    ----------
    odds : ndarray of shape (n,)
        Log-odds that the model gives.
    outcome : ndarray of bool, shape (n,)
    spread : tuple of two float
        Standard deviations of the prior of intercept and slope around 0 and 1; infinite for none, 0 where they stay.
    centre : float
        c, in log-odds.
    """
    free = np.array(spread) > 0
    penalty = np.diag([0.0 if not s or np.isinf(s) else s**-2.0 for s in spread])[np.ix_(free, free)]
    design = np.stack([np.ones_like(odds), odds - centre], axis=1)[:, free]
    # The slope is fitted as its distance from 1, so that the prior is around 0 for both.
    found, covariance = newton_logit(design, outcome, odds, penalty)
    whole, wide = np.zeros(2), np.zeros((2, 2))
    whole[free], wide[np.ix_(free, free)] = found, covariance
    return Line(float(whole[0]), float(1.0 + whole[1]), wide, centre)


def newton_logit(
    design: Any,  # noqa: ANN401 - an array or a sparse matrix
    outcome: NDArray[np.bool_],
    offset: NDArray[np.float64],
    penalty: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Return coefficients and their covariance of a penalised logistic regression.

    Maximises the log likelihood less :math:`\tfrac12 \beta^\top P \beta`; the covariance is the inverse of
    :math:`X^\top W X + P` at the end, which is the posterior's in the normal approximation.

    Parameters
    ----------
    design : ndarray or sparse matrix of shape (n, k)
    outcome : ndarray of bool, shape (n,)
    offset : ndarray of shape (n,)
        Added to the log-odds.
    penalty : ndarray of shape (k, k)
    """
    beta = np.zeros(design.shape[1])
    bend = penalty
    for _ in range(_STEPS):
        chance = logistic(np.asarray(design @ beta) + offset)
        slope = np.asarray(design.T @ (outcome - chance)) - penalty @ beta
        bend = _bend(design, chance * (1.0 - chance)) + penalty
        step = np.linalg.solve(bend + _JITTER * np.eye(len(bend)), slope)
        beta += np.clip(step, -_LONGEST, _LONGEST)
        if np.abs(step).max(initial=0.0) < _CLOSE:
            break
    return beta, np.asarray(np.linalg.inv(bend + _JITTER * np.eye(len(bend))), dtype=np.float64)


def _bend(design: Any, weight: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: ANN401 - see `newton_logit`
    if isinstance(design, np.ndarray):
        return np.asarray(design.T @ (design * weight[:, None]), dtype=np.float64)
    return np.asarray((design.T @ design.multiply(weight[:, None]).tocsr()).toarray(), dtype=np.float64)
