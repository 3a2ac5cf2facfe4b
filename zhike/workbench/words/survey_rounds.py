"""Words of the page of rounds that ask customers."""

from __future__ import annotations

from typing import Final

from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    "round.title": Text("Rounds of asking", "邀请轮次", "邀請輪次"),
    "round.told": Text(
        "Once a day each wave asks those whom it may ask and whose answer teaches most; everybody else has a reason.",
        "各批次每日一轮，在可邀请的客户中选取作答价值最高者；未获邀请的客户均记有原因。",
        "各批次每日一輪，於可邀請的客戶中選取作答價值最高者；未獲邀請的客戶均記有原因。",
    ),
    "round.no_wave": Text(
        "No wave asks customers by itself: surveys.waves is empty.",
        "尚无主动邀请客户的批次（surveys.waves 为空）。",
        "尚無主動邀請客戶的批次（surveys.waves 為空）。",
    ),
    "round.asks": Text(
        "At most {places} customers a day; answers are wanted by: {by}. Over:",
        "每日至多邀请 {places} 人；按{by}均衡取样。渠道：",
        "每日至多邀請 {places} 人；依{by}均衡取樣。通路：",
    ),
    "round.ended": Text("This wave is no longer in force.", "该批次已停用。", "該批次已停用。"),
    "round.last": Text("last round {day}", "最近一轮 {day}", "最近一輪 {day}"),
    "round.customers": Text("Customers", "客户数", "客戶數"),
    "round.reached": Text("Asked so far", "已邀请人数", "已邀請人數"),
    "round.of": Text("{n} of {all}", "{n}／{all}", "{n}／{all}"),
    "round.rounds": Text("Rounds", "各轮记录", "各輪紀錄"),
    "round.rounds_told": Text(
        "The latest 60, over all branches.", "最近 60 轮，含全部网点。", "最近 60 輪，含全部分行。"
    ),
    "round.day": Text("Day", "日期", "日期"),
    "round.wave": Text("Wave", "批次", "批次"),
    "round.asked": Text("Asked or reminded", "邀请或提醒", "邀請或提醒"),
    "round.reasons": Text("Customers by reason", "各原因客户数", "各原因客戶數"),
    "round.reminders": Text("Reminders", "提醒", "提醒"),
    "askreason.asked": Text("asked", "已邀请", "已邀請"),
    "askreason.asked_at_random": Text("asked at random", "随机邀请", "隨機邀請"),
    "askreason.do_not_contact": Text("do not contact", "不得联系", "不得聯絡"),
    "askreason.not_permitted": Text("have not agreed", "未同意", "未同意"),
    "askreason.complaint_open": Text("complaint or call-back open", "有未结投诉或回访", "有未結申訴或回訪"),
    "askreason.asked_lately": Text("asked lately", "近期已受邀", "近期已受邀"),
    "askreason.too_soon": Text("too soon after a contact", "距上次联系过近", "距上次聯絡過近"),
    "askreason.budget_spent": Text("contacts used up", "联系次数已用完", "聯絡次數已用完"),
    "askreason.quota_full": Text("quota full", "配额已满", "配額已滿"),
    "askreason.no_place": Text("no place left", "名额已满", "名額已滿"),
    "askreason.too_early": Text("too early to remind", "未到提醒时间", "未到提醒時間"),
    "askreason.reminded_enough": Text("reminded enough", "已达提醒次数上限", "已達提醒次數上限"),
    "askreason.overtaken": Text("answered meanwhile", "其间已作答", "其間已作答"),
    "askreason.reminded": Text("reminded", "已提醒", "已提醒"),
    "askreason.due": Text("due", "应提醒", "應提醒"),
}
