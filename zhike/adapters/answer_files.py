"""Answers of a survey from a file, a row a person: CSV of any common form, Parquet, JSON lines, or a list of objects as JSON.

Survey tools write the same table in many ways. The separator is the one that the header uses most, the encoding UTF-8, UTF-16 (by its
mark) or GB18030; a file ending in ``.gz`` is unpacked. A number may have a decimal comma. Cells are read as text and become numbers only where a measurement asks for
numbers, so that a code such as ``007`` stays what it is in a column that is no item. Of an export of Qualtrics the two rows below the header are passed over.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase, reason_of
from zhike.measure.surveys.questionnaire import NOT_APPLICABLE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["MISSING", "Answers", "decoded_text", "read_answers", "spread_answers", "write_answers"]

MISSING: Final = frozenset({"", "na", "n/a", "nan", "null", "none", ".", "#n/a", "#null!"})
"""Cells without an answer, whatever their case: what R, SPSS, pandas and spreadsheets write."""

QUALTRICS_MARK: Final = '{"ImportId"'
"""With what each cell of Qualtrics' third header row begins."""
_IDENTIFIED: Final = 2
_SEPARATORS: Final = ",;\t|"
_NAMED: Final = 12
"""Columns that an error names at most."""
_LINES: Final = (".jsonl", ".ndjson")
"""Endings of files that hold a JSON object a line."""
_COMMA: Final = r"^[-+]?\d+,\d+$"
_THOUSANDS: Final = r",\d{3}$"
_ROW: Final = "__row__"
_SHEETS: Final = ("survey_id", "customer_id", "person")
"""Columns that may tell whose answer it is, the one that tells sheets apart first."""


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
    """

    path: Path
    table: pl.DataFrame
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.table)

    def taken(self, rows: NDArray[np.bool_]) -> Answers:
        """Return some of the rows; `rows` holds which, shape (n_persons,)."""
        return Answers(self.path, self.table.filter(pl.Series(rows)), self.rows[rows])

    def column(self, name: str) -> pl.Series:
        """Return a column as it stands.

        Raises
        ------
        AnswersError
            When there is no such column; names those that are there.
        """
        if name not in self.table.columns:
            known = self.table.columns
            more = "" if len(known) <= _NAMED else ", …"
            raise AnswersError(
                what=phrase(
                    "no column '{column}'; the columns are {columns}",
                    column=name,
                    columns=", ".join(known[:_NAMED]) + more,
                ),
                expected=phrase("a column '{column}'", column=name),
                advice=phrase("Correct the name in the model or the call, or the header of the answers."),
            )
        return self.table[name]

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
        missing_codes: Collection[float] = (),
    ) -> NDArray[np.float64]:
        """Return columns as numbers.

        Parameters
        ----------
        names : sequence of str
        within : tuple of (float, float), optional
            Smallest and largest value of the scale; any other is an error.
        missing_codes : collection of float
            Numbers that stand for no answer, such as 99.

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
        self, name: str, within: tuple[float, float] | None, missing_codes: Collection[float]
    ) -> NDArray[np.float64]:
        given = self.column(name)
        if not given.dtype.is_numeric():
            given = self._worded(given)
        numbers = given.cast(pl.Float64, strict=False)
        odd = given.is_not_null() & (numbers.is_null() | numbers.is_infinite())
        if odd.any():
            self._refuse(name, given, odd, phrase("a number or no answer"))
        found = numbers.fill_null(np.nan).to_numpy().copy()
        if missing_codes:
            found[np.isin(found, list(missing_codes))] = np.nan
        if within is not None:
            outside = (found < within[0]) | (found > within[1])
            if outside.any():
                needed = phrase("a value from {low:g} to {high:g}", low=within[0], high=within[1])
                self._refuse(name, given, pl.Series(outside), needed)
        return found

    def _worded(self, column: pl.Series) -> pl.Series:
        """Return text without the words that stand for no answer; most columns hold none, and looking for them takes long."""
        if (
            column.dtype == pl.String
            and column.cast(pl.Float64, strict=False).null_count() == column.null_count()
        ):
            return column
        return _with_points(self.texts(column.name))

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
    return Answers(answers.path, wide, rows.to_numpy().astype(np.int64))


def _with_points(text: pl.Series) -> pl.Series:
    """Return numbers that are written with a decimal comma with a point; a column of them all like ``1,000`` may mean thousands and stays."""
    comma = text.str.contains(_COMMA).fill_null(value=False)
    given = text.filter(comma)
    if given.str.contains(_THOUSANDS).all() or text.str.contains(".", literal=True).any():
        return text
    return text.str.replace(",", ".", literal=True).zip_with(comma, text)


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
    text = decoded_text(path)
    # Old spreadsheets end a line with a carriage return alone.
    text = text if "\n" in text else text.replace("\r", "\n")
    header, separator = _header(path, text)
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


def decoded_text(path: Path) -> str:
    """Return the text of a file in UTF-8, UTF-16 (by its mark) or GB18030, unpacked where its name ends in ``.gz``.

    Raises
    ------
    InputNotFoundError, InputUnreadableError
        When there is no such file, or it is no text.
    """
    if not path.is_file():
        raise InputNotFoundError(path=path)
    content = path.read_bytes()
    try:
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return content.decode("utf-16")
        return _as_utf8(content)
    except (OSError, EOFError, UnicodeDecodeError) as problem:
        what = phrase("text of an unknown encoding")
        raise _unreadable(path, what, phrase("UTF-8, UTF-16 or GB18030")) from problem


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


def _as_utf8(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _header(path: Path, text: str) -> tuple[list[str], str]:
    """Return the names of the columns and the separator that stands most often between them."""
    separator = max(_SEPARATORS, key=text.split("\n", 1)[0].count)
    # A name may be a whole question of several lines.
    names = [name.strip() for name in next(csv.reader(io.StringIO(text), delimiter=separator), [])]
    named = [name for name in names if name]
    if not named or len(set(named)) < len(named):
        twice = next((name for name in named if named.count(name) > 1), "")
        what = phrase("column '{column}' more than once", column=twice) if twice else phrase("no header")
        raise _unreadable(path, what, phrase("a header that names each column once"))
    # R writes the names of rows below an empty name.
    return [name or f"column {place + 1}" for place, name in enumerate(names)], separator


def _unreadable(path: Path, what: object, expected: object) -> InputUnreadableError:
    advice = phrase("Export the answers again as CSV or Parquet, a row a person and a column a question.")
    return InputUnreadableError(path=path, what=what, expected=expected, advice=advice)
