"""A customer who may not be seen is not there: same answer, nothing read, no time given away."""

import statistics
import time

import pytest
from api_calls import CALLS, CONSENT, REASON

from zhike.act.decisions import DecisionDesk

OTHERS, NOBODY = "C06", "C99"
ABOUT = [
    ("GET", "/v1/customers/{}", None), ("GET", "/v1/customers/{}/decisions", None), ("GET", "/v1/customers/{}/consents", None),
    ("GET", "/v1/customers/{}/preferences", None), ("POST", "/v1/customers/{}/consents", CONSENT),
    ("PUT", "/v1/customers/{}/preferences/hours", {"not_before": "09:00", "not_after": "10:00"}),
    ("PUT", "/v1/customers/{}/preferences/topics", {"unwanted": []}),
    ("GET", "/v1/customers/{}/data", None), ("POST", "/v1/customers/{}/erasure", {"reason": REASON}),
    ("POST", "/v1/customers/{}/merge", {"reason": REASON, "into": "C02"}), ("POST", "/v1/customers/{}/unmerge", {"reason": REASON}),
    ("GET", "/v1/customers/{}/corrections", None), ("GET", "/v1/customers/{}/retained", None),
    ("POST", "/v1/customers/{}/corrections", {"attribute": "age", "value": 1, "valid_from": "2026-01-01"}),
]  # fmt: skip


def asked(bank, customer, method, path, body, staff="rm"):
    given = {} if body is None else {"json": body}
    return bank.ask(staff, method, path.format(customer), purpose="service", **given)


def same(one, other):
    return (one.status_code, one.content, dict(one.headers)) == (
        other.status_code,
        other.content,
        dict(other.headers),
    )


@pytest.mark.parametrize(("method", "path", "body"), ABOUT)
@pytest.mark.parametrize("staff", ["rm", "branch_manager", "integration", "analyst", "administrator"])
def test_somebody_elses_customer_and_no_customer_at_all(shared, staff, method, path, body):
    theirs = asked(shared, OTHERS, method, path, body, staff)
    assert theirs.status_code in (403, 404)
    assert same(theirs, asked(shared, NOBODY, method, path, body, staff))


@pytest.mark.parametrize("staff", ["rm", "branch_manager", "administrator"])
def test_decisions_for_somebody_elses_customer(shared, staff):
    theirs = shared.decide(OTHERS, staff)
    assert theirs.status_code == 404
    assert same(theirs, shared.decide(NOBODY, staff))
    assert shared.rows("decisions", {"customer_id": OTHERS}) == []


def test_a_stored_decision_and_an_offer_of_somebody_elses_customer(bank):
    made = bank.decide(OTHERS).json()
    decision, offer = made["decision_id"], made["actions"][0]["offer_id"]
    look = "/v1/decisions/{}"
    assert same(bank.get("rm", look.format(decision)), bank.get("rm", look.format("d-none")))
    answer = "/v1/offers/{}/responses"
    theirs = bank.post("rm", answer.format(offer), {"outcome": "accepted"}, purpose="service")
    assert theirs.status_code == 404
    assert same(theirs, bank.post("rm", answer.format("o-none"), {"outcome": "accepted"}, purpose="service"))
    assert bank.rows("offers", {"offer_id": offer})[0]["state"] == "made"


def test_whoever_sees_everybody_is_told_that_they_may_not(shared):
    """An auditor knows every customer: a 403 says nothing new, and says the same of one who is not there."""
    theirs = shared.decide(OTHERS, "auditor", purpose="audit")
    assert theirs.status_code == 403
    assert same(theirs, shared.decide(NOBODY, "auditor", purpose="audit"))


def test_nothing_is_computed_for_who_may_not(shared, monkeypatch):
    def never(*_):
        pytest.fail("a decision was computed for somebody who may not see it")

    monkeypatch.setattr(DecisionDesk, "draft", never)
    monkeypatch.setattr(DecisionDesk, "dossier", never)
    for key in ({}, {"Idempotency-Key": "k"}):
        assert shared.decide(OTHERS, "rm", headers=key).status_code == 404
    assert shared.get("rm", f"/v1/customers/{OTHERS}").status_code == 404


@pytest.mark.parametrize("path", ["/v1/customers/{}", "/v1/customers/{}/decisions", None])
def test_both_take_as_long(bank, path):
    """Medians of what requests asked by turns cost this process; a look at what belongs to the customer would take several times as long."""
    for _ in range(3):
        bank.decide(OTHERS)
        bank.clock.later(days=4)

    def timed(customer):
        began = time.process_time()
        answer = bank.decide(customer, "rm") if path is None else bank.get("rm", path.format(customer))
        assert answer.status_code == 404
        return time.process_time() - began

    times = [(timed(OTHERS), timed(NOBODY)) for _ in range(60)]
    theirs, nobody = (statistics.median(column) for column in zip(*times, strict=True))
    assert 0.5 < theirs / nobody < 2.0


def test_a_customer_who_is_gone_is_not_there(bank):
    with bank.store.write() as tx:
        tx.change("customers", {"customer_id": "C02"}, {"state": "erased"})
        tx.change("customers", {"customer_id": "C03"}, {"state": "merged", "merged_into": "C01"})
    for method, path, body in ABOUT:
        assert same(asked(bank, "C02", method, path, body), asked(bank, NOBODY, method, path, body))
    assert bank.decide("C02").status_code == 404
    # Of a record that was merged, the one that stays answers; for whoever may see that one.
    assert asked(bank, "C03", "GET", ABOUT[0][1], None).json()["customer_id"] == "C01"
    assert asked(bank, "C03", "GET", ABOUT[0][1], None, "rm_south").status_code == 404
    assert bank.decide("C03").json()["customer_id"] == "C01"


def test_a_right_that_ends_has_ended_within_a_second(bank):
    assert bank.get("rm", "/v1/customers/C02").status_code == 200
    with bank.store.write() as tx:
        tx.change("customers", {"customer_id": "C02"}, {"adviser": "rm_south", "branch": "south"})
        tx.change("staff", {"staff_id": "branch_manager"}, {"state": "left"})
    bank.clock.later(seconds=1)
    assert bank.get("rm", "/v1/customers/C02").status_code == 404
    assert bank.get("rm_south", "/v1/customers/C02").status_code == 200
    assert bank.get("branch_manager", "/v1/customers/C01").status_code == 401


def test_a_token_that_is_withdrawn_or_has_ended(bank):
    from zhike.act.staff import issue_token, revoke_token, token_hash

    bank.tokens["adviser"] = issue_token(bank.acting, "adviser", actor="tests", lasts=60_000_000)
    asked = CALLS["actions"]
    assert [asked(bank, staff=staff).status_code for staff in ("rm", "adviser")] == [200, 200]
    revoke_token(bank.acting, token_hash(bank.tokens["rm"]), "tests")
    bank.clock.later(seconds=1)
    assert asked(bank, staff="rm").status_code == 401
    bank.clock.later(seconds=60)
    assert asked(bank, staff="adviser").status_code == 401
