"""From a bank's tables to warnings: learn each from closed windows, see whether it orders customers, and only then give it.

A warning that orders no better than by chance would send staff to the wrong customers with a number that looks like knowledge. So
the verdict comes first (`zhike.learn.order_proof`), and where there is none, why is said instead.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.language import Text
from zhike.know.given_warnings import WARNING_SCHEMA
from zhike.know.rules import archive_rules
from zhike.know.view import view
from zhike.learn.attrition import attrition
from zhike.learn.dissatisfaction import dissatisfaction
from zhike.learn.early_warning import EarlyWarning, warning_table
from zhike.learn.order_proof import OrderProof, order_proof
from zhike.learn.training import TrainingSetting, train
from zhike.learn.warning_features import features_for, warning_features
from zhike.learn.warning_rules import WARNINGS, WarningRules
from zhike.learn.windows import window_cases
from zhike.learn.withdrawal import withdrawal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.rulebook import Rulebook
    from zhike.know.rules import ArchiveRules
    from zhike.learn.training import ModelRecord
    from zhike.learn.windows import OutcomeWindow

__all__ = ["WARNINGS", "WarningBank", "WarningVerdict", "learn_warning", "warn", "warnings_of_day"]

CASES: Final = "cases"
_NO_WINDOW: Final = Text(
    "No outcome window has closed after {days} days of history.",
    "在 {days} 天的历史之后，尚无已结束的结果观察窗。",
    "在 {days} 天的歷史之後，尚無已結束的結果觀察期。",
)
_FEW: Final = Text(
    "{events:,} outcomes in {cases:,} cases; {least} or more of either kind are needed.",
    "{cases:,} 例中有 {events:,} 例发生；两类各需不少于 {least} 例。",
    "{cases:,} 例中有 {events:,} 例發生；兩類各需不少於 {least} 例。",
)
_UNSEEN: Final = Text(
    "No window could be predicted from windows before it.",
    "没有可由此前窗口预测的窗口。",
    "沒有可由先前觀察期預測的觀察期。",
)
_UNPROVEN: Final = Text(
    "Forward in time {events:,} outcomes were predicted in {cases:,} cases; {least} or more of either kind are needed to prove an order.",
    "按时间向前预测的 {cases:,} 例中有 {events:,} 例发生；证明排序能力，两类各需不少于 {least} 例。",
    "按時間向前預測的 {cases:,} 例中有 {events:,} 例發生；證明排序能力，兩類各需不少於 {least} 例。",
)
_NO_ORDER: Final = Text(
    "It was not shown to order customers: AUC {auc:.3f} ({low:.3f} to {high:.3f}) over {windows} windows; all of the interval must lie above {least}.",
    "未能证明其可对客户排序：{windows} 个窗口的 AUC 为 {auc:.3f}（{low:.3f}–{high:.3f}）；整个区间须高于 {least}。",
    "未能證明其可對客戶排序：{windows} 個觀察期的 AUC 為 {auc:.3f}（{low:.3f}–{high:.3f}）；整個區間須高於 {least}。",
)


@dataclass(frozen=True, slots=True)
class WarningBank:
    """A bank's tables with the rules that say what counts.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        Contract tables by name.
    timezone : str
        The bank's IANA zone.
    rulebook : Rulebook
    """

    tables: Mapping[str, pl.LazyFrame]
    timezone: str
    rulebook: Rulebook
    _seen: dict[dt.date, pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def rules(self, at: dt.date) -> tuple[ArchiveRules, WarningRules]:
        """Return the rules in force on a day."""
        return archive_rules(self.rulebook, at), WarningRules.of(self.rulebook, at)

    def features(self, at: dt.date) -> pl.DataFrame:
        """Return what warnings go by on a day; computed once, as several warnings look at the same days."""
        if at not in self._seen:
            self._seen[at] = warning_features(self.tables, at, self.timezone, self.rules(at))
        return self._seen[at]

    def outcome(self, warning: str, window: OutcomeWindow, known: dt.date) -> pl.DataFrame:
        """Return whom a warning should have been given for in a window, as far as known by the end of a day."""
        archived, rules = self.rules(known)
        if warning == "withdrawal":
            return withdrawal(self.tables, window, self.timezone, archived, rules.withdrawn_share)
        if warning == "dissatisfaction":
            return dissatisfaction(self.tables, window, self.timezone, known, rules)
        return attrition(self.tables, window, self.timezone, known)

    def begins(self, at: dt.date) -> dt.date | None:
        """Return the first day of observation: the first booking that is known on a day, and the history before it; None without one."""
        bookings = view(self.tables, at, self.timezone).history("transactions")
        first: dt.date | None = bookings.select(pl.col("booked_on").min()).collect().item()
        return None if first is None else first + dt.timedelta(self.rules(at)[1].history_days)

    def windows(self, warning: str, at: dt.date, since: dt.date | None = None) -> list[OutcomeWindow]:
        """Return the newest windows of a warning that have closed by a day, oldest first; see `begins` for the first of them."""
        rules, first = self.rules(at)[1], since or self.begins(at)
        return [] if first is None else rules.windows[warning].closed(at, first)[-rules.most_windows :]

    def cases(self, warning: str, at: dt.date, windows: list[OutcomeWindow]) -> pl.DataFrame:
        """Return the cases of windows.

        Parameters
        ----------
        warning : str
            One of `WARNINGS`.
        at : date
            Nothing known later counts, neither as feature nor as outcome.
        windows : list of OutcomeWindow
            See `windows`; one at least.
        """
        names = features_for(warning)
        return window_cases(
            windows,
            lambda day: self.features(day).select("customer_id", *names),
            lambda window: self.outcome(warning, window, at),
        )


@dataclass(frozen=True, slots=True)
class WarningVerdict:
    """Whether a warning is given, and if not, why.

    Parameters
    ----------
    warning : str
    cases, events : int
        Of the closed windows.
    proof : OrderProof or None
        None where nothing was learnt.
    record : ModelRecord or None
        The model with its provenance; None where nothing was learnt.
    lacks : Text or None
        Why no warning is given; None where it is.
    forward : DataFrame or None
        What the proof rests on, see `EarlyWarning.fit`.
    """

    warning: str
    cases: int
    events: int
    proof: OrderProof | None = None
    record: ModelRecord | None = None
    lacks: Text | None = None
    forward: pl.DataFrame | None = field(default=None, repr=False)

    @property
    def given(self) -> ModelRecord | None:
        """The model that gives the warning; None where it is not given."""
        return self.record if self.lacks is None else None


def learn_warning(
    bank: WarningBank, warning: str, setting: TrainingSetting, since: dt.date | None = None
) -> WarningVerdict:
    """Learn a warning from the windows that have closed, and judge whether it may be given.

    Parameters
    ----------
    bank : WarningBank
    warning : str
        One of `WARNINGS`.
    setting : TrainingSetting
        Its label window is replaced by that of the cases.
    since : date, optional
        First day of observation; see `WarningBank.begins` unless given.
    """
    rules = bank.rules(setting.at)[1]
    windows = bank.windows(warning, setting.at, since)
    if not windows:
        return WarningVerdict(warning, 0, 0, lacks=_NO_WINDOW.filled(days=rules.history_days))
    cases = bank.cases(warning, setting.at, windows)
    counts = cases.height, int(cases["outcome"].sum())
    if min(counts[1], counts[0] - counts[1]) < rules.least_events:
        few = _FEW.filled(events=counts[1], cases=counts[0], least=rules.least_events)
        return WarningVerdict(warning, *counts, lacks=few)
    dated = dataclasses.replace(setting, first=windows[0].first, last=windows[-1].last)
    model = EarlyWarning()
    record = train(warning, lambda tables, _: model.fit(tables[CASES]), {CASES: cases}, dated)
    proof = order_proof(model.forward_)
    return WarningVerdict(warning, *counts, proof, record, _lacks(proof, rules), model.forward_)


def warn(bank: WarningBank, record: ModelRecord, at: dt.date) -> pl.DataFrame:
    """Return the warnings of a day, see `zhike.know.given_warnings.WARNING_SCHEMA`.

    Parameters
    ----------
    bank : WarningBank
    record : ModelRecord
        Of `learn_warning`, fitted as of the same day or before.
    at : date
    """
    model, rules = EarlyWarning.from_state(record.state), bank.rules(at)[1]
    window = rules.windows[record.name].of(at)
    return warning_table(record, model, bank.features(at), window, (rules.reasons, rules.lift))


def warnings_of_day(bank: WarningBank, setting: TrainingSetting) -> tuple[list[WarningVerdict], pl.DataFrame]:
    """Learn every warning as of a day, and give those that order customers.

    Parameters
    ----------
    bank : WarningBank
    setting : TrainingSetting
        Its label window is replaced by that of the cases.

    Returns
    -------
    tuple of list of WarningVerdict and DataFrame
        In the order of `WARNINGS`; the table has the columns of `WARNING_SCHEMA`.
    """
    verdicts = [learn_warning(bank, warning, setting) for warning in WARNINGS]
    tables = [warn(bank, one.given, setting.at) for one in verdicts if one.given is not None]
    return verdicts, pl.concat([pl.DataFrame(schema=WARNING_SCHEMA), *tables])


def _lacks(proof: OrderProof, rules: WarningRules) -> Text | None:
    """Return why a warning is not given; None where it is."""
    auc, low, high = proof.auc
    if auc is None:
        return _UNSEEN
    if min(proof.events, proof.cases - proof.events) < rules.least_proof:
        return _UNPROVEN.filled(events=proof.events, cases=proof.cases, least=rules.least_proof)
    if proof.holds(rules.least_auc):
        return None
    return _NO_ORDER.filled(auc=auc, low=low, high=high, windows=proof.windows, least=rules.least_auc)
