"""Transcripts of figures of complaints: of a file and of a store, in three languages, and what is refused."""

import hashlib

import pytest
from complained_bank import complain
from made_up_complaints import decided
from served_bank import Served

from zhike.cli.complaint_figures_told import VERDICTS

COMMANDS = ("pareto", "trend", "kpis", "rating", "audit", "recovery")


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """A file of made-up cases in which one tier is sweetened."""
    file = tmp_path_factory.mktemp("cases") / "cases.csv"
    received = [f"2026-{1 + place % 9:02}-{1 + place % 28:02}" for place in range(1_500)]
    decided(1, sweetened=4_000.0).with_columns(received_on=received_column(received)).write_csv(file)
    return file


def received_column(days):
    import polars as pl

    return pl.Series("received_on", days)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store with a few complaints that were seen through."""
    folder = tmp_path_factory.mktemp("complained") / "bank"
    with Served(folder) as bank:
        complain(bank, 12)
    return folder / "zhike.db"


def test_a_sweetened_tier_is_named_in_three_languages(zhike, cases):
    told = zhike("complaints", "audit", cases, "--by", "tier", "--json").json
    assert told["verdict"] == "differs"
    assert {one["verdict"] for one in told["comparisons"] if one["group"] == "private" and one["measure"] == "redress"} == {"more"}  # fmt: skip
    for language in ("en", "zh-Hans", "zh-Hant"):
        assert VERDICTS["more"].in_language(language) in zhike("complaints", "audit", cases, "--by", "tier", "--lang", language).out  # fmt: skip


def test_the_return_is_what_its_hash_says_and_the_same_from_a_store(zhike, store, tmp_path, monkeypatch):
    monkeypatch.setenv("ZHIKE_STORE", str(store))
    file = tmp_path / "q3.csv"
    told = zhike("complaints", "return", "--quarter", "2026Q3", "--out", file, "--json").json
    assert told["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (told["received"], told["complete"]) == (12, True)
    again = zhike(
        "complaints", "return", "--quarter", "2026q3", "--known-at", told["known_at"], "--json"
    ).json
    assert again["sha256"] == told["sha256"]
    before = zhike(
        "complaints", "return", "--quarter", "2026Q3", "--known-at", "2026-01-01T00:00:00Z", "--json"
    ).json
    assert before["received"] == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_reads_a_store_and_a_file(zhike, store, cases, command):
    of_store = zhike("complaints", command, "--store", store, "--json")
    # Twelve complaints of ten customers: too few pairs, and said so, not a failure.
    assert of_store.code == 0, of_store.err
    if command in {"audit", "recovery"}:
        assert zhike("complaints", command, cases, "--lang", "zh-Hant").code == 0
    else:
        refused = zhike("complaints", command, cases)
        assert (refused.code, "origin" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [(("pareto", "--by", "moon"), "moon"), (("return", "--quarter", "2026Q5"), "2026Q5"), (("return", "--quarter", "2026Q3", "--known-at", "noon"), "noon"),
     (("kpis", "--from", "2026-09-01", "--until", "2026-08-01"), "2026-09-01"), (("audit", "--by", "moon"), "moon"), (("pareto", "none.csv"), "none.csv")],
)  # fmt: skip
def test_what_cannot_be_told_is_refused_in_words(zhike, store, words, said):
    answer = zhike("complaints", *words, "--store", store)
    assert answer.code != 0
    assert said in answer.err
