"""The made-up bank: the same for the same seed, sound but for the faults put there, and with a customer for each rule."""

import datetime as dt
import hashlib

import polars as pl
import pytest
from made_up.blemishes import BLEMISHES, CONTRADICTIONS, REPEATED
from made_up.small_bank import LAST_DAY, small_bank, write_extract

from zhike.adapters.bank import Bank
from zhike.adapters.sources import load_source
from zhike.core.errors import UsageError
from zhike.know.archive import archive, archive_rules

HORIZON = dt.timedelta(days=90)


@pytest.fixture(scope="module")
def files():
    return small_bank(customers=600, seed=11)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory, rulebook):
    folder = tmp_path_factory.mktemp("small")
    write_extract(folder / "extract", customers=600, seed=11)
    report = load_source(folder / "bank", "csv", folder / "extract", rulebook)
    return Bank.open(folder / "bank"), report, folder


@pytest.fixture(scope="module")
def rows(loaded, rulebook):
    bank = loaded[0]
    rules = archive_rules(rulebook, LAST_DAY, "cn.nfra.suitability.assessment_validity")
    return archive(bank.tables(), LAST_DAY, bank.manifest.timezone, rules).collect()


def contents(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    first = write_extract(tmp_path / "a", customers=30, seed=3)
    second = write_extract(tmp_path / "b", customers=30, seed=3)
    assert first == second
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_another_seed_or_size_gives_another_bank(tmp_path):
    digests = {
        write_extract(tmp_path / f"{n}-{s}", customers=n, seed=s) for n, s in ((30, 3), (30, 4), (31, 3))
    }
    assert len(digests) == 3


def test_the_digest_is_that_of_the_files(tmp_path):
    digest = write_extract(tmp_path, customers=10, seed=1)
    expected = hashlib.sha256()
    for name, content in sorted(contents(tmp_path).items()):
        expected.update(name.encode() + b"\0" + content)
    assert digest == expected.hexdigest()


@pytest.mark.parametrize("customers", [10, 17, 250])
def test_it_has_as_many_customers_as_asked_for(customers):
    assert small_bank(customers, 5)["客户信息.csv"]["客户号"].n_unique() == customers


def test_a_negative_seed_is_a_seed():
    assert not small_bank(10, -1)["accounts.csv"].equals(small_bank(10, 1)["accounts.csv"])


def test_fewer_than_ten_customers_are_refused():
    with pytest.raises(UsageError, match="at least 10"):
        small_bank(9, 1)


def test_progress_is_told_up_to_the_end():
    told = []
    small_bank(10, 1, lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_every_fault_and_nothing_else_is_rejected(loaded):
    rejects = loaded[0].rejects(None)
    found = sorted(zip(rejects["source_file"], rejects["code"], strict=True))
    assert found == sorted((file, code) for file, code, _ in BLEMISHES)


def test_contradictions_are_loaded_for_the_check_to_find(loaded):
    accounts = set(loaded[0].scan("accounts").collect()["account_id"])
    customers = set(loaded[0].scan("customers").collect()["customer_id"])
    bookings = loaded[0].scan("transactions").collect()
    strangers = loaded[0].scan("holdings").filter(~pl.col("customer_id").is_in(list(customers))).collect()
    assert (~bookings["account_id"].is_in(list(accounts))).sum() == 1
    assert len(strangers) == 1
    assert len(CONTRADICTIONS) == 2


def test_the_repeated_row_is_kept_once(loaded):
    bank, report, folder = loaded
    lines = (folder / "extract" / REPEATED).read_text("utf-8").splitlines()
    assert len(lines) - len(set(lines)) == 1
    assert report.identical["interactions"] == 1
    assert bank.scan("interactions").collect()["interaction_id"].is_unique().all()


def test_loading_it_again_changes_nothing(loaded, rulebook):
    bank, _, folder = loaded
    before = bank.sha256
    assert load_source(folder / "bank", "csv", folder / "extract", rulebook).unchanged
    assert Bank.open(folder / "bank").sha256 == before


def test_every_column_of_every_file_is_mapped(loaded):
    notes = " ".join(note.en for note in loaded[0].manifest.notes)
    assert "not use" not in notes
    assert "unused" not in notes


def test_balances_follow_from_amounts_and_never_fall_below_nothing(files):
    money = pl.concat([files["transactions_2025.csv"], files["transactions_2026.csv"]])
    running = money.with_columns(before=pl.col("BAL").shift(1).over("ACCT_NO", order_by="SEQ"))
    steps = running.filter(pl.col("before").is_not_null())
    assert (steps["before"] + steps["AMT"] == steps["BAL"]).all()
    assert money["BAL"].min() >= 0
    assert money["TXN_NO"].is_unique().all()


def test_bookings_are_in_the_order_of_their_days(files):
    for name in ("transactions_2025.csv", "transactions_2026.csv"):
        assert files[name]["TXN_DT"].is_sorted()
        assert files[name]["TXN_DT"].str.slice(0, 4).unique().to_list() == [name[-8:-4]]


@pytest.mark.parametrize(
    "table", ["customers", "holdings", "transactions", "interactions", "complaints", "consents"]
)
def test_nothing_happens_or_is_known_after_the_last_day(loaded, table):
    bank = loaded[0]
    frame = bank.scan(table).collect()
    day = {"transactions": "booked_on", "interactions": "occurred_on"}.get(table, "valid_from")
    assert frame[day].max() <= LAST_DAY
    assert frame["known_at"].dt.convert_time_zone(bank.manifest.timezone).dt.date().max() <= LAST_DAY


def test_nobody_holds_a_product_before_it_was_offered(loaded):
    bank = loaded[0]
    launched = bank.scan("products").group_by("product_id").agg(pl.col("valid_from").min().alias("launched"))
    early = (
        bank.scan("holdings")
        .join(launched, on="product_id")
        .filter(pl.col("valid_from") < pl.col("launched"))
    )
    assert early.collect().is_empty()


def test_a_contract_that_ended_was_running_before(loaded):
    ended = loaded[0].scan("holdings").filter(pl.col("valid_to").is_not_null()).collect()
    first = loaded[0].scan("holdings").group_by("holding_id").agg(pl.col("valid_from").min().alias("first"))
    both = ended.join(first.collect(), on="holding_id")
    assert len(both) > 50
    assert (both["first"] < both["valid_to"]).all()


def test_enough_is_bought_in_the_last_window_to_learn_from(loaded):
    first = loaded[0].scan("holdings").group_by("holding_id").agg(pl.col("valid_from").min()).collect()
    assert (first["valid_from"] > LAST_DAY - HORIZON).sum() > 50


@pytest.mark.parametrize(
    ("what", "condition"),
    [
        ("older customers", pl.col("age") >= 65),
        ("minors", pl.col("age") < 18),
        ("firms", pl.col("customer_type") == "firm"),
        ("professionals", pl.col("customer_type") == "professional"),
        ("dormant customers", pl.col("customer_type") == "inactive"),
        ("adults without full capacity", ~pl.col("full_capacity") & (pl.col("age") >= 18)),
        ("unknown capacity", pl.col("full_capacity").is_null() & (pl.col("customer_type") == "person")),
        ("families", pl.col("household_size") >= 3),
        ("joint or authorised accounts", pl.col("accounts_authorised") > 0),
        ("valid assessments", pl.col("risk_status") == "valid"),
        ("expired assessments", pl.col("risk_status") == "expired"),
        ("imputed assessments", pl.col("risk_status") == "imputed"),
        ("missing assessments", pl.col("risk_status") == "missing"),
        ("a rush of assessments", pl.col("assessments_12m") >= 8),
        ("two assessments on the day", pl.col("assessments_on_day") >= 2),
        ("a known capacity", pl.col("capacity_upper").is_not_null()),
        ("consent given", pl.col("consents_given").list.len() > 0),
        ("consent withdrawn", pl.col("consents_withdrawn").list.len() > 0),
        ("no answer on consent", ~pl.col("consent_on_record")),
        ("wish to be left alone", pl.col("do_not_contact")),
        ("open complaints", pl.col("complaints_open") > 0),
        ("settled complaints", (pl.col("complaints_open") == 0) & (pl.col("complaints_365d") > 0)),
        ("salaries", pl.col("salary_like_inflow") > 0),
        ("penalty interest", pl.col("penalty_interest_365d") > 0),
        ("money that leaves", (pl.col("net_flow_90d") < 0) & (pl.col("balance_trend_12m") < 0)),
        ("new customers", pl.col("tenure_months") < 3),
        ("customers contacted yesterday", pl.col("days_since_last_contact_out") < 3),
        ("customers contacted too often", pl.col("contacts_out_30d") >= 4),
    ],
)
def test_there_is_somebody_for_each_rule(rows, what, condition):
    assert rows.filter(condition).height > 0, what


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_every_level_of_risk_is_there(rows, level):
    assert (rows["risk_level"] == level).any()


def test_holdings_mostly_fit_the_customer(loaded, rows):
    level = pl.max_horizontal("seller_risk_level", "issuer_risk_level").alias("product_level")
    products = loaded[0].scan("products").select("product_id", level).unique("product_id").collect()
    held = (
        rows.select("customer_id", "risk_level", product_id="products_held")
        .explode("product_id")
        .join(products, on="product_id")
    )
    both = held.drop_nulls(["risk_level", "product_level"])
    assert len(both) > 100
    assert (both["product_level"] <= both["risk_level"] + 1).mean() > 0.9
