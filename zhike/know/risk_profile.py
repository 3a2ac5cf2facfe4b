"""How much risk the customer may be shown: questionnaire, capacity for loss, knowledge, and how long an answer is valid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.know.feature import Feature, feature
from zhike.know.view import months_between

if TYPE_CHECKING:
    from zhike.know.view import View

__all__ = ["RISK_FEATURES", "capacity", "risk_profile"]

YEAR: Final = 12

RISK_FEATURES: Final[tuple[Feature, ...]] = (
    feature("risk_level", "int16", "assessments", 0, (
        "Level of the latest assessment of risk tolerance, 1 the lowest.", "最近一次风险承受能力评估等级（1为最低）。", "最近一次風險承受能力評估等級（1為最低）。"), unit="level"),
    feature("risk_label", "string", "assessments", 0, (
        "The source's own word for that level.", "来源系统对该等级的称呼。", "來源系統對該等級的稱呼。")),
    feature("risk_method", "string", "assessments", 0, (
        "Whether the customer answered or the bank imputed the level.", "等级来自客户问卷或银行推断。", "等級來自客戶問卷或銀行推斷。")),
    feature("risk_status", "string", "assessments", 0, (
        "valid, expired (or without a day of answer while answers expire), imputed, or missing.",
        "有效、过期（含有有效期要求而无评估日）、推断或缺失。", "有效、過期（含有有效期要求而無評估日）、推斷或缺失。")),
    feature("risk_assessed_on", "date", "assessments", 0, (
        "Day of the answer.", "评估日期。", "評估日期。")),
    feature("risk_valid_until", "date", "assessments", 0, (
        "Last day on which the answer may be used; empty when answers do not expire.", "评估结果可使用的最后一日；无有效期时为空。", "評估結果可使用的最後一日；無有效期時為空。")),
    feature("assessment_age_months", "int64", "assessments", 0, (
        "Complete months since the answer.", "评估至今的整月数。", "評估至今的整月數。"), unit="months"),
    feature("assessments_on_day", "int64", "assessments", 0, (
        "Different answers to the risk questionnaire on the day itself.", "当日风险问卷评估次数。", "當日風險問卷評估次數。"), unit="assessments"),
    feature("assessments_12m", "int64", "assessments", 0, (
        "Different answers to the risk questionnaire in the last 12 months.", "近12个月风险问卷评估次数。", "近12個月風險問卷評估次數。"), unit="assessments"),
    feature("capacity_level", "int16", "assessments", 0, (
        "Level of the latest assessment of capacity for loss, 1 the lowest.", "最近一次损失承受能力等级（1为最低）。", "最近一次損失承受能力等級（1為最低）。"), unit="level"),
    feature("capacity_lower", "money", "assessments", 0, (
        "Least amount of the band that this answer names.", "该答案所示区间的下限。", "該答案所示區間的下限。"), unit="minor units of the assessment's currency"),
    feature("capacity_upper", "money", "assessments", 0, (
        "Greatest amount of that band; empty when open.", "该区间的上限；无上限时为空。", "該區間的上限；無上限時為空。"), unit="minor units of the assessment's currency"),
    feature("knowledge_level", "int16", "assessments", 0, (
        "Level of the latest assessment of knowledge and experience.", "最近一次知识与经验评估等级。", "最近一次知識與經驗評估等級。"), unit="level"),
)  # fmt: skip


def risk_profile(view: View, customers: pl.LazyFrame, validity_months: int | None) -> pl.LazyFrame:
    """Return the risk features for each of the customers.

    Parameters
    ----------
    view : View
        The bank as known on the day.
    customers : LazyFrame
        Has customer_id.
    validity_months : int or None
        Months for which an answer may be used; None when answers do not expire.

    Notes
    -----
    The latest answer speaks, even when it says that no level is available. An answer of 2026-02-10 that is valid for 12
    months may be used up to and including 2027-02-10; a month without that day ends it on its last day.
    """
    frame = customers.select("customer_id")
    parts = (_tolerance(view), _answers(view), capacity(view), _knowledge(view))
    for part in parts:
        frame = frame.join(part, on="customer_id", how="left")
    frame = frame.with_columns(
        pl.col("assessments_on_day", "assessments_12m").fill_null(0),
        months_between(pl.col("risk_assessed_on"), view.at).alias("assessment_age_months"),
        _valid_until(validity_months).alias("risk_valid_until"),
    )
    return frame.with_columns(_status(view, validity_months).alias("risk_status"))


def _valid_until(months: int | None) -> pl.Expr:
    if months is None:
        return pl.lit(None, pl.Date)
    return pl.when(pl.col("risk_method") == "questionnaire").then(
        pl.col("risk_assessed_on").dt.offset_by(f"{months}mo")
    )


def _status(view: View, months: int | None) -> pl.Expr:
    in_time = pl.lit(value=True) if months is None else pl.col("risk_valid_until") >= view.at
    return (
        pl.when(pl.col("risk_level").is_null())
        .then(pl.lit("missing"))
        .when(pl.col("risk_method") == "imputed")
        .then(pl.lit("imputed"))
        .when(in_time)
        .then(pl.lit("valid"))
        .otherwise(pl.lit("expired"))
    )


def _latest(view: View, kind: str) -> pl.LazyFrame:
    day = pl.coalesce("assessed_on", "valid_from").alias("day")
    of_kind = view.current("assessments").filter(pl.col("kind") == kind).with_columns(day)
    order = ("day", "valid_from", "known_at", "assessment_id")
    return of_kind.sort(order).unique("customer_id", keep="last", maintain_order=True)


def _tolerance(view: View) -> pl.LazyFrame:
    return _latest(view, "risk_tolerance").select(
        "customer_id",
        pl.col("level").alias("risk_level"),
        pl.col("label").alias("risk_label"),
        pl.col("method").alias("risk_method"),
        pl.col("assessed_on").alias("risk_assessed_on"),
    )


def _answers(view: View) -> pl.LazyFrame:
    """Count different answers: a version that restates an answer of the same day is not another one."""
    answered = (
        view.history("assessments")
        .filter(
            pl.col("kind") == "risk_tolerance",
            pl.col("method") == "questionnaire",
            pl.col("assessed_on") <= view.at,
        )
        .select("customer_id", "assessment_id", "assessed_on")
        .unique()
    )
    in_year = pl.col("assessed_on").dt.offset_by(f"{YEAR}mo") > view.at
    return answered.group_by("customer_id").agg(
        (pl.col("assessed_on") == view.at).sum().alias("assessments_on_day"),
        in_year.sum().alias("assessments_12m"),
    )


def capacity(view: View) -> pl.LazyFrame:
    """Return the capacity for loss of every customer who stated one."""
    return _latest(view, "capacity_for_loss").select(
        "customer_id",
        pl.col("level").alias("capacity_level"),
        pl.col("lower_amount").alias("capacity_lower"),
        pl.col("upper_amount").alias("capacity_upper"),
    )


def _knowledge(view: View) -> pl.LazyFrame:
    return _latest(view, "knowledge").select("customer_id", pl.col("level").alias("knowledge_level"))
