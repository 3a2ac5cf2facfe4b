"""How customers respond in one month: to what they are shown, to what they accepted before, and by themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.lab.buying import BEFORE, ORGANIC, Basket, accepted, bought, buy, organic
from zhike.lab.care import assess, carry_out, unasked_assessments
from zhike.lab.contact import (
    BLOCKED,
    NOT_REACHED,
    SHOWN,
    STAFF_REFUSED,
    contact_days,
    earlier_of,
    excess_contacts,
    felt_as,
    personal,
    sale,
    turns,
)  # fmt: skip
from zhike.lab.outcomes import Outcomes, outcomes, outcomes_when_shown
from zhike.lab.shelf import PRODUCTS
from zhike.lab.taking import Scene

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.contact import Contacts
    from zhike.lab.deck import Deck
    from zhike.lab.dice import Dice
    from zhike.lab.state import State, Traits
    from zhike.lab.weather import Weather

__all__ = [
    "ACCEPTED", "BEFORE", "COMPLAINED", "HELD_BACK", "IGNORED", "NONE", "ORGANIC", "REFUSED", "Outcomes", "Sales", "outcomes", "respond",
]  # fmt: skip

NONE, ACCEPTED, REFUSED, IGNORED, HELD_BACK, COMPLAINED = range(6)
"""What a contact led to; held back is a contact that was blocked."""

SILENT: Final = {"branch": 0.10, "adviser": 0.05, "phone": 0.10, "app": 0.90, "sms": 0.95}
"""Share of those who do not accept that give no answer at all. Invented."""
COMPLAINS: Final = 0.0008
"""Chance of a complaint for each contact beyond patience. Invented."""
ANSWER_DAYS: Final = {"branch": 2.0, "adviser": 2.0, "phone": 2.0, "app": 4.0, "sms": 4.0}
"""Median days from the contact to the answer. Invented."""
ANSWER_SPREAD: Final = 1.1
"""Standard deviation of the logarithm of those days. Invented."""
LATEST_ANSWER: Final = 27
"""Days after which no answer comes any more, so that it falls into the next month at the latest."""
ATTEMPT: Final = 0.2
"""Share of cost and hours of a contact that does not come about. Invented."""
TIRED_LEFT: Final = 0.5
"""Share of fatigue that is left a month later (`State.fatigue`)."""

_SILENT: Final = np.array([*SILENT.values(), 1.0])
_ANSWERED: Final = np.array([False, True, True, False, False, True])
_ANSWER_DAYS: Final = np.array([*ANSWER_DAYS.values(), 1.0])


@dataclass(frozen=True, slots=True)
class Sales:
    """What came of a month's contacts, and what was bought.

    Parameters
    ----------
    row : ndarray of int, shape (n_contacts,)
        Rows of the contacts.
    outcome : ndarray of int8, shape (n_contacts,)
        `NONE`, `ACCEPTED`, `REFUSED`, `IGNORED`, `HELD_BACK` or `COMPLAINED`.
    answer_days : ndarray of int16, shape (n_contacts,)
        Days from the contact to the answer, 0 without an answer; may pass the month.
    p_row, p_product, p_contact, p_day : ndarray of int, shape (n_purchases,)
        Purchases by row: row, position on the shelf, index of the contact or `ORGANIC` or `BEFORE`, day of the month.
    p_amount, p_margin, p_benefit : ndarray of float, shape (n_purchases,)
        Yuan put in or lent (0 for settlement and payment); margin of the bank and worth to the customer over the product's life.
    p_unsuitable : ndarray of bool, shape (n_purchases,)
    contacts_felt : ndarray of int, shape (n,)
        Contacts shown, and calls and visits that did not reach the customer.
    annoyance, mood, hazard, cost, hours, care : ndarray of float, shape (n,)
        Yuan of discomfort; shift of the running experience; shift of the log-odds of leaving this month; yuan and hours of contacts;
        yuan that accepted care is worth to the customer.
    """

    row: NDArray[np.int64]
    outcome: NDArray[np.int8]
    answer_days: NDArray[np.int16]
    p_row: NDArray[np.int64]
    p_product: NDArray[np.int64]
    p_contact: NDArray[np.int64]
    p_day: NDArray[np.int64]
    p_amount: NDArray[np.float64]
    p_margin: NDArray[np.float64]
    p_benefit: NDArray[np.float64]
    p_unsuitable: NDArray[np.bool_]
    contacts_felt: NDArray[np.int64]
    annoyance: NDArray[np.float64]
    mood: NDArray[np.float64]
    hazard: NDArray[np.float64]
    cost: NDArray[np.float64]
    hours: NDArray[np.float64]
    care: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Answers:
    """What was shown and how customers answer: arrays over the contacts shown; ``at`` is their index among all contacts."""

    at: NDArray[np.int64]
    row: NDArray[np.int64]
    action: NDArray[np.int64]
    day: NDArray[np.int64]
    days: NDArray[np.int64]
    earlier: NDArray[np.int64]
    accepts: NDArray[np.bool_]
    late: NDArray[np.bool_]
    result: Outcomes


def respond(
    dice: Dice, deck: Deck, traits: Traits, state: State, month: int, weather: Weather, contacts: Contacts
) -> Sales:
    """Let customers answer, buy and change.

    Parameters
    ----------
    dice, deck, traits, state, weather
        Of a chunk of customers.
    month : int
        Months since 1970-01.
    contacts : Contacts
        As `zhike.lab.contact.deliver` returns them.

    Notes
    -----
    Changes ``amount``, ``since``, ``balance``, ``fatigue``, ``pending``, ``assessed``, ``stated_level``, ``distress`` and
    ``wronged`` of the state in place. The mood is handed on: `zhike.lab.satisfaction` lets it into the running experience.
    """
    scene = Scene(dice, deck, traits, state, month, weather)
    felt = _felt(deck, contacts)
    answers = _answers(scene, contacts, earlier_of(contacts.row, felt))
    due = _due(scene)
    candidates = Basket.of(
        accepted(scene, *due),
        _taken(scene, answers),
        organic(scene, _reviewed(deck, answers), _put_off(deck, answers)),
    ).one_a_family()
    answers = _settled(scene, answers, candidates, len(contacts))
    basket = candidates.at(~_among(candidates.contact, answers.at[answers.late], len(contacts)))
    worth = bought(scene, basket)
    per_customer = _per_customer(scene, contacts, answers)
    recorded = _recorded(scene, contacts, answers)
    unasked = unasked_assessments(scene)
    buy(scene, basket, worth.amount)
    now = answers.accepts & ~answers.late
    carry_out(scene, np.append(due[0], answers.row[now]), np.append(due[1], answers.action[now]))
    assess(scene, unasked)
    _postpone(scene, answers)
    felt_by = np.bincount(contacts.row, weights=felt, minlength=len(state)).astype(np.int64)
    state.fatigue[...] = TIRED_LEFT * state.fatigue + felt_by
    return Sales(
        contacts.row, *recorded, basket.row, basket.product, basket.contact, basket.day,
        worth.amount, worth.margin, worth.benefit, worth.unsuitable, felt_by, *per_customer,
    )  # fmt: skip


def _felt(deck: Deck, contacts: Contacts) -> NDArray[np.int64]:
    """Return how many contacts each order counts as with the customer: shown, or a visit or call that missed."""
    noticed = (contacts.status == SHOWN) | (
        (contacts.status == NOT_REACHED) & personal(deck)[contacts.action]
    )
    return np.asarray(felt_as(deck)[contacts.action] * noticed, dtype=np.int64)


def _answers(scene: Scene, contacts: Contacts, earlier: NDArray[np.int64]) -> _Answers:
    at = np.flatnonzero(contacts.status == SHOWN)
    row, action, before = contacts.row[at], contacts.action[at], earlier[at]
    result = outcomes_when_shown(scene, row, action, before)
    days = answer_days(scene, row, scene.month, action)
    late = np.zeros(len(at), dtype=bool)
    return _Answers(
        at, row, action, contacts.day[at].astype(np.int64), days, before, result.takes, late, result
    )


def answer_days(
    scene: Scene, row: NDArray[np.int64], month: int, action: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return days from a contact of a month to its answer, shape (n_pairs,), 0 to `LATEST_ANSWER`."""
    drawn = scene.dice.normal("answer days", scene.traits.who[row], month, action)
    days = _ANSWER_DAYS[scene.deck.channel[action]] * np.exp(ANSWER_SPREAD * drawn)
    return np.asarray(np.minimum(days, LATEST_ANSWER)).astype(np.int64)


def days_of(month: int) -> int:
    """Return the days of a month.

    Examples
    --------
    >>> days_of(673), days_of(675)
    (28, 30)
    """
    return int(
        (np.datetime64(month + 1, "M").astype("M8[D]") - np.datetime64(month, "M").astype("M8[D]")).astype(
            int
        )
    )


def _due(scene: Scene) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return row, action, origin and day of what was accepted last month and is carried out now, and strike it off."""
    state, before = scene.state, scene.month - 1
    row = np.flatnonzero((state.pending >= 0) & (state.pending_month <= scene.month))
    action = state.pending[row].astype(np.int64)
    state.pending[row] = -1
    row, action = row[state.here[row]], action[state.here[row]]
    day = contact_days(scene.dice, scene.traits.who[row], before, action).astype(np.int64)
    day = day + answer_days(scene, row, before, action) - days_of(before)
    return row, action, np.full(len(row), BEFORE), np.maximum(day, 1)


def _taken(scene: Scene, answers: _Answers) -> Basket:
    """Return what is bought because it was shown, first contacts first."""
    of = np.flatnonzero(answers.accepts)
    day = np.minimum(answers.day + answers.days, days_of(scene.month))
    return accepted(scene, answers.row[of], answers.action[of], answers.at[of], day[of])


def _reviewed(deck: Deck, answers: _Answers) -> NDArray[np.int64]:
    reviews = np.array([name == "portfolio_review" for name in deck.template])
    return np.unique(answers.row[answers.accepts & reviews[answers.action]])


def _put_off(deck: Deck, answers: _Answers) -> NDArray[np.int64]:
    """Return what customers would have bought by themselves and now do not, as row times products plus product."""
    lost = answers.result.takes_nothing & ~answers.result.takes & (deck.product[answers.action] >= 0)
    return answers.row[lost] * len(PRODUCTS) + deck.product[answers.action[lost]]


def _settled(scene: Scene, answers: _Answers, candidates: Basket, size: int) -> _Answers:
    """Return the answers once it is known who buys what, and which of them are late.

    An offer is not accepted after all where the customer takes something else of its family. One answer a customer can
    be late; a second one comes on the last day of the month.
    """
    offers = sale(scene.deck)[answers.action]
    accepts = answers.accepts & (
        ~offers | _among(answers.at, candidates.contact[candidates.contact >= 0], size)
    )
    length = days_of(scene.month)
    over = np.flatnonzero(accepts & (answers.day + answers.days > length))
    first = turns(answers.row[over]) == 0
    late, days = np.zeros(len(accepts), dtype=bool), answers.days.copy()
    late[over[first]] = True
    days[over[~first]] = length - answers.day[over[~first]]
    return replace(answers, accepts=accepts, late=late, days=days)


def _among(contact: NDArray[np.int64], wanted: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    """Return which contacts are among the wanted ones; negative numbers are none of the ``size`` contacts."""
    flag = np.zeros(size + 1, dtype=bool)
    flag[wanted] = True
    return np.asarray(flag[np.where(contact >= 0, contact, size)])


def _postpone(scene: Scene, answers: _Answers) -> None:
    row = answers.row[answers.late]
    scene.state.pending[row] = answers.action[answers.late]
    scene.state.pending_month[row] = scene.month + 1


def _per_customer(scene: Scene, contacts: Contacts, answers: _Answers) -> tuple[NDArray[np.float64], ...]:
    """Return annoyance, mood, hazard, cost, hours and care, shape (n,) each."""
    deck, result = scene.deck, answers.result
    sent = ~personal(deck)[contacts.action] & (contacts.status == NOT_REACHED)
    tried = (contacts.status == NOT_REACHED) | (contacts.status == STAFF_REFUSED)
    share = np.where((contacts.status == SHOWN) | sent, 1.0, np.where(tried, ATTEMPT, 0.0))
    hours = np.where(personal(deck), deck.hours, 0.0)[contacts.action]
    care = answers.accepts & ~sale(deck)[answers.action]

    def summed(row: NDArray[np.int64], values: NDArray[Any]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(row, weights=values, minlength=len(scene.state)), dtype=np.float64)

    return (
        summed(answers.row, result.annoyance), summed(answers.row, result.mood), summed(answers.row, result.hazard),
        summed(contacts.row, share * deck.cost[contacts.action]), summed(contacts.row, share * hours),
        summed(answers.row, care * result.benefit),
    )  # fmt: skip


def _recorded(
    scene: Scene, contacts: Contacts, answers: _Answers
) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
    """Return outcome and days to the answer of every contact."""
    outcome = np.where(contacts.status == BLOCKED, HELD_BACK, NONE).astype(np.int8)
    days = np.zeros(len(contacts), dtype=np.int16)
    drawn = scene.dice.uniform("answer", scene.traits.who[answers.row], scene.month, answers.action)
    excess = excess_contacts(scene, answers.row, answers.action, answers.earlier)
    asked = felt_as(scene.deck)[answers.action] > 0
    silent = drawn >= 1.0 - _SILENT[scene.deck.channel[answers.action]]
    cases = [~asked, answers.accepts, drawn < COMPLAINS * excess, silent]
    outcome[answers.at] = np.select(cases, [NONE, ACCEPTED, COMPLAINED, IGNORED], REFUSED)
    answered = _ANSWERED[outcome[answers.at]]
    days[answers.at] = np.where(answered, answers.days, 0)
    return outcome, days
