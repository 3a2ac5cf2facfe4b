"""Rows for any table of the ledger, made from what its columns may hold."""

from zhike.core.ledger import LEDGER

_VALUES = {
    "text": lambda n: f"t{n}",
    "int": lambda n: n,
    "float": lambda n: n / 8,
    "bool": lambda n: n % 2 == 1,
    "instant": lambda n: 1_790_000_000_000_000 + n,
    "day": lambda n: f"2026-{n % 12 + 1:02d}-{n % 28 + 1:02d}",
    "json": lambda n: {"n": n, "名": [None, True, 1.5, "客"]},
    "bytes": lambda n: b"\x00\xff" + bytes([n % 256]) * 5,
}


def ledger_row(table, n=1, **given):
    """Return the n-th row of a table: every column has a value, all rows differ, given values win."""
    row = {column.name: _VALUES[column.dtype](n) for column in LEDGER[table].columns}
    assert set(given) <= set(row)
    return {**row, **given}


def ledger_rows(table, count, **given):
    return [ledger_row(table, n, **given) for n in range(1, count + 1)]
