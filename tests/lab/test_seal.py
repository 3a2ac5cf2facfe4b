"""The loop never opens the truth: the kernel says so, the results do not need it, and every path into it is refused."""

import ast
import hashlib
import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner
from watched import watched

from zhike.adapters.bank import Bank
from zhike.adapters.decision_files import read_plan
from zhike.adapters.seal import SEAL
from zhike.adapters.sources import load_source
from zhike.core.errors import TruthSealedError
from zhike.lab.policies import policy_named
from zhike.lab.run import play
from zhike.lab.simulated_bank import LAST_DAY, TIMEZONE, Order, build, open_simulated
from zhike.lab.truth import truth_folder

PACKAGE = Path(__file__).parents[2] / "zhike"
LOOP = ("core", "govern", "observe", "know", "decide", "act", "learn", "measure", "adapters")
CLI_THAT_MAY = {"init", "lab", "demo", "demo_console", "demo_story", "lab_journeys", "lab_complaints"}


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    """A simulated bank of 400 customers beside its truth."""
    folder = tmp_path_factory.mktemp("sealed") / "bank"
    build(folder, Order(400, 6, 7))
    return folder


def loop(bank, out):
    """Run every command of the loop; return the hashes of the decisions."""
    from zhike.cli.main import app

    out.mkdir(exist_ok=True)
    at = str(LAST_DAY)
    decisions = str(out / "decisions")
    first = "C0000001"
    commands = (
        ["check", bank, "--at", at, "--look-ahead"],
        ["archive", bank, "--at", at, "--out", out / "archive.parquet"],
        ["show", bank, "--customer", first, "--at", at],
        ["decide", bank, "--at", at, "--out", decisions],
        ["explain", decisions, "--customer", first],
        ["replay-check", decisions, bank],
        ["replay", bank, "--from", "2026-02-28", "--to", "2026-02-28", "--methods", "popularity"],
    )
    for command in commands:
        result = CliRunner().invoke(app, [str(word) for word in command], standalone_mode=False)
        assert result.exception is None, (command, result.output, result.exception)
    files = sorted((out / "decisions").rglob("*.parquet"))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_the_kernel_sees_the_loop_open_the_bank_and_never_the_truth(bank, tmp_path):
    with watched(truth_folder(bank)) as truth, watched(bank / "tables") as tables:
        loop(bank, tmp_path)
        assert tables.opened()
        assert truth.opened() == []
        pl.read_parquet(truth_folder(bank) / "traits.parquet", columns=["who"])
        assert "traits.parquet" in truth.opened()


def test_in_a_forward_run_only_the_world_knows_the_truth(bank, tmp_path, rulebook):
    opened, sealed = open_simulated(bank)
    with watched(truth_folder(bank)) as truth:
        play(sealed.world, policy_named("zhike"), opened.tables(), 1, rulebook, TIMEZONE, tmp_path)
        assert truth.opened() == []


@pytest.mark.campaign
def test_without_the_truth_the_loop_decides_the_same(bank, tmp_path):
    alone = tmp_path / "alone"
    shutil.copytree(bank, alone)
    assert not truth_folder(alone).exists()
    assert loop(alone, tmp_path / "without") == loop(bank, tmp_path / "with")


def test_the_truth_is_no_bank_no_extract_and_no_folder_of_decisions(bank, tmp_path, rulebook):
    truth = truth_folder(bank)
    for read in (Bank.open, read_plan, lambda path: load_source(tmp_path / "b", "parquet", path, rulebook)):
        with pytest.raises(TruthSealedError):
            read(truth)
    assert not (tmp_path / "b").exists()


def test_a_manifest_that_points_into_the_truth_is_refused(bank, tmp_path):
    forged = tmp_path / "forged"
    shutil.copytree(bank, forged)
    manifest = json.loads((forged / "manifest.json").read_text("utf-8"))
    (part,) = manifest["tables"]["customers"]["files"]
    part["file"] = str(Path("..") / "truth" / "traits.parquet")
    shutil.copytree(truth_folder(bank), tmp_path / "truth")
    (forged / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(TruthSealedError):
        Bank.open(forged)


def test_a_link_into_the_truth_is_refused(bank, tmp_path):
    link = tmp_path / "innocent"
    link.symlink_to(truth_folder(bank))
    with pytest.raises(TruthSealedError):
        Bank.open(link)


def test_the_truth_may_not_lie_in_the_bank(tmp_path):
    from zhike.core.errors import UsageError

    for inside in (tmp_path / "bank", tmp_path / "bank" / "truth"):
        with pytest.raises(UsageError, match="outside"):
            build(tmp_path / "bank", Order(10, 1, 7), inside)
    assert not (tmp_path / "bank").exists()


def test_the_seal_names_the_bank_it_belongs_to(bank):
    seal = json.loads((truth_folder(bank) / SEAL).read_text("utf-8"))
    assert seal["bank_sha256"] == Bank.open(bank).sha256
    assert {"seed": 7, "customers": 400, "months": 6}.items() <= seal.items()


def imports_of_the_lab(file):
    tree = ast.parse(file.read_text("utf-8"))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return [module for module in modules if module == "zhike.lab" or module.startswith("zhike.lab.")]


@pytest.mark.parametrize("layer", LOOP)
def test_no_layer_of_the_loop_imports_the_lab(layer):
    assert {
        str(file): found for file in (PACKAGE / layer).rglob("*.py") if (found := imports_of_the_lab(file))
    } == {}


def test_only_the_labs_own_commands_import_it():
    found = {file.stem for file in (PACKAGE / "cli").glob("*.py") if imports_of_the_lab(file)}
    assert "lab" in found
    assert found <= CLI_THAT_MAY
