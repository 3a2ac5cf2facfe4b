"""What learning refuses: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "the keys {names}; least_cases from 1": (
        "键 {names}；least_cases 不小于 1",
        "鍵 {names}；least_cases 不小於 1",
    ),
    "numbers above 0": ("大于 0 的数", "大於 0 的數"),
    "false_alarms below 1, tolerance above 1": (
        "false_alarms 小于 1，tolerance 大于 1",
        "false_alarms 小於 1，tolerance 大於 1",
    ),
    "{what} in the state of a model": ("模型状态中的 {what}", "模型狀態中的 {what}"),
    "{count} cases with one outcome": ("{count} 例而只有一种结果", "{count} 例而只有一種結果"),
    "cases of both outcomes": ("两种结果都有的案例", "兩種結果都有的案例"),
    "a model of kind '{text}'": ("种类为“{text}”的模型", "種類為「{text}」的模型"),
    "a kind such as calibration/1": ("如 calibration/1 的种类", "如 calibration/1 的種類"),
    "a model of kind '{name}'": ("种类为“{name}”的模型", "種類為「{name}」的模型"),
    "a model of kind '{kind}'": ("种类为“{kind}”的模型", "種類為「{kind}」的模型"),
    "a kind that has an upgrade": ("有升级办法的种类", "有升級辦法的種類"),
    "a window that has closed by that day": ("当日已结束的时间窗", "當日已結束的時間窗"),
    "gap_days, 0 or more; outcome_days, 1 or more": (
        "gap_days 不小于 0；outcome_days 不小于 1",
        "gap_days 不小於 0；outcome_days 不小於 1",
    ),
    "no closed window": ("没有已结束的时间窗", "沒有已結束的時間窗"),
    "history that is longer than gap and outcome window": (
        "比间隔与结果时间窗更长的历史",
        "比間隔與結果時間窗更長的歷史",
    ),
}
