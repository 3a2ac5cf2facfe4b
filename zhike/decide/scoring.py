"""How likely a customer is to take each product: a recommender over what is held, and what its scores were worth in history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.decide.inputs import HELD, hash_uniforms
from zhike.decide.propensity import Calibration, Recommender, recommender_of
from zhike.know.holdings import running_holdings
from zhike.know.view import View, view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from zhike.decide.catalogue import Actions
    from zhike.decide.policy import Policy

__all__ = [
    "CALIBRATION_CUSTOMERS",
    "Scoring",
    "calibration_sample",
    "fitted_scoring",
    "held_products",
    "holdings_matrix",
    "product_columns",
    "products_of",
]

CALIBRATION_CUSTOMERS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Scoring:
    """A recommender over the products anyone holds or may buy.

    Parameters
    ----------
    products : tuple of str
        Order of the recommender's columns.
    calibration : Calibration or None
        None where no closed window exists to learn from; propensities are then the catalogue's assumptions.
    """

    recommender: Recommender
    calibration: Calibration | None
    products: tuple[str, ...]
    holders: int

    def holdings(self, held: list[list[str]]) -> csr_matrix:
        """Return lists of product identifiers as a matrix of shape (n_customers, n_products)."""
        return holdings_matrix(held, self.products)

    def candidates(self, inputs: pl.DataFrame, actions: Actions) -> NDArray[np.float64]:
        """Return every candidate's score, NaN without a product, shape (n_customers, n_actions); a package has its members' mean."""
        by_product = self.recommender.scores(self.holdings(inputs[HELD].to_list()))
        score = np.full((len(inputs), len(actions)), np.nan)
        for action, inside in enumerate(product_columns(actions, self.products)):
            if inside:
                score[:, action] = by_product[:, inside].mean(axis=1)
        return score

    def item_weights(self) -> NDArray[np.float64] | None:
        """Return what holding a product (row) adds to another's score (column); None when scores do not add up."""
        return self.recommender.item_weights()


def holdings_matrix(held: list[list[str]], products: tuple[str, ...]) -> csr_matrix:
    """Return lists of product identifiers as a 0/1 matrix of shape (len(held), len(products))."""
    from scipy.sparse import csr_matrix

    place = {name: index for index, name in enumerate(products)}
    rows = [[place[name] for name in names if name in place] for names in held]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)])
    columns = np.array([column for row in rows for column in row], dtype=np.int64)
    return csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(rows), len(products)))


def held_products(seen: View) -> pl.DataFrame:
    """Return who holds what on a day: ``customer_id`` and the sorted list of products."""
    pairs = running_holdings(seen).select("customer_id", "product_id").unique()
    lists = pairs.group_by("customer_id").agg(pl.col("product_id").sort().alias(HELD))
    return lists.sort("customer_id").collect()


def product_columns(actions: Actions, products: Sequence[str]) -> list[list[int]]:
    """Return the columns of each action's product, or of a package's members; none for other actions."""
    place = {name: index for index, name in enumerate(products)}
    rows = actions.table.select("product_id", "members").iter_rows()
    return [[place[name] for name in ([product] if product else members)] for product, members in rows]


def products_of(now: pl.DataFrame, actions: Actions) -> tuple[str, ...]:
    """Return every product that anyone holds or may buy, in order; ``now`` as `held_products` returns it."""
    every = {name for names in now[HELD].to_list() for name in names} | set(actions.products["product_id"])
    return tuple(sorted(every))


def calibration_sample(customers: list[str]) -> NDArray[np.int64]:
    """Return the rows of the customers that a calibration learns from, drawn by a hash of their identifiers."""
    order = np.argsort(hash_uniforms(customers, "calibration", 1)[:, 0], kind="stable")
    return np.sort(order[:CALIBRATION_CUSTOMERS])


def fitted_scoring(
    tables: Mapping[str, pl.LazyFrame], seen: View, timezone: str, policy: Policy, actions: Actions
) -> Scoring:
    """Fit the closed-form recommender that a policy names, and calibrate it on the last closed window.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
    seen : View
        The tables on the day.
    timezone : str
        The bank's IANA zone.
    policy : Policy
    actions : Actions
        The actions of the day.
    """
    now = held_products(seen)
    products = products_of(now, actions)
    recommender = recommender_of(policy).fit(holdings_matrix(now[HELD].to_list(), products))
    past = view(tables, seen.at - dt.timedelta(days=policy.horizon_days), timezone)
    return Scoring(recommender, _calibrated(policy, held_products(past), now, products), products, len(now))


def _calibrated(
    policy: Policy, before: pl.DataFrame, now: pl.DataFrame, products: tuple[str, ...]
) -> Calibration | None:
    """Learn from the last closed window how often a score came true; None where nobody took anything in it."""
    if before.is_empty():
        return None
    earlier = holdings_matrix(before[HELD].to_list(), products)
    later_lists = before.select("customer_id").join(now, on="customer_id", how="left", maintain_order="left")
    later = holdings_matrix([names or [] for names in later_lists[HELD].to_list()], products)
    sample = calibration_sample(before["customer_id"].to_list())
    scores = recommender_of(policy).fit(earlier).scores(earlier[sample])
    free = earlier[sample].toarray() == 0
    taken = later[sample].toarray() > 0
    return Calibration().fit(scores[free], taken[free]) if taken[free].any() else None
