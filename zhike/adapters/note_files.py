"""Coded notes from a file: YAML, or a table with a row a segment and coder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.adapters.answer_files import read_answers
from zhike.adapters.measure_models import read_model_file
from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.measure.notes.note import FORM
from zhike.measure.studies.note_reading import read_notes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zhike.measure.notes import Note

__all__ = ["note_table", "read_note_file"]

_YAML: Final = (".yaml", ".yml", ".json")
_OF_NOTE: Final = (
    "date",
    "method",
    "guide",
    "role",
    "persons",
    "consent",
    "quotations",
    "until",
    "coded_on",
    "names",
)
_OF_SEGMENT: Final = ("segment", "speaker", "text", "coder", "codes")
_NEEDED: Final = ("note", "date", "method", "guide", "role", "consent", "segment", "text", "codes")
_YES: Final = frozenset({"yes", "true", "1", "y", "是"})
_NO: Final = frozenset({"no", "false", "0", "n", "否"})


def read_note_file(path: Path) -> list[Note]:
    """Return the notes of a file.

    Raises
    ------
    InputNotFoundError, InputUnreadableError, AnswersError, MeasureModelError
        When there is no such file; it is no YAML and no table; a table contradicts itself; something does not fit.
    """
    if path.suffix.lower() in _YAML:
        return read_notes(read_model_file(path), str(path))
    return read_notes(note_table(path), str(path))


def note_table(path: Path) -> dict[str, Any]:
    """Return a table of notes as the document that a YAML file would hold.

    A row is a segment as one coder coded it. ``note`` and ``segment`` tell them apart; codes stand in one cell, with ``|`` or ``;`` between
    them. Any further column is a group.

    Raises
    ------
    AnswersError
        When a column is missing, a note or segment has two values of what it can have one of, or a truth is neither yes nor no.
    """
    answers = read_answers(path)
    cells = {name: answers.texts(name).to_list() for name in answers.table.columns}
    for name in _NEEDED:
        if name not in cells:
            answers.column(name)  # refuses, and names the columns that are there
    groups = [name for name in cells if name not in ("note", *_OF_NOTE, *_OF_SEGMENT)]
    notes: dict[str, dict[str, Any]] = {}
    for place, row in enumerate(answers.rows.tolist()):
        _add(notes, {name: column[place] for name, column in cells.items()}, groups, row)
    return {
        "form": FORM,
        "notes": [{**one, "segments": list(one["segments"].values())} for one in notes.values()],
    }


def _add(
    notes: dict[str, dict[str, Any]], cell: Mapping[str, str | None], groups: list[str], row: int
) -> None:
    name, number = (_filled(cell, key, row) for key in ("note", "segment"))
    note = notes.setdefault(name, {"id": name, "segments": {}})
    _once(note, _of_note(cell, groups, row), row)
    segment = note["segments"].setdefault(number, {"codes": {}})
    _once(segment, {key: value for key in ("text", "speaker") if (value := cell.get(key)) is not None}, row)
    coder = cell.get("coder") or "coder"
    if coder in segment["codes"]:
        raise _refused("coder", coder, row, phrase("one row for each segment and coder"))
    codes = (cell["codes"] or "").replace("|", ";").replace("；", ";").split(";")
    segment["codes"][coder] = [one.strip() for one in codes if one.strip()]


def _of_note(cell: Mapping[str, str | None], groups: list[str], row: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        key: value
        for key in ("date", "method", "guide", "role", "coded_on")
        if (value := cell.get(key)) is not None
    }
    consent: dict[str, Any] = {
        "given": _truth(cell, "consent", row),
        "quotations": _truth(cell, "quotations", row),
    }
    if cell.get("until") is not None:
        consent["until"] = cell["until"]
    found["consent"] = consent
    if (persons := cell.get("persons")) is not None:
        found["persons"] = int(persons) if persons.isdigit() else persons
    if (names := cell.get("names")) is not None:
        found["names"] = [one.strip() for one in names.replace("|", ";").split(";") if one.strip()]
    known = {name: value for name in groups if (value := cell[name]) is not None}
    return {**found, "groups": known} if known else found


def _once(held: dict[str, Any], given: Mapping[str, Any], row: int) -> None:
    """Put what a row says to what is known, and refuse a second value of it."""
    for key, value in given.items():
        if held.setdefault(key, value) != value:
            raise _refused(key, value, row, phrase("the same in every row of a note or segment"))


def _filled(cell: Mapping[str, str | None], key: str, row: int) -> str:
    found = cell[key]
    if found is None:
        raise _refused(key, "", row, phrase("a text under '{key}'", key=key))
    return found


def _truth(cell: Mapping[str, str | None], key: str, row: int) -> bool:
    found = (cell.get(key) or "no").lower()
    if found not in _YES | _NO:
        raise _refused(key, found, row, phrase("yes or no"))
    return found in _YES


def _refused(column: str, value: object, row: int, expected: object) -> AnswersError:
    return AnswersError(
        what=phrase("'{value}' in row {row} of column '{column}' ({count:,} such)", value=value, row=row, column=column, count=1),
        expected=expected, advice=phrase("Correct the table of notes; docs/reference/notes.md has its columns."),
    )  # fmt: skip
