"""A bank's tables as known at the end of a day: the one gate through which the archive reads facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from zhike.core.contracts import contract
from zhike.core.tables import KNOWN_AT, as_known
from zhike.core.units import end_of_day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

__all__ = ["View", "months_between", "view"]


@dataclass(frozen=True, slots=True)
class View:
    """The contract tables, the day asked for, and its last instant in the bank's zone.

    Whatever is read through a view was known by that instant and happened by that day, so a feature built on
    views alone cannot look ahead.
    """

    tables: Mapping[str, pl.LazyFrame]
    at: dt.date
    until: dt.datetime

    def current(self, name: str) -> pl.LazyFrame:
        """Return the rows that speak for their key on the day; for events all rows up to it."""
        return as_known(self._frame(name), contract(name), self.at, self.until)

    def history(self, name: str) -> pl.LazyFrame:
        """Return every row known by the day, superseded versions included."""
        day = contract(name).day
        return self._frame(name).filter(
            pl.col(KNOWN_AT) <= pl.lit(self.until), pl.col(day) <= pl.lit(self.at)
        )

    def age_in_days(self, column: str) -> pl.Expr:
        """Return the days from a date column to the day asked for."""
        return (pl.lit(self.at) - pl.col(column)).dt.total_days()

    def within(self, column: str, days: int) -> pl.Expr:
        """Return whether a date lies in the last so many days, the day asked for included."""
        return self.age_in_days(column) < days

    def _frame(self, name: str) -> pl.LazyFrame:
        frame = self.tables.get(name)
        return contract(name).empty().lazy() if frame is None else frame


def view(tables: Mapping[str, pl.LazyFrame], at: dt.date, timezone: str) -> View:
    """Return the view of a bank's tables at the end of a day in the bank's zone.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        Contract tables by name; an absent one counts as empty.
    at : date
        The day asked for.
    timezone : str
        The bank's IANA zone.

    Raises
    ------
    UsageError
        When a table is asked for that is no contract.

    Examples
    --------
    >>> import datetime as dt
    >>> view({}, dt.date(2026, 6, 30), "Asia/Shanghai").until.isoformat()
    '2026-06-30T15:59:59.999999+00:00'
    """
    return View(tables, at, end_of_day(at, timezone))


def months_between(since: pl.Expr, at: dt.date) -> pl.Expr:
    """Return the complete months from a date column to a day: a month is complete when its day of the month is reached.

    Examples
    --------
    >>> import datetime as dt
    >>> days = pl.DataFrame({"since": [dt.date(2026, 2, 10), dt.date(2026, 2, 9)]})
    >>> days.select(months_between(pl.col("since"), dt.date(2027, 2, 9))).to_series().to_list()
    [11, 12]
    """
    months = (at.year - since.dt.year().cast(pl.Int32)) * 12 + at.month - since.dt.month().cast(pl.Int32)
    return months - (since.dt.day() > at.day).cast(pl.Int32)
