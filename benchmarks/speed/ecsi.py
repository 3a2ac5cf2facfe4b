"""Time path models of satisfaction: 5,000 resamples of the published survey's form, and a million answers.

    python benchmarks/speed/ecsi.py [--data FILE] [--resamples 5000] [--persons 1000000] [--loop SECONDS]

FILE is a Parquet table with the items of the mobile phone survey, ../shared/data/ecsi_mobi/mobi.parquet beside the checkout unless given;
where it is absent, answers of the same form are made up. The bars: 5,000 resamples of 250 x 24 with the jackknife and the intervals of
every figure in at most 3 CPU seconds; a million answers, read, fitted and resampled, in at most 10 CPU seconds. A loop is run beside it for
some seconds and its time for all resamples told from that: over the public package `plspm` where that is installed, and always over
numpy, person by person as the method is written down. Exit code 1 when a bar is missed. One JSON line a figure.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from zhike.adapters.answer_files import read_answers
from zhike.measure.path_model import PathModel, fit_path_model

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "ecsi_mobi" / "mobi.parquet"
BLOCKS = {
    "image": ("IMAG", 5), "expectation": ("CUEX", 3), "quality": ("PERQ", 7), "value": ("PERV", 2),
    "satisfaction": ("CUSA", 3), "complaints": ("CUSCO", 1), "loyalty": ("CUSL", 3),
}  # fmt: skip
PATHS = """image -> expectation, expectation -> quality, expectation -> value, quality -> value, image -> satisfaction,
expectation -> satisfaction, quality -> satisfaction, value -> satisfaction, satisfaction -> complaints, image -> loyalty,
satisfaction -> loyalty, complaints -> loyalty"""
MOST_CPU, MOST_MILLION = 3.0, 10.0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=BESIDE)
    parser.add_argument("--resamples", type=int, default=5000)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--loop", type=float, default=5.0)
    asked = parser.parse_args()
    model = ecsi()
    items = survey(asked.data, model)
    spent = resampled(model, items, asked.resamples)
    compared(model, items, asked, spent)
    whole = million(model, items, asked.persons)
    sys.exit(0 if spent <= MOST_CPU and whole <= MOST_MILLION else 1)


def ecsi():
    """Return the model of the published survey."""
    latents = {
        name: [start] if size == 1 else [f"{start}{one}" for one in range(1, size + 1)]
        for name, (start, size) in BLOCKS.items()
    }
    paths = [" ".join(path.split()) for path in PATHS.split(",")]
    return PathModel.of({"scale": {"min": 1, "max": 10}, "latents": latents, "paths": paths}, "ecsi")


def survey(file, model):
    if file.is_file():
        return pl.read_parquet(file).select(model.items).cast(pl.Float64).to_numpy()
    rng = np.random.default_rng(0)
    common = rng.normal(size=(250, 1))
    return np.clip(np.round(7 + common + rng.normal(size=(250, len(model.items)))), 1, 10)


def told(metric, value, n, bar=None):
    line = {"benchmark": "ecsi", "metric": metric, "value": round(float(value), 4), "n": n, "bar": bar}
    print(json.dumps(line), flush=True)


def resampled(model, items, count):
    """Return the CPU seconds of resamples, jackknife and intervals: the least of three runs, as others share the machine."""
    spent = []
    for _ in range(3):
        begun = time.process_time()
        fit_path_model(model, items, np.random.default_rng(1), None, count)
        spent.append(time.process_time() - begun)
    told("resamples, cpu s", min(spent), count, MOST_CPU)
    return min(spent)


def compared(model, items, asked, spent):
    told(
        "times as fast as a loop over numpy", looped(plain_fit(model), items, asked) / spent, asked.resamples
    )
    if importlib.util.find_spec("plspm"):
        told(
            "times as fast as a loop over plspm",
            looped(public_fit(model), items, asked) / spent,
            asked.resamples,
        )
    else:
        print("plspm is not installed: no comparison with it", file=sys.stderr)


def looped(fit, items, asked):
    """Return the CPU seconds that a loop needs for all resamples, told from as many as fit into the time."""
    rng, done, begun = np.random.default_rng(1), 0, time.process_time()
    while time.process_time() - begun < asked.loop:
        fit(items[rng.integers(len(items), size=len(items))])
        done += 1
    return (time.process_time() - begun) / done * asked.resamples


def plain_fit(model):
    """Return a fit of one sample as the method is written down: scores of all persons, step by step, then the regressions."""
    own = np.array([model.names.index(name) for name, _ in model.indicators])
    member = own[:, None] == np.arange(len(model.names))
    neighbours = model.arrows | model.arrows.T

    def fit(sample):
        x = (sample - sample.mean(axis=0)) / sample.std(axis=0)
        placed = member.astype(float)
        for _ in range(300):
            before = placed
            y = x @ placed
            y /= y.std(axis=0)
            z = y @ np.sign(np.corrcoef(y.T) * neighbours)
            placed = member * (x.T @ z / len(x))
            placed = placed / (x @ placed).std(axis=0)
            if np.abs(placed - before).sum() < model.tolerance:
                break
        y = x @ placed
        return [
            np.linalg.lstsq(y[:, starts], y[:, end], rcond=None)[0]
            for end in range(y.shape[1]) if len(starts := np.flatnonzero(model.arrows[:, end]))
        ]  # fmt: skip

    return fit


def public_fit(model):
    """Return a fit of one sample by the public package."""
    import pandas as pd
    import plspm.config as c
    from plspm.mode import Mode
    from plspm.plspm import Plspm
    from plspm.scheme import Scheme

    structure = c.Structure()
    for start, end in model.paths:
        structure.add_path([start], [end])
    config = c.Config(structure.path(), scaled=True)
    for latent in model.latents:
        config.add_lv(latent.name, Mode.A, *(c.MV(item) for item in latent.items))

    def fit(sample):
        return Plspm(pd.DataFrame(sample, columns=list(model.items)), config, Scheme.CENTROID, 100, 0.0000001)

    return fit


def million(model, items, persons):
    """Return the CPU seconds in which a file of many answers is read, fitted and resampled."""
    rng = np.random.default_rng(2)
    answers = items[rng.integers(len(items), size=persons)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers.csv"
        pl.DataFrame(answers.astype(np.int8), schema=list(model.items)).write_csv(file)
        begun = time.process_time()
        numbers = read_answers(file).numbers(model.items, (1, 10))
        read = time.process_time() - begun
    fit_path_model(model, numbers, rng)
    fitted = time.process_time() - begun - read
    fit_path_model(model, numbers, rng, None, 5000)
    whole = time.process_time() - begun
    told("answers read from CSV, cpu s", read, persons)
    told("fit without intervals, cpu s", fitted, persons)
    told("fit with 5000 resamples, cpu s", whole - read - fitted, persons)
    told("all, cpu s", whole, persons, MOST_MILLION)
    return whole


if __name__ == "__main__":
    main()
