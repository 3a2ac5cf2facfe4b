"""What a row must satisfy to enter a contract table, and the split of a frame into good rows and rejects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.core.tables import KNOWN_AT, VALID_FROM, VALID_TO
from zhike.observe.rejection import LONGEST_FOUND, REJECTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.core.tables import Column, Table

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "LINE",
    "SOURCE_FILE",
    "Failure",
    "Split",
    "contract_failures",
    "split_rows",
    "start_of",
]

SOURCE_FILE: Final = "_source_file"
LINE: Final = "_line"
FIRST_YEAR, LAST_YEAR = 1850, 2200
"""Years outside of which a date is a slip: nobody was served before the first, no contract runs beyond the last."""

_PERIODS: Final = ((VALID_FROM, VALID_TO), ("opened_on", "closed_on"))


@dataclass(frozen=True, slots=True)
class Failure:
    """One way in which a row can fail.

    Parameters
    ----------
    code : str
        Key of `zhike.core.rejects.REJECT_REASONS`.
    column : str
        Contract column at fault.
    needed : str
        What would have fitted, in signs that need no translation.
    when : Expr
        True where the row fails; null counts as false.
    found : Expr
        The value at fault, as text.
    """

    code: str
    column: str
    needed: str
    when: pl.Expr
    found: pl.Expr


@dataclass(frozen=True, slots=True)
class Split:
    """Rows that passed all checks, and one reject for each cell of the others that failed."""

    good: pl.DataFrame
    rejects: pl.DataFrame


def contract_failures(table: Table) -> list[Failure]:
    """Return the checks of a contract on rows that already have its dtypes.

    Examples
    --------
    >>> from zhike.core.contracts import contract
    >>> sorted({failure.code for failure in contract_failures(contract("customers"))})
    ['bad_date', 'bad_value', 'dates_contradict', 'missing_value', 'out_of_range']
    """
    cells = [failure for column in table.columns for failure in _column_failures(column)]
    # A time of knowledge that followed from a bad day is not a second fault.
    cells = [_given_day(failure, table) if failure.column == KNOWN_AT else failure for failure in cells]
    names = {column.name for column in table.columns}
    periods = [pair for pair in _PERIODS if names.issuperset(pair)]
    unborn = [_unborn()] if {"birth_date", KNOWN_AT} <= names else []
    return [*cells, *(_contradiction(first, last) for first, last in periods), *unborn]


def _given_day(failure: Failure, table: Table) -> Failure:
    sound = pl.col(table.day).dt.year().is_between(FIRST_YEAR, LAST_YEAR).fill_null(value=False)
    return replace(failure, when=failure.when & sound)


def _column_failures(column: Column) -> list[Failure]:
    value, text = pl.col(column.name), pl.col(column.name).cast(pl.String)
    failures = []
    if column.required:
        failures.append(Failure("missing_value", column.name, column.dtype, value.is_null(), text))
    if column.values:
        outside = value.is_not_null() & ~value.is_in(list(column.values))
        failures.append(Failure("bad_value", column.name, " | ".join(column.values), outside, text))
    if column.dtype == "float64":
        failures.append(Failure("bad_number", column.name, column.dtype, ~value.is_finite(), text))
    if column.minimum is not None:
        low = value < column.minimum
        failures.append(Failure("out_of_range", column.name, f">= {column.minimum:g}", low, text))
    if column.maximum is not None:
        high = value > column.maximum
        failures.append(Failure("out_of_range", column.name, f"<= {column.maximum:g}", high, text))
    if column.dtype in ("date", "instant"):
        needed = f"{FIRST_YEAR} <= year <= {LAST_YEAR}"
        year = value.dt.year()
        slip = ~year.is_between(FIRST_YEAR, LAST_YEAR)
        failures.append(Failure("bad_date", column.name, needed, slip, text))
    return failures


def _contradiction(first: str, last: str) -> Failure:
    return Failure(
        "dates_contradict", last, f">= {first}", pl.col(last) < pl.col(first), pl.col(last).cast(pl.String)
    )


def _unborn() -> Failure:
    """Nobody is known before birth; a day is left for zones, as the time of knowledge is in UTC."""
    born = pl.col("birth_date")
    late = born > pl.col(KNOWN_AT).dt.date().dt.offset_by("1d")
    return Failure("dates_contradict", "birth_date", f"<= {KNOWN_AT}", late, born.cast(pl.String))


def split_rows(
    frame: pl.DataFrame, table: Table, failures: Sequence[Failure], row: Sequence[pl.Expr] | None = None
) -> Split:
    """Split rows into those that pass and the rejects of those that do not.

    Parameters
    ----------
    frame : DataFrame
        Rows with all columns that the failures name, and optionally `SOURCE_FILE` and `LINE`.
    table : Table
        Contract they are meant for; the good rows come back with its columns.
    failures : sequence of Failure
        Checks; of two that fail on the same column of a row the first is reported.
    row : sequence of Expr, optional
        Values that make up the source row in the rejects; all but file and line by default.

    Returns
    -------
    Split
        Good rows keep `SOURCE_FILE` and `LINE` where the frame has them.
    """
    origin = [name for name in (SOURCE_FILE, LINE) if name in frame.columns]
    kept = [*(column.name for column in table.columns), *origin]
    flags = frame.select(f.when.fill_null(value=False).alias(str(n)) for n, f in enumerate(failures))
    bad = flags.select(pl.any_horizontal(pl.all())).to_series() if failures else pl.Series([False])
    if not bad.any():
        return Split(frame.select(kept), REJECTS.empty())
    parts = frame.filter(bad), flags.filter(bad)
    return Split(frame.filter(~bad).select(kept), _rejects(*parts, table, failures, row))


def _rejects(
    frame: pl.DataFrame,
    flags: pl.DataFrame,
    table: Table,
    failures: Sequence[Failure],
    row: Sequence[pl.Expr] | None,
) -> pl.DataFrame:
    names = (
        [pl.col(name) for name in frame.columns if name not in (SOURCE_FILE, LINE)]
        if row is None
        else list(row)
    )
    source: Any = pl.col(SOURCE_FILE) if SOURCE_FILE in frame.columns else pl.lit(table.name)
    line: Any = pl.col(LINE) if LINE in frame.columns else pl.lit(None)
    found = [
        frame.filter(flags[str(n)])
        .select(
            table=pl.lit(table.name),
            source_file=source.cast(pl.String),
            line=line.cast(pl.Int64),
            code=pl.lit(failure.code),
            column=pl.lit(failure.column),
            found=failure.found.cast(pl.String).str.slice(0, LONGEST_FOUND),
            needed=pl.lit(failure.needed),
            row=pl.struct(names).struct.json_encode(),
            _order=pl.lit(n),
        )
        .cast({"_order": pl.Int64})
        for n, failure in enumerate(failures)
        if flags[str(n)].any()
    ]
    first = pl.concat(found).unique(
        ["source_file", "line", "column", "row"], keep="first", maintain_order=True
    )
    return first.sort("source_file", "line", "_order", maintain_order=True).select(list(REJECTS.schema()))


def start_of(day: pl.Expr, timezone: str) -> pl.Expr:
    """Return the first instant of a day in a zone, in UTC: when a dated fact with no time of its own was known.

    Examples
    --------
    >>> import datetime as dt
    >>> pl.select(start_of(pl.lit(dt.date(2020, 7, 1)), "Europe/Athens")).item()
    datetime.datetime(2020, 6, 30, 21, 0, tzinfo=zoneinfo.ZoneInfo(key='UTC'))
    """
    # A zone may skip midnight when its summer time begins: the first instant is then one hour later.
    midnight = day.cast(pl.Datetime("us"))
    zoned = midnight.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    later = midnight.dt.offset_by("1h").dt.replace_time_zone(
        timezone, ambiguous="earliest", non_existent="null"
    )
    return zoned.fill_null(later).dt.convert_time_zone("UTC").alias(KNOWN_AT)
