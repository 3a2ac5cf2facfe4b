"""Two versions of a questionnaire compared, question by question: only a question that stayed as it was can be compared over both."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from zhike.core.errors import RuleNotFoundError
from zhike.measure.surveys.reading import read_questionnaire

if TYPE_CHECKING:
    from zhike.core.language import Text
    from zhike.core.rulebook import Rulebook
    from zhike.measure.surveys.questionnaire import Question, Questionnaire

__all__ = ["QuestionDifference", "own_words", "question_differences"]


class QuestionDifference(NamedTuple):
    """A question that is not the same: ``added``, ``removed``, ``wording``, ``scale`` or ``otherwise`` (choices, conditions, ways out)."""

    name: str
    change: str
    before: Text | None
    after: Text | None


def own_words(rulebook: Rulebook, survey: str) -> dict[str, bool] | None:
    """Return the questions of a version that are answered in own words, and whether each has to be; None where the rulebook has it no more.

    Parameters
    ----------
    survey : str
        Questionnaire and version, such as ``instruments.nps@2026-01-01``.
    """
    path, _, first_day = survey.partition("@")
    try:
        found = read_questionnaire(rulebook.at(path, dt.date.fromisoformat(first_day)))
    except RuleNotFoundError:
        return None
    return {name: one.required for name, one in found.by_name.items() if one.kind == "text"}


def question_differences(before: Questionnaire, after: Questionnaire) -> list[QuestionDifference]:
    """Return the questions that differ, those of the later version first, in its order."""
    gone = [
        QuestionDifference(name, "removed", question.text, None)
        for name, question in before.by_name.items()
        if name not in after.by_name
    ]
    changed = [
        QuestionDifference(name, change, None if earlier is None else earlier.text, question.text)
        for name, question in after.by_name.items()
        for earlier in [before.by_name.get(name)]
        if (change := _change(earlier, question)) is not None
    ]
    return [*changed, *gone]


def _change(before: Question | None, after: Question) -> str | None:
    if before is None:
        return "added"
    if before.text != after.text:
        return "wording"
    if before.scale != after.scale:
        return "scale"
    return None if str(before) == str(after) else "otherwise"
