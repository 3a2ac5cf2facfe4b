"""Processes that are killed while they write, and disks that are full: what was committed is there, whole, and nothing else is.

``CRASH_ROUNDS=200`` in the environment kills ten times as often: ``make crash``.
"""

import functools
import json
import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import crash_child
import decide_bank
from ledger_rows import ledger_row

from zhike.act.acting import Acting
from zhike.act.digests import digests, sign_digest, trail
from zhike.act.publications import publish
from zhike.decide.dossier import dossiers
from zhike.decide.live import Live
from zhike.decide.serving_setting import ServingSetting
from zhike.decide.strategy import plan_of
from zhike.govern.audit import Opening, verify_trail
from zhike.govern.audit_digest import public_key_of

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "20"))
UNCOUNTED = ("mandatory", "none")
TESTS = Path(__file__).resolve().parents[1]


def environment():
    """Return the environment of a child that imports tests and package."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])}


@contextmanager
def killer(work, house, children):
    """Yield what starts children and kills them; returns what each saw committed."""
    script = Path(crash_child.__file__)
    words = [sys.executable, str(script), work, str(house.place), str(house.keys), str(children)]
    process = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    )  # fmt: skip

    def round_of_kills():
        process.stdin.write("again\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    try:
        yield round_of_kills
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def seen_by_killed(work, house, between):
    """Kill two children in every round, with something done between; return the marks of what they saw committed."""
    seen = set()
    with killer(work, house, 2) as kill:
        for _ in range(ROUNDS):
            told = kill()
            assert "ended" not in told
            marks = {mark for one in told for mark in one}
            assert not marks & seen
            seen |= marks
            between()
    return seen


def check_seen(seen, there):
    """See that all that was told is there, and of what was not told no more than one commit of each child."""
    assert seen <= there
    assert len(there - seen) <= 2 * ROUNDS
    assert len(seen) > ROUNDS


def test_what_a_killed_process_committed_is_there_and_nothing_half_done(house):
    store = house.open(patience=30)
    seen = seen_by_killed("pairs", house, store.checkpoint)
    with store.read() as tx:
        jobs, notes = tx.find("jobs"), tx.find("notes")
        counter = tx.one("requests", caller="c", request_key="k")
    there = {row["job_id"] for row in jobs}
    check_seen(seen, there)
    assert counter["status"] == len(there)
    assert {row["note_id"]: row["text"] for row in notes} == {
        row["note_id"]: row["text"] for mark in there for row in crash_child.rows_of(mark)["notes"]
    }
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1)])


@functools.cache
def _content():
    """Return the setting and the dossiers of a small bank."""
    rules = decide_bank.rulebook()
    prepared = decide_bank.prepared(rules=rules)
    return ServingSetting.of(prepared, plan_of(prepared), rules, {}), tuple(dossiers(prepared))


class Clock:
    def now(self):
        return time.time_ns() // 1000


def published(store):
    acting = Acting(store, Clock(), secrets.token_bytes)
    setting, found = _content()
    publish(acting, setting, found, {}, manifest="0" * 64, actor="tests")
    return acting


def ledger(store):
    """Return every row that decisions leave, and what the trail says."""
    with store.read() as tx:
        rows = {name: tx.find(name) for name in ("customers", "decisions", "offers")}
        return rows, list(trail(tx, opened=True)), digests(tx)


def check_decisions(store):
    """See that every decision has its offers, its entry and its contacts, and the other way round; return all identifiers."""
    rows, told, signed = ledger(store)
    openings = [one for one in told if isinstance(one, Opening)]
    entries = [one for one in told if not isinstance(one, Opening)]
    report = verify_trail(entries, signed, [public_key_of(store.keys.audit_seed)], opened=openings)
    assert report.verified, report.failures
    assert report.opened == len(openings)

    bodies = [json.loads(one.content) for one in openings if (one.stream, one.part) == ("decisions", "body")]
    audited = {body["decision"]: body["offers"] for body in bodies}
    assert len(audited) == len(bodies)
    decisions = {row["decision_id"]: row for row in rows["decisions"]}
    assert audited.keys() == decisions.keys()
    offers = {name: [] for name in decisions}
    for row in sorted(rows["offers"], key=lambda row: row["rank"]):
        offers[row["decision_id"]].append(row)
    for name, row in decisions.items():
        made = [offer for *_, offer in row["record"]["places"] if offer is not None]
        assert made == audited[name] == [offer["offer_id"] for offer in offers[name]]
        assert {offer["customer_id"] for offer in offers[name]} <= {row["customer_id"]}
        assert row["degraded"] == ""
    check_contacts(rows, offers)
    return set(decisions)


def check_contacts(rows, offers):
    counted, changes = Counter(), Counter()
    for made in offers.values():
        contacts = [offer for offer in made if offer["outbound"] and offer["kind"] not in UNCOUNTED]
        counted.update((offer["customer_id"], offer["made_at"], offer["channel"]) for offer in contacts)
        changes.update({offer["customer_id"] for offer in contacts})
    live = {row["customer_id"]: Live.of(row["live"]).contacts for row in rows["customers"]}
    assert Counter((name, *one) for name, contacts in live.items() for one in contacts) == counted
    assert {row["customer_id"]: row["version"] for row in rows["customers"] if row["version"]} == changes


def test_decisions_of_a_killed_process_are_whole(house):
    store = house.open(patience=30)
    acting = published(store)
    seen = seen_by_killed("decisions", house, lambda: sign_digest(acting, store.keys.audit_seed))
    check_seen(seen, check_decisions(store))
    with store.read() as tx:
        assert tx.count("offers") > ROUNDS


def test_a_full_disk_is_told_and_writing_goes_on_once_there_is_room(lite):
    words = [sys.executable, str(TESTS / "full_disk.py"), str(lite.place), str(lite.keys)]
    done = subprocess.run(words, capture_output=True, check=True, text=True, env=environment())
    told = json.loads(done.stdout)
    assert told["done"] > 2
    assert str(lite.place) in told["error"]
    assert "the disk" in told["error"]
    assert told["retryable"]
    assert told["again"]
    assert told["healed"]
    assert told["read_while_full"] == told["done"] * 10
    with lite.open().read() as tx:
        notes = tx.find("notes")
    assert Counter(row["note_id"].split("-")[0] for row in notes) == {
        f"n{n}": 10 for n in range(told["done"] + 1)
    }
    assert {row["text"] for row in notes} == {"x" * 4000}
