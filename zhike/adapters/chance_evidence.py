"""The chances of a yes behind a run in its evidence, so that why a chance is what it is can be told without the bank."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from zhike.core.errors import InputUnreadableError
from zhike.core.phrases import phrase
from zhike.learn.model_encoding import decoded, encoded
from zhike.learn.stored_model import KINDS

if TYPE_CHECKING:
    from pathlib import Path

    from zhike.decide.chance_reasons import Explainable
    from zhike.learn.stored_model import StoredModel

__all__ = ["read_chances", "write_chances"]

_STATE: Final = "chances.json"
_ARRAYS: Final = "chances.npz"
_ADVICE: Final = phrase("Run `zhike decide BANK --at DATE --out DIR` with a new DIR.")


def write_chances(folder: Path, chances: StoredModel) -> None:
    """Write what was learnt into a folder of evidence; it holds no row of a customer."""
    tree, arrays = encoded(chances.state())
    (folder / _STATE).write_text(
        json.dumps({"kind": chances.kind, "state": tree}, sort_keys=True) + "\n", "utf-8"
    )
    if arrays:
        named: dict[str, Any] = dict(arrays)
        np.savez(folder / _ARRAYS, **named)


def read_chances(folder: Path) -> Explainable | None:
    """Return what a folder of evidence holds, None where it holds none.

    Raises
    ------
    InputUnreadableError
        When it is not what was written.
    """
    file, arrays = folder / _STATE, dict[str, Any]()
    if not file.is_file():
        return None
    try:
        raw = json.loads(file.read_text("utf-8"))
        if (folder / _ARRAYS).is_file():
            with np.load(folder / _ARRAYS, allow_pickle=False) as kept:
                arrays = {name: kept[name] for name in kept.files}
        return cast("Explainable", KINDS.model(raw["kind"], decoded(raw["state"], arrays)))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        what = f"{type(problem).__name__}: {problem}"
        raise InputUnreadableError(
            path=file, what=what, expected=phrase("a folder written by `zhike decide`"), advice=_ADVICE
        ) from problem
