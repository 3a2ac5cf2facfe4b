"""Time the workbench on a large bank: today's plan of a large book, a customer's page, and finding a customer.

    python benchmarks/speed/workbench.py [--customers 1000000] [--book 5000] [--asked 60] [--place FOLDER] [--keep]

A simulated bank of 2,000 customers is published; its dossiers and pages are written again under other numbers, with names and phone numbers
of their own, until there are as many customers as asked for. One relationship manager looks after the book, each of whose customers has
been decided for over channels that take the manager's time. Times are those of whole requests to `zhike serve` on this machine, the page
written out; searches are of names, initials, phone numbers and customer numbers drawn from the base, by the manager (own book) and by
compliance (all customers). Bars, as p95: 300 ms a page, 100 ms a search; exit code 1 when one is missed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import polars as pl

from zhike.act.acting import Acting
from zhike.act.decisions import DecisionDesk
from zhike.act.drafts import Ask
from zhike.act.identities import Identity, identities_of, note_identities
from zhike.adapters.bank import Bank
from zhike.adapters.clock import SystemClock
from zhike.adapters.store import open_store
from zhike.lab.naming import LATIN_PARTS, PARTS

PAGE_BAR, SEARCH_BAR = 300.0, 100.0
ORIGINALS = 2_000
CHUNK = 2_000
GROUP = 256
MANAGER, CONTROL, BRANCH = "bench", "bench_control", "bench_branch"
PASSWORD = "a table for two, please"  # noqa: S105 - of a made-up bank
CODE = "import sys; from zhike.cli.main import main; main()"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--book", type=int, default=5_000)
    parser.add_argument("--asked", type=int, default=60, help="requests of each kind")
    parser.add_argument("--place", help="folder in which the store is kept meanwhile")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.place) as folder:
        store = furnished(Path(folder), arguments.customers, arguments.book)
        worst = served(store, arguments)
    sys.exit(0 if worst else 1)


def furnished(folder, customers, book):
    """Return the place of a store with so many customers and one large book."""
    bank, place = folder / "bank", folder / "ledger.db"
    zhike("init", bank, "--from", "simulate", "--customers", min(ORIGINALS, customers), "--months", 12)
    day = Bank.open(bank).scan("interactions").select(pl.col("occurred_on").max()).collect().item()
    zhike("publish", bank, "--at", day, "--store", place)
    zhike("staff", "add", MANAGER, "--role", "relationship_manager", "--branch", BRANCH, "--store", place)
    zhike("staff", "add", CONTROL, "--role", "compliance", "--store", place)
    for name in (MANAGER, CONTROL):
        zhike("staff", "password", name, "--store", place, told=f"{PASSWORD}\n{PASSWORD}\n")
    began = time.perf_counter()
    with open_store(place) as store:
        acting = Acting(store, SystemClock(), secrets.token_bytes)
        widened(acting, customers)
        names = booked(acting, book)
        decided(acting, names)
    size = sum(path.stat().st_size for path in folder.glob("ledger.db*"))
    print(
        f"{customers:,} customers, a book of {len(names):,}: written in {time.perf_counter() - began:,.0f} s, {size / 1e9:.2f} GB"
    )
    return place


def zhike(*words, told=None):
    done = subprocess.run(
        [sys.executable, "-c", CODE, *map(str, words)], check=True, capture_output=True, text=True, input=told
    )
    return done.stdout


def widened(acting, customers):
    """Write copies of everything known under new numbers, with names of their own."""
    with acting.store.read() as tx:
        rows = tx.find("customers", {"state": "active"})
        dossiers = {row["customer_id"]: row["content"] for row in tx.find("dossiers")}
        pages = {row["customer_id"]: row["content"] for row in tx.find("portraits")}
    dice, originals = random.Random(1), [row for row in rows if row["customer_id"] in dossiers]  # noqa: S311 - not a secret
    for start in range(len(rows), customers, CHUNK):
        copies = [
            (f"N{number:08d}", dice.choice(originals))
            for number in range(start, min(start + CHUNK, customers))
        ]
        with acting.store.write() as tx:
            tx.insert("customers", [{**row, "customer_id": name} for name, row in copies])
            for table, contents in (("dossiers", dossiers), ("portraits", pages)):
                tx.insert(table, [
                    {"publication": 1, "customer_id": name, "content": contents[row["customer_id"]]} for name, row in copies
                ])  # fmt: skip
        note_identities(
            acting, [Identity(name, named(dice), f"10{dice.randrange(10**9):09d}") for name, _ in copies]
        )


def named(dice):
    """Return a name as those of the simulated bank are."""
    surnames, women, men = PARTS
    if dice.random() < 0.05:
        latin_surnames, latin_women, latin_men = LATIN_PARTS
        return f"{dice.choice(latin_women + latin_men)} {dice.choice(latin_surnames)}"
    given = dice.choice((women, men))
    return surnames[int(dice.random() ** 1.4 * len(surnames))] + "".join(
        dice.choices(given, k=dice.choice((1, 2, 2, 2)))
    )


def booked(acting, book):
    """Give customers to the manager; return their numbers."""
    with acting.store.write() as tx:
        names = [
            row["customer_id"]
            for row in tx.find("customers", {"state": "active"}, order=["-customer_id"], limit=book)
        ]
        for start in range(0, len(names), CHUNK):
            tx.change(
                "customers",
                {"customer_id": names[start : start + CHUNK]},
                {"branch": BRANCH, "adviser": MANAGER},
            )
    return names


def decided(acting, names):
    """Decide for the whole book over channels that take the manager's time."""
    desk = DecisionDesk(acting)
    for start in range(0, len(names), GROUP):
        asks = [
            Ask(name, "bench", ("phone", "adviser", "branch"), origin="batch")
            for name in names[start : start + GROUP]
        ]
        with acting.store.read() as tx:
            drafts = desk.drafts(tx, asks)
        desk.do_decide(drafts)
    acting.store.checkpoint()


class Desk:
    """Somebody who has signed in at a server."""

    def __init__(self, port, staff, purpose):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.head = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _, answer = self.ask(
            "POST", "/workbench/sign-in", urlencode({"staff": staff, "password": PASSWORD})
        )
        if status != 303:
            sys.exit(f"{staff} cannot sign in: {status}")
        self.head = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
        token = self.head["Cookie"].partition("=")[2]
        self.told = {"Authorization": f"Bearer {token}", "X-Purpose": purpose}

    def find(self, text):
        """Return status, milliseconds and answer of a search."""
        body = json.dumps({"find": text})
        return self.ask(
            "POST", "/v1/customers/search", body, {**self.told, "Content-Type": "application/json"}
        )

    def ask(self, method, path, body=None, head=None):
        """Return status, milliseconds and answer of a request."""
        began = time.perf_counter()
        self.connection.request(method, path, body, self.head if head is None else head)
        answer = self.connection.getresponse()
        answer.text = answer.read().decode()
        return answer.status, (time.perf_counter() - began) * 1e3, answer


def served(place, arguments):
    """Start a server, time what is asked; return whether every bar is met."""
    port = random.SystemRandom().randrange(20_000, 60_000)
    server = subprocess.Popen(
        [sys.executable, "-c", CODE, "serve", "--store", str(place), "--port", str(port)]
    )
    try:
        waited(port)
        return all(list(timed(port, place, arguments)))
    finally:
        server.terminate()
        server.wait(60)


def waited(port):
    for _ in range(600):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/v1/health")
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("the server did not start")


def timed(port, place, arguments):
    dice, manager, control = random.Random(2), Desk(port, MANAGER, "service"), Desk(port, CONTROL, "audit")  # noqa: S311 - not a secret
    with open_store(place) as store, store.read() as tx:
        own = [row["customer_id"] for row in tx.find("customers", {"adviser": MANAGER})]
        every = [row["customer_id"] for row in tx.find("customers", {"state": "active"})]
        known = identities_of(
            tx, dice.sample(every, min(500, len(every))) + dice.sample(own, min(500, len(own)))
        )
    mine = [known[name] for name in own if name in known]
    others = [one for name, one in known.items()]
    print(f"{'':40}{'p50':>9}{'p95':>9}{'worst':>9}  ms")
    yield told("today", PAGE_BAR, [manager.ask("GET", "/workbench/today") for _ in range(arguments.asked)])
    yield told(
        "a customer",
        PAGE_BAR,
        [
            manager.ask("GET", f"/workbench/customers/{quote(name)}")
            for name in dice.sample(own, arguments.asked)
        ],
    )
    for who, desk, people in (("own book", manager, mine), ("all", control, others)):
        for kind, text in KINDS.items():
            asked = [
                text(dice.choice([one for one in people if one.name and one.phone]))
                for _ in range(arguments.asked)
            ]
            desk.connection.close()  # the server has ended it meanwhile; the next request opens another
            yield told(
                f"{kind}, {who}",
                SEARCH_BAR,
                [desk.find(one) for one in asked],
            )


def initials(one):
    from zhike.know.names import keys_of

    keys = [key for key in keys_of(one.name, None) if re.fullmatch("[a-z]{2,3}", key)]
    return min(keys, key=len)


KINDS = {
    "name": lambda one: one.name, "part of a name": lambda one: one.name[:2], "initials": initials,
    "end of the phone number": lambda one: one.phone[-4:], "phone number": lambda one: one.phone,
    "customer number": lambda one: one.customer_id, "nobody": lambda one: f"{one.name}x",
}  # fmt: skip


def told(name, bar, answers):
    """Print the times of one kind of request; return whether the bar is met."""
    wrong = [status for status, _, _ in answers if status not in (200, 303)]
    if wrong:
        sys.exit(f"{name}: answered with {json.dumps(wrong)}")
    times = sorted(ms for _, ms, _ in answers)
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    print(
        f"{name:40}{times[len(times) // 2]:9.1f}{p95:9.1f}{times[-1]:9.1f}  {'' if p95 <= bar else f'bar {bar:g} missed'}",
        flush=True,
    )
    return p95 <= bar


if __name__ == "__main__":
    main()
