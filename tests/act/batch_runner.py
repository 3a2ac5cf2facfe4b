"""Work off the batches of a store, for tests that kill it.

For every line of standard input, minutes by which the clock is put forward, a child is begun, which says "ready PID" and works; when it
has ended, however, "ended STATUS" follows. Children are forked from a process that has loaded everything and done nothing.
"""

import os
import secrets
import sys
import time

from zhike.act.acting import Acting
from zhike.act.batches import run_batches
from zhike.act.decisions import DecisionDesk
from zhike.adapters.store.engine import open_store


class Clock:
    """The machine's, put forward, so that a turn that was held by a killed run is over."""

    def __init__(self, shift):
        self.shift = shift

    def now(self):
        return time.time_ns() // 1000 + self.shift


def say(text):
    os.write(1, text.encode() + b"\n")


def work(place, minutes):
    clock = Clock(minutes * 60_000_000)
    with open_store(place, now=clock.now) as store:
        desk = DecisionDesk(Acting(store, clock, secrets.token_bytes))
        say(f"ready {os.getpid()}")
        run_batches(desk, chunk=5)


def main(place):
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            work(place, int(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        say(f"ended {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main(sys.argv[1])
