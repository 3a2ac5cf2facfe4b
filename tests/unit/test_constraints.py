"""Constraints as rows: what each takes by segment and action, its limits, and the segments that customers fall into."""

import datetime as dt

import decide_bank
import numpy as np
import polars as pl
import pytest
from constrained_bank import CALLS, SALES, constraint

from zhike.core.errors import PolicyError
from zhike.core.language import LANGUAGES
from zhike.decide import constraint_rows
from zhike.decide.constraint_reading import read_constraints
from zhike.decide.constraint_rows import attributes_of, compile_rows, in_force
from zhike.decide.selections import ActionSelection, CustomerSelection, Range, Segments

REGIONS = ("north", "north", "south", None)
AGES = (70, 30, 65, None)
INPUTS = pl.DataFrame(
    {
        "customer_id": ["A", "B", "C", "D"], "region": pl.Series(REGIONS, dtype=pl.String), "age": pl.Series(AGES, dtype=pl.Int16),
        "household_id": ["H", None, "H", None],
    }
)  # fmt: skip
HOURS = decide_bank.template("talk", "care", channels=["adviser"], cost={"adviser": "4.00"}, hours=0.5)


@pytest.fixture(scope="module")
def actions():
    return decide_bank.prepared(rules=decide_bank.rulebook((*decide_bank.ACTIONS, HOURS))).actions


def compiled(actions, *declared, inputs=INPUTS):
    return compile_rows(read_constraints("p", list(declared)), actions, inputs, {})


def used_by(rows, actions, row, customer):
    """Return what each action with a use takes of a row for one customer."""
    use = rows.use[row, rows.segments.code[customer]]
    return {name: amount for name, amount in zip(actions.table["action_id"], use, strict=True) if amount}


def test_a_budget_takes_the_cost_of_every_action_notices_included(actions):
    rows = compiled(actions, constraint("money", "budget", maximum="12.50"))
    assert (rows.bound.tolist(), rows.rows[0].unit, rows.rows[0].minimum) == ([12.5], "EUR", False)
    used = used_by(rows, actions, 0, 0)
    assert (used["invest:B1:adviser"], used["invest:B1:app"], used["notice:post"]) == (5.0, 0.5, 1.0)
    assert not rows.by_unit.any()


def test_a_capacity_counts_contacts_of_its_channels(actions):
    rows = compiled(actions, constraint("calls", "capacity", actions=CALLS, maximum=3))
    assert used_by(rows, actions, 0, 1) == {"review:phone": 1.0}
    assert not rows.by_cost.any()


def test_hours_are_those_of_the_catalogue_and_each_region_has_its_own(actions):
    rows = compiled(actions, constraint("hours", "hours", by="region", maximum={"north": 4, "unknown": 1}))
    assert [row.name for row in rows.rows] == ["hours[north]", "hours[south]", "hours[unknown]"]
    assert rows.bound.tolist() == [4.0, 0.0, 1.0]
    for customer, region in enumerate(REGIONS):
        for place, name in enumerate(("north", "south", None)):
            assert used_by(rows, actions, place, customer) == (
                {"talk:adviser": 0.5} if region == name else {}
            )


def test_limits_by_the_thousand_count_the_customers_concerned(actions):
    some = {"customers": {"age": {"minimum": 60}}}
    rows = compiled(
        actions, constraint("a", "volume", maximum_per_1000=500), constraint("b", "volume", maximum_per_1000=500, **some),
        constraint("c", "capacity", actions=CALLS, by="region", maximum_per_1000=1000),
    )  # fmt: skip
    assert rows.bound.tolist() == [2.0, 1.0, 2.0, 1.0, 1.0]


def test_a_volume_with_both_sides_is_two_rows_and_a_minimum_is_negated(actions):
    rows = compiled(
        actions, constraint("v", "volume", actions={"template": ["review"]}, minimum=2, maximum=5)
    )
    assert [(row.name, row.minimum, row.limit) for row in rows.rows] == [
        ("v.maximum", False, 5.0),
        ("v.minimum", True, 2.0),
    ]
    assert rows.bound.tolist() == [5.0, -2.0]
    assert used_by(rows, actions, 1, 0) == {"review:phone": -1.0}


def test_a_floor_is_a_share_of_its_group_and_leaves_notices_out(actions):
    rows = compiled(actions, constraint("old", "floor", customers={"age": {"minimum": 65}}, share=0.5))
    assert rows.bound.tolist() == [-1.0]
    assert set(used_by(rows, actions, 0, 0).values()) == {-1.0}
    assert "notice:post" not in used_by(rows, actions, 0, 0)
    assert used_by(rows, actions, 0, 1) == used_by(rows, actions, 0, 3) == {}


def test_a_band_compares_a_group_with_all(actions):
    rows = compiled(actions, constraint("band", "band", by="region", actions=CALLS, width=0.25))
    assert [row.name for row in rows.rows][:2] == ["band[north].maximum", "band[north].minimum"]
    # Two of four customers are in the north: 0.25 contacts a head are half a contact.
    assert rows.bound[:2].tolist() == [0.5, 0.5]
    assert used_by(rows, actions, 0, 0) == {"review:phone": 0.5}
    assert used_by(rows, actions, 0, 2) == {"review:phone": -0.5}
    assert used_by(rows, actions, 1, 0) == {"review:phone": -0.5}


def test_a_group_without_customers_has_no_floor(actions):
    assert (
        compiled(actions, constraint("old", "floor", customers={"age": {"minimum": 99}}, share=0.5)).rows
        == ()
    )
    assert (
        compiled(actions, constraint("old", "band", customers={"age": {"minimum": 99}}, width=0.5)).rows == ()
    )


def test_caps_count_what_they_select_and_households_are_shared(actions):
    rows = compiled(
        actions, constraint("one", "per_customer", actions=SALES, maximum=1), constraint("each", "per_group", actions=SALES, maximum=2),
        constraint("home", "per_household", actions=CALLS, maximum=1),
    )  # fmt: skip
    assert [cap.name for cap in rows.caps] == ["one", "each[daily]", "each[investment]", "home"]
    counted = {cap.name: set(actions.table["action_id"].filter(cap.counted)) for cap in rows.caps}
    assert counted["home"] == {"review:phone"}
    assert counted["each[daily]"] | counted["each[investment]"] == counted["one"]
    assert rows.household.tolist()[0] == rows.household.tolist()[2]
    assert len(set(rows.household.tolist())) == 3


def test_titles_of_rows_are_told_in_every_language(actions):
    rows = compiled(
        actions,
        constraint("h", "hours", by="region", maximum=1),
        constraint("v", "volume", minimum=1, maximum=2),
    )
    for language in LANGUAGES:
        told = [row.title.in_language(language) for row in rows.rows]
        assert len(set(told)) == len(told) == 5
    assert rows.rows[2].title.in_language("zh-Hans") == "h（简）（未知）"


def test_rows_and_actions_may_be_none():
    (one,) = read_constraints("p", [constraint("c", "per_customer", maximum=1)])
    assert one.in_force(dt.date(2026, 1, 1))
    rows = compile_rows([one], decide_bank.prepared().actions, INPUTS[:0], {})
    assert (rows.rows, len(rows.segments.code)) == ((), 0)


def test_a_constraint_holds_between_its_days():
    (one,) = read_constraints(
        "p", [constraint("c", "budget", maximum="1", first_day="2026-02-01", last_day=dt.date(2026, 3, 1))]
    )
    days = [dt.date(2026, 1, 31), dt.date(2026, 2, 1), dt.date(2026, 3, 1), dt.date(2026, 3, 2)]
    assert [bool(in_force([one], day)) for day in days] == [False, True, True, False]


def test_attributes_are_those_of_selections_groups_and_households():
    found = read_constraints(
        "p", [
            constraint("a", "hours", by="region", maximum=1), constraint("b", "floor", customers={"age": {"maximum": 30}}, share=0.1),
            constraint("c", "per_household", maximum=1),
        ],
    )  # fmt: skip
    assert attributes_of(found) == {"region", "age", "household_id"}


def test_segments_are_the_combinations_that_occur():
    old = CustomerSelection({"age": Range(minimum=60)})
    found = Segments.of(INPUTS, [old, CustomerSelection()], ["region"])
    assert len(found) == 4
    assert found.customers.sum() == 4
    assert found.within(old)[found.code].tolist() == [True, False, True, False]
    assert [value for value, _ in found.values("region")] == ["north", "south", None]


def test_the_order_of_customers_changes_no_segment():
    ways = [INPUTS, INPUTS[::-1]]
    one, other = (Segments.of(way, [CustomerSelection({"age": Range(60)})], ["region"]) for way in ways)
    assert one.table.equals(other.table)
    assert one.code.tolist() == other.code[::-1].tolist()


def test_customers_are_selected_by_value_range_and_both():
    wanted = CustomerSelection({"region": ("north",), "age": Range(maximum=40)})
    assert INPUTS.select(wanted.expression()).to_series().to_list() == [False, True, False, False]


def test_a_package_has_the_families_and_products_of_its_members():
    members = [{"family": ["card"]}, {"family": ["payment"]}]
    package = decide_bank.template("package", products=None, members=members)
    found = decide_bank.prepared(rules=decide_bank.rulebook(bundles=[package])).actions
    for only in ({"family": ("card",)}, {"product": ("C0",)}):
        chosen = ActionSelection(only).chosen(found, mandatory=True)
        assert set(found.table["action_id"].filter(chosen)) == {"everyday:C0:app", "package:app"}


def test_too_many_rows_and_segments_are_refused(actions, monkeypatch):
    monkeypatch.setattr(constraint_rows, "_MOST_CELLS", 10)
    with pytest.raises(PolicyError, match="segments of customers"):
        compiled(actions, constraint("h", "hours", by="region", maximum=1))


def test_loads_and_charges_are_sums_over_cells(actions):
    rows = compiled(
        actions, constraint("h", "hours", by="region", maximum=1), constraint("m", "budget", maximum="5")
    )
    talk = actions.table["action_id"].to_list().index("talk:adviser")
    count = rows.counted(np.array([0, 1, 2]), np.array([talk] * 3))
    assert rows.loads(count).tolist() == [1.0, 0.5, 0.0, 12.0]
    charge = rows.charges(np.array([2.0, 0.0, 0.0, 0.1]))
    assert charge[rows.cells(np.array([0, 2]), np.array([talk, talk]))] == pytest.approx([1.4, 0.4])
