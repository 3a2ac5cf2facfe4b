"""Time the customer archive at a size given on the command line, against a plain read of the same bookings.

    python benchmarks/speed/archive.py --customers 1000000 --transactions 50000000

The bookings are made up with numpy and written in files of one million rows. The archive and the plain read each run in
a process of their own, so that the peak memory printed is theirs alone.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

AT = dt.date(2025, 12, 31)
TIMEZONE = "Asia/Shanghai"
START = dt.date(2023, 1, 1)
DAYS = (AT - START).days + 60
CHUNK = 1_000_000
METHODS = ["cash", "card", "transfer", "direct_debit", "internal", "other"]
PURPOSES = ["salary", "household", "insurance", "loan_payment", "fee", "other"]


def main():
    arguments = parsed()
    if arguments.worker:
        print(json.dumps(measured(arguments.worker, Path(arguments.folder))))
        return
    if arguments.folder:
        report(arguments, Path(arguments.folder))
        return
    with tempfile.TemporaryDirectory() as folder:
        report(arguments, Path(folder))


def parsed():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--transactions", type=int, default=5_000_000)
    parser.add_argument("--folder", help="keep the made-up bank here, and use it again when it is there")
    parser.add_argument("--worker", choices=["archive", "read"], help=argparse.SUPPRESS)
    return parser.parse_args()


def report(arguments, folder):
    if not (folder / "customers.parquet").exists():
        write_bank(folder, arguments.customers, arguments.transactions)
    results = {name: in_process(name, folder) for name in ("read", "archive")}
    for name, result in results.items():
        rate = arguments.transactions / result["wall"] / 1e6
        print(
            f"{name:8} wall {result['wall']:7.1f} s   cpu {result['cpu']:7.1f} s   "
            f"peak {result['peak_mb']:7.0f} MB   {rate:6.2f} M bookings/s   {result['rows']} rows out"
        )
    print(f"archive / plain read: {results['archive']['wall'] / results['read']['wall']:.1f} x")


def in_process(name, folder):
    command = [sys.executable, __file__, "--worker", name, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def measured(name, folder):
    begun = time.perf_counter()
    rows = {"archive": archive_rows, "read": read_rows}[name](folder)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "wall": time.perf_counter() - begun,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / 1024,
        "rows": rows,
    }


def archive_rows(folder):
    """Make the archive and write it, as the command does."""
    from zhike.adapters.rule_files import load_rulebook
    from zhike.know.archive import archive, archive_rules

    names = ("customers", "relationships", "accounts", "products", "holdings", "transactions")
    tables = {name: pl.scan_parquet(folder / f"{name}*.parquet") for name in names}
    rows = archive(tables, AT, TIMEZONE, archive_rules(load_rulebook(), AT))
    target = folder / "archive.out"
    rows.sink_parquet(target, row_group_size=100_000)
    return pl.scan_parquet(target).select(pl.len()).collect().item()


def read_rows(folder):
    """Decode every column that the archive reads, and do nothing with it."""
    texts, numbers = ["account_id", "currency", "method", "purpose"], ["sequence", "amount", "balance_after"]
    bookings = pl.scan_parquet(folder / "transactions*.parquet")
    read = bookings.select(
        pl.len(),
        pl.col(numbers).sum(),
        pl.col(texts).str.len_bytes().sum(),
        pl.col("booked_on", "known_at").max(),
    )
    return read.collect(engine="streaming").item(0, 0)


def write_bank(folder, customers, transactions):
    from zhike.core.contracts import CONTRACTS, FAMILIES

    folder.mkdir(parents=True, exist_ok=True)
    number = pl.int_range(customers, eager=True).alias("number")
    version = {"valid_from": pl.lit(START), "known_at": instant(pl.lit(START))}
    customer, account = key("C", "number"), key("A", "number")
    rows = {
        "relationships": {"relationship_id": key("R", "number"), "customer_id": customer, "object_type": pl.lit("account"),
                          "object_id": account, "role": pl.lit("owner")},
        "accounts": {"account_id": account, "opened_on": pl.lit(START), "currency": pl.lit("CNY")},
        "holdings": {"holding_id": key("H", "number"), "customer_id": customer,
                     "product_id": "P" + (pl.col("number") % len(FAMILIES)).cast(pl.String), "amount": pl.lit(1_000_00), "currency": pl.lit("CNY")},
        "customers": {"customer_id": customer, "customer_type": pl.lit("person"), "currency": pl.lit("CNY"),
                      "birth_date": pl.lit(dt.date(1940, 1, 1)) + pl.duration(days=pl.col("number") % 25_000)},
    }  # fmt: skip
    write_bookings(folder, customers, transactions, CONTRACTS["transactions"])
    products = pl.int_range(len(FAMILIES), eager=True).alias("number").to_frame()
    family = pl.col("number").replace_strict(dict(enumerate(FAMILIES)), return_dtype=pl.String)
    write(folder, "products", products, CONTRACTS["products"],
          {"product_id": key("P", "number"), "family": family, "regime": pl.lit("none"), **version})  # fmt: skip
    for name, columns in rows.items():
        write(folder, name, number.to_frame(), CONTRACTS[name], {**columns, **version})


def write_bookings(folder, accounts, transactions, contract):
    for part, start in enumerate(range(0, transactions, CHUNK)):
        rng = np.random.default_rng(part)
        size = min(CHUNK, transactions - start)
        made = pl.DataFrame(
            {
                "number": np.arange(start, start + size),
                "account": rng.integers(0, accounts, size),
                "day": np.sort(rng.integers(0, DAYS, size)),
                "amount": rng.normal(0, 50_000, size).round().astype(np.int64),
                "balance_after": rng.integers(0, 10_000_000, size),
                "method": rng.integers(0, len(METHODS), size),
                "purpose": rng.integers(0, len(PURPOSES), size),
            }
        )
        booked = pl.lit(START) + pl.duration(days=pl.col("day"))
        columns = {
            "transaction_id": key("T", "number"), "account_id": key("A", "account"), "booked_on": booked,
            "sequence": pl.col("number"), "amount": pl.col("amount"), "currency": pl.lit("CNY"),
            "balance_after": pl.col("balance_after"), "method": word("method", METHODS),
            "purpose": word("purpose", PURPOSES), "known_at": instant(booked),
        }  # fmt: skip
        write(folder, f"transactions-{part:04}", made, contract, columns)


def write(folder, name, frame, contract, columns):
    typed = [
        columns.get(column, pl.lit(None)).cast(dtype).alias(column)
        for column, dtype in contract.schema().items()
    ]
    frame.lazy().select(typed).collect().write_parquet(folder / f"{name}.parquet")


def key(letter, column):
    return letter + pl.col(column).cast(pl.String)


def word(column, words):
    return pl.col(column).replace_strict(dict(enumerate(words)), return_dtype=pl.String)


def instant(day):
    return day.cast(pl.Datetime("us")).dt.replace_time_zone(TIMEZONE).dt.convert_time_zone("UTC")


if __name__ == "__main__":
    main()
