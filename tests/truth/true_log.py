"""A world played by the logging policy with everything noted: chances, orders, what would happen under each action, what did."""

from dataclasses import dataclass

import numpy as np

from zhike.lab import campaigns, money
from zhike.lab.campaigns import Seen, _chances
from zhike.lab.contact import NOTHING
from zhike.lab.dice import Dice
from zhike.lab.listening import answer_probability
from zhike.lab.offers import ACCEPTED, BEFORE
from zhike.lab.opening import join
from zhike.lab.outcomes import outcomes
from zhike.lab.simulated_bank import LAST_MONTH
from zhike.lab.traits import FIRM
from zhike.lab.world import World


@dataclass(frozen=True)
class Pairs:
    """Customers and actions with a chance of being chosen: arrays of shape (n_pairs,).

    ``with_order`` and ``without`` are the true chances of taking the action's product in the month when the action is ordered
    (the way to the customer included) and when nothing is; ``shown`` the chance of being shown, ``p_takes`` that of taking once it is.
    """

    row: np.ndarray
    action: np.ndarray
    chance: np.ndarray
    with_order: np.ndarray
    without: np.ndarray
    shown: np.ndarray
    p_takes: np.ndarray
    held: np.ndarray


@dataclass(frozen=True)
class Answers:
    """Who answered the survey: satisfaction and chance of answering; and of all who might have been asked, their means."""

    satisfaction: np.ndarray
    chance: np.ndarray
    everybody: float
    weighted: float


@dataclass(frozen=True)
class Month:
    """One month; ``row``, ``action``, ``probability`` as ordered; ``got`` has shape (n, n_products): taken or accepted in it."""

    month: int
    row: np.ndarray
    action: np.ndarray
    probability: np.ndarray
    pairs: Pairs
    got: np.ndarray
    answers: Answers


def opening(deck, customers, months, seed):
    """Return a world whose history of so many months ends with the shipped last month."""
    return World.opening(Dice(seed), deck, customers, LAST_MONTH - months + 1)


def play_noted(world, write=None, with_pairs=True):
    """Play one month by the campaigns and return what was noted of it."""
    noted = {}

    def order(traits, state, weather):
        found = campaigns.orders(world.dice, world.deck, traits, state, weather, world.resources.monthly)
        noted["orders"] = found
        noted["pairs"] = _pairs(world, traits, state, weather) if with_pairs else None
        return found

    def wrote(results, traits, state):
        noted["got"] = _got(world, state, results)
        noted["answers"] = _answers(world, traits, state, results)
        if write is not None:
            write(results, traits, state)

    month = world.month
    world.play(order, campaigns.name_of(month), wrote, chunk=world.customers)
    found = noted["orders"]
    return Month(month, found.row, found.action, found.probability, noted["pairs"], noted["got"], noted["answers"])


def _pairs(world, traits, state, weather):
    """The chances rest on the state before the month's flows, what would happen on the state after them."""
    seen = Seen(state, traits.born, traits.kind == FIRM, weather.month)
    actions, chances = _chances(world.deck, seen, weather, world.resources.monthly)
    later = state.copy()
    join(world.dice, traits, later, world.month)
    money.advance(world.dice, traits, later, world.month, weather)
    option, row = np.nonzero(chances)
    action = np.array(actions)[option]
    found = outcomes(world.dice, world.deck, traits, later, world.month, weather, row, action)
    product = world.deck.product[action]
    held = (product >= 0) & (later.amount[row, product] > 0)
    reached = found.p_shown * found.p_takes + (1 - found.p_shown) * found.p_nothing
    return Pairs(row, action, chances[option, row], reached, found.p_nothing, found.p_shown, found.p_takes, held)


def _got(world, state, results):
    sales, contacts = results.sales, results.contacts
    got = np.zeros(state.amount.shape, dtype=bool)
    bought = sales.p_contact != BEFORE
    got[sales.p_row[bought], sales.p_product[bought]] = True
    late = np.flatnonzero((sales.outcome == ACCEPTED) & (contacts.status != NOTHING))
    product = world.deck.product[contacts.action[late]]
    got[contacts.row[late][product >= 0], product[product >= 0]] = True
    return got


def _answers(world, traits, state, results):
    found = results.answers
    chance, here = answer_probability(traits, state, world.month), state.here
    row = found.row[found.answered]
    felt = state.satisfaction.astype(float)
    return Answers(
        felt[row], chance[row], felt[here].mean(), np.average(felt[here], weights=chance[here])
    )
