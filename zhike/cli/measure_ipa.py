"""`zhike measure ipa`: importance and performance of attributes, and how sure their quadrants are; see `zhike.measure.studies.importance`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import said, write
from zhike.cli.measure_by import show_by
from zhike.cli.measure_drawn import Drawn, chosen_model
from zhike.cli.measure_options import AnswersFile, ModelFile  # noqa: TC001 - typer reads them
from zhike.cli.measure_readings import show_readings
from zhike.cli.measure_told import interval, number, percent, show_rows
from zhike.cli.option_groups import Answer, option_groups
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import typer

    from zhike.core.language import Language

__all__ = ["register"]

_TITLE: Final = Text(
    "Importance and performance; lines: {cross}", "重要性与表现；分界：{cross}", "重要性與表現；分界：{cross}"
)
_CROSSES: Final = {
    "scale_middle": Text("middle of the scale", "量表中点", "量表中點"),
    "grand_mean": Text("mean of all attributes", "全部属性的均值", "全部屬性的平均值"),
    "median": Text("median of all attributes", "全部属性的中位数", "全部屬性的中位數"),
}
_QUADRANTS: Final = {
    "concentrate_here": Text("concentrate here", "重点改进", "重點改進"),
    "keep_up": Text("keep up", "继续保持", "繼續保持"),
    "low_priority": Text("low priority", "低优先", "低優先"),
    "possible_overkill": Text("possible overkill", "可能过度", "可能過度"),
}
_ATTRIBUTE: Final = Text("attribute", "属性", "屬性")
_IMPORTANCE: Final = {
    "stated": Text("importance, stated", "重要性（自述）", "重要性（自述）"),
    "derived": Text("importance, derived", "重要性（推导）", "重要性（推導）"),
}
_PERFORMANCE: Final = Text("performance", "表现", "表現")
_QUADRANT: Final = Text("quadrant", "象限", "象限")
_CHANCE: Final = Text("its chance", "该象限概率", "該象限機率")
_GAP: Final = Text("performance less importance", "表现减重要性", "表現減重要性")
_MOVED: Final = Text(
    "With the {cross} as lines, {moved} of {attributes} attributes would lie elsewhere.",
    "若以{cross}分界，{attributes} 个属性中有 {moved} 个会改变象限。",
    "若以{cross}分界，{attributes} 個屬性中有 {moved} 個會改變象限。",
)


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    summary = said(
        "Importance and performance: quadrants with their chances, and what other lines would change.",
        "重要性—表现分析：象限及其概率，以及换用其他分界的影响。",
        "重要性—表現分析：象限及其機率，以及換用其他分界的影響。",
    )
    example = "Example: zhike measure ipa answers.csv --model ipa.yaml --json"
    app.command("ipa", help=summary, epilog=example)(option_groups(_ipa))


def _ipa(answers: AnswersFile, model: ModelFile, drawn: Drawn, answer: Answer) -> None:
    from zhike.measure.studies.importance import ImportanceModel, importance_figures, importance_study

    asked = chosen_model(model, ImportanceModel.of, {"weight": drawn.weights})
    answer.give(drawn.study(answers, asked, importance_study, importance_figures), _show)


def _show(found: Mapping[str, Any], language: Language) -> None:
    from zhike.measure.studies.importance import importance_figures

    named = {kind: text.in_language(language) for kind, text in _CROSSES.items()}
    title = Text(
        *(
            _TITLE.render(one, cross=_CROSSES[found["cross"]].in_language(one))
            for one in ("en", "zh-Hans", "zh-Hant")
        )
    )
    heads = (_ATTRIBUTE, _IMPORTANCE[found["importance"]], _PERFORMANCE, _QUADRANT, _CHANCE, _GAP)
    rows = [
        [
            one["attribute"], number(one["importance"]), number(one["performance"]["value"]), _QUADRANTS[one["quadrant"]].in_language(language),
            "-" if one["chances"] is None else percent(one["chances"][one["quadrant"]]), interval(one["gap"], 2),
        ]
        for one in found["attributes"]
    ]  # fmt: skip
    show_rows(title, heads, rows, language, found["level"])
    for kind, moved in found["sensitivity"]["moved"].items():
        write(
            _MOVED.render(
                language, cross=named[kind], moved=moved, attributes=found["sensitivity"]["attributes"]
            )
        )
    show_by(found, importance_figures, language)
    show_readings(found, language)
