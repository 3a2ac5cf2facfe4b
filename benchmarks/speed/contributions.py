"""Time exact contributions of one row: a boosted model of 200 trees x 15 leaves on 60 columns, a linear one, and the models of chances as decisions use them.

    python benchmarks/speed/contributions.py [--rows 2000]

The bars: p99 <= 3 ms of processor time a row, contributions that add up to the score within 1e-9; exit code 1 when one is missed. One JSON
line a figure; wall times are told too, and are those of whatever else the machine does.
"""

from __future__ import annotations

import argparse
import json
import sys
import time

import lightgbm
import numpy as np

from zhike.decide.contributions import (
    CountedParts,
    HashedParts,
    LinearParts,
    Reference,
    TreeParts,
    contributions,
)
from zhike.decide.propensities.adaptive_bayes import AdaptiveBayes
from zhike.decide.propensities.hashed_logistic import HashedLogistic

COLUMNS, TREES, LEAVES, LEARNED = 60, 200, 15, 20_000
READ, LEVELS = 11, 6
"""Columns that models of chances read, and their levels."""
MOST_MS, MOST_ERROR = 3.0, 1e-9


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=2000)
    rows = parser.parse_args().rows
    rng = np.random.default_rng(1)
    x = rng.normal(size=(LEARNED, COLUMNS))
    y = (rng.random(LEARNED) < 1 / (1 + np.exp(-x[:, :10].sum(axis=1)))).astype(float)
    names = tuple(f"column {k}" for k in range(COLUMNS))
    settings = {"objective": "binary", "num_leaves": LEAVES, "num_threads": 1, "verbosity": -1}
    booster = lightgbm.train(settings, lightgbm.Dataset(x, y), TREES)
    linear = LinearParts(rng.normal(size=COLUMNS), 0.1, names)
    of_trees = booster.predict(x[:rows], raw_score=True, num_threads=1)
    met = timed("trees", TreeParts(booster, names), x, of_trees)
    met &= timed("linear", linear, x, x[:rows] @ linear.weights + linear.intercept)
    met &= of_chances(rng, settings, rows)
    sys.exit(0 if met else 1)


def of_chances(rng, settings, rows):
    """Time the models of `zhike.decide.offer_chances`, `online_chances` and `counted_chances`; return whether the bars were met."""
    codes, names = rng.integers(0, LEVELS, size=(LEARNED, READ)), tuple(f"attribute {k}" for k in range(READ))
    y = (rng.random(LEARNED) < 1 / (1 + np.exp(3.0 - 0.4 * codes[:, :3].sum(axis=1)))).astype(float)
    trees = lightgbm.train({**settings, "num_leaves": 8}, lightgbm.Dataset(codes.astype(float), y), 120)
    tokens = (codes + 1 + LEVELS * np.arange(READ)).astype(np.uint64)
    hashed = HashedLogistic(rate=0.02, bits=18).fit(tokens, y)
    counted = AdaptiveBayes((LEVELS,) * READ)
    for some in np.array_split(np.arange(LEARNED), 20):
        counted.partial_fit(codes[some], y[some])
    x = codes.astype(float)
    met = timed(
        "chances trees", TreeParts(trees, names), x, trees.predict(x[:rows], raw_score=True, num_threads=1)
    )
    met &= timed(
        "chances hashed pairs", HashedParts(hashed, names), tokens, hashed.decision_function(tokens[:rows])
    )
    return met & timed("chances counted", CountedParts(counted, names), codes, counted.scores(codes[:rows]))


def timed(name, model, x, scores):
    """Print quantiles of one row's time and the largest error of the sum; return whether the bars were met."""
    reference, spent, worked, error = Reference.of(model, x[:1000], "first thousand"), [], [], 0.0
    for row, score in enumerate(scores):
        begun, working = time.perf_counter(), time.thread_time()
        told = contributions(model, x[row : row + 1], reference)
        worked.append(1000 * (time.thread_time() - working))
        spent.append(1000 * (time.perf_counter() - begun))
        error = max(error, abs(float(told.totals()[0] - score)))
    (median, wall), p99 = np.quantile(spent, (0.5, 0.99)), np.quantile(worked, 0.99)
    figures = {
        "median ms": median,
        "p99 ms": wall,
        "p99 ms of processor time": p99,
        "additivity error": error,
    }
    for metric, value in figures.items():
        print(
            json.dumps(
                {
                    "benchmark": "contributions",
                    "metric": f"{name} {metric}",
                    "value": float(value),
                    "n": len(spent),
                }
            )
        )
    return p99 <= MOST_MS and error <= MOST_ERROR


if __name__ == "__main__":
    main()
