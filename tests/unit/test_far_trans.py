"""FAR-Trans: the traps of its dates, and the whole extract where it is at hand."""

import datetime as dt

import polars as pl
import pytest

from zhike.adapters.bank import Bank, write_bank
from zhike.adapters.far_trans import read_far_trans
from zhike.adapters.rule_files import load_rulebook
from zhike.core.contracts import CONTRACTS
from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.tables import as_known
from zhike.core.units import end_of_day
from zhike.observe.checks import contract_failures, split_rows

PROFILES = pl.DataFrame(
    [
        ("A", "Mass", "Income", "CAP_LT30K", "2018-06-01", "2018-01-02"),
        ("A", "Premium", "Balanced", "CAP_GT300K", "2020-05-01", "2019-01-02"),
        ("B", "Legal Entity", "Predicted_Aggressive", "Predicted_CAP_30K_80K", "2000-01-01", "2018-01-02"),
        ("B", "Legal Entity", "Predicted_Aggressive", "Predicted_CAP_30K_80K", "2000-01-01", "2018-01-02"),
        ("C", "Inactive", "Not_Available", "Not_Available", "2018-02-01", "2020-03-01"),
        ("E", "Professional", "Conservative", "CAP_80K_300K", "2021-01-01", "2018-01-02"),
        ("E", "Professional", "Aggressive", "CAP_80K_300K", "2021-01-01", "2019-01-02"),
    ],
    schema=[
        "customerID",
        "customerType",
        "riskLevel",
        "investmentCapacity",
        "lastQuestionnaireDate",
        "timestamp",
    ],
    orient="row",
)
ASSETS = pl.DataFrame(
    [
        ("X", "Fund X", "FX", "MTF", "Money Market", "AE", None, None, "2018-01-02"),
        ("Y", None, "Y", "Stock", None, "AE", "Banks", "Retail", "2018-01-02"),
        ("Z", "Fund Z", "FZ", "Stock", None, "AE", "Gold", None, "2018-01-02"),
        ("Z", "Fund Z", "FZ", "MTF", "Structured", "AE", None, None, "2018-01-02"),
    ],
    schema=[
        "ISIN", "assetName", "assetShortName", "assetCategory", "assetSubCategory", "marketID", "sector", "industry",
        "timestamp",
    ],
    orient="row",
)  # fmt: skip
BUYS = pl.DataFrame(
    [
        ("A", "X", "2018-01-02", "2019-04-01", "train"),
        ("C", "Y", "2019-04-01", "2019-08-01", "train"),
        ("D", "Y", "2021-12-08", "2022-01-05", "test"),
    ],
    schema=["customerID", "ISIN", "first_buy_from", "first_buy_before", "evidence"],
    orient="row",
)


@pytest.fixture(scope="module")
def rules():
    return load_rulebook(None)


@pytest.fixture
def folder(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    PROFILES.write_parquet(source / "customer_information.parquet")
    ASSETS.write_parquet(source / "asset_information.parquet")
    days = pl.col("first_buy_from", "first_buy_before").str.to_datetime("%Y-%m-%d")
    BUYS.with_columns(days).write_parquet(source / "first_buys.parquet")
    return source


@pytest.fixture
def tables(folder, rules, tmp_path):
    write_bank(tmp_path / "bank", read_far_trans(folder, rules))
    return {name: frame.collect() for name, frame in Bank.open(tmp_path / "bank").tables().items()}


def known(table, frame, at):
    return as_known(frame.lazy(), CONTRACTS[table], at, end_of_day(at, "Europe/Athens")).collect()


def test_a_level_counts_as_known_from_its_questionnaire_on(tables):
    risk = tables["assessments"].filter(kind="risk_tolerance", customer_id="A")
    assert known("assessments", risk, dt.date(2018, 5, 31)).is_empty()
    assert known("assessments", risk, dt.date(2018, 6, 1))["level"].to_list() == [2]
    assert known("assessments", risk, dt.date(2020, 4, 30))["level"].to_list() == [2]
    assert known("assessments", risk, dt.date(2020, 5, 1))["level"].to_list() == [3]


def test_of_two_profiles_with_one_questionnaire_the_later_row_speaks(tables):
    risk = tables["assessments"].filter(kind="risk_tolerance", customer_id="E")
    assert risk.select("level", "label", "assessed_on").rows() == [(4, "Aggressive", dt.date(2021, 1, 1))]


def test_imputed_levels_say_so_and_have_no_questionnaire_day(tables):
    rows = tables["assessments"].filter(customer_id="B").sort("kind")
    assert rows.select("kind", "method", "level", "assessed_on", "lower_amount", "upper_amount").rows() == [
        ("capacity_for_loss", "imputed", 2, None, 30_000_00, 80_000_00),
        ("risk_tolerance", "imputed", 4, None, None, None),
    ]


def test_a_level_that_is_not_available_is_a_row_without_one(tables):
    assert tables["assessments"].filter(customer_id="C")["level"].to_list() == [None, None]


def test_customers_are_known_from_their_first_purchase(tables):
    rows = (
        tables["customers"]
        .sort("customer_id", "valid_from")
        .select("customer_id", "customer_type", "origin", "valid_from")
    )
    assert rows.rows() == [
        ("A", "person", "source", dt.date(2018, 1, 2)),
        ("A", "person", "source", dt.date(2019, 1, 2)),
        ("B", "firm", "source", dt.date(2018, 1, 2)),
        ("C", None, "inferred", dt.date(2019, 7, 31)),
        ("C", "inactive", "source", dt.date(2020, 3, 1)),
        ("D", None, "inferred", dt.date(2022, 1, 5)),
        ("E", "professional", "source", dt.date(2018, 1, 2)),
        ("E", "professional", "source", dt.date(2019, 1, 2)),
    ]


def test_a_purchase_is_known_when_its_interval_ends(tables):
    rows = (
        tables["holdings"].sort("customer_id").select("holding_id", "started_after", "valid_from", "known_at")
    )
    assert rows.drop("known_at").rows() == [
        ("A:X", dt.date(2018, 1, 2), dt.date(2019, 3, 31)),
        ("C:Y", dt.date(2019, 4, 1), dt.date(2019, 7, 31)),
        ("D:Y", dt.date(2021, 12, 9), dt.date(2022, 1, 5)),
    ]
    first = tables["holdings"].filter(holding_id="A:X")
    assert known("holdings", first, dt.date(2019, 3, 30)).is_empty()
    assert known("holdings", first, dt.date(2019, 3, 31)).height == 1


def test_products_take_the_description_with_a_sub_category(tables):
    rows = tables["products"].sort("product_id")
    assert rows.select("product_id", "name", "family", "seller_risk_level", "complex", "terms").rows() == [
        ("X", "Fund X", "fund", 1, False, None),
        ("Y", "Y", "stock", 4, False, "Banks / Retail"),
        ("Z", "Fund Z", "fund", 4, True, "Gold"),
    ]


def test_dates_may_come_as_text(folder, rules, tables):
    BUYS.write_parquet(folder / "first_buys.parquet")
    holdings = read_far_trans(folder, rules).tables["holdings"]
    assert holdings.select(tables["holdings"].columns).equals(tables["holdings"])


def test_bad_cells_are_rejected_with_their_row(folder, rules):
    bad = PROFILES.with_row_index("n").with_columns(
        timestamp=pl.when(pl.col("n") == 0).then(pl.lit("2018-02-30")).otherwise("timestamp"),
        riskLevel=pl.when(pl.col("n") == 1).then(pl.lit("Reckless")).otherwise("riskLevel"),
    )
    bad.drop("n").write_parquet(folder / "customer_information.parquet")
    rejects = pl.concat(read_far_trans(folder, rules).rejects.values()).sort("table", "line", "column")
    assert rejects.select("table", "line", "code", "column", "found").rows() == [
        ("assessments", 1, "bad_date", "valid_from", "2018-02-30"),
        ("assessments", 1, "bad_date", "valid_from", "2018-02-30"),
        ("assessments", 2, "bad_value", "label", "Reckless"),
        ("customers", 1, "bad_date", "valid_from", "2018-02-30"),
    ]


def test_missing_files_and_columns_are_clear_errors(folder, rules, tmp_path):
    with pytest.raises(InputNotFoundError, match="nowhere"):
        read_far_trans(tmp_path / "nowhere", rules)
    BUYS.drop("evidence").write_parquet(folder / "first_buys.parquet")
    with pytest.raises(InputUnreadableError, match="without evidence"):
        read_far_trans(folder, rules)
    (folder / "first_buys.parquet").write_bytes(b"not parquet")
    with pytest.raises(InputUnreadableError, match=r"first_buys\.parquet"):
        read_far_trans(folder, rules)
    (folder / "first_buys.parquet").unlink()
    with pytest.raises(InputNotFoundError, match=r"first_buys\.parquet"):
        read_far_trans(folder, rules)


@pytest.mark.data
def test_the_whole_extract(shared_data, rules, tmp_path):
    source = shared_data / "far_trans"
    load = read_far_trans(source, rules)
    assert load.rejects == {}
    report = write_bank(tmp_path / "bank", load)
    assert report.rejected_rows == 0
    assert write_bank(tmp_path / "bank", load).unchanged
    bank = Bank.open(tmp_path / "bank")
    for name in load.tables:
        table = CONTRACTS[name]
        assert split_rows(bank.scan(name).collect(), table, contract_failures(table)).rejects.is_empty()
    profiles = pl.read_parquet(source / "customer_information.parquet")
    buys = pl.read_parquet(source / "first_buys.parquet")
    customers, holdings = bank.scan("customers").collect(), bank.scan("holdings").collect()
    assert set(customers["customer_id"]) == {*profiles["customerID"], *buys["customerID"].cast(pl.String)}
    assert holdings.height == buys.height


@pytest.mark.data
def test_what_is_known_at_a_split_is_its_published_training_set(shared_data, rules):
    load = read_far_trans(shared_data / "far_trans", rules)
    published = pl.read_parquet(shared_data / "far_trans" / "splits.parquet")
    for window, size in zip(
        load.outcomes["windows"].iter_rows(named=True), published["train_pairs"], strict=True
    ):
        assert known("holdings", load.tables["holdings"], window["at"]).height == size


@pytest.mark.data
def test_no_level_is_known_before_its_questionnaire(shared_data, rules):
    assessments = read_far_trans(shared_data / "far_trans", rules).tables["assessments"]
    early = assessments.filter(pl.col("valid_from") < pl.col("assessed_on"))
    assert early.is_empty()
    assert assessments.filter(pl.col("assessed_on") == dt.date(2000, 1, 1)).is_empty()
