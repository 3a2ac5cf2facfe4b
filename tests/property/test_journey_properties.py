"""What the measurement of journeys must not depend on, and what its figures always are."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from journey_worlds import drawn_world, sample

from zhike.measure.journeys.figures import drawn_figures
from zhike.measure.journeys.meetings import drawn_meetings
from zhike.measure.journeys.missing_points import share_chance
from zhike.measure.journeys.verdicts import judged
from zhike.measure.standardising import freed_hours, variety
from zhike.measure.standardising.variety import plug_in

CUTS = (2.5, 4.5)
COUNTS = st.lists(st.integers(1, 40), min_size=1, max_size=30).map(np.array)


@given(st.integers(0, 10**6), st.integers(3, 6))
@settings(max_examples=15)
def test_order_of_persons_and_touchpoints_changes_no_figure(seed, touchpoints):
    rng = np.random.default_rng(seed)
    ratings, overall, _, _ = sample(drawn_world(rng, touchpoints), 120, rng)
    rows, columns = rng.permutation(120), rng.permutation(touchpoints)
    one = drawn_figures(ratings, overall[:, None], CUTS, rng, 0)
    other = drawn_figures(ratings[rows][:, columns], overall[rows, None], CUTS, rng, 0)
    for before, after in zip(one, other, strict=True):
        np.testing.assert_allclose(before[:, columns], after, rtol=1e-6, atol=1e-8)


@given(st.integers(0, 10**6), st.floats(0.1, 10), st.floats(-5, 5))
@settings(max_examples=15)
def test_importance_does_not_depend_on_the_unit_of_the_overall_score(seed, unit, zero):
    rng = np.random.default_rng(seed)
    ratings, overall, _, _ = sample(drawn_world(rng, 4), 120, rng)
    one, other = (drawn_figures(ratings, y[:, None], CUTS, rng, 0) for y in (overall, zero + unit * overall))
    np.testing.assert_allclose(one.importance, other.importance, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(unit * one.slope, other.slope, rtol=1e-6, atol=1e-8)


@given(st.integers(0, 10**6))
@settings(max_examples=15)
def test_shares_are_shares_and_probabilities_sum_to_one(seed):
    rng = np.random.default_rng(seed)
    _, _, met, minutes = sample(drawn_world(rng, 5), 60, rng)
    found = drawn_meetings(met, minutes, rng, 8)
    assert ((found.reach >= 0) & (found.reach <= 1)).all()
    np.testing.assert_allclose(found.effort.sum(axis=1), 1)
    verdicts = judged(rng.normal(size=(9, 5)), rng.normal(size=(9, 5)), found.effort, "grand_mean")
    np.testing.assert_allclose(verdicts.chances.sum(axis=1), 1)
    assert (verdicts.chances.argmax(axis=1) == verdicts.place).all()


@given(COUNTS, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_variety_does_not_depend_on_names_and_is_never_below_what_was_seen(counts, random):
    shuffled = counts.tolist()
    random.shuffle(shuffled)
    one, other = variety(counts), variety(np.array(shuffled))
    assert np.isclose(one.entropy.value, other.entropy.value)
    assert one.entropy.value >= plug_in(counts) - 1e-9
    assert one.effective.value >= 1 - 1e-9
    assert 0 <= one.coverage <= 1


@given(st.integers(0, 200), st.integers(0, 200), st.floats(0.01, 0.9))
def test_more_persons_concerned_never_lower_the_chance_of_a_missing_point(one, more, threshold):
    size = one + more + 1
    assert share_chance(one, size, threshold) <= share_chance(one + 1, size, threshold) + 1e-12


@given(st.integers(0, 10**6), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=30)
def test_hours_freed_grow_with_what_is_assumed_and_stay_below_what_was_worked(seed, alpha, beta):
    rng = np.random.default_rng(seed)
    candidate, other = rng.exponential(3, 40), rng.exponential(9, 40)
    standard = np.arange(40) < 10
    hours = [freed_hours(candidate, other, standard, parts, 1.0, rng, 0, 0.95).together.value for parts in ((alpha, beta), (1.0, 1.0))]  # fmt: skip
    assert 0 <= hours[0] <= hours[1] + 1e-9 <= (candidate + other).sum() / 60 + 1e-9
