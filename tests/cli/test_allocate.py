"""`zhike allocate` and `zhike verify` on files: what they print, what they write, what they refuse."""

import json

import numpy as np
import pytest
from scarce_service import scarce_service

from zhike.adapters.allocation_files import read_plan_arrays, write_plan, write_problem

LANGUAGES = ("en", "zh-Hans", "zh-Hant")


@pytest.fixture(scope="module")
def problem(tmp_path_factory):
    file = tmp_path_factory.mktemp("allocate") / "problem.npz"
    write_problem(file, scarce_service(400, 9, seed=1, share=0.3))
    return file


@pytest.fixture(scope="module")
def impossible(tmp_path_factory):
    file, arrays = tmp_path_factory.mktemp("allocate") / "impossible.npz", scarce_service(100, 9, seed=1)
    write_problem(file, arrays | {"b": np.append(arrays["b"][:-1], -5_000.0)})
    return file


def test_a_plan_is_written_told_and_verified(zhike, problem, tmp_path):
    answer = zhike("allocate", problem, "--out", tmp_path / "plan.npz", "--json")
    assert answer.code == 0
    told, plan = answer.json, read_plan_arrays(tmp_path / "plan.npz")
    assert told["status"] in ("optimal", "feasible")
    assert told["chosen"] == len(plan["chosen"]) > 0
    assert told["objective"] <= told["bound"]
    assert set(told["seconds"]) == {"cpu", "wall", "compile", "read"}
    assert told["rows"][0]["name"] == "budget"
    assert all(row["load"] <= row["limit"] for row in told["rows"])
    checked = zhike("verify", problem, tmp_path / "plan.npz", "--json")
    assert (checked.code, checked.json["verified"]) == (0, True)
    assert checked.json["objective"] == pytest.approx(told["objective"])


def test_the_same_call_writes_the_same_bytes(zhike, problem, tmp_path):
    for name in ("a", "b"):
        assert zhike("allocate", problem, "--out", tmp_path / f"{name}.npz", "--seed", "3").code == 0
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_both_commands_speak_three_languages(zhike, problem, tmp_path):
    plan = tmp_path / "plan.npz"
    for call in (("allocate", problem, "--out", plan), ("verify", problem, plan)):
        spoken = [zhike(*call, "--lang", language) for language in LANGUAGES]
        assert {answer.code for answer in spoken} == {0}
        assert len({answer.out for answer in spoken}) == 3


def test_what_cannot_be_kept_is_named_and_loosened(zhike, impossible, tmp_path):
    call = ("allocate", impossible, "--out", tmp_path / "plan.npz")
    told = zhike(*call, "--json").json
    assert (told["status"], told["conflict"]["rows"], told["conflict"]["proven"]) == (
        "relaxed",
        ["floor"],
        True,
    )
    assert told["conflict"]["relaxation"]["floor"] > 4_000
    text = zhike(*call).out
    assert "These rows cannot all hold: floor." in text
    assert "Not feasible as asked" in text
    checked = zhike("verify", impossible, tmp_path / "plan.npz", "--json").json
    assert (checked["verified"], checked["feasible"]) == (True, False)


def test_a_plan_that_was_tampered_with_fails(zhike, problem, tmp_path):
    plan = tmp_path / "plan.npz"
    zhike("allocate", problem, "--out", plan)
    arrays = read_plan_arrays(plan)
    write_plan(plan, arrays | {"chosen": arrays["chosen"][1:]})
    answer = zhike("verify", problem, plan, "--json")
    assert answer.code == 1
    assert "objective_differs" in {failure["code"] for failure in answer.json["failures"]}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["allocate", "nowhere.npz", "--out", "plan.npz"], "input_not_found"),
        (["allocate", "{problem}", "--out", "plan.npz", "--gap", "-1"], "usage"),
        (["allocate", "{problem}", "--out", "plan.npz", "--threads", "0"], "usage"),
        (["verify", "{problem}", "nowhere.npz"], "input_not_found"),
        (["verify", "{problem}", "{problem}"], "input_unreadable"),
    ],
)
def test_what_cannot_be_used_is_refused(zhike, problem, tmp_path, monkeypatch, words, code):
    monkeypatch.chdir(tmp_path)
    answer = zhike(*(str(problem) if word == "{problem}" else word for word in words), "--json")
    assert answer.code == 2
    assert json.loads(answer.err)["error"]["code"] == code


def test_a_day_is_played_with_prices_that_stay_and_prices_that_keep_up(zhike, problem):
    told = zhike("pace", problem, "--json").json
    assert [policy["policy"] for policy in told["policies"]] == ["stored", "paced"]
    assert all(policy["worst_violation"] <= 1e-9 for policy in told["policies"])
    assert all(policy["objective"] <= told["offline"]["bound"] for policy in told["policies"])
    spoken = [zhike("pace", problem, "--order", "drifting", "--lang", language) for language in LANGUAGES]
    assert {answer.code for answer in spoken} == {0}
    assert len({answer.out for answer in spoken}) == 3
    assert zhike("pace", problem, "--order", "sideways").code == 2
