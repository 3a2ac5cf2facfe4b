"""Sorting texts and reading open answers on the command line: what is printed, kept, and refused."""

import csv
import json

import numpy as np
import polars as pl
import pytest
from chinese import SIMPLIFIED_ONLY

ROWS = [
    ("my card was lost", "card"),
    ("lost card", "card"),
    ("手续费太高", "fee"),
    ("fee too high", "fee"),
] * 6


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    for name, rows in {
        "train": ROWS, "test": [*ROWS[:4], ("", "fee"), ("what", ""), ("the moon", "sky"), ("card 4111111111111111", "card")],
        "one": [("a b", "x"), ("c d", "x")], "none": [("", "x")], "two": [("a card", "none"), ("b fee", "NA")],
        "each": [(f"word{at} again", f"class {at}") for at in range(22)],
    }.items():  # fmt: skip
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("message", "product"), *rows])
    pl.DataFrame({"message": [["a"]], "product": ["x"]}).write_parquet(folder / "lists.parquet")
    objects = [json.dumps({"product": label, "message": text}, ensure_ascii=False) for text, label in ROWS]
    (folder / "train.jsonl").write_text("\n".join([*objects, ""]), "utf-8")
    (folder / "odd.jsonl").write_text('{"message": "a"}\n\n[1]\n', "utf-8")
    (folder / "gb.csv").write_bytes((folder / "train.csv").read_bytes().decode().encode("gb18030"))
    return folder


@pytest.fixture
def triage(zhike, place):
    def call(*words):
        words = [str(place / word) if "." in word and not word[0].isdigit() else word for word in words]
        return zhike("triage", "--text", "message", "--label", "product", "--accuracy", "0.6", *words)

    return call


def test_what_was_learnt_is_measured_and_kept(triage, place):
    found = triage(
        "--train", "train.csv", "--test", "test.csv", "--save", "model.npz", "--out", "out.csv", "--json"
    )
    told = found.json
    assert (told["train"]["rows"], told["test"]["rows"], told["test"]["left_out"]) == (24, 6, 2)
    assert told["test"]["unknown_labels"] == ["sky"]
    assert told["accuracy"]["value"] == pytest.approx(5 / 6)
    assert told["held_out"]["accuracy"] == 1
    assert told["classes"] == 2
    assert [one["label"] for one in told["classes_measured"]] == ["card", "fee", "sky"]
    rows = list(csv.DictReader((place / "out.csv").read_text("utf-8").splitlines()))
    assert [row["row"] for row in rows] == ["1", "2", "3", "4", "7", "8"]
    assert rows[0]["best"] == "card"
    assert "lost" in rows[0]["reasons"]
    again = json.loads(triage("--model", "model.npz", "--test", "test.csv", "--json").out)
    assert again["accuracy"] == told["accuracy"]


def test_json_lines_and_the_fewest_rows(triage):
    assert (
        json.loads(triage("--train", "train.jsonl", "--test", "two.csv", "--json").out)["train"]["rows"] == 24
    )
    few = json.loads(triage("--train", "two.csv", "--test", "two.csv", "--json").out)
    assert (few["classes"], few["test"]["left_out"]) == (2, 0)  # a class may have any name
    assert few["threshold"] is None
    assert few["coverage"] == 0


def test_many_classes_of_one_text_each_are_no_warning_to_whoever_asks(triage):
    found = triage("--train", "each.csv", "--test", "each.csv", "--json")
    assert (found.json["classes"], found.err) == (22, "")


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_people_read_it_in_their_language_whatever_the_encoding(triage, language):
    found = triage("--train", "gb.csv", "--test", "test.csv", "--lang", language).out
    assert ("准确率" in found) == (language == "zh-Hans")
    assert "sky" in found
    assert language == "zh-Hans" or not set(found) & SIMPLIFIED_ONLY


def test_a_model_that_was_changed_is_refused(triage, place):
    triage("--train", "train.csv", "--save", "changed.npz")
    with np.load(place / "changed.npz") as file:
        parts = {name: file[name] for name in file.files}
    name = next(one for one in parts if parts[one].dtype == np.float32)
    np.savez(place / "changed.npz", **{**parts, name: parts[name] + 1})
    refused = triage("--model", "changed.npz", "--test", "test.csv")
    assert refused.code == 2
    assert "was changed" in refused.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--train", "one.csv", "--save", "m.npz"], "1 class among 2 texts"),
        (["--train", "train.csv"], "neither --test nor --save"),
        (["--test", "test.csv"], "one of --train and --model"),
        (["--train", "train.csv", "--save", "m.npz", "--text", "body"], "no column 'body'"),
        (["--train", "train.csv", "--save", "m.npz", "--embedder", "latin"], "--embedder latin"),
        (["--train", "lists.parquet", "--save", "m.npz"], "column 'message' of lists or records"),
        (["--train", "odd.jsonl", "--save", "m.npz"], "line 3, which is no JSON object"),
        (["--train", "train.csv", "--save", "m.npz", "--label", "message"], "column 'message' for both"),
        (["--train", "absent.csv", "--save", "m.npz"], "absent.csv"),
        (["--model", "train.csv", "--test", "test.csv"], "holds no model of texts"),
        (["--train", "train.csv", "--save", "m.npz", "--accuracy", "2"], "--accuracy 2"),
        (["--train", "train.csv", "--save", "m.npz", "--out", "o.csv"], "--out without --test"),
        (["--train", "train.csv", "--test", "none.csv"], "no row with a text and a label"),
    ],
)
def test_what_is_refused(triage, words, said):
    found = triage(*words)
    assert found.code == 2
    assert said in found.err
    assert "Traceback" not in found.err


def test_themes_need_a_column(zhike, place):
    found = zhike("measure", "themes", str(place / "train.csv"))
    assert found.code == 2
    assert "--text COLUMN" in found.err
    told = json.loads(
        zhike(
            "measure", "themes", str(place / "train.csv"), "--text", "message", "--at", "2026-06-30", "--json"
        ).out
    )
    assert told["n"] == 24
    assert told["themes"] == []  # twelve answers of each language are too few


def test_themes_by_group_are_told_to_people_too(zhike, tmp_path):
    lines = [f"{'waited an hour' if place % 3 else 'fees too high'},{'north' if place < 20 else 'south'}" for place in range(26)]  # fmt: skip
    (tmp_path / "answers.csv").write_text("why,branch\n" + "\n".join(lines), "utf-8")
    (tmp_path / "record.yaml").write_text("themes: record\n", "utf-8")
    words = ["measure", "themes", str(tmp_path / "answers.csv"), "--model", str(tmp_path / "record.yaml"), "--text", "why", "--at", "2026-06-30"]  # fmt: skip
    found = zhike(*words, "--by", "branch", "--json").json["themes"]
    waiting = next(one for one in found if one["id"] == "waiting")
    assert [(one["group"], one["suppressed"]) for one in waiting["groups"]] == [("north", False), ("south", True)]  # fmt: skip
    said = zhike(*words, "--by", "branch", "--lang", "en").out
    assert "waiting\tnorth\t20\t65.0%" in said
    assert "waiting\tsouth\t6\ttoo few" in said
    assert "Themes by group" not in zhike(*words, "--lang", "en").out
