"""Read what a challenger would gain from a file: JSON, as whoever measured it wrote it down."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.phrases import phrase
from zhike.learn.champion import GateReading

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_gate_reading"]

_KEYS: Final = ("source", "estimate", "low", "high", "n")
_OPTIONAL: Final = ("refused", "reason")


def read_gate_reading(file: Path) -> GateReading:
    """Return the reading of a file.

    Parameters
    ----------
    file : Path
        One JSON object: ``source``, ``estimate``, ``low``, ``high``, ``n``; and ``refused`` with its ``reason``.

    Raises
    ------
    InputNotFoundError
        When there is no such file.
    InputUnreadableError
        When it is no such object.
    """
    if not file.is_file():
        raise InputNotFoundError(path=file)
    try:
        return _reading(json.loads(file.read_bytes()))
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise InputUnreadableError(
            path=file,
            what=phrase("no reading ({problem})", problem=f"{type(problem).__name__}: {problem}"),
            expected=phrase("a JSON object with {names}", names=", ".join(_KEYS)),
            advice=phrase("See docs/reference/models.md."),
        ) from problem


def _reading(raw: Any) -> GateReading:  # noqa: ANN401 - what JSON holds
    surplus = sorted(set(raw) - {*_KEYS, *_OPTIONAL})
    if surplus:
        raise ValueError(", ".join(surplus))
    reading = GateReading.of(raw)
    if isinstance(raw["n"], bool) or reading.n != raw["n"] or reading.n < 0 or reading.low > reading.high:
        raise ValueError(f"n {raw['n']}, from {raw['low']} to {raw['high']}")
    return reading
