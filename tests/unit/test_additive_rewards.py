"""Levels by action on top of a ridge regression: exact where nothing is shrunk, steady where an action was chosen once."""

import numpy as np
import pytest

from zhike.measure.off_policy.additive_rewards import AdditiveRewards


def test_it_finds_what_is_additive():
    rng = np.random.default_rng(0)
    features, action = rng.uniform(-2, 2, (5000, 2)), rng.integers(0, 3, 5000)
    levels = np.array([0.0, 2.0, -1.0])
    reward = 5.0 + features @ [1.0, -2.0] + levels[action]
    found = AdditiveRewards(penalty=1e-6, prior=1e-6).fit(features, action, reward, 3).predict(features)
    np.testing.assert_allclose(found, 5.0 + (features @ [1.0, -2.0])[:, None] + levels, atol=0.25)


def test_an_action_chosen_once_stays_near_the_others_and_one_never_chosen_is_the_mean():
    action = np.append(np.zeros(99, int), 1)
    reward = np.append(np.zeros(99), 100.0)
    found = AdditiveRewards(prior=49.0).fit(np.zeros((100, 1)), action, reward, 3).predict(np.zeros((1, 1)))
    assert found[0, 1] == pytest.approx(1.0 + 99.0 / 50.0)
    assert found[0, 2] == pytest.approx(1.0)


def test_a_column_without_spread_and_no_column_at_all():
    reward = np.arange(6.0)
    for features in (np.ones((6, 1)), np.ones((6, 0))):
        found = AdditiveRewards().fit(features, np.zeros(6, int), reward, 1).predict(features)
        np.testing.assert_allclose(found, 2.5)


def test_where_features_say_nothing_they_are_left_aside():
    """Noise with a long tail and sixty features: predictions stay near the mean, which too small a penalty would not hold."""
    rng = np.random.default_rng(3)
    features, reward = rng.normal(size=(280, 60)), rng.pareto(2.5, 280)
    action = np.zeros(280, int)
    chosen, small = (
        AdditiveRewards(penalty).fit(features, action, reward, 1).predict(features).std()
        for penalty in (None, 0.1)
    )
    assert chosen < 0.1 * reward.std() < small


def test_where_features_say_all_they_are_believed():
    features = np.random.default_rng(3).uniform(-1, 1, (280, 60))
    reward = features @ np.arange(60.0)
    found = AdditiveRewards().fit(features, np.zeros(280, int), reward, 1).predict(features)[:, 0]
    assert np.abs(found - reward).max() < 0.05 * reward.std()


def test_a_kind_of_customers_that_was_hardly_seen_is_not_predicted_anything():
    features = np.zeros((400, 1))
    features[0] = 1.0
    reward = np.zeros(400)
    reward[0] = 100.0
    model = AdditiveRewards(penalty=1e-6).fit(features, np.zeros(400, int), reward, 1)
    assert model.predict(np.array([[50.0]]))[0, 0] == model.predict(np.array([[1.0]]))[0, 0] < 100.0
