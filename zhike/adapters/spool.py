"""Rows on their way into a Parquet file: written in row groups of one size, so that the bytes depend on the rows alone."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["ROWS_PER_GROUP", "Spool", "read_batches", "sha256_of", "spool_frame"]

ROWS_PER_GROUP: Final = 262_144
_HASH_BLOCK: Final = 1 << 20


@dataclass(slots=True)
class Spool:
    """Write frames of one schema to one Parquet file without holding more than a row group.

    Parameters
    ----------
    path : Path
        File to write; it exists once the spool is closed, even without rows.
    schema : dict
        Polars schema of every frame.
    """

    path: Path
    schema: dict[str, Any]
    rows: int = 0
    _waiting: list[pl.DataFrame] = field(default_factory=list)
    _waiting_rows: int = 0
    _writer: Any = None
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _writing: Future[None] | None = None

    def append(self, frame: pl.DataFrame) -> None:
        """Add rows; columns are taken in the schema's order and must have its dtypes."""
        self._waiting.append(frame.select(list(self.schema)))
        self._waiting_rows += frame.height
        if self._waiting_rows >= ROWS_PER_GROUP:
            self._write(whole_groups_only=True)

    def close(self) -> None:
        """Write what is left and end the file."""
        self._write(whole_groups_only=False)
        self._settle()
        self._pool.shutdown()
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, *, whole_groups_only: bool) -> None:
        frame = pl.concat([pl.DataFrame(schema=self.schema), *self._waiting])
        ready = frame.height - (frame.height % ROWS_PER_GROUP if whole_groups_only else 0)
        table = frame.head(ready).to_arrow()
        if self._writer is None:
            # Statistics on, so that readers can skip groups by day; version fixed, so that bytes stay comparable.
            self._writer = pq.ParquetWriter(self.path, table.schema, compression="zstd", version="2.6")
        self._settle()
        self._writing = self._pool.submit(self._write_groups, table)
        self.rows += ready
        rest = frame.slice(ready)
        self._waiting, self._waiting_rows = ([rest] if rest.height else []), rest.height

    def _write_groups(self, table: Any) -> None:  # noqa: ANN401 - pyarrow has no types
        for start in range(0, table.num_rows, ROWS_PER_GROUP):
            self._writer.write_table(table.slice(start, ROWS_PER_GROUP), row_group_size=ROWS_PER_GROUP)

    def _settle(self) -> None:
        """Wait for the groups being written: at most one lot is in the making, so that memory stays bounded."""
        if self._writing is not None:
            self._writing.result()
            self._writing = None


def spool_frame(frame: pl.DataFrame, path: Path) -> int:
    """Write one frame to a Parquet file and return its number of rows."""
    with Spool(path, dict(frame.schema)) as spool:
        spool.append(frame)
    return spool.rows


def read_batches(
    path: Path, columns: Sequence[str] | None = None, rows: int = ROWS_PER_GROUP
) -> Iterator[pl.DataFrame]:
    """Yield a Parquet file's rows in order, a batch at a time."""
    with pq.ParquetFile(path) as source:
        for batch in source.iter_batches(batch_size=rows, columns=None if columns is None else list(columns)):
            yield pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))


def sha256_of(path: Path) -> str:
    """Return the hash of a file's content."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_HASH_BLOCK):
            digest.update(block)
    return digest.hexdigest()
