"""Answers of a survey from a file, a row a person: CSV of any common form, Parquet, JSON lines, or a list of objects as JSON.

Survey tools write the same table in many ways. The separator is the one that the header uses most, the encoding UTF-8, UTF-16 (by its
mark) or GB18030; a file ending in ``.gz`` is unpacked. Cells are read as text and become numbers only where a measurement asks for
numbers, so that a code such as ``007`` stays what it is in a column that is no item; how cells with labels are read is said in
`zhike.measure.surveys.cells`. Of an export of Qualtrics the two rows below the header are passed over. What was not read as it stands is kept in `Answers.readings`.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from zhike.adapters.delimited_text import decoded_text, separated
from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase, reason_of
from zhike.measure.studies.cells import MISSING, folded, read_cells
from zhike.measure.surveys.questionnaire import NOT_APPLICABLE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Answers", "Reading", "read_answers", "spread_answers", "write_answers"]

QUALTRICS_MARK: Final = '{"ImportId"'
"""With what each cell of Qualtrics' third header row begins."""
_IDENTIFIED: Final = 2
_LIKE: Final = 3
_NAMED: Final = 12
"""Columns that an error names at most."""
_LINES: Final = (".jsonl", ".ndjson")
"""Endings of files that hold a JSON object a line."""
_CODES: Final = tuple(
    sign * code
    for code in (1, 7, 8, 9, 88, 97, 98, 99, 888, 997, 998, 999)
    for sign in (1, -1)
    if sign * code not in (1, 7, 8, 9)
)
"""Numbers by which survey tools commonly say that there is no answer."""
_LONGEST: Final = 11
_ROW: Final = "__row__"
_SHEETS: Final = ("survey_id", "customer_id", "person")
"""Columns that may tell whose answer it is, the one that tells sheets apart first."""


class Reading(NamedTuple):
    """Something about a column that was not read as it stands.

    ``way``: `labels` (numbers beside labels or units), `no_answer` (words that stand for none), `name` (the column is written otherwise in the model),
    `no_weight` (rows of weight 0 were left out), `code` (a number that looks like a code of no answer counts as an answer).
    """

    way: str
    column: str
    cells: int
    example: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers of a survey.

    Parameters
    ----------
    path : Path
        Where they were read.
    table : DataFrame of shape (n_persons, n_columns)
        CSV: text in every column. Parquet: as the file has it.
    rows : array of shape (n_persons,)
        Number of each row among the file's rows of data, counted from 1; empty rows of a CSV are left out.
    readings : dict of (str, str) to Reading
        What was not read as it stands so far, by way and column; one for all answers that were taken from each other.
    """

    path: Path
    table: pl.DataFrame
    rows: NDArray[np.int64]
    readings: dict[tuple[str, str], Reading] = field(default_factory=dict, compare=False)
    _worded: dict[str, pl.Series] = field(default_factory=dict, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.table)

    def told(self) -> list[dict[str, Any]]:
        """Return what was not read as it stands, as JSON holds it, in the order in which it was met."""
        return [one._asdict() for one in self.readings.values()]

    def _tell(self, way: str, column: str, cells: int, example: object, value: float | None = None) -> None:
        self.readings.setdefault((way, column), Reading(way, column, cells, str(example), value))

    def taken(self, rows: NDArray[np.bool_]) -> Answers:
        """Return some of the rows; `rows` holds which, shape (n_persons,). Columns mean there what they mean in all rows."""
        kept = pl.Series(rows)
        read = {key: numbers.filter(kept) for key, numbers in self._worded.items()}
        return Answers(self.path, self.table.filter(kept), self.rows[rows], self.readings, read)

    def counting(self, weight: str | None) -> Answers:
        """Return the rows that count: a row of weight 0 is left out, and told. All rows without a column of weights."""
        if weight is None:
            return self
        none = self._number(weight, None, ()) == 0
        if none.all() or not none.any():
            return self
        self._tell("no_weight", weight, int(none.sum()), 0, 0.0)
        return self.taken(~none)

    def column(self, name: str) -> pl.Series:
        """Return a column as it stands; one whose name differs in case, width or blanks only is it where no other does.

        Raises
        ------
        AnswersError
            When there is no such column; names those that are there, the likest first.
        """
        known = self.table.columns
        if name in known:
            return self.table[name]
        alike = [one for one in known if folded(one) == folded(name)]
        if len(alike) == 1:
            self._tell("name", name, len(self), alike[0])
            return self.table[alike[0]]
        likest = list(dict.fromkeys([*alike, *get_close_matches(name, known, _LIKE), *known]))
        more = "" if len(known) <= _NAMED else ", …"
        raise AnswersError(
            what=phrase(
                "no column '{column}'; the columns are {columns}",
                column=name, columns=", ".join(likest[:_NAMED]) + more,
            ),
            expected=phrase("a column '{column}'", column=name),
            advice=phrase("Correct the name in the model or the call, or the header of the answers."),
        )  # fmt: skip

    def texts(self, name: str, missing: Collection[str] = MISSING) -> pl.Series:
        """Return a column as text without blanks around it; null where there is no answer.

        Parameters
        ----------
        name : str
        missing : collection of str
            Cells without an answer, in small letters: a class that people name may well be called ``none``.

        Raises
        ------
        AnswersError
            When there is no such column, or its cells hold lists or records.
        """
        if self.column(name).dtype.is_nested():
            raise AnswersError(
                what=phrase("column '{column}' of lists or records", column=name), expected=phrase("a text or a number in each cell"),
                advice=phrase("Export the column as text."),
            )  # fmt: skip
        text = self.column(name).cast(pl.String).str.strip_chars()
        absent = text.str.to_lowercase().is_in(list(missing))
        return text.set(absent.fill_null(value=False), None).rename(name)

    def numbers(
        self,
        names: Sequence[str],
        within: tuple[float, float] | None = None,
        missing_codes: Collection[float | str] = (),
    ) -> NDArray[np.float64]:
        """Return columns as numbers.

        Parameters
        ----------
        names : sequence of str
        within : tuple of (float, float), optional
            Smallest and largest value of the scale; any other is an error.
        missing_codes : collection of (float or str)
            Numbers and words that stand for no answer, such as 99.

        Returns
        -------
        array of shape (n_persons, n_names)
            NaN where there is no answer.

        Raises
        ------
        AnswersError
            When a column is not there, holds something that is no number, or a number outside the scale; names the first row.
        """
        found = np.empty((len(self), len(names)))
        for place, name in enumerate(names):
            found[:, place] = self._number(name, within, missing_codes)
        return found

    def weights(self, name: str) -> NDArray[np.float64]:
        """Return a column as weights of the persons, shape (n_persons,), each above 0.

        Raises
        ------
        AnswersError
            When a weight is missing or not above 0.
        """
        found = self._number(name, None, ())
        odd = ~(found > 0)
        if odd.any():
            place = int(odd.argmax())
            raise AnswersError(
                what=phrase(
                    "weight '{value}' in row {row} of column '{column}' ({count:,} such)",
                    value=found[place], row=int(self.rows[place]), column=name, count=int(odd.sum()),
                ),
                expected=phrase("a number above 0 in every row"),
                advice=phrase("Give each person a weight, or leave out the column of weights."),
            )  # fmt: skip
        return found

    def _number(
        self, name: str, within: tuple[float, float] | None, missing_codes: Collection[float | str]
    ) -> NDArray[np.float64]:
        given = self.column(name)
        numbers = given.cast(pl.Float64) if given.dtype.is_numeric() else self._read(name, given, missing_codes)  # fmt: skip
        odd = given.is_not_null() & numbers.is_infinite().fill_null(value=False)
        if odd.any():
            self._refuse(name, given, odd, phrase("a number or no answer"))
        found = numbers.fill_null(np.nan).to_numpy().copy()
        codes = [one for one in missing_codes if not isinstance(one, str)]
        if codes:
            found[np.isin(found, codes)] = np.nan
        if within is not None:
            outside = (found < within[0]) | (found > within[1])
            if outside.any():
                needed = phrase("a value from {low:g} to {high:g}", low=within[0], high=within[1])
                self._refuse(name, given, pl.Series(outside), needed)
        elif (place := _suspect(found)) is not None:
            self._tell(
                "code", name, int((found == found[place]).sum()), f"{found[place]:g}", float(found[place])
            )
        return found

    def _read(self, name: str, given: pl.Series, missing_codes: Collection[float | str]) -> pl.Series:
        """Return text as numbers, null where there is no answer; most columns hold bare numbers, and looking at cells takes long."""
        numbers = given.cast(pl.Float64, strict=False) if given.dtype == pl.String else None
        if numbers is not None and numbers.null_count() == given.null_count():
            return numbers
        words = tuple(one for one in missing_codes if isinstance(one, str))
        if (known := self._worded.get(key := "\n".join((name, *words)))) is not None:
            return known
        text = self.texts(name)
        counts = {cell: count for cell, count in text.value_counts().iter_rows() if cell is not None}
        cells = read_cells(counts, words)
        if cells.odd:
            odd = text.is_in(list(cells.odd)).fill_null(value=False)
            self._refuse(name, given, odd, phrase("a number or no answer") if cells.bare else phrase("a number, or labels each beside one number of its own"))  # fmt: skip
        for way, met in (("labels", cells.labelled), ("no_answer", cells.unspoken)):
            if met:
                example = min(met, key=lambda cell: (-counts[cell], cell))
                self._tell(way, name, sum(counts[cell] for cell in met), example, cells.numbers[example])
        found = text.replace_strict(cells.numbers, default=None, return_dtype=pl.Float64)
        self._worded[key] = found
        return found

    def _refuse(self, name: str, given: pl.Series, odd: pl.Series, needed: object) -> None:
        """Raise the error about the first odd cell of a column."""
        place = int(odd.fill_null(value=False).arg_max() or 0)
        raise AnswersError(
            what=phrase(
                "'{value}' in row {row} of column '{column}' ({count:,} such)",
                value=given[place], row=int(self.rows[place]), column=name, count=int(odd.sum()),
            ),
            expected=needed,
            advice=phrase("Correct the answers, or name the codes of no answer under `missing_codes`."),
        )  # fmt: skip


def read_answers(path: Path) -> Answers:
    """Read answers of a survey.

    Parameters
    ----------
    path : Path
        ``.parquet``; ``.jsonl`` or ``.ndjson`` for an object a line; ``.json`` for a list of them; any other ending for CSV. ``.gz`` is unpacked but for Parquet.

    Raises
    ------
    InputNotFoundError
        When there is no such file.
    InputUnreadableError
        When it is neither Parquet, nor CSV with a header, nor JSON, or has no rows.
    """
    if not path.is_file():
        raise InputNotFoundError(path=path)
    ending = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    readers = {".parquet": _parquet, ".json": _json_list, **dict.fromkeys(_LINES, _json_lines)}
    table = readers.get(ending, _csv)(path)
    rows = table[_ROW].to_numpy().astype(np.int64)
    answers = Answers(path, table.drop(_ROW), rows)
    if not len(answers):
        raise _unreadable(path, phrase("no rows"), phrase("a row a person"))
    return answers


def spread_answers(answers: Answers, sheet: str | None = None) -> Answers:
    """Return a table with a row an answer, as the contract table `answers` has it, as one with a row a sheet.

    Columns are ``question``, ``score``, ``words`` (optional) and the sheet: the one named, else ``survey_id``, else ``customer_id`` or ``person``.
    Words stand before a score: they are the code of the option. What does not concern a person is no answer. Any other table is
    returned as it is.

    Raises
    ------
    AnswersError
        When the sheet that is named is no column, or somebody gave a question two answers.
    """
    known = answers.table.columns
    if not {"question", "score"} <= set(known):
        return answers
    of = sheet or next((name for name in _SHEETS if name in known), None)
    if of is None:
        answers.column(_SHEETS[0])  # refuses, and names the columns that are there
    keys = list(dict.fromkeys([str(of), *(name for name in _SHEETS if name in known)]))
    words = answers.texts("words") if "words" in known else pl.Series("words", [None] * len(answers), dtype=pl.String)  # fmt: skip
    value = pl.when(pl.lit(words) == NOT_APPLICABLE).then(None).otherwise(pl.coalesce(pl.lit(words), pl.col("score").cast(pl.String)))  # fmt: skip
    long = pl.DataFrame([*(answers.texts(key) for key in keys), answers.texts("question"), answers.column("score")]).select(*keys, "question", value.alias("value"))  # fmt: skip
    twice = long.filter(pl.struct(str(of), "question").is_duplicated())
    if len(twice):
        raise AnswersError(
            what=phrase("two answers to '{question}' on sheet '{sheet}'", question=twice["question"][0], sheet=twice[str(of)][0]),
            expected=phrase("one answer to a question on each sheet"),
            advice=phrase("Name the column that tells sheets apart under `sheet`."),
        )  # fmt: skip
    wide = long.pivot("question", index=keys, values="value", aggregate_function="first")
    # A sheet stands where its first answer does.
    begins = pl.DataFrame([answers.texts(key) for key in keys]).with_columns(pl.Series(_ROW, answers.rows)).group_by(keys).agg(pl.col(_ROW).min())  # fmt: skip
    rows = wide.join(begins, on=keys, how="left", nulls_equal=True, maintain_order="left")[_ROW]
    return Answers(answers.path, wide, rows.to_numpy().astype(np.int64), answers.readings)


def _suspect(numbers: NDArray[np.float64]) -> int | None:
    """Return where a number stands that looks like a code of no answer: one of `_CODES` among whole numbers of a scale."""
    codes = np.isin(numbers, _CODES)
    if not codes.any():
        return None
    others = numbers[~codes & np.isfinite(numbers)]
    scale = len(others) and others.min() >= 0 and others.max() <= _LONGEST and bool((others % 1 == 0).all())
    return int(codes.argmax()) if scale else None


def _parquet(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path).with_row_index(_ROW, 1)
    except (OSError, pl.exceptions.PolarsError) as problem:
        raise _unreadable(path, phrase("a file that is not Parquet"), phrase("Parquet or CSV")) from problem


def _json_lines(path: Path) -> pl.DataFrame:
    lines = [(at, line) for at, line in enumerate(decoded_text(path).splitlines(), 1) if line.strip()]
    return _records([(at, _object(path, at, line)) for at, line in lines])


def _object(path: Path, at: int, line: str) -> dict[str, object]:
    try:
        given = json.loads(line)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        what = phrase("line {line}, which is no JSON object", line=at)
        raise _unreadable(path, what, phrase("an object a line"))
    return given


def _json_list(path: Path) -> pl.DataFrame:
    try:
        given = json.loads(decoded_text(path))
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise _unreadable(path, phrase("JSON that is no list of objects"), phrase("a list of objects, or JSON lines in a .jsonl file"))  # fmt: skip
    return _records(list(enumerate(given, 1)))


def _records(numbered: Sequence[tuple[int, dict[str, object]]]) -> pl.DataFrame:
    """Return objects with their numbers as a table of text; of a name that an object lacks there is no answer."""
    rows = [{name: _cell(value) for name, value in given.items()} for _, given in numbered]
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: pl.Series(name, [row.get(name) for row in rows], dtype=pl.String) for name in names}
    return pl.DataFrame({_ROW: pl.Series([at for at, _ in numbered], dtype=pl.UInt32), **columns})


def _cell(value: object) -> str | None:
    """Return a value as a CSV would hold it: what is no text as its JSON."""
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _csv(path: Path) -> pl.DataFrame:
    text, separator = separated(decoded_text(path))
    header = _header(path, text, separator)
    try:
        table = pl.read_csv(
            text.encode(), separator=separator, has_header=False, skip_rows=0, new_columns=header,
            infer_schema=False, row_index_name=_ROW, row_index_offset=0,
        )  # fmt: skip
    except pl.exceptions.PolarsError as problem:
        what = phrase("rows whose fields do not fit its header of {count} columns", count=len(header))
        raise _unreadable(path, what, phrase("the same number of fields in each row")) from problem
    # The header is row 0 here, so that the rows of data count from 1; a row without any cell is the end of a sheet, not a person.
    heads = 3 if _described(table) else 1
    table = table.slice(heads).with_columns((pl.col(_ROW) - (heads - 1)).cast(pl.UInt32))
    return table.filter(~pl.all_horizontal(pl.exclude(_ROW).is_null()))


def _described(table: pl.DataFrame) -> bool:
    """Whether the questions' words and their identifiers stand in two rows below the header, as Qualtrics writes them."""
    if len(table) <= _IDENTIFIED:
        return False
    cells = [cell for cell in table.drop(_ROW).row(_IDENTIFIED) if cell]
    return bool(cells) and all(cell.startswith(QUALTRICS_MARK) for cell in cells)


def write_answers(path: Path, table: pl.DataFrame) -> None:
    """Write answers beside the target first, so that a reader never meets half a file.

    Parameters
    ----------
    path : Path
        ``.parquet``, or any other ending for CSV.
    table : DataFrame

    Raises
    ------
    InputUnreadableError
        When the file cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        table.write_parquet(part) if path.suffix == ".parquet" else table.write_csv(part)
        part.replace(path)
    except OSError as problem:
        raise InputUnreadableError(
            path=path,
            what=reason_of(problem),
            expected=phrase("a file that can be written"),
            advice=phrase("Name another file with --out."),
        ) from problem


def _header(path: Path, text: str, separator: str) -> list[str]:
    """Return the names of the columns."""
    # A name may be a whole question of several lines.
    names = [name.strip() for name in next(csv.reader(io.StringIO(text), delimiter=separator), [])]
    named = [name for name in names if name]
    if not named or len(set(named)) < len(named):
        twice = next((name for name in named if named.count(name) > 1), "")
        what = phrase("column '{column}' more than once", column=twice) if twice else phrase("no header")
        raise _unreadable(path, what, phrase("a header that names each column once"))
    # R writes the names of rows below an empty name.
    return [name or f"column {place + 1}" for place, name in enumerate(names)]


def _unreadable(path: Path, what: object, expected: object) -> InputUnreadableError:
    advice = phrase("Export the answers again as CSV or Parquet, a row a person and a column a question.")
    return InputUnreadableError(path=path, what=what, expected=expected, advice=advice)
