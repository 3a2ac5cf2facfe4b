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
