"""Whoever is content answers more often: raking and response weights take that out again, with intervals that hold the truth.

A population of known satisfaction is asked. Who answers depends on tier and age, and so does how content they are; within a cell of both, who
answers is chance. The simple mean is then off by a known amount, and the raked one is not.
"""

import numpy as np
import pytest

from zhike.measure.weighting import rake, response_weights, weighted_mean
from zhike.measure.weighting.raking import Margin

N, ASKED, WORLDS = 20_000, 1500, 300
CHANCE = np.array([[0.1, 0.3], [0.3, 0.6], [0.5, 0.8]])
"""Of answering, by tier and age."""
MEAN = np.array([[5.0, 5.6], [6.2, 6.8], [7.5, 8.1]])


@pytest.fixture(scope="module")
def population():
    rng = np.random.default_rng(11)
    tier = rng.choice(3, N, p=[0.6, 0.3, 0.1])
    age = (rng.random(N) < np.array([0.3, 0.4, 0.6])[tier]).astype(int)
    return tier, age, MEAN[tier, age] + rng.normal(0, 1.5, N)


@pytest.fixture(scope="module")
def worlds(population):
    """Of each world the simple mean, the raked one, and the one of response weights."""
    tier, age, satisfaction = population
    totals = [np.bincount(one).astype(float) for one in (tier, age)]
    rng = np.random.default_rng(12)
    found = []
    for _ in range(WORLDS):
        asked = rng.choice(N, ASKED, replace=False)
        answered = rng.random(ASKED) < CHANCE[tier[asked], age[asked]]
        rows = asked[answered]
        margins = [Margin(tier[rows], totals[0]), Margin(age[rows], totals[1])]
        before = np.ones(len(rows))
        raked = weighted_mean(satisfaction[rows], rake(before, margins).weights, raked=(before, margins))
        known = np.column_stack([tier[asked] == 1, tier[asked] == 2, age[asked]]).astype(float)
        weights = response_weights(known, answered, classes=6).weights[answered]
        found.append(
            (weighted_mean(satisfaction[rows], before), raked, weighted_mean(satisfaction[rows], weights))
        )
    return found


def values(worlds, place):
    return np.array([one[place].value for one in worlds])


def test_simple_mean_is_off_by_the_built_in_bias(population, worlds):
    tier, age, satisfaction = population
    chance = CHANCE[tier, age]
    bias = np.average(satisfaction, weights=chance) - satisfaction.mean()
    off = values(worlds, 0) - satisfaction.mean()
    assert bias > 0.5
    assert off.mean() == pytest.approx(bias, abs=4 * off.std() / np.sqrt(WORLDS))


@pytest.mark.parametrize("place", [1, 2], ids=["raked", "response"])
def test_weights_take_the_bias_out(population, worlds, place):
    off = values(worlds, place) - population[2].mean()
    assert abs(off.mean()) < 4 * off.std() / np.sqrt(WORLDS) + 0.01


def test_interval_of_the_raked_mean_holds_the_truth(population, worlds):
    """95 % of 300 worlds give or take four errors of that share."""
    truth = population[2].mean()
    held = np.mean([one[1].low <= truth <= one[1].high for one in worlds])
    assert held == pytest.approx(0.95, abs=0.05)


def test_error_is_the_spread_of_the_worlds(worlds):
    told = np.mean([one[1].error for one in worlds])
    assert told == pytest.approx(values(worlds, 1).std(), rel=0.15)
