"""Fill channels in an order of preference: the best pair first, until a channel, a region's hours or a customer is full."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.shelf import TALKING
from zhike.lab.situation import CONTACTS_A_MONTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.situation import Situation

__all__ = ["ADVISER", "adviser_hours", "fill"]

ADVISER: Final = TALKING.index("adviser")
"""The channel whose contacts take hours of a region's advisers."""
_ROUNDING: Final = 1e-9


def adviser_hours(situation: Situation, action: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the adviser hours that actions take, shape (n_actions,)."""
    deck = situation.deck
    return np.where(deck.channel[action] == ADVISER, deck.hours[action], 0.0)


def fill(
    situation: Situation,
    region: NDArray[np.int64],
    row: NDArray[np.int64],
    action: NDArray[np.int64],
    per_customer: int = CONTACTS_A_MONTH,
) -> NDArray[np.int64]:
    """Return which pairs are ordered when they are taken greedily.

    Parameters
    ----------
    situation : Situation
    region : ndarray of int, shape (n_customers,)
        Region of each customer, -1 where unknown: no adviser goes there.
    row, action : ndarray of int, shape (n_pairs,)
        Candidates, most wanted first; doing nothing is none.
    per_customer : int
        Most contacts a customer; a product or template is ordered once for a customer.

    Returns
    -------
    ndarray of int
        Positions of the ordered pairs, ascending.

    Notes
    -----
    The result is that of going through the list one by one. Pairs that fit even if all before them were taken are
    settled at once, pairs that do not fit beside those settled before them are dropped; the rest waits for the next round.
    """
    limits = _limits(situation, region, row, action, per_customer)
    settled, open_ = np.zeros(len(row), dtype=bool), np.ones(len(row), dtype=bool)
    while open_.any():
        surely, hopeless = open_.copy(), np.zeros(len(row), dtype=bool)
        for limit in limits:
            room = limit.room - limit.before(settled) + _ROUNDING
            hopeless |= limit.use > room
            surely &= limit.before(open_) + limit.use <= room
        settled |= surely
        open_ &= ~(surely | hopeless)
    return np.flatnonzero(settled)


@dataclass(frozen=True, slots=True)
class _Limit:
    """One kind of limit over pairs: what each takes, the room that its key has, and the pairs sorted by key."""

    use: NDArray[np.float64]
    room: NDArray[np.float64]
    order: NDArray[np.int64]
    first: NDArray[np.int64]

    @classmethod
    def of(cls, key: NDArray[np.int64], use: NDArray[np.float64], most: NDArray[np.float64]) -> _Limit:
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        return cls(use, most[key], order, np.searchsorted(ordered, ordered, side="left"))

    def before(self, taken: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return what the earlier pairs of the same key take together, of those that are ``taken``."""
        running = np.concatenate([[0.0], np.cumsum(np.where(taken, self.use, 0.0)[self.order])])
        result = np.empty(len(self.use))
        result[self.order] = running[:-1] - running[self.first]
        return result


def _limits(
    situation: Situation,
    region: NDArray[np.int64],
    row: NDArray[np.int64],
    action: NDArray[np.int64],
    per_customer: int,
) -> tuple[_Limit, ...]:
    """Return the limits of channels, of advisers' hours by region, of customers, and of one offer to one customer."""
    deck, one = situation.deck, np.ones(len(row))
    offers = _offer(situation)
    offer = np.unique(row * (int(offers.max()) + 1) + offers[action], return_inverse=True)[1]
    hours = np.append(situation.adviser_hours, 0.0)
    place = np.where(region[row] < 0, len(hours) - 1, region[row])
    return (
        _Limit.of(deck.channel[action], one, situation.capacity),
        _Limit.of(place, adviser_hours(situation, action), hours),
        _Limit.of(row, one, np.full(len(region), float(per_customer))),
        _Limit.of(np.asarray(offer, dtype=np.int64), one, one),
    )


def _offer(situation: Situation) -> NDArray[np.int64]:
    """Return a code by action that is the same for one product, or one template, over all channels."""
    deck = situation.deck
    names = [
        str(product) if product >= 0 else template
        for product, template in zip(deck.product, deck.template, strict=True)
    ]
    return np.asarray(np.unique(np.array(names), return_inverse=True)[1], dtype=np.int64)
