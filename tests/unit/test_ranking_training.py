"""The ranking from closed windows as a model: what it learns is closed, what it says is over what is open, and it is asked on later days."""

import datetime as dt

import decide_bank
import numpy as np
import polars as pl
import pytest
import ranked_bank

from zhike.adapters.model_registry import ModelRegistry
from zhike.core.errors import UsageError
from zhike.decide.ranking.ranked_propensity import RankedPropensity
from zhike.decide.scoring import held_products
from zhike.know.view import view
from zhike.learn.drift import DriftRules
from zhike.learn.product_pairs import pairs_of
from zhike.learn.propensity_training import check_propensity, train_propensity
from zhike.learn.ranking_training import check_ranking, train_ranking
from zhike.learn.stored_model import KINDS
from zhike.learn.training import TrainingSetting
from zhike.learn.warnings_of_day import WarningBank

AT, RULES = decide_bank.AT, decide_bank.rulebook()
HORIZON = dt.timedelta(90)
POLICY = decide_bank.policy(recommender=ranked_bank.RECOMMENDER)
CLOSED_FORM = decide_bank.policy()
SETTING = TrainingSetting(AT, AT, AT, 0, "0.1.0")
ROWS = ranked_bank.rows(customers=240, assessed="2025-01-06")
"""Levels are known from the beginning: what nobody knew then would not have been open."""


def house(content=None):
    return WarningBank(decide_bank.tables(ROWS if content is None else content), decide_bank.TIMEZONE, RULES)


def until(content, day):
    """Return the rows of a bank in which nobody took anything after a day."""
    return {**content, "holdings": [one for one in content["holdings"] if one["valid_from"] <= str(day)]}


@pytest.fixture(scope="module")
def trained():
    return train_ranking(house(), POLICY, SETTING)


def test_it_is_learnt_by_the_day_before_the_horizon_that_judges_it(trained):
    record, card = trained
    setting = record.provenance.setting
    assert setting.last == setting.at == AT - HORIZON
    assert (card.measured["first"], card.measured["last"]) == (str(AT - HORIZON + dt.timedelta(1)), str(AT))
    assert (record.name, record.kind, setting.seed) == ("ranking", "ranked_propensity/1", POLICY.seed)
    assert set(record.provenance.tables) == {"purchases", "products", "pairs"}
    # Customers take the next product along the chain: a ranking that learned nothing would order by chance.
    assert card.metrics["auc"].low > 0.6


def test_what_was_taken_since_changes_the_card_and_not_the_model(trained):
    record, card = trained
    other, changed = train_ranking(house(until(ROWS, AT - HORIZON)), POLICY, SETTING)
    assert other.version == record.version
    assert changed.measured["events"] == 0 < card.measured["events"]


def test_what_is_kept_says_what_was_learnt(trained, tmp_path):
    record, card = trained
    registry = ModelRegistry(tmp_path)
    registry.keep(record, card, "anna", dt.datetime(2026, 7, 1, tzinfo=dt.UTC))
    model, again = RankedPropensity.from_state(record.state), registry.load("ranking", "latest").model(KINDS)
    purchases = pl.DataFrame(
        {"customer_id": ["R00"], "product_id": ["C0"], "taken_on": [dt.date(2026, 1, 5)], "running": [True]}
    )
    every = np.ones((2, len(model.products)), dtype=bool)
    scores = model.scores(model.book(purchases), ["R00", "R01"], every)
    np.testing.assert_array_equal(scores, again.scores(again.book(purchases), ["R00", "R01"], every))
    place = model.products.index("C0")
    assert np.isnan(scores[0, place])
    assert np.isfinite(scores[1, place])
    said = again.propensity(scores[1])
    assert (np.diff(said[np.argsort(scores[1])]) >= 0).all()
    assert np.ptp(said) > 0


def test_what_was_taken_after_the_day_of_learning_is_held_and_not_offered(trained):
    model = trained[0].model(KINDS)
    late = pl.DataFrame({"customer_id": ["R00"], "product_id": ["P0"], "taken_on": [AT], "running": [True]})
    scores = model.scores(model.book(late), ["R00"], np.ones((1, len(model.products)), dtype=bool))
    assert np.isnan(scores[0, model.products.index("P0")])


@pytest.mark.parametrize("policy", [POLICY, CLOSED_FORM], ids=["ranked", "closed form"])
def test_pairs_are_what_is_not_held_and_of_a_ranking_what_is_open(policy):
    bank, day = house(), AT - HORIZON
    pairs = pairs_of(bank, policy, day, AT)
    held = held_products(view(bank.tables, day, bank.timezone)).rows()
    having = {(name, product) for name, products in held for product in products}
    told = set(pairs.table.select("customer_id", "product_id").rows())
    assert not told & having
    assert len(told) == pairs.table.height > 100
    # S5 is of level 5 and most customers are below it: a ranking over what is open has no such pair of theirs.
    levels = {one["customer_id"]: one["level"] for one in ROWS["assessments"]}
    risky = {name for name, product in told if product == "S5" and levels.get(name, 0) < 5}
    assert bool(risky) != policy.ranks_what_is_open


def test_the_propensity_of_a_policy_that_ranks_what_is_open():
    bank = house()
    record, card = train_propensity(bank, POLICY, SETTING)
    assert record.provenance.setting.configuration["recommender"] == "window_blend"
    assert card.measured["events"] == pairs_of(bank, POLICY, AT - HORIZON, AT).table["taken"].sum() > 0
    assert card.metrics["auc"].low > 0.5
    assert "holdings alone" not in " ".join(limit.en for limit in card.limits)
    now = check_propensity(bank, POLICY, (record, card), AT, DriftRules.of(RULES, AT))
    assert {alarm.kind for alarm in now} == {"population"}
    assert not any(alarm.raised for alarm in now)


def test_drift_looks_at_the_horizons_since_the_card(trained):
    bank, rules = house(), DriftRules.of(RULES, AT)
    now = check_ranking(bank, POLICY, trained, AT, rules)
    assert {alarm.kind for alarm in now} == {"population"}
    assert not any(alarm.raised for alarm in now)
    # Nobody takes anything any more, and the model goes on to expect it.
    later = check_ranking(bank, POLICY, trained, AT + 2 * HORIZON, rules)
    (calibration,) = [alarm for alarm in later if alarm.kind == "calibration"]
    assert calibration.raised


def test_it_is_checked_whatever_the_policy_recommends_by_today(trained):
    found = check_ranking(house(), CLOSED_FORM, trained, AT, DriftRules.of(RULES, AT))
    assert not any(alarm.raised for alarm in found)


def test_too_little_to_learn_from_and_another_horizon_are_refused(trained):
    with pytest.raises(UsageError, match="0 products taken"):
        train_ranking(house(until(ROWS, "2025-06-30")), POLICY, SETTING)
    other = decide_bank.policy(recommender=ranked_bank.RECOMMENDER, horizon_days=60)
    with pytest.raises(UsageError, match="window_blend over 90 days"):
        check_ranking(house(), other, trained, AT, DriftRules.of(RULES, AT))
