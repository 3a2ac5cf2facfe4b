"""Time the ledger's store on SQLite: a dossier read by its key, and a decision with its offers written durably.

Figures go to the screen, in microseconds. The commit's own wait for the disk is told apart, as it is the disk's.
"""

import os
import tempfile
import time
from pathlib import Path

import numpy as np

from zhike.adapters.store import open_store

CUSTOMERS = 5_000
READS = 5_000
WRITES = 1_000
DOSSIER = 10_000


def told(what, seconds):
    """Print the median and the 99th of a hundred."""
    ordered = sorted(seconds)
    median, late = (ordered[int(len(ordered) * share)] * 1e6 for share in (0.5, 0.99))
    print(f"{what:48} p50 {median:8.1f} us   p99 {late:8.1f} us")


def filled(store):
    content = os.urandom(DOSSIER)
    rows = [{"publication": 1, "customer_id": f"C{n}", "content": content} for n in range(CUSTOMERS)]
    begun = time.perf_counter()
    with store.write() as tx:
        tx.insert("dossiers", rows)
    print(
        f"{'dossier written in bulk, its key made':48}     {(time.perf_counter() - begun) / CUSTOMERS * 1e6:8.1f} us each"
    )
    store.checkpoint()


def reading(store, dice):
    within, whole = [], []
    with store.read() as tx:
        for _ in range(READS):
            customer = f"C{dice.integers(CUSTOMERS)}"
            begun = time.perf_counter()
            tx.one("dossiers", publication=1, customer_id=customer)
            within.append(time.perf_counter() - begun)
    for _ in range(READS):
        customer = f"C{dice.integers(CUSTOMERS)}"
        begun = time.perf_counter()
        with store.read() as tx:
            tx.one("dossiers", publication=1, customer_id=customer)
        whole.append(time.perf_counter() - begun)
    told(f"one dossier of {DOSSIER:,} bytes, unsealed", within)
    told("the same with a transaction of its own", whole)


def decision(number, customer):
    """Return one decision, eight offers and one answered request: ten rows, three sealed values."""
    key = f"d{number}"
    row = {"decision_id": key, "customer_id": customer, "decided_at": number, "origin": "online", "publication": 1,
           "degraded": "", "context": {"channel": "app"}, "record": {"values": list(range(100))}}  # fmt: skip
    offer = {"decision_id": key, "customer_id": customer, "action_id": "a:b:app", "channel": "app", "kind": "sale",
             "outbound": False, "probability": 0.5, "state": "made", "made_at": number, "changed_at": number}  # fmt: skip
    answer = {"caller": "bench", "request_key": key, "fingerprint": key, "status": 200, "customer_id": customer,
              "answer": {"decision": key}, "recorded_at": number}  # fmt: skip
    offers = [{**offer, "offer_id": f"{key}-{rank}", "rank": rank} for rank in range(8)]
    return {"decisions": [row], "offers": offers, "requests": [answer]}


def writing(store, dice):
    work, whole = [], []
    for number in range(WRITES):
        tables = decision(number, f"C{dice.integers(CUSTOMERS)}")
        begun = time.perf_counter()
        with store.write() as tx:
            for table, rows in tables.items():
                tx.insert(table, rows)
            work.append(time.perf_counter() - begun)
        whole.append(time.perf_counter() - begun)
    told("ten rows inserted, before the commit", work)
    told("the same with its durable commit", whole)


def main():
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with open_store(place / "ledger.db", place / "ledger.keys") as store:
            filled(store)
            reading(store, np.random.default_rng(1))
            writing(store, np.random.default_rng(2))


if __name__ == "__main__":
    main()
