"""Pairs of a customer and a product that they do not hold, as known on a day, with what became of them within the policy's horizon.

A closed form scores every product that is not held. A ranking from closed windows scores what rules let the customer have, as it does when
it decides; the rules are those of a day named apart, as the past is asked about what is allowed today.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.decide.inputs import HELD, hash_uniforms
from zhike.decide.preparation import judged_actions
from zhike.decide.propensity import recommender_of
from zhike.decide.ranked_scoring import RankedRun, open_scores, ranking_then
from zhike.decide.scoring import held_products, holdings_matrix, products_of
from zhike.know.view import view
from zhike.learn.drift import Batch, drift
from zhike.learn.model_card import CardInput
from zhike.learn.warning_training import groups_of, least_group

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from zhike.core.language import Text
    from zhike.decide.policy import Policy
    from zhike.learn.drift import Alarm, DriftRules
    from zhike.learn.model_card import ModelCard
    from zhike.learn.warnings_of_day import WarningBank

__all__ = [
    "PAIRS",
    "Pairs",
    "card_of_pairs",
    "days_since",
    "drift_of_pairs",
    "labelled",
    "pairs_of",
    "ranked_run",
    "refuse_few",
]

PAIRS: Final = "pairs"
CUSTOMERS: Final = 2_000
"""Customers of whom pairs are looked at: enough for a rate of one in a hundred thousand, and it stays in memory."""
_SALT: Final = "propensity"
"""Of the hash that draws them."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Customers and products that they did not hold on a day.

    Parameters
    ----------
    table : DataFrame
        ``customer_id``, ``product_id``, ``score`` as known on the day, and ``taken``: whether they held it at the end of the horizon.
    first, last : date
        The horizon.
    """

    table: pl.DataFrame
    first: dt.date
    last: dt.date


def pairs_of(bank: WarningBank, policy: Policy, day: dt.date, ruled: dt.date) -> Pairs:
    """Return the pairs of a day, scored by the policy's own recommender as it would be fitted on that day.

    Parameters
    ----------
    bank : WarningBank
    policy : Policy
        Its recommender and its horizon.
    day : date
    ruled : date
        Whose rules and actions say what is open, where the recommender ranks only that.
    """
    if policy.ranks_what_is_open:
        run = ranked_run(bank, policy, ruled)
        products = products_of(held_products(run.seen(day)), run.actions)
        then = ranking_then(run, day, products)
        return labelled(bank, policy, day, products, lambda _held, names: open_scores(run, then, day, names))
    held = held_products(view(bank.tables, day, bank.timezone))[HELD].to_list()
    products = tuple(sorted({name for names in held for name in names}))
    recommender = recommender_of(policy).fit(holdings_matrix(held, products))
    return labelled(bank, policy, day, products, lambda held, _names: recommender.scores(holdings_matrix(held, products)))  # fmt: skip


def labelled(
    bank: WarningBank,
    policy: Policy,
    day: dt.date,
    products: tuple[str, ...],
    score: Callable[[list[list[str]], list[str]], NDArray[np.float64]],
) -> Pairs:
    """Return the pairs of a day as a function scores them.

    Parameters
    ----------
    bank : WarningBank
    policy : Policy
        Its horizon.
    day : date
    products : tuple of str
    score : callable
        Gets what each customer holds and their names; returns scores of shape (n_customers, n_products), NaN where there is no pair.
    """
    last = day + dt.timedelta(policy.horizon_days)
    before, after = (held_products(view(bank.tables, one, bank.timezone)) for one in (day, last))
    order = np.argsort(hash_uniforms(before["customer_id"].to_list(), _SALT, 1)[:, 0], kind="stable")
    sample = before[np.sort(order[:CUSTOMERS])]
    held, names = sample[HELD].to_list(), sample["customer_id"].to_list()
    scores = score(held, names)
    row, column = np.nonzero(~np.isnan(scores) & (holdings_matrix(held, products).toarray() == 0))
    later = sample.select("customer_id").join(after, on="customer_id", how="left", maintain_order="left")
    taken = holdings_matrix([names or [] for names in later[HELD].to_list()], products).toarray() > 0
    table = pl.DataFrame({
        "customer_id": later["customer_id"].gather(row), "product_id": pl.Series(products, dtype=pl.String).gather(column),
        "score": scores[row, column], "taken": taken[row, column],
    })  # fmt: skip
    return Pairs(table, day + dt.timedelta(1), last)


def ranked_run(bank: WarningBank, policy: Policy, ruled: dt.date) -> RankedRun:
    """Return what a ranking is asked for: the rules and actions of a day."""
    _, actions, judge = judged_actions(view(bank.tables, ruled, bank.timezone), bank.rulebook, policy)
    return RankedRun(bank.tables, ruled, bank.timezone, bank.rulebook, policy, actions, judge)


def refuse_few(pairs: Pairs, least: int) -> None:
    """Refuse pairs of which too few were taken to learn from.

    Raises
    ------
    UsageError
    """
    taken = int(pairs.table["taken"].sum())
    if taken < least:
        raise UsageError(
            what=phrase("{taken} products taken from {first} to {last}", taken=taken, first=pairs.first, last=pairs.last),
            expected=phrase("{least} or more: more customers, or a longer horizon", least=least),
        )  # fmt: skip


def card_of_pairs(
    bank: WarningBank,
    pairs: Pairs,
    probability: NDArray[np.float64],
    purpose: Text,
    limits: tuple[Text, ...],
) -> CardInput:
    """Return what a card is made from: pairs that the model was not fitted on, with what it says of them."""
    table, day = pairs.table, pairs.first - dt.timedelta(1)
    return CardInput(
        table.select("product_id", "score"), table["taken"].to_numpy(), probability, groups_of(bank, table["customer_id"].to_list(), day),
        pairs.first.isoformat(), pairs.last.isoformat(), purpose, limits, least_group(bank, day),
    )  # fmt: skip


def drift_of_pairs(
    card: ModelCard,
    looked: Sequence[Pairs],
    probability: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    rules: DriftRules,
) -> list[Alarm]:
    """Compare pairs of some days, the latest last, with those of a card; those that begin after the card's horizon also with what came.

    Parameters
    ----------
    card : ModelCard
    looked : sequence of Pairs
        One at least.
    probability : callable
        Of scores.
    rules : DriftRules
    """
    said = [probability(one.table["score"].to_numpy()) for one in looked]
    now = looked[-1].table.with_columns(probability=pl.Series(said[-1]))
    last = dt.date.fromisoformat(card.measured["last"])
    batches = [
        Batch(one.table["taken"].to_numpy(), found)
        for one, found in zip(looked, said, strict=True)
        if one.first > last
    ]
    return drift(card, now, batches, rules)


def days_since(card: ModelCard, at: dt.date, horizon_days: int) -> list[dt.date]:
    """Return the days whose horizons have closed by a day: the last one, and those before it that begin after the card's horizon."""
    horizon, last = dt.timedelta(horizon_days), dt.date.fromisoformat(card.measured["last"])
    days = [at - horizon]
    while days[0] - horizon >= last:
        days.insert(0, days[0] - horizon)
    return days
