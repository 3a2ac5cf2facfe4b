"""Which order of customers to use: the effects' as far as it is better than the response's on folds that it did not see.

Learners of an effect differ less from each other than each does from one sample to the next, so those given are standardised and
averaged. The question asked of the data first is the one that decides whether anything is gained at all:

    D = rate(mean of the effects) - rate(response ranking),

both ranked fold by fold with models fitted on the other folds (`zhike.decide.uplift.ranking`), over several cuts into folds, averaged. A
hard choice by the sign of D is wrong as often as D is small beside its error, and each wrong choice costs the whole difference. So the
two standardised orders are mixed by how sure the comparison is:

    share of the effects  s = Phi(D / error - least),      of the response ranking  1 - s.

Such weights are those of bagging, which makes of a choice its mean over samples. The response ranking needs no comparison group and is often
as good: ``least`` is the start it is given.

The rule is fixed beforehand and looks at nothing but the trial it is given.

References
----------
L. Breiman, "Bagging predictors", Machine Learning 24, 1996; P. Bühlmann and B. Yu, "Analyzing bagging", Annals of Statistics 30,
2002 (the bagged sign of an estimate is Phi of its standardised value).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.decide.uplift.learners import ResponseRanking, TLearner
from zhike.decide.uplift.nuisance import cross_fit
from zhike.decide.uplift.ranking import RankingValue, Weighting, rate
from zhike.decide.uplift.regressions import Logistic
from zhike.decide.uplift.shrunken_effect import ShrunkenEffect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.decide.uplift.learners import Learner
    from zhike.decide.uplift.nuisance import Nuisance
    from zhike.decide.uplift.regressions import Regression
    from zhike.decide.uplift.trial import Trial

__all__ = ["EffectSelector", "EffectsTogether", "fit_all", "usual_learners"]

_NO_ERROR: Final = 1e-15
"""Keeps the lead of an order over an equal one, 0 with error 0, a number."""


def usual_learners() -> dict[str, Learner]:
    """Return a regression an arm, and one in which the arms differ only as far as the data speak for it."""
    return {"t_logistic": TLearner(Logistic()), "shrunken": ShrunkenEffect()}


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
    """Orders customers by the effects together and by response, each as far as the trial speaks for it.

    Parameters
    ----------
    effects, response : Learner
    outcome : Regression
        Of the outcome; for the doubly robust scores that both are held against.
    weighting : str
        ``qini`` or ``autoc``.
    least : float
        Standard errors by which the effects must be ahead to count as much as the response; with many they count for nothing.

    Attributes
    ----------
    advantage_ : RankingValue
        Rate of the effects less that of the response.
    rates_ : dict of str to RankingValue
        By the names ``effects`` and ``response``; means over the cuts.
    shares_ : dict of str to float
        By these names, 1 together.
    """

    effects: Learner = field(default_factory=EffectsTogether)
    response: Learner = field(default_factory=lambda: ResponseRanking(Logistic()))
    outcome: Regression = field(default_factory=Logistic)
    weighting: Weighting = "qini"
    least: float = 0.25
    rates_: dict[str, RankingValue] = field(default_factory=dict, init=False)
    shares_: dict[str, float] = field(default_factory=dict, init=False)
    scale_: dict[str, tuple[float, float]] = field(default_factory=dict, init=False)

    @property
    def shared(self) -> Regression | None:
        """The outcome model."""
        return self.outcome

    @property
    def advantage_(self) -> RankingValue:
        """Rate of the effects less that of the response, paired by row."""
        return self.rates_["effects"] - self.rates_["response"]

    @property
    def chosen_(self) -> str:
        """The order with the largest share."""
        return max(self.shares_, key=self.shares_.__getitem__)

    def fit(
        self, trial: Trial, nuisance: Nuisance | None = None, cuts: Sequence[NDArray[np.int64]] = ()
    ) -> Self:
        """Compare on the trial's folds, then fit both orders to all of it.

        Parameters
        ----------
        trial : Trial
        nuisance : Nuisance, optional
            See `Learner`; of the trial's own folds.
        cuts : sequence of ndarray of int, shape (n,)
            Further cuts of the rows into folds. The comparison is repeated on each, and the mean is less a matter of the cut.

        Raises
        ------
        UsageError
            Where a cut has fewer than three folds: what is fitted without one of them is itself cross-fitted.
        """
        trials = [trial, *(replace(trial, fold=cut) for cut in cuts)]
        for one in trials:
            if len(one.folds()) < 3:  # noqa: PLR2004
                raise UsageError(
                    what=phrase("a trial of {count} folds", count=len(one.folds())),
                    expected=phrase("three folds or more"),
                )
        known = [
            nuisance or cross_fit(trial, self.outcome),
            *(cross_fit(o, self.outcome) for o in trials[1:]),
        ]
        self.rates_ = _mean([self._compared(o, k.scores(o)) for o, k in zip(trials, known, strict=True)])
        effects = _sureness(self.advantage_, self.least)
        self.shares_ = {"effects": effects, "response": 1.0 - effects}
        for name, learner in self._orders().items():
            self.scale_[name] = _scale(learner.fit(trial).effect(trial.x))
        return self

    def effect(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what customers are ordered by, for features of shape (n, n_features); it has no unit."""
        if not self.shares_:
            raise UsageError(
                what=phrase("a model that was not fitted"),
                expected=phrase("a call of fit first"),
            )
        found = np.zeros(len(x))
        for name, learner in self._orders().items():
            middle, spread = self.scale_[name]
            found += self.shares_[name] * (learner.effect(x) - middle) / spread
        return found

    def _orders(self) -> dict[str, Learner]:
        return {"effects": self.effects, "response": self.response}

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


def _mean(cuts: list[dict[str, RankingValue]]) -> dict[str, RankingValue]:
    """Return the mean over cuts, of values and of each row's influence."""
    return {
        name: RankingValue(
            float(np.mean([cut[name].value for cut in cuts])),
            np.asarray(np.mean([cut[name].influence for cut in cuts], axis=0)),
        )
        for name in cuts[0]
    }


def _sureness(lead: RankingValue, least: float) -> float:
    """Return Phi of a lead in standard errors less ``least``."""
    from scipy.special import ndtr

    return float(ndtr(lead.value / max(lead.error, _NO_ERROR) - least))
