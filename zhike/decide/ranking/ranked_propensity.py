"""A ranking as it is kept: with the products that it orders, and what its scores were worth.

`zhike.decide.ranking.bank_ranking` is learned anew whenever a run asks for it and knows its products from the run. One that is kept must
name them itself, and is asked on days that its calendar does not reach: what was taken since counts as taken on the calendar's last day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from zhike.decide.propensity import Calibration
from zhike.decide.ranking.bank_ranking import BankRanking
from zhike.decide.ranking.purchase_book import PurchaseBook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from numpy.typing import NDArray

__all__ = ["RankedPropensity"]


@dataclass(frozen=True, slots=True)
class RankedPropensity:
    """A ranking learned from closed windows, and P(takes the product within the horizon) of its scores.

    Parameters
    ----------
    ranking : BankRanking
    calibration : Calibration
    products : tuple of str
        Columns of the scores.
    """

    kind: ClassVar[str] = "ranked_propensity/1"

    ranking: BankRanking
    calibration: Calibration
    products: tuple[str, ...]

    def book(self, purchases: pl.DataFrame) -> PurchaseBook:
        """Return what everybody has taken on the calendar of the ranking.

        Parameters
        ----------
        purchases : DataFrame
            See `zhike.decide.ranking.purchase_book.first_purchases`; of any day, by customer.
        """
        calendar = self.ranking.calendar_
        found = PurchaseBook.of(purchases, self.products, calendar)
        return replace(found, step=np.minimum(found.step, np.int16(len(calendar) - 1)))

    def scores(
        self, book: PurchaseBook, customers: Sequence[str], open_: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Return the score of every product that is open to a customer, NaN elsewhere, shape (n_customers, n_products).

        Parameters
        ----------
        book : PurchaseBook
            See `book`.
        customers : sequence of str
        open_ : ndarray of bool, shape (n_customers, n_products)
            What each may have; what they hold has no score in any case.
        """
        found = self.ranking.scores(book.steps(customers, running=True), open_)
        return np.where(np.isneginf(found), np.nan, found)

    def propensity(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of every score, in the scores' shape."""
        return self.calibration.propensity(scores)

    def state(self) -> dict[str, Any]:
        """Return what was learnt, as it is kept (`zhike.learn.stored_model`)."""
        return {
            "ranking": self.ranking.state(),
            "calibration": self.calibration.state(),
            "products": list(self.products),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the model of such a state."""
        return cls(
            BankRanking.from_state(state["ranking"]),
            Calibration.from_state(state["calibration"]),
            tuple(str(name) for name in state["products"]),
        )
