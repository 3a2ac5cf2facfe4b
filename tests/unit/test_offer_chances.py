"""Chances of a yes in a decision: learnt from offers whose answers are late or were never possible, told, proven again."""

import json

import answered_bank
import decide_bank
import numpy as np
import polars as pl
import pytest

from zhike.adapters.model_evidence import chances_record, chances_told
from zhike.core.errors import PolicyError
from zhike.decide.offer_chances import learn_chances
from zhike.decide.serving_setting import ServingSetting
from zhike.decide.stored_base import check_tried, conditions_under
from zhike.decide.strategy import decide_blocks
from zhike.learn.stored_model import KINDS

RULES = decide_bank.rulebook()
EVERYDAY = ("everyday:C0:app", "everyday:P0:app")


def prepared(content=None, chances=answered_bank.CHANCES, **changes):
    rows = answered_bank.rows() if content is None else content
    return decide_bank.prepared(rows, rules=RULES, chances=chances, **changes)


@pytest.fixture(scope="module")
def ready():
    return prepared()


@pytest.fixture(scope="module")
def block(ready):
    return next(iter(decide_blocks(ready)))


def found(ready):
    """Return the mean chance of an everyday offer for the old and for the young."""
    chance = ready.chances.applied(ready.actions, ready.inputs)
    columns = [ready.actions.table["action_id"].to_list().index(name) for name in EVERYDAY]
    old = np.array([answered_bank.old(name) for name in ready.inputs["customer_id"]])
    return [float(chance[np.ix_(mine, columns)].mean()) for mine in (old, ~old)]


def test_late_answers_and_blocked_sends_leave_the_truth(ready):
    assert found(ready) == pytest.approx(list(answered_bank.TRUTH.values()), rel=0.3)


def test_of_closed_offers_alone_a_batch_model_learns(ready):
    batch = prepared(chances={**answered_bank.CHANCES, "model": "batch"})
    assert found(batch) == pytest.approx(list(answered_bank.TRUTH.values()), rel=0.35)
    assert found(batch) != found(ready)


def test_what_is_known_later_changes_nothing(ready):
    content = answered_bank.rows()
    there = {one["decision_id"] for one in content["responses"]}
    silent = [one for one in content["decisions"] if one["decision_id"] not in there][:200]
    content["responses"] += [
        {"response_id": f"later:{one['decision_id']}", "decision_id": one["decision_id"], "customer_id": one["customer_id"],
         "action_id": one["action_id"], "responded_on": "2026-07-01", "outcome": "accepted"}
        for one in silent
    ]  # fmt: skip
    later = prepared(content)
    assert later.chances.learned.equals(ready.chances.learned)
    assert found(later) == found(ready)


def test_only_arms_that_were_delivered_often_enough_are_known(ready, block):
    known = ready.chances.known(ready.actions)
    assert set(ready.actions.table["action_id"].filter(pl.Series(known))) == set(EVERYDAY)
    told = block.decisions
    everyday = told.filter(pl.col("action_id").is_in(EVERYDAY))
    assert set(everyday["propensity_source"]) == set(everyday["effect_source"]) == {"answers"}
    assert "answers" not in set(told.filter(~pl.col("action_id").is_in(EVERYDAY))["propensity_source"])
    assert prepared(chances={"minimum": 5000}).chances is None


def test_values_rest_on_the_chances(ready, block):
    column = ready.actions.table["action_id"].to_list().index(EVERYDAY[0])
    chance = ready.chances.applied(ready.actions, ready.inputs)[:, column]
    assert np.array_equal(block.judged.propensity[:, column], chance)
    reach, worth, cost = (ready.actions.column(name)[column] for name in ("reach", "worth", "cost"))
    assert np.array_equal(block.judged.expected_value[:, column], np.rint(chance * reach * worth) - cost)


def test_neither_order_of_rows_nor_company_changes_a_bit(ready, block):
    turned = prepared({name: rows[::-1] for name, rows in answered_bank.rows().items()})
    assert next(iter(decide_blocks(turned))).decisions.equals(block.decisions)
    whole = ready.chances.applied(ready.actions, ready.inputs)
    parts = [ready.chances.applied(ready.actions, part) for part in ready.inputs.iter_slices(61)]
    assert np.array_equal(np.concatenate(parts), whole, equal_nan=True)


def test_what_is_not_open_has_no_chance_where_the_ranking_is_over_what_is_open():
    ranked = prepared(recommender={"kind": "window_blend"}, packs=[*decide_bank.PACKS, "consent.no_record"])
    judged = next(iter(decide_blocks(ranked))).judged
    verdict = np.array(judged.verdicts.verdicts)[judged.verdicts.pattern]
    refused = np.isin(verdict, ("eligibility", "suitability")) & (ranked.actions.product_index >= 0)[None, :]
    assert refused.any()
    assert (judged.propensity[refused] == 0).all()


def test_the_evidence_names_model_segments_and_likelihood(ready):
    told = chances_told(ready)
    assert told["kind"] == "offer_chances/1"
    assert told["provenance"]["seed"] == 1
    assert told["delivered"] == [["everyday", "app", ready.chances.deliveries["everyday", "app"]]]
    assert told["provenance"]["tables"]["offers"]["rows"] == len(answered_bank.rows()["decisions"])
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert chances_told(prepared()) == told
    assert chances_told(prepared(chances={**answered_bank.CHANCES, "seed": 2}))["version"] != told["version"]


def test_chances_come_back_from_their_state_without_a_customer(ready):
    record = chances_record(ready)
    again = record.model(KINDS)
    one, other = (chances.applied(ready.actions, ready.inputs) for chances in (again, ready.chances))
    assert np.array_equal(one, other, equal_nan=True)
    assert not any(name in str(record.state) for name in ready.inputs["customer_id"])


def test_segments_are_tried_by_the_rule(ready):
    by_age = prepared(chances={**answered_bank.CHANCES, "by": "age"})
    trials = by_age.chances.models.trials_
    assert set(trials) == {"25-35 years", "65 years and more"}
    assert by_age.chances.models.own_.keys() == {name for name, trial in trials.items() if trial.helps}
    assert ready.chances.models.trials_ == {}
    assert found(by_age) == pytest.approx(list(answered_bank.TRUTH.values()), rel=0.35)


def test_adaptive_bayes_is_a_baseline_that_a_policy_can_follow(ready):
    """It counts what has closed; a chance is the share of yeses among scores alike, so it is less sharp than the trees but as right on the whole."""
    window = {**answered_bank.CHANCES, "model": "adaptive_bayes"}
    counted = prepared(chances=window)
    old, young = found(counted)
    assert young < 0.5 * old
    assert (old + young) / 2 == pytest.approx(sum(answered_bank.TRUTH.values()) / 2, rel=0.35)
    assert set(counted.chances.learned["days_ago"] >= answered_bank.FOLLOWED) == {True}
    told = chances_told(counted)
    assert (told["kind"], told["delivered"]) == (
        "counted_chances/1",
        [["everyday", "app", len(counted.chances.learned)]],
    )
    ((template, channel, active),) = told["active"]
    assert (template, channel, active > 0) == ("everyday", "app", True)
    assert json.loads(json.dumps(told, allow_nan=False)) == told == chances_told(prepared(chances=window))
    again = chances_record(counted).model(KINDS)
    assert np.array_equal(
        *(one.applied(ready.actions, ready.inputs) for one in (again, counted.chances)), equal_nan=True
    )
    turned = prepared({name: rows[::-1] for name, rows in answered_bank.rows().items()}, chances=window)
    assert next(iter(decide_blocks(turned))).decisions.equals(next(iter(decide_blocks(counted))).decisions)
    assert prepared(chances={**window, "minimum": 5000}).chances is None


def test_another_window_of_chances_needs_the_banks_folder(ready):
    setting = ServingSetting.of(ready, None, RULES, {})
    other = decide_bank.policy(chances={**answered_bank.CHANCES, "model": "batch"})
    with pytest.raises(PolicyError, match="chances"):
        check_tried(setting, other, conditions_under(setting, RULES, other))


@pytest.mark.parametrize(
    ("chances", "word"),
    [({"model": "oracle"}, "oracle"), ({"by": "shoe"}, "shoe"), ({"minimun": 5}, "minimun"), ({"minimum": 0}, "minimum"),
     ({"model": "adaptive_bayes", "by": "age"}, "no models by segment")],
)  # fmt: skip
def test_odd_keys_are_refused(chances, word):
    with pytest.raises(PolicyError, match=word):
        decide_bank.policy(chances=chances)


def test_without_an_offer_there_is_nothing_to_learn(ready):
    from zhike.know.archive import archive_rules
    from zhike.know.view import view

    rules = archive_rules(RULES, decide_bank.AT, ready.policy.risk_validity)
    seen = view(decide_bank.tables(), decide_bank.AT, decide_bank.TIMEZONE)
    assert learn_chances(seen, decide_bank.TIMEZONE, rules, ready.actions, ready.policy.chances) is None
