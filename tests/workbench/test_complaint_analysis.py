"""The analysis of complaints in the workbench: figures with their charts and tables in three languages, files, and who sees it."""

import csv
import io
import re

import pytest
from complained_bank import complain
from served_bank import Served

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

FILES = ("pareto", "trend", "redress", "recovery", "rating", "rejects")


@pytest.fixture(scope="module")
def seat(tmp_path_factory, seat_at):
    """A bank with many complaints of eight months, in which those of two customers were sweetened; compliance looks."""
    with Served(tmp_path_factory.mktemp("analysed") / "bank") as bank:
        complain(bank, 160, apart=38, tiers=("C01", "C02"), sweetened=4_000)
        seat = seat_at(bank)
        seat.sign_in("compliance")
        yield seat


def test_the_page_says_what_the_complaints_are_and_draws_them(seat):
    page = seat.get("/complaints/analysis?facet=issue").text
    assert page.count('class="chart spans"') == 1
    assert (
        page.count("<polyline") == 4 * 4
    )  # all and three reasons, each with figures, usual level and limits
    assert WORDS["audit.differs"].en in page
    assert WORDS["whole.provisional"].en in page
    # Tier private got more, and it stands out.
    assert re.search(rf"<strong>{WORDS['told.more'].en}</strong>", page)
    assert "rules and process" in page
    assert "mistake of the bank" in page


def test_every_facet_and_every_language(seat):
    for language in LANGUAGES:
        seat.client.cookies.set("zhike_language", language)
        page = seat.get("/complaints/analysis?facet=facets").text
        assert WORDS["whole.title"].in_language(language) in page
        assert "rate.per" not in page
        assert "whole." not in page
    seat.client.cookies.delete("zhike_language")
    for facet in ("origin", "business", "cause", "branch", "moon"):
        assert seat.get(f"/complaints/analysis?facet={facet}").status_code == 200


def test_tables_come_as_files(seat):
    for name in FILES:
        answer = seat.get(f"/complaints/analysis/{name}.csv?facet=business")
        assert answer.status_code == 200, name
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert bool(rows) == (name != "rejects")
    quarter = seat.get("/complaints/analysis/return.csv?quarter=2026Q4")
    assert int(list(csv.DictReader(io.StringIO(quarter.content.decode("utf-8-sig"))))[-1]["received"]) > 20
    assert seat.get("/complaints/analysis/moon.csv").status_code == 404
    assert seat.get("/complaints/analysis?from=2026-13-01").status_code == 422


def test_an_empty_desk_has_a_page_and_others_have_none(visit):
    visit.sign_in("service_quality")
    page = visit.get("/complaints/analysis")
    assert page.status_code == 200
    assert WORDS["whole.nothing"].en in page.text
    assert WORDS["audit.refused"].en in page.text
    visit.sign_in("rm")
    assert visit.get("/complaints/analysis").status_code == 403
    assert "/complaints/analysis" not in visit.get("/today").text


def test_where_it_happened_and_how_far_harm_is_shown_are_said_with_forms_and_counted(visit):
    visit.sign_in("complaints_officer")
    body = {"customer_id": "C01", "channel": "phone", "words": "charged twice"}
    name = visit.bank.post("complaints_officer", "/v1/complaints", body, purpose="complaint").json()[
        "complaint_id"
    ]

    def move(**fields):
        page = visit.post(f"/complaints/{name}/moves", {"form": visit.form(), **fields})
        assert page.status_code == 200, page.text

    said = {"complexity": "simple", "business": "loan", "issue": "rules", "origin": "machine"}
    form = visit.get(f"/complaints/{name}").text
    assert all(f'name="{field}"' in form for field in said)
    move(move="assess", **said)
    assert '<option value="unproven"' in visit.get(f"/complaints/{name}").text
    move(
        move="propose", findings="so it was", outcome="upheld", harm="12.50", evidence="unproven", major="no", legal="no", regulatory="no",
        **{"redress.refund": "on", "amount.refund": "12.50"},
    )  # fmt: skip
    steps = visit.bank.rows("complaint_steps", {"complaint_id": name}, order=["number"])
    assert (steps[-1]["content"]["given"]["harm"], steps[-1]["content"]["given"]["evidence"]) == (
        1250,
        "unproven",
    )
    assert "machine" in visit.get("/complaints/analysis?facet=origin").text
