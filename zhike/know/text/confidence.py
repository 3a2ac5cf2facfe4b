"""From the scores of several models to chances that hold, and to the chance below which a person reads.

Everything here is fitted on *held-out* scores: those of rows that the model which gave them was not fitted on. Each model ``m`` has a temperature ``T``,
and the models are mixed,

    p(c | text) = sum_m w_m softmax(T_m s_m(text) + b_m)_c,    w >= 0, sum w = 1

with ``T``, ``b`` and ``w`` of smallest log loss; the levels ``b`` stay 0 unless the models were fitted as if classes were equally frequent. Of three further corrections of the highest chance (none, Platt's logistic, isotonic regression) the one with the smallest
log loss on rows that it was not fitted on is taken.

References
----------
C. Guo, G. Pleiss, Y. Sun and K. Weinberger, "On calibration of modern neural networks", ICML 2017. J. Platt, "Probabilistic outputs for support vector machines", 1999.
B. Zadrozny and C. Elkan, "Transforming classifier scores into accurate multiclass probability estimates", KDD 2002.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

__all__ = [
    "Correction",
    "Mixture",
    "calibration_error",
    "correction",
    "log_loss",
    "mixture",
    "softmax",
    "threshold",
]

_TEMPERATURES: Final = (-3.0, 5.0)
"""Logarithms of the smallest and the largest temperature that are tried."""
_STEPS: Final = 60
_TINY: Final = 1e-12
_BINS: Final = 15
"""Bins of the calibration error, as Guo et al. (2017) count it."""
_LEAST: Final = 30
"""Held-out rows below which the highest chance is not corrected."""
KINDS: Final = ("none", "platt", "isotonic")


def softmax(scores: Floats) -> Floats:
    """Return each row as chances."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


class Mixture(NamedTuple):
    """How the scores of several models become one chance a class: temperatures and weights of shape (n_models,), levels of shape (n_models, n_classes)."""

    temperatures: Floats
    levels: Floats
    weights: Floats

    def chances(self, scores: Sequence[Floats]) -> Floats:
        """Return chances, shape (n_texts, n_classes)."""
        parts = zip(scores, self.temperatures, self.levels, self.weights, strict=True)
        return np.asarray(
            sum(weight * softmax(temperature * one + level) for one, temperature, level, weight in parts)
        )


def log_loss(chances: Floats, truth: Places) -> float:
    """Return the mean of the negative logarithms of the true classes' chances."""
    return float(-np.log(np.maximum(chances[np.arange(len(truth)), truth], _TINY)).mean())


def mixture(scores: Sequence[Floats], truth: Places, *, levels: bool = False) -> Mixture:
    """Return temperatures, levels and weights of smallest log loss.

    Parameters
    ----------
    scores : sequence of arrays of shape (n_texts, n_classes)
        Held out.
    truth : array of shape (n_texts,)
        Place of each text's class.
    levels : bool
        Whether levels are fitted too.
    """
    fitted = [_scaled(one, truth, levels=levels) for one in scores]
    temperatures, heights = np.array([one[0] for one in fitted]), np.stack([one[1] for one in fitted])
    given = np.stack([
        np.maximum(softmax(t * one + b)[np.arange(len(truth)), truth], _TINY)
        for t, b, one in zip(temperatures, heights, scores, strict=True)
    ])  # fmt: skip
    weights = np.full(len(scores), 1 / len(scores))
    for _ in range(_STEPS):
        share = weights[:, None] * given
        weights = (share / share.sum(axis=0)).mean(axis=1)
    return Mixture(temperatures, heights, weights)


def _scaled(scores: Floats, truth: Places, *, levels: bool) -> tuple[float, Floats]:
    """Return the temperature and the levels with which one model's scores have the smallest log loss."""
    from scipy.optimize import minimize, minimize_scalar

    none = np.zeros(scores.shape[1])
    found = minimize_scalar(
        lambda log: log_loss(softmax(math.exp(log) * scores), truth), bounds=_TEMPERATURES, method="bounded"
    )
    temperature = math.exp(found.x)
    if not levels:
        return temperature, none
    frequency = np.bincount(truth, minlength=len(none)) / len(truth)

    def loss(given: Floats) -> tuple[float, Floats]:
        chances = softmax(math.exp(given[0]) * scores + given[1:])
        error = chances.copy()
        error[np.arange(len(truth)), truth] -= 1
        slope = float((error * scores).sum(axis=1).mean()) * math.exp(given[0])
        return log_loss(chances, truth), np.concatenate([[slope], error.mean(axis=0)])

    start = np.concatenate([[found.x], np.log(np.maximum(frequency, 1 / len(truth)))])
    best = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return math.exp(best[0]), np.asarray(best[1:])


class Correction(NamedTuple):
    """What is done to the highest chance of a text: from ``edges`` to ``values``, straight between them; unchanged where there are none."""

    kind: str
    edges: Floats
    values: Floats

    def corrected(self, highest: Floats) -> Floats:
        """Return highest chances, shape (n_texts,), as often as they come true."""
        return highest if self.kind == "none" else np.interp(highest, self.edges, self.values)


def _fitted(kind: str, highest: Floats, right: Floats) -> Correction:
    grid = np.linspace(0, 1, 101)
    if kind == "none":
        return Correction(kind, grid[:0], grid[:0])
    if kind == "platt":
        from scipy.optimize import minimize

        x = _logit(highest)

        def loss(coefficients: Floats) -> float:
            return float(np.logaddexp(0, (1 - 2 * right) * (coefficients[0] * x + coefficients[1])).mean())

        slope, level = minimize(
            loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.0, None), (None, None)]
        ).x
        return Correction(kind, grid, 1 / (1 + np.exp(-(slope * _logit(grid) + level))))
    from scipy.optimize import isotonic_regression

    order = np.argsort(highest, kind="stable")
    rates = isotonic_regression(right[order]).x
    middle = (rates * len(rates) + 0.5) / (len(rates) + 1)
    edges, first = np.unique(highest[order], return_index=True)
    return Correction(kind, edges, middle[first])


def _logit(chances: Floats) -> Floats:
    kept = np.clip(chances, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(kept / (1 - kept)))


def correction(highest: Floats, right: Floats, fold: Places) -> Correction:
    """Return the correction of the highest chance with the smallest log loss on folds that it was not fitted on; the simplest one where two are equal.

    Parameters
    ----------
    highest, right : array of shape (n_texts,)
        Held-out highest chance, and 1 where that class was the true one.
    fold : array of shape (n_texts,)
    """
    best, least = "none", math.inf
    for kind in KINDS if len(highest) >= _LEAST else ("none",):
        said = np.empty(len(highest))
        for one in np.unique(fold):
            said[fold == one] = _fitted(kind, highest[fold != one], right[fold != one]).corrected(
                highest[fold == one]
            )
        kept = np.clip(said, 1e-6, 1 - 1e-6)
        loss = float(-(right * np.log(kept) + (1 - right) * np.log(1 - kept)).mean())
        if loss < least - 1e-6:
            best, least = kind, loss
    return _fitted(best, highest, right)


def threshold(confidence: Floats, right: Floats, accuracy: float) -> float:
    """Return the smallest confidence from which answers are right as often as asked for; infinity where there is none.

    Parameters
    ----------
    confidence, right : array of shape (n_texts,)
        Held out.
    accuracy : float
        Share of answers that are to be right.

    Notes
    -----
    Of all thresholds with ``(wrong + 1) / (answered + 1) <= 1 - accuracy`` the smallest: one error more than was seen is counted, so that few answers do not
    pass for certain.

    Examples
    --------
    >>> confidence = np.linspace(0.01, 1, 100)
    >>> round(threshold(confidence, (confidence > 0.3).astype(float), 0.95), 2)
    0.29
    """
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(1 - right[order])
    sure = (wrong + 1) / (np.arange(len(order)) + 2) <= 1 - accuracy
    # Texts of one confidence are answered together or not at all.
    ends = np.append(confidence[order][:-1] != confidence[order][1:], True)
    passing = np.flatnonzero(sure & ends)
    return float(confidence[order][passing[-1]]) if len(passing) else math.inf


def calibration_error(confidence: Floats, right: Floats) -> float:
    """Return by how much confidence and share of right answers differ on average, over bins of one width.

    Notes
    -----
    ``sum_b n_b / n |right_b - confidence_b|`` over 15 bins (Guo et al. 2017).

    Examples
    --------
    >>> calibration_error(np.array([0.9, 0.9, 0.9, 0.9]), np.array([1.0, 1.0, 1.0, 0.0])).__round__(3)
    0.15
    """
    place = np.minimum((confidence * _BINS).astype(np.int64), _BINS - 1)
    gaps = np.bincount(place, right - confidence, minlength=_BINS)
    return float(np.abs(gaps).sum() / len(confidence))
