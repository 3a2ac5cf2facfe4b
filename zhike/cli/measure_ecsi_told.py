"""A path model as people read it: the indices first, then what drives them, then how well the questions measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import show_table, write
from zhike.cli.measure_readings import show_readings
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["show_ecsi"]

_HEAD: Final = Text(
    "Path model of {persons:,} persons, scheme {scheme}, settled after {iterations} steps; goodness of fit {gof}",
    "路径模型：{persons:,} 人，权重方案 {scheme}，{iterations} 步后收敛；拟合优度 {gof}",
    "路徑模型：{persons:,} 人，權重方案 {scheme}，{iterations} 步後收斂；配適度 {gof}",
)
_SCHEMES: Final = {
    "centroid": Text("centroid", "质心", "質心"),
    "factorial": Text("factorial", "因子", "因子"),
    "path": Text("path", "路径", "路徑"),
}
_LEFT_OUT: Final = Text(
    "Left out: {left_out:,} persons without the answers needed.",
    "未计入：{left_out:,} 人缺少所需答案。",
    "未計入：{left_out:,} 人缺少所需答案。",
)
_INDICES: Final = Text("Indices, 0 to 100", "指数，0 至 100", "指數，0 至 100")
_PATHS: Final = Text(
    "Paths: association beyond the others, standardised",
    "路径：控制其他因素后的关联，标准化",
    "路徑：控制其他因素後的關聯，標準化",
)
_TOTAL: Final = Text("Effects along all paths", "全部路径的效应", "全部路徑的效果")
_MEASURED: Final = Text("How well the questions measure", "题目的测量质量", "題目的衡量品質")
_ITEMS: Final = Text("Items", "题目", "題目")
_LATENT: Final = Text("latent", "潜变量", "潛在變數")
_VALUE: Final = Text("value", "数值", "數值")
_SPAN: Final = Text("95% interval", "95% 区间", "95% 區間")
_FROM: Final = Text("from", "自", "自")
_TO: Final = Text("to", "至", "至")
_COEFFICIENT: Final = Text("coefficient", "系数", "係數")
_EFFECTS: Final = {
    "direct": Text("direct", "直接", "直接"),
    "indirect": Text("indirect", "间接", "間接"),
    "total": Text("total", "总计", "總計"),
}
_R2: Final = Text("explained (R²)", "解释比例（R²）", "解釋比例（R²）")
_COMPOSITE: Final = Text("composite", "组合信度", "組合信度")
_ITEM: Final = Text("item", "题目", "題目")
_WEIGHT: Final = Text("weight", "权重", "權重")
_LOADING: Final = Text("loading", "载荷", "負荷")
_BY: Final = Text("Indices by {column}", "按 {column} 分组的指数", "依 {column} 分組的指數")
_GROUP: Final = Text("group", "组", "組")
_PERSONS: Final = Text("persons", "人数", "人數")
_DIFFER: Final = Text(
    "Where the groups differ beyond chance (p adjusted for all {count} that were compared, below 0.05): the pairs that are apart",
    "组间差异超出偶然之处（p 已按全部 {count} 项比较校正，小于 0.05）：有差异的组对",
    "組間差異超出偶然之處（p 已按全部 {count} 項比較校正，小於 0.05）：有差異的組對",
)
_NO_DIFFERENCE: Final = Text(
    "The groups differ in no path and no index beyond chance: {count} were compared, p adjusted for that.",
    "各组的路径与指数均无超出偶然的差异：共比较 {count} 项，p 已作校正。",
    "各組的路徑與指數均無超出偶然的差異：共比較 {count} 項，p 已作校正。",
)
_TOO_SMALL: Final = Text(
    "{group}: {persons:,} persons, too few for this model, or with an item that is the same for all.",
    "{group}：{persons:,} 人，不足以支撑该模型，或有题目全组答案相同。",
    "{group}：{persons:,} 人，不足以支撐該模型，或有題目全組答案相同。",
)
_WHAT: Final = Text("figure", "指标", "指標")
_SURE: Final = 0.05
_NOTES: Final = {
    "negative_weight": Text(
        "{latent}: an item counts against the others; its index can leave 0 to 100. If it is asked the other way round, name it under `reversed` in the model.",
        "{latent}：有题目与其他题目方向相反，其指数可能超出 0 至 100；若为反向题，请在模型的 `reversed` 下列出。",
        "{latent}：有題目與其他題目方向相反，其指數可能超出 0 至 100；若為反向題，請在模型的 `reversed` 下列出。",
    ),
    "no_scale": Text(
        "{latent}: no index, as the model does not say its scale.",
        "{latent}：模型未给出量表，故无指数。",
        "{latent}：模型未給出量表，故無指數。",
    ),
}


def show_ecsi(found: Mapping[str, Any], language: Language) -> None:
    """Print a path model, as `zhike measure ecsi --json` holds it."""
    head = {"persons": found["n"], "iterations": found["iterations"], "gof": _number(found["gof"])}
    write(_HEAD.render(language, scheme=_SCHEMES[found["scheme"]].in_language(language), **head))
    if found["left_out"]:
        write(_LEFT_OUT.render(language, left_out=found["left_out"]))
    _table(
        _INDICES, (_LATENT, _VALUE, _SPAN), language,
        [[name, _number(one["value"], 1), _span(one, 1)] for name, one in found["indices"].items()],
    )  # fmt: skip
    _table(
        _PATHS, (_FROM, _TO, _COEFFICIENT, _SPAN), language,
        [[one["from"], one["to"], _number(one["coefficient"]), _span(one)] for one in found["paths"]],
    )  # fmt: skip
    _table(
        _TOTAL, (_FROM, _TO, *_EFFECTS.values(), _SPAN), language,
        [[one["from"], one["to"], *(_number(one[part]) for part in _EFFECTS), _span(one)] for one in found["effects"]],
    )  # fmt: skip
    _show_measurement(found, language)
    if "by" in found:
        _show_groups(found["by"], language)
    for note in found["notes"]:
        write(_NOTES[note["code"]].render(language, latent=note["latent"]))
    show_readings(found, language)


def _show_measurement(found: Mapping[str, Any], language: Language) -> None:
    names = ("alpha", "rho_a", "composite", "ave")
    rows = [
        [name, _number(found["r2"].get(name)), *(_number(one[figure]) for figure in names)]
        for name, one in found["reliability"].items()
    ]
    heads = (
        _LATENT,
        _R2,
        Text("α", "α", "α"),
        Text("ρ_A", "ρ_A", "ρ_A"),
        _COMPOSITE,
        Text("AVE", "AVE", "AVE"),
    )
    _table(_MEASURED, heads, language, rows)
    items = [[item, _number(found["weights"][item]), _number(one)] for item, one in found["loadings"].items()]
    _table(_ITEMS, (_ITEM, _WEIGHT, _LOADING), language, items)


def _show_groups(by: Mapping[str, Any], language: Language) -> None:
    if by["groups"]:
        latents = list(by["groups"][0]["indices"])
        heads = [_GROUP.in_language(language), _PERSONS.in_language(language), *latents]
        rows = [
            [one["group"], f"{one['n']:,}", *(f"{_number(each['value'], 1)} ({_span(each, 1)})" for each in one["indices"].values())]
            for one in by["groups"]
        ]  # fmt: skip
        show_table(_BY.render(language, column=by["column"]), heads, rows)
    for one in by["too_small"]:
        write(_TOO_SMALL.render(language, group=one["group"], persons=one["n"]))
    if by["differences"]:
        _show_differences(by["differences"], language)


def _show_differences(differences: list[dict[str, Any]], language: Language) -> None:
    told = [one for one in differences if one["p_adjusted"] is not None and one["p_adjusted"] < _SURE]
    if not told:
        write(_NO_DIFFERENCE.render(language, count=len(differences)))
        return
    rows = [
        [
            one["latent"] if one["figure"] == "index" else f"{one['from']} -> {one['to']}", f"{one['p_adjusted']:.4f}",
            f"{pair['one']} - {pair['other']}", _number(pair["value"], 2), _span(pair, 2),
        ]
        for one in told for pair in one["pairs"] if pair["low"] is not None and not pair["low"] <= 0 <= pair["high"]
    ]  # fmt: skip
    heads = [_WHAT.in_language(language), "p", _GROUP.in_language(language), _VALUE.in_language(language)]
    title = _DIFFER.render(language, count=len(differences))
    show_table(title, [*heads, _SPAN.in_language(language)], rows)


def _table(title: Text, heads: tuple[Text, ...], language: Language, rows: list[list[str]]) -> None:
    show_table(title.in_language(language), [head.in_language(language) for head in heads], rows)


def _number(value: float | None, places: int = 3) -> str:
    return "-" if value is None else f"{value:.{places}f}"


def _span(one: Mapping[str, Any], places: int = 3) -> str:
    return "-" if one["low"] is None else f"{one['low']:.{places}f} … {one['high']:.{places}f}"
