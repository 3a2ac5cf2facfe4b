"""The adaptive naive Bayes that banks know from decisioning suites: the baseline every other propensity has to beat.

For a predictor with n bins, p and q the positives and negatives of the row's bin, P and N those of all rows:

    contribution = log(p + 1/n) - log(q + 1/n) - log(1 + P) + log(1 + N)
    score        = (log(1 + P) - log(1 + N) + sum of contributions) / (1 + number of active predictors)
    propensity   = (1/2 + positives) / (1 + all)  of the score's bin

as Pega publishes it for its Adaptive Decision Manager (notebook ADM Explained of pega-datascientist-tools). A predictor is
active where the AUC of its bins reaches ``least_auc``. What the suite does besides, grouping of correlated predictors and
its own search for bins, is not copied: bins come from ``LevelCodes``, score bins hold equal numbers of past rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["AdaptiveBayes", "bin_auc", "contribution"]


def contribution(
    positives: NDArray[np.float64], negatives: NDArray[np.float64], bins: NDArray[np.int64] | int
) -> NDArray[np.float64]:
    """Return the contribution of each bin of one predictor, in logits.

    Parameters
    ----------
    positives, negatives : ndarray of shape (n_bins,)
        Weighted counts.
    bins : int or ndarray
        Number of bins that the smoothing is spread over.

    Examples
    --------
    >>> contribution(np.array([3.0, 1.0]), np.array([1.0, 3.0]), 2).round(4).tolist()
    [0.8473, -0.8473]
    """
    spread = 1.0 / np.asarray(bins, dtype=np.float64)
    together = np.log1p(negatives.sum()) - np.log1p(positives.sum())
    return np.asarray(np.log(positives + spread) - np.log(negatives + spread) + together, dtype=np.float64)


def bin_auc(positives: NDArray[np.float64], negatives: NDArray[np.float64]) -> float:
    """Return the AUC of a predictor whose bins are ranked by their share of positives; 1/2 without both outcomes."""
    both = positives.sum() * negatives.sum()
    if both == 0:
        return 0.5
    share = positives / np.maximum(positives + negatives, 1e-12)
    order = np.argsort(share, kind="stable")
    below = np.cumsum(negatives[order]) - negatives[order]
    return float((positives[order] * (below + negatives[order] / 2)).sum() / both)


@dataclass
class AdaptiveBayes:
    """Counting model over coded predictors.

    Parameters
    ----------
    sizes : tuple of int
        Number of codes of each predictor, as ``LevelCodes.sizes`` gives them.
    least_auc : float
        Predictors whose bins rank worse are not active.
    score_bins : int
    memory : int
        Past rows that the score bins rest on. Rows learned in one batch are scored by the counts before the batch, so learn in
        batches: after a single one every row has the base rate.
    """

    sizes: tuple[int, ...]
    least_auc: float = 0.52
    score_bins: int = 20
    memory: int = 5000

    kind: ClassVar[str] = "adaptive_bayes/1"

    positives_: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    negatives_: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    total_: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    past_: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    table_: NDArray[np.float64] = field(init=False, repr=False, compare=False)

    def fit(
        self,
        codes: NDArray[np.int64],
        y: NDArray[np.float64],
        sample_weight: NDArray[np.float64] | None = None,
    ) -> Self:
        """Forget everything and count these rows."""
        self._begin()
        return self.partial_fit(codes, y, sample_weight)

    def partial_fit(
        self,
        codes: NDArray[np.int64],
        y: NDArray[np.float64],
        sample_weight: NDArray[np.float64] | None = None,
    ) -> Self:
        """Count further rows; a row's place among the score bins is its score before it was counted.

        Parameters
        ----------
        codes : ndarray of int, shape (n_rows, n_predictors)
        y : ndarray of float, shape (n_rows,)
            Outcome, 0 to 1.
        sample_weight : ndarray of float, shape (n_rows,), optional
            0 for a row that is no observation.
        """
        if not hasattr(self, "positives_"):
            self._begin()
        weight = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        seen = np.column_stack([self.scores(codes), weight * y, weight * (1.0 - y)])
        self.past_ = np.concatenate([self.past_, seen[weight > 0]])[-self.memory :]
        at = codes + self._starts()
        np.add.at(self.positives_, at, (weight * y)[:, None])
        np.add.at(self.negatives_, at, (weight * (1.0 - y))[:, None])
        self.total_ += np.array([(weight * y).sum(), (weight * (1.0 - y)).sum()])
        self.table_, self.active_ = self._table()
        return self

    def scores(self, codes: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the score of each row, shape (n_rows,)."""
        if not hasattr(self, "positives_"):
            self._begin()
        positives, negatives = np.log1p(self.total_)
        added = self.table_[codes + self._starts()].sum(axis=1)
        return np.asarray((positives - negatives + added) / (1.0 + self.active_), dtype=np.float64)

    def parts(self, codes: NDArray[np.int64]) -> tuple[float, NDArray[np.float64]]:
        """Return what the base rate adds to a score, and what each predictor does, shape (n_rows, n_predictors)."""
        positives, negatives = np.log1p(self.total_)
        below = 1.0 + self.active_
        return float((positives - negatives) / below), np.asarray(self.table_[codes + self._starts()] / below)

    def predict_proba(self, codes: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return P(no) and P(yes), shape (n_rows, 2)."""
        scores = self.scores(codes)
        edges = self._score_edges()
        place = np.searchsorted(edges, self.past_[:, 0], side="right")
        won = np.bincount(place, weights=self.past_[:, 1], minlength=len(edges) + 1)
        lost = np.bincount(place, weights=self.past_[:, 2], minlength=len(edges) + 1)
        yes = ((0.5 + won) / (1.0 + won + lost))[np.searchsorted(edges, scores, side="right")]
        return np.column_stack([1.0 - yes, yes])

    def state(self) -> dict[str, Any]:
        """Return counts and the past rows' scores."""
        if not hasattr(self, "positives_"):
            self._begin()
        return {
            "kind": self.kind,
            "parameters": {"sizes": list(self.sizes), "least_auc": self.least_auc, "score_bins": self.score_bins, "memory": self.memory},
            "positives": self.positives_,
            "negatives": self.negatives_,
            "total": self.total_,
            "past": self.past_,
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the model of such a state; it goes on counting where the other stopped."""
        model = cls(**{**state["parameters"], "sizes": tuple(state["parameters"]["sizes"])})
        model._begin()
        model.positives_, model.negatives_ = state["positives"].copy(), state["negatives"].copy()
        model.total_, model.past_ = state["total"].copy(), state["past"].copy()
        model.table_, model.active_ = model._table()
        return model

    def _begin(self) -> None:
        cells = int(sum(self.sizes))
        self.positives_, self.negatives_ = np.zeros(cells), np.zeros(cells)
        self.total_ = np.zeros(2)
        self.past_ = np.zeros((0, 3))
        self.table_, self.active_ = np.zeros(cells), 0

    def _starts(self) -> NDArray[np.int64]:
        return np.concatenate([[0], np.cumsum(self.sizes)[:-1]]).astype(np.int64)

    def _table(self) -> tuple[NDArray[np.float64], int]:
        """Return the contribution of every bin, 0 for predictors that are not active, and how many are."""
        table, active = np.zeros(len(self.positives_)), 0
        for start, size in zip(self._starts(), self.sizes, strict=True):
            part = slice(start, start + size)
            if bin_auc(self.positives_[part], self.negatives_[part]) >= self.least_auc:
                table[part] = contribution(self.positives_[part], self.negatives_[part], size)
                active += 1
        return table, active

    def _score_edges(self) -> NDArray[np.float64]:
        if not len(self.past_):
            return np.zeros(0)
        inner = np.linspace(0, 1, self.score_bins + 1)[1:-1]
        return np.unique(np.quantile(self.past_[:, 0], inner))
