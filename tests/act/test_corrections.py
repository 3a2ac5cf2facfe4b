"""A corrected fact holds at once, and what was known before stays known."""

import datetime as dt

import decide_bank
import pytest

from zhike.act.corrections import (
    CORRECTABLE,
    Correcting,
    correct,
    correction_log,
    retract_correction,
)
from zhike.act.replay import replay_log
from zhike.core.errors import UsageError
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent
from zhike.know.corrections import corrected
from zhike.know.features import FEATURES

TODAY = dt.date(2026, 7, 1)


def correctable(bank):
    return bank.service.rulebook.at(CORRECTABLE, bank.service.today()).value


def said(bank, attribute, value, since=TODAY, customer="C02"):
    return correct(bank.acting, Correcting(customer, attribute, value, since, "rm"), correctable(bank))


def known(bank, day=TODAY, at=None, customer="C02"):
    with bank.store.read() as tx:
        return corrected(correction_log(tx, customer), str(day), bank.clock.now() if at is None else at)


def inputs(bank, customer="C02"):
    """Return what a decision now reads of a customer that the archive did not have."""
    decision = bank.decide(customer, direction="inbound").json()["decision_id"]
    (row,) = bank.rows("decisions", {"decision_id": decision})
    return row["context"]["moment"].get("changed", {})


def test_decisions_read_it_at_once_and_stay_provable(bank):
    assert bank.decide("C01", direction="inbound").json()["actions"][0]["action_id"] == "invest:B1:app"
    row = said(bank, "customer_type", "inactive", customer="C01")
    assert inputs(bank, "C01") == {"customer_type": "inactive"}
    assert bank.decide("C01", direction="inbound").json()["no_action"]
    retract_correction(bank.acting, "C01", row["correction_id"], "rm")
    assert inputs(bank, "C01") == {}
    assert replay_log(bank.acting, bank.service.desk).proven


def test_a_day_that_is_corrected_is_read_as_a_day(bank):
    import dataclasses

    with bank.store.read() as tx:
        current, dossier = bank.service.desk.dossier(tx, "C02")
    setting = dataclasses.replace(current.setting, dates=frozenset({"risk_valid_until"}))
    dated = dataclasses.replace(dossier, inputs={**dossier.inputs, "risk_valid_until": None})
    found = dated.one(setting, {"risk_valid_until": "2026-07-31"})
    assert found.as_values("risk_valid_until")[0] == (dt.date(2026, 7, 31) - dt.date(1970, 1, 1)).days


def test_what_was_known_when(bank):
    first = bank.clock.now()
    said(bank, "region", "north", dt.date(2026, 3, 3))
    bank.clock.later(days=1)
    second = bank.clock.now()
    row = said(bank, "region", "south", dt.date(2026, 5, 1))
    assert row["before"] == {"is": "north"}
    bank.clock.later(days=1)
    assert known(bank, dt.date(2026, 3, 2)) == {}
    assert known(bank, dt.date(2026, 4, 1)) == {"region": "north"}
    assert known(bank, dt.date(2026, 5, 1)) == {"region": "south"}
    assert known(bank, dt.date(2026, 5, 1), first) == {"region": "north"}
    assert known(bank, dt.date(2026, 5, 1), first - 1) == {}
    retract_correction(bank.acting, "C02", row["correction_id"], "rm")
    assert known(bank, dt.date(2026, 5, 1)) == {"region": "north"}
    assert known(bank, dt.date(2026, 5, 1), second) == {"region": "south"}  # what was known then stays known


def test_a_retraction_can_be_retracted(bank):
    row = said(bank, "age", 40)
    undo = retract_correction(bank.acting, "C02", row["correction_id"], "rm")
    with pytest.raises(StateConflictError, match="taken back already"):
        retract_correction(bank.acting, "C02", row["correction_id"], "rm")
    retract_correction(bank.acting, "C02", undo["correction_id"], "rm")
    assert known(bank) == {"age": 40}
    with bank.store.read() as tx:
        assert len(correction_log(tx, "C02")) == 3
    with pytest.raises(RecordNotFoundError):
        retract_correction(bank.acting, "C03", row["correction_id"], "rm")


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("customer_id", "C3"), ("contacts_all_30d", 0), ("nothing", 1), ("age", "40"), ("age", 40.5), ("age", True), ("region", 7),
     ("region", ""), ("full_capacity", 1), ("risk_valid_until", "2026-02-30"), ("risk_valid_until", 20260101), ("age", 1 << 70)],
)  # fmt: skip
def test_what_does_not_fit_is_refused(bank, attribute, value):
    with pytest.raises(UsageError) as refused:
        said(bank, attribute, value)
    assert "40.5" not in str(refused.value)
    assert bank.rows("corrections") == []


def test_no_correction_from_tomorrow_on_and_none_of_a_stranger(bank):
    with pytest.raises(UsageError, match="up to today"):
        said(bank, "age", 40, dt.date(2026, 7, 2))
    with pytest.raises(RecordNotFoundError):
        said(bank, "age", 40, customer="C99")


def test_unknown_is_a_correction_too(bank):
    said(bank, "risk_level", None)
    assert known(bank) == {"risk_level": None}
    assert inputs(bank)["risk_level"] is None


def test_it_is_told(bank):
    row = said(bank, "age", 40)
    (entry,) = bank.rows("audit_entries", {"stream": "privacy"})
    assert (entry["event"], entry["actor"]) == (AuditEvent.DATA_CORRECTED, "rm")
    assert row["recorded_at"] == entry["at"]


def test_two_within_a_microsecond_keep_their_order(bank):
    for age in (40, 41, 42):
        said(bank, "age", age)
    with bank.store.read() as tx:
        log = correction_log(tx, "C02")
    assert [one.value for one in log] == [40, 41, 42]
    assert known(bank, at=bank.clock.now() + 10) == {"age": 42}


def test_every_correctable_attribute_is_a_feature_of_a_plain_type(bank):
    dtypes = {feature.name: feature.dtype for feature in FEATURES}
    assert {dtypes[name] for name in correctable(bank)} <= {
        "string",
        "int16",
        "int64",
        "money",
        "float64",
        "bool",
        "date",
    }
    assert "customer_id" not in correctable(bank)
    assert decide_bank.SHIPPED.at(CORRECTABLE, TODAY).value == correctable(bank)
