"""Surveys over the interface: invited, filled in by the customer, a call-back for the unhappy, and what the next decision makes of it."""

import pytest
from own_visit import make_link

WHO = "C02"  # of tier private, advised by rm, with consent to marketing


@pytest.fixture
def ask(bank):
    return Surveyed(bank)


class Surveyed:
    """A bank with a customer who holds a link, and a survey that waits for them."""

    def __init__(self, bank, who=WHO):
        self.bank, self.who = bank, who
        self.link = {"Authorization": f"Bearer {make_link(bank, who)['token']}"}

    def invite(self, instrument="csat", staff="rm", purpose="service", **more):
        body = {"customer_id": self.who, "instrument": instrument, **more}
        return self.bank.post(staff, "/v1/surveys", body, purpose=purpose)

    def own(self, method, path, *, language="en", key=None, **given):
        headers = {
            **self.link,
            "Accept-Language": language,
            **({} if key is None else {"Idempotency-Key": key}),
        }
        return self.bank.ask(None, method, f"/v1/me/surveys{path}", headers=headers, **given)

    def save(self, name, answers=None, **more):
        answer = self.own("PUT", f"/{name}", json={"answers": answers or {}, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def unhappy(self):
        """Fill in and send a survey as somebody who is not content; return the invitation and the answer to sending."""
        name = self.invite().json()["invitation_id"]
        self.save(name, {"satisfied": 1}, turn=1)
        self.save(name, {"why": "waiting", "words": "I waited for two hours."}, turn=1)
        sent = self.own("POST", f"/{name}/send")
        assert sent.status_code == 200, sent.text
        return name, sent.json()

    def sales(self):
        answer = self.bank.decide(self.who, direction="inbound")
        assert answer.status_code == 200, answer.text
        return [one for one in answer.json()["actions"] if one["kind"] == "sale"]

    def loops(self, staff="rm", purpose="service", state="open"):
        return self.bank.get(staff, f"/v1/loops?state={state}", purpose=purpose)

    def close(self, name, staff="rm", purpose="service", key=None, **changes):
        body = {
            "outcome": "resolved",
            "cause": "waiting",
            "action": "A second counter at noon.",
            "words": "Thank you.",
            **changes,
        }
        headers = {} if key is None else {"Idempotency-Key": key}
        return self.bank.post(staff, f"/v1/loops/{name}/close", body, purpose=purpose, headers=headers)


def test_the_loop_from_answer_to_the_next_decision(ask):
    assert ask.sales()
    _, sent = ask.unhappy()
    assert sent["thanks"].startswith("Thank you")
    assert sent["call_back"]["due_at"] == "2026-07-02T18:00:00+08:00"
    assert ask.sales() == []
    (loop,) = ask.loops().json()["loops"]
    assert (loop["owner"], loop["trigger"], loop["value"]) == ("rm", "csat.satisfied", 1.0)
    assert loop["words"] == "I waited for two hours."
    day = ask.bank.get("rm", "/v1/day", purpose="service").json()
    lines = [line for line in day["lines"] if line["line_id"] == loop["task_id"]]
    assert lines
    assert "2026-07-02 18:00" in str(ask.bank.rows("tasks", {"task_id": loop["task_id"]})[0]["text"])
    closed = ask.close(loop["loop_id"])
    assert closed.status_code == 200, closed.text
    assert closed.json()["state"] == "closed"
    assert ask.bank.rows("tasks", {"task_id": loop["task_id"]})[0]["state"] == "done"
    assert ask.sales()
    (row,) = ask.loops(state="closed").json()["loops"]
    assert (row["cause"], row["action"], row["overdue"]) == ("waiting", "A second counter at noon.", False)


def test_replay_is_identical_while_a_loop_is_open(ask):
    ask.unhappy()
    decision = ask.bank.decide(ask.who, direction="inbound").json()["decision_id"]
    proof = ask.bank.get("auditor", f"/v1/decisions/{decision}/proof", purpose="audit")
    assert proof.status_code == 200, proof.text
    assert proof.json()["outcome"] == "identical"


def test_the_refusal_names_the_rule(ask):
    ask.unhappy()
    answer = ask.bank.decide(ask.who, "rm", direction="inbound", explain=True).json()
    found = answer["explanation"]
    kinds = {"invest", "everyday"}
    sold = [one for one in found["candidates"] if one["action_id"].partition(":")[0] in kinds]
    assert sold
    assert all("contact.open_loop" in one["codes"] for one in sold)
    reasons = [
        one for best in found["best_refused"] for one in best["reasons"] if one["code"] == "contact.open_loop"
    ]
    assert all(one["rule"] and "1 call-backs open" in one["message"] for one in reasons)


def test_who_is_content_opens_nothing(ask):
    name = ask.invite().json()["invitation_id"]
    page = ask.save(name, {"satisfied": 5})
    assert page["complete"]
    sent = ask.own("POST", f"/{name}/send").json()
    assert sent["call_back"] is None
    assert ask.bank.rows("loops") == []
    assert ask.sales()


def test_due_by_tier_and_a_customer_without_anybody(bank):
    ask = Surveyed(bank, "C10")
    name = bank.post(
        "integration", "/v1/surveys", {"customer_id": "C10", "instrument": "csat"}, purpose="service"
    ).json()["invitation_id"]
    ask.save(name, {"satisfied": 2}, turn=1)
    ask.save(name, {"why": "cost", "words": None})
    sent = ask.own("POST", f"/{name}/send").json()
    assert sent["call_back"]["due_at"] == "2026-07-04T18:00:00+08:00"
    (task,) = bank.rows("tasks")
    assert (task["assignee"], task["due_on"], task["kind"]) == (None, "2026-07-04", "call_back")


def test_saved_half_and_taken_up_in_another_language(ask):
    name = ask.invite("touchpoint_pulse").json()["invitation_id"]
    first = ask.own("GET", f"/{name}").json()
    asked = first["questions"][0]
    ask.save(name, {asked["key"]: [asked["choices"][0]["code"]]})
    second = ask.own("GET", f"/{name}", language="zh-Hant").json()
    assert second["state"] == "begun"
    assert second["answered"] == 1
    assert ask.own("GET", f"/{name}?page=1").json()["questions"][0]["value"] == [asked["choices"][0]["code"]]


def test_what_is_no_answer_is_told_and_the_rest_kept(ask):
    name = ask.invite("complaint_handling").json()["invitation_id"]
    page = ask.save(name, {"solved": "yes", "fair_outcome": 9})
    problems = {one["key"]: one["problem"] for one in page["questions"] if one["problem"]}
    assert list(problems) == ["fair_outcome"]
    assert page["answered"] == 1


def test_the_short_version_keeps_what_it_asks_too(ask):
    name = ask.invite("complaint_handling").json()["invitation_id"]
    whole = ask.save(name, {"solved": "yes", "fair_outcome": 4})
    short = ask.save(name, elder=True)
    assert (short["elder"], short["answered"]) == (True, 2)
    assert short["asked"] < whole["asked"]
    assert ask.save(name, elder=False)["answered"] == 2


def test_an_unfinished_survey_is_not_sent(ask):
    name = ask.invite().json()["invitation_id"]
    assert ask.own("POST", f"/{name}/send").status_code == 409


def test_sent_once_under_a_key_and_never_changed(ask):
    name = ask.invite().json()["invitation_id"]
    ask.save(name, {"satisfied": 4})
    once, again = (ask.own("POST", f"/{name}/send", key="k").json() for _ in range(2))
    assert once == again
    assert ask.own("POST", f"/{name}/send").status_code == 409
    assert ask.own("PUT", f"/{name}", json={"answers": {"satisfied": 1}}).status_code == 409


def test_closing_under_a_key_does_nothing_twice(ask):
    ask.unhappy()
    (loop,) = ask.loops().json()["loops"]
    once, again = (ask.close(loop["loop_id"], key="c").json() for _ in range(2))
    assert once == again
    assert ask.close(loop["loop_id"]).status_code == 409


@pytest.mark.parametrize(
    ("staff", "purpose", "status"),
    [("rm_south", "service", 404), ("branch_manager", "supervision", 200), ("service_quality", "quality", 404),
     ("complaints_officer", "complaint", 200), ("auditor", "audit", 403), ("integration", "service", 404)],
)  # fmt: skip
def test_who_may_close(ask, staff, purpose, status):
    ask.unhappy()
    (loop,) = ask.bank.rows("loops")
    assert ask.close(loop["loop_id"], staff, purpose).status_code == status


@pytest.mark.parametrize(
    ("staff", "purpose", "seen"),
    [("rm", "service", 1), ("rm_south", "service", 0), ("branch_manager", "supervision", 1), ("service_quality", "quality", 1),
     ("auditor", "audit", 1), ("rm", "marketing", None), ("compliance", "audit", None)],
)  # fmt: skip
def test_who_sees_the_board(ask, staff, purpose, seen):
    ask.unhappy()
    answer = ask.loops(staff, purpose)
    assert (len(answer.json()["loops"]) if answer.status_code == 200 else None) == seen


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"cause": "weather"}, "cause"),
        ({"action": "   "}, "no action"),
        ({"outcome": "forgotten"}, "outcome"),
    ],
)
def test_a_closing_without_cause_action_and_outcome_is_refused(ask, changes, named):
    ask.unhappy()
    (loop,) = ask.bank.rows("loops")
    answer = ask.close(loop["loop_id"], **changes)
    assert answer.status_code == 422
    assert named in answer.text
    assert ask.sales() == []


def test_overdue_and_late(ask):
    ask.unhappy()
    assert ask.loops(state="overdue").json()["loops"] == []
    ask.bank.clock.later(hours=25)
    (late,) = ask.loops(state="overdue").json()["loops"]
    assert late["overdue"]
    assert ask.close(late["loop_id"]).json()["overdue"]


def test_whoever_said_no_is_not_asked(ask):
    ask.bank.ask(
        None,
        "PUT",
        "/v1/me/consents",
        headers=ask.link,
        json={"purpose": "survey", "channel": "all", "status": "withdrawn"},
    )
    assert ask.invite().status_code == 409


def test_one_invitation_at_a_time_reminded_once_and_lapsed(ask):
    name = ask.invite().json()["invitation_id"]
    assert ask.invite().status_code == 409
    remind = f"/v1/surveys/{name}/remind"
    assert ask.bank.post("rm", remind, None, purpose="service").json()["reminders"] == 1
    assert ask.bank.post("rm", remind, None, purpose="service").status_code == 409
    ask.bank.clock.later(days=14)
    assert ask.own("GET", f"/{name}").status_code in (401, 409)
    assert ask.invite().status_code == 200


def test_staff_read_the_answers_and_analysts_no_words(ask):
    ask.unhappy()
    (seen,) = ask.bank.get("rm", f"/v1/customers/{ask.who}/surveys", purpose="service").json()["surveys"]
    assert [one["answer"] for one in seen["answers"]] == [
        "1 – very dissatisfied",
        "The waiting",
        "I waited for two hours.",
    ]
    (hidden,) = ask.bank.get("analyst", f"/v1/customers/{ask.who}/surveys", purpose="analysis").json()[
        "surveys"
    ]
    assert (hidden["answers"], hidden["scores"]) == ([], [])


def test_what_was_said_is_in_the_persons_own_data_and_sealed(ask):
    ask.unhappy()
    given = ask.bank.ask(None, "GET", "/v1/me/data", headers=ask.link).json()["tables"]
    assert given["survey_answers"]["rows"][0]["answer"]["answers"]["words"] == "I waited for two hours."
    assert given["loops"]["rows"][0]["detail"]["words"] == "I waited for two hours."
    assert "owner" not in given["loops"]["rows"][0]
    for file in ask.bank.folder.glob("zhike.db*"):
        assert b"two hours" not in file.read_bytes()


@pytest.mark.parametrize("answers", [{"satisfied": [[]]}, {"satisfied": {"a": {}}}, {"": 1}, []])
def test_what_is_no_set_of_answers_is_refused(ask, answers):
    name = ask.invite().json()["invitation_id"]
    assert ask.own("PUT", f"/{name}", json={"answers": answers}).status_code == 422


def test_one_event_a_verb(ask):
    ask.unhappy()
    ask.close(ask.bank.rows("loops")[0]["loop_id"])
    events = [row["event"] for row in ask.bank.rows("audit_entries") if row["event"] in range(720, 760)]
    assert sorted(events) == [721, 724, 741, 742, 745, 745, 751, 752]


def test_an_instrument_that_is_none_and_a_fact_that_is_unknown(ask):
    assert ask.invite("weather").status_code == 422
    assert ask.invite(given={"colour": "red"}).status_code == 422
