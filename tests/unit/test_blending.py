"""The blend between model and doubly robust estimate, and the choice of its reward model."""

import numpy as np
import pytest

from zhike.core.errors import UsageError
from zhike.measure.off_policy import (
    FoldRewards,
    LoggedChoices,
    PerActionKernel,
    PerActionLogistic,
    blended,
    contributions,
    cross_fitted,
    fold_rewards,
    terms,
)


def bent(seed, n=1500):
    """Return a log whose rewards depend on the distance from the middle, which no straight line tells, and the policy's value."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, 2))
    near = np.exp(-(features**2).sum(axis=1))
    truth = np.column_stack([0.1 + 0.8 * near, 0.9 - 0.8 * near])
    logging = np.column_stack([0.3 + 0.4 * near, 0.7 - 0.4 * near])
    evaluation = 0.1 + 0.8 * np.eye(2)[(near < 0.5).astype(int)]
    action = (rng.random(n) > logging[:, 0]).astype(int)
    rows = np.arange(n)
    reward = (rng.random(n) < truth[rows, action]).astype(float)
    log = LoggedChoices(action, reward, logging[rows, action], evaluation, features)
    return log, truth, float((evaluation * truth).sum(axis=1).mean())


def given(log, table, spread):
    """Return rewards of a table as if two folds' models had been off by plus and minus ``spread`` everywhere."""
    direct = (log.evaluation * table).sum(axis=1).mean()
    weighted = (log.weight * log.of_chosen(table)).mean()
    off = np.array([[-spread, spread]])
    return FoldRewards(table, direct + off, weighted + off * log.weight.mean(), 0, np.zeros(1))


def test_the_kernel_sees_what_a_line_does_not():
    log, truth, _ = bent(0)
    found = [
        cross_fitted(model, log, np.random.default_rng(0))
        for model in (PerActionKernel(2.0, 0.03), PerActionLogistic())
    ]
    off = [np.abs(one - truth).mean() for one in found]
    assert off[0] < 0.07 < off[1]


def test_the_kernel_keeps_each_actions_mean_under_a_heavy_penalty():
    log, _, _ = bent(1)
    model = PerActionKernel(1.0, 1e6).fit(log.features, log.action, log.reward, 3)
    found = model.predict(log.features)
    means = [log.reward[log.action == one].mean() for one in range(2)]
    assert np.allclose(found[:, :2].mean(axis=0), means, atol=1e-3)
    assert np.allclose(found[:, 2], log.reward.mean())


def test_few_landmarks_still_follow_the_rewards():
    log, truth, _ = bent(2)
    found = PerActionKernel(2.0, 0.03, landmarks=30).fit(log.features, log.action, log.reward, 2)
    assert np.abs(found.predict(log.features) - truth).mean() < 0.07


def test_the_better_predictor_is_taken_and_no_row_sees_itself():
    log, _, _ = bent(3, 600)
    models = (PerActionLogistic(), PerActionKernel(2.0, 0.03))
    found = fold_rewards(models, log, np.random.default_rng(4), 3, 2)
    assert found.model == 1
    assert found.losses[1] < found.losses[0]
    assert found.direct.shape == found.weighted.shape == (2, 3)
    alone = cross_fitted(models[1], log, np.random.default_rng(4), 3, 2)
    assert np.allclose(found.predicted, alone)


def test_a_model_that_is_sure_and_right_is_believed():
    log, truth, _ = bent(5)
    found = blended(log, given(log, truth, 0.0))
    assert found.share < 0.3
    assert found.value == pytest.approx(contributions(terms(log, truth), "dm").value, abs=0.01)


def test_a_model_that_is_far_off_is_corrected():
    log, truth, value = bent(6, 6000)
    found = blended(log, given(log, truth - 0.4, 0.0))
    assert found.share > 0.8
    assert abs(found.value - value) < 0.08


def test_the_models_own_error_widens_the_direct_end():
    log, truth, _ = bent(7)
    sure, unsure = (blended(log, given(log, truth, spread)) for spread in (0.0, 0.5))
    assert unsure.share > sure.share
    assert unsure.error > sure.error
    # With two folds the jackknife's variance is (1/2) (2 spread^2): what is left of it at this kappa.
    part = 0.5 * (2 * (0.5 * (1 - unsure.share * log.weight.mean())) ** 2)
    assert unsure.error**2 == pytest.approx(unsure.rows.var() / len(log) + part)


def test_the_error_says_how_far_the_estimate_spreads():
    off, told = [], []
    for seed in range(40):
        log, _, value = bent(100 + seed, 500)
        rewards = fold_rewards((PerActionKernel(1.0, 0.1, 40),), log, np.random.default_rng(seed), 5)
        found = blended(log, rewards)
        off.append(found.value - value)
        told.append(found.error)
    assert 0.7 < np.mean(told) / np.sqrt(np.mean(np.square(off))) < 1.6


def test_what_cannot_be_chosen_from_is_refused():
    log, _, _ = bent(8, 60)
    with pytest.raises(UsageError):
        fold_rewards((), log, np.random.default_rng(0))
    with pytest.raises(UsageError):
        fold_rewards((PerActionLogistic(),), log, np.random.default_rng(0), repeats=0)
