"""The bank's keys are exchanged beneath a running store; killed anywhere, the store opens with the key file that is there."""

import json
import os
import secrets
import stat
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import rotation_child
from ledger_rows import ledger_row

from zhike.act.acting import Acting
from zhike.act.digests import digests, sign_digest, trail
from zhike.act.trail import Happened, record
from zhike.adapters.store import load_keys, rotation
from zhike.adapters.store.key_file import HeldKeyFile
from zhike.adapters.store.keyring import MasterKey
from zhike.adapters.store.keys import load_key_file
from zhike.adapters.store.resealing import BANKS_OWN
from zhike.adapters.store.rotation import rotate_keys
from zhike.core.ledger import CUSTOMER, LEDGER
from zhike.core.service_errors import StateConflictError
from zhike.core.store_errors import StoreInvalidError, StoreKeysError, StoreUnavailableError
from zhike.govern.audit import Opening, verify_trail
from zhike.govern.audit_digest import key_fingerprint, public_key_of
from zhike.govern.audit_events import AuditEvent

ERASED = "t3"
TRAIL = ("audit_entries", "audit_openings", "audit_digests")
TESTS = Path(__file__).resolve().parents[1]


class Clock:
    def now(self):
        return time.time_ns() // 1000


def acting_on(store):
    return Acting(store, Clock(), secrets.token_bytes)


def rotated(store, **options):
    return rotate_keys(acting_on(store), store, "tests", **options)


def filled(store):
    """Write three rows of persons and two of nobody into every table that seals, erase one person, sign the trail; return it all."""
    acting = acting_on(store)
    with store.write() as tx:
        for table in LEDGER.values():
            if not table.sealed or table.name in TRAIL:
                continue
            owned = table.personal and table.name != "retained"
            tx.insert(table.name, [ledger_row(table.name, n) for n in (1, 2, 3) if owned])
            if table.name in BANKS_OWN:
                nobodys = {CUSTOMER: None} if table.personal else {}
                tx.insert(table.name, [ledger_row(table.name, n, **nobodys) for n in (4, 5)])
        happened = [
            Happened("store", AuditEvent.DATA_LOADED, "tests", who, {"n": n})
            for n, who in enumerate((None, "t1", None, ERASED))
        ]
        record(tx, happened, acting.clock.now(), acting.chance)
        tx.destroy_key(ERASED, acting.clock.now())
    sign_digest(acting, store.keys.audit_seed)
    return contents(store)


def contents(store):
    """Return what the store says of everybody, as far as it is the same under any master key."""
    with store.read() as tx:
        found = {name: tx.find(name) for name in LEDGER if name not in ("person_keys", *TRAIL)}
        keys = tx.find("person_keys")
    found["person_keys"] = [{**row, "wrapped": row["wrapped"] is None} for row in keys]
    return found


def check_trail(store, public_keys, *, vouched=None):
    """See that the whole trail verifies, opened as far as it can be; return the numbers of its events."""
    with store.read() as tx:
        told, signed = list(trail(tx, opened=True)), digests(tx)
    openings = [one for one in told if isinstance(one, Opening)]
    entries = [one for one in told if not isinstance(one, Opening)]
    report = verify_trail(entries, signed, vouched or public_keys, opened=openings)
    assert report.verified, report.failures
    assert report.erased == 2  # subject and body of what was told of who is erased
    return [entry.event for entry in entries]


def sealed_values(house):
    """Yield everything that lies sealed under the bank's key, with how a master key opens it."""
    with house.outside() as connection:
        for customer, wrapped in connection.execute(
            "SELECT customer_id, wrapped FROM person_keys WHERE wrapped IS NOT NULL"
        ).fetchall():
            yield lambda master, w=wrapped, c=customer: master.unwrap(bytes(w), c)
        for table in BANKS_OWN:
            nobodys = "WHERE customer_id IS NULL" if LEDGER[table].personal else ""
            for column in LEDGER[table].sealed:
                for (value,) in connection.execute(f"SELECT {column} FROM {table} {nobodys}").fetchall():  # noqa: S608
                    yield lambda master, v=value, t=table, c=column: master.bank.opened(bytes(v), t, c)


def check_moved(house, old):
    """See that all is sealed under the new master key and nothing under the old one, which is in no file any more."""
    new = load_key_file(house.keys)
    assert new.previous is None
    assert old.master.hex() not in house.keys.read_text("ascii")
    assert new.keys.master != old.master
    values = list(sealed_values(house))
    assert len(values) > 10
    for opened in values:
        assert opened(MasterKey(new.keys)) is not None
        assert opened(MasterKey(old)) is None


def test_all_is_moved_to_the_new_key_and_reads_as_before(house):
    store = house.open()
    before, old = filled(store), store.keys
    made = rotated(store)
    assert not made.resumed
    assert made.persons == 2  # the erased one has no key to wrap
    assert made.rows >= 2 * len(BANKS_OWN)
    assert store.keys == load_keys(house.keys) != old
    assert store.keys.audit_seed == old.audit_seed
    assert made.fingerprint == store.keys.master_fingerprint != old.master_fingerprint
    for one in (store, house.open()):
        assert contents(one) == before
    check_moved(house, old)
    events = check_trail(store, [public_key_of(old.audit_seed)])
    assert events.count(AuditEvent.KEYS_ROTATED) == 1
    assert AuditEvent.AUDIT_KEY_CHANGED not in events


def test_who_was_erased_stays_unreadable(house):
    store = house.open()
    filled(store)
    with store.read() as tx:
        before = tx.one("person_keys", customer_id=ERASED)
    assert before["wrapped"] is None
    rotated(store)
    with house.open().read() as tx:
        assert tx.one("person_keys", customer_id=ERASED) == before
        assert tx.one("notes", customer_id=ERASED)["text"] is None
        assert tx.one("notes", customer_id="t1")["text"] == "t1"


def test_the_old_key_file_opens_nothing_any_more(house, tmp_path):
    store = house.open()
    filled(store)
    kept = tmp_path / "kept.keys"
    kept.write_bytes(house.keys.read_bytes())
    kept.chmod(0o600)
    rotated(store)
    with pytest.raises(StoreKeysError, match="before they were exchanged"):
        house.open(keys=kept)


def test_it_can_be_done_again_and_again(house):
    store = house.open()
    before, olds = filled(store), []
    for _ in range(3):
        olds.append(store.keys)
        rotated(store)
    assert contents(store) == before
    for old in olds:
        check_moved(house, old)


def test_nothing_of_the_old_seals_is_left_in_the_file(lite):
    store = lite.open()
    filled(store)
    with lite.outside() as connection:
        old = [wrapped for (wrapped,) in connection.execute("SELECT wrapped FROM person_keys").fetchall()]
    rotated(store)
    files = [path.read_bytes() for path in lite.place.parent.iterdir()]
    assert not any(wrapped in content for wrapped in old if wrapped for content in files)


def test_the_file_stays_its_owners_alone_and_nothing_lies_beside_it(lite):
    store = lite.open()
    lite.keys.chmod(0o400)
    left = lite.keys.with_name(f"{lite.keys.name}.0badcafe.tmp")
    left.write_text("of one who was killed")
    rotated(store)
    assert stat.S_IMODE(lite.keys.stat().st_mode) == 0o400
    assert lite.keys.stat().st_uid == os.getuid()
    assert [path.name for path in lite.keys.parent.glob("*.keys*")] == [lite.keys.name]


# -- beneath a running store --------------------------------------------------------------------------------------------


class BrokenOffError(Exception):
    """What a test breaks an exchange off with."""


@contextmanager
def broken_off(monkeypatch, where):
    """Let exchanges end before a step."""

    def end(*_):
        raise BrokenOffError

    with monkeypatch.context() as patch:
        patch.setattr(rotation._Exchange, where, end)  # noqa: SLF001
        yield


@pytest.mark.parametrize("step", ["_begun", "_paged", "_table", "_ended"])
def test_a_running_store_reads_and_writes_at_every_stage(house, monkeypatch, step):
    store, other, reader = house.open(), house.open(), house.open()
    before, old = filled(store), store.keys
    assert contents(reader) == before
    with broken_off(monkeypatch, step), pytest.raises(BrokenOffError):
        rotated(store)
    assert contents(reader) == before == contents(house.open())
    rows = [ledger_row("notes", 9), ledger_row("notes", 8, customer_id="t1")]
    with other.write() as tx:  # a customer that is new, one that is not, and nobody
        tx.insert("notes", rows)
        tx.insert("outbox", [ledger_row("outbox", 9, customer_id=None)])
    assert rotated(store).resumed
    check_moved(house, old)
    for one in (reader, other, store, house.open()):
        with one.read() as tx:
            assert tx.find("notes", {"note_id": ["t8", "t9"]}) == [rows[1], rows[0]]
            assert tx.one("outbox", message_id="t9") == ledger_row("outbox", 9, customer_id=None)
            assert tx.one("notes", note_id="t2") == ledger_row("notes", 2)


def test_a_reader_in_the_midst_of_an_old_state_goes_on_reading(house, monkeypatch):
    store, other = house.open(), house.open()
    filled(store)
    monkeypatch.setattr(store, "scrub", lambda _: None)  # it waits for such readers
    with other.read() as tx:
        assert tx.count("notes") == 3
        rotated(store)
        assert tx.one("notes", note_id="t1") == ledger_row("notes", 1)
        assert tx.one("outbox", message_id="t4")["content"] == ledger_row("outbox", 4)["content"]
    with other.read() as tx:
        assert tx.one("notes", note_id="t1") == ledger_row("notes", 1)


def test_writers_at_work_notice_nothing(house):
    store, other = house.open(patience=30), house.open(patience=30)
    filled(store)
    olds, ended, written = [], threading.Event(), []

    def work():
        while not ended.is_set():
            n = 100 + len(written)
            with other.write() as tx:
                tx.insert("notes", [ledger_row("notes", n)])
                tx.insert("outbox", [ledger_row("outbox", n, customer_id=None)])
            written.append(n)
            ended.wait(0.005)  # SQLite lets in whoever happens to look when the place is free

    thread = threading.Thread(target=work)
    thread.start()
    try:
        while len(written) < 10 and thread.is_alive():
            olds.append(store.keys)
            rotated(store)
    finally:
        ended.set()
        thread.join()
    assert len(written) >= 10
    check_moved(house, olds[-1])
    with house.open().read() as tx:
        for n in written:
            assert tx.one("notes", note_id=f"t{n}")["text"] == f"t{n}"
            assert tx.one("outbox", message_id=f"t{n}")["content"] == ledger_row("outbox", n)["content"]


def test_a_writer_whose_key_file_is_not_exchanged_is_stopped_before_it_seals(house, tmp_path):
    store = house.open()
    filled(store)
    elsewhere = tmp_path / "elsewhere.keys"  # of another machine
    elsewhere.write_bytes(house.keys.read_bytes())
    elsewhere.chmod(0o600)
    other = house.open(keys=elsewhere)
    rotated(store)
    with pytest.raises(StoreKeysError), other.write():
        pass
    with pytest.raises((StoreKeysError, StoreInvalidError)), other.read() as tx:
        tx.one("notes", note_id="t1")
    with pytest.raises(StoreKeysError):
        rotated(other)
    assert load_key_file(elsewhere).previous is None  # nothing was written over it
    elsewhere.write_bytes(house.keys.read_bytes())
    with other.write() as tx:
        assert tx.one("notes", note_id="t1") == ledger_row("notes", 1)


def test_two_do_not_exchange_at_once(house):
    store = house.open()
    filled(store)
    before = house.keys.read_bytes()
    with HeldKeyFile(house.keys), pytest.raises(StateConflictError, match="somebody else"):
        rotated(store)
    assert house.keys.read_bytes() == before
    rotated(store)


def test_what_holds_the_file_goes_with_it(tmp_path):
    from zhike.adapters.store import create_keys

    path = tmp_path / "keys"
    create_keys(path)
    with HeldKeyFile(path) as held:
        held.write(load_key_file(path))
        with pytest.raises(StateConflictError):
            HeldKeyFile(path)
    HeldKeyFile(path).close()


def test_a_damaged_value_stops_it_and_the_old_key_stays(lite):
    store = lite.open()
    filled(store)
    with lite.outside() as connection:
        connection.execute("UPDATE retained SET content = zeroblob(40) WHERE retained_id = 't4'")
    old = store.keys
    with pytest.raises(StoreInvalidError):
        rotated(store)
    assert load_key_file(lite.keys).previous == old
    with lite.open().read() as tx:
        assert tx.one("retained", retained_id="t5")["content"] == ledger_row("retained", 5)["content"]


def test_a_reader_that_stays_puts_it_off(lite):
    store, other = lite.open(patience=0.2), lite.open()
    before, old = filled(store), store.keys
    with other.read() as tx:
        tx.count("notes")
        with pytest.raises(StoreUnavailableError):
            rotated(store)
        assert load_key_file(lite.keys).previous == old
    assert rotated(store).resumed
    check_moved(lite, old)
    assert contents(other) == before


# -- the key that signs -------------------------------------------------------------------------------------------------


def test_the_last_digest_of_the_old_key_names_the_new_one(house):
    store = house.open()
    before, old = filled(store), store.keys
    running, seed = acting_on(house.open()), old.audit_seed  # a server that was started before
    made = rotated(store, audit_seed=True)
    new = public_key_of(store.keys.audit_seed)
    assert made.audit_key == new != public_key_of(old.audit_seed)
    with store.read() as tx:
        last = digests(tx)[-1]
    assert last.successor == new.hex()
    assert last.key == key_fingerprint(public_key_of(old.audit_seed))
    signed = sign_digest(running, seed)
    assert signed.key == key_fingerprint(new)
    assert store.ring.audit_keys() == (public_key_of(old.audit_seed), new)
    events = check_trail(store, store.ring.audit_keys())
    assert check_trail(store, (), vouched=[public_key_of(old.audit_seed)]) == events
    assert events.count(AuditEvent.AUDIT_KEY_CHANGED) == events.count(AuditEvent.KEYS_ROTATED) == 1
    assert contents(store) == before
    check_moved(house, old)


def test_keys_that_sign_follow_one_another(house):
    store = house.open()
    filled(store)
    first = public_key_of(store.keys.audit_seed)
    for _ in range(3):
        rotated(store, audit_seed=True)
        sign_digest(acting_on(store), store.keys.audit_seed)
    assert len(set(store.ring.audit_keys())) == 4
    assert store.ring.audit_keys()[0] == first
    check_trail(store, (), vouched=[first])
    check_trail(store, store.ring.audit_keys())


def test_one_under_way_is_finished_as_it_was_begun(house, monkeypatch):
    store = house.open()
    filled(store)
    old = store.keys
    with broken_off(monkeypatch, "_begun"), pytest.raises(BrokenOffError):
        rotated(store)
    with pytest.raises(StateConflictError, match="leaves the audit key"):
        rotated(store, audit_seed=True)
    rotated(store)
    assert store.keys.audit_seed == old.audit_seed
    rotated(store, audit_seed=True)
    assert store.keys.audit_seed != old.audit_seed


# -- killed -------------------------------------------------------------------------------------------------------------


@contextmanager
def killer(house, when, *, audit_seed):
    """Yield what exchanges the keys in a process that is killed at a step; returns what became of it."""
    words = [
        sys.executable,
        rotation_child.__file__,
        str(house.place),
        str(house.keys),
        when,
        str(audit_seed),
    ]
    path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    process = subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )

    def kill_at(step):
        process.stdin.write(f"{step}\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    try:
        yield kill_at
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


@pytest.mark.campaign
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("audit_seed", [False, True])
def test_killed_at_any_step_the_store_opens_and_the_next_call_goes_on(house, when, audit_seed):
    store = house.open(patience=30)
    before, running = filled(store), house.open()
    first, step, resumed = public_key_of(store.keys.audit_seed), 0, 0
    with killer(house, when, audit_seed=audit_seed) as kill_at:
        while (told := kill_at(step)) == "killed" and step < 60:
            found = house.open()
            assert contents(found) == before == contents(running)
            with found.write() as tx:
                tx.change("notes", {"note_id": "t1"}, {"text": f"{step}"})
                tx.change("outbox", {"message_id": "t4"}, {"content": {"step": step}})
            before = contents(running)
            assert before["outbox"][3]["content"] == {"step": step}
            old = load_key_file(house.keys)
            made = rotated(found)
            check_moved(house, old.previous or old.keys)
            resumed += made.resumed
            check_trail(found, (), vouched=[first])
            found.close()
            step += 1
    assert told == "done"
    assert step > 15
    assert resumed > 10
    assert contents(running) == before
    check_trail(running, (), vouched=[first])
    assert json.loads(house.keys.read_text("ascii"))["previous"] is None
