"""A ranking learned from closed windows as the scores of a run: over what each customer may have, calibrated over the same set.

What eligibility or suitability refuses is not ranked and has probability 0 of being taken from the bank's hand; what the customer
holds, and what nobody has taken yet, is not ranked either and keeps the catalogue's assumption. The calibration asks the same
of the past: today's rules on what was known when the last closed window began.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.core.errors import PolicyError
from zhike.core.phrases import phrase
from zhike.decide.inputs import HELD, gather_inputs
from zhike.decide.propensity import Calibration
from zhike.decide.ranking.bank_ranking import BankRanking, product_groups
from zhike.decide.ranking.purchase_book import PurchaseBook, first_purchases
from zhike.decide.scoring import (
    calibration_sample,
    held_products,
    holdings_matrix,
    product_columns,
    products_of,
)
from zhike.know.archive import archive, archive_rules
from zhike.know.view import View, view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.core.rulebook import Rulebook
    from zhike.decide.candidates import Judge
    from zhike.decide.catalogue import Actions
    from zhike.decide.kept_models import KeptModel
    from zhike.decide.policy import Policy
    from zhike.decide.ranking.ranked_propensity import RankedPropensity

__all__ = [
    "BEFORE_RANKING",
    "RankedRun",
    "RankedScoring",
    "kept_scoring",
    "open_products",
    "open_scores",
    "open_then",
    "ranked_scoring",
    "ranking_as_of",
    "ranking_then",
]

RANKING: Final = "product_ranking"
"""Name under which the model is kept and told."""
BEFORE_RANKING: Final = ("eligibility", "suitability")
"""Layers of rules that say what a customer may have at all; what they refuse is not ranked."""
_CELLS: Final = 4_000_000
"""Customers times products ranked at once when a calibration is learned."""


@dataclass(frozen=True, slots=True)
class RankedScoring:
    """A ranking learned from closed windows, over what each customer may have.

    Parameters
    ----------
    ranking : BankRanking
    calibration : Calibration or None
        As above; learned on what customers might have had, under today's rules, when the last closed window began.
    products : tuple of str
        Order of the scores' columns.
    book : PurchaseBook
        What everybody has taken.
    learned : DataFrame
        The purchases that the ranking learned from; empty where it was kept.
    kept : KeptModel or None
        The model of the registry that it is. Products that it does not know stand behind those that it knows, and have no score.
    """

    ranking: BankRanking
    calibration: Calibration | None
    products: tuple[str, ...]
    book: PurchaseBook
    learned: pl.DataFrame
    kept: KeptModel | None = None

    def scores(self, customers: Sequence[str], open_: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the score of every product that is open to a customer, NaN elsewhere, shape (n_customers, n_products).

        Parameters
        ----------
        customers : sequence of str
        open_ : ndarray of bool, shape (n_customers, n_products)
            What each may have; what they hold has no score in any case.
        """
        ranked = open_[:, : self.book.products]
        found = np.full(open_.shape, np.nan)
        known = self.ranking.scores(self.book.steps(customers, running=True), ranked)
        found[:, : self.book.products] = np.where(np.isneginf(known), np.nan, known)
        return found

    def item_weights(self) -> None:
        """Return None: places do not add up."""

    def candidates(
        self, inputs: pl.DataFrame, actions: Actions, passed: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return every candidate's score, NaN where it is not ranked, and whether it is open, each of shape (n_customers, n_actions).

        A package has the mean of its members, and is open where all of them are.

        Parameters
        ----------
        inputs : DataFrame
            Rows of the customers.
        actions : Actions
        passed : ndarray of bool, shape (n_customers, n_actions)
            Which actions `BEFORE_RANKING` lets pass.
        """
        columns = product_columns(actions, self.products)
        open_ = open_products(passed, columns, len(self.products))
        by_product = self.scores(inputs["customer_id"].to_list(), open_)
        score, reached = np.full(passed.shape, np.nan), np.ones(passed.shape, dtype=bool)
        for action, inside in enumerate(columns):
            if inside:
                score[:, action] = by_product[:, inside].mean(axis=1)
                reached[:, action] = open_[:, inside].all(axis=1)
        return score, reached


@dataclass(frozen=True, slots=True)
class RankedRun:
    """What a ranking is fitted for.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
    at : date
    timezone : str
        The bank's IANA zone.
    rulebook : Rulebook
    policy : Policy
    actions : Actions
    judge : Judge
        Of the day.
    """

    tables: Mapping[str, pl.LazyFrame]
    at: dt.date
    timezone: str
    rulebook: Rulebook
    policy: Policy
    actions: Actions
    judge: Judge

    @property
    def began(self) -> dt.date:
        """Day on which the last closed window began."""
        return self.at - dt.timedelta(days=self.policy.horizon_days)

    def seen(self, day: dt.date) -> View:
        """Return the tables as known at the end of a day."""
        return view(self.tables, day, self.timezone)


def open_products(
    passed: NDArray[np.bool_], columns: Sequence[Sequence[int]], products: int
) -> NDArray[np.bool_]:
    """Return which products some action that passes brings, shape (n_customers, n_products).

    Parameters
    ----------
    passed : ndarray of bool, shape (n_customers, n_actions)
        See `zhike.decide.candidates.Judge.passed`.
    columns : sequence of sequence of int
        See `product_columns`.
    products : int
    """
    open_ = np.zeros((len(passed), products), dtype=bool)
    for action, inside in enumerate(columns):
        open_[:, inside] |= passed[:, [action]]
    return open_


def ranking_as_of(
    seen: View, timezone: str, policy: Policy, products: Sequence[str]
) -> tuple[BankRanking, pl.DataFrame]:
    """Return a ranking learned from what was known on a day, and everybody's purchases known by then.

    Parameters
    ----------
    seen : View
    timezone : str
        The bank's IANA zone.
    policy : Policy
        Gives horizon and seed.
    products : sequence of str
    """
    purchases = first_purchases(seen, timezone).filter(pl.col("product_id").is_in(list(products)))
    groups = product_groups(products, seen.current("products").collect())
    ranking = BankRanking(policy.horizon_days, policy.seed).fit(purchases, products, groups, seen.at)
    return ranking, purchases


def ranked_scoring(run: RankedRun) -> RankedScoring:
    """Learn the ranking of a run, and what its scores are worth."""
    now = ranking_then(run, run.at, products_of(held_products(run.seen(run.at)), run.actions))
    learned = now.ranking.learned_from(now.learned)
    return replace(now, calibration=_calibrated(run, now.products), learned=learned)


def kept_scoring(run: RankedRun, kept: KeptModel, model: RankedPropensity) -> RankedScoring:
    """Return the scores of a ranking of the registry: it says of the customers of the day what it learned before.

    Raises
    ------
    PolicyError
        When the policy counts another horizon than the model was learned for.
    """
    if model.ranking.horizon_days != run.policy.horizon_days:
        raise PolicyError(
            what=phrase("horizon_days {days}", days=run.policy.horizon_days),
            path=run.policy.path,
            expected=phrase(
                "{days} days, for which {name} was learnt", days=model.ranking.horizon_days, name=kept.name
            ),
        )
    seen = run.seen(run.at)
    known = set(model.products)
    others = [name for name in products_of(held_products(seen), run.actions) if name not in known]
    purchases = first_purchases(seen, run.timezone)
    return RankedScoring(
        model.ranking, model.calibration, (*model.products, *others), model.book(purchases), purchases.clear(), kept
    )  # fmt: skip


def ranking_then(run: RankedRun, day: dt.date, products: tuple[str, ...]) -> RankedScoring:
    """Return a ranking learned from what was known on a day, without what its scores are worth; ``learned`` are everybody's purchases."""
    ranking, purchases = ranking_as_of(run.seen(day), run.timezone, run.policy, products)
    book = PurchaseBook.of(purchases, products, ranking.calendar_)
    return RankedScoring(ranking, None, products, book, purchases)


def open_scores(
    run: RankedRun, then: RankedScoring, day: dt.date, names: Sequence[str]
) -> NDArray[np.float64]:
    """Return the score of what was open to some customers on an earlier day, NaN elsewhere, shape (n_customers, n_products).

    Parameters
    ----------
    run : RankedRun
        Its rules and actions say what was open, applied to what was known on that day.
    then : RankedScoring
        Whose scores, see `ranking_then`.
    day : date
    names : sequence of str
        Customers.
    """
    every = list(names)
    return then.scores(every, open_then(run, run.seen(day), every, then.products))


def _calibrated(run: RankedRun, products: tuple[str, ...]) -> Calibration | None:
    """Learn from the last closed window how often a score came true among what customers might have had; None without one."""
    before = held_products(run.seen(run.began))
    if before.is_empty():
        return None
    sample = before[calibration_sample(before["customer_id"].to_list())]
    then = ranking_then(run, run.began, products)
    now = sample.select("customer_id").join(
        held_products(run.seen(run.at)), on="customer_id", how="left", maintain_order="left"
    )
    parts = [
        _outcomes(run, then, names, now[HELD][place : place + len(names)].to_list())
        for place, names in _chunks(sample["customer_id"].to_list(), len(products))
    ]
    scores, taken = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Calibration().fit(scores, taken) if taken.any() else None


def _chunks(names: list[str], products: int) -> list[tuple[int, list[str]]]:
    size = max(1, _CELLS // max(1, products))
    return [(place, names[place : place + size]) for place in range(0, len(names), size)]


def _outcomes(
    run: RankedRun, then: RankedScoring, names: list[str], later: list[list[str] | None]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the scores of what was open to some customers, and what of it they hold at the end, shape (n_pairs,)."""
    scores = open_scores(run, then, run.began, names)
    taken = holdings_matrix([held or [] for held in later], then.products).toarray() > 0
    ranked = ~np.isnan(scores)
    return scores[ranked], taken[ranked]


def open_then(run: RankedRun, seen: View, names: list[str], products: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return what some customers might have had on an earlier day, by today's rules and actions."""
    rules = archive_rules(run.rulebook, run.at, run.policy.risk_validity)
    every = archive(run.tables, seen.at, run.timezone, rules).filter(pl.col("customer_id").is_in(names))
    rows = every.collect(engine="streaming")
    inputs = gather_inputs(rows, seen, run.actions, (), run.judge.names_of(BEFORE_RANKING))
    passed = run.judge.passed(run.judge.refusals(inputs, BEFORE_RANKING), BEFORE_RANKING)
    place = {name: row for row, name in enumerate(names)}
    open_ = np.zeros((len(names), len(products)), dtype=bool)
    # Of whom nothing was known on that day, nothing was open to them.
    there = [place[name] for name in inputs["customer_id"].to_list()]
    open_[there] = open_products(passed, product_columns(run.actions, products), len(products))
    return open_
