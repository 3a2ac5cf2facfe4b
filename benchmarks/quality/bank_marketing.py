"""Propensities on a bank's telephone campaign in time order, judged row by row with labels that come late.

    python benchmarks/quality/bank_marketing.py [--data DIR] [--workers N] [--delays 0,250,2000]

Prequential over the last third of the rows: a row is answered from the labels known then, `duration` is never used. Prints one
JSON line a figure. Exit code 2 where the data is absent.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from figure_lines import figure_line

from zhike.decide.propensities.adaptive_bayes import AdaptiveBayes
from zhike.decide.propensities.boosted_propensity import BoostedPropensity
from zhike.decide.propensities.contact_pace import days_of, recent_mean, recent_volume
from zhike.decide.propensities.hashed_logistic import HashedLogistic
from zhike.decide.propensities.level_codes import LevelCodes
from zhike.decide.propensities.propensity_mix import PropensityMix
from zhike.decide.propensities.tokens import hashed_tokens, rounded
from zhike.measure.prequential import prequential
from zhike.measure.propensity_quality import area_under_curve, propensity_quality

REPOSITORY = Path(__file__).resolve().parent.parent.parent
FILE = Path("uci_bank_marketing") / "bank_additional_full.parquet"
DELAYS = (0, 250, 2000)
PERSON = ("job", "marital", "education", "default", "housing", "loan")
CONTACT = ("contact", "month", "day_of_week", "poutcome")
COUNTS = ("age", "campaign", "pdays", "previous")
MACRO = ("emp.var.rate", "cons.price.idx", "cons.conf.idx", "euribor3m", "nr.employed")
WORDS = (*PERSON, *CONTACT)
PLAIN = (*WORDS, *COUNTS, *MACRO)
VOLUMES = ("volume_5", "volume_20")
COMPOSITION = ("first_30", "first_300", "earlier_30", "earlier_300", "success_300", "cellular_30")
MEMBERS = ("hashed pairs", "hashed pairs with pace", "boosted 20k", "boosted 20k with pace", "boosted 5k")
VOWPAL = {"Vowpal Wabbit": "", "Vowpal Wabbit with pairs": " -q ::"}
"""The rival's own options, beside logistic loss and 2**20 weights."""
LASTING = (500.0, 500.0, np.inf, np.inf, np.inf)
"""Rows of delay at which a member starts with half its weight."""
BLOCK, DRAWS = 250, 400


@dataclass(frozen=True, slots=True)
class Stream:
    """The rows in time order; no column is known later than its row's contact, except ``y``."""

    table: pl.DataFrame
    y: np.ndarray

    @property
    def start(self):
        """First row that is judged."""
        return len(self.y) * 2 // 3


def main():
    arguments = parsed()
    path = arguments.data / FILE
    if not path.is_file():
        print(
            f"found no {FILE} in {arguments.data}; name the folder of the data with --data", file=sys.stderr
        )
        sys.exit(2)
    delays = [int(part) for part in arguments.delays.split(",")]
    parts = (*MEMBERS, "adaptive bayes", *VOWPAL)
    tasks = [(path, part, delay) for delay in delays for part in parts]
    tasks = [*sorted(tasks, key=lambda task: "boosted" not in task[1]), (path, "trained once", 0)]
    if arguments.workers > 1:
        with ProcessPoolExecutor(arguments.workers) as pool:
            found = dict(
                zip([task[1:] for task in tasks], pool.map(answers, *zip(*tasks, strict=True)), strict=True)
            )
    else:
        found = {task[1:]: answers(*task) for task in tasks}
    stream = read(path)
    for delay in delays:
        report(stream, delay, found, arguments.seed)
    once, seconds = found["trained once", 0]
    figures("LightGBM trained once", once[stream.start :], stream, seconds)


def parsed():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data")
    parser.add_argument("--seed", type=int, default=1, help="of the bootstrap")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--delays", default=",".join(map(str, DELAYS)))
    return parser.parse_args()


def read(path):
    raw = pl.read_parquet(path)
    # Rows without a number are in time order, as the file is published.
    raw = (raw.sort("row").drop("row") if "row" in raw.columns else raw).drop("duration", strict=False)
    raw = raw.with_columns(pl.col(*WORDS, "y").cast(pl.String))
    y = (raw["y"] == "yes").to_numpy().astype(float)
    return Stream(paced(raw.drop("y")), y)


def paced(table):
    """Add how many the bank called of late, and whom; only rows before a row count."""
    day = days_of(table["month"].to_numpy(), table["day_of_week"].to_numpy())
    kinds = {
        "first": table["campaign"] == 1, "earlier": table["previous"] > 0, "success": table["poutcome"] == "success",
        "cellular": table["contact"] == "cellular",
    }  # fmt: skip
    volumes = {name: np.log(recent_volume(day, int(name.rpartition("_")[2]))) for name in VOLUMES}
    means = {
        name: recent_mean(
            kinds[name.partition("_")[0]].to_numpy().astype(float), float(name.rpartition("_")[2])
        )
        for name in COMPOSITION
    }
    added = table.with_columns(pl.Series(name, values) for name, values in (volumes | means).items())
    return added.with_columns(pl.col(*volumes, *means).fill_nan(None))


def answers(path, part, delay):
    """Return P(yes) of every row under a delay, NaN before it begins to answer; None where a rival is not installed."""
    begun, stream = time.perf_counter(), read(path)
    if part.startswith("hashed"):
        found = prequential(
            HashedLogistic(), tokens(stream.table, pace="pace" in part), stream.y, delay=delay
        )
    elif part.startswith("boosted"):
        found = boosted(stream, part, delay)
    elif part == "trained once":
        found = trained_once(stream)
    elif part == "adaptive bayes":
        found = bayes(stream, delay)
    else:
        found = vowpal(stream, delay, VOWPAL[part])
    return found, time.perf_counter() - begun


def tokens(table, *, pace):
    """Return the hashed tokens: exact macro figures name the day; with pace they give way to call volume and mix."""
    capped = table.with_columns(
        pl.col("campaign").clip(upper_bound=8),
        pl.col("pdays").clip(upper_bound=30),
        pl.col("previous").clip(upper_bound=4),
    )
    steps = {"age": 5.0} | dict.fromkeys(VOLUMES, 0.7) | dict.fromkeys(COMPOSITION, 0.15)
    plain = [name for name in PLAIN if not pace or name not in {"month", *MACRO}]
    return hashed_tokens(rounded(capped, steps).select(*plain, *((*VOLUMES, *COMPOSITION) if pace else ())))


def boosted(stream, part, delay):
    columns = [*PLAIN, *VOLUMES] if "pace" in part else list(PLAIN)
    every, window = (100, 5_000) if "5k" in part else (250, 20_000)
    model = trees(columns, window, every)
    return prequential(
        model, numbers(stream, columns), stream.y, delay=delay, start=len(stream.y) // 2, step=every
    )


def trees(columns, window, every):
    rising = tuple(-1 if name in VOLUMES else 0 for name in columns)
    words = tuple(k for k, name in enumerate(columns) if name in WORDS)
    return BoostedPropensity(words, rising, window, every)


def trained_once(stream):
    x = numbers(stream, list(PLAIN))
    model = trees(list(PLAIN), stream.start, stream.start).fit(x[: stream.start], stream.y[: stream.start])
    return model.predict_proba(x)[:, 1]


def numbers(stream, columns):
    """Return the columns as numbers, words as codes in the order in which they came."""
    return np.column_stack([number(stream.table[name]) for name in columns])


def number(column):
    if column.dtype == pl.String:
        seen = {word: code for code, word in enumerate(column.unique(maintain_order=True))}
        return column.replace_strict(seen, return_dtype=pl.Float64).to_numpy()
    return column.cast(pl.Float64).to_numpy()


def bayes(stream, delay):
    """Answer as the adaptive naive Bayes does; its bins come from the first two thirds, which are not judged."""
    table = stream.table.select(PLAIN)
    coder = LevelCodes().fit(table[: stream.start])
    sizes = tuple(int(size) for size in coder.sizes(table.columns))
    return prequential(AdaptiveBayes(sizes), coder.transform(table), stream.y, delay=delay, step=5)


def vowpal(stream, delay, options):
    """Answer as Vowpal Wabbit does, every value a word; None where it is not installed."""
    try:
        from vowpalwabbit import Workspace
    except ImportError:
        return None
    rows = stream.table.select(PLAIN).rows()
    texts = [
        "|x " + " ".join(f"{name}={value}" for name, value in zip(PLAIN, row, strict=True)) for row in rows
    ]
    learner = Workspace(f"--loss_function logistic --link logistic -b 20 --quiet{options}")
    found = np.zeros(len(texts))
    for row, text in enumerate(texts):
        if row > delay:
            late = row - 1 - delay
            learner.learn(f"{1 if stream.y[late] else -1} {texts[late]}")
        found[row] = learner.predict(text)
    learner.finish()
    return found


def report(stream, delay, found, seed):
    members = [found[name, delay] for name in MEMBERS]
    begun, first = time.perf_counter(), len(stream.y) // 2
    logs = np.column_stack([member[first:] for member, _ in members])
    mixed = prequential(
        PropensityMix(len(members), delay, lasting=LASTING), logs, stream.y[first:], delay=delay
    )
    ours = mixed[stream.start - first :]
    spent = time.perf_counter() - begun + sum(seconds for _, seconds in members)
    figures(f"delay {delay}", ours, stream, spent, seed)
    rivals = {"ADM-like naive Bayes": "adaptive bayes", "rolling LightGBM": "boosted 5k"}
    rivals |= {name: name for name in VOWPAL} | {f"member {name}": name for name in MEMBERS[:4]}
    for label, key in rivals.items():
        answered, seconds = found[key, delay]
        if answered is None:
            line(f"delay {delay} AUC {label} (not installed)", None)
            continue
        answered = answered[stream.start :]
        figures(f"delay {delay} {label}", answered, stream, seconds)
        low, gain, high = gained(ours, answered, stream, seed)
        line(f"delay {delay} AUC above {label}", gain, low, high, len(ours))


def figures(name, p, stream, seconds, seed=None):
    yes = stream.y[stream.start :] > 0
    quality = propensity_quality(p, yes)
    low, high = (None, None) if seed is None else interval(p, yes, seed)
    line(f"{name} AUC", quality.auc, low, high, quality.rows, seconds)
    for label, value in (
        ("ALIFT", quality.alift), ("log loss", quality.log_loss), ("Brier", quality.brier), ("ECE", quality.ece),
        ("base rate", quality.base_rate),
    ):  # fmt: skip
        line(f"{name} {label}", value, n=quality.rows)


def line(metric, value, low=None, high=None, n=None, seconds=None):
    figure_line("bank_marketing", metric, value, (low, high), n, seconds)


def draws(rows, seed):
    """Yield rows of bootstrap samples of blocks of neighbouring rows."""
    rng, blocks = np.random.default_rng(seed), np.array_split(np.arange(rows), max(rows // BLOCK, 1))
    for _ in range(DRAWS):
        yield np.concatenate([blocks[k] for k in rng.integers(len(blocks), size=len(blocks))])


def interval(p, yes, seed):
    return np.nanquantile(
        [area_under_curve(p[rows], yes[rows]) for rows in draws(len(p), seed)], (0.025, 0.975)
    ).tolist()


def gained(ours, theirs, stream, seed):
    """Return low end, value and high end of the difference in AUC, over paired block samples."""
    yes = stream.y[stream.start :] > 0
    gains = [
        area_under_curve(ours[rows], yes[rows]) - area_under_curve(theirs[rows], yes[rows])
        for rows in draws(len(ours), seed)
    ]
    low, high = np.nanquantile(gains, (0.025, 0.975)).tolist()
    return low, area_under_curve(ours, yes) - area_under_curve(theirs, yes), high


if __name__ == "__main__":
    main()
