"""Finding spans on the command line: what is learnt, kept, measured, used on open answers, and refused."""

import csv
import json

import pytest

BANKS, ASPECTS = ("交行", "工商银行", "招行"), ("额度", "年费", "利率")
SAID = ("太低", "不错", "还行")


def tags(bank, aspect, said):
    return " ".join(
        f"{'B' if not at else 'I'}-{kind}" if kind != "O" else "O"
        for kind, piece in (("BANK", bank), ("O", "的"), ("ASPECT", aspect), ("OPINION", said))
        for at, _ in enumerate(piece)
    )


ROWS = [
    (f"{bank}的{aspect}{said}", tags(bank, aspect, said))
    for bank in BANKS
    for aspect in ASPECTS
    for said in SAID
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spans")
    for name, rows in {
        "train": [*ROWS, ("", "O"), ("没有标注", "")], "test": ROWS[:5], "why": [(text, "") for text, _ in ROWS], "none": [("x", "")],
        "short": [("额度低", "B-ASPECT O")], "odd": [("低", "X-ASPECT")], "over": [("额度低", '[[0, 2, "A"], [1, 3, "B"]]')],
        "away": [("额度低", '[[0, 9, "A"]]')], "bad": [("额度低", "[1]")], "outside": [("额度低", "O O O")],
    }.items():  # fmt: skip
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("message", "marks"), *rows])
    line = {"message": "我叫王小明，额度低", "marks": [[2, 5, "OPINION"], [6, 8, "ASPECT"]]}
    (folder / "named.jsonl").write_text(json.dumps(line, ensure_ascii=False), "utf-8")
    return folder


@pytest.fixture
def spans(zhike, place):
    def call(*words):
        words = [str(place / word) if "." in word else word for word in words]
        return zhike("spans", "--text", "message", "--tags", "marks", *words)

    return call


@pytest.fixture
def kept(spans):
    return spans(
        "--train", "train.csv", "--test", "test.csv", "--save", "model.npz", "--out", "out.csv", "--json"
    ).json


def test_what_was_marked_is_learnt_measured_and_kept(kept, spans, place):
    assert (kept["train"]["rows"], kept["train"]["left_out"], kept["kinds"]) == (
        27,
        2,
        ["ASPECT", "BANK", "OPINION"],
    )
    assert kept["f1"]["value"] > 0.9
    assert [one["spans"] for one in kept["kinds_measured"]] == [5, 5, 5]
    assert kept["provenance"]["rows"] == 27
    rows = list(csv.DictReader((place / "out.csv").read_text("utf-8").splitlines()))
    assert rows[0] == {"row": "1", "start": "0", "end": "2", "kind": "BANK", "words": "交行"}
    again = spans("--model", "model.npz", "--test", "test.csv", "--json").json
    assert (again["f1"], again["provenance"]) == (kept["f1"], kept["provenance"])
    shown = spans("--model", "model.npz", "--test", "named.jsonl", "--lang", "zh-Hant").out
    assert "召回率" in shown
    assert "OPINION" in shown


@pytest.mark.usefixtures("kept")
def test_personal_data_is_no_span(spans, place):
    told = spans("--model", "model.npz", "--test", "named.jsonl", "--out", "named.csv", "--json").json
    # The name was marked as an opinion; only the aspect is left to be found.
    assert sum(one["spans"] for one in told["kinds_measured"]) == 1
    assert "王小明" not in (place / "named.csv").read_text("utf-8")


@pytest.mark.usefixtures("kept")
def test_open_answers_are_read_by_it(zhike, place):
    call = [
        "measure",
        "themes",
        str(place / "why.csv"),
        "--text",
        "message",
        "--at",
        "2026-06-30",
        "--json",
        "--spans",
    ]
    told = {one["id"]: one for one in json.loads(zhike(*call, str(place / "model.npz")).out)["aspects"]}
    # 年费 and 利率 are fees, 额度 a limit; below ten answers nothing is told of an aspect.
    assert (told["fees"]["n"], told["limit"]["n"], told["limit"]["suppressed"]) == (18, 9, True)
    # 还行 is on no list of words.
    assert [round(18 * told["fees"][kind]["value"]) for kind in ("good", "unclear")] == [6, 6]
    assert told["fees"]["quotes"][0]["text"] == "交行的年费太低"
    refused = zhike(*call, str(place / "train.csv"))
    assert (refused.code, "holds no model of texts" in refused.err) == (2, True)
    (place / "kinds.yaml").write_text("text: message\naspect_kind: THING\n", "utf-8")
    refused = zhike(*call, str(place / "model.npz"), "--model", str(place / "kinds.yaml"))
    assert "a model of the kinds ASPECT, BANK, OPINION" in refused.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--train", "short.csv", "--save", "m.npz"], "in row 1: 2 tags for 3 characters"),
        (["--train", "odd.csv", "--save", "m.npz"], "1 tags for 1 characters"),
        (["--train", "over.csv", "--save", "m.npz"], "none over another"),
        (["--train", "away.csv", "--save", "m.npz"], "the span [0, 9, 'A']"),
        (["--train", "bad.csv", "--save", "m.npz"], "the spans '[1]'"),
        (["--train", "outside.csv", "--save", "m.npz"], "no text with a span"),
        (["--train", "train.csv"], "neither --test nor --save"),
        (["--test", "test.csv"], "one of --train and --model"),
        (["--train", "train.csv", "--save", "m.npz", "--out", "o.csv"], "--out without --test"),
        (["--train", "absent.csv", "--save", "m.npz"], "absent.csv"),
        (["--train", "train.csv", "--save", "m.npz", "--tags", "absent"], "no column 'absent'"),
        (["--train", "train.csv", "--test", "none.csv"], "no row with a text and marks"),
    ],
)
def test_what_is_refused(spans, words, said):
    found = spans(*words)
    assert found.code == 2
    assert said in found.err
    assert "Traceback" not in found.err
