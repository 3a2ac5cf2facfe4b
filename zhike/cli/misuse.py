"""A call that the parser refused, in Chinese: the parser itself speaks English."""

from __future__ import annotations

from typing import Any, Final

from zhike.core.language import Text

__all__ = ["misuse_of"]

_KINDS: Final = {
    "NoSuchOption": ("没有选项 {name}", "沒有選項 {name}"),
    "NoSuchCommand": ("没有这个命令", "沒有這個命令"),
    "MissingParameter": ("缺少 {name}", "缺少 {name}"),
    "BadParameter": ("{name} 的值不合格", "{name} 的值不合格"),
    "BadOptionUsage": ("选项 {name} 的用法不对", "選項 {name} 的用法不對"),
    "BadArgumentUsage": ("参数的用法不对", "參數的用法不對"),
    "FileError": ("无法打开文件", "無法開啟檔案"),
}
_ELSE: Final = ("无法理解的命令", "無法理解的命令")


def misuse_of(problem: Any) -> Text:  # noqa: ANN401 - typer brings its own click or uses the installed one
    """Return what a refused call is: the parser's words in English, what kind of refusal it was in Chinese.

    Parameters
    ----------
    problem : Exception
        Of click, known by its name.
    """
    hans, hant = _KINDS.get(type(problem).__name__, _ELSE)
    name = _named(problem)
    return Text(problem.format_message(), hans.format(name=name), hant.format(name=name))


def _named(problem: Any) -> str:  # noqa: ANN401 - as above
    """Return the option or argument that a refusal is about."""
    param = getattr(problem, "param", None)
    if param is not None:
        option = param.opts[0].startswith("-")
        return str(param.opts[0] if option else param.metavar or param.name.upper())
    return str(getattr(problem, "option_name", None) or getattr(problem, "param_hint", None) or "")
