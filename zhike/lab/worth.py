"""What a product taken means: whether it can be had, how much is put in, margin, benefit and harm.

Everything is over lines, pairs of a customer's row and a product.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.needs import FEATURES, bearable, spare_money, yearly_income
from zhike.lab.shelf import FAMILIES, PRODUCTS, SHELF
from zhike.lab.traits import FIRM, PERSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.lab.dice import Dice
    from zhike.lab.state import State, Traits

__all__ = ["amounts", "available", "benefits", "excess_risk", "margins", "match", "money_moved"]

DEPOSIT, WEALTH, FUND, INSURANCE, CARD, LOAN = (
    FAMILIES.index(name) for name in ("deposit", "wealth", "fund", "insurance", "card", "loan")
)
MORTGAGE: Final = SHELF.codes.index("L02")

MATCHES: Final[Mapping[str, Mapping[str, float]]] = {
    "D01": {"young": 0.3, "older": -0.3, "price": -1.0},
    "D02": {"older": 0.1},
    "D03": {"older": 0.5, "price": 2.0, "young": -0.4},
    "D04": {"older": 0.3, "price": 2.0, "wealth": 0.3},
    "W01": {"money": -0.2, "older": 0.2},
    "W04": {"wealth": 0.3},
    "F01": {"digital": 0.4, "young": 0.2},
    "F05": {"young": 0.3},
    "I01": {"young": 0.2, "digital": 0.2},
    "I02": {"parent": 0.8, "nest": 0.3, "older": -0.8, "relation": 1.0},
    "I03": {"older": 0.4, "wealth": 0.4, "price": -1.0},
    "K01": {"young": 0.4, "wealth": -0.2},
    "K02": {"wealth": 0.6, "quality": 2.0, "young": -0.3},
    "L01": {"credit": 2.5, "strain": 0.5},
    "L02": {"nest": 0.9, "young": 0.2, "older": -1.0, "wealth": 0.2},
    "L03": {"firm": 0.8, "professional": 0.6, "credit": 1.0},
    "S01": {"firm": -1.5, "young": 0.3, "jobless": -1.0},
    "S02": {"firm": 0.8},
    "P01": {"digital": 1.0, "young": 0.2, "older": -0.3},
    "P02": {"firm": 0.8, "professional": 0.6},
}
"""How well a product meets a customer's needs, by feature: 0 so-so, 1 very well, -1 badly. Invented."""

APPETITE: Final = (0.4, 0.6)
"""Match of an investment: the first, less the second for each level between the product and what the customer thinks fits. Invented."""

ORIENTED: Final = (
    (1.5, 0.0, 0.0, -0.5), (0.5, 1.0, 0.3, 0.0), (0.3, 1.0, 0.5, 0.0), (-0.5, 0.5, 1.2, 0.0),
    (0.5, 1.0, 0.0, 1.0), (0.3, 0.0, 0.0, 1.5), (0.3, 0.5, 0.5, 0.3), (0.3, 1.0, 0.0, 0.0),
)  # fmt: skip
"""What price, quality, relation and credit orientation add to the fit, by family. Invented."""

FIT: Final = (0.7, 0.5)
"""Share of a product's surplus that the usual customer has of it; what one unit of match adds. Invented."""
LEAST_FIT, MOST_FIT = -0.5, 1.6
"""Bounds of the fit. Invented."""
STRAINED_CREDIT: Final = 1.5
"""Fit of credit that is lost for each unit of distress. Invented."""

SLACK: Final = 0.5
"""Levels by which a product may exceed what a customer bears: levels are whole numbers, so half a level is rounding."""
RISK_HARM: Final = (0.015, 0.020)
"""Expected harm of an investment as a share of its amount, per level of excess and per squared level. Invented."""
DISTRESSED: Final = 0.5
"""Distress from which an instalment is missed (`State.distress`): credit is unsuitable then."""
CREDIT_HARM: Final = 0.02
"""Expected harm of credit under distress as a share of the amount, per unit of distress. Invented."""
PREMIUM_SHARE: Final = 0.20
"""Premium as a share of yearly income beyond which insurance is unsuitable: the house's rule for sales with special care."""
PREMIUM_HARM: Final = 0.50
"""Expected harm (surrender at a loss) as a share of the premium beyond that. Invented."""

SPREAD: Final = 0.5
"""Standard deviation of the logarithm of an amount around the typical one. Invented."""
MOST_SPARE: Final = 0.9
"""Largest share of spare money that goes into one product. Invented."""
MOST_PREMIUM: Final = 0.4
"""Largest premium as a share of yearly income. Invented."""
MOST_CREDIT: Final = 1.5
"""Largest credit as a multiple of the typical one. Invented."""
KEPT_CREDIT: Final = 0.25
"""Share of a loan that stays on the account; the rest is spent at once on what it was taken for. Invented.
A mortgage goes to the seller of the home."""

_AGES: Final = {INSURANCE: (18, 65), CARD: (18, 65), LOAN: (20, 65)}
"""Ages in years at which a person is accepted. Usual terms of the trade."""
_ADULT, _OLDEST, _YEAR = 18, 120, 12
_INVESTMENT: Final = np.isin(SHELF.family, [WEALTH, FUND])
_PREMIUM: Final = SHELF.family == INSURANCE
_CREDIT: Final = np.isin(SHELF.family, [LOAN, CARD])
_SAVED: Final = np.isin(SHELF.family, [DEPOSIT, WEALTH, FUND])
_OPEN: Final = _INVESTMENT & (SHELF.months == 0)
_FROM_AGE: Final = np.array([_AGES.get(family, (_ADULT, _OLDEST))[0] * _YEAR for family in SHELF.family])
_TO_AGE: Final = np.array([_AGES.get(family, (_ADULT, _OLDEST))[1] * _YEAR for family in SHELF.family])
_MATCH: Final = np.array(
    [[MATCHES.get(product.code, {}).get(name, 0.0) for product in PRODUCTS] for name in FEATURES],
    dtype=np.float32,
)
_ORIENTED: Final = np.array(ORIENTED, dtype=np.float32)
_MOST: Final = 1.5
_QUARTER: Final = np.float32(0.25)


def match(
    traits: Traits, feature: NDArray[np.float32], row: NDArray[np.int64], product: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return how well products meet needs as the customers see it, shape (n_lines,), -1.5 to 1.5.

    Parameters
    ----------
    feature : ndarray of float, shape (n_features, n)
        As `zhike.lab.needs.features` returns them.
    row, product : ndarray of int, shape (n_lines,)
    """
    result = np.zeros(len(row), dtype=np.float32)
    for position in np.flatnonzero(_MATCH.any(axis=1)):
        result += _MATCH[position][product] * feature[position][row]
    felt = (traits.tolerance + traits.candour)[row]
    appetite = np.float32(APPETITE[0]) - np.float32(APPETITE[1]) * np.abs(SHELF.level[product] - felt)
    result += np.where(_INVESTMENT[product], appetite, 0.0)
    return np.asarray(np.clip(result, -_MOST, _MOST), dtype=np.float32)


def available(
    traits: Traits, state: State, month: int, row: NDArray[np.int64], product: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return where a product can be had, shape (n_lines,).

    It is for this kind of customer and age, the customer does not have it yet (open-ended investments can be topped
    up) and can afford the least amount.
    """
    kind, age = traits.kind[row], month - traits.born[row]
    person = kind != FIRM
    open_to = np.where(SHELF.firms[product], kind != PERSON, person | ~_PREMIUM[product])
    aged = ~person | ((age >= _FROM_AGE[product]) & (age <= _TO_AGE[product]))
    new = _OPEN[product] | (state.amount[row, product] == 0)
    most = _most(state, row, product)
    afforded = SHELF.flat[product] | ((most >= SHELF.least[product]) & (most >= 1.0))
    return np.asarray(open_to & aged & new & afforded & state.here[row])


def amounts(
    dice: Dice, traits: Traits, state: State, month: int, row: NDArray[np.int64], product: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the yuan that would go into products this month, shape (n_lines,).

    Whole yuan, at least the product's least amount where that can be afforded; 0 for settlement and payment.
    """
    basis = np.where(_SAVED[product], spare_money(state, row), yearly_income(state, row))
    drawn = np.exp(SPREAD * dice.normal("amount", traits.who[row], month, product))
    wanted = np.clip(SHELF.typical[product] * basis * drawn, SHELF.least[product], None)
    amount = np.maximum(np.floor(np.minimum(wanted, _most(state, row, product))), SHELF.least[product])
    return np.asarray(np.where(SHELF.flat[product], 0.0, amount))


def _most(state: State, row: NDArray[np.int64], product: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the most that a customer can put into, or be lent by, a product."""
    income = yearly_income(state, row)
    lent = MOST_CREDIT * SHELF.typical[product] * income
    saved = MOST_SPARE * spare_money(state, row)
    premium = np.minimum(MOST_SPARE * state.balance[row], MOST_PREMIUM * income)
    return np.asarray(np.where(_SAVED[product], saved, np.where(_PREMIUM[product], premium, lent)))


def margins(product: NDArray[np.int64], amount: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what the bank earns over the product's life in yuan, shape (n_lines,)."""
    return np.asarray(SHELF.margin[product] * np.where(SHELF.flat[product], 1.0, amount))


def excess_risk(traits: Traits, row: NDArray[np.int64], product: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the levels by which an investment exceeds what the customer truly bears, shape (n_lines,), 0 where it does not."""
    excess = SHELF.level[product] - SLACK - bearable(traits)[row]
    return np.asarray(np.where(_INVESTMENT[product], np.maximum(excess, 0.0), 0.0))


def benefits(
    traits: Traits,
    state: State,
    lines: tuple[NDArray[np.int64], NDArray[np.int64]],
    amount: NDArray[np.float64],
    matched: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return what products are worth to the customers who take them.

    Parameters
    ----------
    lines : tuple of ndarray of int, shape (n_lines,)
        Row and product.
    amount : ndarray of float, shape (n_lines,)
        Yuan.
    matched : ndarray of float, shape (n_lines,)
        As `match` returns it.

    Returns
    -------
    benefit : ndarray of float, shape (n_lines,)
        Yuan over the product's life beyond its price; surplus by fit, less expected harm.
    unsuitable : ndarray of bool, shape (n_lines,)
        Where a level exceeds what the customer bears, credit meets distress, or a premium exceeds its share of income.
    """
    product = lines[1]
    base = np.where(SHELF.flat[product], 1.0, amount)
    harm = _harm(traits, state, lines, amount)
    benefit = SHELF.surplus[product] * base * _fit(traits, state, lines, matched) - harm
    return np.asarray(benefit), np.asarray(harm > 0)


def _fit(
    traits: Traits,
    state: State,
    lines: tuple[NDArray[np.int64], NDArray[np.int64]],
    matched: NDArray[np.float32],
) -> NDArray[np.float64]:
    row, product = lines
    fit = FIT[0] + FIT[1] * matched.astype(np.float64)
    weights = _ORIENTED[SHELF.family]
    for position, orientation in enumerate((traits.price, traits.quality, traits.relation, traits.credit)):
        fit += weights[product, position] * (orientation[row] - _QUARTER)
    fit -= np.where(_CREDIT[product], STRAINED_CREDIT * state.distress[row], 0.0)
    return np.asarray(np.clip(fit, LEAST_FIT, MOST_FIT))


def _harm(
    traits: Traits,
    state: State,
    lines: tuple[NDArray[np.int64], NDArray[np.int64]],
    amount: NDArray[np.float64],
) -> NDArray[np.float64]:
    row, product = lines
    excess = excess_risk(traits, row, product)
    risk = (RISK_HARM[0] + RISK_HARM[1] * excess) * excess * amount
    distress = state.distress[row]
    credit = np.where(_CREDIT[product] & (distress > DISTRESSED), CREDIT_HARM * distress * amount, 0.0)
    beyond = np.maximum(amount - PREMIUM_SHARE * yearly_income(state, row), 0.0)
    return np.asarray(risk + credit + np.where(_PREMIUM[product], PREMIUM_HARM * beyond, 0.0))


def money_moved(product: NDArray[np.int64], amount: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how many yuan a purchase changes the current account, shape (n_lines,)."""
    lent = np.where((SHELF.family[product] == LOAN) & (product != MORTGAGE), KEPT_CREDIT, 0.0)
    share = np.where(_SAVED[product] | _PREMIUM[product], -1.0, lent)
    return np.asarray(share * amount)
