"""The day over the interface: what is in it, what becomes of each line, for whom, and that nothing is done twice."""

import datetime as dt

import pytest
from served_bank import publish_small
from two_persons import erased, merged

from zhike.api.day import day_of
from zhike.core.service_errors import ForbiddenError
from zhike.decide import serving_setting

DAY = "/v1/day"


def day(bank, staff="rm", **query):
    answer = bank.get(staff, DAY, purpose="service", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def lines(bank, staff="rm", **query):
    return {(one["customer_id"], one["kind"]): one for one in day(bank, staff, **query)["lines"]}


def act(bank, line, what, staff="rm", headers=None, **body):
    path = f"{DAY}/lines/{line if isinstance(line, str) else line['line_id']}/{what}"
    return bank.post(staff, path, body, purpose="service", headers=headers)


def events(bank, stream="cases"):
    return [row["event"] for row in bank.rows("audit_entries", {"stream": stream}, order=["number"])]


def states(bank, customer, action):
    rows = bank.rows("offers", {"customer_id": customer, "action_id": action}, order=["made_at"])
    return [row["state"] for row in rows]


@pytest.fixture
def decided(bank):
    for customer in ("C01", "C02", "C04"):
        assert bank.decide(customer).status_code == 200
    return bank


def test_open_offers_over_channels_that_take_time_are_lines_with_all_that_is_told(decided):
    found = day(decided)
    assert {(one["customer_id"], one["action_id"]) for one in found["lines"]} == {
        ("C01", "review:phone"), ("C02", "review:phone"), ("C04", "invest:B1:adviser"), ("C04", "review:phone"),
    }  # fmt: skip
    assert (found["date"], found["publication"], found["as_of"], found["staff_id"]) == (
        "2026-07-01",
        1,
        "2026-06-30",
        "rm",
    )
    invest = lines(decided)["C04", "sale"]
    (offer,) = decided.rows("offers", {"offer_id": invest["offer_id"]})
    assert invest["evidence"] == [offer["decision_id"], offer["offer_id"], "publication:1"]
    assert (invest["minutes"], invest["due_on"], invest["must"], invest["currency"]) == (
        60,
        "2026-07-31",
        False,
        "EUR",
    )
    assert [one["code"] for one in invest["why"]] == ["offer.made", "offer.propensity", "offer.lapses"]
    assert [one["code"] for one in invest["duties"]] == ["eu.mifid.suitability.report"]
    assert found["used"] == sum(one["minutes"] for one in found["lines"]) == 120
    decision = decided.get("auditor", f"/v1/decisions/{offer['decision_id']}", purpose="audit").json()
    assert invest["action_id"] in [place[0] for place in decision["places"]]
    assert invest["value"] > 0
    assert found["value"] == pytest.approx(sum(one["value"] for one in found["lines"]))


def test_the_value_is_that_of_the_dossier_that_is_served_from(decided):
    with decided.store.read() as tx:
        published, dossier = decided.service.desk.dossier(tx, "C04")
    place = published.setting.places["invest:B1:adviser"]
    assert lines(decided)["C04", "sale"]["value"] == int(dossier.value[0, place]) / 100


@pytest.mark.parametrize(
    ("language", "text"), [("en", "Recommended on"), ("zh-CN", "推荐"), ("zh-TW", "推薦")]
)
def test_it_is_told_in_the_language_of_the_caller(decided, language, text):
    answer = decided.get("rm", DAY, purpose="service", headers={"accept-language": language})
    assert text in answer.json()["lines"][0]["why"][0]["text"]


def test_a_value_whose_effect_was_learnt_has_its_interval_and_another_none(bank, monkeypatch):
    monkeypatch.setattr(serving_setting, "_doubts", lambda prepared: tuple(
        0.5 if channel == "phone" else None for channel in prepared.actions.table["channel"]
    ))  # fmt: skip
    publish_small(bank.acting)
    bank.clock.later(seconds=2)
    bank.decide("C04")
    call, meeting = (
        next(one for one in day(bank)["lines"] if one["channel"] == over) for over in ("phone", "adviser")
    )
    low, high = call["value_interval"]
    cost = 1.00  # of the action over the phone
    assert low == pytest.approx(call["value"] - (call["value"] + cost) / 2)
    assert high == pytest.approx(call["value"] + (call["value"] + cost) / 2)
    assert meeting["value_interval"] is None
    act(bank, call, "postpone", until="2026-07-20")
    bank.clock.later(days=19)
    assert next(one for one in day(bank)["lines"] if one["source"] == "task")["value_interval"] == [low, high]


def test_with_less_time_the_best_is_left_and_what_was_missed_is_told(decided):
    found = day(decided, minutes=60)
    assert [one["action_id"] for one in found["lines"]] == ["invest:B1:adviser"]
    assert found["left_out_count"] == len(found["left_out"]) == 3
    assert found["next_best"] == {"line_id": found["left_out"][0]["line_id"], "lacks": 20}
    assert day(decided, minutes=0)["lines"] == []
    assert decided.get("rm", f"{DAY}?minutes=1441", purpose="service").status_code == 422


def test_in_the_same_process_it_is_the_same(decided):
    from zhike.act.staff import known_actor

    with decided.store.read() as tx:
        manager, analyst = known_actor(tx, "rm"), known_actor(tx, "analyst")
    assert day_of(decided.service, manager, None, "en") == day(decided)
    assert day_of(decided.service, manager, dt.date(2026, 7, 2), "en", minutes=0)["date"] == "2026-07-02"
    with pytest.raises(ForbiddenError):
        day_of(decided.service, analyst, None, "en")


def test_offers_of_others_and_over_other_channels_are_in_nobodys_day(decided):
    assert [one["source"] for one in day(decided, "rm_south")["lines"]] == ["reminder"]
    assert day(decided, "adviser")["lines"] == []
    assert decided.rows("offers", {"customer_id": "C01", "channel": "app"})


def test_an_open_complaint_calls_until_it_was_dealt_with_and_again_if_it_stays_open(bank):
    (line,) = day(bank, "rm_south")["lines"]
    assert (line["line_id"], line["must"], line["value"], line["evidence"]) == (
        "complaint_open:C07",
        True,
        16.0,
        ["publication:1"],
    )
    answer = act(bank, line, "done", "rm_south", outcome="not_reached", text="no answer")
    assert answer.json()["task"]["state"] == "done"
    assert day(bank, "rm_south")["lines"] == []
    bank.clock.later(days=4)
    assert day(bank, "rm_south")["lines"] == []
    bank.clock.later(days=1)
    assert [one["line_id"] for one in day(bank, "rm_south")["lines"]] == ["complaint_open:C07"]
    assert events(bank) == [721, 724]


def test_a_reminder_that_is_none_is_not_there(bank):
    for line in ("complaint_open:C01", "risk_expired:C02", "nothing:C01", "complaint_open:", "o-1", "t-1"):
        assert act(bank, line, "done", outcome="achieved").status_code == 404, line
    assert act(bank, "complaint_open:C07", "done", outcome="achieved").status_code == 404
    assert bank.rows("tasks") == []


# -- done, refused --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("outcome", "event"), [("accepted", 301), ("refused", 302), ("shown", 202)])
def test_done_records_what_the_customer_said(decided, outcome, event):
    line = lines(decided)["C04", "sale"]
    answer = act(decided, line, "done", outcome=outcome, text="as agreed").json()
    (row,) = decided.rows("responses")
    assert (answer["response_id"], answer["task"]) == (row["response_id"], None)
    assert (row["outcome"], row["reason"], row["actor"]) == (outcome, "as agreed", "rm")
    assert events(decided, "responses") == [event]
    assert ("C04", "sale") not in lines(decided)
    assert act(decided, line, "done", outcome=outcome, text="as agreed").status_code == 409


def test_a_refusal_needs_the_customers_reason_and_an_offer_an_answer(decided):
    line = lines(decided)["C04", "sale"]
    for body in (
        {"outcome": "refused"},
        {"outcome": "refused", "text": "  "},
        {"outcome": "achieved"},
        {"outcome": "lapsed"},
    ):
        assert act(decided, line, "done", **body).status_code == 422, body
    assert act(decided, line, "refuse", reason=" ").status_code == 422
    assert decided.rows("responses") == []


def test_what_the_manager_sets_aside_says_nothing_about_the_customer_and_is_told_later(decided):
    line = lines(decided)["C04", "sale"]
    assert act(decided, line, "refuse", reason="is building a house").status_code == 200
    (row,) = decided.rows("responses")
    assert (row["outcome"], row["reason"]) == ("blocked", "is building a house")
    (customer,) = decided.rows("customers", {"customer_id": "C04"})
    assert "refused" not in customer["live"]
    assert ("C04", "sale") not in lines(decided)
    decided.clock.later(days=15)
    decided.decide("C04")
    again = lines(decided)["C04", "sale"]
    assert again["offer_id"] != line["offer_id"]
    assert again["why"][-1]["code"] == "offer.set_aside"
    assert "rm" in again["why"][-1]["text"]
    assert "is building a house" in again["why"][-1]["text"]


def test_of_one_offer_made_twice_the_newest_is_the_line_and_the_older_goes_with_it(bank):
    first = bank.decide("C02", direction="inbound").json()
    bank.clock.later(seconds=5)
    second = bank.decide("C02", direction="inbound").json()
    newest = next(one["offer_id"] for one in second["actions"] if one["channel"] == "phone")
    oldest = next(one["offer_id"] for one in first["actions"] if one["channel"] == "phone")
    (line,) = day(bank)["lines"]
    assert line["line_id"] == newest
    assert act(bank, line, "done", outcome="shown").status_code == 200
    assert states(bank, "C02", "review:phone") == ["lapsed", "shown"]
    assert day(bank)["lines"] == []
    assert oldest != newest
    assert events(bank, "offers") == [205]


def test_an_offer_that_would_be_refused_now_is_in_no_plan(decided):
    decided.clock.later(seconds=2)
    consent = {"purpose": "marketing", "channel": "all", "status": "withdrawn"}
    offer = lines(decided)["C04", "sale"]["offer_id"]
    assert decided.post("rm", "/v1/customers/C04/consents", consent, purpose="service").status_code == 200
    found = day(decided)
    assert ("C04", "sale") not in {
        (one["customer_id"], one["kind"]) for one in found["lines"] + found["left_out"]
    }
    (gone,) = found["withdrawn"]
    assert gone["offer_id"] == offer
    assert "consent.withdrawn" in gone["codes"]


def test_an_offer_that_has_lapsed_is_no_line_even_before_anybody_has_written_it_down(decided):
    decided.clock.later(days=30)
    assert all(one["source"] != "offer" for one in day(decided)["lines"])


# -- postponed, handed over -----------------------------------------------------------------------------------------------


def test_what_is_postponed_rests_and_then_must_be_done(decided):
    line = lines(decided)["C04", "sale"]
    answer = act(decided, line, "postpone", until="2026-07-03").json()
    assert (answer["task"]["offer_id"], answer["task"]["starts_on"], answer["task"]["due_on"]) == (
        line["offer_id"], "2026-07-03", "2026-07-03",
    )  # fmt: skip
    assert line["line_id"] not in {one["offer_id"] for one in day(decided)["lines"]}
    assert act(decided, line, "done", outcome="accepted").status_code == 409
    decided.clock.later(days=2)
    task = next(one for one in day(decided)["lines"] if one["source"] == "task")
    assert (task["offer_id"], task["title"], task["value"], task["minutes"]) == (
        line["offer_id"], line["title"], line["value"], line["minutes"],
    )  # fmt: skip
    assert task["must"]
    assert day(decided, minutes=0)["over"] == 60
    answer = act(decided, task, "done", outcome="accepted").json()
    assert (answer["task"]["state"], answer["task"]["outcome"]) == ("done", "achieved")
    assert states(decided, "C04", "invest:B1:adviser") == ["accepted"]
    assert events(decided) == [721, 726, 724]


def test_nothing_is_postponed_to_a_day_that_is_over_nor_beyond_the_end_of_the_offer(decided):
    line = lines(decided)["C04", "sale"]
    assert act(decided, line, "postpone", until="2026-07-01").status_code == 422
    assert act(decided, line, "postpone", until="2026-08-01").status_code == 409
    assert act(decided, line, "postpone", until="tomorrow").status_code == 422
    assert decided.rows("tasks") == []
    assert act(decided, line, "postpone", until="2026-07-31").status_code == 200


def test_a_postponed_reminder_rests_as_well(bank):
    assert act(bank, "complaint_open:C07", "postpone", "rm_south", until="2026-07-02").status_code == 200
    assert day(bank, "rm_south")["lines"] == []
    assert act(bank, "complaint_open:C07", "done", "rm_south", outcome="achieved").status_code == 409
    bank.clock.later(days=1)
    (line,) = day(bank, "rm_south")["lines"]
    assert (line["source"], line["kind"], line["must"]) == ("task", "complaint_open", True)
    assert (
        act(bank, line, "refuse", "rm_south", reason="the complaints team is on it").json()["task"]["state"]
        == "cancelled"
    )
    assert day(bank, "rm_south")["lines"] == []


def test_a_deputy_acts_for_the_customer_until_it_is_done_and_only_for_them(decided):
    line = lines(decided)["C04", "care"]
    assert act(decided, line, "hand-over", deputy="rm_south").status_code == 200
    assert line["line_id"] not in {one["offer_id"] for one in day(decided)["lines"]}
    (mine,) = [one for one in day(decided, "rm_south")["lines"] if one["source"] == "task"]
    assert (mine["customer_id"], mine["offer_id"], mine["must"]) == ("C04", line["offer_id"], False)
    seen = [
        decided.get("rm_south", f"/v1/customers/{name}", purpose="service").status_code
        for name in ("C04", "C03")
    ]
    assert seen == [200, 404]
    assert (
        act(decided, lines(decided)["C02", "care"], "done", "rm_south", outcome="accepted").status_code == 404
    )
    assert act(decided, mine, "done", "rm_south", outcome="accepted").status_code == 200
    assert states(decided, "C04", "review:phone") == ["accepted"]
    decided.clock.later(seconds=2)
    assert decided.get("rm_south", "/v1/customers/C04", purpose="service").status_code == 404


@pytest.mark.parametrize(
    ("deputy", "status"), [("auditor", 422), ("integration", 422), ("nobody", 404), ("rm", 409)]
)
def test_who_cannot_do_it_is_no_deputy(decided, deputy, status):
    line = lines(decided)["C04", "sale"]
    assert act(decided, line, "hand-over", deputy=deputy).status_code == status
    assert decided.rows("tasks") == []
    assert events(decided) == []


def test_asking_again_under_the_same_key_does_nothing_twice(decided):
    line = lines(decided)["C04", "sale"]
    asked = {"headers": {"idempotency-key": "k1"}, "until": "2026-07-08"}
    first, second = (act(decided, line, "postpone", **asked) for _ in range(2))
    assert first.json() == second.json()
    assert len(decided.rows("tasks")) == 1
    assert (
        act(decided, line, "postpone", headers={"idempotency-key": "k1"}, until="2026-07-09").status_code
        == 409
    )


def test_lines_of_anothers_customer_are_not_there(decided):
    line = lines(decided)["C04", "sale"]
    for what, body in (
        ("done", {"outcome": "accepted"}), ("refuse", {"reason": "x"}), ("postpone", {"until": "2026-07-08"}),
        ("hand-over", {"deputy": "rm_south"}),
    ):  # fmt: skip
        answer = act(decided, line, what, "rm_south", **body)
        assert answer.status_code == 404
        assert answer.json()["error"]["data"] == {"what": "line"}
    assert decided.rows("responses") == decided.rows("tasks") == []


def test_offers_of_a_merged_record_are_those_of_the_one_that_stays(decided):
    merged(decided, "C04", "C03")
    decided.clock.later(seconds=2)
    line = lines(decided)["C03", "care"]
    assert act(decided, line, "postpone", until="2026-07-08").json()["task"]["customer_id"] == "C03"
    assert {key for key in lines(decided) if key[0] == "C04"} == set()


def test_an_erased_customer_is_in_no_day_and_leaves_no_task(decided):
    assert act(decided, lines(decided)["C04", "sale"], "postpone", until="2026-07-02").status_code == 200
    erased(decided, "C04")
    decided.clock.later(days=2)
    assert "C04" not in {one["customer_id"] for one in day(decided)["lines"]}
    assert decided.rows("tasks", {"customer_id": "C04"}) == []


def test_a_role_that_may_see_no_person_sees_none(decided, monkeypatch):
    from zhike.govern.roles import Permission

    may = Permission.shows
    monkeypatch.setattr(
        Permission, "shows", lambda self, personal: self.verb != "day.view" and may(self, personal)
    )
    monkeypatch.setattr("zhike.api.day.mask", lambda row, *_rest: dict.fromkeys(row, "•••"))
    found = day(decided)
    assert {one["customer_id"] for one in found["lines"]} == {"•••"}
    assert not any(one["why"] or one["evidence"] for one in found["lines"])


# -- tasks and notes ------------------------------------------------------------------------------------------------------


def made(bank, staff="rm", **body):
    asked = {"customer_id": "C02", "kind": "call", **body}
    return bank.post(staff, "/v1/tasks", asked, purpose="service")


def test_a_task_is_a_line_from_its_first_day_on_and_must_be_done_on_its_last(bank):
    task = made(bank, starts_on="2026-07-02", due_on="2026-07-03", text="ask for the form").json()
    assert day(bank)["lines"] == []
    bank.clock.later(days=1)
    (line,) = day(bank)["lines"]
    assert (line["line_id"], line["must"], line["value"], line["details"]) == (
        task["task_id"],
        False,
        5.0,
        "ask for the form",
    )
    bank.clock.later(days=1)
    assert [one["must"] for one in day(bank)["lines"]] == [True]
    bank.clock.later(days=1)
    assert [one["code"] for one in day(bank)["lines"][0]["why"]] == ["task.given", "task.overdue"]


def test_the_life_of_a_task(bank):
    task = made(bank, minutes=45).json()
    path = f"/v1/tasks/{task['task_id']}"
    assert day(bank)["lines"][0]["minutes"] == 45
    steps = [
        ("claim", {}, "claimed"), ("postpone", {"until": "2026-07-05"}, "claimed"), ("hand-over", {"deputy": "adviser"}, "open"),
        ("close", {"outcome": "achieved", "text": "signed"}, "done"),
    ]  # fmt: skip
    for step, body, state in steps:
        answer = bank.post("rm", f"{path}/{step}", body, purpose="service")
        assert answer.json()["state"] == state, answer.text
    assert events(bank) == [721, 722, 726, 727, 724]
    for step, body, _ in (*steps, ("cancel", {"reason": "x"}, "")):
        assert bank.post("rm", f"{path}/{step}", body, purpose="service").status_code == 409, step
    assert bank.get("rm", "/v1/customers/C02/tasks", purpose="service").json()["tasks"] == []
    (closed,) = bank.get("rm", "/v1/customers/C02/tasks?state=closed", purpose="service").json()["tasks"]
    assert (closed["outcome"], closed["result"], closed["assignee"]) == ("achieved", "signed", "adviser")
    assert closed["closed_at"] is not None


def test_a_task_of_somebody_else_is_not_claimed(bank):
    task = made(bank, assignee="adviser").json()
    assert bank.post("rm", f"/v1/tasks/{task['task_id']}/claim", {}, purpose="service").status_code == 409
    assert bank.get("rm", "/v1/tasks", purpose="service").json()["tasks"] == []
    mine = bank.get("adviser", "/v1/tasks", purpose="service").json()["tasks"]
    assert [one["task_id"] for one in mine] == [task["task_id"]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"customer_id": "C07"}, 404), ({"customer_id": "C99"}, 404), ({"kind": "offer"}, 422), ({"kind": "sing"}, 422),
        ({"minutes": 0}, 422), ({"minutes": 1441}, 422), ({"minutes": True}, 422), ({"text": "x" * 2001}, 422),
        ({"text": "a\0b"}, 422), ({"starts_on": "2026-07-09", "due_on": "2026-07-08"}, 422), ({"assignee": "auditor"}, 422),
        ({"assignee": "nobody"}, 404), ({"due_on": "soon"}, 422), ({"extra": 1}, 422),
    ],
)  # fmt: skip
def test_a_task_that_cannot_be_is_refused(bank, body, status):
    assert made(bank, **body).status_code == status
    assert bank.rows("tasks") == []


def test_tasks_of_anothers_customer_are_not_there(bank):
    task = made(bank).json()
    for step, body in (("close", {"outcome": "achieved"}), ("claim", {}), ("cancel", {"reason": "x"})):
        answer = bank.post("rm_south", f"/v1/tasks/{task['task_id']}/{step}", body, purpose="service")
        assert (answer.status_code, answer.json()["error"]["data"]) == (404, {"what": "task"})
    assert bank.get("rm_south", "/v1/customers/C02/tasks", purpose="service").status_code == 404


NOTE = {"kind": "call", "channel": "phone", "happened_at": "2026-07-01T09:00:00Z", "facts": "f", "words": "w", "judgement": "j",
        "suggestion": "s"}  # fmt: skip


def noted(bank, staff="rm", customer="C02", purpose="service", **body):
    return bank.post(staff, f"/v1/customers/{customer}/notes", body, purpose=purpose)


def test_a_note_keeps_its_parts_apart_and_sealed(bank):
    assert noted(bank, **NOTE).status_code == 200
    bank.clock.later(seconds=1)
    assert noted(bank, words="later").status_code == 200
    found = bank.get("rm", "/v1/customers/C02/notes", purpose="service").json()["notes"]
    assert [one["words"] for one in found] == ["later", "w"]
    names = ("kind", "channel", "facts", "words", "judgement", "suggestion")
    assert {name: found[1][name] for name in names} == {name: NOTE[name] for name in names}
    assert (found[0]["kind"], found[0]["happened_at"], found[0]["facts"]) == ("note", None, "")
    assert events(bank) == [731, 731]
    bare = bank.store.workings.backend.engine.raw_connection()
    try:
        sealed = bare.cursor().execute("SELECT text, words, judgement, suggestion FROM notes").fetchall()
    finally:
        bare.close()
    assert all(isinstance(part, bytes) and len(part) > 20 for row in sealed for part in row)


@pytest.mark.parametrize(
    "body",
    [
        {}, {"facts": "  "}, {"kind": "song", "facts": "x"}, {"facts": "x", "channel": "pigeon"}, {"facts": "a\0b"},
        {"facts": "x" * 10_001}, {"facts": "x", "happened_at": "2026-07-02T00:00:00Z"}, {"facts": "x", "happened_at": "noon"},
    ],
)  # fmt: skip
def test_a_note_that_cannot_be_is_refused(bank, body):
    assert noted(bank, **body).status_code == 422
    assert bank.rows("notes") == []


def test_notes_are_for_those_who_may_see_the_customer(bank):
    noted(bank, **NOTE)
    assert noted(bank, "rm_south", **NOTE).status_code == 404
    assert bank.get("rm_south", "/v1/customers/C02/notes", purpose="service").status_code == 404
    (masked,) = bank.get("analyst", "/v1/customers/C02/notes", purpose="analysis").json()["notes"]
    assert masked["customer_id"] == "•••"
    assert [masked[name] for name in ("facts", "words", "judgement", "suggestion")] == ["•••"] * 4
    (whole,) = bank.get("auditor", "/v1/customers/C02/notes", purpose="audit").json()["notes"]
    assert whole["words"] == "w"
