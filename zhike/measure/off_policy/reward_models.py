r"""Models of the reward of every action, fitted without the rows they are asked about (cross-fitting).

A model that has seen the reward it predicts makes residuals too small, and doubly robust estimates biased. Rows are cut into folds;
each fold is predicted by a model fitted on the others (Chernozhukov et al. 2018; Narita, Yasui, Yata 2021). Rows of a customer
stay together.

References
----------
V. Chernozhukov et al., "Double/debiased machine learning for treatment and structural parameters", Econometrics Journal 21, 2018.
Y. Narita, S. Yasui, K. Yata, "Debiased off-policy evaluation for recommendation systems", RecSys 2021.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.measure.off_policy.ridge_logistic import RidgeLogistic
from zhike.measure.off_policy.standardising import Standardised, UnitRewards

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.measure.off_policy.logged import LoggedChoices

__all__ = ["BoostedRewards", "PerActionLogistic", "RewardModel", "cross_fitted", "cut", "predicted_once"]

FOLDS: Final = 3
_FEATURES_A_UNIT: Final = 160.0
"""Features for a penalty of one."""


class RewardModel(Protocol):
    """What predicts rewards of all actions."""

    def fit(
        self,
        features: NDArray[np.float64],
        action: NDArray[np.int64],
        reward: NDArray[np.float64],
        actions: int,
    ) -> Self:
        """Learn from rows of shape (n, d), (n,) and (n,), for so many actions; return itself."""

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return predicted rewards of shape (n, actions)."""


@dataclass
class PerActionLogistic:
    r"""A ridge logistic regression for every action on the rows that chose it.

    Rewards are brought to 0..1 by the least and the greatest seen; between them the fit is one of quasi-likelihood (Papke and
    Wooldridge 1996). An action that no row chose is predicted with the mean of all.

    Parameters
    ----------
    penalty : float or None
        :math:`\lambda` of :math:`\tfrac{\lambda}{2} \lVert \beta \rVert^2` on standardised features; None for :math:`d / 160` with
        :math:`d` features. The variance that coefficients of prior variance :math:`1 / \lambda` give to the logit grows with
        :math:`d`, so the penalty does too.
    """

    penalty: float | None = None
    models_: list[RidgeLogistic | None] = field(init=False, repr=False)

    def fit(
        self,
        features: NDArray[np.float64],
        action: NDArray[np.int64],
        reward: NDArray[np.float64],
        actions: int,
    ) -> Self:
        """Learn; see `RewardModel`."""
        self.rewards_, self.scale_ = UnitRewards.of(reward), Standardised.of(features)
        share, scaled = self.rewards_.share(reward), self.scale_(features)
        penalty = features.shape[1] / _FEATURES_A_UNIT if self.penalty is None else self.penalty
        self.models_ = [
            RidgeLogistic(penalty).fit(scaled[rows], share[rows]) if len(rows) else None
            for rows in (np.flatnonzero(action == one) for one in range(actions))
        ]
        return self

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return predicted rewards; see `RewardModel`."""
        scaled, found = self.scale_(features), np.full((len(features), len(self.models_)), self.rewards_.mean)
        for place, model in enumerate(self.models_):
            if model is not None:
                found[:, place] = self.rewards_.reward(model.predict(scaled))
        return found


@dataclass
class BoostedRewards:
    """One LightGBM regression over all actions, the action among its features as a category.

    Parameters
    ----------
    rounds, leaves, least : int
        Trees, leaves of a tree, and rows of a leaf.
    rate : float
        Learning rate.
    seed : int
    """

    rounds: int = 100
    leaves: int = 15
    least: int = 20
    rate: float = 0.05
    seed: int = 0
    model_: Any = field(init=False, repr=False)

    def fit(
        self,
        features: NDArray[np.float64],
        action: NDArray[np.int64],
        reward: NDArray[np.float64],
        actions: int,
    ) -> Self:
        """Learn; see `RewardModel`."""
        import lightgbm

        self.actions_ = actions
        table = np.column_stack([features, action])
        data = lightgbm.Dataset(
            table, reward, categorical_feature=[features.shape[1]], params={"verbose": -1}
        )
        settings = {
            "objective": "regression", "num_leaves": self.leaves, "min_data_in_leaf": self.least, "learning_rate": self.rate,
            "seed": self.seed, "num_threads": 1, "verbose": -1, "deterministic": True, "cat_smooth": 1.0, "min_data_per_group": 1,
        }  # fmt: skip
        self.model_ = lightgbm.train(settings, data, num_boost_round=self.rounds)
        return self

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return predicted rewards; see `RewardModel`."""
        n = len(features)
        columns = [
            self.model_.predict(np.column_stack([features, np.full(n, one)]), num_threads=1)
            for one in range(self.actions_)
        ]
        return np.column_stack(columns)


def cross_fitted(
    model: RewardModel, log: LoggedChoices, rng: np.random.Generator, folds: int = FOLDS, repeats: int = 1
) -> NDArray[np.float64]:
    """Return rewards of shape (n, k), each row predicted by a model that has not seen it.

    Parameters
    ----------
    model : RewardModel
        Fitted anew for every fold.
    log : LoggedChoices
        With features.
    rng : Generator
        Shuffles rows, or customers where the log has groups, into folds.
    folds : int
        At least 2 and at most the rows or customers.
    repeats : int
        Cuts into folds, 1 or more. Predictions are the mean over them, so that the estimate hangs less on the cut.

    Raises
    ------
    UsageError
        Where the log has no features, fewer rows or customers than folds, or nothing is to be repeated.
    """
    cuts = cut(log, rng, folds, repeats)
    return np.asarray(np.mean([predicted_once(model, log, fold) for fold in cuts], axis=0))


def cut(log: LoggedChoices, rng: np.random.Generator, folds: int, repeats: int) -> list[NDArray[np.int64]]:
    """Return the fold of every row for each cut, arrays of shape (n,); arguments and refusals as of `cross_fitted`."""
    if log.features is None:
        raise UsageError(
            what=phrase("a log without features"), expected=phrase("features, or an estimator without model")
        )
    if repeats < 1:
        raise UsageError(
            what=phrase("{repeats} cuts into folds", repeats=repeats), expected=phrase("1 or more")
        )
    return [_folds(log, rng, folds) for _ in range(repeats)]


def predicted_once(model: RewardModel, log: LoggedChoices, fold: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return rewards of shape (n, k), each fold of a `cut` by the model fitted on the others."""
    found, features = np.empty((len(log), log.actions)), np.asarray(log.features)
    for one in np.unique(fold):
        held, used = fold == one, fold != one
        fitted = model.fit(features[used], log.action[used], log.reward[used], log.actions)
        found[held] = fitted.predict(features[held])
    return found


def _folds(log: LoggedChoices, rng: np.random.Generator, folds: int) -> NDArray[np.int64]:
    names = np.arange(len(log)) if log.group is None else np.unique(log.group, return_inverse=True)[1]
    units = int(names.max()) + 1
    if not 2 <= folds <= units:  # noqa: PLR2004 - one fold is no cross-fitting
        raise UsageError(
            what=phrase("{folds} folds of {units} rows or customers", folds=folds, units=units),
            expected=phrase("2 or more, each with some"),
        )
    return np.asarray((rng.permutation(units) % folds)[names], dtype=np.int64)
