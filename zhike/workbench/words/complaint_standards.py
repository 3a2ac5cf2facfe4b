"""Words of the page of standards: what the house promises beside the law, regimes and calendars."""

from __future__ import annotations

from typing import Final

from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    "standards.title": Text("Standards of the complaint desk", "投诉处理标准", "申訴處理標準"),
    "standards.told": Text(
        "What the house promises may only be stricter than the law. A tier may be faster; it never has a better answer to the same harm.",
        "本行承诺只能严于法律。服务等级可加快办理，但同等损害的处理结果一律相同。",
        "本行承諾只能嚴於法律。服務等級可加快辦理，但同等損害的處理結果一律相同。",
    ),
    "standards.journey": Text("{journey}: what is promised beside the law", "{journey}：承诺与法定对照", "{journey}：承諾與法定對照"),
    "standards.now": Text("Dates are those of a case that comes in now, {at}.", "日期按当前（{at}）收到的案件计算。", "日期按目前（{at}）收到的案件計算。"),
    "standards.tier": Text("Tier", "服务等级", "服務等級"),
    "standards.news": Text("News unasked", "主动告知进展", "主動告知進度"),
    "standards.first_response": Text("First answer", "首次响应", "首次回應"),
    "standards.update": Text("Every later answer", "后续回复", "後續回覆"),
    "standards.minutes": Text("{minutes} min of service", "{minutes} 服务分钟", "{minutes} 服務分鐘"),
    "standards.settled": Text("Settled: {complexity}", "办结：{complexity}", "辦結：{complexity}"),
    "standards.working_days": Text("{days} working days", "{days} 个工作日", "{days} 個工作日"),
    "standards.tightens": Text("{days} days before the law's date", "早于法定期限 {days} 日", "早於法定期限 {days} 日"),
    "standards.law_counts": Text("the law's date counts", "以法定期限为准", "以法定期限為準"),
    "standards.by_law": Text("By law", "法定", "法定"),
    "standards.by_law_day": Text("legal {legal}, safe {safe}", "法定 {legal}，稳妥 {safe}", "法定 {legal}，穩妥 {safe}"),
    "standards.hours": Text("Hours of service ({zone})", "服务时间（{zone}）", "服務時間（{zone}）"),
    "standards.weekday": Text("Day", "星期", "星期"),
    "standards.made_up": Text("made-up workday", "调休上班日", "補班日"),
    "standards.open_hours": Text("Hours", "时间", "時間"),
    "standards.version": Text("Version {version}", "版本 {version}", "版本 {version}"),
    "standards.regimes": Text("Regimes", "法规体系", "法規體系"),
    "standards.since": Text("In force since", "生效日", "生效日"),
    "standards.until": Text("until {day}", "至 {day}", "至 {day}"),
    "standards.draft": Text("draft, not enabled", "草案，未启用", "草案，未啟用"),
    "standards.status": Text("Status", "状态", "狀態"),
    "standards.clocks": Text("Clocks of {regime}", "{regime} 的期限", "{regime} 的期限"),
    "standards.length": Text("Length", "期限", "期限"),
    "standards.suspended": Text("Suspended by the regulator", "监管中止计时", "主管機關中止計時"),
    "standards.calendars": Text("Calendars", "工作日历", "工作日曆"),
    "standards.calendars_told": Text(
        "A year that nobody has announced gives no date: a clock that needs it is not computable.", "未公布的年度不产生日期：需用该年度的期限为“无法计算”。", "未公布的年度不產生日期：需用該年度的期限為「無法計算」。"
    ),
    "standards.calendar": Text("Calendar", "日历", "日曆"),
    "standards.published": Text("published on {day}", "{day} 公布", "{day} 公布"),
    "standards.unpublished": Text("not published", "未公布", "未公布"),
    "standards.none": Text("None.", "无。", "無。"),
    "span.calendar_days": Text("{count} days", "{count} 日", "{count} 日"),
    "span.working_days": Text("{count} working days", "{count} 个工作日", "{count} 個工作日"),
    "span.weeks": Text("{count} weeks", "{count} 周", "{count} 週"),
    "span.months": Text("{count} months", "{count} 个月", "{count} 個月"),
    "weekday.1": Text("Monday", "星期一", "星期一"),
    "weekday.2": Text("Tuesday", "星期二", "星期二"),
    "weekday.3": Text("Wednesday", "星期三", "星期三"),
    "weekday.4": Text("Thursday", "星期四", "星期四"),
    "weekday.5": Text("Friday", "星期五", "星期五"),
    "weekday.6": Text("Saturday", "星期六", "星期六"),
    "weekday.7": Text("Sunday", "星期日", "星期日"),
    "journey.complaint": Text("Complaint", "投诉", "申訴"),
}  # fmt: skip
