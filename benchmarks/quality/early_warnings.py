"""Early warnings on simulated banks: whether they order customers, whether their probabilities are right, and what the verdict on them is worth.

    python benchmarks/quality/early_warnings.py [--seeds 101,102,103] [--customers 5000] [--months 36] [--permutations 20]

For each seed a bank is built and every warning is learnt as of 2025-12-31 from what was known on that day. Its probabilities of that day
are held against what had come by the end of history, 2026-04-30; so they are for warnings that would not have been given, to see
whether the verdict was right. Prints one JSON line a figure; reads no data.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from figure_lines import figure_line
from scipy.stats import beta

from zhike.adapters.bank import Bank
from zhike.adapters.rule_files import load_rulebook
from zhike.lab.simulated_bank import LAST_DAY, Order, build
from zhike.learn.early_warning import EarlyWarning, features_of, warning_table
from zhike.learn.model_metrics import metrics
from zhike.learn.order_proof import auc_within, order_proof
from zhike.learn.training import TrainingSetting
from zhike.learn.warning_features import features_for
from zhike.learn.warnings_of_day import WARNINGS, WarningBank, learn_warning

AT = dt.date(2025, 12, 31)
SETTING = TrainingSetting(AT, AT, AT, 0, "benchmark", {})
REPEATS = 1000
PERMUTED, PERMUTED_CUSTOMERS = "withdrawal", 1500
RIVALS = {
    "withdrawal": "balance_against_mean",
    "attrition": "transactions_90d",
    "dissatisfaction": "satisfaction_told",
}
"""What a bank without a model would sort by, the lowest first."""


@dataclass(frozen=True)
class Held:
    """A warning of one bank on the day, and what came: columns of the warnings with ``outcome``, ``lightgbm`` and ``sorted_by``."""

    given: bool
    proof: float | None
    table: pl.DataFrame
    cases: pl.DataFrame


def main():
    arguments = parsed()
    begun = time.perf_counter()
    seeds = [int(one) for one in arguments.seeds.split(",")]
    held = {warning: [] for warning in WARNINGS}
    for seed in seeds:
        for warning, one in of_bank(Order(arguments.customers, arguments.months, seed)).items():
            held[warning].append(one)
    for warning, found in held.items():
        report(warning, [one for one in found if one is not None], len(seeds))
    if arguments.permutations:
        permuted(held[PERMUTED][0], arguments.permutations)
    line("all", "whole run", None, (None, None), len(seeds), time.perf_counter() - begun)


def parsed():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=None, help="taken as by the other benchmarks, not read")
    parser.add_argument("--workers", type=int, default=1, help="taken as by the other benchmarks, always 1")
    parser.add_argument("--seeds", default="101,102,103")
    parser.add_argument("--customers", type=int, default=5000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--permutations", type=int, default=20)
    return parser.parse_args()


def of_bank(order):
    """Build a bank, learn every warning as of the day, and hold it against what came; None where nothing could be learnt."""
    with tempfile.TemporaryDirectory(prefix="zhike-warnings-") as folder:
        build(Path(folder) / "bank", order)
        bank = Bank.open(Path(folder) / "bank")
        whole = WarningBank(bank.tables(), bank.manifest.timezone, load_rulebook())
        return {warning: of_warning(whole, warning) for warning in WARNINGS}


def of_warning(bank, warning):
    verdict = learn_warning(bank, warning, SETTING)
    if verdict.record is None:
        return None
    rules = bank.rules(AT)[1]
    window, features = rules.windows[warning].of(AT), bank.features(AT)
    model = EarlyWarning.from_state(verdict.record.state)
    table = warning_table(verdict.record, model, features, window, (rules.reasons, rules.lift))
    cases = bank.cases(warning, AT, bank.windows(warning, AT))
    names = features_for(warning)
    rivals = features.select(
        "customer_id",
        pl.Series("lightgbm", boosted(cases, features.select(names))),
        pl.col(RIVALS[warning]).neg().fill_null(0).cast(pl.Float64).alias("sorted_by"),
    )
    came = bank.outcome(warning, window, LAST_DAY)
    joined = table.join(came, on="customer_id").join(rivals, on="customer_id")
    return Held(verdict.given is not None, verdict.proof.auc.value, joined, cases)


def boosted(cases, features):
    """Return the probabilities of LightGBM on the same cases and features."""
    import lightgbm

    whole = pl.concat([features_of(cases), features])
    numbers = whole.with_columns(
        pl.col(name).cast(pl.Categorical).to_physical().cast(pl.Float64) if dtype == pl.String else pl.col(name).cast(pl.Float64)
        for name, dtype in whole.schema.items()
    ).to_numpy()  # fmt: skip
    setting = {
        "objective": "binary",
        "learning_rate": 0.05,
        "min_data_in_leaf": 50,
        "num_threads": 1,
        "seed": 1,
        "verbosity": -1,
    }
    learnt = lightgbm.Dataset(numbers[: cases.height], label=cases["outcome"].cast(pl.Int8).to_numpy())
    return lightgbm.train(setting, learnt, 200).predict(numbers[cases.height :])


def report(warning, found, seeds):
    given = sum(one.given for one in found)
    line(warning, "given, share of banks", given / seeds, exact(given, seeds), seeds)
    if not found:
        return
    parts = [one.table.with_columns(pl.lit(place).alias("bank")) for place, one in enumerate(found)]
    pooled = pl.concat(parts)
    outcome, bank = pooled["outcome"].to_numpy(), pooled["bank"].to_numpy()
    area = {
        name: auc_within(outcome, pooled[column].to_numpy(), bank, np.arange(len(bank)))
        for name, column in (("auc", "probability"), ("auc, LightGBM", "lightgbm"), (f"auc, {RIVALS[warning]}", "sorted_by"))
    }  # fmt: skip
    for name, one in area.items():
        line(warning, name, one.value, one[1:], len(outcome))
    line(warning, "auc less LightGBM", *compared(outcome, pooled, bank), len(outcome))
    proven = [one.proof for one in found if one.proof is not None]
    line(
        warning,
        "auc forward in time before the day, mean of banks",
        np.mean(proven) if proven else None,
        (None, None),
        len(proven),
    )
    for name, one in metrics(outcome, pooled["probability"].to_numpy()).items():
        if name not in ("auc", "log_loss"):
            line(warning, name, one.value, one[1:], len(outcome))
    raised = pooled.filter("raised")["outcome"]
    line(warning, "share with the outcome", outcome.mean(), exact(outcome.sum(), len(outcome)), len(outcome))
    share = float(raised.mean()) if len(raised) else None
    line(
        warning,
        "share with the outcome, of those raised",
        share,
        exact(raised.sum(), len(raised)),
        len(raised),
    )


def compared(outcome, pooled, bank):
    """Return the difference of AUC to LightGBM with its paired bootstrap interval, customers drawn within banks."""
    rng, scores = np.random.default_rng(1), [pooled[name].to_numpy() for name in ("probability", "lightgbm")]
    places = [np.flatnonzero(bank == one) for one in np.unique(bank)]

    def difference(rows):
        one, other = (
            auc_within(outcome[rows], score[rows], bank[rows], np.arange(len(rows))).value for score in scores
        )
        return np.nan if one is None else one - other

    drawn = [
        difference(np.concatenate([rng.choice(place, len(place)) for place in places]))
        for _ in range(REPEATS)
    ]
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return difference(np.arange(len(outcome))), (low, high)


def permuted(held, times):
    """Tell how often a warning would be given of outcomes that were dealt out anew among the customers of each window."""
    rng, start = np.random.default_rng(2), time.perf_counter()
    chosen = held.cases["customer_id"].unique().sort()
    chosen = chosen.sample(min(PERMUTED_CUSTOMERS, len(chosen)), seed=3)
    cases = held.cases.filter(pl.col("customer_id").is_in(chosen.implode()))
    wrong = 0
    for _ in range(times):
        dealt = cases.with_columns(pl.col("outcome").shuffle(seed=int(rng.integers(2**31))).over("day"))
        wrong += order_proof(EarlyWarning().fit(dealt).forward_).holds(0.5)
    line(
        PERMUTED,
        "given where outcomes were dealt anew",
        wrong / times,
        exact(wrong, times),
        times,
        time.perf_counter() - start,
    )


def exact(found, n):
    """Return Clopper and Pearson's interval of a share."""
    if not n:
        return None, None
    low = float(beta.ppf(0.025, found, n - found + 1)) if found else 0.0
    high = float(beta.ppf(0.975, found + 1, n - found)) if found < n else 1.0
    return low, high


def line(warning, metric, value, interval, n, seconds=None):
    figure_line(f"warnings, {warning}", metric, value, interval, int(n), seconds)


if __name__ == "__main__":
    main()
