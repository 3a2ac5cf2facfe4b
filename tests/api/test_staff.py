"""Accounts of staff over HTTP: what an administrator may do alone, what takes two, and that no customer shows."""

import pytest
import served_bank
from served_bank import PASSWORD

WRONG = "not this one at all"
REASON = "her predecessor has left the bank"


def ask(bank, method, path, body=None, staff="administrator", purpose="operation"):
    given = {} if body is None else {"json": body}
    return bank.ask(staff, method, f"/v1{path}", purpose=purpose, **given)


def account(bank, name):
    (found,) = [one for one in ask(bank, "GET", "/staff").json()["staff"] if one["staff_id"] == name]
    return found


def kept(bank, name, kind):
    return account(bank, name)["password"] == kind


def events(bank, number):
    return bank.rows("audit_entries", {"event": number})


def test_the_list_tells_who_there_is_and_when_they_signed_in(bank):
    assert account(bank, "rm")["last_sign_in"] is None
    bank.sign_in()
    found = account(bank, "rm")
    assert found["last_sign_in"] == "2026-07-01T10:00:00Z"
    assert (found["sessions"], found["tokens"], found["password"], found["own"]) == (1, 1, "own", False)
    assert account(bank, "administrator")["own"]
    assert kept(bank, served_bank.WITHOUT_PASSWORD, "none")


def test_the_list_goes_on_after_a_name_and_keeps_to_a_branch(bank):
    everybody = [one["staff_id"] for one in ask(bank, "GET", "/staff").json()["staff"]]
    rest = [one["staff_id"] for one in ask(bank, "GET", f"/staff?after={everybody[3]}").json()["staff"]]
    assert rest == everybody[4:]
    south = ask(bank, "GET", "/staff?branch=south").json()
    assert ([one["staff_id"] for one in south["staff"]], south["next"]) == (["rm_south"], None)


def test_somebody_is_added_changed_and_gets_a_password_of_their_own(bank):
    body = {"staff_id": "ming", "name": "Ming", "branch": "north", "roles": ["adviser", "adviser"]}
    assert ask(bank, "POST", "/staff", body).json()["roles"] == ["adviser"]
    assert ask(bank, "POST", "/staff", body).status_code == 409
    changed = {"name": "Ming L.", "branch": "south", "roles": ["relationship_manager"]}
    assert ask(bank, "PUT", "/staff/ming", changed).json()["roles"] == ["relationship_manager"]
    assert [len(events(bank, number)) for number in (602, 604, 605)] == [1, 1, 1]
    made = ask(bank, "POST", "/staff/ming/password").json()["password"]
    assert bank.sign_in("ming", made).status_code == 409
    body = {"staff_id": "ming", "password": made, "new_password": "rain over the old harbour"}
    assert bank.post(None, "/v1/sessions", body).status_code == 200
    assert bank.sign_in("ming", made).status_code == 401
    assert bank.sign_in("ming", "rain over the old harbour").status_code == 200
    assert kept(bank, "ming", "own")


@pytest.mark.parametrize("chosen", ["short", "ming and the harbour", "the same"])
def test_a_new_password_that_is_none_changes_nothing(bank, chosen):
    ask(bank, "POST", "/staff", {"staff_id": "ming", "roles": ["adviser"]})
    made = ask(bank, "POST", "/staff/ming/password").json()["password"]
    body = {"staff_id": "ming", "password": made, "new_password": made if chosen == "the same" else chosen}
    assert bank.post(None, "/v1/sessions", body).status_code == 422
    assert kept(bank, "ming", "one_time")


def test_a_password_that_somebody_else_made_is_over_after_a_day(bank):
    made = ask(bank, "POST", "/staff/rm/password").json()["password"]
    bank.clock.later(hours=24)
    body = {"staff_id": "rm", "password": made, "new_password": "rain over the old harbour"}
    assert bank.post(None, "/v1/sessions", body).status_code == 401
    assert kept(bank, "rm", "over")


def test_a_wrong_password_chooses_none(bank):
    body = {"staff_id": "rm", "password": WRONG, "new_password": "rain over the old harbour"}
    assert bank.post(None, "/v1/sessions", body).status_code == 401
    assert bank.sign_in().status_code == 200


def test_with_leaving_sessions_and_tokens_end_at_once_and_what_stays_is_counted(bank):
    bank.sign_in()
    bank.post("rm", "/v1/tasks", {"customer_id": "C02", "kind": "call"}, purpose="service")
    told = ask(bank, "POST", "/staff/rm/state", {"state": "left"}).json()
    assert told == {"staff_id": "rm", "state": "left", "sessions": 1, "tokens": 1, "customers": 5, "tasks": 1}
    for name in ("rm", "rm_session"):
        assert bank.get(name, "/v1/day").status_code == 401
    assert bank.sign_in().status_code == 401
    assert kept(bank, "rm", "none")
    assert ask(bank, "POST", "/staff/rm/state", {"state": "left"}).status_code == 404


def test_whoever_is_back_has_neither_password_nor_a_role_that_takes_two(bank):
    ask(bank, "POST", "/staff/compliance/state", {"state": "left"})
    assert ask(bank, "POST", "/staff/compliance/state", {"state": "active"}).status_code == 200
    assert account(bank, "compliance")["roles"] == []
    assert kept(bank, "compliance", "none")
    assert ask(bank, "POST", "/staff/compliance/state", {"state": "active"}).status_code == 404


def test_a_locked_name_is_unlocked(bank):
    for _ in range(5):
        bank.sign_in("rm", WRONG)
    assert bank.sign_in().status_code == 401
    assert account(bank, "rm")["locked_until"] is not None
    assert ask(bank, "POST", "/staff/rm/unlock").json() == {"staff_id": "rm", "was_locked": True}
    assert bank.sign_in().status_code == 200
    assert ask(bank, "POST", "/staff/rm/unlock").json()["was_locked"] is False
    assert len(events(bank, 615)) == 1


def test_tokens_and_sessions_are_withdrawn(bank):
    bank.sign_in()
    assert ask(bank, "POST", "/staff/rm/withdrawal").json() == {"staff_id": "rm", "sessions": 1, "tokens": 1}
    assert [bank.get(name, "/v1/day").status_code for name in ("rm", "rm_session")] == [401, 401]


@pytest.mark.parametrize(("method", "path", "body"), [
    ("PUT", "", {"name": "Me", "roles": ["administrator", "compliance"]}),
    ("PUT", "", {"name": "Me", "roles": ["adviser"]}),
    ("POST", "/state", {"state": "left"}),
    ("POST", "/roles", {"role": "compliance", "reason": REASON}),
])  # fmt: skip
def test_nobody_changes_their_own_account(bank, method, path, body):
    assert ask(bank, method, f"/staff/administrator{path}", body).status_code == 409
    assert account(bank, "administrator")["roles"] == ["administrator"]


@pytest.mark.parametrize("role", ["administrator", "compliance"])
def test_a_role_that_takes_two_is_given_by_two(bank, role):
    alone = {"name": "Rm", "branch": "north", "roles": ["relationship_manager", role]}
    assert ask(bank, "PUT", "/staff/rm", alone).status_code == 409
    assert ask(bank, "POST", "/staff", {"staff_id": "ming", "roles": [role]}).status_code == 409
    asked = ask(bank, "POST", "/staff/rm/roles", {"role": role, "reason": REASON}).json()
    place = f"/proposals/{asked['proposal_id']}"
    assert ask(bank, "POST", f"{place}/execution", {}).status_code == 409
    assert ask(bank, "POST", f"{place}/approval", {"reason": REASON}).status_code == 409
    approval = ask(bank, "POST", f"{place}/approval", {"reason": REASON}, "compliance", "governance")
    assert (approval.status_code, approval.json()["staff_id"], approval.json()["customer_id"]) == (
        200,
        "rm",
        None,
    )
    assert account(bank, "rm")["roles"] == ["relationship_manager"]
    assert ask(bank, "POST", f"{place}/execution", {}).json()["state"] == "done"
    assert account(bank, "rm")["roles"] == ["relationship_manager", role]
    assert ask(bank, "POST", f"{place}/execution", {}).status_code == 409


def test_nobody_approves_a_role_of_their_own(bank):
    asked = ask(bank, "POST", "/staff/compliance/roles", {"role": "administrator", "reason": REASON}).json()
    place = f"/proposals/{asked['proposal_id']}/approval"
    assert ask(bank, "POST", place, {"reason": REASON}, "compliance", "governance").status_code == 409


def test_a_proposal_about_an_account_is_seen_by_those_it_concerns_only(bank):
    asked = ask(bank, "POST", "/staff/rm/roles", {"role": "compliance", "reason": REASON}).json()
    place = f"/proposals/{asked['proposal_id']}"
    assert ask(bank, "GET", "/proposals").json()["proposals"][0]["staff_id"] == "rm"
    assert ask(bank, "GET", place, None, "compliance", "governance").status_code == 200
    for staff, purpose in (("rm", "service"), ("data_protection_officer", "privacy_request")):
        assert ask(bank, "GET", place, None, staff, purpose).status_code in (403, 404)


def test_no_password_is_made_for_whoever_has_a_role_that_takes_two(bank):
    assert ask(bank, "POST", "/staff/compliance/password").status_code == 409
    assert bank.sign_in("compliance", PASSWORD).status_code == 200


@pytest.mark.parametrize(("body", "status"), [
    ({"name": "X", "roles": ["king"]}, 422), ({"name": "X", "roles": []}, 422), ({"roles": ["adviser"]}, 422),
    ({"name": "X\u0000", "roles": ["adviser"]}, 422), ({"name": "X", "roles": ["adviser"], "state": "left"}, 422),
])  # fmt: skip
def test_what_is_no_account_changes_none(bank, body, status):
    before = bank.rows("staff")
    assert ask(bank, "PUT", "/staff/rm", body).status_code == status
    assert bank.rows("staff") == before


def test_the_table_of_roles_says_what_is_granted_and_what_never(bank):
    found = {one["role"]: one for one in ask(bank, "GET", "/roles").json()["roles"]}
    assert found["compliance"]["second_person"]
    assert not found["adviser"]["second_person"]
    verbs = {(line["verb"], line["effect"]) for line in found["compliance"]["verbs"]}
    assert {("policy.approve", "allow"), ("decision.make", "deny"), ("any", "deny")} <= verbs
    assert all(line["because"] for one in found.values() for line in one["verbs"] if line["effect"] == "deny")


def test_branches_are_numbers(bank):
    found = {one["branch"]: one for one in ask(bank, "GET", "/branches").json()["branches"]}
    assert (found["north"]["customers"], found["south"]["customers"], found[None]["customers"]) == (5, 4, 1)
    assert found["north"]["staff"] == {"adviser": 1, "branch_manager": 1, "relationship_manager": 1}


def test_no_customer_shows(bank):
    bank.post("rm", "/v1/tasks", {"customer_id": "C02", "kind": "call"}, purpose="service")
    answers = [ask(bank, "GET", path).text for path in ("/staff", "/branches", "/roles")]
    answers.append(ask(bank, "POST", "/staff/rm/state", {"state": "left"}).text)
    for customer in (*served_bank.NORTH, *served_bank.SOUTH):
        assert not any(f'"{customer}"' in text for text in answers)
