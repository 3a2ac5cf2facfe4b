"""The supervisor's quarterly return: complaints by where, what about and why, the same bytes for the same register."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.measure.complaint_analysis.register import CODED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.measure.complaint_analysis.register import Register

__all__ = ["RETURN_COLUMNS", "quarter_days", "quarterly_return"]

RETURN_COLUMNS: Final = (
    "quarter", "origin", "origin_standard", "business", "business_standard", "issue", "issue_standard", "received", "told", "told_in_time", "told_late", "open",
)  # fmt: skip
_QUARTER: Final = re.compile(r"([1-9][0-9]{3})-?[Qq]([1-4])")


def quarter_days(quarter: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a quarter.

    Raises
    ------
    UsageError
        When it is none.

    Examples
    --------
    >>> [str(day) for day in quarter_days("2026Q4")]
    ['2026-10-01', '2026-12-31']
    """
    found = _QUARTER.fullmatch(quarter)
    if found is None:
        raise UsageError(what=phrase("quarter '{name}'", name=quarter), expected=phrase("one such as 2026Q3"))
    year, number = int(found[1]), int(found[2])
    last = calendar.monthrange(year, 3 * number)[1]
    return dt.date(year, 3 * number - 2, 1), dt.date(year, 3 * number, last)


def quarterly_return(register: Register, quarter: str, standard: Mapping[str, Mapping[str, str | None]]) -> list[list[Any]]:  # fmt: skip
    """Return the rows of the return of a quarter, in the order of their codes, and a last one with the sums.

    Every complaint received in the quarter is in exactly one row: one that nobody classed, or whose code nobody mapped, in a row that says so. Answers count up to the quarter's last day, so that
    the return does not change with what came after.

    Parameters
    ----------
    register : Register
    quarter : str
        Such as 2026Q3.
    standard : mapping of str to mapping
        Code of the sector's standard by facet and house code; None where the bank has not filled it in.

    Returns
    -------
    list of list
        Cells under `RETURN_COLUMNS`.
    """
    first, last = quarter_days(quarter)
    name = f"{first.year}Q{(first.month + 2) // 3}"
    part = register.within(first, last).table
    told = pl.col("told_on").is_not_null() & (pl.col("told_on") <= last)
    sums = [
        pl.len().alias("received"), told.sum().alias("told"), (told & (pl.col("in_time") == 1)).sum().alias("told_in_time"),
        (told & (pl.col("in_time") == 0)).sum().alias("told_late"), (~told).sum().alias("open"),
    ]  # fmt: skip
    counted = part.group_by(CODED).agg(sums).sort(CODED)
    rows = [
        [name, *(cell for facet, code in zip(CODED, row, strict=False) for cell in (code, standard.get(facet, {}).get(code))), *row[3:]]
        for row in counted.iter_rows()
    ]  # fmt: skip
    return [*rows, [name, "all", None, "all", None, "all", None, *part.select(sums).row(0)]]
