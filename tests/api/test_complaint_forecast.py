"""The forecast of the complaint desk as it is served: who sees it, what it rests on, and which cases it names to whom."""

import datetime as dt

import pytest


@pytest.fixture
def asked(bank):
    def ask(staff="complaints_lead", purpose="complaint", **query):
        answer = bank.get(staff, "/v1/complaints/forecast", purpose=purpose, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


def take_in(bank, days_ago, number=1):
    for place in range(number):
        at = dt.datetime.fromtimestamp(bank.clock.now() / 1e6, dt.UTC) - dt.timedelta(days=days_ago)
        body = {
            "customer_id": "C02",
            "channel": "phone",
            "words": f"charged twice, {days_ago} {place}",
            "received_at": at.isoformat(),
        }
        assert bank.post("complaints_officer", "/v1/complaints", body, purpose="complaint").status_code == 200


def test_it_rests_on_what_came_in_and_on_who_is_there(bank, asked):
    empty = asked()
    assert (empty["open"], empty["sufficient"], empty["history_days"], empty["needed"]["handlers"]) == (
        0,
        True,
        0,
        0,
    )
    take_in(bank, 24)
    take_in(bank, 3, 2)
    told = asked()
    assert (told["open"], told["late"], told["undated"], told["history_days"]) == (3, 1, 0, 24)
    assert told["days"][0]["arrivals"] > 0
    assert asked(handlers=0)["planned"] == {"hours_a_day": 0.0, "handlers": 0}
    short = asked(handlers=0)
    assert (short["sufficient"], short["chance_of_miss"], short["act_by"]) == (False, 1.0, None)
    assert (
        short["warning_days"]
        == (dt.date.fromisoformat(short["missed_from"]) - dt.date.fromisoformat(short["today"])).days
    )


def test_cases_at_risk_are_named_and_whoever_sees_no_figures_is_refused(bank, asked):
    take_in(bank, 10)
    seen = asked(handlers=0)
    assert seen["cases_at_risk"] == 1
    case = seen["cases"][0]
    assert (case["chance"], case["latest_start"] <= case["legal_due"]) == (1.0, True)
    assert bank.get("rm", "/v1/complaints/forecast", purpose="complaint").status_code == 403
