"""Time exact contributions of one row: a boosted model of 200 trees x 15 leaves on 60 columns, and a linear one beside it.

    python benchmarks/speed/contributions.py [--rows 2000]

The bars: p99 <= 3 ms a row for the trees, contributions that add up to the score within 1e-9; exit code 1 when one is missed. One JSON
line a figure.
"""

from __future__ import annotations

import argparse
import json
import sys
import time

import lightgbm
import numpy as np

from zhike.decide.contributions import LinearParts, Reference, TreeParts, contributions

COLUMNS, TREES, LEAVES, LEARNED = 60, 200, 15, 20_000
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
    sys.exit(0 if met else 1)


def timed(name, model, x, scores):
    """Print quantiles of one row's time and the largest error of the sum; return whether the bars were met."""
    reference, spent, error = Reference.of(model, x[:1000], "first thousand"), [], 0.0
    for row, score in enumerate(scores):
        begun = time.perf_counter()
        told = contributions(model, x[row : row + 1], reference)
        spent.append(1000 * (time.perf_counter() - begun))
        error = max(error, abs(float(told.totals()[0] - score)))
    median, p99 = np.quantile(spent, (0.5, 0.99))
    for metric, value in (("median ms", median), ("p99 ms", p99), ("additivity error", error)):
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
