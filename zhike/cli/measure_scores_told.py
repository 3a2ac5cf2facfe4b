"""A score as people read it: the score, its groups, its change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import write
from zhike.cli.measure_readings import show_readings
from zhike.cli.measure_told import INTERVAL, VALUE, N, interval, number, percent, show_rows
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["show_scores"]

_SCORES: Final = {
    "nps": Text("Net Promoter Score", "净推荐值（NPS）", "淨推薦值（NPS）"),
    "csat": Text("Satisfaction (CSAT)", "满意度（CSAT）", "滿意度（CSAT）"),
    "ces": Text("Effort (CES)", "费力度（CES）", "費力度（CES）"),
}
_HEAD: Final = Text(
    "{score} of '{question}': {value}, {level:.0%} interval {interval}, from {n:,} answers ({missing:,} without one)",
    "{score}，题目“{question}”：{value}，{level:.0%} 区间 {interval}，{n:,} 份答案（{missing:,} 份未作答）",
    "{score}，題目「{question}」：{value}，{level:.0%} 區間 {interval}，{n:,} 份答案（{missing:,} 份未作答）",
)
_SHARES: Final = Text(
    "Promoters {promoters:.1%}, passives {passives:.1%}, detractors {detractors:.1%}",
    "推荐者 {promoters:.1%}，被动者 {passives:.1%}，贬损者 {detractors:.1%}",
    "推薦者 {promoters:.1%}，被動者 {passives:.1%}，貶損者 {detractors:.1%}",
)
_WEIGHTED: Final = Text(
    "Weights make them count as {n_eff:,.1f} answers.",
    "加权后相当于 {n_eff:,.1f} 份答案。",
    "加權後相當於 {n_eff:,.1f} 份答案。",
)
_GROUPS: Final = Text("By group", "分组", "分組")
_GROUP: Final = Text("group", "组", "組")
_SHRUNK: Final = Text("drawn to all", "收缩估计", "收縮估計")
_FUNNEL: Final = Text("funnel", "漏斗图", "漏斗圖")
_PLACE: Final = Text("possible place", "可能名次", "可能名次")
_POSITIONS: Final = {
    "inside": Text("inside", "界内", "界內"),
    "warning": Text("warning", "警示", "警示"),
    "alarm": Text("alarm", "警报", "警報"),
}
_FEW: Final = Text("fewer than {least}", "少于 {least} 份", "少於 {least} 份")
_NO_RANKING: Final = Text(
    "No ranking: intervals overlap, so the order of groups with several possible places is not known.",
    "不作排名：区间重叠，存在多个可能名次的组孰先孰后无法确定。",
    "不作排名：區間重疊，存在多個可能名次的組孰先孰後無法確定。",
)
_ALIKE: Final = Text(
    "Differences between groups are no larger than chance makes them (p = {p:.3f}).",
    "组间差异未超出偶然波动（p = {p:.3f}）。",
    "組間差異未超出偶然波動（p = {p:.3f}）。",
)
_UNLIKE: Final = Text(
    "Groups differ by more than chance (p = {p:.3f}).",
    "组间差异超出偶然波动（p = {p:.3f}）。",
    "組間差異超出偶然波動（p = {p:.3f}）。",
)
_CHANCE: Final = 0.05
_WAVES: Final = Text(
    "From {before} to {after}: {change}, {level:.0%} interval {interval}; {shared:,} persons answered both",
    "从 {before} 到 {after}：{change}，{level:.0%} 区间 {interval}；{shared:,} 人两次均作答",
    "從 {before} 到 {after}：{change}，{level:.0%} 區間 {interval}；{shared:,} 人兩次均作答",
)
_NO_CHANGE: Final = Text(
    "The interval holds 0: the waves do not show a change.",
    "区间包含 0：两次调查未显示变化。",
    "區間包含 0：兩次調查未顯示變化。",
)


def show_scores(found: Mapping[str, Any], language: Language) -> None:
    """Print a score, as `zhike measure nps --json` holds it."""
    kind, level = found["score"], found["level"]
    head = {name: found[name] for name in ("question", "n", "missing", "level")}
    title = _SCORES[kind].in_language(language)
    write(
        _HEAD.render(
            language, score=title, value=_value(kind, found["value"]), interval=_span(kind, found), **head
        )
    )
    if kind == "nps":
        write(
            _SHARES.render(language, **{one: found[one] for one in ("promoters", "passives", "detractors")})
        )
    if found["n_eff"] < found["n"] - 0.05:
        write(_WEIGHTED.render(language, n_eff=found["n_eff"]))
    if found["waves"] is not None:
        _show_change(found["waves"], kind, level, language)
    if found["groups"]:
        _show_groups(found, language)
    show_readings(found, language)


def _value(kind: str, value: float | None) -> str:
    return percent(value) if kind == "csat" else number(value, 1 if kind == "nps" else 2)


def _span(kind: str, one: Mapping[str, Any]) -> str:
    if kind != "csat" or one["low"] is None:
        return interval(one, 1 if kind == "nps" else 2)
    return f"{percent(one['low'])} … {percent(one['high'])}"


def _show_change(waves: Mapping[str, Any], kind: str, level: float, language: Language) -> None:
    change = waves["difference"]
    names = {side: waves[side]["wave"] for side in ("before", "after")}
    told = {
        "change": _value(kind, change["value"]),
        "interval": _span(kind, change),
        "shared": waves["shared"],
    }
    write(_WAVES.render(language, level=level, **names, **told))
    if change["low"] <= 0 <= change["high"]:
        write(_NO_CHANGE.in_language(language))


def _show_groups(found: Mapping[str, Any], language: Language) -> None:
    kind, of_all = found["score"], found["grouping"]
    heads = (_GROUP, N, VALUE, INTERVAL, _SHRUNK, _FUNNEL, _PLACE)
    few = "" if of_all is None else _FEW.render(language, least=of_all["least"])
    rows = [
        [one["group"], str(one["n"]), few, *[""] * 4] if one["suppressed"] else [
            one["group"], f"{one['n']:,}", _value(kind, one["value"]), _span(kind, one), _value(kind, one["shrunk"]["value"]),
            _POSITIONS[one["funnel"]["position"]].in_language(language), _place(one["rank"]),
        ]
        for one in found["groups"]
    ]  # fmt: skip
    show_rows(_GROUPS, heads, rows, language, found["level"])
    if of_all is None:
        return
    if not of_all["ranked"]:
        write(_NO_RANKING.in_language(language))
    if (differ := of_all["heterogeneity"]) is not None:
        text = _ALIKE if differ["p_value"] > _CHANCE else _UNLIKE
        write(text.render(language, p=differ["p_value"]))


def _place(rank: Mapping[str, int]) -> str:
    return str(rank["best"]) if rank["best"] == rank["worst"] else f"{rank['best']}–{rank['worst']}"
