"""Groups beside each other, as the commands of `zhike measure` print them: each figure by group, and where they differ beyond chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import write
from zhike.cli.measure_told import INTERVAL, VALUE, N, interval, number, show_rows
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.core.language import Language

__all__ = ["show_by"]

_BY: Final = Text("By {column}", "按 {column} 分组", "依 {column} 分組")
_GROUP: Final = Text("group", "组", "組")
_FIGURE: Final = Text("figure", "指标", "指標")
_DIFFER: Final = Text(
    "{figure}: the groups differ beyond chance (p {p:.3f}, adjusted for all {count} that were compared).",
    "{figure}：组间差异超出偶然（p {p:.3f}，已按全部 {count} 项比较校正）。",
    "{figure}：組間差異超出偶然（p {p:.3f}，已按全部 {count} 項比較校正）。",
)
_NO_DIFFERENCE: Final = Text(
    "The groups differ in nothing beyond chance: {count} figures were compared, p adjusted for that.",
    "各组均无超出偶然的差异：共比较 {count} 项，p 已作校正。",
    "各組均無超出偶然的差異：共比較 {count} 項，p 已作校正。",
)
_TOO_SMALL: Final = Text(
    "{group}: {n:,} answers, too few.", "{group}：{n:,} 份答卷，过少。", "{group}：{n:,} 份答卷，過少。"
)
_SURE: Final = 0.05


def show_by(
    found: Mapping[str, Any], figures: Callable[[Mapping[str, Any]], dict[str, Any]], language: Language
) -> None:
    """Print the groups of a study, where it was asked for them."""
    by = found.get("by")
    if by is None:
        return
    rows = [
        [name, one["group"], f"{figure['n']:,}", number(figure["value"]), interval(figure)]
        for name in dict.fromkeys(name for one in by["groups"] for name in figures(one))
        for one in by["groups"] if (figure := figures(one).get(name)) is not None
    ]  # fmt: skip
    show_rows(
        _BY.filled(column=by["column"]), (_FIGURE, _GROUP, N, VALUE, INTERVAL), rows, language, found["level"]
    )
    for one in by["too_small"]:
        write(_TOO_SMALL.render(language, **one))
    differ = [one for one in by["differences"] if one["p_adjusted"] < _SURE]
    for one in differ:
        write(
            _DIFFER.render(language, figure=one["figure"], p=one["p_adjusted"], count=len(by["differences"]))
        )
    if not differ:
        write(_NO_DIFFERENCE.render(language, count=len(by["differences"])))
