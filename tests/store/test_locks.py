"""Stores opened twice in one process keep the locks of each other: another process must not take either for gone."""

import os
import subprocess
import sys

from zhike.adapters.store.engine import open_store

ELSEWHERE = """
import sys
from zhike.adapters.store.engine import open_store
with open_store(sys.argv[1]) as store, store.write() as tx:
    tx.insert("blobs", [{"address": "elsewhere", "content": b"x" * 100_000}])
"""


def put(store, address):
    with store.write() as tx:
        tx.insert("blobs", [{"address": address, "content": b"x"}])


def test_opening_a_store_again_ends_no_lock_of_the_first(tmp_path):
    """The last to close a database moves its log into the file and removes it; were our locks gone, that would be somebody else."""
    place = tmp_path / "zhike.db"
    with open_store(place) as first:
        put(first, "before")
        open_store(place).close()
        code = [sys.executable, "-c", ELSEWHERE, str(place)]
        subprocess.run(code, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        assert (tmp_path / "zhike.db-wal").exists()
        for number in range(50):
            put(first, f"after-{number}")
        with first.read() as tx:
            assert tx.count("blobs") == 52
    with open_store(place) as again, again.read() as tx:
        assert tx.count("blobs") == 52
