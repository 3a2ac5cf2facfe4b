"""Administration: what the pages show and do is what the interface says, for those who may, in every language."""

import re

import pytest
from served_bank import NORTH, PASSWORD, SOUTH

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

PAGES = ("", "/staff/rm", "/roles", "/teams", "/calendars")
REASON = "her predecessor has left the bank"


@pytest.fixture
def admin(visit):
    """Whoever runs the system, signed in."""
    assert visit.sign_in("administrator").status_code == 200
    return visit


def act(visit, path, **fields):
    return visit.post(f"/administration{path}", {"form": visit.form(), **fields})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_in_every_language_and_shows_no_customer(admin, language):
    admin.post("/choices", {"form": admin.form(), "language": language, "theme": "auto", "back": "/today"})
    for path in PAGES:
        page = admin.get(f"/administration{path}")
        assert page.status_code == 200
        assert WORDS["administration.title"].in_language(language) in page.text
        assert not any(f">{one}<" in page.text or f"/{one}" in page.text for one in (*NORTH, *SOUTH))
        assert 'aria-current="page"' in page.text


@pytest.mark.parametrize("path", PAGES[:4])
def test_whoever_may_not_is_told_so_and_is_not_offered_the_page(desk, path):
    assert desk.get(f"/administration{path}").status_code == 403
    assert 'href="/workbench/administration"' not in desk.get("/today").text


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_asked_to_sign_in(visit, path):
    assert visit.get(f"/administration{path}").url.path == "/workbench/sign-in"


def test_somebody_is_added_and_changed_by_form(admin):
    fields = {"staff_id": "ming", "name": "Ming", "branch": "north", "role.adviser": "on"}
    page = act(admin, "/staff", **fields)
    assert page.url.path == "/workbench/administration/staff/ming"
    page = act(admin, "/staff/ming", name="Ming L.", branch="", **{"role.relationship_manager": "on"})
    assert "Ming L." in page.text
    (row,) = admin.bank.rows("staff", {"staff_id": "ming"})
    assert (row["roles"], row["branch"]) == (["relationship_manager"], None)


def test_a_one_time_password_is_shown_once_and_leads_to_one_of_ones_own(admin):
    made = re.search(r"<code>([a-z0-9+-]{20,})</code>", act(admin, "/staff/rm/password").text)[1]
    assert made not in admin.get("/administration/staff/rm").text
    admin.post("/sign-out", {"form": admin.form()})
    page = admin.sign_in("rm", made)
    assert (page.status_code, 'name="new_password"' in page.text) == (409, True)
    fields = {"staff": "rm", "password": made, "next": ""}
    assert admin.post("/sign-in", {**fields, "new_password": "short"}).status_code == 422
    page = admin.post("/sign-in", {**fields, "new_password": "rain over the old harbour"})
    assert page.url.path == "/workbench/today"


def test_a_leaver_is_told_with_what_stays(admin):
    page = act(admin, "/staff/rm/state", state="left")
    assert (
        WORDS["administration.behind"].render("en", sessions=0, tokens=1, customers=5, tasks=0) in page.text
    )
    assert admin.bank.rows("staff", {"staff_id": "rm"})[0]["state"] == "left"


def test_tokens_end_and_a_lock_is_lifted(admin):
    assert (
        WORDS["administration.ended"].render("en", sessions=0, tokens=1)
        in act(admin, "/staff/rm/withdrawal").text
    )
    for _ in range(5):
        admin.bank.sign_in("rm", f"not {PASSWORD}")
    assert WORDS["administration.unlock"].en in admin.get("/administration/staff/rm").text
    act(admin, "/staff/rm/unlock")
    assert admin.bank.sign_in("rm").status_code == 200


def test_a_role_is_given_by_two_at_their_pages(admin):
    page = act(admin, "/staff/rm/roles", role="compliance", reason=REASON)
    proposal = re.search(r"/proposals/([^/]+)/withdrawal", page.text)[1]
    admin.post("/sign-out", {"form": admin.form()})
    admin.sign_in("compliance")
    assert REASON in admin.get("/administration/roles").text
    assert act(admin, f"/proposals/{proposal}/approval", reason=REASON).status_code == 200
    admin.post("/sign-out", {"form": admin.form()})
    admin.sign_in("administrator")
    act(admin, f"/proposals/{proposal}/execution")
    assert admin.bank.rows("staff", {"staff_id": "rm"})[0]["roles"] == ["relationship_manager", "compliance"]


def test_ones_own_account_has_no_form(admin):
    page = admin.get("/administration/staff/administrator").text
    assert WORDS["administration.own"].en in page
    assert "/staff/administrator/password" not in page


def test_an_absence_is_noted_and_ended_by_form(desk):
    week = {
        "staff_id": "rm",
        "kind": "leave",
        "first_day": "2026-07-01",
        "last_day": "2026-07-03",
        "deputy": "adviser",
    }
    page = act(desk, "/calendars", **week)
    name = re.search(r"/calendars/([^/]+)/end", page.text)[1]
    assert desk.bank.rows("absences")[0]["deputy"] == "adviser"
    assert WORDS["today.stand_in"].render("en", staff="adviser") in desk.get("/today").text
    assert WORDS["administration.no_absences"].en in act(desk, f"/calendars/{name}/end").text


@pytest.mark.parametrize(("path", "fields", "status"), [
    ("/staff", {"staff_id": "a b", "role.adviser": "on"}, 422), ("/staff", {"staff_id": "ming"}, 422),
    ("/staff/rm", {"name": "Rm", "role.king": "on"}, 422), ("/staff/rm", {"name": "Rm", "role.compliance": "on"}, 409),
    ("/staff/administrator", {"name": "Me", "role.adviser": "on"}, 409), ("/staff/rm/dance", {}, 404),
    ("/staff/rm/state", {"state": "gone"}, 422), ("/staff/nobody/password", {}, 404), ("/proposals/none/approval", {"reason": REASON}, 404),
    ("/calendars", {"staff_id": "rm", "kind": "leave", "first_day": "x", "last_day": "y"}, 422), ("/calendars/none/end", {}, 404),
])  # fmt: skip
def test_what_cannot_be_done_is_said_and_changes_nothing(admin, path, fields, status):
    before = [admin.bank.rows(table) for table in ("staff", "absences", "proposals")]
    page = act(admin, path, **fields)
    assert page.status_code == status
    assert [admin.bank.rows(table) for table in ("staff", "absences", "proposals")] == before


def test_a_form_from_elsewhere_does_nothing(admin):
    assert admin.post("/administration/staff/rm/state", {"state": "left"}).status_code == 422
    assert admin.bank.rows("staff", {"staff_id": "rm"})[0]["state"] == "active"


def test_all_accounts_are_a_table_to_keep(admin):
    answer = admin.get("/administration/staff.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(answer.text.splitlines()) == len(admin.bank.rows("staff")) + 1
