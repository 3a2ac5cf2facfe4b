"""Walk forward through history: learn from what was known, recommend, compare with what customers then did.

A window starts at the end of a day and closes at the end of another. Customers evaluated are those known to hold
something at its start who took a new product within it; products they held already are neither candidates nor relevant.
Lists are measured twice: as ranked, and after eligibility and suitability. Breaches are counted by code of its own
that reads the assessments and the products' levels and shares nothing with the judge.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.decide.inputs import HELD
from zhike.decide.policy import WINDOW_BLEND
from zhike.decide.preparation import setting
from zhike.decide.propensity import ConditionalKNN, Ease, Popularity, RankBlend, ranked_top
from zhike.decide.ranked_scoring import ranking_as_of
from zhike.decide.ranking.purchase_book import PurchaseBook
from zhike.decide.scoring import held_products, holdings_matrix
from zhike.know.holdings import running_holdings
from zhike.know.view import View, view
from zhike.measure.ranking import band_consistency, ranking_quality

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.core.rulebook import Rulebook
    from zhike.decide.policy import Policy
    from zhike.decide.propensity import Recommender

__all__ = ["METHODS", "Window", "WindowResult", "mean_results", "replay_window"]

METHODS: Final = ("popularity", "conditional_knn", "ease", "blend", WINDOW_BLEND)
_INVESTMENTS: Final = ("fund", "bond", "stock", "wealth")
_BEFORE_SUITABILITY: Final = ("eligibility", "suitability")


@dataclass(frozen=True, slots=True)
class Window:
    """One stretch of history.

    Parameters
    ----------
    at, until : date
        Learning ends and the window begins after ``at``; it closes at the end of ``until``.
    purchases : DataFrame or None
        ``customer_id`` and ``product_id`` of what was taken; None to read it from the bank's own holdings.
    offered : list of str or None
        Products that could be bought; None for all on sale at ``at``.
    """

    name: str
    at: dt.date
    until: dt.date
    purchases: pl.DataFrame | None = None
    offered: list[str] | None = None


@dataclass(frozen=True, slots=True)
class WindowResult:
    """What one window showed.

    Parameters
    ----------
    methods : mapping of str to mapping
        Figures by method; ``<method>+suitability`` for the list after eligibility and suitability.
    breaches : int
        Recommendations of investments after suitability whose level exceeds the customer's own answered level, or
        where one of the two is unknown. Cards, deposits and the like have no level.
    """

    name: str
    at: dt.date
    until: dt.date
    train_pairs: int
    customers: int
    candidates: int
    relevant_pairs: int
    methods: Mapping[str, Mapping[str, float]]
    breaches: int


@dataclass(frozen=True, slots=True)
class _Task:
    """A window as matrices: customers evaluated x products."""

    train: Any
    rows: NDArray[np.int64]
    customers: list[str]
    products: tuple[str, ...]
    candidate: NDArray[np.bool_]
    relevant: NDArray[np.bool_]
    customer_level: NDArray[np.float64]
    product_level: NDArray[np.float64]
    investment: NDArray[np.bool_]
    permitted_level: NDArray[np.float64]


def replay_window(
    tables: Mapping[str, pl.LazyFrame],
    window: Window,
    timezone: str,
    rulebook: Rulebook,
    policy: Policy,
    methods: Sequence[str] = METHODS[:3],
) -> WindowResult:
    """Replay one window.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        The bank's contract tables.
    window : Window
    timezone : str
    rulebook : Rulebook
    policy : Policy
        Gives the rules, the list length and the band of PC@k.
    methods : sequence of str
        Of ``METHODS``; the policy's own recommender is always among them.
    """
    task = _task(tables, window, timezone)
    suitable = _suitable(tables, window, timezone, rulebook, policy, task)
    figures: dict[str, dict[str, float]] = {}
    breaches = 0
    for name in dict.fromkeys((*methods, policy.recommender)):
        ranked = _ranked(name, policy, task, view(tables, window.at, timezone), timezone)
        for suffix, open_ in (("", task.candidate), ("+suitability", task.candidate & suitable)):
            top = ranked_top(ranked(open_), policy.replay_k)
            figures[name + suffix] = _figures(task, top, policy.replay_bands)
            if suffix:
                breaches += _breaches(task, top)
    candidates = int(task.candidate.any(axis=0).sum())
    return WindowResult(
        window.name, window.at, window.until, int(task.train.nnz), len(task.customers), candidates,
        int(task.relevant.sum()), figures, breaches,
    )  # fmt: skip


def mean_results(results: Iterable[WindowResult]) -> dict[str, dict[str, float]]:
    """Return every method's figures as means over windows, windows without a value left out."""
    collected: dict[str, dict[str, list[float]]] = {}
    for result in results:
        for method, figures in result.methods.items():
            for name, value in figures.items():
                collected.setdefault(method, {}).setdefault(name, []).append(value)
    return {
        method: {n: _mean(values) for n, values in figures.items()} for method, figures in collected.items()
    }


def windows_between(first: dt.date, last: dt.date, step_days: int, horizon_days: int) -> list[Window]:
    """Return windows that start every so many days and last a horizon.

    Examples
    --------
    >>> [window.name for window in windows_between(dt.date(2020, 1, 1), dt.date(2020, 2, 1), 30, 90)]
    ['2020-01-01', '2020-01-31']
    """
    count = (last - first).days // step_days + 1
    starts = [first + dt.timedelta(days=step_days * place) for place in range(count)]
    return [Window(str(start), start, start + dt.timedelta(days=horizon_days)) for start in starts]


def _mean(values: list[float]) -> float:
    there = [value for value in values if not math.isnan(value)]
    return sum(there) / len(there) if there else float("nan")


def _ranked(
    name: str, policy: Policy, task: _Task, seen: View, timezone: str
) -> Callable[[NDArray[np.bool_]], NDArray[np.float64]]:
    """Return a fitted method: from what is open to each customer to scores, ``-inf`` where nothing is."""
    if name == WINDOW_BLEND:
        ranking, purchases = ranking_as_of(seen, timezone, policy, task.products)
        book = PurchaseBook.of(purchases, task.products, ranking.calendar_)
        return lambda open_: ranking.scores(book.steps(task.customers, running=True), open_)
    scores = _recommender(name, policy).fit(task.train).scores(task.train[task.rows])
    return lambda open_: np.where(open_, scores, -np.inf)


def _recommender(name: str, policy: Policy) -> Recommender:
    known: dict[str, Recommender] = {
        "popularity": Popularity(),
        "conditional_knn": ConditionalKNN(),
        "ease": Ease(policy.ridge),
        "blend": RankBlend(ConditionalKNN(), Ease(policy.ridge)),
    }
    return known[name]


def _task(tables: Mapping[str, pl.LazyFrame], window: Window, timezone: str) -> _Task:
    seen = view(tables, window.at, timezone)
    held = held_products(seen)
    on_sale = seen.current("products").select("product_id").collect()["product_id"].to_list()
    offered = window.offered if window.offered is not None else on_sale
    taken = window.purchases if window.purchases is not None else _new_holdings(tables, window, timezone)
    products = tuple(sorted({name for names in held[HELD].to_list() for name in names} | set(offered)))
    train = holdings_matrix(held[HELD].to_list(), products)
    evaluated = (
        taken.select("customer_id")
        .unique()
        .join(held.with_row_index("row"), on="customer_id")
        .sort("customer_id")
    )
    rows = evaluated["row"].cast(pl.Int64).to_numpy()
    by_customer = evaluated.select("customer_id").join(
        taken.group_by("customer_id").agg("product_id"), on="customer_id", how="left", maintain_order="left"
    )
    owned = train[rows].toarray() > 0
    offer = np.isin(np.array(products, dtype=str), np.array(offered, dtype=str))
    candidate = offer[None, :] & ~owned
    relevant = (holdings_matrix(by_customer["product_id"].to_list(), products).toarray() > 0) & candidate
    levels = _levels(seen, evaluated["customer_id"])
    ratings = _ratings(seen, products)
    return _Task(
        train, rows, evaluated["customer_id"].to_list(), products, candidate, relevant,
        levels["level"].cast(pl.Float64).to_numpy(), ratings["level"].cast(pl.Float64).to_numpy(),
        ratings["investment"].to_numpy(),
        levels["permitted"].cast(pl.Float64).to_numpy(),
    )  # fmt: skip


def _new_holdings(tables: Mapping[str, pl.LazyFrame], window: Window, timezone: str) -> pl.DataFrame:
    """Return who took what within the window, as known when all of the bank's rows are known."""
    later = view(tables, window.until, timezone)
    rows = later.history("holdings").filter(
        pl.col("valid_from") > window.at, pl.col("valid_from") <= window.until
    )
    # A later version of a product held already is no purchase, and who bought nothing else is not evaluated; what has
    # ended can be bought again.
    held = running_holdings(view(tables, window.at, timezone)).select("customer_id", "product_id")
    pairs = rows.select("customer_id", "product_id").unique()
    return pairs.join(held, on=["customer_id", "product_id"], how="anti").collect()


def _levels(seen: View, customers: pl.Series) -> pl.DataFrame:
    """Return each customer's level as known: any, and the one that permits (answered by the customer)."""
    known = seen.current("assessments").filter(pl.col("kind") == "risk_tolerance").collect()
    best = known.sort("valid_from", "known_at").unique("customer_id", keep="last")
    answered = pl.when(pl.col("method") == "questionnaire").then("level").alias("permitted")
    levels = best.select("customer_id", "level", answered)
    return customers.to_frame().join(levels, on="customer_id", how="left", maintain_order="left")


def _ratings(seen: View, products: tuple[str, ...]) -> pl.DataFrame:
    """Return each product's level, null where unknown, and whether it is an investment."""
    level = pl.max_horizontal("seller_risk_level", "issuer_risk_level").alias("level")
    investment = pl.col("family").is_in(_INVESTMENTS).alias("investment")
    known = seen.current("products").select("product_id", level, investment).collect()
    listed = pl.DataFrame({"product_id": list(products)}, schema={"product_id": pl.String})
    joined = listed.join(known, on="product_id", how="left", maintain_order="left")
    # What is held but no longer described may be anything: it counts as an investment without a level.
    return joined.with_columns(pl.col("investment").fill_null(value=True))


def _suitable(
    tables: Mapping[str, pl.LazyFrame],
    window: Window,
    timezone: str,
    rulebook: Rulebook,
    policy: Policy,
    task: _Task,
) -> NDArray[np.bool_]:
    """Return which products pass eligibility and suitability for whom, shape (n_customers, n_products)."""
    ready = setting(tables, window.at, timezone, rulebook, policy)
    inputs = ready.inputs.filter(pl.col("customer_id").is_in(task.customers))
    place = {name: column for column, name in enumerate(task.products)}
    products = ready.actions.table["product_id"].to_list()
    sold = [column for column, name in enumerate(products) if name in place]
    target = np.array([place[products[column]] for column in sold], dtype=np.int64)
    row = {name: index for index, name in enumerate(task.customers)}
    suitable = np.zeros(task.candidate.shape, dtype=bool)
    for chunk in inputs.iter_slices(500):
        verdicts = ready.judge.judge(chunk)
        passes = np.array([verdict not in _BEFORE_SUITABILITY for verdict in verdicts.verdicts])[
            verdicts.pattern
        ]
        rows = np.array([row[name] for name in chunk["customer_id"]], dtype=np.int64)
        for column, product in zip(sold, target, strict=True):
            suitable[rows, product] |= passes[:, column]
    return suitable


def _figures(task: _Task, top: NDArray[np.int64], bands: int) -> dict[str, float]:
    quality = ranking_quality(top, task.relevant, int(task.candidate.any(axis=0).sum()))
    return {**asdict(quality), "pc": band_consistency(top, task.customer_level, task.product_level, bands)}


def _breaches(task: _Task, top: NDArray[np.int64]) -> int:
    """Count investments above the customer's own answered level, or where one of the two is unknown."""
    level = task.product_level[np.maximum(top, 0)]
    permitted = np.nan_to_num(task.permitted_level, nan=-1.0)[:, None]
    return int(((top >= 0) & task.investment[np.maximum(top, 0)] & ~(level <= permitted)).sum())
