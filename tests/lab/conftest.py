"""What the tests of the simulated bank share: one world's dice, its actions, and a crowd to try things on."""

import datetime as dt

import numpy as np
import pytest

LAST_DAY = dt.date(2026, 4, 30)
LAST_MONTH = 675
CROWD = 4_000


@pytest.fixture(scope="session")
def dice():
    """The dice of the tests' world."""
    from zhike.lab.dice import Dice

    return Dice(7)


@pytest.fixture(scope="session")
def deck(rulebook):
    """The actions of the shipped catalogue on the last day of history."""
    from zhike.decide.catalogue import Catalogue, actions_on_sale
    from zhike.lab.deck import Deck
    from zhike.lab.facts_opening import products

    catalogue = Catalogue.of(rulebook.at("catalogue.retail_cn", LAST_DAY))
    units = dict(rulebook.at("standard.iso4217.minor_units", LAST_DAY).value)
    return Deck.of(actions_on_sale(catalogue, products(), units))


@pytest.fixture(scope="session")
def _crowd(dice):
    from zhike.lab.opening import opening_state
    from zhike.lab.traits import draw_traits

    traits = draw_traits(dice, np.arange(CROWD), CROWD)
    return traits, opening_state(dice, traits, LAST_MONTH)


@pytest.fixture
def crowd(_crowd):
    """Traits and state of 4,000 customers in the last month of history; the test may change them."""
    traits, state = _crowd
    return traits.copy(), state.copy()
