"""`zhike measure drivers`: what an overall score goes with; see `zhike.measure.studies.drivers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import said, write
from zhike.cli.measure_by import show_by
from zhike.cli.measure_drawn import Drawn, chosen_model
from zhike.cli.measure_options import AnswersFile, ModelFile  # noqa: TC001 - typer reads them
from zhike.cli.measure_readings import show_readings
from zhike.cli.measure_told import INTERVAL, interval, number, percent, show_rows
from zhike.cli.option_groups import Answer, option_groups
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import typer

    from zhike.core.language import Language

__all__ = ["register"]

_HEAD: Final = Text(
    "Association of '{overall}' with its drivers: {n:,} complete answers, {left_out:,} left out; explained {r2:.1%}",
    "“{overall}”与各驱动因素的关联：完整答卷 {n:,} 份，未计入 {left_out:,} 份；解释 {r2:.1%}",
    "「{overall}」與各驅動因素的關聯：完整答卷 {n:,} 份，未計入 {left_out:,} 份；解釋 {r2:.1%}",
)
_NO_CAUSE: Final = Text(
    "An association is no cause: whether a better driver makes customers more content, an experiment says.",
    "关联不等于因果：改善某因素能否提升满意度，须由实验判断。",
    "關聯不等於因果：改善某因素能否提升滿意度，須由實驗判斷。",
)
_ALWAYS: Final = Text(
    "Of it {r2:.1%} by what always stays in the model: {names}",
    "其中 {r2:.1%} 来自始终保留的变量：{names}",
    "其中 {r2:.1%} 來自始終保留的變數：{names}",
)
_DRIVERS: Final = Text("Shares of what is explained", "解释份额", "解釋份額")
_DRIVER: Final = Text("driver", "驱动因素", "驅動因素")
_MEAN: Final = Text("mean", "均值", "平均值")
_METHODS: Final = {
    "shapley": Text("Shapley (LMG)", "Shapley（LMG）", "Shapley（LMG）"),
    "johnson": Text("Johnson", "Johnson 相对权重", "Johnson 相對權重"),
}
_CONTRASTS: Final = Text(
    "Penalty when rated low, reward when rated high", "低分的惩罚与高分的回报", "低分的懲罰與高分的回報"
)
_PENALTY: Final = Text("penalty", "惩罚", "懲罰")
_REWARD: Final = Text("reward", "回报", "回報")
_FACTOR: Final = Text("factor", "因素类型", "因素類型")
_FACTORS: Final = {
    "basic": Text("basic", "基本", "基本"),
    "performance": Text("performance", "绩效", "績效"),
    "excitement": Text("excitement", "兴奋", "興奮"),
    "none": Text("neither beyond chance", "均未超出偶然", "均未超出偶然"),
}


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    summary = said(
        "What an overall score goes with: Shapley and Johnson shares, penalty and reward.",
        "总体评分与哪些因素相关：Shapley 与 Johnson 份额、惩罚与回报。",
        "整體評分與哪些因素相關：Shapley 與 Johnson 份額、懲罰與回報。",
    )
    example = "Example: zhike measure drivers answers.csv --model drivers.yaml --json"
    app.command("drivers", help=summary, epilog=example)(option_groups(_drivers))


def _drivers(answers: AnswersFile, model: ModelFile, drawn: Drawn, answer: Answer) -> None:
    from zhike.measure.studies.drivers import DriverModel, driver_figures, driver_study

    asked = chosen_model(model, DriverModel.of, {"weight": drawn.weights})
    answer.give(drawn.study(answers, asked, driver_study, driver_figures), _show)


def _show(found: Mapping[str, Any], language: Language) -> None:
    from zhike.measure.studies.drivers import driver_figures

    write(_HEAD.render(language, **{one: found[one] for one in ("overall", "n", "left_out", "r2")}))
    if (always := found["always"])["variables"]:
        write(_ALWAYS.render(language, r2=always["r2"], names=", ".join(always["variables"])))
    methods = [one for one in _METHODS if one in found["drivers"][0]]
    heads = [_DRIVER, _MEAN, *(head for one in methods for head in (_METHODS[one], INTERVAL))]
    rows = [
        [one["driver"], number(one["mean"], 2), *(cell for name in methods for cell in _share(one[name]))]
        for one in found["drivers"]
    ]
    show_rows(_DRIVERS, heads, rows, language, found["level"])
    if found["drivers"][0]["contrast"] is not None:
        _show_contrasts(found, language)
    show_by(found, driver_figures, language)
    write(_NO_CAUSE.in_language(language))
    show_readings(found, language)


def _share(one: Mapping[str, Any]) -> tuple[str, str]:
    known = one["low"] is not None and one["low"] == one["low"]
    return percent(one["share"]), f"{percent(one['low'])} … {percent(one['high'])}" if known else "-"


def _show_contrasts(found: Mapping[str, Any], language: Language) -> None:
    rows = [
        [
            one["driver"],
            *(cell for side in ("penalty", "reward") for cell in (number((one["contrast"][side] or {}).get("value"), 2), interval(one["contrast"][side], 2))),
            _FACTORS[one["contrast"]["factor"]].in_language(language),
        ]
        for one in found["drivers"]
    ]  # fmt: skip
    show_rows(
        _CONTRASTS, (_DRIVER, _PENALTY, INTERVAL, _REWARD, INTERVAL, _FACTOR), rows, language, found["level"]
    )
