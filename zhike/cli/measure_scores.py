"""`zhike measure nps`, `csat` and `ces`: a score, by group, and from wave to wave; see `zhike.measure.studies.scores`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import said
from zhike.cli.measure_options import AnswersFile, By, OptionalModel, Resamples, Seed, WeightsColumn  # noqa: TC001 - typer reads them
from zhike.cli.option_groups import Answer, option_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from zhike.core.language import Language
    from zhike.measure.studies.score import Kind

__all__ = ["register"]

_SUMMARIES: Final = {
    "nps": (
        "Net Promoter Score with honest intervals, by group and from wave to wave.",
        "净推荐值及其可靠区间，可分组并比较两次调查。",
        "淨推薦值及其可靠區間，可分組並比較兩次調查。",
    ),
    "csat": (
        "Share of the best answers on satisfaction, by group and from wave to wave.",
        "满意度最高几档的占比，可分组并比较两次调查。",
        "滿意度最高幾檔的占比，可分組並比較兩次調查。",
    ),
    "ces": (
        "Mean of answers on effort, by group and from wave to wave.",
        "客户费力程度均值，可分组并比较两次调查。",
        "客戶費力程度平均值，可分組並比較兩次調查。",
    ),
}
_Question = Annotated[
    str | None,
    typer.Option("--question", metavar="COLUMN", help=said("Column with the answers; default: the one named like the score, or the only one.", "答案所在的列；默认取与指标同名的列或唯一的列。", "答案所在的欄；預設取與指標同名的欄或唯一的欄。")),
]  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    for kind in ("nps", "csat", "ces"):
        example = f"Example: zhike measure {kind} answers.csv --question q7 --by branch --json"
        app.command(kind, help=said(*_SUMMARIES[kind]), epilog=example)(_command(kind))


def _command(kind: Kind) -> Callable[..., None]:
    @option_groups
    def command(
        answers: AnswersFile,
        model: OptionalModel = None,
        question: _Question = None,
        by: By = None,
        weights: WeightsColumn = None,
        bootstrap: Resamples = 2000,
        seed: Seed = 0,
        *,
        answer: Answer,
    ) -> None:
        chosen = {"question": question, "group": by, "weight": weights}
        answer.give(_studied(kind, (answers, model), chosen, bootstrap, seed), _show)

    return command


def _show(found: Mapping[str, Any], language: Language) -> None:
    from zhike.cli.measure_scores_told import show_scores

    show_scores(found, language)


def _studied(
    kind: Kind, files: tuple[Path, Path | None], chosen: dict[str, str | None], bootstrap: int, seed: int
) -> dict[str, Any]:
    import numpy as np

    from zhike.adapters.answer_files import read_answers
    from zhike.adapters.measure_models import read_model_file
    from zhike.measure.studies.scores import ScoreModel, score_study

    answers, model = files
    document = {} if model is None else read_model_file(model)
    given = {key: value for key, value in chosen.items() if value is not None}
    merged = {**document, **given} if isinstance(document, dict) else document
    asked = ScoreModel.of(kind, merged, str(model or answers))
    read = read_answers(answers)
    return {
        **score_study(asked, read, np.random.default_rng(seed), bootstrap), "readings": read.told(),
        "draws": bootstrap if kind == "ces" else 0, "seed": seed,
    }  # fmt: skip
