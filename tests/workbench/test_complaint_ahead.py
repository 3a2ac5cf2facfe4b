"""What the desk's page says ahead of time: that hours suffice, or from when they do not and what it takes; and to whom."""

import re

import pytest

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS


def ahead_of(visit):
    found = re.search(r'<p [^>]*id="ahead"[^>]*>(.*?)</p>', visit.get("/complaints").text, re.DOTALL)
    return None if found is None else found[1]


def take_in(bank, number):
    for place in range(number):
        body = {"customer_id": "C01", "channel": "phone", "words": f"charged twice {place}"}
        bank.post("complaints_officer", "/v1/complaints", body, purpose="complaint")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_ahead_of_time_whether_hours_suffice(visit, bank, language):
    visit.sign_in("complaints_lead")
    visit.client.cookies.set("zhike_language", language)
    begins = {
        name: WORDS[f"complaint.ahead_{name}"].in_language(language) for name in ("enough", "short", "young")
    }
    calm = ahead_of(visit)
    assert begins["enough"].split("{days}")[1].split("{")[0] in calm
    assert begins["young"] in calm
    # One officer has about five hours a day: what is due within the next two weeks does not fit in.
    take_in(bank, 40)
    bank.clock.later(minutes=16)
    short = ahead_of(visit)
    assert begins["short"].split("{handlers}")[1].split("{day}")[0] in short
    acts = [
        WORDS[f"complaint.ahead_{name}"].in_language(language).split("{day}")[0]
        for name in ("act", "too_late")
    ]
    assert any(one in short for one in acts)


def test_who_may_not_see_figures_is_told_no_forecast(visit):
    visit.sign_in("rm")
    assert ahead_of(visit) is None
