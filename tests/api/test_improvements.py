"""The outer loop over the interface: planned on evidence, started, measured from a series, judged by somebody else; what does not fit is refused."""

from statistics import fmean

import heard_bank
import pytest
from api_calls import CALLS, PLAN, SERIES, prepared

QUALITY, OWNER = ("service_quality", "quality"), ("branch_manager", "supervision")
TRIAL = {
    **PLAN,
    "measure": {"said": "satisfaction", "better": "higher", "level": "branch", "design": "trial"},
}


class Cases:
    """Calls of improvements in a bank."""

    def __init__(self, bank):
        self.bank = bank

    def post(self, path, body, who=QUALITY):
        return self.bank.post(who[0], f"/v1/improvements{path}", body, purpose=who[1])

    def get(self, path="", who=QUALITY):
        return self.bank.get(who[0], f"/v1/improvements{path}", purpose=who[1])

    def planned(self, **changes):
        answer = self.post("", {**PLAN, **changes})
        assert answer.status_code == 200, answer.text
        return answer.json()["improvement_id"]

    def running(self, start_on="2026-01-01", plan=PLAN, **units):
        name = self.planned(**plan)
        answer = self.post(f"/{name}/start", {"start_on": start_on, **units})
        assert answer.status_code == 200, answer.text
        return name, answer.json()


@pytest.fixture
def cases(bank):
    return Cases(bank)


def closed_loop(bank, cause="waiting"):
    """Return a call-back of C01 that was closed with a cause."""
    call = prepared(bank)["close_loop"]
    body = {**CALLS["close_loop"].body, "cause": cause}
    assert bank.post(call.staff, call.path, body, purpose=call.purpose).status_code == 200
    return call.path.split("/")[3]


def test_from_a_cause_to_what_its_action_changed(bank, cases):
    loop = closed_loop(bank)
    name, running = cases.running(plan={**PLAN, "evidence": {"loops": [loop], "drivers": ["waiting time"]}})
    assert (running["state"], running["evidence"]["loops"], running["overdue"]) == ("running", [loop], False)
    measured = cases.post(f"/{name}/measure", {"series": SERIES, "slope": False}).json()
    effect = measured["effect"]
    assert (measured["state"], effect["design"], effect["verdict"]) == ("measured", "interrupted", "better")
    assert effect["effect"]["low"] < -4 < effect["effect"]["high"] < 0
    assert effect["n"] == {"before": 12, "after": 6}
    # Whoever sees to it does not judge it.
    own = cases.post(f"/{name}/close", {"outcome": "kept", "conclusion": "It worked."}, OWNER)
    assert (own.status_code, own.json()["error"]["code"]) == (409, "state_conflict")
    closed = cases.post(f"/{name}/close", {"outcome": "kept", "conclusion": "Four minutes less."}).json()
    assert [step["state"] for step in closed["history"]] == ["planned", "running", "measured", "closed"]
    assert {row["event"] for row in bank.rows("audit_entries")} >= {761, 762, 763, 764}
    causes = {one["cause"]: one for one in cases.get().json()["causes"]}
    assert causes["waiting"]["call_backs"] == 1
    assert name in [one["improvement_id"] for one in cases.get("?state=closed").json()["improvements"]]


def test_a_trial_draws_its_units_by_a_hash_and_is_measured_by_the_draw(cases):
    units = [f"branch {one}" for one in range(8)]
    name, started = cases.running(plan=TRIAL, treated=units)
    drawn = started["units"]
    assert (drawn["drawn"], len(drawn["treated"]), sorted(drawn["treated"] + drawn["comparison"])) == (
        True,
        4,
        units,
    )
    # Whoever is drawn, by the name of the trial: all were alike before, and none of the others comes near those with the action after.
    luck = {unit: place % 3 / 10 for place, unit in enumerate(units)}
    means = [fmean(luck[unit] for unit in drawn[side]) for side in ("treated", "comparison")]
    series = [
        {"period": f"{year}-{month:02d}", "unit": unit, "value": 7 + (year == 2026) * (luck[unit] + 0.6 * (unit in drawn["treated"]))}
        for unit in units for year in (2025, 2026) for month in range(1, 7)
    ]  # fmt: skip
    effect = cases.post(f"/{name}/measure", {"series": series}).json()["effect"]
    assert effect["effect"]["value"] == pytest.approx(0.6 + means[0] - means[1])
    assert (effect["verdict"], effect["p_value"]) == ("better", pytest.approx(2 / 70))
    assert effect["units"] == {"treated": drawn["treated"], "comparison": drawn["comparison"]}


def test_the_period_in_which_it_began_counts_neither_way(cases):
    name, _ = cases.running("2026-01-15")
    effect = cases.post(f"/{name}/measure", {"series": SERIES}).json()["effect"]
    assert effect["n"] == {"before": 12, "after": 5}
    assert "2026-01" not in {one["period"] for one in effect["points"]}


REFUSED = [
    ({"cause": "moon"}, "request_invalid"),
    ({"evidence": {}}, "request_invalid"),
    ({"due_on": "2026-01-01"}, "request_invalid"),
    ({"owner": "nobody"}, "record_not_found"),
    ({"evidence": {"loops": ["c-1"]}}, "record_not_found"),
    ({"evidence": {"answers": ["u-1"]}}, "record_not_found"),
    ({"measure": {"indicator": "moon", "said": "x", "better": "lower"}}, "request_invalid"),
    ({"measure": {"indicator": "adviser_service", "said": "x", "better": "lower", "level": "process"}}, "request_invalid"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "code"), REFUSED)
def test_what_could_not_be_followed_is_not_planned(shared, changes, code):
    answer = Cases(shared).post("", {**PLAN, **changes})
    assert answer.json()["error"]["code"] == code, answer.text
    assert not shared.rows("improvements")


def test_steps_are_taken_in_order(cases):
    name = cases.planned()

    def refused(path, body):
        answer = cases.post(f"/{name}/{path}", body)
        assert answer.status_code in (409, 422), answer.text
        return answer.json()["error"]["code"]

    assert refused("measure", {"series": SERIES}) == "state_conflict"
    assert refused("close", {"outcome": "kept", "conclusion": "-"}) == "state_conflict"
    assert refused("start", {"start_on": "2026-12-01"}) == "request_invalid"
    assert cases.post(f"/{name}/start", {"start_on": "2026-01-01"}).status_code == 200
    assert refused("start", {"start_on": "2026-01-01"}) == "state_conflict"
    assert refused("measure", {}) == "request_invalid"
    assert refused("measure", {"series": SERIES[:14]}) == "request_invalid"
    assert refused("measure", {"series": [*SERIES, SERIES[0]]}) == "request_invalid"
    assert cases.get(f"/{name}").json()["state"] == "running"


def test_a_cause_of_another_kind_is_no_evidence(bank, cases):
    loop = closed_loop(bank, "digital")
    answer = cases.post("", {**PLAN, "evidence": {"loops": [loop]}})
    assert answer.json()["error"]["code"] == "request_invalid"
    assert "digital" in answer.text


def test_without_a_bank_folder_the_board_is_of_the_store(bank):
    store = bank.service.acting.store
    people = heard_bank.people(store, 60)
    heard_bank.hear(
        bank.service.acting,
        "nps",
        [(row["customer_id"], {"recommend": 8, "call_back": "no"}, 150, 1) for row in people],
    )

    def told():
        board = bank.get("service_quality", "/v1/indicators?level=bank", purpose="quality").json()
        (one,) = [one for one in board["indicators"] if one["name"] == "recommendation"]
        return [(unit["level"], unit["periods"]) for unit in one["units"]]

    assert told() == [("bank", 1)]
    # What is remembered is forgotten when a sheet comes in.
    heard_bank.hear(
        bank.service.acting,
        "nps",
        [(row["customer_id"], {"recommend": 7, "call_back": "no"}, 260, 1) for row in people],
        days=9,
    )
    assert told() == [("bank", 2)]
