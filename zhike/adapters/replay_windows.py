"""The windows to replay: from a file of days, from a range, or those that a bank's source published."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import polars.exceptions as pe

from zhike.core.errors import InputNotFoundError, InputUnreadableError, UsageError
from zhike.core.phrases import phrase
from zhike.measure.replay import Window, windows_between

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhike.adapters.bank import Bank

__all__ = ["windows_of"]

_STARTS: Final = ("at", "time_point", "date")
_ENDS: Final = ("until", "test_end")


def windows_of(
    bank: Bank,
    dates: Path | None,
    between: tuple[dt.date, dt.date, int] | None,
    split_set: str,
    horizon: Callable[[dt.date], int],
) -> list[Window]:
    """Return the windows to replay, in order of their start.

    Parameters
    ----------
    bank : Bank
        A window that its source published for the same day brings its own truth and its own candidates.
    dates : Path or None
        Days one a line, or a CSV or Parquet table with ``at`` (or ``time_point``) and optionally ``until`` (or
        ``test_end``) and ``split_set``.
    between : (first, last, step in days) or None
    split_set : str
        Set of published windows to use.
    horizon : callable
        Days that a window lasts which starts on a day and names no end.

    Raises
    ------
    UsageError
        When nothing says which windows, or a window ends before it begins.
    InputNotFoundError, InputUnreadableError
        When the file of days is not there, or names none.
    """
    published = _published(bank, split_set)
    asked = _asked(dates, between, split_set)
    if asked is None:
        if published:
            return [_with_truth(bank, row) for row in published]
        expected = phrase(
            "either; this bank has no published windows of the set '{split_set}'", split_set=split_set
        )
        raise UsageError(what=phrase("neither --dates nor --from"), expected=expected)
    by_start = {row["at"]: row for row in published}
    return [
        _with_truth(bank, by_start[start])
        if start in by_start
        else Window(str(start), start, end or start + dt.timedelta(days=horizon(start)))
        for start, end in asked
    ]  # fmt: skip


def _asked(
    dates: Path | None, between: tuple[dt.date, dt.date, int] | None, split_set: str
) -> list[tuple[dt.date, dt.date | None]] | None:
    """Return start and, where it is named, end of each window; None when nothing is asked for."""
    if dates is not None and between is not None:
        raise UsageError(what=phrase("--dates and --from"), expected=phrase("one of them"))
    if between is not None and between[1] < between[0]:
        raise UsageError(
            what=f"--from {between[0]} --to {between[1]}",
            expected=phrase("a range that ends after it begins"),
        )
    if between is not None:
        return [(window.at, None) for window in windows_between(*between, 1)]
    if dates is None:
        return None
    found = _read(dates, split_set)
    odd = next(
        (days for days in found if None in days[:1] or (days[1] is not None and days[1] <= days[0])), None
    )
    if odd is not None or not found:
        raise _unreadable(
            dates,
            phrase("no day")
            if odd is None
            else phrase("a window from {odd} until {odd2}", odd=odd[0], odd2=odd[1]),
        )
    return found


def _published(bank: Bank, split_set: str) -> list[dict[str, Any]]:
    windows = bank.outcome("windows")
    if windows is None:
        return []
    return windows.filter(pl.col("split_set").cast(pl.String) == split_set).sort("at", "window_id").to_dicts()


def _with_truth(bank: Bank, row: dict[str, Any]) -> Window:
    mine = (pl.col("window_id") == row["window_id"]) & (
        pl.col("split_set").cast(pl.String) == row["split_set"]
    )
    purchases, offered = bank.outcome("purchases"), bank.outcome("offered")
    taken = None if purchases is None else purchases.filter(mine).select("customer_id", "product_id")
    on_offer = None if offered is None else offered.filter(mine)["product_id"].to_list()
    return Window(f"{row['split_set']} {row['window_id']}", row["at"], row["until"], taken, on_offer)


def _read(file: Path, split_set: str) -> list[tuple[dt.date, dt.date | None]]:
    if not file.is_file():
        raise InputNotFoundError(path=file)
    try:
        if file.suffix == ".parquet":
            return _from_table(file, pl.read_parquet(file), split_set)
        lines = [line.strip() for line in file.read_text("utf-8-sig").splitlines()]
        lines = [line for line in lines if line and not line.startswith("#")]
        if "," in "".join(lines[:1]) or (lines and lines[0] in _STARTS):
            return _from_table(file, pl.read_csv(file, infer_schema=False), split_set)
        return [(dt.date.fromisoformat(line), None) for line in lines]
    except (ValueError, pe.PolarsError) as problem:
        raise _unreadable(file, problem) from problem


def _from_table(file: Path, table: pl.DataFrame, split_set: str) -> list[tuple[dt.date, dt.date | None]]:
    start = next((name for name in _STARTS if name in table.columns), None)
    end = next((name for name in _ENDS if name in table.columns), None)
    if start is None:
        raise _unreadable(file, phrase("columns {names}", names=", ".join(table.columns)))
    if "split_set" in table.columns:
        table = table.filter(pl.col("split_set").cast(pl.String) == split_set)
    days = table.select(
        _day(start).alias("start"), (_day(end) if end else pl.lit(None, pl.Date)).alias("end")
    )
    return days.sort("start").rows()


def _day(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.slice(0, 10).str.to_date("%Y-%m-%d")


def _unreadable(file: Path, what: object) -> InputUnreadableError:
    expected = phrase("days such as 2020-06-30, one a line, or a table with a column at (and until)")
    return InputUnreadableError(
        path=file, what=what, expected=expected, advice=phrase("Correct the file of days.")
    )
