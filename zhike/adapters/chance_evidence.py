"""The chances of a yes behind a run in its evidence, so that why a chance is what it is can be told without the bank."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from zhike.core.errors import InputUnreadableError
from zhike.core.phrases import phrase
from zhike.learn.model_encoding import decoded, encoded, state_sha256
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


def read_chances(folder: Path, sha256: str | None) -> Explainable | None:
    """Return what a folder of evidence holds, None where it holds none.

    Parameters
    ----------
    folder : Path
    sha256 : str or None
        Hash of what was learnt, as the plan states it: nothing else is made into a model.

    Raises
    ------
    InputUnreadableError
        When it is not what was written.
    """
    file = folder / _STATE
    if not file.is_file():
        return None
    try:
        return _read(file, folder / _ARRAYS, sha256)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        what = f"{type(problem).__name__}: {problem}"
        raise InputUnreadableError(
            path=file, what=what, expected=phrase("a folder written by `zhike decide`"), advice=_ADVICE
        ) from problem


def _read(file: Path, arrays: Path, sha256: str | None) -> Explainable:
    raw, found = json.loads(file.read_text("utf-8")), dict[str, Any]()
    if arrays.is_file():
        with np.load(arrays, allow_pickle=False) as kept:
            found = {name: kept[name] for name in kept.files}
    state = decoded(raw["state"], found)
    # What reads trees ends the process where they are not what it wrote.
    if state_sha256(state) != sha256:
        raise ValueError("sha256")
    return cast("Explainable", KINDS.model(raw["kind"], state))
