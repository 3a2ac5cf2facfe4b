"""Rejected rows that are corrected: loaded once, in one step, through the same checks; the rest stays as it is."""

import polars as pl
import pytest
from typer.testing import CliRunner

from zhike.adapters import bank_load
from zhike.adapters.bank import Bank
from zhike.adapters.reject_runs import Correction, Place, read_corrections, rerun_rejects
from zhike.adapters.rule_files import load_rulebook
from zhike.adapters.sources import load_source
from zhike.cli.main import app
from zhike.core.errors import InputNotFoundError, UsageError

HEADER = "staff_id,role,weekly_hours,valid_from\n"
ROWS = "a,adviser,20,2024-01-01\nb,adviser,200,2024-01-01\nc,adviser,x,2024-13-01\n"
MAPPING = """bank: {name: Mapped, timezone: UTC, currency: EUR}
tables:
  staff:
    file: people.csv
    columns: {staff_id: number, role: job, weekly_hours: hours, valid_from: since}
"""


@pytest.fixture
def bank(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source/staff.csv").write_text(HEADER + ROWS)
    load_source(tmp_path / "bank", "csv", tmp_path / "source", load_rulebook())
    return tmp_path / "bank"


def fix(line, column, value, table="staff", file="staff.csv"):
    return Correction(Place(table, file, line), column, value)


def staff(bank):
    return sorted(Bank.open(bank).scan("staff").collect()["staff_id"].to_list())


def lines(bank):
    return sorted(set(Bank.open(bank).open_rejects()["line"].to_list()))


def test_a_corrected_row_is_loaded_and_its_reject_settled(bank):
    told = rerun_rejects(bank, [fix(3, "weekly_hours", "40")], None, {})
    assert (told.rows, told.added, told.identical, told.rejected.height, told.unchanged) == (
        1,
        1,
        0,
        0,
        False,
    )
    assert (staff(bank), lines(bank)) == (["a", "b"], [4])
    assert sorted(set(Bank.open(bank).rejects()["line"])) == [3, 4]


def test_twice_is_once(bank):
    rerun_rejects(bank, [fix(3, "weekly_hours", "40")], None, {})
    before = (bank / "manifest.json").read_bytes()
    told = rerun_rejects(bank, [fix(3, "weekly_hours", "40")], None, {})
    assert (told.added, told.identical, told.unchanged) == (0, 1, True)
    assert (bank / "manifest.json").read_bytes() == before


def test_a_row_that_still_fails_stays_rejected_and_is_told_with_what_is_wrong(bank):
    told = rerun_rejects(bank, [fix(4, "weekly_hours", "30"), fix(3, "weekly_hours", "40")], None, {})
    assert (told.rows, told.added) == (2, 1)
    assert told.rejected.select("line", "code", "column").rows() == [(4, "bad_date", "valid_from")]
    assert lines(bank) == [4]
    both = [fix(4, "weekly_hours", "30"), fix(4, "valid_from", "2024-12-01")]
    assert rerun_rejects(bank, both, None, {}).added == 1
    assert (staff(bank), lines(bank)) == (["a", "b", "c"], [])


def test_a_corrected_row_that_contradicts_one_of_the_bank_is_a_reject_of_its_own(bank):
    told = rerun_rejects(bank, [fix(3, "weekly_hours", "40"), fix(3, "staff_id", "a")], None, {})
    assert told.added == 0
    assert Bank.open(bank).open_rejects("staff").filter(pl.col("code") == "duplicate_key")[
        "source_file"
    ].to_list() == ["staff.csv (corrected)"]
    with pytest.raises(UsageError):
        rerun_rejects(bank, [fix(3, "staff_id", "b", file="staff.csv (corrected)")], None, {})


def test_loading_the_source_again_brings_no_reject_back(bank, tmp_path):
    rerun_rejects(bank, [fix(3, "weekly_hours", "40")], None, {})
    load_source(bank, "csv", tmp_path / "source", load_rulebook())
    assert (staff(bank), lines(bank)) == (["a", "b"], [4])


def test_a_run_that_is_killed_before_the_swap_changes_nothing(bank, monkeypatch):
    before = (bank / "manifest.json").read_bytes()

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(bank_load.Loading, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        rerun_rejects(bank, [fix(3, "weekly_hours", "40")], None, {})
    assert (bank / "manifest.json").read_bytes() == before
    assert lines(bank) == [3, 4]


@pytest.mark.parametrize("correction", [
    fix(2, "weekly_hours", "40"), fix(99, "weekly_hours", "40"), fix(3, "salary", "40"), fix(3, "weekly_hours", "40", table="products"),
    fix(3, "weekly_hours", "40", file="other.csv"),
])  # fmt: skip
def test_what_is_no_rejected_cell_is_refused_and_changes_nothing(bank, correction):
    before = (bank / "manifest.json").read_bytes()
    with pytest.raises(UsageError):
        rerun_rejects(bank, [fix(4, "weekly_hours", "30"), correction], None, {})
    assert (bank / "manifest.json").read_bytes() == before


def test_columns_are_named_as_the_contract_or_as_the_source_does(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source/people.csv").write_text(
        "number,job,hours,since\na,adviser,200,2024-01-01\nb,adviser,300,2024-01-01\n"
    )
    (tmp_path / "source/mapping.yaml").write_text(MAPPING)
    bank, mapping = tmp_path / "bank", tmp_path / "source/mapping.yaml"
    load_source(bank, "csv", tmp_path / "source", load_rulebook())
    cells = [fix(2, "weekly_hours", "20", file="people.csv"), fix(3, "hours", "30", file="people.csv")]
    assert rerun_rejects(bank, cells, mapping, {}).added == 2
    assert (staff(bank), lines(bank)) == (["a", "b"], [])


@pytest.mark.parametrize("text", ["", "a,b\n", "table,source_file,line,column,value\nstaff,staff.csv,three,role,x\n",
                                  "table,source_file,line,column,value\nstaff,staff.csv,3\n", 'table,source_file,line,column,value\n"'])  # fmt: skip
def test_a_file_that_is_none_is_refused(tmp_path, text):
    (tmp_path / "fix.csv").write_text(text)
    with pytest.raises(UsageError):
        read_corrections(tmp_path / "fix.csv")
    with pytest.raises(InputNotFoundError):
        read_corrections(tmp_path / "none.csv")


def test_the_command_does_the_same(bank, tmp_path):
    (tmp_path / "fix.csv").write_text(
        "table,source_file,line,column,value\nstaff,staff.csv,3,weekly_hours,40\nstaff,staff.csv,4,weekly_hours,1\n"
    )
    run = CliRunner().invoke(app, ["rejects", str(bank), "--fix", str(tmp_path / "fix.csv")])
    assert run.exit_code == 3
    assert "1 added" in run.output
    assert "bad_date" in run.output
    assert lines(bank) == [4]
