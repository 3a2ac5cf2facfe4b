"""Answers that questions accept: one of each sort that can lead another way, and one at random."""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any, Final

from zhike.measure.surveys.questionnaire import NOT_APPLICABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhike.measure.surveys.flow import Ask
    from zhike.measure.surveys.questionnaire import Question, Questionnaire
    from zhike.measure.surveys.sheet import Answer

__all__ = ["Lots", "random_answer", "typical_answers", "typical_givens"]

_DAY: Final = dt.date(2026, 1, 1)


class Lots:
    """Lots that follow from a seed alone: the same on every machine and with every version of a library."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._drawn = 0

    def share(self) -> float:
        """Return the next lot, from 0 up to 1."""
        self._drawn += 1
        drawn = hashlib.sha256(f"{self._seed}:{self._drawn}".encode()).digest()
        return int.from_bytes(drawn[:6], "big") / 2.0**48

    def below(self, n: int) -> int:
        """Return a whole number from 0 up to ``n``."""
        return int(self.share() * n)

    def some(self, n: int, size: int) -> list[int]:
        """Return ``size`` different whole numbers below ``n``."""
        left = list(range(n))
        return [left.pop(self.below(len(left))) for _ in range(size)]


def _constants(questionnaire: Questionnaire, name: str) -> list[Any]:
    """Return what the conditions compare a name with."""
    found: list[Any] = []
    for condition in questionnaire.conditions():
        for node in ast.walk(condition.tree):
            if isinstance(node, ast.Compare) and name in ast.unparse(node):
                found += [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return found


def typical_givens(questionnaire: Questionnaire) -> Iterator[dict[str, Any]]:
    """Yield what may be known before the first question: each compared value, one that is not compared, and nothing."""
    known: list[dict[str, Any]] = [{}]
    for name, sort in questionnaire.given.items():
        constants = sorted(set(_constants(questionnaire, f"given.{name}")), key=str)
        values: list[Any] = [*constants, "other", None]
        if sort == "number":
            values = [*(one + step for one in constants for step in (-1, 0, 1)), 0, None]
        known = [{**one, name: value} for one in known for value in values]
    yield from known


def typical_answers(questionnaire: Questionnaire, ask: Ask) -> list[Answer]:
    """Return one answer of each sort that can lead another way, the most common first."""
    question = ask.question
    values = list(_values(questionnaire, ask))
    if question.not_applicable:
        values.append(NOT_APPLICABLE)
    return values if question.required else [*values, None]


def _values(questionnaire: Questionnaire, ask: Ask) -> Iterator[Answer]:
    question, offered = ask.question, ask.offered
    if question.kind == "single":
        yield from offered
    elif question.kind == "multiple":
        yield from _choices(question, offered)
    elif question.kind in ("rating", "number"):
        yield from _numbers(questionnaire, question)
    elif question.kind == "text":
        yield from (
            "words",
            *(one for one in _constants(questionnaire, question.name) if isinstance(one, str)),
        )
    elif question.kind == "date":
        yield _DAY
    else:
        yield from _composites(question, offered)


def _choices(question: Question, offered: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    alone = {choice.code for choice in question.choices if choice.alone}
    together = tuple(code for code in offered if code not in alone)
    low, high = int(question.low or 1), int(question.high or len(together))
    if low <= 1:
        yield from ((code,) for code in offered)
    if together:
        yield together[: max(high, low)]


def _numbers(questionnaire: Questionnaire, question: Question) -> Iterator[float]:
    low = question.scale.low if question.scale else question.low
    high = question.scale.high if question.scale else question.high
    constants = [one for one in _constants(questionnaire, question.name) if isinstance(one, int | float)]
    near = sorted({one + step for one in constants for step in (-1, 0, 1)})
    ends = [one for one in (high, low) if one is not None] or [0.0]
    yield from ends
    yield from (
        one
        for one in near
        if (low is None or one >= low) and (high is None or one <= high) and one not in ends
    )


def _composites(question: Question, offered: tuple[str, ...]) -> Iterator[dict[str, int]]:
    parts = offered or question.part_names()
    if question.scale is not None:
        yield dict.fromkeys(parts, question.scale.high)
        yield dict.fromkeys(parts, question.scale.low)
        return
    total = int(question.high or 100)
    for first in parts:
        yield {part: total if part == first else 0 for part in parts}


def random_answer(ask: Ask, dice: Lots) -> Answer:
    """Return an answer at random that the question accepts."""
    question = ask.question
    if not question.required and dice.share() < 0.3:  # noqa: PLR2004 - some are passed over
        return None
    if question.not_applicable and dice.share() < 0.1:  # noqa: PLR2004 - some do not apply
        return NOT_APPLICABLE
    return _DRAWN.get(question.kind, _drawn_parts)(question, ask.offered, dice)


def _drawn_number(question: Question, _: tuple[str, ...], dice: Lots) -> float:
    low = question.scale.low if question.scale else question.low or 0
    high = question.scale.high if question.scale else question.high or 100
    return int(low) + dice.below(int(high) - int(low) + 1)


def _drawn_single(_: Question, offered: tuple[str, ...], dice: Lots) -> str:
    return offered[dice.below(len(offered))]


def _drawn_multiple(question: Question, offered: tuple[str, ...], dice: Lots) -> tuple[str, ...]:
    sets = list(_choices(question, offered))
    whole = sets[-1]
    low = min(int(question.low or 1), len(whole))
    some = tuple(
        whole[place] for place in sorted(dice.some(len(whole), low + dice.below(len(whole) - low + 1)))
    )
    return some if dice.share() < 0.7 and some else sets[dice.below(len(sets))]  # noqa: PLR2004 - the rest are single ones


def _drawn_parts(question: Question, offered: tuple[str, ...], dice: Lots) -> dict[str, int]:
    parts = offered or question.part_names()
    if question.scale is not None:
        low, high = question.scale.low, question.scale.high
        return {part: low + dice.below(high - low + 1) for part in parts}
    found = dict.fromkeys(parts, 0)
    for _ in range(int(question.high or 100)):
        found[parts[dice.below(len(parts))]] += 1
    return found


_DRAWN: Final[dict[str, Any]] = {
    "rating": _drawn_number,
    "number": _drawn_number,
    "single": _drawn_single,
    "multiple": _drawn_multiple,
    "text": lambda *_: "words",
    "date": lambda *_: _DAY,
}
