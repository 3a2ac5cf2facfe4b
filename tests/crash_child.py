"""Programs that write to a store until they are killed, and the one that starts and kills them.

    python tests/crash_child.py WORK PLACE KEYS CHILDREN

For every line it is given it forks so many children, which open the store and write; it kills them after a random while, counted from
their start or from a first commit, and answers with what each of them saw committed, as JSON. One that ends by itself has met an
error: the answer is then ``ended``.
"""

import importlib
import json
import os
import random
import secrets
import select
import signal
import sys
import time
from pathlib import Path

from zhike.act.acting import Acting
from zhike.act.decisions import DecisionDesk
from zhike.act.drafts import Ask
from zhike.adapters.store import open_store

LONGEST = 0.06
"""Seconds that children are left at most."""
_DAY = 86_400_000_000


class LaterClock:
    """A clock that begins a day after the last decision and goes on by hours at every look, so that contact rules allow more."""

    def __init__(self, store):
        with store.read() as tx:
            last = tx.find("decisions", order=["-decided_at"], limit=1)
        self._now = last[0]["decided_at"] + _DAY if last else time.time_ns() // 1000

    def now(self):
        self._now += _DAY // 8
        return self._now


def rows_of(mark):
    """Return the rows of one transaction of `pairs`, by table."""
    notes = [
        {"note_id": f"{mark}-{n}", "customer_id": f"{mark}-{n % 3}", "kind": "note", "text": mark * 40, "recorded_at": 1,
         "actor": "a"}
        for n in range(8)
    ]  # fmt: skip
    jobs = [{"job_id": mark, "kind": "k", "state": "s", "content": [mark], "recorded_at": 1, "actor": "a"}]
    return {"notes": notes, "jobs": jobs}


def pairs(store):
    """Write transactions of several tables and new customers, that count themselves; yield the mark of each."""
    while True:
        mark = secrets.token_hex(6)
        with store.write() as tx:
            for table, rows in rows_of(mark).items():
                tx.insert(table, rows)
            counter = tx.one("requests", caller="c", request_key="k")
            if counter is None:
                tx.insert(
                    "requests",
                    [{"caller": "c", "request_key": "k", "fingerprint": "", "status": 1, "recorded_at": 1}],
                )
            else:
                tx.change("requests", {"caller": "c"}, {"status": counter["status"] + 1})
        yield mark


def decisions(store):
    """Decide for customers at random; yield the identifier of each decision."""
    desk = DecisionDesk(Acting(store, LaterClock(store), secrets.token_bytes))
    with store.read() as tx:
        customers = [row["customer_id"] for row in tx.find("customers")]
    while True:
        yield desk.decide(Ask(random.choice(customers), "crash")).draft.decision_id  # noqa: S311


WORK = {"pairs": pairs, "decisions": decisions}


def child(work, place, keys, told):
    """Work, and tell of each commit once it is done."""
    with open_store(place, keys, patience=30) as store:
        for mark in WORK[work](store):
            os.write(told, f"{mark}\n".encode())


def started(work, place, keys):
    """Fork a child; return its process and where it tells of its commits."""
    reading, told = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            child(work, place, keys, told)
        finally:  # with a traceback on standard error: no child ends by itself
            sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
            os._exit(1)
    os.close(told)
    return process, reading


def ended(process, reading):
    """Kill a child; return the marks that it told, or that it had ended before."""
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    with os.fdopen(reading, encoding="ascii") as told:
        marks = told.read().split()
    return marks if os.WIFSIGNALED(status) else "ended"


def main():
    work, place, keys, count = sys.argv[1:]
    where = place if "://" in place else Path(place)
    if "://" in place:
        importlib.import_module("psycopg")  # once, not in every child
    for _ in sys.stdin:
        children = [started(work, where, Path(keys)) for _ in range(int(count))]
        if random.random() < 0.7:  # noqa: S311
            select.select([reading for _, reading in children], [], [], 30)
        time.sleep(random.uniform(0, LONGEST))  # noqa: S311
        print(json.dumps([ended(*one) for one in children]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
