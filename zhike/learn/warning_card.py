"""The card of a warning's model: how good it was forward in time, for whom, and what it must not be used for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.language import Text
from zhike.know.vocabulary import filled
from zhike.know.warning_words import WARNING_NAMES
from zhike.learn.early_warning import features_of
from zhike.learn.model_card import CardInput, model_card
from zhike.learn.recalibration import logistic
from zhike.learn.warning_features import features_for

if TYPE_CHECKING:
    from zhike.learn.model_card import ModelCard
    from zhike.learn.training import ModelRecord
    from zhike.learn.warnings_of_day import WarningBank

__all__ = ["warning_card"]

_LEAST: Final = 50
"""Cases of a group below which the card does not tell it."""
_BAND: Final = 15
"""Years of a band of age."""
_PURPOSE: Final = Text(
    "{name}: probability within the outcome window, so that staff speak in time with whom it concerns. "
    "The figures are of predictions forward in time, before the line that mends them.",
    "{name}：结果观察窗内的概率，以便客户经理及时沟通。所示指标为按时间向前预测、校正前的结果。",
    "{name}：結果觀察期內的機率，以便客戶經理及時溝通。所示指標為按時間向前預測、校正前的結果。",
)
_LIMITS: Final = (
    Text("no ground to refuse a customer anything, nor to set a price", "不得作为拒绝客户或定价的依据", "不得作為拒絕客戶或定價的依據"),
    Text("says what is likely, not what a contact would change", "只说明可能性，不说明联系能改变什么", "只說明可能性，不說明聯絡能改變什麼"),
    Text("holds as far as customers go on as before", "以客户行为延续以往为前提", "以客戶行為延續以往為前提"),
)  # fmt: skip


def warning_card(bank: WarningBank, record: ModelRecord, forward: pl.DataFrame) -> ModelCard:
    """Return the card of a warning's model, by the cases that were predicted forward in time.

    Parameters
    ----------
    bank : WarningBank
        That it was learnt from.
    record : ModelRecord
    forward : DataFrame
        See `zhike.learn.early_warning.EarlyWarning.fit`; not empty.
    """
    names, days = features_for(record.name), forward["day"].unique().sort().to_list()
    seen = pl.concat(bank.features(day).with_columns(pl.lit(day).alias("day")) for day in days)
    cases = forward.join(seen, on=["customer_id", "day"], how="left", maintain_order="left")
    band = (pl.col("age") // _BAND * _BAND).cast(pl.String) + "+"
    groups = cases.select("customer_type", band.alias("age")).to_dict(as_series=False)
    window = bank.rules(record.provenance.setting.at)[1].windows[record.name]
    return model_card(record, CardInput(
        features_of(cases).select(names), cases["outcome"].to_numpy(), logistic(cases["odds"].to_numpy()),
        groups, str(window.of(days[0]).first), str(window.of(days[-1]).last),
        filled(_PURPOSE, name=WARNING_NAMES[record.name]), _LIMITS, _LEAST,
    ))  # fmt: skip
