"""Models in the studio: the list and a card in every language, as the interface tells them, with files; who may not is told so."""

import csv
import json
import math
import re
from html import unescape

import kept_models
import pytest
from kept_models import MODEL, WHY
from served_bank import BEGAN

from zhike.core.language import LANGUAGES
from zhike.decide.contact_effects import group_words
from zhike.learn.drift import Alarm
from zhike.learn.model_card import METRIC_WORDS
from zhike.learn.model_checks import ALARM_WORDS, ModelCheck
from zhike.learn.model_summary import STEP_WORDS
from zhike.workbench.words import WORDS

HOME = "/studio/models"


def as_staff(visit, staff="policy_owner"):
    visit.client.cookies.clear()
    assert visit.sign_in(staff).status_code == 200
    return visit


@pytest.fixture
def models(visit):
    """The registry of the bank that is visited: the first version is in force, the second is proposed."""
    return kept_models.crowned_in(visit.bank)


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_and_card_are_read_in_every_language(visit, models, language):
    seat = as_staff(visit)
    seat.post("/choices", {"form": seat.form(), "language": language, "theme": "auto", "back": HOME})
    listed = unescape(seat.get(HOME).text)
    assert f'href="/workbench{HOME}/{MODEL}"' in listed
    assert models.champion(MODEL)[:8] in listed
    page, card = unescape(seat.get(f"{HOME}/{MODEL}").text), models.card(MODEL)
    for text in (
        card.purpose,
        *card.limits,
        *(METRIC_WORDS[one] for one in card.metrics),
        STEP_WORDS["promoted"],
    ):
        assert text.in_language(language) in page
    for key in ("models.groups", "models.calibration", "models.origin", "models.history", "model.observed"):
        assert WORDS[key].in_language(language) in page
    assert WORDS["models.other_version"].in_language(language) not in page


@pytest.mark.usefixtures("models")
def test_figures_are_those_of_the_interface(visit):
    page = unescape(as_staff(visit).get(f"{HOME}/{MODEL}").text)
    card = visit.bank.get("policy_owner", f"/v1/models/{MODEL}", purpose="governance").json()["card"]
    for one in (*card["figures"], *(row["figures"][0] for row in card["groups"])):
        assert f"{one['value']:.3f}".replace("-", "−") in page
        assert f"{one['low']:.3f} – {one['high']:.3f}".replace("-", "−") in page
    assert page.count('class="series-0" x=') == page.count('class="series-1" x=') == len(card["calibration"])
    first = card["calibration"][0]
    assert f"{100 * first['observed']:.1f}% ({100 * first['low']:.1f}% – {100 * first['high']:.1f}%)" in page
    assert "1.20 (0.30 to 2.10), n = 5,000" in page
    assert WHY in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_alarms_that_rang_are_told_on_the_card(visit, models, language):
    seat, champion = as_staff(visit), models.champion(MODEL)
    seat.post("/choices", {"form": seat.form(), "language": language, "theme": "auto", "back": HOME})
    assert WORDS["models.not_checked"].in_language(language) in unescape(seat.get(f"{HOME}/{MODEL}").text)
    quiet = Alarm(
        "population", "balance", {"stability": 0.01, "p_value": math.nan}, raised=False, false_alarms="1 %"
    )
    loud = Alarm("calibration", "observed by expected", {"ratio": 1.5}, raised=True, false_alarms="1 %")
    models.note_check(MODEL, ModelCheck(champion, BEGAN.date(), BEGAN.date(), BEGAN, (quiet,)))
    models.note_check(MODEL, ModelCheck(champion, BEGAN.date(), BEGAN.date(), BEGAN, (quiet, loud)))
    page = unescape(seat.get(f"{HOME}/{MODEL}").text)
    assert 'role="alert"' in page
    assert page.index("observed by expected") < page.index("<code>balance</code>")
    assert ALARM_WORDS["calibration"].in_language(language) in page
    told = visit.bank.get("policy_owner", f"/v1/models/{MODEL}", purpose="governance").json()["check"]
    assert (told["raised"], [one["raised"] for one in told["alarms"]]) == (1, [True, False])
    assert told["alarms"][1]["measures"] == {"stability": 0.01, "p_value": None}
    assert WORDS["models.not_checked"].in_language(language) in unescape(
        seat.get(f"{HOME}/{MODEL}?version={models.versions(MODEL)[-1]}").text
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_whom_not_to_contact_is_told_on_the_card(visit, models, language):
    seat, champion = as_staff(visit), models.champion(MODEL)
    assert WORDS["models.contacts"].en not in unescape(seat.get(f"{HOME}/{MODEL}").text)
    base = {"customers": 1200, "choices": 3400, "error": 0.004}
    rows = [
        {"attribute": "age", "group": "65 years and more", "effect": -0.021, "low": -0.035, "high": -0.007, "do_not_contact": True, **base},
        {"attribute": "age", "group": "below 25 years", "effect": 0.01, "low": -0.004, "high": 0.024, "do_not_contact": False, **base},
    ]  # fmt: skip
    file = models.path / MODEL / champion / "card.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "contact_effects": rows}), "utf-8")
    seat.post("/choices", {"form": seat.form(), "language": language, "theme": "auto", "back": HOME})
    page = unescape(seat.get(f"{HOME}/{MODEL}").text)
    assert WORDS["models.spared"].in_language(language) in page
    said = WORDS["models.spared_by"].render(
        language, effect="−2.10", low="−3.50", high="−0.70", customers="1,200"
    )
    assert page.count(said) == 1
    assert group_words("age", "65 years and more")[1].in_language(language) in page
    told = visit.bank.get("policy_owner", f"/v1/models/{MODEL}", purpose="governance").json()["card"][
        "contact_effects"
    ]
    assert [(one["group_title"], one["do_not_contact"]) for one in told] == [
        ("65 years or more", True),
        ("below 25 years", False),
    ]
    table = list(csv.reader(seat.get(f"{HOME}/{MODEL}/contacts.csv").text.splitlines()))
    assert [row[2] for row in table[1:]] == ["65 years and more", "below 25 years"]


def test_of_many_looks_the_page_tells_the_last(visit, models):
    champion = models.champion(MODEL)
    for day in (1, 2, 3):
        models.note_check(MODEL, ModelCheck(champion, BEGAN.date(), BEGAN.date(), BEGAN.replace(day=day), ()))
    page = unescape(as_staff(visit).get(f"{HOME}/{MODEL}").text)
    assert page.count(STEP_WORDS["checked"].en) == 1
    history = visit.bank.get("policy_owner", f"/v1/models/{MODEL}", purpose="governance").json()["history"]
    assert [one["kind"] for one in history].count("checked") == 3


def test_the_card_of_another_version_says_that_it_is_not_in_force(visit, models):
    second = models.versions(MODEL)[1]
    seat = as_staff(visit, "compliance")
    page = unescape(seat.get(f"{HOME}/{MODEL}").text)
    assert WORDS["models.other_version"].en not in page
    assert WORDS["models.waits"].render("en", proposal="p6") in page
    assert f'href="/workbench{HOME}/{MODEL}?version={second}"' in page
    other = unescape(seat.get(f"{HOME}/{MODEL}?version={second}").text)
    assert WORDS["models.other_version"].en in other
    assert "0.1.0, 8" in other


def test_tables_are_kept_as_files(visit, models):
    version = models.versions(MODEL)[0]
    seat = as_staff(visit, "auditor")
    links = re.findall(
        rf'href="/workbench({HOME}/[^"]+\.csv\?version={version})"', seat.get(f"{HOME}/{MODEL}").text
    )
    assert len(set(links)) == 3
    for link in links:
        answer = seat.get(link)
        assert answer.headers["content-type"].startswith("text/csv")
        assert "frame-ancestors" in answer.headers["content-security-policy"]
        assert len(list(csv.reader(answer.text.splitlines()))) > 1
    assert seat.get(f"{HOME}/{MODEL}/profiles.csv").status_code == 404


def test_without_a_bank_or_without_models_it_is_said_so(visit):
    seat = as_staff(visit)
    assert WORDS["models.no_bank"].en in unescape(seat.get(HOME).text)
    assert seat.get(f"{HOME}/{MODEL}").status_code == 404
    kept_models.kept_in(visit.bank)
    (visit.bank.folder / "models" / MODEL).rename(visit.bank.folder / "elsewhere")
    assert WORDS["models.none"].en in unescape(seat.get(HOME).text)


@pytest.mark.usefixtures("models")
def test_what_is_typed_into_the_address_stays_text(visit):
    seat = as_staff(visit)
    for path in ("%3Cscript%3E", "..%2F..", f"{MODEL}?version=%3Cscript%3E", "nothing"):
        page = seat.get(f"{HOME}/{path}")
        assert page.status_code in (404, 422)
        assert "<script>" not in page.text


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("staff", ["analyst", "product_owner", "policy_owner", "compliance", "auditor"])
def test_whoever_sees_the_studio_is_led_there(visit, staff):
    seat = as_staff(visit, staff)
    assert f'href="/workbench{HOME}"' in seat.get("/studio/whatif").text
    assert seat.get(HOME).status_code == 200


@pytest.mark.usefixtures("models")
def test_others_are_not(visit):
    for staff in ("rm", "branch_manager", "administrator", "data_protection_officer"):
        seat = as_staff(visit, staff)
        for path in ("", f"/{MODEL}", f"/{MODEL}/history.csv"):
            assert seat.get(f"{HOME}{path}").status_code == 403
    visit.client.cookies.clear()
    assert visit.get(f"{HOME}/{MODEL}").url.path == "/workbench/sign-in"
    assert visit.get(f"{HOME}/{MODEL}/history.csv").url.path == "/workbench/sign-in"
