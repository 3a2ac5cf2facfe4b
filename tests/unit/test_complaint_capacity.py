"""Hours that are due against hours that there are: by hand, by exhaustive search, and the forecast built upon them."""

import datetime as dt
import itertools

import decide_bank
import numpy as np
import pytest

from zhike.core.errors import RuleError
from zhike.measure.complaint_capacity import (
    Assumptions,
    DeskLoad,
    OpenCase,
    arrival_paths,
    capacity_forecast,
    hours_short,
    latest_start,
    least_levels,
)
from zhike.measure.complaint_capacity.arrivals import day_class
from zhike.measure.complaint_capacity.assumptions import check_assumptions

ASSUMED = Assumptions.of(decide_bank.SHIPPED, dt.date(2026, 6, 30))
DAYS = 30
CLASSES = np.array([day_class(day % 7 + 1, working=day % 7 < 5) for day in range(200 + DAYS)])


def one_path(*came):
    """Return work of one path over three days from (day in, day due, hours)."""
    work = np.zeros((1, 3, 4))
    for day, due, hours in came:
        work[0, day, due] += hours
    return work


def test_the_least_level_is_the_least_by_trying():
    """Every whole level below it misses a date when every day is spent in the order of dates, and it itself misses none."""
    rng = np.random.default_rng(2)
    for _ in range(100):
        came = [(day, int(rng.integers(day, 3)), float(rng.integers(1, 6))) for day in range(3) for _ in range(rng.integers(0, 3))]  # fmt: skip
        shape = rng.integers(1, 3, 3).astype(float)
        level = least_levels(one_path(*came), shape)[0]
        assert hours_short(one_path(*came), level * shape).sum() == pytest.approx(0, abs=1e-6)
        if level:
            assert hours_short(one_path(*came), 0.999 * level * shape).sum() > 0


def test_no_way_to_spend_the_days_keeps_what_earliest_date_first_misses():
    rng = np.random.default_rng(4)
    for _ in range(60):
        came = [(day, int(rng.integers(day, 3)), int(rng.integers(1, 3))) for day in range(3) for _ in range(rng.integers(0, 3))]  # fmt: skip
        capacity = rng.integers(0, 4, 3)
        # Every unit of work is given one of the days between its receipt and its date: some way fits if any does.
        units = [range(day, due + 1) for day, due, hours in came for _ in range(hours)]
        fits = any(np.all(np.bincount(way, minlength=3) <= capacity) for way in itertools.product(*units))
        assert (hours_short(one_path(*came), capacity.astype(float)).sum() == 0) == fits


def test_work_on_a_day_without_service_needs_more_than_there_is():
    assert np.isinf(least_levels(one_path((0, 0, 1.0)), np.array([0.0, 1.0, 1.0]))[0])


def test_late_cases_take_their_share_of_each_day_and_no_more():
    work, capacity = one_path((0, 0, 8.0), (1, 1, 10.0)), np.full(3, 10.0)
    assert hours_short(work, capacity, late=3.0, late_share=0.2).tolist() == [[0.0, 1.0, 0.0]]


def test_overtime_is_early_enough_up_to_the_last_day_that_still_helps():
    work, capacity, more = one_path((0, 2, 9.0)), np.full(3, 2.0), np.full(3, 2.0)
    assert latest_start(work, capacity, more, 0.95) == 1
    assert latest_start(work, capacity, more / 4, 0.95) is None
    assert latest_start(work, np.full(3, 3.0), more, 0.95) == 3


def desk_of(staff, cases=(), mean=40.0, seed=1, counts=None):
    past = np.random.default_rng(seed).poisson(mean * np.where(CLASSES < 5, 1.2, 0.5))[:200]
    law = {
        name: np.arange(DAYS) + length for name, length in (("simple", 15), ("complex", 30), ("special", 60))
    }
    hours = np.where(CLASSES[200:] < 5, 7.0, 0.0)
    past = past if counts is None else counts
    return DeskLoad(
        cases,
        past,
        CLASSES[200 - len(past) : 200],
        CLASSES[200:],
        law,
        hours,
        np.full(DAYS, float(staff)),
        {},
    )


def forecast_of(*given, **more):
    return capacity_forecast(desk_of(*given, **more), ASSUMED, np.random.default_rng(7))


BACKLOG = [OpenCase(f"k{n}", "received", None, 3 + n % 12) for n in range(400)]


def test_more_hours_are_never_worse_and_the_named_ones_suffice():
    found = [forecast_of(staff, BACKLOG) for staff in (12, 20, 28, 40)]
    chances = [one.chance for one in found]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == 1.0
    assert len({one.needed_staff for one in found}) == 1
    needed = found[0].needed_staff
    # The named number counts those who are away as well.
    present = needed * ASSUMED.present
    assert forecast_of(present, BACKLOG).sufficient
    assert not forecast_of(0.95 * (needed - 1) * ASSUMED.present, BACKLOG).sufficient


def test_it_names_day_and_cases_and_until_when_overtime_helps():
    short = forecast_of(16, BACKLOG)
    assert not short.sufficient
    assert 0 < short.missed_from < DAYS
    first = short.cases[0]
    assert first.chance >= short.cases[-1].chance
    assert first.latest_start <= first.due
    assert (forecast_of(5, BACKLOG).act_by, forecast_of(60, BACKLOG).act_by) == (None, None)
    assert short.days[0].low <= short.days[0].arrivals <= short.days[0].high


def test_without_enough_past_only_what_is_open_is_looked_at():
    found = forecast_of(40, BACKLOG, counts=np.array([3, 4]))
    assert (found.history_days, found.days[5].arrivals) == (0, 0.0)
    assert forecast_of(1, BACKLOG, counts=np.array([3, 4])).chance == 1.0


def test_an_empty_desk_expects_nothing():
    found = forecast_of(1, (), counts=np.zeros(60, dtype=np.int64))
    assert (found.sufficient, found.late, found.cases) == (True, 0, ())


def test_what_is_late_already_is_counted_apart():
    found = forecast_of(40, [*BACKLOG, OpenCase("k-old", "decided", "simple", -4)])
    assert found.late == 1
    assert "k-old" not in {one.id for one in found.cases}


def test_weekdays_are_learnt_and_totals_are_held():
    past = desk_of(1).counts
    paths = arrival_paths(past, CLASSES[:200], CLASSES[200:], 300, np.random.default_rng(3))
    mean = paths.mean(axis=0)
    assert mean[CLASSES[200:] < 5].mean() == pytest.approx(48, rel=0.1)
    assert mean[CLASSES[200:] == 5].mean() == pytest.approx(20, rel=0.2)


@pytest.mark.parametrize(
    ("key", "value"),
    [("shares", {"simple": 0.9, "complex": 0.2, "special": 0.1}), ("present", 1.5), ("paths", -1), ("horizon_days", 500), ("hours", {}), ("states", {"received": ["sing"]})],
)  # fmt: skip
def test_assumptions_that_cannot_be_are_refused(key, value):
    raw = {**decide_bank.SHIPPED.at("complaints.capacity", dt.date(2026, 6, 30)).value, key: value}
    with pytest.raises(RuleError):
        check_assumptions(raw)
