"""A bank of random but valid rows, made from the contracts themselves: every table, column and kind of date occurs."""

import datetime as dt
import random

import polars as pl

from zhike.core.contracts import CONTRACTS

AT = dt.date(2026, 6, 30)
TIMEZONE = "Asia/Shanghai"
POOL = 8
ROWS = {
    "transactions": 120,
    "interactions": 40,
    "products": POOL,
    "customers": POOL,
    "accounts": POOL,
    "holdings": 40,
    "complaints": 40,
    "preferences": 40,
    "relationships": 40,
}
USUAL_ROWS = 15


def random_bank(seed):
    """Return all contract tables; about a third of the rows are learnt or dated after `AT`."""
    chance = random.Random(seed)  # noqa: S311 - made-up rows
    return {name: _table(table, chance).lazy() for name, table in CONTRACTS.items()}


def _table(table, chance):
    rows = [_row(table, number, chance) for number in range(ROWS.get(table.name, USUAL_ROWS))]
    unique = {tuple(row[name] for name in table.identity): row for row in rows}
    return pl.DataFrame(list(unique.values()), schema=table.schema(), orient="row")


def _row(table, number, chance):
    row = {column.name: _value(table, column, number, chance) for column in table.columns}
    learnt = dt.datetime.combine(row[table.day], dt.time(12), tzinfo=dt.UTC)
    row["known_at"] = learnt + dt.timedelta(days=chance.choice([0, 0, 1, 40]))
    if table.name == "customers" and number % 2:
        # Enough customers who were there long before and still are.
        row |= {"valid_from": dt.date(2020, 1, 1), "valid_to": None, "currency": "CNY"}
        row["known_at"] = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    if "object_id" in row:
        # Two of three ties are of owners to accounts, or hardly any customer had flows.
        row |= chance.choice(
            [{}, {"object_type": "account", "role": "owner"}, {"object_type": "account", "role": "owner"}]
        )
        letters = {"account": "accounts", "household": "household"}
        row["object_id"] = _key(letters.get(row["object_type"], "customers"), chance.randrange(POOL))
    return row


def _value(table, column, number, chance):
    if column.name in table.key and not column.references and column.dtype == "string" and not column.values:
        # Half of the identifiers come again, so that versions supersede one another.
        return _key(
            table.name, number if table.kind == "event" or table.name in ROWS else number % (USUAL_ROWS // 2)
        )
    if column.references:
        return _key(column.references.partition(".")[0], chance.randrange(POOL))
    if not column.required and chance.random() < 0.2:
        return None
    if column.values:
        return chance.choice(column.values)
    return _by_dtype(column, chance)


def _by_dtype(column, chance):
    if column.name == "currency":
        return chance.choice(["CNY", "CNY", "USD"])
    if column.name == "birth_date":
        return dt.date(1930, 1, 1) + dt.timedelta(days=chance.randrange(30_000))
    low = -1_000 if column.minimum is None else int(column.minimum)
    high = 1_000 if column.maximum is None else int(column.maximum)
    made = {
        "date": lambda: AT + dt.timedelta(days=chance.choice([-1, 0, 1, chance.randrange(-700, 100)])),
        "bool": lambda: chance.random() < 0.5,
        "float64": chance.random,
        **dict.fromkeys(("int16", "int64", "money"), lambda: chance.randint(low, high)),
    }
    return made.get(column.dtype, lambda: chance.choice("abc"))()


def _key(table, number):
    return f"{table[:4]}-{number}"
