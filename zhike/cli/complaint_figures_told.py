"""Figures of complaints as people read them on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import write
from zhike.cli.measure_told import INTERVAL, interval, number, percent, show_rows
from zhike.core.language import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.core.language import Language
    from zhike.core.rulebook import Rulebook

__all__ = [
    "show_audit",
    "show_kpis",
    "show_pareto",
    "show_rating",
    "show_recovery",
    "show_return",
    "show_trend",
]

_FACETS: Final = {
    "origin": Text("where", "渠道", "通路"), "business": Text("business", "业务", "業務"), "issue": Text("reason", "原因", "原因"), "cause": Text("root cause", "根因", "根因"),
    "branch": Text("branch", "网点", "分行"), "facets": Text("where · business · reason", "渠道·业务·原因", "通路·業務·原因"),
}  # fmt: skip
_COUNT: Final = Text("complaints", "投诉件数", "申訴件數")
_SHARE: Final = Text("share", "占比", "占比")
_SUM: Final = Text("cumulative", "累计", "累計")
_PLACE: Final = Text("place", "可信位次", "可信位次")
_PARETO: Final = Text("What complaints are about", "投诉构成", "申訴構成")
_BESIDE: Final = Text(
    "{total} classed; {unassessed} not assessed yet; {rejected} with a code that complaints.codes does not map{named}",
    "已归类 {total} 件；未评估 {unassessed} 件；代码未对照（complaints.codes）{rejected} 件{named}",
    "已歸類 {total} 件；未評估 {unassessed} 件；代碼未對照（complaints.codes）{rejected} 件{named}",
)
_MONTHS: Final = Text("Months {first} to {last}", "{first} 至 {last} 逐月", "{first} 至 {last} 逐月")
_NEWEST: Final = Text("newest month", "最近一月", "最近一月")
_USUAL: Final = Text("usual", "通常水平", "通常水準")
_LIMITS: Final = Text("limits", "控制界限", "管制界限")
_CHART: Final = Text("chart", "控制图", "管制圖")
_SIGNAL: Final = Text("signal", "信号", "訊號")
_SIGNALS: Final = {None: Text("none", "无", "無"), "more": Text("more than usual", "多于通常", "多於平常"), "fewer": Text("fewer than usual", "少于通常", "少於平常")}  # fmt: skip
_ALL: Final = Text("all", "全部", "全部")
_FEW: Final = Text("too few months", "月数不足", "月數不足")
_EXPECTED: Final = Text("Of stable processes {expected:.2f} would give a signal in the newest month.", "若过程均稳定，预期最近一月有 {expected:.2f} 个信号。", "若過程均穩定，預期最近一月有 {expected:.2f} 個訊號。")  # fmt: skip
_NO_MONTH: Final = Text("No whole month.", "没有完整月份。", "沒有完整月份。")
_KPIS: Final = Text("Complaints from {first} until {last}: {received}", "{first} 至 {last} 受理投诉 {received} 件", "{first} 至 {last} 受理申訴 {received} 件")  # fmt: skip
_FIGURE: Final = Text("figure", "指标", "指標")
_VALUE: Final = Text("value", "数值", "數值")
_OF: Final = Text("of", "基数", "基數")
_RATES: Final = {
    "per_outlets": Text("per {outlets:,} outlets", "每 {outlets:,} 个网点", "每 {outlets:,} 個分行"), "per_customers": Text("per {customers:,} customers", "每 {customers:,} 名客户", "每 {customers:,} 名客戶"),
    "per_customers_year": Text("per {customers:,} customers and year", "每 {customers:,} 名客户每年", "每 {customers:,} 名客戶每年"), "per_outlet_month": Text("per outlet and month", "每网点每月", "每分行每月"),
}  # fmt: skip
_SHARES: Final = {
    "in_time": Text("told within the time of the law", "法定期限内告知", "法定期限內告知"), "with_proof": Text("told with proof", "留存告知证据", "留存告知證據"), "disputed": Text("disputed", "有异议", "有異議"),
    "reopened": Text("reopened", "重新开启", "重新開啟"), "satisfied": Text("satisfied with the handling", "对处理满意", "對處理滿意"), "regulator": Text("forwarded by the regulator", "监管转送", "監理轉送"),
}  # fmt: skip
_DAYS: Final = Text("Answered after {median:.0f} days in the middle, nine in ten within {ninth_decile:.0f}.", "答复用时中位数 {median:.0f} 天，九成在 {ninth_decile:.0f} 天内。", "答覆用時中位數 {median:.0f} 天，九成在 {ninth_decile:.0f} 天內。")  # fmt: skip
_RATING: Final = Text("Self-rating of consumer protection, {first} until {last} ({rule}, {status})", "消费者权益保护自评，{first} 至 {last}（{rule}，{status}）", "消費者權益保護自評，{first} 至 {last}（{rule}，{status}）")  # fmt: skip
_PROVISIONAL: Final = {"provisional": Text("provisional", "暂定", "暫定"), "confirmed": Text("confirmed", "已确认", "已確認")}  # fmt: skip
_ELEMENT: Final = Text("element", "要素", "要素")
_MEASURE: Final = Text("measure", "计量", "計量")
_POINTS: Final = Text("points", "得分", "得分")
_RANGE: Final = Text("range", "区间", "區間")
_MOST: Final = Text("of", "满分", "滿分")
_TOTAL: Final = Text("Total: {total}; between {low:.1f} and {high:.1f}", "总分：{total}；区间 {low:.1f} 至 {high:.1f}", "總分：{total}；區間 {low:.1f} 至 {high:.1f}")  # fmt: skip
_UNKNOWN: Final = Text("Not known: {names}", "未知：{names}", "未知：{names}")
_OPEN: Final = Text("open", "待定", "待定")
_RETURN: Final = Text("{file}: {quarter}, {received} complaints in {rows} rows; sha256 {sha256}", "{file}：{quarter}，投诉 {received} 件，{rows} 行；sha256 {sha256}", "{file}：{quarter}，申訴 {received} 件，{rows} 列；sha256 {sha256}")  # fmt: skip
_INCOMPLETE: Final = Text("Not complete: {unclassed} not assessed, {rejected} with a code that nobody mapped.", "尚不完整：未评估 {unclassed} 件，代码未对照 {rejected} 件。", "尚不完整：未評估 {unclassed} 件，代碼未對照 {rejected} 件。")  # fmt: skip
_AUDIT: Final = Text("Equal harm, equal redress? {cases} cases", "同等损害是否同等补偿？案件 {cases} 件", "同等損害是否同等補償？案件 {cases} 件")  # fmt: skip
_GROUP: Final = Text("group", "分组", "分組")
_PAIRS: Final = Text("pairs", "配对数", "配對數")
_DIFFERENCE: Final = Text("difference", "差异", "差異")
_DETECTABLE: Final = Text("detectable", "可检出差异", "可檢出差異")
_VERDICT: Final = Text("verdict", "结论", "結論")
_MEASURES: Final = {"redress": Text("redress (minor units)", "补偿金额（最小货币单位）", "補償金額（最小貨幣單位）"), "relief": Text("anything paid", "是否给付", "是否給付"), "days": Text("days to the answer", "答复天数", "答覆天數")}  # fmt: skip
VERDICTS: Final = {
    "more": Text("more than others", "多于他组", "多於他組"), "less": Text("less than others", "少于他组", "少於他組"), "equal": Text("equal within the margin", "在界限内相等", "在界限內相等"),
    "not_settled": Text("not settled", "尚无定论", "尚無定論"), "too_few_pairs": Text("too few pairs", "配对不足", "配對不足"), "too_little_overlap": Text("too little overlap", "可比案件不足", "可比案件不足"),
    "helps": Text("helps", "有效", "有效"), "harms": Text("harms", "有害", "有害"), "not_shown": Text("no effect shown", "未见效果", "未見效果"), "not_enough_data": Text("not enough data", "数据不足", "資料不足"),
}  # fmt: skip
_WHOLE: Final = {
    "differs": Text("Redress differs for equal harm: look at the cases.", "同等损害的补偿存在差异：请核查案件。", "同等損害的補償存在差異：請核查案件。"),
    "equal": Text("Redress is equal within the margin in every comparison.", "各项比较的补偿均在界限内相等。", "各項比較的補償均在界限內相等。"),
    "not_settled": Text("No difference is found, and equality is not shown everywhere: the detectable differences say how large one could be unseen.", "未发现差异，但未能在各项上证明相等；可检出差异说明未被发现的差异可能有多大。", "未發現差異，但未能在各項上證明相等；可檢出差異說明未被發現的差異可能有多大。"),
    "refused": Text("Nothing is told: too few comparable cases.", "不作结论：可比案件不足。", "不作結論：可比案件不足。"),
}  # fmt: skip
_SPEED: Final = Text("Days are speed: a tier may buy it, and it is held against nobody.", "天数属于速度：客户等级可享更快处理，不作为差异认定。", "天數屬於速度：客戶等級可享更快處理，不作為差異認定。")  # fmt: skip
_LEFT_OUT: Final = Text("Left out: {names}", "未纳入：{names}", "未納入：{names}")
_RECOVERY: Final = Text("Recovery, {cases} cases; money in minor units", "投诉补救，案件 {cases} 件；金额为最小货币单位", "申訴補救，案件 {cases} 件；金額為最小貨幣單位")  # fmt: skip
_GIVEN: Final = Text("given", "次数", "次數")
_COST: Final = Text("cost of work", "人工成本", "人工成本")
_PAID: Final = Text("paid", "平均给付", "平均給付")
_SPEED_HEAD: Final = Text("days", "天数", "天數")
_SATISFIED: Final = Text("satisfied after", "其后满意", "其後滿意")
_RETAINED: Final = Text("stayed", "其后留存", "其後留存")
_EFFECT: Final = Text("effect on satisfaction", "对满意度的效果", "對滿意度的效果")
_STAYING: Final = Text("effect on staying", "对留存的效果", "對留存的效果")
_JUSTICE_LINKS: Final = Text("What goes with a fair handling", "公正处理与其后结果", "公正處理與其後結果")
_OUTCOME: Final = Text("what came", "其后结果", "其後結果")
_JUSTICE: Final = Text("justice", "公正", "公正")
_JUSTICES: Final = {"outcome": Text("outcome", "结果公正", "結果公正"), "procedure": Text("procedure", "程序公正", "程序公正"), "interaction": Text("treatment", "人际公正", "互動公正")}  # fmt: skip
_CAME: Final = {"satisfied": _SATISFIED, "retained": _RETAINED}
_FAIR: Final = Text("where fair", "认为公正者", "認為公正者")
_UNFAIR: Final = Text("where not", "认为不公正者", "認為不公正者")
_GOES_WITH: Final = Text(
    "It goes together; that it is the cause is not said.",
    "仅表明相伴出现，不说明因果。",
    "僅表明相伴出現，不說明因果。",
)
_OWED: Final = Text("owed where it is due, never weighed", "应尽义务，不作权衡", "應盡義務，不作權衡")
_ASSUMED: Final = Text("An effect holds if nothing but what the register knows decided who got the measure.", "效果成立的前提：措施的给予仅取决于登记信息。", "效果成立的前提：措施的給予僅取決於登記資訊。")  # fmt: skip


def _titles(rulebook: Rulebook, day: dt.date, language: Language) -> dict[str, dict[str, str]]:
    from zhike.api.complaint_sources import titles_of

    return {name: {code: one.in_language(language) for code, one in known.items()} for name, known in titles_of(rulebook, day).items()}  # fmt: skip


def show_pareto(found: Mapping[str, Any], rulebook: Rulebook, day: dt.date, language: Language) -> None:
    """Print what complaints are about."""
    titles = _titles(rulebook, day, language)
    rows = [
        [
            _code(found["facet"], one["code"], titles), number(one["count"], 0), percent(one["share"]), f"{percent(one['low'])} … {percent(one['high'])}",
            percent(one["cumulative"]), str(one["best"]) if one["best"] == one["worst"] else f"{one['best']}–{one['worst']}",
        ]
        for one in found["items"]
    ]  # fmt: skip
    show_rows(_PARETO, (_FACETS[found["facet"]], _COUNT, _SHARE, INTERVAL, _SUM, _PLACE), rows, language, found["level"])  # fmt: skip
    named = sorted({f"{one['facet']} {one['code']}" for one in found["rejects"]})[:5]
    write(_BESIDE.render(language, named=f" ({', '.join(named)})" if named else "", **{name: found[name] for name in ("total", "unassessed", "rejected")}))  # fmt: skip


def _code(facet: str, code: Any, titles: Mapping[str, Mapping[str, str]]) -> str:  # noqa: ANN401 - one code or three
    if isinstance(code, list):
        return " · ".join(_code(name, one, titles) for name, one in zip(("origin", "business", "issue"), code, strict=True))  # fmt: skip
    return titles.get(facet, {}).get(code, code)


def show_trend(found: Mapping[str, Any], rulebook: Rulebook, day: dt.date, language: Language) -> None:
    """Print the newest month of each series on its chart."""
    if not found["months"]:
        write(_NO_MONTH.in_language(language))
        return
    titles = _titles(rulebook, day, language)
    rows = [[_ALL.in_language(language) if one["code"] == "all" else _code(found["facet"], one["code"], titles), *_newest(one, language)] for one in found["series"]]  # fmt: skip
    title = _MONTHS.filled(first=found["months"][0], last=found["months"][-1])
    show_rows(title, (_FACETS[found["facet"]], _NEWEST, _USUAL, _LIMITS, _CHART, _SIGNAL), rows, language)
    write(_EXPECTED.render(language, expected=found["expected_false"]))


def _newest(series: Mapping[str, Any], language: Language) -> list[str]:
    if series["chart"] is None:
        return [number(series["counts"][-1], 0), "", "", "", _FEW.in_language(language)]
    point = series["points"][-1]
    return [number(point["value"], 1), number(series["centre"], 1), f"{number(point['low'], 1)} … {number(point['high'], 1)}", series["chart"], _SIGNALS[series["signal"]].in_language(language)]  # fmt: skip


def show_kpis(found: Mapping[str, Any], language: Language) -> None:
    """Print the sector's figures."""
    units = found["units"]
    rates = [[text.render(language, **units), number(found["rates"][name]["value"], 2), interval(found["rates"][name], 2), number(found["received"], 0)] for name, text in _RATES.items() if found["rates"][name]]  # fmt: skip
    shares = [[text.in_language(language), percent(one["value"]), f"{percent(one['low'])} … {percent(one['high'])}", number(one["of"], 0)] for name, text in _SHARES.items() if (one := found["shares"][name])]  # fmt: skip
    title = _KPIS.filled(**{name: found[name] for name in ("first", "last", "received")})
    show_rows(title, (_FIGURE, _VALUE, INTERVAL, _OF), [*rates, *shares], language, found["level"])
    if found["days_to_answer"]:
        write(_DAYS.render(language, **found["days_to_answer"]))


def show_rating(found: Mapping[str, Any], rulebook: Rulebook, day: dt.date, language: Language) -> None:
    """Print the self-rating."""
    from zhike.measure.complaint_analysis.rating import RATING

    rule = rulebook.at(RATING, day).value
    words = {**rule["elements"], **rule["measures"], "deduction": rule["deduction"]}
    rows = [
        [name["en"] if language == "en" else name[language], *cells]
        for one in found["elements"]
        for name, cells in [(words[one["element"]], ["", _known(one, language), f"{one['low']:.1f} … {one['high']:.1f}", number(one["most"], 0)]), *((words[part["measure"]], [_figure(part), _known(part, language), f"{part['low']:.1f} … {part['high']:.1f}", number(part["most"], 0)]) for part in found["measures"] if part["element"] == one["element"])]
    ]  # fmt: skip
    title = _RATING.filled(**{name: found[name] for name in ("first", "last", "rule")}, status=_PROVISIONAL[found["status"]].in_language(language))  # fmt: skip
    show_rows(title, (_ELEMENT, _MEASURE, _POINTS, _RANGE, _MOST), rows, language)
    whole = _OPEN.in_language(language) if found["total"] is None else number(found["total"], 1)
    write(_TOTAL.render(language, total=whole, low=found["low"], high=found["high"]))
    if found["unknown"]:
        write(_UNKNOWN.render(language, names=", ".join(words[name][language] for name in found["unknown"])))


def _known(one: Mapping[str, Any], language: Language) -> str:
    return _OPEN.in_language(language) if one["points"] is None else number(one["points"], 1)


def _figure(one: Mapping[str, Any]) -> str:
    return "-" if one["figure"] is None else number(one["figure"]["value"], 2)


def show_return(found: Mapping[str, Any], language: Language) -> None:
    """Print what was written."""
    write(_RETURN.render(language, **{name: found[name] for name in ("file", "quarter", "received", "rows", "sha256")}))  # fmt: skip
    if not found["complete"]:
        write(_INCOMPLETE.render(language, unclassed=found["unclassed"], rejected=found["rejected"]))


def show_audit(found: Mapping[str, Any], language: Language) -> None:
    """Print whether equal harm got equal redress."""
    rows = [
        [
            f"{one['attribute']}: {one['group']}", _MEASURES[one["measure"]].in_language(language), number(one["pairs"], 0), number(one["difference"], 2), interval(one, 2), number(one["detectable"], 2),
            VERDICTS[one["verdict"]].in_language(language),
        ]
        for one in found["comparisons"]
    ]  # fmt: skip
    heads = (_GROUP, _MEASURE, _PAIRS, _DIFFERENCE, INTERVAL, _DETECTABLE, _VERDICT)
    show_rows(_AUDIT.filled(cases=found["cases"]), heads, rows, language, found["level"])
    write(_WHOLE[found["verdict"]].in_language(language))
    write(_SPEED.in_language(language))
    _show_left_out(found["left_out"], language)


def _show_left_out(left_out: Mapping[str, int], language: Language) -> None:
    if left_out:
        write(_LEFT_OUT.render(language, names=", ".join(f"{name} {count:,}" for name, count in left_out.items())))  # fmt: skip


def show_recovery(found: Mapping[str, Any], rulebook: Rulebook, day: dt.date, language: Language) -> None:
    """Print the menu of recovery with what each measure changed."""
    titles = _titles(rulebook, day, language)["measure"]
    rows = [
        [
            titles.get(one["measure"], one["measure"]), number(one["given"], 0), number(one["cost"], 0), number(one["paid"], 0), number(one["days"], 1), percent(one["satisfied"]),
            percent(one["retained"]), *_effects(one, language),
        ]
        for one in found["measures"]
    ]  # fmt: skip
    heads = (_MEASURE, _GIVEN, _COST, _PAID, _SPEED_HEAD, _SATISFIED, _RETAINED, _EFFECT, _STAYING)
    show_rows(_RECOVERY.filled(cases=found["cases"]), heads, rows, language, found["level"])
    write(_ASSUMED.in_language(language))
    _show_justices(found, language)
    _show_left_out(found["left_out"], language)


def _show_justices(found: Mapping[str, Any], language: Language) -> None:
    rows = [
        [
            _JUSTICES[one["justice"]].in_language(language), _CAME[one["outcome"]].in_language(language), _rated(one, "fair"), _rated(one, "unfair"),
            percent(one["difference"]), _between(one), VERDICTS[one["verdict"]].in_language(language),
        ]
        for one in found["justices"]
    ]  # fmt: skip
    heads = (_JUSTICE, _OUTCOME, _FAIR, _UNFAIR, _DIFFERENCE, INTERVAL, _VERDICT)
    show_rows(_JUSTICE_LINKS, heads, rows, language, found["level"])
    write(_GOES_WITH.in_language(language))


def _between(one: Mapping[str, Any]) -> str:
    return "-" if one["low"] is None else f"{percent(one['low'])} … {percent(one['high'])}"


def _rated(one: Mapping[str, Any], side: str) -> str:
    return "-" if one[f"{side}_rate"] is None else f"{percent(one[f'{side}_rate'])} ({number(one[side], 0)})"


def _effects(one: Mapping[str, Any], language: Language) -> list[str]:
    if one["owed"]:
        return [_OWED.in_language(language)] * 2
    told = {effect["outcome"]: effect for effect in one["effects"]}
    return [_effect(told.get(name), language) for name in ("satisfied", "retained")]


def _effect(one: Mapping[str, Any] | None, language: Language) -> str:
    if one is None:
        return "-"
    verdict = VERDICTS[one["verdict"]].in_language(language)
    return verdict if one["effect"] is None else f"{percent(one['effect'])} ({percent(one['low'])} … {percent(one['high'])}), {verdict}"  # fmt: skip
