"""What went wrong with a call, told in its language; the parser of calls itself speaks English."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import chosen_language, show_error
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from zhike.core.errors import ZhikeError
    from zhike.core.language import Language

__all__ = ["misuse_of", "misused", "told"]

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


def misused(problem: Any, *, as_json: bool) -> int:  # noqa: ANN401 - see `misuse_of`
    """Tell of a call that the parser refused: in its own words for people who read English, else in our one shape."""
    said_why = problem.format_message()
    if as_json or (said_why and _language() != "en"):
        refused = UsageError(what=misuse_of(problem), expected=phrase("a call as --help shows it"))
        return told(refused, as_json=as_json)
    if said_why:
        problem.show()
    return int(problem.exit_code)


def told(error: ZhikeError, *, as_json: bool) -> int:
    """Show an error in the language of the call; return the exit code."""
    language = _language()
    show_error(error.to_json(language), error.render(language), as_json=as_json)
    return error.exit_code


def _language() -> Language:
    """Return the language that the call asks for, parsed or not."""
    words = [
        part
        for word in sys.argv[1:]
        for part in (word.split("=", 1) if word.startswith("--lang=") else [word])
    ]
    return chosen_language(
        next((words[i + 1] for i, word in enumerate(words[:-1]) if word == "--lang"), None)
    )


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
