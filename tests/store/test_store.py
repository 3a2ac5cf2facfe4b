"""A store as a whole: opened by many, one writer at a time, clear errors when the database does not answer, well again after."""

import signal
import sqlite3
import threading
import time

import pytest
from ledger_rows import ledger_row
from running_postgres import running_postgres

from zhike.adapters.store import open_store
from zhike.core.blobs import get_blob, put_blob
from zhike.core.errors import UsageError
from zhike.core.store_errors import (
    StoreInvalidError,
    StoreKeysError,
    StoreUnavailableError,
    StoreVersionError,
)

QUICK = 0.3


def works(store, n):
    """Record something and read it back."""
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", n)])
    with store.read() as tx:
        assert tx.one("notes", note_id=f"t{n}") == ledger_row("notes", n)
    return True


def test_what_was_committed_is_there_when_opened_again(house):
    with house.open() as store:
        works(store, 1)
        with store.write() as tx:
            address = put_blob(tx, b"shared")
            assert put_blob(tx, b"shared") == address
    with house.open().read() as tx:
        assert tx.one("notes", note_id="t1") == ledger_row("notes", 1)
        assert get_blob(tx, address) == b"shared"


def test_many_threads_and_stores_write_one_after_the_other(house):
    stores = [house.open(), house.open()]
    with stores[0].write() as tx:
        tx.insert("requests", [ledger_row("requests", status=0)])
    key = {"caller": "t1", "request_key": "t1"}

    def count_up(store, times):
        for _ in range(times):
            with store.write() as tx:
                status = tx.one("requests", **key)["status"]
                tx.change("requests", key, {"status": status + 1})

    threads = [threading.Thread(target=count_up, args=(store, 25)) for store in stores for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with stores[1].read() as tx:
        assert tx.one("requests", **key)["status"] == 150


def test_two_processes_that_make_a_store_at_once_make_one(house):
    stores, failed = [], []

    def make():
        try:
            stores.append(house.open())
        except Exception as error:  # noqa: BLE001 - the test shows it
            failed.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len({store.keys.master for store in stores}) == 1
    assert all(works(store, n) for n, store in enumerate(stores))


def test_readers_go_on_while_somebody_writes(house):
    store = house.open()
    works(store, 1)
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 2)])
        with store.read() as reading:
            assert reading.count("notes") == 1


def test_a_write_inside_a_write_is_a_misuse(store):
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1)])
        with pytest.raises(UsageError, match="inside a write"), store.write():
            pass
    assert works(store, 2)


def test_a_writer_that_does_not_end_is_given_up_and_waited_for_no_longer(house):
    for holder, waiter in ((house.open(), house.open(patience=QUICK)), (house.open(patience=QUICK),) * 2):
        told, done = threading.Event(), threading.Event()

        def hold(store=holder, told=told, done=done):
            with store.write():
                told.set()
                done.wait(20)

        thread = threading.Thread(target=hold)
        thread.start()
        told.wait(20)
        begun = time.monotonic()
        with pytest.raises(StoreUnavailableError) as refused, waiter.write():
            pass
        assert refused.value.retryable
        assert QUICK * 0.9 < time.monotonic() - begun < QUICK * 20
        done.set()
        thread.join()
        with waiter.write():
            pass


def test_more_readers_than_connections_are_told(lite):
    store = lite.open(patience=QUICK)
    readers = [store.read() for _ in range(32)]
    for reader in readers:
        reader.__enter__()
    with pytest.raises(StoreUnavailableError, match="in use"), store.read():
        pass
    for reader in readers:
        reader.__exit__(None, None, None)
    assert works(store, 1)


@pytest.mark.parametrize(
    "content", [b"not a database, but longer than a header of one hundred bytes" * 4, b"short"]
)
def test_a_file_that_is_no_database_is_left_alone(lite, content):
    lite.place.write_bytes(content)
    with pytest.raises(StoreInvalidError, match="no database"):
        lite.open()
    assert lite.place.read_bytes() == content
    assert not lite.keys.exists()


def test_tables_of_another_program_are_left_alone(house):
    statement = "CREATE TABLE customers (name TEXT)"
    if house.kind == "sqlite":
        connection = sqlite3.connect(house.place)
        connection.execute(statement)
        connection.close()
    else:
        house.server.run(f"SET search_path = {house.schema}; {statement}")
    with pytest.raises(StoreInvalidError, match="customers"):
        house.open()


@pytest.mark.parametrize("version", ["0099", "", "0001-draft"])
def test_a_store_of_another_version_is_refused(house, version):
    house.open()
    with house.outside() as connection:
        connection.execute(f"UPDATE ledger_version SET version_num = '{version}'")  # noqa: S608
    with pytest.raises(StoreVersionError) as refused:
        house.open()
    assert refused.value.data["version"] == version
    assert refused.value.data["expected"] == "0001"


def test_places_that_hold_no_store_are_told(tmp_path, postgres, monkeypatch):
    for place in ("mysql://u@h/d", "sqlite://", "sqlite:///:memory:", "sqlite:////", "://", ".", "/", ""):
        with pytest.raises(UsageError):
            open_store(place, tmp_path / "k")
    with pytest.raises(StoreUnavailableError):
        open_store(tmp_path / "absent" / "ledger.db", tmp_path / "k")
    with pytest.raises(StoreUnavailableError):
        open_store(tmp_path, tmp_path / "k")
    with pytest.raises(StoreUnavailableError) as refused:
        open_store("postgresql://u:secret@/d?host=/absent", tmp_path / "k", patience=1)
    assert "secret" not in str(refused.value) + repr(refused.value.data)
    with pytest.raises(StoreUnavailableError):
        open_store(f"postgresql://zhike@/absent?host={postgres.folder}", tmp_path / "k")
    with pytest.raises(StoreUnavailableError, match="no such schema"):
        open_store(postgres.url("absent"), tmp_path / "k")
    monkeypatch.delenv("ZHIKE_KEYS", raising=False)
    with pytest.raises(StoreKeysError, match="ZHIKE_KEYS"):
        open_store(postgres.url("absent"))
    store = open_store(f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path / "k")
    assert works(store, 1)
    store.close()


def test_a_file_that_was_removed_is_not_written_to_and_not_made_again(lite):
    store = lite.open()
    works(store, 1)
    store.checkpoint()
    for part in ("", "-wal", "-shm"):
        lite.place.with_name(f"ledger.db{part}").rename(lite.place.with_name(f"away.db{part}"))
    for opened in (store.read, store.write):
        with pytest.raises(StoreUnavailableError, match="cannot be opened"), opened():
            pass
    assert not lite.place.exists()
    for part in ("", "-wal", "-shm"):
        away = lite.place.with_name(f"away.db{part}")
        if away.exists():
            away.rename(lite.place.with_name(f"ledger.db{part}"))
    assert works(store, 2)
    with store.read() as tx:
        assert tx.count("notes") == 2


def test_a_backup_brought_back_is_looked_at_as_if_opened_anew(lite, tmp_path):
    store = lite.open()
    works(store, 1)
    store.close()
    backup = lite.place.read_bytes()
    works(store, 2)
    store.close()
    lite.place.unlink()
    lite.place.write_bytes(backup)
    with store.read() as tx:
        assert tx.count("notes") == 1
    assert works(store, 3)
    other = open_store(tmp_path / "other.db", tmp_path / "other.keys")
    other.close()
    store.close()
    (tmp_path / "other.db").replace(lite.place)
    with pytest.raises(StoreKeysError), store.read():
        pass


def test_a_full_disk_is_told_and_the_store_goes_on_after(lite):
    store = lite.open()
    works(store, 1)
    with lite.outside() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    for connection in pooled(store):
        connection.execute(f"PRAGMA max_page_count = {pages + 5}")
    big = ledger_row("blobs", content=b"x" * 100_000)

    def record():
        with store.write() as tx:
            tx.insert("notes", [ledger_row("notes", 2)])
            tx.insert("blobs", [big])

    with pytest.raises(StoreUnavailableError, match="disk is full"):
        record()
    with store.read() as tx:
        assert (tx.count("notes"), tx.count("blobs")) == (1, 0)
    for connection in pooled(store):
        connection.execute("PRAGMA max_page_count = 1000000")
    assert works(store, 2)
    with store.write() as tx:
        tx.insert("blobs", [big])


def pooled(store):
    """Return the driver's connections of a store, as far as it has any."""
    engine = store.workings.backend.engine
    found = [engine.raw_connection() for _ in range(engine.pool.checkedin())]
    drivers = [connection.dbapi_connection for connection in found]
    for connection in found:
        connection.close()
    return drivers


def test_a_checkpoint_moves_the_log_into_the_file_and_waits_for_nobody(lite):
    store = lite.open()
    works(store, 1)
    before = lite.place.stat().st_size
    with store.read() as tx:
        tx.count("notes")
        with store.write() as writing:
            writing.insert("blobs", [ledger_row("blobs", content=b"x" * 50_000)])
            store.checkpoint()
    store.checkpoint()
    assert lite.place.stat().st_size > before + 50_000
    log = lite.place.with_name("ledger.db-wal")
    for n in range(20):
        works(store, n + 10)
        store.checkpoint()
    size = log.stat().st_size
    for n in range(20):
        works(store, n + 100)
        store.checkpoint()
    assert log.stat().st_size == size  # used again from its beginning


def test_a_reader_of_an_old_state_holds_up_scrubbing_and_is_told(lite):
    store = lite.open(patience=QUICK)
    works(store, 1)
    with store.read() as tx:
        tx.count("notes")
        with store.write() as writing:
            writing.remove("notes", {"note_id": "t1"})
        with pytest.raises(StoreUnavailableError, match="reader still holds"):
            store.scrub()
    store.scrub()
    assert works(store, 2)


def test_scrubbing_names_tables_of_the_ledger(store):
    works(store, 1)
    store.scrub(["person_keys", "notes"])
    with pytest.raises(UsageError):
        store.scrub(["absent"])
    assert works(store, 2)


def test_the_database_file_is_its_owners_alone(lite):
    works(lite.open(), 1)
    for path in lite.place.parent.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_connections_are_as_safe_as_they_are_said_to_be(house, store):
    works(store, 1)
    with house.outside() as connection:
        if house.kind == "sqlite":
            wanted = {
                "journal_mode": "wal",
                "synchronous": 2,
                "secure_delete": 1,
                "foreign_keys": 1,
                "wal_autocheckpoint": 0,
            }
            assert {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
        else:
            assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
            assert connection.execute("SHOW lock_timeout").fetchone() == ("10s",)


@pytest.fixture
def own_server():
    """A server that the test may stop."""
    for running in running_postgres():
        running.run("CREATE SCHEMA ledger")
        yield running


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_server_that_went_away_and_came_back_is_found_again(own_server, tmp_path, how):
    def lose_the_server():
        with store.write() as tx:
            tx.insert("notes", [ledger_row("notes", 2)])
            own_server.stop(how)
            tx.insert("notes", [ledger_row("notes", 3)])

    with open_store(own_server.url("ledger"), tmp_path / "keys", patience=2) as store:
        works(store, 1)
        with pytest.raises(StoreUnavailableError) as told:
            lose_the_server()
        assert told.value.retryable
        for opened in (store.read, store.write):
            with pytest.raises(StoreUnavailableError), opened():
                pass
        own_server.start()
        assert works(store, 4)
        with store.read() as tx:
            assert [row["note_id"] for row in tx.find("notes")] == ["t1", "t4"]
        own_server.stop(how)
        own_server.start()  # dead connections in the pool are replaced without an error
        assert works(store, 5)
