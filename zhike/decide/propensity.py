"""First recommenders: closed-form scores from who holds what, and their calibration to a probability.

With holdings X (customers x products, 0/1), counts n and co-counts G = X'X:

popularity          s_uj = n_j / N
conditional kNN     s_uj = sum over held i of G_ij / n_i            (P(holds j | holds i), summed)
EASE                s_u  = x_u B,  B = I - P diag(P)^-1,  P = (G + ridge I)^-1, diagonal of B zero
blend               mean of the within-customer ranks of conditional kNN and EASE, scaled to (0, 1]

EASE: H. Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019. The conditional kNN is the item
similarity P(j|i) of M. Deshpande and G. Karypis, "Item-based top-N recommendation algorithms", TOIS 22(1), 2004.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from zhike.decide.policy import Policy

__all__ = [
    "Calibration",
    "ConditionalKNN",
    "Ease",
    "Popularity",
    "RankBlend",
    "Recommender",
    "recommender_of",
]

_TIE_WEIGHT = 1e-9
"""Weight of popularity beside a score: it orders products that the score cannot tell apart, and nothing else."""


class Recommender(Protocol):
    """Scores products for customers from their holdings."""

    def fit(self, holdings: csr_matrix) -> Recommender:
        """Learn from holdings of shape (n_customers, n_products), 0/1; return self."""
        ...

    def scores(self, holdings: csr_matrix) -> NDArray[np.float64]:
        """Return scores of shape (n_customers, n_products); higher is better, order within a customer counts."""
        ...

    def item_weights(self) -> NDArray[np.float64] | None:
        """Return what holding a product (row) adds to another's score (column); None when scores do not add up."""
        ...


class Popularity:
    """Every product's share of holders, the same for every customer: the baseline.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> Popularity().fit(csr_matrix([[1, 0], [1, 1]])).scores(csr_matrix([[0, 0]])).tolist()
    [[1.0, 0.5]]
    """

    def fit(self, holdings: csr_matrix) -> Popularity:
        """Count the holders of every product."""
        rows = max(holdings.shape[0], 1)
        self.share_ = np.asarray(holdings.sum(axis=0), dtype=np.float64).ravel() / rows
        return self

    def scores(self, holdings: csr_matrix) -> NDArray[np.float64]:
        """Return the same row for every customer."""
        return np.broadcast_to(self.share_, holdings.shape).copy()

    def item_weights(self) -> None:
        """Return None: the score does not depend on what a customer holds."""


class _ItemModel:
    """Scores that are linear in the customer's holdings; a customer without any gets popularity."""

    share_: NDArray[np.float64]
    weights_: NDArray[np.float64]

    def scores(self, holdings: csr_matrix) -> NDArray[np.float64]:
        """Return holdings times item weights, ties ordered by popularity."""
        scores = np.asarray(holdings @ self.weights_, dtype=np.float64) + _TIE_WEIGHT * self.share_
        bare = np.asarray(holdings.sum(axis=1)).ravel() == 0
        scores[bare] = self.share_
        return scores

    def item_weights(self) -> NDArray[np.float64]:
        """Return what holding a product (row) adds to the score of another (column)."""
        return self.weights_

    def _co_counts(self, holdings: csr_matrix) -> NDArray[np.float64]:
        self.share_ = Popularity().fit(holdings).share_
        return np.asarray((holdings.T @ holdings).toarray(), dtype=np.float64)


class ConditionalKNN(_ItemModel):
    """Sum over the products held of P(holds j | holds i).

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> model = ConditionalKNN().fit(csr_matrix([[1, 1, 0], [1, 0, 0], [1, 1, 1]]))
    >>> model.scores(csr_matrix([[1, 0, 0]])).round(3).tolist()
    [[0.0, 0.667, 0.333]]
    """

    def fit(self, holdings: csr_matrix) -> ConditionalKNN:
        """Count pairs of products held together."""
        together = self._co_counts(holdings)
        held = np.diag(together).copy()
        self.weights_ = together / np.maximum(held, 1.0)[:, None]
        np.fill_diagonal(self.weights_, 0.0)
        return self


class Ease(_ItemModel):
    """Ridge regression of every product on all others, in closed form.

    Parameters
    ----------
    ridge : float
        Added to the diagonal of the co-counts; larger is smoother.
    """

    def __init__(self, ridge: float = 1000.0) -> None:
        self.ridge = ridge

    def fit(self, holdings: csr_matrix) -> Ease:
        """Invert the regularised co-counts."""
        together = self._co_counts(holdings)
        inverse = np.linalg.inv(together + self.ridge * np.eye(len(together)))
        self.weights_ = inverse / -np.diag(inverse)
        np.fill_diagonal(self.weights_, 0.0)
        return self


class RankBlend:
    """Mean of the ranks that several recommenders give, within each customer."""

    def __init__(self, *members: Recommender) -> None:
        self.members = members

    def fit(self, holdings: csr_matrix) -> RankBlend:
        """Fit every member."""
        for member in self.members:
            member.fit(holdings)
        return self

    def scores(self, holdings: csr_matrix) -> NDArray[np.float64]:
        """Return mean ranks scaled to (0, 1]."""
        from scipy.stats import rankdata

        ranks = [rankdata(member.scores(holdings), axis=1) for member in self.members]
        return np.asarray(np.mean(ranks, axis=0) / max(holdings.shape[1], 1), dtype=np.float64)

    def item_weights(self) -> None:
        """Return None: ranks do not add up."""


def recommender_of(policy: Policy) -> Recommender:
    """Return the unfitted recommender that a policy names."""
    ease, knn = Ease(policy.ridge), ConditionalKNN()
    known: dict[str, Recommender] = {
        "conditional_knn": knn,
        "ease": ease,
        "blend": RankBlend(knn, ease),
        "popularity": Popularity(),
    }
    return known[policy.recommender]


class Calibration:
    """From a score to P(takes the product within the horizon): isotonic over equal-sized bins of past scores.

    Parameters
    ----------
    bins : int
        Bins over the scores; ties stay in one bin.

    Notes
    -----
    Fitted on a closed window: the recommender learns from what was known before it, outcomes are what customers took
    within it. The rate of a bin is (takers + p) / (pairs + 1), p the rate of all pairs, pooled until it never falls with
    the score. Half a taker a bin instead of p would outweigh the takers where they are few.
    """

    kind: ClassVar[str] = "calibration/1"

    def __init__(self, bins: int = 200) -> None:
        self.bins = bins

    def fit(self, scores: NDArray[np.float64], taken: NDArray[np.bool_]) -> Calibration:
        """Learn from scores and outcomes of shape (n_pairs,)."""
        from scipy.optimize import isotonic_regression

        edges = (
            np.unique(np.quantile(scores, np.linspace(0, 1, self.bins + 1))) if scores.size else np.zeros(1)
        )
        inside = np.clip(np.searchsorted(edges, scores, side="right") - 1, 0, len(edges) - 1)
        pairs = np.bincount(inside, minlength=len(edges)).astype(np.float64)
        takers = np.bincount(inside, weights=taken, minlength=len(edges))
        rates = (takers + takers.sum() / max(pairs.sum(), 1.0)) / (pairs + 1.0)
        self.edges_ = edges
        self.rates_ = np.asarray(isotonic_regression(rates, weights=pairs + 1.0).x, dtype=np.float64)
        return self

    def propensity(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of every score, in the scores' shape."""
        place = np.clip(np.searchsorted(self.edges_, scores, side="right") - 1, 0, len(self.edges_) - 1)
        return np.asarray(self.rates_[place], dtype=np.float64)

    def state(self) -> dict[str, Any]:
        """Return what was learnt, as it is kept (`zhike.learn.stored_model`)."""
        return {"bins": self.bins, "edges": self.edges_, "rates": self.rates_}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the calibration of such a state."""
        found = cls(state["bins"])
        found.edges_ = np.asarray(state["edges"], dtype=np.float64)
        found.rates_ = np.asarray(state["rates"], dtype=np.float64)
        return found


def ranked_top(scores: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """Return the columns of the k best scores of every row, best first; ties by column.

    Parameters
    ----------
    scores : ndarray of shape (n, m)
        ``-inf`` where a product is no candidate.

    Returns
    -------
    ndarray of shape (n, k)
        Column indices, -1 beyond the last candidate.

    Examples
    --------
    >>> ranked_top(np.array([[0.1, 0.3, 0.3, -np.inf]]), 4).tolist()
    [[1, 2, 0, -1]]
    """
    order: NDArray[Any] = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    best = np.take_along_axis(scores, order, axis=1)
    return np.where(np.isneginf(best), -1, order).astype(np.int64)
