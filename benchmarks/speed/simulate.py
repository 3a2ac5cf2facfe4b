"""Time the building of a simulated bank at a size given on the command line, against copying the bytes that it writes.

    python benchmarks/speed/simulate.py --customers 1000000 --months 24

Building and copying each run in a process of their own, so that the peak memory printed is theirs alone.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main():
    arguments = parsed()
    if arguments.worker:
        print(json.dumps(measured(arguments)))
        return
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        report(arguments, folder)


def parsed():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", help="folder on the disk that is to be measured")
    parser.add_argument("--worker", choices=["build", "copy"], help=argparse.SUPPRESS)
    return parser.parse_args()


def report(arguments, folder):
    results = {name: in_process(name, arguments, folder) for name in ("build", "copy")}
    played = arguments.customers * arguments.months
    for name, result in results.items():
        print(
            f"{name:6} wall {result['wall']:7.1f} s   cpu {result['cpu']:7.1f} s   peak {result['peak_mb']:7.0f} MB   "
            f"{result['rows'] / result['wall'] / 1e6:6.2f} M rows/s"
        )
    build = results["build"]
    print(
        f"{build['rows']:,} rows, {build['bytes'] / 1e9:.2f} GB; {build['wall'] / played * 1e6:.2f} microseconds a customer-month"
    )
    print(f"build / copy of the same bytes: {build['wall'] / results['copy']['wall']:.1f} x")


def in_process(name, arguments, folder):
    size = (
        "--customers",
        str(arguments.customers),
        "--months",
        str(arguments.months),
        "--seed",
        str(arguments.seed),
    )
    command = [sys.executable, __file__, "--worker", name, "--folder", str(folder), *size]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def measured(arguments):
    folder = Path(arguments.folder)
    begun = time.perf_counter()
    if arguments.worker == "build":
        from zhike.lab.simulated_bank import Order, build

        build(folder / "bank", Order(arguments.customers, arguments.months, arguments.seed))
    else:
        shutil.copytree(folder / "bank", folder / "copy")
    wall = time.perf_counter() - begun
    usage = resource.getrusage(resource.RUSAGE_SELF)
    manifest = json.loads((folder / "bank" / "manifest.json").read_text("utf-8"))
    return {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / 1024,
        "rows": sum(table["rows"] for table in manifest["tables"].values()),
        "bytes": sum(file.stat().st_size for file in (folder / "bank").rglob("*.parquet")),
    }


if __name__ == "__main__":
    main()
