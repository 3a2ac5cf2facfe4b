"""Parts of the answers of `zhike measure` as people read them: figures, intervals, tables in the reader's language."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import show_table
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.core.language import Language

__all__ = ["INTERVAL", "VALUE", "N", "interval", "number", "percent", "show_rows"]

VALUE: Final = Text("value", "数值", "數值")
INTERVAL: Final = Text("{level:.0%} interval", "{level:.0%} 区间", "{level:.0%} 區間")
N: Final = Text("answers", "答卷数", "答卷數")


def number(value: float | None, places: int = 3) -> str:
    """Return a figure; a dash where there is none."""
    return "-" if value is None or math.isnan(value) else f"{value:,.{places}f}"


def percent(value: float | None) -> str:
    """Return a share in percent."""
    return "-" if value is None or math.isnan(value) else f"{value:.1%}"


def interval(one: Mapping[str, Any] | None, places: int = 3) -> str:
    """Return the ends of an estimate's interval."""
    if one is None or one["low"] is None:
        return "-"
    return f"{number(one['low'], places)} … {number(one['high'], places)}"


def show_rows(
    title: Text, heads: Sequence[Text], rows: Sequence[Sequence[str]], language: Language, level: float = 0.95
) -> None:
    """Print a table; heads may name the ``level``."""
    show_table(title.in_language(language), [head.render(language, level=level) for head in heads], rows)
