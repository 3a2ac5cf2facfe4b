"""Training, metrics, scorecards, cards, drift, champions and the registry on disk."""

import dataclasses
import datetime as dt
import itertools
import json

import numpy as np
import polars as pl
import pytest
from learnt_models import AT, DAYS, NOW, SETTING, card_of, cases, fitted
from scipy.sparse import csr_matrix

from zhike.adapters.model_registry import ModelRegistry, registry_of
from zhike.core.errors import InputUnreadableError, RuleError, UsageError
from zhike.core.language import LANGUAGES
from zhike.core.service_errors import RecordNotFoundError
from zhike.decide.propensity import Calibration, Popularity
from zhike.govern.four_eyes import propose, review
from zhike.govern.roles import Permission
from zhike.govern.second_person import SecondPersonRule
from zhike.know.given_warnings import WARNING_SCHEMA
from zhike.learn import drift as drifting
from zhike.learn.champion import (
    GateReading,
    GateRule,
    missing_at_gate,
    promote,
    promotion_sha256,
    roll_back,
)
from zhike.learn.drift import Batch, DriftRules, calibration_drift, drift, performance_drift
from zhike.learn.early_warning import EarlyWarning, features_of, warning_table
from zhike.learn.model_card import ModelCard, card_page
from zhike.learn.model_encoding import decoded, encoded, state_sha256
from zhike.learn.model_history import broken_step, champion_of, earlier_champions
from zhike.learn.model_metrics import area_under_curve, metrics
from zhike.learn.order_proof import auc_within
from zhike.learn.recalibration import mended_line
from zhike.learn.stored_model import KINDS, Kind, ModelKinds, StoredModel
from zhike.learn.training import table_sha256
from zhike.learn.warning_rules import WarningRules
from zhike.learn.windows import Windows, window_cases

RULE = GateRule(0.0, 1_000, 20)
SECOND = SecondPersonRule("model.promote", "model.approve", 336, 20)
GOOD = GateReading("off_policy dr", 1.2, 0.3, 2.1, 5_000)
REASON = "The challenger gains by more than chance."


@pytest.fixture(scope="module")
def learnt():
    frame, truth = cases()
    record = fitted(frame)
    return frame, truth, record, card_of(record, cases(seed=2)[0])


def right(actor, verb, *, allowed=True):
    return Permission(actor, verb, "governance", allowed, "-", True, True, ())


def approved(version, reading=GOOD, champion=None):
    content = promotion_sha256("attrition", version, champion, reading)
    asked = propose(SECOND, right("ann", "model.promote"), "p1", content, REASON, NOW).proposal
    return review(asked, right("bo", "model.approve"), approve=True, reason=REASON, at=NOW).proposal, right(
        "ann", "model.promote"
    )


# Hashes and states


def test_a_tables_hash_ignores_order_and_sees_every_cell():
    frame = pl.DataFrame(
        {"a": [1.5, float("nan"), None], "b": ["x", None, ""], "c": [[1], [], None], "d": [AT, AT, None]}
    )
    same = frame.select("d", "b", "c", "a").sample(fraction=1.0, shuffle=True, seed=3)
    assert table_sha256(frame) == table_sha256(same)
    others = [frame.with_columns(a=pl.Series([1.5, None, None])), frame.with_columns(b=pl.Series(["x", "", ""])), frame.head(2),
              pl.concat([frame, frame.head(1)]), frame.rename({"a": "e"})]  # fmt: skip
    assert len({table_sha256(other) for other in (frame, *others)}) == 6


def test_a_state_comes_back_and_its_hash_does_not_depend_on_files():
    state = {
        "a": np.array([[1.0, np.nan]]),
        "b": [1, "x", None, True, float("-inf")],
        "c": {"d": np.array(["u", "vw"])},
    }
    tree, arrays = encoded(state)
    back = decoded(json.loads(json.dumps(tree)), arrays)
    assert state_sha256(back) == state_sha256(state)
    np.testing.assert_array_equal(back["a"], state["a"])
    changed = {**state, "a": np.array([[1.0, 2.0]])}
    assert state_sha256(changed) != state_sha256(state)


@pytest.mark.parametrize("bad", [{"$array": 1}, {1: 2}, {"a": {1}}, {"a": np.array([None])}])
def test_what_no_state_may_hold_is_refused(bad):
    with pytest.raises(UsageError):
        encoded(bad)


def test_models_of_decide_come_back_from_their_state():
    scores, taken = np.linspace(0, 1, 500), np.arange(500) % 7 < np.arange(500) / 100
    model = Calibration(20).fit(scores, taken)
    assert isinstance(model, StoredModel)
    back = KINDS.model(model.kind, model.state())
    np.testing.assert_array_equal(back.propensity(scores), model.propensity(scores))
    assert not isinstance(Popularity().fit(csr_matrix([[1]])), StoredModel)


def test_every_kind_that_is_named_has_its_class():
    for name in KINDS.classes:
        assert Kind.of(KINDS.class_of(name).kind).name == name
        assert all(callable(getattr(KINDS.class_of(name), method)) for method in ("state", "from_state"))


class Later(Calibration):
    kind = "calibration/3"


def test_older_states_are_brought_up_one_version_at_a_time():
    taken = []
    upgrades = {
        "calibration/1": lambda state: taken.append(1) or {**state, "rates": state["shares"]},
        "calibration/2": lambda state: taken.append(2) or state,
    }
    kinds = ModelKinds({"calibration": f"{__name__}:Later"}, upgrades)
    object.__setattr__(kinds, "classes", {"calibration": "learnt_later:Later"})
    import sys
    import types

    module = types.ModuleType("learnt_later")
    module.Later = Later
    sys.modules["learnt_later"] = module
    old = {"bins": 2, "edges": [0.0], "shares": [0.25]}
    assert kinds.model("calibration/1", old).propensity(np.array([0.5])).tolist() == [0.25]
    assert taken == [1, 2]
    with pytest.raises(UsageError, match="later version"):
        kinds.model("calibration/4", old)
    with pytest.raises(UsageError, match="upgrade"):
        ModelKinds(kinds.classes).model("calibration/1", old)
    for odd in ("calibration", "calibration/0", "/1", "unknown/1"):
        with pytest.raises(UsageError):
            kinds.model(odd, old)


# Metrics


def test_auc_is_the_share_of_pairs_in_order_with_half_of_ties():
    outcome, score = np.array([True, True, True, False, False]), np.array([0.9, 0.5, 0.2, 0.5, 0.1])
    pairs = [(a > b) + 0.5 * (a == b) for a in score[outcome] for b in score[~outcome]]
    found = area_under_curve(outcome, score)
    assert found.value == pytest.approx(np.mean(pairs))
    assert found.low < found.value < found.high <= 1
    assert area_under_curve(np.ones(5, dtype=bool), score).value is None


@pytest.mark.parametrize("events", [2, 3, 12])
def test_a_perfect_order_of_a_few_is_no_certainty(events):
    outcome = np.arange(40) < events
    score = np.where(outcome, 0.9, 0.1) + np.arange(40) / 1000
    found = area_under_curve(outcome, score)
    # The chance that so many pairs are in order, of which none shares a case, is the end's power of their number.
    assert (found.value, found.high, found.low**events) == (1, 1, pytest.approx(0.025))
    turned = area_under_curve(~outcome, score)
    assert (turned.value, turned.low, turned.high) == (0, 0, pytest.approx(1 - found.low))
    assert auc_within(outcome, score, np.zeros(40, dtype=int), np.arange(40)) == found


def test_a_slope_that_no_outcome_bounds_is_not_told():
    outcome = np.arange(30) < 15
    apart = np.where(outcome, 0.9, 0.1)
    for probability in (apart, 1 - apart, np.where(np.arange(30) < 20, 0.5, 0.1), np.full(30, 0.3)):
        assert metrics(outcome, probability)["calibration_slope"].value is None
    apart[0] = 0.05
    assert metrics(outcome, apart)["calibration_slope"].value > 0


def test_intervals_of_the_figures_hold_the_truth_as_often_as_they_say():
    held = dict.fromkeys(("calibration_intercept", "calibration_slope", "ece"), 0)
    for seed in range(100):
        rng = np.random.default_rng(seed)
        probability = rng.beta(1, 6, 800)
        found = metrics(rng.random(800) < probability, probability)
        truth = {"calibration_intercept": 0.0, "calibration_slope": 1.0, "ece": 0.0}
        for name in held:
            held[name] += found[name].low <= truth[name] <= found[name].high
    assert 88 <= held["calibration_intercept"] <= 100
    assert 88 <= held["calibration_slope"] <= 100
    assert held["ece"] >= 95


def test_a_line_mends_probabilities_that_are_too_bold():
    rng = np.random.default_rng(5)
    odds = rng.normal(-1, 1, 20_000)
    outcome = rng.random(20_000) < 1 / (1 + np.exp(-odds))
    line = mended_line(2 * odds + 1, outcome)
    assert line.slope == pytest.approx(0.5, abs=0.03)
    assert line.intercept == pytest.approx(-0.5, abs=0.06)
    held = mended_line(2 * odds + 1, outcome, (0.0, 0.0))
    assert (held.intercept, held.slope) == (0.0, 1.0)


# Windows and warnings


def test_windows_do_not_overlap_and_close_in_time():
    windows = Windows(14, 90).closed(AT, dt.date(2024, 6, 30))
    assert AT - dt.timedelta(31) < windows[-1].last <= AT
    for one, other in itertools.pairwise(windows):
        assert one.last < other.first
    assert all(window.day < window.first <= window.last <= AT for window in windows)
    with pytest.raises(UsageError):
        window_cases([], None, None)


def test_probabilities_come_near_the_truth_with_intervals_and_reasons(learnt):
    frame, truth, record, _ = learnt
    model = EarlyWarning.from_state(record.state)
    found = model.probability(features_of(frame))
    inside = ((found.low <= truth) & (truth <= found.high)).mean()
    assert np.abs(found.value - truth).mean() < 0.05
    assert inside > 0.6  # levels of a number are steps, the truth is smooth
    parts = model.card_.contributions(features_of(frame)).sum(axis=1) + model.card_.usual_odds
    np.testing.assert_allclose(parts, model.card_.log_odds(features_of(frame))[0], atol=1e-9)
    table = warning_table(
        record, model, frame.filter(pl.col("day") == DAYS[-1]), Windows(14, 84).of(AT), (2, 2.0)
    )
    assert dict(table.schema) == WARNING_SCHEMA
    assert table["probability"].is_sorted(descending=True)
    assert all(reason["effect"] > 0 for reasons in table["reasons"] for reason in reasons)
    assert table["reasons"].list.len().max() <= 2
    assert table["usual"].unique().to_list() == [pytest.approx(table["probability"].mean())]
    assert table["raised"].to_list() == [
        low >= 2 * usual for low, usual in table.select("low", "usual").rows()
    ]
    assert 0 < table["raised"].sum() < table.height


def test_a_fit_does_not_depend_on_the_order_of_rows(learnt):
    frame, _, record, _ = learnt
    again = fitted(frame.sample(fraction=1.0, shuffle=True, seed=9))
    assert again.version == record.version
    late = dataclasses.replace(SETTING, last=AT + dt.timedelta(1))
    with pytest.raises(UsageError):
        late.check()


# Cards and drift


def test_a_card_comes_back_and_is_told_in_three_languages(learnt):
    card = learnt[3]
    assert ModelCard.of(json.loads(json.dumps(card.to_dict()))).to_dict() == card.to_dict()
    pages = {card_page(card, language) for language in LANGUAGES}
    assert len(pages) == 3
    assert all(card.version in page and "| kind | a |" in page for page in pages)
    assert not any(row["cases"] < 10 for row in card.groups)


def test_no_alarm_without_a_shift_and_each_alarm_for_its_own(learnt, rulebook):
    _, _, record, card = learnt
    rules, model = DriftRules.of(rulebook, AT), EarlyWarning.from_state(record.state)
    fresh, truth = cases(seed=3)
    calm = features_of(fresh).with_columns(probability=pl.Series(model.probability(features_of(fresh)).value))
    batch = Batch(fresh["outcome"].to_numpy(), truth)
    assert [alarm.subject for alarm in drift(card, calm, [batch] * 3, rules) if alarm.raised] == []
    moved = calm.with_columns(x=pl.col("x") + 0.6, kind=pl.lit("b"))
    alarms = drift(card, moved, [], rules)
    assert {alarm.subject for alarm in alarms if alarm.raised} == {"x", "kind"}
    wrong = Batch(batch.outcome, batch.probability / 2)
    assert calibration_drift([batch, wrong], rules).raised
    rng = np.random.default_rng(1)
    assert performance_drift(
        card.metrics["auc"], [Batch(batch.outcome, rng.permutation(truth))], rules
    ).raised


def test_population_alarms_ring_for_nothing_as_seldom_as_stated(learnt, rulebook):
    card = learnt[3]
    rules = dataclasses.replace(DriftRules.of(rulebook, AT), stability=1e-9, false_alarms=0.1)
    rang = 0
    for seed in range(60):
        frame = features_of(cases(150, seed=100 + seed)[0])
        rang += any(alarm.raised for alarm in drifting.population_drift(card.profiles[:2], frame, rules))
    assert rang <= 14  # 6 expected; more than 14 has probability .002


def test_calibration_alarms_ring_for_nothing_once_in_so_many_batches(rulebook):
    rules = dataclasses.replace(DriftRules.of(rulebook, AT), run_length=20.0, tolerance=1.0001)
    lengths = []
    for seed in range(60):
        rng, batches = np.random.default_rng(seed), []
        while len(batches) < 60:
            probability = rng.beta(1, 9, 100)
            batches.append(Batch(rng.random(100) < probability, probability))
        lengths.append(
            next(
                (
                    n
                    for n in range(1, 61)
                    if calibration_drift(batches[:n], rules).measures["log_detector"] >= np.log(20)
                ),
                60,
            )
        )
    assert np.mean(lengths) >= 20


# Champion and challenger


def test_only_a_gain_beyond_chance_gets_through_the_gate():
    assert missing_at_gate(GOOD, RULE) == []
    for low in (0.0, -0.1, float("nan")):
        assert [lack.code for lack in missing_at_gate(dataclasses.replace(GOOD, low=low), RULE)] == [
            "gate_gain_unproven"
        ]
    assert [lack.code for lack in missing_at_gate(dataclasses.replace(GOOD, n=999), RULE)] == ["gate_too_few"]
    refused = dataclasses.replace(GOOD, refused=True, reason="overlap")
    assert [lack.code for lack in missing_at_gate(refused, RULE)] == ["gate_refused"]
    assert GateReading.of(json.loads(json.dumps(GOOD.to_dict()))) == GOOD


def test_rules_of_learning_are_read_and_malformed_ones_refused(rulebook):
    assert GateRule.of(rulebook, AT).least_cases >= 1
    assert set(WarningRules.of(rulebook, AT).windows) == {"attrition", "withdrawal", "dissatisfaction"}

    class Odd:
        def at(self, path, _):
            value = {**rulebook.at(path, AT).value, "surplus": 1}
            return dataclasses.replace(rulebook.at(path, AT), value=value)

    for rules in (GateRule, WarningRules, DriftRules):
        with pytest.raises(RuleError):
            rules.of(Odd(), AT)


def test_models_are_kept_promoted_by_two_and_rolled_back(learnt, tmp_path):
    frame, _, record, card = learnt
    registry = ModelRegistry(tmp_path / "models")
    assert registry.names() == []
    first = registry.keep(record, card, "ann", NOW)
    assert registry.keep(record, card, "ann", NOW) == first
    other = fitted(frame.head(1800))
    second = registry.keep(other, card_of(other, frame), "ann", NOW)
    assert registry.versions("attrition") == [first, second]
    with pytest.raises(RecordNotFoundError, match=f"kept: {first}, {second}; none was promoted"):
        registry.load("attrition")
    with pytest.raises(RecordNotFoundError, match="none is kept"):
        ModelRegistry(tmp_path / "none").load("attrition")
    for version in (first, second):
        taken = registry.step(
            "attrition",
            lambda history, v=version: promote(
                history, ("attrition", v), GOOD, RULE, approved(v, champion=champion_of(history)), NOW
            ),
        )
        assert taken.missing == ()
        assert registry.champion("attrition") == version
    assert registry.history("attrition")[-1].actors == ("ann", "bo")
    assert registry.load("attrition").version == second
    weak = dataclasses.replace(GOOD, low=-1.0)
    turned = promote(
        registry.history("attrition"), ("attrition", first), weak, RULE, approved(first, weak, second), NOW
    )
    assert turned.step.kind == "turned_down"
    swapped = promote(
        registry.history("attrition"), ("attrition", first), GOOD, RULE, approved(first, weak, second), NOW
    )
    assert [lack.code for lack in swapped.missing] == ["content_changed"]
    assert earlier_champions(registry.history("attrition")) == [first]
    back = right("ann", "model.rollback")
    nowhere = roll_back(registry.history("attrition"), "f" * 16, back, "short", RULE, NOW)
    assert [lack.code for lack in nowhere.missing] == ["reason_short", "never_champion"]
    registry.step("attrition", lambda history: roll_back(history, first, back, REASON, RULE, NOW))
    assert registry.champion("attrition") == first
    assert champion_of(registry.history("attrition")) == first
    assert registry_of(tmp_path / "models").names() == ["attrition"]


def test_what_was_kept_loads_alike_and_what_was_changed_is_not_used(learnt, tmp_path):
    frame, _, record, card = learnt
    registry = ModelRegistry(tmp_path)
    version = registry.keep(record, card, "ann", NOW)
    back = registry.load("attrition", version[:6])
    assert back.version == record.version
    one, other = (EarlyWarning.from_state(r.state).probability(features_of(frame)) for r in (record, back))
    np.testing.assert_array_equal(one.value, other.value)
    assert registry.card("attrition", version).to_dict() == card.to_dict()
    file = tmp_path / "attrition" / version / "model.json"
    file.write_text(file.read_text("utf-8").replace('"seed": 7', '"seed": 8'), "utf-8")
    with pytest.raises(InputUnreadableError):
        registry.load("attrition", version)
    history = tmp_path / "attrition" / "history.jsonl"
    history.write_text(history.read_text("utf-8").replace("ann", "eve"), "utf-8")
    with pytest.raises(InputUnreadableError):
        registry.history("attrition")
    assert broken_step([]) is None
    with pytest.raises(UsageError):
        registry.load("../attrition")
