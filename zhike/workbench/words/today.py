"""Words of the page of today."""

from __future__ import annotations

from typing import Final

from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    "today.title": Text("Today", "今日", "今日"),
    "today.of": Text("Plan for {day}", "{day} 的计划", "{day} 的計畫"),
    "today.used": Text("{used} of {minutes} minutes planned", "已安排 {used} 分钟，共 {minutes} 分钟", "已安排 {used} 分鐘，共 {minutes} 分鐘"),
    "today.over": Text("What must be done takes {over} minutes more than there are.", "必须完成的事项超出 {over} 分钟。", "必須完成的事項超出 {over} 分鐘。"),
    "today.empty": Text("Nothing is planned. What becomes due or worthwhile appears here.", "暂无安排。到期或值得做的事项会显示在此。", "暫無安排。到期或值得做的事項會顯示在此。"),
    "today.calls": Text("Complaints that call you, as their dates have come near: {count}", "临近期限、需要您介入的投诉：{count} 件", "臨近期限、需要您介入的申訴：{count} 件"),
    "today.none": Text("Your role has no day of its own. Open a customer by number.", "您的角色没有个人日程。请按编号打开客户。", "您的角色沒有個人日程。請按編號開啟客戶。"),
    "today.away": Text("Away until {day}: nothing is planned.", "缺勤至 {day}：不安排事项。", "請假至 {day}：不安排事項。"),
    "today.stand_in": Text("What must be done is with {staff}.", "必须完成的事项由 {staff} 代办。", "必須完成的事項由 {staff} 代辦。"),
    "today.absence": Text("Note an absence", "登记缺勤", "登記請假"),
    "today.must": Text("must be done today", "今日必须完成", "今日必須完成"),
    "today.takes": Text("{minutes} minutes", "{minutes} 分钟", "{minutes} 分鐘"),
    "today.due_on": Text("by {day}", "{day} 前", "{day} 前"),
    "today.worth": Text("worth {value} to the bank", "预期为银行带来 {value}", "預期為銀行帶來 {value}"),
    "today.between": Text("({low} to {high})", "（{low} 至 {high}）", "（{low} 至 {high}）"),
    "today.prepare": Text("What to have ready", "准备要点", "準備要點"),
    "today.accepted": Text("Customer said yes", "客户同意", "客戶同意"),
    "today.refused": Text("Customer said no", "客户拒绝", "客戶拒絕"),
    "today.their_reason": Text("In their words", "客户的理由", "客戶的理由"),
    "today.achieved": Text("Done", "完成", "完成"),
    "today.not_reached": Text("Not reached", "未联系上", "未聯絡上"),
    "today.otherwise": Text("Otherwise", "其他处理", "其他處理"),
    "today.postpone": Text("Later, on", "推迟至", "延後至"),
    "today.set_aside": Text("Not sensible, because", "不合适，原因", "不合適，原因"),
    "today.hand_over": Text("Hand over to (staff number)", "移交给（员工编号）", "移交給（員工編號）"),
    "today.record": Text("Record", "登记", "登記"),
    "today.left_out": Text("Did not fit ({n})", "未能排入（{n}）", "未能排入（{n}）"),
    "today.next": Text("The next best lacks {minutes} minutes.", "下一项最佳事项尚缺 {minutes} 分钟。", "下一項最佳事項尚缺 {minutes} 分鐘。"),
    "today.show": Text("Show it", "查看", "檢視"),
}  # fmt: skip
