"""Words of a customer's pages about their complaints: to the customer, not about them."""

from __future__ import annotations

from typing import Final

from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    "mine.title": Text("Your complaints", "您的投诉", "您的申訴"),
    "mine.one": Text("Your complaint", "您的投诉", "您的申訴"),
    "mine.new": Text("Complain", "我要投诉", "我要申訴"),
    "mine.none": Text("You have not complained.", "您没有投诉。", "您沒有申訴。"),
    "mine.how": Text(
        "Tell us what went wrong. It is kept at once, has a number and a last day by which we answer. Until it is settled, we offer you nothing for sale.",
        "请告诉我们哪里出了问题。提交后立即登记，有编号和最迟答复日期。了结之前，我们不向您推介任何产品。",
        "請告訴我們哪裡出了問題。提交後立即登記，有編號和最遲答覆日期。了結之前，我們不向您推介任何產品。",
    ),
    "mine.no_papers": Text(
        "You need no papers for this. We do not ask for anything that we have, and nothing twice.",
        "无需提供材料。本行已有的材料不会要求您提供，也不会重复索取。",
        "無須提供資料。本行已有的資料不會要求您提供，也不會重複索取。",
    ),
    "mine.words": Text("What happened?", "发生了什么？", "發生了什麼？"),
    "mine.more": Text("More, if you want to say it", "补充说明（选填）", "補充說明（選填）"),
    "mine.business": Text("What is it about?", "涉及什么业务？", "涉及什麼業務？"),
    "mine.unsure": Text("I do not know", "不清楚", "不清楚"),
    "mine.when": Text("When did it happen?", "何时发生？", "何時發生？"),
    "mine.where": Text("Where did it happen?", "何地发生？", "何地發生？"),
    "mine.who": Text("Who had a part in it?", "涉及何人？", "涉及何人？"),
    "mine.what": Text("What happened?", "发生了什么？", "發生了什麼？"),
    "mine.why": Text("Why is it wrong, and what should we do?", "为何不满？希望我们怎么做？", "為何不滿？希望我們怎麼做？"),
    "mine.send": Text("Send the complaint", "提交投诉", "提交申訴"),
    "mine.kept": Text(
        "This could not be taken in. Nothing that you wrote is lost: it stands below.", "未能提交。您填写的内容没有丢失，见下方。", "未能提交。您填寫的內容沒有遺失，見下方。"
    ),
    "mine.yours": Text("What you wrote", "您填写的内容", "您填寫的內容"),
    "mine.taken_in": Text("We have your complaint.", "已收到您的投诉。", "已收到您的申訴。"),
    "mine.number": Text("Number", "编号", "編號"),
    "mine.since": Text("Received", "收到日期", "收到日期"),
    "mine.due": Text("We answer by", "最迟答复日期", "最遲答覆日期"),
    "mine.no_due": Text("The last day cannot be computed yet: the calendar of that year is not announced.", "尚无法计算最迟日期：该年度日历尚未公布。", "尚無法計算最遲日期：該年度日曆尚未公布。"),
    "mine.state": Text("How it stands", "进展", "進度"),
    "mine.what_next": Text("What happens next", "接下来", "接下來"),
    "mine.answer": Text("What we wrote to you", "我们给您的答复", "我們給您的答覆"),
    "mine.outcome": Text("What we found", "处理结论", "處理結論"),
    "mine.no_text": Text("Told by telephone or in writing.", "已通过电话或书面告知。", "已透過電話或書面告知。"),
    "mine.asked_for": Text("What we ask you for", "需要您补充", "需要您補充"),
    "mine.proof": Text("Mark of this letter (SHA-256)", "本函校验码（SHA-256）", "本函校驗碼（SHA-256）"),
    "mine.print": Text("Print", "打印版", "列印版"),
    "mine.do": Text("What you can do", "您可以", "您可以"),
    "mine.ways": Text("If you do not agree", "如您不同意", "如您不同意"),
    "mine.ways_how": Text("Going there costs you nothing with us, and we go on all the same.", "采取以下途径不影响我们继续处理。", "採取以下途徑不影響我們繼續處理。"),
    "mine.until": Text("until {day}", "截至 {day}", "截至 {day}"),
    "mine.survey": Text("How did we handle it?", "您对处理过程满意吗？", "您對處理過程滿意嗎？"),
    "mine.survey_how": Text("A few questions. Your answers change nothing about the decision.", "几个问题。您的回答不影响处理结果。", "幾個問題。您的回答不影響處理結果。"),
    "mine.survey_start": Text("Say how we handled it", "评价处理过程", "評價處理過程"),
    "mine.survey_thanks": Text("Thank you: you told us how we handled it.", "感谢您的评价。", "感謝您的評價。"),
    "mine.see": Text("Open", "查看", "檢視"),
    "mine.back": Text("All your complaints", "您的全部投诉", "您的全部申訴"),
    "mine.reason": Text("In your words", "请说明", "請說明"),
    "sent.acknowledge": Text("We have it", "确认收到", "確認收到"),
    "sent.ask": Text("We need something from you", "请您补充材料", "請您補充資料"),
    "sent.extend": Text("We need more time", "延长办理时间", "延長辦理時間"),
    "sent.inform": Text("Our answer", "处理答复", "處理答覆"),
    "sent.answer_verification": Text("Result of the review", "核查结果", "核查結果"),
    "sent.dismiss": Text("Not for this bank", "不予受理", "不予受理"),
    "sent.forward": Text("Passed on", "已转送", "已轉送"),
    "move.hear": Text("Send an answer", "提交补充", "提交補充"),
    "move.accept": Text("I accept the answer", "接受处理结果", "接受處理結果"),
    "move.dispute": Text("I do not agree: look again", "不同意，请重新处理", "不同意，請重新處理"),
    "move.verify": Text("Somebody else shall review it", "申请核查", "申請核查"),
    "move.withdraw": Text("Withdraw the complaint", "撤回投诉", "撤回申訴"),
    "done.complained": Text("We have your complaint. It stands below with its number and day.", "已收到您的投诉，编号与期限见下方。", "已收到您的申訴，編號與期限見下方。"),
    "done.moved": Text("Noted. It holds from now on.", "已登记，即时生效。", "已登記，即時生效。"),
}  # fmt: skip
