"""Policies played forward: common random numbers, their own tables, the same in one process or two, and the command."""

import json

import numpy as np
import polars as pl
import pytest

from zhike.adapters.bank import Bank
from zhike.core.errors import InputUnreadableError, UsageError
from zhike.lab.results import RESULTS, refuse_foreign
from zhike.lab.run import SUMMED, own_tables, run
from zhike.lab.simulated_bank import Order, build
from zhike.lab.studying import Worlds, study
from zhike.lab.truth import truth_folder
from zhike.lab.workers import in_processes

NAMES = ("nothing", "standard", "zhike", "oracle")


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "bank"
    build(folder, Order(400, 6, 11))
    return folder


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def found(bank, kept):
    return run(bank, None, NAMES, 2, processes=1, keep=kept)


def test_every_policy_and_the_reference_are_played(found):
    assert tuple(found.played) == NAMES
    assert found.seed == 11
    assert found.first_month == 676
    for name, played in found.played.items():
        assert played.policy == name
        assert played.monthly["month"].to_list() == [676, 677]
        assert len(played.customers) == len(found.groups) == 400


def test_months_add_up_to_customers(found):
    for played in found.played.values():
        for name in SUMMED:
            assert played.monthly[name].sum() == pytest.approx(
                played.customers[name].sum(), rel=1e-5, abs=1e-3
            )


def test_nothing_contacts_nobody(found):
    sums = found.played["nothing"].customers
    for name in ("contacts", "cost", "annoyance", "hours", "served"):
        assert sums[name].sum() == 0


def test_the_same_policy_twice_gives_the_same_customers(bank, found):
    again = run(bank, None, ["standard"], 2, processes=1)
    assert again.played["standard"].customers.equals(found.played["standard"].customers)


def test_policies_differ_in_nothing_but_what_was_ordered(found):
    """Whom standard never contacted has the same month's flows as under nothing: the dice are the same."""
    quiet, played = found.played["nothing"].customers, found.played["standard"].customers
    untouched = (played["contacts"] == 0) & (played["cost"] == 0)
    same = (quiet["base_margin"] - played["base_margin"]).abs() < 1e-3
    assert same.filter(untouched).mean() > 0.99


def test_the_oracle_is_not_behind(found):
    def total(name):
        sums = found.played[name].customers
        plus = sum(sums[part].sum() for part in ("base_margin", "margin", "benefit"))
        return plus - sum(sums[part].sum() for part in ("cost", "complaint_cost", "franchise", "annoyance"))

    assert total("oracle") > max(total(name) for name in ("nothing", "standard", "zhike"))


def test_a_policy_reads_its_own_rows_behind_history(bank, kept, found):
    history = Bank.open(bank).tables()
    tables = own_tables(history, kept / "0" / "zhike")
    decisions = tables["decisions"].filter(pl.col("decided_on") > pl.date(2026, 4, 30)).collect()
    assert decisions["policy"].unique().to_list() == ["zhike"]
    assert decisions["decided_on"].dt.month().unique().sort().to_list() == [5, 6]
    assert (decisions["action_probability"] > 0).all()
    before = history["decisions"].select(pl.len()).collect().item()
    assert tables["decisions"].select(pl.len()).collect().item() == before + len(decisions)
    assert found.played["zhike"].evidence.month == 677


@pytest.mark.campaign
def test_two_processes_give_what_one_gives(bank, found):
    steps = []
    again = run(bank, truth_folder(bank), NAMES, 2, progress=lambda done, of: steps.append((done, of)))
    for name in NAMES:
        assert again.played[name].customers.equals(found.played[name].customers)
    assert again.played["zhike"].evidence.prices == found.played["zhike"].evidence.prices
    assert steps[-1] == (8, 8)
    assert steps == sorted(steps)


def fails(task, _tell):
    raise UsageError(what=f"task {task}", expected="none")


def test_an_error_in_another_process_arrives_whole():
    with pytest.raises(UsageError, match=r"found task .; needed none"):
        in_processes(fails, [1, 2], 2)


def test_what_cannot_be_played_is_refused(bank, tmp_path):
    with pytest.raises(UsageError, match="--months 0"):
        run(bank, None, NAMES, 0)
    with pytest.raises(UsageError, match="--policies horoscope"):
        run(bank, None, ["horoscope"], 1)
    with pytest.raises(InputUnreadableError):
        run(bank, tmp_path, ["standard"], 1)


def test_a_study_pools_its_worlds(tmp_path):
    worlds = Worlds(120, 3, 1, (1, 2), ("tiered",))
    steps = []
    pooled, runs = study(tmp_path, worlds, processes=1, progress=lambda done, of: steps.append((done, of)))
    assert pooled.seeds == (1, 2)
    assert [one.seed for one in runs] == [1, 2]
    values = [one.less_reference["tiered"]["bank_value"].value for one in pooled.each]
    assert pooled.less_reference["tiered"]["bank_value"].value == pytest.approx(np.mean(values))
    assert steps[-1] == (10, 10)


def test_only_a_folder_of_results_is_replaced(tmp_path):
    (tmp_path / "letter.txt").write_text("dear bank", "utf-8")
    with pytest.raises(InputUnreadableError, match="not a folder of results"):
        refuse_foreign(tmp_path)
    refuse_foreign(tmp_path / "new")


@pytest.fixture
def zhike(monkeypatch, capsys):
    """Call the command as its own main does, in one process, in English unless the call says otherwise."""
    import sys

    from zhike.cli import lab
    from zhike.cli.main import main

    monkeypatch.setenv("ZHIKE_LANG", "en")
    monkeypatch.setattr(lab, "_PROCESSES", 1)

    def call(*words):
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["zhike", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        return left.value.code, *capsys.readouterr()

    return call


def test_the_command_prints_the_dividend_and_writes_the_results(zhike, bank, tmp_path):
    out = tmp_path / "results"
    code, told, _ = zhike("lab", "run", bank, "--policies", "tiered,zhike", "--months", 1, "--out", out)
    assert code == 0
    assert "The personalisation dividend" in told
    assert "Fairness: best less worst group" in told
    assert "oses" in told or "No loss beyond chance" in told
    written = json.loads((out / RESULTS).read_text("utf-8"))
    assert set(written["figures"]) == {"standard", "tiered", "zhike"}
    rows = pl.read_parquet(out / "results.parquet")
    assert rows.group_by("policy").len()["len"].unique().to_list() == [400]
    assert zhike("lab", "run", bank, "--policies", "tiered", "--months", 1, "--out", out)[0] == 0


def test_the_command_speaks_json_and_chinese(zhike, bank):
    code, told, _ = zhike("lab", "run", bank, "--policies", "tiered", "--months", 1, "--json")
    assert code == 0
    assert json.loads(told)["less_reference"]["tiered"]["bank_value"]["value"] is not None
    code, told, _ = zhike("lab", "run", bank, "--policies", "tiered", "--months", 1, "--lang", "zh-Hans")
    assert code == 0
    assert "个性化红利" in told


@pytest.mark.campaign
def test_the_command_studies_several_seeds(zhike):
    words = ("lab", "study", "--customers", 60, "--history", 2, "--months", 1, "--seeds", "1,2")
    code, told, _ = zhike(*words, "--policies", "zhike")
    assert code == 0
    assert "zhike less standard, by seed" in told
    code, _, complaint = zhike(*words[:-1], "1,one")
    assert code == 2
    assert "--seeds" in complaint
    assert zhike(*words[:-1], "1,1")[0] == 2


def test_the_command_refuses_what_is_no_simulated_bank(zhike, tmp_path):
    code, _, complaint = zhike("lab", "run", tmp_path / "nowhere", "--months", 1)
    assert code == 2
    assert "Traceback" not in complaint
