"""Early warnings in words: what is likely, how likely, by when, and what it rests on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text
from zhike.know.features import FEATURES
from zhike.know.vocabulary import filled, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.know.given_warnings import GivenWarning

__all__ = ["MADE_WORDS", "WARNING_NAMES", "feature_words", "told_reason", "told_warning"]

WARNING_NAMES: Final[Mapping[str, Text]] = {
    "attrition": Text("Leaving the bank", "客户流失", "客戶流失"),
    "withdrawal": Text("Withdrawal of money", "资金流出", "資金流出"),
    "dissatisfaction": Text("Dissatisfaction", "不满意", "不滿意"),
}
MADE_WORDS: Final[Mapping[str, Text]] = {
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
"""What each feature says that is made for warnings alone, see `zhike.learn.warning_features`."""
_RATIOS: Final = frozenset(
    {"balance_against_mean", "balance_trend_share", "balance_low_share", "net_flow_share", "bookings_against_year",
     "inflow_against_year", "fees_share", *(one.name for one in FEATURES if one.unit == "share")}
)  # fmt: skip
_ARCHIVE: Final = {one.name: one.meaning for one in FEATURES}
_TRUTH: Final = {"True": Text("yes", "是", "是"), "False": Text("no", "否", "否")}
_UNKNOWN: Final = Text("not known", "未知", "未知")
_WARNED: Final = Text(
    "{name} from {first} to {last}: {probability} (95% interval {low} to {high}); mean of all customers {usual}.",
    "{first} 至 {last} {name}概率 {probability}（95% 区间 {low}–{high}）；全体客户均值 {usual}。",
    "{first} 至 {last} {name}機率 {probability}（95% 區間 {low}–{high}）；全體客戶平均 {usual}。",
)
_REASON: Final = Text(
    "{meaning}: {value} (odds x {factor})", "{meaning}：{value}（几率 × {factor}）", "{meaning}：{value}（勝算 × {factor}）"
)  # fmt: skip


def feature_words(name: str) -> Text:
    """Return what a feature says that warnings go by; its name where nothing is known of it, as of an older model."""
    return MADE_WORDS.get(name) or _ARCHIVE.get(name) or Text(name, name, name)


def told_warning(given: GivenWarning) -> Text:
    """Return how likely it is, until when, with the interval and the mean of all customers."""
    shares = {name: f"{getattr(given, name):.1%}" for name in ("probability", "low", "high", "usual")}
    name = WARNING_NAMES.get(given.warning, Text(*[given.warning] * 3))
    return filled(_WARNED, name=name, first=given.window_first, last=given.window_last, **shares)


def told_reason(reason: Mapping[str, Any]) -> Text:
    """Return one thing that a warning rests on, and by how much it multiplies the odds against the usual customer.

    Examples
    --------
    >>> told_reason({"feature": "balance_against_mean", "value": "-0.62", "effect": 0.5}).en
    'Balance less its mean of 12 months, by that mean: -62% (odds x 1.6)'
    """
    meaning = feature_words(reason["feature"])
    plain = Text(*(text.rstrip(".。") for text in (meaning.en, meaning.zh_hans, meaning.zh_hant)))
    value = _value(reason["feature"], reason["value"])
    return filled(_REASON, meaning=plain, value=value, factor=f"{math.exp(reason['effect']):.1f}")


def _value(name: str, value: str | None) -> Text:
    if value is None:
        return _UNKNOWN
    if value in _TRUTH:
        return _TRUTH[value]
    if name in _RATIOS:
        return Text(*[f"{float(value):.0%}"] * 3)
    return word(value)
