"""Who first took what and when, of a whole bank: as rows, and laid out on a calendar without a table of customers x products.

A purchase counts from the later of the day it began and the day the bank knew of it, so that what became known late is never
seen early. A product that was given back can be taken again: it is in the book, but not among what the customer holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.core.tables import KNOWN_AT, VALID_FROM
from zhike.decide.ranking.closed_windows import NEVER
from zhike.know.holdings import running_holdings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.know.view import View

__all__ = ["PurchaseBook", "first_purchases", "regular_calendar"]

_MOST_STEPS: Final = 104
"""Steps that a calendar looks back: eight horizons. What is older was taken before anybody kept count."""


def first_purchases(seen: View, timezone: str) -> pl.DataFrame:
    """Return who first took what and when, as known on a day.

    Parameters
    ----------
    seen : View
    timezone : str
        The bank's IANA zone, in which the day that something became known is told.

    Returns
    -------
    DataFrame
        ``customer_id``, ``product_id``, ``taken_on`` (date) and ``running`` (still held), by customer and product.
    """
    known_on = pl.col(KNOWN_AT).dt.convert_time_zone(timezone).dt.date()
    taken = seen.history("holdings").group_by("customer_id", "product_id").agg(
        pl.max_horizontal(VALID_FROM, known_on).min().alias("taken_on")
    )  # fmt: skip
    held = running_holdings(seen).select("customer_id", "product_id", running=pl.lit(value=True)).unique()
    joined = taken.join(held, on=["customer_id", "product_id"], how="left")
    return joined.with_columns(pl.col("running").fill_null(value=False)).sort("customer_id", "product_id").collect()  # fmt: skip


def regular_calendar(first: dt.date, at: dt.date, step_days: int) -> NDArray[np.datetime64]:
    """Return every so many days up to a day, from the first purchase on, at most 104 steps.

    Examples
    --------
    >>> import datetime as dt
    >>> regular_calendar(dt.date(2026, 1, 1), dt.date(2026, 1, 31), 14).astype(str).tolist()
    ['2026-01-03', '2026-01-17', '2026-01-31']
    """
    back = min(max((at - first).days, 0) // step_days, _MOST_STEPS)
    return np.datetime64(at, "D") - step_days * np.arange(back, -1, -1)


@dataclass(frozen=True, slots=True)
class PurchaseBook:
    """First purchases on a calendar, by customer.

    Parameters
    ----------
    place : mapping of str to int
        Of each customer.
    start : ndarray of int, shape (n_customers + 1,)
        Where each customer's purchases begin.
    product, step : ndarray of int, shape (n_purchases,)
    running : ndarray of bool, shape (n_purchases,)
    products : int
    """

    place: Mapping[str, int]
    start: NDArray[np.int64]
    product: NDArray[np.int64]
    step: NDArray[np.int16]
    running: NDArray[np.bool_]
    products: int

    @classmethod
    def of(
        cls, purchases: pl.DataFrame, products: Sequence[str], calendar: NDArray[np.datetime64]
    ) -> PurchaseBook:
        """Lay out what `first_purchases` returned; products that are not listed are left out.

        Parameters
        ----------
        purchases : DataFrame
        products : sequence of str
        calendar : ndarray of datetime64[D], shape (n_steps,)
            What was taken before its first day counts to its first step; nothing may be later than its last.
        """
        kept = purchases.filter(pl.col("product_id").is_in(list(products)))
        names, begins = np.unique(kept["customer_id"].to_numpy().astype(str), return_index=True)
        column = {name: place for place, name in enumerate(products)}
        codes = [column[name] for name in kept["product_id"].to_list()]
        days = kept["taken_on"].to_numpy().astype("datetime64[D]")
        return cls(
            {str(name): row for row, name in enumerate(names)}, np.append(begins, kept.height).astype(np.int64),
            np.array(codes, dtype=np.int64), np.searchsorted(calendar, days, side="left").astype(np.int16),
            kept["running"].to_numpy(), len(products),
        )  # fmt: skip

    def steps(self, customers: Sequence[str], *, running: bool) -> NDArray[np.int16]:
        """Return when each customer first took each product, `NEVER` where they did not, shape (n_customers, n_products).

        Parameters
        ----------
        customers : sequence of str
            Whoever is not in the book has taken nothing.
        running : bool
            Whether only what is held still counts.
        """
        found = np.full((len(customers), self.products), NEVER, dtype=np.int16)
        row = np.array([self.place.get(name, -1) for name in customers], dtype=np.int64)
        there = np.flatnonzero(row >= 0)
        count = np.diff(self.start)[row[there]]
        first = self.start[row[there]] - np.cumsum(count) + count
        at: NDArray[Any] = np.repeat(first, count) + np.arange(count.sum())
        kept = self.running[at] if running else np.ones(len(at), dtype=bool)
        found[np.repeat(there, count)[kept], self.product[at][kept]] = self.step[at][kept]
        return found
