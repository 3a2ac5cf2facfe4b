"""Carrying out what was ordered: sends that are blocked, customers who are not reached, staff who refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.resources import staff_skill
from zhike.lab.shelf import TALKING
from zhike.lab.taking import Scene, lines_of
from zhike.lab.worth import amounts, benefits, match

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.deck import Deck, Orders
    from zhike.lab.dice import Dice
    from zhike.lab.state import State, Traits
    from zhike.lab.weather import Weather

__all__ = [
    "BLOCKED", "NOTHING", "NOT_REACHED", "SHOWN", "STAFF_REFUSED", "Arrival", "Contacts", "arrival",
    "contact_days", "deliver", "earlier_of", "excess_contacts", "felt_as",
    "has_app", "personal", "sale", "skill_of", "turns",
]  # fmt: skip

SHOWN, NOT_REACHED, BLOCKED, STAFF_REFUSED, NOTHING = range(5)
"""What became of an order."""

BRANCH, ADVISER, PHONE, APP, SMS = range(len(TALKING))

APP_SKILL, APP_SLOPE = 0.30, 9.0
"""Digital skill at which half of the customers have the app, and how steeply their share rises with skill. Invented."""

WRONG_NUMBER: Final = 0.02
"""Share of customers whose telephone number is wrong. Invented."""

REACH: Final = {"branch": -0.9, "adviser": 0.5, "phone": -0.5, "app": -0.1, "sms": 1.6}
"""Logit of being reached by channel for the usual customer: .29, .62, .38, .48, .83; near the catalogue's assumptions. Invented."""
REACH_LIKING: Final = 0.6
"""What liking the channel adds to it. Invented."""
REACH_AGE: Final = {"branch": 0.25, "adviser": 0.05, "phone": 0.20, "app": -0.15, "sms": -0.05}
"""What each ten years above 45 add to it. Invented."""

REFUSAL: Final = 0.02
"""Chance that staff do not place a sale that nothing speaks against. Invented."""
REFUSED_UNSUITABLE, REFUSED_COMPLAINT, REFUSED_TIRED, REFUSED_UNHAPPY = 0.40, 0.30, 0.10, 0.04
"""What is added for an unsuitable product (for staff of mean skill), an open complaint, a customer who is contacted too often,
and each standard deviation of dissatisfaction. Invented."""
SKILL_SEES: Final = 0.6
"""By how much more the most skilled see what is unsuitable, as a share. Invented."""
MOST_REFUSED: Final = 0.9

WEIGHT: Final = {"branch": 0.75, "adviser": 0.75, "phone": 0.75, "app": 0.5, "sms": 0.5}
"""What a contact itself adds to fatigue while it lasts, against `Traits.patience`; those that went before count in full. Invented."""

DAYS: Final = 28
"""Days of a month on which contacts fall."""

_YEAR = 12
_WEIGHT: Final = np.array([*WEIGHT.values(), 0.0])
_REACH: Final = np.array([REACH[name] for name in TALKING])
_REACH_AGE: Final = np.array([REACH_AGE[name] for name in TALKING])
_MIDDLE_AGE, _DECADE = 45.0, 10.0


@dataclass(frozen=True, slots=True)
class Contacts:
    """What became of the orders of a month: arrays of shape (n_orders,), in the order of the orders.

    Parameters
    ----------
    row, action : int64
        As ordered; doing nothing is among them.
    probability : float64
        P(this action is chosen), as ordered.
    status : int8
        `SHOWN`, `NOT_REACHED`, `BLOCKED`, `STAFF_REFUSED` or `NOTHING`.
    day : int8
        Day of the month, 1 to 28.
    """

    row: NDArray[np.int64]
    action: NDArray[np.int64]
    probability: NDArray[np.float64]
    status: NDArray[np.int8]
    day: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Chances on the way of a contact: arrays of shape (n_pairs,).

    Parameters
    ----------
    blocked : float64
        That it cannot be sent: customer gone, no app, wrong number, channel full.
    reached : float64
        That the customer takes notice of it once it is sent.
    refused : float64
        That the member of staff who reached the customer does not place the recommendation.
    """

    blocked: NDArray[np.float64]
    reached: NDArray[np.float64]
    refused: NDArray[np.float64]

    @property
    def shown(self) -> NDArray[np.float64]:
        """Return the chance that the action is shown, shape (n_pairs,)."""
        return (1.0 - self.blocked) * self.reached * (1.0 - self.refused)


def deliver(
    dice: Dice, deck: Deck, traits: Traits, state: State, month: int, weather: Weather, orders: Orders
) -> Contacts:
    """Carry out a month's orders; nothing is changed.

    Parameters
    ----------
    dice, deck, traits, state, weather
        Of a chunk of customers.
    month : int
        Months since 1970-01.
    orders : Orders
        Rows counted within the chunk.
    """
    scene = Scene(dice, deck, traits, state, month, weather)
    status = np.full(len(orders), NOTHING, dtype=np.int8)
    day = np.ones(len(orders), dtype=np.int8)
    sent = np.flatnonzero(deck.channel[orders.action] >= 0)
    row, action = orders.row[sent], orders.action[sent]
    status[sent] = _status(scene, row, action)
    day[sent] = contact_days(dice, traits.who[row], month, action)
    return Contacts(orders.row, orders.action, orders.probability, status, day)


def contact_days(
    dice: Dice, who: NDArray[np.int64], month: int, action: NDArray[np.int64]
) -> NDArray[np.int8]:
    """Return on which day of a month customers are contacted about an action, shape (n_pairs,), 1 to 28."""
    return np.asarray(1.0 + DAYS * dice.uniform("contact day", who, month, action)).astype(np.int8)


def _status(scene: Scene, row: NDArray[np.int64], action: NDArray[np.int64]) -> NDArray[np.int8]:
    way = arrival(scene, row, action, turns(row))
    drawn = scene.dice.uniform("arrival", scene.traits.who[row], scene.month, action)
    edge = way.blocked + (1.0 - way.blocked) * (1.0 - way.reached)
    steps = [drawn < way.blocked, drawn < edge, drawn < 1.0 - way.shown]
    return np.asarray(np.select(steps, [BLOCKED, NOT_REACHED, STAFF_REFUSED], SHOWN), dtype=np.int8)


def turns(row: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many earlier entries have the same row; ``row`` is sorted.

    Examples
    --------
    >>> turns(np.array([3, 3, 5, 8, 8, 8])).tolist()
    [0, 1, 0, 0, 1, 2]
    """
    place = np.arange(len(row))
    begins = np.ones(len(row), dtype=bool)
    begins[1:] = row[1:] != row[:-1]
    return np.asarray(place - np.maximum.accumulate(np.where(begins, place, 0)), dtype=np.int64)


def arrival(
    scene: Scene, row: NDArray[np.int64], action: NDArray[np.int64], earlier: NDArray[np.int64]
) -> Arrival:
    """Return the chances on the way of contacts.

    Parameters
    ----------
    row, action : ndarray of int, shape (n_pairs,)
    earlier : ndarray of int, shape (n_pairs,)
        Contacts of the same customer in this month before this one.
    """
    refused = np.zeros(len(row))
    placed = np.flatnonzero(personal(scene.deck)[action] & sale(scene.deck)[action])
    refused[placed] = _refused(scene, row[placed], action[placed], earlier[placed])
    return Arrival(_blocked(scene, row, action), _reached(scene, row, action), refused)


def personal(deck: Deck) -> NDArray[np.bool_]:
    """Return which actions a member of staff carries out, shape (n_actions,)."""
    return np.isin(deck.channel, (BRANCH, ADVISER, PHONE))


def sale(deck: Deck) -> NDArray[np.bool_]:
    """Return which actions offer a product or a package, shape (n_actions,)."""
    return np.array([len(members) > 0 for members in deck.members]) | (deck.product >= 0)


def felt_as(deck: Deck) -> NDArray[np.int64]:
    """Return how many contacts an action counts as with the customer, shape (n_actions,).

    A notice that the law asks for and doing nothing count as none.
    """
    return np.array([0 if kind in ("mandatory", "none") else 1 for kind in deck.kind], dtype=np.int64)


def has_app(dice: Dice, traits: Traits) -> NDArray[np.bool_]:
    """Return who has the bank's app, shape (n,)."""
    share = 1.0 / (1.0 + np.exp(-APP_SLOPE * (traits.digital.astype(np.float64) - APP_SKILL)))
    return dice.happens(share, "has the app", traits.who)


def skill_of(adviser: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the skill of members of staff by number as in `zhike.lab.resources.Resources`, 0 for none."""
    drawn = staff_skill(np.maximum(adviser, 0))
    return np.where(adviser >= 0, drawn, 0.0)


def earlier_of(row: NDArray[np.int64], felt: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many contacts each customer felt before each entry; ``row`` is sorted, shapes (n_orders,).

    Examples
    --------
    >>> earlier_of(np.array([3, 3, 5, 8, 8, 8]), np.array([1, 1, 1, 0, 1, 1])).tolist()
    [0, 1, 0, 0, 0, 1]
    """
    before = np.cumsum(felt) - felt
    return np.asarray(before - before[np.arange(len(row)) - turns(row)], dtype=np.int64)


def excess_contacts(
    scene: Scene, row: NDArray[np.int64], action: NDArray[np.int64], earlier: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return by how much a contact exceeds customers' patience, shape (n_pairs,), 0 where it does not."""
    fatigue = 0.5 * scene.state.fatigue[row] + earlier + _WEIGHT[scene.deck.channel[action]]
    return np.asarray(np.maximum(fatigue - scene.traits.patience[row], 0.0), dtype=np.float64)


def _blocked(scene: Scene, row: NDArray[np.int64], action: NDArray[np.int64]) -> NDArray[np.float64]:
    channel, dice, traits = scene.deck.channel[action], scene.dice, scene.traits
    full = np.maximum(1.0 - 1.0 / np.maximum(scene.weather.load, 1.0), 0.0)
    wrong = dice.happens(WRONG_NUMBER, "wrong number", traits.who)[row] & (
        (channel == PHONE) | (channel == SMS)
    )
    without = ~has_app(dice, traits)[row] & (channel == APP)
    return np.where(wrong | without | ~scene.state.here[row], 1.0, full[channel])


def _reached(scene: Scene, row: NDArray[np.int64], action: NDArray[np.int64]) -> NDArray[np.float64]:
    channel, traits = scene.deck.channel[action], scene.traits
    age = (scene.month - traits.born[row]) / _YEAR
    decades = np.clip((age - _MIDDLE_AGE) / _DECADE, -2.5, 4.0)
    logit = _REACH[channel] + REACH_LIKING * traits.liking[row, channel] + _REACH_AGE[channel] * decades
    return np.asarray(1.0 / (1.0 + np.exp(-logit)))


def _refused(
    scene: Scene, row: NDArray[np.int64], action: NDArray[np.int64], earlier: NDArray[np.int64]
) -> NDArray[np.float64]:
    traits, state = scene.traits, scene.state
    sees = REFUSED_UNSUITABLE * (1.0 + SKILL_SEES * skill_of(traits.adviser[row]))
    chance = (
        REFUSAL
        + sees * _wrong_for(scene, row, action)
        + REFUSED_COMPLAINT * (state.complaint[row] > 0)
        + REFUSED_TIRED * (excess_contacts(scene, row, action, earlier) > 0)
        + REFUSED_UNHAPPY * np.maximum(-state.satisfaction[row], 0.0)
    )
    return np.asarray(np.minimum(chance, MOST_REFUSED))


def _wrong_for(scene: Scene, row: NDArray[np.int64], action: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return where something that is offered would be unsuitable, shape (n_pairs,)."""
    lines = lines_of(scene.deck, row, action)
    traits, state = scene.traits, scene.state
    amount = amounts(scene.dice, traits, state, scene.month, lines.row, lines.product)
    matched = match(traits, scene.features, lines.row, lines.product)
    wrong = benefits(traits, state, (lines.row, lines.product), amount, matched)[1]
    return np.bincount(lines.pair, weights=wrong, minlength=len(row)) > 0
