"""What the tests of estimators against the truth share: one simulated bank, its truth, and a larger log without bookings."""

import pytest
from truth.true_log import played_by_campaigns, played_by_lottery

from zhike.lab.simulated_bank import LAST_DAY, TIMEZONE, Order, build, deck_of, open_simulated

BANK = Order(6_000, 12, 3)
LOGGED = (30_000, 12, 5)
DRAWN = (60_000, 6, 11)


@pytest.fixture(scope="session")
def deck(rulebook):
    """The actions of the shipped catalogue."""
    return deck_of(rulebook)


@pytest.fixture(scope="session")
def simulated(tmp_path_factory, rulebook):
    """Folder, tables and truth of a bank of 6,000 customers over 12 months."""
    folder = tmp_path_factory.mktemp("truth") / "bank"
    build(folder, BANK, rulebook=rulebook)
    bank, sealed = open_simulated(folder, rulebook=rulebook)
    return folder, {name: rows.collect().lazy() for name, rows in bank.tables().items()}, sealed


@pytest.fixture(scope="session")
def tables(simulated):
    """Contract tables of that bank."""
    return simulated[1]


@pytest.fixture(scope="session")
def world(simulated):
    """The bank's world at the end of history; a test may not change it."""
    return simulated[2].world


@pytest.fixture(scope="session")
def policy(rulebook):
    """The shipped policy."""
    from zhike.adapters.policy_files import load_policy

    return load_policy(rulebook, "policies.retail_cn", LAST_DAY)


@pytest.fixture(scope="session")
def prepared(tables, rulebook, policy):
    """What a run of the shipped policy on that bank rests on."""
    from zhike.decide.preparation import prepare

    return prepare(tables, LAST_DAY, TIMEZONE, rulebook, policy)


@pytest.fixture(scope="session")
def situation(world, tables, rulebook):
    """What a policy is given to decide the month after history."""
    from zhike.lab.situation import Situation

    names = tuple(f"C{number:07d}" for number in world.traits.who)
    resources = world.resources
    return Situation(
        world.month, LAST_DAY, TIMEZONE, tables, names, world.deck, resources.monthly, resources.adviser_hours, rulebook
    )  # fmt: skip


@pytest.fixture(scope="session")
def actions(rulebook):
    """The catalogue's actions over the simulated shelf."""
    from zhike.decide.catalogue import Catalogue, actions_on_sale
    from zhike.lab.facts_opening import products

    units = dict(rulebook.at("standard.iso4217.minor_units", LAST_DAY).value)
    return actions_on_sale(Catalogue.of(rulebook.at("catalogue.retail_cn", LAST_DAY)), products(), units)


@pytest.fixture(scope="session")
def logged(deck):
    """A year of campaigns in a world of 30,000 customers, with all that was true of it."""
    return played_by_campaigns(deck, *LOGGED)


@pytest.fixture(scope="session")
def drawn(deck):
    """Half a year of offers by lot, open to everybody, in a world of 60,000 customers."""
    return played_by_lottery(deck, *DRAWN)
