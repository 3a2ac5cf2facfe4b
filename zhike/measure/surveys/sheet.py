"""An answer sheet: what one person has answered so far, to which version, in which language and over which mode."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import AnswerError
from zhike.core.language import LANGUAGES
from zhike.core.phrases import either, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language
    from zhike.measure.surveys.questionnaire import Questionnaire

__all__ = ["MODES", "Answer", "Sheet", "open_sheet"]

Answer = Any
"""A number, a text, a day, a list of codes, a mapping from part to number, `NOT_APPLICABLE`, or None for passed over."""
MODES: Final = ("web", "tablet", "phone", "kiosk", "import")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Answers by key, in the order in which they were given.

    Parameters
    ----------
    version : str
        The questionnaire's version, such as ``instruments.nps@2026-01-01``; it never changes.
    seed : int
        Draws the order of blocks, questions and options; kept, so that a sheet that is continued looks as before.
    mode : str
        One of `MODES`.
    elder : bool
        The short version, for those who ask for it.
    given : mapping
        What is known of the person, by the questionnaire's ``given``.
    answers : mapping
        By key: a question's name, with ``@option`` within a loop.
    """

    version: str
    seed: int
    language: Language = "en"
    mode: str = "web"
    elder: bool = False
    given: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)

    def with_answer(self, key: str, value: Answer) -> Sheet:
        """Return the sheet with one answer more, or changed."""
        return replace(self, answers={**self.answers, key: value})

    def without(self, keys: set[str]) -> Sheet:
        """Return the sheet without some answers."""
        return replace(self, answers={k: v for k, v in self.answers.items() if k not in keys})

    def to_json(self) -> dict[str, Any]:
        """Return what a partial save keeps; days in ISO form."""
        answers = {key: _kept(value) for key, value in self.answers.items()}
        return {
            "version": self.version, "seed": self.seed, "language": self.language, "mode": self.mode,
            "elder": self.elder, "given": dict(self.given), "answers": answers,
        }  # fmt: skip


def _kept(value: Answer) -> Answer:
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def open_sheet(
    questionnaire: Questionnaire,
    seed: int,
    language: Language = "en",
    mode: str = "web",
    given: Mapping[str, Any] | None = None,
    *,
    elder: bool = False,
) -> Sheet:
    """Return an empty sheet.

    Raises
    ------
    AnswerError
        When the language, the mode or a given fact is none that the questionnaire knows.
    """
    facts = dict(given or {})
    _one_of("language", language, LANGUAGES)
    _one_of("mode", mode, MODES)
    for name, value in facts.items():
        _one_of("given", name, tuple(questionnaire.given))
        wanted = (int, float) if questionnaire.given[name] == "number" else (str,)
        if value is not None and not isinstance(value, wanted):
            raise AnswerError(
                question=f"given.{name}", what=f"{value!r}",
                expected=phrase("a {sort}", sort=questionnaire.given[name]),
            )  # fmt: skip
    return Sheet(questionnaire.version, seed, language, mode, elder, facts)


def _one_of(question: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise AnswerError(
            question=question,
            what=f"'{value}'",
            expected=either(known) if known else phrase("no given facts"),
        )
