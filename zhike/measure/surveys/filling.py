"""Filling in a sheet page by page, over a page that sends many answers at once: what is kept, what is shown again, and why.

The state machine is `zhike.measure.surveys.flow`; here stands only what a page needs beyond it: to look at an earlier page, to keep what is
right of a page of which something is wrong, and to change to the short version and back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from zhike.core.errors import AnswerError
from zhike.measure.surveys.flow import ALOUD, NONE_FILLED, Page, accept, walk
from zhike.measure.surveys.questionnaire import NO_ANSWERS, NOT_APPLICABLE, SILENT
from zhike.measure.surveys.resuming import resumed
from zhike.measure.surveys.sheet import open_sheet
from zhike.measure.surveys.wording import shown_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.core.language import Language
    from zhike.measure.surveys.flow import Ask
    from zhike.measure.surveys.questionnaire import Questionnaire
    from zhike.measure.surveys.sheet import Sheet
    from zhike.measure.surveys.wording import Shown

__all__ = ["Filled", "answered_words", "filled_in", "page_at", "pages_so_far", "taken_up", "without_elder"]


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet after a page was sent, and what of the page was no answer, by question."""

    sheet: Sheet
    problems: Mapping[str, AnswerError]


def taken_up(
    questionnaire: Questionnaire,
    begun: Mapping[str, Any],
    kept: Mapping[str, Any] | None,
    language: Language,
    *,
    elder: bool | None = None,
    mode: str | None = None,
) -> Sheet:
    """Return the sheet of somebody who comes, or comes back: in their language now, as they left it.

    Parameters
    ----------
    questionnaire : Questionnaire
        Of the version to which they were invited.
    begun : mapping
        ``seed``, ``mode`` and ``given`` of the invitation.
    kept : mapping or None
        What was saved before, see `zhike.measure.surveys.sheet.Sheet.to_json`.
    language : str
    elder : bool, optional
        The short version or the whole one; as it was unless given.
    mode : str, optional
        Over what it is filled in from now; as it was unless given. What somebody could not say on the phone is asked again elsewhere.

    Raises
    ------
    AnswerError
        When what was saved is no sheet of the questionnaire.
    """
    if kept is None:
        return open_sheet(
            questionnaire, begun["seed"], language, mode or begun["mode"], begun["given"], elder=bool(elder)
        )
    sheet = resumed(questionnaire, {**kept, "language": language})
    wanted = replace(sheet, elder=sheet.elder if elder is None else elder, mode=mode or sheet.mode)
    return sheet if wanted == sheet else _changed(questionnaire, sheet, wanted)


def _changed(questionnaire: Questionnaire, sheet: Sheet, wanted: Sheet) -> Sheet:
    """Return the sheet in another version or mode, with the answers to what is asked in both as far as none before them is missing."""
    found = replace(wanted, answers={})
    for key, value in sheet.answers.items():
        said = value not in NO_ANSWERS or wanted.mode == ALOUD
        if said and _takes(questionnaire, found, key):
            found = accept(questionnaire, found, key, value)
    return found


def _takes(
    questionnaire: Questionnaire, sheet: Sheet, key: str, filled: Mapping[str, int] = NONE_FILLED
) -> bool:
    pages = pages_so_far(questionnaire, sheet, filled)
    return any(ask.key == key for page in pages for ask in page)


def without_elder(questionnaire: Questionnaire) -> bool:
    """Whether the questionnaire has no short version."""
    return not any(question.short for question in questionnaire.by_name.values())


def pages_so_far(
    questionnaire: Questionnaire, sheet: Sheet, filled: Mapping[str, int] = NONE_FILLED
) -> list[tuple[Ask, ...]]:
    """Return the pages that can be looked at: those before the first question without an answer, and its own."""
    way = walk(questionnaire, sheet, filled).asks
    pending = next((ask.page for ask in way if ask.key not in sheet.answers), None)
    found: list[tuple[Ask, ...]] = []
    for name in dict.fromkeys(ask.page for ask in way):
        found.append(tuple(ask for ask in way if ask.page == name))
        if name == pending:
            break
    return found


def page_at(
    questionnaire: Questionnaire, sheet: Sheet, number: int | None = None, filled: Mapping[str, int] = NONE_FILLED
) -> tuple[int, Page | None]:  # fmt: skip
    """Return a page that can be looked at, and its number from 1; the one to fill in next unless a number is given, None at the end.

    Parameters
    ----------
    number : int, optional
        One beyond the last is the last.
    filled : mapping of str to int
        Sheets by quota, see `zhike.measure.surveys.flow.counted`.
    """
    pages = pages_so_far(questionnaire, sheet, filled)
    done = all(ask.key in sheet.answers for page in pages for ask in page)
    at = len(pages) + done if number is None else max(1, min(number, len(pages) + done))
    if at > len(pages):
        return at, None
    asks, way = pages[at - 1], walk(questionnaire, sheet, filled).asks
    block = next(block for block in questionnaire.blocks if block.name == asks[0].page[0])
    pending = tuple(ask.key for ask in asks if ask.key not in sheet.answers)
    return at, Page(block, asks, pending, sum(ask.key in sheet.answers for ask in way), len(way))


def filled_in(
    questionnaire: Questionnaire, sheet: Sheet, answers: Mapping[str, Any], passed: Sequence[str] = (),
    filled: Mapping[str, int] = NONE_FILLED,
) -> Filled:  # fmt: skip
    """Return the sheet with the answers of a page; what is none of them is told, and the rest kept.

    Parameters
    ----------
    answers : mapping
        By question, in any order: they are taken in the order in which they are asked.
    passed : sequence of str
        Questions to pass over where they have no answer, as whoever turns the page does.
    filled : mapping of str to int
        Sheets by quota.
    """
    problems: dict[str, AnswerError] = {}
    order = {ask.key: place for place, ask in enumerate(walk(questionnaire, sheet, filled).asks)}
    for key in sorted(answers, key=lambda key: order.get(key, len(order))):
        sheet = _one_more(questionnaire, sheet, (key, answers[key]), problems, filled)
    for key in passed:
        if key not in sheet.answers and key not in problems and _takes(questionnaire, sheet, key, filled):
            sheet = _one_more(questionnaire, sheet, (key, None), problems, filled)
    return Filled(sheet, problems)


def _one_more(
    questionnaire: Questionnaire, sheet: Sheet, answer: tuple[str, Any], problems: dict[str, AnswerError], filled: Mapping[str, int]
) -> Sheet:  # fmt: skip
    key, value = answer
    try:
        return accept(questionnaire, sheet, key, value, filled)
    except AnswerError as problem:
        problems[key] = problem
        return sheet


def answered_words(questionnaire: Questionnaire, sheet: Sheet) -> list[tuple[Shown, str]]:
    """Return what was asked and answered, in the sheet's language; what was passed over or does not apply has no words."""
    found = []
    for asks in pages_so_far(questionnaire, sheet):
        block = next(block for block in questionnaire.blocks if block.name == asks[0].page[0])
        _, shown = shown_page(questionnaire, sheet, Page(block, asks, (), 0, 0))
        found += [(one, _words(one)) for one in shown if one.key in sheet.answers]
    return found


def _words(shown: Shown) -> str:
    value, texts = shown.value, dict((*shown.choices, *shown.sides))
    if value is None or value in SILENT:
        return ""
    if isinstance(value, dict):
        known = ((part, number) for part, number in value.items() if number != NOT_APPLICABLE)
        return "; ".join(f"{texts.get(part, part)}: {number}" for part, number in known)
    if isinstance(value, tuple | list):
        return "; ".join(texts.get(str(code), str(code)) for code in value)
    plain = f"{value:g}" if isinstance(value, float) else texts.get(str(value), str(value))
    said = dict(shown.labels).get(value) if isinstance(value, int) else None
    return f"{plain} – {said}" if said else plain
