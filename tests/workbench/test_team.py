"""The page of a branch: figures as the interface tells them, for whom they are, in words, and as files."""

import pytest

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS


@pytest.fixture
def busy(visit):
    """A branch in which something was handed over, refused and set aside, and its manager at the desk."""
    bank = visit.bank
    for customer in ("C01", "C02", "C04"):
        bank.decide(customer)
    lines = bank.get("rm", "/v1/day", purpose="service").json()["lines"]
    asked = (
        (lines[0], "done", {"outcome": "refused", "text": "<b>no</b>"}),
        (lines[1], "refuse", {"reason": "is abroad"}),
        (lines[2], "hand-over", {"deputy": "adviser"}),
    )
    for line, act, body in asked:
        answer = bank.post("rm", f"/v1/day/lines/{line['line_id']}/{act}", body, purpose="service")
        assert answer.status_code == 200, answer.text
    visit.sign_in("branch_manager")
    return visit


def text_of(page):
    return " ".join(page.text.split())


def test_figures_are_those_of_the_interface(busy):
    told = busy.bank.get("branch_manager", "/v1/team", purpose="supervision").json()
    page = text_of(busy.get("/team"))
    assert told["hand_overs"]
    assert told["refusals"]
    for one in told["attained"]:
        if one["tier"] is not None and one["level"] == "branch":
            shares = {name: f"{100 * one[name]:.0f}%" for name in ("share", "low", "high")}
            assert WORDS["team.rate"].render("en", **shares, n=one["cases"]) in page
    for one in told["staff"]:
        assert f'<th scope="row">{one["name"]}</th><td>{one["book"]}</td>' in page
    assert WORDS["team.reasons"].render("en", n=2) in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert "is abroad" in page


def test_it_is_offered_to_whom_it_is_for(visit):
    for staff, offered in (
        ("rm", False),
        ("branch_manager", True),
        ("service_quality", True),
        ("auditor", False),
    ):
        visit.client.cookies.clear()
        assert ('href="/workbench/team"' in visit.sign_in(staff).text) is offered
        page = visit.get("/team")
        assert page.status_code == (200 if offered else 403)
        assert visit.get("/team/staff.csv").status_code == page.status_code
        assert offered or WORDS["problem.title"].en in page.text
    visit.client.cookies.clear()
    assert visit.get("/team").url.path == visit.get("/team/staff.csv").url.path == "/workbench/sign-in"


def test_service_quality_chooses_a_branch_and_reads_no_words(busy):
    busy.client.cookies.clear()
    busy.sign_in("service_quality")
    page = busy.get("/team?branch=north&days=91").text
    assert "<option selected>north</option><option>south</option>" in page
    assert "<option selected>91</option>" in page
    assert "is abroad" not in page
    assert busy.get("/team/reasons.csv?branch=north").status_code == 404
    assert WORDS["team.of"].render("en", branch="south") in busy.get("/team?branch=south").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_every_language_and_its_files_do_too(busy, language):
    busy.post("/choices", {"form": busy.form(), "language": language, "theme": "auto", "back": "/team"})
    page = busy.get("/team").text
    for key in ("team.standards", "team.together", "tier.private", "column.beyond", "who.customer"):
        assert WORDS[key].in_language(language) in page
    file = busy.get("/team/hand_overs.csv")
    assert file.content.decode("utf-8-sig").splitlines()[1] == '"rm","adviser",1,1,0,""'
    assert WORDS["column.from_staff"].in_language(language) in file.text
    assert file.headers["cache-control"] == "no-store"
    assert file.headers["content-type"] == "text/csv; charset=utf-8"


def test_a_change_is_told_only_where_it_is_one(busy):
    busy.bank.clock.later(days=30)
    busy.sign_in("branch_manager")
    page = text_of(busy.get("/team"))
    assert WORDS["direction.none"].en in page
    assert f"{WORDS['direction.up'].en}:" not in page


@pytest.mark.parametrize(("query", "status"), [
    ("?days=0", 422), ("?days=lots", 422), ("?branch=south", 404), ("?branch=%3Cscript%3E", 404), ("?branch=%00", 422),
    ("?branch=&days=", 200), ("?other=1", 200),
])  # fmt: skip
def test_what_cannot_be_asked_is_said(busy, query, status):
    page = busy.get(f"/team{query}")
    assert page.status_code == status
    assert "<script>" not in page.text
    assert (status == 200) is (WORDS["problem.title"].en not in page.text)
    assert busy.get(f"/team/staff.csv{query}").status_code == status


def test_a_table_that_there_is_not(busy):
    assert busy.get("/team/customers.csv").status_code == 404


def test_to_look_changes_nothing(busy):
    tables = (
        "decisions",
        "offers",
        "tasks",
        "hand_overs",
        "responses",
        "audit_entries",
        "outbox",
        "customers",
    )
    before = [busy.bank.rows(table) for table in tables]
    assert busy.get("/team").text == busy.get("/team").text
    assert [busy.bank.rows(table) for table in tables] == before
