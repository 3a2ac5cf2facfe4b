"""How far estimates of a policy's value are from the truth, on two problems where the truth is known.

    python benchmarks/quality/off_policy.py [--data DIR] [--workers N] [--runs-digits N] [--runs-synthetic N]

`digits` turns a classification of scikit-learn's handwritten digits into a log: a logistic regression chooses, a random forest is
valued. `synthetic` draws 10,000 choices among 30 actions. Protocols and seeds are those of the Open Bandit Pipeline's published tables.
Prints the mean relative error of every estimator, one JSON line each; both problems come with scikit-learn and numpy, no file is read.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import NormalDist

import numpy as np
from figure_lines import figure_line
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from zhike.measure.off_policy import (
    ESTIMATORS,
    LoggedChoices,
    PerActionKernel,
    PerActionLogistic,
    blended,
    contributions,
    fold_rewards,
    half_width,
    terms,
)

PROTOCOL_STATE = 12_345
"""Random state of the published tables' models."""
FOLDS, REPEATS = 10, 5
CANDIDATES = (
    PerActionLogistic(),
    PerActionLogistic(2.0),
    *(PerActionKernel(sharpness, penalty) for sharpness in (1.0, 2.0) for penalty in (3e-4, 3e-2)),
)
OWN, NAMES = "blended", (*ESTIMATORS, "blended")
Z90 = NormalDist().inv_cdf(0.95)
DRAWS = 2000
ROWS, ACTIONS, FEATURES, LOGGING = 10_000, 30, 5, -3.0
"""Synthetic: the logging policy is a softmax of -3 times the expected rewards, so it favours what pays least."""


def main():
    arguments = parsed()
    sizes = {"digits": arguments.runs_digits, "synthetic": arguments.runs_synthetic}
    for problem, runs in sizes.items():
        begun = time.perf_counter()
        tasks = [(problem, arguments.seed + run) for run in range(runs)]
        if arguments.workers > 1:
            with ProcessPoolExecutor(arguments.workers) as pool:
                found = list(pool.map(errors, *zip(*tasks, strict=True)))
        else:
            found = [errors(*task) for task in tasks]
        report(problem, found, time.perf_counter() - begun)


def parsed():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=None, help="taken as by the other benchmarks, not read")
    parser.add_argument(
        "--seed", type=int, default=0, help="of the first run; the published tables start at 0"
    )
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--runs-digits", type=int, default=30)
    parser.add_argument("--runs-synthetic", type=int, default=20)
    return parser.parse_args()


def errors(problem, seed):
    """Return of every estimator the signed relative error, and whether the normal 90 % interval held the truth."""
    log, value = PROBLEMS[problem](seed)
    rewards = fold_rewards(CANDIDATES, log, np.random.default_rng(seed), FOLDS, REPEATS)
    of, own = terms(log, rewards.predicted), blended(log, rewards)
    found = {OWN: ((own.value - value) / value, abs(own.value - value) <= Z90 * own.error)}
    for name in ESTIMATORS:
        one = contributions(of, name)
        found[name] = ((one.value - value) / value, abs(one.value - value) <= half_width(one.rows))
    return found


def digits(seed):
    """Return the log of a run and the value of the evaluated policy; rewards are 1 for the right digit."""
    x, y = load_digits(return_X_y=True)
    learnt, logged, learnt_y, logged_y = train_test_split(x, y, test_size=0.7, random_state=seed)
    logging = mixed(
        LogisticRegression(C=100, max_iter=10_000, random_state=PROTOCOL_STATE), learnt, learnt_y, logged, 0.4
    )
    evaluation = mixed(
        RandomForestClassifier(
            n_estimators=30, max_depth=5, min_samples_leaf=10, random_state=PROTOCOL_STATE
        ),
        learnt, learnt_y, logged, 0.9,
    )  # fmt: skip
    rows = np.arange(len(logged))
    action = drawn(logging, seed)
    reward = (action == logged_y).astype(float)
    value = float(evaluation[rows, logged_y].mean())
    return LoggedChoices(action, reward, logging[rows, action], evaluation, logged, logging=logging), value


def mixed(classifier, x, y, others, share):
    """Return a policy that follows a classifier with probability ``share`` and else chooses any of ten."""
    choice = classifier.fit(x, y).predict(others)
    return share * np.eye(10)[choice] + (1 - share) / 10


def synthetic(seed):
    """Return the log of a run and the value of the evaluated policy, which is learnt from a log of its own."""
    rng = np.random.RandomState(seed)
    x, _, logging, action, reward = batch(rng, seed)
    weight = reward / logging[np.arange(ROWS), action]
    learner = LogisticRegression(C=100, max_iter=10_000, random_state=PROTOCOL_STATE)
    learner.fit(x, action, sample_weight=weight)
    x, expected, logging, action, reward = batch(rng, seed)
    evaluation = softmax(learner.predict_proba(x))
    value = float((evaluation * expected).sum(axis=1).mean())
    known = logging[np.arange(ROWS), action]
    return LoggedChoices(action, reward, known, evaluation, x, logging=logging), value


def batch(rng, seed):
    x = rng.normal(size=(ROWS, FEATURES))
    expected = expected_rewards(x, seed)
    logging = softmax(LOGGING * expected)
    action = drawn(logging, seed)
    reward = rng.binomial(1, expected[np.arange(ROWS), action]).astype(float)
    return x, expected, logging, action, reward


def expected_rewards(x, seed):
    """Return P(reward) of every row and action: linear in features, actions and their products."""
    rng = np.random.RandomState(seed)
    context = np.column_stack([np.ones(len(x)), x])
    actions = np.column_stack([np.ones(ACTIONS), np.eye(ACTIONS)])
    of_context = rng.uniform(-1, 1, context.shape[1])
    of_action = rng.uniform(-1, 1, actions.shape[1])
    of_pair = rng.uniform(-1, 1, (context.shape[1], actions.shape[1]))
    logit = (context @ of_context)[:, None] + actions @ of_action + context @ of_pair @ actions.T
    return 1 / (1 + np.exp((logit.mean() - logit) / logit.std()))


def drawn(policy, seed):
    """Return one action a row by inverting the cumulated probabilities."""
    uniform = np.random.RandomState(seed).uniform(size=(len(policy), 1))
    return (policy.cumsum(axis=1) > uniform).argmax(axis=1)


def softmax(score):
    grown = np.exp(score - score.max(axis=1, keepdims=True))
    return grown / grown.sum(axis=1, keepdims=True)


PROBLEMS = {"digits": digits, "synthetic": synthetic}


def report(problem, found, seconds):
    """Print of every estimator the mean relative error over the runs, its bias, the coverage, and how far the blend is ahead."""
    runs = len(found)
    signed = {name: np.array([one[name][0] for one in found]) for name in NAMES}
    sample = np.random.default_rng(0).integers(runs, size=(DRAWS, runs))
    for name in NAMES:
        error = np.abs(signed[name])
        line(f"{problem} relative error, {name}", error.mean(), span(error, sample), runs, seconds)
        line(f"{problem} bias, {name}", signed[name].mean(), span(signed[name], sample), runs)
        line(f"{problem} coverage of 90 %, {name}", float(np.mean([one[name][1] for one in found])), n=runs)
    for name in ESTIMATORS:
        ahead = np.abs(signed[name]) - np.abs(signed[OWN])
        line(
            f"{problem} relative error of {name} less that of {OWN}", ahead.mean(), span(ahead, sample), runs
        )
    line(f"{problem} relative error, Open Bandit Pipeline: not installed", None)


def span(values, sample):
    """Return the bootstrap interval of a mean over runs; comparisons are paired by run."""
    return np.quantile(values[sample].mean(axis=1), (0.025, 0.975)).tolist()


def line(metric, value, interval=(None, None), n=None, seconds=None):
    figure_line("off_policy", metric, value, interval, n, seconds)


if __name__ == "__main__":
    main()
