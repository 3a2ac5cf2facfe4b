"""The Berka data (PKDD'99): a Czech bank 1993-1998, eight related tables, as a bank folder.

Two files look ahead and are dated accordingly: a loan's ``status`` and the standing orders are the state at the end of
the data, so they count as known from the day after. Transactions come in parts that may leave most accounts
without any; the manifest's notes give the coverage.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.adapters.bank_load import Load
from zhike.adapters.berka_notes import notes_of
from zhike.adapters.berka_transactions import CURRENCY, TIMEZONE, exact_money, read_transactions
from zhike.adapters.source_files import day_of, finished, read_source, source_folder
from zhike.core.contracts import contract
from zhike.core.tables import VALID_FROM
from zhike.observe.checks import Failure, Split, contract_failures, split_rows, start_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["EXTRACTED_ON", "LAST_DAY", "read_berka"]

POLICY: Final = "policies.retail_generic"
LAST_DAY: Final = dt.date(1998, 12, 31)
EXTRACTED_ON: Final = dt.date(1999, 1, 1)
"""First day on which anyone could know the state at the end of the data."""

_FIRST_DAY: Final = dt.date(1993, 1, 1)
_CURRENT_ACCOUNT: Final = "current_account"
_LOAN: Final = "loan"
_LAYOUT: Final = {
    "account": ("account_id", "district_id", "frequency", "date"),
    "card": ("card_id", "disp_id", "type", "issued"),
    "client": ("client_id", "birth_number", "district_id"),
    "disp": ("disp_id", "client_id", "account_id", "type"),
    "district": ("A1", "A2"),
    "loan": ("loan_id", "account_id", "date", "amount", "duration", "payments", "status"),
    "order": ("order_id", "account_id", "bank_to", "account_to", "amount", "k_symbol"),
}
_PRODUCTS: Final = (
    (_CURRENT_ACCOUNT, "Current account", "settlement", "current_account"),
    (_LOAN, "Loan", "loan", "loan"),
    ("card_junior", "Junior card", "card", "card"),
    ("card_classic", "Classic card", "card", "card"),
    ("card_gold", "Gold card", "card", "card"),
    ("standing_order_household", "Standing order for household bills", "payment", "standing_order_household"),
    ("standing_order_insurance", "Standing order for insurance", "payment", "standing_order_insurance"),
    ("standing_order_loan", "Standing order for a loan", "payment", "standing_order_loan"),
    ("standing_order_leasing", "Standing order for leasing", "payment", "standing_order_leasing"),
    ("standing_order_other", "Standing order", "payment", "standing_order_other"),
)
_ROLES: Final = {
    "OWNER": "owner",
    "DISPONENT": "authorised_user",
    "owner": "owner",
    "disponent": "authorised_user",
}
_LOAN_STATES: Final = {"A": "repaid", "B": "in_arrears", "C": "active", "D": "in_arrears"}
"""B is finished and unpaid: the debt is still owed, and nothing says that the bank wrote it off."""
_ORDERS: Final = {
    "SIPO": "standing_order_household",
    "POJISTNE": "standing_order_insurance",
    "UVER": "standing_order_loan",
    "LEASING": "standing_order_leasing",
    "": "standing_order_other",
}


def read_berka(folder: Path) -> Load:
    """Read the Berka files into contract tables.

    Parameters
    ----------
    folder : Path
        Folder with account, card, client, disp, district, loan, order and at least one ``trans*`` Parquet file.

    Returns
    -------
    Load
        Tables customers, relationships, accounts, products, holdings and transactions.
    """
    folder = source_folder(folder)
    source = {name: read_source(folder, f"{name}.parquet", columns) for name, columns in _LAYOUT.items()}
    regions = {row[0]: row[1] for row in source["district"].select("A1", "A2").iter_rows()}
    accounts = source["account"].with_columns(
        opened_on=day_of(source["account"], "date", "%y%m%d"), region=_named(pl.col("district_id"), regions)
    )
    ties = source["disp"].join(accounts.select("account_id", "opened_on"), on="account_id", how="left")
    owners = ties.filter(pl.col("type").str.to_uppercase() == "OWNER").select(
        "account_id", customer_id=pl.col("client_id").cast(pl.String)
    )
    transactions, booked = read_transactions(folder)
    splits = {
        "customers": _customers(source["client"], ties, regions),
        "relationships": _relationships(ties),
        "accounts": _accounts(accounts),
        "products": _products(),
        "holdings": _joined(
            _account_holdings(accounts, owners),
            _loans(source["loan"], owners),
            _cards(source["card"], ties),
            _orders(source["order"], owners),
        ),
        "transactions": transactions,
    }
    return Load(
        name="Berka",
        source="berka",
        timezone=TIMEZONE,
        currency=CURRENCY,
        policy=POLICY,
        tables={name: split.good for name, split in splits.items()},
        rejects={name: split.rejects for name, split in splits.items() if split.rejects.height},
        notes=notes_of(booked, source),
    )


def _customers(clients: pl.DataFrame, ties: pl.DataFrame, regions: dict[int, str]) -> Split:
    """Return one version a client, known since the first account that names them was opened."""
    since = ties.group_by("client_id").agg(pl.col("opened_on").min().alias(VALID_FROM))
    birth = pl.col("birth_number").cast(pl.String).str.zfill(6)
    month = birth.str.slice(2, 2).cast(pl.Int32, strict=False)
    female = month > 50  # noqa: PLR2004 - the Czech birth number adds 50 to the month of women
    rows = clients.join(since, on="client_id", how="left").with_columns(
        pl.col(VALID_FROM).fill_null(LAST_DAY),
        customer_id=pl.col("client_id").cast(pl.String),
        customer_type=pl.lit("person"),
        sex=pl.when(female).then(pl.lit("female")).when(month.is_not_null()).then(pl.lit("male")),
        birth_date=pl.format(
            "19{}-{}-{}",
            birth.str.slice(0, 2),
            (month - pl.when(female).then(50).otherwise(0)).cast(pl.String).str.zfill(2),
            birth.str.slice(4, 2),
        ).str.to_date("%Y-%m-%d", strict=False),
        region=_named(pl.col("district_id"), regions),
        currency=pl.lit(CURRENCY),
        origin=pl.lit("source"),
    )
    unborn = pl.col("birth_date").is_null()
    text = pl.col("birth_number").cast(pl.String)
    return _split(rows, "customers", Failure("bad_date", "birth_date", "%y%m%d, month + 50", unborn, text))


def _relationships(ties: pl.DataFrame) -> Split:
    rows = ties.with_columns(
        relationship_id=pl.col("disp_id").cast(pl.String),
        customer_id=pl.col("client_id").cast(pl.String),
        object_type=pl.lit("account"),
        object_id=pl.col("account_id").cast(pl.String),
        role=_named(pl.col("type"), _ROLES),
        valid_from="opened_on",
    )
    return _split(rows, "relationships", _unknown("role", "type", _ROLES))


def _accounts(accounts: pl.DataFrame) -> Split:
    rows = accounts.with_columns(
        pl.col("account_id").cast(pl.String),
        product_id=pl.lit(_CURRENT_ACCOUNT),
        currency=pl.lit(CURRENCY),
        valid_from="opened_on",
    )
    return _split(rows, "accounts", _undated("date", "%y%m%d"))


def _products() -> Split:
    names = ["product_id", "name", "family", "product_group"]
    rows = pl.DataFrame(_PRODUCTS, schema=names, orient="row").with_columns(
        regime=pl.lit("none"),
        target_market=pl.lit("retail"),
        currency=pl.lit(CURRENCY),
        valid_from=pl.lit(_FIRST_DAY),
    )
    return _split(rows, "products")


def _account_holdings(accounts: pl.DataFrame, owners: pl.DataFrame) -> Split:
    rows = accounts.join(owners, on="account_id", how="left").with_columns(
        pl.col("account_id").cast(pl.String),
        holding_id=pl.format("account:{}", "account_id"),
        product_id=pl.lit(_CURRENT_ACCOUNT),
        currency=pl.lit(CURRENCY),
        status=pl.lit("active"),
        valid_from="opened_on",
    )
    return _split(rows, "holdings", _undated("date", "%y%m%d"))


def _loans(loans: pl.DataFrame, owners: pl.DataFrame) -> Split:
    """Return each loan as it was when granted, and as the end of the data shows it."""
    granted = loans.join(owners, on="account_id", how="left").with_columns(
        pl.col("account_id").cast(pl.String),
        exact_money("amount"),
        _found=pl.col("amount").cast(pl.String),
        holding_id=pl.format("loan:{}", "loan_id"),
        product_id=pl.lit(_LOAN),
        currency=pl.lit(CURRENCY),
        valid_from=day_of(loans, "date", "%y%m%d"),
        _state=_named(pl.col("status"), _LOAN_STATES),
    )
    maturity = pl.col(VALID_FROM).dt.offset_by(pl.format("{}mo", pl.col("duration").cast(pl.Int64)))
    granted = granted.with_columns(matures_on=maturity)
    finished_loan = pl.col("status").is_in(["A", "B"])
    ended = granted.with_columns(
        pl.when(finished_loan).then(pl.min_horizontal("matures_on", pl.lit(LAST_DAY))).otherwise(pl.lit(LAST_DAY))
        .alias(VALID_FROM),
        known_at=_extract_known(),
    )  # fmt: skip
    failures = [
        _undated("date", "%y%m%d"),
        _inexact("amount", "_found"),
        _unknown("status", "_state", _LOAN_STATES),
    ]
    first = granted.with_columns(pl.lit("active").alias("status"))
    last = ended.filter(pl.col(VALID_FROM).is_not_null()).with_columns(pl.col("_state").alias("status"))
    return _joined(_split(first, "holdings", *failures[:2]), _split(last, "holdings", *failures[2:]))


def _cards(cards: pl.DataFrame, ties: pl.DataFrame) -> Split:
    people = ties.select("disp_id", "account_id", customer_id=pl.col("client_id").cast(pl.String))
    kinds = {name.removeprefix("card_"): name for name, _, family, _ in _PRODUCTS if family == "card"}
    rows = cards.join(people, on="disp_id", how="left").with_columns(
        pl.col("account_id").cast(pl.String),
        holding_id=pl.format("card:{}", "card_id"),
        product_id=_named(pl.col("type"), kinds),
        currency=pl.lit(CURRENCY),
        status=pl.lit("active"),
        valid_from=day_of(cards, "issued", "%y%m%d"),
    )
    return _split(rows, "holdings", _undated("issued", "%y%m%d"), _unknown("product_id", "type", kinds))


def _orders(orders: pl.DataFrame, owners: pl.DataFrame) -> Split:
    """Return the standing orders; the file has no date, so they are known from its end only."""
    purpose = pl.col("k_symbol").str.strip_chars().fill_null("")
    rows = orders.join(owners, on="account_id", how="left").with_columns(
        pl.col("account_id").cast(pl.String),
        exact_money("amount"),
        _found=pl.col("amount").cast(pl.String),
        holding_id=pl.format("order:{}", "order_id"),
        product_id=_named(purpose, _ORDERS),
        currency=pl.lit(CURRENCY),
        status=pl.lit("active"),
        valid_from=pl.lit(LAST_DAY),
        known_at=_extract_known(),
    )
    return _split(rows, "holdings", _inexact("amount", "_found"), _unknown("product_id", "k_symbol", _ORDERS))


def _extract_known() -> pl.Expr:
    return start_of(pl.lit(EXTRACTED_ON), TIMEZONE)


def _named(column: pl.Expr, names: dict[str, str] | dict[int, str]) -> pl.Expr:
    return column.replace_strict(names, default=None, return_dtype=pl.String)


def _undated(column: str, form: str) -> Failure:
    text = pl.col(column).cast(pl.String)
    return Failure("bad_date", VALID_FROM, form, pl.col(VALID_FROM).is_null() & text.is_not_null(), text)


def _inexact(column: str, source: str) -> Failure:
    found = pl.col(source)
    return Failure(
        "bad_money", column, f"{CURRENCY}, 2", pl.col(column).is_null() & found.is_not_null(), found
    )


def _unknown(column: str, source: str, known: dict[str, str]) -> Failure:
    text = pl.col(source).cast(pl.String)
    return Failure(
        "bad_value", column, " | ".join(known), text.is_not_null() & pl.col(column).is_null(), text
    )


def _split(rows: pl.DataFrame, name: str, *failures: Failure) -> Split:
    table = contract(name)
    return split_rows(finished(rows, name, TIMEZONE), table, [*failures, *contract_failures(table)])


def _joined(*splits: Split) -> Split:
    good = pl.concat([split.good for split in splits], how="diagonal")
    return Split(good, pl.concat([split.rejects for split in splits]))
