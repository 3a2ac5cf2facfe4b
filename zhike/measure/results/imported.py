"""Sheets that another tool has gathered: rows of the contract tables as filled sheets, scored like those that customers sent here."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhike.measure.results.sheets import FilledSheet
from zhike.measure.surveys.questionnaire import SILENT
from zhike.measure.surveys.rows import MODE
from zhike.measure.surveys.scoring import score
from zhike.measure.surveys.sheet import Sheet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from zhike.measure.results.sheets import Cell
    from zhike.measure.surveys.questionnaire import Question, Questionnaire

__all__ = ["Row", "imported_sheet"]

_IMPORT: Final = "import"


class Row(NamedTuple):
    """A row of the contract table ``answers``: the question or a part of it, the number and the words that were answered."""

    question: str
    score: float | None
    words: str | None


def imported_sheet(
    questionnaire: Questionnaire,
    placed: tuple[str, str | None, str | None],
    days: tuple[dt.date, dt.date],
    rows: Sequence[Row],
) -> FilledSheet:
    """Return a sheet.

    Parameters
    ----------
    questionnaire : Questionnaire
    placed : tuple of (str, str or None, str or None)
        The customer, branch and tier.
    days : tuple of date
        Of sending the invitation and of the answer. Where they are the same nobody knows how long it took: an import without a day of sending has that of the
        answer.
    rows : sequence of Row
        As `zhike.measure.surveys.rows` says.
    """
    mode = next((row.words for row in rows if row.question == MODE and row.words), _IMPORT)
    cells: dict[str, Cell] = {}
    for row in rows:
        if row.question == MODE or row.words in SILENT:
            continue
        cell = row.words if row.words is not None else row.score
        if cell is not None:
            cells[row.question] = cell
    sheet = Sheet(questionnaire.version, 0, mode=mode, answers=_answers(questionnaire, cells))
    scores = {name: one.value for name, one in score(questionnaire, sheet).items()}
    waited = float((days[1] - days[0]).days) or math.nan
    return FilledSheet(*placed, mode, elder=False, day=days[1], waited=waited, cells=cells, scores=scores)


def _answers(questionnaire: Questionnaire, cells: Mapping[str, Cell]) -> dict[str, Any]:
    """Return the answers that cells are of, by key and in the order in which they are asked."""
    parts: dict[str, dict[str, Cell]] = {}
    for column, cell in cells.items():
        key, _, part = column.partition(".")
        parts.setdefault(key, {})[part] = cell
    order = list(questionnaire.by_name)
    known = {key: question for key in parts if (question := questionnaire.question(key)) is not None}
    return {
        key: _answer(known[key], parts[key])
        for key in sorted(known, key=lambda key: order.index(known[key].name))
    }


def _answer(question: Question, parts: Mapping[str, Cell]) -> Any:  # noqa: ANN401 - whatever the question asks for
    if question.kind == "multiple":
        return [code for code in question.part_names() if parts.get(code) == 1]
    return parts[""] if "" in parts else dict(parts)
