"""Time the proof of a decision log: so many decisions made and kept, then every one of them computed again, bit for bit.

    python benchmarks/speed/replay.py [--decisions 1000000] [--customers 20000] [--place FOLDER]

A simulated bank is published once. Decisions are made for customers drawn at random, in groups of 256, for changing reasons and channels,
inbound and outbound, over 90 days of the ledger's time, so that contacts, caps and exploration come in. Then `zhike replay-check --store` computes
all of them again in a process of its own. Bar: 10 minutes a million decisions, all identical; exit code 1 when it is missed.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from zhike.act.acting import Acting
from zhike.act.decisions import DecisionDesk
from zhike.act.drafts import Ask
from zhike.adapters.bank import Bank
from zhike.adapters.clock import SystemClock
from zhike.adapters.store import open_store

BAR = 600e-6
GROUP = 256
DAYS = 90
CHANNELS = ("app", "phone", "sms", "email", "branch", "adviser")
CODE = "import sys; from zhike.cli.main import main; main()"


class Moving:
    """A clock that an evening's work moves through three months."""

    def __init__(self, now, step):
        self._now, self._step = now, step

    def now(self):
        """Return the time that it is said to be."""
        return self._now

    def move(self):
        """Let the time of a group pass."""
        self._now += self._step


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--decisions", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--place", help="folder in which the store is kept meanwhile")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.place) as folder:
        store = published(Path(folder), arguments.customers)
        made(store, arguments.decisions)
        sys.exit(0 if proven(store, arguments.decisions) <= BAR else 1)


def published(folder, customers):
    bank, store = folder / "bank", folder / "ledger.db"
    zhike("init", bank, "--from", "simulate", "--customers", customers, "--months", 3)
    day = Bank.open(bank).scan("interactions").select(pl.col("occurred_on").max()).collect().item()
    zhike("publish", bank, "--at", day, "--store", store)
    return store


def zhike(*words):
    done = subprocess.run(
        [sys.executable, "-c", CODE, *map(str, words)], check=True, capture_output=True, text=True
    )
    return done.stdout


def made(place, decisions):
    dice = random.Random(1)  # noqa: S311 - not a secret
    with open_store(place) as store:
        clock = Moving(SystemClock().now(), DAYS * 86_400_000_000 * GROUP // decisions)
        desk = DecisionDesk(Acting(store, clock, secrets.token_bytes))
        with store.read() as tx:
            names = [row["customer_id"] for row in tx.find("customers")]
            reasons = sorted(desk.published(tx, 1).setting.reasons)
        began = time.perf_counter()
        for start in range(0, decisions, GROUP):
            asks = [asked(dice, names, reasons) for _ in range(min(GROUP, decisions - start))]
            with store.read() as tx:
                drafts = desk.drafts(tx, asks)
            desk.do_decide(drafts)
            clock.move()
            if start % (GROUP * 64) == 0:
                store.checkpoint()
        each = (time.perf_counter() - began) / decisions
    size = sum(path.stat().st_size for path in place.parent.glob(f"{place.name}*"))
    print(
        f"{decisions:,} decisions made in {each * decisions:,.0f} s, {each * 1e6:.0f} us each; the store takes {size / 1e9:.2f} GB"
    )


def asked(dice, names, reasons):
    channels = tuple(dice.sample(CHANNELS, dice.randint(0, 3)))
    return Ask(
        dice.choice(names), "bench", channels, outbound=dice.random() < 0.5, reason=dice.choice(reasons),
        most=dice.choice((None, 1, 2)), origin="batch",
    )  # fmt: skip


def proven(place, decisions):
    began = time.perf_counter()
    told = json.loads(zhike("replay-check", "--store", place, "--json"))
    each = (time.perf_counter() - began) / decisions
    print(
        f"replayed in {each * decisions:,.0f} s, {each * 1e6:.0f} us each: {told['identical']:,} of {told['decisions']:,} identical, "
        f"{told['degraded']:,} safe answers, {len(told['different_decisions'])} different"
    )
    return each if told["proven"] and told["identical"] == decisions else float("inf")


if __name__ == "__main__":
    main()
