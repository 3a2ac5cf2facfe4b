"""Write to a store until its files may not grow, then go on once they may; print what happened as JSON.

python tests/full_disk.py PLACE KEYS
"""

import json
import resource
import sys
from pathlib import Path

from zhike.adapters.store import open_store
from zhike.core.store_errors import StoreUnavailableError

ROOM = 300_000
"""Bytes by which a file may grow."""
INDEX = 36_000
"""Bytes that SQLite needs to read at all."""
_FOREVER = resource.RLIM_INFINITY


def allowed(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, _FOREVER))


def written(store, n):
    """Write a transaction of about 40 KB; return the error that it met, None if it is committed."""
    rows = [
        {
            "note_id": f"n{n}-{m}",
            "customer_id": "c",
            "kind": "note",
            "text": "x" * 4000,
            "recorded_at": 1,
            "actor": "a",
        }
        for m in range(10)
    ]
    try:
        with store.write() as tx:
            tx.insert("notes", rows)
    except StoreUnavailableError as error:
        return error
    return None


def main():
    place, keys = map(Path, sys.argv[1:])
    with open_store(place, keys) as store:
        done, error = 0, None
        allowed(place.with_name(f"{place.name}-wal").stat().st_size + ROOM)
        while error is None:
            error = written(store, done)
            done += error is None
        allowed(
            INDEX
        )  # what was written ahead went into its place with the last connection: there would be room again
        with store.read() as tx:
            read_while_full = tx.count("notes")
        again = written(store, done) is not None
        allowed(_FOREVER)
        healed = written(store, done) is None
        store.checkpoint()
    told = {"done": done, "error": str(error), "retryable": error.retryable, "read_while_full": read_while_full,
            "again": again, "healed": healed}  # fmt: skip
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main()
