"""The routes of a customer's own data: who may, what is answered, and that another's customer is not there."""

import json

import pytest
from served_bank import Served
from two_persons import full_life

from zhike.govern.audit_digest import public_key_of
from zhike.govern.certificate import certificate_holds

DPO, REASON = {"purpose": "privacy_request"}, "asked for in writing, identity checked"
WORDS = "said at the counter"


@pytest.fixture
def bank(tmp_path):
    with Served(tmp_path / "store") as served:
        yield served


def dpo(bank, method, path, **body):
    given = {"json": body} if method == "POST" else {}
    return bank.ask("data_protection_officer", method, f"/v1{path}", purpose="privacy_request", **given)


def proposed(bank, kind="erasure", customer="C02", **body):
    return dpo(
        bank,
        "POST",
        f"/customers/{customer}/{kind}",
        **{"reason": REASON, "relationship_end": "2026-06-30", **body},
    )


def approval(bank, proposal, staff="compliance", purpose="governance", how="approval"):
    return bank.post(staff, f"/v1/proposals/{proposal}/{how}", {"reason": REASON}, purpose=purpose)


def test_a_customer_is_erased_on_two_persons_word(bank):
    full_life(bank, "C02", WORDS)
    made = proposed(bank)
    assert made.status_code == 200
    body = made.json()
    assert (body["verb"], body["customer_id"], body["state"], body["proposed_by"]) == (
        "privacy.erase", "C02", "proposed", "data_protection_officer")  # fmt: skip
    assert body["what"] == {"relationship_end": "2026-06-30"}
    number = body["proposal_id"]
    assert dpo(bank, "POST", f"/proposals/{number}/execution").status_code == 409
    assert (
        approval(bank, number, "data_protection_officer", "privacy_request").status_code == 409
    )  # one's own
    assert approval(bank, number).json()["state"] == "approved"
    done = dpo(bank, "POST", f"/proposals/{number}/execution").json()
    assert (done["state"], done["proposal"]["state"], done["proposal"]["reason"]) == (
        "done",
        "carried_out",
        "",
    )
    assert certificate_holds(done["certificate"], public_key_of(bank.store.keys.audit_seed))
    assert bank.decide("C02").status_code == 404
    assert dpo(bank, "GET", "/customers/C02/data").status_code == 404
    assert dpo(bank, "GET", "/customers/C02/certificates").json()["certificates"] == [done["certificate"]]
    seen = bank.get("auditor", "/v1/customers/C02/retained", purpose="audit").json()["retained"]
    assert {one["table"] for one in seen} == {
        "decisions",
        "offers",
        "responses",
        "consents",
        "cases",
        "complaints",
        "complaint_steps",
        "complaint_justices",
    }
    assert bank.get("rm", "/v1/customers/C02/retained", purpose="service").status_code == 404
    assert bank.get("auditor", "/v1/customers/C01/retained", purpose="audit").status_code == 404


def test_an_erasure_can_be_finished_later(bank):
    number = proposed(bank, "anonymisation").json()["proposal_id"]
    approval(bank, number)
    done = dpo(bank, "POST", f"/proposals/{number}/execution", finish=False).json()
    assert (done["state"], done["certificate"]) == ("begun", None)
    (begun,) = dpo(bank, "GET", "/customers/C02/certificates").json()["certificates"]
    assert "signature" not in begun
    assert begun["kind"] == "anonymise"
    assert bank.decide("C02").status_code == 404


def test_without_the_key_nothing_is_signed(bank):
    bank.service.private_key = None
    number = proposed(bank).json()["proposal_id"]
    approval(bank, number)
    assert dpo(bank, "POST", f"/proposals/{number}/execution").json()["state"] == "begun"


def test_data_are_handed_out_to_the_customer(bank):
    full_life(bank, "C02", WORDS)
    found = dpo(bank, "GET", "/customers/C02/data").json()
    assert found["tables"]["notes"]["rows"][0]["text"] == WORDS
    portable = dpo(bank, "GET", "/customers/C02/data?portable=true").json()
    assert portable["tables"]["notes"] == found["tables"]["notes"]
    assert dpo(bank, "GET", "/customers/C99/data").status_code == 404
    for staff, purpose in (
        ("rm", "service"),
        ("compliance", "audit"),
        ("integration", "service"),
        ("analyst", "analysis"),
    ):
        assert bank.get(staff, "/v1/customers/C02/data", purpose=purpose).status_code in (403, 404), staff


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", "/customers/C06/data", None), ("POST", "/customers/C06/erasure", {"reason": REASON}),
     ("POST", "/customers/C06/anonymisation", {"reason": REASON}), ("POST", "/customers/C06/merge", {"into": "C02", "reason": REASON}),
     ("POST", "/customers/C02/merge", {"into": "C06", "reason": REASON}), ("POST", "/customers/C06/unmerge", {"reason": REASON}),
     ("GET", "/customers/C06/corrections", None), ("GET", "/customers/C06/retained", None), ("GET", "/customers/C06/certificates", None),
     ("POST", "/customers/C06/corrections", {"attribute": "age", "value": 40, "valid_from": "2026-01-01"})],
)  # fmt: skip
@pytest.mark.parametrize("staff", ["rm", "branch_manager"])
def test_another_branchs_customer_is_not_there(bank, method, path, body, staff):
    """Whether the customer exists cannot be told from the answer: one who does not gets the same."""
    given = {"json": body} if body is not None else {}
    found = bank.ask(staff, method, f"/v1{path}", purpose="service", **given)
    if staff == "rm" and "C02/merge" in path:
        assert found.status_code == 403  # their own customer, but no right to merge
        return
    stranger = bank.ask(staff, method, f"/v1{path.replace('C06', 'C99')}", purpose="service",
                        **({"json": json.loads(json.dumps(body).replace("C06", "C99"))} if body else {}))  # fmt: skip
    assert found.status_code == 404
    assert found.json() == stranger.json()


def test_a_refusal_and_a_withdrawal(bank):
    number = proposed(bank).json()["proposal_id"]
    assert approval(bank, number, how="refusal").json()["state"] == "refused"
    other = proposed(bank).json()["proposal_id"]
    assert approval(bank, other, how="withdrawal").status_code == 403  # who approves does not withdraw
    assert dpo(bank, "POST", f"/proposals/{other}/withdrawal", reason=REASON).json()["state"] == "withdrawn"
    assert approval(bank, other).status_code == 409


def test_proposals_are_seen_by_those_they_concern(bank):
    first, second = (proposed(bank, customer=name).json()["proposal_id"] for name in ("C02", "C06"))

    def listed(staff, purpose, state="proposed"):
        found = bank.get(staff, f"/v1/proposals?state={state}", purpose=purpose).json()["proposals"]
        return [one["proposal_id"] for one in found]

    assert set(listed("compliance", "governance")) == {first, second}
    assert set(listed("data_protection_officer", "privacy_request")) == {first, second}
    assert bank.get("rm", "/v1/proposals", purpose="service").status_code == 403
    assert bank.get("compliance", "/v1/proposals", purpose="audit").status_code == 403
    assert listed("branch_manager", "service") == []
    assert bank.get("rm", f"/v1/proposals/{first}", purpose="service").status_code == 404
    assert (
        bank.get("compliance", f"/v1/proposals/{first}", purpose="governance").json()["proposal_id"] == first
    )
    bank.clock.later(hours=168)
    assert listed("compliance", "governance") == []
    assert set(listed("compliance", "governance", "expired")) == {first, second}
    assert bank.get("compliance", "/v1/proposals/a-none", purpose="governance").status_code == 404


def test_records_are_merged_and_parted_again(bank):
    def manager(path, **body):
        return bank.post("branch_manager", f"/v1{path}", {"reason": REASON, **body}, purpose="service")

    def carried_out(number):
        approval(bank, number)
        return bank.post("branch_manager", f"/v1/proposals/{number}/execution", {}, purpose="service")

    made = manager("/customers/C02/merge", into="C01").json()
    assert made["what"] == {"act": "merge", "into": "C01"}
    done = carried_out(made["proposal_id"]).json()
    assert (done["state"], done["certificate"]) == ("done", None)
    assert bank.decide("C02").json()["customer_id"] == "C01"
    assert manager("/customers/C02/merge", into="C03").status_code == 409
    undo = manager("/customers/C02/unmerge").json()
    assert carried_out(undo["proposal_id"]).json()["merge_id"] == done["merge_id"]
    assert bank.decide("C02").json()["customer_id"] == "C02"
    assert manager("/customers/C02/unmerge").status_code == 404


def test_what_is_carried_out_elsewhere_is_not_carried_out_here(bank):
    row = {"proposal_id": "a-1", "verb": "offer.override", "subject": "C02", "state": "approved", "proposed_by": "rm",
           "decided_by": "branch_manager", "reason": REASON, "expires_at": bank.clock.now() + 10**9, "recorded_at": bank.clock.now(),
           "content": {"what": {}, "sha256": "", "rule": {"approved_by": "override.approve", "hours": 72, "characters": 20}, "steps": []}}  # fmt: skip
    with bank.store.write() as tx:
        tx.insert("proposals", [row])
    found = bank.post("rm", "/v1/proposals/a-1/execution", {}, purpose="advice")
    assert found.status_code == 409
    assert "carried out here" in found.json()["error"]["needed"]


def test_a_fact_is_corrected_and_taken_back(bank):
    def said(value, since="2026-01-01", staff="rm", purpose="service"):
        body = {"attribute": "age", "value": value, "valid_from": since}
        return bank.post(staff, "/v1/customers/C02/corrections", body, purpose=purpose)

    made = said(40).json()
    assert (made["value"], made["retracts"], made["valid_from"]) == (40, None, "2026-01-01")
    at = bank.clock.now()
    bank.clock.later(days=1)
    undo = bank.post(
        "rm", f"/v1/customers/C02/corrections/{made['correction_id']}/retraction", {}, purpose="service"
    ).json()
    assert undo["retracts"] == made["correction_id"]

    def known(**query):
        found = bank.ask("rm", "GET", "/v1/customers/C02/corrections", purpose="service", params=query).json()
        return len(found["corrections"]), found["known"]

    assert known() == (2, {})
    assert (
        known(known_at="2026-07-01T10:00:00Z")
        == known(known_at="2026-07-01T18:00:00+08:00")
        == (2, {"age": 40})
    )
    assert known(known_at="2026-07-01T10:00:00Z", day="2025-12-31") == (2, {})
    for beyond in ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"):
        where = "/v1/customers/C02/corrections"
        refused = bank.ask("rm", "GET", where, purpose="service", params={"known_at": beyond})
        assert refused.status_code == 422, refused.text
    assert at == bank.clock.now() - 86_400_000_000
    assert said("forty").status_code == 422
    assert said(40, "2026-08-01").status_code == 422
    assert said(40, staff="compliance", purpose="governance").status_code == 403


def test_glass_is_broken_closed_and_reviewed(bank):
    why = {"reason": "the customer stands at the counter, her manager is ill"}

    def asks(path, body=None, staff="rm_south", purpose="emergency"):
        return bank.post(staff, f"/v1{path}", body or {}, purpose=purpose)

    assert bank.get("rm_south", "/v1/customers/C01", purpose="emergency").status_code == 404
    opened = asks("/customers/C01/break-glass", why).json()
    assert (opened["state"], opened["staff_id"], opened["justified"]) == ("open", "rm_south", None)
    seen = bank.get("rm_south", "/v1/customers/C01", purpose="emergency")
    assert seen.json()["attributes"]["risk_level"] == 1
    assert bank.get("rm_south", "/v1/customers/C01/consents", purpose="emergency").status_code == 200
    assert asks(
        "/customers/C01/consents", {"purpose": "marketing", "channel": "all", "status": "withdrawn"}
    ).status_code in (403, 404)
    assert asks(f"/break-glass/{opened['opening_id']}/closing").json()["state"] == "ended"
    assert bank.get("rm_south", "/v1/customers/C01", purpose="emergency").status_code == 404
    review = {"justified": True, "reason": "the ticket of the counter was seen"}
    assert asks(f"/break-glass/{opened['opening_id']}/review", review).status_code == 404
    told = asks(f"/break-glass/{opened['opening_id']}/review", review, "compliance", "audit").json()
    assert (told["state"], told["justified"]) == ("reviewed", True)
    assert asks("/break-glass/g-none/closing").status_code == 404
    assert asks("/customers/C99/break-glass", why).status_code == 404
    assert asks("/customers/C01/break-glass", {"reason": "please"}).status_code == 409


@pytest.mark.parametrize(
    ("path", "body"),
    [("/customers/C02/erasure", {}), ("/customers/C02/erasure", {"reason": REASON, "more": 1}),
     ("/customers/C02/corrections", {"attribute": "Age", "value": 1, "valid_from": "2026-01-01"}),
     ("/customers/C02/merge", {"reason": REASON})],
)  # fmt: skip
def test_what_is_not_as_described_is_refused(bank, path, body):
    assert dpo(bank, "POST", path, **body).status_code == 422
