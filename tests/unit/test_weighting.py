"""Raking, trimming, weights against non-response, and errors that know how rows were drawn."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.measure.scores import mean_estimate
from zhike.measure.weighting import Clusters, Trim, design_effect, rake, response_weights, weighted_mean
from zhike.measure.weighting.raking import Margin


def sample(n=400, seed=0):
    rng = np.random.default_rng(seed)
    one, other = rng.integers(0, 3, n), rng.integers(0, 2, n)
    return Margin(one, np.array([500.0, 200, 300])), Margin(other, np.array([350.0, 650]))


@given(seed=st.integers(0, 1000))
@settings(max_examples=25)
def test_raked_weights_meet_every_margin(seed):
    margins = sample(seed=seed)
    found = rake(np.ones(400), margins)
    assert found.converged
    for one in margins:
        assert np.bincount(one.codes, found.weights) == pytest.approx(one.totals)
    # Rows of one cell weigh the same, and ratios of cells are those of two factors.
    cells = np.array(
        [
            [found.weights[(margins[0].codes == a) & (margins[1].codes == b)][0] for b in (0, 1)]
            for a in range(3)
        ]
    )
    assert np.linalg.matrix_rank(cells, tol=1e-6 * cells.max()) == 1


def test_order_of_margins_does_not_matter():
    first, second = sample()
    assert rake(np.ones(400), [first, second]).weights == pytest.approx(
        rake(np.ones(400), [second, first]).weights, rel=1e-8
    )


def test_trimmed_weights_keep_to_the_bounds_and_to_the_margins():
    margins = sample()
    free = rake(np.ones(400), margins)
    most = free.weights.max() / free.weights.mean()
    before = np.random.default_rng(1).lognormal(0, 1, 400)
    found = rake(before, margins, Trim(0.3, 2.5))
    relative = found.weights / found.weights.mean()
    assert found.converged
    assert relative.min() > 0.3 - 1e-6
    assert relative.max() < 2.5 + 1e-6
    assert found.trimmed > 0
    assert design_effect(found.weights).deff < design_effect(rake(before, margins).weights).deff
    assert most < 2.5


def test_bounds_that_margins_do_not_allow_are_told():
    found = rake(np.ones(400), sample(), Trim(0.95, 1.05))
    assert not found.converged
    assert found.off > 0.05


def test_weighted_mean_of_clusters_is_that_of_their_sums():
    rng = np.random.default_rng(3)
    y, w, cluster = rng.normal(size=60), rng.uniform(1, 3, 60), np.repeat(np.arange(12), 5)
    mean = np.average(y, weights=w)
    sums = np.bincount(cluster, w * (y - mean) / w.sum())
    found = weighted_mean(y, w, Clusters(cluster, np.zeros(60, int), np.array([48.0])))
    assert found.error == pytest.approx(
        math.sqrt((1 - 12 / 48) * 12 / 11 * np.sum((sums - sums.mean()) ** 2))
    )


def test_strata_are_taken_apart():
    rng = np.random.default_rng(4)
    stratum = np.repeat([0, 1], 50)
    y = rng.normal(size=100) + 10 * stratum
    whole = Clusters.of_rows(100)
    apart = Clusters(np.arange(100), stratum, np.array([np.inf, np.inf]))
    assert weighted_mean(y, np.ones(100), apart).error < 0.5 * weighted_mean(y, np.ones(100), whole).error
    expected = math.sqrt(sum(0.25 * y[stratum == one].var(ddof=1) / 50 for one in (0, 1)))
    assert weighted_mean(y, np.ones(100), apart).error == pytest.approx(expected)


def test_without_weights_it_is_the_mean():
    y = np.array([1.0, 4, 2, 8, np.nan])
    assert weighted_mean(y[:4], np.ones(4)) == pytest.approx(mean_estimate(y[:4]))
    assert weighted_mean(y, np.ones(5)).value == pytest.approx(3.75)


def test_one_cluster_has_no_error():
    assert math.isnan(
        weighted_mean(
            np.array([1.0, 2]), np.ones(2), Clusters(np.zeros(2, int), np.zeros(2, int), np.array([np.inf]))
        ).error
    )


def test_response_weights_stand_for_all_who_were_asked():
    rng = np.random.default_rng(5)
    known = rng.normal(size=(2000, 2))
    answered = rng.random(2000) < 1 / (1 + np.exp(-known[:, 0]))
    found = response_weights(known, answered)
    assert found.weights.sum() == pytest.approx(2000)
    assert np.all(found.weights[~answered] == 0)
    assert len(found.by_class) == 5
    rates = [gave / asked for asked, gave in found.by_class]
    assert rates == sorted(rates)


def test_class_in_which_nobody_answered_joins_its_neighbour():
    known = np.repeat(np.eye(4), 50, axis=0)
    answered = np.concatenate(
        [np.zeros(50), np.arange(50) % 10 == 0, np.arange(50) % 2 == 0, np.ones(50)]
    ).astype(bool)
    found = response_weights(known, answered)
    assert [asked for asked, _ in found.by_class] == [100, 50, 50]
    assert found.weights.sum() == pytest.approx(200)
