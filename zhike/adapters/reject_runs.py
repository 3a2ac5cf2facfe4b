"""Rejected rows, corrected cell by cell and run through the same ingest once more; the source stays as it was sent.

A correction names a cell of a rejected row: table, file, line, column, and the value that it should have had. The rows that fit after it
are added to the bank in one load, with the note that their rejects are settled; a row that still fails stays rejected, and is told with
what is still wrong. Both happen in one swap of the manifest, so that a run that is killed has changed nothing; the same run twice adds
nothing. The note holds file and line, no value: what was corrected is in the row that was loaded.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from zhike.adapters.bank import Bank
from zhike.adapters.bank_load import Load, loading
from zhike.adapters.mapping_files import read_mapping
from zhike.core.errors import InputNotFoundError, UsageError
from zhike.core.phrases import phrase
from zhike.observe.checks import LINE, SOURCE_FILE
from zhike.observe.ingest import Conventions, convert_rows
from zhike.observe.mapping import as_they_are
from zhike.observe.rejection import REJECTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from zhike.observe.mapping import TableMapping

__all__ = [
    "COLUMNS",
    "CORRECTED",
    "Correction",
    "Place",
    "Rerun",
    "parse_corrections",
    "read_corrections",
    "rerun_rejects",
]

COLUMNS: Final = ("table", "source_file", "line", "column", "value")
"""Header of a file of corrections, or its beginning."""
_MOST: Final = 100_000
_DIGITS: Final = 18
"""Of a line's number: what a file of any size has."""
CORRECTED: Final = " (corrected)"
"""After the name of a file in the rejects of corrected rows: what is still wrong with them is another matter than what was."""


class Place(NamedTuple):
    """Where a rejected row stands."""

    table: str
    source_file: str
    line: int


@dataclass(frozen=True, slots=True)
class Correction:
    """The value that a cell of a rejected row should have had.

    Parameters
    ----------
    place : Place
    column : str
        Of the contract, as the reject names it, or of the source.
    value : str
        As the source would have written it; empty for a missing value.
    """

    place: Place
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Rerun:
    """What a run of corrected rows did.

    Parameters
    ----------
    rows : int
        Rejected rows that were corrected.
    added, identical : int
        Rows that the bank has now, and that it had already.
    rejected : DataFrame
        What is still wrong with the others; columns of `zhike.observe.rejection.REJECTS`.
    unchanged : bool
        Whether the bank is as it was.
    """

    rows: int
    added: int
    identical: int
    rejected: pl.DataFrame
    unchanged: bool


def read_corrections(path: Path) -> list[Correction]:
    """Read a file of corrections, see `parse_corrections`.

    Raises
    ------
    InputNotFoundError
        When there is none that can be read.
    UsageError
        When header, a line or the number of lines is none.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputNotFoundError(path=path) from error
    return parse_corrections(content, path.name)


def parse_corrections(content: bytes, name: str) -> list[Correction]:
    r"""Return the corrections that a file holds: CSV in UTF-8 whose header begins with `COLUMNS`; what stands in further columns is not read.

    Parameters
    ----------
    content : bytes
    name : str
        Of the file, for errors.

    Raises
    ------
    UsageError
        When header, a line or the number of lines is none.

    Examples
    --------
    >>> parse_corrections(b"table,source_file,line,column,value,code\nstaff,staff.csv,3,role,adviser,missing_value\n", "mine.csv")
    [Correction(place=Place(table='staff', source_file='staff.csv', line=3), column='role', value='adviser')]
    """
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(
            what=phrase("'{name}', which is no CSV in UTF-8", name=name), expected=",".join(COLUMNS)
        ) from error
    if not rows or tuple(rows[0][: len(COLUMNS)]) != COLUMNS or len(rows) > _MOST:
        raise UsageError(
            what=phrase("'{name}' of {count} lines", name=name, count=len(rows)),
            expected=phrase(
                "a header {names}, and {most} lines at most", names=",".join(COLUMNS), most=_MOST
            ),
        )
    return [_correction(name, number, row, len(rows[0])) for number, row in enumerate(rows[1:], 2) if row]


def _correction(name: str, number: int, row: Sequence[str], width: int) -> Correction:
    if len(row) != width or not (row[2].isascii() and row[2].isdigit() and len(row[2]) <= _DIGITS):
        raise UsageError(
            what=phrase("line {number} of '{name}'", number=number, name=name),
            expected=phrase("{names}, line a number", names=",".join(COLUMNS)),
        )
    return Correction(Place(row[0], row[1], int(row[2])), row[3], row[4])


def rerun_rejects(
    bank: Path, corrections: Sequence[Correction], mapping: Path | None, minor_units: Mapping[str, int]
) -> Rerun:
    """Run rejected rows with corrected cells through the ingest once more.

    Parameters
    ----------
    bank : Path
    corrections : sequence of Correction
        Several of one cell: the last holds.
    mapping : Path or None
        Mapping file with which the rows were loaded; None where files are named after contract tables and have their columns.
    minor_units : mapping of str to int
        Decimals of currencies that do not have two.

    Raises
    ------
    BankNotFoundError
        When there is no bank.
    UsageError
        When a correction is about no rejected row or no column of it, or about a row that is no row of cells.
    MappingError
        When the mapping is none.
    """
    plan = None if mapping is None else read_mapping(mapping)
    with loading(bank) as work:
        manifest = Bank.open(bank).manifest
        found = _rejected(Bank.open(bank).rejects(), corrections)
        convention = Conventions(manifest.timezone, manifest.currency, minor_units)
        tables, failed, settled = {}, [REJECTS.empty()], {}
        for table in dict.fromkeys(place.table for place in found):
            rows = {place: row for place, row in found.items() if place.table == table}
            part = plan.tables.get(table) if plan is not None else None
            part = part or as_they_are(table, f"{table}.csv", list(next(iter(rows.values()))))
            _correct(rows, [one for one in corrections if one.place.table == table], part)
            split = convert_rows(_frame(rows, part), part, convention)
            tables[table] = split.good
            failed.append(split.rejects)
            settled[table] = _places(split.good)
        load = Load(
            manifest.name, manifest.source.split("+")[0], manifest.timezone, manifest.currency, manifest.policy,
            {name: rows for name, rows in tables.items() if rows.height}, settled=settled,
        )  # fmt: skip
        report = work.commit(load)
    added, identical = (sum(counts.values()) for counts in (report.added, report.identical))
    return Rerun(len(found), added, identical, pl.concat(failed), report.unchanged)


def _rejected(rejects: pl.DataFrame, corrections: Sequence[Correction]) -> dict[Place, dict[str, Any]]:
    """Return the rejected rows that are corrected, by their places."""
    wanted = {one.place for one in corrections}
    found: dict[Place, dict[str, Any]] = {}
    for row in rejects.select("table", "source_file", "line", "row").iter_rows():
        if (place := Place(*row[:3])) in wanted:
            found[place] = _cells(place, row[3])
    for place in sorted(wanted - found.keys()):
        raise UsageError(
            what=phrase(
                "line {line} of '{source_file}' ({table})",
                line=place.line,
                source_file=place.source_file,
                table=place.table,
            ),
            expected=phrase("a rejected row"),
        )
    return found


def _cells(place: Place, row: str) -> dict[str, Any]:
    try:
        cells = json.loads(row)
    except json.JSONDecodeError:
        cells = None
    if not isinstance(cells, dict) or place.source_file.endswith(CORRECTED):
        raise UsageError(
            what=phrase(
                "line {line} of '{source_file}', which was rejected as a whole",
                line=place.line,
                source_file=place.source_file,
            ),
            expected=phrase("a correction at the source"),
        )
    return cells


def _correct(
    rows: dict[Place, dict[str, Any]], corrections: Sequence[Correction], part: TableMapping
) -> None:
    sources = {one.column: one.source for one in part.columns if one.source is not None}
    for one in corrections:
        cells, name = rows[one.place], sources.get(one.column, one.column)
        if name not in cells:
            raise UsageError(
                what=phrase(
                    "column '{column}' of '{source_file}'",
                    column=one.column,
                    source_file=one.place.source_file,
                ),
                expected=", ".join(cells),
            )
        cells[name] = one.value


def _frame(rows: Mapping[Place, dict[str, Any]], part: TableMapping) -> pl.DataFrame:
    """Return corrected rows as the ingest takes them: texts, with file and line."""
    columns = {name: [_text(cells.get(name)) for cells in rows.values()] for name in part.sources}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    files = [place.source_file + CORRECTED for place in rows]
    lines = [place.line for place in rows]
    return frame.with_columns(pl.Series(LINE, lines, pl.Int64), pl.Series(SOURCE_FILE, files, pl.String))


def _text(value: object) -> str | None:
    return None if value is None else json.dumps(value) if isinstance(value, bool) else str(value)


def _places(good: pl.DataFrame) -> pl.DataFrame:
    """Return the places of the rejects that are settled: of file and line before the correction."""
    return good.select(
        pl.col(SOURCE_FILE).str.strip_suffix(CORRECTED).alias("source_file"), pl.col(LINE).alias("line")
    )
