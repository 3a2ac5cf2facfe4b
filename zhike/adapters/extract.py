"""Delimited and Parquet extracts, read through a mapping in bounded memory: rows go straight into staged files."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from zhike.adapters.bank_load import Load, Staged
from zhike.adapters.delimited import SEPARATORS, DelimitedFile
from zhike.adapters.extract_notes import ExtractNotes
from zhike.adapters.mapping_files import read_mapping
from zhike.adapters.spool import ROWS_PER_GROUP, Spool
from zhike.core.contracts import CONTRACTS
from zhike.core.errors import InputNotFoundError, InputUnreadableError, MappingError
from zhike.core.phrases import phrase
from zhike.observe.checks import LINE, SOURCE_FILE
from zhike.observe.ingest import Conventions, convert_rows
from zhike.observe.mapping import SourceMapping, as_they_are
from zhike.observe.rejection import REJECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    from zhike.observe.mapping import TableMapping

__all__ = ["MAPPING_FILE", "Kind", "read_extract"]

Kind = Literal["csv", "parquet"]
MAPPING_FILE: Final = "mapping.yaml"
_ORIGIN: Final = {SOURCE_FILE: pl.String, LINE: pl.Int64}


class _File(Protocol):
    """A file of rows, whatever its format."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    def header(self) -> list[str]: ...

    def chunks(self, columns: tuple[str, ...]) -> Iterator[Any]: ...


def read_extract(
    kind: Kind,
    source: Path,
    mapping: Path | None,
    staging: Path,
    minor_units: Mapping[str, int],
    progress: Callable[[int, int], None] | None = None,
) -> Load:
    """Read an extract into staged files.

    Parameters
    ----------
    kind : {"csv", "parquet"}
        Format of the files.
    source : Path
        Their folder, or a single file named after its contract table.
    mapping : Path or None
        Mapping file; without one, ``mapping.yaml`` of the folder, and without that files that are named after contract
        tables and have their columns.
    staging : Path
        Folder for the staged files, see `zhike.adapters.bank_load.loading`.
    minor_units : mapping of str to int
        Decimals of currencies that do not have two.
    progress : callable, optional
        Called with the bytes read and those to read.

    Raises
    ------
    InputNotFoundError, InputUnreadableError, MappingError, ContractError
        When the input as a whole cannot be used; the staged files are then of no use.
    """
    if not source.exists():
        raise InputNotFoundError(path=source)
    folder = source if source.is_dir() else source.parent
    own = folder / MAPPING_FILE
    mapping = mapping or (own if own.is_file() and source.is_dir() else None)
    plan = read_mapping(mapping) if mapping else _plain_mapping(kind, source)
    conventions = Conventions(plan.timezone, plan.currency, minor_units)
    files = {name: _files(kind, folder, part) for name, part in plan.tables.items()}
    notes = ExtractNotes(plan, mapped=mapping is not None)
    for name, part in plan.tables.items():  # all headers first: a slip in the last file shows at once
        for file in files[name]:
            notes.unused(name, file.name, _check_header(file, part, mapping))
    meter = _Meter(sum(file.size for parts in files.values() for file in parts), progress)
    stages = {
        name: _stage(part, files[name], conventions, staging, meter) for name, part in plan.tables.items()
    }
    return Load(
        name=plan.name,
        source=kind,
        timezone=plan.timezone,
        currency=plan.currency,
        policy=plan.policy,
        tables={name: stage.staged for name, stage in stages.items()},
        rejects={name: stage.rejects for name, stage in stages.items() if stage.rejected},
        notes=notes.texts(),
    )


def _plain_mapping(kind: Kind, source: Path) -> SourceMapping:
    """Return the mapping of files that are named after contract tables."""
    folder = source if source.is_dir() else source.parent
    there = {
        path.stem: path for path in sorted(folder.glob(f"*.{kind}")) if source.is_dir() or path == source
    }
    named = [name for name in CONTRACTS if name in there]
    if not named:
        found = ", ".join(sorted(path.name for path in folder.iterdir())[:10]) or phrase("nothing")
        raise InputUnreadableError(
            path=source, what=found, expected=phrase("{mapping_file}, or files named after contract tables such as customers.{kind}", mapping_file=MAPPING_FILE, kind=kind),
            advice=phrase("Write a mapping; docs/reference/mapping.md shows every key."),
        )  # fmt: skip
    tables = {}
    for name in named:
        file = _file(kind, there[name], there[name].name, name, ",", "utf-8")
        header = file.header()
        _check_separator(file, header, (), ",")
        tables[name] = as_they_are(name, there[name].name, header)
    return SourceMapping(folder.resolve().name, tables=tables)


def _files(kind: Kind, folder: Path, part: TableMapping) -> list[_File]:
    if Path(part.file).is_absolute() or ".." in Path(part.file).parts:
        raise MappingError(
            what=phrase("file '{file}'", file=part.file),
            path=MAPPING_FILE,
            expected=phrase("a path inside the source's folder"),
        )
    paths = sorted(path for path in folder.glob(part.file) if path.is_file())
    if not paths:
        raise InputNotFoundError(path=folder / part.file)
    return [
        _file(kind, path, path.relative_to(folder).as_posix(), part.table, part.separator, part.encoding)
        for path in paths
    ]


def _file(kind: Kind, path: Path, name: str, table: str, separator: str, encoding: str) -> _File:
    if kind == "csv":
        return DelimitedFile(path, name, table, separator, encoding)
    return _ParquetFile(path, name)


def _check_header(file: _File, part: TableMapping, mapping: Path | None) -> list[str]:
    """Raise unless the file has all columns that the mapping names; return those that it does not name."""
    header = file.header()
    _check_separator(file, header, part.sources, part.separator)
    missing = [name for name in part.sources if name not in header]
    if missing:
        what = phrase(
            "column {names}, which '{name}' does not have,", names=", ".join(missing), name=file.name
        )
        expected = phrase("columns of the file: {names}", names=", ".join(header))
        raise MappingError(what=what, path=mapping.name if mapping else file.name, expected=expected)
    return [name for name in header if name not in part.sources]


def _check_separator(file: _File, header: list[str], sources: tuple[str, ...], separator: str) -> None:
    """Raise when another separator fits the header better."""
    if not isinstance(file, DelimitedFile) or (sources and set(sources) <= set(header)):
        return
    (line,) = (separator.join(header),)
    others = {other: line.split(other) for other in SEPARATORS if other != separator}
    best = max(others, key=lambda other: len(others[other]))
    names = {name.strip().strip('"') for name in others[best]}
    if len(others[best]) > 1 and (len(header) == 1 or (sources and set(sources) <= names)):
        raise InputUnreadableError(
            path=file.name,
            what=phrase(
                "{count} column with separator {separator!r}: {line!r}",
                count=len(header),
                separator=separator,
                line=line[:80],
            ),
            expected=phrase(
                "{count} columns, which separator {best!r} gives", count=len(others[best]), best=best
            ),
            advice=phrase(
                "Write separator: {best!r} for table {table} in the mapping.", best=best, table=file.table
            ),
        )


def _ahead(chunks: Iterator[Any]) -> Iterator[Any]:
    """Yield chunks while the next one is read in a thread: reading and converting keep a core each."""
    with contextlib.closing(cast("Generator[Any]", chunks)), ThreadPoolExecutor(1) as pool:
        pending = pool.submit(next, chunks, None)
        while (chunk := pending.result()) is not None:
            pending = pool.submit(next, chunks, None)
            yield chunk


@dataclass(slots=True)
class _Meter:
    """Tells how far the files are read, in bytes of all of them."""

    total: int
    progress: Callable[[int, int], None] | None
    before: int = 0

    def tell(self, done: int) -> None:
        if self.progress is not None:
            self.progress(self.before + done, self.total)

    def finish(self, size: int) -> None:
        self.before += size
        self.tell(0)


@dataclass(frozen=True, slots=True)
class _Stage:
    staged: Staged
    rejects: Path
    rejected: int


def _stage(
    part: TableMapping,
    files: list[_File],
    conventions: Conventions,
    staging: Path,
    meter: _Meter,
) -> _Stage:
    """Convert a table's files chunk by chunk into staged files."""
    paths = [staging / f"{part.table}.{kind}.parquet" for kind in ("rows", "origins", "rejects")]
    schema = CONTRACTS[part.table].schema()
    with (
        Spool(paths[0], schema) as rows,
        Spool(paths[1], _ORIGIN) as origins,
        Spool(paths[2], REJECTS.schema()) as rejects,
    ):
        for file in files:
            for chunk in _ahead(file.chunks(part.sources)):
                split = convert_rows(chunk.rows, part, conventions)
                rows.append(split.good)
                origins.append(split.good)
                rejects.append(pl.concat([chunk.rejects, split.rejects]).sort("line", maintain_order=True))
                meter.tell(chunk.done)
            meter.finish(file.size)
    return _Stage(Staged(paths[0], paths[1]), paths[2], rejects.rows)


@dataclass(frozen=True, slots=True)
class _ParquetChunk:
    rows: pl.DataFrame
    done: int
    rejects: pl.DataFrame = field(default_factory=REJECTS.empty)


@dataclass(frozen=True, slots=True)
class _ParquetFile:
    """One Parquet file; its lines are its rows, from 1."""

    path: Path
    name: str

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.path.stat().st_size

    def header(self) -> list[str]:
        """Return the names of its columns."""
        with self._opened() as file:
            return list(file.schema_arrow.names)

    def chunks(self, columns: tuple[str, ...]) -> Iterator[_ParquetChunk]:
        """Yield the rows of some columns, in order."""
        start = 0
        with self._opened() as file:
            total = file.metadata.num_rows
            for batch in file.iter_batches(
                ROWS_PER_GROUP, columns=list(columns) or [file.schema_arrow.names[0]]
            ):
                frame = self._plain(pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch]))))
                start += frame.height
                lines = pl.int_range(start - frame.height + 1, start + 1, dtype=pl.Int64, eager=True)
                placed = frame.select(columns).with_columns(
                    lines.alias(LINE), pl.lit(self.name).alias(SOURCE_FILE)
                )
                yield _ParquetChunk(placed, self.size * start // total)

    def _opened(self) -> Any:  # noqa: ANN401 - pyarrow has no types
        try:
            return pq.ParquetFile(self.path)
        except (pa.ArrowException, OSError) as error:
            raise InputUnreadableError(
                path=self.name,
                what=phrase("a file that is not Parquet"),
                expected=phrase("a Parquet file"),
                advice=phrase("Fetch it again, or load it as csv."),
            ) from error

    def _plain(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return words as text; refuse columns of lists, records or bytes."""
        nested = [name for name, kind in frame.schema.items() if kind.is_nested() or kind == pl.Binary]
        if nested:
            raise InputUnreadableError(
                path=self.name, what=phrase("column {nested} of type {schema}", nested=nested[0], schema=frame.schema[nested[0]]),
                expected=phrase("columns of plain values"), advice=phrase("Flatten the column before loading it."),
            )  # fmt: skip
        return frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
