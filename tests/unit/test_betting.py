"""Betting sequences hold at every look where the normal interval does not, and are narrow where they should be."""

import math

import numpy as np
import pytest

from zhike.core.errors import UsageError
from zhike.measure.betting import betting_sequence, doubt, policy_sequence, stakes

N = 4000


def rare(rng, n=N):
    """Return weights 0 and 10 times rewards at a rate of .1: mean .1."""
    return 10.0 * (rng.random(n) < 0.1) * (rng.random(n) < 0.1)


def test_never_wrong_oftener_than_promised_under_every_look():
    rng = np.random.default_rng(3)
    wrong = sum((doubt(rare(rng) / 10, 0.01, horizon=N) > math.log(40)).any() for _ in range(100))
    assert wrong <= 10


def test_a_false_mean_is_found_out():
    rng = np.random.default_rng(4)
    assert (doubt(rare(rng) / 10, 0.03, horizon=N) > math.log(40)).any()


def test_bounds_are_where_the_capital_reaches_its_mark():
    seen = rare(np.random.default_rng(5)) / 10
    found = betting_sequence(seen, horizon=N)
    for bound, outward in ((found.low[0], -1e-6), (found.high[0], 1e-6)):
        assert doubt(seen, bound + outward, horizon=N)[-1] > math.log(40)
        assert doubt(seen, bound - outward, horizon=N)[-1] < math.log(40)


def test_narrow_at_the_horizon():
    seen = np.random.default_rng(6).random(20_000)
    found = betting_sequence(seen, horizon=20_000)
    normal = 2 * 1.96 * seen.std() / math.sqrt(20_000)
    assert found.high[0] - found.low[0] < 1.45 * normal


def test_bounds_never_widen_over_many_looks():
    seen = rare(np.random.default_rng(7), 20_000)
    found = betting_sequence(seen, (0, 10), range(200, 20_001, 200), horizon=20_000)
    assert (np.diff(found.low) >= 0).all()
    assert (np.diff(found.high) <= 0).all()


def test_a_stake_knows_nothing_of_what_comes():
    seen = rare(np.random.default_rng(8)) / 10
    other = np.concatenate([seen[:50], 1 - seen[50:]])
    assert np.array_equal(stakes(seen)[:51], stakes(other)[:51])


def test_a_policy_from_doubly_robust_terms():
    rng = np.random.default_rng(9)
    weight, reward = 10.0 * (rng.random(N) < 0.1), (rng.random(N) < 0.1).astype(float)
    flat = np.full(N, 0.1)
    plain = policy_sequence(weight, reward, np.zeros(N), (0.0, -9.0), horizon=N)
    robust = policy_sequence(weight, reward - flat, flat, (-0.9, -9.0), horizon=N)
    for found in (plain, robust):
        assert found.low[0] < 0.1 < found.high[0]
    with pytest.raises(UsageError):
        policy_sequence(weight, reward - flat, flat, (0.0, -9.0))


@pytest.mark.parametrize(("seen", "looks"), [([2.0], None), ([], None), ([0.5], [2]), ([0.5, 0.5], [2, 1])])
def test_misuse_is_refused(seen, looks):
    with pytest.raises(UsageError):
        betting_sequence(np.array(seen), looks=looks)


@pytest.mark.parametrize(
    "setting", [{"alpha": 0}, {"alpha": 1.5}, {"alpha": math.nan}, {"horizon": 0}, {"horizon": -5}]
)
def test_a_promise_that_is_none_is_refused(setting):
    half = np.full(4, 0.5)
    with pytest.raises(UsageError, match="alpha between 0 and 1"):
        betting_sequence(half, **setting)
    with pytest.raises(UsageError, match="alpha between 0 and 1"):
        policy_sequence(half, half, half, (0.0, 0.0), **setting)


@pytest.mark.parametrize("bounds", [(0.0, math.inf), (-math.inf, 1.0), (0.0, math.nan), (1.0, 0.0)])
def test_bounds_that_bound_nothing_are_refused(bounds):
    with pytest.raises(UsageError, match="finite bounds"):
        betting_sequence(np.full(4, 0.5), bounds)


@pytest.mark.parametrize("odd", [math.nan, math.inf])
def test_a_pseudo_outcome_that_is_no_number_is_refused(odd):
    half = np.full(4, 0.5)
    with pytest.raises(UsageError, match="or none"):
        policy_sequence(half, np.array([0.5, odd, 0.5, 0.5]), half, (0.0, 0.0))
