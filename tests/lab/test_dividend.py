"""The comparison of policies: intervals that hold, pairs that cancel, ratios, regret, groups and losses."""

import dataclasses

import numpy as np
import polars as pl
import pytest

from zhike.lab.dividend import dividend, study_of, to_json
from zhike.lab.groups import GROUPS
from zhike.lab.intervals import Interval, clusters, difference, pooled, ratio
from zhike.lab.measures import MEASURES
from zhike.lab.run import SUMMED, Played, Run

SIZE = 600


def customers(generator, **given):
    """Sums of one policy: nothing but what is given, and noise that all policies share."""
    values = {name: np.zeros(SIZE) for name in SUMMED} | {"base_margin": generator.normal(100, 30, SIZE)}
    values |= given
    satisfaction = pl.Series("satisfaction", values.pop("satisfaction", np.zeros(SIZE))).fill_nan(None)
    ever = values.pop("ever_here", np.ones(SIZE, dtype=bool))
    return pl.DataFrame(
        {
            "customer_id": [f"C{n:07d}" for n in range(SIZE)],
            **values,
            "satisfaction": satisfaction,
            "ever_here": ever,
        }
    )


def groups():
    tier = np.where(np.arange(SIZE) % 2 == 0, "mass", "private")
    rows = {"customer_id": [f"C{n:07d}" for n in range(SIZE)], "household": np.arange(SIZE) // 2}
    return pl.DataFrame(rows | {name: tier if name == "tier" else ["one"] * SIZE for name in GROUPS})


def run_of(seed=1, **policies):
    """A run in which each policy's customers are given as keyword arguments to `customers`."""
    played = {
        name: Played(name, customers(np.random.default_rng(seed), **given), pl.DataFrame(), None, 0.0)
        for name, given in policies.items()
    }
    return Run(seed, 676, 6, groups(), played)


def test_intervals_of_clustered_means_hold_the_truth_as_often_as_they_say():
    generator = np.random.default_rng(3)
    home = clusters(np.arange(300) // 3)
    held = naive = 0
    for _ in range(400):
        shared = np.repeat(generator.normal(0, 1, 100), 3)
        found = ratio(shared + generator.normal(0, 0.5, 300))
        one, other = found.interval(home), found.interval(np.arange(300))
        held += one.low <= 0 <= one.high
        naive += other.low <= 0 <= other.high
    assert held / 400 == pytest.approx(0.95, abs=0.035)
    assert naive < held - 40


def test_intervals_of_ratios_hold_the_truth():
    generator = np.random.default_rng(4)
    held = 0
    for _ in range(400):
        x = generator.poisson(2, 250).astype(float)
        found = ratio(3.0 * x + generator.normal(0, 1, 250) * x, x).interval(np.arange(250))
        held += found.low <= 3.0 <= found.high
    assert held / 400 == pytest.approx(0.95, abs=0.035)


def test_what_policies_share_cancels_in_their_difference():
    found = dividend(run_of(standard={}, zhike={"margin": np.full(SIZE, 7.0)}))
    assert found.figures["zhike"]["bank_value"].high - found.figures["zhike"]["bank_value"].low > 1
    assert found.less_reference["zhike"]["bank_value"] == Interval(
        pytest.approx(7.0), pytest.approx(7.0), pytest.approx(7.0)
    )
    assert found.customers == SIZE
    assert found.households == SIZE // 2


def test_value_adds_up_from_its_parts():
    parts = {
        "margin": 20.0,
        "cost": 3.0,
        "complaint_cost": 2.0,
        "franchise": 5.0,
        "benefit": 11.0,
        "annoyance": 4.0,
    }
    found = dividend(run_of(standard={}, zhike={name: np.full(SIZE, value) for name, value in parts.items()}))
    gained = found.less_reference["zhike"]
    assert gained["bank_value"].value == pytest.approx(10.0)
    assert gained["customer_benefit"].value == pytest.approx(7.0)
    assert gained["total"].value == pytest.approx(17.0)


def test_satisfaction_is_that_of_those_who_are_still_here():
    happy = np.where(np.arange(SIZE) < 100, np.nan, 2.0)
    found = dividend(run_of(standard={"satisfaction": happy, "left": np.isnan(happy).astype(float)}))
    assert found.figures["standard"]["satisfaction"].value == pytest.approx(2.0)
    assert found.figures["standard"]["attrition"].value == pytest.approx(100 * 100 / SIZE)


def test_customers_who_were_never_here_do_not_count():
    here = np.arange(SIZE) < 200
    found = dividend(run_of(standard={"ever_here": here, "margin": np.where(here, 1.0, 1e9)}))
    assert found.customers == 200
    assert found.figures["standard"]["bank_value"].value < 200


def test_regret_is_what_is_left_to_the_oracle():
    gain = {"nothing": 0.0, "standard": 10.0, "zhike": 30.0, "oracle": 40.0}
    found = dividend(run_of(**{name: {"margin": np.full(SIZE, value)} for name, value in gain.items()}))
    assert {name: lost.value for name, lost in found.regret.items()} == pytest.approx(
        {"nothing": 40.0, "standard": 30.0, "zhike": 10.0}
    )
    assert found.regret_share["zhike"] == pytest.approx(0.25)
    assert found.regret_share["nothing"] == pytest.approx(1.0)


def test_a_group_that_loses_is_told():
    private = np.arange(SIZE) % 2 == 1
    noise = np.random.default_rng(5).normal(0, 0.5, SIZE)
    found = dividend(run_of(standard={}, zhike={"benefit": np.where(private, 9.0, -2.0) + noise}))
    lost = {(loss.group, loss.level, loss.measure, loss.against) for loss in found.losses}
    assert ("tier", "mass", "customer_benefit", "standard") in lost
    assert not any(level == "private" for _, level, _, _ in lost)
    assert ("", "", "customer_benefit", "standard") not in lost
    assert found.gaps["zhike"]["tier"]["customer_benefit"] == pytest.approx(11.0, abs=0.3)


def test_more_complaints_are_a_loss_and_more_contacts_are_not():
    more = np.ones(SIZE) + np.random.default_rng(6).normal(0, 0.1, SIZE)
    found = dividend(run_of(standard={}, tiered={}, zhike={"complaints": more, "contacts": more}))
    everyone = {(loss.measure, loss.against) for loss in found.losses if not loss.group}
    assert everyone == {("complaints", "standard"), ("complaints", "tiered")}


def test_chance_alone_gives_about_as_many_losses_as_told():
    counts = []
    for seed in range(12):
        noise = np.random.default_rng(seed + 100).normal(0, 1, SIZE)
        found = dividend(run_of(seed, standard={}, zhike={"benefit": noise}))
        counts.append(sum(not loss.group and loss.measure == "customer_benefit" for loss in found.losses))
    assert np.mean(counts) < 0.25


def test_without_the_personalised_policy_nothing_is_lost():
    found = dividend(run_of(standard={}, tiered={}))
    assert found.losses == []
    assert found.compared == 0
    assert found.regret == {}


def test_a_study_pools_seeds_with_a_t_interval():
    each = [
        dividend(run_of(seed, standard={}, zhike={"margin": np.full(SIZE, 5.0 + seed)})) for seed in (1, 2, 3)
    ]
    study = study_of(each)
    assert study.seeds == (1, 2, 3)
    assert study.less_reference["zhike"]["bank_value"] == pooled([6.0, 7.0, 8.0])
    half = 4.302652729749464 / np.sqrt(3)
    assert study.less_reference["zhike"]["bank_value"].high == pytest.approx(7.0 + half)
    assert [loss.measure for loss in study.losses] == []


def test_one_seed_alone_has_no_interval():
    assert np.isnan(pooled([3.0]).low)


def test_the_difference_of_equal_estimates_is_zero_and_not_beyond_chance():
    found = ratio(np.array([1.0, 2.0, 3.0]))
    apart = difference(found, found, np.arange(3))
    assert apart == Interval(0.0, 0.0, 0.0)
    assert not apart.excludes_zero


def test_every_measure_names_columns_that_a_run_has():
    for measure in MEASURES.values():
        assert set(measure.plus) | set(measure.minus) <= {*SUMMED, "satisfaction"}


def test_results_are_plain_values():
    found = to_json(dividend(run_of(standard={}, zhike={})))
    assert found["figures"]["zhike"]["bank_value"].keys() == {"value", "low", "high"}
    assert {field.name for field in dataclasses.fields(dividend(run_of(standard={})))} == set(found)
