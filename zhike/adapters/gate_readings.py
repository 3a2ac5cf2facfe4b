"""Read what a challenger would gain from a file: the answer of `zhike value`, or JSON as whoever measured it wrote it down.

Where a policy can name the model, its off-policy value is what `zhike value` says and nothing else; a reading by hand is then one of an
experiment.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from zhike.adapters.value_readings import MEASURED, Claim, hash_in, is_value, value_reading
from zhike.core.errors import InputNotFoundError, InputUnreadableError, UsageError
from zhike.core.phrases import phrase
from zhike.decide.kept_models import NAMEABLE
from zhike.learn.champion import GateReading

if TYPE_CHECKING:
    from pathlib import Path

    from zhike.act.acting import Acting
    from zhike.core.phrases import Phrase

__all__ = ["Claim", "read_gate_reading"]

_KEYS: Final = ("source", "estimate", "low", "high", "n")
_OPTIONAL: Final = ("refused", "reason")
_OFF_POLICY: Final = "off_policy"


def read_gate_reading(file: Path, claim: Claim, acting: Acting) -> GateReading:
    """Return the reading of a file.

    Parameters
    ----------
    file : Path
        One JSON object: the answer of `zhike value --json`, see `zhike.adapters.value_readings.value_reading`; or ``source``, ``estimate``,
        ``low``, ``high``, ``n``; and ``refused`` with its ``reason``.
    claim : Claim
        Which version is to replace which.
    acting : Acting
        On the store, for logs that lie in it.

    Raises
    ------
    InputNotFoundError
        When there is no such file.
    InputUnreadableError
        When it is no such object.
    UsageError
        When a value does not belong to the claim, or a reading by hand says that it is one.
    """
    if not file.is_file():
        raise InputNotFoundError(path=file)
    try:
        raw = json.loads(file.read_bytes())
        lacks = _lacks(raw)
        if lacks is not None:
            raise _unreadable(file, lacks)
        reading = (
            value_reading(raw, claim, lambda log: hash_in(log, acting)) if is_value(raw) else _reading(raw)
        )
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as problem:
        told = f"{type(problem).__name__}: {problem}"
        raise _unreadable(file, phrase("no reading ({problem})", problem=told)) from problem
    _refuse_stated(reading, claim, measured=is_value(raw))
    return reading


def _unreadable(file: Path, what: Phrase) -> InputUnreadableError:
    return InputUnreadableError(
        path=file,
        what=what,
        expected=phrase("a JSON object with {names}", names=", ".join(_KEYS)),
        advice=phrase("See docs/reference/models.md."),
    )


def _lacks(raw: Any) -> Phrase | None:  # noqa: ANN401 - what JSON holds
    """Return which keys of a reading are not there, or too many; None where neither, or where it is a value."""
    if not isinstance(raw, dict):
        return phrase("no JSON object")
    if is_value(raw):
        return None
    missing = [name for name in _KEYS if name not in raw]
    surplus = sorted(set(raw) - {*_KEYS, *_OPTIONAL})
    if missing:
        return phrase("no reading: {names} missing", names=", ".join(missing))
    return phrase("no reading: {names} is no part of one", names=", ".join(surplus)) if surplus else None


def _refuse_stated(reading: GateReading, claim: Claim, *, measured: bool) -> None:
    """Refuse a value from the log that was written by hand where `zhike value` can measure it, or that looks as if it had been measured."""
    off_policy = claim.name in NAMEABLE and reading.source.partition(" ")[0] == _OFF_POLICY
    if not measured and (off_policy or reading.source.startswith(MEASURED)):
        raise UsageError(
            what=phrase("a value from the log that was written by hand"),
            expected=phrase("the answer of `zhike value --json` with a draft that names {name}@{version}", name=claim.name, version=claim.version),
        )  # fmt: skip


def _reading(raw: Any) -> GateReading:  # noqa: ANN401 - what JSON holds
    reading = GateReading.of(raw)
    ordered = reading.refused or reading.low <= reading.estimate <= reading.high
    if isinstance(raw["n"], bool) or reading.n != raw["n"] or reading.n < 0 or not ordered:
        raise ValueError(f"n {raw['n']}, {raw['estimate']} from {raw['low']} to {raw['high']}")
    return reading
