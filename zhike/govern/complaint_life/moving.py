"""One move of a complaint: made, or refused with everything that it lacks."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.govern.complaint_life.life import COMPLEXITY, EXTENSIONS, FACTS, SAME, TO_REVIEW
from zhike.govern.deadlines.case_events import COMPLEXITIES
from zhike.govern.missing import Missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhike.govern.complaint_life.life import Life, Move, Review
    from zhike.govern.complaint_life.standing import Mover, Standing

__all__ = ["Step", "Taken", "closed_moves", "move_on", "open_moves"]

_HANDLER, _OTHER = "handler", "other"
_REVIEW: Final = "review"
_EXTENDED: Final = "extended"
_EMPTY: Final[tuple[Any, ...]] = (None, "", (), [], {})
_NUMBERS: Final = tuple(name for name in FACTS if name != COMPLEXITY)


@dataclass(frozen=True, slots=True)
class Step:
    """What a move did: from which state to which, what it is to the clocks, and the reviews that are still due.

    Parameters
    ----------
    move : str
    before, after : str
    event : str or None
    reviews : tuple of str
        In their order, the one that the case is in first; empty where none is due.
    """

    move: str
    before: str
    after: str
    event: str | None
    reviews: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """The outcome: the step and the standing after it, or what is missing.

    Parameters
    ----------
    step : Step or None
    standing : Standing
        Unchanged where something is missing.
    missing : tuple of Missing
    """

    step: Step | None
    standing: Standing
    missing: tuple[Missing, ...] = ()


def move_on(life: Life, standing: Standing, name: str, mover: Mover, given: Mapping[str, Any]) -> Taken:
    """Make a move.

    Parameters
    ----------
    life : Life
    standing : Standing
    name : str
        A key of ``life.moves``.
    mover : Mover
    given : mapping
        What is said with it; ``facts`` of a decision that is proposed, ``handler`` of a change of person.

    Returns
    -------
    Taken
        A move that may not be made is no error: it says all that is missing at once.

    Raises
    ------
    KeyError
        When there is no such move.
    """
    move = life.moves[name]
    missing = tuple(_missing(life, standing, move, mover, given))
    if missing:
        return Taken(None, standing, missing)
    after = _after(standing, move, mover, given)
    due = _due(life, after) if move.to == TO_REVIEW or move.event == _EXTENDED else ()
    state = _state(life, standing.state, move, due)
    return Taken(
        Step(name, standing.state, state, move.event, tuple(one.state for one in due)),
        dataclasses.replace(after, state=state),
    )


def open_moves(life: Life, standing: Standing, mover: Mover) -> tuple[Move, ...]:
    """Return the moves that somebody may make now, whatever they will have to say with them."""
    return tuple(
        move for move in life.moves.values()
        if standing.state in move.origins and not any(_who(life, standing, move, mover))
    )  # fmt: skip


def closed_moves(
    life: Life, standing: Standing, mover: Mover
) -> tuple[tuple[Move, tuple[Missing, ...]], ...]:
    """Return the moves that lead from here and that somebody may not make, each with all that stands against it."""
    found = (
        (move, tuple(_who(life, standing, move, mover)))
        for move in life.moves.values()
        if standing.state in move.origins
    )
    return tuple((move, against) for move, against in found if against)


def _missing(
    life: Life, standing: Standing, move: Move, mover: Mover, given: Mapping[str, Any]
) -> Iterator[Missing]:
    if standing.state not in move.origins:
        yield Missing("wrong_state", {"state": standing.state, "needed": ", ".join(move.origins)})
        return
    yield from _who(life, standing, move, mover)
    for field in move.needs:
        if given.get(field) in _EMPTY:
            yield Missing("not_said", {"what": field})
    handler = given.get(_HANDLER)
    if handler in standing.named:
        yield Missing("named_in_case", {"actor_id": str(handler)})


def _who(life: Life, standing: Standing, move: Move, mover: Mover) -> Iterator[Missing]:
    verb = _verb(life, standing.state, move)
    if verb not in mover.verbs:
        yield Missing("not_permitted", {"verb": verb})
    if mover.staff_id in standing.named:
        yield Missing("named_in_case", {"actor_id": mover.staff_id})
    if move.person == _HANDLER and standing.handler is not None and mover.staff_id != standing.handler:
        yield Missing("not_the_person", {"actor_id": standing.handler})
    if move.person == _OTHER and mover.staff_id in _involved(standing, move):
        yield Missing("same_person", {"actor_id": mover.staff_id})


def _involved(standing: Standing, move: Move) -> frozenset[str]:
    """Return who has had a hand in what a move judges: whoever handled it; of a verification also those who reviewed it."""
    return (
        standing.handled
        if move.verb == _REVIEW or move.event == _EXTENDED
        else standing.handled | standing.reviewed
    )


def _verb(life: Life, state: str, move: Move) -> str:
    review = life.review_of(state)
    return review.verb if move.verb == _REVIEW and review is not None else move.verb


def _after(standing: Standing, move: Move, mover: Mover, given: Mapping[str, Any]) -> Standing:
    who = mover.staff_id
    if move.verb == _REVIEW:
        passed = (*standing.passed, standing.state) if move.to == TO_REVIEW else ()
        return dataclasses.replace(standing, reviewed=standing.reviewed | {who}, passed=passed)
    if move.to == TO_REVIEW:
        facts = {**standing.facts, **_kept(standing, given.get("facts", {}))}
        return dataclasses.replace(
            standing, handler=who, handled=standing.handled | {who}, passed=(), facts=facts
        )
    if move.event == _EXTENDED:
        times = float(standing.facts.get(EXTENSIONS, 0)) + 1
        longest = _longest(standing.facts.get(COMPLEXITY), given["to"])
        return dataclasses.replace(standing, facts={**standing.facts, COMPLEXITY: longest, EXTENSIONS: times})
    if _HANDLER in move.needs:
        named = str(given[_HANDLER])
        return dataclasses.replace(standing, handler=named, handled=standing.handled | {named})
    if move.person == _HANDLER:
        return dataclasses.replace(standing, handler=who, handled=standing.handled | {who})
    return standing


def _kept(standing: Standing, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of a decision; what an extension has made of the case is not said otherwise."""
    longest = _longest(standing.facts.get(COMPLEXITY), said.get(COMPLEXITY))
    return {**said, COMPLEXITY: longest, EXTENSIONS: float(standing.facts.get(EXTENSIONS, 0))}


def _longest(*asked: Any) -> str:  # noqa: ANN401 - as it was said
    """Return the hardest of some complexities; those that are none count for nothing."""
    return max(
        ("", *(str(one) for one in asked)),
        key=lambda one: COMPLEXITIES.index(one) if one in COMPLEXITIES else -1,
    )


def _due(life: Life, standing: Standing) -> tuple[Review, ...]:
    """Return the reviews that are due and not passed; one of which it is not known whether it is due is due."""
    values: dict[str, Any] = {
        **dict.fromkeys(_NUMBERS, np.nan),
        COMPLEXITY: "",
        EXTENSIONS: 0.0,
        **standing.facts,
    }
    return tuple(
        one for one in life.reviews
        if one.state not in standing.passed and not bool(np.all(one.when.truth(values).false))
    )  # fmt: skip


def _state(life: Life, before: str, move: Move, due: tuple[Review, ...]) -> str:
    if move.to == TO_REVIEW:
        return due[0].state if due else life.reviewed
    if move.event == _EXTENDED:
        return _reviewed_first(life, before, due)
    return before if move.to == SAME else move.to


def _reviewed_first(life: Life, before: str, due: tuple[Review, ...]) -> str:
    """Return where a longer time leaves a case: a decision that a review is due on now, and that is past it, goes back to it."""
    order = [*(one.state for one in life.reviews), life.reviewed]
    first = due[0].state if due else life.reviewed
    return first if before in order and order.index(first) < order.index(before) else before
