"""What clocks say of themselves: every step of a computation, every reason, in three languages."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from zhike.core.language import LANGUAGES, Text
from zhike.core.phrases import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zhike.core.language import Language

__all__ = ["ACTORS", "COMPLEXITIES", "EVENT_TITLES", "NEEDS", "STATES", "UNITS", "listed", "one_of", "say"]

_COMMA: Final = Text(", ", "、", "、")
_OR: Final = Text(" or ", "或", "或")


@lru_cache(maxsize=20_000)
def say(text: Text, **values: object) -> Text:
    """Return a text with its values filled in; a value that is a text itself is said in the same language.

    What was said is remembered: the clocks of many cases say the same of the same day.
    """
    return Text(*(_said(text, language, values) for language in LANGUAGES))


def listed(texts: Iterable[Text], between: Text = _COMMA) -> Text:
    """Return texts one after the other."""
    known = tuple(texts)
    return Text(
        *(between.in_language(one).join(text.in_language(one) for text in known) for one in LANGUAGES)
    )


def one_of(texts: Iterable[Text]) -> Text:
    """Return texts of which one is enough."""
    return listed(texts, _OR)


def _said(text: Text, language: Language, values: Mapping[str, object]) -> str:
    return text.render(language, **{name: told(value, language) for name, value in values.items()})


EVENT_TITLES: Final[Mapping[str, Text]] = MappingProxyType({
    "received": Text("received", "收到投诉", "收到申訴"),
    "acknowledged": Text("acknowledged", "确认收到", "確認收到"),
    "assessed": Text("assessed", "评估", "評估"),
    "paused": Text("paused", "暂停", "暫停"),
    "resumed": Text("resumed", "恢复", "恢復"),
    "extended": Text("extended", "延期", "延期"),
    "suspended": Text("suspended by the regulator", "监管机构中止", "監管機構中止"),
    "lifted": Text("suspension lifted", "解除中止", "解除中止"),
    "forwarded": Text("forwarded", "转送", "轉送"),
    "holding_reply": Text("holding reply sent", "已发暂复函", "已發暫覆函"),
    "provisional_credit": Text("provisional credit given", "已临时入账", "已暫時入帳"),
    "decided": Text("decided", "作出决定", "作出決定"),
    "informed": Text("complainant told of the decision", "告知处理决定", "告知處理決定"),
    "unreachable": Text("complainant cannot be reached", "无法联系投诉人", "無法聯絡申訴人"),
    "accepted": Text("accepted by the complainant", "投诉人接受", "申訴人接受"),
    "withdrawn": Text("withdrawn", "撤回", "撤回"),
    "reopened": Text("reopened", "重新处理", "重新處理"),
    "verification_requested": Text("verification asked for", "申请核查", "申請核查"),
    "verification_decided": Text("verification decided", "作出核查决定", "作出核查決定"),
    "verification_informed": Text("complainant told of the verification", "告知核查决定", "告知核查決定"),
    "answered": Text("complainant answered", "答复投诉人询问", "答覆申訴人詢問"),
    "customer_wrote": Text("complainant wrote", "投诉人来信", "申訴人來信"),
    "ombudsman_asked": Text("taken to the ombudsman", "诉诸申诉专员", "訴諸申訴專員"),
})  # fmt: skip
UNITS: Final[Mapping[str, Text]] = MappingProxyType({
    "calendar_days": Text("calendar days", "日", "日"),
    "working_days": Text("working days", "个工作日", "個工作日"),
    "weeks": Text("weeks", "周", "週"),
    "months": Text("months", "个月", "個月"),
})  # fmt: skip
COMPLEXITIES: Final[Mapping[str, Text]] = MappingProxyType({
    "simple": Text("simple", "简单", "簡單"),
    "complex": Text("complex", "复杂", "複雜"),
    "special": Text("particularly complex", "特别复杂", "特別複雜"),
})  # fmt: skip
ACTORS: Final[Mapping[str, Text]] = MappingProxyType({
    "bank": Text("bank", "银行", "銀行"),
    "customer": Text("complainant", "投诉人", "申訴人"),
    "regulator": Text("regulator", "监管机构", "監管機構"),
})  # fmt: skip
STATES: Final[Mapping[str, Text]] = MappingProxyType({
    "waiting": Text("not started", "未开始", "未開始"),
    "running": Text("running", "计时中", "計時中"),
    "paused": Text("paused", "已暂停", "已暫停"),
    "suspended": Text("suspended", "已中止", "已中止"),
    "stopped": Text("stopped", "已停止", "已停止"),
})  # fmt: skip
NEEDS: Final[Mapping[str, Text]] = MappingProxyType({
    "approver": Text("approval by {approvers}", "经{approvers}审批", "經{approvers}審批"),
    "reason": Text("a reason", "理由", "理由"),
    "notice": Text("notice to the complainant in time", "在期限内告知投诉人", "在期限內告知申訴人"),
    "time": Text("to come before the time had run out", "在期限届满前作出", "在期限屆滿前作出"),
})  # fmt: skip

STARTED: Final = Text(
    "The clock starts: {event}, {day} ({zone}); that day is not counted.",
    "{day}（{zone}）{event}：开始计时，当日不计入。",
    "{day}（{zone}）{event}：開始計時，當日不計入。",
)
NOT_STARTED: Final = Text(
    "The clock has not started; it starts with: {event}.",
    "期限自“{event}”起算，尚未发生。",
    "期限自「{event}」起算，尚未發生。",
)
LEVEL: Final = Text(
    "The case is {complexity}: {count} {unit}.",
    "案情{complexity}：{count}{unit}。",
    "案情{complexity}：{count}{unit}。",
)
ASSUMED: Final = Text(
    "Taken as {complexity}. Not proven by an event, and needed: {needs}; without it {due} stands.",
    "按{complexity}计算。尚无事件证明，须具备：{needs}；否则以 {due} 为准。",
    "按{complexity}計算。尚無事件證明，須具備：{needs}；否則以 {due} 為準。",
)
ASSESSED: Final = Text(
    "Assessed as {complexity} on {day}: {count} {unit}.",
    "{day} 评估为{complexity}：{count}{unit}。",
    "{day} 評估為{complexity}：{count}{unit}。",
)
EXTENDED: Final = Text(
    "Extended on {day} to {count} {unit}{approver}.",
    "{day} 延长至{count}{unit}{approver}。",
    "{day} 延長至{count}{unit}{approver}。",
)
APPROVED: Final = Text(", approved by {approver}", "，经{approver}审批", "，經{approver}審批")
NOT_EXTENDED: Final = Text(
    "A longer time asked for on {day} does not count; missing: {needs}.",
    "{day} 的延期不生效，缺少：{needs}。",
    "{day} 的延期不生效，缺少：{needs}。",
)
NO_LONGER: Final = Text(
    "A longer time asked for on {day} adds nothing: the clock has {count} {unit} already.",
    "{day} 的延期不再增加时间：该期限已为{count}{unit}。",
    "{day} 的延期不再增加時間：該期限已為{count}{unit}。",
)
STOPPED_BEFORE: Final = Text(
    "A longer time asked for on {day} adds nothing: the clock had stopped.",
    "{day} 的延期不生效：该期限已停止计时。",
    "{day} 的延期不生效：該期限已停止計時。",
)
NO_PAUSE: Final = Text(
    "Paused on {day}: the rule knows no pause, the clock runs on.",
    "{day} 暂停：该规则不允许暂停，继续计时。",
    "{day} 暫停：該規則不允許暫停，繼續計時。",
)
HELD: Final = Text(
    "From {first} to {last} the clock stood ({why}): what was left then is counted from {last}.",
    "{first} 至 {last} 停止计时（{why}）：剩余期限自 {last} 续算。",
    "{first} 至 {last} 停止計時（{why}）：剩餘期限自 {last} 續算。",
)
STANDS: Final = Text(
    "The clock stands since {day} ({why}): its last day is known when it goes on.",
    "自 {day} 起停止计时（{why}）：恢复后方可确定届满日。",
    "自 {day} 起停止計時（{why}）：恢復後方可確定屆滿日。",
)
ENDS: Final = Text(
    "{count} {unit} end on {day}.", "{count}{unit}于 {day} 届满。", "{count}{unit}於 {day} 屆滿。"
)
MOVED: Final = Text(
    "{day} is no working day ({calendar}): the legal date is {legal} ({ground}).",
    "{day} 非工作日（{calendar}）：法定期限顺延至 {legal}（{ground}）。",
    "{day} 非工作日（{calendar}）：法定期限順延至 {legal}（{ground}）。",
)
SAFE: Final = Text(
    "The last working day on or before it is {safe}.",
    "其当日或之前的最后一个工作日为 {safe}。",
    "其當日或之前的最後一個工作日為 {safe}。",
)
NOT_COVERED: Final = Text(
    "Not computable: the calendar {calendar} does not cover {day}; its year is not published. Nothing is guessed.",
    "无法计算：日历 {calendar} 未覆盖 {day}，该年度尚未公布；不作推测。",
    "無法計算：日曆 {calendar} 未涵蓋 {day}，該年度尚未公布；不作推測。",
)
SAFE_NOT_COVERED: Final = Text(
    "The safe date is not computable: the calendar {calendar} does not cover {day}.",
    "无法计算稳妥日期：日历 {calendar} 未覆盖 {day}。",
    "無法計算穩妥日期：日曆 {calendar} 未涵蓋 {day}。",
)
UNPROVEN_STOP: Final = Text(
    "Told on {day} without proof of notice (channel, time, SHA-256 of the content): the clock runs on.",
    "{day} 的告知缺少送达证明（渠道、时间、内容 SHA-256）：继续计时。",
    "{day} 的告知缺少送達證明（通路、時間、內容 SHA-256）：繼續計時。",
)
STOPPED: Final = Text(
    "The clock stops: {event}, {day}.", "{day} {event}：停止计时。", "{day} {event}：停止計時。"
)
REOPENED: Final = Text(
    "Reopened on {day}: the clock goes on with what was left, it does not start again.",
    "{day} 重新处理：以剩余期限续算，不重新起算。",
    "{day} 重新處理：以剩餘期限續算，不重新起算。",
)
CLOSES: Final = Text(
    "Its last day ends at {time} ({zone}).",
    "届满日截止于 {time}（{zone}）。",
    "屆滿日截止於 {time}（{zone}）。",
)
CORRECTED: Final = Text(
    "The calendar announced on {day} changed the legal date from {before} to {after}.",
    "{day} 公布的日历使法定期限由 {before} 变为 {after}。",
    "{day} 公布的日曆使法定期限由 {before} 變為 {after}。",
)
REOPENING: Final = Text("closed until it was reopened", "结案至重新处理", "結案至重新處理")
