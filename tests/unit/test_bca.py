"""Intervals by the bootstrap: those of scipy on the same draws, and what to do where a figure cannot be resampled."""

import numpy as np
import pytest
from scipy import stats

from zhike.measure.bca import bca_intervals


@pytest.mark.parametrize("confidence", [0.8, 0.95])
@pytest.mark.parametrize("statistic", [np.mean, np.var, np.max])
def test_intervals_are_those_of_scipy(statistic, confidence):
    x = np.random.default_rng(6).gamma(1.2, size=40)
    theirs = stats.bootstrap(
        (x,), statistic, n_resamples=999, confidence_level=confidence, method="BCa", rng=np.random.default_rng(1), vectorized=True, axis=-1
    )  # fmt: skip
    left_out = np.array([statistic(np.delete(x, one)) for one in range(len(x))])
    low, high = bca_intervals(
        np.array([statistic(x)]), theirs.bootstrap_distribution[:, None], left_out[:, None], confidence
    )
    assert (low[0], high[0]) == pytest.approx(tuple(theirs.confidence_interval), rel=1e-12)


def test_figures_that_never_change_and_those_that_are_no_numbers():
    drawn = np.random.default_rng(1).normal(size=(50, 4))
    drawn[:, 1] = 1
    drawn[3, 2] = np.nan
    left_out = np.random.default_rng(2).normal(size=(9, 4))
    left_out[0, 3] = np.inf
    left_out[:, 1] = 1
    low, high = bca_intervals(np.array([0, 1, 0, 0.0]), drawn, left_out)
    assert np.isfinite([low[0], high[0]]).all()
    assert (low[1], high[1]) == (1, 1)
    assert np.isnan([low[2], high[2], low[3], high[3]]).all()


def test_a_figure_beyond_all_draws_has_an_interval_at_their_end():
    drawn = np.linspace(0, 1, 101)[:, None]
    low, high = bca_intervals(np.array([5.0]), drawn, np.linspace(4, 6, 20)[:, None])
    assert 0.9 < low[0] <= high[0] == pytest.approx(1)
