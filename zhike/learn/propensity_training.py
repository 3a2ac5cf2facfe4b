"""Train the propensity of the bank's policy so that it can be judged: calibrated on one horizon, its card measured on the next.

::

    | recommender learns |---horizon: calibrated---| recommender learns |---horizon: judged---| at

The recommender is the policy's own and is not kept: it is fitted on what is known on a day whenever it is asked. What is kept is
how often a score of it came true, by pairs of a customer and a product (`zhike.learn.product_pairs`). A ranking that is to be kept itself is
trained by `zhike.learn.ranking_training`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Final

from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.decide.propensity import Calibration
from zhike.learn.model_card import model_card
from zhike.learn.product_pairs import (
    PAIRS,
    card_of_pairs,
    days_since,
    drift_of_pairs,
    pairs_of,
    refuse_few,
)
from zhike.learn.training import train

if TYPE_CHECKING:
    import polars as pl

    from zhike.decide.policy import Policy
    from zhike.learn.drift import Alarm, DriftRules
    from zhike.learn.model_card import ModelCard
    from zhike.learn.training import ModelRecord, TrainingSetting
    from zhike.learn.warnings_of_day import WarningBank

__all__ = ["PROPENSITY", "TAKEN_LIMITS", "check_propensity", "check_same", "train_propensity"]

PROPENSITY: Final = "propensity"
_PURPOSE: Final = Text(
    "How likely a customer is to take a product within the horizon, for the order of offers.",
    "预测客户在期限内取得某产品的概率，用于推介排序。",
    "預測客戶在期限內取得某產品的機率，用於推介排序。",
)
TAKEN_LIMITS: Final = (
    Text(
        "It says what customers take, not what an offer changes: that needs an experiment.",
        "它说明客户会取得什么，不说明推介带来的改变：后者须经实验证明。",
        "它說明客戶會取得什麼，不說明推介帶來的改變：後者須經實驗證明。",
    ),
    Text(
        "Cases are pairs of a customer and a product; intervals take them as independent and are too narrow where customers take several.",
        "样本为客户与产品的组合；区间假定样本独立，若客户取得多个产品则偏窄。",
        "樣本為客戶與產品的組合；區間假定樣本獨立，若客戶取得多個產品則偏窄。",
    ),
)
"""Of whatever is learnt from what customers took."""
_OF_HOLDINGS: Final = Text(
    "It knows holdings alone; whether a product suits a customer is judged elsewhere.",
    "仅依据持有产品；产品是否适合客户另行判断。",
    "僅依據持有產品；產品是否適合客戶另行判斷。",
)
_OF_OPEN: Final = Text(
    "It counts what rules of the day of training let a customer have; under other rules it has to be learnt anew.",
    "仅统计训练当日规则允许客户取得的产品；规则变动后须重新训练。",
    "僅統計訓練當日規則允許客戶取得的產品；規則變動後須重新訓練。",
)


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
    learnt = pairs_of(bank, policy, judged_from - dt.timedelta(policy.horizon_days), setting.at)
    refuse_few(learnt, bank.rules(setting.at)[1].least_events)
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
    judged = pairs_of(bank, policy, judged_from, setting.at)
    found = Calibration.from_state(record.state).propensity(judged.table["score"].to_numpy())
    limits = (*TAKEN_LIMITS, _OF_OPEN if policy.ranks_what_is_open else _OF_HOLDINGS)
    return record, model_card(record, card_of_pairs(bank, judged, found, _PURPOSE, limits))


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
    check_same(policy, record)
    days = days_since(card, at, policy.horizon_days)
    looked = [pairs_of(bank, policy, day, at) for day in days]
    return drift_of_pairs(card, looked, Calibration.from_state(record.state).propensity, rules)


def check_same(policy: Policy, record: ModelRecord) -> None:
    """Refuse a model that was learnt for another horizon than the policy's, or for another recommender where it holds none itself.

    Raises
    ------
    UsageError
    """
    learnt = {"recommender": policy.recommender, **record.provenance.setting.configuration}
    if (learnt["recommender"], learnt["horizon_days"]) != (policy.recommender, policy.horizon_days):
        raise UsageError(
            what=phrase("a policy with {recommender} over {days} days", recommender=policy.recommender, days=policy.horizon_days),
            expected=phrase("{recommender} over {days} days, for which the model was learnt", recommender=learnt["recommender"], days=learnt["horizon_days"]),
        )  # fmt: skip


def _calibrated(pairs: pl.DataFrame) -> Calibration:
    ordered = pairs.sort("customer_id", "product_id")
    return Calibration().fit(ordered["score"].to_numpy(), ordered["taken"].to_numpy())
