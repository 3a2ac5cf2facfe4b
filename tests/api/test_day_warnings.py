"""Early warnings on the day and the page of whoever looks after the customer: why now, on what ground, and no longer than they may."""

import pytest
from warned_bank import warned

from zhike.core.language import LANGUAGES

DAY = "/v1/day"


@pytest.fixture
def bank(bank):
    return warned(bank)


def lines(bank, **headers):
    answer = bank.get("rm", DAY, purpose="service", headers=headers)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return {
        (one["customer_id"], one["kind"]): one
        for one in (*found["lines"], *found["left_out"])
        if one["kind"].endswith("_warning")
    }


def page(bank, customer, purpose="service", staff="rm"):
    answer = bank.get(staff, f"/v1/customers/{customer}/page", purpose=purpose)
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(found):
    return [line for one in found["sections"] if one["section"] == "warnings" for line in one["lines"]]


def test_a_raised_warning_is_a_line_with_its_window_its_reasons_and_its_model(bank):
    found = lines(bank)
    assert set(found) == {("C01", "losing_warning"), ("C03", "discontent_warning")}
    line = found["C01", "losing_warning"]
    assert (line["due_on"], line["must"], line["minutes"]) == ("2026-10-06", False, 20)
    assert line["preparation"]
    assert line["evidence"] == [
        "publication:2",
        "model:withdrawal/0123456789abcdef",
        "model:attrition/0123456789abcdef",
    ]
    codes = [one["code"] for one in line["why"]]
    assert codes == [
        "reminder.losing_warning", *["warning.withdrawal.reason"] * 2, "warning.attrition", *["warning.attrition.reason"] * 2,
    ]  # fmt: skip
    texts = [one["text"] for one in line["why"]]
    assert "62.0% (95% interval 52.0% to 72.0%)" in texts[0]
    assert "-62% (odds x 3.3)" in texts[1]
    assert line["value"] == 8.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reasons_are_told_in_the_language_of_whoever_asks(bank, language):
    texts = [
        one["text"] for one in lines(bank, **{"Accept-Language": language})["C01", "losing_warning"]["why"]
    ]
    word = {"en": "Withdrawal of money", "zh-Hans": "资金流出概率", "zh-Hant": "資金流出機率"}[language]
    assert word in texts[0]
    assert not any("{" in text for text in texts)


def test_an_offer_to_the_same_customer_tells_the_warning_too_but_not_what_customers_say(bank):
    for customer in ("C01", "C03", "C02"):
        assert bank.decide(customer).status_code == 200
    found = bank.get("rm", DAY, purpose="service").json()
    offers = [one for one in (*found["lines"], *found["left_out"]) if one["source"] == "offer"]
    codes = {one["customer_id"]: {why["code"] for why in one["why"]} for one in offers}
    assert {"warning.withdrawal", "warning.attrition", "offer.made"} <= codes["C01"]
    assert not any(code.startswith("warning") for name in ("C02", "C03") for code in codes.get(name, ()))


def test_a_line_that_was_dealt_with_rests(bank):
    line = lines(bank)["C01", "losing_warning"]["line_id"]
    answer = bank.post("rm", f"{DAY}/lines/{line}/done", {"outcome": "achieved"}, purpose="service")
    assert answer.status_code == 200, answer.text
    assert ("C01", "losing_warning") not in lines(bank)
    bank.clock.later(days=89)
    assert ("C01", "losing_warning") not in lines(bank)


def test_after_its_outcome_window_a_warning_calls_nobody(bank):
    bank.clock.later(days=97)
    assert ("C01", "losing_warning") in lines(bank)
    bank.clock.later(days=1)
    assert lines(bank) == {}


def refused(bank, customer):
    body = {
        "purpose": "profiling",
        "channel": "phone",
        "status": "withdrawn",
        "evidence": {"told": "by phone"},
    }
    answer = bank.post("rm", f"/v1/customers/{customer}/consents", body, purpose="service")
    assert answer.status_code in (200, 201), answer.text


def test_whoever_refuses_to_be_evaluated_is_warned_about_no_more_from_that_moment(bank):
    assert told(page(bank, "C01"))
    assert bank.get("rm", "/v1/customers/C01", purpose="service").json()["attributes"]["warnings"]
    refused(bank, "C01")
    assert ("C01", "losing_warning") not in lines(bank)
    assert not told(page(bank, "C01"))
    assert page(bank, "C01")["archive"]["withdrawal_probability"] is None
    assert bank.get("rm", "/v1/customers/C01", purpose="service").json()["attributes"]["warnings"] is None
    gone = bank.post("rm", f"{DAY}/lines/losing_warning:C01/done", {"outcome": "achieved"}, purpose="service")
    assert gone.status_code == 404


def test_the_page_says_how_likely_on_what_ground_and_by_which_model(bank):
    found = page(bank, "C01")
    reasons = ["It rests on", "It rests on", "Given by"]
    assert [line["label"] for line in told(found)] == [
        "Withdrawal of money, far above the mean", *reasons, "Leaving the bank, far above the mean", *reasons,
    ]  # fmt: skip
    assert "model withdrawal 0123456789abcdef, as of 2026-06-30" in told(found)[3]["value"]
    assert found["archive"]["warned_on"] == "2026-06-30"
    assert told(page(bank, "C02"))[0]["label"] == "Withdrawal of money"
    assert told(page(bank, "C04")) == []


def test_what_rests_on_what_customers_say_is_not_shown_to_approach_them(bank):
    assert told(page(bank, "C03", "service"))
    assert not told(page(bank, "C03", "marketing"))
    assert page(bank, "C03", "marketing")["archive"]["warnings"] is None
    assert told(page(bank, "C01", "marketing"))
    assert bank.get("rm", "/v1/customers/C03", purpose="marketing").json()["attributes"]["warnings"] is None


def test_who_may_see_no_person_sees_no_warning(bank):
    found = page(bank, "C01", "analysis", "analyst")
    assert found["sections"] == []
    assert "warnings" in found["hidden"]
    assert "0.62" not in str(found)
