"""Cases, steps and hours of a log against small logs that are counted by hand."""

import numpy as np
import polars as pl
import pytest

from zhike.lab.processes import BUSINESSES, chances, process_log, ways
from zhike.measure.standardising import Automation, cases_of, freed_hours, rate_estimate, steps, variety
from zhike.measure.standardising.quality import quality_of

ASKED = Automation(certainty=0.9, per_month=1.0, rework=0.1, facing=0.2)


def log(rows):
    names = ("case", "activity", "channel", "minutes", "staff", "rework", "satisfaction")
    schema = dict.fromkeys(names[:3], pl.String) | {"minutes": pl.Float64, "staff": pl.String, "rework": pl.Float64, "satisfaction": pl.Float64}  # fmt: skip
    table = pl.DataFrame([dict(zip(names, row, strict=True)) for row in rows], schema=schema)
    return table.with_columns(pl.Series("seconds", np.arange(len(rows), dtype=float)))


EVENTS = log([
    ("1", "take", "branch", 5, "A", 0, 4), ("1", "enter", None, 3, "A", 0, None), ("1", "enter", None, 2, "B", 1, None),
    ("2", "take", "branch", 6, "A", 0, None), ("2", "enter", None, 4, "C", 0, None),
    ("3", "enter", None, 4, None, 0, 2), ("3", "take", "app", 0, "A", 0, None), ("3", "ask", "phone", 7, "A", 0, None),
])  # fmt: skip


def test_cases_by_hand():
    cases, names = cases_of(EVENTS)
    assert names.to_list() == ["1", "2", "3"]
    assert cases.variants == ["take > enter", "enter > take > ask"]
    assert cases.variant.tolist() == [0, 0, 1]
    assert cases.minutes.tolist() == [10, 10, 11]
    assert cases.hand_offs.tolist() == [1, 1, 0]
    assert cases.contacts.tolist() == [1, 1, 1]
    assert cases.rework.tolist() == [1, 0, 0]
    assert cases.satisfaction.tolist() == pytest.approx([4, np.nan, 2], nan_ok=True)


def test_order_is_that_of_times_and_of_the_file_without_them():
    mixed = EVENTS.sort("activity", "case")
    assert cases_of(mixed)[0].variants == cases_of(EVENTS)[0].variants
    timeless = EVENTS.with_columns(pl.lit(None, pl.Float64).alias("seconds"))
    assert cases_of(timeless)[0].variants == cases_of(EVENTS)[0].variants


def test_what_a_log_does_not_say_is_not_made_up():
    bare = EVENTS.with_columns(*(pl.lit(None, EVENTS[name].dtype).alias(name) for name in ("channel", "minutes", "staff", "rework")))  # fmt: skip
    cases, _ = cases_of(bare)
    assert all(np.isnan(part).all() for part in (cases.minutes, cases.hand_offs, cases.contacts, cases.rework))  # fmt: skip


def test_steps_by_hand():
    found = {step.activity: step for step in steps(EVENTS, 2.0, ASKED, 0.95)}
    assert set(found) == {"take", "enter", "ask"}
    enter = found["enter"]
    assert (enter.per_month, enter.hours_per_month, enter.after) == (2.0, pytest.approx(13 / 120), "end")
    assert enter.certainty.value == 0.5
    assert (found["take"].facing.value, found["ask"].after) == (pytest.approx(2 / 3), "end")


def test_a_step_is_a_candidate_only_where_all_four_hold():
    rows = [(str(one), name, None, 2, "A", 0, None) for one in range(40) for name in ("enter", "file")]
    sure = {step.activity: step.candidate for step in steps(log(rows), 2.0, ASKED, 0.95)}
    assert sure == {"enter": True, "file": True}
    for change in ({"per_month": 30}, {"certainty": 1.1}):
        assert not any(step.candidate for step in steps(log(rows), 2.0, ASKED._replace(**change), 0.95))
    faced = [(*row[:2], "branch", *row[3:]) for row in rows]
    again = [(*row[:5], 1, row[6]) for row in rows]
    for spoilt in (faced, again):
        assert not any(step.candidate for step in steps(log(spoilt), 2.0, ASKED, 0.95))


def test_no_minute_is_freed_twice_and_none_below_the_standard_way():
    rng = np.random.default_rng(1)
    candidate, other = rng.exponential(3, 200), rng.exponential(10, 200)
    standard = np.arange(200) < 80
    found = freed_hours(candidate, other, standard, (1.0, 1.0), 1.0, rng, 0, 0.95)
    assert found.standard_minutes == pytest.approx(np.median(other[:80]))
    assert found.together.value == pytest.approx(found.automation.value + found.standard.value)
    assert found.together.value <= (candidate + other).sum() / 60
    assert freed_hours(candidate, other, standard, (0.0, 0.0), 1.0, rng, 0, 0.95).together.value == 0


def test_a_rate_has_the_exact_interval_of_a_count():
    """Garwood: 0 cases and 10 cases, by the quantiles of chi-square."""
    assert rate_estimate(0, 1.0, 0.95)[2:4] == pytest.approx((0, 3.6889), abs=1e-4)
    assert rate_estimate(10, 1.0, 0.95)[2:4] == pytest.approx((4.7954, 18.3904), abs=1e-4)


@pytest.fixture(scope="module")
def played():
    return process_log(12.0, 3)


@pytest.mark.parametrize("name", sorted(BUSINESSES))
def test_businesses_of_the_lab_are_as_various_as_they_are_made(played, name):
    business = BUSINESSES[name]
    chance = chances(business)
    assert chance.sum() == pytest.approx(1)
    assert len(ways(business)) == len(chance)
    part = played.filter(pl.col("business") == name).with_columns(pl.col("time").str.to_datetime().dt.epoch("s").cast(pl.Float64).alias("seconds"))  # fmt: skip
    cases, _ = cases_of(part)
    truth = -float(chance[chance > 0] @ np.log(chance[chance > 0]))
    found = variety(cases.counts, 0.99).entropy
    assert found.low <= truth <= found.high
    assert abs(cases.rework.mean() - (1 - (chance @ (1 - business.rework) ** ways(business).sum(axis=1)))) < 0.08  # fmt: skip


def test_hands_cost_satisfaction_and_the_way_itself_does_not(played):
    part = played.filter(pl.col("business") == "loan_change").with_columns(pl.col("time").str.to_datetime().dt.epoch("s").cast(pl.Float64).alias("seconds"))  # fmt: skip
    cases, _ = cases_of(part)
    found = quality_of(cases, cases.variant == 0, 0.95)
    assert found.hand_off.low < -0.25 < found.hand_off.high
    assert found.rework.high < 0
    assert found.says == "silent"
    assert quality_of(cases._replace(satisfaction=np.full(len(cases.minutes), np.nan)), cases.variant == 0, 0.95) is None  # fmt: skip
