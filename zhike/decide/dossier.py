"""One customer's dossier: what is known and what was computed beforehand, so that a decision in real time only has to choose.

A dossier holds the inputs that conditions read, the conditions that refuse or oblige each candidate as bits, and what each
candidate is worth. It is made by the functions of the batch from the same archive; a decision judges again only by conditions that
read something that has changed since.
"""

from __future__ import annotations

import datetime as dt
import json
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.decide.constraint_rows import compile_rows
from zhike.decide.inputs import OneCustomer
from zhike.decide.judging import valued

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    import polars as pl
    from numpy.typing import NDArray

    from zhike.decide.preparation import Preparation
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["Dossier", "dossiers", "glanced", "packed", "unpacked"]

_CELLS: Final = 1_000_000
_LEVEL: Final = 1
"""Of compression: what is gained beyond is not worth the time."""
_HEAD: Final = np.dtype("<i8")
_NO_WORDS: Final = np.zeros((0, 1, 0), dtype=np.uint64)
_NO_SCORES: Final = np.zeros((1, 0))


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is known and computed beforehand of one customer.

    Parameters
    ----------
    customer_id : str
    inputs : mapping of str to value
        Columns of `zhike.decide.inputs.gather_inputs`.
    refused, obliged : ndarray of uint64, shape (n_words, 1, n_columns)
        See `Judge.words`.
    score, propensity : ndarray of float, shape (1, n_actions)
    value : ndarray of int, shape (1, n_actions)
        Expected value in minor units.
    segment : int
        Of the constraints.
    """

    customer_id: str
    inputs: Mapping[str, Any]
    refused: NDArray[np.uint64] = field(repr=False)
    obliged: NDArray[np.uint64] = field(repr=False)
    score: NDArray[np.float64] = field(repr=False)
    propensity: NDArray[np.float64] = field(repr=False)
    value: NDArray[np.int64] = field(repr=False)
    segment: int

    def one(self, setting: ServingSetting, changed: Mapping[str, Any]) -> OneCustomer:
        """Return the inputs with what has changed, as conditions read them."""
        # A day that was corrected comes from JSON as a text.
        days = {
            name: dt.date.fromisoformat(changed[name])
            for name in setting.dates & changed.keys()
            if changed[name]
        }
        return OneCustomer({**self.inputs, **changed, **days}, setting.texts)


def dossiers(prepared: Preparation) -> Iterator[Dossier]:
    """Yield the dossier of every customer of a prepared run, by ``customer_id``."""
    segments = np.zeros(len(prepared.inputs), dtype=np.int64)
    if prepared.constraints:
        rows = compile_rows(prepared.constraints, prepared.actions, prepared.inputs, prepared.minor_units)
        segments = rows.segments.code.astype(np.int64)
    size = max(1, _CELLS // max(1, len(prepared.actions)))
    for start in range(0, len(prepared.inputs), size):
        chunk = prepared.inputs.slice(start, size)
        yield from _of_chunk(prepared, chunk, segments[start : start + size])


def _of_chunk(prepared: Preparation, chunk: pl.DataFrame, segments: NDArray[np.int64]) -> Iterator[Dossier]:
    refused, obliged = prepared.judge.words(chunk)
    found = valued(prepared, chunk, refused)
    for row, inputs in enumerate(chunk.iter_rows(named=True)):
        one = slice(row, row + 1)
        yield Dossier(
            inputs["customer_id"], inputs, refused[:, one], obliged[:, one], found.score[one], found.propensity[one],
            found.expected[one], int(segments[row]),
        )  # fmt: skip


def packed(dossier: Dossier) -> bytes:
    """Return a dossier as bytes: a head of sizes, the inputs as JSON, the arrays in the order of its fields, compressed."""
    inputs = json.dumps(dossier.inputs, ensure_ascii=False, separators=(",", ":"), default=_iso).encode()
    arrays = (dossier.refused, dossier.obliged, dossier.score, dossier.propensity, dossier.value)
    words, _, columns = dossier.refused.shape
    head = np.array([len(inputs), words, columns, dossier.value.shape[1], dossier.segment], dtype=_HEAD)
    return zlib.compress(
        b"".join([head.tobytes(), inputs, *(np.ascontiguousarray(one).tobytes() for one in arrays)]), _LEVEL
    )


def unpacked(content: bytes, setting: ServingSetting) -> Dossier:
    """Return the dossier that `packed` wrote."""
    raw = zlib.decompress(content)
    size, words, columns, actions, segment = np.frombuffer(raw, _HEAD, 5).tolist()
    end = 5 * _HEAD.itemsize + size
    inputs = json.loads(raw[5 * _HEAD.itemsize : end])
    for name in setting.dates:
        inputs[name] = None if inputs[name] is None else dt.date.fromisoformat(inputs[name])
    room = np.frombuffer(raw, "<u8", offset=end)
    cells = words * columns
    refused, obliged, rest = room[:cells], room[cells : 2 * cells], room[2 * cells :]
    score, propensity, value = rest[:actions], rest[actions : 2 * actions], rest[2 * actions :]
    return Dossier(
        inputs["customer_id"], inputs, refused.reshape(words, 1, columns), obliged.reshape(words, 1, columns),
        score.view("<f8")[None], propensity.view("<f8")[None], value.view("<i8")[None], segment,
    )  # fmt: skip


def glanced(content: bytes, setting: ServingSetting, names: Collection[str]) -> Dossier:
    """Return no more of the dossier that `packed` wrote than some inputs, the values and the propensities: a twentieth of its size."""
    whole = unpacked(content, setting)
    inputs = {name: whole.inputs[name] for name in names if name in whole.inputs}
    # Copies: views would keep the whole dossier.
    propensity, value = whole.propensity.copy(), whole.value.copy()
    return Dossier(
        whole.customer_id, inputs, _NO_WORDS, _NO_WORDS, _NO_SCORES, propensity, value, whole.segment
    )


def _iso(value: object) -> str:
    assert isinstance(value, dt.date)  # noqa: S101 - the only inputs that JSON does not know
    return value.isoformat()
