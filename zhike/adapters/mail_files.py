"""Mail on disk: one message in a file, a mailbox in the mbox form, a Maildir, or a folder of these; read one by one, never whole."""

from __future__ import annotations

import datetime as dt
import mailbox
import re
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["FoundMail", "mail_in"]

_FROM_LINE: Final = re.compile(rb"^From \S+ +(.*\d{4})\s*$")
"""Begins a message in a mailbox: sender, then a date. A sentence that begins with From has no year at its end."""
_HEADER: Final = re.compile(rb"^[!-9;-~]{1,80}:")
_QUOTED_FROM: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_MAILDIR: Final = ("cur", "new")


@dataclass(frozen=True, slots=True)
class FoundMail:
    """One message as it lies on disk.

    Parameters
    ----------
    source : str
        File, and the number of the message in it.
    raw : bytes
        As much of it as may be read; empty where it is longer.
    size : int
    delivered : datetime or None
        When the mailbox says that it was put there.
    """

    source: str
    raw: bytes = field(repr=False)
    size: int
    delivered: dt.datetime | None = None


def mail_in(place: Path, longest: int) -> Iterator[FoundMail]:
    """Yield the messages of a file or folder, files by name.

    Parameters
    ----------
    place : Path
    longest : int
        Bytes of a message that are read; of a longer one only its beginning.

    Raises
    ------
    InputNotFoundError
        When there is no such file or folder.
    InputUnreadableError
        When it cannot be opened.
    """
    if not place.exists():
        raise InputNotFoundError(path=place)
    try:
        yield from _within(place, longest)
    except OSError as problem:
        raise InputUnreadableError(
            path=place, what=problem, expected=phrase("a file or folder of mail"),
            advice=phrase("Let whoever runs the import read it."),
        ) from problem  # fmt: skip


def _within(place: Path, longest: int) -> Iterator[FoundMail]:
    if not place.is_dir():
        yield from _file(place, longest)
    elif all((place / name).is_dir() for name in _MAILDIR):
        box = mailbox.Maildir(place, create=False)
        for key in sorted(box.keys()):
            raw = box.get_bytes(key)
            yield FoundMail(f"{place.name}/{key}", raw[:longest], len(raw))
    else:
        for path in sorted(one for one in place.rglob("*") if one.is_file() and not one.name.startswith(".")):
            yield from _file(path, longest)


def _file(path: Path, longest: int) -> Iterator[FoundMail]:
    """Yield the messages of a file: of a mailbox where its first line begins one."""
    with path.open("rb") as file:
        first = file.readline(1_000)
        if _FROM_LINE.match(first) is None:
            file.seek(0)
            raw = file.read(longest + 1)
            yield FoundMail(path.name, raw[:longest], path.stat().st_size)
            return
    yield from _mailbox(path, longest)


def _mailbox(path: Path, longest: int) -> Iterator[FoundMail]:
    """Yield the messages of a mailbox.

    The standard library's reader begins a message at every line that begins with ``From ``, so that a sentence of a customer who writes "From my
    account ..." would cut their mail in two; here the line has a date, the one before is empty and the one after is a header.
    """
    number, line, raw, size = 0, b"", bytearray(), 0
    for begins, text in _lines(path):
        if begins:
            if number:
                yield _message(path, number, raw, size, line)
            number, line, raw, size = number + 1, text, bytearray(), 0
        else:
            size += len(text)
            raw += text[: max(0, longest - len(raw))]
    if number:
        yield _message(path, number, raw, size, line)


def _lines(path: Path) -> Iterator[tuple[bool, bytes]]:
    """Yield the lines of a mailbox, and whether each begins a message."""
    with path.open("rb") as file:
        before, line = b"", file.readline()
        while line:
            after = file.readline()
            begins = (
                not before.strip() and _FROM_LINE.match(line) is not None and _HEADER.match(after) is not None
            )
            yield begins, line
            before, line = line, after


def _message(path: Path, number: int, raw: bytearray, size: int, line: bytes) -> FoundMail:
    return FoundMail(f"{path.name}#{number}", _QUOTED_FROM.sub(rb"\1", bytes(raw)), size, _delivered(line))


def _delivered(line: bytes) -> dt.datetime | None:
    """Return the instant of a line that begins a message; without a zone it is of UTC, as the form has it."""
    found = _FROM_LINE.match(line)
    try:
        at = parsedate_to_datetime(found[1].decode("ascii")) if found else None
    except (ValueError, UnicodeDecodeError, TypeError, IndexError):
        return None
    return None if at is None else at if at.tzinfo is not None else at.replace(tzinfo=dt.UTC)
