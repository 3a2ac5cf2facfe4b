"""A questionnaire as it stands on a day: scales, questions in blocks, quotas and scores, in three languages.

A block is a page, or several where it has more questions than a page holds. A question is simple (one value) or has
parts: rows of a matrix, options of a multiple choice, the expected and the perceived side of a pair, the functional and
the dysfunctional side after Kano, things among which 100 points are shared out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from zhike.core.expressions import Expression
    from zhike.core.language import Text

__all__ = [
    "KINDS",
    "NOT_APPLICABLE",
    "NO_ANSWERS",
    "SIDES",
    "SILENT",
    "Block",
    "Carried",
    "Choice",
    "Label",
    "Question",
    "Questionnaire",
    "Quota",
    "Scale",
    "ScoreRule",
]

KINDS: Final = (
    "rating", "single", "multiple", "number", "text", "date", "matrix", "pair", "kano", "points",
)  # fmt: skip
SIDES: Final = {"pair": ("expected", "perceived"), "kano": ("functional", "dysfunctional")}
"""Parts of the questions that have two sides."""
NOT_APPLICABLE: Final = "not_applicable"
"""The answer of somebody whom the question does not concern; it counts in no score."""
DONT_KNOW, REFUSED = "dont_know", "refused"
NO_ANSWERS: Final = (DONT_KNOW, REFUSED)
"""What somebody says instead of an answer to whoever asks them aloud; a page offers neither. Told apart, as they mean different things."""
SILENT: Final = (NOT_APPLICABLE, *NO_ANSWERS)
"""What stands where an answer would and counts in no score."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a point of a scale, and which way they lean: -1 negative, 0 neutral, 1 positive."""

    text: Text
    lean: int


@dataclass(frozen=True, slots=True)
class Scale:
    """Whole numbers from ``low`` to ``high``, with words at some of them.

    Parameters
    ----------
    sides : mapping of str to Text
        What is asked on either side of a pair, where all questions of the scale ask the same.
    """

    low: int
    high: int
    labels: Mapping[int, Label]
    sides: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """An option, or a row; ``alone`` excludes all others, ``points`` count in a score."""

    code: str
    text: Text
    points: float | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Carried:
    """Choices carried forward: those of an earlier question that were chosen, or that were not."""

    question: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Parameters
    ----------
    scale : Scale, optional
        Of a rating, matrix, pair or Kano question.
    choices : tuple of Choice
        Options of a choice, rows of a matrix or of an allocation of points; all that can ever be offered.
    carried : Carried, optional
        Which of the choices are offered, by an earlier answer.
    when : Expression, optional
        Asked only where this is surely true.
    low, high : float, optional
        Bounds of a number; of a multiple choice, how many; of a text, characters; of points, their sum is ``high``.
    everyone : bool
        Whoever is asked can answer: a way out is not needed.
    short : bool
        Part of the short version of the elder mode.
    reverse : bool
        The low end is the good one; turned round before it is scored.
    """

    name: str
    kind: str
    text: Text
    scale: Scale | None = None
    choices: tuple[Choice, ...] = ()
    sides: Mapping[str, Text] = field(default_factory=dict)
    carried: Carried | None = None
    when: Expression | None = None
    low: float | None = None
    high: float | None = None
    required: bool = True
    not_applicable: bool = False
    everyone: bool = False
    short: bool = False
    reverse: bool = False
    shuffle: bool = False

    def part_names(self) -> tuple[str, ...]:
        """Return the names of its parts, none for a simple question."""
        if self.kind in SIDES:
            return SIDES[self.kind]
        return (
            tuple(one.code for one in self.choices) if self.kind in ("multiple", "matrix", "points") else ()
        )


@dataclass(frozen=True, slots=True)
class Block:
    """Questions that stand together.

    Parameters
    ----------
    repeat : str, optional
        A multiple choice; the block is asked once for each chosen option.
    shuffle : bool
        Questions in an order drawn by the sheet's seed.
    pick : int, optional
        So many of the shuffled questions are asked.
    trade : str, optional
        Blocks with the same word trade places by the sheet's seed.
    page : int, optional
        Questions on a page.
    """

    name: str
    title: Text
    questions: tuple[Question, ...]
    when: Expression | None = None
    repeat: str | None = None
    shuffle: bool = False
    pick: int | None = None
    trade: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """At most ``limit`` sheets of a cell (``when``), or with an option (``option``: question and code).

    Parameters
    ----------
    days : int, optional
        Within so many days; without it, of all time. Sheets of every version of the instrument count.
    skip : tuple of str
        Blocks that are passed over where the cell is full; without any, the sheet ends there.
    words : Text, optional
        What is said at that end.
    margin : str
        Cells of one margin are to have nobody in common.
    """

    name: str
    title: Text
    limit: int
    when: Expression | None = None
    option: tuple[str, str] | None = None
    days: int | None = None
    skip: tuple[str, ...] = ()
    words: Text | None = None
    margin: str = ""


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """How a score is made from questions; see `zhike.measure.surveys.scoring`."""

    name: str
    title: Text
    way: str
    questions: tuple[str, ...]
    weights: str | None = None
    least: int = 1


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version of an instrument.

    Parameters
    ----------
    path : str
        Its document in the rulebook, such as ``instruments.nps``.
    first_day : date
        First day of the version; answers keep it.
    given : mapping of str to str
        What is known of the person before the first question, each ``number`` or ``text``; conditions read ``given.…``.
    by_name : mapping of str to Question
        All questions, in the order in which they are written.
    unknown : mapping of str to float
        Every name that a condition reads, as long as nothing is known: NaN.
    steering : frozenset of str
        Questions on whose answers it hangs what else is asked or offered.
    """

    path: str
    first_day: dt.date
    title: Text
    blocks: tuple[Block, ...]
    given: Mapping[str, str] = field(default_factory=dict)
    quotas: tuple[Quota, ...] = ()
    scores: tuple[ScoreRule, ...] = ()
    thanks: Text | None = None
    by_name: Mapping[str, Question] = field(default_factory=dict)
    unknown: Mapping[str, float] = field(default_factory=dict)
    steering: frozenset[str] = frozenset()

    def quota(self, name: str) -> Quota:
        """Return a quota by name."""
        return next(one for one in self.quotas if one.name == name)

    @property
    def version(self) -> str:
        """What an answer keeps: the path and the version's first day."""
        return f"{self.path}@{self.first_day}"

    def conditions(self) -> Iterator[Expression]:
        """Yield every condition of blocks, questions and quotas."""
        yield from (block.when for block in self.blocks if block.when is not None)
        yield from (question.when for question in self.by_name.values() if question.when is not None)
        yield from (quota.when for quota in self.quotas if quota.when is not None)

    def heard(self, question: Question) -> bool:
        """Whether a condition reads the question's answer."""
        parts = question.part_names()
        return (
            any(f"{question.name}.{part}" in self.unknown for part in parts) or question.name in self.unknown
        )

    def question(self, key: str) -> Question | None:
        """Return the question that a key of a sheet is about: ``overall`` or, in a loop, ``overall@app``."""
        return self.by_name.get(key.partition("@")[0])
