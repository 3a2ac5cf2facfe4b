"""The value of a policy from lists of another one: right on average, in its interval as often as promised, and refused where it is not.

Truth by enumeration (`made_up_lists`). Tolerances: means within 4 standard errors; of 300 intervals of 95 % between 91.5 % and 98.5 %, which
sound ones leave in fewer than 1 of 100 runs.
"""

import dataclasses

import numpy as np
import pytest
from made_up_lists import ACTIONS, KINDS, Chooser, log_of, table, truth

from zhike.measure.list_values import blended_value, error_between, list_terms
from zhike.measure.off_policy import Lack
from zhike.measure.off_policy.additive_rewards import AdditiveRewards
from zhike.measure.policy_value import ValueRule, policy_value

RUNS, CUSTOMERS, SIGMA = 300, 1000, 4.0
TABLES = table(4)
SCORES = np.random.default_rng(9).normal(size=(2, KINDS, ACTIONS))
LOGGING, DRAFT = Chooser(SCORES[0], 0.7), Chooser(SCORES[1], 0.3)
MEAN_TASTE = float(np.minimum(np.exp(np.random.default_rng(1).normal(-0.125, 0.5, 2_000_000)), 2.5).mean())
"""What the cut at 2.5 leaves of a taste whose mean is 1."""
FELT = (TABLES[0] * MEAN_TASTE, TABLES[1] * MEAN_TASTE)


@pytest.fixture(scope="module")
def valued():
    """Values of many logs of one draft."""
    return [
        policy_value(
            log_of(LOGGING, DRAFT, TABLES, CUSTOMERS, np.random.default_rng(seed)),
            ValueRule(),
            np.random.default_rng(0),
        )
        for seed in range(RUNS)
    ]


@pytest.fixture(scope="module")
def found(valued):
    return [one for one in valued if not one.refused]


@pytest.fixture(scope="module")
def true():
    value, logged = (truth(policy, FELT) for policy in (DRAFT, LOGGING))
    return {"value": value, "logged": logged, "gain": value - logged, "snipw": value}


@pytest.mark.campaign
def test_hardly_a_log_that_can_say_it_is_refused(valued):
    """The mean weight strays by three standard errors in one log of 400."""
    assert sum(one.refused for one in valued) <= 5
    assert {lack for one in valued for lack in one.lacks} <= {Lack.WEIGHTS_ASTRAY}
    assert all(one.lists == 2 * CUSTOMERS == 2 * one.customers for one in valued)


@pytest.mark.campaign
@pytest.mark.parametrize("name", ["value", "gain", "logged"])
def test_right_on_average(found, true, name):
    values = np.array([getattr(one, name).value for one in found])
    assert abs(values.mean() - true[name]) < SIGMA * values.std() / np.sqrt(len(found))


@pytest.mark.campaign
@pytest.mark.parametrize("name", ["value", "gain", "logged", "snipw"])
def test_intervals_hold_as_often_as_promised(found, true, name):
    held = np.mean([getattr(one, name).low <= true[name] <= getattr(one, name).high for one in found])
    assert 0.915 <= held <= 0.985, held


@pytest.mark.campaign
def test_the_test_could_fail(found, true):
    """A model alone is off by more than chance, and intervals of half the width hold too rarely."""
    models = np.array([one.dm for one in found])
    assert abs(models.mean() - true["value"]) > SIGMA * models.std() / np.sqrt(len(found))
    inside = [abs(one.value.value - true["value"]) <= (one.value.high - one.value.low) / 4 for one in found]
    assert np.mean(inside) < 0.8


@pytest.mark.campaign
def test_a_model_makes_it_narrower_than_weights_alone(found):
    doubly, alone = (
        np.mean([getattr(one, name).high - getattr(one, name).low for one in found])
        for name in ("value", "snipw")
    )
    assert doubly < alone


def test_customers_who_are_alike_twice_count_once():
    """As if every list were another customer's, intervals are too narrow: lists of one hang together."""
    log = log_of(LOGGING, DRAFT, TABLES, CUSTOMERS, np.random.default_rng(0))
    twice = [np.concatenate([getattr(log, name)] * 2) for name in log.__slots__]
    one = policy_value(log, ValueRule(), np.random.default_rng(0))
    two = policy_value(type(log)(*twice), ValueRule(), np.random.default_rng(0))
    assert two.value.high - two.value.low == pytest.approx(one.value.high - one.value.low, rel=0.02)
    assert two.overlap.effective == pytest.approx(one.overlap.effective)


@pytest.mark.parametrize(("explored", "draft", "recorded", "lack"), [
    (0.0, 0.0, 1.0, Lack.NO_SUPPORT), (0.002, 0.0, 1.0, Lack.NO_SUPPORT), (0.02, 0.0, 1.0, Lack.FEW_EFFECTIVE),
    (0.7, 0.3, 0.6, Lack.WEIGHTS_ASTRAY),
])  # fmt: skip
def test_what_a_log_cannot_say_is_refused(explored, draft, recorded, lack):
    logging, other = Chooser(SCORES[0], explored), Chooser(SCORES[1], draft)
    for seed in range(5):
        log = log_of(logging, other, TABLES, CUSTOMERS, np.random.default_rng(seed), recorded)
        one = policy_value(log, ValueRule(), np.random.default_rng(0))
        assert lack in one.lacks, (seed, one)
        assert (one.value, one.gain, one.snipw, one.dm) == (None, None, None, None)


def test_rare_outcomes_are_refused():
    rare = (TABLES[0] * 0.02, TABLES[1] * 0.02)
    one = policy_value(
        log_of(LOGGING, DRAFT, rare, CUSTOMERS, np.random.default_rng(0)),
        ValueRule(),
        np.random.default_rng(0),
    )
    assert one.lacks == (Lack.FEW_OUTCOMES,)


@pytest.fixture(scope="module")
def between():
    """Of many small logs whose models know nothing of the customers: what the doubly robust and the blended value miss, and the errors that they state."""
    true, found = truth(DRAFT, FELT), []
    for seed in range(RUNS):
        log = log_of(LOGGING, DRAFT, TABLES, 600, np.random.default_rng(seed))
        blind = dataclasses.replace(log, features=np.random.default_rng(seed).normal(size=(len(log), 3)))
        terms = list_terms(blind, AdditiveRewards(), np.random.default_rng(0))
        one = blended_value(terms, log.group)
        rows = terms.direct + one.share * terms.correction
        own = np.sqrt(error_between(rows, log.group) ** 2 + 2 * terms.fold_direct.var(axis=1).mean())
        robust = terms.doubly_robust
        found.append((robust.mean() - true, error_between(robust, log.group), one.value - true, own))
    return np.array(found).T


@pytest.mark.campaign
def test_the_blended_value_is_nearer_to_the_truth_but_has_no_interval(between):
    """Why it is told without one: an interval of its own error would miss the truth several times as often as promised."""
    robust, error, blended, own = between
    assert np.sqrt(np.mean(blended**2)) < 0.85 * np.sqrt(np.mean(robust**2))
    assert 0.915 <= np.mean(np.abs(robust) <= 1.96 * error) <= 0.985
    assert np.mean(np.abs(blended) <= 1.96 * own) < 0.88


def test_chances_that_make_up_for_each_other_are_found_at_their_rank():
    """Recorded too low at the first place and too high at the second, weights of whole lists may average one; as far as the first they do not."""
    log = log_of(LOGGING, DRAFT, TABLES, CUSTOMERS, np.random.default_rng(0))
    both = log.taken[:, 1] >= 0
    wrong = log.chance.copy()
    wrong[both, 0] *= 0.8
    wrong[both, 1] = np.minimum(wrong[both, 1] / 0.8, 1.0)
    kept = np.isclose(wrong.prod(axis=1), log.chance.prod(axis=1))
    wrong[~kept] = log.chance[~kept]
    found = policy_value(dataclasses.replace(log, chance=wrong), ValueRule(), np.random.default_rng(0))
    right = policy_value(log, ValueRule(), np.random.default_rng(0))
    assert found.ranks[1].overlap.mean_weight == pytest.approx(right.ranks[1].overlap.mean_weight)
    assert not right.refused
    assert [one.overlap.lacks for one in found.ranks] == [(Lack.WEIGHTS_ASTRAY,), ()]
    assert found.lacks == (Lack.WEIGHTS_ASTRAY,)
    assert [one.lists for one in found.ranks] == [len(log), int(both.sum())]
