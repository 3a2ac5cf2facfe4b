"""Berka's transactions: parts in Czech and in English words, brought to one vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.adapters.source_files import day_of, finished, read_source
from zhike.core.contracts import contract
from zhike.observe.checks import Failure, Split, contract_failures, split_rows

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CURRENCY", "TIMEZONE", "exact_money", "read_transactions"]

TIMEZONE: Final = "Europe/Prague"
CURRENCY: Final = "CZK"

_COLUMNS: Final = (
    "trans_id", "account_id", "date", "type", "operation", "amount", "balance", "k_symbol", "bank", "account",
)  # fmt: skip
_SIGNS: Final = {
    "PRIJEM": 1, "credit": 1,
    "VYDAJ": -1, "VYBER": -1, "withdrawal": -1, "withdrawal in cash": -1,
}  # fmt: skip
_METHODS: Final = {
    "": "internal",
    "VKLAD": "cash", "credit in cash": "cash",
    "VYBER": "cash", "withdrawal in cash": "cash",
    "VYBER KARTOU": "card", "credit card withdrawal": "card",
    "PREVOD Z UCTU": "transfer", "collection from another bank": "transfer",
    "PREVOD NA UCET": "transfer", "remittance to another bank": "transfer",
}  # fmt: skip
_PURPOSES: Final = {
    "": "other",
    "DUCHOD": "pension", "old-age pension": "pension",
    "SIPO": "household", "household": "household",
    "UROK": "interest", "interest credited": "interest",
    "POJISTNE": "insurance", "insurrance payment": "insurance", "insurance payment": "insurance",
    "SLUZBY": "fee", "payment for statement": "fee",
    "UVER": "loan_payment", "loan payment": "loan_payment",
    "SANKC. UROK": "penalty_interest",
    "sanction interest": "penalty_interest", "sanction interest if negative balance": "penalty_interest",
    "LEASING": "leasing", "leasing": "leasing",
}  # fmt: skip
"""The misspelt word is the source's own."""


def read_transactions(folder: Path) -> tuple[Split, pl.DataFrame]:
    """Read all parts of the transactions.

    Returns
    -------
    Split
        Bookings and rejects.
    DataFrame
        What the coverage is told from: columns source_file, account_id, booked_on.
    """
    source = read_source(folder, "trans*.parquet", _COLUMNS)
    sign = pl.col("type").replace_strict(_SIGNS, default=None, return_dtype=pl.Int64)
    account = pl.col("account").cast(pl.String).replace(["", "0"], None)
    rows = source.select(
        pl.exclude("amount", "balance", "account_id", "account"),
        _amount=pl.col("amount").cast(pl.String),
        _balance=pl.col("balance").cast(pl.String),
        transaction_id=pl.col("trans_id").cast(pl.String),
        account_id=pl.col("account_id").cast(pl.String),
        booked_on=day_of(source, "date", "%y%m%d"),
        sequence="trans_id",
        amount=exact_money("amount") * sign,
        balance_after=exact_money("balance"),
        currency=pl.lit(CURRENCY),
        method=_word("operation", _METHODS),
        purpose=pl.when(pl.col("k_symbol").is_not_null()).then(_word("k_symbol", _PURPOSES)),
        counterparty=pl.concat_str(["bank", account], separator=" ", ignore_nulls=True).replace("", None),
    )
    table = contract("transactions")
    split = split_rows(finished(rows, table.name, TIMEZONE), table, [*_failures(), *contract_failures(table)])
    return split, rows.select("account_id", "booked_on", source_file="_source_file")


def exact_money(column: str) -> pl.Expr:
    """Return a column of major units as integers of the smallest unit; null where it is not a whole number of them.

    Examples
    --------
    >>> frame = pl.DataFrame({"amount": [3372.7, 0.005, float("nan")]})
    >>> frame.select(exact_money("amount"))["amount"].to_list()
    [337270, None, None]
    """
    minor = pl.col(column).cast(pl.Float64, strict=False) * 100
    whole = minor.round()
    # Binary fractions are off by far less than this; a third decimal is off by at least .1.
    exact = (minor - whole).abs() < 1e-4  # noqa: PLR2004 - see above
    return pl.when(exact & (whole.abs() < 2**53)).then(whole).cast(pl.Int64, strict=False).alias(column)


def _word(column: str, names: dict[str, str]) -> pl.Expr:
    text = pl.col(column).str.strip_chars().fill_null("")
    return text.replace_strict(names, default=None, return_dtype=pl.String)


def _failures() -> list[Failure]:
    day, kind = pl.col("date").cast(pl.String), pl.col("type")
    unsigned = ~kind.is_in(list(_SIGNS))
    return [
        Failure("bad_date", "booked_on", "%y%m%d", pl.col("booked_on").is_null() & day.is_not_null(), day),
        Failure("bad_value", "amount", " | ".join(_SIGNS), unsigned, kind),
        _lost("bad_money", "amount", "_amount", f"{CURRENCY}, 2"),
        _lost("bad_money", "balance_after", "_balance", f"{CURRENCY}, 2"),
        _lost("bad_value", "method", "operation", " | ".join(_METHODS)),
        _lost("bad_value", "purpose", "k_symbol", " | ".join(_PURPOSES)),
    ]


def _lost(code: str, column: str, source: str, needed: str) -> Failure:
    """Return the failure of a value that the source has and the contract's column could not take."""
    text = pl.col(source).cast(pl.String)
    return Failure(code, column, needed, text.is_not_null() & pl.col(column).is_null(), text)
