"""What a sheet is shown and in which order: blocks, questions and choices as its seed draws them and its answers carry them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zhike.measure.surveys.questionnaire import Block, Question, Questionnaire
    from zhike.measure.surveys.sheet import Sheet

__all__ = ["choices_for", "chose", "closed_options", "in_places", "ordered", "repeats"]

T = TypeVar("T")


def in_places(questionnaire: Questionnaire, sheet: Sheet) -> list[Block]:
    """Return the blocks in the order of this sheet: those that trade places do so among their own places."""
    lots = {
        word: iter(drawn([b for b in questionnaire.blocks if b.trade == word], sheet, word))
        for word in {block.trade for block in questionnaire.blocks if block.trade}
    }
    return [next(lots[block.trade]) if block.trade else block for block in questionnaire.blocks]


def ordered(block: Block, sheet: Sheet, option: str) -> list[tuple[int, Question]]:
    """Return the questions of a block with their places, shuffled and picked where the block says so."""
    questions = list(block.questions)
    if block.shuffle:
        questions = drawn(questions, sheet, f"{block.name}@{option}")[: block.pick]
    return list(enumerate(questions))


def repeats(
    questionnaire: Questionnaire, block: Block, sheet: Sheet, answered: Iterable[str]
) -> tuple[str, ...]:
    """Return what a block is asked for: once, with no option, or once for each chosen option of its loop."""
    if block.repeat is None:
        return ("",)
    chosen = sheet.answers.get(block.repeat) if block.repeat in answered else None
    real = {one.code for one in questionnaire.by_name[block.repeat].choices if not one.alone}
    return tuple(code for code in chosen if code in real) if isinstance(chosen, list | tuple) else ()


def choices_for(question: Question, sheet: Sheet, closed: set[tuple[str, str]]) -> tuple[str, ...]:
    """Return the codes offered: carried forward, without full options, shuffled where the question says so."""
    shown = [one for one in question.choices if (question.name, one.code) not in closed]
    if question.carried is not None:
        source, wanted = question.carried.question, question.carried.chosen
        shown = [one for one in shown if chose(sheet, source, one.code) == wanted]
    if question.shuffle:
        # What excludes all others stays last: it reads as the way out.
        shown = sorted(drawn(shown, sheet, question.name), key=lambda one: one.alone)
    return tuple(one.code for one in shown)


def chose(sheet: Sheet, question: str, code: str) -> bool:
    """Whether an option was chosen."""
    value = sheet.answers.get(question)
    return code in value if isinstance(value, list | tuple) else value == code


def closed_options(
    questionnaire: Questionnaire, sheet: Sheet, filled: Mapping[str, int]
) -> set[tuple[str, str]]:
    """Return the options whose quota is full; one that this person has chosen already stays."""
    return {
        quota.option
        for quota in questionnaire.quotas
        if quota.option is not None
        and filled.get(quota.name, -1) >= quota.limit
        and not chose(sheet, *quota.option)
    }


def drawn(things: list[T], sheet: Sheet, what: str) -> list[T]:
    """Return things in the order that the sheet's seed draws: the same on every machine and every day."""

    def lot(place: int) -> bytes:
        return hashlib.sha256(f"{sheet.seed}:{what}:{place}".encode()).digest()

    return [things[place] for place in sorted(range(len(things)), key=lot)]
