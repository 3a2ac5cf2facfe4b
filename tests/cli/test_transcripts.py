"""Each command on a small bank: exit code, the shape of what it prints, its JSON, and all three languages."""

import json

import decide_bank
import polars as pl
import pytest

AT = str(decide_bank.AT)

LANGUAGES = ("en", "zh-Hans", "zh-Hant")


def calls(bank, decisions):
    """Return one call of every reading command."""
    return {
        "tables": ["tables"],
        "tables holdings": ["tables", "holdings"],
        "features": ["features"],
        "check": ["check", bank, "--at", AT],
        "archive": ["archive", bank, "--at", AT],
        "show": ["show", bank, "--customer", "C06", "--at", AT],
        "rejects": ["rejects", bank],
        "explain": ["explain", decisions, "--customer", "C07"],
        "explain --action": ["explain", decisions, "--customer", "C01", "--action", "F4"],
        "replay-check": ["replay-check", decisions, bank],
        "replay": ["replay", bank, "--from", "2026-03-31"],
        "rules list": ["rules", "list", "--at", AT],
        "rules show": ["rules", "show", "contact.caps", "--at", AT],
        "rules cases": ["rules", "cases", "contact"],
    }


NAMES = sorted(calls("", ""))


@pytest.mark.parametrize("name", NAMES)
def test_every_command_speaks_three_languages(zhike, bank, decisions, name):
    words = calls(bank, decisions)[name]
    spoken = [zhike(*words, "--lang", language) for language in LANGUAGES]
    assert {(answer.code, answer.err) for answer in spoken} == {(0, "")}
    assert all(answer.out.endswith("\n") for answer in spoken)
    assert len({answer.out for answer in spoken}) == 3
    assert "{" not in spoken[0].out.replace("{bank}", "") or name.startswith("rules")


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_one_json_document(zhike, bank, decisions, name):
    answer = zhike(*calls(bank, decisions)[name], "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json


@pytest.mark.parametrize("name", NAMES)
def test_the_same_call_twice_says_the_same(zhike, bank, decisions, name):
    words = calls(bank, decisions)[name]
    assert zhike(*words).out == zhike(*words).out


def test_decide_writes_its_folder_and_tells_the_funnel(zhike, bank, tmp_path):
    answer = zhike("decide", bank, "--at", AT, "--out", tmp_path / "d", "--json")
    assert answer.code == 0
    assert answer.json["summary"]["customers"] == 10
    assert next(iter(answer.json["funnel"])) == "considered"
    table = pl.read_parquet(tmp_path / "d" / "decisions.parquet")
    assert {
        "customer_id",
        "rank",
        "action_id",
        "product_id",
        "channel",
        "score",
        "action_probability",
        "expected_value",
        "currency",
    } <= set(table.columns)
    assert answer.json["summary"]["decisions"] == len(table)


@pytest.mark.parametrize(
    ("language", "word"), [("en", "customers"), ("zh-Hans", "位客户"), ("zh-Hant", "位客戶")]
)
def test_decide_reports_in_the_language_asked_for(zhike, bank, tmp_path, language, word):
    answer = zhike("decide", bank, "--at", AT, "--out", tmp_path / "d", "--lang", language)
    assert answer.code == 0
    assert word in answer.out
    stages = [line.split("\t") for line in answer.out.splitlines() if line.count("\t") == 1][1:]
    left = [int(count.replace(",", "")) for _, count in stages]
    assert len(stages) == 7
    assert left == sorted(left, reverse=True)
    assert not any("_" in stage for stage, _ in stages)


def test_deciding_again_leaves_every_byte(zhike, bank, tmp_path):
    def content():
        return {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    call = ("decide", bank, "--at", AT, "--out", tmp_path / "d", "--json")
    first, before = zhike(*call).out, content()
    assert zhike(*call).out == first
    assert content() == before


def test_an_explanation_names_rule_numbers_and_reference(zhike, decisions):
    text = zhike("explain", decisions, "--customer", "C01", "--action", "invest:none").err
    assert "invest:none" in text
    answer = zhike("explain", decisions, "--customer", "C01", "--action", "F4")
    assert "eu.mifid.suitability.level_match" in answer.out
    assert "4" in answer.out
    assert "✗" in answer.out


def test_explaining_gives_reasons_to_machines(zhike, decisions):
    found = zhike("explain", decisions, "--customer", "C01", "--action", "F4", "--json").json
    refused = {reason["code"]: reason for reason in found["reasons"] if reason["effect"] == "refused"}
    assert refused["eu.mifid.suitability.level_match"]["value"] == 4
    assert refused["eu.mifid.suitability.level_match"]["threshold"] == 1
    assert all(reason["reference"] for reason in found["reasons"])
    assert found["consistent"]


def test_explaining_a_customer_tells_of_all_candidates(zhike, decisions):
    found = zhike("explain", decisions, "--customer", "C05", "--json").json
    assert found["customer_id"] == "C05"
    assert [one["rank"] for one in found["chosen"]] == list(range(1, len(found["chosen"]) + 1))
    assert sum(found["verdicts"].values()) > 10
    assert found["best_refused"]


def test_tampering_is_said_aloud(zhike, bank, decisions, tmp_path):
    import shutil

    forged = tmp_path / "forged"
    shutil.copytree(decisions, forged)
    table = pl.read_parquet(forged / "candidates.parquet").with_columns(
        pl.col(pl.Categorical).cast(pl.String)
    )
    table.with_columns(pl.lit("allowed").alias("verdict"), pl.lit("").alias("reason_codes")).write_parquet(
        forged / "candidates.parquet"
    )
    assert "WARNING" in zhike("explain", forged, "--customer", "C01", "--action", "F4").out
    assert not zhike("explain", forged, "--customer", "C01", "--action", "F4", "--json").json["consistent"]
    checked = zhike("replay-check", forged, bank)
    assert checked.code == 1
    assert "candidates.parquet" in checked.out


def test_a_proof_is_exit_code_nought(zhike, bank, decisions):
    answer = zhike("replay-check", decisions, bank, "--json")
    assert answer.code == 0
    assert answer.json["identical"] is True
    assert answer.json["different_decisions"] == []


def test_a_replay_prints_every_figure_before_and_after_suitability(zhike, bank):
    answer = zhike(
        "replay",
        bank,
        "--from",
        "2026-03-31",
        "--to",
        "2026-04-30",
        "--step",
        "30",
        "--methods",
        "ease,popularity",
        "--json",
    )
    assert answer.code == 0
    assert answer.json["windows"] == 2
    methods = {"popularity", "ease", "conditional_knn"}
    assert set(answer.json["mean"]) == methods | {f"{name}+suitability" for name in methods}
    for figures in answer.json["mean"].values():
        assert set(figures) == {"ndcg@10", "recall@10", "precision@10", "coverage", "served", "pc@10"}
    assert answer.json["suitability_breaches"] == 0
    assert [window["at"] for window in answer.json["by_window"]] == ["2026-03-31", "2026-04-30"]


def test_a_figure_without_a_value_is_a_dash_and_null(zhike, tmp_path):
    content = decide_bank.rows()
    content["assessments"] = []
    folder = decide_bank.write(tmp_path / "bank", content)
    call = ("replay", folder, "--from", "2026-03-31", "--methods", "popularity")
    assert "nan" not in zhike(*call).out
    assert zhike(*call, "--json").json["mean"]["popularity"]["pc@10"] is None


def test_an_archive_has_one_row_a_customer(zhike, bank, tmp_path):
    for name in ("a.parquet", "a.csv"):
        answer = zhike("archive", bank, "--at", AT, "--out", tmp_path / name, "--json")
        assert answer.code == 0
        table = pl.read_parquet(tmp_path / name) if name.endswith("parquet") else pl.read_csv(tmp_path / name)
        assert table["customer_id"].to_list() == [f"C{place:02}" for place in range(1, 11)]


def test_a_load_with_rejects_leaves_with_three_and_names_them(zhike, tmp_path):
    source = tmp_path / "extract"
    source.mkdir()
    (source / "staff.csv").write_text(
        "staff_id,role,valid_from\nS1,adviser,2026-01-01\nS2,adviser,2026-02-30\n"
    )
    loaded = zhike("init", tmp_path / "bank", "--from", "csv", source, "--json")
    assert loaded.code == 3
    assert loaded.json["rejected_rows"] == 1
    again = zhike("init", tmp_path / "bank", "--from", "csv", source, "--json")
    assert (again.code, again.json["unchanged"]) == (loaded.code, True)
    (reject,) = zhike("rejects", tmp_path / "bank", "--json").json["rejects"]
    assert (reject["source_file"], reject["line"], reject["code"]) == ("staff.csv", 3, "bad_date")
    assert "2026-02-30" in json.dumps(reject)


def test_checking_finds_no_look_ahead(zhike, bank):
    answer = zhike("check", bank, "--at", AT, "--look-ahead", "--json")
    assert (answer.code, answer.json["look_ahead"]) == (0, [])


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """A simulated bank of 60 customers beside its truth."""
    from zhike.lab.simulated_bank import Order, build

    folder = tmp_path_factory.mktemp("simulated") / "bank"
    build(folder, Order(60, 2, 7))
    return folder


PLAYED = ("--policies", "standard,tiered", "--months", "1")


@pytest.mark.campaign
def test_policies_are_compared_in_three_languages(zhike, simulated):
    spoken = [zhike("lab", "run", simulated, *PLAYED, "--lang", language) for language in LANGUAGES]
    assert {(answer.code, answer.err) for answer in spoken} == {(0, "")}
    assert len({answer.out for answer in spoken}) == 3
    assert "The personalisation dividend" in spoken[0].out
    assert "个性化红利" in spoken[1].out
    assert "個人化紅利" in spoken[2].out
    assert not any("{" in answer.out for answer in spoken)


@pytest.mark.campaign
def test_playing_again_gives_the_same_document(zhike, simulated):
    call = ("lab", "run", simulated, *PLAYED, "--json")
    answer = zhike(*call)
    assert (answer.code, answer.err) == (0, "")
    assert set(answer.json["figures"]) == {"standard", "tiered"}
    assert set(answer.json["less_reference"]) == {"tiered"}
    assert zhike(*call).out == answer.out


@pytest.mark.campaign
def test_results_replace_their_own_kind_and_nothing_else(zhike, simulated, tmp_path):
    call = ("lab", "run", simulated, *PLAYED, "--out")
    for _ in range(2):
        answer = zhike(*call, tmp_path / "results")
        assert answer.code == 0
        assert f"Written to {tmp_path / 'results'}." in answer.out
    assert sorted(file.name for file in (tmp_path / "results").iterdir()) == [
        "results.json",
        "results.parquet",
    ]
    rows = pl.read_parquet(tmp_path / "results" / "results.parquet")
    assert rows.group_by("policy").len()["len"].n_unique() == 1
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    refused = zhike(*call, tmp_path / "notes")
    assert refused.code == 2
    assert "not a folder of results" in refused.err
    assert [file.name for file in (tmp_path / "notes").iterdir()] == ["mine.txt"]


@pytest.mark.campaign
def test_a_study_pools_its_seeds(zhike):
    sizes = ("--customers", "60", "--history", "1", "--months", "1", "--seeds", "1,2")
    answer = zhike("lab", "study", *sizes, "--policies", "standard,tiered", "--json")
    assert answer.code == 0
    assert answer.json["seeds"] == [one["seed"] for one in answer.json["each"]] == [1, 2]
    level = [one["figures"]["tiered"]["cost"]["value"] for one in answer.json["each"]]
    assert answer.json["figures"]["tiered"]["cost"]["value"] == pytest.approx(sum(level) / 2)


@pytest.mark.parametrize(("words", "said"), [
    (("--policies", "best"), "--policies best"),
    (("--truth", "elsewhere"), "elsewhere"),
])  # fmt: skip
def test_what_cannot_be_played_is_refused(zhike, simulated, words, said):
    answer = zhike("lab", "run", simulated, "--months", "1", *words)
    assert answer.code == 2
    assert said in answer.err


@pytest.mark.parametrize("seeds", ["1,1", "one"])
def test_seeds_are_whole_numbers_each_once(zhike, seeds):
    answer = zhike("lab", "study", "--seeds", seeds)
    assert answer.code == 2
    assert "--seeds" in answer.err


def test_the_loop_refuses_the_truth(zhike, simulated):
    answer = zhike("check", simulated.with_name("bank.truth"), "--at", "2026-04-30")
    assert answer.code == 2
    assert "sealed truth" in answer.err
