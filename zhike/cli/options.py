"""Options that several commands share, and the reading of days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from zhike.cli.console import said
from zhike.core.errors import UsageError
from zhike.core.language import LANGUAGES

__all__ = ["AsJson", "BankFolder", "Day", "Lang", "RulebookFolder", "day_of"]

BankFolder = Annotated[
    Path, typer.Argument(metavar="BANK", help=said("Bank folder.", "银行文件夹。", "銀行資料夾。"))
]
AsJson = Annotated[bool, typer.Option("--json", help=said("Print JSON.", "输出 JSON。", "輸出 JSON。"))]


def _spoken(name: str | None) -> str | None:
    """Refuse a language that Zhike does not speak before any work is done."""
    if name is not None and not name.lower().startswith(("en", "zh")):
        raise UsageError(what=f"--lang {name}", expected=", ".join(LANGUAGES))
    return name


Lang = Annotated[
    str | None,
    typer.Option("--lang", callback=_spoken, help=said("en, zh-Hans or zh-Hant; default: $ZHIKE_LANG, $LANG.",
                                     "en、zh-Hans 或 zh-Hant；默认取 $ZHIKE_LANG、$LANG。",
                                     "en、zh-Hans 或 zh-Hant；預設取 $ZHIKE_LANG、$LANG。")),
]  # fmt: skip
RulebookFolder = Annotated[
    Path | None,
    typer.Option("--rulebook", help=said("Folder of rule files; default: $ZHIKE_RULEBOOK, else the one shipped.",
                                         "规则文件夹；默认 $ZHIKE_RULEBOOK 或内置规则库。",
                                         "規則資料夾；預設 $ZHIKE_RULEBOOK 或內建規則庫。")),
]  # fmt: skip
Day = Annotated[
    str,
    typer.Option("--at", metavar="DATE", help=said("Day, such as 2020-06-30: what was known by its end.",
                                                   "日期，如 2020-06-30：当日结束时已知的事实。",
                                                   "日期，如 2020-06-30：當日結束時已知的事實。")),
]  # fmt: skip


def day_of(text: str, option: str = "--at") -> dt.date:
    """Return a day written in ISO form; anything else is a usage error.

    Examples
    --------
    >>> day_of("2020-06-30")
    datetime.date(2020, 6, 30)
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError as problem:
        raise UsageError(what=f"{option} {text!r}", expected="a day such as 2020-06-30") from problem
