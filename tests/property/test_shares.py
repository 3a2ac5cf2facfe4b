"""Whatever the counts: an interval holds its share, stays within its range, and two groups changed about turn its sign."""

from hypothesis import given
from hypothesis import strategies as st
from pytest import approx  # noqa: PT013 - reads as a number does

from zhike.measure.shares import difference, quantile, share


@st.composite
def groups(draw):
    size = draw(st.integers(1, 10**7))
    return draw(st.integers(0, size)), size


@given(groups(), st.integers(1, 10**6))
def test_a_share_lies_in_its_interval(group, comparisons):
    found = share(*group, quantile(comparisons))
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high


@given(groups(), groups())
def test_a_difference_lies_in_its_interval_and_turns_about(one, other):
    found, turned = difference(one, other), difference(other, one)
    assert -1 - 1e-12 <= found.low <= found.value <= found.high <= 1 + 1e-12
    assert (found.low, found.high) == (approx(-turned.high, abs=1e-12), approx(-turned.low, abs=1e-12))


@given(groups())
def test_the_complement_has_the_complements_interval(group):
    count, size = group
    one, other = share(count, size), share(size - count, size)
    assert (one.low, one.high) == (approx(1 - other.high, abs=1e-12), approx(1 - other.low, abs=1e-12))
