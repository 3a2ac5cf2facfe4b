"""Options that the commands of `zhike measure` share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from zhike.cli.console import said
from zhike.cli.options import RulebookFolder, day_of

if TYPE_CHECKING:
    import datetime as dt

    from zhike.core.rulebook import Rulebook

__all__ = [
    "AnswersFile", "AtDay", "By", "ModelFile", "OptionalModel", "Resamples", "RulesOfDay", "Seed", "WeightsColumn",
    "rules_of",
]  # fmt: skip

AnswersFile = Annotated[
    Path,
    typer.Argument(metavar="ANSWERS", help=said("Answers, a row a person: CSV or Parquet.", "答卷，每人一行：CSV 或 Parquet。", "答卷，每人一列：CSV 或 Parquet。")),
]  # fmt: skip
_MODEL: Final = typer.Option("--model", metavar="FILE", help=said("Model, a YAML file; see docs/reference/measure.md.", "模型，YAML 文件；见 docs/reference/measure.md。", "模型，YAML 檔；見 docs/reference/measure.md。"))  # fmt: skip
ModelFile = Annotated[Path, _MODEL]
OptionalModel = Annotated[Path | None, _MODEL]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="COLUMN", help=said("Each group of this column too, and where they differ.", "另按此列分组，并说明组间差异。", "另依此欄分組，並說明組間差異。")),
]  # fmt: skip
WeightsColumn = Annotated[
    str | None,
    typer.Option("--weights", metavar="COLUMN", help=said("Column with each person's weight; default: all count the same.", "每人权重所在的列；默认人人相同。", "每人權重所在的欄；預設人人相同。")),
]  # fmt: skip
Resamples = Annotated[
    int,
    typer.Option("--bootstrap", min=0, metavar="N", help=said("Resamples for the intervals; 0: none.", "用于区间的重抽样次数；0 表示不计算。", "用於區間的重抽樣次數；0 表示不計算。")),
]  # fmt: skip
Seed = Annotated[
    int,
    typer.Option("--seed", min=0, help=said("Seed of the resamples.", "重抽样的随机种子。", "重抽樣的隨機種子。")),
]  # fmt: skip
AtDay = Annotated[
    str | None,
    typer.Option("--at", metavar="DATE", help=said("Day on which the rules are read; default: today.", "规则所取日期；默认今天。", "規則所取日期；預設今天。")),
]  # fmt: skip


def rules_of(rulebook: Path | None, at: str | None) -> tuple[Rulebook, dt.date]:
    """Return the rulebook of a call, and the day on which it is read."""
    from zhike.act.acting import moment
    from zhike.adapters.clock import SystemClock
    from zhike.adapters.rule_files import load_rulebook

    return load_rulebook(rulebook), moment(SystemClock().now()).date() if at is None else day_of(at)


@dataclass(frozen=True, slots=True)
class RulesOfDay:
    """Options: the rules, and the day on which they are read."""

    at: AtDay = None
    rulebook: RulebookFolder = None

    def read(self) -> tuple[Rulebook, dt.date]:
        """Return the rulebook of a call, and the day on which it is read."""
        return rules_of(self.rulebook, self.at)
