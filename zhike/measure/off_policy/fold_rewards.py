r"""Cross-fitted rewards by the candidate that predicts best, and how far the fitted models differ from fold to fold.

Of several models the one with the least held-out loss is taken (the discrete super learner, van der Laan, Polley and Hubbard 2007): the loss is
:math:`-y \log p - (1 - y) \log (1 - p)` of rewards and predictions brought to 0..1 by the log's least and greatest reward. Nothing but the log is looked at, so no
value of the policy can sway the choice.

References
----------
M. van der Laan, E. Polley, A. Hubbard, "Super learner", Statistical Applications in Genetics and Molecular Biology 6(1), 2007.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.measure.off_policy.reward_models import FOLDS, cut, predicted_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zhike.measure.off_policy.logged import LoggedChoices
    from zhike.measure.off_policy.reward_models import RewardModel

__all__ = ["FoldRewards", "fold_rewards"]

_LEAST: Final = 1e-4
"""Predictions count as at least this and at most one less it: one surprise must not decide."""


@dataclass(frozen=True, slots=True)
class FoldRewards:
    r"""Predicted rewards and two means for each fold's model.

    Parameters
    ----------
    predicted : ndarray of float, shape (n, k)
        Each row by models that have not seen it, mean over the cuts.
    direct : ndarray of float, shape (cuts, folds)
        :math:`\tfrac1n \sum_i \hat v^{(k)}_i`, over all rows, of the model fitted without fold k.
    weighted : ndarray of float, shape (cuts, folds)
        :math:`\tfrac1n \sum_i w_i \hat q^{(k)}(x_i, a_i)`.
    model : int
        Position of the candidate that was taken.
    losses : ndarray of float, shape (candidates,)
        Held-out losses on the first cut.
    """

    predicted: NDArray[np.float64]
    direct: NDArray[np.float64]
    weighted: NDArray[np.float64]
    model: int
    losses: NDArray[np.float64]


def fold_rewards(
    models: Sequence[RewardModel],
    log: LoggedChoices,
    rng: np.random.Generator,
    folds: int = FOLDS,
    repeats: int = 1,
) -> FoldRewards:
    """Choose among models on a first cut into folds, then cross-fit the chosen one on as many cuts as wanted.

    Parameters
    ----------
    models : sequence of RewardModel
        Candidates, one at least; of equal ones the first.
    log : LoggedChoices
        With features.
    rng : Generator
        Shuffles rows, or customers where the log has groups, into folds.
    folds, repeats : int
        See `zhike.measure.off_policy.reward_models.cross_fitted`.

    Raises
    ------
    UsageError
        Where there is no candidate, the log has no features, fewer rows or customers than folds, or nothing is to be repeated.
    """
    if not models:
        raise UsageError(what=phrase("no model to choose from"), expected=phrase("1 or more"))
    cuts = cut(log, rng, folds, repeats)
    losses = np.zeros(1)
    if len(models) > 1:
        losses = np.array([_loss(log, predicted_once(one, log, cuts[0])) for one in models])
    chosen = int(np.argmin(losses))
    parts = [_one_cut(models[chosen], log, fold) for fold in cuts]
    predicted, direct, weighted = (np.array(one) for one in zip(*parts, strict=True))
    return FoldRewards(predicted.mean(axis=0), direct, weighted, chosen, losses)


def _one_cut(
    model: RewardModel, log: LoggedChoices, fold: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return held-out predictions, and of each fold's model the two means over all rows."""
    found, means = np.empty((len(log), log.actions)), []
    features, weight = np.asarray(log.features), log.weight
    for one in range(int(fold.max()) + 1):
        held, used = fold == one, fold != one
        table = model.fit(features[used], log.action[used], log.reward[used], log.actions).predict(features)
        found[held] = table[held]
        means.append(((log.evaluation * table).sum(axis=1).mean(), (weight * log.of_chosen(table)).mean()))
    direct, weighted = np.array(means).T
    return found, direct, weighted


def _loss(log: LoggedChoices, predicted: NDArray[np.float64]) -> float:
    low, span = float(log.reward.min()), float(np.ptp(log.reward)) or 1.0
    share = (log.reward - low) / span
    chance = np.clip((log.of_chosen(predicted) - low) / span, _LEAST, 1.0 - _LEAST)
    return float(-np.mean(share * np.log(chance) + (1.0 - share) * np.log1p(-chance)))
