"""Why this chance, on the pages of staff and of the customer: from the model that the bank keeps, computed when somebody asks."""

import shutil
from html import unescape

import chance_bank
import own_visit
import pytest
from chance_bank import OLD, YOUNG

from zhike.act import own_reasons
from zhike.core.language import LANGUAGES
from zhike.know.features import FEATURES
from zhike.workbench.words import WORDS


@pytest.fixture
def registry(visit):
    return chance_bank.published_in(visit.bank)


def advice(bank, who, staff="rm"):
    answer = bank.get(staff, f"/v1/customers/{who}/recommendations", purpose="advice")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.usefixtures("registry")
def test_the_adviser_reads_why_in_every_language(visit):
    assert visit.sign_in("rm").status_code == 200
    for language in LANGUAGES:
        adviser_reads(visit, language)


def adviser_reads(visit, language):
    visit.post("/choices", {"form": visit.form(), "language": language, "theme": "auto", "back": "/today"})
    page = unescape(visit.get(f"/customers/{OLD}").text)
    assert WORDS["customer.chance"].in_language(language) in page
    more = {
        "en": "customers of this age say yes more often",
        "zh-Hans": "该年龄段客户的接受率较高",
        "zh-Hant": "該年齡段客戶的接受率較高",
    }
    assert more[language] in page


def test_parts_add_up_and_go_where_the_model_goes(visit, registry):
    told = {who: advice(visit.bank, who)["explanation"]["chosen"] for who in (OLD, YOUNG)}
    for who, sign in ((OLD, 1), (YOUNG, -1)):
        found = next(one["chance"] for one in told[who] if one["chance"] is not None)
        assert found["base"] + sum(one["value"] for one in found["reasons"]) == pytest.approx(found["score"])
        age = next(one for one in found["reasons"] if one["group"] == "age")
        assert age["value"] * sign > 0
    shutil.rmtree(registry.path)
    from zhike.adapters import bank_place

    bank_place._kept_chances.cache_clear()  # noqa: SLF001 - as another process would find it
    assert all(one["chance"] is None for one in advice(visit.bank, OLD)["explanation"]["chosen"])


@pytest.mark.usefixtures("registry")
def test_a_decision_in_real_time_computes_none_of_it(visit, monkeypatch):
    from zhike.decide import served_answer

    monkeypatch.setattr(served_answer, "served_chance", None)  # called, it would fail
    body = {"customer_id": OLD, "channels": ["app"], "explain": True}
    answer = visit.bank.ask("rm", "POST", "/v1/decisions", purpose="advice", json=body)
    assert answer.status_code == 200, answer.text
    assert all(one["chance"] is None for one in answer.json()["explanation"]["chosen"])


def decided(bank, who):
    """Decide over the app; return the decision."""
    body = {"customer_id": who, "channels": ["app"]}
    answer = bank.ask("rm", "POST", "/v1/decisions", purpose="advice", json=body).json()
    assert any(one["action_id"].startswith("everyday:") for one in answer["actions"])
    return answer["decision_id"]


@pytest.mark.usefixtures("registry")
def test_customers_read_what_speaks_for_it_without_a_number(visit):
    seats = {}
    for who in (OLD, YOUNG):
        decided(visit.bank, who)
        seats[who] = own_visit.OwnVisit(visit.bank)
        seats[who].enter(own_visit.make_link(visit.bank, who)["token"])
    for language in LANGUAGES:
        told = {}
        for who, own in seats.items():
            own.send("/choices", language=language, theme="auto", back="/")
            told[who] = unescape(own.get().text)
        customers_read(told, language)


def customers_read(told, language):
    age = own_reasons._SPEAKS["age"].in_language(language)  # noqa: SLF001 - what the page says
    assert (age in told[OLD], age in told[YOUNG]) == (True, False)
    assert WORDS["own.speaks"].in_language(language) in told[OLD]
    age_meant = next(one.meaning for one in FEATURES if one.name == "age").in_language(language)
    assert age_meant.rstrip(".。") in told[YOUNG]  # what the model looked at is told whatever it says
    assert WORDS["customer.chance"].in_language(language) not in told[OLD]


@pytest.mark.usefixtures("registry")
def test_the_proof_of_a_decision_says_why(visit):
    path = f"/v1/decisions/{decided(visit.bank, OLD)}/proof"
    chosen = visit.bank.get("compliance", path, purpose="audit").json()["explanation"]["chosen"]
    told = {one["action_id"].split(":")[0]: one["chance"] for one in chosen}
    assert told["everyday"]["reasons"][0]["group"] == "age"
    assert told["invest"] is None  # nothing was learnt of it
