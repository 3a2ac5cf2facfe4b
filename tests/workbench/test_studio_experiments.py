"""Experiments in the studio: figures of the interface, what stands against a conclusion in words, a file, for whoever may see studies."""

import csv
from html import unescape

import pytest
import served_bank

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

HOME = "/studio/experiments"
RUN = {"holdout": {"share": 0.4, "salt": "tests"}, "exploration": {"share": 0.5, "temperature": 5.0}}


@pytest.fixture
def owner(visit):
    bank = visit.bank
    served_bank.publish_small(bank.acting, **RUN)
    bank.clock.later(seconds=2)
    for customer in (*served_bank.NORTH, *served_bank.SOUTH):
        bank.decide(customer)
    bank.clock.later(days=60)
    visit.sign_in("policy_owner")
    return visit


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_read_in_every_language(owner, language):
    owner.post("/choices", {"form": owner.form(), "language": language, "theme": "auto", "back": HOME})
    answer = owner.get(HOME)
    assert answer.status_code == 200
    page = unescape(answer.text)
    for key in (
        "trial.title",
        "contrast.holdout",
        "contrast.exploration",
        "trial.purchases",
        "untold.no_arm",
        "untold.softmax",
        "trialverdict.open",
    ):
        assert WORDS[key].in_language(language) in page, key


def test_figures_are_those_of_the_interface(owner):
    page = unescape(owner.get(HOME).text)
    told = owner.bank.get("policy_owner", "/v1/experiments", purpose="governance").json()
    assert told["customers"] == 9
    for contrast in told["contrasts"]:
        for one in contrast["outcomes"]:
            share = f"{100 * one['control_share']:.1f}%"
            assert f"{one['control']} of {contrast['control_customers']} ({share})" in page
    later = owner.get(f"{HOME}?from=2026-07-02&until=2026-07-03").text
    assert WORDS["obstacle.empty"].en in later
    assert 'value="2026-07-02"' in later


def test_without_arms_it_says_that_nothing_is_compared(visit):
    visit.sign_in("auditor")
    page = visit.get(HOME).text
    assert page.count(WORDS["obstacle.not_run"].en) == 2


def test_the_table_is_kept_as_a_file(owner):
    answer = owner.get(f"{HOME}.csv?from=2026-07-01")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "frame-ancestors" in answer.headers["content-security-policy"]
    assert len(list(csv.reader(answer.text.splitlines()))) == 7


@pytest.mark.parametrize("query", ["?from=soon", "?from=2026-07-03&until=2026-07-02", "?until=%3Cscript%3E"])
def test_a_broken_period_is_told_and_harms_nothing(owner, query):
    answer = owner.get(f"{HOME}{query}")
    assert answer.status_code == 422
    assert "<script>" not in answer.text.replace('<script src="', "")


def test_whoever_serves_customers_does_not_see_it(desk):
    assert desk.get(HOME).status_code == 403
    assert desk.get(f"{HOME}.csv").status_code == 403
