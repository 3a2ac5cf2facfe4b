"""From a bank's tables to a warning: learn it from closed windows, then say it of every customer."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhike.know.rules import archive_rules
from zhike.learn.attrition import attrition
from zhike.learn.dissatisfaction import dissatisfaction
from zhike.learn.early_warning import EarlyWarning, refuse_few, warning_table
from zhike.learn.training import TrainingSetting, train
from zhike.learn.warning_features import warning_features
from zhike.learn.warning_rules import WARNINGS, WarningRules
from zhike.learn.windows import window_cases
from zhike.learn.withdrawal import withdrawal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import polars as pl

    from zhike.core.rulebook import Rulebook
    from zhike.know.rules import ArchiveRules
    from zhike.learn.training import ModelRecord
    from zhike.learn.windows import OutcomeWindow

__all__ = ["WARNINGS", "WarningBank", "learn_warning", "warn"]

CASES: Final = "cases"


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

    def rules(self, at: dt.date) -> tuple[ArchiveRules, WarningRules]:
        """Return the rules in force on a day."""
        return archive_rules(self.rulebook, at), WarningRules.of(self.rulebook, at)

    def features(self, at: dt.date) -> pl.DataFrame:
        """Return what warnings go by on a day."""
        return warning_features(self.tables, at, self.timezone, self.rules(at))

    def outcome(self, warning: str, window: OutcomeWindow, known: dt.date) -> pl.DataFrame:
        """Return whom a warning should have been given for in a window, as far as known by the end of a day."""
        archived, rules = self.rules(known)
        if warning == "withdrawal":
            return withdrawal(self.tables, window, self.timezone, archived, rules.withdrawn_share)
        if warning == "dissatisfaction":
            return dissatisfaction(self.tables, window, self.timezone, known, rules)
        return attrition(self.tables, window, self.timezone, known)

    def cases(self, warning: str, at: dt.date, since: dt.date) -> pl.DataFrame:
        """Return the cases of every window that has closed by a day.

        Parameters
        ----------
        warning : str
            One of `WARNINGS`.
        at : date
            Nothing known later counts, neither as feature nor as outcome.
        since : date
            First day of observation.
        """
        windows = self.rules(at)[1].windows[warning].closed(at, since)
        return window_cases(windows, self.features, lambda window: self.outcome(warning, window, at))


def learn_warning(bank: WarningBank, warning: str, since: dt.date, setting: TrainingSetting) -> ModelRecord:
    """Learn a warning from all windows that have closed, and return it with its provenance.

    Parameters
    ----------
    bank : WarningBank
    warning : str
        One of `WARNINGS`.
    since : date
        First day of observation: the bank's history should reach a year further back.
    setting : TrainingSetting
        Its label window is replaced by that of the cases.

    Raises
    ------
    UsageError
        When no window has closed, or too few outcomes are there.
    """
    rules = bank.rules(setting.at)[1]
    cases = bank.cases(warning, setting.at, since)
    refuse_few(cases, rules.least_events)
    windows = rules.windows[warning].closed(setting.at, since)
    dated = dataclasses.replace(setting, first=windows[0].first, last=windows[-1].last)
    return train(warning, lambda tables, _: EarlyWarning().fit(tables[CASES]), {CASES: cases}, dated)


def warn(bank: WarningBank, record: ModelRecord, at: dt.date) -> pl.DataFrame:
    """Return the warnings of a day, see `zhike.learn.early_warning.WARNING_SCHEMA`.

    Parameters
    ----------
    bank : WarningBank
    record : ModelRecord
        Of `learn_warning`, fitted as of the same day or before.
    at : date
    """
    model = EarlyWarning.from_state(record.state)
    return warning_table(record, model, bank.features(at), at, bank.rules(at)[1].reasons)
