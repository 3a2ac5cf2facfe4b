"""Phrases that several layers say: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "{option} {at}, a day to come": ("{option} {at} 是未来的日期", "{option} {at} 是未來的日期"),
    "a day such as 2026-02-01": ("日期，例如 2026-02-01", "日期，例如 2026-02-01"),
    "a day up to today, {today}": ("今天（{today}）或更早的日期", "今天（{today}）或更早的日期"),
    "a list of values, or minimum and maximum": (
        "值的列表，或 minimum 与 maximum",
        "值的清單，或 minimum 與 maximum",
    ),
    "nothing": ("没有内容", "沒有內容"),
    "a mapping": ("键值映射", "鍵值對應"),
    "a proposal to {verb}": ("内容为 {verb} 的提议", "內容為 {verb} 的提議"),
    "a share between 0 and 1": ("0 与 1 之间的比例", "0 與 1 之間的比例"),
    "a text": ("文本", "文字"),
    "a list": ("列表", "清單"),
    "a single value": ("单个值", "單一值"),
    "a text in {names}": ("{names} 各语言的文本", "{names} 各語言的文字"),
    "a topic that is none": ("不存在的主题", "不存在的主題"),
    "a whole number": ("整数", "整數"),
    "a whole number, 0 or more": ("不小于 0 的整数", "不小於 0 的整數"),
    "an address that cannot be read": ("无法解析的地址", "無法解析的位址"),
    "an instant of the years 1 to 9999 in UTC": (
        "UTC 1 年至 9999 年之间的时刻",
        "UTC 1 年至 9999 年之間的時刻",
    ),
    "an instant with its offset, such as 2026-06-30T09:00:00+08:00": (
        "带时差的时刻，例如 2026-06-30T09:00:00+08:00",
        "帶時差的時刻，例如 2026-06-30T09:00:00+08:00",
    ),
    "customer": ("客户", "客戶"),
    "erased customer": ("已删除的客户", "已刪除的客戶"),
    "key {names}": ("键 {names}", "鍵 {names}"),
    "kind '{kind}'": ("类别“{kind}”", "類別「{kind}」"),
    "line": ("条目", "條目"),
    "member of staff": ("员工", "員工"),
    "Name another folder with --out.": ("请用 --out 指定另一个文件夹。", "請用 --out 指定另一個資料夾。"),
    "no active publication": ("没有生效的发布", "沒有生效的發布"),
    "no {key}": ("没有 {key}", "沒有 {key}"),
    "no {names}": ("缺少 {names}", "缺少 {names}"),
    "offer": ("推介", "推介"),
    "one at a time": ("一次一个", "一次一個"),
    "one of them": ("其中之一", "其中之一"),
    "one of {names}": ("{names} 之一", "{names} 之一"),
    "opening": ("紧急访问记录", "緊急存取紀錄"),
    "proposal": ("提议", "提議"),
    "request": ("请求", "請求"),
    "role {needing} given by one person": ("由一人单独授予角色 {needing}", "由一人單獨授予角色 {needing}"),
    "study": ("试算", "試算"),
    "table": ("表", "表"),
    "task": ("任务", "任務"),
    "the keys {names}": ("键 {names}", "鍵 {names}"),
    "{one} and {other}": ("{one} 和 {other}", "{one} 和 {other}"),
    "{one} or {other}": ("{one} 或 {other}", "{one} 或 {other}"),
    "{one}; {other}": ("{one}；{other}", "{one}；{other}"),
    "{path} case '{name}'": ("{path} 案例“{name}”", "{path} 案例「{name}」"),
}
