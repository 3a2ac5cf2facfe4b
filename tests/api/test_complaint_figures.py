"""Figures of complaints from the store: from what staff did with cases to the analysis, the rating, the return and what is owed."""

import csv
import datetime as dt
import hashlib
import io

import pytest
from api_calls import PLAN

from zhike.act.acting import moment
from zhike.act.complaint_desk import ComplaintDesk
from zhike.act.complaint_register import complaint_register

NOTICE = {"channel": "phone", "sha256": "ab" * 32}
WHO = {
    "complaints_lead": "complaint",
    "compliance": "audit",
    "auditor": "audit",
    "service_quality": "quality",
}
JUDGED = {"outcome": 4, "procedure": 2, "interaction": 5, "because": "late"}
PUBLISHED = dt.date(2026, 6, 30)
PLACES = ("", "/rating", "/redress", "/recovery", "/return.csv?quarter=2026Q3")


class Desk:
    """Staff who take in complaints and see them through."""

    def __init__(self, bank):
        self.bank = bank

    def move(self, name, move, **said):
        answer = self.bank.post("complaints_officer", f"/v1/complaints/{name}/moves", {"move": move, **said}, purpose="complaint")  # fmt: skip
        assert answer.status_code == 200, answer.text

    def case(
        self,
        customer,
        *,
        issue="pricing",
        until=("assess", "investigate", "propose", "inform", "accept", "close"),
    ):
        body = {"customer_id": customer, "channel": "phone", "words": "charged twice"}
        name = self.bank.post("complaints_officer", "/v1/complaints", body, purpose="complaint").json()[
            "complaint_id"
        ]
        self.bank.clock.later(days=1)
        said = {
            "assess": {"complexity": "simple", "business": "credit_card", "issue": issue, "origin": "mobile_app"},
            "propose": {
                "findings": "twice", "outcome": "upheld", "redress": [{"kind": "refund", "amount": 1200}, {"kind": "apology"}], "harm": 1200,
                "evidence": "documented", "major": False, "legal": False, "regulatory": False,
            },
            "inform": {"notice": NOTICE}, "close": {"cause": "mistake"},
        }  # fmt: skip
        for move in until:
            self.move(name, move, **said.get(move, {}))
        return name

    def figures(self, place="", staff="compliance", **more):
        return self.bank.get(staff, f"/v1/analysis/complaints{place}", purpose=WHO[staff], **more)


@pytest.fixture
def desk(bank):
    return Desk(bank)


def test_what_staff_did_becomes_figures(desk):
    first = desk.case("C01")
    desk.case("C02", issue="rules")
    desk.case("C03", until=("assess",))
    desk.bank.post("service_quality", f"/v1/complaints/{first}/justice", JUDGED, purpose="complaint")
    found = desk.figures("?facet=issue").json()
    assert [(one["code"], one["count"]) for one in found["pareto"]["items"]] == [("pricing", 2), ("rules", 1)]
    assert found["ratios"]["received"] == 3
    assert (found["ratios"]["shares"]["in_time"]["count"], found["ratios"]["shares"]["in_time"]["of"]) == (
        2,
        2,
    )
    assert found["ratios"]["rates"]["per_outlets"]["value"] == pytest.approx(3 / 2 * 1_000)
    assert [(one["cause"], one["complaints"]) for one in found["causes"]] == [("mistake", 2)]
    assert [(one["justice"], one["cases"]) for one in found["justice"]] == [("outcome", 1), ("procedure", 1), ("interaction", 1)]  # fmt: skip
    assert desk.figures("?facet=origin").json()["pareto"]["items"][0]["code"] == "mobile_app"
    # Remembered until something changes, and no longer.
    desk.case("C06", issue="rules", until=("assess",))
    assert desk.figures("?facet=issue").json()["ratios"]["received"] == 4


def test_a_cause_is_put_right_on_the_evidence_of_complaints_and_stands_beside_them(desk):
    name = desk.case("C01")

    def plan(**changes):
        body = {**PLAN, "cause": "mistake", "evidence": {"complaints": [name]}, **changes}
        return desk.bank.post("service_quality", "/v1/improvements", body, purpose="quality")

    assert plan().status_code == 200
    assert plan(cause="waiting").status_code == 422
    assert plan(evidence={"complaints": ["k-unknown"]}).status_code == 404
    (cause,) = desk.figures().json()["causes"]
    assert (cause["cause"], cause["complaints"], [one["state"] for one in cause["improvements"]]) == ("mistake", 1, ["planned"])  # fmt: skip


def test_the_rating_says_what_it_does_not_know_and_the_audit_that_it_refuses(desk):
    desk.case("C01")
    rating = desk.figures("/rating").json()
    assert (rating["status"], rating["total"]) == ("provisional", None)
    told = {one["measure"]: one for one in rating["measures"]}
    assert (told["told_in_time"]["points"], told["rules_current"]["points"]) == (10.0, 10.0)
    assert {"education", "deduction", "satisfied", "equal_redress"} <= set(rating["unknown"])
    audit = desk.figures("/redress").json()
    assert (audit["verdict"], audit["cases"]) == ("refused", 1)
    menu = {one["measure"]: one for one in desk.figures("/recovery", "complaints_lead").json()["measures"]}
    assert (menu["refund"]["given"], menu["refund"]["paid"], menu["refund"]["owed"]) == (1, 1200.0, True)
    assert {one["verdict"] for one in menu["apology"]["effects"]} == {"not_enough_data"}


def test_whether_a_customer_stayed_is_what_somebody_noted_else_what_the_bank_serves_later(desk):
    """What was noted last holds; the publication of the day of the answer says nothing of ninety days later."""
    name, quiet, waiting = desk.case("C01"), desk.case("C02"), desk.case("C03", until=("assess",))
    assert retained(desk) == {name: None, quiet: None, waiting: None}
    desk.move(name, "note_stay", stayed="yes", reason="renewed the deposit")
    then = desk.bank.clock.now()
    desk.bank.clock.later(days=1)
    desk.move(name, "note_stay", stayed="no", reason="closed the account")
    assert (retained(desk)[name], retained(desk, then)[name]) == (0.0, 1.0)
    for day, stayed in ((PUBLISHED + dt.timedelta(days=92), None), (PUBLISHED + dt.timedelta(days=93), 1.0)):
        with desk.bank.store.write() as tx:
            tx.change("publications", {"state": "active"}, {"at": str(day)})
        assert retained(desk) == {name: 0.0, quiet: stayed, waiting: None}
    menu = desk.figures("/recovery").json()
    assert [one["retained"] for one in menu["measures"] if one["measure"] == "apology"] == [0.5]
    links = {(one["justice"], one["outcome"]): one for one in menu["justices"]}
    assert (len(links), links["procedure", "retained"]["verdict"]) == (6, "not_enough_data")


def retained(desk, known_at=None):
    service = desk.bank.service
    with desk.bank.store.read() as tx:
        rules = ComplaintDesk.of(service.rulebook, service.today())
        table = complaint_register(tx, rules, known_at or desk.bank.clock.now(), service.desk)
    return dict(table.select("case", "retained").iter_rows())


def test_a_return_is_the_same_again_and_as_it_was_known_then(desk):
    desk.case("C01", until=("assess",))
    then = desk.bank.service.acting.clock.now()
    place = "/return.csv?quarter=2026Q3"
    before = desk.figures(place)
    assert hashlib.sha256(before.content).hexdigest() == before.headers["x-content-sha256"]
    assert desk.figures(place).content == before.content
    desk.bank.clock.later(minutes=1)
    desk.case("C02")
    after = desk.figures(place)
    assert after.content != before.content
    stamp = moment(then).isoformat().replace("+", "%2B")
    assert desk.figures(f"{place}&known_at={stamp}").content == before.content
    rows = list(csv.DictReader(io.StringIO(after.content.decode("utf-8-sig"))))
    assert (rows[-1]["received"], rows[-1]["told_in_time"], rows[-1]["open"]) == ("2", "1", "1")
    assert desk.figures("/return.csv?quarter=2026Q7").status_code == 422


def test_what_is_owed_is_told_of_a_case(desk):
    name = desk.case("C01", until=("assess", "investigate", "propose"))
    found = desk.bank.get("complaints_officer", f"/v1/complaints/{name}/recovery", purpose="complaint").json()
    assert found["owed"] == ["explanation", "correction", "refund"]
    assert (found["suggested"], found["because"]) == (None, "not_enough_data")
    assert (
        desk.bank.get("rm_south", f"/v1/complaints/{name}/recovery", purpose="complaint").status_code == 404
    )


def test_who_sees_figures_and_who_does_not(desk):
    for place in PLACES:
        assert [desk.figures(place, staff).status_code for staff in WHO] == [200] * len(WHO), place
        for staff, purpose in (
            ("rm", "service"),
            ("analyst", "analysis"),
            ("complaints_officer", "marketing"),
        ):
            assert desk.bank.get(staff, f"/v1/analysis/complaints{place}", purpose=purpose).status_code == 403
    assert desk.figures("?from=2026-07-02&until=2026-07-01").status_code == 422
