"""The bank folder: the same order gives the same bytes, whatever the chunks; sound rows all load, spoilt rows are told."""

import datetime as dt
import hashlib

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.adapters.bank import Bank
from zhike.core.contracts import CONTRACTS
from zhike.core.errors import InputUnreadableError, UsageError
from zhike.core.tables import KNOWN_AT
from zhike.core.units import end_of_day
from zhike.know.archive import archive, archive_rules
from zhike.lab import world
from zhike.lab.simulated_bank import LAST_DAY, TIMEZONE, Order, build, open_simulated
from zhike.lab.truth import truth_folder
from zhike.observe.quality import QualityLimits, findings


def hashes(folder):
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name != ".lock")
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated") / "bank"
    build(folder, Order(500, 8, 7))
    return folder


@pytest.fixture(scope="module")
def messy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("messy") / "bank"
    return folder, build(folder, Order(1500, 8, 7, messy=True))


def test_the_same_order_gives_the_same_bytes(bank, tmp_path):
    build(tmp_path / "again", Order(500, 8, 7))
    assert hashes(tmp_path / "again") == hashes(bank)
    assert hashes(truth_folder(tmp_path / "again")) == hashes(truth_folder(bank))


def test_another_seed_gives_another_bank(bank, tmp_path):
    build(tmp_path / "other", Order(500, 8, 8))
    assert Bank.open(tmp_path / "other").sha256 != Bank.open(bank).sha256


@pytest.mark.parametrize("chunk", [64, 333])
def test_the_size_of_a_chunk_changes_no_row(bank, tmp_path, monkeypatch, chunk):
    monkeypatch.setattr(world.World.chunks, "__defaults__", (chunk,))
    monkeypatch.setattr(world.World.play, "__defaults__", (None, chunk))
    build(tmp_path / "chunked", Order(500, 8, 7))
    one, other = Bank.open(bank), Bank.open(tmp_path / "chunked")
    assert one.rows() == other.rows()
    for name, table in CONTRACTS.items():
        key = [*table.identity, KNOWN_AT]
        assert one.scan(name).sort(key).collect().equals(other.scan(name).sort(key).collect()), name
    assert (
        hashes(truth_folder(tmp_path / "chunked"))["state.parquet"]
        == hashes(truth_folder(bank))["state.parquet"]
    )


@pytest.mark.campaign
@settings(max_examples=5)
@given(customers=st.integers(10, 80), months=st.integers(1, 30), seed=st.integers(0, 10**6))
def test_every_size_of_bank_can_be_built(tmp_path_factory, customers, months, seed):
    folder = tmp_path_factory.mktemp("sizes") / "bank"
    report = build(folder, Order(customers, months, seed))
    assert report.rejected_rows == 0
    assert report.manifest.tables["products"].rows == 25


def test_building_again_changes_nothing(bank):
    before = hashes(bank)
    assert build(bank, Order(500, 8, 7)).unchanged
    assert hashes(bank) == before


def test_another_order_into_the_same_folder_is_refused(bank):
    before = hashes(bank)
    with pytest.raises(UsageError, match="another bank"):
        build(bank, Order(500, 8, 9))
    assert hashes(bank) == before


@pytest.mark.parametrize("order", [Order(9, 8, 7), Order(100, 0, 7), Order(100, 241, 7)])
def test_an_order_out_of_bounds_is_refused(tmp_path, order):
    with pytest.raises(UsageError):
        build(tmp_path / "bank", order)
    assert not (tmp_path / "bank").exists()


def test_nothing_is_rejected_and_nothing_contradicts(bank, rulebook):
    opened = Bank.open(bank)
    assert opened.rejects().is_empty()
    limits = rulebook.at("know.quality.limits", dt.date.max).value
    found = findings(opened.tables(), None, TIMEZONE, QualityLimits(**limits), "en")
    assert found.filter(pl.col("severity") == "error").is_empty(), found["sentence"].to_list()


def test_keys_are_distinct_as_promised_to_the_loader(bank):
    opened = Bank.open(bank)
    for name, table in CONTRACTS.items():
        repeated = opened.scan(name).select(pl.struct(table.identity).is_duplicated().any()).collect().item()
        assert not repeated, name


def test_nothing_is_known_before_it_happened_nor_after_history(bank):
    opened = Bank.open(bank)
    for name in CONTRACTS:
        last = opened.scan(name).select(pl.col(KNOWN_AT).max()).collect().item()
        assert last is None or last <= end_of_day(LAST_DAY, TIMEZONE), name


def test_what_the_archive_says_matures_next_ends_or_is_renewed_on_that_day(bank, rulebook):
    tables = {name: Bank.open(bank).scan(name) for name in CONTRACTS}
    rules = archive_rules(rulebook, LAST_DAY, "cn.nfra.suitability.assessment_validity")
    ended = tables["holdings"].filter(pl.col("status") == "closed")
    days = ended.group_by("customer_id").agg(pl.col("valid_from").alias("days")).collect()
    told = 0
    for at in (dt.date(2026, 1, 31), dt.date(2026, 2, 28), dt.date(2026, 3, 31)):
        known = archive(tables, at, TIMEZONE, rules).collect()
        assert known["birth_date"].null_count() == known["age"].null_count() < len(known) // 2
        soon = at + dt.timedelta(days=10)  # all terms end within the first days of a month
        due = known.filter(pl.col("next_maturity_on") <= soon).select(
            "customer_id", "next_maturity_on", "next_maturity_amount"
        )
        met = due.join(days, on="customer_id").filter(pl.col("next_maturity_on").is_in(pl.col("days")))
        assert met.height == due.height
        assert due["next_maturity_amount"].min() > 0
        told += due.height
    assert told >= 10


def test_what_becomes_known_later_is_kept_for_later(bank):
    _, sealed = open_simulated(bank)
    assert sealed.later
    cut = end_of_day(LAST_DAY, TIMEZONE)
    for name, rows in sealed.later.items():
        assert (rows[KNOWN_AT] > cut).all(), name


def test_the_truth_gives_the_world_back(bank):
    opened, sealed = open_simulated(bank)
    state, there = sealed.world.state, sealed.world.state.here
    assert sealed.world.customers == 500
    members = (
        opened.scan("customers")
        .filter(pl.col("customer_type") != "inactive")
        .select("customer_id")
        .unique()
        .collect()
    )
    numbers = set(members["customer_id"].str.slice(1).cast(pl.Int64))
    assert set(there.nonzero()[0].tolist()) <= numbers
    assert (state.joined[there] <= sealed.world.month).all()


def test_a_truth_of_another_bank_is_refused(bank, tmp_path):
    build(tmp_path / "other", Order(50, 2, 8))
    with pytest.raises(InputUnreadableError, match="another bank"):
        open_simulated(bank, truth_folder(tmp_path / "other"))


def test_a_spoilt_truth_is_noticed(tmp_path):
    build(tmp_path / "bank", Order(50, 2, 8))
    state = truth_folder(tmp_path / "bank") / "state.parquet"
    content = bytearray(state.read_bytes())
    content[len(content) // 2] ^= 1
    state.write_bytes(bytes(content))
    with pytest.raises(InputUnreadableError, match="sealed"):
        open_simulated(tmp_path / "bank")


def test_an_older_truth_in_the_way_of_something_else_is_not_deleted(tmp_path):
    mine = tmp_path / "bank.truth"
    mine.mkdir()
    (mine / "diary.txt").write_text("mine", "utf-8")
    with pytest.raises(InputUnreadableError):
        build(tmp_path / "bank", Order(50, 2, 8))
    assert (mine / "diary.txt").read_text("utf-8") == "mine"


def test_a_messy_bank_tells_every_spoilt_row(messy):
    folder, report = messy
    assert report.rejected_rows > 0
    _, sealed = open_simulated(folder)
    faults = sealed.faults
    impossible = {"closed before opened", "level out of range", "negative premium", "no amount"}
    assert report.rejected_rows == faults.filter(pl.col("fault").is_in(impossible)).height
    assert {*impossible, "doubled", "late", "region contradicts"} <= set(faults["fault"])


def test_a_messy_bank_keeps_repeated_rows_once(messy):
    opened = Bank.open(messy[0])
    for name, table in CONTRACTS.items():
        repeated = opened.scan(name).select(pl.struct(table.identity).is_duplicated().any()).collect().item()
        assert not repeated, name
