"""Reasons are given to whoever asks for them and may have them."""

import pytest


def test_no_reasons_unless_they_are_asked_for(shared):
    assert shared.decide("C02", "rm", direction="inbound").json()["explanation"] is None


def test_reasons_of_what_was_chosen_and_of_what_was_refused(shared):
    answer = shared.decide("C02", "rm", direction="inbound", explain=True).json()
    found = answer["explanation"]
    assert [one["action_id"] for one in found["chosen"]] == [one["action_id"] for one in answer["actions"]]
    on_sale = shared.get("rm", "/v1/actions", purpose="service").json()["actions"]
    assert [one["action_id"] for one in found["candidates"]] == [one["action_id"] for one in on_sale]
    refused = {one["action_id"]: one["codes"] for one in found["candidates"] if one["verdict"] != "allowed"}
    for one in found["best_refused"]:
        codes = {reason["code"] for reason in one["reasons"] if reason["effect"] == "refused"}
        assert codes == set(refused[one["action_id"]])
        assert all(reason["rule"] and reason["message"] for reason in one["reasons"])


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "why"}])
def test_a_machine_that_asks_for_decisions_may_not_have_the_reasons(bank, key):
    """They tell a customer's circumstances; decision.explain is a right of its own."""
    answer = bank.decide("C02", "integration", explain=True, headers=key)
    assert answer.status_code == 403
    assert answer.json()["error"]["data"] == {"verb": "decision.explain"}
    assert bank.rows("decisions") == []
    assert bank.decide("C02", "integration", headers=key).status_code == 200


def test_in_the_callers_language(shared):
    asked = {"direction": "inbound", "explain": True}
    said = {
        language: shared.decide("C02", "rm", headers={"Accept-Language": language}, **asked).json()
        for language in ("en", "zh-CN", "zh-TW")
    }
    messages = {
        language: answer["explanation"]["best_refused"][0]["reasons"][0]["message"]
        for language, answer in said.items()
    }
    assert len(set(messages.values())) == 3
    assert messages["en"].isascii()
    assert not messages["zh-CN"].isascii()


def test_computed_again_a_decision_is_the_same(bank):
    for customer in ("C01", "C02", "C07", "C10"):
        made = bank.decide(customer, reason="service", channels=["app", "phone"]).json()
        bank.clock.later(days=4)
        seen = bank.get("auditor", f"/v1/decisions/{made['decision_id']}?check=true", purpose="audit").json()
        assert seen["identical"] is True
        assert [place[0] for place in seen["places"] if place[3]] == [
            one["action_id"] for one in made["actions"]
        ]
    unasked = bank.get("auditor", f"/v1/decisions/{made['decision_id']}", purpose="audit").json()
    assert unasked["identical"] is None


def test_a_record_that_was_changed_is_not_the_same(bank):
    made = bank.decide("C02").json()["decision_id"]
    (row,) = bank.rows("decisions", {"decision_id": made})
    row["record"]["places"][0][2] = 0.5
    with bank.store.write() as tx:
        tx.change("decisions", {"decision_id": made}, {"record": row["record"]})
    assert (
        bank.get("auditor", f"/v1/decisions/{made}?check=true", purpose="audit").json()["identical"] is False
    )
