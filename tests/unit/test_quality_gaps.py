"""SERVQUAL: paired gaps, dimensions with gaps in the answers, weighting by each respondent's own points."""

import numpy as np
import pytest
from scipy import stats

from zhike.measure.attributes import quality_gaps

DIMENSIONS = {"reliability": [0, 1], "empathy": [2]}


@pytest.fixture
def answers():
    rng = np.random.default_rng(0)
    expected = rng.integers(4, 8, (80, 3)).astype(float)
    return np.clip(expected + rng.integers(-3, 2, (80, 3)), 1, 7), expected


def test_gaps_have_the_paired_interval(answers):
    got, expected = answers
    found = quality_gaps(got, expected, DIMENSIONS).items[1].gap
    paired = stats.ttest_rel(got[:, 1], expected[:, 1]).confidence_interval(0.95)
    assert found[2:4] == pytest.approx((paired.low, paired.high))


def test_item_without_one_of_both_answers_counts_on_neither_side(answers):
    got, expected = answers
    got[0, 0], expected[1, 0] = np.nan, np.nan
    found = quality_gaps(got, expected, DIMENSIONS).items[0]
    assert (found.perception.n, found.expectation.n, found.gap.n) == (78, 78, 78)
    assert found.gap.value == pytest.approx(found.perception.value - found.expectation.value)


def test_dimension_is_the_mean_of_its_items(answers):
    got, expected = answers
    found = quality_gaps(got, expected, DIMENSIONS)
    assert found.dimensions["reliability"].gap.value == pytest.approx((got - expected)[:, :2].mean())
    assert found.unweighted.value == pytest.approx(
        np.mean([one.gap.value for one in found.dimensions.values()])
    )
    assert found.weighted is None
    assert found.servperf.value == pytest.approx((got[:, :2].mean(axis=1) + got[:, 2]).mean() / 2)


def test_dimension_needs_half_of_its_items(answers):
    got, expected = answers
    got[0, 0] = np.nan
    got[1, :2] = np.nan
    assert quality_gaps(got, expected, DIMENSIONS).dimensions["reliability"].gap.n == 79


def test_points_weigh_each_respondent_by_their_own(answers):
    got, expected = answers
    points = np.column_stack([np.tile([80.0, 30.0], 40), np.tile([20.0, 70.0], 40)])
    found = quality_gaps(got, expected, DIMENSIONS, points)
    gap = np.column_stack([(got - expected)[:, :2].mean(axis=1), (got - expected)[:, 2]])
    assert found.weighted.value == pytest.approx((gap * points / 100).sum(axis=1).mean())
    assert found.weights == pytest.approx({"reliability": 55.0, "empathy": 45.0})
    # Ten points split in the same way say the same.
    assert quality_gaps(got, expected, DIMENSIONS, points / 10).weighted == pytest.approx(found.weighted)


def test_whoever_did_not_split_points_is_not_in_the_weighted_score(answers):
    points = np.full((80, 2), 50.0)
    points[:5] = 0.0
    points[5, 0] = np.nan
    found = quality_gaps(*answers, DIMENSIONS, points)
    assert (found.weighted.n, found.unweighted.n) == (74, 80)
