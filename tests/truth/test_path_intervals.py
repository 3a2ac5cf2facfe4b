"""Intervals of a path model hold the truth as often as they say, in worlds whose coefficients are known."""

import numpy as np
import pytest
from path_worlds import known_effects, world, world_model

from zhike.measure.path_model import fit_path_model

PERSONS = 400
SHAPE = 8.0
"""Skewed answers, as satisfaction has them."""


def held(worlds, resamples):
    """Return whether each interval holds its truth: paths, total effects and indices, shape (n_worlds, n_figures)."""
    model, (direct, total) = world_model(), known_effects()
    truths = {"direct": direct, "total": total, "indices": np.full(len(direct), 50.0)}
    shown = {"direct": direct > 0, "total": total > 0, "indices": np.ones(len(direct), dtype=bool)}
    found = []
    for seed in range(worlds):
        rng = np.random.default_rng([13, seed])
        fit = fit_path_model(model, world(rng, PERSONS, SHAPE), rng, None, resamples)
        found.append(
            {
                name: ((fit.low[name] <= truth) & (truth <= fit.high[name]))[shown[name]]
                for name, truth in truths.items()
            }
        )
    return {name: np.stack([one[name] for one in found]) for name in truths}


def test_the_method_estimates_the_coefficients_that_the_worlds_were_made_with():
    model, (direct, total) = world_model(), known_effects()
    fit = fit_path_model(model, world(np.random.default_rng(2), 100_000, SHAPE), np.random.default_rng(0))
    assert fit.values["direct"] == pytest.approx(direct, abs=0.015)
    assert fit.values["total"] == pytest.approx(total, abs=0.015)
    assert fit.values["indices"] == pytest.approx(np.full(len(direct), 50), abs=0.02)


def test_intervals_hold_the_truth():
    found = held(20, 300)
    assert 0.88 < found["direct"].mean() < 0.99
    assert 0.88 < found["indices"].mean() < 0.99


@pytest.mark.campaign
@pytest.mark.slow
def test_intervals_hold_the_truth_in_500_worlds():
    found = held(500, 2000)
    for shares in found.values():
        assert 0.93 <= shares.mean() <= 0.97
        # One figure by itself is known from 500 worlds to two in a hundred.
        assert (shares.mean(axis=0) > 0.91).all()
