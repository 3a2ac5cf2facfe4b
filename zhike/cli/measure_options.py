"""Options that the commands of `zhike measure` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from zhike.cli.console import said
from zhike.cli.options import day_of

__all__ = ["AnswersFile", "AtDay", "By", "ModelFile", "Resamples", "Seed", "WeightsColumn", "rule_at"]

AnswersFile = Annotated[
    Path,
    typer.Argument(metavar="ANSWERS", help=said("Answers, a row a person: CSV or Parquet.", "答卷，每人一行：CSV 或 Parquet。", "答卷，每人一列：CSV 或 Parquet。")),
]  # fmt: skip
ModelFile = Annotated[
    Path,
    typer.Option("--model", metavar="FILE", help=said("Model, a YAML file; see docs/reference/measure.md.", "模型，YAML 文件；见 docs/reference/measure.md。", "模型，YAML 檔；見 docs/reference/measure.md。")),
]  # fmt: skip
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
    typer.Option("--at", metavar="DATE", help=said("Day whose rules hold; default: today.", "适用哪一天的规则；默认今天。", "適用哪一天的規則；預設今天。")),
]  # fmt: skip


def rule_at(path: str, at: str | None, folder: Path | None) -> Any:  # noqa: ANN401 - whatever the rule holds
    """Return the value of a rule as it is in force on a day, today unless given."""
    from zhike.act.acting import moment
    from zhike.adapters.clock import SystemClock
    from zhike.adapters.rule_files import load_rulebook

    day = moment(SystemClock().now()).date() if at is None else day_of(at)
    return load_rulebook(folder).at(path, day).value
