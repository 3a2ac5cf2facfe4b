"""`zhike init` and `zhike rejects`: exit codes, JSON for machines, and never a traceback."""

import json
import subprocess
import sys

import pytest

MAPPING = """
bank: {name: Demo, timezone: Asia/Shanghai, currency: CNY}
tables:
  customers: {file: people.csv, columns: {customer_id: no, valid_from: since}}
"""


@pytest.fixture
def zhike(tmp_path):
    def run(*words):
        command = [sys.executable, "-m", "zhike.cli.main", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    return run


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "mapping.yaml").write_text(MAPPING)
    (folder / "people.csv").write_text("no,since\n1,2020-01-01\n")
    return folder


def test_a_sound_load_leaves_with_0(zhike, source):
    first = zhike("init", "bank", "--from", "csv", source, "--json")
    assert (first.returncode, first.stderr) == (0, "")
    told = json.loads(first.stdout)
    assert (told["added"], told["rejected_rows"], told["unchanged"]) == ({"customers": 1}, 0, False)
    again = zhike("init", "bank", "--from", "csv", source, "--lang", "zh-Hans")
    assert again.returncode == 0
    assert "没有新内容" in again.stdout


def test_a_load_with_rejects_leaves_with_3(zhike, source):
    (source / "people.csv").write_text("no,since\n1,2020-01-01\n2,2020-02-30\n")
    told = zhike("init", "bank", "--from", "csv", source, "--json")
    assert told.returncode == 3
    assert json.loads(told.stdout)["rejected"] == {"customers": {"bad_date": 1}}
    (reject,) = json.loads(zhike("rejects", "bank", "--json").stdout)["rejects"]
    assert (reject["source_file"], reject["line"], reject["code"]) == ("people.csv", 3, "bad_date")
    shown = zhike("rejects", "bank", "--lang", "zh-Hant")
    assert "日期不存在或格式不符" in shown.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("init", "bank", "--from", "csv", "nowhere"), "input_not_found"),
        (("init", "bank", "--from", "excel", "source"), "usage"),
        (("init", "bank", "--from", "far-trans", "source"), "input_not_found"),
        (("init", "bank", "--from", "csv", "source", "--mapping", "no.yaml"), "input_not_found"),
        (("rejects", "bank"), "bank_not_found"),
    ],
)
def test_unusable_input_leaves_with_2_and_no_bank(zhike, source, words, code):
    told = zhike(*words, "--json")
    assert told.returncode == 2
    assert json.loads(told.stderr)["error"]["code"] == code
    assert "Traceback" not in told.stderr + told.stdout
    assert not (source.parent / "bank").exists()
