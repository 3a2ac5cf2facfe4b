"""What deadlines refuse: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "'{name}' at {at}": ("{at} 的“{name}”", "{at} 的「{name}」"),
    "a SHA-256 in 64 hexadecimal digits": ("64 位十六进制的 SHA-256", "64 位十六進位的 SHA-256"),
    "a case that was closed: {names} first": ("先有结案事件（{names}）", "先有結案事件（{names}）"),
    "a desk that the rule names": ("规则中列明的岗位", "規則中列明的崗位"),
    "a list of clock names": ("时钟名称的列表", "時鐘名稱的清單"),
    "a time that clocks in {zone} show, such as 2026-06-30T09:00, or an instant with its offset, such as 2026-06-30T09:00:00+08:00": (
        "{zone} 钟表上有的时刻，例如 2026-06-30T09:00；或带时区偏移的时刻，例如 2026-06-30T09:00:00+08:00",
        "{zone} 鐘錶上有的時刻，例如 2026-06-30T09:00；或帶時區偏移的時刻，例如 2026-06-30T09:00:00+08:00",
    ),
    "text that is no list": ("文本，而非列表", "文字，而非清單"),
    "a list of events": ("事件列表", "事件清單"),
    "a list of events as JSON or YAML": ("JSON 或 YAML 格式的事件列表", "JSON 或 YAML 格式的事件清單"),
    "a mapping with at and event": ("含 at 与 event 的键值映射", "含 at 與 event 的鍵值對應"),
    "a receipt on {received}": ("收到时间 {received}", "收到時間 {received}"),
    "a resolution of {days} working days, received on {day}: {house} is after the law's safe date, {safe}": (
        "{day} 收到、{days} 个工作日办结：{house} 晚于法定稳妥日期 {safe}",
        "{day} 收到、{days} 個工作日辦結：{house} 晚於法定穩妥日期 {safe}",
    ),
    "a standard that only tightens the law": ("只可严于法律的标准", "只可嚴於法律的標準"),
    "a tier that is promised no less than everybody": (
        "承诺不低于所有客户的等级",
        "承諾不低於所有客戶的等級",
    ),
    'a time such as "17:00"': ('时间，例如 "17:00"', '時間，例如 "17:00"'),
    "a year such as 2026": ("年份，例如 2026", "年份，例如 2026"),
    "a zone of the tz database such as Asia/Shanghai": (
        "tz 数据库中的时区，例如 Asia/Shanghai",
        "tz 資料庫中的時區，例如 Asia/Shanghai",
    ),
    "an identifier of its own": ("不与他者重复的编号", "不與他者重複的編號"),
    "another receipt, {at}": ("另一个收到时间 {at}", "另一個收到時間 {at}"),
    "by a complexity beyond simple: approvers that the document names, reason, notice": (
        "按 simple 以外的复杂程度列出：文档中列明的 approvers、reason、notice",
        "依 simple 以外的複雜程度列出：文件中列明的 approvers、reason、notice",
    ),
    "channel ({channels}), at and sha256 of what was sent": (
        "channel（{channels}）、at 以及所发内容的 sha256",
        "channel（{channels}）、at 以及所發內容的 sha256",
    ),
    "clocks, each with an id of its own": ("时钟，且 id 各不相同", "時鐘，且 id 各不相同"),
    'days of {year} such as "{year}-05-01", or "{year}-05-01/{year}-05-05"': (
        '{year} 年的日期，例如 "{year}-05-01" 或 "{year}-05-01/{year}-05-05"',
        '{year} 年的日期，例如 "{year}-05-01" 或 "{year}-05-01/{year}-05-05"',
    ),
    "desk, law (regime and clock), and tiers, '{other}' among them, with first_response and update in whole minutes, resolution in working days by complexity, and news in working days where it is promised": (
        "desk、law（regime 与 clock）以及 tiers（含“{other}”），其中 first_response、update 为整数分钟，resolution 为按复杂程度列出的工作日数，news（可选）为工作日数",
        "desk、law（regime 與 clock）以及 tiers（含「{other}」），其中 first_response、update 為整數分鐘，resolution 為依複雜程度列出的工作日數，news（選填）為工作日數",
    ),
    "enabled: true or false, and clocks": (
        "enabled 为 true 或 false，以及 clocks",
        "enabled 為 true 或 false，以及 clocks",
    ),
    "events in the order of their time, none before {at}": (
        "按时间先后排列、且不早于 {at} 的事件",
        "依時間先後排列、且不早於 {at} 的事件",
    ),
    "id '{name}' of another event": ("编号“{name}”已属另一事件", "編號「{name}」已屬另一事件"),
    "id, zone and calendar": ("id、zone 和 calendar", "id、zone 和 calendar"),
    "it ended before {day}: {title}": ("已于 {day} 前失效：{title}", "已於 {day} 前失效：{title}"),
    "it is a draft that is not enabled": ("该规则为草案，未启用", "該規則為草案，未啟用"),
    "matter, clocks of the regime, first_day, last_day or null, and reference": (
        "matter、该规则体系的 clocks、first_day、last_day（或 null）和 reference",
        "matter、該規則體系的 clocks、first_day、last_day（或 null）和 reference",
    ),
    "notice at {told}, after the event": ("通知时间 {told} 晚于事件", "通知時間 {told} 晚於事件"),
    "one of the two": ("二者之一", "二者之一"),
    "one up to {at}": ("不晚于 {at} 的时间", "不晚於 {at} 的時間"),
    "pause and resumption in turn": ("暂停与恢复交替出现", "暫停與恢復交替出現"),
    "published: true or false, closed and open days": (
        "published 为 true 或 false，以及 closed 与 open 的日期",
        "published 為 true 或 false，以及 closed 與 open 的日期",
    ),
    "reopened first: the complaint was withdrawn": (
        "投诉已撤回，须先重新处理（reopened）",
        "申訴已撤回，須先重新處理（reopened）",
    ),
    "steps, each with a role and either a share above 0 and up to 1, or working_days_before, 1 or more": (
        "各级阶梯，含 role 以及 share（大于 0 且不超过 1）或 working_days_before（不小于 1）",
        "各級階梯，含 role 以及 share（大於 0 且不超過 1）或 working_days_before（不小於 1）",
    ),
    "suspension and its end in turn": ("中止与解除中止交替出现", "中止與解除中止交替出現"),
    "the path of a calendar": ("日历文档的路径", "日曆文件的路徑"),
    "verification_requested first": ("先有 verification_requested", "先有 verification_requested"),
    "whole lengths, 1 or more, by complexity: {names}, none shorter than one before": (
        "按复杂程度（{names}）列出的期限，为不小于 1 的整数，且逐级不缩短",
        "依複雜程度（{names}）列出的期限，為不小於 1 的整數，且逐級不縮短",
    ),
    "years and their tables": ("年份及其日期表", "年份及其日期表"),
    'zone, calendar, weekdays and made_up, with hours such as "09:00-12:00" in order and apart': (
        'zone、calendar、weekdays 和 made_up，时段如 "09:00-12:00"，按先后排列且互不相接',
        'zone、calendar、weekdays 和 made_up，時段如 "09:00-12:00"，依先後排列且互不相接',
    ),
    "{at}: when a complaint was received does not change": (
        "{at}：投诉的收到时间不可更改",
        "{at}：申訴的收到時間不可更改",
    ),
    "{day} both closed and open": ("{day} 既列为休息日又列为工作日", "{day} 既列為休息日又列為工作日"),
    "{name} of {tier} longer than that of {other}": (
        "{tier} 的 {name} 长于 {other}",
        "{tier} 的 {name} 長於 {other}",
    ),
}
