"""Who owns a caravan policy: pick 800 of 4,000 (CoIL 2000), trained by cross-validation on the open train rows.

    python benchmarks/quality/coil.py [--data DIR] [--predictions FILE] [--labels FILE] [--seed N] [--workers N]

Prints one JSON line a figure. Rows of the part `eval`, where the data has them, get a probability each in the file of predictions
(CSV: row within the part, probability) and are scored where their labels are there: in the column CARAVAN, or in a file of
labels, one row after the other (0 or 1 a line as in `tictgts2000.txt`, or CSV or Parquet with the column CARAVAN). Exit code 2
where the data is absent or the labels do not fit it.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import numpy as np
import polars as pl
from figure_lines import figure_line
from scipy.special import expit, logit
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from zhike.measure.propensity_quality import area_under_curve, propensity_quality

REPOSITORY = Path(__file__).resolve().parent.parent.parent
FILE = Path("coil2000_caravan") / "coil2000.parquet"
COLUMNS = tuple(f"V{k}" for k in range(1, 86))
SHARE, OWNERS, PICKED = 0.2, 238, 800
FOLDS, REPEATS, DRAWS = 10, 2, 1000
LEAST_LEVEL = 40
"""Train rows that a level needs to become a column of its own."""
CODED = (
    1,
    4,
    5,
    7,
    10,
    12,
    16,
    18,
    21,
    25,
    30,
    32,
    36,
    37,
    42,
    43,
    44,
    47,
    54,
    55,
    57,
    59,
    61,
    64,
    65,
    68,
    75,
    76,
    80,
    82,
    85,
)
"""Attributes whose levels become columns: type of household and its affluence, and the policies held."""
MEMBERS = ("logistic", "logistic of levels", "boosted", "extra trees")


def main():
    arguments = parsed()
    path = arguments.data / FILE
    if not path.is_file():
        print(
            f"found no {FILE} in {arguments.data}; name the folder of the data with --data", file=sys.stderr
        )
        sys.exit(2)
    table = pl.read_parquet(path).with_columns(pl.col("part").cast(pl.String))
    if "CARAVAN" not in table.columns:
        print(f"found no column CARAVAN in {FILE}; the rows of the part train need it", file=sys.stderr)
        sys.exit(2)
    train, judged = (table.filter(pl.col("part") == part) for part in ("train", "eval"))
    if min((owners(train) == owns).sum() for owns in (True, False)) < FOLDS:
        print(
            f"found {train.height} rows of the part train in {FILE}; needed at least {FOLDS} with a policy and as many without",
            file=sys.stderr,
        )
        sys.exit(2)
    begun = time.perf_counter()
    x, y = drawn(train), owners(train)
    folds = out_of_fold(x, y, arguments)
    report("cross-validation", folds, y, arguments.seed, time.perf_counter() - begun)
    if judged.height:
        predict(x, y, folds, judged, arguments)


def parsed():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data")
    parser.add_argument("--predictions", type=Path, help="write the eval rows' probabilities here")
    parser.add_argument(
        "--labels", type=Path, help="who of the eval rows is an owner, where the data does not say"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    return parser.parse_args()


def drawn(table):
    """Return the 85 attributes and six drawn from them: the car and fire policies together, and counts over all products."""
    raw = table.select(COLUMNS).to_numpy().astype(float)
    value = dict(zip(COLUMNS, raw.T, strict=True))
    car, fire, policies = value["V47"], value["V59"], raw[:, 64:]
    more = (
        car * (value["V68"] > 0), car == 6, (car == 6) & (fire >= 3),
        (policies > 0).sum(axis=1), raw[:, 43:64].sum(axis=1), policies.sum(axis=1),
    )  # fmt: skip
    return np.column_stack([raw, *more]).astype(float)


def owners(table):
    return table["CARAVAN"].to_numpy() > 0


def out_of_fold(x, y, arguments):
    """Return each member's logits of rows it did not learn from: members, repeats, rows."""
    tasks = [
        (learn, rest)
        for repeat_ in range(REPEATS)
        for learn, rest in StratifiedKFold(FOLDS, shuffle=True, random_state=arguments.seed + repeat_).split(
            x, y
        )
    ]
    parts = fitted_parts(x, y, tasks, arguments)
    logits = np.empty((len(MEMBERS), REPEATS, len(y)))
    for place, ((_, rest), part) in enumerate(zip(tasks, parts, strict=True)):
        logits[:, place // FOLDS, rest] = part
    return logits


def fitted_parts(x, y, tasks, arguments):
    learned, rest = ([task[k] for task in tasks] for k in (0, 1))
    xs, ys = [x[rows] for rows in learned], [y[rows] for rows in learned]
    inputs = (xs, ys, [x[rows] for rows in rest], repeat(arguments.seed))
    if arguments.workers == 1:
        return list(map(member_logits, *inputs))
    with ProcessPoolExecutor(arguments.workers) as pool:
        return list(pool.map(member_logits, *inputs))


def member_logits(x, y, other, seed):
    """Return what each member, trained on x and y, says of other rows, shape (members, rows)."""
    plain = make_pipeline(StandardScaler(), LogisticRegression(C=0.002, max_iter=300)).fit(x, y)
    levels = level_columns(x)
    coded = LogisticRegression(C=0.1, max_iter=300).fit(levels(x), y)
    trees = ExtraTreesClassifier(300, min_samples_leaf=5, max_features=0.4, random_state=seed, n_jobs=1).fit(
        x, y
    )
    wooded = logit(np.clip(trees.predict_proba(other)[:, 1], 1e-3, 1 - 1e-3))
    return np.stack([
        plain.decision_function(other), coded.decision_function(levels(other)), boosted(x, y, other, seed), wooded,
    ])  # fmt: skip


def level_columns(x):
    """Return what turns rows into columns of levels, chosen on x, with the two flags drawn from the policies."""
    kept = []
    for column in (k - 1 for k in CODED):
        levels, counts = np.unique(x[:, column], return_counts=True)
        kept += [(column, level) for level in levels[counts >= LEAST_LEVEL]]

    def coded(rows):
        flags = [rows[:, column] == level for column, level in kept]
        return np.column_stack([*flags, rows[:, len(COLUMNS) + 1 : len(COLUMNS) + 3]]).astype(float)

    return coded


def boosted(x, y, other, seed):
    """Return the mean logits of five small boosted models, each on part of rows and columns."""
    import lightgbm

    settings = {
        "objective": "binary", "num_leaves": 6, "learning_rate": 0.03, "min_data_in_leaf": 20, "feature_fraction": 0.4,
        "bagging_fraction": 0.6, "bagging_freq": 1, "lambda_l2": 10.0, "num_threads": 1, "deterministic": True, "verbosity": -1,
    }  # fmt: skip
    found = [
        lightgbm.train({**settings, "seed": seed + bag}, lightgbm.Dataset(x, y), 150).predict(
            other, raw_score=True
        )
        for bag in range(5)
    ]
    return np.mean(found, axis=0)


def predict(x, y, folds, judged, arguments):
    """Train on all train rows, answer the eval rows, score them where labels are."""
    begun = time.perf_counter()
    mixed = member_logits(x, y, drawn(judged), arguments.seed).mean(axis=0)
    p = recalibration(folds.mean(axis=0).ravel(), np.tile(y, REPEATS))(mixed)
    if arguments.predictions:
        rows = pl.DataFrame({"row": np.arange(len(p)), "probability": p})
        rows.write_csv(arguments.predictions)
    told = owners_told(judged, arguments.labels)
    if told is not None:
        score("eval", p, told, arguments.seed, time.perf_counter() - begun)


def owners_told(judged, labels):
    """Return who owns a policy among the eval rows, from the file of labels or else the data; None where neither says."""
    if labels is None:
        return owners(judged) if judged["CARAVAN"].null_count() == 0 else None
    told = read_labels(labels)
    if len(told) != judged.height:
        print(
            f"found {len(told)} labels in {labels.name}, needed {judged.height}, one a row of eval",
            file=sys.stderr,
        )
        sys.exit(2)
    return told


def read_labels(path):
    if path.suffix == ".parquet":
        return owners(pl.read_parquet(path))
    first = path.read_text("utf-8").split(maxsplit=1)[0]
    if first.strip('"').isdigit():
        return np.array([float(word.strip('"')) > 0 for word in path.read_text("utf-8").split()])
    return owners(pl.read_csv(path))


def recalibration(logits, y):
    """Return the map from mixed logits to probabilities that fits rows which no member learned from."""
    line_ = LogisticRegression(C=1e6).fit(logits[:, None], y)
    return lambda more: line_.predict_proba(more[:, None])[:, 1]


def report(label, folds, y, seed, seconds):
    """Print the mixture's figures and each member's, means over the repeats."""
    mixed = folds.mean(axis=0)
    spans = [found_interval(logits, y, seed) for logits in mixed]
    low, high = np.mean(spans, axis=0)
    line(
        f"{label} owners expected among {PICKED}",
        np.mean([found(z, y) for z in mixed]),
        low,
        high,
        len(y),
        seconds,
    )
    line(f"{label} AUC", np.mean([area_under_curve(z, y) for z in mixed]), n=len(y))
    p = expit(logit_of(mixed[0], y))
    line(f"{label} ECE", propensity_quality(p, y).ece, n=len(y))
    for name, logits in zip(MEMBERS, folds, strict=True):
        line(
            f"{label} owners expected among {PICKED}, {name}",
            np.mean([found(z, y) for z in logits]),
            n=len(y),
        )
        line(f"{label} AUC, {name}", np.mean([area_under_curve(z, y) for z in logits]), n=len(y))


def logit_of(logits, y):
    """Return recalibrated logits, each half of the rows by the map that fits the other half."""
    half = np.arange(len(y)) % 2 == 0
    result = np.empty(len(y))
    for one in (half, ~half):
        result[one] = logit(recalibration(logits[~one], y[~one])(logits[one]))
    return result


def score(label, p, y, seed, seconds):
    low, high = found_interval(p, y, seed, int(y.sum()))
    picked = np.argsort(-p, kind="stable")[: round(SHARE * len(y))]
    line(f"{label} owners among {len(picked)}", int(y[picked].sum()), low, high, len(y), seconds)
    line(f"{label} AUC", area_under_curve(p, y), n=len(y))
    line(f"{label} ECE", propensity_quality(p, y).ece, n=len(y))


def found(score_, y, among=OWNERS):
    """Return the owners found in the best fifth, as if there were so many; rows tied at the edge count by their share."""
    count = round(SHARE * len(y))
    edge = np.sort(score_)[-count]
    above, tied = score_ > edge, score_ == edge
    share = (count - above.sum()) / max(tied.sum(), 1)
    return float((y[above].sum() + share * y[tied].sum()) / max(y.sum(), 1) * among)


def found_interval(score_, y, seed, among=OWNERS):
    rng = np.random.default_rng(seed)
    samples = (rng.integers(len(y), size=len(y)) for _ in range(DRAWS))
    return np.quantile([found(score_[rows], y[rows], among) for rows in samples], (0.025, 0.975)).tolist()


def line(metric, value, low=None, high=None, n=None, seconds=None):
    figure_line("coil", metric, value, (low, high), n, seconds)


if __name__ == "__main__":
    main()
