"""Play a year of the complaint desk in a real ledger, and time the desk's queue over it.

    python benchmarks/speed/complaint_year.py [--cases 100000] [--days 365] [--handlers N] [--seed 7] [--heed] [--place FOLDER] [--resume] [--queue-only] [--asked 20]

The year is played by `zhike lab complaints` in a process of its own. Requests are answered without a network, as a member of the staff; what is remembered between
them is, as in the service. ``--queue-only`` times the queue over a store that is there, also in the middle of a year that was broken off, where cases are open.
Each figure is printed as a line of JSON as well. Exit code 1 when a legal date was missed, or a queue's p95 is above 300 ms.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from zhike.adapters.rule_files import load_rulebook
from zhike.adapters.store import open_store
from zhike.api.app import create_app
from zhike.api.local import answered
from zhike.api.service import service_of

BAR = 300.0
LEAD = "lead-01"
CODE = "import sys; from zhike.cli.main import main; main()"
ASKED = {
    "open complaints": "/v1/complaints", "overdue": "/v1/complaints?state=overdue", "ended": "/v1/complaints?state=ended",
    "forecast": "/v1/complaints/forecast", "forecast, other handlers each time": "/v1/complaints/forecast?handlers={number}",
}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--handlers", type=int)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--place", help="folder that holds the store; one that goes when it is done unless given"
    )
    parser.add_argument(
        "--heed", action="store_true", help="the desk gets the handlers that its forecast asks for"
    )
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--queue-only", action="store_true")
    parser.add_argument("--asked", type=int, default=20, help="requests of each kind")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(arguments.place or folder)
        missed = 0 if arguments.queue_only else played(place, arguments)
        slow = queue(place / "zhike.db", arguments.asked)
    sys.exit(1 if missed or slow else 0)


def played(place, arguments):
    """Play the year, print what it took and what came of it; return how many dates were missed."""
    words = [
        "lab",
        "complaints",
        "--cases",
        arguments.cases,
        "--days",
        arguments.days,
        "--seed",
        arguments.seed,
        "--out",
        place,
        "--json",
    ]
    words += ["--handlers", arguments.handlers] if arguments.handlers else []
    words += ["--heed"] if arguments.heed else []
    words += ["--resume"] if arguments.resume else []
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([sys.executable, "-c", CODE, *map(str, words)], stdout=subprocess.PIPE, check=False)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(done.stdout)
    steps = sum(told["moves"].values())
    size = sum(one.stat().st_size for one in place.iterdir()) / 1e9
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{told['cases']:,} cases, {steps:,} steps: {wall:.0f} s, CPU {cpu:.0f} s, {1e3 * cpu / steps:.2f} ms a step, peak {after.ru_maxrss / 2**20:.2f} GB, {size:.2f} GB on disk")  # fmt: skip
    first_miss = (
        {}
        if told["lead_days"] is None
        else {"days from the first warning to the first miss": told["lead_days"]}
    )
    for metric, value in {
        "legal dates missed": told["missed_total"], "handlers": told["handlers"][-1]["handlers"], "handlers needed in hindsight": told["needed_in_hindsight"],
        "forecasts that warned": told["warnings"], **first_miss, "cpu s": cpu, "cpu ms a step": 1e3 * cpu / steps, "peak GB": after.ru_maxrss / 2**20, "GB on disk": size,
    }.items():  # fmt: skip
        line(metric, value, told["cases"], 0 if metric == "legal dates missed" else None)
    shown = (
        "handlers",
        "needed_in_hindsight",
        "missed_legal",
        "missed_internal",
        "days_to_decide",
        "days_to_close",
        "warnings",
        "forecasts",
        "first_warning",
        "lead_days",
        "needed",
    )
    for name in shown:
        print(f"  {name}: {json.dumps(told[name])}")
    return told["missed_total"]


def line(metric, value, n, bar=None):
    """Print a figure as a program reads it."""
    print(json.dumps({"benchmark": "complaint_year", "metric": metric, "value": round(float(value), 3), "n": n, "bar": bar}), flush=True)  # fmt: skip


def queue(store, asked):
    """Time the requests of the desk; return whether one of them is above the bar."""
    opened = open_store(store)
    with opened.read() as tx:
        complaints = tx.count("complaints")
        print(
            f"{complaints:,} complaints, {tx.count('complaints', {'open': True}):,} open, {tx.count('complaint_steps'):,} steps"
        )
    app, slow = create_app(service_of(opened, load_rulebook())), False
    for title, path in ASKED.items():
        times = [timed(app, path.format(number=number)) for number in range(asked)]
        p95 = sorted(times)[round(0.95 * (asked - 1))]
        # The first answer and those that no memory holds may take longer: a forecast is computed once and told to all.
        slow |= "forecast" not in title and p95 > BAR
        line(f"{title}, p95 ms", p95, complaints, None if "forecast" in title else BAR)
        print(
            f"  {title}: first {times[0]:.0f} ms, median {sorted(times)[asked // 2]:.0f} ms, p95 {p95:.0f} ms"
        )
    return slow


def timed(app, path):
    """Return the milliseconds of processor time that one request takes."""
    start = time.process_time()
    answer = answered(app, "GET", path, b"", LEAD, {"x-purpose": "complaint"})
    assert answer.status == 200, answer.body  # noqa: S101
    return 1e3 * (time.process_time() - start)


if __name__ == "__main__":
    main()
