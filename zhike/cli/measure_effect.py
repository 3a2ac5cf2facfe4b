"""`zhike measure effect`: what an improvement changed; see `zhike.measure.studies.effect`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, write
from zhike.cli.measure_options import AtDay, ModelFile, Seed, rules_of
from zhike.cli.measure_readings import show_readings
from zhike.cli.measure_told import INTERVAL, VALUE, interval, number, show_rows
from zhike.cli.options import AsJson, Lang, RulebookFolder  # noqa: TC001 - typer reads them
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["SeriesFile", "register"]

SeriesFile = Annotated[
    Path,
    typer.Argument(metavar="SERIES", help=said("Series, a row a period, or a unit and period: CSV or Parquet.", "时间序列，每期一行，或每单位每期一行：CSV 或 Parquet。", "時間序列，每期一列，或每單位每期一列：CSV 或 Parquet。")),
]  # fmt: skip
_VERDICTS: Final = {
    "better": Text(
        "Better since then: the effect goes beyond chance.",
        "实施后改善：效果超出偶然波动。",
        "實施後改善：成效超出偶然波動。",
    ),
    "worse": Text(
        "Worse since then: the effect goes beyond chance.",
        "实施后变差：变化超出偶然波动。",
        "實施後變差：變化超出偶然波動。",
    ),
    "not_shown": Text(
        "No effect is shown: chance explains what was seen.",
        "未显示效果：所见变化可由偶然解释。",
        "未顯示成效：所見變化可由偶然解釋。",
    ),
}
_HEAD: Final = Text(
    "{design}: '{value}' from {start} on, {before} periods before, {after} since",
    "{design}：“{value}”自 {start} 起，此前 {before} 期，此后 {after} 期",
    "{design}：「{value}」自 {start} 起，此前 {before} 期，此後 {after} 期",
)
_DESIGNS: Final = {
    "interrupted": Text("Interrupted series", "中断时间序列", "中斷時間序列"),
    "controlled": Text(
        "Interrupted series with a comparison", "带对照的中断时间序列", "帶對照的中斷時間序列"
    ),
    "difference": Text("Difference in differences", "双重差分", "雙重差分"),
    "trial": Text("Trial on drawn units", "随机抽取单位的试验", "隨機抽取單位的試驗"),
}
_PARTS: Final = {
    "effect": Text("mean since then", "实施后平均", "實施後平均"),
    "level_change": Text("at once", "即时变化", "即時變化"),
    "slope_change": Text("with each period more", "每期增量", "每期增量"),
    "at_end": Text("in the last period", "最后一期", "最後一期"),
    "trend": Text("trend before, a period", "此前趋势（每期）", "此前趨勢（每期）"),
    "trend_before": Text("difference of trends before", "此前趋势之差", "此前趨勢之差"),
}
_FIGURES: Final = Text("What changed", "变化", "變化")
_FIGURE: Final = Text("figure", "指标", "指標")
_CORRELATION: Final = Text(
    "Neighbouring periods hang together by {value:.2f} ({low:.2f} to {high:.2f}); the intervals reckon with it.",
    "相邻各期的相关为 {value:.2f}（{low:.2f}–{high:.2f}）；区间已计入。",
    "相鄰各期的相關為 {value:.2f}（{low:.2f}–{high:.2f}）；區間已計入。",
)
_DRAWS: Final = Text(
    "By the draw of units, chance gives as much in {p:.1%} of cases.",
    "按单位抽取推算，偶然产生同等差异的可能性为 {p:.1%}。",
    "依單位抽取推算，偶然產生同等差異的可能性為 {p:.1%}。",
)
_CAUSE: Final = {
    "interrupted": Text(
        "It is the action's doing as far as nothing else changed then; units without the action would show that.",
        "前提是同期没有其他变化；以未实施的单位作对照可检验这一点。",
        "前提是同期沒有其他變化；以未實施的單位作對照可檢驗這一點。",
    ),
    "compared": Text(
        "It is the action's doing as far as both would have gone the same way.",
        "前提是若不实施，两组走势相同。",
        "前提是若不實施，兩組走勢相同。",
    ),
    "trial": Text(
        "Units were drawn by a hash: beyond chance, nothing but the action tells them apart.",
        "单位由哈希随机抽取：除偶然外，两组仅差在是否实施。",
        "單位由雜湊隨機抽取：除偶然外，兩組僅差在是否實施。",
    ),
}


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    summary = said(
        "What an improvement changed: interrupted series, difference in differences, trial.",
        "改进带来了什么变化：中断时间序列、双重差分、试验。",
        "改善帶來了什麼變化：中斷時間序列、雙重差分、試驗。",
    )
    example = "Example: zhike measure effect series.csv --model effect.yaml --json"
    app.command("effect", help=summary, epilog=example)(_effect)


def _effect(
    series: SeriesFile,
    model: ModelFile,
    at: AtDay = None,
    seed: Seed = 0,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    import numpy as np

    from zhike.adapters.answer_files import read_answers
    from zhike.adapters.measure_models import read_model_file
    from zhike.measure.studies.effect import EffectBounds, EffectModel, effect_study

    asked = EffectModel.of(read_model_file(model), str(model))
    book, day = rules_of(rulebook, at)
    bounds = EffectBounds.of(book.at("listening.effects", day).value)
    given = read_answers(series)
    told = effect_study(asked, given, np.random.default_rng(seed), bounds)
    found = {**told, "readings": given.told(), "seed": seed}
    emit_json(found) if as_json else _show(found, chosen_language(lang))


def _show(found: Mapping[str, Any], language: Language) -> None:
    design = _DESIGNS[found["design"]].in_language(language)
    write(_HEAD.render(language, design=design, value=found["value"], start=found["start"], **found["n"]))
    rows = [
        [name.in_language(language), number(found[key]["value"]), interval(found[key])]
        for key, name in _PARTS.items()
        if found[key] is not None
    ]
    show_rows(_FIGURES, (_FIGURE, VALUE, INTERVAL), rows, language, found["level"])
    if found["correlation"] is not None:
        write(_CORRELATION.render(language, **found["correlation"]))
    if found["p_value"] is not None:
        write(_DRAWS.render(language, p=found["p_value"]))
    write(_VERDICTS[found["verdict"]].in_language(language))
    write(_CAUSE.get(found["design"], _CAUSE["compared"]).in_language(language))
    show_readings(found, language)
