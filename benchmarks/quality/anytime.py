"""Intervals for the value of a policy under peeking: how wide, and how often ever wrong, where rewards are rare.

    python benchmarks/quality/anytime.py [--seed N] [--repetitions N]

Importance-weighted rewards: a weight of 10 for a tenth of the rows, else 0; rewards at a rate of .02. Every interval sees the
same rows and is read after each from the 200th on. Prints one JSON line a figure; reads no data.
"""

from __future__ import annotations

import argparse
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from figure_lines import figure_line
from scipy.stats import beta

from zhike.measure.betting import betting_sequence, doubt

REPOSITORY = Path(__file__).resolve().parent.parent.parent
ROWS, FIRST_LOOK = 20_000, 200
WEIGHT, OVERLAP, RATE = 10.0, 0.1, 0.02
ALPHA, NORMAL = 0.05, 1.959964
VALUE = WEIGHT * OVERLAP * RATE
TUNED_AT = 5000
"""Rows at which the asymptotic sequence is narrowest, as a known experiment platform sets it."""
PLUG_IN_CAP = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """What one interval said of one repetition; ``ever`` is None where it is made for one look only."""

    covers: bool
    width: float
    ever: bool | None


def main():
    arguments = parsed()
    begun = time.perf_counter()
    rng = np.random.default_rng(arguments.seed)
    found = {name: [] for name in INTERVALS}
    spent = dict.fromkeys(INTERVALS, 0.0)
    for _ in range(arguments.repetitions):
        values = WEIGHT * (rng.random(ROWS) < OVERLAP) * (rng.random(ROWS) < RATE)
        for name, interval in INTERVALS.items():
            start = time.perf_counter()
            found[name].append(interval(values))
            spent[name] += time.perf_counter() - start
    normal = np.array([one.width for one in found["CLT"]])
    for name, readings in found.items():
        report(name, readings, normal, spent[name])
    line("whole run", None, (None, None), arguments.repetitions, time.perf_counter() - begun)


def parsed():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=None, help="taken as by the other benchmarks, not read")
    parser.add_argument("--seed", type=int, default=20_261_127)
    parser.add_argument("--workers", type=int, default=1, help="taken as by the other benchmarks, always 1")
    parser.add_argument("--repetitions", type=int, default=200)
    return parser.parse_args()


def report(name, readings, normal, seconds):
    """Print coverage at the end, mean width in those of the normal interval, and the share that was ever wrong."""
    n = len(readings)
    ratio = np.array([one.width for one in readings]) / normal
    spread = NORMAL * ratio.std() / math.sqrt(n)
    covered = sum(one.covers for one in readings)
    line(f"coverage at {ROWS}, {name}", covered / n, exact(covered, n), n, seconds)
    line(f"width / CLT width, {name}", ratio.mean(), (ratio.mean() - spread, ratio.mean() + spread), n)
    if readings[0].ever is not None:
        wrong = sum(one.ever for one in readings)
        line(f"ever wrong from {FIRST_LOOK} on, {name}", wrong / n, exact(wrong, n), n)


def exact(found, n):
    """Return Clopper and Pearson's interval of a share."""
    low = beta.ppf(0.025, found, n - found + 1) if found else 0.0
    high = beta.ppf(0.975, found + 1, n - found) if found < n else 1.0
    return low, high


def reading(low, high, *, for_one_look=False):
    """Return what bounds after every row, shape (n,), say."""
    outside = (low > VALUE) | (high < VALUE)
    ever = None if for_one_look else bool(outside[FIRST_LOOK - 1 :].any())
    return Reading(not outside[-1], float(high[-1] - low[-1]), ever)


def running(values):
    """Return numbers of rows, means and standard deviations after every row; the deviation of one row is 0."""
    rows = np.arange(1, len(values) + 1)
    mean = values.cumsum() / rows
    square = (values**2).cumsum() - rows * mean**2
    return rows, mean, np.sqrt(np.maximum(square, 0.0) / np.maximum(rows - 1, 1))


def normal_interval(values):
    rows, mean, deviation = running(values)
    half = NORMAL * deviation / np.sqrt(rows)
    return reading(mean - half, mean + half)


def maurer_pontil(values):
    rows, mean, deviation = running(values)
    log = math.log(4 / ALPHA)
    half = deviation * np.sqrt(2 * log / rows) + WEIGHT * 7 * log / (3 * np.maximum(rows - 1, 1))
    return reading(mean - half, mean + half, for_one_look=True)


def hoeffding(values):
    rows, mean, _ = running(values)
    half = WEIGHT * np.sqrt(math.log(2 / ALPHA) / (2 * rows))
    return reading(mean - half, mean + half, for_one_look=True)


def plug_in(values, horizon=None):
    """Waudby-Smith and Ramdas 2024, theorem 2: stakes from the variance so far; bounds never widen."""
    share = values / WEIGHT
    rows = np.arange(1, ROWS + 1)
    mean = (0.5 + share.cumsum()) / (rows + 1)
    variance = (0.25 + ((share - mean) ** 2).cumsum()) / (rows + 1)
    before = np.concatenate([[0.25], variance[:-1]])
    size = rows * np.log1p(rows) if horizon is None else np.full(ROWS, float(horizon))
    stake = np.minimum(np.sqrt(2 * math.log(2 / ALPHA) / (before * size)), PLUG_IN_CAP)
    doubted = (share - np.concatenate([[0.5], mean[:-1]])) ** 2 * (-np.log1p(-stake) - stake)
    total = stake.cumsum()
    center, half = (stake * share).cumsum() / total, (math.log(2 / ALPHA) + doubted.cumsum()) / total
    low, high = np.maximum.accumulate(center - half), np.minimum.accumulate(center + half)
    return reading(WEIGHT * low, WEIGHT * high)


def asymptotic(values):
    """Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2024, with a normal mixture that is narrowest at `TUNED_AT`."""
    rows, mean, deviation = running(values)
    doubled = -2 * math.log(ALPHA)
    scale = (doubled + math.log(doubled) + 1) / TUNED_AT
    grown = rows * scale + 1
    half = deviation * np.sqrt(2 * grown / (rows**2 * scale) * np.log(np.sqrt(grown) / ALPHA))
    return reading(mean - half, mean + half)


def betting(values, horizon=None):
    """Return the reading of the library's sequence; wrong at any row counts, before the first look too."""
    found = betting_sequence(values, (0.0, WEIGHT), alpha=ALPHA, horizon=horizon)
    doubts = doubt(values / WEIGHT, VALUE / WEIGHT, ALPHA, horizon)
    covers = bool(found.low[-1] <= VALUE <= found.high[-1])
    return Reading(covers, float(found.high[-1] - found.low[-1]), bool((doubts > math.log(2 / ALPHA)).any()))


INTERVALS = {
    "CLT": normal_interval,
    "Maurer-Pontil empirical Bernstein": maurer_pontil,
    "Hoeffding": hoeffding,
    "predictable plug-in EB sequence": plug_in,
    "predictable plug-in EB sequence, same horizon": lambda values: plug_in(values, ROWS),
    "asymptotic sequence": asymptotic,
    "betting sequence without horizon": betting,
    "betting sequence": lambda values: betting(values, ROWS),
}


def line(metric, value, span=(None, None), n=None, seconds=None):
    figure_line("anytime", metric, value, span, n, seconds)


if __name__ == "__main__":
    main()
