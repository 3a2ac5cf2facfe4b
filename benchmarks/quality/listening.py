"""What a survey of 1,707 bank customers says by a path model, and which groups of them differ.

    python benchmarks/quality/listening.py [--data FILE] [--resamples 5000] [--seed 0] [--groups COLUMN ...]

FILE, Parquet or CSV, is ../shared/data/csibank/csibank.parquet beside the checkout unless given: six latents by 27 items from 0 to 10, and who was asked.
One JSON line a figure, with its interval: each path, R², index, total effect and reliability; the net promoter score of all and of each group (adjusted
Wald); and for each column of groups every path and index in which they differ beyond chance (p of the permutation test, adjusted for all that were
compared in that column, below 0.05), pair by pair. At the end stand the segments that differ when all columns are reckoned with: p of every path, index
and score of every column, adjusted together (Holm).
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from figure_lines import figure_line

from zhike.adapters.answer_files import read_answers
from zhike.measure.path_model import PathModel, compare_groups, fit_path_model, path_report
from zhike.measure.path_model.groups import holm
from zhike.measure.studies.scores import ScoreModel, score_study

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "csibank" / "csibank.parquet"
SIZES = {"image": 6, "expectation": 4, "quality": 7, "value": 4, "satisfaction": 3, "loyalty": 3}
STARTS = {
    "image": "imag",
    "expectation": "expe",
    "quality": "qual",
    "value": "val",
    "satisfaction": "sat",
    "loyalty": "loy",
}
PATHS = [
    "image -> expectation", "image -> satisfaction", "image -> loyalty", "expectation -> quality", "expectation -> value",
    "expectation -> satisfaction", "quality -> value", "quality -> satisfaction", "value -> satisfaction", "satisfaction -> loyalty",
]  # fmt: skip
RECOMMEND = "loy3"
GROUPS = ("Gender", "Age", "Education", "Occupation", "Region")
SURE = 0.05


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=BESIDE)
    parser.add_argument("--resamples", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--groups", nargs="*", default=GROUPS)
    asked = parser.parse_args()
    answers, model = read_answers(asked.data), bank_model()
    items = answers.numbers(model.items, (0.0, 10.0))
    whole(model, items, asked)
    found = []
    for column in asked.groups:
        found += grouped(model, items, answers.texts(column).to_list(), column, asked)
        found += recommended(answers, column)
    segments(found)


def bank_model():
    """Return the model of the survey: the European index without complaints, which were not asked for."""
    latents = {name: [f"{STARTS[name]}{one}" for one in range(1, size + 1)] for name, size in SIZES.items()}
    document = {"scale": {"min": 0, "max": 10}, "scheme": "path", "latents": latents, "paths": PATHS}
    return PathModel.of(document, "csibank")


def whole(model, items, asked):
    """Print the figures of all customers."""
    begun = time.perf_counter()
    fit = fit_path_model(model, items, np.random.default_rng(asked.seed), None, asked.resamples)
    found, spent = path_report(fit), time.perf_counter() - begun
    told("fit", found["n"], (None, None), found["n"], spent)
    spans = found["intervals"] or {}

    def span(figure, name):
        ends = spans.get(figure, {}).get(name, {})
        return ends.get("low"), ends.get("high")

    for one in found["paths"]:
        told(f"path {one['from']} -> {one['to']}", one["coefficient"], ends_of(one), found["n"])
    for name, value in found["r2"].items():
        told(f"r2 {name}", value, span("r2", name), found["n"])
    for name, one in found["indices"].items():
        told(f"index {name}", one["value"], ends_of(one), found["n"])
    for target in ("satisfaction", "loyalty"):
        for one in found["ipma"][target]:
            told(
                f"total effect {one['latent']} on {target}",
                one["importance"]["value"],
                ends_of(one["importance"]),
                found["n"],
            )
    for name, one in found["reliability"].items():
        for figure in ("alpha", "rho_a", "composite", "ave"):
            told(f"{figure} {name}", one[figure], span(figure, name), found["n"])
    for pair in spans.get("htmt", []):
        value = found["reliability"][pair["one"]]["htmt"][pair["other"]]
        told(f"htmt {pair['one']} {pair['other']}", value, ends_of(pair), found["n"])
    told("gof", found["gof"], ends_of(spans.get("gof", {})), found["n"])


def grouped(model, items, groups, column, asked):
    """Print where the groups of a column differ, and how many figures were compared; return the name and p of each."""
    begun = time.perf_counter()
    found = compare_groups(model, items, groups, np.random.default_rng(asked.seed), None, asked.resamples)
    differ = [one for one in found.compared if one.adjusted < SURE]
    persons = sum(fit.persons for fit in found.fits.values())
    told(
        f"{column}: paths and indices compared",
        len(found.compared),
        (None, None),
        persons,
        time.perf_counter() - begun,
    )
    told(f"{column}: paths and indices that differ", len(differ), (None, None), persons)
    for one in differ:
        name = called(one)
        told(f"{column}: {name}, p adjusted", one.adjusted, (None, None), persons)
        for pair in one.differences:
            both = found.fits[pair.one].persons + found.fits[pair.other].persons
            told(f"{column}: {name}, {pair.one} - {pair.other}", pair.value, (pair.low, pair.high), both)
    return [(f"{column}: {called(one)}", one.p) for one in found.compared]


def called(one):
    return f"index {one.latent}" if one.path is None else f"path {one.path[0]} -> {one.path[1]}"


def recommended(answers, column):
    """Print the net promoter score of all and of each group of a column with its interval; return how surely groups differ."""
    model = ScoreModel.of("nps", {"question": RECOMMEND, "group": column}, "nps")
    found = score_study(model, answers, np.random.default_rng(0))
    told(f"{column}: nps, all", found["value"], ends_of(found), found["n"])
    for one in found["groups"]:
        if not one["suppressed"]:
            told(f"{column}: nps, {one['group']}", one["value"], ends_of(one), one["n"])
    apart = (found["grouping"] or {}).get("heterogeneity")
    return [] if apart is None else [(f"{column}: nps", apart["p_value"])]


def segments(found):
    """Print what differs when everything that was compared in any column is reckoned with."""
    adjusted = holm(np.array([p for _, p in found]))
    differ = sorted((p, name) for (name, _), p in zip(found, adjusted, strict=True) if p < SURE)
    told("segments: figures compared over all columns", len(found))
    told("segments: figures that differ, over all columns", len(differ))
    for p, name in differ:
        told(f"segments: {name}, p adjusted over all columns", p)


def ends_of(one):
    return one.get("low"), one.get("high")


def told(metric, value, span=(None, None), n=None, seconds=None):
    figure_line("listening", metric, value, span, n, seconds)


if __name__ == "__main__":
    main()
