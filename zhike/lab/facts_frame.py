"""How facts of the simulated bank become rows: identifiers, days, instants, frames with the contract's columns."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.core.contracts import contract

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = [
    "calendar",
    "composed",
    "days",
    "framed",
    "known",
    "month_label",
    "month_of",
    "named",
    "numbers",
    "with_rank",
]

_DIGITS: Final = 7
_HOUR: Final = 3_600 * 1_000_000
_EVENING: Final = 10 * _HOUR
"""Six in the evening in Shanghai is ten in the morning in UTC; the zone has kept eight hours since 1991."""
_DAY: Final = 24 * _HOUR
_EPOCH: Final = 1970 * 12


def calendar(month: int) -> dt.date:
    """Return the first day of a month.

    Examples
    --------
    >>> calendar(675)
    datetime.date(2026, 4, 1)
    """
    return dt.date(1970 + month // 12, month % 12 + 1, 1)


def month_label(month: int) -> str:
    """Return the year and month as identifiers carry them.

    Examples
    --------
    >>> month_label(675)
    '202604'
    """
    return calendar(month).strftime("%Y%m")


def month_of(day: dt.date) -> int:
    """Return the month of a day, months since 1970-01."""
    return day.year * 12 + day.month - 1 - _EPOCH


def days(month: int | NDArray[Any], day: NDArray[Any]) -> NDArray[np.int64]:
    """Return days since 1970-01-01 for days of a month, which may lie beyond its end."""
    first = np.asarray(month).astype(np.int64).astype("M8[M]").astype("M8[D]").astype(np.int64)
    return np.asarray(first + day.astype(np.int64) - 1)


def known(day: NDArray[np.int64], hours: int = 0) -> pl.Series:
    """Return the evening of days since 1970-01-01 as instants in UTC, or some hours later.

    What ends or changes a record is known an hour later than what begins one, so that it counts where both fall on one day.
    """
    return pl.Series(day * _DAY + _EVENING + hours * _HOUR, dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))


def numbers(prefix: str, who: NDArray[np.int64]) -> pl.Series:
    """Return identifiers: the prefix and a customer's number in seven digits.

    Examples
    --------
    >>> numbers("C", np.array([12])).to_list()
    ['C0000012']
    """
    frame = pl.DataFrame({"who": who})
    text = pl.col("who").cast(pl.String).str.zfill(_DIGITS)
    return frame.select(pl.concat_str(pl.lit(prefix), text).alias("id")).to_series()


def composed(*parts: pl.Series | str | NDArray[np.int64]) -> pl.Series:
    """Return texts joined row by row; numbers are written out."""
    columns = {str(place): part for place, part in enumerate(parts) if not isinstance(part, str)}
    terms = [
        pl.lit(part) if isinstance(part, str) else pl.col(str(place)) for place, part in enumerate(parts)
    ]
    return pl.DataFrame(columns).select(pl.concat_str(terms).alias("id")).to_series()


def named(names: Sequence[str | None], position: NDArray[Any]) -> pl.Series:
    """Return a name for each position; a position of -1 has none."""
    given = pl.Series([*names, None], dtype=pl.String)
    index = np.where(position < 0, len(names), position).astype(np.uint32)
    return given.gather(pl.Series(index))


def with_rank(row: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place of each entry among those of the same row, from 0; ``row`` is ascending.

    Examples
    --------
    >>> with_rank(np.array([3, 3, 5])).tolist()
    [0, 1, 0]
    """
    place = np.arange(len(row))
    begins = np.ones(len(row), dtype=bool)
    begins[1:] = row[1:] != row[:-1]
    return np.asarray(place - np.maximum.accumulate(np.where(begins, place, 0)), dtype=np.int64)


def framed(name: str, columns: Mapping[str, Any], height: int) -> pl.DataFrame:
    """Return rows of a contract table.

    Parameters
    ----------
    name : str
        Contract table.
    columns : mapping of str to Series, ndarray or scalar
        Columns that are filled; integers stand for days where the contract has a date. Those not named are empty.
    height : int
        Rows.
    """
    filled = []
    for column, kind in contract(name).schema().items():
        value = columns.get(column)
        if isinstance(value, np.ndarray):
            filled.append(
                pl.Series(column, value).cast(pl.Int32).cast(kind)
                if kind == pl.Date
                else pl.Series(column, value).cast(kind)
            )
        elif isinstance(value, pl.Series):
            filled.append(value.alias(column).cast(kind))
        else:
            filled.append(pl.repeat(value, height, dtype=kind, eager=True).alias(column))
    return pl.DataFrame(filled)
