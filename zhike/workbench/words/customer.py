"""Words of a customer's page."""

from __future__ import annotations

from typing import Final

from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    "customer.title": Text("Customer {who}", "客户 {who}", "客戶 {who}"),
    "customer.as_of": Text("As known on {day}", "截至 {day}", "截至 {day}"),
    "customer.not_published": Text("Nothing is published about this customer yet.", "尚未发布该客户的信息。", "尚未發布該客戶的資訊。"),
    "customer.branch": Text("Branch", "网点", "分行"),
    "customer.adviser": Text("Relationship manager", "客户经理", "客戶經理"),
    "customer.facts": Text("What is known", "已知信息", "已知資訊"),
    "customer.attribute": Text("Attribute", "属性", "屬性"),
    "customer.value": Text("Value", "值", "值"),
    "customer.identity": Text("Who they are", "基本情况", "基本情況"),
    "customer.money": Text("Money", "资金", "資金"),
    "customer.products": Text("Products and needs", "产品与需求", "產品與需求"),
    "customer.risk": Text("Risk profile", "风险承受能力", "風險承受能力"),
    "customer.contact": Text("Contacts and complaints", "联络与投诉", "聯絡與投訴"),
    "customer.other": Text("Everything else", "其他", "其他"),
    "customer.recommended": Text("What the bank would propose now", "此刻的建议", "此刻的建議"),
    "customer.nothing": Text("Nothing now.", "此刻无建议。", "此刻無建議。"),
    "customer.refused": Text("What it would not, and why", "不予建议的事项及原因", "不予建議的事項及原因"),
    "customer.passed": Text("Conditions met", "已满足的条件", "已符合的條件"),
    "customer.channel": Text("Channel", "渠道", "通路"),
    "customer.probability": Text("Chance that it is taken", "接受概率", "接受機率"),
    "customer.expected": Text("Expected value", "预期价值", "預期價值"),
    "customer.offers": Text("Offers", "推介记录", "推介紀錄"),
    "customer.action": Text("Action", "行动", "行動"),
    "customer.state": Text("State", "状态", "狀態"),
    "customer.made": Text("Made", "时间", "時間"),
    "customer.none_yet": Text("None yet.", "暂无。", "暫無。"),
    "customer.consents": Text("Consents", "同意记录", "同意紀錄"),
    "customer.purpose": Text("Purpose", "目的", "目的"),
    "customer.status": Text("Answer", "答复", "答覆"),
    "customer.from": Text("From", "起始", "起始"),
    "customer.until": Text("Until", "截止", "截止"),
    "customer.wishes": Text("Wishes", "客户偏好", "客戶偏好"),
    "customer.kind": Text("About", "内容", "內容"),
    "customer.wish": Text("Wish", "偏好", "偏好"),
    "customer.notes": Text("Notes", "备注", "備註"),
    "customer.not_yours": Text("Your role does not see this part.", "您的角色不可见此部分。", "您的角色不可見此部分。"),
    "note.write": Text("Write a note or report a contact", "撰写备注或联络报告", "撰寫備註或聯絡報告"),
    "note.kind": Text("Kind", "类型", "類型"),
    "note.note": Text("Note", "备注", "備註"),
    "note.call": Text("Call", "电话", "電話"),
    "note.meeting": Text("Meeting", "面谈", "面談"),
    "note.visit": Text("Visit", "拜访", "拜訪"),
    "note.facts": Text("Facts", "事实", "事實"),
    "note.words": Text("The customer's words", "客户原话", "客戶原話"),
    "note.judgement": Text("My judgement", "我的判断", "我的判斷"),
    "note.suggestion": Text("My suggestion", "我的建议", "我的建議"),
    "note.save": Text("Save", "保存", "儲存"),
}  # fmt: skip
