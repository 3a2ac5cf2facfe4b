"""`zhike warnings`, and the archive and the publication that take its file in."""

import json

import decide_bank
import polars as pl
import pytest
import typer
from typer.testing import CliRunner
from warned_bank import given, table

from zhike.act.publications import portrait
from zhike.adapters.model_registry import ModelRegistry
from zhike.adapters.store.engine import open_store
from zhike.adapters.warning_files import write_warnings
from zhike.cli import warnings as command
from zhike.cli.archive import archive
from zhike.cli.serving import register as register_serving
from zhike.core.errors import InputNotFoundError, UsageError
from zhike.know.given_warnings import WARNING_SCHEMA, given_to
from zhike.learn.model_metrics import Estimate
from zhike.learn.order_proof import OrderProof
from zhike.learn.warnings_of_day import WarningVerdict

AT = decide_bank.AT


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    rows = decide_bank.rows()
    rows["transactions"] = [
        {"transaction_id": f"T{day}", "account_id": "A", "booked_on": day, "amount": 1, "currency": "EUR"}
        for day in ("2025-01-10", "2026-06-01")
    ]
    return decide_bank.write(tmp_path_factory.mktemp("warned") / "bank", rows)


def run(*words, code=0):
    app = typer.Typer()
    register_serving(app)
    command.register(app)
    found = CliRunner().invoke(app, [str(word) for word in words])
    if code == 0 and found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == code, found.output
    return found.output


def test_a_bank_with_too_little_to_learn_from_gives_no_warning_and_says_why(folder, tmp_path):
    told = json.loads(run("warnings", folder, "--at", AT, "--out", tmp_path / "w.parquet", "--json"))
    assert [one["warning"] for one in told["warnings"]] == ["attrition", "withdrawal", "dissatisfaction"]
    assert not any(one["given"] for one in told["warnings"])
    assert {len(one["lacks"]) for one in told["warnings"]} == {3}
    assert dict(pl.read_parquet(tmp_path / "w.parquet").schema) == WARNING_SCHEMA
    text = run("warnings", folder, "--at", AT, "--lang", "zh-Hant")
    assert "客戶流失: " in text
    assert "兩類各需不少於 20 例" in text


def test_a_file_that_could_not_be_written_is_refused_before_the_work(folder, tmp_path):
    for out, error in (("w.csv", UsageError), ("none/w.parquet", InputNotFoundError)):
        with pytest.raises(error):
            run("warnings", folder, "--at", AT, "--out", tmp_path / out)


def test_a_day_to_come_is_refused(folder, tmp_path):
    with pytest.raises(UsageError, match="a day to come"):
        run("warnings", folder, "--at", "2999-01-01", "--out", tmp_path / "w.parquet")
    assert not (tmp_path / "w.parquet").exists()


def test_what_is_given_is_told_with_its_auc_and_how_many_it_is_raised_for(monkeypatch, folder):
    proof = OrderProof(Estimate(0.71, 0.66, 0.75), 3, 900, 80)
    verdicts = [
        WarningVerdict("withdrawal", 1_800, 160, proof),
        WarningVerdict("attrition", 0, 0, lacks=command._HEADS[0]),  # noqa: SLF001 - any text
    ]
    rows = table(given("C01"), given("C02", raised=False))
    monkeypatch.setattr("zhike.adapters.warning_files.bank_warnings", lambda *_: (None, verdicts, rows))
    text = run("warnings", folder, "--at", AT)
    assert "0.710" in text
    assert "0.660 - 0.750" in text
    told = json.loads(run("warnings", folder, "--at", AT, "--json"))["warnings"]
    assert [(one["customers"], one["raised"], one["windows"]) for one in told] == [(2, 1, 3), (0, 0, 0)]


def test_models_that_warn_are_kept_in_the_bank(monkeypatch, folder, tmp_path):
    kept = []
    monkeypatch.setattr(
        "zhike.adapters.warning_files.bank_warnings", lambda *_: ("whole", ["verdict"], table())
    )
    monkeypatch.setattr("zhike.adapters.warning_files.keep_models", lambda *given: kept.append(given))
    monkeypatch.setattr(command, "_summary", lambda *_: {"warnings": [], "out": None})
    run("warnings", folder, "--at", AT, "--out", tmp_path / "w.parquet", "--json")
    ((registry, whole, verdicts, actor, now),) = kept
    assert (registry, whole, verdicts, actor) == (
        ModelRegistry(folder / "models"),
        "whole",
        ["verdict"],
        "operator",
    )
    assert now.tzinfo is not None


@pytest.mark.parametrize("kind", ["parquet", "csv", "jsonl"])
def test_the_archive_takes_the_warnings_in(folder, tmp_path, capsys, kind):
    write_warnings(table(given("C01")), tmp_path / "w.parquet")
    out = tmp_path / f"a.{kind}"
    archive(folder, AT, out, None, warnings=tmp_path / "w.parquet", as_json=True, lang=None)
    assert json.loads(capsys.readouterr().out)["known_share"]["warnings"] == 0.1
    found = {"parquet": pl.read_parquet, "csv": pl.read_csv, "jsonl": pl.read_ndjson}[kind](out).row(
        0, named=True
    )
    known = {"warnings": json.loads(found["warnings"]) if kind == "csv" else found["warnings"]}
    assert found["withdrawal_probability"] == 0.62
    assert [one.warning for one in given_to(known)] == ["withdrawal"]


def test_a_publication_takes_them_in_and_pages_show_them(folder, tmp_path):
    write_warnings(table(given("C01"), given("C02", "attrition")), tmp_path / "w.parquet")
    store = tmp_path / "zhike.db"
    call = ("publish", folder, "--at", AT, "--store", store, "--policy", "policies.wealth_eu", "--json")
    assert json.loads(run(*call))["warned"] == 0
    assert json.loads(run(*call, "--warnings", tmp_path / "w.parquet"))["warned"] == 2
    with open_store(store) as opened, opened.read() as tx:
        assert [one.warning for one in given_to(portrait(tx, "C02")["archive"])] == ["attrition"]
