"""`zhike measure standardise`: standardise or customise, from a log of events; see `zhike.measure.studies.standardise`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, write
from zhike.cli.measure_options import AtDay, OptionalModel, Resamples, Seed, rules_of
from zhike.cli.measure_readings import show_readings
from zhike.cli.measure_told import interval, number, percent, show_rows
from zhike.cli.options import AsJson, Lang, RulebookFolder  # noqa: TC001 - typer reads them
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["register"]

_EventsFile = Annotated[
    Path,
    typer.Argument(metavar="EVENTS", help=said("Log of events, a row an event: CSV or Parquet.", "事件日志，每个事件一行：CSV 或 Parquet。", "事件日誌，每個事件一列：CSV 或 Parquet。")),
]  # fmt: skip
_HEAD: Final = Text(
    "{businesses} businesses, {cases:,} cases, {events:,} events in {months:.1f} months",
    "{months:.1f} 个月内 {businesses} 类业务、{cases:,} 笔、{events:,} 个事件",
    "{months:.1f} 個月內 {businesses} 類業務、{cases:,} 筆、{events:,} 個事件",
)
_BUSINESSES: Final = Text("Businesses", "业务", "業務")
_BUSINESS: Final = Text("business", "业务", "業務")
_OFTEN: Final = Text("cases a month", "每月笔数", "每月筆數")
_WAYS: Final = Text("effective variants", "有效路径数", "有效路徑數")
_INTERVAL: Final = Text("{level:.0%} interval", "{level:.0%} 区间", "{level:.0%} 區間")
_MINUTES: Final = Text("staff minutes a case", "每笔人工分钟", "每筆人工分鐘")
_HANDS: Final = Text("hand-offs a case", "每笔交接次数", "每筆交接次數")
_DEGREE: Final = Text("degree", "建议程度", "建議程度")
_CHANCE: Final = Text("its chance", "概率", "機率")
_DEGREES: Final = {
    "standardise": Text("standardise", "完全标准化", "完全標準化"),
    "guided": Text("guided", "引导式", "引導式"),
    "customise": Text("customise", "个性化", "個人化"),
}
_HOURS: Final = Text(
    "Hours of staff a month that would be free", "每月可释放的人工小时", "每月可釋放的人工小時"
)
_MACHINES: Final = Text("by machines", "自动化", "自動化")
_STANDARD: Final = Text("by a standard way", "标准流程", "標準流程")
_TOGETHER: Final = Text("together", "合计", "合計")
_QUALITY: Final = Text("satisfaction says", "满意度表明", "滿意度顯示")
_SAYS: Final = {
    "supports": Text("supports it", "支持", "支持"),
    "warns": Text("warns of it", "提示风险", "提示風險"),
    "silent": Text("nothing", "无结论", "無結論"),
}
_STEPS: Final = Text("Candidates for automation", "自动化候选步骤", "自動化候選步驟")
_STEP: Final = Text("step", "步骤", "步驟")
_TIMES: Final = Text("times a month", "每月次数", "每月次數")
_TAKES: Final = Text("hours a month", "每月小时", "每月小時")
_CERTAIN: Final = Text("followed by the same", "后续步骤确定性", "後續步驟確定性")
_AGAIN: Final = Text("done again", "返工", "重做")
_NONE: Final = Text("No step is a candidate for automation.", "没有自动化候选步骤。", "沒有自動化候選步驟。")
_TOO_FEW: Final = Text("Too few cases: {names}", "笔数过少：{names}", "筆數過少：{names}")
_ASSUMED: Final = Text(
    "Assumed: machines take {automated:.0%} of a candidate's minutes; of minutes beyond the standard way falls away what listening.standardising says.",
    "假定：机器承担候选步骤 {automated:.0%} 的工时；超出标准流程的工时按 listening.standardising 减少。",
    "假定：機器承擔候選步驟 {automated:.0%} 的工時；超出標準流程的工時按 listening.standardising 減少。",
)


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    summary = said(
        "Standardise or customise: frequency, variety and interaction of each business, candidates for automation, hours freed.",
        "标准化还是个性化：各业务的频次、变化与人工互动，自动化候选步骤与可释放工时。",
        "標準化還是個人化：各業務的頻次、變化與人工互動，自動化候選步驟與可釋放工時。",
    )
    example = "Example: zhike measure standardise events.csv --json"
    app.command("standardise", help=summary, epilog=example)(_standardise)


def _standardise(
    events: _EventsFile,
    model: OptionalModel = None,
    bootstrap: Resamples = 1000,
    seed: Seed = 0,
    *,
    at: AtDay = None,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    import numpy as np

    from zhike.adapters.answer_files import read_answers
    from zhike.adapters.measure_models import read_model_file
    from zhike.core.decision_tables import DecisionTable
    from zhike.measure.studies.standardise import DEGREES, FREEING, Freeing, StandardModel, standard_study

    book, day = rules_of(rulebook, at)
    document, given = None if model is None else read_model_file(model), read_answers(events)
    found = standard_study(
        StandardModel.of(document, "" if model is None else str(model)), given, DecisionTable.of(book.at(DEGREES, day)),
        Freeing.of(book.at(FREEING, day).value), np.random.default_rng(seed), bootstrap,
    )  # fmt: skip
    payload = {**found, "readings": given.told(), "seed": seed}
    emit_json(payload) if as_json else _show(payload, chosen_language(lang))


def _show(found: Mapping[str, Any], language: Language) -> None:
    rows = found["businesses"]
    write(_HEAD.render(language, businesses=len(rows), **{key: found[key] for key in ("cases", "events", "months")}))  # fmt: skip
    _show_businesses(rows, language, found["level"])
    _show_hours(rows, language, found["level"])
    candidates = [[one["business"], *_step(step)] for one in rows for step in one["steps"] if step["candidate"]]  # fmt: skip
    if candidates:
        show_rows(_STEPS, (_BUSINESS, _STEP, _TIMES, _TAKES, _CERTAIN, _AGAIN), candidates, language)
    else:
        write(_NONE.in_language(language))
    show_readings(found, language)
    if found["too_few"]:
        write(_TOO_FEW.render(language, names=", ".join(f"{one['business']} ({one['cases']})" for one in found["too_few"])))  # fmt: skip
    write(_ASSUMED.render(language, automated=found["assumed"]["automated"]))


def _show_businesses(rows: list[Mapping[str, Any]], language: Language, level: float) -> None:
    cells = [
        [
            one["business"], number(one["frequency"]["value"], 1), number(one["variety"]["effective"]["value"], 1), interval(one["variety"]["effective"], 1),
            _mean(one["minutes"]), _mean(one["hand_offs"], 2), _degree(one["degree"], language),
            "-" if one["probabilities"] is None else percent(one["probabilities"][one["degree"]]),
        ]
        for one in rows
    ]  # fmt: skip
    heads = (_BUSINESS, _OFTEN, _WAYS, _INTERVAL, _MINUTES, _HANDS, _DEGREE, _CHANCE)
    show_rows(_BUSINESSES, heads, cells, language, level)


def _show_hours(rows: list[Mapping[str, Any]], language: Language, level: float) -> None:
    cells = [
        [
            one["business"], number(one["freed"]["automation"]["value"], 1), number(one["freed"]["standard"]["value"], 1),
            number(one["freed"]["together"]["value"], 1), interval(one["freed"]["together"], 1),
            "-" if one["quality"] is None else _SAYS[one["quality"]["says"]].in_language(language),
        ]
        for one in rows if one["freed"] is not None
    ]  # fmt: skip
    if cells:
        heads = (_BUSINESS, _MACHINES, _STANDARD, _TOGETHER, _INTERVAL, _QUALITY)
        show_rows(_HOURS, heads, cells, language, level)


def _mean(one: Mapping[str, Any] | None, places: int = 1) -> str:
    return "-" if one is None else number(one["value"], places)


def _degree(name: str, language: Language) -> str:
    return _DEGREES[name].in_language(language) if name in _DEGREES else name


def _step(step: Mapping[str, Any]) -> list[str]:
    return [
        step["activity"], number(step["per_month"], 1), number(step["hours_per_month"], 1), percent(step["certainty"]["value"]),
        percent(step["rework"]["value"]),
    ]  # fmt: skip
