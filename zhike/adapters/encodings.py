"""Encodings of text files: what the record reader needs is bytes whose line ends and separators are those of ASCII."""

from __future__ import annotations

import codecs
from typing import IO, Final, Self, cast

from zhike.adapters.records import BLOCK

__all__ = ["UTF8_BOM", "LineEnds", "Rejoined", "codec_of", "decoded", "in_ascii_order", "is_utf8"]

UTF8_BOM: Final = b"\xef\xbb\xbf"
_ASCII: Final = '\n\r",;\t|0aA'


def codec_of(encoding: str) -> str:
    """Return the codec in which the bytes at hand are: other encodings were brought to UTF-8 when the file was opened."""
    name = codecs.lookup(encoding).name
    return name if _is_ascii_compatible(encoding) and name != "utf-8-sig" else "utf-8"


def _is_ascii_compatible(encoding: str) -> bool:
    return _ASCII.encode(encoding).removeprefix(UTF8_BOM) == _ASCII.encode("ascii")


def is_utf8(content: bytes) -> bool:
    """Say whether bytes are UTF-8."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def decoded(raw: bytes, encoding: str) -> str | None:
    """Return the text of a record, None when it is none: a zero byte is damage, not text."""
    if b"\0" in raw:
        return None
    try:
        return raw.decode(codec_of(encoding))
    except UnicodeDecodeError:
        return None


def in_ascii_order(file: IO[bytes], encoding: str) -> IO[bytes]:
    """Return the file as it is, or in UTF-8 when its line ends and separators are not those of ASCII."""
    return file if _is_ascii_compatible(encoding) else cast("IO[bytes]", _Recoded(file, encoding))


class _Stream:
    """The little of a binary file that reading records asks for."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def read(self, size: int = BLOCK) -> bytes:
        """Return the next bytes, none at the end."""
        return self.file.read(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.file.close()


class _Recoded(_Stream):
    """A file brought to UTF-8; a sequence that is no character becomes U+0000, which the reader rejects with its line."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        super().__init__(file)
        self.decoder = codecs.getincrementaldecoder(encoding)(errors="replace")

    def read(self, size: int = BLOCK) -> bytes:
        while fresh := self.file.read(size):
            if text := self.decoder.decode(fresh):
                return text.replace("\ufffd", "\0").encode()
        return self.decoder.decode(b"", final=True).replace("\ufffd", "\0").encode()


class LineEnds(_Stream):
    """A file whose lines end in a bare carriage return."""

    def read(self, size: int = BLOCK) -> bytes:
        """Return the next bytes with line feeds."""
        return self.file.read(size).replace(b"\r", b"\n")


class Rejoined(_Stream):
    """A file with bytes that were read ahead put back before it."""

    def __init__(self, ahead: bytes, file: IO[bytes]) -> None:
        super().__init__(file)
        self.ahead = ahead

    def read(self, size: int = BLOCK) -> bytes:
        """Return the bytes put back, then the file's."""
        if self.ahead:
            ahead, self.ahead = self.ahead, b""
            return ahead
        return self.file.read(size)
