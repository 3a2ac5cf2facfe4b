"""Who leaves the bank, when, and what the bank loses with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import expit

from zhike.lab.money import SPREAD
from zhike.lab.shelf import FAMILIES, SHELF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice
    from zhike.lab.offers import Sales
    from zhike.lab.state import State, Traits
    from zhike.lab.weather import Weather

__all__ = ["AT_MOST", "Leavers", "families_held", "franchise", "leave", "leave_probability"]

AT_MOST: Final = 0.1
"""No more than one customer in ten leaves in a month, whatever happens. Invented."""

_USUAL: Final = -5.89
"""Log-odds a month of a customer at rest with two families and no poaching; calibrated to 5 % a year."""
_LOYAL: Final = -0.6
"""Shift with one unit of loyalty. Invented."""
_POACHED: Final = 2.4
"""Shift for a customer who looks only at prices, under a strong campaign of competitors. Invented."""
_USUAL_POACHING: Final = 0.09
"""Mean strength of competitors' campaigns under `zhike.lab.weather.weather_of`."""
_NEW: Final = 0.5
"""Shift in the first two years. Invented."""
_NEW_FOR: Final = 24
_TIED: Final = -0.3
"""Shift with each family held beyond two. Invented."""
_TYPICAL_FAMILIES: Final = 2
_STRAINED: Final = 0.7
"""Shift from no distress to full distress. Invented."""
_WRONGED: Final = 0.5
"""Shift for each unit of felt injustice, up to three. Invented."""
_MOST_WRONGED: Final = 3.0

_HORIZON: Final = 60
"""Months of later margin that count. Invented."""
_DISCOUNT: Final = 0.04
"""A year. Invented."""
_OPEN_ENDED: Final = 36
"""Months over which the margin of a product without a term is earned. Invented, the term of the shelf's cards."""

_IN_FAMILY: Final = (SHELF.family[:, None] == np.arange(len(FAMILIES))).astype(np.float32)
_MARGIN: Final = SHELF.margin / np.where(SHELF.months > 0, SHELF.months, _OPEN_ENDED)
"""Yuan a month for each yuan held; settlement and payment hold 1."""


@dataclass(frozen=True, slots=True)
class Leavers:
    """Customers who left in one month.

    Parameters
    ----------
    row, day : ndarray of int
        Row in the chunk (ascending), day of the month.
    franchise : ndarray of float
        Yuan of later margin that the bank loses, see `franchise`.
    balance : ndarray of float
        Yuan paid out from the current account.
    closed_row, closed_product : ndarray of int
        Holdings that ended, one entry each, by row in the chunk and by product.
    closed_amount : ndarray of float
        Yuan in each.
    closed_since : ndarray of int
        Month in which each had begun.
    """

    row: NDArray[np.int64]
    day: NDArray[np.int8]
    franchise: NDArray[np.float64]
    balance: NDArray[np.float64]
    closed_row: NDArray[np.int64]
    closed_product: NDArray[np.int64]
    closed_amount: NDArray[np.float64]
    closed_since: NDArray[np.int16]


def leave(dice: Dice, traits: Traits, state: State, month: int, weather: Weather, sales: Sales) -> Leavers:
    """Let customers leave: those whose number of the month is below their chance.

    Parameters
    ----------
    sales : Sales
        Only ``hazard`` is read: shift of the log-odds of leaving this month, shape (n,).

    Notes
    -----
    The number does not depend on what a policy did, so a higher chance never keeps a customer. Changes the state of those who
    leave in place: not here, nothing on the account, nothing held, nothing pending. An open complaint stays to be decided.
    """
    drawn = dice.uniform("leave", traits.who, month)
    # Nobody's chance is above the limit, so only those below it need theirs worked out.
    near = np.flatnonzero(state.here & (drawn < AT_MOST))
    chance = leave_probability(traits.at(near), state.at(near), month, weather, sales.hazard[near])
    row = near[drawn[near] < chance]
    day = (1 + 28 * dice.uniform("day of leaving", traits.who[row], month)).astype(np.int8)
    lost = franchise(traits.at(row), state.at(row))
    balance, closed = state.balance[row].copy(), _closed(state, row)
    _close(state, row, month)
    return Leavers(row, day, lost, balance, *closed)


def leave_probability(
    traits: Traits, state: State, month: int, weather: Weather, hazard: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the chance of leaving this month of customers who are here, shape (n,).

    Parameters
    ----------
    hazard : ndarray of float, shape (n,)
        Shift of the log-odds by what was done this month.
    """
    unusual = weather.competitors[traits.region] - _USUAL_POACHING
    odds = _log_odds(traits, state) + _POACHED * unusual * traits.price + hazard
    odds += np.where(month - state.joined < _NEW_FOR, _NEW, 0.0)
    return np.asarray(np.minimum(expit(odds), AT_MOST))


def franchise(traits: Traits, state: State) -> NDArray[np.float64]:
    """Return the margin that a customer would still bring, yuan, shape (n,).

    Notes
    -----
    F = m * sum over t = 1..60 of q**t, with q = (1 - p) / (1 + r): m is the monthly margin (1.2 % a year of the balance, and the
    margin of each product held divided by the months of its life, as if renewed at its end), p the chance of leaving under
    usual poaching after the first two years, r the monthly discount rate of 4 % a year. Products not yet bought do not count.
    """
    monthly = SPREAD / 12 * np.maximum(state.balance, 0.0) + state.amount @ _MARGIN
    stays = (1.0 - np.minimum(expit(_log_odds(traits, state)), AT_MOST)) / (1.0 + _DISCOUNT) ** (1 / 12)
    return np.asarray(monthly * stays * (1.0 - stays**_HORIZON) / (1.0 - stays))


def families_held(state: State) -> NDArray[np.int64]:
    """Return the number of product families of which a customer holds anything, shape (n,)."""
    return np.asarray((state.amount @ _IN_FAMILY > 0).sum(axis=1))


def _log_odds(traits: Traits, state: State) -> NDArray[np.float64]:
    odds = _USUAL + _LOYAL * state.loyalty + _STRAINED * state.distress
    odds += _POACHED * _USUAL_POACHING * traits.price
    odds += _TIED * (families_held(state) - _TYPICAL_FAMILIES)
    odds += _WRONGED * np.minimum(state.wronged, _MOST_WRONGED)
    return np.asarray(odds, dtype=np.float64)


def _closed(
    state: State, row: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int16]]:
    place, product = np.nonzero(state.amount[row] > 0)
    held = row[place]
    return held, product, state.amount[held, product].astype(np.float64), state.since[held, product]


def _close(state: State, row: NDArray[np.int64], month: int) -> None:
    state.here[row] = False
    state.left[row] = month
    state.balance[row] = 0.0
    state.amount[row] = 0.0
    state.since[row] = 0
    state.pending[row] = -1
    state.pending_month[row] = 0
