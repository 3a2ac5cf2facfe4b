"""An indicator's figures by level, unit and period, from the tables of a bank as known at the end of a day.

A period counts once it is over, and, where an indicator judges rows only after some days (``after_days``), once these are over too: a complaint of
yesterday that is not decided yet is no missed promise. A row whose condition is unknown counts neither as met nor as missed.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from zhike.core.tables import VALID_FROM, as_known
from zhike.know.view import view
from zhike.measure.indicators.definition import DAYS_TO_CHANGE, PERIODS
from zhike.measure.indicators.own_tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.core.expressions import Expression
    from zhike.know.view import View
    from zhike.measure.indicators.definition import Indicator

__all__ = ["Unit", "evaluated"]

_PERIOD, _UNIT, _MET, _JUDGED, _VALUE, _CHANGED = "period", "unit", "met", "judged", "value", "changed"
_TIES: Final = {
    "customer": ("customers", "customer_id"),
    "staff": ("staff", "staff_id"),
    "survey": ("surveys", "survey_id"),
}
"""Table and key of what a row can be joined with, by the first part of the name."""


class Unit(NamedTuple):
    """A branch, a channel and so on, and its figures.

    Parameters
    ----------
    level, name : str
        ``name`` is empty at the level of the bank.
    periods : list of str
        First days, in the order of time; of chart ``g`` the day of each event.
    values : array, shape (periods,)
        Counts, of shares and rates; means; cases between events.
    sizes : array, shape (periods,), or None
        Cases behind each count; None for means and cases between events.
    """

    level: str
    name: str
    periods: list[str]
    values: NDArray[np.float64]
    sizes: NDArray[np.float64] | None


def evaluated(
    indicator: Indicator, tables: Mapping[str, pl.LazyFrame], at: dt.date, timezone: str
) -> list[Unit]:
    """Return the figures of an indicator.

    Parameters
    ----------
    indicator : Indicator
    tables : mapping of str to LazyFrame
        Tables of `zhike.measure.indicators.own_tables` by name; one that is absent counts as empty.
    at : date
    timezone : str
        The bank's IANA zone.
    """
    bank = view(tables, at, timezone)
    rows = _judged(indicator, _rows(indicator, bank))
    period = pl.col(indicator.day).dt.truncate(PERIODS[indicator.period]).alias(_PERIOD)
    rows = rows.with_columns(period).filter(_ended(indicator, at))
    found: list[Unit] = []
    for level, column in indicator.levels.items():
        names = pl.lit("") if column is None else pl.col(column).cast(pl.String)
        of_level = rows.with_columns(names.alias(_UNIT)).filter(pl.col(_UNIT).is_not_null())
        found += _units(indicator, level, of_level, bank, column)
    return found


def _ended(indicator: Indicator, at: dt.date) -> pl.Expr:
    """Return whether a period is over, and all of its rows are old enough to be judged."""
    return pl.col(_PERIOD).dt.offset_by(PERIODS[indicator.period]) <= at - dt.timedelta(
        indicator.after_days - 1
    )


def _rows(indicator: Indicator, bank: View) -> pl.DataFrame:
    """Return the rows of the indicator's table; the columns beside it are called as the definition calls them."""
    table = TABLES[indicator.table]
    given = bank.tables.get(table.name, table.empty().lazy())
    rows = as_known(given, table, bank.at, bank.until).filter(pl.col(indicator.day).is_not_null())
    if table.kind == "version":
        changed = (
            bank.history(table.name)
            .sort(VALID_FROM)
            .group_by(table.key)
            .agg(pl.col(VALID_FROM).slice(1).first().alias(_CHANGED))
        )
        days = (pl.col(_CHANGED) - pl.col(indicator.day)).dt.total_days()
        rows = rows.join(changed, on=table.key, how="left").with_columns(days.alias(DAYS_TO_CHANGE))
    for part, (name, key) in _TIES.items():
        wanted = [one for one in _read_names(indicator) if one.startswith(f"{part}.")]
        if wanted and key in table.schema():
            beside = bank.current(name).select(
                key, *(pl.col(one.partition(".")[2]).alias(one) for one in wanted)
            )
            rows = rows.join(beside, on=key, how="left", maintain_order="left")
    return rows.rename({name: f"row.{name}" for name in table.schema() if name != indicator.day}).with_columns(
        pl.col(indicator.day).alias(f"row.{indicator.day}")
    ).collect()  # fmt: skip


def _read_names(indicator: Indicator) -> set[str]:
    read = {one for one in indicator.levels.values() if one is not None}
    for condition in (indicator.where, indicator.hit):
        read |= set() if condition is None else condition.names
    return read


def _judged(indicator: Indicator, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that count, with whether each met the condition and its value."""
    kept = rows if indicator.where is None else rows.filter(pl.Series(_truth(indicator.where, rows)[0]))
    met, known = (np.ones(kept.height, dtype=bool),) * 2
    if indicator.hit is not None:
        met, missed = _truth(indicator.hit, kept)
        known = met | missed
    value = pl.lit(None) if indicator.value is None else pl.col(indicator.value)
    told = kept.with_columns(
        pl.Series(_MET, met), pl.Series(_JUDGED, known), value.cast(pl.Float64).alias(_VALUE)
    )
    return told.filter(_JUDGED) if indicator.value is None else told.filter(pl.col(_VALUE).is_not_null())


def _truth(condition: Expression, rows: pl.DataFrame) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    found = condition.truth({name: _array(rows, name) for name in condition.names})
    shape = (rows.height,)
    return np.broadcast_to(found.true, shape), np.broadcast_to(found.false, shape)


def _array(rows: pl.DataFrame, name: str) -> Any:  # noqa: ANN401 - numbers or texts
    if name not in rows.columns:
        return np.full(rows.height, np.nan)
    column = rows[name]
    if column.dtype == pl.String:
        return column.to_numpy().astype(object)
    if column.dtype in (pl.Date, pl.Datetime):
        column = column.cast(pl.Date).to_physical()
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _units(
    indicator: Indicator, level: str, rows: pl.DataFrame, bank: View, column: str | None
) -> list[Unit]:
    if indicator.chart == "g":
        return [
            _gaps(level, str(key[0]), part, indicator.day)
            for key, part in rows.group_by(_UNIT, maintain_order=True)
        ]
    told = rows.group_by(_UNIT, _PERIOD).agg(
        pl.col(_MET).sum().cast(pl.Float64), pl.len().cast(pl.Float64).alias(_JUDGED), pl.col(_VALUE).mean()
    )
    if indicator.measure == "rate":
        told = _with_customers(told, bank, indicator, column)
    else:
        told = told.filter(pl.col(_JUDGED) >= indicator.least)
    told = told.sort(_UNIT, _PERIOD)
    return [
        _unit(indicator, level, str(key[0]), part) for key, part in told.group_by(_UNIT, maintain_order=True)
    ]


def _unit(indicator: Indicator, level: str, name: str, part: pl.DataFrame) -> Unit:
    periods = [str(one) for one in part[_PERIOD].to_list()]
    if indicator.measure == "mean":
        return Unit(level, name, periods, part[_VALUE].to_numpy(), None)
    return Unit(level, name, periods, part[_MET].to_numpy(), part[_JUDGED].to_numpy())


def _gaps(level: str, name: str, part: pl.DataFrame, day: str) -> Unit:
    """Return how many cases without the event lie before each event."""
    ordered = part.sort(day)
    places = np.flatnonzero(ordered[_MET].to_numpy())
    gaps = np.diff(places, prepend=-1) - 1
    days = [str(ordered[day][int(one)]) for one in places]
    # The cases before the first event are cut off where the data begin: they are no gap.
    return Unit(level, name, days[1:], gaps[1:].astype(np.float64), None)


def _with_customers(told: pl.DataFrame, bank: View, indicator: Indicator, column: str | None) -> pl.DataFrame:
    """Return counts of every period, also those without a row, with the customers of the unit then, in units of ``per``."""
    if told.is_empty():
        return told
    unit = column.partition(".")[2] if column is not None and column.startswith("customer.") else None
    known = bank.history("customers").sort(VALID_FROM).group_by("customer_id").agg(
        pl.col(VALID_FROM).min().alias("since"), (pl.lit("") if unit is None else pl.col(unit).last()).alias(_UNIT)
    ).collect()  # fmt: skip
    every, first = PERIODS[indicator.period], told[_PERIOD].min()
    days = pl.date_range(first, bank.at, every, eager=True)  # type: ignore[arg-type]  # a day, as it was truncated
    periods = pl.DataFrame({_PERIOD: days}).filter(_ended(indicator, bank.at))
    # A branch without any complaint has a rate of 0; a channel that nobody used has none.
    names = (known if unit is not None else told).select(_UNIT).drop_nulls().unique()
    whole = periods.join(names, how="cross").join(
        told.select(_UNIT, _PERIOD, _MET), on=[_UNIT, _PERIOD], how="left"
    )
    return whole.with_columns(pl.col(_MET).fill_null(0.0), _members(whole, known, every, by_unit=unit is not None) / indicator.per).filter(
        pl.col(_JUDGED) > 0
    )  # fmt: skip


def _members(whole: pl.DataFrame, known: pl.DataFrame, every: str, *, by_unit: bool) -> pl.Series:
    """Return the customers who were there by the end of each row's period, of its unit or of the bank."""
    ends = whole.select(pl.col(_PERIOD).dt.offset_by(every))[_PERIOD].to_list()
    since = {
        str(key[0]): np.sort(part["since"].to_physical().to_numpy())
        for key, part in known.group_by(_UNIT)
        if key[0] is not None
    }
    epoch = dt.date(1970, 1, 1)
    counts = [
        float(np.searchsorted(since.get(name if by_unit else "", np.empty(0)), (end - epoch).days))
        for name, end in zip(whole[_UNIT].to_list(), ends, strict=True)
    ]
    return pl.Series(_JUDGED, counts)
