"""One plan over all customers: every limit holds for what is decided in the end, notices come first, chance is put on record."""

import dataclasses

import decide_bank
import numpy as np
import polars as pl
import pytest
from constrained_bank import CALLS, SALES, calls, constraint, holds, loads, planned, taken
from decide_bank import AT, customer

from zhike.core.errors import InternalError
from zhike.decide import shared_plan as module
from zhike.decide import strategy
from zhike.decide.strategy import decide_blocks, plan_of

EXPLORING = {"exploration": {"share": 0.4, "temperature": 5.0}}
MANY = {**decide_bank.rows(), "customers": [customer(f"N{number:03}") for number in range(300)]}
HOME = [
    {"relationship_id": f"R{name}", "customer_id": name, "object_type": "household", "object_id": "H1", "role": "member",
     "valid_from": "2020-01-01"}
    for name in ("C01", "C02", "C03")
]  # fmt: skip


def contacted(decisions, template):
    return set(decisions.filter(pl.col("action_id").str.starts_with(template))["customer_id"])


def test_a_capacity_goes_where_it_is_worth_most_and_is_never_exceeded():
    dear = decide_bank.template(
        "dear", "care", channels=["phone"], worth="90.00", trigger="customer.complaints_open > 0"
    )
    rules = decide_bank.rulebook((*decide_bank.ACTIONS, dear))
    ready, plan, block = planned([calls(1)], rules=rules)
    found = taken(ready, block.decisions).filter(channel="phone")
    assert found.select("customer_id", "action_id").rows() == [("C07", "dear:phone")]
    assert plan.allocation.status == "optimal"
    assert plan.allocation.prices[0] > 0


def test_without_constraints_in_force_everybody_is_decided_alone():
    later = [calls(1, first_day="2026-07-01")]
    ready, plan, block = planned(later)
    assert plan is None
    assert ready.constraints == ()
    _, alone = decide_bank.decided()
    assert block.decisions["action_id"].to_list() == alone.decisions["action_id"].to_list()


def test_limits_that_do_not_bind_change_no_list():
    """With plenty of everything the plan over all is everybody's best list."""
    _, alone = decide_bank.decided()
    ready, _, block = planned([calls(1_000), constraint("money", "budget", maximum="100000.00")])
    worth = pl.col("expected_value").sum()
    one, other = (
        found.group_by("customer_id").agg(worth).sort("customer_id")
        for found in (alone.decisions, taken(ready, block.decisions))
    )
    assert other["expected_value"].sum() >= one["expected_value"].sum()
    assert set(contacted(block.decisions, "review")) == set(contacted(alone.decisions, "review"))


def test_what_constraints_read_is_gathered_and_nothing_else():
    plain, reading = (
        decide_bank.prepared(),
        planned([calls(3, by="region"), constraint("home", "per_household", maximum=5)])[0],
    )
    assert set(reading.inputs.columns) - set(plain.inputs.columns) == {
        "household_id"
    }  # the region is always there, see GROUPED_BY


def test_advisers_are_gathered_where_a_constraint_reads_them():
    ties = [
        {"relationship_id": f"R{staff}", "customer_id": "C05", "object_type": "staff", "object_id": staff, "role": "adviser", "valid_from": "2020-01-01"}
        for staff in ("S2", "S1")
    ]  # fmt: skip
    ready, plan, block = planned(
        [calls({"S1": 1}, by="adviser_id")], {**decide_bank.rows(), "relationships": ties}
    )
    assert ready.inputs.filter(customer_id="C05")["adviser_id"].to_list() == ["S1"]
    assert [row.name for row in plan.rows.rows] == ["calls[S1]", "calls[unknown]"]
    assert contacted(block.decisions, "review") <= {"C05"}


def test_notices_take_their_part_first():
    both = constraint("money", "budget", actions={"channel": ["email", "app", "phone"]}, maximum="0.51")
    ready, plan, block = planned([both])
    assert block.decisions.filter(kind="mandatory")["action_id"].to_list() == ["notice:email"]
    assert plan.due.tolist() == [0.01]
    assert plan.arrays["b"].tolist() == pytest.approx([0.5])
    assert loads(ready, plan, block.decisions)[0] <= 0.5


def test_what_notices_exceed_leaves_nothing_and_never_less():
    mail = constraint("mail", "capacity", actions={"channel": ["email", "app"]}, maximum=0)
    ready, plan, block = planned([mail])
    assert plan.arrays["b"].tolist() == [0.0]
    assert set(taken(ready, block.decisions)["channel"]) == {"phone", "adviser"}
    assert plan.allocation.status != "relaxed"


def test_notices_count_towards_a_minimum():
    least = constraint("letters", "volume", actions={"channel": ["email"]}, minimum=1)
    _, plan, _ = planned([least])
    assert plan.allocation.status == "optimal"
    assert plan.arrays["b"].tolist() == [0.0]


def test_a_minimum_brings_what_would_not_come_by_itself():
    few = {"limits": {"actions_per_customer": 1}}
    ready, _, alone = planned([calls(10)], **few)
    before = len(contacted(taken(ready, alone.decisions), "invite"))
    more = constraint("more", "volume", actions={"template": ["invite"]}, minimum=before + 1)
    assert before == 0
    assert len(contacted(planned([calls(10), more], **few)[2].decisions, "invite")) == 1


def test_a_floor_serves_its_group():
    content = {
        **decide_bank.rows(),
        "customers": [
            customer(f"C{n:02}", birth_date="1940-01-01" if n <= 4 else "1990-01-01") for n in range(1, 11)
        ],
    }
    older = constraint("older", "floor", customers={"age": {"minimum": 65}}, actions=CALLS, share=0.5)
    dear = decide_bank.template(
        "dear", "care", channels=["phone"], worth="90.00", trigger="customer.age < 65"
    )
    rules = decide_bank.rulebook((*decide_bank.ACTIONS, dear))
    for declared, served in (([calls(4)], 0), ([calls(4), older], 2)):
        ready, plan, block = planned(declared, content, rules=rules)
        found = taken(ready, block.decisions).filter(channel="phone")
        assert len(found) == 4
        assert len(found.filter(pl.col("customer_id") <= "C04")) == served
        assert holds(ready, plan, block.decisions)


def test_what_cannot_hold_is_loosened_and_said():
    ready, plan, block = planned([calls(2), constraint("many", "volume", actions=CALLS, minimum=5)])
    found = plan.allocation
    assert found.status == "relaxed"
    assert set(found.conflict.rows) == {"calls", "many"}
    assert sum(found.conflict.relaxation.values()) == pytest.approx(3.0)
    assert holds(ready, plan, block.decisions)


@pytest.mark.parametrize("cap", [
    constraint("one", "per_customer", actions={"channel": ["app"]}, maximum=1),
    constraint("each", "per_group", actions={"group": ["daily"]}, maximum=1),
    constraint("none", "per_customer", actions=SALES, maximum=0),
])  # fmt: skip
def test_a_customer_gets_no_more_than_a_cap(cap):
    ready, plan, block = planned([calls(9), cap], limits={"actions_per_customer": 4}, **EXPLORING)
    (declared,) = (one for one in plan.rows.caps)
    counted = set(ready.actions.table["action_id"].filter(declared.counted))
    sizes = block.decisions.filter(pl.col("action_id").is_in(counted)).group_by("customer_id").len()["len"]
    assert sizes.max() in ({declared.limit} if declared.limit else {None})


@pytest.mark.parametrize("salt", ["a", "b", "c", "d"])
def test_a_household_shares_its_cap_whoever_explores(salt):
    content = {**decide_bank.rows(), "relationships": HOME}
    home = constraint("home", "per_household", actions=SALES, maximum=2)
    ready, _, block = planned(
        [home], content, holdout={"share": 0.0, "salt": salt}, exploration={"share": 0.9, "temperature": 50.0}
    )
    sales = taken(ready, block.decisions).filter(kind="sale")
    assert len(sales.filter(pl.col("customer_id").is_in(["C01", "C02", "C03"]))) <= 2
    assert (
        sales.filter(~pl.col("customer_id").is_in(["C01", "C02", "C03"]))
        .group_by("customer_id")
        .len()["len"]
        .max()
        <= 2
    )


def test_a_package_and_what_it_holds_exclude_each_other():
    members = [{"family": ["card"]}, {"family": ["payment"]}]
    package = decide_bank.template(
        "package", products=None, members=members, worth="25.00", effect_when_unscored=0.9
    )
    rules = decide_bank.rulebook(bundles=[package])
    ready, plan, block = planned([calls(5)], rules=rules, limits={"actions_per_customer": 4})
    assert any(name.startswith("package with") for name in plan.arrays["cap_names"])
    lists = (
        taken(ready, block.decisions).group_by("customer_id").agg(pl.col("template"), pl.col("product_id"))
    )
    assert lists["template"].list.contains("package").any()
    for templates, products in lists.select("template", "product_id").iter_rows():
        assert "package" not in templates or not {"C0", "P0"} & set(products)


def test_limits_of_the_policy_hold_in_the_plan():
    limits = {
        "actions_per_customer": 4,
        "per_group": {"investment": 1, "daily": 0},
        "per_channel": {"app": 2},
    }
    ready, _, block = planned([calls(5)], limits=limits)
    found = taken(ready, block.decisions)
    for column, name, most in (("group", "investment", 1), ("group", "daily", 0), ("channel", "app", 2)):
        sizes = found.filter(pl.col(column) == name).group_by("customer_id").len()["len"]
        assert (sizes.max() or 0) <= most
    assert (
        found.group_by("customer_id")
        .agg(pl.col("product_id").drop_nulls().is_duplicated().any())["product_id"]
        .any()
        is False
    )


def test_lists_are_by_value_at_the_prices():
    ready, plan, block = planned([calls(3)])
    value = {name: at for at, name in enumerate(ready.actions.table["action_id"])}
    for _, rows in taken(ready, block.decisions).group_by("customer_id", maintain_order=True):
        charge = [plan.allocation.prices[0] * (channel == "phone") for channel in rows["channel"]]
        net = rows["expected_value"].to_numpy() / 100 - np.array(charge)
        assert (np.diff(net) <= 1e-9).all()
        assert all(name in value for name in rows["action_id"])


def test_chances_are_a_distribution_and_stand_with_what_was_chosen():
    ready, plan, block = planned([calls(3)], **EXPLORING)
    assert block.first_probability.sum(axis=1) == pytest.approx(np.ones(10))
    column = {name: at for at, name in enumerate(ready.actions.table["action_id"])}
    first = (
        block.decisions.filter(pl.col("arm") != "mandatory")
        .group_by("customer_id", maintain_order=True)
        .first()
    )
    for row in first.to_dicts():
        here = block.first_probability[block.judged.customers.index(row["customer_id"])]
        assert here[column[row["action_id"]]] == row["action_probability"]
    later = block.decisions.filter(
        pl.col("arm") != "mandatory", pl.int_range(pl.len()).over("customer_id") > 0
    )
    assert set(later.join(first, on="decision_id", how="anti")["action_probability"]) <= {1.0}
    assert plan.lists.explored.any()


def test_the_comparison_group_gets_no_offer_and_leaves_its_share_to_others():
    ready, _, block = planned([calls(3)], holdout={"share": 0.5, "salt": "s"})
    held = set(ready.inputs.filter("held_out")["customer_id"])
    assert 0 < len(held) < 10
    assert not set(block.decisions.filter(kind="sale")["customer_id"]) & held
    assert set(block.decisions.filter(pl.col("customer_id").is_in(held))["arm"]) <= {"holdout", "mandatory"}


@pytest.mark.parametrize("salt", range(6))
def test_exploration_keeps_every_limit(salt):
    declared = [
        calls(40), constraint("apps", "capacity", actions={"channel": ["app"]}, maximum=250), constraint("money", "budget", maximum="150.00"),
        constraint("few", "volume", actions={"template": ["invite"]}, minimum=30),
    ]  # fmt: skip
    ready, plan, block = planned(declared, MANY, holdout={"share": 0.0, "salt": f"{salt}"}, **EXPLORING)
    assert plan.allocation.status != "relaxed"
    assert holds(ready, plan, block.decisions)
    assert plan.load == pytest.approx(plan.rows.sign * loads(ready, plan, block.decisions))
    assert plan.lists.explored.sum() > 10


def test_blocks_and_customers_that_are_named_get_what_they_get_among_all(monkeypatch):
    ready, plan, block = planned([calls(3)], **EXPLORING)
    monkeypatch.setattr(strategy, "CELLS_PER_BLOCK", 1)
    again = plan_of(ready)
    parts = list(decide_blocks(ready, ["C09", "C02"], again))
    assert pl.concat([part.decisions for part in parts]).equals(
        block.decisions.filter(pl.col("customer_id").is_in(["C02", "C09"]))
    )
    assert (
        np.concatenate([part.first_probability for part in parts]).tolist()
        == block.first_probability[[1, 8]].tolist()
    )
    assert again.lists.action.tolist() == plan.lists.action.tolist()


def test_a_bank_without_customers_or_candidates_is_planned_too():
    _, plan, block = planned([calls(1)], {})
    assert block is None
    assert plan.allocation.status == "optimal"
    _, _, alone = planned(
        [calls(0), constraint("none", "per_customer", maximum=0)], {"customers": [customer("A")]}
    )
    assert alone.decisions["action_id"].to_list() == ["no_action"]


def test_a_plan_that_broke_a_row_would_not_be_written(monkeypatch):
    usual = module.counted_lists
    monkeypatch.setattr(module, "counted_lists", lambda rows, lists: 100 * usual(rows, lists))
    with pytest.raises(InternalError, match="calls"):
        planned([calls(3)])


def test_the_plan_is_the_same_for_the_same_day_and_version_and_draws_anew_for_another():
    ready = decide_bank.prepared(constraints=[calls(3)])
    other = dataclasses.replace(ready, policy=dataclasses.replace(ready.policy, version="v2"))
    first, again, changed = (module._generator(one).random(3).tolist() for one in (ready, ready, other))  # noqa: SLF001 - the dice
    assert first == again != changed
    assert str(AT) == "2026-06-30"
