"""Absences over HTTP: who notes whose, what the deputy sees and may do meanwhile, and that nothing is lost."""

import pytest
from served_bank import NORTH

WEEK = {"kind": "leave", "first_day": "2026-07-01", "last_day": "2026-07-03"}


def note(bank, staff, by, purpose, **more):
    return bank.post(by, "/v1/absences", {"staff_id": staff, **WEEK, **more}, purpose=purpose)


def day(bank, staff):
    return bank.get(staff, "/v1/day", purpose="service").json()


def lines(plan):
    return {line["line_id"]: line for line in (*plan["lines"], *plan["left_out"])}


@pytest.fixture
def busy(bank):
    """A bank that has decided, with a task of rm's that is due today and one that is not."""
    for customer in NORTH:
        bank.decide(customer)
    for due, text in (("2026-07-01", "due"), ("2026-07-20", "later")):
        task = {"customer_id": "C02", "kind": "call", "due_on": due, "text": text}
        assert bank.post("rm", "/v1/tasks", task, purpose="service").status_code == 200
    return bank


@pytest.mark.parametrize(("by", "purpose", "staff", "status"), [
    ("rm", "service", "rm", 200), ("rm", "service", "adviser", 404), ("adviser", "advice", "adviser", 200),
    ("branch_manager", "service", "rm", 200), ("branch_manager", "supervision", "rm_south", 404), ("administrator", "operation", "rm_south", 200),
    ("administrator", "operation", "nobody", 404), ("analyst", "analysis", "analyst", 403), ("auditor", "audit", "rm", 403),
    ("integration", "service", "integration", 403),
])  # fmt: skip
def test_who_may_note_whose(bank, by, purpose, staff, status):
    answer = note(bank, staff, by, purpose)
    assert answer.status_code == status, answer.text
    assert len(bank.rows("audit_entries", {"event": 651})) == (status == 200)


@pytest.mark.parametrize(("changes", "status"), [
    ({"last_day": "2026-06-30"}, 422), ({"first_day": "2026-06-01", "last_day": "2026-06-30"}, 422), ({"last_day": "2028-01-01"}, 422),
    ({"deputy": "rm"}, 422), ({"deputy": "analyst"}, 422), ({"deputy": "rm_south"}, 422), ({"deputy": "nobody"}, 404),
    ({"kind": "ill"}, 422), ({"last_day": "soon"}, 422),
])  # fmt: skip
def test_what_is_no_absence_is_not_noted(bank, changes, status):
    assert note(bank, "rm", "rm", "service", **changes).status_code == status
    assert bank.rows("absences") == []


def test_whoever_runs_the_system_may_name_a_deputy_elsewhere(bank):
    assert note(bank, "rm", "administrator", "operation", deputy="rm_south").status_code == 200


def test_two_absences_share_no_day(bank):
    assert note(bank, "rm", "rm", "service").status_code == 200
    assert note(bank, "rm", "rm", "service", first_day="2026-07-03", last_day="2026-07-09").status_code == 409
    assert note(bank, "rm", "rm", "service", first_day="2026-07-04", last_day="2026-07-09").status_code == 200


def test_what_must_be_done_goes_to_the_deputy_and_the_rest_waits(busy):
    before, theirs = day(busy, "rm"), day(busy, "adviser")
    musts = {name for name, line in lines(before).items() if line["must"]}
    assert musts
    note(busy, "rm", "rm", "service", deputy="adviser")
    mine, deputys = day(busy, "rm"), day(busy, "adviser")
    assert (mine["minutes"], mine["used"], mine["over"], mine["lines"]) == (0, 0, 0, [])
    assert (mine["away_until"], mine["stand_in"]) == ("2026-07-03", "adviser")
    assert lines(mine).keys() == lines(before).keys() - musts
    assert lines(deputys).keys() == lines(theirs).keys() | musts
    told = [line for line in deputys["lines"] if line["line_id"] in musts]
    assert {(line["for_staff"], line["why"][0]["code"]) for line in told} == {("rm", "deputy.for")}


def test_without_a_deputy_what_must_be_done_stays_and_is_said_to_be_too_much(busy):
    note(busy, "rm", "rm", "service")
    mine = day(busy, "rm")
    assert mine["lines"]
    assert all(line["must"] for line in mine["lines"])
    assert mine["over"] == mine["used"]


def test_the_deputy_acts_for_the_customers_while_it_lasts_and_no_longer(busy):
    place = "/v1/customers/C02"
    assert busy.get("adviser", place, purpose="service").status_code == 404
    row = note(busy, "rm", "rm", "service", deputy="adviser").json()
    busy.clock.later(seconds=2)
    assert busy.get("adviser", place, purpose="service").status_code == 200
    (line,) = [line for line in day(busy, "adviser")["lines"] if line["details"] == "due"]
    done = busy.post(
        "adviser", f"/v1/day/lines/{line['line_id']}/done", {"outcome": "achieved"}, purpose="service"
    )
    assert done.status_code == 200
    assert (
        busy.post("rm", f"/v1/absences/{row['absence_id']}/end", {}, purpose="service").json()["state"]
        == "ended"
    )
    busy.clock.later(seconds=2)
    assert busy.get("adviser", place, purpose="service").status_code == 404
    assert day(busy, "rm")["minutes"] == 360
    assert len(busy.rows("audit_entries", {"event": 652})) == 1


def test_it_ends_by_itself(busy):
    note(busy, "rm", "rm", "service", deputy="adviser")
    busy.clock.later(days=3)
    assert busy.get("adviser", "/v1/customers/C02", purpose="service").status_code == 404
    assert busy.get("rm", "/v1/absences", purpose="service").json()["absences"] == []


def test_one_sees_and_ends_what_one_may_note(bank):
    names = {
        staff: note(bank, staff, "administrator", "operation").json()["absence_id"]
        for staff in ("rm", "adviser", "rm_south")
    }

    def seen(staff, purpose):
        return {
            one["staff_id"] for one in bank.get(staff, "/v1/absences", purpose=purpose).json()["absences"]
        }

    assert seen("rm", "service") == {"rm"}
    assert seen("branch_manager", "supervision") == {"rm", "adviser"}
    assert seen("administrator", "operation") == {"rm", "adviser", "rm_south"}
    assert bank.post("rm", f"/v1/absences/{names['adviser']}/end", {}, purpose="service").status_code == 404
    assert (
        bank.post(
            "administrator", f"/v1/absences/{names['adviser']}/end", {}, purpose="operation"
        ).status_code
        == 200
    )
    assert (
        bank.post(
            "administrator", f"/v1/absences/{names['adviser']}/end", {}, purpose="operation"
        ).status_code
        == 404
    )


def test_the_calendar_says_which_days_are_worked(bank):
    days = bank.get("rm", "/v1/calendar", purpose="service").json()["days"]
    assert [one["date"] for one in days if one["holiday"]] == [
        "2026-07-04",
        "2026-07-05",
        "2026-07-11",
        "2026-07-12",
    ]
    assert {one["minutes"] for one in days if not one["holiday"]} == {360}
    assert {one["minutes"] for one in days if one["holiday"]} == {0}
