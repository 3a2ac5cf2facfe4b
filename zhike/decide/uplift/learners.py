"""Learners of the effect of an action on one customer, tau(x) = E(y | x, treated) - E(y | x, not treated).

All take a `Trial` and return from ``effect(x)`` an array of shape (n,), in units of the outcome. Those that use models of
the outcome as an intermediate step use them cross-fitted (`zhike.decide.uplift.nuisance`); such a step may be handed in when
several learners share it.

How this relates to `zhike.decide.effects`: that module measures what an order of a template over a channel changed, from
logged choices, drawn together over arms and cells, and is what decisions use. It tells customers apart by cell and by the
response models. The learners here estimate the effect of *one* action as a free function of the customer, from one comparison
with known probabilities, and must first show that their ranking is better than ranking by response
(`zhike.decide.uplift.selector`). Nothing there is replaced.

References
----------
S. Künzel, J. Sekhon, P. Bickel and B. Yu, "Metalearners for estimating heterogeneous treatment effects using machine
learning", PNAS 116, 2019 (S, T, X); X. Nie and S. Wager, "Quasi-oracle estimation of heterogeneous treatment effects",
Biometrika 108, 2021 (R); E. Kennedy, "Towards optimal doubly robust estimation of heterogeneous causal effects", Electronic
Journal of Statistics 17, 2023 (DR); S. Athey and G. Imbens, "Recursive partitioning for heterogeneous causal effects", PNAS
113, 2016 (transformed outcome).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.decide.uplift.nuisance import Nuisance, cross_fit, fit_arm
from zhike.decide.uplift.regressions import BoostedTrees, Logistic, Ridge

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.uplift.regressions import Fitted, Regression
    from zhike.decide.uplift.trial import Trial

__all__ = [
    "DRLearner",
    "Learner",
    "RLearner",
    "ResponseRanking",
    "SLearner",
    "TLearner",
    "TransformedOutcome",
    "XLearner",
]

T = TypeVar("T")


class Learner(Protocol):
    """A learner of an effect, or of another order of customers."""

    @property
    def shared(self) -> Regression | None:
        """The outcome model that ``fit`` needs cross-fitted; None where it needs none."""
        ...

    def fit(self, trial: Trial, nuisance: Nuisance | None = None) -> Self:
        """Fit; ``nuisance`` is ``cross_fit(trial, self.shared)`` where the caller has it already."""
        ...

    def effect(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the effect, or what else customers are ordered by, for features of shape (n, n_features)."""
        ...


@dataclass(slots=True)
class SLearner:
    """One model of the outcome with the treatment among the features: tau(x) = mu(x, 1) - mu(x, 0).

    Parameters
    ----------
    outcome : Regression
    interactions : bool
        Whether each feature also enters times the treatment, which a linear model needs to tell effects apart.
    """

    outcome: Regression = field(default_factory=BoostedTrees)
    interactions: bool = False
    model_: Fitted | None = field(default=None, init=False)

    @property
    def shared(self) -> Regression | None:
        """None: the outcome is not needed beforehand."""
        return None

    def fit(self, trial: Trial, nuisance: Nuisance | None = None) -> Self:  # noqa: ARG002
        """Fit to a trial; ``nuisance`` is not used."""
        self.model_ = self.outcome.fit(self._with(trial.x, trial.treated.astype(np.float64)), trial.outcome)
        return self

    def effect(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """See `Learner`."""
        model, ones = _fitted(self.model_), np.ones(len(x))
        return model.predict(self._with(x, ones)) - model.predict(self._with(x, 0.0 * ones))

    def _with(self, x: NDArray[np.float64], treated: NDArray[np.float64]) -> NDArray[np.float64]:
        more = [x * treated[:, None]] if self.interactions else []
        return np.column_stack([x, treated, *more])


@dataclass(slots=True)
class TLearner:
    """A model of the outcome in each arm: tau(x) = mu_1(x) - mu_0(x).

    Parameters
    ----------
    outcome : Regression
    """

    outcome: Regression = field(default_factory=Logistic)
    models_: tuple[Fitted, Fitted] | None = field(default=None, init=False)

    @property
    def shared(self) -> Regression | None:
        """None: the outcome is not needed beforehand."""
        return None

    def fit(self, trial: Trial, nuisance: Nuisance | None = None) -> Self:  # noqa: ARG002
        """Fit to a trial; ``nuisance`` is not used."""
        untreated, treated = (fit_arm(trial, self.outcome, treated=one) for one in (False, True))
        self.models_ = (untreated, treated)
        return self

    def effect(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """See `Learner`."""
        untreated, treated = _fitted(self.models_)
        return treated.predict(x) - untreated.predict(x)


@dataclass(slots=True)
class XLearner:
    """Effects imputed in each arm with the other arm's outcome model, then regressed and put together.

    d_1 = y - mu_0(x) among the treated, d_0 = mu_1(x) - y among the others; tau_w is fitted to d_w, and
    tau(x) = e tau_0(x) + (1 - e) tau_1(x) with e the trial's mean probability.

    Parameters
    ----------
    outcome, final : Regression
        Of the outcome, and of the imputed effect.
    """

    outcome: Regression = field(default_factory=Logistic)
    final: Regression = field(default_factory=Ridge)
    models_: tuple[Fitted, Fitted] | None = field(default=None, init=False)
    probability_: float = field(default=0.5, init=False)

    @property
    def shared(self) -> Regression | None:
        """The outcome model."""
        return self.outcome

    def fit(self, trial: Trial, nuisance: Nuisance | None = None) -> Self:
        """See `Learner`."""
        means, arm = nuisance or cross_fit(trial, self.outcome), trial.treated
        imputed = np.where(arm, trial.outcome - means.untreated, means.treated - trial.outcome)
        self.models_ = (
            self.final.fit(trial.x[~arm], imputed[~arm]),
            self.final.fit(trial.x[arm], imputed[arm]),
        )
        self.probability_ = float(trial.probability.mean())
        return self

    def effect(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """See `Learner`."""
        untreated, treated = _fitted(self.models_)
        return self.probability_ * untreated.predict(x) + (1.0 - self.probability_) * treated.predict(x)


@dataclass(slots=True)
class _Final:
    """A learner whose last step is one weighted regression of a pseudo-outcome."""

    outcome: Regression = field(default_factory=Logistic)
    final: Regression = field(default_factory=Ridge)
    model_: Fitted | None = field(default=None, init=False)

    @property
    def shared(self) -> Regression | None:
        """The outcome model."""
        return self.outcome

    def effect(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """See `Learner`."""
        return _fitted(self.model_).predict(x)


@dataclass(slots=True)
class RLearner(_Final):
    """Least squares of what is left of the outcome on what is left of the treatment.

    tau minimises sum_i ((y_i - m(x_i)) - (w_i - e_i) tau(x_i))^2 with m the cross-fitted mean of the outcome: a regression of
    (y - m) / (w - e) with weights (w - e)^2.

    Parameters
    ----------
    outcome, final : Regression
        Of the outcome, and of the effect.
    """

    def fit(self, trial: Trial, nuisance: Nuisance | None = None) -> Self:
        """See `Learner`."""
        means = nuisance or cross_fit(trial, self.outcome)
        left = trial.treated - trial.probability
        pseudo = (trial.outcome - means.expected(trial)) / left
        self.model_ = self.final.fit(trial.x, pseudo, left**2)
        return self


@dataclass(slots=True)
class DRLearner(_Final):
    """Regression of the doubly robust score psi (`zhike.decide.uplift.nuisance`) on the features.

    Parameters
    ----------
    outcome, final : Regression
        Of the outcome, and of the score.
    """

    def fit(self, trial: Trial, nuisance: Nuisance | None = None) -> Self:
        """See `Learner`."""
        means = nuisance or cross_fit(trial, self.outcome)
        self.model_ = self.final.fit(trial.x, means.scores(trial))
        return self


@dataclass(slots=True)
class TransformedOutcome:
    """Regression of y (w - e) / (e (1 - e)), whose mean given x is the effect; no outcome model, so much noise.

    Parameters
    ----------
    final : Regression
    """

    final: Regression = field(default_factory=Ridge)
    model_: Fitted | None = field(default=None, init=False)

    @property
    def shared(self) -> Regression | None:
        """None: no outcome model is used."""
        return None

    def fit(self, trial: Trial, nuisance: Nuisance | None = None) -> Self:  # noqa: ARG002
        """Fit to a trial; ``nuisance`` is not used."""
        self.model_ = self.final.fit(trial.x, trial.outcome * trial.contrast())
        return self

    def effect(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """See `Learner`."""
        return _fitted(self.model_).predict(x)


@dataclass(slots=True)
class ResponseRanking:
    """P(response | treated): no effect, but the order that a bank without a comparison uses, and often hard to beat.

    Parameters
    ----------
    outcome : Regression
    """

    outcome: Regression = field(default_factory=BoostedTrees)
    model_: Fitted | None = field(default=None, init=False)

    @property
    def shared(self) -> Regression | None:
        """None: the outcome is not needed beforehand."""
        return None

    def fit(self, trial: Trial, nuisance: Nuisance | None = None) -> Self:  # noqa: ARG002
        """Fit to a trial's treated rows; ``nuisance`` is not used."""
        self.model_ = fit_arm(trial, self.outcome, treated=True)
        return self

    def effect(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return P(response | treated), by which customers may be ordered; not an effect."""
        return _fitted(self.model_).predict(x)


def _fitted(model: T | None) -> T:
    if model is None:
        raise UsageError(
            what=phrase("a model that was not fitted"),
            expected=phrase("a call of fit first"),
        )
    return model
