"""How well what customers write is sorted: intents, products, moods.

    python benchmarks/quality/text.py [--data DIR] [--only NAME ...] [--embed NAME] [--seed 0] [--folds 5] [--parts 5]

Prints one JSON line a figure. DIR is ../shared/data beside the checkout unless given. Names: `banking77` (77 intents, English), `cfpb` (8 products, English, in the
order of time), `reviews` (3 moods, Chinese), `spans` (banks, products, aspects and opinions in the same reviews). Where a set has rows of a part `test`, or later than its split, those are judged by a model of all others; else every
row by a model of the other folds, or of so many folds as `--parts` says. `--embed` adds an optional model of sentences, `multilingual` or `english`, which reads each text once, and again where a single text is timed. Personal data are taken out
of every text first. Exit code 2 where no data is found.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from figure_lines import figure_line
from sklearn.model_selection import StratifiedKFold

from zhike.adapters.sentence_points import EMBEDDERS
from zhike.know.text import TextTriage, redact
from zhike.know.text.confidence import calibration_error
from zhike.know.text.marked_spans import bare_spans, marked_spans, masked
from zhike.know.text.spans import SpanTagger
from zhike.know.text.triage import macro_f1
from zhike.measure.shares import share
from zhike.measure.span_quality import span_quality

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
PRODUCTS = {
    "credit_reporting": ("Credit reporting", "Credit reporting, credit repair services, or other personal consumer reports"),
    "debt_collection": ("Debt collection",),
    "mortgage": ("Mortgage",),
    "card": ("Credit card or prepaid card", "Credit card", "Prepaid card"),
    "bank_account": ("Checking or savings account", "Bank account or service"),
    "student_loan": ("Student loan",),
    "consumer_loan": ("Vehicle loan or lease", "Payday loan, title loan, or personal loan", "Consumer Loan", "Payday loan"),
    "money_transfer": ("Money transfer, virtual currency, or money service", "Money transfers"),
}  # fmt: skip
"""The eight products that the taxonomies before and after April 2017 have in common."""
SPLIT = "2019-07-18"
LOANS_ONLY = "SeunnnA"
"""A source of narratives about one product only."""
RESAMPLES = 200
SINGLE = 100
"""Texts that are timed one by one."""


class Texts(NamedTuple):
    """Texts with their classes, and which rows judge; none where all do in turn."""

    texts: list[str]
    labels: list[str]
    judging: np.ndarray | None
    balance: bool


def banking77(folder):
    table = pl.read_parquet(folder / "banking77" / "banking77.parquet")
    test = (table["part"].cast(pl.String) == "test").to_numpy()
    return Texts(
        table["text"].to_list(),
        table["category"].cast(pl.String).to_list(),
        test if test.any() else None,
        balance=False,
    )


def cfpb(folder):
    names = {old: new for new, olds in PRODUCTS.items() for old in olds}
    table = pl.read_parquet(folder / "cfpb" / "complaints.parquet")
    table = table.filter(pl.col("narrative").is_not_null() & ~pl.col("source").str.contains(LOANS_ONLY)).sort(
        "date_received", "complaint_id"
    )
    table = table.with_columns(pl.col("product").replace_strict(names, default=None)).drop_nulls("product")
    later = table.select(pl.col("date_received") >= pl.lit(SPLIT).str.to_datetime()).to_series().to_numpy()
    judging = later if later.any() else np.arange(len(table)) >= int(0.7 * len(table))
    return Texts(table["narrative"].to_list(), table["product"].to_list(), judging, balance=True)


def reviews(folder):
    table = pl.read_parquet(folder / "bdci_bank_reviews" / "reviews.parquet")
    return Texts(table["text"].to_list(), [str(one) for one in table["class"]], None, balance=True)


def spans(asked):
    """Print how many spans are found where people marked them; both ends and the kind must be right."""
    table = pl.read_parquet(asked.data / "bdci_bank_reviews" / "reviews.parquet")
    given = list(zip(table["text"], table["BIO_anno"], strict=True))
    texts = [masked(text) for text, _ in given]
    marks = [bare_spans(texts[at], marked_spans(text, tags, at + 1)) for at, (text, tags) in enumerate(given)]
    told, true, seconds = [], [], 0.0
    for learn, judge in parts(reviews(asked.data), asked):
        began = time.process_time()
        tagger = SpanTagger(seed=asked.seed).fit([texts[i] for i in learn], [marks[i] for i in learn])
        seconds += time.process_time() - began
        told += [tagger.spans(texts[i]) for i in judge]
        true += [marks[i] for i in judge]
    found = span_quality(told, true, asked.seed)
    figure_line(
        "spans", "f1", found["f1"]["value"], (found["f1"]["low"], found["f1"]["high"]), len(true), seconds
    )
    for name in ("precision", "recall"):
        figure_line("spans", name, found[name], n=len(true))
    for one in found["kinds"]:
        figure_line("spans", f"f1_{one['kind']}", one["f1"], n=one["spans"])


class ReadOnce:
    """An embedder that remembers: folds share texts, and a text has one point."""

    def __init__(self, embedder):
        self.embedder, self.name, self.known = embedder, embedder.name, {}

    def points(self, texts):
        """Return what the embedder says, asked once a text."""
        new = [one for one in dict.fromkeys(texts) if one not in self.known]
        if new:
            self.known.update(zip(new, self.embedder.points(new), strict=True))
        return np.array([self.known[one] for one in texts])


SETS = {"banking77": banking77, "cfpb": cfpb, "reviews": reviews}
SPANS = "spans"


def parts(given, asked):
    """Yield rows to learn from and rows to judge."""
    if given.judging is not None:
        yield np.flatnonzero(~given.judging), np.flatnonzero(given.judging)
        return
    folds = StratifiedKFold(asked.folds, shuffle=True, random_state=asked.seed)
    yield from islice(folds.split(given.texts, given.labels), asked.parts)


def judged(given, asked, embedder):
    """Return the rows that were judged with their readings, CPU seconds of learning, and milliseconds a text one by one."""
    texts = [redact(one).text for one in given.texts]
    once = None if embedder is None else ReadOnce(embedder)
    rows, readings, seconds, single = [], [], 0.0, []
    for learn, judge in parts(given, asked):
        began = time.process_time()
        model = TextTriage(balance=given.balance, seed=asked.seed, embedder=once)
        model.fit([texts[i] for i in learn], [given.labels[i] for i in learn])
        seconds += time.process_time() - began
        rows += judge.tolist()
        readings += model.predict([texts[i] for i in judge])
        if not single:
            model.embedder = embedder
            for at in judge[:SINGLE]:
                began = time.perf_counter()
                model.predict([texts[at]])
                single.append(1000 * (time.perf_counter() - began))
    return rows, readings, seconds, single


def report(name, given, asked, embedder):
    rows, readings, seconds, single = judged(given, asked, embedder)
    names = sorted(set(given.labels))
    place = {one: at for at, one in enumerate(names)}
    truth = np.array([place[given.labels[at]] for at in rows])
    best = np.array([place.get(one.best, len(names)) for one in readings])
    right, sure = (best == truth).astype(float), np.array([one.confidence for one in readings])
    answered = np.array([one.label is not None for one in readings])
    n, figure = len(rows), name + (f"_{asked.embed}" if asked.embed else "")
    found = share(right.sum(), n)
    figure_line(figure, "accuracy", found.value, found[1:], n, seconds)
    recalls = [right[truth == at].mean() for at in np.unique(truth)]
    figure_line(figure, "balanced_accuracy", np.mean(recalls), n=n)
    figure_line(
        figure,
        "macro_f1",
        macro_f1(best, truth, len(names) + 1),
        resampled(best, truth, len(names) + 1, asked.seed),
        n,
    )
    figure_line(figure, "kappa", kappa(best, truth), n=n)
    figure_line(figure, "calibration_error", calibration_error(sure, right), n=n)
    covered = share(answered.sum(), n)
    figure_line(figure, "coverage", covered.value, covered[1:], n)
    if answered.any():
        among = share(right[answered].sum(), answered.sum())
        figure_line(figure, "answered_accuracy", among.value, among[1:], int(answered.sum()))
    figure_line(
        figure, "milliseconds_one_text", np.median(single), np.quantile(single, (0.05, 0.95)), len(single)
    )
    figure_line(figure, "peak_memory_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def resampled(best, truth, classes, seed):
    """Return the ends of the 95 % percentile interval over resampled rows."""
    rng = np.random.default_rng(seed)
    drawn = [
        macro_f1(best[at], truth[at], classes)
        for at in rng.integers(len(truth), size=(RESAMPLES, len(truth)))
    ]
    return tuple(np.quantile(drawn, (0.025, 0.975)))


def kappa(best, truth):
    """Return Cohen's agreement beyond chance."""
    by_chance = sum((best == one).mean() * (truth == one).mean() for one in np.unique(truth))
    return ((best == truth).mean() - by_chance) / (1 - by_chance)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=BESIDE)
    parser.add_argument("--only", nargs="*", choices=(*SETS, SPANS), default=(*SETS, SPANS))
    parser.add_argument("--embed", choices=tuple(EMBEDDERS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--parts", type=int)
    asked = parser.parse_args()
    embedder = EMBEDDERS[asked.embed]() if asked.embed else None
    found = False
    for name in asked.only:
        try:
            given = SETS[name](asked.data) if name in SETS else None
            spans(asked) if given is None else report(name, given, asked, embedder)
        except OSError:
            continue
        found = True
    if not found:
        print(f"no data in {asked.data}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
