"""FAR-Trans: learned ranking against closed forms and the published figures, returns and suitability beside it.

    python benchmarks/quality/far_trans_ranking.py [--data DIR] [--seed N] [--workers N] [--splits N] [--forecast]

Prints one JSON line per figure. DIR holds the folder far_trans; it may hold any of the splits. ``--splits N`` takes every
N-th of them, to try things. ``--forecast`` adds the lists of the second configuration for returns. README.md beside this file tells the protocol and the configuration.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl
from far_trans_returns import Panel, WalkForward, rank_correlation, robust
from figure_lines import figure_line
from scipy.stats import spearmanr

from zhike.decide.propensity import ranked_top
from zhike.decide.ranking import History, LearnedRanker, RecentPopularity, WindowBlend, traded_top
from zhike.decide.ranking.ranking_features import places
from zhike.decide.ranking.snapshots import snapshot
from zhike.measure.ranking import ranking_quality

REPOSITORY = Path(__file__).resolve().parents[2]
BENCHMARK = "far_trans_ranking"
K, POOL, BLOCK, DRAWS = 10, 30, 13, 2000
RETURN_WEIGHTS, NOTED_WEIGHTS = (0.05, 0.1, 0.2, 0.3, 0.4, 1.0), (0.3, 1.0)
WIDE_POOL, FLOW_STEPS = 100, 6
FORECAST_WEIGHTS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
LAST_WEIGHTS = (0.1, 0.2, 0.3)
FORESIGHT, FORESIGHT_WEIGHTS = (0.0, 0.1, 0.2, 0.4, 1.0), (0.2, 0.3)
BAND_WEIGHTS = (0.1, 0.2, 0.3, 0.45, 2.0)
BANDS = {"Conservative": 1, "Income": 2, "Balanced": 3, "Aggressive": 4}
ASSET_BANDS = {
    ("MTF", "Money Market"): 1, ("MTF", "Bond"): 2, ("MTF", "Bonds"): 2, ("MTF", "Balanced"): 3, ("MTF", "Equity"): 4,
    ("Stock", "Large Cap"): 4, ("Bond", "Government"): 1, ("Bond", "Corporate"): 2,
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """The files as arrays; customers and products by position."""

    customers: np.ndarray
    products: np.ndarray
    history: History
    splits: pl.DataFrame
    truth: dict
    eligible: dict
    returns: dict
    reference: dict
    groups: np.ndarray
    asset_band: np.ndarray
    stock: np.ndarray
    profiles: pl.DataFrame
    market: np.ndarray

    @cached_property
    def walk_forward(self):
        """The forecast of returns over all splits, each from what was known on its day."""
        rows = self.splits.sort("time_point")
        missing = np.full(len(self.products), np.nan)
        known = [dated_returns(self, index) for index in rows["split_index"]]
        days = [rows[name].str.to_date().to_physical().to_numpy() for name in ("time_point", "test_end")]
        traits = [traits_of(self.history, np.datetime64(day)) for day in rows["time_point"]]
        returns = np.array([missing if one is None else one for one in known])
        return WalkForward(Panel(returns, *days, np.vstack([self.groups, self.market]), np.array(traits)))


def load(folder):
    read = lambda name: text(pl.read_parquet(folder / f"{name}.parquet"))  # noqa: E731 - one line, used below
    buys = read("first_buys").filter(pl.col("evidence") == "train")
    splits = read("splits").filter(pl.col("split_set") == "evaluation").sort("time_point")
    customers, products = (np.unique(buys[name].to_numpy().astype(str)) for name in ("customerID", "ISIN"))
    who, what = places_of(customers, buys["customerID"]), places_of(products, buys["ISIN"])
    days = buys["first_buy_before"].to_numpy().astype("datetime64[D]")
    history = History.of(who, what, days, (len(customers), len(products)))
    truth = by_split(read("test_interactions"), lambda rows: (
        places_of(customers, rows["customerID"]), places_of(products, rows["ISIN"])))  # fmt: skip
    eligible = by_split(read("eligible_assets"), lambda rows: places_of(products, rows["ISIN"]))
    returns = {
        key[0]: (places_of(products, rows["ISIN"]), rows["monthly_return"].to_numpy())
        for key, rows in read("asset_returns_6m").group_by("split_index")
    }
    # The first description of an asset: what it is does not change, and no later version is looked at.
    assets = read("asset_information").sort("timestamp").unique("ISIN", keep="first", maintain_order=True)
    described = pl.DataFrame({"ISIN": products}).join(assets, on="ISIN", how="left", maintain_order="left")
    kinds = [described[name].fill_null("").rank("dense").to_numpy().astype(int)
             for name in ("assetCategory", "assetSubCategory", "sector")]  # fmt: skip
    pairs = zip(described["assetCategory"], described["assetSubCategory"], strict=True)
    band = np.array([ASSET_BANDS.get(pair, np.nan) for pair in pairs])
    stock = (described["assetCategory"] == "Stock").fill_null(value=False).to_numpy()
    profiles = read("customer_information").select(
        "customerID", "riskLevel", "timestamp", "lastQuestionnaireDate"
    )
    return Source(
        customers, products, history, splits, truth, eligible, returns, published(folder), np.array(kinds),
        band, stock, profiles, described["marketID"].fill_null("").rank("dense").to_numpy().astype(int),
    )  # fmt: skip


def traits_of(history, day):
    """Return what customers had done with each product by the day: how many held it, and how many of them had come lately."""
    at = history.last_step(day)
    held, before = ((history.step <= step).sum(axis=0) for step in (at, at - FLOW_STEPS))
    return np.log1p(held), np.log((held - before + 1) / (held + 1))


def text(frame):
    return frame.with_columns(pl.col(pl.Categorical).cast(pl.String))


def by_split(frame, shape):
    open_ = frame.filter(pl.col("split_set") == "evaluation")
    return {key[0]: shape(rows) for key, rows in open_.group_by("split_index")}


def places_of(known, names):
    """Return the position of each name, -1 where it is not known."""
    names = names.to_numpy().astype(str)
    at = np.minimum(np.searchsorted(known, names), len(known) - 1)
    return np.where(known[at] == names, at, -1)


def published(folder):
    """Return the published LightGCN nDCG@10 by split; empty where the file is not there."""
    path = folder / "reference_per_split_metrics.csv"
    if not path.is_file():
        return {}
    rows = pl.read_csv(path)
    columns = [
        _column(rows, *words) for words in (("model", "method", "algorithm", "run"), ("split",), ("ndcg",))
    ]
    if None in columns:
        print(f"{path.name}: found {rows.columns}, no model, split and nDCG among them", file=sys.stderr)
        return {}
    model, split, value = columns
    names = pl.col(model).cast(pl.String).str.to_lowercase().str.replace_all("[^a-z0-9]", "")
    plain = rows.filter(names.is_in(["lightgcn", "lightgcncanonical"]))
    if plain.is_empty():
        print(f"{path.name}: no LightGCN among {sorted(rows[model].unique())}", file=sys.stderr)
    return dict(zip(plain[split], plain[value], strict=True))


def _column(rows, *words):
    """Return the column whose name has one of the words, the one of numbers where a split or a value is asked for."""
    named = [name for name in rows.columns if any(word in name.lower() for word in words)]
    numbers = [name for name in named if rows[name].dtype.is_numeric()]
    return next(iter(named if "model" in words else numbers), None)


@dataclass(frozen=True)
class Task:
    """One split: customers evaluated, what they may be shown, what they took."""

    index: int
    at: int
    day: str
    rows: np.ndarray
    candidate: np.ndarray
    relevant: np.ndarray


def task_of(source, split):
    index, step = split["split_index"], source.history.step
    at = source.history.last_step(np.datetime64(split["time_point"]))
    who, what = source.truth[index]
    held = step <= at
    inside = (who >= 0) & held.any(axis=1)[who]
    who, what = who[inside], what[inside]
    rows = np.unique(who)
    offered = np.zeros(step.shape[1], dtype=bool)
    offered[source.eligible[index][source.eligible[index] >= 0]] = True
    candidate = offered & ~held[rows] & held.any(axis=0)
    relevant = np.zeros(candidate.shape, dtype=bool)
    bought = what >= 0
    relevant[np.searchsorted(rows, who[bought]), what[bought]] = True
    return Task(index, at, split["time_point"], rows, candidate, relevant & candidate)


def horizon_of(splits):
    begin, end = (splits[name].str.to_date() for name in ("time_point", "test_end"))
    return int((end - begin).dt.total_days().median())


def measure(source, split, seen, seed, *, forecast=False):
    """Return every figure of one split by name, None where it cannot be computed."""
    task = task_of(source, split)
    blend = WindowBlend(horizon_of(source.splits), ranker=LearnedRanker(seed=seed), groups=source.groups)
    scores = blend.fit(source.history, task.at, np.random.default_rng(seed), seen).scores(
        task.rows, task.candidate
    )
    found = {"blend": scores} | rivals(source, task, seen)
    figures = {f"ndcg@10 {name}": ndcg(task, value) for name, value in found.items()}
    figures["ndcg@10 published LightGCN"] = source.reference.get(task.index)
    figures["ranker weight"] = blend.weight_
    returned = returns_figures(source, task, (scores, found["ease"]), forecast=forecast)
    return figures | returned | band_figures(source, task, scores)


def rivals(source, task, seen):
    now = seen(task.at)
    held = now.known[task.rows].astype(float)
    tie = 1e-9 * now.holders / now.known.any(axis=1).sum()
    masked = {
        "popularity": np.broadcast_to(now.holders, held.shape),
        "conditional_knn": held @ now.weights["knn"] + tie,
        "ease": held @ now.weights["ease"] + tie,
    }
    scores = {name: np.where(task.candidate, value, -np.inf) for name, value in masked.items()}
    mean = -(places(scores["conditional_knn"]) + places(scores["ease"])).astype(float)
    recent = RecentPopularity().fit(source.history, task.at).scores(task.candidate)
    return scores | {"rank_mean": np.where(task.candidate, mean, -np.inf), "recent_popularity": recent}


def ndcg(task, scores):
    return ranking_quality(ranked_top(scores, K), task.relevant, 1).ndcg


def returns_figures(source, task, scored, *, forecast):
    """Return nDCG, monthly ROI and its coverage for the blend re-ranked by past return at several weights, and for EASE as a rival."""
    scores, ease = scored
    known = dated_returns(source, task.index)
    past = past_returns(source, task)
    if known is None or past is None:
        return {}
    figures = market_figures(known, past, task.candidate.any(axis=0))
    best = pool_of(scores)
    then = within(past, best)
    for weight in (0.0, *RETURN_WEIGHTS):
        figures |= named(f"return weight {weight}", returns_of(task, scores, best, weight * then, known))
    figures |= noted_figures(task, ease, past, known)
    return figures | (forecast_figures(source, task, scores, past, known) if forecast else {})


def noted_figures(task, scores, past, known):
    """Return the figures of the re-ranking that the reference notes report, as we read it: the first 30 of EASE by place / 30 less weight x z of past return."""
    best = pool_of(scores)
    then, figures = within(past, best), {}
    for weight in NOTED_WEIGHTS:
        ranked = ranked_top(np.where(best, weight * then - places(scores) / POOL, -np.inf), K)
        figures |= named(f"EASE by place, return weight {weight}", earned_of(task, ranked, known))
    return figures


def forecast_figures(source, task, scores, past, known):
    """Return the figures of lists chosen from a wider pool: by the forecast, by the last return alone, and by foresight as a bound."""
    window = source.splits.sort("time_point")["split_index"].to_list().index(task.index)
    forecast = source.walk_forward.forecast(window)
    trust, best = float(forecast.std()), pool_of(scores, WIDE_POOL)
    offered = task.candidate.any(axis=0) & ~np.isnan(known)
    figures = {
        "trust in the forecast": trust,
        "rank correlation of forecast and realised return": rank_correlation(
            forecast[offered], known[offered]
        ),
    }
    plans = [("forecast", FORECAST_WEIGHTS, trust * within(forecast, best))]
    plans += [("last return of 100", LAST_WEIGHTS, within(past, best))]
    foreseen = ((share, foresight(known, share, task.index)) for share in FORESIGHT)
    plans += [(f"foresight {share}", FORESIGHT_WEIGHTS, within(one, best)) for share, one in foreseen]
    for name, weights, signal in plans:
        for weight in weights:
            figures |= named(
                f"{name} weight {weight}", returns_of(task, scores, best, weight * signal, known)
            )
    return figures


def returns_of(task, scores, best, bonus, known):
    """Return nDCG, monthly ROI and the share of places with a known return, of lists chosen among the best by chance and bonus."""
    return earned_of(task, traded_top(np.where(best, scores, -np.inf), bonus, K), known)


def earned_of(task, ranked, known):
    """Return nDCG, monthly ROI and the share of places with a known return, of lists."""
    earned = np.where(ranked >= 0, known[np.maximum(ranked, 0)], np.nan)
    return {
        "ndcg@10": ranking_quality(ranked, task.relevant, 1).ndcg,
        "monthly roi@10": float(np.nanmean(earned)),
        "roi coverage": float((~np.isnan(earned)).sum() / max((ranked >= 0).sum(), 1)),
    }


def named(name, figures):
    return {f"{key} {name}": value for key, value in figures.items()}


def within(signal, best):
    """Return a signal by product standardised among each row's best, 0 where it is not known."""
    return np.nan_to_num(z(np.broadcast_to(signal, best.shape), best & ~np.isnan(signal)))


def foresight(known, share, seed):
    """Return a signal of about this correlation with what products will earn: nobody has it, it tells what one would be worth."""
    came = np.nan_to_num(robust(known))
    noise = np.random.default_rng(seed).standard_normal(len(came))
    return share * came / came.std() + np.sqrt(1 - share**2) * noise


def market_figures(known, past, offered):
    """Return what any list could have earned on average, and whether past returns told which products would earn more."""
    both = offered & ~np.isnan(known) & ~np.isnan(past)
    return {
        "monthly roi of all products with a return": float(np.nanmean(known[offered])),
        "rank correlation of past and realised return": float(spearmanr(past[both], known[both]).statistic),
    }


def pool_of(scores, size=POOL):
    return (places(scores) < size) & np.isfinite(scores)


def z(values, inside):
    """Return values standardised within each row's places of ``inside``, NaN elsewhere."""
    kept = np.where(inside, values, np.nan)
    count = np.maximum(inside.sum(axis=1, keepdims=True), 1)
    mean = np.nansum(kept, axis=1, keepdims=True) / count
    spread = np.sqrt(np.nansum((kept - mean) ** 2, axis=1, keepdims=True) / count)
    return (kept - mean) / np.maximum(spread, 1e-9)


def dated_returns(source, index):
    if index not in source.returns:
        return None
    found = np.full(len(source.products), np.nan)
    place, value = source.returns[index]
    found[place[place >= 0]] = value[place >= 0]
    return found


def ended_before(source, task):
    """Return the indices of splits whose window had ended by the task's day, oldest first."""
    return source.splits.filter(pl.col("test_end") <= task.day).sort("test_end")["split_index"].to_list()


def past_returns(source, task):
    """Return each product's return over the last window that had ended, NaN where none is known; None without any."""
    windows = [dated_returns(source, index) for index in ended_before(source, task)]
    found = None
    for known in windows:
        if known is not None:
            found = known if found is None else np.where(np.isnan(known), found, known)
    return found


def band_figures(source, task, scores):
    """Return suitability figures by mapping of products to bands."""
    customer = customer_bands(source, task)
    figures = {}
    for mapping, band in mappings(source, task).items():
        away = np.abs(band[None, :] - customer[:, None])
        off = np.nan_to_num(away) > 1
        figures[f"assets mapped {mapping}"] = float((~np.isnan(band))[task.candidate.any(axis=0)].mean())
        for weight in (0.0, *BAND_WEIGHTS):
            top = traded_top(scores, -weight * off, K)
            figures |= consistency(task, top, away, f"{mapping} band weight {weight}")
        too_high = np.nan_to_num(band[None, :] - customer[:, None], nan=0.0) > 0
        masked = np.where(too_high | np.isnan(customer)[:, None], -np.inf, scores)
        top = ranked_top(masked, K)
        figures |= consistency(task, top, away, f"{mapping} no level above")
        shown = np.take_along_axis(too_high, np.maximum(top, 0), axis=1) & (top >= 0)
        figures[f"level breaches {mapping} no level above"] = float(shown.sum())
        figures[f"customers served {mapping} no level above"] = float((top >= 0).any(axis=1).mean())
    return figures


def consistency(task, top, away, name):
    listed = np.where(top >= 0, np.take_along_axis(away, np.maximum(top, 0), axis=1), np.nan)
    counted = ~np.isnan(listed)
    return {
        f"ndcg@10 {name}": ranking_quality(top, task.relevant, 1).ndcg,
        f"pc@10 {name}": float((listed <= 1)[counted].mean()) if counted.any() else None,
        f"pc coverage {name}": float(counted.sum() / max((top >= 0).sum(), 1)),
    }


def customer_bands(source, task):
    """Return each customer's band as known on the day, imputed ones among them; NaN where none."""
    day = pl.max_horizontal("timestamp", pl.col("lastQuestionnaireDate").fill_null("")).str.slice(0, 10)
    rows = source.profiles.with_columns(day=day).filter(pl.col("day") <= task.day)
    latest = rows.sort("day", maintain_order=True).unique("customerID", keep="last", maintain_order=True)
    bands = latest.select("customerID", band=pl.col("riskLevel").str.replace("Predicted_", "").replace_strict(
        BANDS, default=None, return_dtype=pl.Float64))  # fmt: skip
    asked = pl.DataFrame({"customerID": source.customers[task.rows]})
    return (
        asked.join(bands, on="customerID", how="left", maintain_order="left")["band"].to_numpy().astype(float)
    )


def mappings(source, task):
    """Return bands of the products: by category alone, with stocks by past swings, and with every other one at the top."""
    category = source.asset_band
    found = {"category": category, "others aggressive": np.where(np.isnan(category), 4.0, category)}
    swings = past_swings(source, task)
    if swings is not None:
        found["stocks by swings"] = np.where(source.stock & np.isnan(category), swings, category)
    return found


def past_swings(source, task):
    """Return quartiles (1 to 4) of the root mean square monthly return over windows that had ended, of stocks."""
    windows = [dated_returns(source, index) for index in ended_before(source, task)]
    there = [known for known in windows if known is not None]
    if not there:
        return None
    known = np.array(there)
    count = (~np.isnan(known)).sum(axis=0)
    swing = np.where(count > 0, np.sqrt(np.nansum(known**2, axis=0) / np.maximum(count, 1)), np.nan)
    among = source.stock & ~np.isnan(swing)
    quartile = 1.0 + np.searchsorted(np.quantile(swing[among], (0.25, 0.5, 0.75)), swing)
    return np.where(among, quartile, np.nan)


def worker(folder, indices, seed, forecast):
    """Measure some splits in order; snapshots are kept between them."""
    source = load(folder)
    seen = cache(lambda step: snapshot(source.history, step))
    rows = source.splits.filter(pl.col("split_index").is_in(indices)).sort("time_point").to_dicts()
    found = []
    for split in rows:
        begun = time.perf_counter()
        figures = measure(source, split, seen, seed, forecast=forecast)
        found.append((split["split_index"], figures, time.perf_counter() - begun))
    return found


def intervals(values, seed):
    """Return the mean and its 95 % interval from resampling blocks of neighbouring splits; no interval from one split.

    Where there are no more splits than a block has, blocks are a third of them: one block of all would say that nothing is uncertain.
    """
    values = np.asarray(values, dtype=float)
    n = len(values)
    if n == 1:
        return float(values[0]), None, None
    block = BLOCK if n > BLOCK else max(n // 3, 1)
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, n - block + 1, size=(DRAWS, -(-n // block)))
    drawn = values[(starts[:, :, None] + np.arange(block)).reshape(DRAWS, -1)[:, :n]].mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(values.mean()), float(low), float(high)


def line(metric, value=None, low=None, high=None, n=None, seconds=None):
    figure_line(BENCHMARK, metric, value, (low, high), n, seconds)


def report(found, seed, seconds):
    by_name = {}
    for _, figures, _ in found:
        for name, value in figures.items():
            by_name.setdefault(name, []).append(value)
    for name, values in by_name.items():
        there = [value for value in values if value is not None and np.isfinite(value)]
        if there:
            line(name, *intervals(there, seed), n=len(there))
        else:
            line(name, n=0)
    own = "ndcg@10 blend"
    for rival in ("conditional_knn", "ease", "rank_mean", "popularity", "published LightGCN"):
        pairs = [(f[own], f[f"ndcg@10 {rival}"]) for _, f, _ in found if f[f"ndcg@10 {rival}"] is not None]
        if pairs:
            difference = np.array([a - b for a, b in pairs])
            line(f"ndcg@10 blend less {rival}", *intervals(difference, seed), n=len(pairs))
            line(f"share of splits above {rival}", float((difference > 0).mean()), n=len(pairs))
        else:
            line(f"ndcg@10 blend less {rival}", n=0)
    line("seconds of all splits", seconds, n=len(found), seconds=seconds)


def parsed():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--splits", type=int, default=1, help="take every N-th split")
    parser.add_argument(
        "--forecast", action="store_true", help="add the second configuration for returns, and bounds"
    )
    return parser.parse_args()


def main():
    arguments = parsed()
    folder = arguments.data / "far_trans"
    if not (folder / "splits.parquet").is_file():
        print(f"no FAR-Trans files in {folder}: name their parent with --data", file=sys.stderr)
        sys.exit(2)
    begun = time.perf_counter()
    splits = text(pl.read_parquet(folder / "splits.parquet")).filter(pl.col("split_set") == "evaluation")
    indices = splits.sort("time_point")["split_index"].to_list()[:: arguments.splits]
    parts = [part.tolist() for part in np.array_split(np.array(indices), arguments.workers) if len(part)]
    # One thread a process: with more, linear algebra and trees are slower on a busy machine.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    with ProcessPoolExecutor(len(parts), mp_context=get_context("spawn")) as pool:
        tasks = [pool.submit(worker, folder, part, arguments.seed, arguments.forecast) for part in parts]
        found = [one for task in tasks for one in task.result()]
    report(found, arguments.seed, time.perf_counter() - begun)


if __name__ == "__main__":
    main()
