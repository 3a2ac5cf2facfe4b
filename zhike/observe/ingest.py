"""Source rows into contract rows: a frame of source values goes in, good rows and rejects come out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.core.contracts import CONTRACTS
from zhike.core.tables import polars_dtype
from zhike.observe.amounts import in_minor_units
from zhike.observe.checks import (
    LINE,
    SOURCE_FILE,
    Failure,
    Split,
    contract_failures,
    split_rows,
    start_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.tables import Column, Table
    from zhike.observe.mapping import ColumnMapping, TableMapping

__all__ = ["Conventions", "convert_rows"]

_TRUE: Final = ("true", "t", "yes", "y", "1")
_FALSE: Final = ("false", "f", "no", "n", "0")
_INTEGER: Final = r"^[+-]?[0-9]+$"
_NUMBER: Final = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_DATE: Final = "%Y-%m-%d"
_RAW: Final = "source "
"""Prefix of the source's columns while they stand beside the contract's."""


@dataclass(frozen=True, slots=True)
class Conventions:
    """What holds for a whole source: zone of its days, currency of its amounts, decimals of each currency.

    Parameters
    ----------
    timezone : str
        IANA zone in which times without an offset are read.
    currency : str
        Currency of rows that name none.
    minor_units : mapping of str to int
        Decimals of the currencies that do not have two.
    """

    timezone: str
    currency: str
    minor_units: Mapping[str, int]


def convert_rows(frame: pl.DataFrame, mapping: TableMapping, conventions: Conventions) -> Split:
    """Convert source rows to a contract table.

    Parameters
    ----------
    frame : DataFrame
        The mapping's source columns, as text or typed, with `SOURCE_FILE` and `LINE`; empty text is a missing value.
    mapping : TableMapping
        How the contract's columns are filled.
    conventions : Conventions
        What holds for the whole source.

    Returns
    -------
    Split
        Good rows in the order given, with file and line; one reject for each cell that failed.

    Examples
    --------
    >>> from zhike.observe.mapping import as_they_are
    >>> header = ["staff_id", "role", "weekly_hours", "valid_from"]
    >>> frame = pl.DataFrame({"staff_id": ["a", "b"], "role": ["adviser", "adviser"], "weekly_hours": ["20", "200"],
    ...     "valid_from": ["2020-02-01", "2020-02-30"], "_source_file": ["staff.csv"] * 2, "_line": [2, 3]})
    >>> split = convert_rows(frame, as_they_are("staff", "staff.csv", header), Conventions("UTC", "EUR", {}))
    >>> split.good["staff_id"].to_list(), split.rejects.select("line", "code", "found").rows()
    (['a'], [(3, 'bad_date', '2020-02-30'), (3, 'out_of_range', '200.0')])
    """
    table = CONTRACTS[mapping.table]
    sources = [name for name in frame.columns if name not in (SOURCE_FILE, LINE)]
    raw = frame.rename({name: f"{_RAW}{name}" for name in sources})
    readers = [_Reader(table.column(m.column), m, raw.schema, conventions) for m in mapping.columns]
    # Money waits for the currency, and the default of the time of knowledge for the day.
    plain, money = _apart(readers)
    rows = raw.with_columns(reader.typed() for reader in plain)
    rows = _with_absent(rows, table, {reader.column.name for reader in readers})
    rows = rows.with_columns([_money(reader, rows, table, conventions) for reader in money])
    if not mapping.dated:
        rows = rows.with_columns(start_of(pl.col(table.day), conventions.timezone))
    failures = [failure for reader in readers for failure in reader.failures()]
    quoted = [pl.col(f"{_RAW}{name}").alias(name) for name in sources]
    return split_rows(rows, table, [*failures, *contract_failures(table)], quoted)


def _apart(readers: list[_Reader]) -> tuple[list[_Reader], list[_Reader]]:
    money = [reader for reader in readers if reader.column.dtype == "money"]
    return [reader for reader in readers if reader not in money], money


def _with_absent(rows: pl.DataFrame, table: Table, filled: set[str]) -> pl.DataFrame:
    return rows.with_columns(
        pl.lit(None).cast(polars_dtype(column.dtype)).alias(column.name)
        for column in table.columns
        if column.name not in filled
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """How one contract column is read from one source column or constant."""

    column: Column
    mapping: ColumnMapping
    schema: Mapping[str, Any]
    conventions: Conventions

    @property
    def name(self) -> str:
        return f"{_RAW}{self.mapping.source}"

    @property
    def is_text(self) -> bool:
        """Whether the value comes as text: a constant, a translated value, or a column of text."""
        source = self.mapping.source
        return source is None or self.mapping.values is not None or self.schema[self.name] == pl.String

    def raw(self) -> pl.Expr:
        """Return the value as the source gives it, without blanks around it, after translation; null when missing."""
        if self.mapping.source is None:
            return pl.lit(self.mapping.constant, dtype=pl.String)
        value = pl.col(self.name)
        if self.schema[self.name] == pl.String:
            # Fixed-width extracts pad their texts: `C1 ` is `C1`, and blanks alone are no value.
            text = value.str.strip_chars()
            value = pl.when(text != "").then(text)
        return value if self.mapping.values is None else self._translated(value, self.mapping.values)

    def _translated(self, value: pl.Expr, values: Mapping[str, str | None]) -> pl.Expr:
        words = dict(values)
        missing, default = words.pop("", None), words.pop("*", None)
        text = value.cast(pl.String)
        known = (
            text.replace_strict(words, default=default, return_dtype=pl.String) if words else pl.lit(default)
        )
        return pl.when(text.is_null()).then(pl.lit(missing, dtype=pl.String)).otherwise(known)

    def typed(self) -> pl.Expr:
        """Return the value in the contract's dtype, null where it cannot be read."""
        read = _READERS.get(self.column.dtype, _read_string)
        return read(self).alias(self.column.name)

    def failures(self) -> list[Failure]:
        """Return the checks of reading, which come before the contract's own."""
        failures = []
        if self.mapping.values is not None and "*" not in self.mapping.values:
            text = pl.col(self.name).cast(pl.String)
            known = [word for word in self.mapping.values if word]
            unknown = (text != "") & ~text.is_in(known)
            failures.append(Failure("bad_value", self.column.name, " | ".join(known), unknown, text))
        raw = self.raw()
        lost = raw.is_not_null() & pl.col(self.column.name).is_null()
        code, needed = self._code()
        if code is not None:
            failures.append(Failure(code, self.column.name, needed, lost, raw.cast(pl.String)))
        return failures

    def _code(self) -> tuple[str | None, str]:
        dtype = self.column.dtype
        codes = {
            "string": None,
            "bool": "bad_value",
            "date": "bad_date",
            "instant": "bad_date",
            "money": "bad_money",
        }
        needed = {
            "bool": "true | false",
            "date": self.mapping.format or _DATE,
            "instant": f"{self.mapping.format or 'ISO 8601'} {self.conventions.timezone}",
            "money": f"{self.mapping.money}, decimals of the currency",
        }
        return codes.get(dtype, "bad_number"), needed.get(dtype, dtype)


def _read_string(reader: _Reader) -> pl.Expr:
    return reader.raw().cast(pl.String)


def _read_integer(reader: _Reader) -> pl.Expr:
    raw, dtype = reader.raw(), polars_dtype(reader.column.dtype)
    if not reader.is_text:
        # A typed fraction is not an integer: it would be cut without a word.
        whole = raw.cast(pl.Float64, strict=False)
        return pl.when(whole == whole.round()).then(raw).cast(dtype, strict=False)
    text = raw.str.strip_chars()
    return pl.when(text.str.contains(_INTEGER)).then(text.str.strip_prefix("+")).cast(dtype, strict=False)


def _read_float(reader: _Reader) -> pl.Expr:
    raw = reader.raw()
    if reader.is_text:
        text = raw.str.strip_chars()
        raw = pl.when(text.str.contains(_NUMBER)).then(text)
    return raw.cast(pl.Float64, strict=False)


def _read_bool(reader: _Reader) -> pl.Expr:
    if not reader.is_text and reader.schema[reader.name] == pl.Boolean:
        return reader.raw()
    text = reader.raw().cast(pl.String).str.strip_chars().str.to_lowercase()
    words = {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}
    return text.replace_strict(words, default=None, return_dtype=pl.Boolean)


def _read_date(reader: _Reader) -> pl.Expr:
    raw = reader.raw()
    if reader.is_text:
        return raw.str.strip_chars().str.to_date(reader.mapping.format or _DATE, strict=False)
    kind = reader.schema[reader.name]
    if isinstance(kind, pl.Datetime) and kind.time_zone is not None:
        return raw.dt.convert_time_zone(reader.conventions.timezone).dt.date()
    if isinstance(kind, pl.Datetime) or kind == pl.Date:
        return raw.cast(pl.Date)
    # Days written as numbers, such as 20200131.
    return raw.cast(pl.String).str.to_date(reader.mapping.format or _DATE, strict=False)


def _read_instant(reader: _Reader) -> pl.Expr:
    raw, zone = reader.raw(), reader.conventions.timezone
    kind = pl.String if reader.is_text else reader.schema[reader.name]
    if isinstance(kind, pl.Datetime):
        naive = raw.dt.cast_time_unit("us")
        return naive.dt.convert_time_zone("UTC") if kind.time_zone else _in_zone(naive, zone)
    if kind == pl.Date:
        return start_of(raw, zone)
    text, form = raw.cast(pl.String).str.strip_chars(), reader.mapping.format
    if form is None:
        return _iso_instant(text, zone)
    if "%z" in form:
        return text.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False)
    if not any(part in form for part in ("%H", "%I", "%T", "%R", "%s")):
        return start_of(text.str.to_date(form, strict=False), zone)
    return _in_zone(text.str.to_datetime(form, time_unit="us", strict=False), zone)


def _iso_instant(text: pl.Expr, zone: str) -> pl.Expr:
    """Read the forms of ISO 8601 that extracts use: a day, a time of the bank's zone, a time with its offset."""
    spaced = text.str.replace("T", " ", literal=True)
    offset = spaced.str.replace(r"Z$", "+00:00").str.to_datetime(
        "%Y-%m-%d %H:%M:%S%.f%:z", time_unit="us", time_zone="UTC", strict=False
    )
    naive = spaced.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
    return pl.coalesce(_in_zone(naive, zone), offset, start_of(text.str.to_date(_DATE, strict=False), zone))


def _in_zone(naive: pl.Expr, zone: str) -> pl.Expr:
    """Read a time in a zone; the hour that a change of clocks repeats is its first, one that it skips is none."""
    zoned = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return zoned.dt.convert_time_zone("UTC")


_READERS: Final = {
    "int64": _read_integer,
    "int16": _read_integer,
    "float64": _read_float,
    "bool": _read_bool,
    "date": _read_date,
    "instant": _read_instant,
}


def _money(reader: _Reader, rows: pl.DataFrame, table: Table, conventions: Conventions) -> pl.Expr:
    """Return an amount in the smallest unit of the row's currency; null unless it is exactly that."""
    raw = reader.raw()
    if reader.mapping.money == "minor":
        text = raw.cast(pl.String).str.strip_chars()
        whole = text.str.strip_prefix("+") if reader.is_text else text.str.strip_suffix(".0")
        return pl.when(text.is_not_null()).then(whole.cast(pl.Int64, strict=False)).alias(reader.column.name)
    # A binary fraction is taken as the shortest decimal that stands for it.
    text = raw.str.strip_chars() if reader.is_text else raw.cast(pl.String)
    amount = in_minor_units(rows, text, _currency(table, conventions), conventions.minor_units)
    return amount.alias(reader.column.name)


def _currency(table: Table, conventions: Conventions) -> pl.Expr:
    if any(column.name == "currency" for column in table.columns):
        return pl.col("currency").fill_null(conventions.currency)
    return pl.lit(conventions.currency)
