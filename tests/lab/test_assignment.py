"""Plans under shared capacities: never over them, the best there is for few customers, near the bound for many."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.core.errors import UsageError
from zhike.lab.assignment import Resource, assign, uses

SALT = "2026-05"


@st.composite
def problems(draw, customers=12, actions=6):
    """Values, what is open, and resources of a small bank; the values are coarse, so that many are equal."""
    n_customers, n_actions = draw(st.integers(0, customers)), draw(st.integers(1, actions))
    grid = st.integers(-3, 9).map(float)
    values = np.array(
        draw(st.lists(grid, min_size=n_customers * n_actions, max_size=n_customers * n_actions))
    )
    values = values.reshape(n_customers, n_actions)
    values[:, 0] = 0.0
    open_ = np.array(draw(st.lists(st.booleans(), min_size=values.size, max_size=values.size)), dtype=bool)
    resources = [_resource(draw, number, *values.shape) for number in range(draw(st.integers(0, 3)))]
    return values, open_.reshape(values.shape), resources


def _resource(draw, number, n_customers, n_actions):
    use = draw(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=n_actions, max_size=n_actions))
    members = draw(st.none() | st.lists(st.booleans(), min_size=n_customers, max_size=n_customers))
    inside = None if members is None else np.array(members, dtype=bool)
    return Resource(f"r{number}", draw(st.sampled_from([0.0, 0.7, 1.0, 3.0, np.inf])), np.array([0.0, *use[1:]]), inside)  # fmt: skip


def taken(resource, action):
    inside = np.ones(len(action), bool) if resource.members is None else resource.members
    return float((resource.use[action] * inside).sum())


@settings(max_examples=150)
@given(problems())
def test_a_plan_keeps_to_what_there_is_and_to_what_is_open(problem):
    values, open_, resources = problem
    plan = assign(values, open_, resources, 0, SALT)
    rows = np.arange(len(values))
    assert (open_[rows, plan.action] | (plan.action == 0)).all()
    for resource in resources:
        assert taken(resource, plan.action) <= resource.capacity * (1 + 1e-6)
        assert plan.used[resource.name] == pytest.approx(taken(resource, plan.action))
        assert plan.prices[resource.name] >= 0
    assert plan.value == pytest.approx(values[rows, plan.action].sum())


@settings(max_examples=150)
@given(problems())
def test_a_plan_is_worth_at_least_nothing_and_at_most_its_bound(problem):
    plan = assign(*problem, 0, SALT)
    assert 0 <= plan.value <= plan.bound + 1e-9
    assert 0 <= plan.gap <= 1


@settings(max_examples=150)
@given(problems())
def test_the_prices_prove_the_bound(problem):
    """What everybody would take at the prices, net of them, and what there is at the prices: no plan is worth more."""
    values, open_, resources = problem
    plan = assign(values, open_, resources, 0, SALT)
    segment, use = uses(resources, values.shape)
    rate = np.array([plan.prices[one.name] for one in resources])
    net = values - np.tensordot(rate, use, axes=1)[segment]
    best = np.where(open_, net, 0.0).max(axis=1, initial=0.0).sum()
    ended = [one for one in resources if np.isfinite(one.capacity)]
    paid = sum(plan.prices[one.name] * one.capacity for one in ended)
    assert all(plan.prices[one.name] == 0 for one in resources if one not in ended)
    assert plan.bound == pytest.approx(max(best + paid, plan.value), abs=1e-6)


def tried(values, open_, resources):
    """Return the best value of all plans, each tried."""
    allowed = [[0, *(np.flatnonzero(row[1:]) + 1).tolist()] for row in open_]
    best = 0.0
    for plan in itertools.product(*allowed):
        action = np.array(plan, dtype=np.int64)
        if all(taken(one, action) <= one.capacity * (1 + 1e-9) for one in resources):
            best = max(best, float(values[np.arange(len(action)), action].sum()))
    return best


@settings(max_examples=150)
@given(problems(customers=5, actions=4))
def test_few_customers_get_the_best_of_all_plans(problem):
    assert assign(*problem, 0, SALT).value == pytest.approx(tried(*problem))


@settings(max_examples=100)
@given(problems(), st.sampled_from([0.5, 1.0, 5.0]))
def test_more_of_everything_never_makes_a_plan_worse(problem, extra):
    values, open_, resources = problem
    larger = [Resource(r.name, r.capacity + extra, r.use, r.members) for r in resources]
    before, after = (assign(values, open_, some, 0, SALT) for some in (resources, larger))
    assert after.value >= before.value - 1e-9
    assert after.bound >= before.value - 1e-9


@settings(max_examples=100)
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_customers_changes_nothing(problem, chance):
    values, open_, resources = problem
    order = list(range(len(values)))
    chance.shuffle(order)
    moved = [
        Resource(r.name, r.capacity, r.use, None if r.members is None else r.members[order])
        for r in resources
    ]
    one = assign(values, open_, resources, 0, SALT, np.arange(len(values)))
    other = assign(values[order], open_[order], moved, 0, SALT, np.array(order, dtype=np.int64))
    assert other.action.tolist() == one.action[order].tolist()
    assert (other.value, other.bound) == (one.value, one.bound)


def random_bank(n_customers, n_actions, seed, *, cells=None):
    """A bank of channels with a number of sends each and regions with hours of advisers: 17 resources."""
    dice = np.random.default_rng(seed)
    channel = np.concatenate([[-1], dice.integers(0, 5, n_actions - 1)])
    hours = dice.choice([0.2, 0.3, 0.5, 1.0], n_actions) * (channel < 2) * (channel >= 0)
    draws = dice.lognormal(0.0, 1.0, (cells or n_customers, n_actions)) * dice.choice([1, 5, 20], n_actions)
    values = draws[np.arange(n_customers) % len(draws)] - 3.0
    values[:, 0] = 0.0
    region = dice.integers(0, 12, n_customers)
    sends = [
        Resource(f"c{k}", n_customers * share, (channel == k).astype(float))
        for k, share in enumerate([0.02, 0.1, 0.05, 0.3, 0.2])
    ]
    places = [Resource(f"h{k}", 0.002 * n_customers * (1 + k % 3), hours, region == k) for k in range(12)]
    return values, dice.random(values.shape) < 0.6, [*sends, *places]


def test_the_order_of_many_customers_changes_nothing():
    """Beyond the size at which prices are tried on some customers first."""
    values, open_, resources = random_bank(30_000, 40, 2)
    order = np.random.default_rng(5).permutation(len(values))
    moved = [
        Resource(r.name, r.capacity, r.use, None if r.members is None else r.members[order])
        for r in resources
    ]
    one = assign(values, open_, resources, 0, SALT, np.arange(len(values)))
    other = assign(values[order], open_[order], moved, 0, SALT, order)
    assert np.array_equal(other.action, one.action[order])
    assert (other.value, other.bound, other.prices) == (one.value, one.bound, one.prices)


@pytest.mark.campaign
@pytest.mark.parametrize("cells", [None, 60], ids=["each_their_own", "many_alike"])
def test_a_large_bank_is_planned_near_the_bound(cells):
    bank = random_bank(20_000, 80, 1, cells=cells)
    plan = assign(*bank, 0, SALT)
    assert plan.gap < 0.0002


def test_equal_values_are_shared_out_to_the_last_unit():
    values = np.tile([0.0, 1.0, 1.0], (2000, 1))
    scarce = [
        Resource("a", 300.0, np.array([0.0, 1.0, 0.0])),
        Resource("b", 500.0, np.array([0.0, 0.0, 1.0])),
    ]
    plan = assign(values, np.ones(values.shape, bool), scarce, 0, SALT)
    assert plan.value == 800
    assert plan.gap < 1e-4


def test_a_price_is_what_one_more_unit_is_worth():
    dice = np.random.default_rng(3)
    values = np.stack([np.zeros(1000), dice.uniform(0, 100, 1000)], axis=1)
    sends = Resource("sends", 250.0, np.array([0.0, 1.0]))
    found = assign(values, np.ones(values.shape, bool), [sends], 0, SALT)
    ranked = np.sort(values[:, 1])[::-1]
    assert ranked[250] - 1e-6 <= found.prices["sends"] <= ranked[249] + 1e-6
    assert found.value == pytest.approx(ranked[:250].sum(), rel=2e-5)
    assert found.bound == pytest.approx(ranked[:250].sum(), rel=1e-9)


@pytest.mark.parametrize("capacity", [0.0, np.inf])
def test_no_capacity_and_endless_capacity(capacity):
    values = np.array([[0.0, 4.0], [0.0, 6.0]])
    plan = assign(values, np.ones((2, 2), bool), [Resource("r", capacity, np.array([0.0, 1.0]))], 0, SALT)
    assert plan.action.tolist() == ([1, 1] if capacity else [0, 0])
    assert np.isfinite(list(plan.prices.values())).all()
    assert plan.gap <= 1


def test_nobody_nothing_to_do_and_nothing_worth_doing():
    assert assign(np.zeros((0, 3)), np.zeros((0, 3), bool), [], 1, SALT).action.shape == (0,)
    alone = assign(np.zeros((2, 1)), np.zeros((2, 1), bool), [Resource("r", 1.0, np.zeros(1))], 0, SALT)
    assert alone.action.tolist() == [0, 0]
    worse = assign(np.array([[0.0, -2.0, np.nan]]), np.ones((1, 3), bool), [], 0, SALT)
    assert (worse.action.tolist(), worse.value, worse.gap) == ([0], 0.0, 0.0)


def test_doing_nothing_may_be_worth_something():
    values = np.array([[3.0, 5.0], [3.0, 2.0]])
    plan = assign(values, np.ones((2, 2), bool), [Resource("r", 9.0, np.array([0.0, 1.0]))], 0, SALT)
    assert (plan.action.tolist(), plan.value, plan.bound) == ([1, 0], 8.0, 8.0)


def test_what_uses_nothing_is_taken_whenever_it_is_best():
    values = np.array([[0.0, 3.0, 5.0]])
    scarce = Resource("r", 0.0, np.array([0.0, 0.0, 1.0]))
    plan = assign(values, np.ones((1, 3), bool), [scarce], 0, SALT)
    assert plan.action.tolist() == [1]


@pytest.mark.parametrize(
    ("capacity", "use"), [(-1.0, [0.0, 1.0]), (np.nan, [0.0, 1.0]), (1.0, [0.0, -1.0]), (1.0, [1.0, 1.0])]
)
def test_what_makes_no_sense_is_refused(capacity, use):
    scarce = Resource("r", capacity, np.array(use))
    with pytest.raises(UsageError):
        assign(np.zeros((1, 2)), np.ones((1, 2), bool), [scarce], 0, SALT)
