"""Features of a customer and a product that they do not hold, as known at the step of a snapshot.

Only a pool is described: the products that one of the simple scores puts near the top. The rest keeps its place below the pool. Every
number comes from the snapshot, from the customer's own purchases until its step and from the product's groups, so nothing here can look ahead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.decide.ranking.snapshots import RECENT, taken_lately

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.ranking.closed_windows import History
    from zhike.decide.ranking.snapshots import Snapshot

__all__ = ["CandidatePool", "candidate_pool", "places"]

_TIE: Final = 1e-9
_DEPTH: Final = {"knn": 20, "ease": 20, "recent": 10, "moved_short": 10}
"""How far down each simple score the pool goes."""


@dataclass(frozen=True, slots=True)
class CandidatePool:
    """Pairs to rank, sorted by customer.

    Parameters
    ----------
    row : ndarray of int, shape (n_pairs,)
        Place of the customer among those asked for.
    product : ndarray of int, shape (n_pairs,)
    features : mapping of str to ndarray, shape (n_pairs,)
    simple : mapping of str to ndarray, shape (n_rows, n_products)
        The closed forms' scores of all pairs, ``-inf`` where the product is no candidate.
    """

    row: NDArray[np.int64]
    product: NDArray[np.int64]
    features: dict[str, NDArray[np.float64]]
    simple: dict[str, NDArray[np.float64]]


def candidate_pool(
    history: History,
    seen: Snapshot,
    rows: NDArray[np.int64],
    candidate: NDArray[np.bool_],
    groups: NDArray[np.int64] | None = None,
) -> CandidatePool:
    """Describe the products near the top for each customer.

    Parameters
    ----------
    history : History
        Only purchases until the snapshot's step are read.
    seen : Snapshot
    rows : ndarray of int, shape (n_rows,)
        Customers.
    candidate : ndarray of bool, shape (n_rows, n_products)
        What may be recommended; what is held or was never taken by anybody is left out in any case.
    groups : ndarray of int, shape (n_kinds, n_products) or None
        Groupings of the products, such as category and sector.
    """
    held = seen.known[rows]
    open_ = candidate & ~held & (seen.holders > 0)
    facts = _Facts(history, seen, rows, held, open_)
    order = {name: places(facts.score[name]) for name in facts.score}
    near = np.zeros(open_.shape, dtype=bool)
    for name, depth in _DEPTH.items():
        near |= order[name] < depth
    row, product = np.nonzero(near & open_)
    features = facts.of_pairs(row, product)
    features |= {f"place_{name}": order[name][row, product].astype(float) for name in order}
    for kind, codes in enumerate(() if groups is None else groups):
        shared = np.asarray(codes[:, None] == codes[None, :], dtype=np.float64)
        features[f"affinity_{kind}"] = (facts.mean_held @ shared)[row, product]
        features[f"lately_{kind}"] = (facts.lately @ shared)[row, product]
    return CandidatePool(row, product, features, {name: facts.score[name] for name in ("knn", "ease")})


def places(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return each column's place within its row, 0 for the highest score; ties by column.

    Examples
    --------
    >>> places(np.array([[0.1, 0.5, 0.5]])).tolist()
    [[2, 0, 1]]
    """
    order = np.argsort(-scores, axis=1, kind="stable")
    found = np.empty_like(order)
    np.put_along_axis(found, order, np.broadcast_to(np.arange(scores.shape[1]), order.shape), axis=1)
    return found


@dataclass
class _Facts:
    """What customers hold and how each simple score sees their candidates."""

    history: History
    seen: Snapshot
    rows: NDArray[np.int64]
    held: NDArray[np.bool_]
    open_: NDArray[np.bool_]
    score: dict[str, NDArray[np.float64]] = field(init=False)

    def __post_init__(self) -> None:
        from scipy.sparse import csr_matrix

        step, at = self.history.step[self.rows], self.seen.at
        self.last = at - np.where(self.held, step, -1).max(axis=1)
        self.recent = {steps: taken_lately(step, at, steps) for steps in RECENT}
        self.lately = csr_matrix(self.recent[RECENT[-1]], dtype=np.float64)
        holdings = csr_matrix(self.held, dtype=np.float64)
        self.count = self.held.sum(axis=1).astype(np.float64)
        self.mean_held = holdings.multiply(1.0 / np.maximum(self.count, 1.0)[:, None]).tocsr()
        common = _TIE * self.seen.holders
        raw = {name: holdings @ weight for name, weight in self.seen.weights.items() if name != "together"}
        raw["together"] = self.lately @ self.seen.weights["together"]
        raw["popular"] = np.broadcast_to(self.seen.holders, self.open_.shape)
        raw["recent"] = np.broadcast_to(self.seen.taken[RECENT[2]], self.open_.shape)
        self.score = {name: np.where(self.open_, value + common, -np.inf) for name, value in raw.items()}

    def of_pairs(self, row: NDArray[np.int64], product: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
        """Return every feature but the places and the groups'."""
        features = {f"score_{name}": value[row, product] for name, value in self.score.items()}
        for name in ("knn", "ease"):
            best = self.score[name].max(axis=1)
            features[f"relative_{name}"] = features[f"score_{name}"] / np.maximum(best[row], _TIE)
        features["mean_knn"] = features["score_knn"] / np.maximum(self.count[row], 1.0)
        features["log_holders"] = np.log1p(self.seen.holders)[product]
        for steps, taken in self.seen.taken.items():
            features[f"share_{steps}"] = ((taken + 1.0) / (taken.sum() + taken.size))[product]
            features[f"growth_{steps}"] = ((taken + 1.0) / (self.seen.holders + 20.0))[product]
        features["log_held"] = np.log1p(self.count)[row]
        features["since_last"] = self.last[row].astype(np.float64)
        for steps in (RECENT[1], RECENT[3]):
            features[f"took_{steps}"] = self.recent[steps].sum(axis=1)[row].astype(np.float64)
        return features
