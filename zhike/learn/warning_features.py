"""What warnings go by: dated features of the archive, made relative to what is usual for the customer.

Sex, region, language and income are left out, as is the household: what is expected of a customer follows from how they use the bank.
Whoever has withdrawn the consent to profiling has no row, and so gets no warning. What customers say in surveys and
complaints serves service and redress, never approach (`access.roles`): that holds for warnings that rest on it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.language import Text
from zhike.know.archive import archive
from zhike.know.features import FEATURES
from zhike.know.view import view

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.know.rules import ArchiveRules
    from zhike.learn.warning_rules import WarningRules

__all__ = ["FEATURE_WORDS", "latest_satisfaction", "warning_features"]

_TAKEN: Final = (
    "customer_type", "age", "tenure_months", "accounts_owned", "holdings_count", "families_count", "holding_recency_days",
    "transactions_90d", "transaction_recency_days", "main_channel", "contacts_in_365d", "contacts_out_365d", "contacts_out_30d",
    "complaints_open", "complaints_365d", "assessment_age_months", "card_share_365d", "transfer_share_365d", "value_position",
    "do_not_contact",
)  # fmt: skip
"""Columns of the archive that are taken as they are."""
_MADE: Final = {
    "balance_against_mean": Text(
        "Balance less its mean of 12 months, by that mean.", "余额相对近12个月均值的偏离。", "餘額相對近12個月均值的偏離。"),
    "balance_trend_share": Text(
        "Monthly trend of the balance, by its mean.", "余额月度趋势占均值之比。", "餘額月度趨勢占均值之比。"),
    "balance_low_share": Text(
        "Least month-end balance of 12 months, by the mean.", "近12个月最低月末余额占均值之比。", "近12個月最低月末餘額占均值之比。"),
    "net_flow_share": Text(
        "Net inflow of 90 days, by the inflow of a year's quarter.", "近90天净流入与季度平均流入之比。", "近90天淨流入與季度平均流入之比。"),
    "bookings_against_year": Text(
        "Bookings of 90 days, by a quarter of the year's.", "近90天记账笔数与季度平均之比。", "近90天記帳筆數與季度平均之比。"),
    "inflow_against_year": Text(
        "Inflow of 30 days, by a twelfth of the year's.", "近30天流入与月度平均之比。", "近30天流入與月度平均之比。"),
    "fees_share": Text(
        "Fees of a year, by its inflow.", "近一年手续费占流入之比。", "近一年手續費占流入之比。"),
    "penalty_paid": Text(
        "Whether penalty interest was paid in a year.", "近一年是否支付罚息。", "近一年是否支付罰息。"),
    "salary_seen": Text(
        "Whether a regular inflow is seen.", "是否有规律性入账。", "是否有規律性入帳。"),
    "consents_withdrawn_count": Text(
        "Consents refused or withdrawn.", "已拒绝或撤回的同意数。", "已拒絕或撤回的同意數。"),
    "satisfaction_told": Text(
        "Satisfaction told in the latest survey of a year, points.", "近一年最近一次调查的满意度得分。", "近一年最近一次調查的滿意度得分。"),
}  # fmt: skip
FEATURE_WORDS: Final[Mapping[str, Text]] = {
    **{feature.name: feature.meaning for feature in FEATURES if feature.name in _TAKEN},
    **_MADE,
}
"""What each feature says, by name."""
_YEAR: Final = 365
_CHANGE_MOST: Final = 10.0
"""Ratios are cut here: beyond, they say how small the usual is, not how large the change."""


def warning_features(
    tables: Mapping[str, pl.LazyFrame], at: dt.date, timezone: str, rules: tuple[ArchiveRules, WarningRules]
) -> pl.DataFrame:
    """Return what warnings go by, as known at the end of a day.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        Contract tables by name.
    at : date
    timezone : str
        The bank's IANA zone.
    rules : tuple of ArchiveRules and WarningRules
        In force on the day.

    Returns
    -------
    DataFrame
        ``customer_id`` and the columns of `FEATURE_WORDS`, a row for each customer who is one and may be profiled, by customer.
    """
    known = archive(tables, at, timezone, rules[0])
    told = latest_satisfaction(tables, at, timezone, rules[1].satisfaction_questions)
    refused = pl.col("consents_withdrawn").list.eval(pl.element().str.starts_with("profiling/")).list.any()
    here = pl.col("customer_type").fill_null("person") != "inactive"
    # The list of what is taken is not in the archive's order, but in that of the words.
    return (
        known.filter(here & ~refused.fill_null(value=False))
        .join(told, on="customer_id", how="left")
        .with_columns(*_made())
        .select("customer_id", *FEATURE_WORDS)
        .sort("customer_id")
        .collect()
    )


def latest_satisfaction(
    tables: Mapping[str, pl.LazyFrame], at: dt.date, timezone: str, questions: tuple[str, ...]
) -> pl.LazyFrame:
    """Return ``satisfaction_told`` by customer: mean score of the latest survey that was answered in the last year."""
    bank = view(tables, at, timezone)
    score = pl.col("score").mean().alias("satisfaction_told")
    return (
        bank.current("answers")
        .filter(pl.col("question").is_in(list(questions)) & bank.within("answered_on", _YEAR))
        .group_by("customer_id", "survey_id")
        .agg(score, pl.col("answered_on").max())
        .sort("answered_on", "survey_id")
        .group_by("customer_id")
        .agg(pl.col("satisfaction_told").last())
    )


def _made() -> list[pl.Expr]:
    mean = pl.col("balance_mean_12m")
    seen = pl.col("transactions_365d") > 0
    made = {
        "balance_against_mean": _ratio(pl.col("balance") - mean, mean),
        "balance_trend_share": _ratio(pl.col("balance_trend_12m"), mean),
        "balance_low_share": _ratio(pl.col("balance_low_12m"), mean),
        "net_flow_share": _ratio(4 * pl.col("net_flow_90d"), pl.col("inflow_365d")),
        "bookings_against_year": _ratio(4 * pl.col("transactions_90d"), pl.col("transactions_365d")),
        "inflow_against_year": _ratio(12 * pl.col("inflow_30d"), pl.col("inflow_365d")),
        "fees_share": _ratio(pl.col("fees_365d"), pl.col("inflow_365d")),
        "penalty_paid": pl.when(seen).then(pl.col("penalty_interest_365d") > 0),
        "salary_seen": pl.when(seen).then(pl.col("salary_like_inflow").is_not_null()),
        "consents_withdrawn_count": pl.col("consents_withdrawn").list.len().cast(pl.Int64),
    }
    return [expression.alias(name) for name, expression in made.items()]


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """Return a ratio to what is usual; unknown where nothing is."""
    return pl.when(whole > 0).then((part / whole).clip(-_CHANGE_MOST, _CHANGE_MOST))
