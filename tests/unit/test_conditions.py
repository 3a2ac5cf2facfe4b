"""Conditions: default deny, protective when in doubt, one per cap, the same after a round trip through evidence."""

import decide_bank
import numpy as np
import pytest
from decide_bank import document

from zhike.core.errors import RuleError
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.core.types import LAYERS
from zhike.decide.conditions import Condition, caps_of, conditions_of


def rule(applies, tests, effect="refuse", **head):
    key = "requires" if effect == "refuse" else "compares"
    usual = {
        "layer": "suitability",
        "code": "tests.rule",
        "effect": effect,
        "message": decide_bank.text("{value} {threshold}"),
    }
    return document("rule", {"applies": applies, key: tests}, **(usual | head))


def condition(applies, tests, effect="refuse", **documents):
    """Return one rule as the engine reads it."""
    raw = {"tests.rule": rule(applies, tests, effect)} if "head" not in documents else documents.pop("head")
    ready = decide_bank.prepared()
    book = Rulebook({path: parse_entry(path, one) for path, one in raw.items()})
    policy = decide_bank.policy(packs=["tests"], caps=None)
    return next(
        c for c in conditions_of(book, policy, ready.actions, decide_bank.AT) if c.rule == "tests.rule"
    )


VALUES = {
    "customer.age": np.array([[70.0], [np.nan], [30.0]]),
    "product.risk_level": np.array([[4.0, np.nan]]),
}


def test_a_rule_refuses_wherever_it_is_not_surely_met():
    refused = condition("product.risk_level > 0", "customer.age < 65").refused(VALUES)
    assert refused.tolist() == [[True, True], [True, True], [False, False]]


def test_a_rule_that_may_apply_does_apply():
    refused = condition("product.risk_level > 4", "customer.age < 65").refused(VALUES)
    assert refused.tolist() == [[False, True], [False, True], [False, False]]


def test_an_obliging_rule_ties_a_duty_and_refuses_nobody():
    care = condition("customer.age >= 65", "customer.age >= 65", "oblige")
    assert care.obliged(VALUES).ravel().tolist() == [True, True, False]
    assert not care.refused(VALUES).any()


def test_a_reason_shows_what_was_compared_with_what():
    found = condition("True", "product.risk_level <= customer.age").reason(
        {"product.risk_level": 80.0, "customer.age": 70.0}
    )
    assert (found.value, found.threshold, found.effect, found.reference) == (
        80,
        70,
        "refused",
        "made for a test",
    )


@pytest.mark.parametrize(("age", "effect"), [(70.0, "refused"), (30.0, "passed"), (np.nan, "refused")])
def test_a_reason_says_what_the_rule_did(age, effect):
    assert condition("True", "customer.age < 65").reason({"customer.age": age}).effect == effect


def test_a_silent_rule_is_not_applicable():
    assert (
        condition("customer.age > 99", "customer.age < 65").reason({"customer.age": 70.0}).effect
        == "not_applicable"
    )


def test_parameters_are_read_by_their_local_names():
    raw = {
        "tests.rule": rule("True", "customer.age < limit", parameters={"limit": "tests.limit"}),
        "tests.limit": document("parameter", 40),
    }
    assert condition(None, None, head=raw).refused(VALUES).ravel().tolist() == [True, True, False]


def test_a_rule_without_its_head_is_refused_by_name():
    broken = {"tests.rule": rule("True", "True", layer="taste")}
    with pytest.raises(RuleError, match=r"tests\.rule"):
        condition(None, None, head=broken)


def test_every_condition_survives_the_round_trip_through_evidence():
    ready, block = decide_bank.decided()
    values = ready.judge.values(ready.inputs)
    for one in ready.judge.conditions:
        again = Condition.from_dict(one.to_dict())
        assert again.to_dict() == one.to_dict()
        assert np.array_equal(again.refused(values), one.refused(values))
    assert block.decisions.height > 0


def test_conditions_stand_in_the_order_of_layers():
    layers = [LAYERS.index(one.layer) for one in decide_bank.prepared().judge.conditions]
    assert layers == sorted(layers)
    assert set(layers) == set(range(len(LAYERS)))


def test_each_cap_is_a_condition_of_its_own_and_binds_its_channel_only():
    ready, block = decide_bank.decided()
    caps = caps_of(decide_bank.SHIPPED, ready.policy, decide_bank.AT)
    codes = {one.code for one in ready.judge.conditions if one.rule == "contact.cap"}
    assert codes == {f"contact.cap.{cap.channel}_{cap.window_days}d" for cap in caps}
    # C06 was called twice this month: no further call, but an offer in the app is possible.
    assert "contact.cap.phone_30d" in decide_bank.reasons(ready, block, "C06", "review:phone")
    assert not decide_bank.reasons(ready, block, "C06", "everyday:C0:app")


def test_the_comparison_group_gets_no_offers_but_care_and_notices():
    ready, block = decide_bank.decided(holdout={"share": 1.0, "salt": "all"})
    for name in block.judged.customers:
        assert "experiment.holdout" in decide_bank.reasons(ready, block, name, "everyday:C0:app")
        assert "experiment.holdout" not in decide_bank.reasons(ready, block, name, "review:phone")
    kinds = set(block.decisions["kind"])
    assert "sale" not in kinds
    assert {"care", "mandatory"} <= kinds


def test_a_trigger_refuses_where_the_situation_does_not_call_for_the_action():
    ready, block = decide_bank.decided()
    assert decide_bank.reasons(ready, block, "C01", "invite:app") == {"applicability.trigger.invite"}
    assert decide_bank.reasons(ready, block, "C10", "invite:app") == set()
