r"""Conditional logit over a customer's candidates, drawn towards a closed form.

The score of a candidate is linear in logarithms of the simple scores, :math:`s_j = z_j^\top w`, and the customer takes
j among the candidates with probability :math:`e^{s_j} / \sum_l e^{s_l}` (D. McFadden, "Conditional logit analysis of
qualitative choice behavior", 1974; as a loss over lists: Z. Cao et al., "Learning to rank: from pairwise approach to listwise approach",
ICML 2007). With :math:`y_j` one over the number taken for what was taken, the weights minimise

.. math:: -\frac1n \sum_u \sum_j y_{uj} \log p_{uj} + \lambda \|D (w - w_0)\|^2

where :math:`w_0` is 1 for the logarithm of the conditional kNN and 0 for the rest, and D the standard deviations of the columns. Without
evidence the ranking is that of the conditional kNN; few windows move it little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ListwiseLogit", "group_starts"]

_LOGARITHMS: Final = {
    "score_knn": 1e-3, "score_ease": 1e-2, "score_moved_short": 1e-3, "score_moved_long": 1e-3, "score_active": 1e-3,
    "growth_1": 0.0, "growth_3": 0.0, "growth_6": 0.0, "growth_13": 0.0, "share_6": 0.0,
    "affinity_0": 0.05, "affinity_1": 0.05, "affinity_2": 0.05, "lately_0": 0.2, "lately_1": 0.2, "lately_2": 0.2,
}  # fmt: skip
"""Features that count by their logarithm, and what is added so that there is one."""
_LEAST_SCALE: Final = 0.1
"""A column that hardly varies where it is learned from may vary later: dividing by less would give it any weight."""
_PLAIN: Final = ("log_holders",)
_PLACES: Final = ("place_knn", "place_ease")


class ListwiseLogit:
    """Weights of a conditional logit.

    Parameters
    ----------
    pull : float
        Lambda: how strongly the weights are drawn towards the conditional kNN.

    Attributes
    ----------
    weights_ : dict of str to float
        By feature.
    """

    kind: ClassVar[str] = "listwise_logit/1"

    def __init__(self, pull: float = 0.5) -> None:
        self.pull = pull

    def fit(
        self,
        features: dict[str, NDArray[np.float64]],
        taken: NDArray[np.bool_],
        group: NDArray[np.int64],
    ) -> ListwiseLogit:
        """Learn from lists.

        Parameters
        ----------
        features : mapping of str to ndarray, shape (n_pairs,)
        taken : ndarray of bool, shape (n_pairs,)
            At least one in every group.
        group : ndarray of int, shape (n_pairs,)
            Increasing; pairs of one list share a number.
        """
        from scipy.optimize import minimize

        names, columns = _columns(features)
        scale = np.maximum(columns.std(axis=0), _LEAST_SCALE)
        scaled = (columns - columns.mean(axis=0)) / scale
        prior = scale * (np.array(names) == "score_knn")
        loss = _loss(scaled, taken, group, prior, self.pull)
        found = minimize(loss, prior, jac=True, method="L-BFGS-B", options={"maxiter": 60}).x / scale
        self.weights_ = dict(zip(names, map(float, found), strict=True))
        return self

    def scores(self, features: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the score of every pair, shape (n_pairs,): comparable within a customer."""
        names, columns = _columns(features)
        total = np.zeros(len(columns))
        # Column by column: a matrix product may round a pair otherwise when it stands among other pairs.
        for place, name in enumerate(names):
            total += columns[:, place] * self.weights_[name]
        return total

    def contributions(self, features: dict[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
        """Return what each feature adds to each pair's score; they sum to the score."""
        names, columns = _columns(features)
        return {name: columns[:, place] * self.weights_[name] for place, name in enumerate(names)}

    def state(self) -> dict[str, Any]:
        """Return what is kept on disk."""
        return {"kind": self.kind, "pull": self.pull, "weights": dict(self.weights_)}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> ListwiseLogit:
        """Return the model of a state."""
        model = cls(float(state["pull"]))
        model.weights_ = {str(name): float(weight) for name, weight in state["weights"].items()}
        return model


def group_starts(group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each run of equal numbers begins.

    Examples
    --------
    >>> group_starts(np.array([4, 4, 7])).tolist()
    [0, 2]
    """
    return np.flatnonzero(np.diff(group, prepend=-1)).astype(np.int64)


def _columns(features: dict[str, NDArray[np.float64]]) -> tuple[list[str], NDArray[np.float64]]:
    logs = {
        name: np.log(np.maximum(features[name], 0.0) + added)
        for name, added in _LOGARITHMS.items()
        if name in features
    }
    plain = {name: features[name] for name in _PLAIN}
    near = {name: -np.log1p(features[name]) for name in _PLACES}
    every = logs | plain | near
    return list(every), np.stack(list(every.values()), axis=1)


def _loss(
    columns: NDArray[np.float64],
    taken: NDArray[np.bool_],
    group: NDArray[np.int64],
    prior: NDArray[np.float64],
    pull: float,
) -> Any:  # noqa: ANN401 - a function for scipy
    starts = group_starts(group)
    number = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(group))))
    share = taken / np.add.reduceat(taken.astype(np.float64), starts)[number]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        score = columns @ weights
        score -= np.maximum.reduceat(score, starts)[number]
        total = np.add.reduceat(np.exp(score), starts)[number]
        away = weights - prior
        value = -(share * (score - np.log(total))).sum() / len(starts) + pull * (away @ away)
        slope = columns.T @ (np.exp(score) / total - share) / len(starts) + 2 * pull * away
        return float(value), slope

    return loss
