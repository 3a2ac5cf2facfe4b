"""Complaints that were written down elsewhere as a table: read in the character set that it has, what was refused written back to be corrected."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from zhike.adapters.survey_files import records_in
from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.phrases import phrase
from zhike.observe.mail.charsets import decoded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from zhike.act.complaint_import import Line, Refused

__all__ = ["REFUSED", "read_complaint_table", "write_refused"]

REFUSED: Final = ("reject_line", "reject_code", "reject_column", "reject_found", "reject_needed")
"""Columns that stand before the row's own where it was refused; they are left out when the file is read again."""
_BOM: Final = "\ufeff"


def read_complaint_table(path: Path) -> tuple[list[str], list[Line]]:
    """Return the columns of a table and its rows, each with its line; cells that a row lacks are empty, those beyond the header under ``""``.

    Raises
    ------
    InputNotFoundError, InputUnreadableError
        When there is no such file, or no table in it.
    """
    if not path.is_file():
        raise InputNotFoundError(path=path)
    text = decoded(path.read_bytes(), None)[0].removeprefix(_BOM)
    records = list(records_in(path, text))
    if not records:
        raise InputUnreadableError(
            path=path, what=phrase("no header"), expected=phrase("a table whose first row names its columns"),
            advice=phrase("Export it again as CSV in UTF-8."),
        )  # fmt: skip
    columns = [cell.strip() for cell in records[0][1]]
    return columns, [
        (line, _row(columns, cells)) for line, cells in records[1:] if any(map(str.strip, cells))
    ]


def _row(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    padded = [*cells, *([""] * (len(columns) - len(cells)))]
    row = dict(zip(columns, padded, strict=False))
    beyond = ",".join(cells[len(columns) :])
    return {**row, "": beyond} if beyond else row


def write_refused(path: Path, columns: Sequence[str], refused: Sequence[Refused]) -> None:
    """Write the rows that were refused, why each was before its own cells: corrected, the file is imported as it is."""
    own = [name for name in columns if name not in REFUSED]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow([*REFUSED, *own])
        for one in refused:
            table.writerow([one.line, one.code, one.column, one.found, one.needed, *_cells(own, one.cells)])


def _cells(columns: Sequence[str], cells: Mapping[str, str]) -> list[str]:
    return [cells.get(name, "") for name in columns]
