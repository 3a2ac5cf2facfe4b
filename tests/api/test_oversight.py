"""The trail searched, checked and taken along; one decision proven; who is served alike; consents, data, rules, security."""

import datetime as dt

import pytest
import served_bank
import two_persons
from decide_bank import document, rulebook
from served_bank import NORTH

from zhike.act.acting import microseconds
from zhike.act.digests import sign_digest
from zhike.adapters.audit_files import verify_trail_file

ENTRIES, VERIFICATION = "/v1/audit/entries", "/v1/audit/verification"


def seen(bank, path, staff="auditor", purpose="audit"):
    answer = bank.get(staff, path, purpose=purpose)
    assert answer.status_code == 200, answer.text
    return answer.json()


def sealed(bank):
    return sign_digest(bank.acting, bank.store.keys.audit_seed)


def decided(bank, *customers):
    return [bank.decide(name).json()["decision_id"] for name in customers or NORTH]


# -- the trail -------------------------------------------------------------------------------------------------------------


def test_pages_hold_every_entry_once_the_newest_first(bank):
    decided(bank)
    bank.clock.later(seconds=1)
    decided(bank)
    found, after = [], ""
    while after is not None:
        page = seen(bank, f"{ENTRIES}?limit=7{after and f'&after={after}'}")
        found, after = found + page["entries"], page["next"]
        assert len(page["entries"]) <= 7
    places = [(one["at"], one["stream"], one["number"]) for one in found]
    assert places == sorted(places, reverse=True)
    assert {place[1:] for place in places} == {
        (row["stream"], row["number"]) for row in bank.rows("audit_entries")
    }
    assert len(places) == len(set(places))


def test_pages_of_what_is_looked_for_hold_that_alone(bank):
    decided(bank, "C02", "C03")
    bank.clock.later(days=1)
    decided(bank, "C02", "C03")
    today = seen(bank, f"{ENTRIES}?stream=decisions&event=101&since=2026-07-02")["entries"]
    before = seen(bank, f"{ENTRIES}?actor=integration&until=2026-07-01")["entries"]
    for found in (today, before):
        assert [one["customer_id"] for one in found] == ["C03", "C02"]
    assert not {one["number"] for one in today} & {one["number"] for one in before}
    assert seen(bank, f"{ENTRIES}?actor=nobody") == {"entries": [], "next": None}


def test_what_the_trail_says_of_a_customer_comes_in_pages_too(bank):
    decided(bank, "C02", "C03", "C02")
    bank.clock.later(days=1)
    decided(bank, "C02")
    place = "/v1/customers/C02/audit"
    whole = seen(bank, place)["entries"]
    assert [(one["event"], one["customer_id"]) for one in whole] == [(101, "C02")] * 3
    first = seen(bank, f"{place}?limit=2")
    assert first["entries"] + seen(bank, f"{place}?limit=2&after={first['next']}")["entries"] == whole
    assert seen(bank, "/v1/customers/nobody/audit") == {"entries": [], "next": None}


@pytest.mark.parametrize("after", ["e30", "WzEsICJ4Il0", "WzEsICJub25lOjEiXQ", "WzEsICJzdGFmZjotMSJd"])
def test_a_made_up_cursor_is_refused(bank, after):
    assert bank.get("auditor", f"{ENTRIES}?after={after}", purpose="audit").status_code == 422


def test_of_whoever_was_erased_the_trail_says_that_alone(bank):
    (decision,) = decided(bank, "C04")
    two_persons.erased(bank, "C04")
    erased = [one for one in seen(bank, f"{ENTRIES}?event=101")["entries"] if one["contents"] == "erased"]
    assert len(erased) == 1
    assert (erased[0]["content"], erased[0]["customer_id"]) == (None, None)
    assert seen(bank, "/v1/customers/C04/audit")["entries"] == []
    report = bank.post("auditor", VERIFICATION, {"commitments": True}, purpose="audit").json()
    assert report["erased"] > 0
    assert [one["code"] for one in report["failures"]] == ([] if report["digests"] else ["no_digest"])
    assert bank.get("auditor", f"/v1/decisions/{decision}/proof", purpose="audit").status_code == 404


def test_a_token_is_shown_to_nobody(bank):
    from zhike.act.staff import revoke_token, token_hash

    digest = token_hash(bank.tokens["channel"])
    revoke_token(bank.acting, digest, actor="administrator")
    (entry,) = seen(bank, f"{ENTRIES}?event=611")["entries"]
    assert digest not in str(entry)
    assert entry["content"] == {"token": "•••"}


def test_what_is_changed_anywhere_is_found_and_named(bank):
    decided(bank)
    sealed(bank)
    assert bank.post("auditor", VERIFICATION, {}, purpose="audit").json()["verified"]
    with bank.store.write() as tx:
        tx.change(
            "audit_openings", {"stream": "decisions", "number": 1}, {"content": b'{"decision":"other"}'}
        )
    told = bank.post("auditor", VERIFICATION, {"commitments": True}, purpose="audit").json()
    assert [(one["code"], one["stream"], one["number"]) for one in told["failures"]] == [
        ("opening_wrong", "decisions", 1)
    ]
    assert bank.post("auditor", VERIFICATION, {}, purpose="audit").json()["verified"]
    with bank.store.write() as tx:
        tx.remove("audit_entries", {"stream": "decisions", "number": 5})
    told = bank.post("auditor", VERIFICATION, {}, purpose="audit").json()
    assert (told["verified"], told["failed"]) == (False, 1)
    assert told["failures"][0]["code"] == "entry_missing"


def test_that_it_was_verified_is_recorded(bank):
    sealed(bank)
    bank.post("auditor", VERIFICATION, {}, purpose="audit")
    (entry,) = seen(bank, f"{ENTRIES}?event=910")["entries"]
    assert entry["actor"] == "auditor"
    assert entry["content"] == {"entries": 33, "digest": 1, "opened": False, "failed": 0}


def test_what_is_taken_along_is_verified_elsewhere(bank, tmp_path):
    decided(bank)
    sealed(bank)
    answer = bank.get("auditor", "/v1/audit/export", purpose="audit")
    assert not any(customer in answer.text for customer in NORTH)
    (tmp_path / "trail.jsonl").write_bytes(answer.content)
    found = verify_trail_file(tmp_path / "trail.jsonl", bank.store.audit_keys())
    assert (found.verified, found.entries, found.opened) == (True, len(bank.rows("audit_entries")), 0)


# -- one decision ----------------------------------------------------------------------------------------------------------


def agreeing(proof):
    return {one["name"] for one in proof["comparisons"] if one["agrees"]}


def test_a_decision_is_proven_back_to_the_digest(bank):
    first, *_ = decided(bank)
    sealed(bank)
    decided(bank)
    bank.clock.later(seconds=1)
    sealed(bank)
    proof = seen(bank, f"/v1/decisions/{first}/proof")
    assert (proof["outcome"], proof["proven"], proof["decision"]["identical"]) == ("identical", True, True)
    assert agreeing(proof) == {one["name"] for one in proof["comparisons"]}
    assert len(proof["comparisons"]) == 11
    assert proof["digest"]["number"] == 1
    later = seen(bank, f"/v1/decisions/{decided(bank, 'C01')[0]}/proof")
    assert (later["digest"], later["proven"], len(later["comparisons"])) == (None, True, 8)


@pytest.mark.parametrize(
    ("table", "where", "values", "differs"),
    [
        ("audit_entries", {"stream": "decisions", "number": 2}, {"hash": "0" * 64}, {"entry_hash"}),
        ("audit_entries", {"stream": "decisions", "number": 2}, {"actor": "rm"}, {"entry_hash", "chain"}),
        ("audit_entries", {"stream": "decisions", "number": 1}, {"hash": "1" * 64}, {"link"}),
        ("audit_entries", {"stream": "decisions", "number": 4}, {"at": 5}, {"chain"}),
        ("decisions", {"customer_id": "C02"}, {"record": {"places": [], "fingerprint": ""}}, {"fingerprint", "list", "entry_fingerprint"}),
        ("audit_openings", {"stream": "decisions", "number": 2}, {"salt": bytes(32)}, {"entry_body", "entry_subject"}),
    ],
)  # fmt: skip
def test_what_was_changed_is_what_differs(bank, table, where, values, differs):
    decisions = decided(bank)
    sealed(bank)
    with bank.store.write() as tx:
        tx.change(table, where, values)
    proof = seen(bank, f"/v1/decisions/{decisions[1]}/proof")
    assert {one["name"] for one in proof["comparisons"]} - agreeing(proof) == differs
    assert not proof["proven"]


def test_an_entry_that_was_taken_away_is_missed(bank):
    decisions = decided(bank)
    with bank.store.write() as tx:
        tx.remove("audit_openings", {"stream": "decisions", "number": 2})
    proof = seen(bank, f"/v1/decisions/{decisions[1]}/proof")
    assert (proof["outcome"], proof["proven"], proof["entry"]) == ("identical", False, None)
    assert {one["name"] for one in proof["comparisons"]} - agreeing(proof) == {"entry"}


def test_a_safe_answer_rests_on_nothing(bank):
    with bank.store.write() as tx:
        tx.remove("dossiers", {"customer_id": "C02"})
    (decision,) = decided(bank, "C02")
    proof = seen(bank, f"/v1/decisions/{decision}/proof")
    assert (proof["outcome"], proof["proven"], proof["explanation"]) == ("safe_answer", False, None)


def test_without_the_dossier_nothing_is_proven(bank):
    (decision,) = decided(bank, "C02")
    with bank.store.write() as tx:
        tx.remove("dossiers", {"customer_id": "C02"})
    assert seen(bank, f"/v1/decisions/{decision}/proof")["outcome"] == "dossier_gone"


def test_an_analyst_sees_that_it_is_proven_but_no_reasons(bank):
    (decision,) = decided(bank, "C02")
    proof = seen(bank, f"/v1/decisions/{decision}/proof", "analyst", "analysis")
    assert proof["proven"]
    assert proof["explanation"] is None
    assert "C02" not in proof["decision"]["customer_id"]


# -- figures ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def grouped(tmp_path):
    """A bank in which two customers are a group that may be told."""
    with served_bank.Served(tmp_path / "bank") as bank:
        bank.service.rulebook = rulebook(fairness__least_group=document("parameter", 2, unit="customers"))
        yield bank


def test_who_was_served_is_counted_by_group(grouped):
    grouped.clock.later(days=200)
    decided(grouped, "C01", "C02", "C02", "C06", "C07")
    grouped.decide("C03", direction="inbound")
    told = seen(grouped, "/v1/fairness?days=30")
    assert (told["decisions"], told["whole"], told["everybody"], told["least"]) == (6, True, True, 2)
    cells = {
        (one["group"], one["measure"]): (one["count"], one["customers"])
        for one in told["groups"]
        if one["attribute"] == "region"
    }
    assert (cells["north", "decided"], cells["south", "decided"]) == ((3, 5), (2, 4))
    kinds = {one["offer_id"]: one["kind"] for one in grouped.rows("offers")}
    made = dict.fromkeys(("C01", "C02", "C03", "C06", "C07"), False)
    for row in grouped.rows("decisions"):
        offers = [place[3] for place in row["record"]["places"] if place[3]]
        made[row["customer_id"]] |= any(kinds[offer] != "mandatory" for offer in offers)
    assert cells["north", "offered"] == (made["C01"] + made["C02"] + made["C03"], 3)
    assert cells["north", "contacted"] == (made["C01"] + made["C02"], 3)
    assert cells["south", "contacted"] == cells["south", "offered"] == (made["C06"] + made["C07"], 2)
    assert made["C03"]
    assert all(one["low"] <= one["share"] <= one["high"] for one in told["groups"] + told["reasons"])
    older = seen(grouped, "/v1/fairness?days=30&most=2")
    assert (older["decisions"], older["whole"], older["everybody"]) == (2, False, False)
    assert "decided" not in {one["measure"] for one in older["groups"]}


def test_decisions_before_the_window_do_not_count(grouped):
    decided(grouped)
    grouped.clock.later(days=31)
    assert seen(grouped, "/v1/fairness?days=30")["decisions"] == 0
    assert seen(grouped, "/v1/fairness?days=32")["decisions"] == len(NORTH)


def test_in_a_small_bank_no_group_is_told(bank):
    decided(bank)
    told = seen(bank, "/v1/fairness")
    assert (told["decisions"], told["groups"], told["reasons"]) == (len(NORTH), [], [])


def test_the_last_answer_of_each_customer_counts(bank):
    def answer(customer, status, **more):
        body = {
            "purpose": "marketing",
            "channel": "app",
            "status": status,
            "evidence": {"form": "branch"},
            **more,
        }
        if status == "withdrawn":
            body.pop("evidence")
        assert bank.post("rm", f"/v1/customers/{customer}/consents", body).status_code == 200

    answer("C01", "withdrawn")
    bank.clock.later(days=40)
    answer("C01", "given")
    answer("C02", "given", expires_on="2026-08-11")
    answer("C03", "given")
    answer("C03", "withdrawn")
    bank.clock.later(days=3)
    told = seen(bank, "/v1/consents/counts", "compliance")
    assert told["answers"] == 5
    wanted = {
        "purpose": "marketing",
        "channel": "app",
        "given": 1,
        "withdrawn": 1,
        "expired": 1,
        "withdrawn_lately": 1,
    }
    assert told["counts"] == [wanted]


def test_what_is_unknown_is_counted_over_the_customers_that_were_looked_at(bank):
    whole, part = (
        seen(bank, "/v1/publications/active/knowledge"),
        seen(bank, "/v1/publications/active/knowledge?most=3"),
    )
    assert (whole["looked_at"], part["looked_at"], part["customers"]) == (10, 3, 10)
    views = [
        seen(bank, f"/v1/customers/{name}")["attributes"] for name in (*NORTH, *served_bank.SOUTH, "C10")
    ]
    for one in whole["attributes"]:
        assert one["unknown"] == sum(view[one["attribute"]] is None for view in views)
    for one in whole["consents"]:
        values = [view[f"consent_{one['consent']}"] for view in views]
        assert [one["agreed"], one["refused"], one["no_answer"]] == [
            sum(value is said for value in values) for said in (True, False, None)
        ]


# -- rules and security ----------------------------------------------------------------------------------------------------


def test_rules_say_where_they_stand(bank):
    every = seen(bank, "/v1/rules")["rules"]
    assert len(every) == len(bank.service.rulebook.entries)
    some = seen(bank, "/v1/rules?text=NFRA order")["rules"]
    assert 0 < len(some) < len(every)
    assert all("nfra order" in (one["reference"] + one["title"]).lower() for one in some)
    one = seen(bank, "/v1/rules/fairness.age_band")
    assert one["cases"] == len(one["case_results"]) == 5
    assert all(case["passed"] for case in one["case_results"])
    assert bank.get("auditor", "/v1/rules/no.such", purpose="audit").status_code == 404


def test_security_shows_refused_sign_ins_and_locked_names_while_they_are(bank):
    for _ in range(20):
        bank.sign_in("rm", "wrong password again")
    told = seen(bank, "/v1/security")
    counts = {one["event"]: one["count"] for one in told["counts"]}
    assert counts[608] > 0
    assert counts[613] == 1
    assert [one["staff_id"] for one in told["locked"]] == ["rm"]
    bank.clock.later(days=2)
    assert seen(bank, "/v1/security")["locked"] == []
    assert seen(bank, "/v1/security?days=1")["counts"] == []
    assert not seen(bank, "/v1/security?most=3")["whole"]


def test_an_emergency_view_stays_until_somebody_looked_at_it(bank):
    body = {"reason": "the customer collapsed at the counter"}
    opening = bank.post("rm_south", "/v1/customers/C01/break-glass", body, purpose="emergency").json()[
        "opening_id"
    ]
    bank.clock.later(days=100)
    (told,) = seen(bank, "/v1/security")["openings"]
    assert (told["opening_id"], told["overdue"], told["state"]) == (opening, True, "ended")
    review = {"justified": True, "reason": "seen on the camera of the branch"}
    assert (
        bank.post("compliance", f"/v1/break-glass/{opening}/review", review, purpose="audit").status_code
        == 200
    )
    assert seen(bank, "/v1/security")["openings"] == []
    (told,) = seen(bank, "/v1/security?days=200")["openings"]
    assert (told["overdue"], told["reviewed_by"], told["justified"]) == (False, "compliance", True)


def test_days_of_the_far_ends_of_the_calendar_are_taken(bank):
    assert seen(bank, f"{ENTRIES}?until=9999-12-31&limit=1")["entries"]
    assert seen(bank, f"{ENTRIES}?since=0001-01-01&limit=1")["entries"]
    assert seen(bank, f"{ENTRIES}?until=0001-01-01")["entries"] == []
    assert microseconds(dt.datetime(2026, 7, 1, 10, tzinfo=dt.UTC)) == bank.clock.now()
