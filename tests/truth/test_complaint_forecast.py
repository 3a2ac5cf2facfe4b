"""In simulated worlds whose course is known, complaints come in as the forecast says, and dates are missed as often as it says."""

import dataclasses
import datetime as dt

import decide_bank
import numpy as np
import pytest

from zhike.measure.complaint_capacity import (
    Assumptions,
    DeskLoad,
    arrival_paths,
    capacity_forecast,
    hours_short,
)
from zhike.measure.complaint_capacity.arrivals import day_class

ASSUMED = dataclasses.replace(Assumptions.of(decide_bank.SHIPPED, dt.date(2026, 6, 30)), paths=150)
PAST, AHEAD = 260, 40
CLASSES = np.array([day_class(day % 7 + 1, working=day % 7 < 5) for day in range(PAST + AHEAD)])
USUAL = np.where(CLASSES < 5, 1.2, 0.5)
WORLDS = 120


def world(seed, mean=60.0):
    """Return the complaints of a world: a level that drifts, weekdays, and bursts that fade over days."""
    rng = np.random.default_rng(seed)
    level = mean * np.exp(np.cumsum(rng.normal(0, 0.01, len(USUAL))))
    bursts = np.ones(len(USUAL))
    for first in rng.integers(0, len(USUAL), 10):
        fading = rng.exponential(0.5) * np.exp(-np.arange(10) / 4)
        bursts[first : first + 10] += fading[: len(bursts) - first]
    return rng.poisson(level * USUAL * bursts)


@pytest.fixture(scope="module")
def worlds():
    return [world(seed) for seed in range(WORLDS)]


@pytest.fixture(scope="module")
def sums(worlds):
    """Return for each world the totals of its paths up to each day, and the true ones."""
    found = []
    for seed, counts in enumerate(worlds):
        paths = arrival_paths(counts[:PAST], CLASSES[:PAST], CLASSES[PAST:], 300, np.random.default_rng(seed))
        found.append((paths.cumsum(axis=1), counts[PAST:].cumsum()))
    return found


@pytest.mark.parametrize("days", [7, 28, 40])
def test_totals_lie_in_their_intervals_as_often_as_said(sums, days):
    held = 0
    for totals, true in sums:
        low, high = np.quantile(totals[:, days - 1], [0.1, 0.9])
        held += low <= true[days - 1] <= high
    # 80 % of 120 worlds, give or take three standard deviations; intervals a little too wide do no harm, too narrow ones do.
    assert 0.8 * WORLDS - 3 * np.sqrt(WORLDS * 0.16) <= held <= 0.95 * WORLDS


def played(counts, staff, rng):
    """Return whether a desk of so many misses a date in what really comes in: hours drawn case by case, earliest date first."""
    days, shares = AHEAD, list(ASSUMED.shares.values())
    work = np.zeros((1, days, days + 1))
    worked = np.flatnonzero(CLASSES[PAST:] < 5)
    for day in range(days):
        for number, law, name in zip(
            rng.multinomial(counts[PAST + day], shares), (15, 30, 60), ASSUMED.shares, strict=True
        ):
            last = (
                worked[max(np.searchsorted(worked, day + law, side="right") - 1 - ASSUMED.reserve_days, 0)]
                if day + law < days
                else days
            )
            work[0, day, last] += rng.gamma(
                1 / ASSUMED.spread**2, ASSUMED.hours_of(name) * ASSUMED.spread**2, number
            ).sum()
    return hours_short(work, np.where(CLASSES[PAST:] < 5, 7.0, 0.0) * ASSUMED.at_cases * staff).sum() > 0


def test_the_chance_of_a_miss_is_how_often_one_is_missed(worlds):
    """Desks of different sizes: among those told about half, about half miss; those told they are safe are, and those told they are not are not."""
    law = {
        name: np.arange(AHEAD) + length for name, length in (("simple", 15), ("complex", 30), ("special", 60))
    }
    hours = np.where(CLASSES[PAST:] < 5, 7.0, 0.0)
    said, came = [], []
    for seed, counts in enumerate(worlds):
        staff = 14.0 + seed % 12
        load = DeskLoad(
            (), counts[:PAST], CLASSES[:PAST], CLASSES[PAST:], law, hours, np.full(AHEAD, staff), {}
        )
        said.append(capacity_forecast(load, ASSUMED, np.random.default_rng(seed)).chance)
        came.append(played(counts, staff, np.random.default_rng(1000 + seed)))
    said, came = np.array(said), np.array(came)
    assert 0.15 < came.mean() < 0.85
    # On the whole, and against a forecast that knows nothing but the mean.
    assert abs(said.mean() - came.mean()) < 3 * np.sqrt((said * (1 - said)).sum()) / len(said) + 0.03
    assert ((said - came) ** 2).mean() < 0.5 * ((came.mean() - came) ** 2).mean()
    assert came[said < 0.05].mean() < 0.1
    assert came[said > 0.95].mean() > 0.9
