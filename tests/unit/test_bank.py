"""Bank folders: atomic, repeatable, additive."""

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys

import polars as pl
import pytest

from zhike.adapters import bank_load, merge
from zhike.adapters.bank import Bank, Load, write_bank
from zhike.adapters.bank_load import loading
from zhike.core.contracts import CONTRACTS
from zhike.core.errors import BankNotFoundError, ContractError, UsageError
from zhike.core.language import Text

KNOWN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def staff(*rows):
    """Return staff versions from (staff_id, role, day)."""
    table = CONTRACTS["staff"]
    data = [{"staff_id": who, "role": role, "valid_from": day, "known_at": KNOWN} for who, role, day in rows]
    return pl.DataFrame(data, schema=table.schema())


def load(frame, **changes):
    return Load(
        **{
            "name": "T", "source": "csv", "timezone": "UTC", "currency": "EUR",
            "tables": {"staff": frame}, "notes": (Text("n", "n", "n"),), **changes,
        }
    )  # fmt: skip


DAY = dt.date(2020, 1, 1)
FIRST = staff(("a", "adviser", DAY), ("b", "adviser", DAY))


def manifest_bytes(path):
    return (path / "manifest.json").read_bytes()


def test_what_is_written_is_read_back(tmp_path):
    report = write_bank(tmp_path / "b", load(FIRST, outcomes={"windows": pl.DataFrame({"n": [1]})}))
    bank = Bank.open(tmp_path / "b")
    assert bank.scan("staff").collect().equals(FIRST)
    assert report.added == {"staff": 2}
    assert bank.outcome("windows").to_dicts() == [{"n": 1}]
    assert bank.outcome("none") is None
    assert set(bank.tables()) == set(CONTRACTS)
    assert bank.scan("customers").collect_schema() == CONTRACTS["customers"].schema()
    assert bank.damaged() == []


def test_the_same_load_twice_changes_nothing(tmp_path):
    write_bank(tmp_path / "b", load(FIRST))
    before, files = manifest_bytes(tmp_path / "b"), sorted((tmp_path / "b").rglob("*.parquet"))
    report = write_bank(tmp_path / "b", load(FIRST))
    assert report.unchanged
    assert report.identical == {"staff": 2}
    assert manifest_bytes(tmp_path / "b") == before
    assert sorted((tmp_path / "b").rglob("*.parquet")) == files


def test_two_folders_from_one_load_have_equal_bytes(tmp_path):
    for name in ("x", "y"):
        write_bank(tmp_path / name, load(FIRST))
    assert manifest_bytes(tmp_path / "x") == manifest_bytes(tmp_path / "y")


def test_a_second_load_adds_skips_and_refuses(tmp_path):
    write_bank(tmp_path / "b", load(FIRST))
    second = staff(("b", "adviser", DAY), ("a", "teller", DAY), ("c", "teller", DAY))
    report = write_bank(tmp_path / "b", load(second))
    assert (report.added, report.identical) == ({"staff": 1}, {"staff": 1})
    assert report.rejected == {"staff": {"duplicate_key": 1}}
    bank = Bank.open(tmp_path / "b")
    assert bank.scan("staff").collect()["staff_id"].to_list() == ["a", "b", "c"]
    reject = bank.rejects("staff").row(0, named=True)
    assert (reject["code"], reject["line"]) == ("duplicate_key", 2)
    assert json.loads(reject["row"])["role"] == "teller"
    assert write_bank(tmp_path / "b", load(second)).unchanged


def test_of_rows_with_one_identity_the_first_stays(tmp_path):
    rows = staff(("a", "x", DAY), ("a", "y", DAY), ("a", "x", DAY))
    report = write_bank(tmp_path / "b", load(rows))
    assert Bank.open(tmp_path / "b").scan("staff").collect()["role"].to_list() == ["x"]
    assert report.rejected == {"staff": {"duplicate_key": 1}}
    assert any("1 rows say exactly" in note.en for note in report.manifest.notes)


def test_duplicates_are_found_across_many_buckets(tmp_path, monkeypatch):
    monkeypatch.setattr(merge, "_ROWS_PER_BUCKET", 10)
    rows = staff(*((str(n % 150), "x", DAY) for n in range(300)))
    report = write_bank(tmp_path / "b", load(rows))
    assert (report.added, report.identical) == ({"staff": 150}, {"staff": 150})
    assert Bank.open(tmp_path / "b").scan("staff").collect().equals(rows.head(150))


@pytest.mark.parametrize("swap", range(3))
def test_a_crash_at_any_swap_leaves_the_former_state(tmp_path, monkeypatch, swap):
    write_bank(tmp_path / "b", load(FIRST))
    before, real, calls = manifest_bytes(tmp_path / "b"), os.replace, []

    def crash(source, target):
        calls.append(target)
        if len(calls) > swap:
            raise OSError("disk gone")
        real(source, target)

    monkeypatch.setattr(bank_load.os, "replace", crash)
    second = staff(("a", "teller", DAY), ("c", "teller", DAY))
    with pytest.raises(OSError, match="disk gone"):
        write_bank(tmp_path / "b", load(second))
    monkeypatch.undo()
    assert len(calls) == swap + 1
    assert manifest_bytes(tmp_path / "b") == before
    assert Bank.open(tmp_path / "b").scan("staff").collect().equals(FIRST)
    assert write_bank(tmp_path / "b", load(second)).added == {"staff": 1}
    named = {part.file for part in Bank.open(tmp_path / "b").manifest.files()}
    there = {file.relative_to(tmp_path / "b").as_posix() for file in (tmp_path / "b").rglob("*.parquet")}
    assert there == named, "what the crash left is swept by the next load"


def test_a_failed_first_load_leaves_no_folder(tmp_path):
    with pytest.raises(ContractError):
        write_bank(tmp_path / "b", load(FIRST.drop("role")))
    assert not (tmp_path / "b").exists()


KILLED = """
import sys, time
from pathlib import Path
import polars as pl
from zhike.adapters import bank_load
from zhike.adapters.bank import Bank, Load, write_bank
bank = Path(sys.argv[1])
rows = Bank.open(bank).scan("staff").collect().with_columns(pl.lit("z").alias("staff_id")).head(1)
def wait(self, manifest):
    print("files written", flush=True)
    time.sleep(600)
bank_load.Loading._swap = wait
write_bank(bank, Load("T", "csv", "UTC", "EUR", tables={"staff": rows}))
"""


def test_a_load_that_is_killed_before_the_swap_is_invisible(tmp_path):
    write_bank(tmp_path / "b", load(FIRST))
    before = manifest_bytes(tmp_path / "b")
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path / "b")], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout.readline().strip() == b"files written"
        with pytest.raises(UsageError, match="another load"):
            write_bank(tmp_path / "b", load(FIRST))
        child.send_signal(signal.SIGKILL)
    assert manifest_bytes(tmp_path / "b") == before
    assert Bank.open(tmp_path / "b").scan("staff").collect().equals(FIRST)
    assert write_bank(tmp_path / "b", load(FIRST)).unchanged
    assert not (tmp_path / "b" / ".staging").exists()


def test_an_open_bank_keeps_reading_what_it_opened(tmp_path):
    write_bank(tmp_path / "b", load(FIRST))
    opened = Bank.open(tmp_path / "b")
    write_bank(tmp_path / "b", load(staff(("c", "x", DAY))))
    assert opened.scan("staff").collect().height == 2
    assert Bank.open(tmp_path / "b").scan("staff").collect().height == 3


def test_an_outcome_is_replaced_and_its_old_file_removed(tmp_path):
    for n in (1, 2):
        write_bank(tmp_path / "b", load(FIRST, outcomes={"windows": pl.DataFrame({"n": [n]})}))
    assert Bank.open(tmp_path / "b").outcome("windows").to_dicts() == [{"n": 2}]
    assert len(list((tmp_path / "b" / "outcomes").iterdir())) == 1


@pytest.mark.parametrize("change", [{"timezone": "Asia/Tokyo"}, {"currency": "JPY"}, {"policy": "p"}])
def test_a_load_of_another_bank_is_refused(tmp_path, change):
    write_bank(tmp_path / "b", load(FIRST))
    with pytest.raises(UsageError, match=next(iter(change))):
        write_bank(tmp_path / "b", load(FIRST, **change))


def test_a_folder_with_something_else_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match=r"letter\.txt"):
        write_bank(tmp_path, load(FIRST))
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_damage_is_seen(tmp_path):
    write_bank(tmp_path / "b", load(FIRST))
    (part,) = Bank.open(tmp_path / "b").manifest.files()
    file = tmp_path / "b" / part.file
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert Bank.open(tmp_path / "b").damaged() == [part.file]
    file.unlink()
    with pytest.raises(BankNotFoundError, match=part.file):
        Bank.open(tmp_path / "b")


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'{"format": 2}', b"\xff", b'{"format": 1, "name": 3}']
)
def test_a_broken_manifest_is_a_clear_error(tmp_path, content):
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(BankNotFoundError):
        Bank.open(tmp_path)


def test_the_manifest_holds_no_path_of_the_machine(tmp_path):
    write_bank(tmp_path / "b", load(FIRST))
    text = manifest_bytes(tmp_path / "b").decode()
    assert str(tmp_path) not in text


def test_nothing_of_a_load_that_raises_stays(tmp_path):
    write_bank(tmp_path / "b", load(FIRST))
    with pytest.raises(FileNotFoundError), loading(tmp_path / "b") as work:
        shutil.copy(work.folder / "absent", work.staging)
    assert sorted(path.name for path in (tmp_path / "b").iterdir()) == [".lock", "manifest.json", "tables"]
