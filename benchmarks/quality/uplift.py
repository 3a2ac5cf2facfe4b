"""Qini of every learner and of the selector on Hillstrom's campaign, and the sleeping dogs of Larsen's.

    python benchmarks/quality/uplift.py [--data DIR] [--seed N] [--splits N] [--workers N]

DIR is laid out like ../shared/data. One JSON line per figure. Split k of seed N halves the rows by a generator seeded with N, k and the task;
learners and the selector see the first half only, figures are of the second.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl
from figure_lines import figure_line

from zhike.decide.uplift import bands, do_not_contact
from zhike.decide.uplift.learners import (
    DRLearner,
    ResponseRanking,
    RLearner,
    SLearner,
    TLearner,
    TransformedOutcome,
    XLearner,
)  # fmt: skip
from zhike.decide.uplift.nuisance import cross_fit
from zhike.decide.uplift.regressions import BoostedTrees, Logistic, Ridge
from zhike.decide.uplift.selector import EffectSelector, EffectsTogether, fit_all
from zhike.decide.uplift.shrunken_effect import ShrunkenEffect
from zhike.decide.uplift.trial import Trial
from zhike.measure.uplift_quality import (
    Outcomes,
    auuc,
    paired_bootstrap,
    policy_value,
    qini,
    radcliffe_q,
    rate,
)

BESIDE = Path(__file__).resolve().parent.parent.parent.parent / "shared" / "data"
TASKS = {
    "women_visit": ("Womens E-Mail", "visit"),
    "men_visit": ("Mens E-Mail", "visit"),
    "women_conversion": ("Womens E-Mail", "conversion"),
}
BUDGET = 0.3
FOLDS, CUTS = 5, 3
DRAWS = 200
GOAL = 0.003
RIVALS = ("econml", "causalml")


def main():
    arguments = parsed()
    campaign = arguments.data / "hillstrom" / "hillstrom.parquet"
    insurance = arguments.data / "larsen_insurance_uplift" / "campaign.parquet"
    for file in (campaign, insurance):
        if not file.is_file():
            where = f"{file.parent.name}/{file.name}"
            print(f"found no {where} in {arguments.data}; name its folder with --data", file=sys.stderr)
            sys.exit(2)
    jobs = [(campaign, task, arguments.seed, split) for task in TASKS for split in range(arguments.splits)]
    begun = time.perf_counter()
    with ProcessPoolExecutor(arguments.workers) as pool:
        found = list(pool.map(one_split, jobs))
    seconds = time.perf_counter() - begun
    for task in TASKS:
        splits = [result for job, result in zip(jobs, found, strict=True) if job[1] == task]
        report(task, splits, seconds)
    sleeping_dogs(insurance, arguments.seed)
    for name in RIVALS:
        if importlib.util.find_spec(name) is None:
            line("uplift", f"{name}: not installed", None)
            continue
        begun = time.perf_counter()
        # Afresh, not forked: trees were grown in this process since, and a fork of their threads hangs.
        with ProcessPoolExecutor(arguments.workers, mp_context=get_context("spawn")) as pool:
            values = list(pool.map(rival_split, [(name, *job) for job in jobs]))
        report_rival(name, jobs, found, values, time.perf_counter() - begun)


def parsed():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=BESIDE)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--workers", type=int, default=1)
    return parser.parse_args()


def line(benchmark, metric, value, *, low=None, high=None, n=None, seconds=None):
    figure_line(benchmark, metric, value, (low, high), n, seconds)


def learners():
    trees, effect_trees = BoostedTrees(), BoostedTrees(binary=False)
    return {
        "t_logistic": TLearner(Logistic()),
        "t_trees": TLearner(trees),
        "s_logistic": SLearner(Logistic(), interactions=True),
        "s_trees": SLearner(trees),
        "x_logistic": XLearner(Logistic(), Ridge()),
        "x_trees": XLearner(trees, effect_trees),
        "r_ridge": RLearner(trees, Ridge(0.1)),
        "r_trees": RLearner(trees, effect_trees),
        "dr_ridge": DRLearner(trees, Ridge(0.1)),
        "dr_logistic_ridge": DRLearner(Logistic(), Ridge(0.1)),
        "dr_trees": DRLearner(trees, effect_trees),
        "shrunken_logistic": ShrunkenEffect(),
        "transformed_outcome": TransformedOutcome(Ridge(0.1)),
        "response_logistic": ResponseRanking(Logistic()),
        "response_trees": ResponseRanking(trees),
    }


def features(rows):
    columns = [rows[name].to_numpy() for name in ("recency", "history", "mens", "womens", "newbie")]
    columns.append(np.log1p(rows["history"].to_numpy()))
    for name, values in (
        ("zip_code", ("Rural", "Surburban", "Urban")),
        ("channel", ("Multichannel", "Phone", "Web")),
    ):
        told = rows[name].cast(pl.String)
        columns += [(told == one).to_numpy() for one in values]
    return np.column_stack(columns).astype(np.float64)


def halves(file, task, seed, split):
    """Return the learning half as a trial, and features and outcomes of the other half."""
    arm, outcome = TASKS[task]
    rows = pl.read_parquet(file).with_columns(pl.col("segment").cast(pl.String))
    rows = rows.filter(pl.col("segment").is_in([arm, "No E-Mail"]))
    x, treated = features(rows), (rows["segment"] == arm).to_numpy()
    y = rows[outcome].to_numpy().astype(np.float64)
    rng = np.random.default_rng([seed, split, list(TASKS).index(task)])
    order = rng.permutation(len(y))
    learnt, held = order[: len(y) // 2], order[len(y) // 2 :]
    trial = trial_of(x[learnt], treated[learnt], y[learnt], rng)
    return trial, x[held], Outcomes(y[held], treated[held]), rng


def trial_of(x, treated, y, rng):
    probability = np.full(len(y), treated.mean())
    return Trial(x, treated, y, probability, rng.permutation(len(y)) % FOLDS)


def one_split(job):
    trial, x, held, rng = halves(*job)
    known = {model: cross_fit(trial, model) for model in (BoostedTrees(), Logistic())}
    every = learners()
    fit_all(every, trial, known)
    cuts = [rng.permutation(len(trial)) % FOLDS for _ in range(CUTS - 1)]
    selector = EffectSelector().fit(trial, known[Logistic()], cuts)
    scores = {name: learner.effect(x) for name, learner in every.items()}
    scores["effects_together"] = EffectsTogether().fit(trial).effect(x)
    scores["selector"] = selector.effect(x)
    scores["random"] = rng.random(len(x))
    judged = trial_of(x, held.treated, held.outcome, rng)
    pseudo = cross_fit(judged, Logistic()).scores(judged)
    return measured(held, scores, pseudo, rng) | {"shares": selector.shares_, "n": len(x)}


def measured(held, scores, pseudo, rng):
    """Return the figures of one split."""
    found = {
        name: {
            "qini": qini(held, score),
            "auuc": auuc(held, score),
            "radcliffe_q": radcliffe_q(held, score),
            "autoc": rate(score, pseudo, "autoc").value,
            f"policy_value@{BUDGET}": policy_value(score, pseudo, BUDGET).value,
        }
        for name, score in scores.items()
    }
    others = ("t_logistic", "effects_together", "response_logistic", "random")
    pairs = {
        other: (
            paired_bootstrap(held, (scores["selector"], scores[other]), rng, draws=DRAWS),
            policy_difference(scores["selector"], scores[other], pseudo),
        )
        for other in others
    }
    return {"figures": found, "pairs": pairs}


def policy_difference(one, other, pseudo):
    found = policy_value(one, pseudo, BUDGET) - policy_value(other, pseudo, BUDGET)
    return (found.value, *found.interval)


def report(task, splits, seconds):
    name, n = f"hillstrom/{task}", splits[0]["n"]
    methods = list(splits[0]["figures"])
    for metric in splits[0]["figures"]["selector"]:
        for method in methods:
            values = [split["figures"][method][metric] for split in splits]
            low, high = over_splits(values)
            line(name, f"{method}: {metric}", float(np.mean(values)), low=low, high=high, n=n)
    singles = [one for one in methods if one not in {"selector", "effects_together", "random"}]
    means = {one: float(np.mean([s["figures"][one]["qini"] for s in splits])) for one in singles}
    best = max(means, key=means.get)
    gaps = [s["figures"]["selector"]["qini"] - s["figures"][best]["qini"] for s in splits]
    low, high = over_splits(gaps)
    line(
        name,
        f"selector less best single learner ({best}): qini, goal >= -{GOAL}",
        float(np.mean(gaps)),
        low=low,
        high=high,
        n=n,
    )
    for choice in ("effects", "response"):
        line(
            name,
            f"selector: mean share of {choice}",
            float(np.mean([s["shares"][choice] for s in splits])),
            n=len(splits),
        )
    for other in splits[0]["pairs"]:
        for place, metric in enumerate(("qini", f"policy_value@{BUDGET}")):
            value, low, high = np.mean([s["pairs"][other][place] for s in splits], axis=0).tolist()
            line(
                name,
                f"selector less {other}: {metric}, mean of the splits' paired intervals",
                value,
                low=low,
                high=high,
                n=n,
            )
    line(name, "seconds of all tasks and splits", seconds, n=len(splits), seconds=seconds)


def over_splits(values):
    """Return the range of the middle 95 % of splits; not an interval of the mean, as the splits share their rows."""
    low, high = np.percentile(values, (2.5, 97.5)).tolist()
    return low, high


def sleeping_dogs(file, seed):
    """Learn on the file's training part, order its other part, and print what contact changes in each tenth."""
    begun = time.perf_counter()
    rows = pl.read_parquet(file).with_columns(pl.col("part").cast(pl.String))
    x = rows.drop("part", "TREATMENT", "PURCHASE", "UNIQUE_ID").to_numpy().astype(np.float64)
    treated, y = (rows["TREATMENT"] == 1).to_numpy(), rows["PURCHASE"].to_numpy().astype(np.float64)
    rng = np.random.default_rng([seed, len(TASKS)])
    learnt = (rows["part"] == "train").to_numpy()
    if learnt.all() or not learnt.any():
        learnt = rng.permutation(len(y)) % 2 == 0
    trial = trial_of(x[learnt], treated[learnt], y[learnt], rng)
    other = trial_of(x[~learnt], treated[~learnt], y[~learnt], rng)
    pseudo = cross_fit(other, BoostedTrees()).scores(other)
    learner = TLearner(BoostedTrees()).fit(trial)
    score, n = learner.effect(other.x), len(other)
    held = Outcomes(other.outcome, other.treated)
    line("larsen", "t_trees: radcliffe_q", radcliffe_q(held, score), n=n)
    line("larsen", "t_trees: qini", qini(held, score), n=n)
    autoc = rate(score, pseudo, "autoc")
    line("larsen", "t_trees: autoc", autoc.value, low=autoc.interval[0], high=autoc.interval[1], n=n)
    for one in do_not_contact(pseudo, bands(score, 10)):
        line(
            "larsen",
            f"sleeping dogs: effect in tenth {one.group} of the order",
            one.effect,
            low=one.low,
            high=one.high,
            n=one.n,
        )
    spared = policy_value(np.where(score > 0, 1.0, 0.0), pseudo, max(float((score > 0).mean()), 1e-9))
    everyone = policy_value(score, pseudo, 1.0)
    saved = spared - everyone
    line("larsen", "contact only where the effect is positive, less contact everyone: purchases a customer", saved.value,
         low=saved.interval[0], high=saved.interval[1], n=n, seconds=time.perf_counter() - begun)  # fmt: skip


def rival_split(job):
    """Return the Qini of a rival on one split: econml's or causalml's own X learner on the same trees."""
    name, *rest = job
    trial, x, held, _ = halves(*rest)
    return qini(held, RIVAL_EFFECTS[name](trial, x)), len(x)


def report_rival(name, jobs, found, values, seconds):
    for task in TASKS:
        at = [place for place, job in enumerate(jobs) if job[1] == task]
        theirs = np.array([values[place][0] for place in at])
        ahead = np.array([found[place]["figures"]["selector"]["qini"] for place in at]) - theirs
        n = values[at[0]][1]
        for metric, figures in (
            (f"{name} x learner: qini", theirs),
            (f"selector less {name} x learner: qini", ahead),
        ):
            low, high = over_splits(figures)
            line(f"hillstrom/{task}", metric, float(figures.mean()), low=low, high=high, n=n)
    line("uplift", f"{name}: seconds of all tasks and splits", seconds, n=len(jobs), seconds=seconds)


def tree_models():
    from lightgbm import LGBMRegressor

    return [LGBMRegressor(n_estimators=100, num_leaves=8, learning_rate=0.05, min_child_samples=50, n_jobs=1, verbosity=-1)
            for _ in range(2)]  # fmt: skip


def econml_effect(trial, x):
    from econml.metalearners import XLearner as Rival
    from sklearn.dummy import DummyClassifier

    # The campaign was dealt at random, so the share of the treated is all there is to know of who is.
    model = Rival(models=tree_models()[0], propensity_model=DummyClassifier(strategy="prior"))
    model.fit(trial.outcome, trial.treated.astype(int), X=trial.x)
    return np.asarray(model.effect(x)).ravel()


def causalml_effect(trial, x):
    from causalml.inference.meta import BaseXRegressor

    model = BaseXRegressor(learner=tree_models()[0])
    share = np.full(len(trial), trial.probability[0])
    model.fit(X=trial.x, treatment=trial.treated.astype(int), y=trial.outcome, p=share)
    return np.asarray(model.predict(X=x, p=np.full(len(x), share[0]))).ravel()


RIVAL_EFFECTS = {"econml": econml_effect, "causalml": causalml_effect}

if __name__ == "__main__":
    main()
