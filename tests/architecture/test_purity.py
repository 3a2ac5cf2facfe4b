"""The pure layers have no clock, no random state and no file: whatever they need comes in as an argument."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "zhike"
PURE = ("core", "govern", "observe", "know", "decide", "measure", "learn")
FORBIDDEN_MODULES = {
    "io", "os", "pathlib", "random", "secrets", "shutil", "socket", "subprocess", "sys", "tempfile", "time", "uuid",
}  # fmt: skip
FORBIDDEN_CALLS = {
    "open", "print", "input", "now", "today", "utcnow", "default_rng", "seed", "scan_parquet", "read_parquet", "read_csv",
    "write_parquet", "sink_parquet", "scan_csv",
}  # fmt: skip


def breaches(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [a.name for a in node.names if a.name.split(".")[0] in FORBIDDEN_MODULES]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in FORBIDDEN_MODULES:
            found.append(str(node.module))
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in FORBIDDEN_CALLS:
                found.append(name)
    return found


def pure_modules() -> list[Path]:
    return sorted(file for layer in PURE for file in (PACKAGE / layer).rglob("*.py"))


@pytest.mark.parametrize("file", pure_modules(), ids=lambda file: f"{file.parent.name}.{file.stem}")
def test_module_is_pure(file):
    assert breaches(file.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("source", "breach"),
    [
        ("import time", "time"),
        ("from pathlib import Path", "pathlib"),
        ("import datetime as dt\ndt.datetime.now()", "now"),
        ("open('x')", "open"),
        ("import numpy as np\nnp.random.default_rng()", "default_rng"),
    ],
)
def test_planted_breach_is_found(source, breach):
    assert breaches(source) == [breach]
