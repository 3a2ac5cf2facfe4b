"""A replay of popularity on the simulated bank against a count over what is true of its customers."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from truth.conftest import BANK

from zhike.lab import campaigns
from zhike.lab.shelf import SHELF
from zhike.lab.simulated_bank import LAST_DAY, LAST_MONTH, TIMEZONE
from zhike.lab.world import World
from zhike.measure.replay import Window, replay_window

START = dt.date(2026, 2, 28)
K = 10


@pytest.fixture(scope="module")
def replayed(tables, rulebook, policy):
    return replay_window(
        tables, Window("spring", START, LAST_DAY), TIMEZONE, rulebook, policy, ["popularity"]
    )


@pytest.fixture(scope="module")
def counted(world, deck):
    """Who held what at the start, and who took what within the window: from the world itself, played again."""
    again = World.opening(world.dice, deck, BANK.customers, LAST_MONTH - BANK.months + 1)
    took = np.zeros(again.state.amount.shape, dtype=bool)

    def order(traits, state, weather):
        return campaigns.orders(again.dice, deck, traits, state, weather, again.resources.monthly)

    def write(results, _traits, _state):
        if again.month > LAST_MONTH - 2:
            took[results.sales.p_row, results.sales.p_product] = True

    held = None
    while again.month <= LAST_MONTH:
        again.play(order, campaigns.name_of(again.month), write, chunk=again.customers)
        if again.month == LAST_MONTH - 1:
            held = (again.state.amount > 0) & again.state.here[:, None]
    return held, took


def measured(held, took, best=1):
    """Return customers, recall, precision and nDCG at 10 of the most held (or least) products that each does not hold."""
    people = np.flatnonzero(held.any(axis=1) & (took & ~held).any(axis=1))
    order = np.lexsort((np.array(SHELF.codes), -best * held.sum(axis=0)))
    recall, precision, gain = [], [], []
    for one in people:
        top = [product for product in order if not held[one, product]][:K]
        hits = np.array([took[one, product] for product in top], dtype=float)
        wanted = int((took[one] & ~held[one]).sum())
        discount = 1 / np.log2(np.arange(2, K + 2))
        recall.append(hits.sum() / wanted)
        precision.append(hits.sum() / K)
        gain.append((hits * discount[: len(hits)]).sum() / discount[: min(wanted, K)].sum())
    return len(people), float(np.mean(recall)), float(np.mean(precision)), float(np.mean(gain))


@pytest.fixture(scope="module")
def told(tables, rulebook, policy, counted):
    """The replay when it is told what was taken."""
    held, took = counted
    row, product = np.nonzero(took & ~held)
    names = {
        "customer_id": [f"C{one:07d}" for one in row],
        "product_id": [SHELF.codes[one] for one in product],
    }
    window = Window("spring", START, LAST_DAY, pl.DataFrame(names))
    return replay_window(tables, window, TIMEZONE, rulebook, policy, ["popularity"])


def figures(result):
    return [result.methods["popularity"][name] for name in ("recall", "precision", "ndcg")]


def test_popularity_is_measured_as_a_count_measures_it(told, counted):
    held, took = counted
    people, *direct = measured(held, took)
    assert told.train_pairs == held.sum()
    assert told.customers == people
    assert told.relevant_pairs == (took & ~held)[held.any(axis=1)].sum()
    assert figures(told) == pytest.approx(direct)


def test_purchases_read_from_the_bank_are_those_that_were_made(replayed, told):
    assert replayed.relevant_pairs == told.relevant_pairs
    assert replayed.customers == told.customers
    assert figures(replayed) == pytest.approx(figures(told))


def test_another_ranking_and_another_count_are_noticed(told, counted):
    held, took = counted
    assert figures(told) != pytest.approx(measured(held, took, best=-1)[1:], abs=0.05)
    assert figures(told) != pytest.approx(measured(held, np.roll(took, 1, axis=0) & ~held)[1:], abs=0.001)
