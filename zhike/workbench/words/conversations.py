"""Words of coded notes of conversations."""

from __future__ import annotations

from typing import Final

from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    "talk.title": Text("Interviews and focus groups", "访谈与焦点小组", "訪談與焦點團體"),
    "talk.told": Text(
        "Coded notes are pasted here and read; nothing of them is kept. Personal data are taken out before anything is shown.",
        "将已编码的访谈记录粘贴于此即可读取；系统不保存任何内容。显示前均已去除个人信息。",
        "將已編碼的訪談紀錄貼上即可讀取；系統不保存任何內容。顯示前均已去除個人資料。",
    ),
    "talk.notes": Text("Notes, in YAML", "访谈记录（YAML）", "訪談紀錄（YAML）"),
    "talk.by": Text(
        "By group (a group of the notes, or method, role, guide)",
        "按何分组（记录中的分组名；或方式 method、角色 role、提纲 guide）",
        "依何分組（紀錄中的分組名；或方式 method、角色 role、提綱 guide）",
    ),
    "talk.read": Text("Read", "读取", "讀取"),
    "talk.head": Text(
        "{n} conversations with {persons} persons, {segments} segments.",
        "共 {n} 次访谈，{persons} 人，{segments} 段。",
        "共 {n} 次訪談，{persons} 人，{segments} 段。",
    ),
    "talk.left_out": Text(
        "{note} is left out: {reason}.", "{note} 未计入：{reason}。", "{note} 未計入：{reason}。"
    ),
    "leftout.no_consent": Text("no consent", "未获同意", "未獲同意"),
    "leftout.consent_over": Text("its consent is over", "同意已到期", "同意已到期"),
    "talk.spoken": Text("What was spoken of", "谈及内容", "談及內容"),
    "talk.no_sample": Text(
        "Whoever was asked was chosen and not drawn: a share is of these conversations, and no estimate for all customers.",
        "受访者为选定而非抽样：占比仅就这些访谈而言，不代表全体客户。",
        "受訪者為選定而非抽樣：占比僅就這些訪談而言，不代表全體客戶。",
    ),
    "talk.code": Text("Code", "编码", "編碼"),
    "talk.name": Text("Name", "名称", "名稱"),
    "talk.conversations": Text("Conversations", "访谈次数", "訪談次數"),
    "talk.share": Text("Share", "占比", "占比"),
    "talk.interval": Text("95% interval", "95% 区间", "95% 區間"),
    "talk.touchpoint": Text("Touchpoint", "触点", "接觸點"),
    "talk.groups": Text("By {by}", "按 {by}", "依 {by}"),
    "talk.group": Text("Group", "组", "組"),
    "talk.agreement": Text("Agreement of coders", "编码一致性", "編碼一致性"),
    "talk.agreement_told": Text(
        "Beyond chance, on {segments} segments that two or more read.",
        "就两人及以上编码的 {segments} 段，扣除偶然因素。",
        "就兩人及以上編碼的 {segments} 段，扣除偶然因素。",
    ),
    "talk.figure": Text("Figure", "指标", "指標"),
    "talk.value": Text("Value", "数值", "數值"),
    "talk.alpha": Text(
        "All codes: Krippendorff's alpha", "全部编码：Krippendorff α", "全部編碼：Krippendorff α"
    ),
    "talk.kappa": Text(
        "{one} and {other}: Cohen's kappa", "{one} 与 {other}：Cohen κ", "{one} 與 {other}：Cohen κ"
    ),
    "talk.one_coder": Text(
        "No segment was read by two coders: how reliable the coding is, nobody knows.",
        "没有任何段落由两位编码员编码，编码的可靠程度无从得知。",
        "沒有任何段落由兩位編碼員編碼，編碼的可靠程度無從得知。",
    ),
    "agreement.reliable": Text("reliable", "可靠", "可靠"),
    "agreement.tentative": Text("with care", "谨慎使用", "謹慎使用"),
    "agreement.unreliable": Text("too low", "过低", "過低"),
    "agreement.not_settled": Text("not settled", "尚无定论", "尚無定論"),
    "talk.quotes": Text("In their words", "受访者原话", "受訪者原話"),
    "talk.quotes_told": Text(
        "Only of those who agreed to be quoted.",
        "仅引用已同意被引用者的原话。",
        "僅引用已同意被引用者的原話。",
    ),
    "talk.where": Text("{note}, segment {segment}", "{note} 第 {segment} 段", "{note} 第 {segment} 段"),
    "talk.book": Text("Code book", "编码手册", "編碼手冊"),
    "talk.use": Text("When it is given", "何时使用", "何時使用"),
}
