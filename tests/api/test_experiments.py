"""The standing experiment over the interface: who counts, in which arm, with which answer, since when, and who may look."""

import csv
import io

import pytest
import served_bank

from zhike.act import first_decisions
from zhike.api import experiments
from zhike.decide.policy import Holdout
from zhike.decide.serving import lots
from zhike.measure.experiments import held_out

PATH = "/v1/experiments"
HOLDOUT, SHARE = Holdout(0.4, "tests"), 0.5
RUN = {"holdout": {"share": 0.4, "salt": "tests"}, "exploration": {"share": SHARE, "temperature": 5.0}}
EVERYBODY = (*served_bank.NORTH, *served_bank.SOUTH, "C10")


@pytest.fixture
def trial(bank):
    """A bank whose policy holds out and explores."""
    served_bank.publish_small(bank.acting, **RUN)
    bank.clock.later(seconds=2)
    return bank


def told(bank, **query):
    answer = bank.get("policy_owner", PATH, purpose="governance", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def counts(body, outcome, contrast="holdout"):
    found = next(one for one in body["contrasts"] if one["contrast"] == contrast)
    row = next(one for one in found["outcomes"] if one["outcome"] == outcome)
    return row["test"] + row["control"]


def offer(bank, customer="C02"):
    return bank.decide(customer, direction="inbound").json()["actions"][0]["offer_id"]


def respond(bank, offer_id, outcome):
    answer = bank.post(
        "integration", f"/v1/offers/{offer_id}/responses", {"outcome": outcome}, purpose="service"
    )
    assert answer.status_code == 200, answer.text


def test_arms_that_follow_from_identifiers_are_those_that_were_served(trial):
    """The record of a decision is sealed; opened here, it says what the lots say."""
    for _ in range(4):
        for customer in EVERYBODY:
            assert trial.decide(customer, direction="inbound").json()["degraded"] is None
    rows = trial.rows("decisions")
    out = held_out([row["customer_id"] for row in rows], HOLDOUT)
    explores = lots([row["decision_id"] for row in rows], 1)[:, 0, 0] < SHARE
    seen = set()
    for row, held, lot in zip(rows, out, explores.tolist(), strict=True):
        arm = next((place[1] for place in row["record"]["places"] if place[1] != "mandatory"), None)
        if arm is not None:
            assert arm == ("holdout" if held else "explored" if lot else "best")
            seen.add(arm)
    assert seen == {"holdout", "explored", "best"}


def test_a_customer_counts_once_and_not_before_the_time_to_answer_is_over(trial):
    for customer in ("C01", "C02", "C02", "C10"):
        trial.decide(customer)
    body = told(trial)
    assert (body["decisions"], body["customers"], body["waiting"], body["counted_until"]) == (4, 0, 3, None)
    trial.clock.later(days=body["answer_days"])
    body = told(trial)
    assert (body["customers"], body["waiting"]) == (3, 0)
    for contrast in body["contrasts"]:
        assert contrast["test_customers"] + contrast["control_customers"] <= 3
    assert [one["planned_share"] for one in body["contrasts"]] == [0.4, SHARE]


def test_answers_in_time_count_and_late_ones_do_not(trial):
    served_bank.publish_small(trial.acting, holdout=RUN["holdout"])  # who explores may be offered nothing
    trial.clock.later(seconds=2)
    first, second = offer(trial, "C02"), offer(trial, "C03")
    trial.clock.later(seconds=1)
    later = offer(trial, "C02")  # of another decision for the same customer
    respond(trial, first, "accepted")
    respond(trial, later, "refused")
    days = told(trial)["answer_days"]
    trial.clock.later(days=days)
    respond(trial, second, "accepted")
    body = told(trial)
    assert (body["customers"], counts(body, "accepted"), counts(body, "refused")) == (2, 1, 0)


def test_a_consent_taken_back_counts_whatever_was_offered(trial):
    consent = {"purpose": "marketing", "channel": "app", "status": "withdrawn"}

    def withdrawn(customer):
        answer = trial.post(
            "branch_manager", f"/v1/customers/{customer}/consents", consent, purpose="service"
        )
        assert answer.status_code == 200, answer.text

    withdrawn("C01")
    trial.clock.later(seconds=2)
    trial.decide("C01")
    trial.decide("C03")
    withdrawn("C03")
    trial.clock.later(days=told(trial)["answer_days"])
    assert counts(told(trial), "withdrew") == 1


def test_a_safe_answer_is_no_decision_of_the_experiment(trial):
    trial.decide("C01")
    with trial.store.write() as tx:
        tx.change("decisions", {"customer_id": "C01"}, {"degraded": "too_slow"})
    body = told(trial)
    assert (body["decisions"], body["waiting"]) == (0, 0)


def test_of_many_decisions_the_earliest_are_looked_at_and_it_is_said_until_when(trial, monkeypatch):
    monkeypatch.setattr(experiments, "MOST_DECISIONS", 2)
    monkeypatch.setattr(first_decisions, "_PAGE", 1)
    for customer in ("C01", "C02", "C03"):
        trial.decide(customer)
        trial.clock.later(seconds=1)
    body = told(trial)
    assert (body["decisions"], body["waiting"]) == (2, 2)
    last = max(row["decided_at"] for row in trial.rows("decisions"))
    assert body["counted_until"] == experiments.instant(last)
    monkeypatch.setattr(experiments, "MOST_DECISIONS", 3)
    assert told(trial)["counted_until"] is None


def test_a_period_begins_with_the_policy_and_leaves_out_what_is_outside(trial):
    trial.decide("C01")
    trial.clock.later(days=1)
    trial.decide("C02")
    assert told(trial, until="2026-07-01")["decisions"] == 1
    assert told(trial, **{"from": "2026-07-02"})["decisions"] == 1
    assert told(trial, **{"from": "2020-01-01"})["decisions"] == 2
    assert told(trial, **{"from": "2020-01-01", "until": "2020-02-01"})["decisions"] == 0
    with trial.store.write() as tx:  # as if the policy before had said something else
        tx.change("publications", {"number": 1}, {"policy_version": "v0"})
        tx.change("decisions", {"customer_id": "C01"}, {"publication": 1})
    body = told(trial)
    assert (body["decisions"], body["policy_version"]) == (1, "v1")
    (published,) = trial.rows("publications", {"number": 2})
    assert body["since"] == experiments.instant(published["recorded_at"])


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-07-02", "until": "2026-07-01"},
        {"from": "soon"},
        {"until": "2026-13-01"},
        {"from": "2027-01-01"},
    ],
)
def test_a_period_that_is_none_is_refused(shared, query):
    assert shared.get("policy_owner", PATH, purpose="governance", params=query).status_code == 422


def test_the_extreme_days_of_the_calendar_are_answered(trial):
    trial.decide("C01")
    assert told(trial, **{"from": "0001-01-01", "until": "9999-12-31"})["decisions"] == 1


def test_what_no_arm_tells_is_named_and_no_customer_is(trial):
    for customer in EVERYBODY:
        trial.decide(customer)
    trial.clock.later(days=60)
    answer = trial.get("analyst", PATH, purpose="analysis")
    assert {one["why"] for one in answer.json()["unreadable"]} == {"no_arm", "softmax"}
    assert not any(customer in answer.text for customer in EVERYBODY)


def test_the_table_is_that_of_the_answer(trial):
    for customer in EVERYBODY:
        trial.decide(customer)
    trial.clock.later(days=60)
    answer = trial.get("auditor", f"{PATH}/contrasts.csv", purpose="audit")
    header, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    body = told(trial)
    assert len(rows) == sum(len(one["outcomes"]) for one in body["contrasts"])
    customers = [int(row[header.index("Customers, control arm")]) for row in rows]
    assert customers[::3] == [one["control_customers"] for one in body["contrasts"]]


def test_a_policy_without_arms_says_so(bank):
    bank.decide("C01")
    bank.clock.later(days=60)
    body = told(bank)
    assert [one["obstacle"] for one in body["contrasts"]] == ["not_run", "not_run"]
    assert {each["verdict"] for one in body["contrasts"] for each in one["outcomes"]} == {None}


@pytest.mark.parametrize(
    ("staff", "purpose", "status"),
    [
        ("policy_owner", "governance", 200), ("product_owner", "analysis", 200), ("analyst", "analysis", 200),
        ("compliance", "governance", 200), ("auditor", "audit", 200), ("analyst", "service", 403), ("rm", "service", 403),
        ("branch_manager", "supervision", 403), ("administrator", "operation", 403), ("integration", "service", 403),
    ],
)  # fmt: skip
def test_who_may_look(shared, staff, purpose, status):
    for path in (PATH, f"{PATH}/contrasts.csv"):
        assert shared.get(staff, path, purpose=purpose).status_code == status
