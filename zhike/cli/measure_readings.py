"""What of the answers was not read as it stands, as every command of `zhike measure` says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import write
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["show_readings"]

_WAYS: Final = {
    "labels": Text(
        "{columns}: {cells:,} answers were read by the number beside their label, such as '{example}' as {value:g}.",
        "{columns}：{cells:,} 个答案按标签旁的数字读取，例如“{example}”读作 {value:g}。",
        "{columns}：{cells:,} 個答案按標籤旁的數字讀取，例如「{example}」讀作 {value:g}。",
    ),
    "no_answer": Text(
        "{columns}: {cells:,} cells such as '{example}' count as no answer.",
        "{columns}：{cells:,} 个单元格（如“{example}”）视为未作答。",
        "{columns}：{cells:,} 個儲存格（如「{example}」）視為未作答。",
    ),
    "name": Text(
        "{columns} of the model: the answers write '{example}'.",
        "模型中的列 {columns}：答卷中写作“{example}”。",
        "模型中的欄位 {columns}：問卷作答中寫作「{example}」。",
    ),
    "no_weight": Text(
        "{columns}: {cells:,} rows of weight 0 are left out.",
        "{columns}：{cells:,} 行权重为 0，未计入。",
        "{columns}：{cells:,} 列權重為 0，未計入。",
    ),
    "code": Text(
        "{columns}: {cells:,} answers are {example}, far from all others, and count as they stand; if {example} stands for no answer, name it under `missing_codes`.",
        "{columns}：{cells:,} 个答案为 {example}，与其他答案相差悬殊，现按原值计入；如果 {example} 表示未作答，请写入 `missing_codes`。",
        "{columns}：{cells:,} 個答案為 {example}，與其他答案相差懸殊，現按原值計入；如果 {example} 表示未作答，請寫入 `missing_codes`。",
    ),
}  # fmt: skip
_ALIKE: Final = ("labels", "no_answer")
"""What is said of all columns together, with the first one's example; all else of those with the same example."""
_BETWEEN: Final = Text(", ", "、", "、")
_NAMED: Final = 8
"""Columns that a line names at most."""


def show_readings(found: Mapping[str, Any], language: Language) -> None:
    """Print what was not read as it stands, a line for each way."""
    together: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in found["readings"]:
        together.setdefault((one["way"], "" if one["way"] in _ALIKE else one["example"]), []).append(one)
    for (way, _), ones in together.items():
        names = [one["column"] for one in ones]
        more = ["…"] if len(names) > _NAMED else []
        columns = _BETWEEN.in_language(language).join([*names[:_NAMED], *more])
        cells = sum(one["cells"] for one in ones)
        write(_WAYS[way].render(language, **{**ones[0], "columns": columns, "cells": cells}))
