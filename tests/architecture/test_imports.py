"""Imports point down only, --help loads nothing heavy, and the wheel carries what the code reads."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
CONTRACTS = [contract["name"] for contract in PYPROJECT["tool"]["importlinter"]["contracts"]]
HEAVY = ("polars", "numpy", "scipy", "pyarrow", "yaml")
PLANTED = {
    "layers: imports point down only": ("core/units.py", "import zhike.know.archive"),
    "no framework below the edge": ("decide/policy.py", "import yaml"),
    "no cycles between modules of one layer": ("act/acting.py", "import zhike.act.outbox"),
}


def contracts_of(folder):
    """Return the verdict of import-linter on each contract, and everything it printed."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
        "--no-cache",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    lines = [line.strip() for line in done.stdout.splitlines()]
    verdicts = {
        name: next((line.split()[-1] for line in lines if line in (f"{name} KEPT", f"{name} BROKEN")), None)
        for name in CONTRACTS
    }
    return verdicts, done.stdout + done.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the package beside its pyproject, to plant violations in."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copytree(REPOSITORY / "zhike", folder / "zhike", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    return folder


def test_every_contract_holds():
    verdicts, printed = contracts_of(REPOSITORY)
    assert verdicts == dict.fromkeys(CONTRACTS, "KEPT"), printed


def test_each_contract_has_a_planted_violation():
    assert sorted(PLANTED) == sorted(CONTRACTS)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_planted_violation_is_caught(copy, contract):
    place, line = PLANTED[contract]
    file = copy / "zhike" / place
    sound = file.read_text("utf-8")
    file.write_text(f"{sound}\n{line}\n", "utf-8")
    try:
        verdicts, printed = contracts_of(copy)
    finally:
        file.write_text(sound, "utf-8")
    assert verdicts[contract] == "BROKEN"
    assert place.removesuffix(".py").replace("/", ".").rpartition(".")[2] in printed


def test_the_contracts_name_every_layer_there_is():
    layers = next(
        c["layers"] for c in PYPROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "layers"
    )
    named = {layer.strip("()").removeprefix("zhike.") for layer in layers}
    there = {folder.name for folder in (REPOSITORY / "zhike").iterdir() if any(folder.glob("*.py"))}
    assert there <= named


@pytest.mark.parametrize("arguments", [["--help"], ["decide", "--help"], ["rules", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments):
    code = f"""
import sys
from zhike.cli.main import main
sys.argv = ["zhike", *{arguments!r}]
try:
    main()
finally:
    print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == "[]"


def test_the_wheel_takes_the_rulebook_to_where_it_is_looked_for():
    wheel = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["zhike"]
    assert wheel["force-include"] == {"rulebook": "zhike/rulebook"}


def test_an_installed_package_finds_its_rulebook(copy):
    shutil.copytree(REPOSITORY / "rulebook", copy / "zhike" / "rulebook", dirs_exist_ok=True)
    code = "from zhike.adapters.rule_files import load_rulebook, rulebook_folder as f; load_rulebook(); print(f())"
    environment = {"PYTHONPATH": str(copy), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=copy.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    shutil.rmtree(copy / "zhike" / "rulebook")
    assert done.stdout.strip() == str(copy / "zhike" / "rulebook"), done.stderr


def test_dependencies_are_locked_with_hashes_and_without_hosts():
    locked = (REPOSITORY / "requirements.lock").read_text("utf-8")
    names = {line.split("==")[0].lower() for line in locked.splitlines() if "==" in line}
    wanted = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["project"]["optional-dependencies"]["dev"]]
    assert {re.split(r"[\[>]", wish)[0].lower() for wish in wanted} <= names
    assert locked.count("==") <= locked.count("--hash=sha256:")
    assert "://" not in locked
