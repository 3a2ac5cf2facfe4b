"""Worlds played with everything noted: chances, orders, what would happen under each action, and what did.

Two logging policies: the campaigns of history, and a lottery in which every action is open to everybody.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from zhike.lab import campaigns, facts_month, money
from zhike.lab.campaigns import Seen, _chances
from zhike.lab.contact import NOTHING
from zhike.lab.deck import Orders
from zhike.lab.dice import Dice
from zhike.lab.facts_opening import bank_frames, opening_frames
from zhike.lab.listening import answer_probability
from zhike.lab.offers import ACCEPTED, BEFORE
from zhike.lab.opening import join
from zhike.lab.outcomes import outcomes
from zhike.lab.simulated_bank import LAST_MONTH
from zhike.lab.taking import Scene
from zhike.lab.traits import FIRM
from zhike.lab.world import World

TABLES = ("products", "customers", "holdings", "decisions", "responses", "interactions")
"""What effects are learnt from; bookings, the bulk of a bank, are not among it."""

LOTTERY = (
    "offer_deposit:D03:branch", "offer_insurance:I01:adviser", "offer_loan:L01:phone", "offer_card:K01:sms",
    "offer_fund:F01:branch", "offer_settlement:S01:branch",
)  # fmt: skip
"""One channel a template, so that nothing is drawn together with another truth."""


@dataclass(frozen=True)
class Pairs:
    """Customers and actions with a chance of being chosen: arrays of shape (n_pairs,).

    ``chance`` is that of being chosen, ``shown`` of being shown once ordered, ``p_takes`` of taking the product in the month
    once it is shown, ``p_nothing`` without any order; ``held``: the customer has the product already.
    """

    row: np.ndarray
    action: np.ndarray
    chance: np.ndarray
    shown: np.ndarray
    p_takes: np.ndarray
    p_nothing: np.ndarray
    held: np.ndarray

    @property
    def effect(self):
        """True change in the chance of getting a product that the customer does not have, by an order."""
        return self.shown * (self.p_takes - self.p_nothing) * ~self.held

    @property
    def with_order(self):
        """True chance of taking the product in the month when it is ordered."""
        return self.shown * self.p_takes + (1 - self.shown) * self.p_nothing

    def at(self, which):
        return Pairs(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Survey:
    """Satisfaction and chance of answering: of those who answered, shape (n_answers,), and of all, as means over customers.

    ``weighted`` is the mean of all weighted by the chance: what respondents are expected to say.
    """

    satisfaction: np.ndarray
    chance: np.ndarray
    everybody: float
    weighted: float


@dataclass(frozen=True)
class Month:
    """One month; ``row``, ``action``, ``probability`` as ordered; ``got``: taken or accepted in it, shape (n, n_products)."""

    month: int
    row: np.ndarray
    action: np.ndarray
    probability: np.ndarray
    pairs: Pairs
    got: np.ndarray
    survey: Survey

    def chosen(self, customers):
        """Return action (-1 for those not considered) and its probability by customer."""
        action, probability = np.full(customers, -1), np.zeros(customers)
        action[self.row], probability[self.row] = self.action, self.probability
        return action, probability


@dataclass(frozen=True)
class Log:
    """Months of one world, with the contract tables of `TABLES`."""

    world: World
    months: list
    tables: dict

    @property
    def customers(self):
        return self.world.customers


def played_by_campaigns(deck, customers, months, seed):
    """Return the log of a world whose history ends with the shipped last month."""
    return _played(World.opening(Dice(seed), deck, customers, LAST_MONTH - months + 1), months, _by_campaigns)


def played_by_lottery(deck, customers, months, seed):
    """Return the log of a world in which, after a first month without offers, each offer is open to everybody.

    Offers are three times as probable for those who would take of the family anyway: a naive comparison is biased.
    """
    return _played(World.opening(Dice(seed), deck, customers, LAST_MONTH - months + 1), months, _by_lottery)


def _played(world, months, policy):
    parts = {name: [] for name in TABLES}
    _put(parts, bank_frames(world.customers))
    _put(parts, opening_frames(world.dice, world.traits, world.state, world.month))
    noted = [_month(world, policy, parts, first=number == 0) for number in range(months)]
    return Log(world, noted, {name: pl.concat(rows) for name, rows in parts.items()})


def _put(parts, made):
    for name, rows in made.items():
        if name in parts and rows.height:
            parts[name].append(rows)


def _month(world, policy, parts, *, first):
    noted, month = {}, world.month
    # Channels never get crowded: the test is of the estimator, not of the queue.
    world.load = np.zeros_like(world.load)

    def order(traits, state, weather):
        orders, actions, chances = policy(world, traits, state, weather, first)
        noted.update(orders=orders, pairs=_pairs(world, traits, state, weather, actions, chances))
        return orders

    def write(results, traits, state):
        noted.update(got=_got(world, state, results), survey=_survey(world, traits, state, results))
        _put(parts, _facts(world, traits, state, results))

    world.play(order, campaigns.name_of(month), write, chunk=world.customers)
    orders = noted.pop("orders")
    return Month(month, orders.row, orders.action, orders.probability, **noted)


def _by_campaigns(world, traits, state, weather, _first):
    capacity = world.resources.monthly
    orders = campaigns.orders(world.dice, world.deck, traits, state, weather, capacity)
    seen = Seen(state, traits.born, traits.kind == FIRM, weather.month)
    return orders, *_chances(world.deck, seen, weather, capacity)


def _by_lottery(world, traits, state, weather, first):
    actions = [world.deck.ids.index(name) for name in LOTTERY]
    scene = Scene(world.dice, world.deck, traits, state, weather.month, weather)
    alone = scene.chance[world.deck.family[actions]]
    keen = alone > np.quantile(alone, 0.6, axis=1, keepdims=True)
    chances = np.where(keen, 0.12, 0.04) * (state.here & (not first))
    drawn = world.dice.uniform("lottery", traits.who, weather.month)
    place = (drawn[None, :] >= np.cumsum(chances, axis=0)).sum(axis=0)
    row = np.flatnonzero(chances.sum(axis=0) > 0)
    action = np.append(actions, world.deck.nothing)[place]
    probability = np.append(chances, [1 - chances.sum(axis=0)], axis=0)[place, np.arange(len(state))]
    return Orders(row, action[row], probability[row]), actions, chances


def _pairs(world, traits, state, weather, actions, chances):
    """Chances rest on the state before the month's flows; what would happen rests on the state after them."""
    later = state.copy()
    join(world.dice, traits, later, world.month)
    money.advance(world.dice, traits, later, world.month, weather)
    option, row = np.nonzero(chances)
    action = np.array(actions, dtype=np.int64)[option]
    found = outcomes(world.dice, world.deck, traits, later, world.month, weather, row, action)
    product = world.deck.product[action]
    held = (product >= 0) & (later.amount[row, product] > 0)
    return Pairs(row, action, chances[option, row], found.p_shown, found.p_takes, found.p_nothing, held)


def _got(world, state, results):
    sales, contacts = results.sales, results.contacts
    got = np.zeros(state.amount.shape, dtype=bool)
    now = sales.p_contact != BEFORE
    got[sales.p_row[now], sales.p_product[now]] = True
    accepted = np.flatnonzero((sales.outcome == ACCEPTED) & (contacts.status != NOTHING))
    product = world.deck.product[contacts.action[accepted]]
    got[contacts.row[accepted][product >= 0], product[product >= 0]] = True
    return got


def _survey(world, traits, state, results):
    chance, felt, here = (
        answer_probability(traits, state, world.month),
        state.satisfaction.astype(float),
        state.here,
    )
    row = results.answers.row[results.answers.answered]
    return Survey(felt[row], chance[row], felt[here].mean(), np.average(felt[here], weights=chance[here]))


def _facts(world, traits, state, results):
    """Return the rows of `TABLES`; the whole frames of a month cost three times as much."""
    dice, deck, month = world.dice, world.deck, world.month
    made = facts_month._records(dice, traits, state, month, results)  # noqa: SLF001 - as above
    begun = facts_month.holdings(traits, state, month, results)
    opened = made["holdings"].join(begun, on="holding_id", how="anti")
    return {
        "customers": made["customers"], "holdings": pl.concat([opened, begun]),
        "decisions": facts_month.decisions(deck, traits, month, results),
        "responses": facts_month.responses(deck, traits, month, results),
        "interactions": facts_month.contacts(dice, deck, traits, state, month, results),
    }  # fmt: skip
