"""A comparison of two policies as people read it: figures side by side, the funnel, prices, winners and losers, warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import show_table, write
from zhike.cli.decide import STAGE_NAMES
from zhike.cli.prices import status_told, unit_told
from zhike.core.language import Text
from zhike.know.vocabulary import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from zhike.core.language import Language

__all__ = ["show_whatif"]

_MOST_GROUPS: Final = 15

_HEAD: Final = Text(
    "What if {tomorrow} decided instead of {today}: {customers:,} customers, {at}",
    "若改用 {tomorrow} 取代 {today}：{customers:,} 位客户，{at}",
    "若改用 {tomorrow} 取代 {today}：{customers:,} 位客戶，{at}",
)
_IDENTICAL: Final = Text(
    "Nothing changes: every table of both runs is the same, byte for byte.",
    "没有任何变化：两次运行的每张表逐字节一致。",
    "沒有任何變化：兩次執行的每張表逐位元組一致。",
)
_OTHER_DICE: Final = Text(
    "The policies have different salts, so other customers are in the comparison group and explore: part of the change is luck.",
    "两种策略的盐值不同，对照组与探索的客户因而不同：部分变化出于偶然。",
    "兩種策略的鹽值不同，對照組與探索的客戶因而不同：部分變化出於偶然。",
)
_MEASURE, _CHANGE = Text("measure", "指标", "指標"), Text("change", "变化", "變化")
_SIDES: Final = {"today": Text("today", "现行", "現行"), "tomorrow": Text("tomorrow", "拟试", "擬試")}
_SUMMARY: Final = Text("In total", "总体", "總體")
_MEASURES: Final = {
    "value": Text("expected value ({currency})", "预期价值（{currency}）", "預期價值（{currency}）"),
    "notices_value": Text(
        "apart: of notices ({currency})", "另计：强制告知（{currency}）", "另計：強制告知（{currency}）"
    ),
    "cost": Text("cost of contacts ({currency})", "触达成本（{currency}）", "接觸成本（{currency}）"),
    "decisions": Text("decisions", "决定", "決定"),
    "nothing": Text("of which do nothing", "其中不行动", "其中不行動"),
    "customers_reached": Text("customers reached", "触达客户", "觸及客戶"),
    "contacts": Text("contacts, notices included", "触达次数（含告知）", "接觸次數（含告知）"),
    "hours": Text("hours of staff", "员工工时", "員工工時"),
}
_KINDS: Final = {
    "sale": Text("sale", "销售", "銷售"),
    "care": Text("care", "关怀", "關懷"),
    "service": Text("service", "服务", "服務"),
    "mandatory": Text("notice", "强制告知", "強制告知"),
}
_CONTACTS_OF: Final = Text("contacts: {name}", "触达：{name}", "接觸：{name}")
_PLAN, _GAP = Text("plan", "计划", "計畫"), Text("gap to the best", "与最优的差距", "與最佳的差距")
_FUNNEL: Final = Text("Funnel: candidates left", "漏斗：剩余候选", "漏斗：剩餘候選")
_STAGE: Final = Text("stage", "阶段", "階段")
_SCARCE: Final = Text("What is scarce, today | tomorrow", "稀缺资源：现行 | 拟试", "稀缺資源：現行 | 擬試")
_SCARCE_HEADS: Final = (
    Text("row", "约束", "約束"),
    Text("limit", "限额", "限額"),
    Text("used", "已用", "已用"),
    Text("worth of one more ({currency})", "多一单位的价值（{currency}）", "多一單位的價值（{currency}）"),
    Text("change", "变化", "變化"),
)
_PER: Final = Text("{row}, per {unit}", "{row}，每 {unit}", "{row}，每 {unit}")
_CLASSES: Final = Text("What becomes of the customers", "客户的变化", "客戶的變化")
_CLASS, _CUSTOMERS = Text("list", "清单", "清單"), Text("customers", "客户数", "客戶數")
_CLASS_NAMES: Final = {
    "gains": Text("worth more", "价值上升", "價值上升"),
    "newly_reached": Text("newly reached", "新触达", "新觸及"),
    "other_list": Text("another list of the same value", "清单不同、价值相同", "清單不同、價值相同"),
    "same_list": Text("the same list", "清单不变", "清單不變"),
    "loses": Text("worth less", "价值下降", "價值下降"),
    "no_longer_reached": Text("no longer reached", "不再触达", "不再觸及"),
    "revalued": Text(
        "of all: the same list, valued otherwise",
        "以上之中：清单相同、估值不同",
        "以上之中：清單相同、估值不同",
    ),
}
_GROUPS: Final = Text(
    "Who wins and who loses, most affected first ({shown} of {count} groups)",
    "谁得谁失，受影响最大者在前（{count} 个客群中的 {shown} 个）",
    "誰得誰失，受影響最大者在前（{count} 個客群中的 {shown} 個）",
)
_GROUP_HEADS: Final = (
    Text("group", "客群", "客群"),
    Text("customers", "客户数", "客戶數"),
    Text("win", "得", "得"),
    Text("lose", "失", "失"),
    Text("mean change ± 95 % ({currency})", "平均变化 ± 95%（{currency}）", "平均變化 ± 95%（{currency}）"),
    Text("reached", "触达比例", "觸及比例"),
    Text("contacts a head", "人均触达", "人均接觸"),
)
_EVERYBODY: Final = Text("all customers", "全部客户", "全部客戶")
_OF: Final = Text("{attribute}: {group}", "{attribute}：{group}", "{attribute}：{group}")
_ATTRIBUTES: Final = {
    "customer_type": Text("customer type", "客户类型", "客戶類型"),
    "service_tier": Text("service tier", "服务等级", "服務等級"),
    "value_band": Text("value band", "价值分层", "價值分層"),
    "segment_rfm": Text("behaviour", "行为分群", "行為分群"),
    "segment_reliance": Text("product reliance", "产品依赖", "產品依賴"),
    "life_stage": Text("life stage", "人生阶段", "人生階段"),
    "age_band": Text("age", "年龄", "年齡"),
    "sex": Text("sex", "性别", "性別"),
    "segment_demographic": Text("demography", "人口统计分群", "人口統計分群"),
    "tenure_band": Text("tenure", "关系年限", "關係年限"),
    "region": Text("region", "地区", "地區"),
}
_MORE: Final = Text(
    "... and {count} more (see --json)", "……另有 {count} 项（见 --json）", "……另有 {count} 項（見 --json）"
)
_FALLS: Final = Text(
    "Warning: {group} (n = {customers:,}): share reached falls from {before:.1%} to {after:.1%}.",
    "提示：{group}（{customers:,} 位客户）的触达比例由 {before:.1%} 降至 {after:.1%}。",
    "提示：{group}（{customers:,} 位客戶）的觸及比例由 {before:.1%} 降至 {after:.1%}。",
)
_NO_FALL: Final = Text(
    "In no group does the share reached fall by more than {alert:.1%}.",
    "没有客群的触达比例下降超过 {alert:.1%}。",
    "沒有客群的觸及比例下降超過 {alert:.1%}。",
)
_MOVERS: Final = {
    "gain": Text(
        "Largest gains ({currency})", "增加最多的客户（{currency}）", "增加最多的客戶（{currency}）"
    ),
    "loss": Text(
        "Largest losses ({currency})", "减少最多的客户（{currency}）", "減少最多的客戶（{currency}）"
    ),
}
_CUSTOMER: Final = Text("customer", "客户", "客戶")
_WRITTEN: Final = Text("Written to {out}.", "已写入 {out}。", "已寫入 {out}。")


def show_whatif(found: Mapping[str, Any], language: Language) -> None:
    """Print a comparison of two policies, as `zhike whatif --json` holds it."""
    names = {side: found[side]["policy"] for side in _SIDES}
    write(_HEAD.render(language, customers=found["total"]["customers"], at=found["at"], **names))
    if found["identical"]:
        write(_IDENTICAL.in_language(language))
    if not found["common_random_numbers"]:
        write(_OTHER_DICE.in_language(language))
    _show_compared(_SUMMARY, _MEASURE, _summary(found, language), language)
    _show_compared(_FUNNEL, _STAGE, _funnel(found, language), language)
    _show_scarce(found, language)
    _show_classes(found, language)
    _show_groups(found, language)
    _show_alerts(found, language)
    _show_movers(found, language)
    if found["out"] is not None:
        write(_WRITTEN.render(language, out=found["out"]))


def _show_compared(title: Text, first: Text, rows: Sequence[Sequence[str]], language: Language) -> None:
    heads = [one.in_language(language) for one in (first, *_SIDES.values(), _CHANGE)]
    show_table(title.in_language(language), heads, rows)


def _summary(found: Mapping[str, Any], language: Language) -> list[list[str]]:
    """Return a row a figure: its name, today, tomorrow, the change."""
    rows = []
    for name, title in _MEASURES.items():
        label = title.render(language, currency=found["currency"])
        rows.append([label, *_three(found, (name,), _scale(found, name), _places(found, name))])
    for key, named in (("by_kind", _KINDS), ("by_channel", {})):
        for name in found["change"][key]:
            label = _CONTACTS_OF.render(language, name=(named.get(name) or word(name)).in_language(language))
            rows.append([label, *_three(found, (key, name), 1, 0)])
    return [*rows, *_plans(found["scarce"], language)]


def _scale(found: Mapping[str, Any], name: str) -> int:
    return int(10 ** found["decimals"]) if name in ("value", "notices_value", "cost") else 1


def _places(found: Mapping[str, Any], name: str) -> int:
    return found["decimals"] if _scale(found, name) > 1 else int(name == "hours")


def _three(found: Mapping[str, Any], keys: tuple[str, ...], scale: int, places: int) -> list[str]:
    """Return a figure of today and tomorrow and its change; what a side does not name is 0."""
    values = []
    for side in ("today", "tomorrow", "change"):
        part: Any = found[side]
        for key in keys:
            part = part.get(key, 0)
        values.append(part / scale)
    return [f"{values[0]:,.{places}f}", f"{values[1]:,.{places}f}", _signed(values[2], places)]


def _signed(value: float, places: int) -> str:
    """Return a change with its sign; what rounds to nothing has none."""
    shown = f"{value:+,.{places}f}"
    return shown.lstrip("+-") if float(shown.replace(",", "")) == 0 else shown


def _plans(scarce: Mapping[str, Any], language: Language) -> list[list[str]]:
    """Return how good the plans over all customers are, where there is one."""
    plans = [scarce[side] for side in _SIDES]
    if not any(plans):
        return []
    statuses = [status_told(plan["status"], language) if plan else "-" for plan in plans]
    gaps = [f"{plan['gap']:.3%}" if plan else "-" for plan in plans]
    return [
        [_PLAN.in_language(language), *statuses, ""],
        [
            _GAP.in_language(language),
            *gaps,
            _signed(100 * scarce["change"]["gap"], 3) if scarce["change"] else "",
        ],
    ]


def _funnel(found: Mapping[str, Any], language: Language) -> list[list[str]]:
    return [
        [STAGE_NAMES[stage].in_language(language), *_three(found, ("funnel", stage), 1, 0)]
        for stage in found["change"]["funnel"]
    ]


def _show_scarce(found: Mapping[str, Any], language: Language) -> None:
    rows = [list(_scarce_cells(row, language)) for row in found["scarce"]["rows"]]
    if rows:
        heads = [head.render(language, currency=found["currency"]) for head in _SCARCE_HEADS]
        show_table(_SCARCE.in_language(language), heads, rows)


def _scarce_cells(row: Mapping[str, Any], language: Language) -> Iterator[str]:
    """Yield the limit's name, then limit, use and price of both plans side by side, then the change of the price."""
    yield _PER.render(language, row=row["title"][language], unit=unit_told(row["unit"], language))
    sign = "≥ " if row["sense"] == "minimum" else "≤ "
    for name, before in (("limit", sign), ("used", ""), ("price", "")):
        yield " | ".join(f"{before}{row[side][name]:,.2f}" if row[side] else "-" for side in _SIDES)
    yield _signed(row["change"]["price"], 2) if row["change"] else ""


def _show_classes(found: Mapping[str, Any], language: Language) -> None:
    rows = [
        [_CLASS_NAMES[name].in_language(language), f"{count:,}"] for name, count in found["classes"].items()
    ]
    heads = [_CLASS.in_language(language), _CUSTOMERS.in_language(language)]
    show_table(_CLASSES.in_language(language), heads, rows)


def _show_groups(found: Mapping[str, Any], language: Language) -> None:
    touched = [group for group in found["groups"] if _touched(group)]
    shown = touched[:_MOST_GROUPS]
    named = [
        (_EVERYBODY.in_language(language), found["total"]),
        *((_named(one, language), one) for one in shown),
    ]
    title = _GROUPS.render(language, shown=len(shown), count=len(found["groups"]))
    heads = [head.render(language, currency=found["currency"]) for head in _GROUP_HEADS]
    show_table(title, heads, [_group_cells(name, row, found["decimals"]) for name, row in named])
    _show_more(len(touched) - len(shown), language)


def _touched(group: Mapping[str, Any]) -> bool:
    """Return whether anything changes for anybody of a group."""
    moved = group["winners"] + group["losers"]
    return bool(
        moved or any(group[f"{name}_today"] != group[f"{name}_tomorrow"] for name in ("reached", "contacts"))
    )


def _named(group: Mapping[str, Any], language: Language) -> str:
    attribute = _ATTRIBUTES[group["attribute"]].in_language(language)
    return _OF.render(language, attribute=attribute, group=word(group["group"]).in_language(language))


def _group_cells(name: str, row: Mapping[str, Any], decimals: int) -> list[str]:
    scale = 10**decimals
    mean = "-" if row["mean_change"] is None else _signed(row["mean_change"] / scale, 2)
    half = "" if row["low"] is None else f" ± {(row['high'] - row['low']) / 2 / scale:,.2f}"
    shares = [row[f"reached_share_{side}"] for side in _SIDES]
    heads = [row[f"contacts_per_head_{side}"] for side in _SIDES]
    return [
        name, f"{row['customers']:,}", f"{row['winners']:,}", f"{row['losers']:,}", mean + half,
        " → ".join("-" if share is None else f"{share:.1%}" for share in shares),
        " → ".join("-" if head is None else f"{head:.2f}" for head in heads),
    ]  # fmt: skip


def _show_more(count: int, language: Language) -> None:
    if count > 0:
        write(_MORE.render(language, count=count))


def _show_alerts(found: Mapping[str, Any], language: Language) -> None:
    if not found["alerts"]:
        write(_NO_FALL.render(language, alert=found["alert"]))
    for group in found["alerts"][:_MOST_GROUPS]:
        before, after = (group[f"reached_share_{side}"] for side in _SIDES)
        named = _named(group, language)
        write(_FALLS.render(language, group=named, customers=group["customers"], before=before, after=after))
    _show_more(len(found["alerts"]) - _MOST_GROUPS, language)


def _show_movers(found: Mapping[str, Any], language: Language) -> None:
    heads = [one.in_language(language) for one in (_CUSTOMER, *_SIDES.values(), _CHANGE, _CLASS)]
    scale, places = 10 ** found["decimals"], found["decimals"]
    for side, title in _MOVERS.items():
        rows = [
            [
                one["customer_id"], f"{one['value_today'] / scale:,.{places}f}", f"{one['value_tomorrow'] / scale:,.{places}f}",
                _signed(one["value_change"] / scale, places), _CLASS_NAMES[one["change"]].in_language(language),
            ]
            for one in found["movers"][side]
        ]  # fmt: skip
        if rows:
            show_table(title.render(language, currency=found["currency"]), heads, rows)
