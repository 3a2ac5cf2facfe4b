"""Words for what is said with a step of a complaint: the fields of forms, and the values that they take."""

from __future__ import annotations

from typing import Final

from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    "said.notice": Text("How the customer was told", "告知方式", "告知方式"),
    "said.notice_at": Text("Told at; empty for now", "告知时间；留空为当前时间", "告知時間；留空為目前時間"),
    "said.sha256": Text(
        "SHA-256 of the recording, or of the file that was sent; empty: of the letter above", "录音或所发文件的 SHA-256；留空则取上方函件", "錄音或所發檔案的 SHA-256；留空則取上方函件"
    ),
    "said.letter": Text("What the customer reads", "客户收到的内容", "客戶收到的內容"),
    "said.complexity": Text("Complexity", "复杂程度", "複雜程度"),
    "said.business": Text("Business", "涉及业务", "涉及業務"),
    "said.issue": Text("Issue", "投诉问题", "申訴問題"),
    "said.reason": Text("Reason", "理由", "理由"),
    "said.addressee": Text("To whom", "接收方", "接收方"),
    "said.into": Text("Into which case", "并入案件", "併入案件"),
    "said.documents": Text("What is asked for, one a line; nothing that the bank has", "所需材料，每行一项；本行已有的不得索取", "所需資料，每行一項；本行已有者不得索取"),
    "said.to": Text("As what it is taken from now on", "延长后按何类办理", "延長後按何類辦理"),
    "said.approver": Text("Approved by", "批准方", "核准方"),
    "said.findings": Text("What was found", "调查情况", "調查情況"),
    "said.outcome": Text("Whether the customer is right", "投诉是否属实", "申訴是否屬實"),
    "said.redress": Text("What the bank does for it", "处理措施", "處理措施"),
    "said.amount": Text("Amount", "金额", "金額"),
    "said.major": Text("Major complaint", "重大投诉", "重大申訴"),
    "said.legal": Text("Touches the law", "涉及法律问题", "涉及法律問題"),
    "said.regulatory": Text("Touches the regulator", "涉及监管事项", "涉及監理事項"),
    "said.tries": Text("How often it was tried", "尝试联系次数", "嘗試聯繫次數"),
    "said.cause": Text("Root cause", "根本原因", "根本原因"),
    "said.handler": Text("To whom, by staff number", "新经办人编号", "新經辦人編號"),
    "said.place": Text("Where to", "新办理地点", "新辦理地點"),
    "said.meeting": Text("Day of the meeting", "会面日期", "會面日期"),
    "said.text": Text("Note", "内容", "內容"),
    "said.effective": Text("Was the cause put right?", "整改是否有效", "改善是否有效"),
    "said.channel": Text("Channel", "渠道", "通路"),
    "said.facts": Text("What the reviews read", "审核依据", "審核依據"),
    "said.who": Text("Who had a part in it", "涉及何人", "涉及何人"),
    "said.when": Text("When it happened", "何时发生", "何時發生"),
    "said.where": Text("Where it happened", "何地发生", "何地發生"),
    "said.what": Text("What happened", "发生了什么", "發生了什麼"),
    "said.why": Text("Why it is wrong, and what they want", "不满原因与诉求", "不滿原因與訴求"),
    "said.unsaid": Text("not known yet", "尚不清楚", "尚不清楚"),
    "given.simple": Text("simple", "简单", "簡單"),
    "given.complex": Text("complex", "复杂", "複雜"),
    "given.special": Text("particularly complex, or a special reason", "特别复杂或有其他特殊原因", "特別複雜或有其他特殊原因"),
    "given.upheld": Text("right", "属实", "屬實"),
    "given.partly_upheld": Text("right in part", "部分属实", "部分屬實"),
    "given.not_upheld": Text("not right", "不属实", "不屬實"),
    "given.written": Text("written", "书面", "書面"),
    "given.electronic": Text("electronic", "电子", "電子"),
    "given.phone": Text("telephone", "电话", "電話"),
    "given.yes": Text("yes", "是", "是"),
    "given.no": Text("no", "否", "否"),
    "fact.amount": Text("redress {value}", "补偿 {value}", "補償 {value}"),
    "fact.limit": Text("limit {value}", "权限 {value}", "權限 {value}"),
    "fact.complexity": Text("complexity {value}", "复杂程度 {value}", "複雜程度 {value}"),
    "fact.major": Text("major: {value}", "重大：{value}", "重大：{value}"),
    "fact.legal": Text("law: {value}", "法律：{value}", "法律：{value}"),
    "fact.regulatory": Text("regulator: {value}", "监管：{value}", "監理：{value}"),
}  # fmt: skip
