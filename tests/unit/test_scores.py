"""Scores: edges, weights, waves with the same persons, groups of a few, limits and places."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from zhike.measure.scores import (
    effort,
    funnel,
    mean_estimate,
    net_promoter,
    promoter_values,
    rank_sets,
    shrunk_means,
    shrunk_shares,
    top_box,
    wave_difference,
)
from zhike.measure.scores.net_promoter import promoter_counts
from zhike.measure.scores.waves import shared_covariance


def test_mean_has_students_interval():
    x = np.array([4.0, 6, 7, 5, np.nan, 7])
    found = mean_estimate(x)
    low, high = stats.t.interval(0.95, 4, loc=5.8, scale=stats.sem(x[np.isfinite(x)]))
    assert (found.value, found.low, found.high, found.n) == pytest.approx((5.8, low, high, 5))


def test_mean_of_one_answer_has_no_interval_and_of_none_no_value():
    assert mean_estimate(np.array([3.0])).value == 3.0
    assert math.isnan(mean_estimate(np.array([3.0])).low)
    assert math.isnan(mean_estimate(np.array([np.nan])).value)


def test_equal_weights_of_any_size_change_nothing():
    x = np.array([9.0, 10, 3, 7, 8])
    w = np.full(5, 7.5)
    assert mean_estimate(x, w) == pytest.approx(mean_estimate(x))
    assert promoter_counts(x, w) == pytest.approx(promoter_counts(x))
    assert top_box(x, 8, w) == pytest.approx(top_box(x, 8))


def test_unequal_weights_widen_the_interval():
    x = np.tile([9.0, 10, 3, 7, 8], 20)
    w = np.tile([1.0, 1, 1, 1, 6], 20)
    counts = promoter_counts(x, w)
    assert sum(counts) == pytest.approx(w.sum() ** 2 / (w @ w))
    assert net_promoter(*counts).wald.value == pytest.approx(100 * (2 - 1) / 10)


@given(st.lists(st.integers(0, 10), min_size=1, max_size=60))
def test_net_promoter_score_is_the_mean_of_its_values(answers):
    x = np.array(answers, dtype=float)
    found = net_promoter(*promoter_counts(x))
    values = promoter_values(x)
    assert found.wald.value == pytest.approx(values.mean())
    assert found.wald.error == pytest.approx(values.std() / math.sqrt(len(x)))
    assert found.adjusted.high > found.adjusted.low


def test_taking_promoters_and_detractors_as_independent_would_be_too_narrow():
    n, p, d = 100, 0.5, 0.3
    independent = 100 * math.sqrt((p * (1 - p) + d * (1 - d)) / n)
    assert net_promoter(50, 20, 30).wald.error > independent


def test_effort_of_a_ceiling_leans_away_from_it():
    x = np.repeat([7.0, 6, 5, 2], [40, 6, 3, 2])
    found, (low, high) = effort(x, np.random.default_rng(1))
    assert found.value - low > high - found.value
    alike, ends = effort(np.full(9, 5.0), np.random.default_rng(1))
    assert ends == (alike.low, alike.high) == (5.0, 5.0)


def test_paired_waves_have_the_error_of_the_differences():
    rng = np.random.default_rng(2)
    before = rng.integers(1, 8, 50).astype(float)
    after = np.clip(before + rng.integers(-1, 3, 50), 1, 7)
    one, other = mean_estimate(before), mean_estimate(after)
    parts = [math.sqrt(50 / 49) * (x - x.mean()) / 50 for x in (before, after)]
    found = wave_difference(one, other, shared_covariance(*parts))
    assert found.error == pytest.approx(stats.sem(after - before))
    assert found.value == pytest.approx((after - before).mean())


def test_independent_waves_add_their_errors():
    one, other = net_promoter(50, 20, 30).wald, net_promoter(60, 20, 20).wald
    assert wave_difference(one, other).error == pytest.approx(math.hypot(one.error, other.error))


def test_small_group_is_drawn_to_all_others_and_a_large_one_hardly():
    counts, sizes = np.array([6.0, 700, 560, 430, 620]), np.array([6.0, 1000, 900, 800, 880])
    found = shrunk_shares(counts, sizes)
    assert found.value[0] < 0.85
    assert abs(found.value[1] - 0.7) < 0.01
    assert np.all((found.low < found.value) & (found.value < found.high))


def test_groups_that_differ_by_chance_only_are_drawn_together():
    found = shrunk_means(np.array([5.0, 5.1, 4.9]), np.array([20.0, 20, 20]), 1.5)
    assert found.value == pytest.approx([5.0, 5.0, 5.0])
    shares = shrunk_shares(np.array([10.0, 11, 9]), np.array([20.0, 20, 20]))
    assert shares.value == pytest.approx([0.5, 0.5, 0.5], abs=1e-3)


def test_variance_between_groups_solves_its_equation():
    means, sizes, deviation = np.array([9.0, 7.0, 5.0, 6.0]), np.array([4.0, 100, 50, 80]), 2.0
    found = shrunk_means(means, sizes, deviation)
    own = deviation**2 / sizes
    between = own[0] * found.weight[0] / (1 - found.weight[0])
    w = 1 / (own + between)
    assert w @ (means - w @ means / w.sum()) ** 2 == pytest.approx(3)


def test_shrinkage_is_nearer_to_the_truth_than_the_groups_themselves():
    rng = np.random.default_rng(3)
    truth, sizes = rng.beta(8, 4, 200), rng.integers(5, 40, 200)
    counts = rng.binomial(sizes, truth)
    found = shrunk_shares(counts.astype(float), sizes.astype(float))
    assert np.mean((found.value - truth) ** 2) < 0.8 * np.mean((counts / sizes - truth) ** 2)
    assert 0.9 < np.mean((found.low <= truth) & (truth <= found.high)) < 0.99


def test_funnel_limits_narrow_with_answers_and_mark_the_far_ones():
    values = np.array([50.0] * 20 + [10.0, 30.0])
    dispersion, points = funnel(values, np.full(22, 100.0), 50.0, 80.0)
    assert dispersion < 1
    assert [point.position for point in points[-2:]] == ["alarm", "warning"]
    assert points[0].warning_high == pytest.approx(50 + 1.959964 * 8)


def test_funnel_of_groups_that_differ_as_a_matter_of_course_is_wider():
    values = np.linspace(20, 80, 21)
    dispersion, points = funnel(values, np.full(21, 400.0), 50.0, 80.0)
    assert dispersion > 4
    assert points[0].position != "alarm"


def test_places_are_settled_only_without_overlap():
    low, high = np.array([8.0, 5.0, 1.0]), np.array([9.0, 6.0, 2.0])
    assert [one.settled for one in rank_sets(low, high)] == [True] * 3
    assert [(one.best, one.worst) for one in rank_sets(low, high + 3)] == [(1, 2), (1, 3), (2, 3)]
    assert rank_sets(np.array([8.0, np.nan]), np.array([9.0, np.nan]))[1] == (1, 2)
