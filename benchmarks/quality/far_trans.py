"""Replay FAR-Trans' published splits and print how well each method's lists met what customers then bought.

    python benchmarks/quality/far_trans.py [--data DIR] [--bank FOLDER] [--write]

DIR holds the folder far_trans and is by default the one beside the checkout. Prints one JSON line a figure, with intervals from
resampling blocks of neighbouring splits. ``--write`` puts the figures with date and machine into README.md beside this file. Exit
code 2 where the data is absent.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from far_trans_ranking import intervals
from figure_lines import figure_line

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
README = HERE / "README.md"
SEED = 1
"""Of the resampling."""
BEGIN, END = "<!-- figures: far_trans.py --write -->\n", "<!-- end of figures -->\n"
METHODS = ("popularity", "conditional_knn", "ease", "blend")
COLUMNS = ("ndcg@10", "recall@10", "precision@10", "coverage", "served", "pc@10")
LIGHTGCN, PUBLISHED = 0.3823, (34, "2019-08-01", "2020-09-22")
"""Mean nDCG@10 that the splits' authors published for their LightGCN, and over which splits: how many, first and last day."""


def main():
    arguments = parsed()
    source = arguments.data / "far_trans"
    if not (source / "splits.parquet").is_file():
        print(f"no FAR-Trans files in {source}: name their parent with --data", file=sys.stderr)
        sys.exit(2)
    with tempfile.TemporaryDirectory() as folder:
        bank = arguments.bank or Path(folder) / "bank"
        zhike("init", bank, "--from", "far-trans", source)
        begun = time.perf_counter()
        found = zhike("replay", bank, "--methods", ",".join(METHODS))
        seconds = time.perf_counter() - begun
    report(found, seconds)
    if arguments.write:
        write(figures(found, seconds))


def parsed():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data")
    parser.add_argument(
        "--bank", type=Path, help="keep the bank folder here, and use it again when it is there"
    )
    parser.add_argument("--write", action="store_true", help="put the figures into README.md")
    return parser.parse_args()


def zhike(*words):
    command = [sys.executable, "-m", "zhike.cli.main", *map(str, words), "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    return json.loads(done.stdout)


def report(found, seconds):
    windows = found["by_window"]
    for name in (f"{method}{suffix}" for suffix in ("", "+suitability") for method in METHODS):
        for column in COLUMNS:
            values = [window["methods"][name][column] for window in windows]
            value, low, high = intervals([one for one in values if one is not None], SEED)
            figure_line("far_trans", f"{name}: {column}", value, (low, high), len(values))
    figure_line("far_trans", "suitability breaches", found["suitability_breaches"], n=found["windows"])
    figure_line("far_trans", "seconds of the replay", seconds, n=found["windows"], seconds=seconds)


def figures(found, seconds):
    """Return the figures as Markdown."""
    by_window = found["by_window"]
    first, last = by_window[0]["at"], by_window[-1]["at"]
    customers, candidates = (mean(by_window, key) for key in ("customers", "candidates"))
    rows = [row(found, f"{name}{suffix}") for suffix in ("", "+suitability") for name in METHODS]
    lines = [
        f"{found['windows']} splits from {first} to {last}; lists of {found['k']}; policy `{found['policy']}`.",
        f"A split has {customers:.0f} customers and {candidates:.0f} candidate products on average.",
        "",
        f"| method | {' | '.join(COLUMNS)} | above popularity |",
        f"|---|{'---:|' * (len(COLUMNS) + 1)}",
        *rows,
        "",
        f"Suitability breaches after suitability: {found['suitability_breaches']}.",
        *published(found["windows"], first, last),
        "",
        f"Measured on {dt.datetime.now(dt.UTC).date()}: {seconds:.0f} s for the whole replay, {machine()}.",
    ]
    return "\n".join(lines) + "\n"


def published(windows, first, last):
    """Return the sentence on the published model; none where the splits are not those it was published for."""
    if (windows, str(first)[:10], str(last)[:10]) != PUBLISHED:
        return []
    return [f"Published LightGCN on the same splits: nDCG@10 {LIGHTGCN} (not run by us)."]


def row(found, name):
    """Return a method's means, and on how many splits its nDCG is above popularity's of the same kind."""
    suffix = "+suitability" if name.endswith("+suitability") else ""
    values = [f"{found['mean'][name][column]:.4f}" for column in COLUMNS]
    baseline = f"popularity{suffix}"
    wins = sum(w["methods"][name]["ndcg@10"] > w["methods"][baseline]["ndcg@10"] for w in found["by_window"])
    label = name.replace("+", " + ")
    above = "-" if name == baseline else f"{wins} of {found['windows']}"
    return f"| {label} | {' | '.join(values)} | {above} |"


def mean(windows, key):
    return sum(window[key] for window in windows) / len(windows)


def machine():
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("polars", "numpy", "scipy")
    )
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {versions}"


def write(text):
    before, _, rest = README.read_text("utf-8").partition(BEGIN)
    README.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
