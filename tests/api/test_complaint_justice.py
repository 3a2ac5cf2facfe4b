"""The three justices of a complaint: what its customer said of them, and what a reviewer judged who had no hand in it."""

import pytest

from zhike.act.complaint_justice import said_in_survey

NOTICE = {"channel": "phone", "sha256": "ab" * 32}
JUDGED = {"outcome": 4, "procedure": 2, "interaction": 5, "because": "twice past the promised day"}
SCORES = {"outcome_mean": 2.0, "procedure_mean": 3.5, "treatment_mean": None, "satisfied": 0.0}


@pytest.fixture
def told(bank):
    """Return a complaint that was dismissed, its customer told by the complaints officer."""
    body = {"customer_id": "C01", "channel": "branch", "words": "the rain"}
    name = bank.post("complaints_officer", "/v1/complaints", body, purpose="complaint").json()["complaint_id"]
    said = {"move": "dismiss", "reason": "not of this bank", "notice": NOTICE}
    bank.post("complaints_officer", f"/v1/complaints/{name}/moves", said, purpose="complaint")
    return name


def judge(bank, complaint, staff="service_quality"):
    return bank.post(staff, f"/v1/complaints/{complaint}/justice", JUDGED, purpose="complaint")


def shown(bank, complaint):
    return bank.get("complaints_officer", f"/v1/complaints/{complaint}", purpose="complaint").json()["justice"]  # fmt: skip


def test_a_reviewer_judges_and_the_case_shows_it(bank, told):
    assert shown(bank, told) == {"survey": None, "reviewer": None}
    found = judge(bank, told).json()["reviewer"]
    assert {name: found[name] for name in JUDGED} == JUDGED
    assert shown(bank, told)["reviewer"] == found
    assert found["actor"] == "service_quality"
    assert [row["event"] for row in bank.rows("audit_entries", {"stream": "cases"})].count(715) == 1


def test_who_handled_a_case_and_who_may_not_judge_cannot(bank, told):
    assert judge(bank, told, "complaints_officer").status_code == 403
    body = {"customer_id": "C02", "channel": "branch", "words": "twice"}
    name = bank.post("complaints_officer", "/v1/complaints", body, purpose="complaint").json()["complaint_id"]
    refused = judge(bank, name)
    assert (refused.status_code, "not told yet" in refused.json()["error"]["found"]) == (409, True)


def test_what_a_customer_said_is_of_the_complaint_that_was_answered_last():
    sheet = {"state": "complete", "scores": SCORES, "changed_at": 50, "answer_id": "a"}
    early, half = (
        {**sheet, "changed_at": 9, "answer_id": "b"},
        {**sheet, "state": "partial", "changed_at": 60},
    )
    found = said_in_survey([early, sheet, half], 10)
    assert (found["outcome"], found["procedure"], found["interaction"], found["at"]) == (2.0, 3.5, None, 50)
    assert said_in_survey([sheet], 10, until=50) is None
    assert said_in_survey([sheet], None) is None
    assert said_in_survey([early], 10) is None
