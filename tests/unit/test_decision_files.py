"""Folders of decisions: complete or absent, the same bytes twice, and proved from their inputs."""

import json
import os
import shutil
import signal
import subprocess
import sys

import decide_bank
import polars as pl
import pytest

from zhike.adapters import decision_files
from zhike.adapters.bank import Bank
from zhike.adapters.decision_files import decide_bank as decide_and_write
from zhike.adapters.decision_files import differences, read_evidence, read_plan
from zhike.core.errors import DecisionNotFoundError, InputUnreadableError
from zhike.decide import strategy

POLICY = {"exploration": {"share": 0.3, "temperature": 9.0}, "holdout": {"share": 0.2, "salt": "h"}}


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    return Bank.open(decide_bank.write(tmp_path_factory.mktemp("decided") / "bank"))


def decide(bank, out, *, rules=None, **changes):
    rules = rules or decide_bank.rulebook()
    return decide_and_write(bank, rules, decide_bank.policy(**POLICY | changes), decide_bank.AT, out)


@pytest.fixture
def decided(bank, tmp_path):
    decide(bank, tmp_path / "d")
    return tmp_path / "d"


def content(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_folder_holds_decisions_candidates_plan_and_evidence(decided, tmp_path):
    names = {
        "decisions",
        "candidates",
        "evidence/inputs",
        "evidence/actions",
        "evidence/products",
        "evidence/model",
    }
    assert set(content(decided)) == {"plan.json", *(f"{name}.parquet" for name in names)}
    assert [path.name for path in tmp_path.iterdir()] == ["d"]


def test_the_plan_counts_what_the_tables_hold(decided):
    plan, candidates = read_plan(decided), pl.read_parquet(decided / "candidates.parquet")
    decisions = pl.read_parquet(decided / "decisions.parquet")
    verdicts = dict(candidates["verdict"].cast(pl.String).value_counts().iter_rows())
    assert {name: count for name, count in plan["verdicts"].items() if count} == verdicts
    assert plan["funnel"]["considered"] == len(candidates)
    assert plan["summary"]["decisions"] == len(decisions)
    assert plan["summary"]["customers"] == decisions["customer_id"].n_unique() == 10
    assert plan["rule_versions"]["eu.mifid.suitability.level_match"]["status"] in ("confirmed", "provisional")
    assert plan["inputs"]["manifest_sha256"]


def test_candidates_name_every_customer_with_every_action(decided):
    candidates = pl.read_parquet(decided / "candidates.parquet")
    actions = pl.read_parquet(decided / "evidence" / "actions.parquet")
    assert len(candidates) == 10 * len(actions)
    assert candidates.select("customer_id", "action_id").cast(pl.String).is_unique().all()
    assert (
        (candidates["verdict"].cast(pl.String) == "allowed")
        .eq(candidates["reason_codes"].cast(pl.String) == "")
        .all()
    )


def test_deciding_twice_changes_no_byte(bank, decided, tmp_path):
    before = content(decided)
    decide(bank, decided)
    assert content(decided) == before
    decide(bank, tmp_path / "elsewhere")
    assert {name: data for name, data in content(tmp_path / "elsewhere").items() if name != "plan.json"} == {
        name: data for name, data in before.items() if name != "plan.json"
    }


def test_the_size_of_a_block_changes_no_decision(bank, decided, tmp_path, monkeypatch):
    monkeypatch.setattr(strategy, "CELLS_PER_BLOCK", 40)
    decide(bank, tmp_path / "small_blocks")
    for name in ("decisions.parquet", "candidates.parquet"):
        one, two = (pl.read_parquet(folder / name) for folder in (decided, tmp_path / "small_blocks"))
        texts = pl.col(pl.Categorical).cast(pl.String)
        assert one.with_columns(texts).equals(two.with_columns(texts))


def test_other_decisions_replace_the_folder(bank, decided):
    decide(bank, decided, minimum_value="1000.00")
    assert read_plan(decided)["summary"]["kind:none"] == 9


def test_progress_is_told_after_every_block(bank, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(strategy, "CELLS_PER_BLOCK", 40)
    policy = decide_bank.policy()
    decide_and_write(
        bank, decide_bank.rulebook(), policy, decide_bank.AT, tmp_path / "d", lambda *done: told.append(done)
    )
    assert told[-1] == (10, 10)
    assert len(told) > 3


@pytest.mark.parametrize("make", ["file", "folder", "other_plan", "damaged_plan"])
def test_what_is_not_a_folder_of_decisions_is_never_replaced(bank, tmp_path, make):
    out = tmp_path / "precious"
    if make == "file":
        out.write_text("mine")
    else:
        out.mkdir()
        (out / "plan.json").write_text(
            {"folder": "", "other_plan": '{"trip": "Lisbon"}', "damaged_plan": "{"}[make]
        )
        if make == "folder":
            (out / "plan.json").rename(out / "notes.txt")
    with pytest.raises(InputUnreadableError, match="--out"):
        decide(bank, out)
    assert out.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["precious"]


def test_an_empty_folder_may_be_written(bank, tmp_path):
    (tmp_path / "d").mkdir()
    decide(bank, tmp_path / "d")
    assert read_plan(tmp_path / "d")["at"] == "2026-06-30"


def test_a_failure_in_the_middle_leaves_the_earlier_folder_and_nothing_else(
    bank, decided, tmp_path, monkeypatch
):
    before = content(decided)

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(decision_files, "_write_evidence", fail)
    with pytest.raises(OSError, match="No space"):
        decide(bank, decided, minimum_value="5.00")
    with pytest.raises(OSError, match="No space"):
        decide(bank, tmp_path / "new")
    assert content(decided) == before
    assert [path.name for path in tmp_path.iterdir()] == ["d"]


def test_a_kill_in_the_middle_leaves_no_half_folder(bank, tmp_path):
    program = f"""
import sys, time
sys.path[:0] = {sys.path!r}
import decide_bank
from pathlib import Path
from zhike.adapters import decision_files
from zhike.adapters.bank import Bank
written = decision_files._write_evidence
def slow(folder, prepared, shared):
    written(folder, prepared, shared); print("half", flush=True); time.sleep(60)
decision_files._write_evidence = slow
bank = Bank.open({str(bank.path)!r})
decision_files.decide_bank(bank, decide_bank.rulebook(), decide_bank.policy(), decide_bank.AT, Path("d"))
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout.readline() == "half\n"
        os.kill(child.pid, signal.SIGKILL)
    assert not (tmp_path / "d").exists()
    assert all(path.name.startswith(".d-") for path in tmp_path.iterdir())
    decide(bank, tmp_path / "d")
    assert read_plan(tmp_path / "d")["summary"]["customers"] == 10


def test_a_stored_decision_is_proved(bank, decided):
    found = differences(decided, bank, decide_bank.rulebook())
    assert found["identical"]
    assert (found["changed_inputs"], found["changed_results"], found["different_decisions"]) == ([], [], [])
    assert set(found["files"]) == set(read_plan(decided)["files"])


def test_a_decision_that_was_changed_is_found(bank, decided):
    table = pl.read_parquet(decided / "decisions.parquet")
    forged = table.with_columns(
        pl.when(pl.col("customer_id") == "C01")
        .then(0.123)
        .otherwise("action_probability")
        .alias("action_probability")
    )
    forged.write_parquet(decided / "decisions.parquet")
    found = differences(decided, bank, decide_bank.rulebook())
    assert not found["identical"]
    assert found["different_decisions"] == table.filter(customer_id="C01")["decision_id"].sort().to_list()


def test_a_decision_that_was_taken_out_is_found(bank, decided):
    table = pl.read_parquet(decided / "decisions.parquet")
    table[1:].write_parquet(decided / "decisions.parquet")
    assert differences(decided, bank, decide_bank.rulebook())["different_decisions"] == [
        table["decision_id"][0]
    ]


def test_a_table_of_another_shape_is_found(bank, decided):
    pl.read_parquet(decided / "decisions.parquet").drop("score").write_parquet(decided / "decisions.parquet")
    found = differences(decided, bank, decide_bank.rulebook())
    assert not found["identical"]
    assert len(found["different_decisions"]) == found["decisions"]


@pytest.mark.parametrize("name", ["candidates.parquet", "evidence/model.parquet"])
def test_a_file_that_was_taken_out_or_changed_is_named(bank, decided, name):
    (decided / name).unlink()
    found = differences(decided, bank, decide_bank.rulebook())
    assert not found["identical"]
    assert found["files"][name]["stored"] is None


def test_a_figure_of_the_plan_that_was_changed_is_found(bank, decided):
    plan = read_plan(decided)
    plan["funnel"]["after_suitability"] += 1
    (decided / "plan.json").write_text(json.dumps(plan))
    found = differences(decided, bank, decide_bank.rulebook())
    assert not found["identical"]
    assert found["changed_results"] == ["funnel"]


def test_a_bank_that_was_changed_is_found(decided, tmp_path):
    later = decide_bank.rows()
    later["assessments"].append(decide_bank.level("C01", 5, assessment_id="late", valid_from="2026-03-02"))
    found = differences(
        decided, Bank.open(decide_bank.write(tmp_path / "other", later)), decide_bank.rulebook()
    )
    assert not found["identical"]
    assert found["changed_inputs"] == ["inputs"]
    assert found["different_decisions"]


def test_facts_known_later_change_the_bank_and_no_decision(decided, tmp_path):
    later = decide_bank.rows()
    later["assessments"].append(
        {**decide_bank.level("C01", 5, assessment_id="late"), "known_at": "2026-07-01"}
    )
    found = differences(
        decided, Bank.open(decide_bank.write(tmp_path / "other", later)), decide_bank.rulebook()
    )
    assert found["identical"]
    assert found["changed_inputs"] == ["inputs"]


def test_a_rule_that_was_changed_is_found(bank, decided):
    rule = decide_bank.document(
        "rule", {"applies": "action.kind == 'sale'", "requires": "customer.risk_level >= 4"}, layer="suitability",
        code="eu.mifid.suitability.level_match", effect="refuse", message=decide_bank.text("no"),
    )  # fmt: skip
    found = differences(decided, bank, decide_bank.rulebook(eu__mifid__suitability__level_match=rule))
    assert not found["identical"]
    assert found["changed_inputs"] == ["rules", "rule_versions"]


def test_a_folder_without_a_plan_or_with_another_is_refused(decided):
    for text in (None, "{", "[]", '{"format": "other/1"}', '{"format": "zhike-plan/1"}'):
        (decided / "plan.json").unlink() if text is None else (decided / "plan.json").write_text(text)
        with pytest.raises(InputUnreadableError, match=r"plan\.json"):
            read_plan(decided)


@pytest.mark.parametrize("name", ["decisions.parquet", "candidates.parquet", "evidence/inputs.parquet"])
def test_evidence_that_is_missing_or_damaged_is_named(decided, name):
    (decided / name).write_bytes(b"PAR1 and no more")
    with pytest.raises(InputUnreadableError, match=name):
        read_evidence(decided)
    (decided / name).unlink()
    with pytest.raises(DecisionNotFoundError, match=name):
        read_evidence(decided)


def test_a_link_to_a_folder_keeps_being_one(bank, decided, tmp_path):
    (tmp_path / "link").symlink_to(decided, target_is_directory=True)
    decide(bank, tmp_path / "link", minimum_value="1000.00")
    assert (tmp_path / "link").is_symlink()
    assert read_plan(decided)["summary"]["kind:none"] == 9


def test_decisions_move_with_their_folder(decided, tmp_path):
    shutil.move(decided, tmp_path / "moved")
    assert len(read_evidence(tmp_path / "moved").inputs) == 10
