"""Files of answers: read as other tools write them, written as an extract that ``zhike init`` loads."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from zhike.adapters.delimited_text import decoded_text, separated
from zhike.adapters.folder_swap import built_folder
from zhike.adapters.rule_files import read_text
from zhike.core.contracts import contract
from zhike.core.errors import InputUnreadableError, UsageError
from zhike.core.phrases import phrase
from zhike.measure.surveys.import_forms import FORMS
from zhike.observe.rejection import REJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zhike.measure.surveys.importing import Imported, Line

__all__ = ["read_answer_file", "read_mapping", "records_in", "write_extract"]

_MARK: Final = "ImportId"
"""Stands in the third header row of a Qualtrics export."""


def read_answer_file(path: Path, form: str) -> tuple[list[str], list[Line], list[dict[str, Any]]]:
    """Return the columns of a file, its lines with their numbers, and a reject for each line that is none.

    Raises
    ------
    InputNotFoundError, InputUnreadableError
        When the file is not there, is no text, or lacks the header rows of its form.
    """
    records = list(records_in(path, decoded_text(path)))
    headers = FORMS[form].headers
    if len(records) < headers or (headers > 1 and not any(_MARK in cell for cell in records[headers - 1][1])):
        raise InputUnreadableError(
            path=path,
            what=phrase("fewer than {n} header rows", n=headers),
            expected=phrase("the header rows of an export as {form}", form=form),
            advice=phrase("Export it again with all header rows, or name another form."),
        )
    columns = [cell.strip() for cell in records[0][1]]
    lines: list[Line] = []
    rejects: list[dict[str, Any]] = []
    for line, cells in records[headers:]:
        if len(cells) == len(columns):
            lines.append((line, dict(zip(columns, cells, strict=True))))
        elif any(cell.strip() for cell in cells):
            rejects.append(_ragged(path, line, cells, len(columns)))
    return columns, lines, rejects


def read_mapping(path: Path | None) -> dict[str, dict[str, str]]:
    """Return a mapping of columns and values from a YAML file; empty without one.

    Raises
    ------
    InputNotFoundError, RuleError, UsageError
        When it is not there, cannot be read, or holds anything but texts under ``columns`` and ``values``.
    """
    if path is None:
        return {}
    raw = read_text(decoded_text(path), path.name)
    parts: dict[str, Any] = raw if isinstance(raw, dict) else {"": None}
    sound = set(parts) <= {"columns", "values"} and all(isinstance(part, dict) for part in parts.values())
    if not sound:
        raise UsageError(what=path.name, expected=phrase("columns and values, each a mapping"))
    return {key: {str(old): str(new) for old, new in part.items()} for key, part in parts.items()}


def write_extract(out: Path, found: Imported) -> None:
    """Write ``surveys.csv``, ``answers.csv`` and ``rejects.csv`` into a new folder.

    Raises
    ------
    UsageError
        When the folder already holds something.
    """
    if out.exists() and any(out.iterdir()):
        raise UsageError(
            what=phrase("folder '{path}' with files in it", path=out), expected=phrase("a new folder")
        )
    columns = {
        name: [c.name for c in contract(name).columns if c.name != "known_at"]
        for name in ("surveys", "answers")
    }
    with built_folder(out) as folder:
        for name, rows in (("surveys", found.surveys), ("answers", found.answers)):
            _write(folder / f"{name}.csv", columns[name], rows)
        _write(folder / "rejects.csv", [c.name for c in REJECTS.columns], found.rejects)


def _write(path: Path, columns: list[str], rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def records_in(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a file's text with the line on which each begins.

    Raises
    ------
    InputUnreadableError
        When it is no delimited text.
    """
    table, separator = separated(text)
    reader = csv.reader(io.StringIO(table, newline=""), delimiter=separator)
    above = len(text) > len(table)
    begins = 1 + above
    try:
        for record in reader:
            if record:
                yield begins, record
            begins = reader.line_num + 1 + above
    except csv.Error as problem:
        raise InputUnreadableError(
            path=path, what=problem, expected=phrase("delimited text"), advice=phrase("Export it again as CSV in UTF-8.")
        ) from problem  # fmt: skip


def _ragged(path: Path, line: int, cells: list[str], wanted: int) -> dict[str, Any]:
    return {
        "table": "answers", "source_file": path.name, "line": line, "code": "wrong_column_count", "column": "",
        "found": str(len(cells)), "needed": str(wanted), "row": ",".join(cells),
    }  # fmt: skip
