"""`zhike measure servqual`: what customers get less what they expect; see `zhike.measure.studies.quality`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import chosen_language, emit_json, said
from zhike.cli.measure_by import show_by
from zhike.cli.measure_drawn import asked_study, chosen_model
from zhike.cli.measure_options import AnswersFile, By, ModelFile, WeightsColumn  # noqa: TC001 - typer reads them
from zhike.cli.measure_readings import show_readings
from zhike.cli.measure_told import INTERVAL, VALUE, N, interval, number, show_rows
from zhike.cli.options import AsJson, Lang  # noqa: TC001 - typer reads them
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import typer

    from zhike.core.language import Language

__all__ = ["register"]

_SCORES: Final = Text("Scores over all dimensions", "全部维度的得分", "全部構面的得分")
_DIMENSIONS: Final = Text("By dimension", "按维度", "按構面")
_ITEMS: Final = Text("By item", "按题目", "按題目")
_SCORE: Final = Text("score", "得分", "得分")
_NAMES: Final = {
    ("servqual", "unweighted"): Text(
        "SERVQUAL gap, unweighted", "SERVQUAL 差距，未加权", "SERVQUAL 差距，未加權"
    ),
    ("servqual", "weighted"): Text(
        "SERVQUAL gap, by points", "SERVQUAL 差距，按分配分数加权", "SERVQUAL 差距，按分配點數加權"
    ),
    ("servperf", "unweighted"): Text("SERVPERF, unweighted", "SERVPERF，未加权", "SERVPERF，未加權"),
    ("servperf", "weighted"): Text(
        "SERVPERF, by points", "SERVPERF，按分配分数加权", "SERVPERF，按分配點數加權"
    ),
}
_DIMENSION: Final = Text("dimension", "维度", "構面")
_ITEM: Final = Text("item", "题目", "題目")
_PERCEPTION: Final = Text("perception", "感知", "感知")
_EXPECTATION: Final = Text("expectation", "期望", "期望")
_GAP: Final = Text("gap", "差距", "差距")
_POINTS: Final = Text("points of 100", "百分制分配", "百分制分配")


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    summary = said(
        "Service quality: perception less expectation by item and dimension (SERVQUAL, SERVPERF).",
        "服务质量：按题目与维度计算感知与期望之差（SERVQUAL、SERVPERF）。",
        "服務品質：按題目與構面計算感知與期望之差（SERVQUAL、SERVPERF）。",
    )
    example = "Example: zhike measure servqual answers.csv --model servqual.yaml --json"
    app.command("servqual", help=summary, epilog=example)(_servqual)


def _servqual(
    answers: AnswersFile, model: ModelFile, by: By = None, weights: WeightsColumn = None, *, as_json: AsJson = False, lang: Lang = None
) -> None:  # fmt: skip
    from zhike.measure.studies.quality import QualityModel, quality_figures, quality_study

    asked = chosen_model(model, QualityModel.of, {"weight": weights})
    payload = asked_study(answers, by, lambda given: quality_study(asked, given), quality_figures)
    emit_json(payload) if as_json else _show(payload, chosen_language(lang))


def _show(found: Mapping[str, Any], language: Language) -> None:
    from zhike.measure.studies.quality import quality_figures

    level = found["level"]
    scores = [
        [title.in_language(language), f"{one['n']:,}", number(one["value"]), interval(one)]
        for (part, way), title in _NAMES.items()
        if (one := found[part][way]) is not None
    ]
    show_rows(_SCORES, (_SCORE, N, VALUE, INTERVAL), scores, language, level)
    heads = (N, _PERCEPTION, _EXPECTATION, _GAP, INTERVAL)
    rows = [[one["dimension"], number(one["points"], 1), *_reading(one)] for one in found["dimensions"]]
    show_rows(_DIMENSIONS, (_DIMENSION, _POINTS, *heads), rows, language, level)
    rows = [[one["dimension"], one["perception_item"], *_reading(one)] for one in found["items"]]
    show_rows(_ITEMS, (_DIMENSION, _ITEM, *heads), rows, language, level)
    show_by(found, quality_figures, language)
    show_readings(found, language)


def _reading(one: Mapping[str, Any]) -> list[str]:
    parts = [number(one[name]["value"], 2) for name in ("perception", "expectation", "gap")]
    return [f"{one['gap']['n']:,}", *parts, interval(one["gap"], 2)]
