"""Chances that a policy would learn on the day are trained, judged on offers that a twin did not see, kept, named by the policy and looked at again."""

import dataclasses
import datetime as dt

import decide_bank
import online_bank
import pytest
from decide_bank import AT

from zhike.core.errors import PolicyError, UsageError
from zhike.decide.kept_models import KeptModel
from zhike.decide.preparation import prepare
from zhike.learn.drift import DriftRules
from zhike.learn.offer_training import check_offers, train_offers
from zhike.learn.stored_model import KINDS
from zhike.learn.training import TrainingSetting
from zhike.learn.warnings_of_day import WarningBank

RULES = decide_bank.rulebook()
TABLES = decide_bank.tables(online_bank.rows())
BANK = WarningBank(TABLES, decide_bank.TIMEZONE, RULES)
WAIT = dt.timedelta(30)


def policy(model="batch", **given):
    return decide_bank.policy(
        chances={"model": model, "minimum": 100, "horizon_days": WAIT.days, "seed": 1, **given}
    )


def trained(model, at=AT):
    return train_offers(BANK, policy(model), TrainingSetting(at, at, at, 0, "0.1.0", {}))


@pytest.fixture(scope="module")
def batch():
    return trained("batch")


def handed(record, reference="offer_chances"):
    told = record.provenance.to_dict()
    model = record.model(KINDS)
    return {reference: KeptModel(record.name, record.kind, record.version, record.sha256, told, model)}


def ready(record, **given):
    named = policy(kept="offer_chances", **given)
    return prepare(TABLES, AT, decide_bank.TIMEZONE, RULES, named, models=handed(record))


@pytest.mark.parametrize(("model", "kind"), [("delayed_batch", "offer_chances/1"), ("adaptive_bayes", "counted_chances/1")])  # fmt: skip
def test_every_way_of_learning_is_kept_with_its_own_card(model, kind):
    record, card = trained(model)
    assert (record.kind, card.kind) == (kind, kind)
    assert 0 < card.measured["events"] < card.measured["cases"]
    assert card.provenance.setting.configuration["model"] == model


def test_the_card_is_of_offers_that_the_twin_did_not_see_and_that_have_closed(batch):
    record, card = batch
    made = {day for day in online_bank.MADE if AT - 2 * WAIT < day <= AT - WAIT}
    assert card.measured["first"] == str(min(made))
    # 240 customers on each day, a fifth of the sends blocked.
    assert 0.7 * 240 * len(made) < card.measured["cases"] < 0.9 * 240 * len(made)
    assert record.provenance.setting.at == AT
    assert card.metrics["auc"].value > 0.7  # the old say yes six times as often


def test_a_policy_that_names_it_decides_as_one_that_learns_it_on_the_day(batch):
    from zhike.adapters.model_evidence import chances_record, chances_told

    learnt = prepare(TABLES, AT, decide_bank.TIMEZONE, RULES, policy())
    kept = ready(batch[0])
    own, same = (one.chances.applied(one.actions, one.inputs) for one in (learnt, kept))
    assert own.tobytes() == same.tobytes()
    told = chances_told(kept)
    assert (told["name"], told["version"], told["kept"]) == (
        "offer_chances",
        batch[0].version,
        "offer_chances",
    )
    assert chances_record(kept) is None
    assert told["state_sha256"] == chances_told(learnt)["state_sha256"]


def test_chances_learnt_in_another_way_or_over_other_days_are_refused(batch):
    for changed in ({"model": "delayed_batch"}, {"horizon_days": 45}):
        with pytest.raises(PolicyError, match="with which offer_chances was learnt"):
            ready(batch[0], **changed)
    with pytest.raises(PolicyError, match="offer_chances"):
        ready(batch[0], model="adaptive_bayes")


def test_offers_made_since_are_compared_with_what_it_says(batch):
    record, card = batch
    origin = dataclasses.replace(
        record.provenance, setting=dataclasses.replace(record.provenance.setting, at=AT - 2 * WAIT)
    )
    earlier = dataclasses.replace(record, provenance=origin)
    alarms = check_offers(BANK, policy(), (earlier, card), AT, DriftRules.of(RULES, AT))
    assert {one.kind for one in alarms} == {"population", "calibration", "performance"}
    counted = next(one for one in alarms if one.kind == "calibration")
    assert counted.measures["observed"] == card.measured["events"]
    with pytest.raises(UsageError, match="that closed by"):
        check_offers(BANK, policy(), batch, AT, DriftRules.of(RULES, AT))


def test_too_few_offers_or_yeses_are_refused():
    with pytest.raises(UsageError, match="fewer than 100 offers of a kind"):
        trained("batch", min(online_bank.MADE) + WAIT)
    silent = dataclasses.replace(BANK, tables={**TABLES, "responses": TABLES["responses"].filter(False)})
    with pytest.raises(UsageError, match="0 offers accepted"):
        train_offers(silent, policy("adaptive_bayes"), TrainingSetting(AT, AT, AT, 0, "0.1.0", {}))
