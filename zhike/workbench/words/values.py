"""Words for values that rows carry."""

from __future__ import annotations

from typing import Final

from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    "state.made": Text("open", "待处理", "待處理"),
    "state.shown": Text("shown", "已展示", "已展示"),
    "state.accepted": Text("accepted", "已接受", "已接受"),
    "state.refused": Text("refused", "已拒绝", "已拒絕"),
    "state.lapsed": Text("lapsed", "已过期", "已過期"),
    "state.blocked": Text("not delivered", "未送达", "未送達"),
    "state.ignored": Text("no answer", "未回应", "未回應"),
    "state.complained": Text("complained about", "引发投诉", "引發投訴"),
    "status.given": Text("given", "同意", "同意"),
    "status.withdrawn": Text("withdrawn", "撤回", "撤回"),
    "purpose.marketing": Text("marketing", "营销", "行銷"),
    "purpose.profiling": Text("profiling", "画像", "剖析"),
    "purpose.household_view": Text("view of the household", "家庭视图", "家庭檢視"),
    "purpose.third_party": Text("passing on to others", "提供给第三方", "提供給第三方"),
    "purpose.survey": Text("surveys", "调查", "調查"),
    "channel.branch": Text("branch", "网点", "分行"),
    "channel.adviser": Text("adviser", "客户经理", "客戶經理"),
    "channel.phone": Text("phone", "电话", "電話"),
    "channel.app": Text("app", "手机银行", "行動銀行"),
    "channel.web": Text("web", "网银", "網路銀行"),
    "channel.email": Text("e-mail", "电子邮件", "電子郵件"),
    "channel.sms": Text("text message", "短信", "簡訊"),
    "channel.post": Text("post", "信函", "信函"),
    "channel.atm": Text("cash machine", "自助机", "自動櫃員機"),
    "channel.visit": Text("visit", "上门", "到府"),
    "channel.desk": Text("at the desk", "案头", "案頭"),
    "channel.all": Text("all channels", "所有渠道", "所有通路"),
    "channel.none": Text("none", "无", "無"),
    "wish.channels": Text("channels not to be used", "不希望使用的渠道", "不希望使用的通路"),
    "wish.topics": Text("topics not to be raised", "不希望涉及的主题", "不希望涉及的主題"),
    "wish.frequency": Text("how often at most", "联络频次上限", "聯絡頻次上限"),
    "wish.hours": Text("hours of contact", "联络时段", "聯絡時段"),
}  # fmt: skip
