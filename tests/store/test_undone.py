"""A store made for work that comes to nothing is taken back; one that was there, or that holds anything, stays."""

import itertools
import os
import subprocess
import sys

import pytest

from zhike.adapters.store import open_store
from zhike.adapters.store.schema import ddl
from zhike.adapters.store.undone import store_for
from zhike.core.store_errors import StoreNotFoundError

ELSEWHERE = """
import sys
from zhike.adapters.store import open_store
with open_store(sys.argv[1]) as store, store.read() as tx:
    print(tx.count("blobs"), flush=True)
    sys.stdin.read()
"""
HIRED = {"staff_id": "rm", "name": "rm", "roles": [], "state": "active", "recorded_at": 0}


def interrupted(house, work=lambda _tx: None):
    with pytest.raises(KeyboardInterrupt), store_for(house.place) as store:  # noqa: PT012 - the work is what is interrupted
        with store.write() as tx:
            tx.insert("blobs", [{"address": "half", "content": b"x"}])
            work(tx)
        raise KeyboardInterrupt


def is_there(house):
    try:
        open_store(house.place, house.keys, create=False).close()
    except StoreNotFoundError:
        return False
    return True


@pytest.fixture
def named(house, monkeypatch):
    monkeypatch.setenv("ZHIKE_KEYS", str(house.keys))
    return house


def test_nothing_is_left_of_work_that_was_interrupted(named):
    interrupted(named)
    assert not is_there(named)
    assert not named.keys.exists()
    with store_for(named.place) as store, store.read() as tx:
        assert tx.count("blobs") == 0
    assert is_there(named)


def test_keys_that_lay_there_before_stay(named):
    with store_for(named.place):
        pass
    kept = named.keys.read_bytes()
    interrupted(named)
    assert is_there(named)
    assert named.keys.read_bytes() == kept


def test_nothing_is_left_of_a_store_that_was_interrupted_while_it_was_made(named, monkeypatch):
    def stopped(dialect):
        yield from itertools.islice(ddl(dialect), 5)
        monkeypatch.undo()
        monkeypatch.setenv("ZHIKE_KEYS", str(named.keys))
        raise KeyboardInterrupt

    monkeypatch.setattr("zhike.adapters.store.opening.ddl", stopped)
    with pytest.raises(KeyboardInterrupt), store_for(named.place):
        pass
    assert not is_there(named)
    assert not named.keys.exists()


def test_what_was_done_for_good_stays(named):
    interrupted(named, lambda tx: tx.insert("staff", [HIRED]))
    assert is_there(named)


def test_a_file_that_somebody_else_has_open_stays(tmp_path):
    place = tmp_path / "zhike.db"
    with pytest.raises(KeyboardInterrupt), store_for(place):  # noqa: PT012
        other = subprocess.Popen(
            [sys.executable, "-c", ELSEWHERE, str(place)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        other.stdout.readline()
        raise KeyboardInterrupt
    assert place.exists()
    other.communicate()
