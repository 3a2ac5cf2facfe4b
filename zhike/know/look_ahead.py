"""Proof that the archive does not look ahead: change everything that was not yet known, and nothing may change.

Each change leaves the rows known by the end of the day as they are and adds to, or takes from, the rest:

``known later``
    Every row again, with other content under its own key and under a new one, and once with the same content
    under a new key, learnt one microsecond after the day.
``dated later``
    The same rows, known already but dated the day after.
``future removed``
    Whatever was learnt or dated after the day is taken away.
``future shifted``
    Whatever was learnt after the day is learnt a year later still.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.contracts import CONTRACTS
from zhike.core.language import Text
from zhike.core.tables import KNOWN_AT, VALID_TO
from zhike.core.units import end_of_day
from zhike.know.archive import archive

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zhike.core.tables import Column, Table
    from zhike.know.rules import ArchiveRules

    _Difference = tuple[tuple[str, ...], int]
    Archive = Callable[[Mapping[str, pl.LazyFrame], dt.date, str, ArchiveRules], pl.LazyFrame]

__all__ = ["CHANGES", "LookAheadFinding", "changed_table", "look_ahead_findings"]

CHANGES: Final = ("known later", "dated later", "future removed", "future shifted")
_SHIFT: Final = dt.timedelta(days=365)
_MARK: Final = "~later"
_SENTENCE: Final = Text(
    "table {table}, change '{change}': the archive of {at} differs for {customers} customers in {columns}",
    "表 {table}，变动“{change}”：{at} 的档案有 {customers} 位客户在 {columns} 上不同",
    "表 {table}，變動「{change}」：{at} 的檔案有 {customers} 位客戶在 {columns} 上不同",
)


@dataclass(frozen=True, slots=True)
class LookAheadFinding:
    """One way in which the archive of a day depends on what was not yet known."""

    table: str
    change: str
    at: dt.date
    columns: tuple[str, ...]
    customers: int

    @property
    def sentence(self) -> Text:
        """What was found, in three languages."""
        return Text(*(self._filled(text) for text in (_SENTENCE.en, _SENTENCE.zh_hans, _SENTENCE.zh_hant)))

    def _filled(self, text: str) -> str:
        columns = ", ".join(self.columns)
        return text.format(
            table=self.table, change=self.change, at=self.at, columns=columns, customers=self.customers
        )


def look_ahead_findings(
    tables: Mapping[str, pl.LazyFrame],
    at: dt.date,
    timezone: str,
    rules: ArchiveRules,
    *,
    build: Archive = archive,
) -> list[LookAheadFinding]:
    """Change what was not known on a day, table by table, and report where the archive of that day differs.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        Contract tables.
    at : date
        The day of the archive.
    timezone : str
        The bank's IANA zone.
    rules : ArchiveRules
        Tables and parameters in force.
    build : callable, default `archive`
        The function under test; anything with the signature of `archive`.

    Returns
    -------
    list of LookAheadFinding
        Empty when nothing that became known later has any effect.

    Notes
    -----
    All tables are changed at once first; where that shows a difference, the tables are halved until they are alone. A clean bank so costs
    one archive per kind of change and one for comparison.
    """
    expected = build(tables, at, timezone, rules).collect(engine="streaming")
    findings: list[LookAheadFinding] = []
    for change in CHANGES:
        changed = {
            name: _changed_once(tables[name], CONTRACTS[name], change, at, timezone) for name in tables
        }

        def difference(
            names: Sequence[str], changed: Mapping[str, pl.LazyFrame] = changed
        ) -> _Difference | None:
            mixed = {name: changed[name] if name in names else tables[name] for name in tables}
            return _difference(expected, build(mixed, at, timezone, rules).collect(engine="streaming"))

        findings += [
            LookAheadFinding(name, change, at, *found)
            for name, found in _culprits(sorted(tables), difference)
        ]
    return findings


def _culprits(
    names: Sequence[str], difference: Callable[[Sequence[str]], _Difference | None]
) -> list[tuple[str, _Difference]]:
    """Find the tables that make a difference by halving; tables that do so only together are named together."""
    found = difference(names)
    if found is None:
        return []
    if len(names) == 1:
        return [(names[0], found)]
    middle = len(names) // 2
    inside = [*_culprits(names[:middle], difference), *_culprits(names[middle:], difference)]
    return inside or [(", ".join(names), found)]


def _changed_once(frame: pl.LazyFrame, table: Table, change: str, at: dt.date, timezone: str) -> pl.LazyFrame:
    """Change versions once for all parts of the archive that read them; events are many, and stream past each."""
    changed = changed_table(frame, table, change, at, timezone)
    return changed if table.kind == "event" else changed.cache()


def changed_table(frame: pl.LazyFrame, table: Table, change: str, at: dt.date, timezone: str) -> pl.LazyFrame:
    """Return a table in which only what was not known on the day is changed in one of the ways of `CHANGES`."""
    until = end_of_day(at, timezone)
    unknown = (pl.col(KNOWN_AT) > until) | (pl.col(table.day) > at)
    if change == "future removed":
        return frame.filter(~unknown)
    if change == "future shifted":
        learnt = pl.col(KNOWN_AT)
        return frame.with_columns(
            pl.when(learnt > until).then(learnt + _SHIFT).otherwise(learnt).alias(KNOWN_AT)
        )
    later = frame.with_columns(_later(table, change, at, until))
    other = later.with_columns(_other_content(table, at))
    return pl.concat([frame, other, *(rows.with_columns(_new_key(table)) for rows in (other, later))])


def _later(table: Table, change: str, at: dt.date, until: dt.datetime) -> list[pl.Expr]:
    """Return the two times of a row that was not known on the day: learnt too late, or dated too late."""
    last = pl.lit(until).cast(pl.Datetime("us", "UTC"))
    if change == "known later":
        day = pl.min_horizontal(pl.col(table.day), pl.lit(at))
        return [day.alias(table.day), (last + dt.timedelta(microseconds=1)).alias(KNOWN_AT)]
    learnt = pl.min_horizontal(pl.col(KNOWN_AT), last)
    return [pl.lit(at + dt.timedelta(days=1)).alias(table.day), learnt.alias(KNOWN_AT)]


def _other_content(table: Table, at: dt.date) -> list[pl.Expr]:
    # A row in another currency would not be added up, and so could not show a look ahead.
    kept = {*table.key, table.day, KNOWN_AT, "currency"}
    return [
        _other(column, at).alias(column.name)
        for column in table.columns
        if column.name not in kept and not column.references
    ]


def _other(column: Column, at: dt.date) -> pl.Expr:
    """Return other content that the contract allows; a missing value becomes a present one."""
    value = pl.col(column.name)
    if column.name == VALID_TO:
        # The row lasts: one that has ended would be as good as none.
        return pl.lit(None, pl.Date)
    if column.values:
        following = dict(zip(column.values, (*column.values[1:], column.values[0]), strict=True))
        return value.replace(following).fill_null(column.values[0])
    if column.dtype == "bool":
        return ~value.fill_null(value=False)
    if column.dtype == "date":
        return (value - _SHIFT).fill_null(at - _SHIFT)
    if column.dtype == "string":
        # A text may name a row of any table (object_id, account): the tie must lead somewhere to be able to matter.
        return value if column.name.endswith("_id") else value.fill_null("") + _MARK
    return _other_number(column)


def _other_number(column: Column) -> pl.Expr:
    value = pl.col(column.name)
    dtype = {"float64": pl.Float64, "int16": pl.Int16}.get(column.dtype, pl.Int64)
    if column.minimum is not None and column.maximum is not None:
        # Mirrored, so that it stays within the contract's range.
        return (pl.lit(column.minimum + column.maximum) - value).fill_null(column.minimum).cast(dtype)
    return (value * 3 + 7).fill_null(7).cast(dtype)


def _new_key(table: Table) -> list[pl.Expr]:
    """Give a row a key of its own: its identifier gets a mark, its customer stays."""
    texts = [
        name
        for name in table.key
        if table.column(name).dtype == "string" and not table.column(name).references
    ]
    return [(pl.col(name) + _MARK).alias(name) for name in texts[:1]]


def _difference(expected: pl.DataFrame, found: pl.DataFrame) -> _Difference | None:
    """Return the columns that differ and the number of customers concerned; None when all is equal."""
    if expected.equals(found):
        return None
    key = "customer_id"
    both = expected.join(found, on=key, how="full", suffix="_found")
    same = {name: both[name].eq_missing(both[f"{name}_found"]) for name in expected.columns}
    columns = tuple(name for name, equal in same.items() if not equal.all())
    unequal = pl.DataFrame([same[name].alias(name) for name in columns]).select(~pl.all_horizontal(pl.all()))
    return columns, int(unequal.to_series().sum())
