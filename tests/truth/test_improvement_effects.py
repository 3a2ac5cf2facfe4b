"""Worlds whose effect is known: intervals hold it as often as they say, however errors hang together and whatever else happened."""

import numpy as np
import pytest

from zhike.measure.effects import Season, interrupted_series, trial_change, unit_change

LEVEL, SLOPE = 1.0, 0.1


def errors(rng, n, correlation):
    """Draw a stationary series of first-order autoregression."""
    shocks = rng.normal(size=n)
    made = np.empty(n)
    made[0] = shocks[0] / np.sqrt(1 - correlation**2)
    for t in range(1, n):
        made[t] = correlation * made[t - 1] + shocks[t]
    return made


def held(worlds, n, start, correlation, season=None):
    """Return how often each interval holds the truth."""
    rng, t = np.random.default_rng(11), np.arange(n)
    gained = np.where(t >= start, LEVEL + SLOPE * (t - start), 0.0)
    wave = 1.5 * np.sin(2 * np.pi * t / 12) if season else 0.0
    truth = {"level": LEVEL, "slope": SLOPE, "at_end": gained[-1], "mean": gained[start:].mean()}
    hits = dict.fromkeys(truth, 0)
    for _ in range(worlds):
        found = interrupted_series(
            10 + 0.05 * t + wave + gained + errors(rng, n, correlation), t, start, season=season
        )
        for name, value in truth.items():
            one = getattr(found, name)
            hits[name] += one.low <= value <= one.high
    return {name: count / worlds for name, count in hits.items()}


@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_interrupted_series_hold_the_truth(correlation):
    shares = held(120, 48, 30, correlation)
    # 120 worlds: 95 % within three errors of 2 %.
    assert min(shares.values()) >= 0.89, shares
    assert np.mean(list(shares.values())) >= 0.925


def test_season_is_no_effect():
    assert min(held(60, 48, 30, 0.4, Season(12, 2)).values()) >= 0.86


@pytest.mark.campaign
@pytest.mark.parametrize(("n", "start"), [(24, 12), (36, 24), (60, 40)])
@pytest.mark.parametrize(("correlation", "least"), [(0.0, 0.93), (0.3, 0.925), (0.6, 0.91), (0.8, 0.87)])
def test_interrupted_series_in_many_worlds(n, start, correlation, least):
    shares = held(1000, n, start, correlation)
    assert min(shares.values()) >= least


def test_without_reckoning_with_autocorrelation_it_would_not_hold():
    """What least squares would say of a series without any effect: it cries wolf several times as often as it says."""
    rng, t, start = np.random.default_rng(5), np.arange(48), 30
    design = np.column_stack([np.ones(48), t, t >= start, np.maximum(t - start, 0)]).astype(float)
    inverse = np.linalg.inv(design.T @ design)
    wrong = {"least squares": 0, "autocorrelated": 0}
    for _ in range(80):
        y = errors(rng, 48, 0.7)
        beta = inverse @ design.T @ y
        spread = np.sqrt(((y - design @ beta) ** 2).sum() / 44 * inverse[2, 2])
        wrong["least squares"] += abs(beta[2]) > 2.015 * spread
        wrong["autocorrelated"] += interrupted_series(y, t, start).level.excludes_zero
    assert wrong["least squares"] / 80 > 0.2
    assert wrong["autocorrelated"] / 80 < 0.14


def test_comparison_takes_off_what_struck_both():
    """A law on the day of the start moves all branches by three: alone it looks like an effect, held against others it does not."""
    rng, t, start = np.random.default_rng(3), np.arange(40), 24
    shock = np.where(t >= start, 3.0, 0.0)
    alone = controlled = 0
    for _ in range(40):
        ours, theirs = (shock + errors(rng, 40, 0.3) for _ in range(2))
        alone += interrupted_series(ours, t, start, slope=False).mean.excludes_zero
        controlled += interrupted_series(ours - theirs, t, start, slope=False).mean.excludes_zero
    assert alone >= 30
    assert controlled <= 6


@pytest.mark.parametrize("treated", [1, 4, 12])
def test_difference_of_units_holds_the_truth(treated):
    """Branches whose errors last: differences on unit-periods would be far too sure, changes of units are not."""
    rng, later = np.random.default_rng(17), np.arange(12) >= 6
    with_it, hits, worlds = np.arange(24) < treated, 0, 200
    common = np.cumsum(rng.normal(size=12))
    for _ in range(worlds):
        panel = rng.normal(0, 3, (24, 1)) + common + np.array([errors(rng, 12, 0.8) for _ in range(24)])
        panel[np.ix_(with_it, later)] += 2.0
        found = unit_change(panel, with_it, later, rng_none())
        hits += found.effect.low <= 2.0 <= found.effect.high
    assert 0.91 <= hits / worlds <= 0.985


def test_trial_gains_from_what_was_known_and_holds_the_truth():
    rng, later = np.random.default_rng(23), np.array([False, False, True])
    hits, wide, plain = 0, 0.0, 0.0
    for _ in range(200):
        own = rng.normal(0, 3, (14, 1))
        panel = own + rng.normal(0, 1, (14, 3))
        with_it = np.isin(np.arange(14), rng.permutation(14)[:7])
        panel[with_it, 2] += 1.5
        found = trial_change(panel, with_it, later, rng_none()).effect
        hits += found.low <= 1.5 <= found.high
        wide += found.high - found.low
        plain += 4.4 * panel[:, 2].std() * np.sqrt(2 / 7)
    assert 0.91 <= hits / 200 <= 0.98
    assert wide < 0.6 * plain


def rng_none():
    """A generator for draws that are counted exactly."""
    return np.random.default_rng(0)
