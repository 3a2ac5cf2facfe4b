"""A ranker that learns from windows: a conditional logit, and boosted trees on top of it.

The trees are LambdaMART (C. Burges, "From RankNet to LambdaRank to LambdaMART", 2010) as LightGBM implements it. They start from the
logit's scores, so that they only learn what it misses, and they are few and small: windows overlap and one regime fills them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from zhike.decide.ranking.listwise import ListwiseLogit, group_starts
from zhike.decide.ranking.ranking_features import candidate_pool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from zhike.decide.ranking.closed_windows import History, TrainingWindow
    from zhike.decide.ranking.ranking_features import CandidatePool
    from zhike.decide.ranking.snapshots import Snapshot

__all__ = ["LearnedRanker", "RankingExamples", "examples_of"]

_TREES: Final[dict[str, Any]] = {
    "objective": "lambdarank", "num_leaves": 8, "learning_rate": 0.08, "min_data_in_leaf": 100, "max_bin": 63,
    "lambda_l2": 10.0, "feature_fraction": 0.5, "lambdarank_truncation_level": 12,
    "num_threads": 1, "deterministic": True, "force_row_wise": True, "verbose": -1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RankingExamples:
    """Lists of candidates with what was taken of them.

    Parameters
    ----------
    features : mapping of str to ndarray, shape (n_pairs,)
    taken : ndarray of bool, shape (n_pairs,)
    group : ndarray of int, shape (n_pairs,)
        Increasing; one number for each customer and window.
    """

    features: dict[str, NDArray[np.float64]]
    taken: NDArray[np.bool_]
    group: NDArray[np.int64]


def examples_of(
    history: History,
    windows: Sequence[TrainingWindow],
    seen: Callable[[int], Snapshot],
    rng: np.random.Generator,
    customers: int,
    groups: NDArray[np.int64] | None = None,
) -> RankingExamples | None:
    """Return the lists of some customers of each window who took something within it; None where nobody did.

    Parameters
    ----------
    history : History
    windows : sequence of TrainingWindow
    seen : callable
        Gives the snapshot of a step, so that a caller can keep what it has.
    rng : numpy.random.Generator
        Draws the customers.
    customers : int
        At most so many from a window.
    groups : ndarray of int, shape (n_kinds, n_products) or None
    """
    parts = [
        _window_examples(history, window, seen(window.start), rng, customers, groups) for window in windows
    ]
    there = [part for part in parts if len(part.group)]
    if not there:
        return None
    offset = np.cumsum([0] + [len(history.step)] * len(there))
    return RankingExamples(
        {name: np.concatenate([part.features[name] for part in there]) for name in there[0].features},
        np.concatenate([part.taken for part in there]),
        np.concatenate([part.group + start for part, start in zip(there, offset, strict=False)]),
    )


def _window_examples(
    history: History,
    window: TrainingWindow,
    seen: Snapshot,
    rng: np.random.Generator,
    customers: int,
    groups: NDArray[np.int64] | None,
) -> RankingExamples:
    new = (history.step > window.start) & (history.step <= window.end) & (seen.holders > 0)
    rows = np.flatnonzero(new.any(axis=1) & seen.known.any(axis=1))
    if len(rows) > customers:
        rows = np.sort(rng.choice(rows, customers, replace=False))
    pool = candidate_pool(history, seen, rows, np.ones((len(rows), new.shape[1]), dtype=bool), groups)
    taken = new[rows[pool.row], pool.product]
    # A list without anything taken tells no order.
    telling = np.bincount(pool.row, weights=taken, minlength=len(rows))[pool.row] > 0
    kept = {name: value[telling] for name, value in pool.features.items()}
    return RankingExamples(kept, taken[telling], rows[pool.row[telling]])


class LearnedRanker:
    """Conditional logit with LambdaMART on top.

    Parameters
    ----------
    pull : float
        How strongly the logit is drawn towards the conditional kNN.
    trees : int
        Boosting rounds.
    seed : int
        Of the trees' feature sampling.

    Attributes
    ----------
    logit_ : ListwiseLogit
    trees_ : lightgbm.Booster
    """

    kind: ClassVar[str] = "learned_ranker/1"

    def __init__(self, pull: float = 0.5, trees: int = 40, seed: int = 1) -> None:
        self.pull = pull
        self.trees = trees
        self.seed = seed

    def fit(self, examples: RankingExamples) -> LearnedRanker:
        """Learn from lists of closed, or cut, windows."""
        import lightgbm

        self.logit_ = ListwiseLogit(self.pull).fit(examples.features, examples.taken, examples.group)
        self.names_ = sorted(examples.features)
        lists = lightgbm.Dataset(
            _matrix(examples.features, self.names_),
            label=examples.taken.astype(np.int64),
            group=np.diff(np.append(group_starts(examples.group), len(examples.group))),
            init_score=self.logit_.scores(examples.features),
        )
        self.trees_ = lightgbm.train({**_TREES, "seed": self.seed}, lists, self.trees)
        return self

    def scores(self, pool: CandidatePool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the logit's scores and those with the trees added, each of shape (n_pairs,)."""
        linear = self.logit_.scores(pool.features)
        added = self.trees_.predict(_matrix(pool.features, self.names_), num_threads=1)
        return linear, linear + np.asarray(added, dtype=np.float64)

    def state(self) -> dict[str, Any]:
        """Return what is kept on disk; the trees as LightGBM's text."""
        return {
            "kind": self.kind, "pull": self.pull, "trees": self.trees, "seed": self.seed,
            "names": list(self.names_), "logit": self.logit_.state(), "model": self.trees_.model_to_string(),
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> LearnedRanker:
        """Return the ranker of a state."""
        import lightgbm

        ranker = cls(float(state["pull"]), int(state["trees"]), int(state["seed"]))
        ranker.logit_ = ListwiseLogit.from_state(state["logit"])
        ranker.names_ = [str(name) for name in state["names"]]
        ranker.trees_ = lightgbm.Booster(model_str=str(state["model"]))
        return ranker


def _matrix(features: dict[str, NDArray[np.float64]], names: Sequence[str]) -> NDArray[np.float32]:
    return np.stack([features[name] for name in names], axis=1).astype(np.float32)
