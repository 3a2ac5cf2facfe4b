"""`zhike measure portfolio`: which improvements to make with the money and hours there are; see `zhike.measure.studies.portfolio`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, write
from zhike.cli.measure_options import ModelFile, Seed  # noqa: TC001 - typer reads them
from zhike.cli.measure_readings import show_readings
from zhike.cli.measure_told import VALUE, number, percent, show_rows
from zhike.cli.options import AsJson, Lang  # noqa: TC001 - typer reads them
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["register"]

_Candidates = Annotated[
    Path,
    typer.Argument(metavar="CANDIDATES", help=said("Candidates, a row each: CSV or Parquet.", "候选改进，每项一行：CSV 或 Parquet。", "候選改善，每項一列：CSV 或 Parquet。")),
]  # fmt: skip
_Drivers = Annotated[
    Path | None,
    typer.Option("--drivers", metavar="FILE", help=said("What `zhike measure ecsi --json` printed: total effects of drivers.", "`zhike measure ecsi --json` 的输出：各驱动因素的总效应。", "`zhike measure ecsi --json` 的輸出：各驅動因素的總效應。")),
]  # fmt: skip
_Draws = Annotated[
    int,
    typer.Option("--draws", min=0, max=5000, metavar="N", help=said("How often effects are drawn again; 0: never.", "重抽效果的次数；0 表示不抽。", "重抽成效的次數；0 表示不抽。")),
]  # fmt: skip
_HEAD: Final = Text(
    "{chosen} of {many} improvements: value {value:,.2f}; no set exceeds {bound:,.2f}{proof}",
    "{many} 项改进中选 {chosen} 项：价值 {value:,.2f}；任何组合都不超过 {bound:,.2f}{proof}",
    "{many} 項改善中選 {chosen} 項：價值 {value:,.2f}；任何組合都不超過 {bound:,.2f}{proof}",
)
_COMPLETE: Final = Text(
    "; all sets were searched, none is better",
    "；已穷尽全部组合，无更优者",
    "；已窮盡全部組合，無更佳者",
)
_BUDGET: Final = Text(
    "{name}: {spent:,.2f} of {budget:,.2f}; one more would be worth {price:,.4g}",
    "{name}：用 {spent:,.2f}，预算 {budget:,.2f}；再增一单位值 {price:,.4g}",
    "{name}：用 {spent:,.2f}，預算 {budget:,.2f}；再增一單位值 {price:,.4g}",
)
_TABLE: Final = Text("Improvements", "改进", "改善")
_NAME: Final = Text("improvement", "改进", "改善")
_TAKEN: Final = Text("chosen", "入选", "入選")
_CHANCE: Final = Text("chance of being in the best set", "属于最优组合的概率", "屬於最佳組合的機率")
_KEPT: Final = Text(
    "With effects drawn again within their intervals the chosen set gives {kept:.1%} of what the best one would.",
    "在区间内重抽效果时，所选组合平均达到最优组合的 {kept:.1%}。",
    "在區間內重抽成效時，所選組合平均達到最佳組合的 {kept:.1%}。",
)
_YES, _NO = Text("yes", "是", "是"), Text("no", "否", "否")


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    summary = said(
        "The best set of improvements under budgets, with its proof and how sure each is.",
        "预算内的最优改进组合，附证明及各项入选的把握。",
        "預算內的最佳改善組合，附證明及各項入選的把握。",
    )
    example = "Example: zhike measure portfolio candidates.csv --model portfolio.yaml --json"
    app.command("portfolio", help=summary, epilog=example)(_portfolio)


def _portfolio(
    candidates: _Candidates,
    model: ModelFile,
    drivers: _Drivers = None,
    draws: _Draws = 200,
    seed: Seed = 0,
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    import numpy as np

    from zhike.adapters.answer_files import read_answers
    from zhike.adapters.measure_models import read_driver_effects, read_model_file
    from zhike.measure.studies.portfolio import PortfolioModel, portfolio_study

    asked = PortfolioModel.of(read_model_file(model), str(model))
    effects = None if drivers is None else read_driver_effects(drivers)
    given = read_answers(candidates)
    told = portfolio_study(asked, given, np.random.default_rng(seed), draws, effects)
    found = {**told, "readings": given.told(), "seed": seed}
    emit_json(found) if as_json else _show(found, chosen_language(lang))


def _show(found: Mapping[str, Any], language: Language) -> None:
    rows = found["candidates"]
    proof = _COMPLETE.in_language(language) if found["complete"] else ""
    chosen = sum(one["chosen"] for one in rows)
    write(_HEAD.render(language, chosen=chosen, many=len(rows), value=found["value"], bound=found["bound"], proof=proof))  # fmt: skip
    for one in found["budgets"]:
        write(_BUDGET.render(language, **one))
    costs = list(rows[0]["costs"])
    heads = [_NAME, VALUE, *(Text(one, one, one) for one in costs), _TAKEN, _CHANCE]
    cells = [
        [one["candidate"], number(one["value"], 2), *(number(one["costs"][key], 0) for key in costs), (_YES if one["chosen"] else _NO).in_language(language), percent(one["chance"])]
        for one in rows
    ]  # fmt: skip
    show_rows(_TABLE, heads, cells, language)
    if found["kept"] is not None:
        write(_KEPT.render(language, kept=found["kept"]))
    show_readings(found, language)
