"""Train and check a model on a bank folder."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike import __version__
from zhike.adapters.policy_files import load_policy
from zhike.core.contracts import contract
from zhike.core.errors import UsageError
from zhike.core.phrases import either, phrase
from zhike.learn.drift import DriftRules
from zhike.learn.online_training import CHANCES, begin_chances, check_chances, learn_on
from zhike.learn.propensity_training import PROPENSITY, check_propensity, train_propensity
from zhike.learn.ranking_training import RANKING, check_ranking, train_ranking
from zhike.learn.training import TrainingSetting
from zhike.learn.warning_rules import WARNINGS
from zhike.learn.warning_training import check_warning, train_warning
from zhike.learn.warnings_of_day import WarningBank

if TYPE_CHECKING:
    from zhike.adapters.bank import Bank
    from zhike.core.rulebook import Rulebook
    from zhike.decide.policy import Policy
    from zhike.learn.drift import Alarm
    from zhike.learn.model_card import ModelCard
    from zhike.learn.training import ModelRecord

__all__ = ["TRAINABLE", "check_model", "default_since", "learn_model", "train_model"]

TRAINABLE: Final = (*WARNINGS, PROPENSITY, RANKING, CHANCES)
"""Models that are trained from a bank folder, by name."""
_OF_POLICY: Final = {PROPENSITY: train_propensity, RANKING: train_ranking, CHANCES: begin_chances}
"""How what a policy asks for is trained."""
_YEAR: Final = dt.timedelta(365)
_DATED: Final = ("transactions", "holdings", "customers")


def train_model(
    bank: Bank, rulebook: Rulebook, name: str, at: dt.date, since: dt.date | None
) -> tuple[ModelRecord, ModelCard]:
    """Train a model on a bank as known at the end of a day; return it with its card.

    Parameters
    ----------
    bank : Bank
    rulebook : Rulebook
    name : str
        One of `TRAINABLE`.
    at : date
    since : date or None
        First day of observation of a warning; a year after the bank's history begins, unless given.

    Raises
    ------
    UsageError
        When there is no such model, or too little to learn it from.
    """
    _check_name(name)
    configuration = {"bank": bank.manifest.name, "bank_sha256": bank.sha256}
    setting = TrainingSetting(at, at, at, 0, __version__, configuration)
    if name not in WARNINGS:
        if since is not None:
            raise UsageError(what=f"--since {since}", expected=phrase("a warning to train"))
        return _OF_POLICY[name](_warning_bank(bank, rulebook), _policy(bank, rulebook, at), setting)
    first = default_since(bank) if since is None else since
    return train_warning(_warning_bank(bank, rulebook), name, first, setting)


def learn_model(
    bank: Bank, rulebook: Rulebook, model: ModelRecord, until: dt.date
) -> tuple[ModelRecord, ModelCard] | None:
    """Fold what closed since a version into a new one, up to the end of a day; None where it has learnt so far already.

    Raises
    ------
    UsageError
        When the model does not learn on.
    """
    if model.name != CHANCES:
        raise UsageError(
            what=phrase("a model called {name!r}", name=model.name),
            expected=phrase("{name}, which learns on", name=CHANCES),
        )
    configuration = {"bank": bank.manifest.name, "bank_sha256": bank.sha256}
    setting = TrainingSetting(until, until, until, 0, __version__, configuration)
    return learn_on(_warning_bank(bank, rulebook), model, setting)


def check_model(
    bank: Bank, rulebook: Rulebook, model: ModelRecord, card: ModelCard, at: dt.date
) -> list[Alarm]:
    """Look at what a model sees of a bank today, and at what came of it; see `zhike.learn.drift`.

    Raises
    ------
    UsageError
        When the model is none of `TRAINABLE`.
    """
    _check_name(model.name)
    tables, rules = _warning_bank(bank, rulebook), DriftRules.of(rulebook, at)
    if model.name == CHANCES:
        return check_chances(tables, (model, card), at, rules)
    if model.name not in WARNINGS:
        of_policy = check_propensity if model.name == PROPENSITY else check_ranking
        return of_policy(tables, _policy(bank, rulebook, at), (model, card), at, rules)
    return check_warning(tables, model, card, at, rules)


def default_since(bank: Bank) -> dt.date:
    """Return the day a year after a bank's history begins: features look back as far.

    Raises
    ------
    UsageError
        When the bank has no rows.
    """
    for name in _DATED:
        first = bank.scan(name).select(pl.col(contract(name).day).min()).collect().item()
        if isinstance(first, dt.date):
            return first + _YEAR
    raise UsageError(what=phrase("a bank without rows"), expected=phrase("a bank with a history"))


def _warning_bank(bank: Bank, rulebook: Rulebook) -> WarningBank:
    return WarningBank(bank.tables(), bank.manifest.timezone, rulebook)


def _policy(bank: Bank, rulebook: Rulebook, at: dt.date) -> Policy:
    return load_policy(rulebook, None, at, bank.manifest.policy)


def _check_name(name: str) -> None:
    if name not in TRAINABLE:
        raise UsageError(what=phrase("a model called {name!r}", name=name), expected=either(TRAINABLE))
