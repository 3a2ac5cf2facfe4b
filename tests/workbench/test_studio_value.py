"""What the log says of a draft stands in the studio beside what the draft would do: its figures, or that there is no number."""

import dataclasses

import decide_bank
import pytest
import served_bank
from constrained_bank import calls
from made_up_value import told

from zhike.act.policy_values import keep_value
from zhike.act.studies import run_studies
from zhike.adapters.base_studies import Studies
from zhike.core.language import LANGUAGES
from zhike.decide.policy import Policy
from zhike.measure.policy_value import ValueRule
from zhike.workbench.words import WORDS


@pytest.fixture
def owner(visit):
    visit.client.cookies.clear()
    visit.sign_in("policy_owner")
    return visit


@pytest.fixture
def tried(owner):
    """Try a change; return the path of its study and the draft."""
    served_bank.publish_small(owner.bank.acting, constraints=[calls(2)])
    fields = {"form": owner.form(), "key": "limits.actions_per_customer", "value": "1"}
    path = owner.post("/studio/whatif", fields).url.path.removeprefix("/workbench")
    rules = decide_bank.rulebook(fairness__least_group=decide_bank.document("parameter", 5))
    assert run_studies(owner.bank.acting, Studies(owner.bank.acting, rules)) == 1
    with owner.bank.acting.store.read() as tx:
        content = tx.one("jobs", job_id=path.rpartition("/")[2])["content"]["content"]
    return path, Policy.from_content("draft", "abc", content)


def test_beside_what_it_would_do_stands_what_it_would_have_been_worth(owner, tried):
    path, draft = tried
    assert WORDS["studio.not_valued"].en.partition("`")[0] in owner.get(path).text
    found = told()
    job = keep_value(owner.bank.acting, draft, found, "operator")
    page = owner.get(path).text
    assert WORDS["studio.not_valued"].en.partition("`")[0] not in page
    for name in ("value", "gain", "logged", "snipw", "blended"):
        assert f"€{abs(found[name]['value']) / 100:,.2f}" in page, name
    assert WORDS["studio.rank_untried"].en in page
    assert f"/studio/studies/{job['job_id']}" in page
    assert "everyday:P0:app" not in page


def test_one_that_was_kept_before_ranks_were_told_is_shown_without(owner, tried):
    path, draft = tried
    found = {name: one for name, one in told().items() if name != "blended"}
    found["overlap"] = {name: one for name, one in found["overlap"].items() if name != "ranks"}
    keep_value(owner.bank.acting, draft, found, "operator")
    page = owner.get(path)
    assert (page.status_code, WORDS["studio.rank_untried"].en in page.text) == (200, False)
    assert WORDS["valued.blended"].en not in page.text


def test_of_another_draft_it_stands_nowhere_beside(owner, tried):
    path, draft = tried
    other = Policy.from_content("draft", "abc", {**draft.raw, "minimum_value": "3.00"})
    job = keep_value(owner.bank.acting, other, told(), "operator")
    assert job["job_id"] not in owner.get(path).text
    assert job["job_id"] in owner.get("/studio/whatif").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_refused_it_says_why_and_gives_no_number(owner, tried, language):
    path, draft = tried
    owner.post("/choices", {"form": owner.form(), "language": language, "theme": "auto", "back": "/studio"})
    found = told(dataclasses.replace(ValueRule(), effective=1e6, outcomes=1e6))
    job = keep_value(owner.bank.acting, draft, found, "operator")
    for page in (owner.get(path), owner.get(f"/studio/studies/{job['job_id']}")):
        assert page.status_code == 200
        said = [
            WORDS[name].in_language(language)
            for name in ("studio.no_number", "lack.few_effective", "lack.few_outcomes")
        ]
        assert all(words in page.text for words in said)
        assert WORDS["valued.gain"].in_language(language) not in page.text
        assert "everyday:P0:app" in page.text


def test_whoever_approves_a_change_sees_it(owner, tried):
    path, draft = tried
    keep_value(owner.bank.acting, draft, told(), "operator")
    fields = {
        "form": owner.form(),
        "study": path.rpartition("/")[2],
        "reason": "fewer contacts, as the board decided in June",
    }
    page = owner.post("/studio/changes", fields)
    assert WORDS["valued.gain"].en in page.text


def test_a_kept_value_is_a_study_that_no_run_answers_again(owner, tried):
    _, draft = tried
    acting = owner.bank.acting
    job = keep_value(acting, draft, told(), "operator")
    assert run_studies(acting, Studies(acting, decide_bank.rulebook())) == 0
    content = job["content"]
    assert [one["key"] for one in content["differences"]] == ["limits.actions_per_customer"]
    assert content["published_version"] is not None
    with acting.store.read() as tx:
        assert tx.one("jobs", job_id=job["job_id"])["state"] == "done"
