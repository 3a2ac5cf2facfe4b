"""Model files of measurements: YAML on disk, read as they stand; what they mean is the measurement's matter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from zhike.adapters.rule_files import read_text
from zhike.core.errors import InputNotFoundError, RuleError
from zhike.core.measure_errors import MeasureModelError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_driver_effects", "read_model_file"]


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


def read_driver_effects(path: Path) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Return points of a target by points of a driver with their intervals, by (target, driver), from the answer of ``zhike measure ecsi --json``.

    Without resamples an effect is its own interval.

    Raises
    ------
    InputNotFoundError
        When there is no such file.
    MeasureModelError
        When it is no such answer.
    """
    if not path.is_file():
        raise InputNotFoundError(path=path)
    try:
        found = {}
        for target, drivers in json.loads(path.read_text("utf-8"))["ipma"].items():
            for one in drivers:
                points = one["points"]
                ends = (
                    points[end] if points[end] is not None else points["value"] for end in ("low", "high")
                )
                found[str(target), str(one["latent"])] = (float(points["value"]), *map(float, ends))
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise MeasureModelError(
            what=phrase("something else"),
            path=path,
            expected=phrase("what `zhike measure ecsi --json` prints"),
        ) from problem
    return found  # type: ignore[return-value]  # three figures each
