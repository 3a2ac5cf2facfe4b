"""What a duty keeps: seen by those who control, with a trace, until its last day and not one more."""

import datetime as dt

import pytest
from two_persons import ENDED, erased, full_life

from zhike.act.retained import drop_expired, end_relationship, read_retained
from zhike.core.errors import UsageError
from zhike.core.service_errors import RecordNotFoundError
from zhike.govern.audit_events import AuditEvent

YEARS = {
    "cn.nfra.suitability.record_years": 5,
    "privacy.consent_proof_years": 3,
    "privacy.complaint_record_years": 5,
}


def dates(bank):
    return {row["origin"]: row["last_day"] for row in bank.rows("retained")}


def test_a_look_shows_all_and_leaves_a_trace(bank):
    full_life(bank, "C02", "words")
    erased(bank, "C02")
    found = read_retained(bank.acting, "C02", "auditor")
    assert {one["table"] for one in found} == {
        "decisions",
        "offers",
        "responses",
        "consents",
        "cases",
        "complaints",
        "complaint_steps",
        "complaint_justices",
    }
    (responses,) = [one for one in found if one["table"] == "responses"]
    assert responses["rows"][0]["reason"] == "words"
    assert (responses["rule"], responses["last_day"]) == ("cn.nfra.suitability.record_years", "2031-06-30")
    last = bank.rows("audit_entries", {"stream": "privacy"}, order=["-number"], limit=1)[0]
    assert (last["event"], last["actor"]) == (AuditEvent.CUSTOMER_VIEWED, "auditor")
    with pytest.raises(RecordNotFoundError):
        read_retained(bank.acting, "C01", "auditor")


def test_what_is_kept_goes_after_its_last_day(bank):
    full_life(bank, "C02", "words")
    erased(bank, "C02")
    bank.clock.later(days=(dt.date(2029, 6, 30) - dt.date(2026, 7, 1)).days)
    assert drop_expired(bank.acting, "keeper") == 0
    bank.clock.later(days=1)
    assert drop_expired(bank.acting, "keeper") == 1  # the proof of consent
    assert set(dates(bank)) == {
        "decisions",
        "offers",
        "responses",
        "cases",
        "complaints",
        "complaint_steps",
        "complaint_justices",
    }
    bank.clock.later(days=(dt.date(2031, 7, 1) - dt.date(2029, 7, 1)).days)
    assert drop_expired(bank.acting, "keeper") == 7
    assert bank.rows("retained") == []
    assert drop_expired(bank.acting, "keeper") == 0
    assert len(bank.rows("offers")) > 0  # the statistics go on


def test_while_the_relationship_lasts_what_is_kept_has_no_last_day(bank):
    full_life(bank, "C02", "words")
    certificate = erased(bank, "C02", ended=None)
    assert set(dates(bank).values()) == {None}
    assert {one["last_day"] for one in certificate["kept"]} == {None}
    assert {one["years"] for one in certificate["kept"]} == {3, 5}
    bank.clock.later(days=20_000)
    assert drop_expired(bank.acting, "keeper") == 0
    with pytest.raises(UsageError, match="a day to come"):
        end_relationship(bank.acting, "C02", dt.date(2999, 1, 1), YEARS, "operator")
    assert end_relationship(bank.acting, "C02", ENDED, YEARS, "operator") == 8
    assert dates(bank)["consents"] == "2029-06-30"
    assert dates(bank)["offers"] == "2031-06-30"
    assert end_relationship(bank.acting, "C02", dt.date(2030, 1, 1), YEARS, "operator") == 0  # dated once
    with pytest.raises(RecordNotFoundError):
        end_relationship(bank.acting, "C01", ENDED, YEARS, "operator")


def test_nobody_else_reads_it(bank):
    """What is kept belongs to no customer: no view, list or export of any customer holds it."""
    full_life(bank, "C02", "words")
    erased(bank, "C02")
    assert {row["customer_id"] for row in bank.rows("retained")} == {None}
    found = bank.get("data_protection_officer", "/v1/customers/C01/data", purpose="privacy_request")
    assert "retained" not in found.json()["tables"]
