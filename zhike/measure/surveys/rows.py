"""A sheet as rows of the contract tables `surveys` and `answers`: one row a question, or one a part of it.

======================  ============================================  =========================================
question                score                                         words
======================  ============================================  =========================================
rating, number          the value                                     empty
single                  the option's points, where it has any         the option's code
multiple                ``q.code``: 1 chosen, 0 not                   empty
matrix, pair, kano      ``q.part``: the point of the scale            empty
points                  ``q.part``: the points                        empty
text, date              empty                                         the words, the day
``mode``                empty                                         how the sheet was filled in, see `MODES`
======================  ============================================  =========================================

What does not concern a person is ``not_applicable`` in words, without a score; so are ``dont_know`` and ``refused``, which somebody said who was
asked aloud. What was passed over has no row.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from zhike.measure.surveys.flow import walk
from zhike.measure.surveys.questionnaire import NOT_APPLICABLE, SILENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhike.measure.surveys.questionnaire import Question, Questionnaire
    from zhike.measure.surveys.sheet import Answer, Sheet

__all__ = ["CHANNEL_OF", "MODE", "answer_rows", "parts_of_answer"]

MODE: Final = "mode"
"""Question under which the mode is kept: the way in which somebody is asked changes what they answer."""
CHANNEL_OF: Final = {"web": "web", "tablet": "adviser", "phone": "phone", "kiosk": "branch", "import": None}
"""Channel of the contract by mode; of what was imported without one the channel is not known."""

Row = tuple[str, float | None, str | None]


def answer_rows(questionnaire: Questionnaire, sheet: Sheet) -> list[Row]:
    """Return question, score and words of everything that was answered, in the order in which it is asked."""
    found: list[Row] = [(MODE, None, sheet.mode)]
    for ask in walk(questionnaire, sheet).asks:
        if ask.key in sheet.answers:
            found += parts_of_answer(ask.key, ask.question, sheet.answers[ask.key], ask.offered)
    return found


def parts_of_answer(key: str, question: Question, value: Answer, offered: tuple[str, ...]) -> Iterator[Row]:
    """Yield the rows of one answer.

    Parameters
    ----------
    offered : tuple of str
        The choices that the person was offered: what was not offered was not left out.
    """
    if value is None:
        return
    if value in SILENT:
        yield key, None, value
    elif question.kind == "multiple":
        yield from ((f"{key}.{code}", float(code in value), None) for code in offered)
    elif isinstance(value, dict):
        yield from (_part(f"{key}.{part}", number) for part, number in value.items())
    elif question.kind == "single":
        points = {choice.code: choice.points for choice in question.choices}
        yield key, points[value], value
    elif isinstance(value, str | dt.date):
        yield key, None, str(value)
    else:
        yield key, float(value), None


def _part(key: str, value: Any) -> Row:  # noqa: ANN401 - a number, or that it does not apply
    return (key, None, NOT_APPLICABLE) if value == NOT_APPLICABLE else (key, float(value), None)
