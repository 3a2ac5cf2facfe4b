"""The lists of a folder of decisions as a log: what stood at each place, with which probability, up to the end of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.decide.catalogue import NO_ACTION
from zhike.decide.decisions import MANDATORY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["first_chances", "list_table", "logged_lists"]

_COLUMNS: Final = ("row", "place", "customer_id", "decision_id", "action_id", "action_probability")


def logged_lists(decisions: pl.DataFrame, customers: Sequence[str], places: int) -> pl.DataFrame:
    """Return one row for every place of some customers' lists, doing nothing at the end included.

    Parameters
    ----------
    decisions : DataFrame
        With the columns of `zhike.decide.decisions.DECISION_SCHEMA`. Notices that had to be sent are left out: nobody chose them.
    customers : sequence of str
        In ascending order.
    places : int
        Most places of a list under the policy that made them, and under the one to be valued: a list that is shorter ended by doing
        nothing.

    Returns
    -------
    DataFrame
        ``row`` and ``place`` from 0, ``customer_id``, ``decision_id``, ``action_id``, ``action_probability``. A list that ended because
        nothing else was left says so nowhere among the decisions: there doing nothing has no ``decision_id`` and probability 1.
    """
    numbered = pl.DataFrame({"customer_id": pl.Series(customers, dtype=pl.String)}).with_row_index("row")
    chosen = decisions.filter(pl.col("arm") != MANDATORY).join(numbered, on="customer_id").sort("row", "rank")
    placed = chosen.with_columns(place=pl.int_range(pl.len()).over("row"))
    ends = placed.group_by("row").agg(pl.len().alias("place"), pl.col("action_id").last().alias("last"))
    open_ = numbered.join(ends, on="row", how="left").with_columns(
        pl.col("place").cast(pl.Int64).fill_null(0)
    )
    ended = open_.filter((pl.col("place") < places) & (pl.col("last").fill_null("") != NO_ACTION))
    rest = ended.with_columns(
        decision_id=pl.lit(None, pl.String), action_id=pl.lit(NO_ACTION), action_probability=pl.lit(1.0)
    )
    return pl.concat([placed.select(_COLUMNS), rest.select(_COLUMNS)]).sort("row", "place")


def list_table(lists: pl.DataFrame, column: str, places: int, behind: float) -> NDArray[np.float64]:
    """Return a column of lists as an array of shape (n, places), with a value behind their ends."""
    row, place = (lists[name].cast(pl.Int64).to_numpy() for name in ("row", "place"))
    found = np.full((int(row.max(initial=-1)) + 1, places), behind)
    found[row, place] = lists[column].cast(pl.Float64).to_numpy()
    return found


def first_chances(
    candidates: pl.LazyFrame, customers: Sequence[str], actions: Sequence[str]
) -> NDArray[np.float64]:
    """Return P(first place) of every action on record, shape (n_customers, n_actions).

    Parameters
    ----------
    candidates : LazyFrame
        ``customer_id``, ``action_id`` and ``probability``, as in a folder of decisions.
    customers, actions : sequence of str
        Rows and columns.
    """
    told = candidates.filter(pl.col("probability") > 0).select("customer_id", "action_id", "probability")
    texts = told.with_columns(pl.col("customer_id", "action_id").cast(pl.String)).collect()
    rows = pl.DataFrame({"customer_id": pl.Series(customers, dtype=pl.String)}).with_row_index("row")
    columns = pl.DataFrame({"action_id": pl.Series(actions, dtype=pl.String)}).with_row_index("column")
    placed = texts.join(rows, on="customer_id").join(columns, on="action_id")
    found = np.zeros((len(customers), len(actions)))
    found[placed["row"].cast(pl.Int64).to_numpy(), placed["column"].cast(pl.Int64).to_numpy()] = placed[
        "probability"
    ].to_numpy()
    return found
