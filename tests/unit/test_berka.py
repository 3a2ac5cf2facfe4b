"""Berka: two languages, birth numbers, loans without look-ahead, and coverage told."""

import datetime as dt

import polars as pl
import pytest

from zhike.adapters.bank import Bank, write_bank
from zhike.adapters.berka import read_berka
from zhike.core.contracts import CONTRACTS
from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.tables import as_known
from zhike.core.units import end_of_day
from zhike.observe.checks import contract_failures, split_rows

FILES = {
    "district": (["A1", "A2"], [(1, "Praha"), (2, "Kolin")]),
    "account": (["account_id", "district_id", "frequency", "date"], [(10, 1, "POPLATEK MESICNE", "930101"), (11, 2, "POPLATEK TYDNE", "950601")]),
    "client": (["client_id", "birth_number", "district_id"], [(1, "706213", 1), (2, "450204", 2), (3, "115820", 2)]),
    "disp": (
        ["disp_id", "client_id", "account_id", "type"],
        [(1, 1, 10, "OWNER"), (2, 2, 10, "DISPONENT"), (3, 3, 11, "OWNER")],
    ),
    "loan": (
        ["loan_id", "account_id", "date", "amount", "duration", "payments", "status"],
        [(7, 10, "940105", 96396, 12, 8033.0, "A"), (8, 11, "970105", 50000, 12, 4166.7, "B"), (9, 11, "980105", 60000, 60, 1000.0, "D")],
    ),
    "card": (["card_id", "disp_id", "type", "issued"], [(5, 2, "gold", "960701 00:00:00")]),
    "order": (
        ["order_id", "account_id", "bank_to", "account_to", "amount", "k_symbol"],
        [(90, 10, "YZ", "87144583", 2452.0, "SIPO"), (91, 11, "ST", "1", 3372.7, " ")],
    ),
}  # fmt: skip
TRANS = [
    "trans_id",
    "account_id",
    "date",
    "type",
    "operation",
    "amount",
    "balance",
    "k_symbol",
    "bank",
    "account",
]
CZECH = [
    (1, 10, "930101", "PRIJEM", "VKLAD", 700.0, 700.0, None, None, None),
    (2, 10, "930105", "VYDAJ", "PREVOD NA UCET", 33.3, 666.7, "SIPO", "YZ", "123"),
    (3, 10, "930106", "VYBER", "VYBER", 100.0, 566.7, " ", None, "0"),
    (4, 10, "930131", "PRIJEM", None, 1.1, 567.8, "UROK", None, None),
    (5, 10, "930131", "PRIJEM", "PREVOD Z UCTU", 4000.0, 4567.8, "DUCHOD", "AB", "7"),
    (6, 10, "930131", "VYDAJ", "VYBER", 0.1, 4567.7, "SANKC. UROK", None, None),
]
ENGLISH = [
    (21, 11, "1996-07-28", "credit", "credit in cash", 900.0, 900.0, None, None, None),
    (22, 11, "1996-07-29", "withdrawal in cash", "withdrawal in cash", 14.6, 885.4, "payment for statement", None, None),
    (23, 11, "1996-07-30", "withdrawal", "credit card withdrawal", 100.0, 785.4, None, None, None),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name, (columns, rows) in FILES.items():
        pl.DataFrame(rows, schema=columns, orient="row").write_parquet(source / f"{name}.parquet")
    pl.DataFrame(CZECH, schema=TRANS, orient="row").write_parquet(source / "trans_prefix.parquet")
    english = pl.DataFrame(ENGLISH, schema=TRANS, orient="row").with_columns(
        pl.col("date").str.to_datetime("%Y-%m-%d")
    )
    english.write_parquet(source / "trans_before_loan.parquet")
    return source


@pytest.fixture
def bank(folder, tmp_path):
    write_bank(tmp_path / "bank", read_berka(folder))
    return Bank.open(tmp_path / "bank")


def known(bank, table, at):
    return as_known(bank.scan(table), CONTRACTS[table], at, end_of_day(at, bank.manifest.timezone)).collect()


def test_the_birth_number_carries_sex_and_birthday(bank):
    rows = bank.scan("customers").collect().sort("customer_id").select("sex", "birth_date", "region")
    assert rows.rows() == [
        ("female", dt.date(1970, 12, 13), "Praha"),
        ("male", dt.date(1945, 2, 4), "Kolin"),
        ("female", dt.date(1911, 8, 20), "Kolin"),
    ]


def test_people_and_their_accounts(bank):
    rows = bank.scan("relationships").collect().select("customer_id", "object_id", "role", "valid_from")
    assert rows.rows() == [
        ("1", "10", "owner", dt.date(1993, 1, 1)),
        ("2", "10", "authorised_user", dt.date(1993, 1, 1)),
        ("3", "11", "owner", dt.date(1995, 6, 1)),
    ]


def test_both_languages_become_one_vocabulary(bank):
    rows = bank.scan("transactions").collect().sort("sequence")
    assert rows.select("amount", "balance_after", "method", "purpose", "counterparty").rows() == [
        (70000, 70000, "cash", None, None),
        (-3330, 66670, "transfer", "household", "YZ 123"),
        (-10000, 56670, "cash", "other", None),
        (110, 56780, "internal", "interest", None),
        (400000, 456780, "transfer", "pension", "AB 7"),
        (-10, 456770, "cash", "penalty_interest", None),
        (90000, 90000, "cash", None, None),
        (-1460, 88540, "cash", "fee", None),
        (-10000, 78540, "card", None, None),
    ]


def test_balances_follow_from_the_amounts(bank):
    rows = bank.scan("transactions").collect().sort("account_id", "sequence")
    sums = rows.select(pl.col("amount").cum_sum().over("account_id"))["amount"]
    assert sums.to_list() == rows["balance_after"].to_list()


def test_the_end_of_a_loan_is_not_known_before_the_end_of_the_data(bank):
    def states(at):
        rows = known(bank, "holdings", at).filter(pl.col("product_id") == "loan")
        return dict(rows.select("holding_id", "status").rows())

    assert states(dt.date(1994, 1, 4)) == {}
    assert states(dt.date(1998, 12, 31)) == {"loan:7": "active", "loan:8": "active", "loan:9": "active"}
    assert states(dt.date(1999, 1, 1)) == {"loan:7": "repaid", "loan:8": "in_arrears", "loan:9": "in_arrears"}
    ended = bank.scan("holdings").filter(holding_id="loan:7", status="repaid").collect()
    assert ended["valid_from"].to_list() == [dt.date(1995, 1, 5)]
    assert bank.scan("holdings").filter(holding_id="loan:9").collect()["matures_on"].unique().to_list() == [
        dt.date(2003, 1, 5)
    ]


def test_standing_orders_are_known_from_the_end_of_the_data(bank):
    assert (
        known(bank, "holdings", dt.date(1998, 12, 31))
        .filter(pl.col("holding_id").str.starts_with("order"))
        .is_empty()
    )
    orders = known(bank, "holdings", dt.date(1999, 1, 1)).filter(
        pl.col("holding_id").str.starts_with("order")
    )
    assert orders.sort("holding_id").select("customer_id", "product_id", "amount").rows() == [
        ("1", "standing_order_household", 245200),
        ("3", "standing_order_other", 337270),
    ]


def test_a_card_belongs_to_the_person_it_was_issued_to(bank):
    card = bank.scan("holdings").filter(holding_id="card:5").collect().row(0, named=True)
    assert (card["customer_id"], card["account_id"], card["product_id"]) == ("2", "10", "card_gold")
    assert card["valid_from"] == dt.date(1996, 7, 1)


def test_the_notes_tell_the_coverage(bank):
    notes = [note.en for note in bank.manifest.notes]
    assert notes[0].startswith(
        "Transactions are partial: 9 of 1056320 published rows, for 2 of 2 accounts; 0"
    )
    assert (
        "trans_prefix.parquet: 6 transactions of 1 accounts, 1993-01-01 to 1993-01-31; a median account has 6."
        in notes
    )


@pytest.mark.parametrize(
    ("column", "value", "code", "found"),
    [
        ("date", "930231", "bad_date", "930231"),
        ("type", "PRIJMY", "bad_value", "PRIJMY"),
        ("k_symbol", "NAJEM", "bad_value", "NAJEM"),
        ("operation", "SMS", "bad_value", "SMS"),
        ("amount", 0.001, "bad_money", "0.001"),
        ("balance", float("nan"), "bad_money", "NaN"),
        ("trans_id", None, "missing_value", None),
    ],
)
def test_a_bad_cell_of_a_transaction_is_rejected(folder, column, value, code, found):
    row = dict(zip(TRANS, CZECH[0], strict=True)) | {column: value}
    rows = pl.DataFrame([row, *(dict(zip(TRANS, other, strict=True)) for other in CZECH[1:])])
    rows.write_parquet(folder / "trans_prefix.parquet")
    load = read_berka(folder)
    rejects = load.rejects["transactions"]
    assert rejects.select("source_file", "line", "code", "found").row(0) == (
        "trans_prefix.parquet",
        1,
        code,
        found,
    )
    assert rejects["line"].unique().to_list() == [1]
    assert load.tables["transactions"].height == 8


def test_impossible_birth_numbers_and_orphans_are_rejected(folder):
    clients = [(1, "701313", 1), (2, "450230", 2), (3, "115820", 2)]
    pl.DataFrame(clients, schema=FILES["client"][0], orient="row").write_parquet(folder / "client.parquet")
    cards = [(5, 99, "gold", "960701 00:00:00"), (6, 2, "platinum", "960701 00:00:00")]
    pl.DataFrame(cards, schema=FILES["card"][0], orient="row").write_parquet(folder / "card.parquet")
    load = read_berka(folder)
    assert load.rejects["customers"].select("line", "code", "found").rows() == [
        (1, "bad_date", "701313"),
        (2, "bad_date", "450230"),
    ]
    cells = load.rejects["holdings"].select("line", "code", "column").rows()
    assert (2, "bad_value", "product_id") in cells
    assert (1, "missing_value", "customer_id") in cells


def test_days_may_be_digits(folder, bank):
    rows = pl.read_parquet(folder / "trans_prefix.parquet").with_columns(pl.col("date").cast(pl.Int64))
    rows.write_parquet(folder / "trans_prefix.parquet")
    days = read_berka(folder).tables["transactions"].sort("sequence")["booked_on"]
    assert days.to_list() == bank.scan("transactions").collect().sort("sequence")["booked_on"].to_list()


def test_missing_files_and_columns_are_clear_errors(folder):
    (folder / "trans_prefix.parquet").unlink()
    read_berka(folder)
    (folder / "trans_before_loan.parquet").unlink()
    with pytest.raises(InputNotFoundError, match="trans"):
        read_berka(folder)
    pl.DataFrame({"A1": [1]}).write_parquet(folder / "district.parquet")
    with pytest.raises(InputUnreadableError, match="without A2"):
        read_berka(folder)


@pytest.mark.data
def test_the_whole_extract(shared_data, tmp_path):
    load = read_berka(shared_data / "berka_pkdd99")
    assert load.rejects == {}
    write_bank(tmp_path / "bank", load)
    assert write_bank(tmp_path / "bank", load).unchanged
    bank = Bank.open(tmp_path / "bank")
    assert (bank.rows()["customers"], bank.rows()["accounts"]) == (5369, 4500)
    for name in load.tables:
        table = CONTRACTS[name]
        assert split_rows(bank.scan(name).collect(), table, contract_failures(table)).rejects.is_empty()
    owners = bank.scan("relationships").filter(role="owner").collect()
    assert owners["object_id"].n_unique() == owners.height == 4500
