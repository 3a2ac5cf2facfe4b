"""A logistic model whose effects are drawn to one common shift, as hard as the data speak for it.

    logit P(y = 1 | x, w) = a + z b + (w - e) (c + z d),        tau(x) = P(y = 1 | x, 1) - P(y = 1 | x, 0)

with z the standardised features and e the share of the treated. Where d is 0 an action shifts everybody's logit alike, and the order of the effects is
about that of the response; where d is free this is two regressions, one an arm. How far d is drawn to 0 is a matter of variance, and so of the
likelihood: d has a normal prior of precision lambda, lambda one of a ladder with equal chances, and the effect is the mean over
the ladder, weighted by the evidence

    log p(y | lambda) = log p(y, mode | lambda) - 1/2 log |H|        (Laplace; up to a constant),

H the curvature at the mode. Rows say more of a model by their likelihood than by how well a ranking does, so this choice is
surer than one by comparing rankings.

References
----------
D. MacKay, "Bayesian interpolation", Neural Computation 4(3), 1992 (evidence); J. Hoeting, D. Madigan, A. Raftery, C. Volinsky, "Bayesian model
averaging: a tutorial", Statistical Science 14(4), 1999.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.uplift.nuisance import Nuisance
    from zhike.decide.uplift.regressions import Regression
    from zhike.decide.uplift.trial import Trial

__all__ = ["LADDER", "ShrunkenEffect"]

LADDER: Final = tuple(float(10.0 ** (1.0 + k / 2.0)) for k in range(8))
"""Precisions from 10, where d is all but free, to 31,623, where it is all but 0, in half powers of ten."""
_STEPS: Final = 50
_STILL: Final = 1e-8
_OPEN: Final = 1e-6
"""Precision of what is not drawn anywhere: the intercepts."""


@dataclass(slots=True)
class ShrunkenEffect:
    """Effects from one logistic model, drawn to a common shift of the logit.

    Parameters
    ----------
    main : float
        Precision of b, as ``penalty`` of `zhike.decide.uplift.regressions.Logistic`.
    ladder : tuple of float
        Precisions of d, rising.

    Attributes
    ----------
    evidence_ : ndarray of float, shape (n_ladder,)
        Weight of each step of the ladder, 1 together.
    """

    main: float = 10.0
    ladder: tuple[float, ...] = LADDER
    evidence_: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0), init=False)
    modes_: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)), init=False)
    middle_: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0), init=False)
    spread_: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0), init=False)
    share_: float = field(default=0.5, init=False)

    @property
    def shared(self) -> Regression | None:
        """None: the outcome is not needed beforehand."""
        return None

    def fit(self, trial: Trial, nuisance: Nuisance | None = None) -> Self:  # noqa: ARG002
        """Fit to a trial with an outcome of 0 or 1; ``nuisance`` is not used."""
        self.middle_, spread = trial.x.mean(axis=0), trial.x.std(axis=0)
        self.spread_ = np.where(spread > 0, spread, 1.0)
        self.share_ = float(trial.treated.mean())
        terms = self._terms(trial.x, trial.treated.astype(np.float64) - self.share_)
        modes, evidence = [], []
        mode = np.zeros(terms.shape[1])
        # From the strongest pull down: each mode is a good start for the next.
        for precision in reversed(self.ladder):
            mode, told = _mode(terms, trial.outcome, self._pull(precision, trial.x.shape[1]), mode)
            modes.append(mode)
            evidence.append(told)
        weight = np.exp(np.array(evidence[::-1]) - max(evidence))
        self.evidence_, self.modes_ = weight / weight.sum(), np.array(modes[::-1])
        return self

    def effect(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the effect, in units of the outcome, for features of shape (n, n_features)."""
        from scipy.special import expit

        if not len(self.modes_):
            raise UsageError(
                what=phrase("a model that was not fitted"),
                expected=phrase("a call of fit first"),
            )
        ones = np.ones(len(x))
        treated, untreated = (
            expit(self._terms(x, ones * part) @ self.modes_.T) for part in (1.0 - self.share_, -self.share_)
        )
        return np.asarray((treated - untreated) @ self.evidence_)

    def _terms(self, x: NDArray[np.float64], contrast: NDArray[np.float64]) -> NDArray[np.float64]:
        z = (x - self.middle_) / self.spread_
        return np.column_stack([np.ones(len(x)), contrast, z, contrast[:, None] * z])

    def _pull(self, precision: float, features: int) -> NDArray[np.float64]:
        return np.concatenate([np.full(2, _OPEN), np.full(features, self.main), np.full(features, precision)])


def _mode(
    terms: NDArray[np.float64], y: NDArray[np.float64], pull: NDArray[np.float64], start: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Return the mode by Newton's steps, halved where they overshoot, and the log evidence."""
    mode, value = start, _posterior(terms, y, pull, start)
    bend = _bend(terms, pull, mode)
    for _ in range(_STEPS):
        step = np.linalg.solve(bend, _slope(terms, y, pull, mode))
        while (reached := _posterior(terms, y, pull, mode + step)) < value and np.abs(step).max() > _STILL:
            step = step / 2.0
        mode, value = mode + step, reached
        bend = _bend(terms, pull, mode)
        if np.abs(step).max() <= _STILL:
            break
    return mode, value + 0.5 * float(np.log(pull).sum()) - 0.5 * float(np.linalg.slogdet(bend)[1])


def _posterior(
    terms: NDArray[np.float64], y: NDArray[np.float64], pull: NDArray[np.float64], mode: NDArray[np.float64]
) -> float:
    logit = terms @ mode
    return float(y @ logit - np.logaddexp(0.0, logit).sum() - 0.5 * pull @ mode**2)


def _slope(
    terms: NDArray[np.float64], y: NDArray[np.float64], pull: NDArray[np.float64], mode: NDArray[np.float64]
) -> NDArray[np.float64]:
    from scipy.special import expit

    return np.asarray(terms.T @ (y - expit(terms @ mode)) - pull * mode)


def _bend(
    terms: NDArray[np.float64], pull: NDArray[np.float64], mode: NDArray[np.float64]
) -> NDArray[np.float64]:
    from scipy.special import expit

    chance = expit(terms @ mode)
    return np.asarray((terms * (chance * (1.0 - chance))[:, None]).T @ terms + np.diag(pull))
