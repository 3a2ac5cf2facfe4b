"""Train and check a model on a bank folder, and on what a store has offered where a model learns from answers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike import __version__
from zhike.adapters.policy_files import load_policy
from zhike.adapters.store_answers import bank_with_answers
from zhike.core.contracts import contract
from zhike.core.errors import UsageError
from zhike.core.phrases import either, phrase
from zhike.decide.online_chances import OnlineChances
from zhike.learn.complaint_triage_training import COMPLAINT_TRIAGE
from zhike.learn.contact_training import CONTACTS, check_contacts, train_contacts
from zhike.learn.drift import DriftRules
from zhike.learn.offer_training import OFFER_CHANCES, check_offers, train_offers
from zhike.learn.online_training import CHANCES, begin_chances, check_chances, learn_on
from zhike.learn.propensity_training import PROPENSITY, check_propensity, train_propensity
from zhike.learn.ranking_training import RANKING, check_ranking, train_ranking
from zhike.learn.training import TrainingSetting
from zhike.learn.warning_rules import WARNINGS
from zhike.learn.warning_training import check_warning, train_warning
from zhike.learn.warnings_of_day import WarningBank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.act.acting import Acting
    from zhike.adapters.bank import Bank
    from zhike.core.rulebook import Rulebook
    from zhike.decide.policy import Policy
    from zhike.learn.drift import Alarm
    from zhike.learn.model_card import ModelCard
    from zhike.learn.training import ModelRecord

__all__ = [
    "LEARNS_ANSWERS",
    "STORE_OFFERS",
    "TRAINABLE",
    "check_model",
    "default_since",
    "learn_model",
    "train_model",
]

TRAINABLE: Final = (*WARNINGS, PROPENSITY, RANKING, CHANCES, OFFER_CHANCES, CONTACTS)
"""Models that are trained from a bank folder, by name."""
LEARNS_ANSWERS: Final = (CHANCES, OFFER_CHANCES, CONTACTS)
"""Those that learn from offers and the answers to them, of the folder and of a store."""
STORE_OFFERS: Final = "store_offers"
"""Key of a configuration: offers read of a store, where there were any."""
_OF_POLICY: Final = {
    PROPENSITY: train_propensity, RANKING: train_ranking, CHANCES: begin_chances, OFFER_CHANCES: train_offers, CONTACTS: train_contacts,
}  # fmt: skip
"""How what a policy asks for is trained."""
_CHECKED: Final = {
    PROPENSITY: check_propensity, RANKING: check_ranking, OFFER_CHANCES: check_offers, CONTACTS: check_contacts,
}  # fmt: skip
"""And how it is looked at again."""
_YEAR: Final = dt.timedelta(365)
_DATED: Final = ("transactions", "holdings", "customers")


def train_model(
    bank: Bank,
    rulebook: Rulebook,
    name: str,
    at: dt.date,
    since: dt.date | None,
    acting: Acting | None = None,
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
    acting : Acting or None
        On a store whose offers count beside the folder's, for `LEARNS_ANSWERS`.

    Raises
    ------
    UsageError
        When there is no such model, or too little to learn it from.
    """
    _check_name(name, (*TRAINABLE, COMPLAINT_TRIAGE))
    tables, configuration = _learnt_from(bank, rulebook, acting if name in LEARNS_ANSWERS else None)
    setting = TrainingSetting(at, at, at, 0, __version__, configuration)
    if name not in WARNINGS:
        if since is not None:
            raise UsageError(what=f"--since {since}", expected=phrase("a warning to train"))
        return _OF_POLICY[name](tables, _policy(bank, rulebook, at), setting)
    first = default_since(bank) if since is None else since
    return train_warning(tables, name, first, setting)


def learn_model(
    bank: Bank, rulebook: Rulebook, model: ModelRecord, until: dt.date, acting: Acting | None = None
) -> tuple[ModelRecord, ModelCard] | None:
    """Fold what closed since a version into a new one, up to the end of a day; None where it has learnt so far already.

    Parameters
    ----------
    bank : Bank
    rulebook : Rulebook
    model : ModelRecord
    until : date
    acting : Acting or None
        See `train_model`.

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
    tables, configuration = _learnt_from(bank, rulebook, acting, _still_open(model))
    setting = TrainingSetting(until, until, until, 0, __version__, configuration)
    return learn_on(tables, model, setting)


def check_model(
    bank: Bank,
    rulebook: Rulebook,
    kept: tuple[ModelRecord, ModelCard],
    at: dt.date,
    acting: Acting | None = None,
) -> list[Alarm]:
    """Look at what a model sees of a bank today, and at what came of it; see `zhike.learn.drift`.

    Parameters
    ----------
    bank : Bank
    rulebook : Rulebook
    kept : tuple of ModelRecord and ModelCard
    at : date
    acting : Acting or None
        See `train_model`.

    Raises
    ------
    UsageError
        When the model is none of `TRAINABLE`.
    """
    model, card = kept
    _check_name(model.name)
    rules = DriftRules.of(rulebook, at)
    if model.name == CHANCES:
        return check_chances(_learnt_from(bank, rulebook, acting, _still_open(model))[0], kept, at, rules)
    tables = _learnt_from(bank, rulebook, acting if model.name in LEARNS_ANSWERS else None)[0]
    if model.name not in WARNINGS:
        return _CHECKED[model.name](tables, _policy(bank, rulebook, at), kept, at, rules)
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


def _learnt_from(
    bank: Bank, rulebook: Rulebook, acting: Acting | None, since: dt.date | None = None
) -> tuple[WarningBank, dict[str, object]]:
    """Return what is learnt from, and what a provenance says of it."""
    tables, offers = (bank.tables(), 0) if acting is None else bank_with_answers(bank, acting, since)
    told = {
        "bank": bank.manifest.name,
        "bank_sha256": bank.sha256,
        **({STORE_OFFERS: offers} if offers else {}),
    }
    return WarningBank(tables, bank.manifest.timezone, rulebook), told


def _still_open(model: ModelRecord) -> dt.date:
    """Return the day from which on offers were open when a model had learnt last."""
    chances = OnlineChances.from_state(model.state)
    return chances.until - dt.timedelta(chances.horizon_days)


def _policy(bank: Bank, rulebook: Rulebook, at: dt.date) -> Policy:
    return load_policy(rulebook, None, at, bank.manifest.policy)


def _check_name(name: str, named: Sequence[str] = TRAINABLE) -> None:
    """Refuse a name that no model of a bank folder has, with the names that are wanted."""
    if name not in TRAINABLE:
        raise UsageError(what=phrase("a model called {name!r}", name=name), expected=either(named))
