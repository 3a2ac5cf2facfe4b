"""Transcripts of a path model: the keys that other programs read, the tables that people read, and what cannot be used."""

import numpy as np
import polars as pl
import pytest
import yaml
from path_worlds import PATHS, SIZES, known_effects, world

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
KEYS = {
    "readings",
    "n", "left_out", "missing", "scheme", "scaled", "iterations", "paths", "r2", "loadings", "weights", "indices",
    "reliability", "gof", "effects", "ipma", "intervals", "notes", "bootstrap", "seed", "seconds", "failed",
}  # fmt: skip
DRAWN = 120


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Folder with answers of 400 persons in two regions that differ in loyalty, and the model that made them."""
    folder, rng = tmp_path_factory.mktemp("ecsi"), np.random.default_rng(8)
    items = [f"{name}{one}" for name, size in SIZES.items() for one in range(1, size + 1)]
    answers = world(rng, 400)
    answers[:200, -3:] += 2
    table = pl.DataFrame(answers, schema=items).with_columns(
        pl.Series("region", ["North"] * 200 + ["South"] * 195 + ["West"] * 5),
        pl.Series("weight", [1, 2] * 200),
    )
    table.write_csv(folder / "answers.csv")
    latents = {name: {"items": [one for one in items if one[:-1] == name], "mode": "A"} for name in SIZES}
    document = {"scale": {"min": -50, "max": 50}, "scheme": "centroid", "scaled": True, "latents": latents}
    document["paths"] = [" -> ".join(pair) for pair in PATHS]
    (folder / "ecsi.yaml").write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
    return folder


@pytest.fixture
def ecsi(zhike, place):
    def call(*words):
        return zhike(
            "measure",
            "ecsi",
            place / "answers.csv",
            "--model",
            place / "ecsi.yaml",
            "--bootstrap",
            DRAWN,
            *words,
        )

    return call


def test_json_has_every_key_and_figures_near_the_truth(ecsi):
    answer = ecsi("--json")
    assert (answer.code, answer.err) == (0, "")
    found = answer.json
    assert set(found) == KEYS
    assert (found["n"], found["bootstrap"], found["seed"]) == (400, DRAWN, 0)
    assert {(one["from"], one["to"]) for one in found["paths"]} == set(PATHS)
    direct, _ = known_effects()
    names = list(SIZES)
    for one in found["paths"]:
        truth = direct[names.index(one["from"]), names.index(one["to"])]
        assert one["coefficient"] == pytest.approx(truth, abs=0.2)
        assert one["low"] < one["coefficient"] < one["high"]
    assert set(found["loadings"]) == set(found["weights"]) == set(found["missing"])
    assert set(found["r2"]) == set(SIZES) - {"image"}
    assert set(found["reliability"]["value"]) == {"alpha", "rho_a", "composite", "ave", "htmt"}
    assert set(found["intervals"]) == {
        "r2",
        "loadings",
        "weights",
        "alpha",
        "rho_a",
        "composite",
        "ave",
        "htmt",
        "gof",
    }


def test_groups_are_told_and_where_they_differ(ecsi):
    by = ecsi("--by", "region", "--json").json["by"]
    assert [(one["group"], one["n"]) for one in by["groups"]] == [("North", 200), ("South", 195)]
    assert by["too_small"] == [{"group": "West", "n": 5}]
    index = {one["latent"]: one for one in by["differences"] if one["figure"] == "index"}
    (pair,) = index["loyalty"]["pairs"]
    assert (pair["one"], pair["other"]) == ("North", "South")
    assert pair["low"] < 2 < pair["high"]
    assert index["loyalty"]["p_adjusted"] < 0.2 < index["image"]["p_adjusted"]


def test_a_column_of_weights_counts(ecsi):
    plain, weighted = ecsi("--json").json, ecsi("--weights", "weight", "--json").json
    assert plain["gof"] != weighted["gof"]
    assert plain["gof"] == pytest.approx(weighted["gof"], abs=0.1)


def test_without_resamples_there_is_no_interval(zhike, place):
    words = ("measure", "ecsi", place / "answers.csv", "--model", place / "ecsi.yaml", "--bootstrap", 0)
    found = zhike(*words, "--json").json
    assert {one["low"] for one in found["paths"]} == {None}
    assert found["intervals"] is None
    assert zhike(*words, "--by", "region", "--json").json["by"]["differences"] == []


def test_people_read_three_languages(ecsi):
    spoken = [ecsi("--by", "region", "--lang", language) for language in LANGUAGES]
    assert {(answer.code, answer.err) for answer in spoken} == {(0, "")}
    assert len({answer.out for answer in spoken}) == 3
    english, hans, hant = (answer.out for answer in spoken)
    assert english.startswith("Path model of 400 persons, scheme centroid, settled after ")
    assert "West: 5 persons" in english
    assert "路径模型：400 人" in hans
    assert "路徑模型：400 人" in hant


def test_the_same_call_twice_says_the_same(ecsi):
    assert ecsi().out == ecsi().out


@pytest.mark.parametrize(
    ("answers", "model", "found"),
    [
        ("q1,s1\n" + "7,8\n6,9\n" * 6, "latents: {q: [q1], s: [s2]}\npaths: [q -> s]", "no column 's2'; the columns are q1, s1"),
        ("q1,s1\n" + "7,8\n6,9\n" * 6, "scale: {min: 1, max: 5}\nlatents: {q: [q1], s: [s1]}\npaths: [q -> s]", "'7' in row 1 of column 'q1'"),
        ("q1,s1\n7,8\n", "latents: {q: [q1], s: [s1]}\npaths: [q -> s]", "1 persons that count"),
        ("q1,s1\n7,8\n", "latents: {q: [q1], s: [s1]}\npaths: [q -> t]", "path 'q -> t' of an unknown latent 't'"),
        ("q1,s1\n7,8\n", "latents: {q: [q1]\n", "in model '"),
        ("q1,s1\n7,8\n", "latents: {q: [q1]}\nlatents: {s: [s1]}\n", "in model '"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told(zhike, tmp_path, answers, model, found):
    (tmp_path / "a.csv").write_text(answers, "utf-8")
    (tmp_path / "m.yaml").write_text(model, "utf-8")
    answer = zhike("measure", "ecsi", tmp_path / "a.csv", "--model", tmp_path / "m.yaml", "--json")
    assert (answer.code, answer.out) == (2, "")
    assert found in answer.err


def test_a_model_that_is_not_there_is_told(zhike, place, tmp_path):
    answer = zhike("measure", "ecsi", place / "answers.csv", "--model", tmp_path / "none.yaml")
    assert (answer.code, answer.out) == (2, "")
    assert "none.yaml" in answer.err
    (tmp_path / "odd.yaml").write_bytes(b"\xff\xfe\x00latents")
    answer = zhike("measure", "ecsi", place / "answers.csv", "--model", tmp_path / "odd.yaml")
    assert "text that is not UTF-8" in answer.err
