"""Files that tell what happened to a case: a list of events as JSON or YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhike.adapters.rule_files import read_text
from zhike.core.errors import InputNotFoundError, InputUnreadableError, RuleError
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.govern.deadlines.case_events import case_events

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from zhike.govern.deadlines.case_events import CaseEvent

__all__ = ["read_case_events"]

_ADVICE = Text(
    "See docs/reference/deadline.md for an example.",
    "示例见 docs/reference/deadline.md。",
    "範例見 docs/reference/deadline.md。",
)


def read_case_events(file: Path, zone: ZoneInfo) -> tuple[CaseEvent, ...]:
    """Read the events of a case; times without offset are those of a zone.

    Raises
    ------
    InputNotFoundError, InputUnreadableError
        When there is no such file, or it is neither JSON nor YAML.
    CaseEventError
        When an event cannot be read.
    """
    if not file.is_file():
        raise InputNotFoundError(path=file)
    expected = phrase("a list of events as JSON or YAML")
    try:
        return case_events(read_text(file.read_text(encoding="utf-8-sig"), file.name), zone)
    except UnicodeDecodeError as problem:
        raise InputUnreadableError(
            path=file, what=phrase("bytes that are not UTF-8"), expected=expected, advice=_ADVICE
        ) from problem
    except RuleError as problem:
        raise InputUnreadableError(
            path=file, what=problem.data["what"], expected=expected, advice=_ADVICE
        ) from problem
