"""Laws of one plan over all customers: more capacity is never worth less, no limit is exceeded, less consent never permits more."""

import datetime as dt

import decide_bank
import numpy as np
import polars as pl
from constrained_bank import CALLS, SALES, constraint, holds, planned, taken
from decide_bank import allowed, chosen, customer
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

QUICK = settings(max_examples=examples(3))
AT_NOON = dt.datetime(2026, 6, 30, 4, tzinfo=dt.UTC)
REGIONS = st.sampled_from(["north", "south", None])
BORN = st.sampled_from(["1945-05-05", "1980-01-01", None])
PACKAGE = decide_bank.template(
    "package", products=None, members=[{"family": ["card"]}, {"family": ["fund"]}], purpose="marketing",
    channels=["adviser", "app"], worth="150.00",
)  # fmt: skip
RULES = decide_bank.rulebook(
    (*decide_bank.ACTIONS, decide_bank.template("talk", "care", channels=["adviser", "phone"], hours=0.5)),
    [PACKAGE],
)


@st.composite
def banks(draw):
    """Draw a bank of three to eight customers in households and regions."""
    content = decide_bank.rows()
    names = [f"C{place:02}" for place in range(1, draw(st.integers(3, 8)) + 1)]
    content["customers"] = [customer(name, region=draw(REGIONS), birth_date=draw(BORN)) for name in names]
    content["relationships"] = [
        {"relationship_id": f"R{name}", "customer_id": name, "object_type": "household", "object_id": home, "role": "member", "valid_from": "2020-01-01"}
        for name in names
        if (home := draw(st.sampled_from(["H1", "H2", None]))) is not None
    ]  # fmt: skip
    return content


@st.composite
def limits(draw):
    """Draw maximums that may bind."""
    found = [
        constraint("calls", "capacity", actions=CALLS, maximum=draw(st.integers(0, 6))),
        constraint("money", "budget", maximum=f"{draw(st.integers(0, 40))}.50"),
        constraint("hours", "hours", by="region", maximum=draw(st.integers(0, 2))),
        constraint("offers", "volume", actions=SALES, customers={"age": {"minimum": 60}}, maximum=draw(st.integers(0, 4))),
        constraint("home", "per_household", actions=SALES, maximum=draw(st.integers(0, 3))),
    ]  # fmt: skip
    return draw(st.lists(st.sampled_from(found), min_size=1, max_size=5, unique_by=lambda one: one["id"]))


@st.composite
def obligations(draw):
    """Draw minimums and fairness that may ask for more than there is."""
    found = [
        constraint("least", "volume", actions=CALLS, minimum=draw(st.integers(0, 6))),
        constraint("older", "floor", customers={"age": {"minimum": 60}}, share=draw(st.sampled_from([0.3, 1.0, 2.5]))),
        constraint("even", "band", by="region", actions={"kind": ["sale", "care"]}, width=draw(st.sampled_from([0.0, 0.3]))),
    ]  # fmt: skip
    return draw(st.lists(st.sampled_from(found), max_size=3, unique_by=lambda one: one["id"]))


EXPLORATION = st.sampled_from(
    [{"share": 0.0}, {"share": 0.3, "temperature": 4.0}, {"share": 1.0, "temperature": 40.0}]
)
SALTS = st.sampled_from([{"share": 0.0, "salt": "a"}, {"share": 0.3, "salt": "b"}])


@QUICK
@given(banks(), limits(), obligations(), EXPLORATION, SALTS)
def test_no_limit_is_exceeded_by_what_is_decided(content, most, least, exploration, holdout):
    ready, plan, block = planned(
        [*most, *least], content, rules=RULES, exploration=exploration, holdout=holdout
    )
    assert holds(ready, plan, block.decisions)
    assert (plan.allocation.status == "relaxed") == (plan.allocation.kept > plan.arrays["b"]).any()
    assert np.allclose(block.first_probability.sum(axis=1), 1.0)
    found = taken(ready, block.decisions)
    assert set(found.select("customer_id", "action_id").iter_rows()) <= allowed(ready, block)
    homes = found.join(ready.inputs.select("customer_id", pl.col("^household_id$")), on="customer_id")
    for cap in plan.rows.caps:
        counted = homes.filter(
            pl.col("action_id").is_in(ready.actions.table["action_id"].filter(cap.counted))
        )
        unit = pl.coalesce("household_id", "customer_id") if cap.by_household else pl.col("customer_id")
        assert (counted.group_by(unit.alias("unit")).len()["len"].max() or 0) <= cap.limit


@QUICK
@given(banks(), limits(), st.data())
def test_more_of_what_is_scarce_never_lowers_what_a_plan_may_reach(content, most, data):
    one = data.draw(st.sampled_from(most))
    more = {
        **one,
        "maximum": f"{float(one['maximum']) + 7:.2f}" if one["kind"] == "budget" else one["maximum"] + 1,
    }
    _, before, _ = planned(most, content, rules=RULES)
    _, after, _ = planned([more if other is one else other for other in most], content, rules=RULES)
    assert after.allocation.bound >= before.allocation.objective - 1e-6
    assert after.allocation.bound >= before.allocation.bound * (1 - 1e-4) - 1e-6


@QUICK
@given(banks(), limits())
def test_a_further_limit_never_raises_what_a_plan_reaches(content, most):
    _, free, _ = planned([constraint("plenty", "volume", maximum=10_000)], content, rules=RULES)
    _, plan, _ = planned(most, content, rules=RULES)
    assert plan.allocation.objective <= free.allocation.bound + 1e-6
    assert plan.allocation.objective <= plan.allocation.bound + 1e-6


@QUICK
@given(banks(), limits(), st.data())
def test_withdrawing_a_consent_never_adds_an_offer_for_the_customer(content, most, data):
    name = data.draw(st.sampled_from([row["customer_id"] for row in content["customers"]]))
    channel = data.draw(st.sampled_from(["all", "app", "adviser"]))
    withdrawn = decide_bank.consent(name, "withdrawn", channel, "2026-06-30")
    other = {**content, "consents": [*content["consents"], {**withdrawn, "known_at": AT_NOON}]}
    ready, _, before = planned(most, content, rules=RULES)
    again, _, after = planned(most, other, rules=RULES)
    mine = {action for who, action in chosen(after) if who == name}
    kinds = dict(again.actions.table.select("action_id", "kind").iter_rows())
    offers = {action for action in mine if kinds[action] == "sale"}
    assert {(name, action) for action in offers} <= allowed(ready, before)
    assert not offers if channel == "all" else not any(action.endswith(f":{channel}") for action in offers)


@QUICK
@given(banks(), limits(), obligations(), EXPLORATION)
def test_the_order_of_rows_changes_nothing(content, most, least, exploration):
    turned = {name: rows[::-1] for name, rows in content.items()}
    one, other = (
        planned([*most, *least], rows, rules=RULES, exploration=exploration)[2] for rows in (content, turned)
    )
    assert one.decisions.equals(other.decisions)
