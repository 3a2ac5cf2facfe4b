"""Time init, archive and decide on FAR-Trans, each as the command in a process of its own.

    python benchmarks/speed/decide.py [SOURCE] [--at 2020-06-30]

The bars: all three together in less than 120 s, none with more than 2 GB; exit code 1 when one is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
MOST_SECONDS, MOST_MB = 120, 2000


def main():
    arguments = parsed()
    if not (arguments.source / "first_buys.parquet").is_file():
        sys.exit("found no FAR-Trans files; name their folder, see --help")
    with tempfile.TemporaryDirectory() as folder:
        steps = measured(arguments.source, arguments.at, Path(folder))
    for name, step in steps.items():
        print(
            f"{name:8} wall {step['wall']:6.1f} s   cpu {step['cpu']:6.1f} s   peak {step['peak_mb']:6.0f} MB"
        )
    wall, peak = sum(step["wall"] for step in steps.values()), max(step["peak_mb"] for step in steps.values())
    plan = steps["decide"]["answer"]
    considered, spent = plan["funnel"]["considered"], plan["timing"]
    print(f"{'all':8} wall {wall:6.1f} s (bar {MOST_SECONDS})   peak {peak:6.0f} MB (bar {MOST_MB})")
    print(
        f"{considered:,} candidates of {plan['summary']['customers']:,} customers: prepared in {spent['prepare_seconds']:.1f} s, "
        f"judged, chosen and written at {considered / spent['decide_seconds'] / 1e6:.2f} M candidates/s"
    )
    sys.exit(0 if wall < MOST_SECONDS and peak < MOST_MB else 1)


def parsed():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    beside = REPOSITORY.parent / "shared" / "data" / "far_trans"
    parser.add_argument("source", nargs="?", type=Path, default=beside)
    parser.add_argument("--at", default="2020-06-30")
    return parser.parse_args()


def measured(source, at, folder):
    bank = folder / "bank"
    return {
        "init": zhike("init", bank, "--from", "far-trans", source),
        "archive": zhike("archive", bank, "--at", at, "--out", folder / "archive.parquet"),
        "decide": zhike("decide", bank, "--at", at, "--out", folder / "decisions"),
    }


def zhike(*words):
    """Run one command and return its answer with wall time, processor time and peak memory of its process."""
    command = [sys.executable, "-m", "zhike.cli.main", *map(str, words), "--json"]
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as process:
        answer = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} left with {process.returncode}")
    return {
        "answer": json.loads(answer),
        "wall": time.perf_counter() - begun,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / 1024,
    }


if __name__ == "__main__":
    main()
