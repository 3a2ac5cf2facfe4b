"""Train the ranking from closed windows so that it can be kept and judged: learned and calibrated by one day, its card measured on the next horizon.

::

    |...windows that had closed...|---horizon: calibrated---|  learned  |---horizon: judged---| at

Unlike the calibration of `zhike.learn.propensity_training`, it holds the ranker itself: who asks it later is answered by what was known when it was
learned. What a customer may have is judged by the rules of the day of training, on what was known then of the customer.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.language import Text
from zhike.decide.propensity import Calibration
from zhike.decide.ranked_scoring import open_scores, open_then, ranking_then
from zhike.decide.ranking.bank_ranking import BankRanking, product_groups
from zhike.decide.ranking.purchase_book import first_purchases
from zhike.decide.ranking.ranked_propensity import RankedPropensity
from zhike.decide.scoring import held_products, products_of
from zhike.learn.model_card import model_card
from zhike.learn.product_pairs import (
    PAIRS,
    card_of_pairs,
    days_since,
    drift_of_pairs,
    labelled,
    ranked_run,
    refuse_few,
)
from zhike.learn.propensity_training import TAKEN_LIMITS, check_same
from zhike.learn.training import train

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.decide.policy import Policy
    from zhike.decide.ranked_scoring import RankedRun
    from zhike.learn.drift import Alarm, DriftRules
    from zhike.learn.model_card import ModelCard
    from zhike.learn.product_pairs import Pairs
    from zhike.learn.training import ModelRecord, TrainingSetting
    from zhike.learn.warnings_of_day import WarningBank

__all__ = ["RANKING", "check_ranking", "train_ranking"]

RANKING: Final = "ranking"
PURCHASES: Final = "purchases"
PRODUCTS: Final = "products"
_DESCRIBED: Final = ("product_id", "family", "product_group", "seller_risk_level")
_PURPOSE: Final = Text(
    "In which order a customer is likely to take the products that they may have, and how likely, for the order of offers.",
    "预测客户对其可取得产品的偏好次序及取得概率，用于推介排序。",
    "預測客戶對其可取得產品的偏好次序及取得機率，用於推介排序。",
)
_LIMITS: Final = (
    *TAKEN_LIMITS,
    Text(
        "It orders the products that somebody had taken by the day of learning, and says nothing of others.",
        "仅对训练日前已有人取得的产品排序，对其他产品不作判断。",
        "僅對訓練日前已有人取得的產品排序，對其他產品不作判斷。",
    ),
    Text(
        "A place depends on what else is open to the customer: other rules, other places.",
        "名次取决于客户可取得的其他产品：规则不同，名次也不同。",
        "名次取決於客戶可取得的其他產品：規則不同，名次也不同。",
    ),
)


def train_ranking(
    bank: WarningBank, policy: Policy, setting: TrainingSetting
) -> tuple[ModelRecord, ModelCard]:
    """Learn a ranking a horizon before the setting's day, and measure it on that horizon.

    Parameters
    ----------
    bank : WarningBank
    policy : Policy
        Its horizon, the seed of its recommender, and what its rules let customers have.
    setting : TrainingSetting
        ``at`` is the day as of which everything is known; the fit's own days are replaced.

    Raises
    ------
    UsageError
        When too little was taken to learn from.
    """
    judged_from = setting.at - dt.timedelta(policy.horizon_days)
    run = ranked_run(bank, policy, setting.at)
    tables, products = _tables(bank, run, judged_from)
    configuration = {
        **setting.configuration, "policy": policy.path, "policy_version": policy.version,
        "horizon_days": policy.horizon_days, "rules_of": setting.at.isoformat(),
    }  # fmt: skip
    first = min(tables[PURCHASES]["taken_on"], default=judged_from)
    dated = dataclasses.replace(
        setting, at=judged_from, first=first, last=judged_from, seed=policy.seed, configuration=configuration
    )
    record = train(RANKING, lambda given, one: _fitted(given, one, products), tables, dated)
    judged = _pairs(bank, run, RankedPropensity.from_state(record.state), judged_from)
    found = RankedPropensity.from_state(record.state).propensity(judged.table["score"].to_numpy())
    return record, model_card(record, card_of_pairs(bank, judged, found, _PURPOSE, _LIMITS))


def check_ranking(
    bank: WarningBank, policy: Policy, kept: tuple[ModelRecord, ModelCard], at: dt.date, rules: DriftRules
) -> list[Alarm]:
    """Compare what the ranking says of the last closed horizon with its card, and what came since with what was expected.

    Raises
    ------
    UsageError
        When the policy's horizon is another than the model was learnt for.
    """
    record, card = kept
    check_same(policy, record)
    run, model = ranked_run(bank, policy, at), RankedPropensity.from_state(record.state)
    looked = [_pairs(bank, run, model, day) for day in days_since(card, at, policy.horizon_days)]
    return drift_of_pairs(card, looked, model.propensity, rules)


def _tables(
    bank: WarningBank, run: RankedRun, day: dt.date
) -> tuple[dict[str, pl.DataFrame], tuple[str, ...]]:
    """Return all that a ranking of a day is fitted on, and the products that it orders."""
    seen = run.seen(day)
    products = products_of(held_products(seen), run.actions)
    began = day - dt.timedelta(run.policy.horizon_days)
    then = ranking_then(run, began, products)
    pairs = labelled(
        bank, run.policy, began, products, lambda _held, names: open_scores(run, then, began, names)
    )
    refuse_few(pairs, bank.rules(run.at)[1].least_events)
    known = first_purchases(seen, run.timezone).filter(pl.col("product_id").is_in(list(products)))
    described = seen.current("products").collect().select(_DESCRIBED)
    tables = {PURCHASES: BankRanking.learned_from(known), PRODUCTS: described, PAIRS: pairs.table}
    return tables, products


def _fitted(
    tables: Mapping[str, pl.DataFrame], setting: TrainingSetting, products: tuple[str, ...]
) -> RankedPropensity:
    described = tables[PRODUCTS].sort(_DESCRIBED)
    groups = product_groups(products, described)
    ranking = BankRanking(setting.configuration["horizon_days"], setting.seed)
    pairs = tables[PAIRS].sort("customer_id", "product_id")
    return RankedPropensity(
        ranking.fit(tables[PURCHASES], products, groups, setting.at),
        Calibration().fit(pairs["score"].to_numpy(), pairs["taken"].to_numpy()),
        products,
    )


def _pairs(bank: WarningBank, run: RankedRun, model: RankedPropensity, day: dt.date) -> Pairs:
    """Return the pairs of a day as a kept model scores them."""
    seen = run.seen(day)
    book = model.book(first_purchases(seen, run.timezone))
    return labelled(
        bank, run.policy, day, model.products,
        lambda _held, names: model.scores(book, names, open_then(run, seen, names, model.products)),
    )  # fmt: skip
