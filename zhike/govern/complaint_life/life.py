"""States and moves as a dated document of the rulebook has them, read and checked: every state is reached, and every state has a way out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.expressions import Expression, parse_expression
from zhike.core.language import Text
from zhike.core.phrases import either, phrase

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.core.rulebook import Rulebook

__all__ = [
    "COMPLEXITY",
    "ENDED",
    "EXTENSIONS",
    "FACTS",
    "LIFE",
    "SAME",
    "TO_REVIEW",
    "Life",
    "Move",
    "Review",
    "State",
]

LIFE: Final = "complaints.life"
"""Path of the document."""
PHASES: Final = ("intake", "work", "wait", "review", "told", "outside", "ended")
ENDED: Final = "ended"
SAME, TO_REVIEW = "same", "review"
"""Where a move leads: it stays, or to the first review that is due."""
PERSONS: Final = ("anyone", "handler", "other")
_OPEN, _ANY = "open", "any"
COMPLEXITY: Final = "complexity"
EXTENSIONS: Final = "extensions"
FACTS: Final = ("amount", "limit", "major", COMPLEXITY, "legal", "regulatory", EXTENSIONS)
"""What the condition of a review reads: the redress proposed and what the handler may give alone, in minor units; 1 or 0; the complexity;
how often the time was extended."""


@dataclass(frozen=True, slots=True)
class State:
    """A state: its title, and the phase that it belongs to, one of `PHASES`."""

    title: Text
    phase: str


@dataclass(frozen=True, slots=True)
class Move:
    """A move.

    Parameters
    ----------
    id, title : str, Text
    origins : tuple of str
        States from which it is made.
    to : str
        A state, `SAME` or `TO_REVIEW`.
    verb : str
        Right that it takes; ``review`` stands for that of the review which the case is in.
    person : str
        One of `PERSONS`.
    needs : tuple of str
        What has to be said with it.
    event : str or None
        What it is to the clocks of the law.
    """

    id: str
    title: Text
    origins: tuple[str, ...]
    to: str
    verb: str
    person: str
    needs: tuple[str, ...]
    event: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """A review before a decision is told: the state it takes place in, the right it takes, when it is due."""

    state: str
    verb: str
    when: Expression


@dataclass(frozen=True, slots=True)
class Life:
    """The states and moves in force on a day.

    Parameters
    ----------
    version : str
        Path and first day of the document.
    begins, reviewed : str
        The first state, and the one after all reviews.
    states : mapping of str to State
    moves : mapping of str to Move
    reviews : tuple of Review
        In their order.
    next : mapping of str to str
        By state: the move that is usually made next.
    own : tuple of str
        Moves that customers make themselves, on their own page.
    """

    version: str
    begins: str
    reviewed: str
    states: Mapping[str, State]
    moves: Mapping[str, Move]
    reviews: tuple[Review, ...]
    next: Mapping[str, str] = field(default_factory=dict)
    own: tuple[str, ...] = ()

    @classmethod
    def of(cls, rulebook: Rulebook, day: dt.date) -> Life:
        """Read the document as it is in force on a day.

        Raises
        ------
        RuleNotFoundError
            When none is.
        RuleError
            When a move leads from or to a state that there is not, a state is never reached, or one has no way out and is not ended.
        """
        version = rulebook.at(LIFE, day)
        raw: Mapping[str, Any] = version.value
        states = {name: State(Text.of(one), one["phase"]) for name, one in raw["states"].items()}
        found = cls(
            f"{version.path}@{version.first_day}", raw["begins"], raw["reviewed"], states,
            {name: _move(name, one, states) for name, one in raw["moves"].items()},
            tuple(_review(name, one) for name, one in raw["reviews"].items()), dict(raw.get("next", {})), tuple(raw.get("own", ())),
        )  # fmt: skip
        found.check()
        return found

    def check(self) -> None:
        """Refuse a document in which a complaint could be lost."""
        named = {self.begins, self.reviewed, *(one.state for one in self.reviews)}
        for move in self.moves.values():
            named |= {*move.origins, *({move.to} - {SAME, TO_REVIEW})}
            _known(move.person, PERSONS, move.id)
        for name in sorted(named):
            _known(name, self.states, LIFE)
        for name, state in self.states.items():
            _known(state.phase, PHASES, name)
        self._check_ways()
        self._check_offered()

    def _check_offered(self) -> None:
        for state, name in self.next.items():
            _known(name, self.moves, state)
            _known(state, self.moves[name].origins, name)
        for name in self.own:
            _known(name, self.moves, "own")

    def _check_ways(self) -> None:
        reached = {self.begins, self.reviewed, *(one.state for one in self.reviews)}
        reached |= {move.to for move in self.moves.values()}
        lost = [name for name in self.states if name not in reached]
        left = {origin for move in self.moves.values() if move.to != SAME for origin in move.origins}
        stuck = [name for name, one in self.states.items() if one.phase != ENDED and name not in left]
        _none(lost, phrase("states that no move leads to: {names}", names=", ".join(lost)))
        _none(stuck, phrase("states without a way out: {names}", names=", ".join(stuck)))

    def is_open(self, state: str) -> bool:
        """Return whether a complaint in a state is not at its end."""
        return self.states[state].phase != ENDED

    def review_of(self, state: str) -> Review | None:
        """Return the review that takes place in a state."""
        return next((one for one in self.reviews if one.state == state), None)


def _move(name: str, raw: Mapping[str, Any], states: Mapping[str, State]) -> Move:
    everywhere = {_OPEN: [state for state, one in states.items() if one.phase != ENDED], _ANY: list(states)}
    origins = raw["from"] if isinstance(raw["from"], list) else everywhere[raw["from"]]
    return Move(
        name, Text.of(raw), tuple(origins), raw["to"], raw["verb"], raw["person"], tuple(raw.get("needs", ())),
        raw.get("event") or None,
    )  # fmt: skip


def _review(state: str, raw: Mapping[str, Any]) -> Review:
    when = parse_expression(raw["when"], f"{LIFE}.reviews.{state}")
    for name in when.names:
        _known(name, FACTS, state)
    return Review(state, raw["verb"], when)


def _none(found: list[str], what: object) -> None:
    if found:
        raise RuleError(
            what=what, path=LIFE, expected=phrase("every state reached, and left unless it is ended")
        )


def _known(name: str, known: Any, where: str) -> None:  # noqa: ANN401 - any collection of names
    if name not in known:
        raise RuleError(what=f"'{name}'", path=f"{LIFE}: {where}", expected=either(known))
