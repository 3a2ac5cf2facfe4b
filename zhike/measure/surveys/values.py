"""Whether a value answers a question, and what conditions read of an answer.

A value may come as a page or a file has it: ``"7"`` is the 7 of a rating. What is stored is of one form, so that the same
answer is the same whichever way it came.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import AnswerError
from zhike.core.phrases import either, phrase
from zhike.measure.surveys.questionnaire import NOT_APPLICABLE, SILENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from zhike.measure.surveys.questionnaire import Question
    from zhike.measure.surveys.sheet import Answer

__all__ = ["LONGEST_TEXT", "checked_value", "parts_read"]

LONGEST_TEXT: Final = 2000
"""Characters of a text where its question states no fewer."""
_HUNDRED: Final = 100


def checked_value(key: str, question: Question, offered: tuple[str, ...], value: Any) -> Answer:  # noqa: ANN401 - as a page sends it
    """Return an answer in its one form.

    Parameters
    ----------
    key : str
        What an error calls the question.
    question : Question
    offered : tuple of str
        Codes of the choices that the person is offered.
    value : any
        None passes over a question that is not required.

    Raises
    ------
    AnswerError
        When the value is no answer to the question; it says what was found and what would be one.
    """
    if value is None or value in ("", [], (), {}):
        if question.required:
            raise AnswerError(question=key, what=phrase("no answer"), expected=phrase("one: it is required"))
        return None
    if value == NOT_APPLICABLE and question.kind != "text":
        if not question.not_applicable:
            raise AnswerError(question=key, what=f"'{value}'", expected=phrase("an answer"))
        return value
    return _READ[question.kind](key, question, offered, value)


def parts_read(question: Question, value: Answer) -> Iterator[tuple[str, Any]]:
    """Yield what conditions read of an answer: names without the question's loop, and a number or a text."""
    parts = question.part_names()
    if value is None or value in SILENT:
        return
    if question.kind == "multiple":
        yield from ((f"{question.name}.{part}", float(part in value)) for part in parts)
    elif parts:
        known = {part: value[part] for part in parts if value.get(part, NOT_APPLICABLE) != NOT_APPLICABLE}
        yield from ((f"{question.name}.{part}", float(number)) for part, number in known.items())
    else:
        yield question.name, value.toordinal() if isinstance(value, dt.date) else _plain(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - a text or a number
    return value if isinstance(value, str) else float(value)


def _whole(key: str, value: Any, low: int, high: int) -> int:  # noqa: ANN401 - as a page sends it
    number = _number(value)
    if number is None or number != int(number) or not low <= number <= high:
        raise AnswerError(
            question=key, what=f"{value!r}", expected=phrase("a whole number from {low} to {high}", low=low, high=high)
        )  # fmt: skip
    return int(number)


def _number(value: Any) -> float | None:  # noqa: ANN401 - as a page sends it
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _rating(key: str, question: Question, _: tuple[str, ...], value: Any) -> int:  # noqa: ANN401
    assert question.scale is not None  # noqa: S101 - reading gave it one
    return _whole(key, value, question.scale.low, question.scale.high)


def _single(key: str, _: Question, offered: tuple[str, ...], value: Any) -> str:  # noqa: ANN401
    if not isinstance(value, str) or value not in offered:
        raise AnswerError(question=key, what=f"{value!r}", expected=either(offered))
    return value


def _multiple(key: str, question: Question, offered: tuple[str, ...], value: Any) -> tuple[str, ...]:  # noqa: ANN401
    codes = value if isinstance(value, list | tuple) else [value]
    chosen = tuple(code for code in offered if code in codes)
    if len(chosen) != len(codes):
        raise AnswerError(question=key, what=f"{value!r}", expected=phrase("each once of {names}", names=", ".join(offered)))  # fmt: skip
    alone = [choice.code for choice in question.choices if choice.alone and choice.code in chosen]
    if alone and len(chosen) > 1:
        raise AnswerError(question=key, what=f"{value!r}", expected=phrase("{name} alone", name=alone[0]))
    low, high = int(question.low or 1), int(question.high or len(offered))
    if not min(low, len(offered)) <= len(chosen) <= high:
        raise AnswerError(question=key, what=f"{value!r}", expected=phrase("{low} to {high} of them", low=low, high=high))  # fmt: skip
    return chosen


def _in_bounds(key: str, question: Question, _: tuple[str, ...], value: Any) -> float:  # noqa: ANN401
    number = _number(value)
    low = -math.inf if question.low is None else question.low
    high = math.inf if question.high is None else question.high
    if number is None or not low <= number <= high:
        raise AnswerError(
            question=key, what=f"{value!r}", expected=phrase("a number from {low} to {high}", low=low, high=high)
        )  # fmt: skip
    return number


def _words(key: str, question: Question, _: tuple[str, ...], value: Any) -> str | None:  # noqa: ANN401
    most = int(question.high or LONGEST_TEXT)
    if not isinstance(value, str) or len(value) > most:
        found = phrase("{n} characters", n=len(value)) if isinstance(value, str) else f"{value!r}"
        raise AnswerError(question=key, what=found, expected=phrase("a text of {most} characters or fewer", most=most))  # fmt: skip
    if not value.strip() and question.required:
        raise AnswerError(question=key, what=phrase("no answer"), expected=phrase("one: it is required"))
    return value.strip() or None


def _day(key: str, _: Question, __: tuple[str, ...], value: Any) -> dt.date:  # noqa: ANN401
    try:
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        return dt.date.fromisoformat(str(value))
    except ValueError as problem:
        raise AnswerError(
            question=key, what=f"'{value}'", expected=phrase("a day such as 2026-02-01")
        ) from problem


def _parts(key: str, question: Question, wanted: tuple[str, ...], value: Any) -> dict[str, Any]:  # noqa: ANN401
    if not isinstance(value, dict) or set(value) != set(wanted):
        raise AnswerError(
            question=key, what=f"{value!r}", expected=phrase("a value for each of {names}", names=", ".join(wanted))
        )  # fmt: skip
    if question.kind == "points":
        most = int(question.high or _HUNDRED)
        return {part: _whole(f"{key}.{part}", value[part], 0, most) for part in wanted}
    assert question.scale is not None  # noqa: S101 - reading gave it one
    low, high = question.scale.low, question.scale.high
    return {part: _side(f"{key}.{part}", question, value[part], (low, high)) for part in wanted}


def _side(key: str, question: Question, value: Any, bounds: tuple[int, int]) -> Any:  # noqa: ANN401
    """Return a part of an answer: in a matrix each row may be the one that does not concern the person."""
    if value == NOT_APPLICABLE and question.kind == "matrix" and question.not_applicable:
        return value
    return _whole(key, value, *bounds)


def _sides(key: str, question: Question, _: tuple[str, ...], value: Any) -> dict[str, Any]:  # noqa: ANN401
    return _parts(key, question, question.part_names(), value)


def _points(key: str, question: Question, offered: tuple[str, ...], value: Any) -> dict[str, Any]:  # noqa: ANN401
    found = _parts(key, question, offered, value)
    total = int(question.high or _HUNDRED)
    if sum(found.values()) != total:
        raise AnswerError(
            question=key,
            what=phrase("{n} points in all", n=sum(found.values())),
            expected=phrase("{n} points in all", n=total),
        )
    return found


_READ: Final[Mapping[str, Callable[..., Answer]]] = {
    "rating": _rating, "single": _single, "multiple": _multiple, "number": _in_bounds, "text": _words, "date": _day,
    "matrix": _parts, "pair": _sides, "kano": _sides, "points": _points,
}  # fmt: skip
