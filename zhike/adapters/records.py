"""Records of a text file, found byte by byte in bounded memory: no line, however long, is ever held whole.

A record ends at a line end outside quotes. A quote opens a field only at its start, as RFC 4180 has it. What cannot be a
record (a line beyond the limit, a quote that never closes, bytes that are not text) becomes a `BrokenRecord`, and reading
goes on with the next line.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BrokenRecord", "Records", "ends_inside_quotes", "read_records"]

LONGEST_RECORD: Final = 1 << 20
BLOCK: Final = 1 << 23
_KEPT: Final = 1_000
_NEWLINE, _QUOTE = 10, 34

Positions = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Records:
    """Whole records that follow one another.

    Parameters
    ----------
    content : bytes
        Their bytes with line ends.
    starts : ndarray of int64
        Where each begins in ``content``.
    lines : ndarray of int64
        The file's line on which each begins; the first is 1.
    offset : int
        Where ``content`` begins in the file.
    """

    content: bytes
    starts: Positions
    lines: Positions
    offset: int

    def record(self, number: int) -> bytes:
        """Return one record without its line end."""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.content)
        return self.content[self.starts[number] : end].rstrip(b"\r\n")


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A stretch of the file that is not a record: where it is, how long, its hash and how it begins."""

    code: str
    line: int
    offset: int
    size: int
    sha256: str
    head: bytes


def read_records(
    file: IO[bytes], separator: bytes, *, limit: int = LONGEST_RECORD, block: int = BLOCK
) -> Iterator[Records | BrokenRecord]:
    r"""Yield the records of a file, in order.

    Parameters
    ----------
    file : binary file
        Open at the first record.
    separator : bytes
        One byte between fields.
    limit : int
        Bytes of the longest record.
    block : int
        Bytes to read at a time.

    Examples
    --------
    >>> import io
    >>> parts = read_records(io.BytesIO(b'a,"1\n2"\nb,"x\nc,3'), b",")
    >>> [(p.code, p.line) if isinstance(p, BrokenRecord) else (p.content, p.lines.tolist()) for p in parts]
    [(b'a,"1\n2"\n', [1]), ('wrong_column_count', 3), (b'c,3', [4])]
    """
    data, offset, line = b"", 0, 1
    while True:
        fresh = file.read(block)
        data += fresh
        while data:
            cut = _cut(data, separator, limit, ended=not fresh)
            if cut.size:
                yield Records(data[: cut.size], cut.starts, cut.lines + line, offset)
            data, offset, line = data[cut.size :], offset + cut.size, line + cut.line_count
            if cut.broken is None:
                break
            broken, data = _broken_line(cut.broken, data, file, line, offset)
            yield broken
            offset, line = offset + broken.size, line + 1
        if not fresh:
            return


@dataclass(frozen=True, slots=True)
class _Cut:
    """How much of the data at hand is whole records; ``broken`` is the code of the line that follows, if it is broken."""

    starts: Positions
    lines: Positions
    size: int
    line_count: int
    broken: str | None


def _cut(data: bytes, separator: bytes, limit: int, *, ended: bool) -> _Cut:
    buffer = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(buffer == _NEWLINE) + 1
    if ended and (not len(ends) or ends[-1] != len(data)):
        ends = np.append(ends, len(data))
    starts = np.concatenate([[0], ends])[: len(ends)]
    long = np.flatnonzero(ends - starts > limit)
    whole = int(long[0]) if len(long) else len(ends)
    quotes = np.flatnonzero(buffer == _QUOTE)
    reaches_end = ended or len(long) > 0
    stop, inner, broken = _join_lines(
        data, quotes, starts[:whole], ends[:whole], separator, limit, ended=reaches_end
    )
    size = int(ends[stop - 1]) if stop else 0
    if broken is None and stop == whole and (len(long) or len(data) - size > limit):
        broken = "line_too_long"
    firsts = np.setdiff1d(np.arange(stop), inner, assume_unique=True)
    return _Cut(starts[firsts], firsts, size, stop, broken)


def _join_lines(
    data: bytes,
    quotes: Positions,
    starts: Positions,
    ends: Positions,
    separator: bytes,
    limit: int,
    *,
    ended: bool,
) -> tuple[int, list[int], str | None]:
    """Find fields that run over several lines.

    Returns
    -------
    int
        Number of lines that belong to whole records.
    list of int
        Those that continue a record.
    str or None
        Why the next line breaks, None when it merely needs more data.

    Notes
    -----
    Only a line with an odd number of quotes can leave a field open, so that most files need no closer look. (An even number can
    where quotes stand inside a bare field; the reader of the records finds that out by counting rows.)
    """
    counts = np.searchsorted(quotes, ends) - np.searchsorted(quotes, starts)
    quoted = np.flatnonzero(counts)
    inner: list[int] = []
    after = 0
    for first in np.flatnonzero(counts % 2).tolist():
        if first < after or not ends_inside_quotes(data[starts[first] : ends[first]], separator):
            continue
        rest = quoted[np.searchsorted(quoted, first + 1) :].tolist()
        near = (j for j in rest if ends[j] - starts[first] <= limit)
        last = next(
            (j for j in near if not ends_inside_quotes(data[starts[j] : ends[j]], separator, inside=True)),
            None,
        )
        if last is None:
            if len(data) - starts[first] > limit:
                return first, inner, "line_too_long"
            return first, inner, "wrong_column_count" if ended else None
        inner.extend(range(first + 1, last + 1))
        after = last + 1
    return len(starts), inner, None


def ends_inside_quotes(line: bytes, separator: bytes, *, inside: bool = False) -> bool:
    r"""Say whether a quoted field is still open at the end of a line.

    Examples
    --------
    >>> ends_inside_quotes(b'a,"b', b","), ends_inside_quotes(b'"b",5" pipe', b","), ends_inside_quotes(b'c",d', b",", inside=True)
    (True, False, False)
    """
    at = 0
    while True:
        if not inside:
            inside = line[at : at + 1] == b'"'
            at += inside
        if inside:
            at = line.find(b'"', at) + 1
            if not at:
                return True
            if line[at : at + 1] == b'"':
                at += 1
                continue
            inside = False
        at = line.find(separator, at) + 1
        if not at:
            return False


def _broken_line(
    code: str, data: bytes, file: IO[bytes], line: int, offset: int
) -> tuple[BrokenRecord, bytes]:
    """Pass over one line, reading on until it ends, and return what is left of the data."""
    head, size, digest = data[:_KEPT], 0, hashlib.sha256()
    while True:
        end = data.find(b"\n") + 1
        part = data[: end or len(data)]
        digest.update(part)
        size += len(part)
        if end:
            return BrokenRecord(code, line, offset, size, digest.hexdigest(), head.split(b"\n")[0]), data[
                end:
            ]
        data = file.read(BLOCK)
        if not data:
            return BrokenRecord(code, line, offset, size, digest.hexdigest(), head), b""
