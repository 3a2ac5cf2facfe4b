"""`zhike measure chart`: a series on the control chart that suits it; see `zhike.measure.studies.chart`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import chosen_language, emit_json, said, write
from zhike.cli.measure_effect import SeriesFile  # noqa: TC001 - typer reads it
from zhike.cli.measure_options import ModelFile  # noqa: TC001 - typer reads it
from zhike.cli.measure_readings import show_readings
from zhike.cli.measure_told import VALUE, number, show_rows
from zhike.cli.options import AsJson, Lang  # noqa: TC001 - typer reads them
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import typer

    from zhike.core.language import Language

__all__ = ["register"]

_HEAD: Final = Text(
    "Chart {chart}, usual {centre:,.4g} by the first {baseline} points",
    "控制图 {chart}，前 {baseline} 点的通常水平 {centre:,.4g}",
    "管制圖 {chart}，前 {baseline} 點的通常水準 {centre:,.4g}",
)
_POINTS: Final = Text("Points", "各点", "各點")
_HEADS: Final = (
    Text("period", "期间", "期間"),
    VALUE,
    Text("lower limit", "下限", "下限"),
    Text("upper limit", "上限", "上限"),
    Text("distance", "偏离", "偏離"),
    Text("signal by rule", "触发规则", "觸發規則"),
)
_SUM: Final = Text(
    "{count} points give a signal; a stable process gives one in {run_length:.0f} points, {expected:.2f} here.",
    "{count} 个点发出信号；稳定过程平均每 {run_length:.0f} 点一次，此处预期 {expected:.2f} 次。",
    "{count} 個點發出訊號；穩定過程平均每 {run_length:.0f} 點一次，此處預期 {expected:.2f} 次。",
)


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    summary = said(
        "A series on a control chart: limits, signals, and how many would be false.",
        "控制图：界限、信号及预期误报次数。",
        "管制圖：界限、訊號及預期誤報次數。",
    )
    example = "Example: zhike measure chart series.csv --model chart.yaml --json"
    app.command("chart", help=summary, epilog=example)(_chart)


def _chart(series: SeriesFile, model: ModelFile, *, as_json: AsJson = False, lang: Lang = None) -> None:
    from zhike.adapters.answer_files import read_answers
    from zhike.adapters.measure_models import read_model_file
    from zhike.measure.studies.chart import ChartModel, chart_study

    given = read_answers(series)
    found = {
        **chart_study(ChartModel.of(read_model_file(model), str(model)), given),
        "readings": given.told(),
    }
    emit_json(found) if as_json else _show(found, chosen_language(lang))


def _show(found: Mapping[str, Any], language: Language) -> None:
    write(_HEAD.render(language, **{one: found[one] for one in ("chart", "centre", "baseline")}))
    rows = [
        [one["period"], *(number(one[part]) for part in ("value", "low", "high")), number(one["z"], 1), ", ".join(map(str, one["rules"]))]
        for one in found["points"]
    ]  # fmt: skip
    show_rows(_POINTS, _HEADS, rows, language)
    write(_SUM.render(language, count=len(found["signals"]), run_length=found["run_length"], expected=found["expected_false"]))  # fmt: skip
    show_readings(found, language)
