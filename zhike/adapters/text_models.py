"""Models of texts on disk: one ``.npz`` file of plain values and arrays with the hash of what it holds; nothing in it is ever run."""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.core.errors import InputNotFoundError, InputUnreadableError, UsageError
from zhike.core.phrases import phrase
from zhike.know.text.triage import TextTriage
from zhike.learn.model_encoding import decoded, encoded, state_sha256
from zhike.learn.stored_model import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from zhike.know.text.embedding import Embedder

__all__ = ["read_triage", "write_triage"]

_MODEL: Final = "model"
"""Entry of the file that holds everything but the arrays, as JSON."""


def write_triage(path: Path, model: TextTriage) -> str:
    """Write a model in one step; return the hash of what it learnt."""
    state = model.state()
    tree, arrays = encoded(state)
    sha256 = state_sha256(state)
    head = json.dumps({"kind": model.kind, "sha256": sha256, "state": tree}, ensure_ascii=False)
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    building = path.with_name(f".{path.name}-building-{os.getpid()}")
    try:
        with building.open("wb") as file:
            np.savez_compressed(
                file, allow_pickle=False, **{_MODEL: np.frombuffer(head.encode(), np.uint8), **arrays}
            )
        building.replace(path)
    finally:
        building.unlink(missing_ok=True)
    return sha256


def read_triage(path: Path, embedder: Embedder | None = None) -> TextTriage:
    """Return the model of a file.

    Raises
    ------
    InputNotFoundError
        When there is no such file.
    InputUnreadableError
        When it is none of ours, of a later version, or was changed.
    TextsError
        When the model learnt with an embedder that is not given.
    """
    if not path.is_file():
        raise InputNotFoundError(path=path)
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files if name != _MODEL}
            head = json.loads(file[_MODEL].tobytes())
        state = decoded(head["state"], arrays)
        whole = Kind.of(head["kind"]) == Kind.of(TextTriage.kind) and state_sha256(state) == head["sha256"]
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
        UsageError,
    ) as problem:
        raise _unreadable(path, phrase("a file that holds no model of texts")) from problem
    if not whole:
        raise _unreadable(path, phrase("a model of texts that was changed, or of another version"))
    return TextTriage.from_state(state, embedder)


def _unreadable(path: Path, what: object) -> InputUnreadableError:
    advice = phrase("Learn the model again: zhike triage --train FILE --save FILE.")
    return InputUnreadableError(
        path=path, what=what, expected=phrase("a file that zhike triage --save wrote"), advice=advice
    )
