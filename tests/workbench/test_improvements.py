"""Improvements and indicators in the workbench, by forms alone: planned from a cause, started, measured from pasted lines, judged by another one."""

import re

import pytest
from api_calls import SERIES
from loaded_bank import shared

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

PLAN = {
    "title": "A <second> counter", "cause": "waiting", "loops": "", "drivers": "waiting time，manner", "action": "Open it from 11 to 14.",
    "owner": "branch_manager", "due_on": "2026-08-01", "indicator": "", "said": "minutes waited", "level": "bank", "better": "lower",
    "design": "interrupted",
}  # fmt: skip
LINES = "\n".join(f"{one['period']}, {one['value']}" for one in SERIES)


@pytest.fixture
def quality(visit):
    visit.sign_in("service_quality")
    return visit


def send(visit, path, **fields):
    return visit.post(f"/improvements{path}", {"form": visit.form(), **fields})


def planned(visit, **changes):
    page = send(visit, "", **{**PLAN, **changes})
    assert page.status_code == 200, page.text
    return visit.bank.rows("improvements")[-1]["improvement_id"], page.text


def test_an_improvement_from_plan_to_judgement(quality):
    name, page = planned(quality)
    assert "A &lt;second&gt; counter" in page
    assert quality.bank.rows("improvements")[0]["evidence"]["drivers"] == ["waiting time", "manner"]
    send(quality, f"/{name}/start", start_on="2026-01-01", treated="")
    page = send(quality, f"/{name}/measure", series=LINES).text
    assert WORDS["verdict.better"].en in page
    assert page.count("<circle") == len(SERIES)
    assert 'class="without"' in page
    page = send(quality, f"/{name}/close", outcome="kept", conclusion="Four minutes less.")
    assert page.url.params["state"] == "closed"
    assert "Four minutes less." in page.text
    assert [step["state"] for step in quality.bank.rows("improvements")[0]["history"]] == ["planned", "running", "measured", "closed"]  # fmt: skip


@pytest.mark.parametrize("series", ["2026-05", "2026-05, much", "2026-05, 7, north, 3", "soon, 7"])
def test_a_line_that_is_no_point_is_said(quality, series):
    name, _ = planned(quality)
    send(quality, f"/{name}/start", start_on="2026-01-01")
    page = send(quality, f"/{name}/measure", series=series)
    assert page.status_code in (400, 409, 422)
    assert quality.bank.rows("improvements")[0]["state"] == "running"


def test_a_closed_call_back_leads_to_a_plan_of_its_cause(quality):
    page = quality.get("/improvements?cause=digital&loop=c-12&said=%3Cb%3E").text
    assert re.search(r'value="digital" selected', page)
    assert ">c-12</textarea>" in page
    assert 'value="&lt;b&gt;"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_indicators_are_told_by_level_in_every_language(quality, language):
    quality.bank.service.bank = shared()
    quality.post(
        "/choices", {"form": quality.form(), "language": language, "theme": "auto", "back": "/today"}
    )
    for level in ("bank", "team"):
        page = quality.get(f"/indicators?level={level}")
        assert page.status_code == 200
        assert WORDS[f"level.{level}"].in_language(language) in page.text
        assert WORDS["indicator.told"].in_language(language)[:12] in page.text


def test_who_serves_customers_is_offered_neither_page(desk):
    page = desk.get("/today").text
    assert "/workbench/improvements" not in page
    assert "/workbench/indicators" not in page
    assert desk.get("/improvements").status_code == 403
    assert desk.get("/indicators").status_code == 403


def test_without_a_bank_folder_the_page_is_of_the_store(quality):
    page = quality.get("/indicators?level=team")
    assert page.status_code == 200
    assert WORDS["indicator.nothing"].en in page.text
