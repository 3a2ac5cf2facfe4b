"""Transcripts of deciding under constraints: what is scarce, its prices, what a candidate is charged, and limits that cannot hold."""

import decide_bank
import polars as pl
import pytest
import yaml
from constrained_bank import constraint

AT = str(decide_bank.AT)
LANGUAGES = ("en", "zh-Hans", "zh-Hant")
ADVISERS = constraint("advisers", "capacity", actions={"channel": ["adviser"]}, maximum=2)
APPS = constraint("apps", "capacity", actions={"channel": ["app"]}, maximum=3)
FLOOR = constraint("certain", "floor", customers={"customer_type": ["person"]}, share=0.2)
TOO_MANY = constraint("many", "volume", actions={"channel": ["app"]}, minimum=4)


def written(folder, name, constraints):
    """Write the shipped policy with constraints as a file of one's own."""
    shipped = decide_bank.SHIPPED.at("policies.wealth_eu", decide_bank.AT)
    content = {**shipped.value, "constraints": constraints}
    raw = decide_bank.document("policy", content)
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    return folder / f"{name}.yaml"


@pytest.fixture(scope="module")
def folders(bank, tmp_path_factory):
    """Two folders of decisions: within limits, and with limits that cannot all hold."""
    from zhike.adapters.bank import Bank
    from zhike.adapters.decision_files import decide_bank as decide
    from zhike.adapters.policy_files import load_policy

    place = tmp_path_factory.mktemp("scarce")
    for name, constraints in (("kept", [ADVISERS, APPS, FLOOR]), ("relaxed", [APPS, TOO_MANY])):
        policy = load_policy(decide_bank.SHIPPED, str(written(place, name, constraints)), decide_bank.AT)
        decide(Bank.open(bank), decide_bank.SHIPPED, policy, decide_bank.AT, place / name)
    return place


def lost(folder):
    """Return a customer and an action that was worth something but not what it takes of what is scarce."""
    from zhike.adapters.decision_files import read_evidence

    evidence = read_evidence(folder)
    rows = evidence.candidates.filter(pl.col("verdict") == "allowed", pl.col("expected_value") > 0).collect()
    rest = rows.join(
        pl.read_parquet(folder / "decisions.parquet"), on=["customer_id", "action_id"], how="anti"
    )
    return rest.sort("expected_value", "customer_id", "action_id").select("customer_id", "action_id").row(0)


def test_deciding_tells_what_is_scarce_in_every_language(zhike, bank, folders, tmp_path):
    call = ("decide", bank, "--at", AT, "--policy", folders / "kept.yaml", "--out", tmp_path / "d", "--lang")
    told = [zhike(*call, language).out for language in LANGUAGES]
    heads = ("What is scarce", "稀缺资源", "稀缺資源")
    for text, head in zip(told, heads, strict=True):
        lines = text.split(f"\n{head}\n")[1].splitlines()
        assert len(lines) == 4
        assert all(line.count("\t") == 3 for line in lines)
        assert "{" not in text
    assert "advisers\t≤ 2.00\t" in told[0]
    assert "certain（繁）\t≥ 2.00\t" in told[2]


def test_deciding_tells_machines_the_same(zhike, bank, folders, tmp_path):
    call = ("decide", bank, "--at", AT, "--policy", folders / "kept.yaml", "--out", tmp_path / "d", "--json")
    found = zhike(*call).json["allocation"]
    assert found["status"] in ("optimal", "feasible")
    assert found["conflict"] is None
    assert [row["id"] for row in found["rows"]] == ["advisers", "apps", "certain"]
    assert all(row["used"] <= row["limit"] + 1e-6 for row in found["rows"] if row["sense"] == "maximum")
    assert all(row["used"] >= row["limit"] - 1e-6 for row in found["rows"] if row["sense"] == "minimum")
    assert "evidence/problem.npz" in zhike(*call).json["files"]
    plain = zhike("decide", bank, "--at", AT, "--out", tmp_path / "p", "--json").json
    assert "allocation" not in plain


def test_limits_that_cannot_hold_are_named_with_what_was_loosened(zhike, bank, folders, tmp_path):
    call = ("decide", bank, "--at", AT, "--policy", folders / "relaxed.yaml", "--out", tmp_path / "d")
    text = zhike(*call).out
    assert "some limits loosened" in text
    assert "Not all limits can hold together. Together they conflict: apps, many." in text
    assert text.count("\nLoosened: ") >= 1
    found = zhike(*call, "--json").json["allocation"]
    assert (found["status"], set(found["conflict"]["rows"])) == ("relaxed", {"apps", "many"})
    assert sum(found["conflict"]["relaxation"].values()) == pytest.approx(1.0)
    assert sum(row["loosened_by"] for row in found["rows"]) == pytest.approx(1.0)
    assert "限额无法同时满足" in zhike(*call, "--lang", "zh-Hans").out


def test_prices_say_what_one_more_is_worth_who_was_last_and_who_was_next(zhike, folders):
    lines = zhike("explain", folders / "kept", "--prices").out.splitlines()
    assert lines[2].split("\t") == [
        "row",
        "limit",
        "used",
        "worth of one more",
        "owner",
        "last slot",
        "next in line",
    ]
    row = next(line for line in lines if line.startswith("apps\t")).split("\t")
    assert row[3].endswith("EUR / contact")
    assert row[4] == "tests"
    assert all("EUR)" in slot for slot in row[5:])
    found = zhike("explain", folders / "kept", "--prices", "--json").json
    apps = next(row for row in found["rows"] if row["id"] == "apps")
    assert apps["price"] > 0
    assert set(apps["last"]) == set(apps["next"]) == {"customer_id", "action_id", "margin"}
    spoken = [
        zhike("explain", folders / "kept", "--prices", "--lang", language).out for language in LANGUAGES
    ]
    assert len(set(spoken)) == 3


def test_a_candidate_that_lost_is_told_its_charges_and_what_it_missed(zhike, folders):
    name, action = lost(folders / "kept")
    call = ("explain", folders / "kept", "--customer", name, "--action", action)
    found = zhike(*call, "--json").json["scarcity"]
    assert found["net"] == pytest.approx(found["value"] - sum(one["charge"] for one in found["charges"]))
    assert found["missed_by"] == pytest.approx(-found["net"])
    assert all(one["charge"] == pytest.approx(one["price"] * one["use"]) for one in found["charges"])
    text = zhike(*call).out
    assert "at the prices of what is scarce: value" in text
    assert "The last slot of 'apps' went to a candidate worth" in text
    assert "最后一个名额" in zhike(*call, "--lang", "zh-Hans").out
    assert "最後一個名額" in zhike(*call, "--lang", "zh-Hant").out


def test_a_list_shows_the_charges_of_what_was_chosen(zhike, folders):
    chosen = pl.read_parquet(folders / "kept" / "decisions.parquet").filter(channel="app")["customer_id"][0]
    found = zhike("explain", folders / "kept", "--customer", chosen, "--json").json
    assert all(one["scarcity"]["charges"] for one in found["chosen"] if one["channel"] == "app")
    assert (
        "missed" not in zhike("explain", folders / "kept", "--customer", chosen).out.split("What became")[0]
    )


def test_nothing_is_scarce_without_constraints(zhike, decisions):
    refused = zhike("explain", decisions, "--prices")
    assert refused.code == 2
    assert "nothing was scarce" in refused.err
    assert (
        zhike("explain", decisions, "--customer", "C07", "--action", "no_action", "--json").json["scarcity"]
        is None
    )


@pytest.mark.parametrize(
    "words", [(), ("--action", "F4"), ("--prices", "--customer", "C01"), ("--prices", "--action", "F4")]
)
def test_an_explanation_is_about_a_customer_or_prices(zhike, folders, words):
    refused = zhike("explain", folders / "kept", *words)
    assert refused.code == 2
    assert "--customer, with --action or not, or --prices" in refused.err


def test_decisions_under_constraints_are_proved_again(zhike, bank, folders):
    answer = zhike("replay-check", folders / "kept", bank, "--json")
    assert (answer.code, answer.json["identical"]) == (0, True)
    assert {"evidence/problem.npz", "evidence/plan.npz"} <= set(answer.json["files"])


def test_the_solver_s_plan_in_the_evidence_is_verified(folders):
    from zhike.adapters.allocation_files import read_arrays, read_plan_arrays
    from zhike.govern.verification import verify

    for name in ("kept", "relaxed"):
        evidence = folders / name / "evidence"
        assert verify(read_arrays(evidence / "problem.npz"), read_plan_arrays(evidence / "plan.npz")).verified


def test_a_constraint_that_names_no_channel_of_ours_is_refused(zhike, bank, tmp_path):
    fax = constraint("faxes", "capacity", actions={"channel": ["fax"]}, maximum=2)
    refused = zhike(
        "decide", bank, "--at", AT, "--policy", written(tmp_path, "fax", [fax]), "--out", tmp_path / "d"
    )
    assert refused.code == 2
    assert "actions.channel fax of constraint 'faxes'" in refused.err
    assert not (tmp_path / "d").exists()
