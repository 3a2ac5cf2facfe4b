"""Laws of comparing two policies: swapping them negates every difference, groups add up, a policy against itself changes nothing."""

from collections.abc import Mapping

import polars as pl
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_runs import KINDS, allocation, attributes, run, scarce

from zhike.measure.list_changes import CHANGES, GAINS, LOSES, NEWLY, NO_LONGER, movers
from zhike.measure.whatif import whatif

QUICK = settings(max_examples=examples(30))
REGIONS = st.sampled_from(["north", "south", None])
NAMES = "ABCDEF"
CHOSEN = sorted(set(KINDS) - {"no_action"})
VALUES = st.integers(-(10**12), 10**12)
OPPOSITE = {GAINS: LOSES, LOSES: GAINS, NEWLY: NO_LONGER, NO_LONGER: NEWLY}


@st.composite
def runs(draw):
    """Draw what a policy decides for six customers, with or without a plan over all of them."""
    rows = []
    for name in NAMES:
        actions = draw(st.lists(st.sampled_from(CHOSEN), unique=True, max_size=3)) or ["no_action"]
        rows += [
            (name, rank, one, 0 if one == "no_action" else draw(VALUES))
            for rank, one in enumerate(actions, 1)
        ]
    limits = draw(st.lists(st.sampled_from(["calls", "hours", "money"]), unique=True, max_size=3))
    numbers = st.floats(0, 1000)
    planned = [scarce(name, draw(numbers), draw(numbers), draw(numbers)) for name in limits]
    funnel = {"considered": 50, "after_eligibility": draw(st.integers(0, 50))}
    return run(
        *rows, allocated=allocation(*planned, objective=draw(numbers)) if planned else None, funnel=funnel
    )


WHO = st.lists(REGIONS, min_size=len(NAMES), max_size=len(NAMES)).map(
    lambda regions: attributes(region=regions)
)


def negated(value):
    return (
        {key: negated(part) for key, part in value.items()}
        if isinstance(value, Mapping)
        else None
        if value is None
        else -value
    )


@QUICK
@given(runs(), runs(), WHO)
def test_swapping_the_policies_negates_every_difference(one, other, who):
    there, back = whatif(one, other, who), whatif(other, one, who)
    assert back.change == negated(there.change)
    assert back.scarce["change"] == negated(there.scarce["change"])
    changes = [{row["id"]: row["change"] for row in found.scarce["rows"]} for found in (there, back)]
    assert changes[1] == negated(changes[0])
    assert back.customers["value_change"].to_list() == (-there.customers["value_change"]).to_list()
    assert back.customers["change"].to_list() == [
        OPPOSITE.get(name, name) for name in there.customers["change"]
    ]


@QUICK
@given(runs(), runs(), WHO)
def test_swapping_the_policies_makes_winners_losers(one, other, who):
    there, back = whatif(one, other, who), whatif(other, one, who)
    assert [_swapped(row) for row in (back.total, *back.groups)] == [
        dict(row) for row in (there.total, *there.groups)
    ]
    both = [movers(found.customers, 3) for found in (there, back)]
    for gain, loss in (("gain", "loss"), ("loss", "gain")):
        assert [(row["customer_id"], row["value_change"]) for row in both[0][gain]] == [
            (row["customer_id"], -row["value_change"]) for row in both[1][loss]
        ]


def _swapped(row):
    """Return a group as the comparison in the other direction has it."""
    turned = {
        "winners": row["losers"],
        "losers": row["winners"],
        "low": negated(row["high"]),
        "high": negated(row["low"]),
    }
    turned |= {key: negated(row[key]) for key in ("value_change", "mean_change")}
    sides = {"today": "tomorrow", "tomorrow": "today"}
    turned |= {
        key: row[f"{key.rpartition('_')[0]}_{sides[key.rpartition('_')[2]]}"]
        for key in row
        if key.rpartition("_")[2] in sides
    }
    return {**row, **turned}


@QUICK
@given(runs(), runs(), WHO)
def test_customers_add_up_to_groups_and_to_the_total(one, other, who):
    found = whatif(one, other, who)
    assert sum(found.classes[name] for name in CHANGES) == len(NAMES) == found.total["customers"]
    assert found.total["value_change"] == found.change["value"]
    assert found.total["reached_tomorrow"] - found.total["reached_today"] == found.change["customers_reached"]
    if found.groups:
        for key in ("customers", "winners", "losers", "value_change", "contacts_today", "contacts_tomorrow"):
            assert sum(group[key] for group in found.groups) == found.total[key]
    moved = found.customers.filter(pl.col("value_change") > 0)
    assert len(moved) == found.total["winners"]


@QUICK
@given(runs(), WHO)
def test_a_policy_against_itself_changes_nothing(one, who):
    found = whatif(one, one, who)
    assert found.change == negated(found.change)
    assert found.classes["same_list"] == len(NAMES)
    assert found.total["winners"] == found.total["losers"] == 0
