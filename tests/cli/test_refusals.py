"""What cannot be used is refused: exit code 2, one line or one JSON document on standard error, nothing written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import decide_bank
import pytest
import yaml

AT = str(decide_bank.AT)

CALLS = {
    "an option nobody knows": ("decide {bank} --at {at} --out {out} --fast", "--fast"),
    "a command nobody knows": ("divine {bank}", "divine"),
    "no bank at all": ("decide", "BANK"),
    "a folder that is no bank": ("decide {folder} --at {at} --out {out}", "manifest.json"),
    "a bank that is not there": ("check {folder}/none", "none"),
    "a damaged manifest": ("archive {damaged} --at {at}", "manifest.json"),
    "a day that is none": ("decide {bank} --at 2026-02-30 --out {out}", "2026-02-30"),
    "a day in words": ("show {bank} --customer C01 --at yesterday", "yesterday"),
    "a customer who is not there": ("show {bank} --customer nobody --at {at}", "nobody"),
    "a policy that is not there": ("decide {bank} --at {at} --out {out} --policy policies.none", "policies.none"),
    "a rule instead of a policy": ("decide {bank} --at {at} --out {out} --policy contact.caps", "contact.caps"),
    "a broken policy": ("decide {bank} --at {at} --out {out} --policy {folder}/broken.yaml", "broken.yaml"),
    "a policy with an impossible share": ("decide {bank} --at {at} --out {out} --policy {folder}/odd.yaml", "holdout"),
    "a policy with a pack of no rules": ("decide {bank} --at {at} --out {out} --policy {folder}/typo.yaml", "eu.mifd"),
    "a policy of another day": ("decide {bank} --at 2017-01-01 --out {out} --policy policies.wealth_eu", "policies.wealth_eu"),
    "a rulebook that is not there": ("decide {bank} --at {at} --out {out} --rulebook {folder}/none", "none"),
    "an output that is something else": ("decide {bank} --at {at} --out {folder}", "--out"),
    "no decisions": ("explain {folder} --customer C01", "plan.json"),
    "nobody decided for": ("explain {decisions} --customer nobody", "nobody"),
    "an action that was no candidate": ("explain {decisions} --customer C01 --action sell_all", "sell_all"),
    "decisions that are a bank": ("replay-check {bank} {bank}", "plan.json"),
    "no windows": ("replay {bank}", "--from"),
    "half a range": ("replay {bank} --to 2026-05-01", "--from"),
    "a range that ends before it begins": ("replay {bank} --from 2026-05-01 --to 2026-04-01", "2026-04-01"),
    "a publication of a day to come": ("publish {bank} --at 2999-01-01 --store {out}", "2999-01-01"),
    "two ways to say which windows": ("replay {bank} --from 2026-05-01 --dates {folder}/days.txt", "--dates"),
    "a file of no days": ("replay {bank} --dates {folder}/days.txt", "days.txt"),
    "no such file of days": ("replay {bank} --dates {folder}/none.txt", "none.txt"),
    "a method nobody knows": ("replay {bank} --from 2026-03-31 --methods oracle", "oracle"),
    "a step of nothing": ("replay {bank} --from 2026-03-31 --step 0", "--step"),
    "a language nobody speaks": ("tables --lang fr", "fr"),
    "rules below no path": ("rules list cn.nfrq", "cn.nfrq"),
    "cases below no path": ("rules cases cn.nfrq", "cn.nfrq"),
    "a table nobody knows": ("tables portfolio", "portfolio"),
    "a source of an unknown kind": ("init {out} --from fax {folder}", "fax"),
    "a source that is not there": ("init {out} --from csv {folder}/none", "none"),
    "a rule nobody knows": ("rules show cn.nothing", "cn.nothing"),
    "rejects of an unknown table": ("rejects {bank} --table portfolio", "portfolio"),
    "an archive of an unknown kind": ("archive {bank} --at {at} --out {out}.docx", ".docx"),
    "a look ahead from nowhere": ("check {bank} --look-ahead", "--at"),
}  # fmt: skip


@pytest.fixture
def words(bank, decisions, tmp_path):
    """Return the words of a call; the folder named in it holds files that are of no use."""
    folder = tmp_path / "folder"
    (folder / "damaged").mkdir(parents=True)
    (folder / "damaged" / "manifest.json").write_text('{"name": ')
    (folder / "days.txt").write_text("")
    (folder / "broken.yaml").write_text("kind: policy\nvalues: [")
    wealth = Path(decide_bank.__file__).parent.parent / "rulebook" / "policies" / "wealth_eu.yaml"
    raw = yaml.safe_load(wealth.read_text("utf-8"))
    for name, change in {
        "odd": {"holdout": {"share": 7, "salt": "s"}},
        "typo": {"packs": ["eu.mifd.suitability", "contact"]},
    }.items():
        values = {day: {**value, **change} for day, value in raw["values"].items()}
        (folder / f"{name}.yaml").write_text(
            yaml.safe_dump({**raw, "values": values}, allow_unicode=True), "utf-8"
        )
    places = {
        "bank": bank,
        "decisions": decisions,
        "folder": folder,
        "damaged": folder / "damaged",
        "out": tmp_path / "out",
        "at": AT,
    }
    return lambda line: line.format(**places).split(" ")


@pytest.mark.parametrize(("line", "named"), CALLS.values(), ids=CALLS)
def test_what_cannot_be_used_is_refused_in_words(zhike, words, tmp_path, line, named):
    answer = zhike(*words(line))
    assert (answer.code, answer.out) == (2, "")
    assert named in answer.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("line", "named"), CALLS.values(), ids=CALLS)
def test_with_json_the_refusal_is_one_document(zhike, words, line, named):
    answer = zhike(*words(line), "--json")
    assert (answer.code, answer.out) == (2, "")
    error = json.loads(answer.err)["error"]
    assert set(error) == {"code", "retryable", "found", "needed", "remedy", "data"}
    assert named in json.dumps(error, ensure_ascii=False)
    assert error["code"] != "internal_error"


@pytest.mark.parametrize("spelled", [("--lang", "{}"), ("--lang={}",)])
@pytest.mark.parametrize(
    ("language", "word"), [("en", "found no"), ("zh-Hans", "找不到"), ("zh-Hant", "找不到")]
)
def test_a_refusal_is_in_the_language_asked_for(zhike, words, spelled, language, word):
    option = [part.format(language) for part in spelled]
    answer = zhike(*words("decide {bank} --at {at} --out {out} --rulebook {folder}/none"), *option)
    assert answer.code == 2
    assert word in answer.err


def test_a_fault_of_ours_says_so_and_how_to_report_it(zhike, bank, monkeypatch, tmp_path):
    from zhike.adapters import decision_files

    monkeypatch.setattr(decision_files, "prepare", lambda *_: {}["boom"])
    monkeypatch.delenv("ZHIKE_DEBUG", raising=False)
    answer = zhike("decide", bank, "--at", AT, "--out", tmp_path / "out", "--json")
    assert answer.code == 70
    assert json.loads(answer.err)["error"]["code"] == "internal_error"
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_the_systems_refusal(zhike, bank, monkeypatch, tmp_path):
    from zhike.adapters import decision_files

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(decision_files, "_write_evidence", full)
    answer = zhike("decide", bank, "--at", AT, "--out", tmp_path / "out", "--json")
    assert answer.code == 2
    assert json.loads(answer.err)["error"]["code"] == "system_fault"
    assert json.loads(answer.err)["error"]["retryable"]
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_leaves_with_its_own_code(zhike, bank, monkeypatch, tmp_path):
    from zhike.adapters import decision_files

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(decision_files, "prepare", interrupted)
    assert zhike("decide", bank, "--at", AT, "--out", tmp_path / "out").code == 130
    assert list(tmp_path.iterdir()) == []


def run(*words, **environment):
    command = [sys.executable, "-m", "zhike.cli.main", *map(str, words)]
    return subprocess.run(
        command,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def test_as_a_process_a_refusal_has_no_traceback(tmp_path):
    done = run("decide", tmp_path / "none", "--at", "2026-06-30", "--out", tmp_path / "out", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert json.loads(done.stderr)["error"]["code"] == "bank_not_found"


def test_a_stream_without_chinese_still_answers():
    done = run("tables", "--lang", "zh-Hans", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert "customers" in done.stdout


def test_a_reader_that_goes_away_is_no_fault_of_ours():
    command = f"{sys.executable} -m zhike.cli.main tables --json | head -c 10; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)  # noqa: S607 - bash is on the path
    assert (done.returncode, done.stderr) == (0, "")
