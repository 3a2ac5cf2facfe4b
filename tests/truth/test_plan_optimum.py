"""Plans under shared capacities against the true optimum of small banks, found by mixed integer programming."""

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from zhike.lab.assignment import Resource, assign, uses
from zhike.lab.dice import Dice

SEEDS = range(40)
ROUNDING = 1e-6


def small_bank(seed):
    """Return values, what is open, and three resources of 10 to 30 customers with five actions."""
    dice = Dice(seed)
    size = 10 + int(20 * dice.uniform("size", np.zeros(1, dtype=np.int64))[0])
    who, action = np.arange(size), np.arange(6)
    values = 10 * dice.uniform("value", who[:, None], action) - 2
    values[:, 0] = 0
    open_ = dice.uniform("open", who[:, None], action) < 0.8
    region = dice.uniform("region", who) < 0.5
    resources = [
        Resource("sends", np.floor(0.3 * size), np.array([0.0, 1, 1, 0, 0, 0])),
        Resource("calls", np.floor(0.15 * size), np.array([0.0, 0, 0, 1, 1, 0])),
        Resource("hours", 0.12 * size, np.array([0.0, 0, 0, 0.5, 1.0, 0.7]), region),
    ]
    return values, open_, resources


def optimum(values, open_, resources, *, whole=True):
    """Return the true best value; with fractions it is what no bound by prices can be below."""
    size, actions = values.shape
    allowed = open_.copy()
    allowed[:, 0] = True
    one = np.kron(np.eye(size), np.ones(actions))
    uses = [np.outer(np.ones(size) if r.members is None else r.members, r.use).ravel() for r in resources]
    rules = [
        LinearConstraint(one, 1, 1),
        LinearConstraint(np.array(uses), -np.inf, [r.capacity for r in resources]),
    ]
    found = milp(
        -values.ravel(), constraints=rules, bounds=Bounds(0, allowed.ravel()), integrality=int(whole)
    )
    return -found.fun


@pytest.fixture(scope="module")
def solved():
    """By seed: the problem, the plan, the best plan and the best with fractions."""
    found = []
    for seed in SEEDS:
        problem = small_bank(seed)
        best, fractions = (optimum(*problem, whole=whole) for whole in (True, False))
        found.append((problem, assign(*problem, 0, str(seed)), best, fractions))
    return found


def test_plans_are_feasible_and_never_better_than_the_best(solved):
    for (values, open_, resources), plan, best, _ in solved:
        rows = np.arange(len(values))
        assert (open_[rows, plan.action] | (plan.action == 0)).all()
        for resource in resources:
            inside = np.ones(len(values)) if resource.members is None else resource.members
            assert (resource.use[plan.action] * inside).sum() <= resource.capacity * (1 + 1e-9)
        assert plan.value == pytest.approx(values[rows, plan.action].sum())
        assert plan.value <= best + ROUNDING


def test_the_bound_holds_and_the_gap_tells_the_truth(solved):
    """best <= best with fractions <= bound, and the best is no further from the plan than the gap says."""
    for _, plan, best, fractions in solved:
        assert best <= fractions + ROUNDING
        assert fractions <= plan.bound + ROUNDING
        assert best - plan.value <= plan.gap * plan.bound + ROUNDING


def test_plans_are_the_best_there_is(solved):
    """So few customers are searched completely; bounds are those of the fractions to 1 in 10,000."""
    short = np.array([1 - plan.value / best for _, plan, best, _ in solved])
    loose = np.array([plan.bound / fractions - 1 for _, plan, _, fractions in solved])
    assert short.max() < ROUNDING
    assert loose.max() < 0.0001


def test_a_plan_first_come_first_served_is_noticed(solved):
    """The same checks on a plan that hands out what there is in the order of the rows, and on a bound without prices halved."""
    short = []
    for (values, open_, resources), _, best, _ in solved:
        left = {resource.name: resource.capacity for resource in resources}
        total = 0.0
        for row in range(len(values)):
            worth = np.where(open_[row], values[row], -np.inf)
            worth[0] = 0.0
            for resource in resources:
                if resource.members is None or resource.members[row]:
                    worth[resource.use > left[resource.name]] = -np.inf
            action = int(worth.argmax())
            total += values[row, action]
            for resource in resources:
                inside = resource.members is None or resource.members[row]
                left[resource.name] -= resource.use[action] * inside
        short.append(1 - total / best)
    assert np.mean(short) > 0.05


def test_a_bound_that_is_too_low_is_noticed(solved):
    assert any(0.97 * plan.bound < fractions - ROUNDING for _, plan, _, fractions in solved)


def test_the_bound_is_what_the_prices_prove(solved):
    for (values, open_, resources), plan, _, _ in solved:
        segment, use = uses(resources, values.shape)
        rate = np.array([plan.prices[one.name] for one in resources])
        net = np.where(open_, values - np.tensordot(rate, use, axes=1)[segment], 0.0)
        proven = net.max(axis=1, initial=0.0).sum() + sum(
            plan.prices[one.name] * one.capacity for one in resources
        )
        assert plan.bound == pytest.approx(proven)
