"""Intervals of shares and of their differences, against the values printed in Newcombe's two papers of 1998."""

import pytest

from zhike.measure.shares import difference, quantile, share


@pytest.mark.parametrize(
    ("count", "size", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_share_has_wilsons_interval(count, size, low, high):
    """Table I of Newcombe, "Two-sided confidence intervals for the single proportion", method 3."""
    found = share(count, size)
    assert found.value == count / size
    assert [round(found.low, 4), round(found.high, 4)] == [low, high]


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_a_difference_has_newcombes_interval(one, other, low, high):
    """Table II of Newcombe, "Interval estimation for the difference between independent proportions", method 10."""
    found = difference(one, other)
    assert found.value == pytest.approx(one[0] / one[1] - other[0] / other[1])
    assert [round(found.low, 4), round(found.high, 4)] == [low, high]


def test_of_nobody_there_is_no_share():
    assert share(0, 0) is None
    assert difference((0, 0), (1, 2)) is None
    assert difference((1, 2), (0, 0)) is None


def test_what_excludes_zero_does():
    assert difference((56, 70), (48, 80)).excludes_zero
    assert difference((48, 80), (56, 70)).excludes_zero
    assert not difference((5, 56), (0, 29)).excludes_zero


def test_more_comparisons_ask_for_more():
    assert quantile(1) == quantile(0)
    assert quantile(2) > quantile(1)
    wide, usual = difference((56, 70), (48, 80), quantile(100)), difference((56, 70), (48, 80))
    assert wide.low < usual.low < usual.high < wide.high
