"""A served bank whose decisions rest on chances that its registry keeps: everybody got offers, the old say yes six times as often."""

import dataclasses
import datetime as dt
import functools

import answered_bank
import decide_bank
from served_bank import BEGAN

from zhike.act.publications import Owner, publish
from zhike.adapters.bank_place import BankPlace
from zhike.adapters.model_registry import ModelRegistry
from zhike.decide.dossier import dossiers
from zhike.decide.kept_models import KeptModel
from zhike.decide.preparation import archive_of, prepare
from zhike.decide.serving_setting import ServingSetting
from zhike.decide.strategy import plan_of
from zhike.know.portraits import portraits
from zhike.know.view import view
from zhike.learn.offer_training import OFFER_CHANCES, train_offers
from zhike.learn.stored_model import KINDS
from zhike.learn.training import TrainingSetting
from zhike.learn.warnings_of_day import WarningBank

OLD, YOUNG = "A000", "A001"
RULES, ZONE = decide_bank.rulebook(), decide_bank.TIMEZONE
WINDOW = {"model": "batch", "minimum": 100, "horizon_days": 30}


def policy(**chances):
    return decide_bank.policy(chances={**WINDOW, **chances})


@functools.cache
def kept(by=""):
    """Return the tables of the bank and its model with the card."""
    tables, at = decide_bank.tables(answered_bank.rows()), decide_bank.AT - dt.timedelta(1)
    setting = TrainingSetting(at, at, at, 0, "0.1.0", {})
    return tables, train_offers(WarningBank(tables, ZONE, RULES), policy(by=by), setting)


@functools.cache
def prepared(by=""):
    """Return a run of a policy that names the model."""
    tables, (record, _) = kept(by)
    told, model = record.provenance.to_dict(), record.model(KINDS)
    handed = {OFFER_CHANCES: KeptModel(record.name, record.kind, record.version, record.sha256, told, model)}
    return prepare(tables, decide_bank.AT, ZONE, RULES, policy(by=by, kept=OFFER_CHANCES), models=handed)


def published_in(bank):
    """Publish the run into a served bank, whose folder keeps the model; return the registry."""
    tables, (record, card) = kept()
    ready = dataclasses.replace(prepared())
    setting = ServingSetting.of(ready, plan_of(ready), RULES, {"zhike": "tests"})
    archive = archive_of(tables, ready.at, ZONE, RULES, ready.policy)
    known = portraits(view(tables, ready.at, ZONE), archive)
    owners = dict.fromkeys((OLD, YOUNG), Owner("north", "rm", "mass"))
    publish(bank.acting, setting, dossiers(ready), owners, manifest="0" * 64, actor="tests", portraits=known)
    registry = ModelRegistry(bank.folder / "models")
    registry.keep(record, card, "analyst", BEGAN)
    bank.service.bank = BankPlace(bank.folder / "models")
    return registry
