"""The archive's columns of early warnings: what was given, when, and by which model.

The archive itself gives no warning: a model does (`zhike.learn.warnings_of_day`), and only where it was shown to order customers.
These columns are unknown until such a table is entered (`zhike.know.given_warnings`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.know.feature import Feature, feature

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SCALARS", "WARNED_ON", "WARNINGS_GIVEN", "WARNING_FEATURES"]

WARNED_ON: Final = "warned_on"
WARNINGS_GIVEN: Final = "warnings"
SCALARS: Final[Mapping[str, str]] = {
    "attrition": "attrition_probability",
    "withdrawal": "withdrawal_probability",
    "dissatisfaction": "dissatisfaction_probability",
}
"""Column that rules can read, by warning. That of dissatisfaction rests on what customers say: rules may hold back because of it, and no rule and no action
may turn to a customer because of it (`zhike.decide.said_lint`)."""
_SOURCE: Final = "early warnings"

WARNING_FEATURES: Final[tuple[Feature, ...]] = (
    feature(WARNED_ON, "date", _SOURCE, 0, (
        "Day as of which early warnings were given; unknown where none was.", "早期预警所依据的日期；未给出预警时为未知。", "早期預警所依據的日期；未給出預警時為未知。")),
    feature(SCALARS["attrition"], "float64", _SOURCE, 0, (
        "Probability of leaving the bank within the outcome window.", "在结果观察窗内离开本行的概率。", "在結果觀察期內離開本行的機率。"), unit="share"),
    feature(SCALARS["withdrawal"], "float64", _SOURCE, 0, (
        "Probability that money is withdrawn within the outcome window (rule learn.warnings).", "在结果观察窗内资金流出的概率（规则 learn.warnings）。",
        "在結果觀察期內資金流出的機率（規則 learn.warnings）。"), unit="share"),
    feature(SCALARS["dissatisfaction"], "float64", _SOURCE, 0, (
        ("Probability of a dissatisfied answer within the outcome window, if the customer answers (rule learn.warnings). A rule may refuse because of it; none "
        "may approach because of it."),
        "若客户作答，在结果观察窗内表示不满意的概率（规则 learn.warnings）。规则可据此暂缓推介，不得据此接触客户。",
        "若客戶作答，在結果觀察期內表示不滿意的機率（規則 learn.warnings）。規則可據此暫緩推介，不得據此接觸客戶。"), unit="share"),
    feature(WARNINGS_GIVEN, "list of warning", _SOURCE, 0, (
        ("Early warnings with interval, mean of all customers, outcome window, model version, and what each rests on most. Raised where even the "
        "lower end is far above the mean (rule learn.warnings)."),
        "早期预警：含区间、全体客户均值、结果观察窗、模型版本及主要依据；区间下限仍远高于均值时标记为“提示”（规则 learn.warnings）。",
        "早期預警：含區間、全體客戶平均、結果觀察期、模型版本及主要依據；區間下限仍遠高於平均時標記為「提示」（規則 learn.warnings）。")),
)  # fmt: skip
