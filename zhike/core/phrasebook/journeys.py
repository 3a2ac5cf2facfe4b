"""What journeys, businesses and themes refuse: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "stage '{name}'": ("阶段“{name}”", "階段「{name}」"),
    "touchpoint '{name}'": ("触点“{name}”", "觸點「{name}」"),
    "{count:,} rows without anything in column '{column}'": (
        "列“{column}”有 {count:,} 行为空",
        "欄「{column}」有 {count:,} 列為空",
    ),
    "a value in every row": ("每行都有取值", "每列都有值"),
    "Complete the log, or leave out rows that are no events.": (
        "请补全日志，或删去不是事件的行。",
        "請補全日誌，或刪去不是事件的列。",
    ),
    "a day or a time such as 2026-03-01 09:30:00": (
        "日期或时间，如 2026-03-01 09:30:00",
        "日期或時間，如 2026-03-01 09:30:00",
    ),
    "Write times as year-month-day, with hour and minute after a blank where they are known.": (
        "请按“年-月-日”填写；知道时刻的，空一格后写时分。",
        "請按「年-月-日」填寫；知道時刻的，空一格後寫時分。",
    ),
    "no business with {count:,} cases": ("没有一类业务达到 {count:,} 笔", "沒有一類業務達到 {count:,} 筆"),
    "Give a longer log, or lower `least` in the model.": (
        "请提供更长的日志，或调低模型中的 `least`。",
        "請提供更長的日誌，或調低模型中的 `least`。",
    ),
    "a log without times": ("日志没有时间", "日誌沒有時間"),
    "a column of times, or `months` in the model": (
        "时间列，或在模型中给出 `months`",
        "時間欄，或在模型中給出 `months`",
    ),
    "How often a business is done is told by the month.": ("业务频次按月计算。", "業務頻次按月計算。"),
    "touchpoints of the map: {names}": ("地图中的触点：{names}", "地圖中的觸點：{names}"),
    "stages of the model: {names}": ("模型中的阶段：{names}", "模型中的階段：{names}"),
    "a list of stages": ("阶段列表", "階段清單"),
    "a touchpoint without a column of stated importance": (
        "有触点缺少自述重要性列",
        "有觸點缺少自述重要性欄",
    ),
    "no touchpoint with {count:,} ratings": (
        "没有一个触点达到 {count:,} 条评价",
        "沒有一個觸點達到 {count:,} 筆評價",
    ),
    "Give more answers, or lower `least` in the model.": (
        "请提供更多答卷，或调低模型中的 `least`。",
        "請提供更多答卷，或調低模型中的 `least`。",
    ),
    "the same answer from everybody in column '{column}'": (
        "列“{column}”人人作答相同",
        "欄「{column}」人人作答相同",
    ),
    "answers that differ": ("有差异的作答", "有差異的作答"),
    "Importance is derived from who is more and who is less content.": (
        "重要性由满意程度的差异推导。",
        "重要性由滿意程度的差異推導。",
    ),
    "no event of a touchpoint; activities are {names}": (
        "没有触点的事件；日志中的活动有 {names}",
        "沒有觸點的事件；日誌中的活動有 {names}",
    ),
    "activities of the touchpoints: {names}": ("触点的活动：{names}", "觸點的活動：{names}"),
    "Name the activities of each touchpoint in the model or the map, and check the channels.": (
        "请在模型或地图中写明各触点的活动，并核对渠道。",
        "請在模型或地圖中寫明各觸點的活動，並核對管道。",
    ),
    "discover, record, or a number from 2": (
        "discover、record，或不小于 2 的数",
        "discover、record，或不小於 2 的數",
    ),
    "no answer in words in column '{column}'": ("“{column}”列没有文字回答", "「{column}」欄沒有文字回答"),
    "answers in words": ("文字回答", "文字回答"),
    "Name the column of the open question.": ("请指明开放题所在的列。", "請指明開放題所在的欄。"),
}
