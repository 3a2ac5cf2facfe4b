"""The month's bookings on current accounts: amounts in fen that add up to the balances, exactly and never below nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.lab.facts_frame import composed, days, framed, known, month_label, named, numbers, with_rank
from zhike.lab.livelihood import FROM_WORK, OTHER, PENSION, SALARY
from zhike.lab.maturing import maturity_day
from zhike.lab.shelf import FAMILIES, SHELF
from zhike.lab.worth import money_moved

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice
    from zhike.lab.month_results import MonthResults
    from zhike.lab.state import State, Traits

    Numbers = NDArray[np.int64]

__all__ = ["bookings"]

_FEN: Final = 100.0
_METHODS: Final = ("cash", "card", "transfer", "direct_debit", "internal", "other")
_CASH, _CARD, _TRANSFER, _DEBIT, _INTERNAL, _ = range(6)
_PURPOSES: Final = (
    "salary", "pension", "household", "insurance", "loan_payment", "interest", "fee", "penalty_interest", "investment", "other",
)  # fmt: skip
_SALARY, _PENSION, _HOUSEHOLD, _INSURANCE, _LOAN, _INTEREST, _FEE, _PENALTY, _INVESTMENT, _OTHER = range(10)
_OF_SOURCE: Final = {OTHER: _OTHER, SALARY: _SALARY, PENSION: _PENSION, FROM_WORK: _OTHER}

_PAYDAY: Final = (5, 8)
"""First payday, and how many days paydays are spread over; all of an employer's staff are paid on one. Invented."""
_OPENS, _BEQUEATHED, _LOAN_DAY, _CARD_1, _CASH_DAY, _BILL_DAY, _INTEREST_DAY, _CARD_2, _SWEEP_DAY, _LAST = (
    1, 4, 13, 14, 17, 20, 21, 22, 26, 28,
)  # fmt: skip
_LOAN_FAMILY, _INSURANCE_FAMILY = FAMILIES.index("loan"), FAMILIES.index("insurance")
_SPREAD_DAYS: Final = 3
_STAYS: Final = 31
_ROUNDING: Final = 5
"""Fen that several purchases of a month may be away from the balance, which is kept unrounded in between."""


@dataclass(frozen=True, slots=True)
class _Entries:
    """Bookings not yet in order: arrays of shape (n_entries,); ``kind`` is the place in the day."""

    row: Numbers
    day: Numbers
    fen: Numbers
    method: Numbers
    purpose: Numbers


def bookings(dice: Dice, traits: Traits, state: State, month: int, results: MonthResults) -> pl.DataFrame:
    """Return the month's transactions of a chunk, by account and in the order of booking.

    Notes
    -----
    What lies between the balances before and after the month and is in no flow (amounts rounded to fen, loans paid out
    or money taken along by those who leave) is booked too, so each month begins where the last one ended.
    """
    opening = np.rint(results.flows.opening * _FEN).astype(np.int64)
    opening[results.joined] = 0
    closing = np.rint(state.balance * _FEN).astype(np.int64)
    regular = _joined([*_regular(dice, traits, month, results), _held_back(traits, results)])
    bought = _bought(results)
    rest = (
        closing
        - opening
        - _sum(regular.row, regular.fen, len(traits))
        - _sum(bought.row, bought.fen, len(traits))
    )
    rest = _rounded_into(bought, rest)
    entries = _joined([regular, bought, _rest(rest, results)])
    entries = _before_leaving(entries, results)
    return _ordered(traits, month, entries, opening)


def _joined(parts: list[_Entries]) -> _Entries:
    return _Entries(*(np.concatenate([getattr(part, name) for part in parts]) for name in _Entries.__slots__))


def _sum(row: Numbers, fen: Numbers, size: int) -> Numbers:
    """Return sums by row; float64 holds whole fen exactly up to 90 trillion yuan."""
    return np.asarray(np.bincount(row, weights=fen, minlength=size)).astype(np.int64)


def _entries(
    row: Numbers, day: NDArray[Any] | int, fen: NDArray[Any], method: int, purpose: NDArray[Any] | int
) -> _Entries:
    size = len(row)
    return _Entries(
        row, np.broadcast_to(np.asarray(day, dtype=np.int64), size), np.asarray(fen, dtype=np.int64),
        np.broadcast_to(np.int64(method), size), np.broadcast_to(np.asarray(purpose, dtype=np.int64), size),
    )  # fmt: skip


def _regular(dice: Dice, traits: Traits, month: int, results: MonthResults) -> list[_Entries]:
    """Return income and what is paid for living, one entry a customer and kind where there is any."""
    flows = results.flows
    paid_by = np.where(traits.employer >= 0, traits.employer, traits.who)
    first, spread = _PAYDAY
    payday = first + np.floor(spread * dice.uniform("payday", paid_by)).astype(np.int64)
    later = np.floor(_SPREAD_DAYS * dice.uniform("booking day", traits.who, month)).astype(np.int64)
    source = np.array([_OF_SOURCE[place] for place in range(len(_OF_SOURCE))])[flows.source]
    entry = np.zeros(len(traits))
    entry[results.joined] = flows.opening[results.joined]
    plan: list[tuple[NDArray[np.float64], int, NDArray[Any] | int, int, NDArray[Any] | int]] = [
        (entry, 1, _OPENS, _TRANSFER, _OTHER), (flows.windfall, 1, _BEQUEATHED, _TRANSFER, _OTHER),
        (flows.income, 1, payday, _TRANSFER, source), (flows.loan_payment, -1, _LOAN_DAY, _DEBIT, _LOAN),
        (flows.penalty, -1, _LOAN_DAY, _INTERNAL, _PENALTY), (flows.premium, -1, _CARD_1, _DEBIT, _INSURANCE),
        (flows.card_1, -1, _CARD_1 + later, _CARD, _HOUSEHOLD), (flows.cash, -1, _CASH_DAY + later, _CASH, _HOUSEHOLD),
        (flows.bill, -1, _BILL_DAY, _DEBIT, _HOUSEHOLD), (flows.interest, 1, _INTEREST_DAY, _INTERNAL, _INTEREST),
        (flows.card_2, -1, _CARD_2 + later, _CARD, _HOUSEHOLD), (flows.transfer, -1, _SWEEP_DAY + later, _TRANSFER, _OTHER),
        (flows.fee, -1, _LAST, _INTERNAL, _FEE),
    ]  # fmt: skip
    found = []
    for yuan, sign, day, method, purpose in plan:
        row = np.flatnonzero(yuan)
        fen = sign * np.rint(yuan[row] * _FEN)
        own = [part[row] if isinstance(part, np.ndarray) else part for part in (day, purpose)]
        found.append(_entries(row, own[0], fen, method, own[1]))
    return found


def _held_back(traits: Traits, results: MonthResults) -> _Entries:
    """Return the money of holdings that matured."""
    ended = results.flows.ended
    back = np.flatnonzero(ended.paid > 0)
    row, product = ended.row[back], ended.product[back]
    day = maturity_day(traits.who[row], product)
    return _entries(row, day, np.rint(ended.paid[back] * _FEN), _INTERNAL, _INVESTMENT)


def _bought(results: MonthResults) -> _Entries:
    sales = results.sales
    fen = np.rint(money_moved(sales.p_product, sales.p_amount) * _FEN)
    moved = np.flatnonzero(fen)
    family = SHELF.family[sales.p_product[moved]]
    loan, insured = family == _LOAN_FAMILY, family == _INSURANCE_FAMILY
    purpose = np.where(loan, _OTHER, np.where(insured, _INSURANCE, _INVESTMENT))
    return _entries(sales.p_row[moved], sales.p_day[moved].astype(np.int64), fen[moved], _INTERNAL, purpose)


def _rounded_into(bought: _Entries, rest: Numbers) -> Numbers:
    """Move a few fen that rounding left over into a purchase of the same customer; return what is left."""
    last = np.full(len(rest), -1)
    last[bought.row] = np.arange(len(bought.row))
    small = np.flatnonzero((last >= 0) & (np.abs(rest) <= _ROUNDING))
    bought.fen[last[small]] += rest[small]
    left = rest.copy()
    left[small] = 0
    return left


def _rest(rest: Numbers, results: MonthResults) -> _Entries:
    row = np.flatnonzero(rest)
    day = np.full(len(rest), _LAST)
    day[results.leavers.row] = results.leavers.day
    return _entries(row, day[row], rest[row], _TRANSFER, _OTHER)


def _before_leaving(entries: _Entries, results: MonthResults) -> _Entries:
    """Move what would be booked after a customer has left to the day of leaving."""
    last = np.full(len(results.flows.opening), _STAYS)
    last[results.leavers.row] = results.leavers.day
    day = np.minimum(entries.day, last[entries.row])
    return _Entries(entries.row, day, entries.fen, entries.method, entries.purpose)


def _order(row: Numbers, day: Numbers, fen: Numbers) -> Numbers:
    """Return the order by customer, day, money in before money out; a stable sort keeps kinds in their order."""
    return np.argsort((row * 32 + day) * 2 + (fen < 0), kind="stable")


def _running(row: Numbers, fen: Numbers, opening: Numbers) -> Numbers:
    """Return the balance after each entry; ``row`` is ascending."""
    total = np.cumsum(fen)
    begins = with_rank(row) == 0
    first = np.flatnonzero(begins)
    before = np.repeat(total[first] - fen[first], np.diff(np.append(first, len(row))))
    return total - before + opening[row]


def _ordered(traits: Traits, month: int, entries: _Entries, opening: Numbers) -> pl.DataFrame:
    order = _order(entries.row, entries.day, entries.fen)
    row, day, fen = entries.row[order], entries.day[order], entries.fen[order]
    balance = _running(row, fen, opening)
    short = np.zeros(len(opening), dtype=bool)
    short[row[balance < 0]] = True
    place = np.flatnonzero(short[row])
    if len(place):
        day[place] = _earlier(row[place], day[place], fen[place], len(opening))
        again = place[_order(row[place], day[place], fen[place])]
        order[place], day[place], fen[place] = order[again], day[again], fen[again]
        balance[place] = _running(row[place], fen[place], opening)
    return _frame(traits, month, (row, day, fen, balance), entries.method[order], entries.purpose[order])


def _earlier(row: Numbers, day: Numbers, fen: Numbers, size: int) -> Numbers:
    """Book all money in no later than the first money out: then no balance falls below that of the month's end."""
    first = np.full(size, 31)
    out = fen < 0
    np.minimum.at(first, row[out], day[out])
    return np.where(out, day, np.minimum(day, first[row]))


def _frame(
    traits: Traits,
    month: int,
    entries: tuple[Numbers, Numbers, Numbers, Numbers],
    method: Numbers,
    purpose: Numbers,
) -> pl.DataFrame:
    row, day, fen, balance = entries
    rank = with_rank(row)
    booked = days(month, day)
    index = pl.Series(row.astype(np.uint32))
    label = composed(numbers("T", traits.who), f"-{month_label(month)}-").gather(index)
    columns = {
        "transaction_id": composed(label, named([str(place) for place in range(100)], rank)),
        "account_id": numbers("A", traits.who).gather(index), "booked_on": booked, "sequence": rank + 1, "amount": fen,
        "currency": "CNY", "balance_after": balance, "method": named(_METHODS, method), "purpose": named(_PURPOSES, purpose),
        "known_at": known(booked + (method == _CARD)),
    }  # fmt: skip
    return framed("transactions", columns, len(row))
