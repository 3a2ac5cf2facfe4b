"""Variety, hours and degrees of businesses whose ways, minutes and number are known."""

import datetime as dt

import numpy as np
import pytest

from zhike.adapters.rule_files import load_rulebook
from zhike.core.decision_tables import DecisionTable
from zhike.measure.scores.estimate import Estimate
from zhike.measure.standardising import degree_of, freed_hours, rate_estimate, variety
from zhike.measure.standardising.variety import ESTIMATORS

WORLDS = {(3, 0.7, 200), (10, 1.0, 60), (40, 1.0, 60), (40, 1.0, 400), (200, 1.1, 200), (30, 0.3, 200)}
"""Variants, how fast they get rarer, cases."""


def zipf(many, power):
    chance = 1 / np.arange(1, many + 1) ** power
    return chance / chance.sum()


def entropies(world, worlds, estimator, seed=3):
    many, power, n = world
    chance = zipf(many, power)
    rng = np.random.default_rng(seed)
    drawn = [one[one > 0] for one in rng.multinomial(n, chance, worlds)]
    return float(-chance @ np.log(chance)), [variety(one, 0.95, estimator).entropy for one in drawn]


@pytest.mark.parametrize("world", sorted(WORLDS))
def test_variety_is_told_without_bias_and_its_interval_holds(world):
    truth, found = entropies(world, 80, "chao_wang_jost")
    values = np.array([one.value for one in found])
    assert values.mean() == pytest.approx(truth, abs=0.06 + 3 * values.std() / np.sqrt(len(values)))
    assert np.mean([one.low <= truth <= one.high for one in found]) >= 0.88


def test_the_plain_entropy_misses_what_a_sample_has_not_seen():
    truth, found = entropies((200, 1.1, 200), 40, "plug_in")
    assert np.mean([one.value for one in found]) < truth - 0.3


@pytest.mark.campaign
@pytest.mark.parametrize("world", sorted(WORLDS))
def test_interval_of_variety_in_many_worlds(world):
    truth, found = entropies(world, 2000, "chao_wang_jost")
    assert 0.925 <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.985
    assert {name: abs(np.mean([o.value for o in entropies(world, 200, name)[1]]) - truth) for name in ESTIMATORS}["chao_wang_jost"] < 0.07  # fmt: skip


def test_interval_of_freed_hours_holds():
    """Minutes are exponential: beyond the median ln 2 of the standard way lies 1/2 in the mean."""
    rng = np.random.default_rng(6)
    truth = 120 * (0.7 * 3.0 + 0.5 * 10.0 * 0.5) / 60
    held = []
    for _ in range(60):
        n = rng.poisson(240)
        candidate, other = rng.exponential(3.0, n), rng.exponential(10.0, n)
        standard = rng.random(n) < 0.5
        found = freed_hours(candidate, other, standard, (0.7, 0.5), 2.0, rng, 120, 0.95).together
        held.append(found.low <= truth <= found.high)
    assert 0.85 <= np.mean(held) <= 1


def test_degrees_are_as_sure_as_they_say():
    """Of businesses that take 20 to 40 minutes, those told to be standardised with a chance p do lie at or below the table's 30 in a share p."""
    table = DecisionTable.of(load_rulebook().at("listening.standardising_degree", dt.date(2026, 11, 27)))
    rng = np.random.default_rng(7)
    ways, told, true = variety(np.array([60, 30, 10])), [], []
    for minutes in rng.uniform(20, 40, 200):
        took = minutes + 12 * rng.normal(size=50)
        mean = Estimate(took.mean(), took.std(ddof=1) / np.sqrt(50), np.nan, np.nan, 50)
        found = degree_of(table, rate_estimate(100, 1.0, 0.95), ways, mean, rng, 100)
        assert sum(found.probabilities.values()) == pytest.approx(1)
        told.append(found.probabilities["standardise"])
        true.append(minutes <= 30)
    told, true = np.array(told), np.array(true)
    for low, high in ((0.0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1.01)):
        kept = (told >= low) & (told < high)
        assert true[kept].mean() == pytest.approx(told[kept].mean(), abs=0.05 + 0.8 / np.sqrt(kept.sum()))
