"""Tables as files for a spreadsheet: RFC 4180 in UTF-8, and nothing in them that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["CSV", "csv_answer", "csv_text", "unguarded"]

CSV: Final = "text/csv"
"""Media type of what `csv_answer` returns."""
_MARK: Final = "\N{BYTE ORDER MARK}"
"""Without it spreadsheets read UTF-8 as the code page of the machine, and Chinese as noise."""
_STARTS: Final = re.compile(r'(?:^|[;\t\r\n])[\s";]*')
"""Where a spreadsheet may begin a cell: some split at semicolons or tabs, whatever the quotes say."""
_FORMULA: Final = frozenset("=+-@＝＋－＠")
"""The wide ones too: spreadsheets of East Asia read them."""
_GUARDED: Final = re.compile(rf"{_STARTS.pattern}'(?=[{re.escape(''.join(sorted(_FORMULA)))}])")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a table as a file to keep.

    Parameters
    ----------
    name : str
        Of the file, without its ending: lower case letters, digits, dots, hyphens and underscores.
    header : sequence of str
        Names of the columns, in the reader's language.
    rows : iterable of sequence
        As in `csv_text`.

    Raises
    ------
    ValueError
        When the name is none, or a row is shorter or longer than the header.
    """
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"no name of a file: {name!r}")
    heads = {
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "Cache-Control": "no-store",
    }
    return Response(csv_text(header, rows).encode("utf-8", "replace"), media_type=CSV, headers=heads)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    r"""Return a table as RFC 4180 has it, a byte order mark first.

    A number stays a number, None an empty cell, whatever has ``isoformat`` that. A text in which a spreadsheet could see a formula, at its start or
    behind something at which spreadsheets split cells, has an apostrophe before it. A text of digits is left as it is: a spreadsheet shows it as a number.

    Parameters
    ----------
    header : sequence of str
    rows : iterable of sequence
        Each as long as the header.

    Raises
    ------
    ValueError
        When a row is shorter or longer than the header.

    Examples
    --------
    >>> csv_text(("staff", "share"), [("M1", -0.5), ("=1+1", None)]).lstrip("\ufeff").splitlines()
    ['"staff","share"', '"M1",-0.5', '"\'=1+1",""']
    """
    written = io.StringIO(newline="")
    table = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    table.writerow([_cell(one) for one in header])
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"{len(row)} cells under {len(header)} names")
        table.writerow([_cell(one) for one in row])
    return _MARK + written.getvalue()


def _cell(value: object) -> object:
    """Return a finite number as it is, anything else as text that is no formula."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf"):
        return value
    plain = getattr(value, "isoformat", None)
    return _guarded(str(value).lower() if isinstance(value, bool) else str(plain() if plain else value))


def _guarded(text: str) -> str:
    """Return a text with an apostrophe before whatever could begin a formula."""
    return _STARTS.sub(
        lambda start: start[0] + "'" if text[start.end() : start.end() + 1] in _FORMULA else start[0], text
    )


def unguarded(text: str) -> str:
    """Return a text as it was before `csv_text` put apostrophes before what could begin a formula.

    Parameters
    ----------
    text : str
        Of a cell that came back from a spreadsheet. An apostrophe that stood there from the beginning goes as well where a formula could follow.

    Examples
    --------
    >>> unguarded("'-5"), unguarded("Anna's"), unguarded("a;'=b")
    ('-5', "Anna's", 'a;=b')
    """
    return _GUARDED.sub(lambda start: start[0][:-1], text)
