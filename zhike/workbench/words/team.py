"""Words of the page of a branch and its staff; names of columns are those of its files."""

from __future__ import annotations

from typing import Final

from zhike.api.team_tables import COLUMNS
from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    **{f"column.{name}": text for name, text in COLUMNS.items()},
    "nav.team": Text("Team", "团队", "團隊"),
    "team.title": Text("Team and branch", "团队与网点", "團隊與分行"),
    "team.of": Text("Branch {branch}", "网点 {branch}", "分行 {branch}"),
    "team.window": Text("{start} to {end}; work as of {today}", "{start} 至 {end}；工作量截至 {today}", "{start} 至 {end}；工作量截至 {today}"),
    "team.as_of": Text("Contacts before {day} are known from the archive.", "{day} 之前的联系来自档案。", "{day} 之前的聯絡來自檔案。"),
    "team.branch": Text("Branch", "网点", "分行"),
    "team.days": Text("Days", "天数", "天數"),
    "team.show": Text("Show", "查看", "檢視"),
    "team.file": Text("As a file (CSV)", "下载表格（CSV）", "下載表格（CSV）"),
    "team.standards": Text("Service standards", "服务标准", "服務標準"),
    "team.standards_told": Text(
        "In brackets: between which bounds the share lies with 95 % confidence, and of how many. A change whose bounds hold 0 is not told as one.",
        "括号内为 95% 置信区间及例数。区间包含 0 的变化不作为变化列示。",
        "括號內為 95% 信賴區間及件數。區間包含 0 的變化不列為變化。",
    ),
    "team.promise": Text("Promise", "承诺", "承諾"),
    "team.contact_days": Text("a contact within {days} days", "{days} 天内有联系", "{days} 天內有聯絡"),
    "team.task_days": Text("a task dealt with within {days} days", "任务 {days} 天内办结", "任務 {days} 天內辦結"),
    "team.by_tier": Text("each tier its own", "各等级按其标准", "各等級依其標準"),
    "team.contact": Text("In touch", "联系达标", "聯絡達標"),
    "team.task": Text("Tasks in time", "任务按时", "任務準時"),
    "team.kept": Text("Kept", "达标", "達標"),
    "team.before": Text("Window before", "上期", "上期"),
    "team.not_known": Text("not known", "未知", "未知"),
    "team.no_cases": Text("no cases", "无", "無"),
    "team.rate": Text("{share} ({low} to {high}; {n})", "{share}（{low} 至 {high}；{n}）", "{share}（{low} 至 {high}；{n}）"),
    "team.plain_rate": Text("{share} ({n})", "{share}（{n}）", "{share}（{n}）"),
    "team.change": Text("{change} points ({low} to {high})", "{change} 个百分点（{low} 至 {high}）", "{change} 個百分點（{low} 至 {high}）"),
    "team.staff": Text("Staff today", "员工今日", "員工今日"),
    "team.staff_told": Text(
        "Minutes are those of tasks and open offers, without reminders and before each offer is judged again; a plan of the day is not made.",
        "分钟数按任务与未结推介计算，不含提醒，也未重新审核各推介；此处不编制当日计划。",
        "分鐘數依任務與未結推介計算，不含提醒，也未重新審核各推介；此處不編製當日計畫。",
    ),
    "team.nobody": Text("nobody", "无人负责", "無人負責"),
    "team.together": Text("together", "合计", "合計"),
    "team.without_adviser": Text("{n} customers have no adviser.", "{n} 位客户没有客户经理。", "{n} 位客戶沒有客戶經理。"),
    "team.hand_overs": Text("Hand-overs", "移交", "移交"),
    "team.refusals": Text("Refusals", "拒绝与搁置", "拒絕與擱置"),
    "team.reasons": Text("Reasons in their words ({n})", "原因原文（{n}）", "原因原文（{n}）"),
    "team.none": Text("None in this window.", "本期没有。", "本期沒有。"),
    "tier.private": Text("private", "私人银行", "私人銀行"),
    "tier.affluent": Text("affluent", "财富", "財富管理"),
    "tier.mass": Text("mass", "大众", "大眾"),
    "tier.other": Text("other, or none", "其他或无", "其他或無"),
    "tier.None": Text("all tiers", "全部等级", "全部等級"),
    "verdict.attained": Text("attained", "达到", "達到"),
    "verdict.missed": Text("missed", "未达到", "未達到"),
    "verdict.open": Text("not decided by so few", "例数不足以判断", "件數不足以判斷"),
    "direction.up": Text("better", "改善", "改善"),
    "direction.down": Text("worse", "下降", "下降"),
    "direction.none": Text("no change shown", "未见变化", "未見變化"),
    "who.staff": Text("set aside by staff", "员工搁置", "員工擱置"),
    "who.customer": Text("refused by the customer", "客户拒绝", "客戶拒絕"),
    "source.offer": Text("offer", "推介", "推介"),
    "source.task": Text("task", "任务", "任務"),
}  # fmt: skip
