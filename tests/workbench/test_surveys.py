"""Surveys on the customer's page, without scripts, and the board of call-backs."""

import re

import pytest
from own_visit import OwnVisit, make_link

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

WHO = "C02"


@pytest.fixture
def own(bank):
    visit = OwnVisit(bank)
    visit.enter(make_link(bank, WHO)["token"])
    return visit


def invite(bank, instrument="csat", who=WHO):
    answer = bank.post("rm", "/v1/surveys", {"customer_id": who, "instrument": instrument}, purpose="service")
    assert answer.status_code == 200, answer.text
    return answer.json()["invitation_id"]


def fill(own, name, **fields):
    given = {f"a.{key}": value for key, value in fields.items() if key not in ("number", "go")}
    return own.send(
        f"/surveys/{name}", number=fields.get("number", "1"), go=fields.get("go", "next"), **given
    )


def unhappy(own, name):
    fill(own, name, satisfied="1")
    fill(own, name, satisfied="1", why="waiting", words="I waited for <two> hours.")
    return own.send(f"/surveys/{name}/send")


def test_an_unhappy_customer_fills_in_and_is_told_what_happens(own, bank):
    name = invite(bank)
    assert f"/me/surveys/{name}" in own.get().text
    page = own.get(f"/surveys/{name}").text
    assert 'name="a.satisfied" value="1"' in page
    assert "<script" not in page.partition("<main")[2]
    thanks = unhappy(own, name)
    assert thanks.url.path == f"/me/surveys/{name}/thanks"
    assert WORDS["survey.call_back"].en.partition("{")[0] in thanks.text
    assert WORDS["survey.no_offers"].en in thanks.text
    assert bank.rows("loops")[0]["detail"]["words"] == "I waited for <two> hours."


def test_what_is_missing_is_said_where_it_is(own, bank):
    name = invite(bank)
    page = fill(own, name).text
    assert 'role="alert"' in page
    assert "wrong-1" in page
    assert bank.rows("survey_invitations")[0]["state"] == "begun" or not bank.rows("survey_answers")


def test_one_can_stop_and_go_on_and_look_back(own, bank):
    name = invite(bank, "touchpoint_pulse")
    page = own.get(f"/surveys/{name}").text
    box = re.search(r'name="(a\.[a-z_]+\.[a-z_]+)"', page)[1]
    stopped = own.send(f"/surveys/{name}", number="1", go="later", **{box: "on"})
    assert stopped.url.query == b"done=kept"
    assert WORDS["survey.go_on"].en in stopped.text
    again = own.get(f"/surveys/{name}?page=1").text
    assert f'name="{box}" checked' in again


def test_the_short_version_is_in_large_print(own, bank):
    name = invite(bank, "complaint_handling")
    before = own.get(f"/surveys/{name}").text
    assert 'class="large"' not in before
    after = own.send(f"/surveys/{name}/version", elder="yes").text
    assert 'class="large"' in after
    assert WORDS["survey.whole"].en in after
    assert 'class="large"' not in own.send(f"/surveys/{name}/version", elder="no").text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("instrument", ["servqual_bank", "kano_service", "ecsi_bank", "nps"])
def test_every_instrument_is_shown_in_every_language(own, bank, instrument, language):
    name = invite(bank, instrument)
    page = own.get(f"/surveys/{name}", **{"Accept-Language": language})
    assert page.status_code == 200
    assert WORDS["survey.next"].in_language(language) in page.text


def test_a_survey_of_somebody_else_is_not_there(own, bank):
    name = invite(bank, who="C01")
    assert own.get(f"/surveys/{name}").status_code == 404
    assert own.get(f"/surveys/{name}/thanks").status_code == 404


def test_without_a_link_nothing_is_shown(bank):
    name = invite(bank)
    stranger = OwnVisit(bank)
    assert stranger.get(f"/surveys/{name}").url.path == "/me/"
    for path in ("", "/send", "/version"):
        assert stranger.post(f"/surveys/{name}{path}", {}).url.path == "/me/"
    assert stranger.get(f"/surveys/{name}/thanks").url.path == "/me/"


def test_the_board_shows_and_closes(own, bank, desk):
    unhappy(own, invite(bank))
    board = desk.get("/loops").text
    assert "I waited for &lt;two&gt; hours." in board
    (loop,) = bank.rows("loops")
    fields = {"form": desk.form(), "outcome": "resolved", "cause": "waiting", "action": "A second counter."}
    closed = desk.post(f"/loops/{loop['loop_id']}/close", fields)
    assert closed.status_code == 200
    assert "A second counter." in closed.text
    assert WORDS["loop.none"].en in desk.get("/loops").text
    assert WORDS["survey.called_back"].en in own.get().text
    again = desk.post(f"/loops/{loop['loop_id']}/close", fields)
    assert again.status_code == 409


def test_a_closing_without_an_action_is_refused(own, bank, desk):
    unhappy(own, invite(bank))
    (loop,) = bank.rows("loops")
    fields = {"form": desk.form(), "outcome": "resolved", "cause": "waiting", "action": ""}
    assert desk.post(f"/loops/{loop['loop_id']}/close", fields).status_code == 422
    assert bank.rows("loops")[0]["state"] == "open"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_board_is_in_every_language_and_closed_to_strangers(visit, language):
    assert "/sign-in" in str(visit.get("/loops").url)
    visit.sign_in("service_quality")
    page = visit.get("/loops?state=overdue", **{"Accept-Language": language})
    assert page.status_code == 200
    assert WORDS["loop.overdue"].in_language(language) in page.text


def test_who_controls_customers_but_hears_nobody_is_not_offered_the_board(visit):
    visit.sign_in("compliance")
    assert visit.get("/loops").status_code == 403
    assert "/workbench/loops" not in visit.get("/oversight").text
