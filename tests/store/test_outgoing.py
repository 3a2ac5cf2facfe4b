"""Deliveries, turns and batches on either back end: what rests on one writer at a time holds on both."""

import secrets
import threading

import delivering
import pytest
import served_bank

from zhike.act.acting import Acting
from zhike.act.batches import batch, run_batches, submit_batch
from zhike.act.decisions import DecisionDesk
from zhike.act.deliveries import Deliverers, deliver_due
from zhike.act.replay import replay_log
from zhike.act.routes import Routes
from zhike.act.turns import take_turn

WORKERS = 3


@pytest.fixture
def acting(house):
    clock = served_bank.Clock()
    made = Acting(
        house.open(now=clock.now),
        clock,
        secrets.token_bytes,
        Routes(lambda _now: frozenset({"app", "phone"})),
    )
    served_bank.publish_small(made)
    return made


def at_once(house, acting, work):
    """Run something in several workers that begin together, each with connections of its own; return their results."""
    begin, found = threading.Barrier(WORKERS), []
    actings = [
        Acting(house.open(now=acting.clock.now), acting.clock, acting.chance, acting.routes)
        for _ in range(WORKERS)
    ]

    def one(own):
        begin.wait()
        found.append(work(own))

    threads = [threading.Thread(target=one, args=(own,)) for own in actings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == WORKERS
    return found


def test_everybody_is_decided_for_and_told_once(house, acting):
    with acting.store.write() as tx:
        job = submit_batch(acting, tx, None, "outbound", "tests")["job_id"]
    made = at_once(house, acting, lambda own: run_batches(DecisionDesk(own), chunk=3))
    assert sum(one or 0 for one in made) == 10
    carriers = {"app": delivering.Carrier(), "phone": delivering.Carrier()}
    deliverers = Deliverers(carriers, lambda _row: None, delivering.RULES)
    sent = at_once(house, acting, lambda own: deliver_due(own, deliverers, "courier")["sent"])
    with acting.store.read() as tx:
        assert batch(tx, job)["state"] == "done"
        decided = [one["customer_id"] for one in tx.find("decisions")]
        told = [one["message_id"] for one in tx.find("outbox", {"state": "sent"})]
        assert tx.count("outbox") == len(told) == sum(sent) > 0
    assert sorted(decided) == [f"C{place:02}" for place in range(1, 11)]
    assert sorted(one["message_id"] for carrier in carriers.values() for one in carrier.tried) == sorted(told)
    assert replay_log(acting, DecisionDesk(acting)).proven


def test_of_many_at_once_one_has_the_turn(house, acting):
    got = at_once(house, acting, lambda own: take_turn(own, "keeper", own.new_id("h"), 10_000_000))
    assert sorted(got) == [False] * (WORKERS - 1) + [True]
