"""What holds at once between two publications: contacts, consents, wishes, reasons of contact, what was just done."""

import pytest
import served_bank

KINDS = ("sale", "care")


def listed(bank, customer="C02", **asked):
    answer = bank.decide(customer, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["actions"]


def actions(bank, customer="C02", **asked):
    return {one["action_id"] for one in listed(bank, customer, **asked)}


def consents(bank, status, channel="all", customer="C02", **more):
    evidence = {"evidence": {"form": "app"}} if status == "given" else {}
    body = {"purpose": "marketing", "channel": channel, "status": status, **evidence, **more}
    answer = bank.post("rm", f"/v1/customers/{customer}/consents", body, purpose="service")
    assert answer.status_code == 200, answer.text
    return answer.json()


def wishes(bank, kind, value, customer="C02"):
    return bank.put("rm", f"/v1/customers/{customer}/preferences/{kind}", value, purpose="service")


def test_what_was_offered_counts_at_once(bank):
    assert actions(bank)
    assert actions(bank) == set()  # time to breathe between contacts
    bank.clock.later(days=2)
    assert actions(bank) == set()
    bank.clock.later(days=1)
    assert actions(bank)


def test_what_the_customer_asked_for_does_not_count(bank):
    for _ in range(5):
        assert actions(bank, direction="inbound")
    assert actions(bank)


def test_caps_are_kept_over_months(bank):
    """Whatever the bank would like: never more in any window than the rulebook allows."""
    for _ in range(60):
        bank.decide("C01")
        bank.clock.later(days=1, hours=1)
    day = 86_400_000_000
    made = [
        (one["made_at"], one["channel"])
        for one in bank.rows("offers", {"customer_id": "C01"})
        if one["kind"] in KINDS
    ]
    assert len(made) > 4
    caps = bank.service.rulebook.at("contact.caps", bank.service.today()).value
    for cap in caps:
        own = [at for at, channel in made if cap["channel"] in ("all", channel)]
        most = max((sum(at - cap["window_days"] * day < one <= at for one in own) for at in own), default=0)
        assert most <= cap["maximum"], cap


def test_a_withdrawal_holds_from_the_same_moment(bank):
    assert "everyday:P0:app" in actions(bank, direction="inbound")
    consents(bank, "withdrawn", "app")
    assert "everyday:P0:app" not in actions(bank, direction="inbound")
    consents(bank, "given", "app")
    assert "everyday:P0:app" in actions(bank, direction="inbound")
    consents(bank, "withdrawn")
    assert {one["kind"] for one in listed(bank, direction="inbound")} == {"care"}


def test_a_yes_on_one_channel_does_not_undo_a_no_on_all(bank):
    consents(bank, "withdrawn")
    consents(bank, "given", "app")
    assert "everyday:P0:app" not in actions(bank, direction="inbound")


def test_a_consent_ends_on_its_day_without_anybody_doing_anything(bank):
    consents(bank, "given", "app", expires_on="2026-07-03")
    assert "everyday:P0:app" in actions(bank, direction="inbound")
    bank.clock.later(days=1, hours=13)  # 2 July, 23:00
    assert "everyday:P0:app" in actions(bank, direction="inbound")
    bank.clock.later(hours=1)
    assert "everyday:P0:app" not in actions(bank, direction="inbound")


def test_the_last_word_speaks_though_the_clock_was_put_back(bank):
    consents(bank, "given", "app")
    bank.clock.later(minutes=-5)
    consents(bank, "withdrawn", "app")
    assert "everyday:P0:app" not in actions(bank, direction="inbound")
    seen = bank.get("rm", "/v1/customers/C02/consents", purpose="service").json()["consents"]
    assert [one["status"] for one in seen] == ["given", "withdrawn"]


def test_a_consent_needs_evidence_a_withdrawal_does_not(shared):
    path = "/v1/customers/C02/consents"
    bare = {"purpose": "marketing", "channel": "app", "status": "given"}
    assert shared.post("rm", path, bare, purpose="service").status_code == 422
    assert shared.post("rm", path, bare | {"evidence": {}}, purpose="service").status_code == 422
    assert shared.post("rm", path, bare | {"status": "withdrawn"}, purpose="service").status_code == 200


def test_channels_that_are_not_wanted(bank):
    assert "review:phone" in actions(bank, direction="inbound")
    assert wishes(bank, "channels", {"unwanted": ["phone"]}).json()["value"] == {"unwanted": ["phone"]}
    assert "review:phone" not in actions(bank, direction="inbound")
    wishes(bank, "channels", {})
    assert "review:phone" in actions(bank, direction="inbound")


@pytest.mark.parametrize("topic", ["daily", "everyday"])
def test_topics_that_are_not_wanted_by_group_or_template(bank, topic):
    wishes(bank, "topics", {"unwanted": [topic]})
    assert actions(bank, direction="inbound") == {"review:phone"}


def test_how_often_is_wanted(bank):
    wishes(bank, "frequency", {"most_in_30_days": 2})
    assert len(listed(bank)) == 2
    bank.clock.later(days=10)
    assert listed(bank) == []
    wishes(bank, "frequency", {})
    assert listed(bank)
    wishes(bank, "frequency", {"most_in_30_days": 0})
    assert listed(bank, direction="inbound") == []


def test_a_notice_that_must_be_sent_is_sent_whatever_is_wanted(bank):
    wishes(bank, "frequency", {"most_in_30_days": 0}, "C07")
    bank.put("rm_south", "/v1/customers/C07/preferences/frequency", {"most_in_30_days": 0}, purpose="service")
    bank.put(
        "rm_south",
        "/v1/customers/C07/preferences/channels",
        {"unwanted": ["email", "post"]},
        purpose="service",
    )
    assert [one["kind"] for one in listed(bank, "C07")] == ["mandatory"]


def test_hours_narrow_those_of_the_channel(bank):
    wishes(bank, "hours", {"not_before": "08:30", "not_after": "12:00"})
    hours = {one["channel"]: (one["contact_not_before"], one["contact_not_after"]) for one in listed(bank)}
    assert hours == {"app": ("08:30", "12:00"), "phone": ("09:00", "12:00")}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("channels", {"unwanted": ["pigeon"]}), ("channels", {"unwanted": "phone"}), ("channels", {"most_in_30_days": 1}),
        ("topics", {"unwanted": [1]}), ("topics", {"unwanted": ["x" * 65]}), ("topics", {"unwanted": ["a"] * 101}),
        ("frequency", {"most_in_30_days": -1}), ("frequency", {"most_in_30_days": "2"}), ("frequency", {"most_in_30_days": True}),
        ("frequency", {"most_in_30_days": 1.5}), ("hours", {"not_before": "9:00", "not_after": "12:00"}),
        ("hours", {"not_before": "12:00", "not_after": "09:00"}), ("hours", {"not_before": "09:00", "not_after": "24:00"}),
        ("hours", {"not_before": "09:00+08:00", "not_after": "10:00"}), ("hours", {"not_before": "09:00"}), ("channels", []),
        ("channels", None), ("channels", {"unwanted": [], "more": 1}),
    ],
)  # fmt: skip
def test_a_wish_that_is_none(shared, kind, value):
    before = shared.rows("preferences")
    answer = wishes(shared, kind, value)
    assert answer.status_code == 422
    assert shared.rows("preferences") == before


def test_whoever_comes_to_complain_is_sold_nothing(bank):
    assert "sale" in {one["kind"] for one in listed(bank, direction="inbound")}
    during = listed(bank, direction="inbound", reason="complaint")
    assert [one["kind"] for one in during] == ["mandatory", "care"]
    assert "sale" in {one["kind"] for one in listed(bank, direction="inbound", reason="service")}


@pytest.mark.parametrize("reason", ["bereavement", "fraud"])
def test_in_mourning_and_after_fraud_there_is_quiet(bank, reason):
    assert {one["kind"] for one in listed(bank, direction="inbound", reason=reason)} <= {
        "mandatory",
        "service",
    }


def test_a_reason_that_is_none_is_not_repeated(bank):
    answer = bank.decide("C02", reason="Ming-lost-her-job")
    assert answer.status_code == 404
    assert "Ming" not in answer.text
    assert bank.rows("decisions") == []


def test_what_was_just_refused_is_not_offered_in_the_same_talk(bank):
    first = listed(bank, direction="inbound")[0]["action_id"]
    refused = [{"action_id": first, "outcome": "refused"}]
    assert first not in actions(bank, direction="inbound", just_done=refused)
    assert first in actions(bank, direction="inbound")  # nothing of it was recorded


def test_what_was_just_taken_is_not_offered_in_the_same_talk(bank):
    first = listed(bank, direction="inbound")[0]
    taken = [{"action_id": first["action_id"], "outcome": "accepted"}]
    products = {one["product_id"] for one in listed(bank, direction="inbound", just_done=taken)}
    assert first["product_id"] not in products


def test_only_over_the_channels_that_are_open_now(bank):
    assert {one["channel"] for one in listed(bank, direction="inbound", channels=["phone"])} == {"phone"}
    assert listed(bank, direction="inbound", channels=["sms"]) == []


def test_most_asks_for_fewer_and_never_gets_more_than_the_policy_allows(bank):
    usual = actions(bank, "C01", direction="inbound")
    assert len(usual) == 3
    assert len(listed(bank, "C01", direction="inbound", most=1)) == 1
    served_bank.publish_small(
        bank.acting, limits={"actions_per_customer": 2, "per_group": {}, "per_channel": {}}
    )
    bank.clock.later(seconds=1)
    for most in (None, 2, 3, 20):
        assert len(listed(bank, "C01", direction="inbound", most=most)) == 2
