"""Scores of one sheet: each is made from the answers that its rule names, by one of a few ways.

==========  =====================================================================================================
way         what it is
==========  =====================================================================================================
mean        mean of the answers, reverse questions turned round
index       that mean as 0-100 between the ends of the scale: 100 (mean - low) / (high - low)
sum         sum of the points of the chosen options
nps         100 from 9 up, -100 up to 6, 0 between, on a scale from 0 to 10; the mean over sheets is the net promoter score
top_two     1 for one of the two highest points, else 0, as a mean over the questions
gap         mean of perceived minus expected
weighted    sum of other scores, each weighted by its share of the points that the person gave it
==========  =====================================================================================================

Latent variables, categories after Kano and intervals are made from many sheets and belong to the science of measuring, not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.measure.surveys.flow import walk
from zhike.measure.surveys.questionnaire import NOT_APPLICABLE, SILENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.measure.surveys.questionnaire import Question, Questionnaire, ScoreRule
    from zhike.measure.surveys.sheet import Sheet

__all__ = ["WAYS", "Score", "Way", "score"]

_PROMOTER: Final = 9
_DETRACTOR: Final = 6
_SCALED: Final = ("rating", "matrix")


@dataclass(frozen=True, slots=True)
class Way:
    """A way of scoring: kinds of questions that it takes, what it makes of the values, whether it is made of other scores."""

    kinds: tuple[str, ...]
    of_values: Callable[[Question, float], float]
    of_scores: bool = False
    added: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """A score, the number of answers in it, and how many there might have been.

    Parameters
    ----------
    value : float or None
        None where fewer questions are answered than the rule asks for.
    """

    value: float | None
    answered: int
    asked: int


def score(questionnaire: Questionnaire, sheet: Sheet) -> dict[str, Score]:
    """Return the scores of a sheet by name; answers that do not apply, or were passed over, count in none.

    Examples
    --------
    >>> from zhike.adapters.rule_files import load_rulebook
    >>> import datetime as dt
    >>> from zhike.measure.surveys import accept, open_sheet, read_questionnaire
    >>> nps = read_questionnaire(load_rulebook().at("instruments.nps", dt.date(2026, 11, 27)))
    >>> sheet = accept(nps, open_sheet(nps, seed=1), "recommend", 10)
    >>> score(nps, sheet)["nps"].value
    100.0
    """
    found: dict[str, Score] = {}
    asked = {ask.key for ask in walk(questionnaire, sheet).asks}
    answers = {key: value for key, value in sheet.answers.items() if key in asked}
    for rule in questionnaire.scores:
        if WAYS[rule.way].of_scores:
            found[rule.name] = _weighted(rule, found, answers)
        else:
            found[rule.name] = _of(questionnaire, rule, answers, elder=sheet.elder)
    return found


def _of(
    questionnaire: Questionnaire, rule: ScoreRule, answers: Mapping[str, object], *, elder: bool
) -> Score:
    way, questions = WAYS[rule.way], questionnaire.by_name
    names = [name for name in rule.questions if questions[name].short or not elder]
    # The short version asks fewer; of those, half are enough.
    least = min(rule.least, (len(names) + 1) // 2) if elder else rule.least
    values: list[float] = []
    answered: set[str] = set()
    for key, value in answers.items():
        name = key.partition("@")[0]
        if name in rule.questions:
            found = [way.of_values(questions[name], number) for number in _numbers(questions[name], value)]
            values += found
            answered |= {name} if found else set()
    if len(answered) < least or not values:
        return Score(None, len(answered), len(names))
    return Score(float(np.sum(values) if way.added else np.mean(values)), len(answered), len(names))


def _numbers(question: Question, value: object) -> list[float]:
    """Return the numbers of an answer: one, one a row, one gap of a pair, or the points of the chosen options."""
    if value is None or value in SILENT:
        return []
    if question.kind == "pair" and isinstance(value, dict):
        return [float(value["perceived"] - value["expected"])]
    if question.choices and question.kind in ("single", "multiple"):
        chosen = [value] if isinstance(value, str) else value
        assert isinstance(chosen, list | tuple)  # noqa: S101 - the one form of a choice
        return [float(one.points or 0) for one in question.choices if one.code in chosen]
    if isinstance(value, dict):
        return [float(part) for part in value.values() if part != NOT_APPLICABLE]
    return [float(value)] if isinstance(value, int | float) else []


def _weighted(rule: ScoreRule, scores: Mapping[str, Score], answers: Mapping[str, object]) -> Score:
    shares = answers.get(rule.weights or "")
    parts = {name: scores[name].value for name in rule.questions if name in scores}
    known = {name: value for name, value in parts.items() if value is not None}
    if not isinstance(shares, dict) or len(known) < len(rule.questions):
        return Score(None, len(known), len(rule.questions))
    total = sum(shares.values())
    return Score(
        sum(value * shares[name] / total for name, value in known.items()), len(known), len(rule.questions)
    )


def _turned(question: Question, number: float) -> float:
    if question.scale is None or not question.reverse:
        return number
    return question.scale.low + question.scale.high - number


def _index(question: Question, number: float) -> float:
    assert question.scale is not None  # noqa: S101 - only scaled questions have this way
    low, high = question.scale.low, question.scale.high
    return 100.0 * (_turned(question, number) - low) / (high - low)


def _promoter(_: Question, number: float) -> float:
    return 100.0 if number >= _PROMOTER else -100.0 if number <= _DETRACTOR else 0.0


def _top_two(question: Question, number: float) -> float:
    assert question.scale is not None  # noqa: S101 - only scaled questions have this way
    return float(_turned(question, number) >= question.scale.high - 1)


def _itself(_: Question, number: float) -> float:
    return number


WAYS: Final[Mapping[str, Way]] = {
    "mean": Way((*_SCALED, "number"), _turned),
    "index": Way(_SCALED, _index),
    "sum": Way(("single", "multiple"), _itself, added=True),
    "nps": Way(("rating",), _promoter),
    "top_two": Way(_SCALED, _top_two),
    "gap": Way(("pair",), _itself),
    "weighted": Way((), _itself, of_scores=True),
}
