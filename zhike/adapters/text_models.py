"""Models of texts on disk: one ``.npz`` file of plain values and arrays with the hash of what it holds; nothing in it is ever run."""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

import numpy as np

from zhike.core.errors import InputNotFoundError, InputUnreadableError, UsageError
from zhike.core.phrases import phrase
from zhike.know.text.spans import SpanTagger
from zhike.know.text.triage import TextTriage
from zhike.learn.model_encoding import decoded, encoded, state_sha256
from zhike.learn.stored_model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zhike.know.text.embedding import Embedder

__all__ = ["Kept", "read_spans", "read_triage", "write_text_model"]

M = TypeVar("M")

_MODEL: Final = "model"
"""Entry of the file that holds everything but the arrays, as JSON."""


class Kept(NamedTuple, Generic[M]):
    """A model of a file, and where it comes from: ``rows`` and ``sha256`` of what it learnt, and the ``version`` of the code."""

    model: M
    provenance: Mapping[str, Any]


def write_text_model(path: Path, model: TextTriage | SpanTagger, provenance: Mapping[str, Any]) -> str:
    """Write a model in one step; return the hash of what it learnt and where it comes from.

    Parameters
    ----------
    path : Path
    model : TextTriage or SpanTagger
    provenance : mapping
        JSON values; see `Kept`.
    """
    content = {"model": model.state(), "provenance": dict(provenance)}
    tree, arrays = encoded(content)
    sha256 = state_sha256(content)
    head = json.dumps({"kind": model.kind, "sha256": sha256, "content": tree}, ensure_ascii=False)
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


def read_triage(path: Path, embedder: Embedder | None = None) -> Kept[TextTriage]:
    """Return the sorting model of a file.

    Raises
    ------
    InputNotFoundError
        When there is no such file.
    InputUnreadableError
        When it is none of ours, of a later version, or was changed.
    TextsError
        When the model learnt with an embedder that is not given.
    """
    content = _content(path, TextTriage.kind, "zhike triage")
    return Kept(TextTriage.from_state(content["model"], embedder), content["provenance"])


def read_spans(path: Path) -> Kept[SpanTagger]:
    """Return the tagger of a file; raises as `read_triage` does."""
    content = _content(path, SpanTagger.kind, "zhike spans")
    return Kept(SpanTagger.from_state(content["model"]), content["provenance"])


def _content(path: Path, kind: str, command: str) -> Mapping[str, Any]:
    if not path.is_file():
        raise InputNotFoundError(path=path)
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files if name != _MODEL}
            head = json.loads(file[_MODEL].tobytes())
        content: Mapping[str, Any] = decoded(head["content"], arrays)
        whole = Kind.of(head["kind"]) == Kind.of(kind) and state_sha256(content) == head["sha256"]
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
        raise _unreadable(path, phrase("a file that holds no model of texts"), command) from problem
    if not whole:
        what = phrase("a model of texts that was changed, of another kind, or of another version")
        raise _unreadable(path, what, command)
    return content


def _unreadable(path: Path, what: object, command: str) -> InputUnreadableError:
    advice = phrase("Learn the model again: {command} --train FILE --save FILE.", command=command)
    expected = phrase("a file that {command} --save wrote", command=command)
    return InputUnreadableError(path=path, what=what, expected=expected, advice=advice)
