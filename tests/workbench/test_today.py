"""The page of the day: the plan as the interface tells it, in words."""

import pytest
import served_bank

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
