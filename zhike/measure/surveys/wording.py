"""What a person reads: texts of a page in their language, with earlier answers piped in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.measure.surveys.order import LOOP, MARK
from zhike.measure.surveys.questionnaire import SILENT

if TYPE_CHECKING:
    from zhike.core.language import Language, Text
    from zhike.measure.surveys.flow import Ask, Page
    from zhike.measure.surveys.questionnaire import Questionnaire
    from zhike.measure.surveys.sheet import Sheet

__all__ = ["UNKNOWN", "Shown", "piped", "shown_page"]

UNKNOWN: Final = "…"
"""Stands where an answer that is piped in was passed over; lint refuses a questionnaire in which it can be read."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as it is read.

    Parameters
    ----------
    choices, sides : tuple of (str, str)
        Code and words, in the order in which they are shown.
    labels : tuple of (int, str)
        Words at points of the scale.
    value : any
        The answer so far; None where there is none, or where it was passed over.
    """

    key: str
    kind: str
    text: str
    choices: tuple[tuple[str, str], ...]
    sides: tuple[tuple[str, str], ...]
    labels: tuple[tuple[int, str], ...]
    low: float | None
    high: float | None
    required: bool
    not_applicable: bool
    value: Any


def shown_page(questionnaire: Questionnaire, sheet: Sheet, page: Page) -> tuple[str, tuple[Shown, ...]]:
    """Return the title of a page and its questions, as they are read in the sheet's language."""
    title = piped(page.block.title, questionnaire, sheet, page.asks[0].loop)
    return title, tuple(_shown(ask, questionnaire, sheet) for ask in page.asks)


def piped(text: Text, questionnaire: Questionnaire, sheet: Sheet, loop: str = "") -> str:
    """Return a text in the sheet's language with the answers that it names."""
    words = text.in_language(sheet.language)
    return MARK.sub(lambda found: _said(found.group(1), questionnaire, sheet, loop), words)


def _shown(ask: Ask, questionnaire: Questionnaire, sheet: Sheet) -> Shown:
    question, scale = ask.question, ask.question.scale
    texts = {one.code: one.text for one in question.choices}

    def words(text: Text) -> str:
        return piped(text, questionnaire, sheet, ask.loop)

    return Shown(
        ask.key, question.kind, words(question.text),
        tuple((code, words(texts[code])) for code in ask.offered),
        tuple((side, words(question.sides[side])) for side in question.part_names() if side in question.sides),
        tuple((point, words(scale.labels[point].text)) for point in sorted(scale.labels)) if scale else (),
        scale.low if scale else question.low, scale.high if scale else question.high,
        question.required, question.not_applicable, sheet.answers.get(ask.key),
    )  # fmt: skip


def _said(name: str, questionnaire: Questionnaire, sheet: Sheet, loop: str) -> str:
    if name == LOOP:
        return _loop_words(questionnaire, sheet, loop)
    if name.startswith("given."):
        return _plain(sheet.given.get(name.removeprefix("given.")))
    question = questionnaire.by_name[name]
    value = sheet.answers.get(f"{name}@{loop}", sheet.answers.get(name))
    if value is None or value in SILENT:
        return UNKNOWN
    texts = {one.code: one.text.in_language(sheet.language) for one in question.choices}
    if question.kind == "multiple":
        return _between(sheet.language).join(texts[code] for code in value)
    return texts[value] if question.kind == "single" else _plain(value)


def _loop_words(questionnaire: Questionnaire, sheet: Sheet, loop: str) -> str:
    sources = (block.repeat for block in questionnaire.blocks if block.repeat)
    choices = (one for source in sources for one in questionnaire.by_name[source].choices)
    return next((one.text.in_language(sheet.language) for one in choices if one.code == loop), UNKNOWN)


def _plain(value: Any) -> str:  # noqa: ANN401 - a number, a text or a day
    if value is None:
        return UNKNOWN
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _between(language: Language) -> str:
    return ", " if language == "en" else "、"
