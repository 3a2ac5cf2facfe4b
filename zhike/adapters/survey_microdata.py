"""Sheets of the store as a table that `zhike measure` reads: a row a sheet, of nobody by name."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from zhike.act.survey_results import known_customers
from zhike.act.team_book import LocalDays
from zhike.adapters.filled_sheets import in_blocks, known_sheets, unknown_sheets
from zhike.measure.results.sheets import SheetTable
from zhike.measure.results.waves import month_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from zhike.core.ports import Transaction
    from zhike.measure.results.sheets import FilledSheet
    from zhike.measure.surveys import Questionnaire

__all__ = ["Microdata", "survey_microdata"]

_PLACED: Final = ("branch", "tier")
_WORDS: Final = ("text", "date")
"""Kinds of questions whose answers may say who somebody is."""


class Microdata(NamedTuple):
    """Sheets as a table.

    Parameters
    ----------
    table : DataFrame
        ``month``, ``mode``, ``version`` (``whole`` or ``short``), ``branch``, ``tier``, then a column a part of a question, then ``score.…``.
    left_out : list of str
        Columns of words and days, which are not in it.
    coarse : int
        Sheets without branch and tier since too few share theirs.
    held : int
        Sheets of the period that wait until their block is full.
    """

    table: pl.DataFrame
    left_out: list[str]
    coarse: int
    held: int


def survey_microdata(
    tx: Transaction, questionnaire: Questionnaire, zone: str, counts: Callable[[dt.date], bool], least: int
) -> Microdata:
    """Return the complete sheets of a version of a period.

    Nothing in it leads to a customer: no identifier, no words, the month for the day, sheets in an order that tells nothing, branch and tier only where
    so many share them, and sheets in blocks of so many, so that two tables never differ by one person.

    Parameters
    ----------
    zone : str
        Whose days count.
    counts : callable
        Whether a day is of the period.
    least : int
        Fewest sheets that share a branch and tier, and sheets of a block.
    """
    day = LocalDays(zone)
    known, _ = known_customers(tx, None)
    filled = [*known_sheets(tx, questionnaire, known, {}, day), *unknown_sheets(tx, questionnaire, None, day)]
    filled.sort(key=lambda one: one.day)
    kept = sorted(in_blocks(filled, least, counts), key=_drawn)
    sheets = SheetTable.of(questionnaire, kept)
    left_out = [name for name in sheets.table.columns if _says_who(questionnaire, name)]
    placed, coarse = _coarsened(sheets, least)
    told = pl.DataFrame(
        [
            pl.Series("month", [month_of(one) for one in kept], pl.String),
            sheets.known("mode"),
            sheets.known("version"),
        ]
    )
    table = pl.concat([told, placed, sheets.table.drop(left_out)], how="horizontal")
    return Microdata(table, left_out, coarse, sum(counts(one.day) for one in filled) - len(kept))


def _drawn(sheet: FilledSheet) -> bytes:
    told = f"{sheet.customer}\n{sheet.day}\n{sorted(sheet.cells.items())}"
    return hashlib.sha256(told.encode()).digest()


def _says_who(questionnaire: Questionnaire, column: str) -> bool:
    question = questionnaire.question(column)
    return question is not None and question.kind in _WORDS


def _coarsened(sheets: SheetTable, least: int) -> tuple[pl.DataFrame, int]:
    placed = pl.DataFrame([sheets.known(name) for name in _PLACED])
    few = pl.len().over(_PLACED) < least
    said = pl.any_horizontal(pl.col(name).is_not_null() for name in _PLACED)
    coarse = placed.select((few & said).sum()).item() if placed.height else 0
    return placed.with_columns(pl.when(~few).then(name).alias(name) for name in _PLACED), coarse
