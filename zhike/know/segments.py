"""Which groups a customer belongs to: life stage, tenure, product reliance, demography, behaviour and value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.contracts import FAMILIES
from zhike.know.feature import Feature, feature
from zhike.know.rules import LINES

if TYPE_CHECKING:
    from zhike.core.decision_tables import DecisionTable
    from zhike.know.rules import ArchiveRules

__all__ = ["SEGMENT_FEATURES", "decided", "segments", "value_position", "value_total"]

FIFTHS: Final = 5

SEGMENT_FEATURES: Final[tuple[Feature, ...]] = (
    feature("life_stage", "string", "customers, relationships", 1, (
        "Life stage by rule know.life_stage.", "按规则 know.life_stage 的人生阶段。", "按規則 know.life_stage 的人生階段。")),
    feature("tenure_band", "string", "relationships, accounts, holdings", 1, (
        "Band of the tenure by rule know.tenure_band.", "按规则 know.tenure_band 的关系年限分档。", "按規則 know.tenure_band 的關係年限分檔。"), personal="C1"),
    *(feature(f"reliance_{line}", "float64", "holdings, products", 1, (
        f"Share of the products held that belong to the line '{line}' (rule know.segments.family_line).",
        f"所持产品中属于{hans}条线的占比（规则 know.segments.family_line）。", f"所持產品中屬於{hant}條線的占比（規則 know.segments.family_line）。"), unit="share")
      for line, hans, hant in zip(LINES, ("存款", "贷款", "结算", "中间业务"), ("存款", "貸款", "結算", "中間業務"), strict=True)),
    feature("segment_reliance", "string", "holdings, products", 1, (
        "Segment by product reliance: deposit, loan, settlement, intermediary, balanced, or none without products.",
        "按产品依赖度分群：存款、贷款、结算、中间业务、均衡，或无产品。", "按產品依賴度分群：存款、貸款、結算、中間業務、均衡，或無產品。")),
    feature("segment_demographic", "string", "customers", 1, (
        "Demographic segment by rule know.segments.demographic.", "按规则 know.segments.demographic 的人口统计分群。", "按規則 know.segments.demographic 的人口統計分群。")),
    feature("rfm_basis", "string", "transactions, holdings", 1, (
        "What the three scores rest on: transactions, or holdings for a customer without any booking; each is ranked among its own.",
        "三项得分的依据：交易；无记账的客户以持有产品为依据；各自内部排序。", "三項得分的依據：交易；無記帳的客戶以持有產品為依據；各自內部排序。"), personal="C1"),
    feature("rfm_recency", "int16", "transactions, holdings", 1, (
        "Fifth of the customers by how lately they were active, 5 the latest.", "按活跃近度的五分位（5为最近）。", "按活躍近度的五分位（5為最近）。"), unit="fifth"),
    feature("rfm_frequency", "int16", "transactions, holdings", 1, (
        "Fifth by bookings in 365 days, or holdings.", "按近365天笔数（或持有数）的五分位。", "按近365天筆數（或持有數）的五分位。"), unit="fifth"),
    feature("rfm_monetary", "int16", "transactions, holdings", 1, (
        "Fifth by inflow in 365 days, or assets held.", "按近365天流入额（或所持资产）的五分位。", "按近365天流入額（或所持資產）的五分位。"), unit="fifth"),
    feature("segment_rfm", "string", "transactions, holdings", 1, (
        "Behavioural segment by rule know.segments.rfm.", "按规则 know.segments.rfm 的行为分群。", "按規則 know.segments.rfm 的行為分群。")),
    feature("value_total", "money", "transactions, holdings", 1, (
        "Balance plus assets held, of what is known; empty when neither is.", "已知余额与所持资产之和；均未知时为空。", "已知餘額與所持資產之和；均未知時為空。")),
    feature("value_position", "float64", "transactions, holdings", 1, (
        "Share of the customers with a known total in that currency that have no more.", "同币种已知总额的客户中不高于该客户的占比。", "同幣別已知總額的客戶中不高於該客戶的占比。"), unit="share"),
    feature("value_band", "string", "transactions, holdings, assessments", 1, (
        "Value band by rule know.segments.value_band.", "按规则 know.segments.value_band 的价值分层。", "按規則 know.segments.value_band 的價值分層。")),
)  # fmt: skip


def segments(customers: pl.LazyFrame, rules: ArchiveRules) -> pl.LazyFrame:
    """Return the frame with the segment features added.

    Parameters
    ----------
    customers : LazyFrame
        One row per customer with the identity, holding, flow and risk features.
    rules : ArchiveRules
        Tables in force.

    Notes
    -----
    A fifth is ``floor(5 (rank - 1/2) / n) + 1`` where equal values share their mean rank, so that equal customers are in the
    same fifth whatever the order of the rows, and the middle one where all are equal.
    """
    staged = customers.with_columns(decided(rules.life_stage), decided(rules.tenure_band), *_reliance(rules))
    measured = staged.with_columns(
        decided(rules.reliance),
        decided(rules.demographic),
        _basis().alias("rfm_basis"),
        value_total().alias("value_total"),
    )
    scored = measured.with_columns(*_fifths(), value_position().alias("value_position"))
    return scored.with_columns(decided(rules.rfm), decided(rules.value_band))


def decided(table: DecisionTable) -> pl.Expr:
    """Return the one output of a table as an expression."""
    return table.expressions()[table.outputs[0]]


def _reliance(rules: ArchiveRules) -> list[pl.Expr]:
    of_line = {line: [f"holds_{f}" for f in FAMILIES if rules.family_line[f] == line] for line in LINES}
    every = pl.sum_horizontal(f"holds_{family}" for family in FAMILIES)
    return [
        pl.when(every > 0).then(pl.sum_horizontal(of_line[line]) / every).alias(f"reliance_{line}")
        for line in LINES
    ]


def _basis() -> pl.Expr:
    by_holdings = pl.when(pl.col("holding_recency_days").is_not_null()).then(pl.lit("holdings"))
    return (
        pl.when(pl.col("transaction_recency_days").is_not_null())
        .then(pl.lit("transactions"))
        .otherwise(by_holdings)
    )


def value_total() -> pl.Expr:
    """Return balance and assets held of what is known of them."""
    known = pl.col("balance").is_not_null() | pl.col("assets_held").is_not_null()
    return pl.when(known).then(pl.col("balance").fill_null(0) + pl.col("assets_held").fill_null(0))


def _fifths() -> list[pl.Expr]:
    by_bookings = pl.col("rfm_basis") == "transactions"
    measures = {
        "rfm_recency": pl.when(by_bookings)
        .then(-pl.col("transaction_recency_days"))
        .otherwise(-pl.col("holding_recency_days")),
        "rfm_frequency": pl.when(by_bookings)
        .then(pl.col("transactions_365d"))
        .otherwise(pl.col("holdings_count")),
        "rfm_monetary": pl.when(by_bookings).then(pl.col("inflow_365d")).otherwise(pl.col("assets_held")),
    }
    return [_fifth(measure).alias(name) for name, measure in measures.items()]


def _fifth(measure: pl.Expr) -> pl.Expr:
    present = pl.when(pl.col("rfm_basis").is_not_null()).then(measure)
    # Twice the mean rank is a whole number, so that no rounding decides at the edge of a fifth.
    twice = (2 * present.rank("average").over("rfm_basis")).cast(pl.Int64)
    return FIFTHS * (twice - 1) // (2 * present.count().over("rfm_basis").cast(pl.Int64)) + 1


def value_position() -> pl.Expr:
    """Return the share of the customers in a currency who have no more than a customer, over all customers of a day."""
    total = pl.col("value_total")
    return total.rank("max").over("currency") / total.count().over("currency")
