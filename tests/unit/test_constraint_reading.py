"""Constraints in a policy: what is missing, unknown or contradictory is refused, and the message names the constraint."""

import datetime as dt

import decide_bank
import pytest
from constrained_bank import CALLS, calls, constraint

from zhike.adapters.policy_files import load_policy
from zhike.core.errors import PolicyError
from zhike.core.rulebook import parse_entry
from zhike.decide.constraint_lint import check_constraints, constraint_attributes
from zhike.decide.constraint_reading import constraint_keys, read_constraints
from zhike.decide.constraints import CONSTRAINTS, Band, Budget, Floor, Hours, PerHousehold, Volume
from zhike.decide.policy import Policy
from zhike.decide.policy_lint import check_policy
from zhike.decide.selections import Range

CATALOGUE = {"actions": list(decide_bank.ACTIONS), "bundles": []}
OLD = {"age": {"minimum": 60}}
EXAMPLES = {
    "budget": {"maximum": "5.00"}, "capacity": {"actions": CALLS, "maximum": 5}, "hours": {"maximum": 5}, "volume": {"minimum": 1},
    "floor": {"customers": OLD, "share": 0.1}, "band": {"customers": OLD, "width": 0.1}, "per_customer": {"maximum": 1},
    "per_group": {"maximum": 1}, "per_household": {"maximum": 1},
}  # fmt: skip


def read(*declared):
    return read_constraints("tests.policy", list(declared))


def test_every_kind_is_read_with_its_head():
    given = {
        "first_day": "2026-02-01",
        "last_day": dt.date(2026, 12, 31),
        "reference": "Minutes of 2026-01-15",
    }
    for kind, own in EXAMPLES.items():
        (found,) = read(constraint("one", kind, **own, **given))
        assert type(found) is CONSTRAINTS[kind]
        assert (found.id, found.owner, found.kind, found.reference) == (
            "one",
            "tests",
            kind,
            "Minutes of 2026-01-15",
        )
        assert (found.first_day, found.last_day) == (dt.date(2026, 2, 1), dt.date(2026, 12, 31))
        assert set(own) <= set(constraint_keys(kind))


def test_every_kind_has_an_example():
    assert set(EXAMPLES) == set(CONSTRAINTS)


def test_amounts_are_absolute_or_by_the_thousand_one_or_one_a_value():
    money, hours, volume = read(
        constraint("a", "budget", maximum_per_1000="80.50"), constraint("b", "hours", by="region", maximum={"R01": 4, "R02": 2.5}),
        constraint("c", "volume", minimum=1, maximum_per_1000=3),
    )  # fmt: skip
    assert isinstance(money, Budget)
    assert isinstance(hours, Hours)
    assert isinstance(volume, Volume)
    assert (money.maximum.amount, money.maximum.per_1000, money.minimum) == (80.5, True, None)
    assert (hours.by, hours.maximum.amount) == ("region", {"R01": 4.0, "R02": 2.5})
    assert (volume.minimum.of(None, 2_000), volume.maximum.of(None, 2_000)) == (1.0, 6.0)


def test_customers_are_named_by_values_or_ranges():
    floor, band, home = read(
        constraint("a", "floor", customers={"age": {"minimum": 60, "maximum": 70}, "sex": ["female"]}, share=0.2),
        constraint("b", "band", by="value_band", width=0.1), constraint("c", "per_household", maximum=0),
    )  # fmt: skip
    assert isinstance(floor, Floor)
    assert isinstance(band, Band)
    assert isinstance(home, PerHousehold)
    assert floor.customers.only == {"age": Range(60.0, 70.0), "sex": ("female",)}
    assert floor.reads == {"age", "sex"}
    assert (band.by, home.maximum) == ("value_band", 0)


@pytest.mark.parametrize(
    ("declared", "named"),
    [
        (constraint("x", "quota", maximum=1), "kind 'quota'"),
        ({**calls(1), "owner": " "}, "owner"),
        ({key: value for key, value in calls(1).items() if key != "owner"}, "no owner"),
        ({key: value for key, value in calls(1).items() if key != "title"}, "no title"),
        (constraint("Calls", "volume", maximum=1), "id 'Calls'"),
        ({**calls(1), "title": {"en": "Calls"}}, "title"),
        (calls(1, maximal=2), "unknown key maximal"),
        (calls(1, minimum=2), "unknown key minimum"),
        (calls(-1), "maximum -1"),
        (calls(True), "maximum True"),
        (calls(float("inf")), "maximum inf"),
        (calls(None), "no maximum"),
        (calls(1, maximum_per_1000=2), "maximum 1"),
        (calls({"R01": 1}), "maximum"),
        (calls({"R01": "many"}, by="region"), "maximum.R01 'many'"),
        (constraint("x", "capacity", maximum=1), "actions"),
        (calls(1, actions={"channel": ["phone"], "product_id": ["F2"]}), "actions 'product_id'"),
        (constraint("x", "volume", actions={"template": []}, maximum=1), "actions.template"),
        (constraint("x", "volume", actions=["review"], maximum=1), "actions"),
        (constraint("x", "volume"), "no maximum"),
        (constraint("x", "volume", minimum=3, maximum=2), "minimum 3"),
        (constraint("x", "volume", minimum=3, minimum_per_1000=2), "minimum 3"),
        (constraint("x", "budget", maximum=100), "maximum 100"),
        (constraint("x", "budget", maximum="1e999999999"), "maximum"),
        (constraint("x", "budget", maximum="-5.00"), "maximum '-5.00'"),
        (constraint("x", "budget", maximum="lots"), "maximum 'lots'"),
        (constraint("x", "floor", share=0.1), "no customers"),
        (constraint("x", "floor", customers=OLD), "no share"),
        (constraint("x", "floor", customers=OLD, share=-0.1), "share -0.1"),
        (constraint("x", "band", customers=OLD, width="wide"), "width 'wide'"),
        (constraint("x", "floor", customers={"age": {"from": 60}}, share=0.1), "customers.age"),
        (constraint("x", "floor", customers={"age": {"minimum": 70, "maximum": 60}}, share=0.1), "customers.age"),
        (constraint("x", "floor", customers={"age": {"minimum": "old"}}, share=0.1), "customers.age.minimum 'old'"),
        (constraint("x", "floor", customers={"age": [60.5]}, share=0.1), "customers.age"),
        (constraint("x", "per_customer", maximum=1.5), "maximum 1.5"),
        (constraint("x", "per_household"), "no maximum"),
        (constraint("x", "per_customer", maximum=1, customers=OLD), "unknown key customers"),
        (constraint("x", "volume", maximum=1, first_day="soon"), "first_day 'soon'"),
        (constraint("x", "volume", maximum=1, first_day="2026-02-02", last_day="2026-02-01"), "last_day"),
        (constraint("x", "volume", maximum=1, reference=""), "reference"),
        (constraint("x", "volume", maximum=1, by=3), "by 3"),
    ],
)  # fmt: skip
def test_what_is_not_as_it_should_be_is_named(declared, named):
    with pytest.raises(PolicyError) as caught:
        read(declared)
    assert named in str(caught.value)
    assert f"constraint '{declared['id']}'" in str(caught.value)
    assert "tests.policy" in str(caught.value)


@pytest.mark.parametrize("declared", ["calls", [["calls"]], {"calls": 1}])
def test_constraints_are_a_list(declared):
    with pytest.raises(PolicyError, match="a list of constraints"):
        decide_bank.policy(constraints=declared)


def test_an_identifier_is_used_once():
    with pytest.raises(PolicyError, match="calls twice"):
        read(calls(1), calls(2))


def test_a_policy_without_constraints_has_none():
    assert decide_bank.policy().constraints == decide_bank.policy(constraints=None).constraints == ()


def test_a_policy_that_a_plan_kept_as_json_reads_the_same():
    declared = [calls(2, first_day=dt.date(2026, 2, 1))]
    kept = [{**declared[0], "first_day": "2026-02-01"}]
    assert (
        decide_bank.policy(constraints=declared).constraints
        == decide_bank.policy(constraints=kept).constraints
    )


@pytest.mark.parametrize(
    ("declared", "named"),
    [
        (calls(1, actions={"channel": ["fax"]}), "actions.channel fax"),
        (constraint("x", "volume", actions={"template": ["offer_moon"]}, maximum=1), "actions.template offer_moon"),
        (constraint("x", "volume", actions={"group": ["moon"]}, maximum=1), "actions.group moon"),
        (constraint("x", "volume", actions={"kind": ["gift"]}, maximum=1), "actions.kind gift"),
        (constraint("x", "volume", actions={"family": ["moon"]}, maximum=1), "actions.family moon"),
        (constraint("x", "volume", actions={"purpose": ["fun"]}, maximum=1), "actions.purpose fun"),
        (constraint("x", "floor", customers={"mood": ["good"]}, share=0.1), "customer attribute mood"),
        (constraint("x", "floor", customers={"products_held": ["F2"]}, share=0.1), "customer attribute products_held"),
        (constraint("x", "floor", by="age", share=0.1), "by age"),
        (constraint("x", "floor", customers={"sex": {"minimum": 1}}, share=0.1), "customers.sex"),
        (constraint("x", "floor", customers={"sex": [1]}, share=0.1), "customers.sex"),
        (constraint("x", "floor", customers={"age": ["old"]}, share=0.1), "customers.age"),
        (constraint("x", "floor", customers={"do_not_contact": [1]}, share=0.1), "customers.do_not_contact"),
    ],
)  # fmt: skip
def test_what_a_constraint_names_has_to_be_there(declared, named):
    with pytest.raises(PolicyError) as caught:
        check_constraints("tests.policy", read(declared), CATALOGUE, "2026-06-30")
    assert named in str(caught.value)
    assert f"constraint '{declared['id']}'" in str(caught.value)


def test_what_is_there_passes():
    sound = [
        calls(1, by="adviser_id"), constraint("a", "floor", customers={"do_not_contact": [False], "age": [60, 61]}, share=0.1),
        constraint("b", "volume", actions={"group": ["investment"], "family": ["fund"], "kind": ["sale"]}, maximum=1),
    ]  # fmt: skip
    check_constraints("tests.policy", read(*sound), CATALOGUE, "2026-06-30")
    assert constraint_attributes()["adviser_id"] == "string"


def test_the_check_of_a_policy_looks_at_its_constraints():
    rules = decide_bank.rulebook()
    content = {**decide_bank.POLICY, "constraints": [calls(1, actions={"channel": ["fax"]})]}
    version = parse_entry("tests.policy", decide_bank.document("policy", content)).at(decide_bank.AT)
    with pytest.raises(PolicyError, match="fax"):
        check_policy(rules, version, None)


def test_the_shipped_policy_has_one_of_nearly_every_kind():
    found = load_policy(decide_bank.SHIPPED, "policies.retail_cn_capacity", decide_bank.AT)
    assert isinstance(found, Policy)
    assert {one.kind for one in found.constraints} >= {
        "budget",
        "capacity",
        "hours",
        "volume",
        "floor",
        "per_household",
    }
    assert all(one.reference and one.first_day for one in found.constraints)
    plain = load_policy(decide_bank.SHIPPED, "policies.retail_cn", decide_bank.AT)
    assert {key: one for key, one in found.raw.items() if key != "constraints"} == dict(plain.raw)
