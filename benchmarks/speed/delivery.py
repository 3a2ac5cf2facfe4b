"""Time what leaves the house: what queueing adds to a decision, decisions of a batch, messages delivered into a file.

    python benchmarks/speed/delivery.py [--customers 2000] [--rounds 3]

A simulated bank is published once; every measurement works on a copy of its store. CPU is that of the process, the better quarter of the
groups of 20 decisions, in the best of the rounds. Bar: 30 microseconds a message queued; exit code 1 when it is missed.
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from zhike.act.acting import Acting
from zhike.act.batches import run_batches, submit_batch
from zhike.act.decisions import DecisionDesk
from zhike.act.deliveries import Deliverers, deliver_due
from zhike.act.drafts import Ask
from zhike.act.retries import Retries
from zhike.act.routes import Routes
from zhike.act.webhooks import add_webhook
from zhike.adapters.bank import Bank
from zhike.adapters.clock import SystemClock
from zhike.adapters.delivery.file import FileDeliverer
from zhike.adapters.store import open_store

BAR = 30.0
GROUP = 20
DAY, NOON = 86_400_000_000, 4 * 3_600_000_000
"""Microseconds; noon in Shanghai, in UTC."""
CHANNELS = frozenset({"app", "phone", "sms", "email", "branch", "adviser", "web"})
CASES = {
    "nobody is told": (frozenset(), ()),
    "channels with deliverers": (CHANNELS, ()),
    "a webhook of decisions": (frozenset(), ("decision.made",)),
    "a webhook of decisions and offers": (frozenset(), ("decision.made", "offer.made")),
}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = published(Path(folder), arguments.customers)
        added = queueing(made, arguments.rounds)
        batch(made)
        sending(made)
    sys.exit(0 if added <= BAR else 1)


class Noon:
    """A clock that goes on from noon of tomorrow in the simulated bank, within the hours of every channel."""

    def __init__(self):
        now = SystemClock().now()
        self._ahead = NOON + DAY - now % DAY

    def now(self):
        """Return the microseconds since 1970 in UTC."""
        return SystemClock().now() + self._ahead


def published(folder, customers):
    bank = folder / "bank"
    zhike("init", bank, "--from", "simulate", "--customers", customers, "--months", 3)
    day = Bank.open(bank).scan("interactions").select(pl.col("occurred_on").max()).collect().item()
    zhike("publish", bank, "--at", day, "--store", folder / "original.db")
    return folder


def zhike(*words):
    code = "import sys; from zhike.cli.main import main; main()"
    subprocess.run([sys.executable, "-c", code, *map(str, words)], check=True, stdout=subprocess.DEVNULL)


@contextmanager
def copied(folder, channels=frozenset()):
    """Open a copy of the store; yield what acting on it needs."""
    for name in ("", ".keys"):
        shutil.copy(folder / f"original.db{name}", folder / f"copy.db{name}")
    with open_store(folder / "copy.db") as store:
        yield Acting(store, Noon(), secrets.token_bytes, Routes(lambda _now: channels))
    for file in folder.glob("copy.db*"):
        file.unlink()


def queueing(folder, rounds):
    """Print what each case costs; return the most that a message adds, in microseconds."""
    found = {}
    for _ in range(rounds):
        for name, (channels, topics) in CASES.items():
            cost, messages = written(folder, channels, topics)
            found[name] = min(found.get(name, (cost, messages)), (cost, messages))
    plain, worst = found["nobody is told"][0], 0.0
    for name, (cost, messages) in found.items():
        each = (cost - plain) / messages if messages else 0.0
        worst = max(worst, each)
        print(f"{name}: {cost:.0f} us a decision written, {messages:.2f} messages, {each:.0f} us each")
    return worst


def written(folder, channels, topics):
    with copied(folder, channels) as acting:
        if topics:
            add_webhook(acting, "https://bank.example/hook", topics, "bench")
        desk, costs = DecisionDesk(acting), []
        with acting.store.read() as tx:
            names = [row["customer_id"] for row in tx.find("customers", order=["customer_id"])]
            drafts = [desk.draft(tx, Ask(name, "bench")) for name in names]
        for start in range(0, len(drafts) - GROUP, GROUP):
            began = time.process_time()
            desk.do_decide(drafts[start : start + GROUP])
            costs.append((time.process_time() - began) / GROUP * 1e6)
        with acting.store.read() as tx:
            return sorted(costs)[len(costs) // 4], tx.count("outbox") / len(names)


def batch(folder):
    with copied(folder) as acting:
        with acting.store.write() as tx:
            submit_batch(acting, tx, None, "outbound", "bench")
        wall, cpu = time.perf_counter(), time.process_time()
        made = run_batches(DecisionDesk(acting))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"batch: {made:,} decisions, {made / wall:,.0f} a second, {cpu / made * 1e6:.0f} us of CPU each")


def sending(folder):
    """Deliver offers over every channel, at an hour at which all may be used, each looked at again."""
    with copied(folder, CHANNELS) as acting:
        with acting.store.write() as tx:
            submit_batch(acting, tx, None, "outbound", "bench")
        run_batches(DecisionDesk(acting))
        carrier, second = FileDeliverer(folder / "sent.jsonl"), 1_000_000
        retries = Retries(30 * second, 60 * second, 2.0, 0.0, 3, 300 * second, 3)
        deliverers = Deliverers(dict.fromkeys(CHANNELS, carrier), lambda _row: carrier, retries)
        wall, sent = time.perf_counter(), 0
        while found := deliver_due(acting, deliverers, "bench")["sent"]:
            sent += found
        wall = time.perf_counter() - wall
    print(f"delivered into a file: {sent:,} messages, {sent / wall:,.0f} a second")


if __name__ == "__main__":
    main()
