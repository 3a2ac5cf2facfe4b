"""Attrition: who leaves the bank in a window, as the bank's tables say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.units import end_of_day
from zhike.know.view import View

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.learn.windows import OutcomeWindow

__all__ = ["attrition"]

_OWNERS: Final = ("owner", "joint_owner")


def attrition(
    tables: Mapping[str, pl.LazyFrame], window: OutcomeWindow, timezone: str, known: dt.date
) -> pl.DataFrame:
    """Return who has left by the end of a window, of those who were there until it began.

    A customer has left who is of type *inactive*, or has owned accounts and owns none any more. Who leaves in the gap has no row.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        Contract tables by name.
    window : OutcomeWindow
    timezone : str
        The bank's IANA zone.
    known : date
        What was known by its end counts, as a departure may be recorded later than it happened; not before the window's last day.

    Returns
    -------
    DataFrame
        ``customer_id`` and ``outcome``: whether they left in the window.
    """
    until = end_of_day(known, timezone)
    before, after = (_gone(View(tables, day, until)) for day in (_day_before(window.first), window.last))
    there = before.filter(~pl.col("gone")).select("customer_id")
    found = there.join(after, on="customer_id", how="inner")
    return found.select("customer_id", pl.col("gone").alias("outcome")).sort("customer_id").collect()


def _gone(bank: View) -> pl.LazyFrame:
    """Return for everybody known on a day whether they have left by then."""
    owned = pl.col("role").is_in(_OWNERS) & (pl.col("object_type") == "account")
    ever = bank.history("relationships").filter(owned).select("customer_id").unique()
    still = bank.current("relationships").filter(owned).select("customer_id").unique()
    closed = ever.join(still, on="customer_id", how="anti").with_columns(pl.lit(value=True).alias("closed"))
    inactive = (pl.col("customer_type") == "inactive").fill_null(value=False)
    return (
        bank.current("customers")
        .join(closed, on="customer_id", how="left")
        .select("customer_id", (inactive | pl.col("closed").fill_null(value=False)).alias("gone"))
    )


def _day_before(day: dt.date) -> dt.date:
    return day.fromordinal(day.toordinal() - 1)
