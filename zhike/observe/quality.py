"""The quality of a bank's data: what is missing, doubled, dangling, stale, out of range, contradictory or cut off.

Every check is declared once (`zhike.observe.finding.Check`) and speaks one sentence in three languages. Checks look at
contract tables, so rows that could not be read are not here: they are in the rejects.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.core.contracts import CONTRACTS
from zhike.core.language import Text
from zhike.core.tables import KNOWN_AT, VALID_FROM, VALID_TO
from zhike.core.units import end_of_day
from zhike.observe.contradictions import CONTRADICTIONS
from zhike.observe.coverage import COVERAGE_CHECKS, coverage_findings
from zhike.observe.finding import Check, QualityFinding, QualityLimits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhike.core.language import Language
    from zhike.core.tables import Column, Table

__all__ = ["CHECKS", "Check", "QualityFinding", "QualityLimits", "findings", "quality_findings"]

MISSING: Final = Check("missing", "info", Text(
    "{column} is empty in {rows} of {of} rows ({share})", "{of} 行中有 {rows} 行的 {column} 为空（{share}）", "{of} 列中有 {rows} 列的 {column} 為空（{share}）"))  # fmt: skip
REQUIRED: Final = Check("required_missing", "error", Text(
    "{column} is required but empty in {rows} of {of} rows", "必填列 {column} 在 {of} 行中有 {rows} 行为空", "必填欄 {column} 在 {of} 列中有 {rows} 列為空"))  # fmt: skip
DOUBLED: Final = Check("not_unique", "error", Text(
    "{rows} of {of} rows share their key ({column}) with an earlier row", "{of} 行中有 {rows} 行的主键（{column}）与他行重复", "{of} 列中有 {rows} 列的主鍵（{column}）與他列重複"))  # fmt: skip
DANGLING: Final = Check("dangling_reference", "error", Text(
    "{column} of {rows} of {of} rows names nothing in {target}", "{of} 行中有 {rows} 行的 {column} 在 {target} 中不存在", "{of} 列中有 {rows} 列的 {column} 在 {target} 中不存在"))  # fmt: skip
OUTSIDE: Final = Check("out_of_range", "error", Text(
    "{column} of {rows} of {of} rows is not {expected}", "{of} 行中有 {rows} 行的 {column} 不符合 {expected}", "{of} 列中有 {rows} 列的 {column} 不符合 {expected}"))  # fmt: skip
STALE: Final = Check("stale", "warning", Text(
    "the newest row is of {newest}, {rows} days before the newest of the bank ({bank_newest})",
    "最新一行为 {newest}，比全行最新日期（{bank_newest}）早 {rows} 天", "最新一列為 {newest}，比全行最新日期（{bank_newest}）早 {rows} 天"))  # fmt: skip
EARLY: Final = Check("known_before_day", "warning", Text(
    "{rows} of {of} rows were known before the day they happened", "{of} 行中有 {rows} 行在发生日之前已知悉", "{of} 列中有 {rows} 列在發生日之前已知悉"))  # fmt: skip
EMPTY: Final = Check(
    "no_rows", "info", Text("the bank has no rows of this table", "本表没有数据", "本表沒有資料")
)

CHECKS: Final[tuple[Check, ...]] = (
    MISSING, REQUIRED, DOUBLED, DANGLING, OUTSIDE, STALE, EARLY, EMPTY, *COVERAGE_CHECKS, *(c.check for c in CONTRADICTIONS),
)  # fmt: skip
"""Every declared check."""

_OPEN_ENDED: Final = (VALID_TO, "closed_on", "started_after")
"""Columns that are empty while nothing has ended or is in doubt: that is no gap."""

_DIRECTORIES: Final = ("products", "channels", "staff")
"""Tables that may rest for years without being stale."""

_SEVERITY: Final = {"error": 0, "warning": 1, "info": 2}
_SCHEMA: Final[dict[str, Any]] = {
    "check": pl.String, "severity": pl.String, "table": pl.String, "column": pl.String,
    "rows": pl.Int64, "of": pl.Int64, "share": pl.Float64, "sentence": pl.String,
}  # fmt: skip


def findings(
    tables: Mapping[str, pl.LazyFrame],
    at: dt.date | None,
    timezone: str,
    limits: QualityLimits,
    language: Language = "en",
) -> pl.DataFrame:
    """Return what the checks found as a table, errors first.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        Contract tables by name; an absent one counts as empty.
    at : date or None
        Look only at what was known by the end of that day; None for everything.
    timezone : str
        The bank's IANA zone.
    limits : QualityLimits
        When to speak up.
    language : str, default "en"
        Language of the sentences.

    Returns
    -------
    DataFrame
        check, severity, table, column, rows, of, share, sentence.

    Examples
    --------
    >>> found = findings({}, None, "Asia/Shanghai", QualityLimits(92, 92, 0.05, 0.5))
    >>> found["check"].unique().to_list()
    ['no_rows']
    """
    rows = [
        {
            "check": found.check.name, "severity": found.check.severity, "table": found.table, "column": found.column,
            "rows": found.rows, "of": found.of, "share": found.share, "sentence": found.render(language),
        }
        for found in quality_findings(tables, at, timezone, limits)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def quality_findings(
    tables: Mapping[str, pl.LazyFrame], at: dt.date | None, timezone: str, limits: QualityLimits
) -> tuple[QualityFinding, ...]:
    """Return what every check found, errors first, then by table and check; see `findings`."""
    known = _known(tables, at, timezone)
    sizes = pl.collect_all([frame.select(pl.len()) for frame in known.values()], engine="streaming")
    filled = {name: frame for (name, frame), size in zip(known.items(), sizes, strict=True) if size.item()}
    found = [
        *(QualityFinding(EMPTY, name, "", 0, 0) for name in known if name not in filled),
        *_column_findings(filled),
        *_key_findings(filled),
        *_reference_findings(filled),
        *_freshness(filled, timezone, limits),
        *_contradictions(known),
        *coverage_findings(_speaking(known), limits),
    ]
    return tuple(sorted(found, key=lambda f: (_SEVERITY[f.check.severity], f.table, f.check.name, f.column)))


def _known(tables: Mapping[str, pl.LazyFrame], at: dt.date | None, timezone: str) -> dict[str, pl.LazyFrame]:
    frames = {
        name: tables[name] if name in tables else table.empty().lazy() for name, table in CONTRACTS.items()
    }
    if at is None:
        return frames
    until = pl.lit(end_of_day(at, timezone))
    return {
        name: frame.filter(pl.col(KNOWN_AT) <= until, pl.col(CONTRACTS[name].day) <= at)
        for name, frame in frames.items()
    }


def _speaking(known: Mapping[str, pl.LazyFrame]) -> dict[str, pl.LazyFrame]:
    """Return the latest version of each key, and under ``all <table>`` every version."""
    speaking = {f"all {name}": frame for name, frame in known.items()}
    for name, frame in known.items():
        table = CONTRACTS[name]
        latest = (
            frame.sort(VALID_FROM, KNOWN_AT).unique(list(table.key), keep="last")
            if table.kind == "version"
            else frame
        )
        speaking[name] = latest
    return speaking


def _column_findings(filled: Mapping[str, pl.LazyFrame]) -> Iterator[QualityFinding]:
    """Empty and impossible values, all columns of a table in one pass."""
    for name, frame in filled.items():
        table = CONTRACTS[name]
        wrong = {column.name: _outside(column) for column in table.columns}
        checked = {column: expression for column, expression in wrong.items() if expression is not None}
        counted = frame.select(
            pl.len().alias("of"),
            *(pl.col(column.name).null_count().alias(f"null {column.name}") for column in table.columns),
            *(expression.sum().alias(f"wrong {column}") for column, expression in checked.items()),
            _known_early(table).sum().alias("early"),
        )
        counts = counted.collect(engine="streaming").row(0, named=True)
        yield from _of_columns(table, counts)


def _of_columns(table: Table, counts: Mapping[str, int]) -> Iterator[QualityFinding]:
    of = counts["of"]
    for column in table.columns:
        nulls, wrong = counts[f"null {column.name}"], counts.get(f"wrong {column.name}", 0)
        if nulls and column.name not in _OPEN_ENDED:
            yield QualityFinding(REQUIRED if column.required else MISSING, table.name, column.name, nulls, of)
        if wrong:
            yield QualityFinding(OUTSIDE, table.name, column.name, wrong, of, {"expected": _domain(column)})
    if counts["early"]:
        yield QualityFinding(EARLY, table.name, KNOWN_AT, counts["early"], of)


def _known_early(table: Table) -> pl.Expr:
    # A day of slack: the instant is in UTC, the day in the bank's zone.
    return pl.col(KNOWN_AT).dt.date() < pl.col(table.day) - dt.timedelta(days=1)


def _outside(column: Column) -> pl.Expr | None:
    value = pl.col(column.name)
    if column.values:
        return ~value.is_in(column.values)
    if column.minimum is None and column.maximum is None:
        return None
    low = value < column.minimum if column.minimum is not None else pl.lit(value=False)
    high = value > column.maximum if column.maximum is not None else pl.lit(value=False)
    return low | high


def _domain(column: Column) -> str:
    if column.values:
        return " | ".join(column.values)
    low = "" if column.minimum is None else f">= {column.minimum:g}"
    high = "" if column.maximum is None else f"<= {column.maximum:g}"
    return " ".join(bound for bound in (low, high) if bound)


def _key_findings(filled: Mapping[str, pl.LazyFrame]) -> Iterator[QualityFinding]:
    for name, frame in filled.items():
        identity = list(CONTRACTS[name].identity)
        # Hashes instead of the keys themselves: 8 bytes a row, however long the identifiers are.
        key = pl.struct(identity).hash() if len(identity) > 1 else pl.col(identity[0]).hash()
        counts = frame.select(pl.len().alias("of"), key.n_unique().alias("keys")).collect(engine="streaming")
        of, keys = counts.row(0)
        if keys < of:
            yield QualityFinding(DOUBLED, name, ", ".join(identity), of - keys, of)


def _reference_findings(filled: Mapping[str, pl.LazyFrame]) -> Iterator[QualityFinding]:
    for name, frame in filled.items():
        for column in CONTRACTS[name].columns:
            if column.references:
                yield from _dangling(filled, name, frame, column.name, column.references)


def _dangling(
    filled: Mapping[str, pl.LazyFrame], name: str, frame: pl.LazyFrame, column: str, target: str
) -> Iterator[QualityFinding]:
    table, _, key = target.partition(".")
    there = filled[table] if table in filled else CONTRACTS[table].empty().lazy()
    named = frame.select(column).drop_nulls().group_by(column).agg(pl.len().alias("rows"))
    found = there.select(pl.col(key).alias(column), found=pl.lit(value=True)).unique()
    counted = named.join(found, on=column, how="left").select(
        pl.col("rows").filter(pl.col("found").is_null()).sum().alias("dangling"),
        pl.col("rows").sum().alias("of"),
    )
    dangling, of = counted.collect(engine="streaming").row(0)
    if dangling:
        yield QualityFinding(DANGLING, name, column, int(dangling), int(of), {"target": target})


def _freshness(
    filled: Mapping[str, pl.LazyFrame], timezone: str, limits: QualityLimits
) -> Iterator[QualityFinding]:
    newest = {name: _newest(frame, timezone) for name, frame in filled.items() if name not in _DIRECTORIES}
    if not newest:
        return
    latest = max(newest.values())
    for name, day in newest.items():
        lag = (latest - day).days
        if lag > limits.stale_days:
            yield QualityFinding(STALE, name, KNOWN_AT, lag, lag, {"newest": day, "bank_newest": latest})


def _newest(frame: pl.LazyFrame, timezone: str) -> dt.date:
    local = pl.col(KNOWN_AT).max().dt.convert_time_zone(timezone).dt.date()
    day: dt.date = frame.select(local).collect(engine="streaming").item()
    return day


def _contradictions(known: Mapping[str, pl.LazyFrame]) -> Iterator[QualityFinding]:
    speaking = _speaking(known)
    for declared in CONTRADICTIONS:
        cases = declared.cases(speaking)
        wrong = pl.col("wrong").fill_null(value=False)
        counts = [wrong.sum().alias("rows"), pl.len().alias("of")]
        counts += [pl.col(name).filter(wrong).max() for name in declared.values]
        counted = cases.select(counts).collect(engine="streaming").row(0, named=True)
        if counted["rows"]:
            values = {name: counted[name] for name in declared.values}
            rows, of = int(counted["rows"]), int(counted["of"])
            yield QualityFinding(declared.check, declared.table, declared.column, rows, of, values)
