"""Under one key one thing is done once: asked again, asked at once by many, asked with something else."""

import pytest
from api_calls import CALLS, PLAN
from loaded_bank import HOURS

KEYED = (
    "decide",
    "respond",
    "answer_consent",
    "set_channels",
    "set_topics",
    "set_frequency",
    "set_hours",
    "submit_batch",
    "correct_rejects",
    "done_line",
    "refuse_line",
    "postpone_line",
    "hand_over_line",
    "make_task",
    "claim_task",
    "close_task",
    "cancel_task",
    "postpone_task",
    "hand_over_task",
    "write_note",
    "own_consent",
    "own_channels",
    "own_topics",
    "own_frequency",
    "own_hours",
    "own_objection",
    "own_request",
    "answer_request",
    "invite_to_survey",
    "remind_of_survey",
    "save_survey",
    "send_survey",
    "close_loop",
    "plan_improvement",
    "take_in_complaint",
    "move_complaint",
    "complain",
    "group_complaints",
    "gather_complaints",
    "plan_for_complaints",
    "move_complaint_group",
    "place_complaint_message",
    "judge_complaint",
    "move_own_complaint",
    "survey_own_complaint",
    "decline_for_customer",
    "send_for_customer",
    "save_for_customer",
    "decline_survey",
)
WRITTEN = {
    "decide": "decisions", "respond": "responses", "answer_consent": "consents", "set_channels": "preferences",
    "set_topics": "preferences", "set_frequency": "preferences", "set_hours": "preferences", "submit_batch": "jobs",
    "own_consent": "consents", "own_request": "tasks", "take_in_complaint": "complaints", "complain": "complaints", **dict.fromkeys(["own_channels", "own_topics", "own_frequency", "own_hours"], "preferences"),
}  # fmt: skip
EVENTS = {
    "done_line": 302, "refuse_line": 204, "postpone_line": 726, "hand_over_line": 727, "make_task": 721, "claim_task": 722,
    "close_task": 724, "cancel_task": 725, "postpone_task": 726, "hand_over_task": 727, "write_note": 731, "correct_rejects": 921, "own_objection": 421, "answer_request": 704,
    "invite_to_survey": 741, "remind_of_survey": 744, "save_survey": 745, "send_survey": 742, "close_loop": 752,
    "plan_improvement": 761, "move_complaint": 710, "group_complaints": 717, "gather_complaints": 717, "plan_for_complaints": 717,
    "move_complaint_group": 710, "place_complaint_message": 716, "judge_complaint": 715, "move_own_complaint": 710,
    "survey_own_complaint": 741, "decline_for_customer": 746, "send_for_customer": 742, "save_for_customer": 745, "decline_survey": 746,
}  # fmt: skip
"""Of what changes a row that is there: the event by which it is counted."""
OTHER = {
    "decide": {"customer_id": "C03"}, "respond": {"outcome": "accepted"}, "set_channels": {"unwanted": ["sms"]},
    "answer_consent": {"purpose": "marketing", "channel": "app", "status": "withdrawn"}, "set_topics": {},
    "set_frequency": {"most_in_30_days": 3}, "set_hours": {}, "submit_batch": {"customers": ["C01"]},
    "done_line": {"outcome": "shown"}, "refuse_line": {"reason": "else"}, "postpone_line": {"until": "2026-07-11"},
    "hand_over_line": {"deputy": "adviser"}, "make_task": {"customer_id": "C02", "kind": "visit"},
    "close_task": {"outcome": "not_needed"}, "cancel_task": {"reason": "else"}, "postpone_task": {"until": "2026-07-11"},
    "hand_over_task": {"deputy": "adviser"}, "write_note": {"facts": "else"}, "correct_rejects": {"csv": HOURS.replace(",40", ",39")},
    "own_consent": {"purpose": "survey", "channel": "app", "status": "withdrawn"}, "own_channels": {"unwanted": ["sms"]},
    "own_topics": {"unwanted": []}, "own_frequency": {"most_in_30_days": 3}, "own_hours": {}, "answer_request": {"answer": "else"},
    "own_objection": {"to": "marketing", "words": "else"}, "own_request": {"kind": "call", "on": "2026-07-03", "words": "else"},
    "invite_to_survey": {"customer_id": "C02", "instrument": "csat"}, "save_survey": {"answers": {}, "elder": False},
    "close_loop": {"outcome": "partly", "cause": "waiting", "action": "else"},
    "plan_improvement": {**PLAN, "title": "else"}, "complain": {"words": "else"}, "move_complaint": {"move": "note", "text": "else"},
    "take_in_complaint": {"customer_id": "C02", "channel": "phone", "words": "else"},
}  # fmt: skip


def written(bank, name):
    """Return how often it was done."""
    if name in EVENTS:
        return len(bank.rows("audit_entries", {"event": EVENTS[name]}))
    return len(bank.rows(WRITTEN[name], {"kind": "batch"} if name == "submit_batch" else None))


def test_these_are_the_operations_that_take_a_key(shared):
    keyed = {
        operation["operationId"]
        for methods in shared.app.openapi()["paths"].values()
        for operation in methods.values()
        if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", ()))
    }
    assert keyed == set(KEYED)


@pytest.mark.parametrize("name", KEYED)
def test_the_same_key_gives_the_same_answer_and_does_nothing_twice(ready, name):
    bank, calls = ready
    call, key = calls[name], {"Idempotency-Key": "k-1"}
    before = written(bank, name)
    first = call(bank, headers=key)
    bank.clock.later(days=5)
    again = call(bank, headers=key)
    assert first.status_code in (200, 202)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert written(bank, name) == before + 1


@pytest.mark.parametrize(
    "name", OTHER
)  # claiming a task, reminding and sending take nothing that could be something else
def test_the_same_key_with_something_else_is_refused(ready, name):
    bank, calls = ready
    call, key = calls[name], {"Idempotency-Key": "k-1"}
    call(bank, headers=key)
    before = written(bank, name)
    other = bank.ask(call.staff, call.method, call.path, purpose=call.purpose, headers=key, json=OTHER[name])
    assert other.status_code == 409
    assert other.json()["error"]["code"] == "state_conflict"
    assert written(bank, name) == before


@pytest.mark.parametrize("name", KEYED)
def test_asked_at_once_by_many_it_is_done_once(ready, name):
    bank, calls = ready
    call, before = calls[name], written(bank, name)
    answers = bank.together(
        bank.asks(call.staff, call.method, call.path, purpose=call.purpose, json=call.body,
                  headers={"Idempotency-Key": "k-1"}) for _ in range(12)
    )  # fmt: skip
    assert {answer.status_code for answer in answers} <= {200, 202}
    assert len({answer.content for answer in answers}) == 1
    assert written(bank, name) == before + 1


def test_keys_of_two_callers_are_two(bank):
    key = {"Idempotency-Key": "k-1"}
    by_machine, by_adviser = bank.decide("C02", headers=key), bank.decide("C02", "rm", headers=key)
    assert by_machine.json()["decision_id"] != by_adviser.json()["decision_id"]


def test_one_key_for_two_subjects_is_two_requests(bank):
    key, hours = {"Idempotency-Key": "k-1"}, CALLS["set_hours"]
    assert hours(bank, headers=key).status_code == 200
    other = hours.path.replace("C02", "C01")
    assert bank.put("rm", other, hours.body, purpose="service", headers=key).status_code == 409
    assert bank.rows("preferences", {"customer_id": "C01"}) == []


def test_a_kept_answer_is_not_given_to_who_may_not_see_it_any_more(bank):
    key = {"Idempotency-Key": "k-1"}
    assert bank.decide("C02", "rm", headers=key).status_code == 200
    with bank.store.write() as tx:
        tx.change("customers", {"customer_id": "C02"}, {"adviser": "rm_south", "branch": "south"})
    bank.clock.later(seconds=2)
    assert bank.decide("C02", "rm", headers=key).status_code == 404


def test_a_kept_answer_that_was_erased_is_not_given_as_nothing(bank):
    key = {"Idempotency-Key": "k-1"}
    assert bank.decide("C02", headers=key).status_code == 200
    with bank.store.write() as tx:
        tx.destroy_key("C02", bank.clock.now())
    again = bank.decide("C02", headers=key)
    assert again.status_code == 409
    assert again.json()["error"]["found"] == "found an answer that was erased"


def test_a_refused_request_leaves_its_key_free(bank):
    key = {"Idempotency-Key": "k-1"}
    assert bank.decide("C02", reason="no-such-reason", headers=key).status_code == 404
    assert bank.decide("C02", headers=key).status_code == 200


@pytest.mark.parametrize("key", ["", " ", "k" * 201, "k\u00e9y", "two words"])
def test_a_key_that_is_none(shared, key):
    answer = shared.decide("C02", headers={"Idempotency-Key": key.encode("latin-1")})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "request_invalid"


def test_without_a_key_asking_again_is_doing_again(bank):
    assert len({bank.decide("C02").json()["decision_id"] for _ in range(3)}) == 3
