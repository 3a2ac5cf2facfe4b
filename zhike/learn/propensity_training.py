"""Train the propensity of the bank's policy so that it can be judged: calibrated on one horizon, its card measured on the next.

::

    | recommender learns |---horizon: calibrated---| recommender learns |---horizon: judged---| at

The recommender is the policy's own and has nothing to keep: it is fitted on the holdings of a day whenever it is asked. What is kept is
how often a score of it came true. Pairs are those of a customer and a product that they do not hold.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.decide.inputs import HELD, hash_uniforms
from zhike.decide.propensity import Calibration, recommender_of
from zhike.decide.scoring import held_products, holdings_matrix
from zhike.know.view import view
from zhike.learn.drift import Batch, drift
from zhike.learn.model_card import CardInput, model_card
from zhike.learn.training import train
from zhike.learn.warning_training import groups_of, least_group

if TYPE_CHECKING:
    from zhike.decide.policy import Policy
    from zhike.learn.drift import Alarm, DriftRules
    from zhike.learn.model_card import ModelCard
    from zhike.learn.training import ModelRecord, TrainingSetting
    from zhike.learn.warnings_of_day import WarningBank

__all__ = ["PROPENSITY", "Pairs", "check_propensity", "pairs_of", "train_propensity"]

PROPENSITY: Final = "propensity"
PAIRS: Final = "pairs"
CUSTOMERS: Final = 2_000
"""Customers of whom pairs are looked at: enough for a rate of one in a hundred thousand, and it stays in memory."""
_PURPOSE: Final = Text(
    "How likely a customer is to take a product within the horizon, for the order of offers.",
    "预测客户在期限内取得某产品的概率，用于推介排序。",
    "預測客戶在期限內取得某產品的機率，用於推介排序。",
)
_LIMITS: Final = (
    Text(
        "It says what customers take, not what an offer changes: that needs an experiment.",
        "它说明客户会取得什么，不说明推介带来的改变：后者须经实验证明。",
        "它說明客戶會取得什麼，不說明推介帶來的改變：後者須經實驗證明。",
    ),
    Text(
        "It knows holdings alone; whether a product suits a customer is judged elsewhere.",
        "仅依据持有产品；产品是否适合客户另行判断。",
        "僅依據持有產品；產品是否適合客戶另行判斷。",
    ),
    Text(
        "Cases are pairs of a customer and a product; intervals take them as independent and are too narrow where customers take several.",
        "样本为客户与产品的组合；区间假定样本独立，若客户取得多个产品则偏窄。",
        "樣本為客戶與產品的組合；區間假定樣本獨立，若客戶取得多個產品則偏窄。",
    ),
)


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


def pairs_of(bank: WarningBank, policy: Policy, day: dt.date) -> Pairs:
    """Return the pairs of a day with what became of them within the policy's horizon.

    Parameters
    ----------
    bank : WarningBank
    policy : Policy
        Its recommender and its horizon.
    day : date
    """
    last = day + dt.timedelta(policy.horizon_days)
    before, after = (held_products(view(bank.tables, one, bank.timezone)) for one in (day, last))
    products = tuple(sorted({name for names in before[HELD].to_list() for name in names}))
    matrix = holdings_matrix(before[HELD].to_list(), products)
    order = np.argsort(hash_uniforms(before["customer_id"].to_list(), PROPENSITY, 1)[:, 0], kind="stable")
    sample = np.sort(order[:CUSTOMERS])
    scores = recommender_of(policy).fit(matrix).scores(matrix[sample])
    row, column = np.nonzero(matrix[sample].toarray() == 0)
    later = (
        before[sample].select("customer_id").join(after, on="customer_id", how="left", maintain_order="left")
    )
    taken = holdings_matrix([names or [] for names in later[HELD].to_list()], products).toarray() > 0
    table = pl.DataFrame({
        "customer_id": later["customer_id"].gather(row), "product_id": pl.Series(products, dtype=pl.String).gather(column),
        "score": scores[row, column], "taken": taken[row, column],
    })  # fmt: skip
    return Pairs(table, day + dt.timedelta(1), last)


def train_propensity(
    bank: WarningBank, policy: Policy, setting: TrainingSetting
) -> tuple[ModelRecord, ModelCard]:
    """Calibrate the policy's recommender on one horizon, and measure it on the next, which ends with the setting's day.

    Raises
    ------
    UsageError
        When too little was taken to learn from.
    """
    judged_from = setting.at - dt.timedelta(policy.horizon_days)
    learnt = pairs_of(bank, policy, judged_from - dt.timedelta(policy.horizon_days))
    _refuse_few(learnt, bank.rules(setting.at)[1].least_events)
    asked = {"recommender": policy.recommender, "horizon_days": policy.horizon_days}
    configuration = {
        **setting.configuration,
        "policy": policy.path,
        "policy_version": policy.version,
        **asked,
    }
    dated = dataclasses.replace(
        setting, at=judged_from, first=learnt.first, last=learnt.last, configuration=configuration
    )
    record = train(PROPENSITY, lambda tables, _: _calibrated(tables[PAIRS]), {PAIRS: learnt.table}, dated)
    return record, model_card(record, _given(bank, record, pairs_of(bank, policy, judged_from)))


def check_propensity(
    bank: WarningBank, policy: Policy, kept: tuple[ModelRecord, ModelCard], at: dt.date, rules: DriftRules
) -> list[Alarm]:
    """Compare scores of the last closed horizon with those of the card, and what came since with what was expected.

    Raises
    ------
    UsageError
        When the policy's recommender or horizon is another than the model was learnt for.
    """
    record, card = kept
    _check_same(policy, record)
    model = Calibration.from_state(record.state)
    horizon, last = dt.timedelta(policy.horizon_days), dt.date.fromisoformat(card.measured["last"])
    days = [at - horizon]
    while days[0] - horizon >= last:
        days.insert(0, days[0] - horizon)
    looked = [pairs_of(bank, policy, day).table for day in days]
    said = [model.propensity(table["score"].to_numpy()) for table in looked]
    now = looked[-1].with_columns(probability=pl.Series(said[-1]))
    batches = [
        Batch(table["taken"].to_numpy(), found) for day, table, found in zip(days, looked, said, strict=True) if day >= last
    ]  # fmt: skip
    return drift(card, now, batches, rules)


def _check_same(policy: Policy, record: ModelRecord) -> None:
    learnt = record.provenance.setting.configuration
    if (learnt["recommender"], learnt["horizon_days"]) != (policy.recommender, policy.horizon_days):
        raise UsageError(
            what=phrase("a policy with {recommender} over {days} days", recommender=policy.recommender, days=policy.horizon_days),
            expected=phrase("{recommender} over {days} days, for which the model was learnt", recommender=learnt["recommender"], days=learnt["horizon_days"]),
        )  # fmt: skip


def _calibrated(pairs: pl.DataFrame) -> Calibration:
    ordered = pairs.sort("customer_id", "product_id")
    return Calibration().fit(ordered["score"].to_numpy(), ordered["taken"].to_numpy())


def _given(bank: WarningBank, record: ModelRecord, pairs: Pairs) -> CardInput:
    table = pairs.table
    found = Calibration.from_state(record.state).propensity(table["score"].to_numpy())
    day = pairs.first - dt.timedelta(1)
    return CardInput(
        table.select("product_id", "score"), table["taken"].to_numpy(), found, groups_of(bank, table["customer_id"].to_list(), day),
        pairs.first.isoformat(), pairs.last.isoformat(), _PURPOSE, _LIMITS, least_group(bank, day),
    )  # fmt: skip


def _refuse_few(pairs: Pairs, least: int) -> None:
    taken = int(pairs.table["taken"].sum())
    if taken < least:
        raise UsageError(
            what=phrase("{taken} products taken from {first} to {last}", taken=taken, first=pairs.first, last=pairs.last),
            expected=phrase("{least} or more: more customers, or a longer horizon", least=least),
        )  # fmt: skip
