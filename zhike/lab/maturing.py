"""What runs by itself in the products that customers hold: market values, terms that end, instalments, premiums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.shelf import FAMILIES, PRODUCTS, SHELF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice
    from zhike.lab.state import State, Traits
    from zhike.lab.weather import Weather

__all__ = [
    "CLOSED",
    "LAPSED",
    "LOANS",
    "LOAN_RATES",
    "REPAID",
    "Due",
    "Ended",
    "grow",
    "instalments",
    "mature",
    "maturity_day",
    "premiums",
    "repay",
]

CLOSED, REPAID, LAPSED = 0, 1, 2
"""How a holding ended: its term was over, the loan is paid back, a premium was not paid."""

DEPOSIT_RATES: Final = {"D01": 0.0065, "D02": 0.0095, "D03": 0.0125, "D04": 0.0155}
"""Yearly rates of term deposits (near the listed rates of the large banks from 20 May 2025, not checked; the certificate of deposit: invented)."""
LOAN_RATES: Final = {"L01": 0.036, "L02": 0.031, "L03": 0.035}
"""Yearly rates (near the People's Bank of China's figures of 2025, not checked; L01: invented)."""
PENALTY_FACTOR: Final = 1.5
"""Overdue loans bear the contract's rate and half of it again (People's Bank of China, notice Yinfa [2003] 251, not checked)."""
ROLLS_OVER: Final = 0.5
"""Share of matured deposits that are renewed by standing order for another term. Invented."""
_CLEARED: Final = 1.0
"""Yuan below which a loan counts as paid back."""
_SETTLING_DAYS: Final = 10

LOANS: Final = tuple(index for index, product in enumerate(PRODUCTS) if product.family == "loan")
_DEPOSITS: Final = tuple(index for index, product in enumerate(PRODUCTS) if product.family == "deposit")
_PREMIUMS: Final = tuple(index for index, product in enumerate(PRODUCTS) if (product.paying_years or 0) > 1)
_TERMED: Final = tuple(
    index
    for index, product in enumerate(PRODUCTS)
    if product.months and product.family in ("deposit", "wealth", "insurance")
)
_MARKET: Final = slice(
    int(np.flatnonzero(SHELF.family == FAMILIES.index("wealth"))[0]),
    int(np.flatnonzero(SHELF.family == FAMILIES.index("fund"))[-1]) + 1,
)
_YEARS: Final = np.array([product.paying_years or 0 for product in PRODUCTS])
_RATES: Final = np.array([LOAN_RATES.get(product.code, 0.0) / 12 for product in PRODUCTS])
_INTEREST: Final = np.array(
    [1.0 + DEPOSIT_RATES.get(product.code, 0.0) * (product.months or 0) / 12 for product in PRODUCTS]
)
_SAVES: Final = np.array([product.group == "储蓄保险" for product in PRODUCTS])


@dataclass(frozen=True, slots=True)
class Ended:
    """Holdings that ended: arrays of shape (n_ended,), by product and then row.

    Parameters
    ----------
    row, product : ndarray of int
    since : ndarray of int
        Month in which the holding began.
    paid : ndarray of float
        Yuan that come back to the account.
    status : ndarray of int
        How it ended, a constant of this module.
    renewed : ndarray of bool
        Whether the same amount is held for another term from this month on; nothing comes back then.
    """

    row: NDArray[np.int64]
    product: NDArray[np.int64]
    since: NDArray[np.int64]
    paid: NDArray[np.float64]
    status: NDArray[np.int64]
    renewed: NDArray[np.bool_]

    @classmethod
    def joined(cls, *parts: Ended) -> Ended:
        """Return several as one."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))


@dataclass(frozen=True, slots=True)
class Due:
    """Instalments of the month: arrays of shape (n_loans,); ``wanted`` in yuan, ``outstanding`` before it is paid."""

    row: NDArray[np.int64]
    product: NDArray[np.int64]
    outstanding: NDArray[np.float64]
    wanted: NDArray[np.float64]


def maturity_day(who: NDArray[np.int64], product: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the day of the month, 1 to 10, on which a customer's holding of a product ends in its last month.

    Examples
    --------
    >>> maturity_day(np.array([12, 13]), np.array([2, 2])).tolist()
    [7, 4]
    """
    return np.asarray((who * 7 + product * 11) % _SETTLING_DAYS + 1, dtype=np.int64)


def grow(state: State, weather: Weather) -> None:
    """Move the values of wealth products and funds with the market, by risk level."""
    factors = (1.0 + weather.returns[SHELF.level[_MARKET]]).astype(np.float32)
    state.amount[:, _MARKET] *= factors


def mature(dice: Dice, traits: Traits, state: State, month: int) -> Ended:
    """End the deposits, wealth products and insurances whose term is over; the state holds them no more."""
    rows, products = [], []
    for termed in _TERMED:
        began = state.since[:, termed]
        over = np.flatnonzero((began > 0) & (began <= month - SHELF.months[termed]) & state.here)
        rows.append(over)
        products.append(np.full(len(over), termed))
    row, product = np.concatenate(rows), np.concatenate(products)
    since, amount = state.since[row, product].astype(np.int64), state.amount[row, product].astype(np.float64)
    insured = SHELF.family[product] == FAMILIES.index("insurance")
    worth = amount * _INTEREST[product] * np.where(insured, _SAVES[product] * _YEARS[product], 1.0)
    renewed = np.isin(product, _DEPOSITS) & dice.happens(
        ROLLS_OVER, "renewal", traits.who[row], product, month
    )
    state.amount[row, product] = np.where(renewed, worth, 0.0)
    state.since[row, product] = np.where(renewed, month, 0)
    return Ended(row, product, since, np.where(renewed, 0.0, worth), np.full(len(row), CLOSED), renewed)


def premiums(state: State, month: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return row and product of the yearly premiums that fall due: one a year after the first, for the paying years."""
    due = [np.zeros((2, 0), dtype=np.int64)]
    for product in _PREMIUMS:
        held = np.flatnonzero((state.since[:, product] > 0) & state.here)
        months = month - state.since[held, product].astype(np.int64)
        rows = held[(months > 0) & (months % 12 == 0) & (months < 12 * _YEARS[product])]
        due.append(np.stack([rows, np.full(len(rows), product)]))
    row, product = np.concatenate(due, axis=1)
    return row, product


def instalments(state: State, month: int) -> Due:
    """Return the annuities of the loans that run: interest on what is owed and a part of it, level over what is left of the term."""
    loans = np.array(LOANS)
    row, place = np.nonzero((state.amount[:, loans] > 0) & state.here[:, None])
    product = loans[place]
    owed = state.amount[row, product].astype(np.float64)
    left = np.maximum(state.since[row, product].astype(np.int64) + SHELF.months[product] - month, 0) + 1
    rate = _RATES[product]
    begun = state.since[row, product] < month
    return Due(row, product, owed, begun * owed * rate / (1.0 - (1.0 + rate) ** -left))


def repay(state: State, due: Due, share: NDArray[np.float64]) -> Ended:
    """Pay a share of the instalments of shape (n_loans,); what was missed bears penalty interest. Returns loans paid back."""
    paid = due.wanted * share
    missed = (due.wanted > 0) & (share < 1.0)
    rate = _RATES[due.product] * np.where(missed, PENALTY_FACTOR, 1.0) * (due.wanted > 0)
    owed = due.outstanding * (1.0 + rate) - paid
    over = owed < _CLEARED
    since = state.since[due.row, due.product].astype(np.int64)
    state.amount[due.row, due.product] = np.where(over, 0.0, owed)
    state.since[due.row[over], due.product[over]] = 0
    count = int(over.sum())
    return Ended(
        due.row[over], due.product[over], since[over], np.zeros(count), np.full(count, REPAID), np.zeros(count, np.bool_)
    )  # fmt: skip
