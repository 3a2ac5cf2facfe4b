"""The page of the day: the plan as the interface tells it, in words."""

import pytest
import served_bank
from dated_bank import dated
from markupsafe import escape

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS


@pytest.fixture
def busy(desk):
    """A relationship manager for whom the bank has decided."""
    for customer in served_bank.NORTH:
        desk.bank.decide(customer)
    return desk


def test_every_line_of_the_plan_is_there_with_who_what_why_and_how_long(busy):
    plan, page = busy.bank.get("rm", "/v1/day", purpose="service").json(), busy.get("/today").text
    assert plan["lines"]
    places = [page.index(f'id="{line["line_id"]}"') for line in plan["lines"]]
    assert places == sorted(places)
    for line in plan["lines"]:
        assert f"/workbench/customers/{line['customer_id']}" in page
        assert line["title"] in page
        assert all(one["text"] in page for one in line["why"])
    assert WORDS["today.used"].render("en", used=plan["used"], minutes=plan["minutes"]) in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_without_anything_says_so(desk, language):
    desk.post("/choices", {"form": desk.form(), "language": language, "theme": "auto", "back": "/today"})
    assert WORDS["today.empty"].in_language(language) in desk.get("/today").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_that_matter_are_told_with_what_to_have_ready(desk, language):
    dated(desk.bank)
    desk.post("/choices", {"form": desk.form(), "language": language, "theme": "auto", "back": "/today"})
    plan, page = (
        desk.bank.get("rm", "/v1/day", purpose="service", headers={"Accept-Language": language}).json(),
        desk.get("/today").text,
    )
    told = {one["kind"]: one for one in plan["lines"] if one["source"] == "reminder"}
    assert {"maturing", "birthday", "turned_65"} <= set(told)
    assert WORDS["today.prepare"].in_language(language) in page
    for line in told.values():
        assert all(
            escape(text) in page
            for text in (line["title"], *line["preparation"], *(one["text"] for one in line["why"]))
        )


def test_whoever_has_no_day_of_their_own_is_told_where_to_go(visit):
    kept = visit.bank.rows("staff", {"staff_id": "rm"})[0]["password"]
    with visit.bank.store.write() as tx:
        tx.change("staff", {"staff_id": "auditor"}, {"password": kept})
    assert WORDS["today.none"].en in visit.sign_in("auditor").text


def test_what_does_not_fit_is_shown_with_what_is_missing(busy, monkeypatch):
    from zhike.api.day import day

    monkeypatch.setattr("zhike.workbench.today.day", lambda asking: day(asking, 30))
    page = busy.get("/today").text
    plan = busy.bank.get("rm", "/v1/day?minutes=30", purpose="service").json()
    assert plan["next_best"]
    assert WORDS["today.next"].render("en", minutes=plan["next_best"]["lacks"]) in page
    assert WORDS["today.left_out"].render("en", n=plan["left_out_count"]) in page


def lines(desk):
    return desk.bank.get("rm", "/v1/day", purpose="service").json()["lines"]


def act(desk, line, what, **fields):
    return desk.post(f"/today/{line['line_id']}/{what}", {"form": desk.form(), **fields})


def test_what_the_customer_said_is_recorded_and_the_plan_goes_on_without_the_line(busy):
    line = next(one for one in lines(busy) if one["source"] == "offer")
    page = act(busy, line, "done", outcome="refused", text="too dear")
    assert page.url.path == "/workbench/today"
    assert line["line_id"] not in page.text
    (told,) = busy.bank.rows("responses", {"offer_id": line["line_id"]})
    assert (told["outcome"], told["reason"]) == ("refused", "too dear")


def test_a_line_that_is_not_sensible_says_nothing_about_the_customer(busy):
    line = next(one for one in lines(busy) if one["source"] == "offer")
    assert line["line_id"] not in act(busy, line, "refuse", reason="met her last week").text
    (told,) = busy.bank.rows("responses", {"offer_id": line["line_id"]})
    assert told["outcome"] == "blocked"


def test_a_line_that_is_put_off_rests(busy):
    line = lines(busy)[0]
    assert f'id="{line["line_id"]}"' not in act(busy, line, "postpone", until="2026-07-20").text
    assert busy.bank.rows("tasks")[0]["starts_on"] == "2026-07-20"


@pytest.mark.parametrize(("what", "fields", "status"), [
    ("done", {"outcome": "delighted"}, 422),
    ("done", {}, 422),
    ("refuse", {"reason": ""}, 422),
    ("postpone", {"until": "soon"}, 422),
    ("hand-over", {"deputy": "nobody"}, 404),
    ("dance", {}, 404),
])  # fmt: skip
def test_what_cannot_be_done_is_said_and_changes_nothing(busy, what, fields, status):
    before = [busy.bank.rows(table) for table in ("responses", "tasks", "offers")]
    page = act(busy, lines(busy)[0], what, **fields)
    assert page.status_code == status
    assert 'role="alert"' in page.text
    assert [busy.bank.rows(table) for table in ("responses", "tasks", "offers")] == before


def test_a_line_of_somebody_else_is_not_there(busy):
    for customer in served_bank.SOUTH:
        busy.bank.decide(customer)
    theirs = busy.bank.get("rm_south", "/v1/day", purpose="service").json()["lines"]
    assert act(busy, theirs[0], "done", outcome="shown").status_code == 404
