"""Recovery after a complaint competes with sales for the same calls and minutes: by value, and never with the complainant themselves."""

import decide_bank
import pytest
from constrained_bank import calls, planned
from decide_bank import NOTHING, complaint, template

from zhike.core.language import Text
from zhike.decide.day_plan import Line, plan_day

CALL = {"channels": ["phone"], "cost": {"phone": "1.00"}}


def wanted(sale_worth, most):
    """Return who is called about what: C01 complained, all others can be sold a card over the phone."""
    actions = (
        template("recover", "service", worth="400.00", trigger="customer.complaints_open > 0", **CALL),
        template("card", products={"family": ["card"]}, worth=sale_worth, **CALL), NOTHING,
    )  # fmt: skip
    content = {**decide_bank.rows(), "complaints": [complaint("C01")], "interactions": [], "responses": []}
    ready, plan, block = planned([calls(most)], content, rules=decide_bank.rulebook(actions))
    kinds = dict(ready.actions.table.select("action_id", "kind").iter_rows())
    chosen = {(name, kinds[action]) for name, action in decide_bank.chosen(block) if kinds[action] != "none"}
    return chosen, plan


def test_the_one_call_goes_to_recovery_while_it_is_worth_more_and_to_a_sale_when_that_is():
    chosen, plan = wanted("20.00", 1)
    assert chosen == {("C01", "service")}
    # What the call costs the next in line is its price: a sale's worth.
    assert plan.allocation.prices[0] > 0
    chosen, _ = wanted("5000.00", 1)
    assert {kind for _, kind in chosen} == {"sale"}
    assert "C01" not in {name for name, _ in chosen}


@pytest.mark.parametrize("worth", ["1.00", "500.00", "5000.00"])
def test_however_much_a_sale_is_worth_none_is_made_to_who_complained(worth):
    chosen, _ = wanted(worth, 20)
    assert ("C01", "sale") not in chosen
    assert ("C01", "service") in chosen


def line(name, value, minutes):
    title = Text(name, name, name)
    return Line(
        name, "offer", "C1", name, title, None, None, "phone", value, None, "CNY", minutes, None, False
    )


def test_in_the_advisers_day_recovery_takes_its_minutes_from_sales():
    sales = [line("card", 60.0, 20), line("fund", 90.0, 30)]
    assert {one.line_id for one in plan_day(sales, 50).chosen} == {"card", "fund"}
    with_recovery = plan_day([*sales, line("recovery", 150.0, 30)], 50)
    assert {one.line_id for one in with_recovery.chosen} == {"recovery", "card"}
    assert with_recovery.next_best.line.line_id == "fund"
    cheap = plan_day([*sales, line("recovery", 40.0, 30)], 50)
    assert {one.line_id for one in cheap.chosen} == {"card", "fund"}
