"""Transcripts of deciding on chances of a yes: decide tells the model, explain the source, replay-check proves both."""

import json
import math

import answered_bank
import decide_bank
import pytest
import yaml

AT = str(decide_bank.AT)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the bank, a rulebook with the test's catalogue, and a policy that learns chances."""
    folder = tmp_path_factory.mktemp("answered")
    decide_bank.write(folder / "bank", answered_bank.rows())
    decide_bank.written_rulebook(folder / "rulebook")
    raw = decide_bank.document(
        "policy", {**decide_bank.POLICY, "chances": {**answered_bank.CHANCES, "by": "age"}}
    )
    (folder / "answered.yaml").write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    return folder


def test_decide_explain_and_prove(zhike, place, tmp_path):
    rules = ("--rulebook", place / "rulebook")
    call = (
        "decide",
        place / "bank",
        "--at",
        AT,
        "--policy",
        place / "answered.yaml",
        "--out",
        tmp_path / "d",
        *rules,
    )
    spoken = zhike(*call, "--lang", "zh-Hans")
    assert spoken.code == 0
    plan = json.loads((tmp_path / "d" / "plan.json").read_text("utf-8"))
    assert plan["chances"]["version"] in spoken.out
    assert "接受概率模型" in spoken.out
    told = zhike(
        "explain", tmp_path / "d", "--customer", "A000", "--action", "everyday:P0:app", "--json"
    ).json
    assert (told["propensity_source"], told["consistent"]) == ("answers", True)
    text = zhike("explain", tmp_path / "d", "--customer", "A000", "--action", "everyday:P0:app").out
    assert "learnt from answers to such offers" in text
    # Why this chance: exact parts of its log odds, in words, against customers of the day.
    chance = told["chance"]
    assert (chance["compared"], chance["customers"]) == (answered_bank.CUSTOMERS, answered_bank.CUSTOMERS)
    parts = sum(one["value"] for one in chance["reasons"])
    assert chance["base"] + parts == pytest.approx(chance["score"], abs=1e-9)
    assert 1 / (1 + math.exp(-chance["score"])) == pytest.approx(told["propensity"], abs=1e-9)
    strongest = chance["reasons"][0]
    assert (strongest["group"], strongest["text"]) == ("age", "customers of this age say yes more often")
    assert f"{strongest['value']:+.3f}  customers of this age say yes more often" in text
    young = (
        "explain",
        tmp_path / "d",
        "--customer",
        "A001",
        "--action",
        "everyday:P0:app",
        "--lang",
        "zh-Hant",
    )
    assert "該年齡段客戶的接受率較低" in zhike(*young).out
    other = zhike("explain", tmp_path / "d", "--customer", "A000", "--action", "review:phone", "--json").json
    assert (other["propensity_source"], other["chance"]) == ("assumed", None)
    again = zhike("replay-check", tmp_path / "d", place / "bank", *rules, "--json")
    assert (again.code, again.json["identical"], again.json["changed_results"]) == (0, True, [])
    model = tmp_path / "d" / "evidence" / "chances.json"
    model.write_text(model.read_text("utf-8").replace("leaf_value=", "leaf_value=9", 1), "utf-8")
    changed = zhike("explain", tmp_path / "d", "--customer", "A000", "--action", "everyday:P0:app")
    assert (changed.code, "evidence/chances.json" in changed.err) == (2, True)
    model.unlink()
    plan["chances"]["log_likelihood"] = 0.0
    (tmp_path / "d" / "plan.json").write_text(json.dumps(plan), "utf-8")
    again = zhike("replay-check", tmp_path / "d", place / "bank", *rules, "--json")
    assert (again.code, again.json["changed_results"]) == (1, ["chances"])
