"""Words of surveys and call-backs: to customers who fill one in, and of the board of those who wait."""

from __future__ import annotations

from typing import Final

from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    "survey.yours": Text("Your opinion", "您的意见", "您的意見"),
    "survey.start": Text("Begin", "开始填写", "開始填寫"),
    "survey.go_on": Text("Go on", "继续填写", "繼續填寫"),
    "survey.until": Text("open until {day}", "{day} 前有效", "{day} 前有效"),
    "survey.sent": Text("waits for your answer", "待填写", "待填寫"),
    "survey.begun": Text("begun", "填写中", "填寫中"),
    "survey.answered": Text("answered", "已作答", "已作答"),
    "survey.lapsed": Text("ended without an answer", "已过期", "已逾期"),
    "survey.progress": Text(
        "{answered} of {asked} answered", "已答 {answered}/{asked} 题", "已答 {answered}/{asked} 題"
    ),
    "survey.elder": Text("Short, in large print", "简短大字版", "簡短大字版"),
    "survey.whole": Text("All questions, in usual print", "完整版（标准字号）", "完整版（標準字級）"),
    "survey.ready": Text(
        "You have answered everything. You can go back and change an answer, or send it now.",
        "您已答完全部题目。可返回修改，或现在提交。",
        "您已答完全部題目。可返回修改，或現在送出。",
    ),
    "survey.send": Text("Send my answers", "提交答卷", "送出答卷"),
    "survey.next": Text("Next", "下一步", "下一步"),
    "survey.later": Text("Keep and go on later", "保存，稍后继续", "儲存，稍後繼續"),
    "survey.back": Text("One page back", "返回上一页", "返回上一頁"),
    "survey.optional": Text("(as you like)", "（选填）", "（選填）"),
    "survey.not_applicable": Text("Does not apply to me", "不适用", "不適用"),
    "survey.thanks": Text("Thank you.", "谢谢。", "謝謝。"),
    "survey.next_title": Text("What happens next", "接下来", "接下來"),
    "survey.call_back": Text(
        "We are sorry that you are not content. Somebody of your bank calls you by {at}.",
        "很抱歉未能让您满意。我们将在 {at} 前致电给您。",
        "很抱歉未能讓您滿意。我們將在 {at} 前致電給您。",
    ),
    "survey.called_back": Text(
        "We have spoken with you about it.", "我们已就此与您沟通。", "我們已就此與您溝通。"
    ),
    "survey.no_offers": Text(
        "Until this is settled we try to sell you nothing.",
        "此事办结之前，我们不会向您推介产品。",
        "此事辦結之前，我們不會向您推介產品。",
    ),
    "survey.read": Text(
        "Your answers are kept under your own key and are used to become better, not to sell.",
        "您的答卷以您的专属密钥加密保存，仅用于改进服务，不用于营销。",
        "您的答卷以您的專屬金鑰加密保存，僅用於改善服務，不用於行銷。",
    ),
    "survey.to_page": Text("To your page", "返回您的页面", "返回您的頁面"),
    "done.kept": Text("Your answers are kept.", "您的答案已保存。", "您的答案已儲存。"),
    "happened.survey": Text("survey", "调查", "調查"),
    "happened.call_back": Text("call-back", "回访", "回訪"),
    "survey.title": Text("What the customer says in surveys", "客户调查反馈", "客戶調查回饋"),
    "nav.loops": Text("Call-backs", "回访", "回訪"),
    "loop.title": Text("Call-backs to unhappy customers", "不满意客户回访", "不滿意客戶回訪"),
    "loop.told": Text(
        "Opened by an answer to a survey. Until one is closed, with cause and action, nothing is sold to the customer.",
        "由调查结果触发。登记原因和措施并办结之前，不向客户推介产品。",
        "由調查結果觸發。登記原因和措施並辦結之前，不向客戶推介產品。",
    ),
    "loop.open": Text("Open", "未办结", "未辦結"),
    "loop.overdue": Text("Overdue", "已逾期", "已逾期"),
    "loop.closed": Text("Closed", "已办结", "已辦結"),
    "loop.late": Text("late", "逾期", "逾期"),
    "loop.due": Text("due {at}", "{at} 前", "{at} 前"),
    "loop.closed_at": Text("closed {at}", "{at} 办结", "{at} 辦結"),
    "loop.owner": Text("to be done by", "责任人", "負責人"),
    "loop.nobody": Text("nobody yet", "待认领", "待認領"),
    "loop.none": Text("No call-back stands here.", "此处没有回访。", "此處沒有回訪。"),
    "loop.close": Text("Close the call-back", "办结回访", "辦結回訪"),
    "loop.causes": Text("Causes", "原因", "原因"),
    "loop.cause": Text("Cause", "原因", "原因"),
    "loop.count": Text("Number", "数量", "數量"),
    "loop.action": Text("What is done about it", "所采取的措施", "所採取的措施"),
    "loop.words": Text("What the customer said", "客户原话", "客戶原話"),
    "loop.outcome": Text("What came of it", "结果", "結果"),
    "loop.resolved": Text("resolved", "已解决", "已解決"),
    "loop.partly": Text("resolved in part", "部分解决", "部分解決"),
    "loop.not_resolved": Text("not resolved", "未解决", "未解決"),
    "loop.not_reached": Text("not reached", "未能联系上", "未能聯絡上"),
}
