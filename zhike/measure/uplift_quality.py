r"""How well an order of customers finds those whom an action changes.

From the raw outcomes of a randomised comparison, with customers ordered by a score, n_t and n_c treated and untreated among the first k,
Y_t and Y_c their outcomes added up:

    Qini curve    Q(k) = Y_t - Y_c n_t / n_c                       (incremental outcomes among those treated so far)
    uplift curve  U(k) = (Y_t / n_t - Y_c / n_c) k

`qini` is the area between Q and the straight line of a random order, divided by that of a perfect order (the ``qini_auc_score`` of
scikit-uplift); `auuc` the same of U; `radcliffe_q` the area of Q per treated customer, undivided, so that it says how many outcomes.
Perfect means that all treated who answered come first and all untreated who answered last. A ratio suits comparing orders on *one* set; it
cannot be compared between sets.

From doubly robust scores (`zhike.decide.uplift.nuisance`): `rate` with its standard error, and `policy_value` at a contact budget; they have
less noise, and a paired difference needs no bootstrap.

References
----------
N. Radcliffe, "Using control groups to target on predicted lift", Direct Marketing Analytics Journal 1, 2007; P. Gutierrez and J.-Y.
Gérardy, "Causal inference and uplift modelling: a review of the literature", PMLR 67, 2017; M. Belbahri et al., "Qini-based uplift
regression", Annals of Applied Statistics 15, 2021.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.decide.uplift.ranking import RankingValue, policy_value, rate

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    _CurveValue = Callable[
        [NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
        NDArray[np.float64],
    ]

__all__ = [
    "Bootstrapped",
    "Outcomes",
    "RankingValue",
    "auuc",
    "paired_bootstrap",
    "policy_value",
    "qini",
    "radcliffe_q",
    "rate",
]

_ENDS: Final = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of a randomised comparison.

    Parameters
    ----------
    outcome : ndarray of float, shape (n,)
        0 or 1.
    treated : ndarray of bool, shape (n,)
    """

    outcome: NDArray[np.float64]
    treated: NDArray[np.bool_]

    def rows(self, kept: NDArray[np.int64]) -> Outcomes:
        """Return the rows at some positions, which may repeat."""
        return Outcomes(self.outcome[kept], self.treated[kept])


class _Curve(NamedTuple):
    """A curve over the number of customers, from (0, 0)."""

    customers: NDArray[np.float64]
    value: NDArray[np.float64]

    def above_random(self) -> float:
        """Return the area above the straight line between the curve's ends."""
        return float(np.trapezoid(self.value, self.customers) - self.customers[-1] * self.value[-1] / 2.0)


def qini(outcomes: Outcomes, score: NDArray[np.float64]) -> float:
    """Return the Qini coefficient: 0 on average for a random order, 1 for a perfect one.

    Parameters
    ----------
    outcomes : Outcomes
    score : ndarray of float, shape (n,)
        Highest first; equal scores are one step of the curve.

    Returns
    -------
    float
        NaN where every order is as good as a perfect one, as when nobody answers.

    Examples
    --------
    >>> seen = Outcomes(np.array([1.0, 0.0, 0.0, 1.0]), np.array([True, False, True, False]))
    >>> qini(seen, np.array([4.0, 3.0, 2.0, 1.0])), qini(seen, np.array([1.0, 2.0, 3.0, 4.0]))
    (1.0, -0.5)
    """
    return _relative(outcomes, score, _qini_value)


def auuc(outcomes: Outcomes, score: NDArray[np.float64]) -> float:
    """Return the area under the uplift curve above random, relative to a perfect order; see `qini`."""
    return _relative(outcomes, score, _uplift_value)


def radcliffe_q(outcomes: Outcomes, score: NDArray[np.float64]) -> float:
    """Return the area between the Qini curve and random, per treated customer, with customers as a share from 0 to 1.

    Returns
    -------
    float
        In outcomes per treated customer.
    """
    area = _curve(outcomes, score, _qini_value).above_random()
    return area / len(score) / float(np.count_nonzero(outcomes.treated))


def _relative(outcomes: Outcomes, score: NDArray[np.float64], value: _CurveValue) -> float:
    signed = np.where(outcomes.treated, outcomes.outcome, -outcomes.outcome)
    best = _curve(outcomes, signed, value).above_random()
    return _curve(outcomes, score, value).above_random() / best if best != 0 else float("nan")


def _curve(outcomes: Outcomes, score: NDArray[np.float64], value: _CurveValue) -> _Curve:
    order = np.argsort(-score, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(score[order]) != 0), len(score) - 1)
    treated = outcomes.treated[order].astype(np.float64)
    answered = outcomes.outcome[order]
    n_t, y_t = np.cumsum(treated)[ends], np.cumsum(answered * treated)[ends]
    n_c, y_c = ends + 1.0 - n_t, np.cumsum(answered * (1.0 - treated))[ends]
    return _Curve(np.append(0.0, ends + 1.0), np.append(0.0, value(n_t, y_t, n_c, y_c)))


def _qini_value(
    n_t: NDArray[np.float64], y_t: NDArray[np.float64], n_c: NDArray[np.float64], y_c: NDArray[np.float64]
) -> NDArray[np.float64]:
    return y_t - y_c * _ratio(n_t, n_c)


def _uplift_value(
    n_t: NDArray[np.float64], y_t: NDArray[np.float64], n_c: NDArray[np.float64], y_c: NDArray[np.float64]
) -> NDArray[np.float64]:
    return (_ratio(y_t, n_t) - _ratio(y_c, n_c)) * (n_t + n_c)


def _ratio(over: NDArray[np.float64], under: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(over, under, out=np.zeros(len(over)), where=under > 0)


class Bootstrapped(NamedTuple):
    """A figure with its 95 % percentile interval over resampled customers."""

    value: float
    low: float
    high: float


def paired_bootstrap(
    outcomes: Outcomes,
    scores: tuple[NDArray[np.float64], NDArray[np.float64]],
    rng: np.random.Generator,
    *,
    draws: int = 200,
    figure: Callable[[Outcomes, NDArray[np.float64]], float] = qini,
) -> Bootstrapped:
    """Return the difference of a figure between two orders of the same customers.

    Parameters
    ----------
    outcomes : Outcomes
    scores : pair of ndarray of float, shape (n,)
        The second is subtracted.
    rng : Generator
    draws : int
        Samples of customers with replacement, within each arm, so that the arms keep their sizes.
    figure : callable
        `qini`, `auuc` or `radcliffe_q`.
    """
    arms = [np.flatnonzero(outcomes.treated == one) for one in (False, True)]
    found = []
    for _ in range(draws):
        rows = np.concatenate([rng.choice(arm, len(arm)) for arm in arms])
        seen = outcomes.rows(rows)
        found.append(figure(seen, scores[0][rows]) - figure(seen, scores[1][rows]))
    low, high = np.nanpercentile(found, _ENDS)
    whole = figure(outcomes, scores[0]) - figure(outcomes, scores[1])
    return Bootstrapped(whole, float(low), float(high))
