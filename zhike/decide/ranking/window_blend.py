"""Ranking from history: closed forms, and a learned ranker whose weight grows with the windows that have closed.

Members' places are compared on a logarithmic scale, l = log(1 + place), as the first places matter most:

    -score = w (l_logit + l_trees) / 2  +  (1 - w) (2 l_knn + l_ease) / 3,        w = n / (n + half)

with n the number of windows of the calendar that have closed. The weight is a count and nothing that was fitted: a weight chosen on the
last closed window follows that window's regime. With no window closed the ranking is that of the closed forms.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.decide.propensity import Calibration
from zhike.decide.ranking.closed_windows import History, closed_count, last_closed, training_windows
from zhike.decide.ranking.learned_ranker import LearnedRanker, examples_of
from zhike.decide.ranking.ranking_features import candidate_pool, places
from zhike.decide.ranking.snapshots import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from zhike.decide.ranking.ranking_features import CandidatePool
    from zhike.decide.ranking.snapshots import Snapshot

__all__ = ["RecentPopularity", "WindowBlend"]

_KNN_SHARE: Final = 2.0 / 3.0
"""Share of the conditional kNN in the closed forms' part; EASE has the rest."""


class RecentPopularity:
    """Takers of every product, each counting half as much for every half-life that has passed.

    Parameters
    ----------
    half_life_days : float
    """

    def __init__(self, half_life_days: float = 60.0) -> None:
        self.half_life_days = half_life_days

    def fit(self, history: History, at: int) -> RecentPopularity:
        """Count the takers known at a step of the calendar."""
        age = (history.calendar[at] - history.calendar[: at + 1]).astype(np.float64)
        weight = np.append(0.5 ** (age / self.half_life_days), 0.0)
        self.score_ = weight[np.minimum(history.step, at + 1)].sum(axis=0)
        return self

    def scores(self, candidate: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the same scores for every customer, ``-inf`` where a product is no candidate."""
        return np.where(candidate, self.score_, -np.inf)


class WindowBlend:
    """Learned ranker and closed forms together.

    Parameters
    ----------
    horizon_days : int
        Length of the window that is predicted, and of a whole training window.
    half : float
        Closed windows at which the learned ranker has half of the weight.
    every, windows : int
        Training windows start every so many steps, at most so many.
    customers : int
        At most so many customers of each training window.
    ranker : LearnedRanker or None
        Unfitted; None for the defaults.
    groups : ndarray of int, shape (n_kinds, n_products) or None
        Groupings of the products, such as category and sector.

    Attributes
    ----------
    weight_ : float
        Of the learned ranker.
    ranker_ : LearnedRanker or None
        None when there was nothing to learn from.
    """

    def __init__(
        self,
        horizon_days: int,
        *,
        half: float = 6.0,
        every: int = 2,
        windows: int = 13,
        customers: int = 300,
        ranker: LearnedRanker | None = None,
        groups: NDArray[np.int64] | None = None,
    ) -> None:
        self.horizon_days = horizon_days
        self.half = half
        self.every = every
        self.windows = windows
        self.customers = customers
        self.ranker = ranker
        self.groups = groups

    def fit(
        self,
        history: History,
        at: int,
        rng: np.random.Generator,
        seen: Callable[[int], Snapshot] | None = None,
    ) -> WindowBlend:
        """Learn from what was known at a step of the calendar.

        Parameters
        ----------
        history : History
            Purchases after ``at`` are not looked at.
        at : int
        rng : numpy.random.Generator
            Draws the customers of the training windows.
        seen : callable or None
            Gives the snapshot of a step; for callers that keep them between fits.
        """
        look = (lambda step: snapshot(history, step)) if seen is None else seen
        self.history_, self.seen_ = history, look(at)
        closed = closed_count(history.calendar, at, self.horizon_days)
        self.weight_ = closed / (closed + self.half)
        self.ranker_ = self._learned(history, at, rng, look) if closed else None
        return self

    def _learned(
        self, history: History, at: int, rng: np.random.Generator, seen: Callable[[int], Snapshot]
    ) -> LearnedRanker | None:
        windows = training_windows(history.calendar, at, self.horizon_days, self.every, self.windows)
        examples = examples_of(history, windows, seen, rng, self.customers, self.groups)
        own = self.ranker or LearnedRanker()
        return None if examples is None else LearnedRanker(own.pull, own.trees, own.seed).fit(examples)

    def scores(self, rows: NDArray[np.int64], candidate: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Rank candidates of customers of the history that was learned from; see `scores_of`.

        Parameters
        ----------
        rows : ndarray of int, shape (n_rows,)
            Customers.
        candidate : ndarray of bool, shape (n_rows, n_products)
        """
        return self.scores_of(self.history_.step[rows], candidate)

    def scores_of(self, step: NDArray[np.int16], candidate: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Rank candidates of any customers.

        Parameters
        ----------
        step : ndarray of int16, shape (n_rows, n_products)
            When each customer first took each product, on the calendar that was learned from.
        candidate : ndarray of bool, shape (n_rows, n_products)
            What may be recommended: on offer, eligible, suitable. What is held never is.

        Returns
        -------
        ndarray of shape (n_rows, n_products)
            Higher is better; ``-inf`` where a product is no candidate or was never taken by anybody. Of a customer who holds
            nothing the closed forms speak alone: such a customer is in no window that was learned from.
        """
        seen = replace(self.seen_, known=step <= self.seen_.at)
        history, rows = History(self.history_.calendar, step), np.arange(len(step))
        pool = candidate_pool(history, seen, rows, candidate, self.groups)
        near = {name: np.log1p(places(value)) for name, value in pool.simple.items()}
        far = _KNN_SHARE * near["knn"] + (1.0 - _KNN_SHARE) * near["ease"]
        if self.ranker_ is not None and len(pool.row):
            weight = np.where(seen.known.any(axis=1), self.weight_, 0.0)[:, None]
            far = weight * self._learned_far(pool, self.ranker_) + (1.0 - weight) * far
        return np.where(np.isneginf(pool.simple["knn"]), -np.inf, -far)

    def _learned_far(self, pool: CandidatePool, ranker: LearnedRanker) -> NDArray[np.float64]:
        """Return mean log places by the learned scores; outside the pool the conditional kNN orders."""
        shape = pool.simple["knn"].shape
        far = np.zeros(shape)
        for scores in ranker.scores(pool):
            # A finite floor well below any score keeps the pool in front and kNN's order behind it.
            whole = np.where(np.isneginf(pool.simple["knn"]), -np.inf, pool.simple["knn"] - 1e6)
            whole[pool.row, pool.product] = scores
            far += np.log1p(places(whole)) / 2.0
        return far

    def calibration(self, rng: np.random.Generator, customers: int = 2000) -> Calibration | None:
        """Learn what a score is worth on the last closed window: P(takes the product within the horizon).

        A blend of the same settings is fitted as of that window's start and scores holders of something, takers or not.

        Parameters
        ----------
        rng : numpy.random.Generator
            Draws the customers.
        customers : int
            At most so many.

        Returns
        -------
        Calibration or None
            None while no window has closed.
        """
        history = self.history_
        window = last_closed(history.calendar, self.seen_.at, self.horizon_days)
        if window is None:
            return None
        past = self._unfitted().fit(history, window.start, rng)
        holders = np.flatnonzero(past.seen_.known.any(axis=1))
        rows = np.sort(rng.choice(holders, min(customers, len(holders)), replace=False))
        scores = past.scores(rows, np.ones((len(rows), history.step.shape[1]), dtype=bool))
        step = history.step[rows]
        ranked = np.isfinite(scores)
        taken = (step > window.start) & (step <= window.end)
        return Calibration().fit(scores[ranked], taken[ranked])

    def _unfitted(self) -> WindowBlend:
        return WindowBlend(
            self.horizon_days, half=self.half, every=self.every, windows=self.windows,
            customers=self.customers, ranker=self.ranker, groups=self.groups,
        )  # fmt: skip
