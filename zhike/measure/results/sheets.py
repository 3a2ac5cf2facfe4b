"""Complete sheets of one version of an instrument as a table, a row a sheet: what the studies of `zhike.measure.studies` read."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.measure.surveys.questionnaire import NO_ANSWERS, SILENT
from zhike.measure.surveys.rows import parts_of_answer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.measure.surveys.questionnaire import Questionnaire

__all__ = ["SCORE", "FilledSheet", "SheetTable", "cells_of", "unsaid_of"]

SCORE: Final = "score."
"""Before the name of a score, as a column."""
Cell = float | str


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """A complete sheet.

    Parameters
    ----------
    customer : str
        Of a record that was merged, the one that stays.
    branch, tier : str or None
    mode : str
    elder : bool
        Whether it is the short version.
    day : date
        On which it was sent.
    waited : float
        Days from the invitation; NaN where nobody knows it.
    cells : mapping of str to float or str
        By column, see `cells_of`.
    scores : mapping of str to float or None
    unsaid : mapping of str to str
        Questions, by key, to which there was no answer on the phone, and which of `NO_ANSWERS` was said.
    """

    customer: str
    branch: str | None
    tier: str | None
    mode: str
    elder: bool
    day: dt.date
    waited: float
    cells: Mapping[str, Cell]
    scores: Mapping[str, float | None]
    unsaid: Mapping[str, str] = field(default_factory=dict)


def unsaid_of(answers: Mapping[str, Any]) -> dict[str, str]:
    """Return the questions of a sheet to which somebody said that they have no answer, and which it was.

    Examples
    --------
    >>> unsaid_of({"recommend": 7, "why": "refused"})
    {'why': 'refused'}
    """
    return {key: value for key, value in answers.items() if value in NO_ANSWERS}


def cells_of(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> dict[str, Cell]:
    """Return the answers of a sheet by column, as `zhike.measure.surveys.rows` names them; what does not apply has none.

    Examples
    --------
    >>> from zhike.adapters.rule_files import load_rulebook
    >>> import datetime as dt
    >>> from zhike.measure.surveys import read_questionnaire
    >>> csat = read_questionnaire(load_rulebook().at("instruments.csat", dt.date(2026, 11, 27)))
    >>> cells_of(csat, {"satisfied": 2, "why": "waiting"})
    {'satisfied': 2.0, 'why': 'waiting'}
    """
    found: dict[str, Cell] = {}
    for key, value in answers.items():
        question = questionnaire.question(key)
        if question is None:
            continue
        for column, number, words in parts_of_answer(key, question, value, question.part_names()):
            if words is not None and words not in SILENT:
                found[column] = words
            elif number is not None:
                found[column] = number
    return found


@dataclass(frozen=True)
class SheetTable:
    """Sheets of one version: the answers that `zhike.measure.studies` work on.

    Parameters
    ----------
    sheets : sequence of FilledSheet
    table : DataFrame
        A column a part of a question, those of scores after `SCORE`.
    """

    sheets: Sequence[FilledSheet] = field(repr=False)
    table: pl.DataFrame = field(repr=False)

    @classmethod
    def of(cls, questionnaire: Questionnaire, sheets: Sequence[FilledSheet]) -> SheetTable:
        """Return the table of some sheets.

        Parameters
        ----------
        questionnaire : Questionnaire
            Names the scores; columns are those that somebody answered.
        sheets : sequence of FilledSheet
        """
        columns: dict[str, list[Cell | None]] = {}
        for place, sheet in enumerate(sheets):
            for name, cell in sheet.cells.items():
                if name not in columns:
                    columns[name] = [None] * len(sheets)
                columns[name][place] = cell
        scores: dict[str, list[Cell | None]] = {
            SCORE + rule.name: [sheet.scores.get(rule.name) for sheet in sheets]
            for rule in questionnaire.scores
        }
        return cls(
            sheets,
            pl.DataFrame(
                [_series(name, cells) for part in (columns, scores) for name, cells in part.items()]
            ),
        )

    def __len__(self) -> int:
        return len(self.sheets)

    def known(self, name: str) -> pl.Series:
        """Return something about each sheet as text, null where it is not known: ``branch``, ``tier``, ``mode`` or ``version``.

        ``version`` is ``short`` or ``whole``.
        """
        if name == "version":
            return pl.Series(name, ["short" if one.elder else "whole" for one in self.sheets], pl.String)
        return pl.Series(name, [getattr(one, name) for one in self.sheets], pl.String)

    def numbers(
        self,
        names: Sequence[str],
        within: tuple[float, float] | None = None,  # noqa: ARG002 - every answer was checked when it was given
        missing_codes: Collection[float | str] = (),  # noqa: ARG002 - a sheet has none
    ) -> NDArray[np.float64]:
        """Return columns as numbers, shape (n, n_names); NaN where there is no answer, also where nobody gave any."""
        return np.column_stack([self._number(name) for name in names])

    def _number(self, name: str) -> NDArray[np.float64]:
        if name not in self.table.columns:
            return np.full(len(self), math.nan)
        return self.table[name].cast(pl.Float64, strict=False).fill_null(math.nan).to_numpy()

    def texts(self, name: str) -> pl.Series:
        """Return a column as text, null where there is no answer."""
        if name not in self.table.columns:
            return pl.Series(name, [None] * len(self), pl.String)
        return self.table[name].cast(pl.String)

    def weights(self, name: str) -> NDArray[np.float64]:
        """Return a column as weights; sheets have none of their own."""
        raise KeyError(name)

    def counting(self, weight: str | None) -> SheetTable:  # noqa: ARG002 - see `weights`
        """Return all sheets."""
        return self

    def taken(self, rows: NDArray[np.bool_]) -> SheetTable:
        """Return some of the sheets."""
        return SheetTable(
            [one for one, kept in zip(self.sheets, rows, strict=True) if kept],
            self.table.filter(pl.Series(rows)) if self.table.width else self.table,
        )


def _series(name: str, cells: Sequence[Cell | None]) -> pl.Series:
    """Return a column: of words where there are any, else of numbers."""
    if any(isinstance(cell, str) for cell in cells):
        return pl.Series(name, cells, pl.String)
    numbers = np.array([math.nan if cell is None else cell for cell in cells], dtype=np.float64)
    return pl.Series(name, numbers).fill_nan(None)
