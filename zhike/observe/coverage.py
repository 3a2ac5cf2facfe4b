"""How far the bookings reach: accounts without any, accounts whose bookings stop early, months that are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.core.language import Text
from zhike.observe.finding import Check, QualityFinding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.observe.finding import QualityLimits

__all__ = ["COVERAGE_CHECKS", "coverage_findings"]

NO_BOOKINGS: Final = Check("no_bookings", "warning", Text(
    "{rows} of {of} accounts have no transactions ({share})",
    "{of} 个账户中有 {rows} 个没有任何交易记录（{share}）", "{of} 個帳戶中有 {rows} 個沒有任何交易紀錄（{share}）"))  # fmt: skip
CUT: Final = Check("bookings_cut", "warning", Text(
    "transactions of {rows} of {of} accounts end by {end}, while others run to {newest}, and no account ends between {end} and {following}: "
    "the extract holds only part of the transactions",
    "{of} 个有交易的账户中，{rows} 个的交易止于 {end}，其余账户延续至 {newest}，且 {end} 与 {following} 之间没有账户停止：抽取数据只含部分交易",
    "{of} 個有交易的帳戶中，{rows} 個的交易止於 {end}，其餘帳戶延續至 {newest}，且 {end} 與 {following} 之間沒有帳戶停止：擷取資料只含部分交易"))  # fmt: skip
SILENT: Final = Check("bookings_end_early", "warning", Text(
    "the last transaction of {rows} of {of} open accounts that have any is more than {days} days before the newest one of the bank ({newest}): "
    "they went quiet, or their later transactions are missing",
    "{of} 个有交易的未销户账户中，{rows} 个的最后交易比全行最新交易（{newest}）早 {days} 天以上：账户停用，或后续交易缺失",
    "{of} 個有交易的未銷戶帳戶中，{rows} 個的最後交易比全行最新交易（{newest}）早 {days} 天以上：帳戶停用，或後續交易缺漏"))  # fmt: skip
DROP: Final = Check("bookings_drop", "warning", Text(
    "transactions fall from {before} in {previous} to {rows} in {month}, a month in which the bank goes on",
    "交易笔数由 {previous} 的 {before} 笔降至 {month} 的 {rows} 笔，而全行此后仍有交易",
    "交易筆數由 {previous} 的 {before} 筆降至 {month} 的 {rows} 筆，而全行此後仍有交易"))  # fmt: skip
EMPTY_MONTHS: Final = Check("months_without_bookings", "warning", Text(
    "{rows} of {of} months between the first and the last transaction have none; the first is {month}",
    "首末交易之间 {of} 个月中有 {rows} 个月没有交易，最早为 {month}", "首末交易之間 {of} 個月中有 {rows} 個月沒有交易，最早為 {month}"))  # fmt: skip

COVERAGE_CHECKS: Final = (NO_BOOKINGS, CUT, SILENT, DROP, EMPTY_MONTHS)


def coverage_findings(tables: Mapping[str, pl.LazyFrame], limits: QualityLimits) -> list[QualityFinding]:
    """Return where the transactions do not cover the accounts or the months.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        Has ``accounts`` (one row each) and ``transactions``.
    limits : QualityLimits
        When to speak up.

    Notes
    -----
    A *cut* is told from accounts that close by themselves: the days of last bookings have a hole of more than
    ``silent_days``, with at least ``cut_share`` of the accounts before it.
    """
    accounts = tables["accounts"].select("account_id", "closed_on").collect(engine="streaming")
    spans = (
        tables["transactions"]
        .group_by("account_id")
        .agg(pl.col("booked_on").max().alias("last_on"))
        .collect(engine="streaming")
    )
    if accounts.is_empty() or spans.is_empty():
        return []
    months = _months(tables["transactions"])
    return [
        *_without(accounts, spans),
        *_cuts(spans, limits),
        *_silent(accounts, spans, limits),
        *_drops(months, limits),
        *_holes(months),
    ]


def _finding(check: Check, rows: int, of: int, **values: Any) -> QualityFinding:  # noqa: ANN401 - what the sentence names
    return QualityFinding(check, "transactions", "booked_on", rows, of, values)


def _without(accounts: pl.DataFrame, spans: pl.DataFrame) -> list[QualityFinding]:
    without = accounts.join(spans, on="account_id", how="anti").height
    return [_finding(NO_BOOKINGS, without, accounts.height)] if without else []


def _cuts(spans: pl.DataFrame, limits: QualityLimits) -> list[QualityFinding]:
    days = spans["last_on"].sort()
    following = days.shift(-1)
    holes = (
        pl.DataFrame({"end": days, "following": following})
        .with_row_index("row", offset=1)
        .filter(
            (pl.col("following") - pl.col("end")).dt.total_days() > limits.silent_days,
            pl.col("row") >= limits.cut_share * days.len(),
        )
    )
    return [
        _finding(CUT, row["row"], spans.height, end=row["end"], following=row["following"], newest=days[-1])
        for row in holes.iter_rows(named=True)
    ]


def _silent(accounts: pl.DataFrame, spans: pl.DataFrame, limits: QualityLimits) -> list[QualityFinding]:
    newest = spans["last_on"].max()
    running = spans.join(accounts.filter(pl.col("closed_on").is_null()), on="account_id", how="semi")
    early = running.filter((pl.lit(newest) - pl.col("last_on")).dt.total_days() > limits.silent_days).height
    return [_finding(SILENT, early, running.height, newest=newest, days=limits.silent_days)] if early else []


def _months(transactions: pl.LazyFrame) -> pl.DataFrame:
    """Bookings per month, months without any included, the last month left out as it may be incomplete."""
    counted = (
        transactions.group_by(pl.col("booked_on").dt.truncate("1mo").alias("month"))
        .agg(pl.len().cast(pl.Int64).alias("bookings"))
        .collect(engine="streaming")
        .sort("month")
    )
    full = counted.upsample("month", every="1mo").with_columns(pl.col("bookings").fill_null(0))
    return full.with_columns(
        pl.col("bookings").shift(1).alias("before"), pl.col("month").shift(1).alias("previous")
    ).head(-1)


def _drops(months: pl.DataFrame, limits: QualityLimits) -> list[QualityFinding]:
    fallen = months.filter(
        pl.col("bookings") < (1 - limits.volume_drop) * pl.col("before"), pl.col("bookings") > 0
    )
    return [
        _finding(DROP, row["bookings"], row["before"], before=row["before"], previous=f"{row['previous']:%Y-%m}", month=f"{row['month']:%Y-%m}")
        for row in fallen.iter_rows(named=True)
    ]  # fmt: skip


def _holes(months: pl.DataFrame) -> list[QualityFinding]:
    empty = months.filter(pl.col("bookings") == 0)
    if empty.is_empty():
        return []
    return [_finding(EMPTY_MONTHS, empty.height, months.height, month=f"{empty['month'][0]:%Y-%m}")]
