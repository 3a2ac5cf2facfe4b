"""Time decisions over HTTP: full policies, evidence written before the answer leaves; beside an endpoint that does nothing.

    python benchmarks/speed/api.py [--customers 20000] [--seconds 20] [--rate 400]

One server process after the other, each over a store of its own on this machine's disk: an empty endpoint, one worker, two workers. In the
open loop requests arrive at a fixed rate, whatever became of those before, and the latency is counted from the moment at which a
request was due. In the closed loop as many connections as given ask without a pause. Before that, the disk alone: how long it takes to make
durable what a commit writes, as often as there are commits; no answer can leave sooner, and a stall of the disk is felt by all who wait. Bars: p99 of 10 ms at 400 requests/s, 800
requests/s a worker; exit code 1 when one is missed on one worker.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import gc
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uvloop

REPOSITORY = Path(__file__).resolve().parent.parent.parent
P99_BAR, RATE_BAR = 10.0, 800
CONNECTIONS = 16
COMMIT_BYTES, COMMITS = 40_000, 300
"""Written by one commit of a group of decisions, and commits a second at 400 requests/s."""
HEAD = "POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n"


def main():
    arguments = parsed()
    gc.disable()  # the measure keeps every request it made: to walk through them is no delay of the server
    with tempfile.TemporaryDirectory(dir=arguments.place) as folder:
        found = measured(arguments, Path(folder))
    one = found["1 worker"]
    sys.exit(0 if one["p99"] <= P99_BAR and one["most"] >= RATE_BAR else 1)


def parsed():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=int, default=400)
    parser.add_argument("--connections", type=int, default=8, help="of the closed loop")
    parser.add_argument("--place", help="folder in which the stores are kept meanwhile")
    return parser.parse_args()


def measured(arguments, folder):
    bank, rulebook = folder / "bank", widened(folder / "rulebook")
    zhike("init", bank, "--from", "simulate", "--customers", arguments.customers, "--months", 6)
    month = dt.date.fromisoformat(latest(bank))
    published = json.loads(
        zhike("publish", bank, "--at", month, "--store", folder / "a.db", "--rulebook", rulebook, "--json")
    )
    print(
        f"{published['customers']:,} customers, {published['actions']} candidates each, policy {published['policy']}"
    )
    zhike("staff", "add", "bench", "--role", "integration", "--store", folder / "a.db")
    token = json.loads(zhike("staff", "token", "bench", "--store", folder / "a.db", "--json"))["token"]
    for name in ("a.db", "a.db.keys"):
        shutil.copy(folder / name, folder / name.replace("a.db", "b.db"))
    customers = names_of(folder / "a.db")
    found = {}
    tell_disk(disk(folder / "commits", arguments.seconds))
    cases = {
        "empty endpoint": ("a.db", 1, "/empty"),
        "1 worker": ("a.db", 1, "/v1/decisions"),
        "2 workers": ("b.db", 2, "/v1/decisions"),
    }
    for name, (store, workers, path) in cases.items():
        found[name] = one_server(arguments, folder / store, rulebook, workers, path, token, customers)
        tell(name, found[name])
    ratio = found["1 worker"]["cpu"] / found["empty endpoint"]["cpu"]
    print(f"a decision takes {ratio:.1f} times the server's CPU of the empty endpoint")
    return found


def disk(place, seconds):
    """Return in milliseconds, in order, how long the disk takes to make durable what commits write."""
    content, taken = os.urandom(COMMIT_BYTES), []
    with place.open("wb", buffering=0) as file:
        for _ in range(int(seconds * COMMITS)):
            file.write(content)
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - begun) * 1e3)
            time.sleep(max(0.0, 1 / COMMITS - taken[-1] / 1e3))
    return sorted(taken)


def tell_disk(taken):
    print(
        f"{'disk alone':15} a commit p50 {taken[len(taken) // 2]:6.2f} ms  p99 {taken[int(len(taken) * 0.99)]:6.2f} ms  "
        f"worst {taken[-1]:6.1f} ms  above {P99_BAR:.0f} ms {sum(one > P99_BAR for one in taken)} of {len(taken)}"
    )


def widened(place):
    """Copy the rulebook, with offers over the web too, so that there are a hundred candidates and more."""
    shutil.copytree(REPOSITORY / "rulebook", place)
    catalogue = place / "catalogue" / "retail_cn.yaml"
    catalogue.write_text(
        re.sub(
            r"channels: \[branch, (phone, )?app",
            r"channels: [branch, web, \1app",
            catalogue.read_text("utf-8"),
        ),
        "utf-8",
    )
    return place


def latest(bank):
    import polars as pl

    from zhike.adapters.bank import Bank

    return str(Bank.open(bank).scan("interactions").select(pl.col("occurred_on").max()).collect().item())


def names_of(store):
    from zhike.adapters.store.engine import open_store

    with open_store(store) as opened, opened.read() as tx:
        return [row["customer_id"] for row in tx.find("customers")]


def zhike(*words):
    command = [sys.executable, "-m", "zhike.cli.main", *map(str, words)]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=REPOSITORY).stdout


def one_server(arguments, store, rulebook, workers, path, token, customers):
    environment = {**os.environ, "ZHIKE_STORE": str(store), "ZHIKE_RULEBOOK": str(rulebook), "ZHIKE_RATE": "1000000",
                   "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}  # fmt: skip
    port = random.SystemRandom().randrange(20_000, 60_000)
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("api_server.py")), str(port), str(workers)],
        env=environment,
        cwd=REPOSITORY,
    )
    try:
        return uvloop.run(loaded(arguments, port, path, token, customers, server.pid))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


async def loaded(arguments, port, path, token, customers, pid):
    await ready(port)
    asking = Asking(port, path, token, customers)
    await asking.closed(2.0, arguments.connections)  # files and caches warm
    begun = cpu_of(pid)
    latencies, errors = await asking.open(arguments.seconds, arguments.rate)
    spent = cpu_of(pid) - begun
    done, seconds = await asking.closed(arguments.seconds / 2, arguments.connections)
    ordered = sorted(latencies)
    return {
        "p50": ordered[len(ordered) // 2], "p99": ordered[int(len(ordered) * 0.99)], "worst": ordered[-1], "errors": errors,
        "cpu": spent / len(ordered) * 1e3, "most": done / seconds, "memory": memory_of(pid),
    }  # fmt: skip


async def ready(port):
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    sys.exit("the server did not start")


class Asking:
    """Connections to a server, and requests for customers drawn at random."""

    def __init__(self, port, path, token, customers):
        self.port, self.path, self.token, self.customers = port, path, token, customers
        self.dice = random.Random(7)  # noqa: S311 - whom is asked for need not be a secret

    def request(self):
        """Return the bytes of a request."""
        body = json.dumps({"customer_id": self.dice.choice(self.customers)}).encode()
        return HEAD.format(path=self.path, token=self.token, size=len(body)).encode() + body

    async def connected(self):
        """Return a connection that is kept alive."""
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, connection):
        """Return whether one request was answered."""
        reader, writer = connection
        writer.write(self.request())
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])
        await reader.readexactly(size)
        return head.startswith(b"HTTP/1.1 200")

    async def open(self, seconds, rate):
        """Return latencies in milliseconds, and failures, of requests that arrive at a fixed rate."""
        free = asyncio.Queue()
        for _ in range(CONNECTIONS):
            free.put_nowait(await self.connected())
        latencies, failed = [], 0

        async def one(due):
            nonlocal failed
            connection = await free.get()
            failed += not await self.ask(connection)
            latencies.append((time.perf_counter() - due) * 1e3)
            free.put_nowait(connection)

        begun, tasks = time.perf_counter(), []
        for turn in range(int(seconds * rate)):
            due = begun + turn / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(one(due)))
        await asyncio.gather(*tasks)
        return latencies, failed

    async def closed(self, seconds, connections):
        """Return how many requests were answered, and in which time, when every connection asks without a pause."""
        until, done = time.perf_counter() + seconds, 0

        async def one():
            nonlocal done
            connection = await self.connected()
            while time.perf_counter() < until:
                await self.ask(connection)
                done += 1

        begun = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(connections)))
        return done, time.perf_counter() - begun


def processes(pid):
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(int(child) for child in children)]


def cpu_of(pid):
    ticks = 0
    for one in processes(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_of(pid):
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in processes(pid))
    return pages * resource.getpagesize() / 1e6


def tell(name, one):
    print(
        f"{name:15} open loop p50 {one['p50']:6.2f} ms  p99 {one['p99']:6.2f} ms  worst {one['worst']:6.1f} ms  errors {one['errors']}  "
        f"CPU {one['cpu']:5.2f} ms a request; closed loop {one['most']:6.0f} requests/s; memory {one['memory']:5.0f} MB"
    )


if __name__ == "__main__":
    main()
