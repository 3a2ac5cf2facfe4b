"""A batch is killed without warning, twenty times at random points, and still decides for everybody once."""

import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import decide_bank
import pytest
from served_bank import Clock, publish_small

from zhike.act.acting import Acting
from zhike.act.batches import batch, submit_batch
from zhike.act.decisions import DecisionDesk
from zhike.act.replay import replay_log
from zhike.adapters.store.engine import open_store

ROUNDS = 20
CUSTOMERS = 2_500
FURTHER = 60
RUNNER = Path(__file__).with_name("batch_runner.py")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder, clock = tmp_path_factory.mktemp("killed"), Clock()
    rows = decide_bank.rows()
    rows["customers"] = [decide_bank.customer(f"C{place:05}") for place in range(CUSTOMERS)]
    with open_store(folder / "zhike.db", now=clock.now) as store:
        publish_small(Acting(store, clock, secrets.token_bytes), rows)
    return folder


class Runs:
    """Runs of the batches of a store, one after the other, each a process."""

    def __init__(self, folder):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self._process = subprocess.Popen(
            [sys.executable, RUNNER, folder / "zhike.db"], text=True, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def begin(self, minutes):
        """Begin a run, its clock put forward; return its process once it is ready."""
        self._process.stdin.write(f"{minutes}\n")
        self._process.stdin.flush()
        word, pid = self._process.stdout.readline().split()
        assert word == "ready"
        return int(pid)

    def ended(self):
        """Wait for the end of a run; return its exit code, negative for a signal."""
        word, status = self._process.stdout.readline().split()
        assert word == "ended"
        return int(status)

    def __enter__(self):
        return self

    def __exit__(self, *_problem):
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()


@pytest.mark.slow
def test_killed_at_random_points_it_decides_for_everybody_once(folder):
    """The seed is random, and told where the test fails."""
    seed = random.SystemRandom().getrandbits(32)
    dice = random.Random(seed)  # noqa: S311 - no secret
    with open_store(folder / "zhike.db") as store, Runs(folder) as runs:
        acting = Acting(store, Clock(), secrets.token_bytes)
        with store.write() as tx:
            job = submit_batch(acting, tx, None, "outbound", "analyst")["job_id"]
        done = [0]
        for place in range(ROUNDS):
            process = runs.begin(10 * place)
            wait_for(store, job, done[-1] + dice.randrange(FURTHER))
            time.sleep(dice.uniform(0.0, 0.01))
            os.kill(process, signal.SIGKILL)
            assert runs.ended() == -signal.SIGKILL, (
                seed,
                "it was done before it could be killed: more customers are needed",
            )
            row, made = state(store, job)
            done.append(row["result"]["done"])
            assert set(made.values()) <= {1}, seed
            assert made.total() == row["result"]["done"], seed
        assert done == sorted(done)
        assert sum(before < after for before, after in pairwise(done)) > ROUNDS // 4, (seed, done)
        runs.begin(10 * ROUNDS)
        assert runs.ended() == 0
        row, made = state(store, job)
        assert (row["state"], row["result"]["done"]) == ("done", CUSTOMERS), seed
        assert made == Counter(f"C{place:05}" for place in range(CUSTOMERS)), seed
        check_the_rest(store, row, seed)
        assert replay_log(acting, DecisionDesk(acting)).proven


def wait_for(store, job, done):
    """Wait until a run has decided for so many, however fast the machine is."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        with store.read() as tx:
            if batch(tx, job)["result"]["done"] >= done:
                return
        time.sleep(0.001)
    pytest.fail("the run does not go on")


def state(store, job):
    """Return the job, and how many decisions there are of each customer."""
    with store.read() as tx:
        return batch(tx, job), Counter(one["customer_id"] for one in tx.find("decisions"))


def check_the_rest(store, row, seed):
    """What was counted is what is recorded, and each offer is one contact."""
    with store.read() as tx:
        offers = Counter(one["kind"] for one in tx.find("offers"))
        live = [one["live"] or {} for one in tx.find("customers")]
    assert {name: count for name, count in row["result"]["kinds"].items() if name != "none"} == dict(
        offers
    ), seed
    contacts = sum(len(one.get("contacts", ())) for one in live)
    assert contacts == offers.total() - offers["mandatory"], seed
