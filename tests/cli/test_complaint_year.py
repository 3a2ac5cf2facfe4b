"""The complaint desk on the command line: a short year played, and what the forecast says of its store."""

import json

import pytest
from chinese import SIMPLIFIED_ONLY


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("year")


def test_a_short_year_is_played_told_and_kept(zhike, place):
    found = zhike(
        "lab",
        "complaints",
        "--cases",
        "20",
        "--days",
        "30",
        "--seed",
        "3",
        "--handlers",
        "2",
        "--out",
        str(place / "a"),
        "--json",
    )
    told = found.json
    assert (found.code, told["cases"], told["missed_total"]) == (0, 20, 0)
    assert json.loads((place / "a" / "year.json").read_text("utf-8")) == told
    again = zhike(
        "lab",
        "complaints",
        "--cases",
        "20",
        "--days",
        "30",
        "--seed",
        "3",
        "--handlers",
        "2",
        "--out",
        str(place / "a"),
    )
    assert again.code == 2
    assert "--resume" in again.err


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "do not suffice"), ("zh-Hans", "处理人员不够"), ("zh-Hant", "處理人員不足")],
)
def test_the_forecast_of_an_empty_desk_is_calm_in_every_language(zhike, place, language, words):
    store = str(place / "a" / "zhike.db")
    calm = zhike("complaints", "forecast", "--store", store, "--json")
    assert (calm.code, calm.json["sufficient"], calm.json["open"]) == (0, True, 0)
    # Nothing is open any more: even nobody suffices.
    assert zhike("complaints", "forecast", "--store", store, "--handlers", "0", "--lang", language).code == 0
    text = zhike("complaints", "forecast", "--store", store, "--lang", language).out
    assert words not in text
    if language == "zh-Hant":
        assert not set(text) & SIMPLIFIED_ONLY
