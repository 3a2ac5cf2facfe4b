"""Transcripts of effects, portfolios, indicators, charts and queues: in JSON and in words, in three languages, and what is refused."""

import json

import pytest
import yaml
from chinese import SIMPLIFIED_ONLY

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
MODELS = {
    "effect": {"design": "difference", "period": "month", "value": "csat", "unit": "branch", "start": "2025-09", "treated": ["a"], "better": "higher"},
    "chart": {"period": "month", "value": "csat", "baseline": 8, "rules": [1, 4]},
    "portfolio": {
        "candidate": "name", "costs": {"money": "cost"}, "budgets": {"money": 100}, "driver": "driver", "change": "points",
        "targets": {"satisfaction": {"of": "satisfaction"}},
    },
}  # fmt: skip
POINTS = {"value": 0.5, "low": 0.3, "high": 0.7}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("improvement")
    rows = [
        f"2025-{month:02d},{unit},{60 + month % 3 + place + 6 * (unit == 'a' and month > 8)}"
        for place, unit in enumerate("abc")
        for month in range(1, 13)
    ]
    (folder / "effect.csv").write_text("\n".join(["month,branch,csat", *rows]), "utf-8")
    (folder / "chart.csv").write_text("\n".join(["month,branch,csat", *rows[:12]]), "utf-8")
    (folder / "portfolio.csv").write_text(
        "name,cost,driver,points\n柜台,60,quality,3\nforms,60,quality,2\n", "utf-8"
    )
    for name, model in MODELS.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(model), "utf-8")
    drivers = {"ipma": {"satisfaction": [{"latent": "quality", "points": POINTS}]}}
    (folder / "drivers.json").write_text(json.dumps(drivers), "utf-8")
    return folder


@pytest.fixture
def measure(zhike, place):
    def call(name, *words):
        more = ("--drivers", place / "drivers.json", "--draws", "20") if name == "portfolio" else ()
        return zhike("measure", name, place / f"{name}.csv", "--model", place / f"{name}.yaml", *more, *words)

    return call


def test_figures_in_json(measure):
    effect = measure("effect", "--json").json
    assert effect["effect"]["value"] == pytest.approx(6)
    assert (effect["design"], effect["verdict"], effect["p_value"]) == (
        "difference",
        "better",
        pytest.approx(1 / 3),
    )
    chart = measure("chart", "--json").json
    assert chart["signals"] == ["2025-09", "2025-10", "2025-11", "2025-12"] or set(chart["signals"]) <= {
        f"2025-{one:02d}" for one in range(9, 13)
    }
    best = measure("portfolio", "--json").json
    assert [one["candidate"] for one in best["candidates"] if one["chosen"]] == ["柜台"]
    assert (best["value"], best["complete"], best["budgets"][0]["spent"]) == (pytest.approx(1.5), True, 60)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_in_every_language(measure, name, language):
    answer = measure(name, "--lang", language)
    assert answer.code == 0, answer.err
    if language == "en":
        assert not any("一" <= one <= "鿿" for one in answer.out.replace("柜台", ""))
    if language == "zh-Hant":
        assert not set(answer.out.replace("柜台", "")) & set(SIMPLIFIED_ONLY)


def test_queues(zhike):
    told = zhike(
        "measure", "queue", "--arrivals", "200", "--service", "180", "--shrinkage", "0.3", "--json"
    ).json
    assert (told["staff"], told["positions"]) == (14, 20)
    assert (told["waits"], told["within"], told["mean_wait"]) == pytest.approx(
        (0.174132, 0.888350, 7.836), abs=1e-3
    )
    classes = zhike(
        "measure", "queue", "--arrivals", "6,18,24", "--service", "300", "--staff", "5", "--json"
    ).json["classes"]
    assert [one["mean_wait"] / 60 for one in classes] == pytest.approx([0.6157, 1.0261, 4.6176], abs=1e-4)
    endless = zhike(
        "measure", "queue", "--arrivals", "600", "--service", "300", "--staff", "5", "--json"
    ).json
    assert (endless["mean_wait"], endless["within"]) == (None, 0)


@pytest.mark.parametrize(
    "words",
    [
        ("--arrivals", "0", "--service", "1"), ("--arrivals", "x", "--service", "1"), ("--arrivals", "1e9", "--service", "10"), ("--arrivals", "1", "--service", "0"),
        ("--arrivals", "1", "--service", "nan"), ("--arrivals", "1", "--service", "1", "--level", "1"), ("--arrivals", "1", "--service", "1", "--patience", "0"),
        ("--arrivals", "1", "--service", "1", "--shrinkage", "1"),
    ],
)  # fmt: skip
def test_queues_that_are_none_are_refused(zhike, words):
    answer = zhike("measure", "queue", *words, "--json")
    assert (answer.code != 0, json.loads(answer.err)["error"]["code"]) == (True, "usage")


def test_what_is_no_answer_of_a_path_model_is_refused(zhike, place):
    (place / "none.json").write_text('{"ipma": [1]}', "utf-8")
    answer = zhike(
        "measure",
        "portfolio",
        place / "portfolio.csv",
        "--model",
        place / "portfolio.yaml",
        "--drivers",
        place / "none.json",
    )
    assert answer.code != 0
    assert "zhike measure ecsi" in answer.err
