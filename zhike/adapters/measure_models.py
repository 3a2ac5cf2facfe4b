"""Model files of measurements: YAML on disk, read as they stand; what they mean is the measurement's matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhike.adapters.rule_files import read_text
from zhike.core.errors import InputNotFoundError, RuleError
from zhike.core.measure_errors import MeasureModelError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_model_file"]


def read_model_file(path: Path) -> Any:  # noqa: ANN401 - whatever the YAML holds
    """Return what a model file says.

    Raises
    ------
    InputNotFoundError
        When there is no such file.
    MeasureModelError
        When it is no YAML, gives a key twice, or refers to parts of itself.
    """
    if not path.is_file():
        raise InputNotFoundError(path=path)
    try:
        return read_text(path.read_text("utf-8-sig"), str(path))
    except UnicodeDecodeError as problem:
        what, expected = phrase("text that is not UTF-8"), phrase("a YAML file in UTF-8")
        raise MeasureModelError(what=what, path=path, expected=expected) from problem
    except RuleError as problem:
        raise MeasureModelError(**problem.data) from problem
