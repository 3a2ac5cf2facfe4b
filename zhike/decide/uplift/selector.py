"""Which order of customers to use: the effects' if it is better than the response's on folds that it did not see.

Learners of an effect differ less from each other than each does from one sample to the next, so those given are standardised and
averaged. The question asked of the data first is the one that decides whether anything is gained at all:

    D = rate(mean of the effects) - rate(response ranking),

both ranked fold by fold with models fitted on the other folds (`zhike.decide.uplift.ranking`). Unless D is above ``least`` standard errors,
the response ranking is used, which needs no comparison group and is often as good. Where the effects are ahead there is a
signal, and one learner that draws effects together less may see more of it: it is used alone if its rate is above the mean's.

The rule is fixed beforehand and looks at nothing but the trial it is given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.decide.uplift.learners import DRLearner, ResponseRanking, SLearner, TLearner
from zhike.decide.uplift.nuisance import cross_fit
from zhike.decide.uplift.ranking import RankingValue, Weighting, rate
from zhike.decide.uplift.regressions import BoostedTrees, Logistic, Ridge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.decide.uplift.learners import Learner
    from zhike.decide.uplift.nuisance import Nuisance
    from zhike.decide.uplift.regressions import Regression
    from zhike.decide.uplift.trial import Trial

__all__ = ["EffectSelector", "EffectsTogether", "fit_all", "usual_learners"]


def usual_learners() -> dict[str, Learner]:
    """Return one learner of each kind, so that they err in different ways: a linear one, trees, and a doubly robust one."""
    return {
        "t_logistic": TLearner(Logistic()),
        "s_trees": SLearner(BoostedTrees()),
        "dr_ridge": DRLearner(Logistic(), Ridge(0.1)),
    }


def fit_all(
    learners: Mapping[str, Learner],
    trial: Trial,
    known: Mapping[Regression, Nuisance] | None = None,
) -> None:
    """Fit learners to one trial, each outcome model that they share only once.

    Parameters
    ----------
    learners : mapping of str to Learner
    trial : Trial
    known : mapping of Regression to Nuisance, optional
        What was cross-fitted before.
    """
    found = dict(known or {})
    for learner in learners.values():
        shared = learner.shared
        if shared is not None and shared not in found:
            found[shared] = cross_fit(trial, shared)
        learner.fit(trial, None if shared is None else found[shared])


@dataclass(slots=True)
class EffectsTogether:
    """The mean of several learners' effects, each standardised over the customers of the trial.

    Parameters
    ----------
    learners : mapping of str to Learner

    Notes
    -----
    ``effect`` has mean 0 and no unit: it orders customers and does not say what an action is worth to them.
    """

    learners: Mapping[str, Learner] = field(default_factory=usual_learners)
    scale_: dict[str, tuple[float, float]] = field(default_factory=dict, init=False)

    @property
    def shared(self) -> Regression | None:
        """None: every learner brings its own."""
        return None

    def fit(self, trial: Trial, nuisance: Nuisance | None = None) -> Self:  # noqa: ARG002
        """Fit every learner; ``nuisance`` is not used."""
        fit_all(self.learners, trial)
        self.scale_ = {name: _scale(one.effect(trial.x)) for name, one in self.learners.items()}
        return self

    def effect(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean of the standardised effects for features of shape (n, n_features)."""
        parts = [
            (self.learners[name].effect(x) - middle) / spread
            for name, (middle, spread) in self.scale_.items()
        ]
        return np.asarray(np.mean(parts, axis=0))


def _scale(effect: NDArray[np.float64]) -> tuple[float, float]:
    # A learner that sees no differences has nothing to say, and must not be blown up.
    spread = float(effect.std())
    return float(effect.mean()), spread if spread > 1e-12 else np.inf  # noqa: PLR2004


@dataclass(slots=True)
class EffectSelector:
    """Orders customers by the effects together, by one learner alone, or by response where that is not beaten.

    Parameters
    ----------
    effects, alone, response : Learner
    outcome : Regression
        Of the outcome; for the doubly robust scores that both are held against.
    weighting : str
        ``qini`` or ``autoc``.
    least : float
        Standard errors by which the effects must be ahead. 0 takes what looks better; 1.64 asks for proof.

    Attributes
    ----------
    advantage_ : RankingValue
        Rate of the effects less that of the response.
    rates_ : dict of str to RankingValue
        By the names ``effects``, ``alone`` and ``response``.
    chosen_ : str
        One of these names.
    """

    effects: Learner = field(default_factory=EffectsTogether)
    alone: Learner = field(default_factory=lambda: TLearner(Logistic()))
    response: Learner = field(default_factory=lambda: ResponseRanking(Logistic()))
    outcome: Regression = field(default_factory=Logistic)
    weighting: Weighting = "qini"
    least: float = 0.0
    rates_: dict[str, RankingValue] = field(default_factory=dict, init=False)
    chosen_: str = field(default="", init=False)

    @property
    def shared(self) -> Regression | None:
        """The outcome model."""
        return self.outcome

    @property
    def advantage_(self) -> RankingValue:
        """Rate of the effects less that of the response, paired by row."""
        return self.rates_["effects"] - self.rates_["response"]

    def fit(self, trial: Trial, nuisance: Nuisance | None = None) -> Self:
        """Compare on the trial's folds, then fit what was chosen to all of it.

        Raises
        ------
        UsageError
            Where the trial has fewer than three folds: what is fitted without one of them is itself cross-fitted.
        """
        if len(trial.folds()) < 3:  # noqa: PLR2004
            raise UsageError(
                what=phrase("a trial of {count} folds", count=len(trial.folds())),
                expected=phrase("three folds or more"),
            )
        scores = (nuisance or cross_fit(trial, self.outcome)).scores(trial)
        self.rates_ = self._compared(trial, scores)
        ahead = self.advantage_
        if ahead.value > self.least * ahead.error:
            self.chosen_ = max("effects", "alone", key=lambda name: self.rates_[name].value)
        else:
            self.chosen_ = "response"
        self._chosen().fit(trial)
        return self

    def effect(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what customers are ordered by, for features of shape (n, n_features)."""
        return self._chosen().effect(x)

    def _chosen(self) -> Learner:
        if not self.chosen_:
            raise UsageError(
                what=phrase("a model that was not fitted"),
                expected=phrase("a call of fit first"),
            )
        return self._orders()[self.chosen_]

    def _orders(self) -> dict[str, Learner]:
        return {"effects": self.effects, "alone": self.alone, "response": self.response}

    def _compared(self, trial: Trial, scores: NDArray[np.float64]) -> dict[str, RankingValue]:
        """Return each order's rate: the mean over folds of the rate within the fold, weighted by its rows."""
        orders = self._orders()
        value = dict.fromkeys(orders, 0.0)
        influence = {name: np.empty(len(trial)) for name in orders}
        for fold in trial.folds():
            others = trial.rows(~fold)
            for name, learner in orders.items():
                found = rate(learner.fit(others).effect(trial.x[fold]), scores[fold], self.weighting)
                value[name] += found.value * float(fold.mean())
                influence[name][fold] = found.influence
        return {name: RankingValue(value[name], influence[name]) for name in orders}
