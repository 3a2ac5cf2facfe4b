"""What questionnaires and their answers refuse: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "nothing more: the sheet is done": ("无需再答：答卷已完成", "無需再答：答卷已完成"),
    "an answer to a question that is not asked now": ("当前未提问的题目的作答", "目前未提問的題目的作答"),
    "a sheet of {version}": ("版本 {version} 的答卷", "版本 {version} 的答卷"),
    "{n} characters": ("{n} 个字符", "{n} 個字元"),
    "a whole number from {low} to {high}": ("{low} 至 {high} 的整数", "{low} 至 {high} 的整數"),
    "each once of {names}": ("以下选项各至多一次：{names}", "以下選項各至多一次：{names}"),
    "{name} alone": ("仅选 {name}", "僅選 {name}"),
    "{low} to {high} of them": ("其中 {low} 至 {high} 项", "其中 {low} 至 {high} 項"),
    "a number from {low} to {high}": ("{low} 至 {high} 的数", "{low} 至 {high} 的數"),
    "a text of {most} characters or fewer": ("不超过 {most} 个字符的文字", "不超過 {most} 個字元的文字"),
    "one: it is required": ("一个作答：此题必答", "一個作答：此題必答"),
    "a value for each of {names}": ("以下各项各一个值：{names}", "以下各項各一個值：{names}"),
    "{n} points in all": ("合计 {n} 分", "合計 {n} 分"),
    "an earlier choice": ("此前的选择题", "先前的選擇題"),
    "an earlier multiple choice": ("此前的多选题", "先前的複選題"),
    "the name of an earlier question, given.… or loop": (
        "此前题目的名称、given.… 或 loop",
        "先前題目的名稱、given.… 或 loop",
    ),
    "a text in {language} without {names}": (
        "{language} 文字中缺少 {names}",
        "{language} 文字中缺少 {names}",
    ),
    "the same places in every language": ("各语言文字中引用相同", "各語言文字中引用相同"),
    "question and option": ("题目与选项", "題目與選項"),
    "no given facts": ("不提供已知信息", "不提供已知資訊"),
    "whole numbers, low below high": ("整数，且 low 小于 high", "整數，且 low 小於 high"),
    "points from {low} to {high}": ("{low} 至 {high} 的刻度", "{low} 至 {high} 的刻度"),
    "no scale": ("不带量表", "不帶量表"),
    "no choices": ("不带选项", "不帶選項"),
    "when and option": ("when 与 option 并存或皆缺", "when 與 option 並存或皆缺"),
    "way '{way}'": ("方式“{way}”", "方式「{way}」"),
    "a scale from 0 to 10, its high end the good one": ("0 至 10、高端为好的量表", "0 至 10、高端為好的量表"),
    "a question of points with a row for each of {names}": (
        "为 {names} 各设一行的分配题",
        "為 {names} 各設一列的分配題",
    ),
    "no sides": ("不带两面", "不帶兩面"),
    "carried '{name}'": ("沿用“{name}”", "沿用「{name}」"),
    "choices {names}": ("选项 {names}", "選項 {names}"),
    "repeat '{name}'": ("循环“{name}”", "迴圈「{name}」"),
    "option '{name}'": ("选项“{name}”", "選項「{name}」"),
    "labels {names}": ("刻度标签 {names}", "刻度標籤 {names}"),
    "lean '{name}'": ("倾向“{name}”", "傾向「{name}」"),
    "scale {name}": ("量表 {name}", "量表 {name}"),
    "sides {names}": ("两面 {names}", "兩面 {names}"),
    "weights {name}": ("权重 {name}", "權重 {name}"),
    "form '{form}'": ("格式“{form}”", "格式「{form}」"),
    "a file without a column for {names}": ("文件缺少 {names} 所在列", "檔案缺少 {names} 所在欄"),
    "one of the columns {names}, or a mapping": (
        "以下列之一：{names}，或提供映射",
        "以下欄之一：{names}，或提供對應",
    ),
    "a name that is not taken": ("未被占用的名称", "未被占用的名稱"),
}
