"""A challenger from training to force and back, on the command line alone: the gate reads what `zhike value` measured, and every decision names its version."""

import json

import answered_bank
import decide_bank
import numpy as np
import online_bank
import polars as pl
import pytest
import yaml
from learnt_models import staffed

AT, LATER = str(decide_bank.AT), "2026-09-01"
WHY = ("--reason", "the gain and the groups were checked")
CHANCES = {"model": "online", "horizon_days": 30, "minimum": 100}
EXPLORED = {"exploration": {"share": 0.5, "temperature": 1000.0}, "limits": {"actions_per_customer": 1}}
CARE = 0.4
"""P(accepted) of what is no everyday offer."""


def policy_file(folder, name, **changes):
    raw = decide_bank.document("policy", {**decide_bank.POLICY, **EXPLORED, **changes})
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    return file


def answers(made, seed=0):
    """Return the answers to the decisions of a folder: of everyday offers the young say yes seldom, whatever the bank assumed."""
    rng, found = np.random.default_rng(seed), []
    for number, one in enumerate(
        made.filter(~pl.col("kind").is_in(["none", "mandatory"])).iter_rows(named=True)
    ):
        truth = answered_bank.TRUTH["old" if answered_bank.old(one["customer_id"]) else "young"]
        yes = rng.random() < (truth if one["action_id"].startswith("everyday") else CARE)
        named = {name: one[name] for name in ("decision_id", "customer_id", "action_id")}
        outcome = "accepted" if yes else "refused"
        found.append({**named, "response_id": f"R{number}", "responded_on": "2026-07-10", "outcome": outcome})
    return found


@pytest.fixture
def house(zhike, tmp_path, monkeypatch):
    """A folder with a rulebook whose gate lets a small bank through, staff, decisions by what the bank assumes, and the bank two months later."""
    rules = decide_bank.written_rulebook(tmp_path / "rulebook")
    for name, key, value in (("gate", "least_cases", 100), ("policy_value", "outcomes", 20)):
        file = rules / "learn" / f"{name}.yaml"
        raw = yaml.safe_load(file.read_text("utf-8"))
        (values,) = raw["values"].values()
        values[key] = value
        file.write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
        file.with_suffix(".cases.yaml").unlink()
    monkeypatch.setenv("ZHIKE_RULEBOOK", str(rules))
    monkeypatch.setenv("ZHIKE_STORE", str(tmp_path / "zhike.db"))
    staffed(tmp_path / "zhike.db")
    rows = online_bank.rows()
    bank, assumed = decide_bank.write(tmp_path / "before", rows), policy_file(tmp_path, "assumed")
    assert zhike("decide", bank, "--at", AT, "--policy", assumed, "--out", tmp_path / "log").code == 0
    told = answers(pl.read_parquet(tmp_path / "log" / "decisions.parquet"))
    after = {
        "responses": rows["responses"] + told,
        "interactions": [decide_bank.contact("A000", LATER, purpose="service")],
    }
    decide_bank.write(tmp_path / "bank", rows | after)
    return tmp_path


def test_from_training_to_force_and_back(zhike, house):
    bank, name = house / "bank", "online_chances"
    in_force = policy_file(house, "followed", chances={**CHANCES, "kept": name})

    def models(command, *words, who):
        answer = zhike("models", command, bank, name, *words, "--as", who, "--json")
        assert answer.code == 0, answer.err
        return answer.json

    def decided(out):
        told = zhike("decide", bank, "--at", LATER, "--policy", in_force, "--out", house / out, "--json")
        return told, told.json["chances"]["version"] if told.code == 0 else None

    first = models("train", "--at", AT, who="anna")["version"]
    assert "a version that is kept and in force" in decided("none")[0].err
    draft = policy_file(house, "draft", chances={**CHANCES, "kept": f"{name}@{first}"})
    value = zhike(
        "value", house / "log", "--bank", bank, "--policy", draft, "--outcome", "accepted", "--json"
    )
    assert value.code == 0, value.json["lacks"]
    (house / "value.json").write_text(value.out, "utf-8")
    proposed = models("propose", first, "--reading", house / "value.json", *WHY, who="anna")
    assert zhike("models", "approve", bank, name, proposed["proposal"], *WHY, "--as", "anna").code == 2
    models("approve", proposed["proposal"], *WHY, who="bert")
    assert models("promote", proposed["proposal"], who="anna")["champion"] == first
    assert decided("first")[1] == first

    # The challenger is a line begun anew a month later; what it gained was measured by an experiment.
    second = models("train", "--at", "2026-07-30", who="anna")["version"]
    reading = {"source": "experiment summer", "estimate": 0.4, "low": 0.1, "high": 0.7, "n": 5_000}
    (house / "summer.json").write_text(json.dumps(reading), "utf-8")
    proposed = models("propose", second, "--reading", house / "summer.json", *WHY, who="anna")
    models("approve", proposed["proposal"], *WHY, who="bert")
    assert models("promote", proposed["proposal"], who="anna")["champion"] == second
    assert decided("second")[1] == second != first

    assert models("rollback", *WHY, who="bert")["champion"] == first
    assert decided("back")[1] == first
    # What was decided in between still rests on the version that decided it, and comes out again.
    assert zhike("replay-check", house / "second", bank).code == 0
    history = zhike("models", "show", bank, name, "--json").json["history"]
    assert [step["kind"] for step in history] == [
        "kept", "proposed", "approved", "promoted", "kept", "proposed", "approved", "promoted", "rolled_back",
    ]  # fmt: skip
    found = history[1]["evidence"]["reading"]
    assert (found["source"].startswith("off_policy zhike value draft "), found["low"] > 0) == (True, True)
    assert found["estimate"] == pytest.approx(value.json["gain"]["value"] / 100)
