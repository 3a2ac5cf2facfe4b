"""The policy's propensity: calibrated on one horizon, judged on the next, and nothing of the second in the first."""

import datetime as dt
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from small_bank import TIMEZONE
from small_bank import bank as made_bank

from zhike.core.errors import UsageError
from zhike.decide.propensity import Calibration
from zhike.learn.drift import DriftRules
from zhike.learn.product_pairs import pairs_of
from zhike.learn.propensity_training import check_propensity, train_propensity
from zhike.learn.training import TrainingSetting
from zhike.learn.warning_training import judged_as_of
from zhike.learn.warnings_of_day import WarningBank

AT, HORIZON = dt.date(2026, 6, 30), 60
POLICY = SimpleNamespace(
    recommender="popularity",
    ridge=1.0,
    horizon_days=HORIZON,
    path="policies.made_up",
    version="v",
    ranks_what_is_open=False,
)
SETTING = TrainingSetting(AT, AT, AT, 0, "0.1.0")
CUSTOMERS = 300


def holding(customer, product, since):
    return {"holding_id": f"{customer}{product}", "customer_id": customer, "product_id": product, "currency": "CNY", "status": "active",
            "valid_from": since}  # fmt: skip


def house(rulebook, first="2026-04-01", second="2026-06-01"):
    """Everybody holds P; a fifth takes Q in the first horizon, another fifth in the second; R is held by some and taken by nobody."""
    names = [f"C{n:03}" for n in range(CUSTOMERS)]
    rows = [holding(name, "P", "2025-01-01") for name in names]
    rows += [holding(name, "R", "2025-01-01") for name in names[:30]]
    rows += [holding(name, "Q", "2025-01-01") for name in names[-150:-100]]
    rows += [holding(name, "Q", first) for name in names[:60]]
    rows += [holding(name, "Q", second) for name in names[60:110]]
    customers = [
        {"customer_id": name, "customer_type": "person", "sex": "female" if n % 2 else "male"}
        for n, name in enumerate(names)
    ]
    return WarningBank(made_bank(customers=customers, holdings=rows), TIMEZONE, rulebook)


@pytest.fixture(scope="module")
def trained(rulebook):
    return train_propensity(house(rulebook), POLICY, SETTING)


def test_a_score_says_how_often_it_came_true(trained, rulebook):
    record, card = trained
    setting = record.provenance.setting
    assert (setting.first, setting.last, setting.at) == (
        dt.date(2026, 3, 3),
        dt.date(2026, 5, 1),
        dt.date(2026, 5, 1),
    )
    assert (card.measured["first"], card.measured["last"], judged_as_of(card)) == (
        "2026-05-02",
        "2026-06-30",
        setting.at,
    )
    # Of 250 who had no Q, 60 took it; of 270 who had no R, none did: popularity orders Q before R.
    scores = np.unique(pairs_of(house(rulebook), POLICY, dt.date(2026, 3, 2), AT).table["score"].to_numpy())
    said = Calibration.from_state(record.state).propensity(scores)
    assert said.tolist() == pytest.approx([0.0, 60 / 250], abs=0.01)
    assert card.metrics["auc"].value > 0.7
    assert (card.measured["events"], card.measured["cases"]) == (50, 190 + 270)
    assert {group["group"] for group in card.groups if group["attribute"] == "sex"} == {"female", "male"}


def test_what_was_taken_later_is_not_learnt(trained, rulebook):
    record, card = trained
    other, changed = train_propensity(house(rulebook, second="2027-01-01"), POLICY, SETTING)
    assert other.version == record.version
    assert changed.measured["events"] == 0 < card.measured["events"]


def test_pairs_are_those_that_were_not_held(rulebook):
    table = pairs_of(house(rulebook), POLICY, dt.date(2026, 3, 2), AT).table
    assert set(table["product_id"]) == {"Q", "R"}
    assert table.filter(pl.col("product_id") == "Q").height == 250
    assert table["taken"].sum() == 60


def test_drift_looks_at_the_horizons_since_the_card(trained, rulebook):
    bank, rules = house(rulebook), DriftRules.of(rulebook, AT)
    now = check_propensity(bank, POLICY, trained, AT, rules)
    assert {alarm.kind for alarm in now} == {"population"}
    assert not any(alarm.raised for alarm in now)
    later = check_propensity(bank, POLICY, trained, AT + dt.timedelta(2 * HORIZON), rules)
    (calibration,) = [alarm for alarm in later if alarm.kind == "calibration"]
    assert calibration.measures["observed"] == 0
    assert calibration.raised


def test_too_little_to_learn_from_is_refused(rulebook):
    with pytest.raises(UsageError, match="0 products taken"):
        train_propensity(house(rulebook, first="2026-06-01"), POLICY, SETTING)


def test_a_model_is_not_asked_about_another_horizon(trained, rulebook):
    other = SimpleNamespace(**{**vars(POLICY), "horizon_days": 30})
    with pytest.raises(UsageError, match="popularity over 60 days"):
        check_propensity(house(rulebook), other, trained, AT, DriftRules.of(rulebook, AT))
