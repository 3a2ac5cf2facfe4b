"""Train a warning on a bank so that it can be judged: learnt from all windows but the last, its card measured on the last.

::

    ...windows that had closed...| learnt |
                          | day |---gap---|----outcome----|      at
                                           first      last   <= at

The model is fitted as of the end of the last window's gap: what it learns from was known before the first day that it is judged by. So
the model that is kept is the one whose figures stand on the card, a window older than it could be.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.decision_tables import DecisionTable
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.know.archive import archive
from zhike.learn.drift import Batch, DriftRules, drift
from zhike.learn.early_warning import EarlyWarning, features_of
from zhike.learn.model_card import CardInput, model_card
from zhike.learn.warnings_of_day import learn_warning
from zhike.learn.windows import Windows, window_cases
from zhike.measure.group_changes import AGE_BAND, ATTRIBUTES, attributes_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.learn.drift import Alarm
    from zhike.learn.model_card import ModelCard
    from zhike.learn.training import ModelRecord, TrainingSetting
    from zhike.learn.warnings_of_day import WarningBank
    from zhike.learn.windows import OutcomeWindow

__all__ = ["check_warning", "groups_of", "judged_as_of", "least_group", "train_warning"]

_AGE_BANDS: Final = "fairness.age_band"
_LEAST: Final = "fairness.least_group"
_FEWEST: Final = 2
"""Windows: one to learn from, one to judge by."""
_UNKNOWN: Final = "unknown"
_PURPOSE: Final[Mapping[str, Text]] = {
    "attrition": Text(
        "Which customers are likely to leave the bank, so that somebody listens to them in time.",
        "预测哪些客户可能离开本行，以便及时倾听其需求。",
        "預測哪些客戶可能離開本行，以便及時傾聽其需求。",
    ),
    "withdrawal": Text(
        "Which customers are likely to take their money elsewhere, so that somebody listens to them in time.",
        "预测哪些客户可能转出资金，以便及时倾听其需求。",
        "預測哪些客戶可能轉出資金，以便及時傾聽其需求。",
    ),
    "dissatisfaction": Text(
        "Which customers are likely to say in a survey that they are not content, so that somebody asks them first.",
        "预测哪些客户在调查中可能表示不满，以便优先回访。",
        "預測哪些客戶在調查中可能表示不滿，以便優先回訪。",
    ),
}
_LIMITS: Final = (
    Text(
        "It says who is likely to, not whom a contact would keep: that needs an experiment.",
        "它说明谁可能如此，不说明联系能否挽留：后者须经实验证明。",
        "它說明誰可能如此，不說明聯繫能否挽留：後者須經實驗證明。",
    ),
    Text(
        "It serves service and redress, not sales, prices or credit.",
        "仅用于服务与补救，不得用于营销、定价或授信。",
        "僅用於服務與補救，不得用於行銷、定價或授信。",
    ),
    Text(
        "Effects of features are taken to add up, and customers to go on as in the windows learnt from.",
        "假定各特征的影响可相加，且客户行为与训练窗口期一致。",
        "假定各特徵的影響可相加，且客戶行為與訓練視窗期一致。",
    ),
)
_ANSWERED: Final = Text(
    "It is learnt from those who answer surveys, and is no share of all customers.",
    "仅据答复调查的客户训练，不代表全部客户的占比。",
    "僅據答覆調查的客戶訓練，不代表全部客戶的占比。",
)


def train_warning(
    bank: WarningBank, warning: str, since: dt.date, setting: TrainingSetting
) -> tuple[ModelRecord, ModelCard]:
    """Learn a warning, and measure it on the last window that has closed.

    Parameters
    ----------
    bank : WarningBank
    warning : str
        One of `zhike.learn.warning_rules.WARNINGS`.
    since : date
        First day of observation.
    setting : TrainingSetting
        ``at`` is the day as of which everything is known; the fit's own days are replaced.

    Raises
    ------
    UsageError
        When fewer than two windows have closed, or too few outcomes are there to learn from.
    """
    windows = bank.rules(setting.at)[1].windows[warning]
    closed = windows.closed(setting.at, since)
    if len(closed) < _FEWEST:
        raise UsageError(
            what=phrase("{count} closed windows from {since} to {at}", count=len(closed), since=since, at=setting.at),
            expected=phrase("two at least: one to learn from, one to judge by"),
        )  # fmt: skip
    judged = closed[-1]
    learnt = dataclasses.replace(
        setting,
        at=judged.first - dt.timedelta(1),
        configuration={**setting.configuration, "since": since.isoformat(), "windows": dataclasses.asdict(windows)},
    )  # fmt: skip
    verdict = learn_warning(bank, warning, learnt, since)
    if verdict.record is None:
        raise UsageError(what=_going_on(verdict.lacks), expected=phrase("more months, or more customers"))
    cases = bank.cases(warning, setting.at, [judged])
    return verdict.record, model_card(verdict.record, _given(bank, warning, verdict.record, cases, judged))


def _going_on(sentence: Text | None) -> Text | None:
    """Return a sentence without its full stop, as more follows."""
    if sentence is None:
        return None
    return Text(sentence.en.rstrip("."), sentence.zh_hans.rstrip("。"), sentence.zh_hant.rstrip("。"))


def check_warning(
    bank: WarningBank, record: ModelRecord, card: ModelCard, at: dt.date, rules: DriftRules
) -> list[Alarm]:
    """Compare a warning's customers and outcomes of today with its card; see `zhike.learn.drift`.

    Parameters
    ----------
    bank : WarningBank
    record : ModelRecord
    card : ModelCard
        The record's.
    at : date
        Outcomes known by its end count.
    rules : DriftRules

    Notes
    -----
    Outcomes are those of the windows that began after the card's had ended, each a batch.
    """
    model = EarlyWarning.from_state(record.state)
    now = bank.features(at)
    today = now.with_columns(probability=pl.Series(model.probability(now).value))
    windows = Windows(**record.provenance.setting.configuration["windows"])
    since = dt.date.fromisoformat(card.measured["last"]) - dt.timedelta(windows.gap_days)
    batches = (_batch(bank, model, record.name, window, at) for window in windows.closed(at, since))
    return drift(card, today, [batch for batch in batches if batch is not None], rules)


def judged_as_of(card: ModelCard) -> dt.date:
    """Return the day as of which the features of a card are known: today's customers are compared with those."""
    gap = int(card.provenance.setting.configuration.get("windows", {}).get("gap_days", 0))
    return dt.date.fromisoformat(card.measured["first"]) - dt.timedelta(gap + 1)


def least_group(bank: WarningBank, at: dt.date) -> int:
    """Return the number of cases below which a group is not told: ``fairness.least_group``."""
    return int(bank.rulebook.at(_LEAST, at).value)


def groups_of(bank: WarningBank, customers: Sequence[str], at: dt.date) -> dict[str, list[str | None]]:
    """Return the level of each customer by attribute, as known on a day; None where unknown.

    Parameters
    ----------
    bank : WarningBank
    customers : sequence of str
    at : date
    """
    known = archive(bank.tables, at, bank.timezone, bank.rules(at)[0])
    bands = DecisionTable.of(bank.rulebook.at(_AGE_BANDS, at))
    levels = attributes_of(known, bands).collect()
    asked = pl.DataFrame({"customer_id": list(customers)}, schema={"customer_id": pl.String})
    found = asked.join(levels, on="customer_id", how="left", maintain_order="left")
    unknown = pl.col(AGE_BAND).replace(_UNKNOWN, None)
    return found.with_columns(unknown).select(ATTRIBUTES).to_dict(as_series=False)


def _given(
    bank: WarningBank, warning: str, record: ModelRecord, cases: pl.DataFrame, judged: OutcomeWindow
) -> CardInput:
    features = features_of(cases)
    found = EarlyWarning.from_state(record.state).probability(features).value
    limits = (*_LIMITS, _ANSWERED) if warning == "dissatisfaction" else _LIMITS
    return CardInput(
        features, cases["outcome"].to_numpy(), found, groups_of(bank, cases["customer_id"].to_list(), judged.day),
        judged.first.isoformat(), judged.last.isoformat(), _PURPOSE[warning], limits,
        least_group(bank, judged.day),
    )  # fmt: skip


def _batch(
    bank: WarningBank, model: EarlyWarning, warning: str, window: OutcomeWindow, known: dt.date
) -> Batch | None:
    """Return the cases of a window, None where nobody can be judged."""
    cases = window_cases([window], bank.features, lambda one: bank.outcome(warning, one, known))
    if cases.is_empty():
        return None
    return Batch(cases["outcome"].to_numpy(), model.probability(features_of(cases)).value)
