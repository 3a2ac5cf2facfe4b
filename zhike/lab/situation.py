"""What a policy is given to decide with: the bank's own tables, what the channels carry, and the actions there are.

Traits and state of the customers are not among it, so no policy that is handed a situation can look at the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from zhike.lab.deck import Orders

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from zhike.core.rulebook import Rulebook
    from zhike.lab.deck import Deck
    from zhike.lab.world import World

__all__ = ["CONTACTS_A_MONTH", "REFERENCE", "Nothing", "Policy", "SeeingPolicy", "Situation"]

REFERENCE: Final = "standard"
"""The policy that all others are compared with; it is always played."""

CONTACTS_A_MONTH: Final = 2
"""Most contacts that any policy may order for one customer in one month."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the bank knows and has before a month.

    Parameters
    ----------
    month : int
        The month to be decided, months since 1970-01.
    at : date
        The last day before it: tables count as known by its end.
    timezone : str
        The bank's IANA zone.
    tables : mapping of str to LazyFrame
        Contract tables of this policy's own world, all rows so far.
    customers : tuple of str
        Identifiers in the order of rows of orders; some may not be customers yet, or no longer.
    deck : Deck
    capacity : ndarray of float, shape (n_channels,)
        Contacts that each channel carries in the month.
    adviser_hours : ndarray of float, shape (n_regions,)
        Hours of advisers in the month.
    rulebook : Rulebook
    """

    month: int
    at: dt.date
    timezone: str
    tables: Mapping[str, pl.LazyFrame]
    customers: tuple[str, ...]
    deck: Deck
    capacity: NDArray[np.float64]
    adviser_hours: NDArray[np.float64]
    rulebook: Rulebook


class Policy(Protocol):
    """Decides from what a bank sees."""

    @property
    def name(self) -> str:
        """Return the name under which its decisions are recorded."""
        ...

    def orders(self, situation: Situation) -> Orders:
        """Return what is ordered for the month."""
        ...


class SeeingPolicy(Protocol):
    """Decides from the truth too: a yardstick, not a policy that a bank could run."""

    @property
    def name(self) -> str:
        """Return the name under which its decisions are recorded."""
        ...

    def orders_in(self, world: World, situation: Situation) -> Orders:
        """Return what is ordered for the month that ``world`` plays next; the world is not changed."""
        ...


@dataclass(frozen=True, slots=True)
class Nothing:
    """No contact at all: what the bank and its customers have without the policy."""

    name: str = "nothing"

    def orders(self, situation: Situation) -> Orders:  # noqa: ARG002 - the shape of every policy
        """Return no orders."""
        return Orders.none()
