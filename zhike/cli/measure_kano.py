"""`zhike measure kano`: what customers take for granted, expect and are delighted by; see `zhike.measure.studies.kano`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import chosen_language, emit_json, said, write
from zhike.cli.measure_drawn import chosen_model
from zhike.cli.measure_options import AnswersFile, By, ModelFile, WeightsColumn  # noqa: TC001 - typer reads them
from zhike.cli.measure_readings import show_readings
from zhike.cli.measure_told import INTERVAL, N, interval, number, percent, show_rows
from zhike.cli.options import AsJson, Lang  # noqa: TC001 - typer reads them
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import typer

    from zhike.core.language import Language

__all__ = ["register"]

_TITLE: Final = Text("Features", "功能", "功能")
_FEATURE: Final = Text("feature", "功能", "功能")
_GROUP: Final = Text("group", "组", "組")
_CATEGORY: Final = Text("category", "类别", "類別")
_COUNTS: Final = Text("M/O/A/I/R/Q", "M/O/A/I/R/Q", "M/O/A/I/R/Q")
_BETTER: Final = Text("better", "满意系数（Better）", "滿意係數（Better）")
_WORSE: Final = Text("worse", "不满意系数（Worse）", "不滿意係數（Worse）")
_P: Final = Text("p, first against second", "p（第一与第二类别）", "p（第一與第二類別）")
_CATEGORIES: Final = {
    "M": Text("must-be", "必备", "必備"),
    "O": Text("one-dimensional", "期望", "期望"),
    "A": Text("attractive", "魅力", "魅力"),
    "I": Text("indifferent", "无差异", "無差異"),
    "R": Text("reverse", "反向", "反向"),
    "Q": Text("questionable", "存疑", "存疑"),
    "": Text("-", "-", "-"),
}
_DOUBTFUL: Final = Text(
    "{feature}: {share:.1%} of the pairs contradict each other; the questions were probably not understood.",
    "{feature}：{share:.1%} 的成对回答自相矛盾，题目可能未被理解。",
    "{feature}：{share:.1%} 的成對回答自相矛盾，題目可能未被理解。",
)
_TIED: Final = Text(
    "{feature}: two categories are equally frequent; the order M, O, A, I decided.",
    "{feature}：两个类别并列最多，按 M、O、A、I 的顺序确定。",
    "{feature}：兩個類別並列最多，按 M、O、A、I 的順序確定。",
)


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    summary = said(
        "Kano's categories of features with their intervals, by group.",
        "各功能的 Kano 类别及区间，可分组。",
        "各功能的 Kano 類別及區間，可分組。",
    )
    example = "Example: zhike measure kano answers.csv --model kano.yaml --json"
    app.command("kano", help=summary, epilog=example)(_kano)


def _kano(
    answers: AnswersFile, model: ModelFile, by: By = None, weights: WeightsColumn = None, *, as_json: AsJson = False, lang: Lang = None
) -> None:  # fmt: skip
    from zhike.adapters.answer_files import read_answers
    from zhike.measure.studies.kano import KanoModel, kano_study

    asked = chosen_model(model, KanoModel.of, {"group": by, "weight": weights})
    given = read_answers(answers)
    payload = {**kano_study(asked, given), "readings": given.told()}
    emit_json(payload) if as_json else _show(payload, chosen_language(lang))


def _show(found: Mapping[str, Any], language: Language) -> None:
    rows = []
    for one in found["features"]:
        rows.append(_row(one["feature"], "", one, language))
        rows += [
            _row(one["feature"], part["group"], part, language)
            for part in one["groups"] or []
            if not part["suppressed"]
        ]
    heads = (_FEATURE, _GROUP, N, _CATEGORY, _COUNTS, _BETTER, INTERVAL, _WORSE, INTERVAL, _P)
    show_rows(_TITLE, heads, rows, language, found["level"])
    for one in found["features"]:
        if one["doubtful"]:
            write(_DOUBTFUL.render(language, feature=one["feature"], share=one["questionable"]))
        if one["tied"]:
            write(_TIED.render(language, feature=one["feature"]))
    show_readings(found, language)


def _row(feature: str, group: str, one: Mapping[str, Any], language: Language) -> list[str]:
    better, worse = one["better"], one["worse"]
    return [
        feature, group, f"{one['n']:,}", _CATEGORIES[one["category"]].in_language(language), "/".join(str(many) if isinstance(many, int) else f"{many:.1f}" for many in one["counts"].values()),
        percent(better["value"]), interval(better), percent(worse["value"]), interval(worse), number(one["p_value"]),
    ]  # fmt: skip
