"""The page of rounds: what each found, who answered, whom a wave has reached; of the own branch alone for whoever sees no other."""

import decide_bank
import pytest
from delivering import Outgoing

from zhike.adapters.survey_rounds import SurveyRounds
from zhike.core.language import LANGUAGES
from zhike.measure.surveys.asking import REASONS
from zhike.workbench.words import WORDS

WAVE = {"wave": "yearly", "instrument": "csat", "channels": ["app"], "by": "tier", "places": 9}


@pytest.fixture
def asked(bank):
    """A bank that has asked three customers and reminded them."""
    out = Outgoing(bank)
    bank.service.rulebook = decide_bank.rulebook(
        surveys__waves=decide_bank.document("parameter", [WAVE], unit="waves")
    )
    for customer, staff in (("C01", "rm"), ("C02", "rm"), ("C06", "rm_south")):
        body = {"purpose": "survey", "channel": "app", "status": "given", "evidence": {"form": "branch"}}
        assert (
            bank.post(staff, f"/v1/customers/{customer}/consents", body, purpose="service").status_code == 200
        )
    rounds = SurveyRounds(out.acting, bank.service.rulebook, "tests")
    rounds.run()
    bank.clock.later(days=5)
    rounds.run()
    bank.clock.later(days=15)
    return bank


def wave_of(bank, staff, purpose):
    answer = bank.get(staff, "/v1/survey-rounds", purpose=purpose)
    assert answer.status_code == 200, answer.text
    (wave,) = answer.json()["waves"]
    return answer.json(), wave


def test_rounds_tell_when_whom_and_what_came_of_it(asked):
    body, wave = wave_of(asked, "service_quality", "quality")
    told = {(one["day"], one["wave"]): one["asked"] for one in body["rounds"]}
    assert told == {
        ("2026-07-01", "yearly"): 3, ("2026-07-01", "reminders"): 0, ("2026-07-06", "yearly"): 0, ("2026-07-06", "reminders"): 3,
    }  # fmt: skip
    assert (wave["in_force"], wave["instrument"], wave["places"], wave["rounds"]) == (True, "csat", 9, 2)
    assert (wave["response"]["invited"], wave["response"]["answered"], wave["response"]["reminded"]) == (
        3,
        0,
        3,
    )
    reach = {(one["by"], one["group"]): (one["asked"], one["customers"]) for one in wave["reach"]}
    assert reach["branch", "north"] == (2, 5)
    assert reach["tier", "private"] == (2, 2)


def test_a_branch_manager_sees_whom_their_own_branch_reached(asked):
    body, wave = wave_of(asked, "branch_manager", "supervision")
    assert body["branch"] == "north"
    assert {one["group"] for one in wave["reach"] if one["by"] == "branch"} == {"north"}
    assert wave["response"]["invited"] == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_every_language(asked, seat_at, language):
    visit = seat_at(asked)
    visit.sign_in("service_quality")
    text = visit.get("/surveys/rounds", **{"Accept-Language": language}).text
    for key in (
        "round.title",
        "round.rounds",
        "round.reminders",
        "askreason.not_permitted",
        "askreason.reminded",
        "result.held",
    ):
        assert WORDS[key].in_language(language) in text, key
    assert "/workbench/surveys/rounds" in visit.get("/surveys").text


def test_without_waves_it_says_so_and_who_serves_customers_sees_none(bank, seat_at):
    visit = seat_at(bank)
    visit.sign_in("service_quality")
    assert WORDS["round.no_wave"].en in visit.get("/surveys/rounds").text
    visit = seat_at(bank)
    visit.sign_in("rm")
    assert visit.get("/surveys/rounds").status_code == 403


def test_every_reason_has_its_words():
    assert {f"askreason.{one}" for one in REASONS} <= set(WORDS)
