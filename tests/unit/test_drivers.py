"""Shares of drivers: they add up, agree with the regressions they are made of, and stay when order or samples change."""

import itertools
import math

import numpy as np
import pytest

from zhike.measure.drivers import (
    adjusted,
    associations,
    driver_shares,
    penalty_reward,
    relative_weights,
    shapley_exact,
    shapley_sampled,
)


def table(n=300, drivers=5, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, drivers)) + rng.normal(size=(n, 1))
    y = x @ np.linspace(0.1, 1, drivers) + rng.normal(size=n) * 2
    return np.column_stack([x, y])


def r2(data, columns):
    design = np.column_stack([np.ones(len(data)), data[:, list(columns)]])
    residual = data[:, -1] - design @ np.linalg.lstsq(design, data[:, -1], rcond=None)[0]
    return 1 - residual.var() / data[:, -1].var()


def by_definition(data, drivers, always=()):
    """Return the mean gain over all orders, regression by regression."""
    gains = np.zeros(len(drivers))
    orders = list(itertools.permutations(range(len(drivers))))
    for order in orders:
        model = list(always)
        for one in order:
            before = r2(data, model)
            model.append(drivers[one])
            gains[one] += r2(data, model) - before
    return gains / len(orders)


def test_shares_are_the_mean_gain_over_all_orders():
    data = table(drivers=4)
    assert shapley_exact(associations(data))[0] == pytest.approx(by_definition(data, range(4)))


def test_with_variables_that_always_stay_shares_are_of_what_they_leave():
    data = table(drivers=5)
    whole = adjusted(associations(data), 2)
    found = shapley_exact(whole.matrix)[0]
    assert found == pytest.approx(by_definition(data, [2, 3, 4], [0, 1]))
    assert found.sum() + whole.always[0] == pytest.approx(r2(data, range(5)))
    assert relative_weights(whole.matrix)[0].sum() == pytest.approx(found.sum())


def test_resampled_associations_are_those_of_the_resampled_rows():
    data, rng = table(n=60, drivers=3), np.random.default_rng(1)
    rows = rng.integers(0, 60, (4, 60))
    counts = np.stack([np.bincount(one, minlength=60) for one in rows]).astype(float)
    expected = np.stack([np.corrcoef(data[one].T) for one in rows])
    assert associations(data, counts) == pytest.approx(expected)


def test_sampled_orders_come_near_all_orders():
    matrix = associations(table(drivers=8))
    rng = np.random.default_rng(2)
    orders = rng.permuted(np.tile(np.arange(8), (3000, 1)), axis=1)
    share, error = shapley_sampled(matrix[0], orders)
    exact = shapley_exact(matrix)[0]
    assert share.sum() == pytest.approx(exact.sum())
    assert np.all(np.abs(share - exact) < 4 * error)


def test_more_drivers_than_can_be_gone_through_are_sampled_and_say_so():
    rng = np.random.default_rng(3)
    data = table(drivers=17)
    found = driver_shares(data, "shapley", rng, draws=0)
    assert found.r2 == pytest.approx(r2(data, range(17)))
    assert np.all(found.error > 0)
    assert np.all(np.isnan(found.low))


def test_a_driver_that_follows_from_others_breaks_nothing():
    data = table(drivers=3)
    doubled = np.column_stack([data[:, :1], data])
    found = driver_shares(doubled, "shapley", np.random.default_rng(4), draws=0)
    assert found.share[0] == pytest.approx(found.share[1])
    assert found.r2 == pytest.approx(r2(data, range(3)))
    johnson = relative_weights(associations(doubled))[0]
    assert johnson.sum() == pytest.approx(found.r2)


def test_intervals_hold_the_share_of_many_answers():
    """Of 60 samples of one population, nearly all intervals hold its own share."""
    big = shapley_exact(associations(table(n=200_000, drivers=3, seed=9)))[0]
    held = 0
    for seed in range(60):
        found = driver_shares(
            table(n=250, drivers=3, seed=seed), "shapley", np.random.default_rng(seed), draws=300
        )
        held += int(found.low[2] <= big[2] <= found.high[2])
    assert held >= 52


def punished_and_rewarded(n=3000, seed=5):
    rng = np.random.default_rng(seed)
    ratings = rng.integers(1, 11, (n, 3)).astype(float)
    low, high = ratings <= 3, ratings >= 8
    overall = 7 - 2 * low[:, 0] + 2 * high[:, 1] - high[:, 2] * 0 + rng.normal(size=n)
    return ratings, overall


def test_penalty_and_reward_tell_factors_apart():
    found = penalty_reward(*punished_and_rewarded(), (3, 8), level=0.999)
    assert [one.factor for one in found] == ["basic", "excitement", "none"]
    assert found[0].penalty.value == pytest.approx(-2, abs=0.2)
    assert found[1].reward.value == pytest.approx(2, abs=0.2)
    assert found[0].asymmetry < -0.8 < 0.8 < found[1].asymmetry


def test_a_side_that_few_are_on_is_not_told():
    ratings, overall = punished_and_rewarded()
    ratings[:, 2] = np.where(ratings[:, 2] <= 3, 5, ratings[:, 2])
    found = penalty_reward(ratings, overall, (3, 8))
    assert found[2].penalty is None
    assert math.isnan(found[2].asymmetry)
    assert found[2].rated_low == 0
    assert found[2].reward is not None
