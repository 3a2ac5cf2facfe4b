"""Money of one month: what comes in, what is owed and spent, what matures, and who comes under strain.

Everything is reckoned in whole fen, so that bookings add up to balances exactly from month to month. No balance falls
below nothing: claims are served in a fixed order (premiums, instalments, bills, fees, cash, cards, transfers), and what
cannot be paid raises distress.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.lab.livelihood import OTHER, REACH, income, life, sources
from zhike.lab.maturing import LAPSED, Ended, grow, instalments, mature, premiums, repay
from zhike.lab.shelf import PRODUCTS, SHELF
from zhike.lab.tiers import tier_of
from zhike.lab.traits import FIRM, standing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice
    from zhike.lab.state import State, Traits
    from zhike.lab.weather import Weather

    Reals = NDArray[np.float64]

__all__ = ["DISTRESSED", "FEN", "SPREAD", "Flows", "advance", "usual_balance"]

FEN: Final = 100.0
DISTRESSED: Final = 0.5
"""Distress above which instalments are missed."""

SPREAD: Final = 0.012
"""What the bank earns on a yuan on current account in a year. Invented, near the sector's net interest margin, not checked."""
DEMAND_RATE: Final = 0.0005
"""Yearly interest on current accounts (near the listed rate of the large banks, not checked); credited on the 21st of each quarter's last month."""

CONSUMED: Final = {"young": 0.72, "middle": 0.62, "old": 0.70, "firm": 0.15}
"""Share of the usual income that is spent by card or cash (near the share of consumption in disposable income in 2024, not checked,
bills included; of firms: small purchases)."""
_YOUNG, _OLD = 30 * 12, 60 * 12
A_CHILD: Final = 0.04
"""Further share of the income that each child takes. Invented."""
WHEN_JOBLESS: Final = 0.65
"""Share of the usual spending that goes on without work. Invented."""
SPENDING_NOISE: Final = 0.25
"""Spread of a month's spending, log points. Invented."""
BILLS, PAYS_BILLS_HERE, FIRM_BILLS = 0.06, 0.45, 0.10
"""Utilities as a share of the income; customers whose bills are debited here; a firm's taxes and rent. Invented."""
CARD_FLOOR, CARD_SLOPE = 0.10, 0.85
"""Share of spending by card: at no digital skill, and its rise to full skill. Invented."""
CARD_ONLY, CASH_ONLY = 0.60, 0.30
"""Card shares from which a customer draws no cash in a month, up to which none pays by card. Invented."""
FEE, FIRM_FEE, PAYS_FEE = 6.0, 60.0, 0.30
"""Yuan a quarter for messages about bookings (firms: for the account), and who pays it. Invented."""
CARD_PENALTY: Final = 0.015
"""Penalty on card balances of the distressed a month (near the usual daily 0.05 % of card agreements, not checked)."""
LATE_FEE: Final = 0.005
"""Penalty interest booked on a missed instalment, as a share of it. Invented, near 1.5 times the contract's rate for a month."""

USUAL_MEDIAN, USUAL_SLOPE = 4_000.0, 1.45
"""Yuan that a customer of middling standing keeps on the account; log points a standard deviation of standing. Invented."""
FIRM_KEEPS: Final = 2.2
"""Log points by which firms keep more, as at the opening. Invented."""
REVERTS: Final = 0.10
"""Part of the gap to the usual balance that is moved in a month. Invented."""
RESERVE: Final = 0.25
"""Part of the usual balance that spending does not touch. Invented."""
SWEEPS: Final = 0.55
"""Chance that a customer moves money to other banks in a month. Invented."""

FADES: Final = 0.85
"""Part of distress that is left after a month. Invented."""
OF_SHORTAGE, OF_BURDEN, OF_NO_WORK, OF_ARREARS = 0.60, 0.30, 0.07, 0.03
"""What adds to distress: claims unpaid as a share of income, instalments above `HEAVY` of the income, no work, arrears. Invented."""
HEAVY: Final = 0.40

BARE: Final = 0.30
"""Share of the usual income that people cannot do without: what of it cannot be paid counts as shortage. Invented."""

_NOTE: Final = 10_000.0
"""Fen of the largest banknote: cash is drawn in its multiples."""
_LEAST_SWEPT: Final = 5_000.0
_YUAN_TEN: Final = 1_000.0
_CARDS: Final = tuple(index for index, product in enumerate(PRODUCTS) if product.family == "card")
_SALARY_ACCOUNT: Final = SHELF.codes.index("S01")
_QUARTER_ENDS: Final = 2
_REVIEWS: Final = 0
"""Tiers are reviewed in January, April, July and October."""


@dataclass(frozen=True, slots=True)
class Flows:
    """What moved on the accounts in a month: arrays of shape (n,), yuan in whole fen, positive whichever way the money went.

    Parameters
    ----------
    opening : balance before the month
    source : int8
        Where the income comes from, see `zhike.lab.livelihood`.
    income, windfall, interest, matured : in
        ``matured`` is the sum of what ``ended`` pays back.
    card_1, card_2, cash, bill, transfer, loan_payment, premium, fee, penalty : out
    base_margin : yuan that the bank earned on balances
    ended : Ended
        Holdings that ended.
    since : int16, shape (n, n_products)
        `State.since` before this month's purchases.
    distressed, tier : distress above `DISTRESSED`, and tier, before the month
    """

    opening: Reals
    source: NDArray[np.int8]
    income: Reals
    windfall: Reals
    interest: Reals
    matured: Reals
    card_1: Reals
    card_2: Reals
    cash: Reals
    bill: Reals
    transfer: Reals
    loan_payment: Reals
    premium: Reals
    fee: Reals
    penalty: Reals
    base_margin: Reals
    ended: Ended
    since: NDArray[np.int16]
    distressed: NDArray[np.bool_]
    tier: NDArray[np.int8]


def advance(dice: Dice, traits: Traits, state: State, month: int, weather: Weather) -> Flows:
    """Play the month's money; the state of those with the bank changes, the flows of the others are 0.

    Parameters
    ----------
    dice : Dice
    traits, state : Traits, State
        Customers of a chunk; the state changes in place.
    month : int
        Months since 1970-01.
    weather : Weather
        Its returns move the values of wealth products and funds.

    Returns
    -------
    Flows
    """
    here = state.here
    distressed, tier = state.distress > DISTRESSED, state.tier.copy()
    state.balance[:] = np.rint(state.balance * FEN) / FEN
    opening = state.balance.copy()
    grow(state, weather)
    ended = mature(dice, traits, state, month)
    source = sources(dice, traits, month, state.amount[:, _SALARY_ACCOUNT] > 0)
    came = _fen(income(dice, traits, state, month, source)) * here
    windfall = _fen(life(dice, traits, state, month)) * here
    matured = _total(ended.row, _fen(ended.paid), len(here))
    purse = _Purse(np.rint(opening * FEN) + windfall + matured, came)
    premium, lapsed = _premiums(purse, state, month)
    loan_payment, repaid, burden = _loans(purse, state, month, distressed)
    living = _living(dice, traits, state, month, source, purse, distressed, burden)
    interest = _fen(purse.left / FEN * DEMAND_RATE / 4) if month % 3 == _QUARTER_ENDS else np.zeros(len(here))
    interest *= here
    state.balance[:] = np.where(here, (purse.left + interest) / FEN, state.balance)
    _strain(state, purse, burden, distressed)
    if month % 3 == _REVIEWS:
        state.tier[:] = np.where(here, tier_of(state), state.tier)
    card_1, card_2, cash, bill, transfer, fee, penalty = (part / FEN for part in living)
    return Flows(
        opening=opening, source=source, income=came / FEN, windfall=windfall / FEN, interest=interest / FEN, matured=matured / FEN,
        card_1=card_1, card_2=card_2, cash=cash, bill=bill, transfer=transfer, loan_payment=loan_payment / FEN,
        premium=premium / FEN, fee=fee, penalty=penalty, base_margin=state.balance * (SPREAD / 12) * here,
        ended=Ended.joined(ended, repaid, lapsed),
        since=state.since.copy(), distressed=distressed, tier=tier,
    )  # fmt: skip


def usual_balance(dice: Dice, traits: Traits) -> Reals:
    """Return the yuan that customers of their standing tend to keep on current account, firms left aside; shape (n,)."""
    return np.asarray(USUAL_MEDIAN * np.exp(USUAL_SLOPE * standing(dice, traits.who, traits.wealth)))


class _Purse:
    """What is left on the accounts in fen, what it was without the month's income, and what was asked and not paid."""

    def __init__(self, kept: Reals, came: Reals) -> None:
        self.kept = kept
        self.left = kept + came
        self.unpaid = np.zeros(len(kept))

    def pay(self, wanted: Reals) -> Reals:
        """Pay what is wanted, in whole fen, as far as the money goes."""
        paid = np.minimum(wanted, self.left)
        self.left = self.left - paid
        return paid

    def owe(self, wanted: Reals) -> Reals:
        """Pay, and remember what could not be paid."""
        paid = self.pay(wanted)
        self.unpaid += np.maximum(wanted - paid, 0.0)
        return paid


def _fen(yuan: NDArray[Any]) -> Reals:
    return np.asarray(np.rint(yuan * FEN), dtype=np.float64)


def _total(row: NDArray[np.int64], amount: Reals, size: int) -> Reals:
    return np.asarray(np.bincount(row, weights=amount, minlength=size), dtype=np.float64)


def _premiums(purse: _Purse, state: State, month: int) -> tuple[Reals, Ended]:
    """Pay the yearly premiums; a contract whose premium is not on the account lapses."""
    row, product = premiums(state, month)
    wanted = _fen(state.amount[row, product].astype(np.float64))
    # One premium after the other: a customer may owe two in a month.
    paid = wanted <= purse.left[row] - _earlier(row, wanted)
    lost = ~paid
    since = state.since[row, product].astype(np.int64)
    total = _total(row[paid], wanted[paid], len(purse.left))
    purse.left = purse.left - total
    state.amount[row[lost], product[lost]] = 0.0
    state.since[row[lost], product[lost]] = 0
    count = int(lost.sum())
    lapsed = Ended(
        row[lost], product[lost], since[lost], np.zeros(count), np.full(count, LAPSED), np.zeros(count, np.bool_)
    )  # fmt: skip
    return total, lapsed


def _earlier(row: NDArray[np.int64], wanted: Reals) -> Reals:
    """Return what the same customer owes by earlier entries; rows are few."""
    order = np.argsort(row, kind="stable")
    ordered = wanted[order]
    before = np.cumsum(ordered) - ordered
    first = np.searchsorted(row[order], row[order], side="left")
    result = np.empty(len(row))
    result[order] = before - before[first]
    return result


def _loans(
    purse: _Purse, state: State, month: int, distressed: NDArray[np.bool_]
) -> tuple[Reals, Ended, Reals]:
    """Pay instalments: nothing under distress, as far as the money goes otherwise. Returns fen paid and fen due."""
    due = instalments(state, month)
    total = _fen(_total(due.row, due.wanted, len(purse.left)))
    paid = purse.owe(np.where(distressed, 0.0, total))
    share = paid / np.maximum(total, 1.0)
    return paid, repay(state, due, share[due.row]), total


def _living(
    dice: Dice, traits: Traits, state: State, month: int, source: NDArray[np.int8], purse: _Purse,
    distressed: NDArray[np.bool_], instalment: Reals,
) -> list[Reals]:  # fmt: skip
    """Pay for living; returns fen by card (two sums), in cash, for bills, by transfer, for fees and for penalties."""
    firm, who = traits.kind == FIRM, traits.who
    kept = usual_balance(dice, traits) * np.where(firm, np.exp(FIRM_KEEPS), 1.0)
    usual = _fen(state.income * np.where(source == OTHER, REACH, 1.0)) * state.here
    habit = dice.uniform("habits of paying", who)
    bill = purse.owe(np.rint(usual * np.where(firm, FIRM_BILLS, BILLS * (habit < PAYS_BILLS_HERE))))
    fee = purse.pay(_fees(firm, habit, month) * state.here)
    penalty = purse.pay(_penalty(state, instalment, distressed, month))
    spare = np.maximum(purse.left - RESERVE * FEN * kept, 0.0)
    spent = np.minimum(usual * _consumed(dice, traits, state, month, firm), spare)
    card_share = np.clip(CARD_FLOOR + CARD_SLOPE * traits.digital, 0.0, 1.0)
    card_share = np.where(card_share >= CARD_ONLY, 1.0, np.where(card_share <= CASH_ONLY, 0.0, card_share))
    cash = purse.pay(_NOTE * np.rint(spent * (1.0 - card_share) / _NOTE))
    first = dice.uniform("first half", who, month)
    card_1 = purse.pay(np.rint(spent * card_share * (0.3 + 0.4 * first)))
    card_2 = purse.pay(np.rint(spent * card_share) - card_1)
    bare = np.where(firm, 0.0, BARE) * usual
    purse.unpaid += np.maximum(bare - cash - card_1 - card_2, 0.0)
    return [card_1, card_2, cash, bill, _swept(dice, traits, month, purse, kept) * state.here, fee, penalty]


def _consumed(dice: Dice, traits: Traits, state: State, month: int, firm: NDArray[np.bool_]) -> Reals:
    """Return spending by card and cash as a share of the usual income."""
    age = month - traits.born
    share = np.where(
        age < _YOUNG, CONSUMED["young"], np.where(age < _OLD, CONSUMED["middle"], CONSUMED["old"])
    )
    share = np.where(firm, CONSUMED["firm"], share + A_CHILD * state.children)
    share = share * np.where(state.jobless > 0, WHEN_JOBLESS, 1.0)
    noise = SPENDING_NOISE * dice.normal("spending", traits.who, month)
    return np.asarray(share * np.exp(noise - SPENDING_NOISE**2 / 2))


def _fees(firm: NDArray[np.bool_], habit: Reals, month: int) -> Reals:
    if month % 3 != _QUARTER_ENDS:
        return np.zeros(len(firm))
    return FEN * np.where(firm, FIRM_FEE, FEE * (habit > 1.0 - PAYS_FEE))


def _penalty(state: State, instalment: Reals, distressed: NDArray[np.bool_], month: int) -> Reals:
    """Return fen of penalty interest: on the instalment that is missed and on card balances."""
    penalty = np.zeros(len(distressed))
    rows = np.flatnonzero(distressed & state.here)
    used = np.array(_CARDS)
    running = state.amount[np.ix_(rows, used)] * (state.since[np.ix_(rows, used)] < month)
    penalty[rows] = np.rint(LATE_FEE * instalment[rows] + FEN * CARD_PENALTY * running.sum(axis=1))
    return penalty


def _swept(dice: Dice, traits: Traits, month: int, purse: _Purse, kept: Reals) -> Reals:
    """Move what is left of the income, and a part of what exceeds the usual balance, to other banks."""
    gap = purse.left - FEN * kept
    wanted = (purse.left - purse.kept + REVERTS * gap) / SWEEPS
    wanted = np.where(
        dice.happens(SWEEPS, "sweep", traits.who, month) & (wanted >= _LEAST_SWEPT), wanted, 0.0
    )
    spare = np.maximum(purse.left - RESERVE * FEN * kept, 0.0)
    return purse.pay(_YUAN_TEN * np.floor(np.minimum(wanted, spare) / _YUAN_TEN))


def _strain(state: State, purse: _Purse, due: Reals, distressed: NDArray[np.bool_]) -> None:
    """Renew distress from what could not be paid, from the weight of instalments, from lost work and from arrears."""
    usual = np.maximum(state.income * FEN, 1.0)
    added = OF_SHORTAGE * np.minimum(purse.unpaid / usual, 1.0)
    added += OF_BURDEN * np.clip(due / usual - HEAVY, 0.0, 1.0)
    added += OF_NO_WORK * (state.jobless > 0) + OF_ARREARS * (distressed & (due > 0))
    fresh = np.clip(FADES * state.distress + added, 0.0, 1.0)
    state.distress[:] = np.where(state.here, fresh, state.distress)
