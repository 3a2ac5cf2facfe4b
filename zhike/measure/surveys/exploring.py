"""Which questions can be reached: every combination of answers that matters is played, then random sheets are filled.

An answer matters where a condition, a loop, a carried choice, a quota or a text reads it. Of a number or a rating that is only
compared, values on the same side of every comparison lead the same way, and one of them stands for all.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zhike.measure.surveys.answering import Lots, random_answer, typical_answers, typical_givens
from zhike.measure.surveys.flow import End, accept, counted, next_page
from zhike.measure.surveys.order import MARK, marks
from zhike.measure.surveys.sheet import open_sheet
from zhike.measure.surveys.wording import UNKNOWN, shown_page

if TYPE_CHECKING:
    from zhike.measure.surveys.flow import Ask, Page
    from zhike.measure.surveys.questionnaire import Block, Questionnaire
    from zhike.measure.surveys.sheet import Sheet

__all__ = ["Explored", "explore", "random_sheet"]

_MOST: Final = 1500
_SEEDS: Final = (0, 1, 2)


@dataclass(slots=True)
class Explored:
    """What was met on the way.

    Parameters
    ----------
    asked : set of str
        Questions that were asked.
    longest : tuple of Ask
        The longest way to the end that was met.
    gaps : set of str
        Questions in whose text an answer was piped that had been passed over.
    cells : set of frozenset of str
        Quotas of which one sheet took a place together.
    sheets : int
        Sheets that came to an end.
    whole : bool
        Whether every combination was played; otherwise there were too many, and random sheets stand in.
    """

    asked: set[str] = field(default_factory=set)
    longest: tuple[Ask, ...] = ()
    gaps: set[str] = field(default_factory=set)
    cells: set[frozenset[str]] = field(default_factory=set)
    sheets: int = 0
    whole: bool = True


def explore(
    questionnaire: Questionnaire, *, elder: bool = False, random: int = 20, most: int = _MOST
) -> Explored:
    """Play a questionnaire.

    Parameters
    ----------
    elder : bool
        The short version.
    random : int
        Random sheets that are filled after the combinations.
    most : int
        Pages after which combinations are given up.
    """
    found = Explored()
    matters = _read_until(questionnaire)
    starts = [
        open_sheet(questionnaire, seed, given=given, elder=elder)
        for seed in (_SEEDS if _drawn(questionnaire) else _SEEDS[:1])
        for given in typical_givens(questionnaire)
    ]
    _play(questionnaire, starts, matters, found, most)
    for seed in range(random):
        sheet, pages = random_sheet(questionnaire, seed, elder=elder)
        for page, before in pages:
            _note(questionnaire, before, page, found)
        _end(questionnaire, sheet, tuple(ask for page, _ in pages for ask in page.asks), found)
    return found


def random_sheet(
    questionnaire: Questionnaire, seed: int, *, elder: bool = False
) -> tuple[Sheet, list[tuple[Page, Sheet]]]:
    """Fill a sheet at random.

    Returns
    -------
    tuple
        The sheet, and each page with the sheet before it was filled.
    """
    dice = Lots(seed)
    givens = list(typical_givens(questionnaire))
    sheet = open_sheet(questionnaire, seed, given=givens[dice.below(len(givens))], elder=elder)
    pages: list[tuple[Page, Sheet]] = []
    while not isinstance(page := next_page(questionnaire, sheet), End):
        pages.append((page, sheet))
        asks = {ask.key: ask for ask in page.asks}
        sheet = accept(questionnaire, sheet, page.pending[0], random_answer(asks[page.pending[0]], dice))
    return sheet, pages


def _play(
    questionnaire: Questionnaire, starts: list[Sheet], matters: dict[str, int], found: Explored, most: int
) -> None:
    """Play every combination of answers that matter, one answer a step; ways that came together go on once."""
    stack: list[tuple[Sheet, tuple[Ask, ...]]] = [(sheet, ()) for sheet in starts]
    seen: set[str] = set()
    steps = 0
    while stack:
        sheet, way = stack.pop()
        page = next_page(questionnaire, sheet)
        if isinstance(page, End):
            _end(questionnaire, sheet, way, found)
            continue
        steps += 1
        if steps > most:
            found.whole = False
            return
        _note(questionnaire, sheet, page, found)
        ask = next(ask for ask in page.asks if ask.key == page.pending[0])
        values = (
            typical_answers(questionnaire, ask)
            if ask.question.name in matters
            else typical_answers(questionnaire, ask)[:1]
        )
        for value in values:
            after = accept(questionnaire, sheet, ask.key, value)
            state = _state(questionnaire, after, ask, matters)
            if state not in seen:
                seen.add(state)
                stack.append((after, (*way, ask)))


def _state(questionnaire: Questionnaire, sheet: Sheet, ask: Ask, matters: dict[str, int]) -> str:
    """Return what the rest of the way depends on: where it is, and the answers that are still to be read."""
    place = min(_places(questionnaire, ask.page[0]))
    known = {
        key: value
        for key, value in sheet.answers.items()
        if matters.get(key.partition("@")[0], -1) >= place and key.partition("@")[2] in ("", ask.loop)
    }
    return f"{ask.key} {sheet.seed} {sorted(sheet.given.items())} {sorted(known.items(), key=str)}"


def _places(questionnaire: Questionnaire, name: str) -> list[int]:
    """Return the places at which a block may stand."""
    trade = next(block.trade for block in questionnaire.blocks if block.name == name)
    return [
        place
        for place, block in enumerate(questionnaire.blocks)
        if block.name == name or (trade is not None and block.trade == trade)
    ]


def _note(questionnaire: Questionnaire, sheet: Sheet, page: Page, found: Explored) -> None:
    found.asked |= {ask.question.name for ask in page.asks}
    _, shown = shown_page(questionnaire, sheet, page)
    for ask, read in zip(page.asks, shown, strict=True):
        if marks(ask.question.text) and UNKNOWN in read.text and UNKNOWN not in ask.question.text.en:
            found.gaps.add(ask.question.name)


def _end(questionnaire: Questionnaire, sheet: Sheet, way: tuple[Ask, ...], found: Explored) -> None:
    found.sheets += 1
    if questionnaire.quotas:
        found.cells.add(frozenset(counted(questionnaire, sheet)))
    once = tuple({ask.key: ask for ask in way}.values())
    if len(once) > len(found.longest):
        found.longest = once


def _drawn(questionnaire: Questionnaire) -> bool:
    return any(block.shuffle or block.trade for block in questionnaire.blocks)


def _read_until(questionnaire: Questionnaire) -> dict[str, int]:
    """Return the questions whose answers something reads, and the last place of a block that does."""
    found: dict[str, int] = defaultdict(int)
    for block in questionnaire.blocks:
        last = max(_places(questionnaire, block.name))
        for name in _read_by(block):
            found[name] = max(found[name], last)
    for quota in questionnaire.quotas:
        names = quota.when.names if quota.when else ()
        found |= {name.partition(".")[0]: len(questionnaire.blocks) for name in names}
    return {name: place for name, place in found.items() if name in questionnaire.by_name}


def _read_by(block: Block) -> set[str]:
    """Return what a block reads, without parts."""
    conditions = [block.when, *(question.when for question in block.questions)]
    names = {name for condition in conditions if condition for name in condition.names}
    names |= {block.repeat} if block.repeat else set()
    names |= {question.carried.question for question in block.questions if question.carried}
    names |= {mark for question in block.questions for mark in MARK.findall(question.text.en)}
    return {name.partition(".")[0] for name in names}
