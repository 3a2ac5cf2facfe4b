"""Models over the interface: which are in force since when, their cards in the caller's language, for those who may, as files."""

import csv
import io
import json

import kept_models
import pytest
import served_bank
from kept_models import MODEL, READING, WHY

from zhike.api.model_tables import COLUMNS, TABLES
from zhike.core.language import LANGUAGES
from zhike.learn.model_card import METRIC_WORDS

PATH = "/v1/models"
MAY = {
    "analyst": ("analysis", "governance"), "product_owner": ("analysis", "governance"), "policy_owner": ("analysis", "governance"),
    "compliance": ("governance", "audit"), "auditor": ("governance", "audit"),
}  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A bank with two versions of a model: the first in force, the second proposed."""
    with served_bank.Served(tmp_path_factory.mktemp("models") / "bank") as bank:
        bank.registry = kept_models.crowned_in(bank)
        yield bank


def told(bank, path="", staff="analyst", purpose="analysis", **headers):
    answer = bank.get(staff, f"{PATH}{path}", purpose=purpose, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def table(bank, path, language="en"):
    answer = bank.get("analyst", f"{PATH}/{path}", purpose="analysis", headers={"Accept-Language": language})
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_the_list_says_what_is_in_force_since_when_and_what_waits(house):
    first, second = house.registry.versions(MODEL)
    assert told(house)["models"] == [
        {
            "name": MODEL, "versions": [first, second], "champion": first, "since": "2026-07-01T10:00:00Z", "open_proposal": "p6",
            "steps": 6,
        }
    ]  # fmt: skip


def test_the_card_is_that_of_the_version_in_force_or_of_the_one_that_is_asked_for(house):
    first, second = house.registry.versions(MODEL)
    assert told(house, f"/{MODEL}")["version"] == first
    for asked in (second, second[:6], "latest"):
        found = told(house, f"/{MODEL}?version={asked}")
        assert (found["version"], found["champion"], found["card"]["origin"]["seed"]) == (second, first, 8)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_the_card_that_was_kept_in_the_language_of_the_caller(house, language):
    kept = house.registry.card(MODEL)
    card = told(house, f"/{MODEL}", **{"Accept-Language": language})["card"]
    assert card["purpose"] == kept.purpose.in_language(language)
    assert card["limits"] == [one.in_language(language) for one in kept.limits]
    assert card["measured"] == kept.measured
    assert [(one["title"], one["value"], one["low"], one["high"]) for one in card["figures"]] == [
        (METRIC_WORDS[name].in_language(language), *estimate) for name, estimate in kept.metrics.items()
    ]
    assert [(one["group"], one["cases"]) for one in card["groups"]] == [
        (one["group"], one["cases"]) for one in kept.groups
    ]
    assert card["calibration"] == list(kept.calibration)
    assert card["features"] == ["x", "kind"]
    read = kept.provenance.tables["cases"]
    assert card["origin"]["tables"] == [
        {"table": "cases", "rows": read.rows, "columns": list(read.columns), "sha256": read.sha256}
    ]


def test_the_history_says_who_did_what_on_which_reading(house):
    steps = told(house, f"/{MODEL}")["history"]
    assert [one["kind"] for one in steps] == ["kept", "proposed", "approved", "promoted", "kept", "proposed"]
    assert steps[3]["actors"] == ["analyst", "policy_owner"]
    assert (steps[1]["reading"], steps[1]["reason"], steps[1]["proposal"]) == (READING.to_dict(), WHY, "p2")
    assert steps[0]["reading"] is None
    assert [one["hash"] for one in steps] == [one.hash for one in house.registry.history(MODEL)]


def test_before_one_is_in_force_the_latest_is_shown(bank):
    version = kept_models.learnt_again(kept_models.kept_in(bank), served_bank.BEGAN)
    found = told(bank, f"/{MODEL}")
    assert (found["version"], found["champion"], found["since"]) == (version, None, None)


def test_tables_are_files_in_the_language_of_the_caller(house):
    found = told(house, f"/{MODEL}")
    for name, language in zip(TABLES, (*LANGUAGES, "en"), strict=True):
        rows = table(house, f"{MODEL}/{name}.csv", language)
        assert rows[0] == [COLUMNS[column].in_language(language) for column in TABLES[name]]
    card = found["card"]
    figures = table(house, f"{MODEL}/figures.csv")[1:]
    assert len(figures) == len(card["figures"]) * (1 + len(card["groups"]))
    assert figures[0][:5] == ["", "", str(card["measured"]["cases"]), str(card["measured"]["events"]), "auc"]
    assert float(figures[0][6]) == card["figures"][0]["value"]
    assert len(table(house, f"{MODEL}/calibration.csv")) == 1 + len(card["calibration"])
    promoted = table(house, f"{MODEL}/history.csv")[4]
    assert promoted[2:5] == ["put in force", found["version"], "analyst policy_owner"]


@pytest.mark.parametrize("staff", served_bank.STAFF)
def test_whoever_shapes_or_controls_policies_may(house, staff):
    for purpose in ("analysis", "governance", "audit", "service", "operation", "supervision"):
        for path in ("", f"/{MODEL}", f"/{MODEL}/history.csv"):
            answer = house.get(staff, f"{PATH}{path}", purpose=purpose)
            assert answer.status_code == (200 if purpose in MAY.get(staff, ()) else 403)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/attrition", 404), (f"/{MODEL}?version=ffffff", 404), (f"/{MODEL}/profiles.csv", 422), (f"/{MODEL}?version=..", 422),
        ("/..%2F..", 404), ("/Ünder", 422), (f"/{'a' * 65}", 422),
    ],
)  # fmt: skip
def test_what_there_is_not_is_said_so(house, path, status):
    assert house.get("analyst", f"{PATH}{path}", purpose="analysis").status_code == status


@pytest.mark.parametrize("path", ["", f"/{MODEL}", f"/{MODEL}/figures.csv"])
def test_a_server_without_a_bank_says_what_would_have_one(bank, path):
    answer = bank.get("analyst", f"{PATH}{path}", purpose="analysis")
    assert answer.status_code == 404
    assert "zhike serve --bank BANK" in answer.json()["error"]["found"]
    assert bank.get("rm", f"{PATH}{path}", purpose="service").status_code == 403


def test_a_bank_that_keeps_none_has_an_empty_list(bank):
    kept_models.kept_in(bank)
    (bank.folder / "models").rename(bank.folder / "elsewhere")
    (bank.folder / "models").mkdir()
    assert told(bank) == {"models": []}


def test_a_history_that_was_changed_is_not_shown(bank):
    kept_models.kept_in(bank)
    file = bank.folder / "models" / MODEL / "history.jsonl"
    step = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**step, "actors": ["somebody"]}) + "\n", "utf-8")
    for path in ("", f"/{MODEL}"):
        answer = bank.get("analyst", f"{PATH}{path}", purpose="analysis")
        assert answer.status_code == 500
        assert "somebody" not in answer.text
        assert str(bank.folder) not in answer.text
