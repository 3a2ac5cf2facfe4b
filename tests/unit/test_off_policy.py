"""Estimators of a policy's value by hand, and the identities that they must keep."""

import math

import numpy as np
import pytest

from zhike.core.errors import UsageError
from zhike.measure.off_policy import (
    ESTIMATORS,
    BoostedRewards,
    LoggedChoices,
    PerActionLogistic,
    Terms,
    contributions,
    cross_fitted,
    half_width,
    slope,
    terms,
)

PREDICTED = np.array([[0.5, 0.25], [0.5, 0.25], [1.0, 0.0], [0.0, 0.5]])


@pytest.fixture
def four():
    """Weights 2, 1/2, 2 and 1/2; rewards 1, 1, 0, 0; direct terms .4375, .4375, .75 and .125."""
    return LoggedChoices(
        np.array([0, 1, 0, 1]), np.array([1.0, 1.0, 0.0, 0.0]), np.array([0.375, 0.5, 0.375, 0.5]),
        np.full((4, 2), [0.75, 0.25]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dm", 1.75 / 4), ("ipw", 2.5 / 4), ("snipw", 2.5 / 5), ("dr", (1.75 + 1 + 0.375 - 2 - 0.25) / 4),
        ("sndr", 1.75 / 4 - 0.875 / 5),
    ],
)  # fmt: skip
def test_estimates_by_hand(four, name, value):
    predicted = None if name in {"ipw", "snipw"} else PREDICTED
    assert contributions(terms(four, predicted), name).value == pytest.approx(value)


def drawn(seed, n=4000, *, same=False):
    """Return a log over three actions with known rewards, and the value of the evaluated policy."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, 2))
    truth = 1 / (1 + np.exp(-features @ np.array([[1.0, -1.0, 0.0], [0.0, 1.0, 0.5]]) + 0.5))
    logging = np.exp(-truth)
    logging /= logging.sum(axis=1, keepdims=True)
    evaluation = logging if same else 0.7 * (truth == truth.max(axis=1, keepdims=True)) + 0.1
    action = (logging.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)
    rows = np.arange(n)
    reward = (rng.random(n) < truth[rows, action]).astype(float)
    log = LoggedChoices(action, reward, logging[rows, action], evaluation, features, logging=logging)
    return log, truth, float((evaluation * truth).sum(axis=1).mean())


def test_the_logging_policy_has_the_mean_reward():
    log, _, _ = drawn(0, same=True)
    for name in ("ipw", "snipw"):
        assert contributions(terms(log, None), name).value == pytest.approx(log.reward.mean())


def test_a_perfect_model_leaves_no_variance_to_the_weights():
    log, _, _ = drawn(1)
    table = np.tile(log.reward[:, None], (1, 3))
    rows = contributions(terms(log, table), "dr").rows
    assert np.allclose(rows, log.reward)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_every_estimator_is_near_the_truth(name):
    errors, widths = [], []
    for seed in range(12):
        log, _, value = drawn(seed)
        predicted = cross_fitted(PerActionLogistic(), log, np.random.default_rng(seed))
        found = contributions(terms(log, predicted), name)
        errors.append(found.value - value)
        widths.append(half_width(found.rows))
    assert abs(np.mean(errors)) < 0.01
    assert np.max(np.abs(errors)) < 0.06


def test_no_row_is_predicted_by_a_model_that_saw_it():
    log, _, _ = drawn(2, 300)
    rng = np.random.default_rng
    before = cross_fitted(PerActionLogistic(), log, rng(5))
    flipped = log.reward.copy()
    flipped[7] = 1 - flipped[7]
    other = LoggedChoices(log.action, flipped, log.action_probability, log.evaluation, log.features)
    after = cross_fitted(PerActionLogistic(), other, rng(5))
    assert np.array_equal(before[7], after[7])
    assert not np.array_equal(before, after)


def test_repeats_are_averaged_and_still_see_no_row_they_predict():
    log, _, _ = drawn(2, 300)
    rng = np.random.default_rng(5)
    apart = [cross_fitted(PerActionLogistic(), log, rng) for _ in range(2)]
    together = cross_fitted(PerActionLogistic(), log, np.random.default_rng(5), repeats=2)
    assert np.allclose(together, np.mean(apart, axis=0))
    with pytest.raises(UsageError):
        cross_fitted(PerActionLogistic(), log, rng, repeats=0)


def test_the_penalty_follows_the_number_of_features():
    log, _, _ = drawn(4, 300)
    found = PerActionLogistic().fit(log.features, log.action, log.reward, 3)
    assert [one.penalty for one in found.models_] == [2 / 160] * 3


def test_boosted_rewards_follow_the_action():
    log, truth, _ = drawn(3)
    predicted = cross_fitted(BoostedRewards(rounds=60), log, np.random.default_rng(0))
    assert np.corrcoef(predicted.ravel(), truth.ravel())[0, 1] > 0.8


def test_slope_stops_at_the_first_that_disagrees():
    assert slope(np.array([1.0, 5.0, 1.0]), np.array([0.5, 0.2, 0.1])) == 0
    assert slope(np.array([1.0, 1.0, 1.0]), np.array([0.5, 0.2, 0.1])) == 2
    assert half_width(np.array([0.0, 2.0]), 0.95) == pytest.approx(1.6449 / math.sqrt(2), abs=1e-4)


def test_what_cannot_be_a_log_is_refused(four):
    given = (four.action, four.reward, four.action_probability, four.evaluation)
    for place, wrong in (
        (0, np.array([0, 1, 2, 0])), (1, np.full(4, np.nan)), (2, np.zeros(4)), (3, np.full((4, 2), 0.4)), (1, np.ones(3)),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            LoggedChoices(*(wrong if at == place else one for at, one in enumerate(given)))
    with pytest.raises(UsageError):
        LoggedChoices(*given, eligible=np.tile([True, False], (4, 1)))
    with pytest.raises(UsageError):
        contributions(terms(four, None), "best")
    with pytest.raises(UsageError):
        contributions(Terms(*(np.zeros(4) for _ in range(4))), "snipw")
    with pytest.raises(UsageError):
        cross_fitted(PerActionLogistic(), four, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"action": np.zeros(3)}, "no column"),
        ({"action": np.array([0, 1, 2])}, "no column"),
        ({"reward": np.array([1.0, np.nan, 1.0])}, "reward that is no number"),
        ({"action_probability": np.array([0.5, np.nan, 0.5])}, "action_probability"),
        ({"evaluation": np.full((3, 2), np.nan)}, "no distribution"),
        ({"logging": np.full((3, 2), np.nan)}, "do not have what was chosen"),
        ({"logging": np.full((3, 2), 9.0)}, "do not have what was chosen"),
        ({"logging": np.tile([0.0, 1.0], (3, 1))}, "do not have what was chosen"),
        ({"logging": np.ones((3, 3))}, "logging of another shape"),
        ({"reward": np.ones(2)}, "reward of another length"),
        ({"eligible": np.tile([False, True], (3, 1))}, "was not eligible"),
    ],
)
def test_a_log_that_contradicts_itself_is_refused_in_every_language(changes, said):
    sound = {"action": np.zeros(3, dtype=int), "reward": np.ones(3), "action_probability": np.full(3, 0.5)}
    with pytest.raises(UsageError, match=said) as refused:
        LoggedChoices(**{**sound, "evaluation": np.full((3, 2), 0.5), **changes})
    assert len({refused.value.render(language) for language in ("en", "zh-Hans", "zh-Hant")}) == 3


def test_weights_from_tiny_probabilities_do_not_overflow():
    weight = np.array([1e160, 1e160, 5e159, 0.0])
    ones = np.ones(4)
    found = contributions(Terms(weight, 0 * ones, ones * 1e-160, ones), "dros")
    scaled = contributions(Terms(weight / 1e160, 0 * ones, ones, ones), "dros")
    assert found.value == pytest.approx(scaled.value)
