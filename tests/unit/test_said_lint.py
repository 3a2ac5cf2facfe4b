"""Rules may hold back because of what customers say, and none lets something through to the unhappy alone."""

import pytest

from zhike.core.errors import RuleError
from zhike.core.expressions import parse_expression
from zhike.decide.said_lint import SAID, check_said, check_trigger

(NAME,) = SAID
HELD_BACK = [
    f"{NAME} < 0.4", f"0.4 >= {NAME}", f"not known({NAME}) or {NAME} <= 0.4", f"not ({NAME} > 0.4)", f"customer.age > 30 and {NAME} < 0.5",
    "customer.age > 30",
]  # fmt: skip
LET_THROUGH = [f"{NAME} > 0.4", f"{NAME} == 0.4", f"not ({NAME} < 0.4)", f"0.2 < {NAME} < 0.4", f"customer.age > 30 or {NAME} >= 0.5", f"{NAME} in [0.1]"]  # fmt: skip


@pytest.mark.parametrize("text", HELD_BACK)
def test_a_rule_may_require_that_it_is_low(text):
    check_said(parse_expression(text), "house.calm", applies=False)


@pytest.mark.parametrize("text", LET_THROUGH)
def test_no_rule_requires_that_it_is_high(text):
    with pytest.raises(RuleError, match="dissatisfaction_probability"):
        check_said(parse_expression(text), "house.calm", applies=False)


def test_where_it_applies_it_is_the_other_way_round():
    check_said(parse_expression(f"action.kind == 'sale' and {NAME} > 0.4"), "house.calm", applies=True)
    with pytest.raises(RuleError):
        check_said(parse_expression(f"action.kind == 'sale' and {NAME} < 0.4"), "house.calm", applies=True)


def test_it_brings_up_no_sale():
    trigger = parse_expression(f"{NAME} > 0.4")
    check_trigger(trigger, "service", "catalogue.actions:call")
    with pytest.raises(RuleError, match="dissatisfaction_probability"):
        check_trigger(trigger, "sale", "catalogue.actions:fund")
