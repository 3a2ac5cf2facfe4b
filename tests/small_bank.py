"""A bank of a few hand-made rows for tests: rows are given as dicts, everything else is filled with empty."""

import datetime as dt

import polars as pl

from zhike.core.contracts import CONTRACTS, contract

TIMEZONE = "Asia/Shanghai"


def day(text):
    return dt.date.fromisoformat(text)


def midnight(text):
    """The start of a day in the bank's zone, as the instant at which a fact of that day is known."""
    return dt.datetime.fromisoformat(f"{text}T00:00:00+08:00")


def table(name, *rows):
    """Return a contract table; dates may be texts, and known_at is the row's day unless it is given."""
    filled = [_filled(contract(name), row) for row in rows]
    return pl.DataFrame(filled, schema=contract(name).schema(), orient="row").lazy()


def bank(**tables):
    """Return all contract tables; keyword arguments are lists of rows."""
    return {name: table(name, *tables.get(name, ())) for name in CONTRACTS}


def _filled(declared, row):
    given = dict(row)
    if declared.kind == "version":
        given.setdefault("valid_from", "2020-01-01")
    given.setdefault("known_at", given[declared.day])
    return {column.name: _typed(column, given.pop(column.name, None)) for column in declared.columns} | given


def _typed(column, value):
    if isinstance(value, str) and column.dtype == "date":
        return day(value)
    if column.dtype == "instant" and not isinstance(value, dt.datetime):
        return midnight(str(value))
    return value


# A customer of whom every table knows something, on this day.
FULL_DAY = day("2026-06-30")
OWNS = {
    "relationship_id": "r1",
    "customer_id": "anna",
    "object_type": "account",
    "object_id": "a1",
    "role": "owner",
}
FULL = {
    "customers": [{"customer_id": "anna", "customer_type": "person", "service_tier": "gold", "birth_date": "1961-01-01", "sex": "female",
                   "region": "north", "currency": "CNY", "household_income": 12_345_678}, {"customer_id": "bo"}],
    "relationships": [OWNS, {**OWNS, "relationship_id": "r2", "customer_id": "bo", "role": "authorised_user"},
                      {**OWNS, "relationship_id": "r3", "object_type": "household", "object_id": "home", "role": "head"},
                      {**OWNS, "relationship_id": "r4", "customer_id": "bo", "object_type": "household", "object_id": "home", "role": "member"},
                      {**OWNS, "relationship_id": "r5", "object_type": "staff", "object_id": "M7", "role": "adviser"}],
    "accounts": [{"account_id": "a1", "opened_on": "2020-01-01", "currency": "CNY", "region": "centre"}],
    "products": [{"product_id": "p1", "name": "Gold plan", "family": "metal", "regime": "none"},
                 {"product_id": "p2", "family": "card", "regime": "none"}],
    "holdings": [{"holding_id": "h1", "customer_id": "anna", "product_id": "p1", "amount": 500_00, "currency": "CNY", "status": "active",
                  "valid_from": "2025-03-01", "matures_on": "2026-01-01"}],
    "transactions": [{"transaction_id": f"t{n}", "account_id": "a1", "booked_on": f"2026-0{n}-10", "currency": "CNY", "amount": 100_00,
                      "balance_after": n * 100_00, "method": "transfer", "purpose": "salary"} for n in range(1, 7)],
    "interactions": [{"interaction_id": "i", "customer_id": "anna", "occurred_on": "2026-06-01", "channel": "phone", "direction": "outbound",
                      "purpose": "service"}],
    "assessments": [{"assessment_id": "x", "customer_id": "anna", "kind": "risk_tolerance", "method": "questionnaire", "level": 3, "label": "C3",
                     "assessed_on": "2026-02-10", "valid_from": "2026-02-10"}],
    "consents": [{"customer_id": "anna", "purpose": "marketing", "channel": "phone", "status": "withdrawn"}],
    "preferences": [{"customer_id": "anna", "topic": "do_not_contact", "value": "yes"}],
    "complaints": [{"complaint_id": "K1", "customer_id": "anna", "received_on": "2026-06-20", "status": "open", "reason": "fee"}],
}  # fmt: skip
