"""Two policies compared by hand: exact sums, who wins, who loses, who is no longer reached, and what is scarce side by side."""

import math

import polars as pl
import pytest
from made_up_runs import ACTIONS, allocation, attributes, decisions, run, scarce

from zhike.core.decision_tables import DecisionTable
from zhike.measure.group_changes import ATTRIBUTES, attributes_of, fallen, group_changes, total_change
from zhike.measure.list_changes import CHANGES, list_changes, movers
from zhike.measure.whatif import Run, figures, scarce_rows, whatif

TODAY = (
    ("A", 1, "fund:app", 300), ("A", 2, "review:phone", 200),
    ("B", 1, "notice:post", -100), ("B", 2, "card:sms", 50),
    ("C", 1, "no_action", 0),
    ("D", 1, "fund:app", 90), ("D", 2, "card:sms", 10),
    ("E", 1, "fund:app", 70),
    ("F", 1, "fund:app", 60),
    ("G", 1, "fund:app", 80),
)  # fmt: skip
TOMORROW = (
    ("A", 1, "fund:app", 300), ("A", 2, "review:phone", 200),
    ("B", 1, "notice:post", -100),
    ("C", 1, "card:sms", 40),
    ("D", 1, "card:sms", 10), ("D", 2, "fund:app", 90),
    ("E", 1, "card:sms", 75),
    ("F", 1, "card:sms", 20),
    ("G", 1, "fund:app", 81),
)  # fmt: skip
WHO = attributes(
    region=["north", "north", "south", "south", "south", None, "north"],
    tier=["gold"] * 7,
)
CLASSES = {
    "A": "same_list",
    "B": "no_longer_reached",
    "C": "newly_reached",
    "D": "other_list",
    "E": "gains",
    "F": "loses",
    "G": "gains",
}


@pytest.fixture
def found():
    return whatif(run(*TODAY), run(*TOMORROW), WHO)


def test_figures_are_exact_and_notices_stand_apart():
    told = figures(run(*TODAY))
    assert (told["value"], told["notices_value"]) == (860, -100)
    assert (told["cost"], told["hours"]) == (920, 4.0)
    assert (told["decisions"], told["nothing"], told["contacts"], told["customers_reached"]) == (10, 1, 9, 6)
    assert told["by_channel"] == {"app": 5, "phone": 1, "post": 1, "sms": 2}
    assert told["by_kind"] == {"care": 1, "mandatory": 1, "sale": 7}


def test_every_difference_is_tomorrow_less_today(found):
    change = found.change
    assert (found.today["value"], found.tomorrow["value"], change["value"]) == (860, 816, -44)
    assert (change["notices_value"], change["cost"], change["hours"]) == (0, 6, -0.5)
    assert (change["decisions"], change["nothing"], change["contacts"], change["customers_reached"]) == (
        -1,
        -1,
        0,
        0,
    )
    assert change["by_channel"] == {"app": -2, "phone": 0, "post": 0, "sms": 2}
    assert change["funnel"] == {"considered": 0, "after_eligibility": 0}


def test_a_channel_that_only_one_policy_uses_counts_as_none_in_the_other():
    one, other = run(("A", 1, "fund:app", 5)), run(("A", 1, "card:sms", 5))
    assert whatif(one, other, attributes(region=["north"])).change["by_channel"] == {"app": -1, "sms": 1}


def test_every_customer_is_in_one_class(found):
    assert dict(found.customers.select("customer_id", "change").iter_rows()) == CLASSES
    assert found.classes == {
        "gains": 2, "newly_reached": 1, "other_list": 1, "same_list": 1, "loses": 1, "no_longer_reached": 1, "revalued": 1,
    }  # fmt: skip
    assert sum(found.classes[name] for name in CHANGES) == len(WHO)
    assert found.customers["value_change"].to_list() == [0, -50, 40, 0, 5, -40, 1]


def test_who_keeps_the_actions_in_another_order_has_another_list():
    before, after = decisions(*TODAY), decisions(*TOMORROW)
    rows = list_changes(WHO, before, after).filter(pl.col("same_list"))
    assert rows["customer_id"].to_list() == ["A", "G"]


def test_a_notice_is_no_reaching_and_no_value(found):
    row = found.customers.filter(customer_id="B").row(0, named=True)
    assert (row["value_today"], row["value_tomorrow"]) == (50, 0)
    assert (row["contacts_today"], row["contacts_tomorrow"], row["reached_tomorrow"]) == (1, 0, False)


def test_winners_and_losers_add_up_by_group(found):
    north, south = (next(one for one in found.groups if one["group"] == name) for name in ("north", "south"))
    keys = (
        "customers",
        "winners",
        "losers",
        "value_change",
        "reached_today",
        "reached_tomorrow",
        "contacts_today",
        "contacts_tomorrow",
    )
    assert tuple(north[key] for key in keys) == (3, 1, 1, -49, 3, 2, 4, 3)
    assert tuple(south[key] for key in keys) == (3, 2, 0, 45, 2, 3, 3, 4)
    assert (north["reached_share_tomorrow"], south["contacts_per_head_tomorrow"]) == (2 / 3, 4 / 3)
    assert (
        sum(one["value_change"] for one in found.groups)
        == found.total["value_change"]
        == found.change["value"]
    )
    assert (found.total["winners"], found.total["losers"]) == (3, 2)


def test_the_interval_is_the_paired_one_of_the_mean(found):
    changes = pl.Series([40, 0, 5])
    south = next(one for one in found.groups if one["group"] == "south")
    half = 1.959963984540054 * changes.std() / math.sqrt(3)
    assert south["mean_change"] == 15
    assert (south["low"], south["high"]) == pytest.approx((15 - half, 15 + half), rel=1e-12)


def test_one_customer_is_too_few_for_an_interval(found):
    alone = next(one for one in found.groups if one["group"] == "unknown")
    assert (alone["customers"], alone["mean_change"], alone["low"], alone["high"]) == (1, -40, None, None)


def test_an_attribute_that_everybody_shares_is_left_out(found):
    assert {one["attribute"] for one in found.groups} == {"region"}


def test_groups_beyond_chance_come_first():
    before = run(*((name, 1, "fund:app", 100) for name in "ABCDEF"))
    values = {"A": 110, "B": 111, "C": 110, "D": 400, "E": 100, "F": 20}
    after = run(*((name, 1, "fund:app", value) for name, value in values.items()))
    groups = whatif(before, after, attributes(region=["even"] * 3 + ["odd"] * 3)).groups
    assert [one["group"] for one in groups] == ["even", "odd"]
    assert abs(groups[0]["mean_change"]) < abs(groups[1]["mean_change"])


def test_large_amounts_neither_overflow_nor_lose_a_unit():
    size, large = 4, 4_000_000_000
    before = run(*((chr(65 + place), 1, "fund:app", 0) for place in range(size)))
    after = run(
        *((chr(65 + place), 1, "fund:app", large * (1 if place % 2 else -1) + 1) for place in range(size))
    )
    total = whatif(before, after, attributes(region=["north"] * size)).total
    assert (total["value_change"], total["mean_change"]) == (size, 1.0)
    spread = math.sqrt(size * large**2 / (size - 1) / size)
    assert total["high"] - total["low"] == pytest.approx(2 * 1.959963984540054 * spread, rel=1e-12)


def test_a_fall_by_more_than_allowed_is_told_the_largest_first():
    def group(name, size, before, after):
        return {
            "attribute": "region",
            "group": name,
            "customers": size,
            "reached_today": before,
            "reached_tomorrow": after,
        }

    groups = [group("a", 100, 50, 45), group("b", 100, 50, 44), group("c", 10, 9, 3), group("d", 10, 3, 9)]
    assert [one["group"] for one in fallen(groups, 0.05)] == ["c", "b"]
    assert [one["group"] for one in fallen(groups, 0.0)] == ["c", "b", "a"]
    assert fallen(groups, 1.0) == []


def test_movers_are_the_largest_gains_and_losses(found):
    moved = movers(found.customers, 2)
    assert [(one["customer_id"], one["value_change"]) for one in moved["gain"]] == [("C", 40), ("E", 5)]
    assert [(one["customer_id"], one["value_change"]) for one in moved["loss"]] == [("B", -50), ("F", -40)]
    assert set(moved["gain"][0]) == {"customer_id", "value_today", "value_tomorrow", "value_change", "change"}
    assert movers(found.customers, 0) == {"gain": [], "loss": []}
    assert len(movers(found.customers, 99)["gain"]) == 3


def test_movers_that_move_alike_come_by_identifier():
    one, other = (
        run(("A", 1, "fund:app", 1), ("B", 1, "fund:app", 1)),
        run(("B", 1, "fund:app", 3), ("A", 1, "fund:app", 3)),
    )
    assert [
        row["customer_id"]
        for row in movers(whatif(one, other, attributes(region=["x", "y"])).customers, 1)["gain"]
    ] == ["A"]


def test_scarce_rows_stand_side_by_side():
    rows = scarce_rows(
        [scarce("calls", 5.0, 4.0, 2.0), scarce("gone", 1.0, 1.0, 9.0)],
        [scarce("calls", 3.0, 3.0, 2.5), scarce("new", 7.0, 0.0, 0.0)],
    )
    assert [row["id"] for row in rows] == ["calls", "gone", "new"]
    assert rows[0]["change"] == {"limit": -2.0, "used": -1.0, "price": 0.5}
    assert (rows[1]["tomorrow"], rows[1]["change"]) == (None, None)
    assert (rows[2]["today"], rows[2]["tomorrow"]) == (None, {"limit": 7.0, "used": 0.0, "price": 0.0})


def test_plans_are_compared_where_both_have_one():
    plain, small = (
        run(*TODAY),
        run(*TODAY, allocated=allocation(scarce("calls", 5.0, 4.0, 2.0), objective=8.0)),
    )
    large = run(*TODAY, allocated=allocation(scarce("calls", 9.0, 6.0, 1.0), objective=11.0, gap=0.01))
    assert whatif(plain, plain, WHO).scarce == {"today": None, "tomorrow": None, "change": None, "rows": []}
    half = whatif(plain, large, WHO).scarce
    assert (half["today"], half["change"], half["tomorrow"]["status"]) == (None, None, "optimal")
    assert whatif(small, large, WHO).scarce["change"] == {"objective": 3.0, "bound": 3.0, "gap": 0.01}


def test_a_policy_against_itself_changes_nothing():
    found = whatif(run(*TODAY), run(*TODAY), WHO)
    assert found.classes == {**dict.fromkeys((*CHANGES, "revalued"), 0), "same_list": 7}
    assert (found.total["mean_change"], found.total["low"], found.total["high"]) == (0, 0, 0)
    assert {value for key, value in found.change.items() if not isinstance(value, dict)} == {0}


def test_nobody_at_all_is_compared_without_a_fault():
    nobody = pl.DataFrame(schema={"customer_id": pl.String, "region": pl.String})
    found = whatif(run(), run(), nobody)
    assert (found.total["customers"], found.total["mean_change"], found.groups) == (0, None, [])
    assert found.change["value"] == 0
    assert movers(found.customers, 3) == {"gain": [], "loss": []}


def test_the_order_of_rows_changes_nothing(found):
    shuffled = [
        Run(decisions(*rows).sample(fraction=1.0, shuffle=True, seed=3), ACTIONS.reverse(), run().plan)
        for rows in (TODAY, TOMORROW)
    ]
    again = whatif(*shuffled, WHO.reverse())
    assert (again.today, again.change, again.total, again.groups) == (
        found.today,
        found.change,
        found.total,
        found.groups,
    )
    assert again.customers.equals(found.customers)


def test_attributes_are_columns_of_the_archive_and_a_band_of_the_age(rulebook):
    import datetime as dt

    from zhike.know.features import archive_schema

    columns = {name: [None, None] for name in archive_schema()} | {"customer_id": ["A", "B"], "age": [17, 75]}
    rows = pl.DataFrame(columns, schema=archive_schema()).lazy()
    table = DecisionTable.of(rulebook.at("fairness.age_band", dt.date(2026, 6, 30)))
    found = attributes_of(rows, table).collect()
    assert found.columns == ["customer_id", *ATTRIBUTES]
    assert found["age_band"].to_list() == ["0-17", "75+"]


def test_groups_need_no_more_than_the_changes(found):
    assert group_changes(found.customers, WHO) == found.groups
    assert total_change(found.customers) == found.total
