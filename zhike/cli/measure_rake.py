"""`zhike measure rake`: weights that meet the margins of the population, and what they cost; see `zhike.measure.studies.raking`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, write
from zhike.cli.measure_options import AnswersFile, ModelFile  # noqa: TC001 - typer reads them
from zhike.cli.measure_readings import show_readings
from zhike.cli.measure_told import INTERVAL, VALUE, interval, number, show_rows
from zhike.cli.options import AsJson, Lang  # noqa: TC001 - typer reads them
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["register"]

_Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help=said("Write the answers with a column `weight` to this file: CSV or Parquet.", "将答卷连同 `weight` 列写入此文件：CSV 或 Parquet。", "將答卷連同 `weight` 欄寫入此檔：CSV 或 Parquet。")),
]  # fmt: skip
_HEAD: Final = Text(
    "Weights of {n:,} answers: they count as {n_eff:,.1f} (design effect {deff:.3f}); from {smallest:.2f} to {largest:.2f} times the mean",
    "{n:,} 份答卷的权重：相当于 {n_eff:,.1f} 份（设计效应 {deff:.3f}）；为均值的 {smallest:.2f} 至 {largest:.2f} 倍",
    "{n:,} 份答卷的權重：相當於 {n_eff:,.1f} 份（設計效應 {deff:.3f}）；為平均值的 {smallest:.2f} 至 {largest:.2f} 倍",
)
_OFF: Final = Text(
    "The margins do not all hold: the furthest category is off by {off:.1%}. Trim less, or join categories.",
    "边际未能全部满足：偏差最大的类别相差 {off:.1%}。请放宽截尾，或合并类别。",
    "邊際未能全部滿足：偏差最大的類別相差 {off:.1%}。請放寬截尾，或合併類別。",
)
_RATE: Final = Text(
    "{rate:.1%} of {asked:,} who were asked answered.",
    "{asked:,} 名受访者中 {rate:.1%} 作答。",
    "{asked:,} 名受訪者中 {rate:.1%} 作答。",
)
_MARGINS: Final = Text("Margins", "边际", "邊際")
_MEANS: Final = Text("Means", "均值", "平均值")
_COLUMN: Final = Text("column", "列", "欄")
_CATEGORY: Final = Text("category", "类别", "類別")
_TOTAL: Final = Text("population", "总体", "母體")
_BEFORE: Final = Text("before", "加权前", "加權前")
_AFTER: Final = Text("after", "加权后", "加權後")
_UNWEIGHTED: Final = Text("unweighted", "未加权", "未加權")
_ERROR: Final = Text("standard error", "标准误", "標準誤")


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    summary = said(
        "Weight answers to the margins of the population, and say what the weights cost.",
        "按总体边际为答卷加权，并说明加权的代价。",
        "按母體邊際為答卷加權，並說明加權的代價。",
    )
    example = "Example: zhike measure rake answers.csv --model margins.yaml --out weighted.csv --json"
    app.command("rake", help=summary, epilog=example)(_rake)


def _rake(
    answers: AnswersFile, model: ModelFile, out: _Out = None, *, as_json: AsJson = False, lang: Lang = None
) -> None:
    from zhike.adapters.answer_files import read_answers
    from zhike.adapters.measure_models import read_model_file
    from zhike.adapters.weight_files import write_weighted
    from zhike.measure.studies.raking import RakingModel, raking_study

    given = read_answers(answers)
    found = raking_study(RakingModel.of(read_model_file(model), str(model)), given)
    if out is not None:
        write_weighted(out, given.table, found.weights)
    payload = {**found.told, "readings": given.told(), "out": None if out is None else str(out)}
    emit_json(payload) if as_json else _show(payload, chosen_language(lang))


def _show(found: Mapping[str, Any], language: Language) -> None:
    write(
        _HEAD.render(
            language,
            **{one: found[one] for one in ("n", "n_eff", "deff")},
            **{one: found["weights"][one] for one in ("smallest", "largest")},
        )
    )
    if (asked := found["response"]) is not None:
        write(_RATE.render(language, rate=asked["rate"], asked=asked["asked"]))
    if not found["converged"]:
        write(_OFF.render(language, off=found["off"]))
    rows = [
        [one["column"], one["category"], *(number(one[name], 1) for name in ("total", "before", "after"))]
        for one in found["margins"]
    ]
    show_rows(_MARGINS, (_COLUMN, _CATEGORY, _TOTAL, _BEFORE, _AFTER), rows, language)
    if found["means"]:
        rows = [
            [
                one["column"],
                number(one["unweighted"]["value"]),
                number(one["value"]),
                number(one["error"]),
                interval(one),
            ]
            for one in found["means"]
        ]
        show_rows(_MEANS, (_COLUMN, _UNWEIGHTED, VALUE, _ERROR, INTERVAL), rows, language, found["level"])
    show_readings(found, language)
