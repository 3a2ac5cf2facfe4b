"""What the rules read of a customer: contacts counted, consents by channel, refusals by offer, hashes without state."""

import decide_bank
import numpy as np
import pytest
from decide_bank import AT, consent, contact, customer

from zhike.core.errors import PolicyError
from zhike.decide.inputs import customer_values, gather_inputs, hash_uniforms
from zhike.know.view import view


def inputs(**content):
    everyone = {"customers": [customer("A"), customer("B")], "products": list(decide_bank.PRODUCTS)}
    return decide_bank.prepared(everyone | content).inputs


def value(frame, name, column):
    return frame.filter(customer_id=name)[column][0]


def test_contacts_count_within_each_cap_and_mandatory_ones_do_not():
    frame = inputs(
        interactions=[
            contact("A", "2026-06-30", "phone"),
            contact("A", "2026-06-24", "app"),
            contact("A", "2026-06-23", "app"),
            contact("A", "2026-06-01", "sms"),
            contact("A", "2026-05-31", "sms"),
            contact("A", "2026-06-29", "app", purpose="mandatory"),
            {**contact("A", "2026-06-28", "phone", purpose=None), "interaction_id": "unsaid"},
            {**contact("A", "2026-06-27"), "direction": "inbound"},
            contact("B", "2026-07-01"),
        ]
    )
    counted = {
        name: value(frame, "A", name)
        for name in ("contacts_all_30d", "contacts_phone_30d", "contacts_app_7d", "contacts_sms_30d")
    }
    assert counted == {
        "contacts_all_30d": 5,
        "contacts_phone_30d": 2,
        "contacts_app_7d": 1,
        "contacts_sms_30d": 1,
    }
    assert value(frame, "B", "contacts_all_30d") == 0


@pytest.mark.parametrize(
    ("answers", "app", "adviser"),
    [
        ([], None, None),
        ([consent("A")], True, True),
        ([consent("A", "withdrawn")], False, False),
        ([consent("A"), consent("A", "withdrawn", "app")], False, True),
        ([consent("A", "given", "app")], True, None),
        ([consent("A", "given", "app"), consent("A", "withdrawn", since="2026-03-01")], False, False),
        (
            [consent("A"), consent("A", "withdrawn", since="2026-05-01"), consent("A", since="2026-06-01")],
            True,
            True,
        ),
        ([consent("A"), consent("A", "withdrawn", since="2026-07-01")], True, True),
    ],
)
def test_a_withdrawal_wins_over_whatever_else_was_answered(answers, app, adviser):
    frame = inputs(consents=answers)
    assert value(frame, "A", "consent_marketing_app") is app
    assert value(frame, "A", "consent_marketing_adviser") is adviser


def test_the_latest_refusal_of_an_offer_counts_for_all_its_channels():
    refusal = {"customer_id": "A", "action_id": "invest:F2:app", "outcome": "refused"}
    frame = inputs(
        responses=[
            {**refusal, "response_id": "1", "responded_on": "2026-06-20"},
            {**refusal, "response_id": "2", "responded_on": "2026-06-25", "action_id": "invest:F2:adviser"},
            {**refusal, "response_id": "3", "responded_on": "2026-06-29", "outcome": "ignored"},
            {**refusal, "response_id": "4", "responded_on": "2026-07-05"},
            {**refusal, "response_id": "5", "responded_on": "2026-06-10", "action_id": "review:phone"},
        ]
    )
    assert value(frame, "A", "refused_offers").to_list() == ["invest:F2", "review"]
    assert value(frame, "A", "refused_days").to_list() == [5, 20]
    assert value(frame, "B", "refused_offers").to_list() == []


def test_products_held_are_those_of_the_day():
    ended = {**decide_bank.holding("A", "F2"), "valid_to": "2026-06-01"}
    later = decide_bank.holding("A", "F4", "2026-07-01")
    frame = inputs(holdings=[decide_bank.holding("A", "C0"), ended, later])
    assert value(frame, "A", "products_held").to_list() == ["C0"]


def test_a_rule_that_reads_what_the_archive_does_not_have_is_refused():
    ready = decide_bank.prepared()
    seen = view(decide_bank.tables(), AT, decide_bank.TIMEZONE)
    with pytest.raises(PolicyError, match="shoe_size"):
        gather_inputs(ready.inputs, seen, ready.actions, [], ["customer.shoe_size"])


def test_unknown_values_reach_the_rules_as_unknown():
    values = customer_values(inputs(), ["customer.risk_level", "customer.risk_method"])
    assert np.isnan(values["customer.risk_level"]).all()
    assert (values["customer.risk_method"] == "").all()


def test_hash_uniforms_depend_on_customer_and_salt_alone():
    names = [f"C{number}" for number in range(1000)]
    one = hash_uniforms(names, "holdout|x", 2)
    turned = hash_uniforms(names[::-1], "holdout|x", 2)[::-1]
    assert np.array_equal(one, turned)
    assert not np.array_equal(one, hash_uniforms(names, "holdout|y", 2))
    assert ((one >= 0) & (one < 1)).all()
    assert one.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.05)
    assert abs(np.corrcoef(one.T)[0, 1]) < 0.1
    assert hash_uniforms([], "holdout", 1).shape == (0, 1)


def test_the_comparison_group_is_permanent():
    names = [customer(f"P{number:03}") for number in range(400)]
    group = {}
    for at in ("2026-06-30", "2027-01-31"):
        ready = decide_bank.prepared(
            {"customers": names, "products": list(decide_bank.PRODUCTS)}, at=decide_bank.small_bank.day(at),
            holdout={"share": 0.2, "salt": "s"},
        )  # fmt: skip
        group[at] = set(ready.inputs.filter("held_out")["customer_id"])
    assert group["2026-06-30"] == group["2027-01-31"]
    assert 0.12 < len(group["2026-06-30"]) / 400 < 0.28
    # Another salt draws another group, a greater share adds to the group.
    more = decide_bank.prepared({"customers": names}, holdout={"share": 0.4, "salt": "s"})
    assert group["2026-06-30"] < set(more.inputs.filter("held_out")["customer_id"])
