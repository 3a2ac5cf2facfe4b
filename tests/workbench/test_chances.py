"""Why this chance, on the pages of staff and of the customer: from the model that the bank keeps, computed when somebody asks."""

import shutil
from html import unescape

import chance_bank
import pytest
from chance_bank import OLD, YOUNG

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS


@pytest.fixture
def registry(visit):
    return chance_bank.published_in(visit.bank)


def advice(bank, who, staff="rm"):
    answer = bank.get(staff, f"/v1/customers/{who}/recommendations", purpose="advice")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_adviser_reads_why_in_every_language(visit, language):
    assert visit.sign_in("rm").status_code == 200
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
