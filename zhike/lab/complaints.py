"""Complaints: why and where they are made, how long they take, whether the answer is fair, and what others hear of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.contracts import CHANNELS
from zhike.lab.shelf import FAMILIES, SHELF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice
    from zhike.lab.offers import Sales
    from zhike.lab.state import State, Traits
    from zhike.lab.weather import Weather

__all__ = ["CAUSES", "SHARES", "USUAL_MONTHLY_SHARE", "Cases", "arise", "crowding", "hazard", "rumour"]

CAUSES: Final = ("process", "collection", "service", "marketing", "pricing", "systems", "returns")
"""Causes, in the words of the industry standard on complaint statistics (JR/T 0169-2018), shortened."""

SHARES: Final = np.array([34, 23, 17, 13, 6, 3, 2]) / 98
"""Mix of causes at rest: yearly complaint report 2022 of a Chinese joint-stock bank, 112,980 complaints; what it names adds up
to 98 %. `reference/service-quality.md` 3.2."""

CHANNEL_SHARES: Final = {
    "branch": 0.2148,
    "phone": 0.40,
    "app": 0.25,
    "web": 0.10,
    "sms": 0.0220,
    "atm": 0.0132,
}
"""Where complaints come in. Branch, and 0.772 for electronic channels together: complaint report of the first half of 2023 of
another joint-stock bank; the rest counts as machines. How the 0.772 divides is invented."""

USUAL_MONTHLY_SHARE: Final = 0.0042 / 12
"""Complaints a customer and month: the same report names 0.21 % of customers in half a year."""

_FIRST: Final = 0.93 * USUAL_MONTHLY_SHARE
"""The same without those who come back; calibrated."""
_AT_MOST: Final = 0.05
"""No more than one customer in twenty complains in a month, whatever happens. Invented."""
_BITTER: Final = 0.8
"""Rise of the log hazard with one unit less of satisfaction. Invented."""
_COMES_BACK: Final = 0.015
"""Chance a month of another complaint for each unit of felt injustice. Invented."""
_CALM_BORROWER: Final = 0.3
"""Hazard of a complaint about collection without any distress, as a share of the mean. Invented."""
_PRESSED: Final = 20.0
"""Rise of that hazard from no distress to full distress; calibrated to a mean of 1 at the opening."""
_PENALISED: Final = 4.0
"""Pricing complaints of customers who pay penalty interest against those of others. Invented."""
_PENALTY_FROM: Final = 0.5
"""Distress above which an instalment is missed, see `zhike.lab.state.State`."""
_PESTERED: Final = 3.0
"""Rise of complaints about marketing for each contact felt beyond patience. Invented."""
_QUEUED: Final = 3.0
"""Rise of complaints about service and systems for one unit of crowding. Invented."""
_MISSOLD: Final = 40.0
"""Rise of complaints about returns where an investment above the customer's level falls. Invented."""
_MISLED: Final = 8.0
"""Rise of complaints about marketing in the same case. Invented."""
_FALLING: Final = 2
_COMPLAINED: Final = 5
"""Values of `Weather.regime` and of `Sales.outcome`."""

_SHORTEST, _LONGEST, _USUAL_DAYS, _SPREAD = 5, 45, 15.0, 0.6
"""Days until the decision: median 15, the time the law gives a simple case (CBIRC order 2020-3); bounds and spread invented."""
_FAIR: Final = 0.65
"""Chance of a fair decision. Invented."""
_PATIENCE: Final = 0.10
"""Standard deviation of that chance between a region's complaint desks and months. Invented."""
_WRONGED_BY_CAUSE: Final = 0.5
"""Felt injustice of having had to complain. Invented."""
_WRONGED_BY_ANSWER: Final = 1.0
"""Felt injustice of an unfair decision. Invented."""
_APPEASED: Final = 0.2
"""Felt injustice left after a fair decision, as a share. Invented."""
_COST: Final = 180.0
"""Yuan of handling a complaint. Invented."""
_REDRESS: Final = 90.0
"""Yuan paid with a fair decision; the same for everybody, since equal harm gets equal redress. Invented."""
_HEARD_FROM: Final = 5.0
"""Complaints by which a region's count is drawn to the usual number, so that one complaint in a small region is no scandal."""

_RISKY: Final = np.flatnonzero(np.isin(SHELF.family, [FAMILIES.index("wealth"), FAMILIES.index("fund")]))
_WEIGHTS: Final = [CHANNEL_SHARES.get(channel, 0.0) for channel in CHANNELS]
_MARKETING: Final = CAUSES.index("marketing")


@dataclass(frozen=True, slots=True)
class Cases:
    """Complaints of one month.

    Parameters
    ----------
    row, cause, channel, day : ndarray of int
        New complaints: row in the chunk (ascending), positions in `CAUSES` and `zhike.core.contracts.CHANNELS`, day of the month.
    days : ndarray of int
        Days from receipt to decision of each new complaint; what the bank does later does not change them.
    resolved_row, resolved_day, resolved_fair, resolved_opened : ndarray
        Complaints decided this month: row (ascending), day, whether the customer finds the decision fair, month of receipt.
    cost : ndarray of float, shape (n,)
        Yuan spent on complaints that were decided.
    """

    row: NDArray[np.int64]
    cause: NDArray[np.int8]
    channel: NDArray[np.int8]
    day: NDArray[np.int8]
    days: NDArray[np.int16]
    resolved_row: NDArray[np.int64]
    resolved_day: NDArray[np.int8]
    resolved_fair: NDArray[np.bool_]
    resolved_opened: NDArray[np.int32]
    cost: NDArray[np.float64]


def arise(dice: Dice, traits: Traits, state: State, month: int, weather: Weather, sales: Sales) -> Cases:
    """Let customers complain, and decide the complaints whose day has come.

    Parameters
    ----------
    sales : Sales
        ``row`` and ``outcome`` of the contacts are read: a contact that ended in a complaint is one about marketing.

    Notes
    -----
    Changes ``complaint`` and ``wronged`` of the state in place. A customer has one open complaint at most.
    """
    state.complaint[state.complaint > 0] += 1
    row, cause = _made(dice, traits, state, month, weather, sales)
    state.complaint[row] = 1
    state.wronged[row] += _WRONGED_BY_CAUSE
    who = traits.who[row]
    channel, day, days = _received(dice, who, np.full(len(row), month))
    decided = _decide(dice, traits, state, month)
    return Cases(row, cause, channel, day, days, *decided, cost=_cost(len(traits), decided[0], decided[2]))


def hazard(traits: Traits, state: State, weather: Weather) -> NDArray[np.float64]:
    """Return each customer's chance of complaining this month by cause, shape (n, n_causes).

    Notes
    -----
    Log-linear in satisfaction with mean 1 over customers, times what raises each cause: distress (collection, pricing), contacts
    beyond patience (marketing), crowded channels (service, systems), losses with unsuitable investments (returns, marketing).
    Those who feel wronged come back with whatever cause.
    """
    bitter = np.exp(-_BITTER * state.satisfaction - _BITTER**2 / 2)
    causes = _FIRST * bitter[:, None] * SHARES * _raised(traits, state, weather)
    causes += _COMES_BACK * state.wronged[:, None] * SHARES
    total = causes.sum(axis=1, keepdims=True)
    return np.asarray(causes * np.minimum(1.0, _AT_MOST / total))


def crowding(traits: Traits, weather: Weather) -> NDArray[np.float32]:
    """Return how far the channels that a customer likes are beyond what they carry, shape (n,).

    Returns
    -------
    ndarray of float
        0 without a queue, 1 where all five channels carry twice what they can.
    """
    beyond = np.maximum(weather.load - 1.0, 0.0)
    if not beyond.any():
        return np.zeros(len(traits), dtype=np.float32)
    use = sum((1.0 + traits.liking[:, channel]) * over for channel, over in enumerate(beyond))
    return np.asarray(use / len(beyond), dtype=np.float32)


def rumour(complained: NDArray[np.int64], members: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what is said in each region, shape (n_regions,): 0 usual, 1 twice as many complaints as usual.

    Parameters
    ----------
    complained, members : ndarray of int, shape (n_regions,)
        Complaints of the month and customers.
    """
    usual = members * USUAL_MONTHLY_SHARE
    return np.asarray((complained - usual) / (usual + _HEARD_FROM))


def _made(
    dice: Dice, traits: Traits, state: State, month: int, weather: Weather, sales: Sales
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    drawn = dice.uniform("complaint", traits.who, month)
    free = state.here & (state.complaint == 0)
    # Nobody's chance is above the limit, so only those below it need theirs worked out.
    near = np.flatnonzero(free & (drawn < _AT_MOST))
    reached = np.cumsum(hazard(traits.at(near), state.at(near), weather), axis=1)
    made = drawn[near] < reached[:, -1]
    cause = np.full(len(traits), -1, dtype=np.int8)
    cause[near[made]] = (drawn[near[made], None] >= reached[made]).sum(axis=1)
    provoked = sales.row[sales.outcome == _COMPLAINED]
    cause[provoked[free[provoked]]] = _MARKETING
    row = np.flatnonzero(cause >= 0)
    return row, cause[row]


def _raised(traits: Traits, state: State, weather: Weather) -> NDArray[np.float64]:
    """Return how far each cause is above its usual level, shape (n, n_causes)."""
    raised = np.ones((len(traits), len(CAUSES)))
    queue = 1.0 + _QUEUED * crowding(traits, weather)
    missold = _falls_above_level(traits, state, weather)
    pestered = np.maximum(state.fatigue - traits.patience, 0.0)
    raised[:, CAUSES.index("collection")] = _CALM_BORROWER + _PRESSED * state.distress
    raised[:, CAUSES.index("pricing")] = np.where(state.distress > _PENALTY_FROM, _PENALISED, 1.0)
    raised[:, CAUSES.index("service")] = queue
    raised[:, CAUSES.index("systems")] = queue
    raised[:, CAUSES.index("marketing")] = 1.0 + _PESTERED * pestered + _MISLED * missold
    raised[:, CAUSES.index("returns")] = 1.0 + _MISSOLD * missold
    return raised


def _falls_above_level(traits: Traits, state: State, weather: Weather) -> NDArray[np.bool_]:
    if weather.regime != _FALLING:
        return np.zeros(len(traits), dtype=np.bool_)
    bearable = np.minimum(traits.tolerance, traits.capacity)
    above = SHELF.level[_RISKY] > bearable[:, None]
    return np.asarray((above & (state.amount[:, _RISKY] > 0)).any(axis=1))


def _received(
    dice: Dice, who: NDArray[np.int64], opened: NDArray[Any]
) -> tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.int16]]:
    """Return channel, day of receipt and days until the decision; they follow from customer and month alone."""
    channel = dice.pick(_WEIGHTS, "complaint channel", who, opened).astype(np.int8)
    day = (1 + 28 * dice.uniform("complaint day", who, opened)).astype(np.int8)
    drawn = _USUAL_DAYS * np.exp(_SPREAD * dice.normal("complaint days", who, opened))
    return channel, day, np.clip(np.rint(drawn), _SHORTEST, _LONGEST).astype(np.int16)


def _decide(
    dice: Dice, traits: Traits, state: State, month: int
) -> tuple[NDArray[np.int64], NDArray[np.int8], NDArray[np.bool_], NDArray[np.int32]]:
    open_now = np.flatnonzero(state.complaint > 0)
    opened = month + 1 - state.complaint[open_now].astype(np.int32)
    _, day, days = _received(dice, traits.who[open_now], opened)
    due = opened.astype("M8[M]").astype("M8[D]") + (day.astype(np.int64) - 1 + days)
    ends = due.astype("M8[M]").astype(np.int64) <= month
    row, opened = open_now[ends], opened[ends]
    first = np.datetime64(month, "M").astype("M8[D]")
    day = 1 + np.maximum((due[ends] - first).astype(np.int64), 0)
    fair = _fair(dice, traits, row, month)
    state.complaint[row] = 0
    state.wronged[row] = np.where(
        fair, _APPEASED * state.wronged[row], state.wronged[row] + _WRONGED_BY_ANSWER
    )
    return row, day.astype(np.int8), fair, opened


def _fair(dice: Dice, traits: Traits, row: NDArray[np.int64], month: int) -> NDArray[np.bool_]:
    desk = dice.normal("patience of the complaint desk", traits.region[row].astype(np.int64), month)
    return dice.happens(_FAIR + _PATIENCE * desk, "fair decision", traits.who[row], month)


def _cost(customers: int, row: NDArray[np.int64], fair: NDArray[np.bool_]) -> NDArray[np.float64]:
    spent = np.zeros(customers)
    spent[row] = _COST + _REDRESS * fair
    return spent
