"""Transcripts of deciding on a learned ranking: decide, explain, prove again, replay beside the closed forms."""

import json

import decide_bank
import polars as pl
import pytest
import ranked_bank
import yaml

AT = str(decide_bank.AT)
LANGUAGES = ("en", "zh-Hans", "zh-Hant")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the bank, a policy that names the learned ranking, and decisions under it."""
    from zhike.adapters.bank import Bank
    from zhike.adapters.decision_files import decide_bank as decide
    from zhike.adapters.policy_files import load_policy

    folder = tmp_path_factory.mktemp("ranked")
    decide_bank.write(folder / "bank", ranked_bank.rows())
    shipped = decide_bank.SHIPPED.at("policies.wealth_eu", decide_bank.AT)
    content = {**shipped.value, "recommender": ranked_bank.RECOMMENDER, "horizon_days": 90}
    raw = decide_bank.document("policy", content)
    (folder / "ranked.yaml").write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    policy = load_policy(decide_bank.SHIPPED, str(folder / "ranked.yaml"), decide_bank.AT)
    decide(Bank.open(folder / "bank"), decide_bank.SHIPPED, policy, decide_bank.AT, folder / "decisions")
    return folder


def test_decide_names_the_model(zhike, place, tmp_path):
    call = ("decide", place / "bank", "--at", AT, "--policy", place / "ranked.yaml", "--out", tmp_path / "d")
    told = zhike(*call, "--json").json
    assert told["propensities"] == "calibrated"
    model = told["model"]
    assert model == json.loads((place / "decisions" / "plan.json").read_text("utf-8"))["model"]
    spoken = zhike(*call, "--lang", "zh-Hant").out
    assert model["version"] in spoken
    assert "排序模型" in spoken


def test_the_same_decisions_come_out_again_bit_for_bit(zhike, place):
    answer = zhike("replay-check", place / "decisions", place / "bank", "--json")
    assert (answer.code, answer.json["identical"]) == (0, True)
    assert all(len(set(hashes.values())) == 1 for hashes in answer.json["files"].values())


def test_another_model_in_the_plan_is_found(zhike, place, tmp_path):
    import shutil

    shutil.copytree(place / "decisions", tmp_path / "d")
    plan = json.loads((tmp_path / "d" / "plan.json").read_text("utf-8"))
    plan["model"]["version"] = "0" * 16
    (tmp_path / "d" / "plan.json").write_text(json.dumps(plan), "utf-8")
    answer = zhike("replay-check", tmp_path / "d", place / "bank", "--json")
    assert (answer.code, answer.json["changed_results"]) == (1, ["model"])


def test_explain_says_what_was_not_ranked(zhike, place):
    rows = pl.read_parquet(place / "decisions" / "candidates.parquet")
    outside = rows.filter(pl.col("verdict") == "suitability", pl.col("score").is_null()).row(0, named=True)
    call = (
        "explain",
        place / "decisions",
        "--customer",
        outside["customer_id"],
        "--action",
        outside["action_id"],
    )
    told = zhike(*call, "--json").json
    assert (told["propensity_source"], told["propensity"], told["consistent"]) == ("not_ranked", 0.0, True)
    spoken = [zhike(*call, "--lang", language) for language in LANGUAGES]
    assert {one.code for one in spoken} == {0}
    assert len({one.out for one in spoken}) == 3


def test_every_decision_follows_from_its_evidence(zhike, place):
    decided = pl.read_parquet(place / "decisions" / "decisions.parquet")
    sold = decided.filter(pl.col("product_id").is_not_null())
    assert sold["score"].is_not_null().any()
    for name in sold["customer_id"].unique().sort().to_list()[:3]:
        told = zhike("explain", place / "decisions", "--customer", name, "--json").json
        assert all(one["consistent"] for one in told["chosen"])


def test_replay_sets_it_beside_the_closed_forms(zhike, place):
    call = (
        "replay",
        place / "bank",
        "--from",
        "2025-12-01",
        "--methods",
        "popularity,conditional_knn,ease,window_blend",
    )
    told = zhike(*call, "--json").json
    assert told["suitability_breaches"] == 0
    assert {"window_blend", "window_blend+suitability", "ease"} <= set(told["mean"])
    assert told["mean"]["window_blend"]["ndcg@10"] > 0
    assert f"{told['mean']['window_blend']['ndcg@10']:.4f}" in zhike(*call).out
