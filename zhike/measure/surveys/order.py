"""What a question may refer to: only answers that are surely given before it, in whatever order the blocks are drawn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.language import LANGUAGES
from zhike.core.phrases import either, phrase
from zhike.core.rule_names import check_sorts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhike.core.language import Text
    from zhike.core.rule_names import Sort
    from zhike.measure.surveys.questionnaire import Block, Question, Questionnaire, Quota

__all__ = ["LOOP", "MARK", "check_order", "marks"]

MARK: Final = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\}")
"""A place in a text into which an earlier answer is piped: ``{channel}``, ``{given.tier}`` or ``{loop}``."""
LOOP: Final = "loop"
_TEXTS: Final = ("single", "text")


def marks(text: Text) -> set[str]:
    """Return what is piped into a text, in any of its languages."""
    return {name for language in LANGUAGES for name in MARK.findall(text.in_language(language))}


def check_order(found: Questionnaire) -> None:
    """Raise `RuleError` where a condition, a loop, a carried choice or a text reads what may not yet be answered."""
    for place, block in enumerate(found.blocks):
        where = f"{found.path}:{block.name}"
        before = _sorts(found, _earlier(found, place))
        if block.when is not None:
            check_sorts(block.when, before, where)
        _check_repeat(found, place)
        _check_marks(where, [block.title], _piped(found, place, 0))
        for index, question in enumerate(block.questions):
            _check_question(found, place, index, question)
    everything = _sorts(found, [q for block in found.blocks if not block.repeat for q in block.questions])
    for quota in found.quotas:
        _check_quota(found, quota.name, everything)


def _check_question(found: Questionnaire, place: int, index: int, question: Question) -> None:
    where = f"{found.path}:{question.name}"
    before = _before(found, place, index)
    if question.when is not None:
        check_sorts(question.when, _sorts(found, before), where)
    if question.carried is not None:
        _check_carried(where, question, before)
    texts = [question.text, *question.sides.values(), *(choice.text for choice in question.choices)]
    _check_marks(where, texts, _piped(found, place, index))


def _check_carried(where: str, question: Question, before: list[Question]) -> None:
    assert question.carried is not None  # noqa: S101 - asked by the caller
    sources = {one.name: one for one in before if one.kind in ("single", "multiple")}
    source = sources.get(question.carried.question)
    if source is None:
        raise RuleError(
            what=phrase("carried '{name}'", name=question.carried.question),
            path=where,
            expected=either(sources) or phrase("an earlier choice"),
        )
    odd = sorted({one.code for one in question.choices} - {one.code for one in source.choices})
    if odd:
        raise RuleError(
            what=phrase("choices {names}", names=", ".join(odd)),
            path=where,
            expected=either(one.code for one in source.choices),
        )


def _check_repeat(found: Questionnaire, place: int) -> None:
    block = found.blocks[place]
    if block.repeat is None:
        return
    known = {one.name for one in _earlier(found, place) if one.kind == "multiple"}
    if block.repeat not in known:
        raise RuleError(
            what=phrase("repeat '{name}'", name=block.repeat),
            path=f"{found.path}:{block.name}",
            expected=either(sorted(known)) or phrase("an earlier multiple choice"),
        )


def _check_marks(where: str, texts: list[Text], known: set[str]) -> None:
    for text in texts:
        named = marks(text)
        if named - known:
            raise RuleError(
                what=f"{{{min(named - known)}}}",
                path=where,
                expected=phrase("the name of an earlier question, given.… or loop"),
            )
        different = [
            language for language in LANGUAGES if set(MARK.findall(text.in_language(language))) != named
        ]
        if different:
            raise RuleError(
                what=phrase(
                    "a text in {language} without {names}", language=different[0], names=sorted(named)
                ),
                path=where,
                expected=phrase("the same places in every language"),
            )


def _check_quota(found: Questionnaire, name: str, everything: dict[str, Sort]) -> None:
    quota, where = found.quota(name), f"{found.path}:{name}"
    if quota.when is not None:
        check_sorts(quota.when, everything, where)
        _check_skipped(found, quota, where)
    if quota.option is not None:
        question = found.by_name.get(quota.option[0])
        if question is None or quota.option[1] not in {one.code for one in question.choices}:
            raise RuleError(
                what=phrase("option '{name}'", name=".".join(quota.option)),
                path=where,
                expected=phrase("question and option"),
            )


def _check_skipped(found: Questionnaire, quota: Quota, where: str) -> None:
    """Refuse to pass over a block that is not there, or by an answer that may come after it."""
    places = {block.name: place for place, block in enumerate(found.blocks)}
    for name in quota.skip:
        if name not in places:
            raise RuleError(what=phrase("skip '{name}'", name=name), path=where, expected=either(places))
        assert quota.when is not None  # noqa: S101 - asked by the caller
        check_sorts(quota.when, _sorts(found, _earlier(found, places[name])), where)


def _piped(found: Questionnaire, place: int, index: int) -> set[str]:
    names = {
        one.name for one in _before(found, place, index) if not one.part_names() or one.kind == "multiple"
    }
    loop = {LOOP} if found.blocks[place].repeat else set()
    return names | loop | {f"given.{name}" for name in found.given}


def _before(found: Questionnaire, place: int, index: int) -> list[Question]:
    block = found.blocks[place]
    return [*_earlier(found, place), *(() if block.shuffle else block.questions[:index])]


def _earlier(found: Questionnaire, place: int) -> list[Question]:
    """Return the questions of all blocks that stand before a block in every order; a loop's answers stay within it."""
    first = min(_places(found, found.blocks[place], place))
    return [
        question
        for other, block in enumerate(found.blocks)
        if block.repeat is None and max(_places(found, block, other)) < first
        for question in block.questions
    ]


def _places(found: Questionnaire, block: Block, place: int) -> list[int]:
    if block.trade is None:
        return [place]
    return [other for other, one in enumerate(found.blocks) if one.trade == block.trade]


def _sorts(found: Questionnaire, questions: list[Question]) -> dict[str, Sort]:
    """Return the names that a condition may read, and whether each is a number or a text."""
    given: dict[str, Any] = {f"given.{name}": sort for name, sort in found.given.items()}
    return {**given, **dict(pair for question in questions for pair in _names(question))}


def _names(question: Question) -> Iterator[tuple[str, Sort]]:
    parts = question.part_names()
    if parts:
        yield from ((f"{question.name}.{part}", "number") for part in parts)
    else:
        yield question.name, "text" if question.kind in _TEXTS else "number"
