"""Text of a delimited file whose encoding and separator nobody names, as spreadsheets and survey tools write them."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import re
from typing import TYPE_CHECKING, Final

from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["decoded_text", "separated"]

_SEPARATORS: Final = ",;\t|"
_NAMED: Final = re.compile(r"sep=(.)\r?\n")
_LOOKED_AT: Final = 50
"""Records by which a separator is judged."""
_SIGNS: Final = 50_000
"""Signs by which an encoding is judged."""
_GB2312: Final = frozenset({0xA1, 0xA3, *range(0xB0, 0xD8)})
_BIG5: Final = frozenset({0xA1, 0xA2, *range(0xA4, 0xC7)})
"""First bytes of the frequent half of characters, and of marks."""
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def decoded_text(path: Path) -> str:
    """Return the text of a file in UTF-8, UTF-16 (by its mark), GB18030 or Big5, unpacked where its name ends in ``.gz``; lines end in line feeds.

    Raises
    ------
    InputNotFoundError, InputUnreadableError
        When there is no such file, or it is no text.
    """
    if not path.is_file():
        raise InputNotFoundError(path=path)
    content = path.read_bytes()
    if content.startswith(_WORKBOOKS):
        raise InputUnreadableError(
            path=path, what=phrase("a workbook of a spreadsheet"), expected=phrase("a text file, such as CSV in UTF-8"),
            advice=phrase("Save the sheet with the answers as CSV (UTF-8), and name that file."),
        )  # fmt: skip
    try:
        text = _decoded(gzip.decompress(content) if path.suffix == ".gz" else content)
    except (OSError, EOFError, UnicodeDecodeError) as problem:
        raise InputUnreadableError(
            path=path, what=phrase("text of an unknown encoding"), expected=phrase("UTF-8, UTF-16, GB18030 or Big5"),
            advice=phrase("Export the answers again as CSV or Parquet, a row a person and a column a question."),
        ) from problem  # fmt: skip
    return text if "\n" in text else text.replace("\r", "\n")


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    mainland, taiwan = (_read(content, codec) for codec in ("gb18030", "big5hkscs"))
    if mainland is None or (
        taiwan is not None and _usual(taiwan, "big5", _BIG5) > _usual(mainland, "gb2312", _GB2312)
    ):
        return content.decode("big5hkscs")
    return mainland


def _read(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        return None


def _usual(text: str, codec: str, leads: frozenset[int]) -> float:
    """Return the share of usual characters and marks among the first ones beyond ASCII: bytes of the other encoding give rare ones."""
    signs = [sign for sign in text[:_SIGNS] if not sign.isascii()]
    usual = sum(sign.encode(codec, "replace")[0] in leads for sign in signs)
    return usual / max(1, len(signs))


def separated(text: str) -> tuple[str, str]:
    r"""Return a delimited text without the line by which spreadsheets name the separator, and its separator.

    It is the one that is named, else the one by which the first records have the most fields, all of them as many; where they never have, the
    one of the most fields in the header.

    Examples
    --------
    >>> separated("Fast, good, cheap;q2\n7;8\n")[1]
    ';'
    >>> separated("sep=|\nq1|q2\n")
    ('q1|q2\n', '|')
    """
    if (named := _NAMED.match(text)) is not None:
        return text[named.end() :], named[1]
    return text, max(_SEPARATORS, key=lambda one: _fit(text, one))


def _fit(text: str, separator: str) -> tuple[bool, int]:
    try:
        records = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        widths = [len(record) for record in itertools.islice(records, _LOOKED_AT) if record]
    except csv.Error:
        return False, 0
    return len(set(widths)) == 1 and widths[0] > 1, widths[0] if widths else 0
