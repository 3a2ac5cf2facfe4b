r"""Estimators of a policy's value from a log of another policy's choices.

With weights :math:`w_i`, predicted rewards :math:`\hat q(x, a)`, direct terms :math:`\hat v_i = \sum_a \pi(a \mid x_i) \hat q(x_i, a)`
and residuals :math:`e_i = r_i - \hat q(x_i, a_i)`:

==============  ========================================================================  =============================
``dm``          :math:`\tfrac1n \sum \hat v_i`                                            direct method
``ipw``         :math:`\tfrac1n \sum w_i r_i`                                             Horvitz and Thompson 1952
``snipw``       :math:`\sum w_i r_i / \sum w_i`                                           Swaminathan and Joachims 2015
``dr``          :math:`\tfrac1n \sum (\hat v_i + w_i e_i)`                                Dudik, Langford, Li 2011
``sndr``        :math:`\tfrac1n \sum \hat v_i + \sum w_i e_i / \sum w_i`                  Thomas and Brunskill 2016
``switch_dr``   :math:`\tfrac1n \sum (\hat v_i + w_i 1\{w_i \le \tau\} e_i)`              Wang, Agarwal, Dudik 2017
``dros``        :math:`\tfrac1n \sum (\hat v_i + \tfrac{\lambda w_i}{w_i^2 + \lambda} e_i)`  Su, Dimakopoulou et al. 2020
==============  ========================================================================  =============================

Each gives one contribution a row whose mean is the estimate; for the self-normalised ones these are the linearised terms of the
ratio. :math:`\tau` and :math:`\lambda` are chosen by SLOPE, see `zhike.measure.off_policy.tuning`.

References
----------
M. Dudik, J. Langford, L. Li, "Doubly robust policy evaluation and learning", ICML 2011.
A. Swaminathan, T. Joachims, "The self-normalized estimator for counterfactual learning", NeurIPS 2015.
P. Thomas, E. Brunskill, "Data-efficient off-policy policy evaluation for reinforcement learning", ICML 2016.
Y.-X. Wang, A. Agarwal, M. Dudik, "Optimal and adaptive off-policy evaluation in contextual bandits", ICML 2017.
Y. Su, M. Dimakopoulou, A. Krishnamurthy, M. Dudik, "Doubly robust off-policy evaluation with shrinkage", ICML 2020.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.measure.off_policy.tuning import half_width, slope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from zhike.measure.off_policy.logged import LoggedChoices

__all__ = ["ESTIMATORS", "Contributions", "Terms", "contributions", "terms"]

ESTIMATORS: Final = ("dm", "ipw", "snipw", "dr", "sndr", "switch_dr", "dros")

_SWITCH_QUANTILES: Final = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)
_SHRINKAGE_STEPS: Final = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0, np.inf)
"""Candidates for lambda, in units of the mean squared weight."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What all estimators are made of: arrays of shape (n,)."""

    weight: NDArray[np.float64]
    direct: NDArray[np.float64]
    residual: NDArray[np.float64]
    reward: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contributions:
    """One term a row, shape (n,), whose mean is the estimate; ``parameter`` is the tau or lambda that was chosen, else None."""

    rows: NDArray[np.float64]
    parameter: float | None = None

    @property
    def value(self) -> float:
        """The estimate."""
        return float(self.rows.mean())


def terms(log: LoggedChoices, predicted: NDArray[np.float64] | None) -> Terms:
    """Return the terms of a log, with predicted rewards of shape (n, k) or none at all."""
    table = np.zeros_like(log.evaluation) if predicted is None else predicted
    direct = (log.evaluation * table).sum(axis=1)
    return Terms(log.weight, direct, log.reward - log.of_chosen(table), log.reward)


def contributions(of: Terms, estimator: str) -> Contributions:
    """Return the contributions of the rows under an estimator of `ESTIMATORS`.

    Raises
    ------
    UsageError
        Where there is no estimator of that name, or a self-normalised one meets weights that are all 0.

    Examples
    --------
    >>> four = np.array([2.0, 0.0, 2.0, 0.0])
    >>> zero, reward = np.zeros(4), np.array([1.0, 1.0, 0.0, 1.0])
    >>> contributions(Terms(four, zero, reward, reward), "ipw").value
    0.5
    """
    if estimator not in _ROWS:
        raise UsageError(
            what=phrase("estimator {estimator}", estimator=estimator), expected=", ".join(ESTIMATORS)
        )
    return _ROWS[estimator](of)


def _normalised(weight: NDArray[np.float64], of: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the linearised rows of a weighted mean; their mean is the weighted mean itself."""
    mass = weight.mean()
    if mass <= 0:
        raise UsageError(
            what=phrase("weights that are all 0"), expected=phrase("a policy that chooses what the log has")
        )
    mean = (weight * of).mean() / mass
    return np.asarray(mean + weight * (of - mean) / mass)


def _switched(weight: NDArray[np.float64]) -> tuple[list[float], list[NDArray[np.float64]]]:
    bounds = [0.0, *np.unique(np.quantile(weight, _SWITCH_QUANTILES)).tolist()]
    return bounds, [np.where(weight <= bound, weight, 0.0) for bound in bounds]


def _shrunk(weight: NDArray[np.float64]) -> tuple[list[float], list[NDArray[np.float64]]]:
    largest = float(weight.max())
    # In units of the largest weight, as squares of weights from tiny probabilities are beyond any float.
    part = weight / largest if largest > 0 else weight
    steps = [0.0, *(step * float((part**2).mean()) for step in _SHRINKAGE_STEPS)]
    shrunk = [largest * _optimistic(part, step) for step in steps]
    return [step and step * largest * largest for step in steps], shrunk


def _optimistic(weight: NDArray[np.float64], strength: float) -> NDArray[np.float64]:
    if not np.isfinite(strength):
        return weight
    below = weight**2 + strength
    return np.asarray(np.divide(strength * weight, below, out=np.zeros_like(weight), where=below > 0))


def _tuned(of: Terms, parameters: list[float], weights: list[NDArray[np.float64]]) -> Contributions:
    """Return the rows under the parameter that SLOPE chooses."""
    candidates = [of.direct + weight * of.residual for weight in weights]
    means = np.array([one.mean() for one in candidates])
    place = slope(means, np.array([half_width(one) for one in candidates]))
    return Contributions(candidates[place], parameters[place])


_ROWS: Final[Mapping[str, Callable[[Terms], Contributions]]] = {
    "dm": lambda of: Contributions(of.direct),
    "ipw": lambda of: Contributions(of.weight * of.reward),
    "snipw": lambda of: Contributions(_normalised(of.weight, of.reward)),
    "dr": lambda of: Contributions(of.direct + of.weight * of.residual),
    "sndr": lambda of: Contributions(of.direct + _normalised(of.weight, of.residual)),
    "switch_dr": lambda of: _tuned(of, *_switched(of.weight)),
    "dros": lambda of: _tuned(of, *_shrunk(of.weight)),
}
