"""Intervals of shares and of their differences, against published numbers and another program."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from zhike.measure.intervals import Share, difference, wilson

# Newcombe (1998), Two-sided confidence intervals for the single proportion, Statistics in Medicine 17, 857-872, table I, method 3.
PUBLISHED = [((81, 263), (0.2553, 0.3662)), ((15, 148), (0.0624, 0.1605)), ((0, 20), (0.0, 0.1611)), ((1, 29), (0.0061, 0.1718))]  # fmt: skip
# Newcombe (1998), Interval estimation for the difference between independent proportions, 17, 873-890, table II, method 10.
DIFFERENCES = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.0582, 0.8062)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 20), (-0.1611, 0.2775)),
    ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ((10, 10), (0, 20), (0.6791, 1.0)),
    ((10, 10), (0, 10), (0.6075, 1.0)),
]
CASES = st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(("counted", "bounds"), PUBLISHED)
def test_published_intervals_of_a_share(counted, bounds):
    assert wilson(*counted) == pytest.approx(bounds, abs=5e-5)


@pytest.mark.parametrize(("now", "before", "bounds"), DIFFERENCES)
def test_published_intervals_of_a_difference(now, before, bounds):
    assert difference(Share(*now), Share(*before)) == pytest.approx(bounds, abs=5e-5)


@given(CASES, st.sampled_from([0.8, 0.95, 0.99]))
def test_scipy_has_the_same_interval(counted, confidence):
    theirs = binomtest(*counted).proportion_ci(confidence, method="wilson")
    assert wilson(*counted, confidence) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(CASES)
def test_an_interval_holds_its_share_and_lies_between_none_and_all(counted):
    share = Share(*counted)
    low, high = share.interval
    assert 0 <= low <= share.value <= high <= 1
    assert low < high


@given(CASES, CASES)
def test_a_difference_lies_in_its_interval_and_turns_with_its_sides(now, before):
    one, other = Share(*now), Share(*before)
    low, high = difference(one, other)
    assert -1 <= low <= one.value - other.value <= high <= 1
    assert difference(other, one) == pytest.approx((-high, -low), abs=1e-12)
    assert difference(one, one)[0] <= 0 <= difference(one, one)[1]


@given(CASES, CASES)
def test_shares_add_up(one, other):
    assert Share(*one) + Share(*other) == Share(one[0] + other[0], one[1] + other[1])


def test_without_cases_nothing_is_known():
    assert (Share().value, Share().interval) == (None, (0.0, 1.0))
    assert difference(Share(), Share(1, 2)) is difference(Share(1, 2), Share()) is None


@pytest.mark.parametrize("counted", [(-1, 5), (6, 5), (1, 0)])
def test_counts_that_cannot_be(counted):
    with pytest.raises(ValueError, match="of"):
        wilson(*counted)
