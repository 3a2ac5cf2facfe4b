"""What a month's plans are truly worth, and how far policies fall short of the oracle over months.

A plan's true value is the sum over its orders of what each changes for bank and customer, each given the contacts before it.
"""

import numpy as np
import pytest

from zhike.decide.strategy import decide_blocks
from zhike.lab import money
from zhike.lab.contact import earlier_of, felt_as
from zhike.lab.dividend import dividend
from zhike.lab.filling import adviser_hours
from zhike.lab.intervals import clusters, difference, ratio
from zhike.lab.measures import MEASURES
from zhike.lab.needs import bearable
from zhike.lab.opening import join
from zhike.lab.oracle import worth
from zhike.lab.outcomes import outcomes
from zhike.lab.policies import policy_named
from zhike.lab.run import run
from zhike.lab.shelf import SHELF
from zhike.lab.worth import SLACK

pytestmark = pytest.mark.campaign

NAMES = ("nothing", "standard", "tiered", "propensity", "zhike", "informed", "oracle")
RUN = ("nothing", "standard", "oracle")


@pytest.fixture(scope="module")
def plans(world, situation):
    """Orders of one month by policy."""
    made = {}
    for name in NAMES:
        policy = policy_named(name)
        made[name] = (
            policy.orders(situation) if hasattr(policy, "orders") else policy.orders_in(world, situation)
        )
    return made


@pytest.fixture(scope="module")
def scene(world):
    """Traits, state and weather in which the month's contacts are made."""
    state, weather = world.state.copy(), world.weather()
    join(world.dice, world.traits, state, world.month)
    money.advance(world.dice, world.traits, state, world.month, weather)
    return world.traits, state, weather


@pytest.fixture(scope="module")
def values(world, plans, scene):
    """By policy: true value of every customer's orders, expected and realised, shape (n,) each."""
    found = {}
    for name, orders in plans.items():
        before = earlier_of(orders.row, felt_as(world.deck)[orders.action])
        result = outcomes(
            world.dice, world.deck, *scene[:2], world.month, scene[2], orders.row, orders.action, before
        )
        both = (worth(world, *scene, orders.row, result, knows_dice=known) for known in (False, True))
        found[name] = [np.bincount(orders.row, one, minlength=world.customers) for one in both]
    return found


def less(world, one, other):
    home = clusters(world.traits.household)
    return difference(ratio(one), ratio(other), home)


def test_plans_keep_to_the_same_resources(world, situation, plans):
    deck = world.deck
    for name, orders in plans.items():
        channel = deck.channel[orders.action]
        sent = np.bincount(channel[channel >= 0], minlength=len(situation.capacity))
        assert (sent <= situation.capacity + 1e-9).all(), name
        hours = np.bincount(
            world.traits.region[orders.row], adviser_hours(situation, orders.action), minlength=12
        )
        assert (hours <= situation.adviser_hours + 1e-9).all(), name


def test_who_knows_the_chances_plans_best_in_expectation(world, values):
    """informed > zhike > response ranking, beyond chance over households; nothing is worth 0."""
    assert values["nothing"][0].sum() == 0
    for better, worse in (
        ("informed", "zhike"),
        ("zhike", "propensity"),
        ("zhike", "tiered"),
        ("zhike", "standard"),
        ("informed", "oracle"),
    ):
        assert less(world, values[better][0], values[worse][0]).low > 0, (better, worse)
    assert values["zhike"][0].sum() > 0


def test_who_knows_the_dice_plans_best_in_what_comes(world, values):
    for name in NAMES[:-1]:
        assert less(world, values["oracle"][1], values[name][1]).low > 0, name


def test_an_order_handed_to_the_wrong_customers_is_noticed(world, plans, scene):
    """The informed plan with its actions handed around among its customers is worth less than doing nothing."""
    orders = plans["informed"]
    other = np.random.default_rng(1).permutation(orders.action)
    result = outcomes(world.dice, world.deck, *scene[:2], world.month, scene[2], orders.row, other)
    value = worth(world, *scene, orders.row, result, knows_dice=False)
    assert value.sum() < 0


@pytest.fixture(scope="module")
def permitted(prepared):
    """Row and level of every investment that the loop may choose for a customer."""
    level = {
        code: level
        for code, level, family in zip(SHELF.codes, SHELF.level, SHELF.family, strict=True)
        if family in (1, 2)
    }
    of_action = np.array([level.get(name, 0) for name in prepared.actions.table["product_id"]])
    rows, levels = [], []
    for block in decide_blocks(prepared):
        row, column = np.nonzero(block.judged.verdicts.allowed & (of_action > 0))
        rows.append(np.array([int(name[1:]) for name in block.judged.customers], dtype=np.int64)[row])
        levels.append(of_action[column])
    return np.concatenate(rows), np.concatenate(levels)


def test_the_loop_never_goes_beyond_a_level_on_record(world, permitted):
    """No investment is open above the level answered within the year; another customer's level would be noticed."""
    row, level = permitted
    assert len(row) > 1_000
    assert (level <= world.state.stated_level[row]).all()
    assert (world.month - world.state.assessed[row] <= 13).all()
    assert (np.roll(level, 1_000) > world.state.stated_level[row]).any()


def test_what_is_unsuitable_in_truth_is_an_overstated_answer(world, permitted):
    """Nothing beyond what a customer truly bears is open to one who did not overstate it."""
    row, level = permitted
    bears = bearable(world.traits)[row] + SLACK
    overstated, beyond = world.state.stated_level[row] > bears, level > bears
    assert not beyond[~overstated].any()
    assert 0 < beyond.mean() < overstated.mean()


def test_unsuitable_orders_of_the_loop_are_bounded_by_the_open_ones(world, plans, permitted):
    """Investments that it orders are among the open ones."""
    orders, deck = plans["zhike"], world.deck
    product = deck.product[orders.action]
    invested = (product >= 0) & np.isin(SHELF.family[product], (1, 2))
    may = set(zip(*(one.tolist() for one in permitted), strict=True))
    chosen = zip(orders.row[invested].tolist(), SHELF.level[product[invested]].tolist(), strict=True)
    assert all(one in may for one in chosen)


@pytest.fixture(scope="module")
def played(simulated):
    return run(simulated[0], None, RUN, 2, processes=1)


def test_nobody_is_ahead_of_the_oracle_over_months(played):
    regret = dividend(played).regret
    assert set(regret) == set(RUN) - {"oracle"}
    for name, lost in regret.items():
        assert lost.high > 0, name
        assert lost.value > 0, name


def test_the_oracle_has_no_regret_against_itself(played):
    own = MEASURES["total"].estimate(played.played["oracle"].customers)
    found = difference(own, own, clusters(played.groups["household"].to_numpy()))
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)
