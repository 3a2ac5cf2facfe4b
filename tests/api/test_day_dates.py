"""Birthdays and what matures in the day of whoever looks after the customer: true, with consent, corrected, dealt with once."""

import pytest
from dated_bank import dated

DAY = "/v1/day"


@pytest.fixture
def bank(bank):
    return dated(bank)


def lines(bank, staff="rm"):
    answer = bank.get(staff, DAY, purpose="service")
    assert answer.status_code == 200, answer.text
    return {
        (one["customer_id"], one["kind"]): one
        for one in answer.json()["lines"]
        if one["source"] == "reminder"
    }


def corrected(bank, customer, attribute, value):
    body = {"attribute": attribute, "value": value, "valid_from": "2026-01-01"}
    answer = bank.post("rm", f"/v1/customers/{customer}/corrections", body, purpose="service")
    assert answer.status_code in (200, 201), answer.text


def consented(bank, customer, status, channel="phone", **more):
    body = {"purpose": "marketing", "channel": channel, "status": status, **more}
    answer = bank.post("rm", f"/v1/customers/{customer}/consents", body, purpose="service")
    assert answer.status_code in (200, 201), answer.text


GIVEN = {"evidence": {"told": "by phone"}}


def test_each_day_that_matters_is_a_line_with_its_day_and_what_to_have_ready(bank):
    found = lines(bank)
    dates = {
        name: line["due_on"]
        for name, line in found.items()
        if name[1] in ("maturing", "birthday", "turned_65")
    }
    assert dates == {
        ("C01", "maturing"): "2026-07-20", ("C05", "maturing"): "2026-07-31", ("C02", "turned_65"): "2026-07-10",
        ("C04", "birthday"): "2026-07-02",
    }  # fmt: skip
    assert not any(found[name]["must"] for name in dates)
    assert all(found[name]["minutes"] == 20 and found[name]["preparation"] for name in dates)


def test_what_matures_is_told_with_its_amount_and_worth_more_the_more_it_is(bank):
    own, foreign = lines(bank)["C01", "maturing"], lines(bank)["C05", "maturing"]
    assert [one["text"] for one in own["why"]] == [
        "A deposit, bond or wealth product matures on 2026-07-20.",
        "It is about 50,000.00 EUR.",
    ]
    # The customer's amounts are in euro; of a deposit in another currency no amount is known.
    assert [one["code"] for one in foreign["why"]] == ["reminder.maturing"]
    assert (own["value"], foreign["value"]) == (3 + 0.0005 * 50_000, 3)


def test_a_greeting_needs_a_yes_that_holds(bank):
    assert ("C01", "birthday") not in lines(bank)
    assert ("C03", "birthday") not in lines(bank)
    consented(bank, "C01", "given", **GIVEN)
    assert ("C01", "birthday") in lines(bank)
    consented(bank, "C01", "withdrawn")
    consented(bank, "C04", "withdrawn", "all")
    assert not {name for name in lines(bank) if name[1] == "birthday"}
    assert ("C02", "turned_65") in lines(bank)


def test_a_yes_that_has_ended_is_none_on_the_next_day(bank):
    consented(bank, "C01", "given", expires_on="2026-07-02", **GIVEN)
    assert ("C01", "birthday") in lines(bank)
    bank.clock.later(days=1)
    assert ("C01", "birthday") not in lines(bank)


def test_whoever_wants_no_calls_is_not_called_to_be_greeted(bank):
    answer = bank.put(
        "rm", "/v1/customers/C04/preferences/channels", {"unwanted": ["phone"]}, purpose="service"
    )
    assert answer.status_code == 200, answer.text
    assert ("C04", "birthday") not in lines(bank)


def test_a_day_of_birth_that_is_corrected_is_the_one_that_calls_and_the_age_goes_with_it(bank):
    corrected(bank, "C04", "birth_date", "1961-07-12")
    assert ("C04", "birthday") not in lines(bank)
    assert lines(bank)["C04", "turned_65"]["due_on"] == "2026-07-12"
    decision = bank.decide("C04", direction="inbound").json()["decision_id"]
    (row,) = bank.rows("decisions", {"decision_id": decision})
    changed = row["context"]["moment"]["changed"]
    assert (changed["birth_date"], changed["age"]) == ("1961-07-12", 64)
    corrected(bank, "C04", "birth_date", None)
    assert not {kind for who, kind in lines(bank) if who == "C04"} & {"birthday", "turned_65"}


def test_an_age_that_is_corrected_alone_silences_the_day_of_birth(bank):
    corrected(bank, "C04", "age", 50)
    assert ("C04", "birthday") not in lines(bank)


def test_what_was_dealt_with_does_not_call_again_after_the_day_either(bank):
    for kind, customer in (("turned_65", "C02"), ("maturing", "C01")):
        answer = bank.post(
            "rm", f"{DAY}/lines/{kind}:{customer}/done", {"outcome": "achieved"}, purpose="service"
        )
        assert answer.status_code == 200, answer.text
    for days in (0, 8, 10):
        bank.clock.later(days=days)
        assert not {("C02", "turned_65"), ("C01", "maturing")} & lines(bank).keys()


def test_what_is_over_calls_nobody(bank):
    bank.clock.later(days=9)
    assert not {name for name in lines(bank) if name[1] == "birthday"}
    assert lines(bank)["C02", "turned_65"]["due_on"] == "2026-07-10"
    bank.clock.later(days=6)
    assert lines(bank)["C02", "turned_65"]["due_on"] is None
    bank.clock.later(days=5)
    assert ("C01", "maturing") not in lines(bank)


def test_a_colleague_of_another_branch_has_none_of_it(bank):
    assert not {kind for _, kind in lines(bank, "rm_south")} & {"maturing", "birthday", "turned_65"}


def test_the_customer_sees_the_day_that_is_known_and_others_no_more_than_their_role(bank):
    seen = bank.get("rm", "/v1/customers/C04", purpose="service").json()["attributes"]
    assert (seen["birth_date"], seen["age"]) == ("1990-07-02", 35)
    masked = bank.get("analyst", "/v1/customers/C04", purpose="analysis").json()
    assert masked["attributes"]["birth_date"] == "1990"
    assert {"birth_date", "next_maturity_on", "next_maturity_amount"} <= set(masked["hidden"])
