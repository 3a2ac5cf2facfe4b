"""The learned blend over a bank's own products: fitted on the purchases known by a day, with a calendar that ends on it.

A step of the calendar is a thirteenth of the horizon, 14 days for half a year: so long were the steps on which the blend was
chosen (benchmarks/quality, FAR-Trans: learned ranking), and its features and its weight count in steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import numpy as np
import polars as pl

from zhike.decide.inputs import hash_uniforms
from zhike.decide.ranking.closed_windows import NEVER, History
from zhike.decide.ranking.learned_ranker import LearnedRanker
from zhike.decide.ranking.purchase_book import PurchaseBook, regular_calendar
from zhike.decide.ranking.snapshots import Snapshot
from zhike.decide.ranking.window_blend import WindowBlend

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["BankRanking", "product_groups"]

_STEPS_OF_A_HORIZON: Final = 13
_LEARNING_CUSTOMERS: Final = 50_000
"""Customers learned from, drawn by a hash of their identifiers: bounds memory, and item-to-item counts gain little from more."""
_GROUPS: Final = ("family", "product_group", "seller_risk_level")


def product_groups(products: Sequence[str], described: pl.DataFrame) -> NDArray[np.int64]:
    """Return the groups of products by family, group and level, shape (3, n_products); what is unknown is a group too.

    Parameters
    ----------
    products : sequence of str
    described : DataFrame
        ``product_id``, ``family``, ``product_group`` and ``seller_risk_level``.
    """
    listed = pl.DataFrame({"product_id": list(products)}, schema={"product_id": pl.String})
    facts = listed.join(
        described.unique("product_id", keep="first"), on="product_id", how="left", maintain_order="left"
    )
    columns = [facts[name].cast(pl.String).fill_null("").rank("dense").to_numpy() for name in _GROUPS]
    return np.array(columns, dtype=np.int64)


@dataclass
class BankRanking:
    """A `WindowBlend` that keeps no row of any customer: who it ranks for is told by their own purchases.

    Parameters
    ----------
    horizon_days : int
        Length of the window that is predicted.
    seed : int
        Draws the customers of the training windows, and the features of the trees.

    Attributes
    ----------
    calendar_ : ndarray of datetime64[D], shape (n_steps,)
        Ends on the day of learning.
    known_ : ndarray of bool, shape (n_products,)
        Products that somebody has taken; of the others the ranking says nothing.
    """

    horizon_days: int
    seed: int = 1

    kind: ClassVar[str] = "bank_ranking/1"

    calendar_: NDArray[np.datetime64] = field(init=False, repr=False, compare=False)
    known_: NDArray[np.bool_] = field(init=False, repr=False, compare=False)

    def fit(
        self, purchases: pl.DataFrame, products: Sequence[str], groups: NDArray[np.int64], at: dt.date
    ) -> Self:
        """Learn from what was known at the end of a day.

        Parameters
        ----------
        purchases : DataFrame
            See `zhike.decide.ranking.purchase_book.first_purchases`; in any order.
        products : sequence of str
            Columns of the scores.
        groups : ndarray of int, shape (n_kinds, n_products)
        at : date
        """
        mine = self.learned_from(purchases)
        days = mine["taken_on"]
        step_days = max(1, round(self.horizon_days / _STEPS_OF_A_HORIZON))
        self.calendar_ = regular_calendar(at if mine.is_empty() else min(days), at, step_days)
        book = PurchaseBook.of(mine, products, self.calendar_)
        history = History(self.calendar_, book.steps(list(book.place), running=False))
        self._blend = self._unfitted(groups).fit(
            history, len(self.calendar_) - 1, np.random.Generator(np.random.PCG64(self.seed))
        )
        # The rows of the customers learned from have done their part.
        return self._without_rows()

    @staticmethod
    def learned_from(purchases: pl.DataFrame) -> pl.DataFrame:
        """Return the purchases that `fit` learns from, by customer and product."""
        names = purchases["customer_id"].unique().sort().to_list()
        order = np.argsort(hash_uniforms(names, "ranking", 1)[:, 0], kind="stable")[:_LEARNING_CUSTOMERS]
        kept = [names[place] for place in order]
        return purchases.filter(pl.col("customer_id").is_in(kept)).sort("customer_id", "product_id")

    @property
    def weight_(self) -> float:
        """Weight of the learned ranker beside the closed forms."""
        return float(self._blend.weight_)

    def scores(self, step: NDArray[np.int16], candidate: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the score of every candidate, ``-inf`` elsewhere, shape (n_customers, n_products).

        Parameters
        ----------
        step : ndarray of int16, shape (n_customers, n_products)
            When each product that the customer holds was first taken, see `PurchaseBook.steps`.
        candidate : ndarray of bool, same shape
            What the customer may have: places are counted among these alone.
        """
        return self._blend.scores_of(step, candidate)

    def state(self) -> dict[str, Any]:
        """Return what was learnt, as it is kept (`zhike.learn.stored_model`)."""
        seen, ranker = self._blend.seen_, self._blend.ranker_
        return {
            "horizon_days": self.horizon_days, "seed": self.seed, "calendar": self.calendar_.astype(str).tolist(),
            "groups": self._blend.groups, "holders": seen.holders,
            "taken": {str(steps): taken for steps, taken in seen.taken.items()}, "weights": dict(seen.weights),
            "weight": float(self._blend.weight_), "ranker": None if ranker is None else ranker.state(),
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the ranking of such a state."""
        model = cls(int(state["horizon_days"]), int(state["seed"]))
        model.calendar_ = np.array(state["calendar"], dtype="datetime64[D]")
        model._blend = model._unfitted(np.asarray(state["groups"], dtype=np.int64))
        model._blend.weight_ = float(state["weight"])
        model._blend.ranker_ = (
            None if state["ranker"] is None else LearnedRanker.from_state(dict(state["ranker"]))
        )
        nobody = np.zeros((0, len(state["holders"])), dtype=bool)
        taken = {int(steps): np.asarray(one) for steps, one in state["taken"].items()}
        model._blend.seen_ = Snapshot(
            len(model.calendar_) - 1, nobody, np.asarray(state["holders"]), taken, dict(state["weights"])
        )
        return model._without_rows()

    def _unfitted(self, groups: NDArray[np.int64]) -> WindowBlend:
        return WindowBlend(self.horizon_days, ranker=LearnedRanker(seed=self.seed), groups=groups)

    def _without_rows(self) -> Self:
        seen = self._blend.seen_
        self.known_ = seen.holders > 0
        self._blend.seen_ = replace(seen, known=seen.known[:0])
        nothing = np.full((0, len(seen.holders)), NEVER, dtype=np.int16)
        self._blend.history_ = History(self.calendar_, nothing)
        return self
