"""Stores that older versions wrote are brought up to this one, wholly or not at all, with what is in them."""

import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import freeze_schema
import pytest
from ledger_rows import ledger_row
from released_schemas import KEYS, SCHEMAS, described, raw_rows, restore, sql_file, write_keys

from zhike.adapters.store import migration, opening
from zhike.adapters.store.connections import Connections
from zhike.adapters.store.schema import METADATA, REVISIONS, VERSION
from zhike.core.ledger import LEDGER
from zhike.core.store_errors import (
    StoreKeysError,
    StoreNotFoundError,
    StoreUnavailableError,
    StoreVersionError,
)

TABLES = {*METADATA.tables, VERSION.name}
NEXT = '''
"""A version that is not out yet."""

import os
import signal

from sqlalchemy import Column, Text

revision = "next"
down_revision = "{before}"


def upgrade(op):
    """Add a column and a table; drop an index."""
    op.add_column("notes", Column("tone", Text()))
    op.create_table("moods", Column("mood", Text(), primary_key=True))
    op.drop_index("ix_notes_customer_id", "notes")
    {end}
'''
KILLED = "os.kill(os.getpid(), signal.SIGKILL)"
CHILD = """
import sys
from pathlib import Path
from zhike.adapters.store import migration, open_store, opening
migration.MIGRATIONS = Path(sys.argv[1])
opening.REVISIONS = (*opening.REVISIONS, "next")
open_store(sys.argv[2] if "://" in sys.argv[2] else Path(sys.argv[2]), Path(sys.argv[3]))
"""


def emptied(house):
    """Remove every table, as if there had never been a store."""
    with house.outside() as connection:
        for table in TABLES:
            connection.execute(f'DROP TABLE "{table}"')


@pytest.fixture
def later(tmp_path, monkeypatch):
    """Make a later version known; returns how its migration is written: with what at its end."""
    folder = tmp_path / "migrations"
    shutil.copytree(migration.MIGRATIONS, folder)

    def known(end="pass", *, here=True):
        (folder / "next.py").write_text(NEXT.format(before=REVISIONS[-1], end=end), "utf-8")
        if here:
            monkeypatch.setattr(migration, "MIGRATIONS", folder)
            monkeypatch.setattr(opening, "REVISIONS", (*REVISIONS, "next"))
        return folder

    return known


def test_every_version_has_its_migration_and_its_files():
    assert migration.released() == REVISIONS
    kept = {sql_file(revision, kind).name for revision in REVISIONS for kind in ("sqlite", "postgresql")}
    assert {file.name for file in SCHEMAS.iterdir()} == kept


def test_migrations_make_the_schema_that_the_ledger_declares(house):
    """What differs shows line by line; until a version is released, ``python tests/freeze_schema.py`` puts it right."""
    house.open()
    declared = described(house.engine)
    emptied(house)
    with Connections(house.backend, 5).changing() as connection:
        migration.migrate(connection, REVISIONS[-1])
    assert described(house.engine) == declared


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_released_store_is_brought_up_with_its_rows(house, revision):
    before = restore(house, revision)
    store = house.open()
    assert store.keys == KEYS
    with house.outside() as connection:
        after = raw_rows(connection, TABLES)
    assert after.pop(VERSION.name) == [{"version_num": REVISIONS[-1]}]
    assert before.pop(VERSION.name) == [{"version_num": revision}]
    for table, rows in before.items():
        kept = [{name: row[name] for name in rows[0]} for row in after[table]]
        assert sorted(kept, key=repr) == rows, table
    brought_up = described(house.engine)
    emptied(house)
    house.open()
    assert brought_up == described(house.engine)


@pytest.mark.parametrize("revision", REVISIONS)
def test_what_a_released_store_sealed_is_read(house, revision):
    restore(house, revision)
    store = house.open()
    with store.read() as tx:
        for name, table in LEDGER.items():
            rows = tx.find(name)
            assert rows, name
            for row in rows if table.sealed else ():
                erased = row.get("customer_id") == freeze_schema.ERASED
                assert {row[column] is None for column in table.sealed} == {erased}, name
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 9)])


def test_an_older_store_is_brought_up_when_it_is_opened(house, later):
    with house.open() as store, store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1)])
    later()
    store = house.open()
    with store.read() as tx:
        assert tx.one("notes", note_id="t1") == ledger_row("notes", 1)
    lines = described(house.engine)
    assert any(line.startswith("notes.tone TEXT") for line in lines)
    assert any(line.startswith("moods key") for line in lines)
    assert not any("ix_notes_customer_id" in line for line in lines)
    with house.outside() as connection:
        assert raw_rows(connection, [VERSION.name])[VERSION.name] == [{"version_num": "next"}]
        assert raw_rows(connection, ["notes"])["notes"][0]["tone"] is None
    with house.open(create=False).read() as tx:
        assert tx.count("notes") == 1


def test_many_that_open_an_older_store_at_once_bring_it_up_once(house, later):
    house.open().close()
    later()
    failed = []

    def opens():
        try:
            house.open()
        except Exception as error:  # noqa: BLE001 - the test shows it
            failed.append(error)

    threads = [threading.Thread(target=opens) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert any(line.startswith("moods key") for line in described(house.engine))


def test_bringing_up_waits_for_the_writer(house, later):
    store = house.open()
    with store.write() as tx:
        later()
        tx.insert("notes", [ledger_row("notes", 1)])
        with pytest.raises(StoreUnavailableError) as refused:
            house.open(patience=0.3)
    assert refused.value.retryable
    house.open()


def test_an_older_process_that_goes_on_is_refused_its_next_write(house):
    store = house.open()
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1)])
    with house.outside() as connection:  # as a later version does, in a process of its own
        connection.execute("UPDATE ledger_version SET version_num = '9999'")
    for _ in range(2):
        with pytest.raises(StoreVersionError, match="9999") as refused, store.write() as tx:
            tx.insert("notes", [ledger_row("notes", 2)])
        assert "Stop this process" in str(refused.value)
    with house.outside() as connection:
        connection.execute(f"UPDATE ledger_version SET version_num = '{REVISIONS[-1]}'")  # noqa: S608
    with store.write() as tx:
        assert tx.count("notes") == 1


def test_a_migration_that_fails_leaves_the_old_schema(house, later):
    house.open()
    old = described(house.engine)
    later("op.execute('SELECT * FROM nowhere')")
    with pytest.raises(Exception, match="nowhere"):
        house.open()
    assert described(house.engine) == old
    later("raise ValueError('half-way')")
    with pytest.raises(ValueError, match="half-way"):
        house.open()
    assert described(house.engine) == old
    later()
    house.open()
    assert described(house.engine) != old


def test_a_migration_that_is_killed_leaves_the_old_schema(house, later, monkeypatch):
    store = house.open()
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1)])
    old = described(house.engine)
    house.close()
    words = [sys.executable, "-c", CHILD, str(later(KILLED, here=False)), str(house.place), str(house.keys)]
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    store = house.open()
    assert described(house.engine) == old
    with store.read() as tx:
        assert tx.one("notes", note_id="t1") == ledger_row("notes", 1)
    house.close()
    later()
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    monkeypatch.setattr(opening, "REVISIONS", REVISIONS)
    with pytest.raises(StoreVersionError, match="or a later one"):
        house.open()


def test_other_keys_bring_nothing_up(house, later, tmp_path):
    house.open()
    old = described(house.engine)
    later()
    write_keys(tmp_path / "others")
    with pytest.raises(StoreKeysError):
        house.open(keys=tmp_path / "others")
    assert described(house.engine) == old


def test_an_older_backup_brought_back_beneath_an_open_store_is_brought_up(lite, later):
    store = lite.open()
    store.checkpoint()
    lite.close()
    backup = lite.place.with_name("backup.db")
    shutil.copy(lite.place, backup)
    later()
    store = lite.open()
    store.close()
    backup.replace(lite.place)
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1)])
    assert any(line.startswith("moods key") for line in described(lite.engine))


def test_no_store_is_made_where_none_may_be(house):
    with pytest.raises(StoreNotFoundError, match="zhike publish"):
        house.open(create=False)
    assert not house.keys.exists()
    assert not (isinstance(house.place, Path) and house.place.exists())
    house.open().close()
    house.open(create=False)


def test_an_empty_file_is_no_store(lite):
    lite.place.touch()
    with pytest.raises(StoreNotFoundError):
        lite.open(create=False)
    assert not lite.keys.exists()
    lite.open()


def test_a_version_that_is_missing_is_told(house):
    house.open()
    with house.outside() as connection:
        connection.execute("DELETE FROM ledger_version")
    with pytest.raises(StoreVersionError):
        house.open()
