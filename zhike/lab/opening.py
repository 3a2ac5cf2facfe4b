"""How the bank's customers stand when its history begins, and what a customer brings who joins later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import expit

from zhike.lab.joining import joined_in
from zhike.lab.money import FEN, FIRM_KEEPS, usual_balance
from zhike.lab.satisfaction import settle
from zhike.lab.shelf import FAMILIES, PRODUCTS, SHELF
from zhike.lab.state import State
from zhike.lab.tiers import tier_of
from zhike.lab.traits import FIRM, age_in, answered_level, standing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice
    from zhike.lab.state import Traits

    Flags = NDArray[np.bool_]
    Numbers = NDArray[np.int64]
    Reals = NDArray[np.float64]

__all__ = ["PRODUCTS_SINCE", "join", "opening_state", "unpaid_share"]

# Money kept at the bank: an account near the usual balance (`zhike.lab.money`), and savings in products.
_BALANCE_SPREAD: Final = 0.6
"""Spread of the logarithm of the balance around the usual one. Invented."""
_MEDIAN_SAVINGS, _SAVINGS_SLOPE = 6_500.0, 1.95
"""Yuan that a saver of middling standing has in products; log points a standard deviation of standing. Invented."""
_TAIL_FROM, _TAIL = 2.0, 1.1
"""Above this standing the logarithm rises by so much more a unit: the tail is heavier than log-normal. Invented."""
_FIRM_SAVINGS: Final = 1.5
"""Log points by which firms save more than persons of their standing. Invented."""
_FIRST_BALANCE: Final = 0.3
"""Share of a new customer's money that is brought in at once. Invented."""
_NEW_SETTLES: Final = 0.5
"""Share of new customers who begin with a settlement product. Invented."""

# Income, yuan a month: centre and spread of the logarithm, effect of wealth: medians of 6,300 for wages, 3,100 for pensions and
# 61,000 for what passes through a firm's account. These and the next are invented, near the national averages.
_WAGE: Final = (8.75, 0.35, 0.42)
_PENSION: Final = (8.05, 0.25, 0.30)
_TURNOVER: Final = (10.9, 0.60, 1.00)
_PENSION_AGE, _WAGE_AGE, _STUDENT_INCOME = 60, 22, 0.35
_JOBLESS, _LONGEST_JOBLESS = 0.035, 12
_BUILDS, _LAST_CARD_AGE = (25, 58), 70
_MARRIED: Final = ((25, 0.05), (30, 0.40), (200, 0.78))
_CHILDREN: Final = 1.1

# Holdings: logits, see `_chances`.
PRODUCTS_SINCE: Final = 420
"""Month since which the products are on sale: 2005-01, before the longest history. No holding is older."""
_SECOND: Final = 0.30
"""Share of investors in a family who hold a second product of it. Invented."""
_ABOVE_LEVEL: Final = 0.08
"""Weight of products above the customer's true level against those within it: some were sold too much. Invented."""
_AMOUNT_SPREAD: Final = 0.5
"""Spread of the logarithm of an amount around what is usual for the product. Invented."""
_MEAN_HOLDING: Final = 40.0
"""Months; how long running holdings without a term have run, exponential. Invented."""

_QUESTIONED: Final = {"investor": 0.50, "other": 0.06}
"""Share of persons with a risk questionnaire. Invented."""
_OLDEST_ANSWER: Final = 36
"""Months; a third of the answers is within the year for which they are valid."""
_CONSENT: Final = (0.25, 0.10, 0.65)
"""Shares of marketing consent never asked for, withdrawn, given. Invented."""
_ROUND: Final = 100.0
"""Premiums, limits and principals are multiples of it. Invented."""
_ENOUGH: Final = 0.5
"""Share of a product's least amount below which what a customer would take is too little to take it. Invented."""
_STRAIN: Final = (-2.5, 1.1, -0.4, 0.8)
"""Logit of distress among borrowers: level, spread, wealth, without work. About 2 % are above one half. Invented."""
_RATED: Final = np.flatnonzero(SHELF.level[: np.argmax(SHELF.family == FAMILIES.index("insurance"))] > 0)
_OWED: Final = SHELF.family == FAMILIES.index("loan")
_CARD: Final = SHELF.family == FAMILIES.index("card")
_NOTHING_YET: Final = {
    "left": np.int32, "distress": np.float32, "experience": np.float32, "rumour": np.float32, "expectation": np.float32,
    "perceived": np.float32, "worth": np.float32, "satisfaction": np.float32, "loyalty": np.float32, "complaint": np.int8,
    "wronged": np.float32, "assessed": np.int32, "stated_level": np.int8, "tier": np.int8, "pending_month": np.int32,
}  # fmt: skip
_FATIGUE: Final = 0.5
"""Half-weighted contacts that are still felt, mean count. Invented."""


def opening_state(dice: Dice, traits: Traits, month: int) -> State:
    """Return how customers stand before the month in which history begins.

    Parameters
    ----------
    dice : Dice
    traits : Traits
        Shape (n,).
    month : int
        First month of history, months since 1970-01.

    Returns
    -------
    State
        Customers who join in that month or later are not here yet and hold nothing; `join` lets them in.
    """
    state = _before(dice, traits, month)
    here = np.flatnonzero(state.here)
    state.balance[here] = _balance(dice, traits.at(here))
    _hold(dice, traits, state, month, here)
    _settle_profile(dice, traits, state, month)
    settle(dice, traits, state, month - 1)
    return state


def join(dice: Dice, traits: Traits, state: State, month: int) -> Numbers:
    """Let in the customers who join in a month; return their rows.

    Notes
    -----
    They bring a part of their money to the current account, about half take the settlement product of their kind; income
    and family are as of the month.
    """
    rows = np.flatnonzero((state.joined == month) & ~state.here & (state.left == 0))
    if not len(rows):
        return rows
    new = traits.at(rows)
    state.here[rows] = True
    age = _age(new, month)
    state.income[rows] = _income(dice, new, age)
    state.jobless[rows] = _jobless(dice, new, age)
    state.married[rows], state.children[rows] = _family(dice, new, age)
    state.balance[rows] = np.rint(_FIRST_BALANCE * FEN * _balance(dice, new)) / FEN
    takes = dice.happens(_NEW_SETTLES, "settles on joining", new.who)
    product = np.where(new.kind == FIRM, SHELF.codes.index("S02"), SHELF.codes.index("S01"))
    state.amount[rows[takes], product[takes]] = 1.0
    state.since[rows[takes], product[takes]] = month
    state.tier[rows] = tier_of(state.at(rows))
    return rows


def _by_age(age: NDArray[Any], steps: tuple[tuple[int, float], ...]) -> Reals:
    return np.select([age < limit for limit, _ in steps], [share for _, share in steps])


def _before(dice: Dice, traits: Traits, month: int) -> State:
    """Return customers without holdings, as life has made them by the month."""
    size, who, firm = len(traits), traits.who, traits.kind == FIRM
    age = _age(traits, month)
    joined = joined_in(dice, who, traits.born, firm)
    married, children = _family(dice, traits, age)
    products = (size, len(PRODUCTS))
    return State(
        here=joined < month, joined=joined.astype(np.int32), income=_income(dice, traits, age), jobless=_jobless(dice, traits, age),
        married=married, children=children, balance=np.zeros(size), amount=np.zeros(products, np.float32),
        since=np.zeros(products, np.int16), fatigue=_fatigue(dice, who, month), consent=_consent(dice, who),
        pending=np.full(size, -1, np.int16), **{name: np.zeros(size, kind) for name, kind in _NOTHING_YET.items()},
    )  # fmt: skip


def _income(dice: Dice, traits: Traits, age: Numbers) -> NDArray[np.float32]:
    """Return yuan a month: wages, pensions from 60, little before 22; the turnover of firms that passes through the bank."""
    firm = traits.kind == FIRM
    terms = np.array([_WAGE, _PENSION, _TURNOVER])[np.where(firm, 2, age >= _PENSION_AGE)]
    centre, spread, rich = terms.T
    log = centre + rich * traits.wealth + spread * dice.normal("income", traits.who)
    share = np.where(~firm & (age < _WAGE_AGE), _STUDENT_INCOME, 1.0)
    return np.asarray(share * np.exp(log), dtype=np.float32)


def _age(traits: Traits, month: int) -> Numbers:
    return np.where(traits.kind == FIRM, 0, age_in(traits, month))


def _jobless(dice: Dice, traits: Traits, age: Numbers) -> NDArray[np.int8]:
    out = _works(traits, age) & dice.happens(_JOBLESS, "jobless at the opening", traits.who)
    months = 1 + np.floor(_LONGEST_JOBLESS * dice.uniform("months jobless", traits.who))
    return np.where(out, months, 0).astype(np.int8)


def _works(traits: Traits, age: Numbers) -> Flags:
    return np.asarray((traits.kind != FIRM) & (age >= _WAGE_AGE) & (age < _PENSION_AGE))


def _family(dice: Dice, traits: Traits, age: Numbers) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Return whether married, and children; two of a household that come first are a couple."""
    person = traits.kind != FIRM
    couple = (traits.household_size > 1) & (traits.who - traits.household <= 1)
    share = _by_age(age, _MARRIED)
    married = person & (couple | dice.happens(share, "married", traits.who))
    children = np.where(married, dice.poisson(_CHILDREN, "children", traits.household), 0)
    return married.astype(np.int8), np.minimum(children, 5).astype(np.int8)


def _fatigue(dice: Dice, who: Numbers, month: int) -> NDArray[np.float32]:
    return (_FATIGUE * dice.poisson(_FATIGUE, "fatigue at the opening", who, month)).astype(np.float32)


def _consent(dice: Dice, who: Numbers) -> NDArray[np.int8]:
    return (dice.pick(_CONSENT, "consent", who) - 1).astype(np.int8)


def _balance(dice: Dice, traits: Traits) -> Reals:
    """Return yuan on the current account in whole fen."""
    firm = FIRM_KEEPS * (traits.kind == FIRM)
    noise = _BALANCE_SPREAD * dice.normal("balance at the opening", traits.who)
    return np.asarray(np.rint(usual_balance(dice, traits) * np.exp(firm + noise) * FEN) / FEN)


def _savings(traits: Traits, stands: Reals) -> Reals:
    """Return the yuan that customers have in deposits, wealth products and funds, if they have any."""
    log = np.log(_MEDIAN_SAVINGS) + _SAVINGS_SLOPE * stands + _TAIL * np.maximum(stands - _TAIL_FROM, 0.0)
    return np.asarray(np.exp(log + _FIRM_SAVINGS * (traits.kind == FIRM)))


@dataclass(frozen=True, slots=True)
class _Held:
    """Holdings as a list: row of the customer among those looked at, and product; no pair twice."""

    row: Numbers
    product: Numbers


def _hold(dice: Dice, traits: Traits, state: State, month: int, here: Numbers) -> None:
    """Give the customers who are here their holdings."""
    people = traits.at(here)
    age, income = age_in(people, month), state.income[here]
    stands = standing(dice, people.who, people.wealth)
    saved, taken = _saved(dice, people, age, stands), _taken(dice, people, income, age, stands)
    amounts = _split(dice, people, stands, saved), _sized(dice, people, income, taken)
    for held, amount in zip((saved, taken), amounts, strict=True):
        began = _began(dice, people, state.joined[here], held, month)
        kept = (amount > 0) & (amount >= SHELF.least[held.product]) & (began < month)
        row, product = here[held.row[kept]], held.product[kept]
        state.since[row, product] = began[kept]
        state.amount[row, product] = amount[kept] * unpaid_share(product, month - began[kept])


def _saved(dice: Dice, people: Traits, age: Numbers, stands: Reals) -> _Held:
    """Return who holds which deposit, wealth product and fund."""
    level = np.minimum(people.tolerance, people.capacity)
    years, firm = (age - 45) / 15, people.kind == FIRM
    logits = {
        "deposit": -1.30 + 0.95 * stands + 0.35 * np.where(firm, 0, years),
        "wealth": -2.40 + 1.25 * stands + 0.25 * (level - 2.3) - 1.0 * firm,
        "fund": -2.60 + 0.85 * stands + 0.55 * (level - 2.3) - 0.30 * np.where(firm, 0, years) - 2.0 * firm,
    }
    parts = []
    for family, logit in logits.items():
        holders = np.flatnonzero(dice.happens(expit(logit), f"holds {family}", people.who))
        more = holders[dice.happens(_SECOND, f"holds more of {family}", people.who[holders])]
        products = np.flatnonzero(SHELF.family == FAMILIES.index(family))
        chosen = [
            (rows, _chosen(dice, people.at(rows), level[rows], products, place))
            for place, rows in enumerate((holders, more))
        ]
        parts += chosen
    return _distinct(np.concatenate([rows for rows, _ in parts]), np.concatenate([made for _, made in parts]))


def _chosen(dice: Dice, people: Traits, level: NDArray[Any], products: Numbers, place: int) -> Numbers:
    """Return one of a family's products for each holder, seldom one above the customer's level."""
    fits = SHELF.level[products] <= np.maximum(np.floor(level + 0.5), 1)[:, None]
    reach = np.cumsum(np.where(fits, 1.0, _ABOVE_LEVEL), axis=1)
    drawn = dice.uniform("which product", people.who, int(products[0]), place)[:, None] * reach[:, -1:]
    return np.asarray(products[np.minimum((drawn >= reach).sum(axis=1), len(products) - 1)])


def _distinct(row: Numbers, product: Numbers) -> _Held:
    pair = np.unique(row * len(PRODUCTS) + product)
    return _Held(pair // len(PRODUCTS), pair % len(PRODUCTS))


def _split(dice: Dice, people: Traits, stands: Reals, held: _Held) -> Reals:
    """Return yuan in each holding: what the customer saves, by the products' usual weights."""
    noise = dice.normal("weight of a holding", people.who[held.row], held.product)
    weight = SHELF.typical[held.product] * np.exp(_AMOUNT_SPREAD * noise)
    total = np.bincount(held.row, weight, len(people))
    return np.asarray(np.floor(_savings(people, stands)[held.row] * weight / total[held.row]))


def _taken(dice: Dice, people: Traits, income: NDArray[Any], age: Numbers, stands: Reals) -> _Held:
    """Return who holds which insurance, card, loan, settlement and payment product."""
    chances = _chances(people, income, age, stands)
    found = [
        (np.flatnonzero(dice.happens(chance, f"holds {code}", people.who)), SHELF.codes.index(code))
        for code, chance in chances.items()
    ]
    rows = np.concatenate([row for row, _ in found])
    return _Held(rows, np.concatenate([np.full(len(row), product) for row, product in found]))


def _chances(people: Traits, income: NDArray[Any], age: Numbers, stands: Reals) -> dict[str, NDArray[Any]]:
    """Return the chance of holding each product beside investments. All invented."""
    firm = people.kind == FIRM
    person, years = ~firm, (age - 45) / 15
    works = _works(people, age)
    builds = person & (age >= _BUILDS[0]) & (age < _BUILDS[1])
    earns = np.log(np.maximum(income, 1.0)) - _WAGE[0]
    return {
        "I01": person * expit(-2.9 + 0.2 * stands - 0.2 * years),
        "I02": person * expit(-3.0 + 0.5 * stands - 0.3 * years**2),
        "I03": person * expit(-4.4 + 0.9 * stands),
        "K01": person
        * expit(-1.3 + 0.5 * earns - 0.5 * years + 3.0 * (people.credit - 0.2))
        * (age < _LAST_CARD_AGE),
        "K02": works * expit(-4.0 + 1.2 * stands + 0.4 * earns),
        "L01": works * expit(-3.3 - 0.3 * stands + 5.0 * (people.credit - 0.2)),
        "L02": builds * expit(-2.1 + 0.6 * earns),
        "L03": firm * expit(-1.0 + 3.0 * (people.credit - 0.2)),
        "S01": person * np.where(works, np.where(people.employer >= 0, 0.95, 0.42), 0.30),
        "S02": firm * 0.85,
        "P01": person * expit(-1.6 + 3.6 * people.digital),
        "P02": firm * 0.45,
    }


def _sized(dice: Dice, people: Traits, income: NDArray[Any], held: _Held) -> Reals:
    """Return yuan of premium, limit or principal, a share of the yearly income; 1 where the product has no amount."""
    noise = dice.normal("weight of a holding", people.who[held.row], held.product)
    amount = SHELF.typical[held.product] * 12.0 * income[held.row] * np.exp(_AMOUNT_SPREAD * noise)
    least = SHELF.least[held.product]
    rounded = np.maximum(_ROUND * np.rint(amount / _ROUND), least)
    return np.where(SHELF.flat[held.product], 1.0, np.where(amount < _ENOUGH * least, 0.0, rounded))


def _began(dice: Dice, people: Traits, joined: NDArray[Any], held: _Held, month: int) -> Numbers:
    """Return the month in which each holding began: after joining, within the product's term (of loans before its last month); cards are renewed."""
    drawn = dice.uniform("age of a holding", people.who[held.row], held.product)
    since_launch = month - np.maximum(joined[held.row], PRODUCTS_SINCE)
    term = np.where(_CARD[held.product], 0, SHELF.months[held.product] - _OWED[held.product])
    in_term = np.minimum(since_launch, term) * drawn
    open_ended = np.minimum(-_MEAN_HOLDING * np.log1p(-drawn), since_launch)
    months = np.where(term > 0, in_term, open_ended)
    return np.asarray(month - np.maximum(np.ceil(months), 1)).astype(np.int64)


def unpaid_share(product: Numbers, months: Numbers) -> Reals:
    """Return what is still owed of a loan's principal after months, 1 for all else."""
    return np.where(_OWED[product], 1.0 - months / np.maximum(SHELF.months[product], 1), 1.0)


def _settle_profile(dice: Dice, traits: Traits, state: State, month: int) -> None:
    """Fill in what follows from the holdings: questionnaire, tier and strain of debt."""
    investor = (state.amount[:, _RATED] > 0).any(axis=1)
    share = np.where(investor, _QUESTIONED["investor"], _QUESTIONED["other"])
    person = state.here & (traits.kind != FIRM)
    asked = np.flatnonzero(person & dice.happens(share, "questionnaire", traits.who))
    ago = 1 + np.floor(_OLDEST_ANSWER * dice.uniform("age of the questionnaire", traits.who[asked]))
    answered = np.maximum(month - ago, state.joined[asked]).astype(np.int64)
    state.assessed[asked] = answered
    state.stated_level[asked] = answered_level(dice, traits.at(asked), answered)
    state.tier[:] = tier_of(state)
    state.distress[:] = np.where(state.here, _distress(dice, traits, state), 0.0)


def _distress(dice: Dice, traits: Traits, state: State) -> Reals:
    borrower = (state.amount[:, _OWED | _CARD] > 0).any(axis=1)
    level, spread, rich, jobless = _STRAIN
    noise = spread * dice.normal("strain at the opening", traits.who)
    return np.asarray(borrower * expit(level + noise + rich * traits.wealth + jobless * (state.jobless > 0)))
