"""Imports over the interface: what was rejected and why, corrections run beside the calls, nothing shown to whoever may not see it."""

import csv
import io
import json

import pytest
from decide_bank import SHIPPED
from loaded_bank import HEADER, HOURS, SECRET, loaded

from zhike.act.correction_runs import run_corrections
from zhike.adapters.bank_place import CorrectionRuns

DPO = ("data_protection_officer", "privacy_request")
ADMIN = ("administrator", "operation")
CORRECT = "/v1/imports/staff/corrections"


@pytest.fixture
def loading(bank, tmp_path):
    bank.service.bank = loaded(tmp_path / "loaded")
    return bank


def get(bank, path, who=DPO):
    return bank.get(who[0], path, purpose=who[1])


def hand_in(bank, text=HOURS, who=ADMIN, **headers):
    return bank.post(who[0], CORRECT, {"csv": text}, purpose=who[1], headers=headers)


def run(bank):
    return run_corrections(bank.acting, CorrectionRuns(bank.acting, SHIPPED, bank.service.bank))


def staff(bank):
    return sorted(bank.service.bank.open().scan("staff").collect()["staff_id"].to_list())


def test_a_server_without_a_bank_says_so(bank):
    assert get(bank, "/v1/imports").json() == {"bank": None, "imports": [], "runs": []}
    for answer in (get(bank, "/v1/imports/staff/rejects"), hand_in(bank)):
        assert answer.status_code == 409
        assert "zhike serve --bank" in answer.json()["error"]["needed"]


def test_what_was_rejected_is_listed_with_its_reasons_in_words(loading):
    (one,) = get(loading, "/v1/imports").json()["imports"]
    assert (one["import_id"], one["rows"], one["rejected"], one["open"]) == ("staff", 1, 2, 2)
    assert {(why["code"], why["rows"]) for why in one["reasons"]} == {("out_of_range", 1), ("bad_number", 1)}
    assert all(why["meaning"] and why["remedy"] for why in one["reasons"])


def test_rejects_come_page_by_page(loading):
    whole = get(loading, "/v1/imports/staff/rejects").json()
    assert whole["next"] is None
    assert [(one["line"], one["column"]) for one in whole["rejects"]] == [
        (3, "weekly_hours"), (4, "weekly_hours"), (4, "valid_from"),
    ]  # fmt: skip
    seen, after = [], ""
    while after is not None:
        page = get(loading, f"/v1/imports/staff/rejects?limit=1{after and f'&after={after}'}").json()
        seen, after = seen + page["rejects"], page["next"]
    assert seen == whole["rejects"]
    assert get(loading, "/v1/imports/staff/rejects?after=WzEsICJ4Il0").status_code == 422
    assert get(loading, "/v1/imports/ghosts/rejects").status_code == 404


@pytest.mark.parametrize("who", [ADMIN, ("analyst", "analysis"), ("auditor", "audit")])
def test_what_stands_in_a_rejected_row_is_masked_for_whoever_sees_no_person(loading, who):
    for path in ("/v1/imports/staff/rejects", "/v1/imports/staff/rejects.csv"):
        answer = get(loading, path, who)
        assert answer.status_code == 200
        assert SECRET not in answer.text
        assert "200" not in answer.text
        assert SECRET in get(loading, path).text or path.endswith("csv")
    assert get(loading, "/v1/imports/staff/rejects", who).json()["rejects"][0]["row"] == "•••"


@pytest.mark.parametrize(
    "who", [("rm", "service"), ("integration", "service"), ("branch_manager", "supervision")]
)
def test_whoever_may_not_sees_and_corrects_nothing(loading, who):
    assert get(loading, "/v1/imports", who).status_code == 403
    assert hand_in(loading, who=who).status_code == 403


@pytest.mark.parametrize("who", [("auditor", "audit"), ("analyst", "analysis")])
def test_whoever_may_look_may_not_correct(loading, who):
    assert hand_in(loading, who=who).status_code == 403


def test_corrected_rows_are_run_and_what_is_still_wrong_is_told(loading):
    text = f"{HOURS}staff,staff.csv,4,weekly_hours,30\n"
    answer = hand_in(loading, text)
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    path = f"{CORRECT}/{answer.json()['run_id']}"
    assert run(loading) == 1
    found = get(loading, path, ADMIN).json()
    assert (found["state"], found["rows"], found["added"], found["still"]) == ("done", 2, 1, 1)
    assert [(one["line"], one["code"], one["column"]) for one in found["rejected"]] == [
        (4, "bad_date", "valid_from")
    ]
    assert staff(loading) == ["a", "b"]
    assert get(loading, "/v1/imports").json()["runs"] == [found]
    assert get(loading, "/v1/imports").json()["imports"][0]["open"] == 1


def test_what_was_handed_in_is_sealed_and_gone_after_the_run(loading):
    hand_in(loading, f"{HEADER}staff,staff.csv,3,weekly_hours,37.125\n")
    assert loading.rows("job_inputs")[0]["content"][0]["value"] == "37.125"
    assert "37.125" not in json.dumps([loading.rows("jobs"), loading.rows("requests")])
    assert b"37.125" not in (loading.folder / "zhike.db").read_bytes()
    run(loading)
    assert loading.rows("job_inputs") == []
    events = [row["event"] for row in loading.rows("audit_entries", {"stream": "store"}, order=["number"])]
    assert events[-2:] == [921, 922]


def test_a_failed_run_says_why_and_leaves_the_bank_as_it_was(loading):
    name = hand_in(loading, f"{HEADER}staff,staff.csv,3,salary,40\n").json()["run_id"]
    run(loading)
    found = get(loading, f"{CORRECT}/{name}").json()
    assert found["state"] == "failed"
    assert "salary" in found["problem"]
    assert staff(loading) == ["a"]
    assert loading.rows("job_inputs") == []


def test_asking_twice_under_one_key_hands_in_once(loading):
    first = hand_in(loading, **{"Idempotency-Key": "a"})
    run(loading)
    assert hand_in(loading, **{"Idempotency-Key": "a"}).json() == first.json()
    assert len([row for row in loading.rows("jobs") if row["kind"] == "correction"]) == 1
    assert hand_in(loading, f"{HOURS}\n", **{"Idempotency-Key": "a"}).status_code == 409


def test_the_file_of_rejects_is_filled_in_and_handed_in(loading):
    rows = list(
        csv.DictReader(io.StringIO(get(loading, "/v1/imports/staff/rejects.csv").text.removeprefix("\ufeff")))
    )
    assert [row["value"] for row in rows] == ["200", "x", "2024-13-01"]
    rows[0]["value"] = "38"
    written = io.StringIO()
    table = csv.DictWriter(written, rows[0].keys())
    table.writeheader()
    table.writerows(rows)
    answer = hand_in(loading, written.getvalue()).json()
    assert (answer["rows"], answer["cells"]) == (1, 1)  # the others are as they were found
    run(loading)
    assert staff(loading) == ["a", "b"]


@pytest.mark.parametrize("text", [
    "x", HEADER, f"{HEADER}staff,staff.csv,2,weekly_hours,40\n", f"{HEADER}staff,staff.csv,x,weekly_hours,40\n",
    f"{HEADER}products,staff.csv,3,weekly_hours,40\n", f"{HEADER}staff,staff.csv,3,weekly_hours,200\n",
    f"{HEADER}staff,staff.csv,3,weekly_hours,•••\n", f"{HEADER}staff,staff.csv,{'9' * 30},weekly_hours,1\n", f'{HEADER}"staff,',
])  # fmt: skip
def test_what_corrects_nothing_is_refused_at_once(loading, text):
    before = loading.rows("jobs")
    assert hand_in(loading, text).status_code == 422
    assert loading.rows("jobs") == before


def test_a_run_of_another_import_is_not_there(loading):
    name = hand_in(loading).json()["run_id"]
    assert get(loading, f"/v1/imports/products/corrections/{name}").status_code == 404
    assert get(loading, f"{CORRECT}/none").status_code == 404
