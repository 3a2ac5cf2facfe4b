"""A program that exchanges the keys of a store and is killed at its N-th step that leaves a trace: a commit, an fsync, a rename, a scrub.

    python tests/rotation_child.py PLACE KEYS WHEN AUDIT_SEED

For every number N that it is given it forks a child that does so, and answers ``killed`` or ``done``.
"""

import importlib
import os
import secrets
import signal
import sys
import time
from pathlib import Path

from zhike.act.acting import Acting
from zhike.adapters.store import open_store, rotation
from zhike.adapters.store.postgresql import PostgresqlBackend
from zhike.adapters.store.sqlite import SqliteBackend


class Clock:
    def now(self):
        return time.time_ns() // 1000


def armed(when, number):
    """Let this process be killed before, or after, its N-th step that leaves a trace."""
    left = [number]

    def around(function):
        def step(*args, **options):
            left[0] -= 1
            due = left[0] < 0
            if due and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            done = function(*args, **options)
            if due:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return step

    for backend in (SqliteBackend, PostgresqlBackend):
        backend.commit, backend.scrub = around(backend.commit), around(backend.scrub)
    os.fsync = around(os.fsync)
    Path.replace = around(Path.replace)


def child(place, keys, when, number, *, audit_seed):
    vars(rotation).update(_PERSONS_AT_ONCE=1, _ROWS_AT_ONCE=20)  # more steps than three customers would take
    with open_store(place, keys, patience=30) as store:
        acting = Acting(store, Clock(), secrets.token_bytes)
        armed(when, number)
        rotation.rotate_keys(acting, store, "tests", audit_seed=audit_seed)


def main():
    place, keys, when, audit_seed = sys.argv[1:]
    where = place if "://" in place else Path(place)
    if "://" in place:
        importlib.import_module("psycopg")  # once, not in every child
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            try:
                child(where, Path(keys), when, int(line), audit_seed=audit_seed == "True")
            except BaseException:  # noqa: BLE001 - a child tells of whatever it was, and never goes on as its parent
                sys.excepthook(*sys.exc_info())
                sys.stderr.flush()
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(process, 0)
        killed = os.WIFSIGNALED(status)
        print("killed" if killed else "done" if os.WEXITSTATUS(status) == 0 else "failed", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
