"""Delimited text files as frames of text, in chunks, with every record that is not one as a reject.

pyarrow parses whole chunks; its row count is held against the records found byte by byte. Where the two differ, the chunk
is read again record by record, so that a stray quote costs one row and not the rest of the file.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any, Final, cast

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from zhike.adapters.encodings import (
    UTF8_BOM,
    LineEnds,
    Rejoined,
    codec_of,
    decoded,
    in_ascii_order,
    is_utf8,
)
from zhike.adapters.records import (
    LONGEST_RECORD,
    BrokenRecord,
    Records,
    ends_inside_quotes,
    read_records,
)
from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.phrases import phrase, reason_of
from zhike.observe.checks import LINE, SOURCE_FILE
from zhike.observe.rejection import LONGEST_FOUND, REJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["SEPARATORS", "Chunk", "DelimitedFile"]

SEPARATORS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows as text with file and line, rejects of what was no row, and how many bytes of the file are read."""

    rows: pl.DataFrame
    rejects: pl.DataFrame
    done: int


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file open behind its header, and the lines and bytes that lie before."""

    header: list[str]
    file: IO[bytes]
    lines: int
    offset: int


@dataclass(frozen=True, slots=True)
class DelimitedFile:
    """One delimited text file.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What to call it in rejects: its path relative to the source.
    table : str
        Contract table it is read for.
    separator, encoding : str
        As in the mapping.
    """

    path: Path
    name: str
    table: str
    separator: str = ","
    encoding: str = "utf-8"

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.path.stat().st_size

    def header(self) -> list[str]:
        """Return the column names.

        Raises
        ------
        InputUnreadableError
            When the file is empty, its first line is no header, or a name stands twice.
        """
        opened = self._open()
        opened.file.close()
        return opened.header

    def chunks(self, columns: tuple[str, ...]) -> Iterator[Chunk]:
        """Yield the rows of some columns, in file order, in bounded memory."""
        opened = self._open()
        with opened.file:
            for part in read_records(opened.file, self.separator.encode()):
                yield self._chunk(_moved(part, opened), opened.header, columns)

    def _chunk(self, part: Records | BrokenRecord, header: list[str], columns: tuple[str, ...]) -> Chunk:
        if isinstance(part, BrokenRecord):
            rows = pl.DataFrame(schema=self._schema(columns))
            return Chunk(rows, self._rejects([self._broken(part)]), part.offset + part.size)
        sound, unreadable = self._sound(part)
        rows, ragged = self._parsed(sound, header, columns)
        return Chunk(rows, self._rejects([*unreadable, *ragged]), part.offset + len(part.content))

    def _open(self) -> _Opened:
        raw = self._opened()
        try:
            return self._behind_header(raw)
        except BaseException:
            raw.close()
            raise

    def _behind_header(self, raw: IO[bytes]) -> _Opened:
        file = in_ascii_order(raw, self.encoding)
        start = file.read(LONGEST_RECORD)
        mark, start = len(start), start.removeprefix(UTF8_BOM)
        mark -= len(start)
        if b"\n" not in start and b"\r" in start:
            file, start = cast("IO[bytes]", LineEnds(file)), start.replace(b"\r", b"\n")
        record = next(read_records(io.BytesIO(start), self.separator.encode()), None)
        if record is None:
            raise self._unreadable(phrase("no line at all"), phrase("a header with the names of the columns"))
        if isinstance(record, BrokenRecord) or (b"\n" not in start and len(start) == LONGEST_RECORD):
            raise self._unreadable(
                phrase("a first line without an end"),
                phrase("a header below {longest_record} bytes", longest_record=LONGEST_RECORD),
            )
        content = record.content[: record.starts[1]] if len(record.starts) > 1 else record.content
        lines = int(record.lines[1] - 1) if len(record.lines) > 1 else max(content.count(b"\n"), 1)
        rest = cast("IO[bytes]", Rejoined(start[len(content) :], file))
        return _Opened(self._names(content), rest, lines, mark + len(content))

    def _opened(self) -> IO[bytes]:
        try:
            return self.path.open("rb")
        except FileNotFoundError as error:
            raise InputNotFoundError(path=self.name) from error
        except OSError as error:
            raise self._unreadable(reason_of(error), phrase("a file that can be read")) from error

    def _names(self, content: bytes) -> list[str]:
        try:
            text = content.decode(codec_of(self.encoding))
        except UnicodeDecodeError as error:
            raise self._unreadable(
                phrase("a header that is not {encoding}", encoding=self.encoding),
                phrase("the encoding of the mapping"),
            ) from error
        names = [
            name.strip() for name in next(csv.reader([text.rstrip("\r\n")], delimiter=self.separator), [])
        ]
        if not any(names):
            raise self._unreadable(
                phrase("an empty first line"), phrase("a header with the names of the columns")
            )
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise self._unreadable(
                phrase("column {names} twice", names=", ".join(twice)),
                phrase("a header that names each column once"),
            )
        return names

    def _sound(self, records: Records) -> tuple[Records, list[dict[str, Any]]]:
        """Return the records that are text, in UTF-8 and without blank lines, and rejects of the others."""
        lines = records.lines
        plain = (
            codec_of(self.encoding) == "utf-8" and b"\0" not in records.content and is_utf8(records.content)
        )
        sizes = np.diff(np.append(records.starts, len(records.content)))
        if plain and not (sizes <= len(b"\r\n")).any():
            return Records(records.content, records.starts, lines, records.offset), []
        kept: list[bytes] = []
        numbers: list[int] = []
        rejects = []
        for number, line in enumerate(lines.tolist()):
            raw = records.record(number)
            text = decoded(raw, self.encoding)
            if text is None:
                offset = records.offset + int(records.starts[number])
                rejects.append(self._unreadable_record(raw, line, offset))
            elif text:
                kept.append(text.encode() + b"\n")
                numbers.append(line)
        starts = np.cumsum([0, *(len(part) for part in kept)])[:-1]
        return Records(b"".join(kept), starts, np.array(numbers, dtype=np.int64), records.offset), rejects

    def _parsed(
        self, records: Records, header: list[str], columns: tuple[str, ...]
    ) -> tuple[pl.DataFrame, list[dict[str, Any]]]:
        if not len(records.starts):
            return pl.DataFrame(schema=self._schema(columns)), []
        ragged: list[int] = []
        table = None
        if records.content.count(b"\r") == records.content.count(b"\r\n"):
            table = self._arrow(records.content, header, columns, ragged)
        if table is None or table.num_rows + len(ragged) != len(records.starts):
            return self._one_by_one(records, header, columns)
        lines = np.delete(records.lines, ragged)
        frame = pl.DataFrame(pl.from_arrow(table)) if columns else pl.DataFrame()
        return self._placed(frame, lines), [self._ragged(records, number, header) for number in ragged]

    def _arrow(self, content: bytes, header: list[str], columns: tuple[str, ...], ragged: list[int]) -> Any:  # noqa: ANN401 - pyarrow has no types
        def skip(row: Any) -> str:  # noqa: ANN401 - as above
            ragged.append(row.number - 1)
            return "skip"

        # One column always, so that the rows of a mapping made of constants are counted too.
        wanted = columns or (header[0],)
        return pa_csv.read_csv(
            pa.BufferReader(content),
            read_options=pa_csv.ReadOptions(
                column_names=header, use_threads=False, block_size=len(content) + 1
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=self.separator,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=skip,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, pa.large_string()),
                include_columns=wanted,
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )

    def _one_by_one(
        self, records: Records, header: list[str], columns: tuple[str, ...]
    ) -> tuple[pl.DataFrame, list[dict[str, Any]]]:
        wanted = [header.index(name) for name in columns]
        rows, lines, rejects = [], [], []
        for number, line in enumerate(records.lines.tolist()):
            fields = _fields(records.record(number), self.separator)
            if fields is None or len(fields) != len(header):
                rejects.append(self._ragged(records, number, header))
                continue
            rows.append([fields[place] for place in wanted])
            lines.append(line)
        schema = dict.fromkeys(columns, pl.String)
        return self._placed(
            pl.DataFrame(rows, schema=schema, orient="row"), np.array(lines, dtype=np.int64)
        ), rejects

    def _placed(self, frame: pl.DataFrame, lines: Any) -> pl.DataFrame:  # noqa: ANN401 - numpy integers
        numbers = pl.Series(LINE, lines, dtype=pl.Int64)
        return frame.with_columns(numbers).with_columns(pl.lit(self.name).alias(SOURCE_FILE))

    def _schema(self, columns: tuple[str, ...]) -> dict[str, Any]:
        return {**dict.fromkeys(columns, pl.String), LINE: pl.Int64, SOURCE_FILE: pl.String}

    def _ragged(self, records: Records, number: int, header: list[str]) -> dict[str, Any]:
        raw = records.record(number).decode()
        fields = _fields(raw.encode(), self.separator)
        found = "an open quote" if fields is None else str(len(fields))
        row = json.dumps({"text": raw}, ensure_ascii=False)
        return self._reject(int(records.lines[number]), "wrong_column_count", found, str(len(header)), row)

    def _unreadable_record(self, raw: bytes, line: int, offset: int) -> dict[str, Any]:
        text = raw.decode(codec_of(self.encoding), errors="replace")
        row = json.dumps(
            {"text": text, "byte_offset": offset, "bytes": len(raw), "hex": raw[:LONGEST_FOUND].hex()}
        )
        return self._reject(line, "bad_encoding", text, self.encoding, row)

    def _broken(self, part: BrokenRecord) -> dict[str, Any]:
        text = part.head.decode(codec_of(self.encoding), errors="replace")
        kept = {"text": text, "byte_offset": part.offset, "bytes": part.size, "sha256": part.sha256}
        needed = f"<= {LONGEST_RECORD} bytes" if part.code == "line_too_long" else 'a closing "'
        row = json.dumps(kept, ensure_ascii=False)
        return self._reject(part.line, part.code, text, needed, row)

    def _reject(self, line: int, code: str, found: str, needed: str, row: str) -> dict[str, Any]:
        return {
            "table": self.table, "source_file": self.name, "line": line, "code": code, "column": None,
            "found": found[:LONGEST_FOUND], "needed": needed, "row": row,
        }  # fmt: skip

    def _rejects(self, rejects: list[dict[str, Any]]) -> pl.DataFrame:
        return pl.DataFrame(rejects, schema=REJECTS.schema()).sort("line", maintain_order=True)

    def _unreadable(self, what: object, expected: object) -> InputUnreadableError:
        return InputUnreadableError(
            path=self.name,
            what=what,
            expected=expected,
            advice=phrase("Correct the file, or its separator and encoding in the mapping."),
        )


def _moved(part: Records | BrokenRecord, opened: _Opened) -> Records | BrokenRecord:
    """Return a part with its place counted from the file's first byte and line."""
    offset = part.offset + opened.offset
    if isinstance(part, BrokenRecord):
        return replace(part, offset=offset, line=part.line + opened.lines)
    return replace(part, offset=offset, lines=part.lines + opened.lines)


def _fields(record: bytes, separator: str) -> list[str] | None:
    """Return a record's fields, None when a quote stays open or a bare field holds a line end."""
    if ends_inside_quotes(record, separator.encode()):
        return None
    try:
        (fields,) = csv.reader([record.decode()], delimiter=separator)
    except (csv.Error, ValueError):
        return None
    return fields
