"""`zhike rules`: what it prints, as what, and with which exit code."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from zhike.adapters.rule_files import read_rule_files
from zhike.cli.rules import app
from zhike.core.errors import RuleNotFoundError, UsageError

FILES = read_rule_files()
COUNT = len(FILES.rulebook.entries)
CASES = sum(map(len, FILES.cases.values()))


def run(*arguments):
    return CliRunner(env={"LANG": "C", "LC_ALL": "C", "ZHIKE_LANG": None}).invoke(app, arguments)


@pytest.fixture
def broken(tmp_path):
    folder = tmp_path / "rules"
    shutil.copytree(FILES.folder, folder)
    gap = folder / "contact/gap_days.yaml"
    gap.write_text(
        gap.read_text(encoding="utf-8").replace("1993-01-01: 3", "1993-01-01: 4"), encoding="utf-8"
    )
    cap = folder / "contact/cap.yaml"
    cap.write_text(
        cap.read_text(encoding="utf-8").replace("layer: contact", "layer: sales"), encoding="utf-8"
    )
    (folder / "contact/gap.yaml").write_text("kind: [", encoding="utf-8")
    return folder


def test_check_is_silent_about_a_sound_rulebook():
    result = run("check", "--at", "2026-11-27")
    assert result.exit_code == 0
    assert result.stdout == f"{COUNT} documents, {CASES} cases, 0 problems\n"


def test_check_lists_every_problem_and_leaves_with_one(broken):
    result = run("check", "--at", "2026-11-22", "--rulebook", str(broken), "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    paths = [problem["path"] for problem in found["problems"]]
    assert "contact/gap.yaml line 2" in paths
    assert "contact.cap" in paths
    assert "contact.gap" not in paths  # its cases are no orphans: the file itself is the problem
    assert found["documents"] == COUNT - 1
    plain = run("check", "--at", "2026-11-22", "--rulebook", str(broken), "--lang", "zh-Hans")
    assert "规则“contact.cap”：layer 'sales'" in plain.stdout


def test_check_sees_a_document_that_claims_to_be_checked_in_the_future():
    result = run("check", "--at", "2026-01-01", "--json")
    assert result.exit_code == 1
    assert {problem["code"] for problem in json.loads(result.stdout)["problems"]} == {"checked_in_future"}


def test_cases_of_a_part_pass():
    result = run("cases", "cn.nfra.insurance", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert found["failed"] == 0
    assert {row["path"].rpartition(".")[0] for row in found["results"]} == {"cn.nfra.insurance"}
    assert all(row["passed"] is True for row in found["results"])


def test_a_failing_case_leaves_with_one(broken):
    shutil.copy(FILES.folder / "contact/gap.yaml", broken / "contact/gap.yaml")
    result = run("cases", "contact.gap", "--rulebook", str(broken))
    assert result.exit_code == 1
    assert "on the third day\t2026-03-02\tpermitted\trefused\tFAIL" in result.stdout
    assert result.stdout.endswith("4 cases, 1 failed\n")
    assert run("cases", "contact.gap_days", "--rulebook", str(broken)).exit_code == 1


def test_list_in_three_languages_and_as_of_a_day():
    rows = json.loads(run("list", "cn.nfra", "--at", "2026-03-01", "--lang", "zh-Hans", "--json").stdout)
    care = next(row for row in rows if row["path"] == "cn.nfra.suitability.care_age")
    assert care["title"] == "须特别关照的年龄起点"
    assert (care["value"], care["since"], care["status"]) == (65, "2026-02-01", "confirmed")
    before = run("list", "cn.nfra.suitability.care_age", "--at", "2026-01-31", "--lang", "zh-Hant")
    assert before.stdout.splitlines()[0].startswith("規則\t類型\t標題")
    assert "未生效" in before.stdout
    assert "cn.nfra" not in run("list", "eu.mifid").stdout


def test_show_tells_what_a_rule_reads_and_who_reads_it():
    result = run("show", "contact.gap", "--at", "2026-03-01")
    assert "reads: gap_days = contact.gap_days" in result.stdout
    assert (
        "used by: policies.retail_cn, policies.retail_cn_capacity, policies.retail_generic, policies.wealth_eu"
        in result.stdout
    )
    assert "* 1993-01-01  provisional  House contact policy, first version" in result.stdout
    shown = json.loads(run("show", "contact.gap_days", "--at", "2026-03-01", "--json").stdout)
    assert shown["used_by"] == ["contact.gap"]
    assert shown["versions"][0]["value"] == 3


def test_misuse_names_what_was_needed():
    assert isinstance(run("show", "contact.gaps").exception, RuleNotFoundError)
    assert isinstance(run("list", "--at", "yesterday").exception, UsageError)


@pytest.mark.parametrize("command", ["list", "show", "check", "cases"])
def test_every_command_has_an_example(command):
    assert f"Example: zhike rules {command}" in run(command, "--help").stdout


def test_help_loads_nothing_heavy():
    code = "import sys, zhike.cli.rules; print([m for m in ('polars', 'yaml', 'numpy', 'rich.table') if m in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": ""}
    run_alone = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert run_alone.stdout.strip() == "[]"
