"""The figures of a branch over the interface: what is counted, from what, for whom; and its tables as files."""

import csv
import datetime as dt
import io

import pytest
from two_persons import erased, merged

TEAM = "/v1/team"


def team(bank, staff="branch_manager", purpose="supervision", **query):
    answer = bank.get(staff, TEAM, purpose=purpose, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def rate(found, standard, tier=None, level="branch", staff_id=None):
    """Return met and cases of a standard."""
    wanted = (standard, level, staff_id, tier)
    (one,) = [
        one
        for one in found["attained"]
        if (one["standard"], one["level"], one["staff_id"], one["tier"]) == wanted
    ]
    return one["met"], one["cases"]


def task(bank, customer="C03", **body):
    answer = bank.post(
        "rm", "/v1/tasks", {"customer_id": customer, "kind": "call", **body}, purpose="service"
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["task_id"]


def act(bank, task_id, what, staff="rm", **body):
    answer = bank.post(staff, f"/v1/tasks/{task_id}/{what}", body, purpose="service")
    assert answer.status_code == 200, answer.text


def member(found, staff_id):
    return next(one for one in found["staff"] if one["staff_id"] == staff_id)


# -- coverage ------------------------------------------------------------------------------------------------------------


def test_the_row_of_a_customer_has_what_the_publication_knows(bank):
    rows = {row["customer_id"]: (row["tier"], row["contacted_on"]) for row in bank.rows("customers")}
    assert rows["C05"] == (None, "2026-06-29")
    assert rows["C06"] == ("mass", "2026-06-10")
    assert rows["C01"] == ("private", None)
    assert rows["C10"] == (None, None)


def test_in_touch_is_who_was_met_within_the_days_of_their_tier(bank):
    assert rate(team(bank), "contact") == (1, 5)  # C05, of the archive
    assert rate(team(bank), "contact", "other") == (1, 1)
    note = {"kind": "call", "facts": "called", "happened_at": "2026-05-31T10:00:00+00:00"}
    for customer in ("C01", "C03"):  # private: 31 days, affluent: 92
        assert bank.post("rm", f"/v1/customers/{customer}/notes", note, purpose="service").status_code == 200
    assert rate(team(bank), "contact", "private") == (1, 2)
    assert rate(team(bank), "contact", "affluent") == (1, 1)
    bank.clock.later(days=1)
    assert rate(team(bank), "contact", "private") == (0, 2)
    assert rate(team(bank), "contact", "affluent") == (1, 1)


@pytest.mark.parametrize(
    ("body", "counts"),
    [({"kind": "note", "facts": "thought of her"}, False), ({"kind": "visit", "facts": "x"}, True)],
)
def test_a_note_that_reports_no_contact_is_none(bank, body, counts):
    assert bank.post("rm", "/v1/customers/C04/notes", body, purpose="service").status_code == 200
    assert rate(team(bank), "contact", "mass") == (int(counts), 1)


@pytest.mark.parametrize(
    ("kind", "outcome", "counts"),
    [("call", "achieved", True), ("call", "not_reached", False), ("paperwork", "achieved", False)],
)
def test_a_task_counts_where_the_customer_was_reached(bank, kind, outcome, counts):
    act(bank, task(bank, "C04", kind=kind), "close", outcome=outcome)
    assert rate(team(bank), "contact", "mass") == (int(counts), 1)


def test_an_offer_that_somebody_has_to_speak_about_counts_once_it_was_spoken_about(bank):
    made = {one["channel"]: one["offer_id"] for one in bank.decide("C04").json()["actions"]}
    outbound = {row["channel"] for row in bank.rows("offers") if row["outbound"]}
    assert "phone" in made
    assert outbound <= {"phone", "adviser"}
    assert rate(team(bank), "contact", "mass") == (0, 1)
    answer = bank.post("rm", f"/v1/day/lines/{made['phone']}/done", {"outcome": "shown"}, purpose="service")
    assert answer.status_code == 200
    assert rate(team(bank), "contact", "mass") == (1, 1)


def test_of_a_merged_customer_all_records_count(bank):
    assert rate(team(bank), "contact") == (1, 5)
    merged(bank, "C05", "C04")
    found = team(bank)
    assert found["total"]["book"] == 4
    assert rate(found, "contact", "mass") == (1, 1)


def test_whoever_was_erased_is_counted_no_more(bank):
    erased(bank, "C05")
    found = team(bank)
    assert (found["total"]["book"], rate(found, "contact")) == (4, (0, 4))
    (row,) = bank.rows("customers", {"customer_id": "C05"})
    assert (row["tier"], row["contacted_on"]) == (None, None)


def test_customers_without_an_adviser_are_told(bank):
    with bank.store.write() as tx:
        tx.change("customers", {"customer_id": "C02"}, {"adviser": None})
    found = team(bank)
    assert (found["nobody"]["book"], member(found, "rm")["book"], found["total"]["book"]) == (1, 4, 5)
    assert rate(found, "contact", level="nobody") == (0, 1)


def test_before_the_archive_was_published_nothing_is_said_of_contacts_before(bank):
    whole = next(one for one in team(bank)["attained"] if one["tier"] is None)
    assert (whole["met_before"], whole["cases_before"], whole["change"], whole["direction"]) == (
        None,
        None,
        None,
        "none",
    )
    bank.clock.later(days=30)
    later = next(one for one in team(bank)["attained"] if one["tier"] is None)
    assert (later["met_before"], later["cases_before"], later["change"]) == (1, 5, 0.0)


# -- tasks ---------------------------------------------------------------------------------------------------------------


def test_a_task_is_in_time_or_not_once_its_time_is_over(bank):
    quick, slow, _never = (task(bank, "C01") for _ in range(3))  # private: two days
    assert not [one for one in team(bank)["attained"] if one["standard"] == "task"]
    bank.clock.later(days=2)
    act(bank, quick, "close", outcome="achieved")
    assert not [one for one in team(bank)["attained"] if one["standard"] == "task"]
    bank.clock.later(days=1)
    act(bank, slow, "close", outcome="achieved")
    found = team(bank)
    assert rate(found, "task", "private") == rate(found, "task", level="staff", staff_id="rm") == (1, 3)
    bank.clock.later(days=20)
    assert not [one for one in team(bank, days=14)["attained"] if one["standard"] == "task"]


def test_a_task_that_rests_begins_on_its_day(bank):
    task(bank, "C01", starts_on="2026-07-10")
    bank.clock.later(days=11)
    assert not [one for one in team(bank)["attained"] if one["standard"] == "task"]
    bank.clock.later(days=2)
    assert rate(team(bank), "task") == (0, 1)


def test_a_change_is_told_where_its_interval_leaves_out_nothing_changed(bank):
    early = [task(bank, "C01") for _ in range(12)]
    bank.clock.later(days=3)
    for one in early:  # a day too late
        act(bank, one, "close", outcome="achieved")
    bank.clock.later(days=7)
    for one in [task(bank, "C01") for _ in range(12)]:
        act(bank, one, "close", outcome="achieved")
    bank.clock.later(days=3)
    found = team(bank, days=7)
    (whole,) = [
        one
        for one in found["attained"]
        if (one["standard"], one["level"], one["tier"]) == ("task", "branch", None)
    ]
    assert (whole["met"], whole["cases"], whole["met_before"], whole["cases_before"]) == (12, 12, 0, 12)
    assert (whole["change"], whole["direction"]) == (1.0, "up")
    assert whole["change_low"] > 0
    assert whole["verdict"] == "open"  # 12 of 12 do not show that it is nine of ten


# -- load ----------------------------------------------------------------------------------------------------------------


def test_the_minutes_are_those_of_the_lines_of_the_day_that_are_no_reminders(bank):
    for customer in ("C01", "C02", "C04"):
        bank.decide(customer)
    task(bank, "C03", due_on="2026-07-01", minutes=33)
    task(bank, "C02", kind="visit", due_on="2026-07-09")
    task(bank, "C01", starts_on="2026-07-05")
    day = bank.get("rm", "/v1/day", purpose="service").json()
    lines = [one for one in (*day["lines"], *day["left_out"]) if one["source"] != "reminder"]
    mine = member(team(bank), "rm")
    assert mine["work"] == sum(one["minutes"] for one in lines)
    assert mine["must"] == sum(one["minutes"] for one in lines if one["must"]) == 33
    assert (mine["available"], mine["open_tasks"], mine["overdue_tasks"], mine["beyond"]) == (360, 2, 0, 0)
    bank.clock.later(days=1)
    assert member(team(bank), "rm")["overdue_tasks"] == 1


def test_a_task_that_serves_an_offer_takes_the_minutes_of_the_offer_and_its_place(bank):
    bank.decide("C04")
    before = member(team(bank), "rm")["work"]
    line = next(
        one
        for one in bank.get("rm", "/v1/day", purpose="service").json()["lines"]
        if one["channel"] == "adviser"
    )
    answer = bank.post(
        "rm", f"/v1/day/lines/{line['line_id']}/hand-over", {"deputy": "adviser"}, purpose="service"
    )
    assert answer.status_code == 200
    found = team(bank)
    assert member(found, "rm")["work"] == before - line["minutes"]
    assert (member(found, "adviser")["work"], member(found, "adviser")["open_tasks"]) == (line["minutes"], 1)
    assert found["total"]["work"] == before


def test_what_does_not_fit_is_told(bank):
    task(bank, "C01", minutes=300)
    task(bank, "C02", minutes=200)
    found = team(bank)
    assert (member(found, "rm")["work"], member(found, "rm")["beyond"]) == (500, 140)
    assert found["total"]["beyond"] == 140


def test_tasks_for_customers_of_other_branches_take_time_and_are_judged_there(bank):
    one = bank.post(
        "rm_south", "/v1/tasks", {"customer_id": "C06", "kind": "call"}, purpose="service"
    ).json()["task_id"]
    act(bank, one, "hand-over", "rm_south", deputy="rm")
    bank.clock.later(days=6)
    here, there = team(bank), team(bank, "service_quality", "quality", branch="south")
    assert member(here, "rm")["open_tasks"] == member(there, "rm")["open_tasks"] == 1
    assert not [one for one in here["attained"] if one["standard"] == "task"]
    assert rate(there, "task", level="staff", staff_id="rm") == (0, 1)
    assert (here["hand_overs"], len(there["hand_overs"])) == ([], 1)


# -- hand-overs and refusals ---------------------------------------------------------------------------------------------


def test_hand_overs_say_from_whom_to_whom_and_what_became_of_them(bank):
    first, second, third = (task(bank, "C01") for _ in range(3))
    for one in (first, second, third):
        act(bank, one, "hand-over", deputy="adviser")
    act(bank, third, "hand-over", "adviser", deputy="rm")
    bank.clock.later(days=2)
    act(bank, first, "close", "adviser", outcome="achieved")
    told = {(one["from_staff"], one["to_staff"]): one for one in team(bank)["hand_overs"]}
    assert told["rm", "adviser"] == {
        "from_staff": "rm", "to_staff": "adviser", "count": 3, "still_open": 1, "done": 1, "median_days": 2.0,
    }  # fmt: skip
    back = told["adviser", "rm"]
    assert (back["count"], back["still_open"], back["done"], back["median_days"]) == (1, 1, 0, None)
    bank.clock.later(days=30)
    assert team(bank)["hand_overs"] == []


def test_refusals_are_counted_by_what_is_coded_and_their_words_are_for_the_branch_manager(bank):
    for customer in ("C01", "C02", "C04"):
        bank.decide(customer)
    lines = {
        (one["customer_id"], one["channel"]): one["line_id"]
        for one in bank.get("rm", "/v1/day", purpose="service").json()["lines"]
    }
    for customer in ("C01", "C02"):
        body = {"outcome": "refused", "text": f"=no time, says {customer}"}
        assert (
            bank.post(
                "rm", f"/v1/day/lines/{lines[customer, 'phone']}/done", body, purpose="service"
            ).status_code
            == 200
        )
    reason = {"reason": "is building a house"}
    assert (
        bank.post(
            "rm", f"/v1/day/lines/{lines['C04', 'adviser']}/refuse", reason, purpose="service"
        ).status_code
        == 200
    )
    act(bank, task(bank, "C05", kind="visit"), "cancel", reason="has moved")
    found = team(bank)
    told = [
        (one["who"], one["staff_id"], one["source"], one["kind"], one["what"], one["count"])
        for one in found["refusals"]
    ]
    assert told == [
        ("customer", "rm", "offer", "care", "review", 2),
        ("staff", "rm", "offer", "sale", "invest:B1", 1),
        ("staff", "rm", "task", "visit", "", 1),
    ]
    assert [one["title"] for one in found["refusals"]] == ["review", "invest", "Visit the customer"]
    words = {one["words"] for one in found["reasons"]}
    assert words == {"=no time, says C01", "=no time, says C02", "is building a house", "has moved"}
    figures = team(bank, "service_quality", "quality", branch="north")
    assert figures["reasons"] is None
    assert figures["refusals"] == found["refusals"]
    assert not any(word in str(figures) for word in words)


def test_a_task_set_aside_with_its_offer_is_one_refusal(bank):
    bank.decide("C04")
    line = bank.get("rm", "/v1/day", purpose="service").json()["lines"][0]
    bank.post("rm", f"/v1/day/lines/{line['line_id']}/postpone", {"until": "2026-07-02"}, purpose="service")
    (made,) = bank.rows("tasks")
    assert (
        bank.post(
            "rm", f"/v1/day/lines/{made['task_id']}/refuse", {"reason": "no"}, purpose="service"
        ).status_code
        == 200
    )
    assert len(bank.rows("responses")) == 1
    assert sum(one["count"] for one in team(bank)["refusals"]) == 1


def test_no_customer_is_in_the_figures(bank):
    for customer in ("C01", "C02", "C04"):
        bank.decide(customer)
    act(bank, task(bank, "C01"), "hand-over", deputy="adviser")
    act(bank, task(bank, "C02"), "cancel", reason="no")
    text = bank.get("branch_manager", TEAM, purpose="supervision").text
    assert not any(f"C0{n}" in text for n in range(1, 10))


# -- who may -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("staff", "purpose", "query", "status"),
    [
        ("branch_manager", "supervision", {}, 200),
        ("branch_manager", "supervision", {"branch": "north"}, 200),
        ("branch_manager", "supervision", {"branch": "south"}, 404),
        ("branch_manager", "supervision", {"branch": "nowhere"}, 404),
        ("branch_manager", "service", {}, 403),
        ("service_quality", "quality", {}, 200),
        ("service_quality", "quality", {"branch": "south"}, 200),
        ("service_quality", "quality", {"branch": "nowhere"}, 404),
        ("service_quality", "supervision", {}, 403),
        ("rm", "service", {}, 403),
        ("compliance", "audit", {"branch": "north"}, 403),
        ("administrator", "operation", {"branch": "north"}, 403),
        ("branch_manager", "supervision", {"days": 0}, 422),
        ("branch_manager", "supervision", {"days": 367}, 422),
        ("branch_manager", "supervision", {"days": "all"}, 422),
    ],
)
def test_who_may_see_which_branch(shared, staff, purpose, query, status):
    assert shared.get(staff, TEAM, purpose=purpose, params=query).status_code == status
    assert shared.get(staff, f"{TEAM}/staff.csv", purpose=purpose, params=query).status_code == status


def test_another_branch_looks_like_none(shared):
    theirs, nobodys = (
        shared.get("branch_manager", TEAM, purpose="supervision", params={"branch": name}).json()
        for name in ("south", "nowhere")
    )
    assert theirs == nobodys


def test_whoever_may_see_all_is_told_which_there_are(shared):
    found = team(shared, "service_quality", "quality")
    assert (found["branch"], found["branches"]) == ("north", ["north", "south"])
    assert team(shared)["branches"] == ["north"]


def test_a_window_ends_yesterday(shared):
    found = team(shared, days=7)
    assert (found["date"], found["window_from"], found["window_to"]) == (
        "2026-07-01",
        "2026-06-24",
        "2026-06-30",
    )
    assert [one["tier"] for one in found["standards"]] == ["private", "affluent", "mass", "other"]


def test_before_anything_is_published_there_are_figures_of_staff(bank):
    with bank.store.write() as tx:
        tx.change("publications", {"state": "active"}, {"state": "retired"})
    bank.clock.later(seconds=2)
    found = team(bank)
    assert (found["publication"], found["as_of"], found["total"]["book"]) == (None, None, 5)


# -- files ---------------------------------------------------------------------------------------------------------------


def rows(answer):
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_a_table_is_a_file_with_the_figures_of_the_answer(bank):
    bank.decide("C04")
    found = team(bank)
    answer = bank.get("branch_manager", f"{TEAM}/staff.csv", purpose="supervision")
    assert answer.headers["content-disposition"] == 'attachment; filename="zhike-team-staff-2026-07-01.csv"'
    told = rows(answer)
    assert [
        (one["Staff number"], int(one["Customers"]), int(one["Minutes of all that is open"])) for one in told
    ] == [(one["staff_id"], one["book"], one["work"]) for one in found["staff"]]
    standards = rows(bank.get("branch_manager", f"{TEAM}/standards.csv", purpose="supervision"))
    assert [float(one["Share"]) for one in standards] == [one["share"] for one in found["attained"]]


@pytest.mark.parametrize(("language", "column"), [("zh-CN", "员工编号"), ("zh-TW", "員工編號")])
def test_its_columns_are_named_in_the_language_of_the_caller(shared, language, column):
    answer = shared.get(
        "branch_manager", f"{TEAM}/staff.csv", purpose="supervision", headers={"accept-language": language}
    )
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert column in rows(answer)[0]


def test_a_reason_is_no_formula_and_is_in_no_file_of_whoever_may_not_read_it(bank):
    act(bank, task(bank, "C05"), "cancel", reason="=HYPERLINK(1)")
    told = rows(bank.get("branch_manager", f"{TEAM}/reasons.csv", purpose="supervision"))
    assert [one["Reason"] for one in told] == ["'=HYPERLINK(1)"]
    hidden = bank.get("service_quality", f"{TEAM}/reasons.csv", purpose="quality", params={"branch": "north"})
    assert hidden.status_code == 404
    assert bank.get("branch_manager", f"{TEAM}/customers.csv", purpose="supervision").status_code == 422


def test_days_are_those_of_the_bank(bank):
    """An hour before midnight in the bank's zone and an hour after it are two days, though one day of UTC."""
    zone = dt.timezone(dt.timedelta(hours=8))
    assert team(bank)["date"] == "2026-07-01"
    bank.clock.later(hours=7)
    assert team(bank)["date"] == str(dt.datetime(2026, 7, 2, 1, tzinfo=zone).date())
