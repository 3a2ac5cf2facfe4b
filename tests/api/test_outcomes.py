"""What becomes of an offer over the interface: in order, late, blocked, told twice, dated wrongly."""

import pytest

from zhike.act.responses import do_lapse


def made(bank, customer="C02", **asked):
    return [one["offer_id"] for one in bank.decide(customer, **asked).json()["actions"]]


def told(bank, offer, outcome, **more):
    return bank.post(
        "integration", f"/v1/offers/{offer}/responses", {"outcome": outcome, **more}, purpose="service"
    )


def state(bank, offer):
    return bank.rows("offers", {"offer_id": offer})[0]["state"]


def test_shown_then_accepted(bank):
    offer, _ = made(bank)
    assert told(bank, offer, "shown").json()["late"] is False
    bank.clock.later(days=1)
    answer = told(bank, offer, "accepted", reason="It suits me.").json()
    assert (answer["offer_id"], answer["outcome"], answer["late"]) == (offer, "accepted", False)
    assert answer["responded_at"] == "2026-07-02T10:00:00Z"
    assert state(bank, offer) == "accepted"


FOLLOWS = {
    "made": {"shown", "accepted", "refused", "blocked"}, "shown": {"accepted", "refused"}, "accepted": set(), "refused": set(),
    "blocked": set(), "lapsed": {"accepted", "refused"},
}  # fmt: skip


@pytest.mark.parametrize("before", FOLLOWS)
def test_what_can_follow_what(bank, before):
    for outcome in ("shown", "accepted", "refused", "blocked"):
        offer, *_ = made(bank, direction="inbound")
        if before == "lapsed":
            bank.clock.later(days=31)
            assert do_lapse(bank.acting, "tests") > 0
        elif before != "made":
            told(bank, offer, before)
        assert state(bank, offer) == before
        answer = told(bank, offer, outcome)
        if outcome in FOLLOWS[before]:
            assert answer.status_code == 200
            assert state(bank, offer) == outcome
        else:
            assert answer.status_code == 409
            assert state(bank, offer) == before
        bank.clock.later(days=120)  # a refusal has rested by then


def test_a_late_answer_is_kept_and_marked(bank):
    offer, other = made(bank)
    bank.clock.later(days=30)
    assert told(bank, offer, "accepted").json()["late"] is True
    do_lapse(bank.acting, "tests")
    assert state(bank, other) == "lapsed"
    in_time = "2026-07-20T10:00:00Z"
    assert told(bank, other, "refused", at=in_time).json() | {"response_id": ""} == {
        "response_id": "", "offer_id": other, "outcome": "refused", "late": True, "responded_at": in_time,
    }  # fmt: skip


def test_what_was_blocked_is_no_contact(bank):
    offers = made(bank)
    assert made(bank) == []
    for offer in offers:
        assert told(bank, offer, "blocked").status_code == 200
    assert len(made(bank)) == len(offers)


def test_a_refusal_rests_the_offer(bank):
    first = bank.decide("C02", direction="inbound").json()["actions"][0]
    told(bank, first["offer_id"], "refused")
    again = [one["action_id"] for one in bank.decide("C02", direction="inbound").json()["actions"]]
    assert first["action_id"] not in again
    bank.clock.later(days=90)
    assert first["action_id"] in [
        one["action_id"] for one in bank.decide("C02", direction="inbound").json()["actions"]
    ]


def test_a_product_that_was_taken_is_not_offered_again(bank):
    first = bank.decide("C01", direction="inbound").json()["actions"][0]
    assert first["product_id"] is not None
    told(bank, first["offer_id"], "accepted")
    products = [one["product_id"] for one in bank.decide("C01", direction="inbound").json()["actions"]]
    assert first["product_id"] not in products


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("2026-07-01T09:00:00Z", 422), ("0001-01-01T00:00:00Z", 422), ("2026-07-01T10:10:01Z", 422),
        ("9999-12-31T23:59:59Z", 422), ("2026-07-01T10:10:00Z", 200), ("2026-07-01T18:05:00+08:00", 200),
        ("2026-07-01T09:57:00Z", 200), ("2026-07-01T10:05:00", 422), ("2026-07-01", 422), (1_782_900_000, 422), (None, 200),
    ],
)  # fmt: skip
def test_an_answer_of_the_future_or_from_before_the_offer(bank, at, status):
    """One dated back would end the rest after a refusal before it has begun; a clock may go five minutes behind."""
    offer, _ = made(bank)
    bank.clock.later(minutes=10)
    assert told(bank, offer, "refused", at=at).status_code == status


def test_the_reason_is_kept_under_the_customers_key(bank):
    offer, _ = made(bank)
    told(bank, offer, "refused", reason="My brother advised against it.")
    assert bank.rows("responses")[0]["reason"] == "My brother advised against it."
    with bank.store.write() as tx:
        tx.destroy_key("C02", bank.clock.now())
    assert bank.rows("responses")[0]["reason"] is None
