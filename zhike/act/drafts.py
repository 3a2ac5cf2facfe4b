"""A decision on its way: what is asked for, what was decided from one state of the ledger, what was written."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from zhike.decide.live import Live
from zhike.decide.serving import attempts

if TYPE_CHECKING:
    from zhike.decide.served_answer import Reading
    from zhike.decide.serving import Place

__all__ = ["Ask", "Decided", "Draft", "chain_of", "chosen"]


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for.

    Parameters
    ----------
    customer : str
    actor : str
        Who asks.
    channels : tuple of str
        Channels over which an action can go now; all where empty.
    outbound : bool
        Whether the bank takes the step; then what is chosen counts as a contact.
    reason : str
        Why the customer is in contact, one of the publication's reasons.
    just_done : tuple of (str, str)
        Actions and what has just become of them: accepted or refused, not recorded yet.
    most : int or None
        Most actions, where fewer than the policy's.
    origin : str
        online or batch.
    preview : str
        Name to decide under where nothing is to be recorded, so that asking again gives the same; empty for a decision.
    """

    customer: str
    actor: str
    channels: tuple[str, ...] = ()
    outbound: bool = True
    reason: str = "none"
    just_done: tuple[tuple[str, str], ...] = ()
    most: int | None = None
    origin: str = "online"
    preview: str = ""


@dataclass(frozen=True)
class Draft:
    """A decision before it is written.

    Parameters
    ----------
    row : dict
        The customer's row as the draft saw it.
    number : int
        Publication; 0 for none.
    reading : Reading or None
        None for a safe answer.
    degraded : str
        Why a safe answer is given; empty for a full decision.
    household : tuple of dict
        Rows of the members of the customer's household as the draft saw them, where caps are shared with them and count.
    """

    ask: Ask
    decision_id: str
    at: int
    row: dict[str, Any] = field(repr=False)
    number: int
    reading: Reading | None = field(repr=False)
    degraded: str = ""
    household: tuple[dict[str, Any], ...] = field(default=(), repr=False)

    @cached_property
    def live(self) -> Live:
        """What was live about the customer."""
        return Live.of(self.row["live"])


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that is written.

    Parameters
    ----------
    draft : Draft
    offers : tuple of str
        Identifiers of the offers, in the order of the list.
    """

    draft: Draft
    offers: tuple[str, ...]


def chosen(draft: Draft) -> list[tuple[int, Place]]:
    """Return the places of a draft that are offers."""
    if draft.reading is None:
        return []
    nothing = draft.reading.setting.problem.nothing
    return [
        (rank, place) for rank, place in enumerate(draft.reading.served.places, 1) if place.action != nothing
    ]


def chain_of(draft: Draft) -> dict[str, int]:
    """Return what became of the candidates of a draft, by layer; empty for a safe answer."""
    return {} if draft.reading is None else attempts(draft.reading.setting, draft.reading.served)
