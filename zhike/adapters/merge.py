"""Which rows of a load are new to the bank: judged by hashes of identity and content, in buckets, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.adapters.spool import read_batches

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from zhike.core.tables import Table

__all__ = ["NO_REPEATS", "Verdict", "judge_rows"]

_ROWS_PER_BUCKET: Final = 2_000_000
_ENTRY: Final = np.dtype([("key", "u8"), ("check", "u8"), ("content", "u8"), ("row", "i8")])
_OLD: Final = -1


@dataclass(frozen=True, slots=True)
class Verdict:
    """Row numbers of a load, from 0 and ascending, that do not go into the table.

    ``identical`` rows say again what an earlier row or the bank says; ``contradicting`` rows have the identity of
    such a row and another content. ``repeated`` counts the identical rows that repeat a row of the load itself.
    """

    identical: np.ndarray[Any, np.dtype[np.int64]]
    contradicting: np.ndarray[Any, np.dtype[np.int64]]
    repeated: int

    def __len__(self) -> int:
        return len(self.identical) + len(self.contradicting)

    def within(self, start: int, height: int) -> tuple[pl.Series, pl.Series]:
        """Say of each row of a stretch of the load whether it is dropped, and whether it contradicts."""
        identical, against = (_marked(rows, start, height) for rows in (self.identical, self.contradicting))
        return identical | against, against


_NONE: Final = np.empty(0, dtype=np.int64)
NO_REPEATS: Final = Verdict(_NONE, _NONE, 0)
"""Every row is new."""


def _marked(rows: np.ndarray[Any, np.dtype[np.int64]], start: int, height: int) -> pl.Series:
    marks = np.zeros(height, dtype=bool)
    first, last = np.searchsorted(rows, [start, start + height])
    marks[rows[first:last] - start] = True
    return pl.Series(marks)


def judge_rows(table: Table, stored: Iterable[Path], staged: Path, rows: int, folder: Path) -> Verdict:
    """Compare a load with the bank and with itself.

    Parameters
    ----------
    table : Table
        Contract of the rows.
    stored : iterable of Path
        The bank's files of the table; their rows are unique already.
    staged : Path
        The load's rows in source order: the first row of an identity stays.
    rows : int
        Rows of all files together, to size the buckets.
    folder : Path
        Place for temporary files.

    Notes
    -----
    An identity is two independent 64-bit hashes, a content one more; 32 bytes a row are kept on disk.
    """
    ledger = _Ledger(folder, 1 + rows // _ROWS_PER_BUCKET)
    for path in stored:
        for batch in read_batches(path):
            ledger.add(_entries(batch, table, None))
    start = 0
    for batch in read_batches(staged):
        ledger.add(_entries(batch, table, start))
        start += batch.height
    verdicts = [_judge_bucket(ledger.take(bucket)) for bucket in range(ledger.buckets)]
    identical, contradicting, repeated = zip(*verdicts, strict=True)
    return Verdict(np.sort(np.concatenate(identical)), np.sort(np.concatenate(contradicting)), sum(repeated))


def _entries(frame: pl.DataFrame, table: Table, start: int | None) -> np.ndarray[Any, Any]:
    identity, content = pl.struct(table.identity), pl.struct([column.name for column in table.columns])
    hashes = frame.select(
        key=identity.hash(seed=17), check=identity.hash(seed=71), content=content.hash(seed=17)
    )
    entries = np.empty(frame.height, dtype=_ENTRY)
    for name in ("key", "check", "content"):
        entries[name] = hashes[name].to_numpy()
    entries["row"] = _OLD if start is None else np.arange(start, start + frame.height)
    return entries


def _judge_bucket(entries: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], int]:
    """Return the identical and the contradicting rows of one bucket, and how many repeat a row of the load."""
    keys = np.sort(entries["key"])
    if not (keys[1:] == keys[:-1]).any():  # as in nearly every bucket of a sound load
        return _NONE, _NONE, 0
    # The bank's rows were entered first, the load's in their order: a stable sort keeps the first of each key in front.
    ordered = entries[np.argsort(entries["key"], kind="stable")]
    same = (ordered["key"][1:] == ordered["key"][:-1]) & (ordered["check"][1:] == ordered["check"][:-1])
    first = np.concatenate([[True], ~same])[: len(ordered)]
    leader = np.maximum.accumulate(np.where(first, np.arange(len(ordered)), 0))
    later = ~first & (ordered["row"] != _OLD)
    equal = ordered["content"] == ordered["content"][leader]
    repeated = int((later & equal & (ordered["row"][leader] != _OLD)).sum())
    return ordered["row"][later & equal], ordered["row"][later & ~equal], repeated


@dataclass(slots=True)
class _Ledger:
    """Entries by bucket: in memory while one bucket is enough, otherwise on disk."""

    folder: Path
    buckets: int
    held: list[np.ndarray[Any, Any]] = field(default_factory=list)

    def add(self, entries: np.ndarray[Any, Any]) -> None:
        if self.buckets == 1:
            self.held.append(entries)
            return
        bucket = entries["key"] % np.uint64(self.buckets)
        order = np.argsort(bucket, kind="stable")
        parts = np.split(entries[order], np.searchsorted(bucket[order], np.arange(1, self.buckets)))
        for number, part in enumerate(parts):
            with self._file(number).open("ab") as file:
                part.tofile(file)

    def take(self, bucket: int) -> np.ndarray[Any, Any]:
        if self.buckets == 1:
            return np.concatenate([np.empty(0, dtype=_ENTRY), *self.held])
        entries = np.fromfile(self._file(bucket), dtype=_ENTRY)
        self._file(bucket).unlink()
        return entries

    def _file(self, bucket: int) -> Path:
        return self.folder / f"ledger-{bucket}.bin"
