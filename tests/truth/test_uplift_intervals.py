"""Intervals of effects hold as often as they say where the effect is known."""

import numpy as np
import pytest
from scipy import stats

from zhike.decide.uplift import LinearEffect, Trial, bands, do_not_contact, group_effects
from zhike.decide.uplift.nuisance import cross_fit
from zhike.decide.uplift.ranking import rate
from zhike.decide.uplift.regressions import Logistic
from zhike.measure.experiments import adjusted_difference

PLACES = np.array([[-1.0, 0.0], [0.0, 0.5], [1.5, -1.0]])


def drawn(seed, n=800):
    """Return a trial with a probability that varies by customer, and its true effects."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1.0, 1.0, size=(n, 2))
    probability = 0.3 + 0.4 * (x[:, 1] > 0)
    treated = rng.random(n) < probability
    effect = truth(x)
    rate_ = 0.3 + 0.15 * x[:, 1] + treated * effect
    return Trial(x, treated, (rng.random(n) < rate_).astype(float), probability, np.arange(n) % 5), effect


def truth(x):
    return 0.05 + 0.1 * x[:, 0]


def within(hits, runs):
    """Whether a share of hits can be that of a 95 % interval."""
    low, high = stats.binom.ppf([5e-4, 1 - 5e-4], runs, 0.95)
    return low <= hits <= high


def covered(runs):
    customers, groups, ranked = 0, 0, 0
    truth_of_rate = rate(truth(drawn(10_000, 50_000)[0].x), truth(drawn(10_000, 50_000)[0].x)).value
    for seed in range(runs):
        trial, _ = drawn(seed)
        nuisance = cross_fit(trial, Logistic())
        found = LinearEffect(Logistic()).fit(trial, nuisance).intervals(PLACES[:1])
        customers += int(found.low[0] <= truth(PLACES[:1])[0] <= found.high[0])
        scores = nuisance.scores(trial)
        one = group_effects(scores, np.where(trial.x[:, 0] > 0, "right", "left").tolist())[1]
        groups += int(one.low <= 0.10 <= one.high)
        low, high = rate(trial.x[:, 0], scores).interval
        ranked += int(low <= truth_of_rate <= high)
    return customers, groups, ranked


def test_intervals_hold_in_a_small_simulation():
    runs = 60
    customers, groups, ranked = covered(runs)
    assert within(customers, runs)
    # Two groups share 95 % (Bonferroni), so that each alone holds more often.
    assert groups >= stats.binom.ppf(5e-4, runs, 0.975)
    assert within(ranked, runs)


@pytest.mark.campaign
def test_intervals_hold():
    runs = 600
    customers, groups, ranked = covered(runs)
    assert within(customers, runs)
    assert groups >= stats.binom.ppf(5e-4, runs, 0.975)
    assert within(ranked, runs)


def test_sleeping_dogs_are_found_and_only_they():
    rng = np.random.default_rng(3)
    x, n = rng.uniform(-1.0, 1.0, size=(10_000, 1)), 10_000
    effect = 0.1 + 0.25 * x[:, 0]
    treated = rng.random(n) < 0.5
    answered = (rng.random(n) < 0.3 + treated * effect).astype(float)
    trial = Trial(x, treated, answered, np.full(n, 0.5), np.arange(n) % 5)
    scores, tenths = cross_fit(trial, Logistic()).scores(trial), bands(x[:, 0], 10)
    found = {one.group for one in do_not_contact(scores, tenths)}
    harmed = {name for name in set(tenths) if effect[np.array(tenths) == name].mean() < 0}
    assert "01" in found
    assert found <= harmed


def test_adjusted_differences_hold_where_slopes_differ():
    runs, hits = 200, 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        before = rng.exponential(size=(300, 1))
        treated = rng.random(300) < 0.3
        outcome = before[:, 0] * (1.0 + treated) + rng.normal(size=300)
        found = adjusted_difference(outcome, treated, before)
        hits += int(found.low <= 1.0 <= found.high)
    assert within(hits, runs)
