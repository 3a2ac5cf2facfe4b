"""A policy's value by hand, what is refused, and what must not change it."""

import dataclasses
import datetime as dt

import decide_bank
import numpy as np
import pytest
from made_up_lists import Chooser, log_of, table

from zhike.core.errors import RuleError, UsageError
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.measure.list_log import ENDED, ListLog
from zhike.measure.off_policy import Lack
from zhike.measure.policy_value import RULE, ValueRule, policy_value

ANY = ValueRule(effective=0, largest=1, unsupported=1, least_chance=0, weights_astray=9, outcomes=0)
AT = dt.date(2026, 6, 30)


def small(**changes):
    """Return two lists: one of two places whose first was half as probable as it would be, one of doing nothing."""
    log = ListLog(
        taken=np.array([[1, 0], [0, ENDED]]), chance=np.array([[0.25, 1.0], [0.8, 1.0]]), reward=np.array([[6.0, 2.0], [1.0, 0.0]]),
        hits=np.array([True, True]), evaluation=np.array([[[0.5, 0.5], [0.5, 0.5]], [[0.4, 0.6], [0.0, 0.0]]]),
        first=np.array([[0.75, 0.25], [0.8, 0.2]]), features=np.zeros((2, 1)), group=np.array([0, 1]),
    )  # fmt: skip
    return dataclasses.replace(log, **changes)


def value(log, rule=ANY):
    return policy_value(log, rule, np.random.default_rng(0))


def test_weights_multiply_along_a_list():
    np.testing.assert_allclose(small().weight, [[2.0, 1.0], [0.5, 0.5]])
    np.testing.assert_allclose(small().to_come, [[8.0, 2.0], [1.0, 0.0]])


def test_without_a_model_each_place_is_weighted_as_far_as_it_reaches():
    """Two lists are too few for a model: its predictions are 0. Values are (2 x 6 + 1 x 2, 0.5 x 1)."""
    found = value(small())
    assert found.value.value == pytest.approx((14 + 0.5) / 2)
    assert found.dm == 0.0
    assert found.logged.value == pytest.approx((8 + 1) / 2)
    assert found.gain.value == pytest.approx(found.value.value - found.logged.value)
    assert found.snipw.value == pytest.approx((2 * 6 + 0.5 * 1) / 2.5 + 1 * 2 / 1.5)
    half = 1.959964 * np.sqrt(2 * (14 - 7.25) ** 2 * 2) / 2
    assert found.value.high - found.value.value == pytest.approx(half)
    assert (found.overlap.effective, found.overlap.largest_share) == (
        pytest.approx(1.8),
        pytest.approx(2 / 3),
    )


def test_of_one_customer_nothing_is_certain():
    found = value(small(group=np.array([3, 3])))
    assert (found.customers, found.value.low, found.value.high) == (1, -np.inf, np.inf)


def test_what_was_never_tried_is_counted_by_action():
    """The first list's second place was certain: half of the draft there had no chance, at a weight of 2."""
    np.testing.assert_allclose(small().untried(0.0).sum(axis=0), [0.0, 0.5])
    first = np.array([[1.0, 0.0], [0.8, 0.2]])
    np.testing.assert_allclose(small(first=first).untried(0.0).sum(axis=0), [0.0, 0.75])
    np.testing.assert_allclose(small().untried(0.23).sum(axis=0), [0.0, 0.5 + 0.3])


@pytest.mark.parametrize(("limits", "lacks"), [
    ({}, ()),
    ({"effective": 1.9}, (Lack.FEW_EFFECTIVE,)),
    ({"largest": 0.6}, (Lack.ONE_DECIDES,)),
    ({"unsupported": 0.4}, (Lack.NO_SUPPORT,)),
    ({"outcomes": 1.9}, (Lack.FEW_OUTCOMES,)),
    ({"effective": 1.9, "outcomes": 1.9}, (Lack.FEW_EFFECTIVE, Lack.FEW_OUTCOMES)),
])  # fmt: skip
def test_a_log_is_refused_for_what_it_lacks_and_gives_no_number(limits, lacks):
    found = value(small(), dataclasses.replace(ANY, **limits))
    assert (found.lacks, found.refused) == (lacks, bool(lacks))
    numbers = (found.value, found.gain, found.snipw, found.dm, found.blended)
    assert all((one is None) == bool(lacks) for one in numbers)


def test_lists_of_which_nothing_but_costs_came_are_no_outcomes():
    log = small(hits=np.array([False, False]))
    assert value(log, dataclasses.replace(ANY, outcomes=1)).lacks == (Lack.FEW_OUTCOMES,)


def usual(seed=0, customers=300):
    scores = np.random.default_rng(9).normal(size=(2, 3, 5))
    return log_of(
        Chooser(scores[0], 0.7), Chooser(scores[1], 0.4), table(4), customers, np.random.default_rng(seed)
    )


def test_weights_that_do_not_average_one_are_refused():
    log = usual()
    rule = dataclasses.replace(ANY, weights_astray=0.05)
    assert not value(log, rule).refused
    for factor in (0.5, 2.0):
        wrong = dataclasses.replace(log, chance=np.minimum(log.chance * factor, 1.0))
        assert value(wrong, rule).lacks == (Lack.WEIGHTS_ASTRAY,)


def test_the_blended_value_lies_between_the_models_and_the_doubly_robust_one():
    found = value(usual())
    assert found.blended.value == pytest.approx(
        found.dm + found.blended.share * (found.value.value - found.dm)
    )
    assert 0 <= found.blended.share < 1


def test_every_rank_is_told_and_the_last_is_that_of_whole_lists():
    log = usual()
    found = value(log, dataclasses.replace(ANY, unsupported=1.0))
    assert [one.rank for one in found.ranks] == [1, 2]
    assert found.ranks[-1].overlap == found.overlap
    assert found.ranks[0].overlap.effective == pytest.approx(
        np.bincount(log.group, log.weight[:, 0]).sum() ** 2
        / (np.bincount(log.group, log.weight[:, 0]) ** 2).sum()
    )
    assert sum(one.untried for one in found.ranks) == pytest.approx(found.overlap.unsupported)


def test_rewards_in_another_unit_are_values_in_that_unit():
    log = usual()
    one, two = value(log), value(dataclasses.replace(log, reward=log.reward * 7.0))
    for name in ("value", "gain", "logged", "snipw"):
        assert dataclasses.astuple(getattr(two, name)) == pytest.approx(
            [7.0 * end for end in dataclasses.astuple(getattr(one, name))]
        )
    assert two.overlap == one.overlap


def test_the_order_of_lists_changes_nothing():
    log = usual()
    order = np.random.default_rng(1).permutation(len(log))
    turned = ListLog(*(getattr(log, name)[order] for name in log.__slots__))
    one, two = value(log), value(turned)
    assert two.value.value == pytest.approx(one.value.value)
    assert two.snipw.low == pytest.approx(one.snipw.low)


def test_the_log_s_own_policy_gains_nothing():
    scores = np.random.default_rng(9).normal(size=(3, 5))
    own = Chooser(scores, 0.7)
    log = log_of(own, own, table(4), 300, np.random.default_rng(0))
    found = value(log)
    np.testing.assert_allclose(log.weight, 1.0)
    assert found.gain.low < 0 < found.gain.high
    assert found.gain.high - found.gain.low < 0.3 * (found.value.high - found.value.low)
    assert found.snipw.value == pytest.approx(found.logged.value)


@pytest.mark.parametrize("changes", [
    {"chance": np.array([[0.0, 1.0], [0.8, 1.0]])}, {"chance": np.array([[1.1, 1.0], [0.8, 1.0]])},
    {"chance": np.array([[np.nan, 1.0], [0.8, 1.0]])}, {"reward": np.zeros((2, 3))}, {"first": np.zeros((2, 3))},
    {"group": np.array([0])}, {"taken": np.array([[ENDED, 0], [0, 0]])},
])  # fmt: skip
def test_what_is_no_log_is_refused(changes):
    with pytest.raises(UsageError):
        small(**changes)


def test_no_list_is_no_log():
    log = small()
    with pytest.raises(UsageError, match="0 lists"):
        ListLog(*(getattr(log, name)[:0] for name in log.__slots__))


def test_limits_are_rules():
    shipped = ValueRule.of(decide_bank.SHIPPED, AT)
    assert shipped == ValueRule()


@pytest.mark.parametrize("raw", [{"effective": 100}, 3, {**dataclasses.asdict(ValueRule()), "outcomes": "many"},
                                 {**dataclasses.asdict(ValueRule()), "largest": -1}])  # fmt: skip
def test_a_malformed_rule_is_refused(raw):
    entry = parse_entry(RULE, decide_bank.document("parameter", raw))
    with pytest.raises(RuleError, match=RULE):
        ValueRule.of(Rulebook({RULE: entry}), AT)
