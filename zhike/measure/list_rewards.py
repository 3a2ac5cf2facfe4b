"""What came of lists of actions: answers and purchases within a horizon, in money, less what the contacts cost.

Two outcomes can be counted:

``acquired``   every product that a customer newly has within the horizon, by whatever way, and accepted care and service. Doing nothing
               is not worth nothing then, and a policy gains only by what it changes;
``accepted``   answers to the actions themselves. Narrower, and flatters who offers what customers would have taken anyway.

A purchase counts with the worth that the catalogue gives to the action that sells the product, the largest where several do. It is
put to the end of the list, as the whole list may have brought it about.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import polars as pl

from zhike.know.view import view

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.know.view import View

__all__ = ["OUTCOMES", "ListRewards", "Outcome", "list_rewards"]

Outcome = Literal["acquired", "accepted"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("acquired", "accepted")
_SALE: Final = "sale"


@dataclass(frozen=True, slots=True)
class ListRewards:
    """What came of lists.

    Parameters
    ----------
    values : ndarray of float, shape (n, places)
        Minor units: worth less cost of each place.
    hits : ndarray of bool, shape (n,)
        Whether anything counted came of a list at all, as costs come of every contact.
    answers : int
        Answers on record to places of the lists.
    """

    values: NDArray[np.float64]
    hits: NDArray[np.bool_]
    answers: int


def list_rewards(
    tables: Mapping[str, pl.LazyFrame],
    timezone: str,
    at: dt.date,
    horizon_days: int,
    lists: pl.DataFrame,
    actions: pl.DataFrame,
    outcome: Outcome,
) -> ListRewards:
    """Return what came of every place of some lists.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        The bank's contract tables; what was known by the end of the horizon is used.
    timezone : str
        The bank's IANA zone.
    at : date
        Day on which the lists were made.
    horizon_days : int
        Days after it within which an outcome counts.
    lists : DataFrame
        ``row``, ``place`` (from 0), ``decision_id`` (null where nothing is on record), ``customer_id``, ``action_id``; one row a place,
        up to the end of the list. Rows are numbered from 0.
    actions : DataFrame
        ``action_id``, ``product_id``, ``kind``, ``worth``, ``cost``; an action that is not there is worth and costs nothing.
    outcome : str
        One of `OUTCOMES`.

    Notes
    -----
    An answer belongs to the decision that it names: where that is a list of several places, to the place of its action. One that names none
    belongs to the customer and action. A send that was blocked costs nothing.
    """
    until = at + dt.timedelta(days=horizon_days)
    seen = view(tables, until, timezone)
    answers = _answers(seen, lists, at, until)
    told = lists.join(answers, on=["row", "place"], how="left", maintain_order="left")
    priced = told.join(actions, on="action_id", how="left", maintain_order="left")
    counted = pl.lit(value=True) if outcome == "accepted" else pl.col("kind") != _SALE
    blocked = pl.col("blocked").fill_null(value=False)
    money = priced.select(
        "row", "place",
        worth=pl.when(pl.col("accepted").fill_null(value=False) & counted).then("worth").otherwise(0).fill_null(0).cast(pl.Float64),
        cost=pl.when(blocked).then(0).otherwise("cost").fill_null(0).cast(pl.Float64),
    )  # fmt: skip
    worth, cost = _table(money, "worth"), _table(money, "cost")
    if outcome == "acquired":
        last = money.group_by("row").agg(pl.col("place").max()).sort("row")["place"].cast(pl.Int64).to_numpy()
        worth[np.arange(len(worth)), last] += _acquired(seen, lists, actions, at, len(worth))
    return ListRewards(worth - cost, (worth != 0).any(axis=1), len(answers))


def _table(money: pl.DataFrame, column: str) -> NDArray[np.float64]:
    row, place = (money[name].cast(pl.Int64).to_numpy() for name in ("row", "place"))
    found = np.zeros((int(row.max(initial=-1)) + 1, int(place.max(initial=-1)) + 1))
    found[row, place] = money[column].to_numpy()
    return found


def _answers(seen: View, lists: pl.DataFrame, at: dt.date, until: dt.date) -> pl.DataFrame:
    """Return of every place that was answered whether it was accepted, and whether it was blocked."""
    answers = seen.current("responses").select(
        "decision_id", "customer_id", "action_id", "responded_on", "outcome"
    )
    within = answers.filter(pl.col("responded_on") >= at, pl.col("responded_on") <= until).collect()
    made = lists.filter(pl.col("decision_id").is_not_null()).select(
        "row", "place", "decision_id", "customer_id", "action_id"
    )
    places = made.with_columns(only=pl.len().over("decision_id") == 1).rename({"action_id": "placed"})
    named = (
        within.filter(pl.col("decision_id").is_not_null())
        .join(places.drop("customer_id"), on="decision_id")
        .filter(pl.col("only") | (pl.col("action_id") == pl.col("placed")))
    )
    unnamed = within.filter(pl.col("decision_id").is_null()).join(
        made.drop("decision_id"), on=["customer_id", "action_id"]
    )
    both = pl.concat([one.select("row", "place", "outcome") for one in (named, unnamed)])
    flags = ((pl.col("outcome") == name).any().alias(name) for name in ("accepted", "blocked"))
    return both.group_by("row", "place").agg(*flags)


def _acquired(
    seen: View, lists: pl.DataFrame, actions: pl.DataFrame, at: dt.date, rows: int
) -> NDArray[np.float64]:
    """Return what the products are worth that customers newly have, shape (rows,)."""
    sold = actions.filter(pl.col("kind") == _SALE, pl.col("product_id").is_not_null())
    worth = sold.group_by("product_id").agg(pl.col("worth").max())
    holdings = seen.history("holdings").group_by("holding_id", "customer_id", "product_id")
    begun = holdings.agg(pl.col("valid_from").min().alias("begun")).filter(pl.col("begun") > at)
    pairs = begun.select("customer_id", "product_id").unique().collect()
    value = pairs.join(worth, on="product_id").group_by("customer_id").agg(pl.col("worth").sum())
    owners = lists.select("row", "customer_id").unique().join(value, on="customer_id")
    found = np.zeros(rows)
    found[owners["row"].cast(pl.Int64).to_numpy()] = owners["worth"].cast(pl.Float64).to_numpy()
    return found
