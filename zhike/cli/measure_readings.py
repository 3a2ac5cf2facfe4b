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
        "Column '{column}': {cells:,} answers were read by the number beside their label, such as '{example}' as {value:g}.",
        "列“{column}”：{cells:,} 个答案按标签旁的数字读取，例如“{example}”读作 {value:g}。",
        "欄位「{column}」：{cells:,} 個答案按標籤旁的數字讀取，例如「{example}」讀作 {value:g}。",
    ),
    "no_answer": Text(
        "Column '{column}': {cells:,} cells such as '{example}' count as no answer.",
        "列“{column}”：{cells:,} 个单元格（如“{example}”）视为未作答。",
        "欄位「{column}」：{cells:,} 個儲存格（如「{example}」）視為未作答。",
    ),
    "name": Text(
        "Column '{column}' of the model was taken to be '{example}' of the answers.",
        "模型中的列“{column}”按答卷中的“{example}”读取。",
        "模型中的欄位「{column}」按問卷作答中的「{example}」讀取。",
    ),
    "no_weight": Text(
        "Column '{column}': {cells:,} rows of weight 0 are left out.",
        "列“{column}”：{cells:,} 行权重为 0，未计入。",
        "欄位「{column}」：{cells:,} 列權重為 0，未計入。",
    ),
    "code": Text(
        "Column '{column}': {cells:,} answers are {example}, far from all others, and count as they stand; if {example} stands for no answer, name it under `missing_codes`.",
        "列“{column}”：{cells:,} 个答案为 {example}，与其他答案相差悬殊，现按原值计入；如果 {example} 表示未作答，请写入 `missing_codes`。",
        "欄位「{column}」：{cells:,} 個答案為 {example}，與其他答案相差懸殊，現按原值計入；如果 {example} 表示未作答，請寫入 `missing_codes`。",
    ),
}  # fmt: skip


def show_readings(found: Mapping[str, Any], language: Language) -> None:
    """Print what was not read as it stands, a line each."""
    for one in found["readings"]:
        write(_WAYS[one["way"]].render(language, **one))
