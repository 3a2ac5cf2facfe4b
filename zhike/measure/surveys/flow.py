"""What is asked next: a pure state machine over a questionnaire and a sheet.

The whole way is walked from the first block each time: which questions are asked follows from the answers alone, never from
how somebody came to a page. So a person can go back and change an answer; what is then no longer asked is dropped, and a
sheet that was kept half filled goes on where it stopped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import AnswerError
from zhike.core.phrases import phrase
from zhike.measure.surveys.offering import (
    choices_for,
    chose,
    closed_options,
    in_places,
    ordered,
    repeats,
)
from zhike.measure.surveys.questionnaire import NO_ANSWERS, SILENT
from zhike.measure.surveys.values import checked_value, parts_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zhike.core.expressions import Expression
    from zhike.measure.surveys.questionnaire import Block, Question, Questionnaire, Quota
    from zhike.measure.surveys.sheet import Answer, Sheet

__all__ = [
    "ALOUD",
    "NONE_FILLED",
    "Ask",
    "End",
    "Page",
    "Way",
    "accept",
    "counted",
    "next_page",
    "pass_over",
    "walk",
]

ALOUD: Final = "phone"
"""The mode in which somebody asks and notes that there is no answer."""
NONE_FILLED: Final[Mapping[str, int]] = {}


@dataclass(frozen=True, slots=True)
class Ask:
    """A question as it is put to one person.

    Parameters
    ----------
    key : str
        Its place in the sheet: the question's name, with ``@option`` within a loop.
    page : tuple
        Block, option of the loop, and number of the page within the block.
    offered : tuple of str
        Codes of the choices offered, in the order in which they are shown.
    """

    key: str
    question: Question
    page: tuple[str, str, int]
    offered: tuple[str, ...]

    @property
    def loop(self) -> str:
        """The option that the block is repeated for; empty outside a loop."""
        return self.page[1]


@dataclass(frozen=True, slots=True)
class Way:
    """All that is asked under the answers so far, and the quota that ended it."""

    asks: tuple[Ask, ...]
    full: str | None = None

    def keyed(self) -> dict[str, Ask]:
        """Return what is asked by key."""
        return {ask.key: ask for ask in self.asks}


@dataclass(frozen=True, slots=True)
class Page:
    """The next page: everything on it, and the keys that are still without an answer.

    Parameters
    ----------
    answered, asked : int
        Questions answered or passed over, and questions asked, as far as the answers so far can tell.
    """

    block: Block
    asks: tuple[Ask, ...]
    pending: tuple[str, ...]
    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class End:
    """Nothing is left to ask: the sheet is complete, or its cell is full (``quota``)."""

    complete: bool
    quota: str | None = None


def next_page(
    questionnaire: Questionnaire, sheet: Sheet, filled: Mapping[str, int] = NONE_FILLED
) -> Page | End:
    """Return the first page that has a question without an answer, or the end.

    Parameters
    ----------
    questionnaire : Questionnaire
    sheet : Sheet
        Of the questionnaire's version; its seed draws what is shuffled.
    filled : mapping of str to int
        Complete sheets by quota, see `counted`.

    Raises
    ------
    AnswerError
        When the sheet is of another version.
    """
    way = walk(questionnaire, sheet, filled)
    pending = [ask for ask in way.asks if ask.key not in sheet.answers]
    if not pending:
        return End(way.full is None, way.full)
    asks = tuple(ask for ask in way.asks if ask.page == pending[0].page)
    block = next(block for block in questionnaire.blocks if block.name == pending[0].page[0])
    keys = tuple(ask.key for ask in asks if ask.key not in sheet.answers)
    return Page(block, asks, keys, len(way.asks) - len(pending), len(way.asks))


def accept(
    questionnaire: Questionnaire, sheet: Sheet, key: str, value: Any, filled: Mapping[str, int] = NONE_FILLED  # noqa: ANN401 - as a page sends it
) -> Sheet:  # fmt: skip
    """Return the sheet with one answer more, or changed, without those that are then no longer asked.

    Parameters
    ----------
    key : str
        A question on the next page or on one before it.
    value : any
        `NOT_APPLICABLE` where the question allows it; None passes over a question that is not required. One of `NO_ANSWERS` wherever
        somebody asks aloud, also of what is required: nobody can be made to answer.

    Raises
    ------
    AnswerError
        When the question is not asked, or the value does not answer it; nothing is changed.
    """
    way = walk(questionnaire, sheet, filled)
    ask = way.keyed().get(key)
    if ask is None or not _open(way, sheet, ask):
        page = next_page(questionnaire, sheet, filled)
        known = (
            ", ".join(page.pending) if isinstance(page, Page) else phrase("nothing more: the sheet is done")
        )
        raise AnswerError(
            question=key, what=phrase("an answer to a question that is not asked now"), expected=known
        )
    silent = sheet.mode == ALOUD and value in NO_ANSWERS
    kept = value if silent else checked_value(key, ask.question, ask.offered, value)
    answered = sheet.with_answer(key, kept)
    steers = ask.question.name in questionnaire.steering
    return _pruned(questionnaire, answered, filled) if steers else answered


def pass_over(
    questionnaire: Questionnaire, sheet: Sheet, keys: Iterable[str], filled: Mapping[str, int] = NONE_FILLED
) -> Sheet:
    """Return the sheet with questions passed over, as somebody does who turns the page.

    Raises
    ------
    AnswerError
        At the first that is required.
    """
    for key in keys:
        sheet = accept(questionnaire, sheet, key, None, filled)
    return sheet


def counted(
    questionnaire: Questionnaire, sheet: Sheet, filled: Mapping[str, int] = NONE_FILLED
) -> tuple[str, ...]:
    """Return the quotas of which a sheet takes a place, as far as it is filled in; one that a full cell ended takes none.

    A quota that passes blocks over counts the sheets that are asked one of them.
    """
    way = walk(questionnaire, sheet, filled)
    if way.full is not None:
        return ()
    names, blocks = _names_of(questionnaire, sheet, way), {ask.page[0] for ask in way.asks}
    return tuple(
        quota.name
        for quota in questionnaire.quotas
        if (quota.when is not None and _holds(quota.when, names) and not (quota.skip and blocks.isdisjoint(quota.skip)))
        or (quota.option is not None and chose(sheet, *quota.option))
    )  # fmt: skip


def walk(questionnaire: Questionnaire, sheet: Sheet, filled: Mapping[str, int] = NONE_FILLED) -> Way:
    """Return everything that is asked under the answers so far, in the order in which it is asked."""
    if sheet.version != questionnaire.version:
        raise AnswerError(
            question="version", what=f"'{sheet.version}'",
            expected=phrase("a sheet of {version}", version=questionnaire.version),
        )  # fmt: skip
    names = _known_before(questionnaire, sheet)
    closed = closed_options(questionnaire, sheet, filled)
    asks: list[Ask] = []
    full = _full(questionnaire, names, filled)
    if full is not None:
        return Way((), full)
    for block in in_places(questionnaire, sheet):
        if block.when is not None and not _holds(block.when, names):
            continue
        if any(block.name in quota.skip for quota in _filled_cells(questionnaire, names, filled)):
            continue
        for option in repeats(questionnaire, block, sheet, [ask.key for ask in asks]):
            asks += _asks(questionnaire, block, option, sheet, names, closed)
        full = _full(questionnaire, names, filled)
        if full is not None:
            return Way(tuple(asks), full)
    return Way(tuple(asks))


def _open(way: Way, sheet: Sheet, ask: Ask) -> bool:
    """Whether a question stands on the next page or before: later ones may yet turn out not to be asked."""
    first = next((one.page for one in way.asks if one.key not in sheet.answers), None)
    pages = list(dict.fromkeys(one.page for one in way.asks))
    return first is None or pages.index(ask.page) <= pages.index(first)


def _pruned(questionnaire: Questionnaire, sheet: Sheet, filled: Mapping[str, int]) -> Sheet:
    """Drop answers that are no longer asked or no longer offered, until none is left: one may hang on another."""
    while True:
        asked = walk(questionnaire, sheet, filled).keyed()
        gone = {
            key for key, value in sheet.answers.items() if key not in asked or not _offered(asked[key], value)
        }
        if not gone:
            return sheet
        sheet = sheet.without(gone)


def _offered(ask: Ask, value: Answer) -> bool:
    if value is None or value in SILENT or ask.question.kind not in ("single", "multiple", "matrix", "points"):  # fmt: skip
        return True
    if ask.question.kind in ("matrix", "points"):
        return set(value) == set(ask.offered)
    return set([value] if isinstance(value, str) else value) <= set(ask.offered)


def _asks(
    questionnaire: Questionnaire, block: Block, option: str, sheet: Sheet, names: dict[str, Any], closed: set[tuple[str, str]]
) -> list[Ask]:  # fmt: skip
    """Return what one page or one turn of a loop asks; the names of its answers are added as it goes."""
    asks: list[Ask] = []
    inner = dict(names) if option else names
    for place, question in ordered(block, sheet, option):
        if sheet.elder and not question.short:
            continue
        if question.when is not None and not _holds(question.when, inner):
            continue
        offered = choices_for(question, sheet, closed)
        if question.choices and not offered:
            continue  # nothing was carried forward: there is nothing to choose from
        key = f"{question.name}@{option}" if option else question.name
        asks.append(
            Ask(key, question, (block.name, option, place // (block.page or len(block.questions))), offered)
        )
        if questionnaire.heard(question):
            inner.update(parts_read(question, sheet.answers.get(key)))
    return asks


def _full(questionnaire: Questionnaire, names: Mapping[str, Any], filled: Mapping[str, int]) -> str | None:
    """Return the first cell that ends the sheet."""
    cells = _filled_cells(questionnaire, names, filled)
    return next((quota.name for quota in cells if not quota.skip), None)


def _filled_cells(
    questionnaire: Questionnaire, names: Mapping[str, Any], filled: Mapping[str, int]
) -> Iterator[Quota]:
    """Yield the cells that somebody is surely in and that are full; nothing that was not counted is full."""
    for quota in questionnaire.quotas:
        if quota.when is not None and filled.get(quota.name, -1) >= quota.limit and _holds(quota.when, names):
            yield quota


def _names_of(questionnaire: Questionnaire, sheet: Sheet, way: Way) -> dict[str, Any]:
    names = _known_before(questionnaire, sheet)
    for ask in way.asks:
        if not ask.loop and questionnaire.heard(ask.question):
            names.update(parts_read(ask.question, sheet.answers.get(ask.key)))
    return names


def _known_before(questionnaire: Questionnaire, sheet: Sheet) -> dict[str, Any]:
    given = {f"given.{name}": sheet.given.get(name) for name in questionnaire.given}
    return {**questionnaire.unknown, **given}


def _holds(condition: Expression, names: Mapping[str, Any]) -> bool:
    return bool(condition.truth(names).true)
