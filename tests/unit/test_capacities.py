"""What a bank can do at most, read from the setting of a publication."""

import dataclasses
import json

import decide_bank
import pytest
from constrained_bank import calls, constraint

from zhike.decide.capacities import ContactCap, ScarceResource, caps_on, channels, constraints, resources
from zhike.decide.serving_setting import ServingSetting
from zhike.decide.strategy import plan_of

CONSTRAINTS = (
    calls(2), constraint("hours", "hours", by="region", maximum={"north": 2, "R.2": 1}), constraint("money", "budget", maximum="3.00"),
    constraint("reviews", "volume", actions={"template": ["review"]}, minimum_per_1000=100, maximum=4),
    constraint("household", "per_household", maximum=3), constraint("fair", "band", by="region", width=0.5),
    constraint("grown", "floor", customers={"age": {"minimum": 18}}, share=0.1),
    constraint("later", "capacity", actions={"channel": ["app"]}, maximum=3, first_day="2027-01-01"),
)  # fmt: skip


def setting_of(*limits, rows=None, **changes):
    rules = decide_bank.rulebook(
        actions=[
            *(one for one in decide_bank.ACTIONS if one["id"] != "review"),
            {**decide_bank.REVIEW, "hours": 0.5},
        ]
    )
    ready = decide_bank.prepared(
        decide_bank.rows() if rows is None else rows, rules=rules, constraints=list(limits), **changes
    )
    made = ServingSetting.of(ready, plan_of(ready) if limits else None, rules, {})
    return ServingSetting.from_content(json.loads(json.dumps(made.content())))  # as it is read back


@pytest.fixture(scope="module")
def setting():
    rows = decide_bank.rows()
    for number, row in enumerate(rows["customers"]):
        row["region"] = ("north", "R.2", None)[number % 3]
    return setting_of(*CONSTRAINTS, rows=rows)


def by_name(found):
    return {one.name: one for one in found}


def test_a_channel_is_told_with_its_hours_costs_and_caps(setting):
    found = by_name(channels(setting))
    assert list(found) == ["branch", "adviser", "phone", "app", "email", "sms", "post"]
    phone, app, sms = found["phone"], found["app"], found["sms"]
    assert (phone.hours, phone.actions, phone.currency, phone.cost) == (
        ("09:00", "19:00"),
        1,
        "EUR",
        (1.0, 1.0),
    )
    assert (app.cost, app.at_once, app.caps) == ((0.0, 0.5), 2, (ContactCap(7, 3),))
    assert (sms.actions, sms.currency, sms.cost, sms.draws_on) == (0, None, None, ())
    assert found["post"].hours is None
    assert caps_on(setting) == (ContactCap(30, 4),)


def test_a_channel_draws_on_what_its_actions_take(setting):
    found = by_name(channels(setting))
    assert found["phone"].draws_on == ("calls", "hours", "money", "reviews", "household", "fair", "grown")
    # What goes over the app takes no hours, and a constraint that begins later is none yet.
    assert found["app"].draws_on == ("money", "household", "fair", "grown")


def test_what_is_scarce_is_the_plan_row_by_row(setting):
    found = by_name(resources(setting))
    assert list(found) == [row["id"] for row in setting.plan["rows"]]
    for row in setting.plan["rows"]:
        one = found[row["id"]]
        assert (one.limit, one.price, one.minimum) == (row["limit"], row["price"], row["sense"] == "minimum")
        assert one.used == pytest.approx(row["used"], abs=1e-9)
    assert found["calls"].left == found["calls"].limit - found["calls"].used
    assert found["money"].share == found["money"].used / 3
    least = found["reviews.minimum"]
    assert least.left == least.used - least.limit
    assert all(one.share is None for one in found.values() if one.kind == "band")


@pytest.mark.parametrize(("row", "key"), [
    ("calls", "calls.maximum"), ("hours[north]", "hours.maximum.north"), ("hours[unknown]", "hours.maximum.unknown"), ("hours[R.2]", None),
    ("reviews.maximum", "reviews.maximum"), ("reviews.minimum", "reviews.minimum_per_1000"), ("fair[R.2].minimum", "fair.width"), ("grown", "grown.share"),
])  # fmt: skip
def test_the_key_under_which_the_policy_says_a_limit(setting, row, key):
    assert by_name(resources(setting))[row].key == (None if key is None else f"constraints.{key}")


def test_constraints_stand_as_the_policy_says_them(setting):
    found = {one.constraint.id: one for one in constraints(setting)}
    assert list(found) == [one["id"] for one in CONSTRAINTS]
    assert found["hours"].amounts == {
        "constraints.hours.maximum.north": 2,
        "constraints.hours.maximum.R.2": 1,
    }
    assert (found["hours"].about, found["hours"].rows) == ({"by": "region"}, 3)
    assert found["grown"].about == {"customers.age.minimum": 18}
    assert (found["reviews"].rows, found["household"].rows, found["later"].rows) == (2, 0, 0)
    assert [name for name, one in found.items() if not one.in_force] == ["later"]


def test_without_constraints_nothing_is_scarce():
    bare = setting_of()
    assert (resources(bare), constraints(bare)) == ([], [])
    assert all(one.draws_on == () for one in channels(bare))


def test_where_only_prices_were_kept_they_alone_are_told(setting):
    alone = dataclasses.replace(setting, plan=None)
    told = by_name(resources(alone))
    assert list(told) == list(setting.scarcity.names)
    assert [one.price for one in told.values()] == setting.scarcity.prices.tolist()
    unknown = ScarceResource(
        "hours[north]", "hours", "hours", told["hours[north]"].title, "tests", *[None] * 6, told["hours[north]"].price, None
    )  # fmt: skip
    assert told["hours[north]"] == unknown
    assert (unknown.left, unknown.share) == (None, None)


def test_costs_in_several_currencies_are_not_put_beside_each_other(setting):
    table = setting.actions.table
    mixed = table.with_columns(currency=table["currency"].scatter(range(0, len(table), 2), "HKD"))
    several = dataclasses.replace(setting, actions=dataclasses.replace(setting.actions, table=mixed))
    app = by_name(channels(several))["app"]
    assert (app.currency, app.cost) == (None, None)
