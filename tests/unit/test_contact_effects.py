"""What a contact changes: right on a log whose truth is known, told group by group, kept with its card and looked at again."""

import dataclasses
import datetime as dt

import decide_bank
import logged_bank
import numpy as np
import polars as pl
import pytest

from zhike.core.errors import UsageError
from zhike.decide.contact_effects import ContactEffects, group_words, learn_contact_effects
from zhike.decide.contact_trial import ATTRIBUTES, ContactTrial, contact_trial, evened
from zhike.decide.uplift import Trial, group_effects
from zhike.decide.uplift.nuisance import cross_fit
from zhike.decide.uplift.regressions import Logistic
from zhike.know.archive import archive_rules
from zhike.know.view import view
from zhike.learn.contact_training import check_contacts, train_contacts
from zhike.learn.drift import DriftRules
from zhike.learn.model_card import ModelCard, card_page
from zhike.learn.training import TrainingSetting
from zhike.learn.warnings_of_day import WarningBank

AT, ZONE = logged_bank.AT, decide_bank.TIMEZONE
RULES = decide_bank.rulebook(logged_bank.TEMPLATES)
POLICY = decide_bank.policy(effects=dataclasses.asdict(logged_bank.WINDOW))
SETTING = TrainingSetting(AT, AT, AT, 0, "0.1.0", {})


OLD, YOUNG = "65 years and more", "25-35 years"


def bank_of(log, **changes):
    return WarningBank({**log.tables(), **changes}, ZONE, RULES)


def trial_of(log):
    seen = view(log.tables(), AT, ZONE)
    return contact_trial(seen, ZONE, archive_rules(RULES, AT), ["offer_card"], logged_bank.WINDOW)


def test_effects_are_right_where_the_plain_difference_is_not():
    """Who buys anyway was offered more, by a trait that no table shows: the recorded probabilities make up for it."""
    lift, off, plain = {"app": 0.06, "phone": -0.03}, [], []
    log = logged_bank.Log(1, 1500, lift)
    found = trial_of(log)
    scores = found.scores(cross_fit(found.trial, Logistic()))
    who = found.choices["customer_id"].str.slice(1).cast(int).to_numpy()
    truth, group = true_effect(log, lift)[who], np.where(log.digital, "digital", "personal")[who]
    for one in group_effects(scores, group.tolist(), customer=who):
        mine = group == one.group
        off.append((one.effect - truth[mine].mean()) / one.error)
        arms = [found.trial.outcome[mine & (found.trial.treated == arm)].mean() for arm in (True, False)]
        plain.append((arms[0] - arms[1] - truth[mine].mean()) / one.error)
    assert np.abs(off).max() < 3
    assert np.mean(plain) > 3


def true_effect(log, lift):
    """Return what an offer drawn evenly from the four changes in P(gets any product), by customer."""
    base = np.where(log.keen, 0.09, 0.03)
    felt = lift["app"] * log.digital + lift["phone"] * np.where(log.keen, 0.5, 0.8)
    return felt / 2 * np.where(log.old, 1.0, 0.5) * (1 - base)


def test_weights_of_both_arms_add_up_to_the_stratum():
    rng = np.random.default_rng(1)
    stratum, treated = rng.integers(0, 3, 300), rng.random(300) < 0.3
    weight = evened(stratum, treated, rng.uniform(1.5, 4.0, 300))
    for one in range(3):
        for arm in (treated, ~treated):
            assert weight[(stratum == one) & arm].sum() == pytest.approx((stratum == one).sum())


def test_what_comes_after_an_offer_on_a_list_is_no_choice_of_nothing():
    log = logged_bank.Log(1, 200)
    tables, every = log.tables(), len(trial_of(log).trial)
    decisions = tables["decisions"].collect()
    ends = decisions.filter(decisions["action_id"] == "no_action").head(40)
    later = ends.with_columns(decision_id=ends["decision_id"] + ":2", rank=2 + 0 * ends["rank"].fill_null(0))
    seen = view({**tables, "decisions": decisions.vstack(later.select(decisions.columns)).lazy()}, AT, ZONE)
    found = contact_trial(seen, ZONE, archive_rules(RULES, AT), ["offer_card"], logged_bank.WINDOW)
    assert len(found.trial) == every


@pytest.fixture(scope="module")
def kept():
    """A model of a bank whose offers help, with its card."""
    return train_contacts(bank_of(logged_bank.Log(5, 700, {"app": 0.4, "phone": 0.4})), POLICY, SETTING)


def harmful():
    """Return a comparison where contacts help the young and harm the old."""
    rng = np.random.default_rng(2)
    old, treated = rng.random(800) < 0.45, rng.random(800) < 0.5
    outcome = rng.random(800) < 0.5 + np.where(treated, np.where(old, -0.3, 0.3), 0.0)
    trial = Trial(
        old[:, None].astype(float), treated, outcome.astype(float), np.full(800, 0.5), np.arange(800) % 5
    )
    levels = {name: pl.lit("unknown") for name in ATTRIBUTES} | {"age": pl.Series(np.where(old, OLD, YOUNG))}
    choices = pl.DataFrame({"customer_id": [f"C{row}" for row in range(800)]}).with_columns(**levels)
    return ContactTrial(trial, np.full(800, 2.0), choices, (1.0,) * 6)


def test_the_harmed_are_named_and_told_in_words(kept):
    effects = learn_contact_effects(harmful(), 50).effects
    assert [(one["attribute"], one["group"]) for one in effects.do_not_contact] == [("age", OLD)]
    assert effects.do_not_contact[0]["effect"] == pytest.approx(-0.3, abs=0.1)
    assert effects.rates["effects"][1] > 0
    again = ModelCard.of(dataclasses.replace(kept[1], contact_effects=effects.groups).to_dict())
    assert again.contact_effects == effects.groups
    said = {
        "en": "| age | 65 years or more |",
        "zh-Hans": "| 年龄 | 65 岁及以上 |",
        "zh-Hant": "| 年齡 | 65 歲及以上 |",
    }
    spared = {"en": "do not contact", "zh-Hans": "不宜联系", "zh-Hant": "不宜聯絡"}
    for language, words in said.items():
        rows = [line for line in card_page(again, language).splitlines() if line.startswith("| ")]
        assert [line.startswith(words) for line in rows if f"| {spared[language]} |" in line][1:].count(
            True
        ) == 1


def test_a_model_of_a_bank_and_its_card(kept):
    record, card = kept
    effects = ContactEffects.from_state(record.state)
    assert effects.groups == card.contact_effects
    everybody = effects.groups[0]
    assert (everybody["group"], everybody["customers"]) == ("everybody", 700)
    assert everybody["low"] > 0
    assert effects.do_not_contact == ()
    assert {"order_by_effect", "order_by_response", "order_advantage", "auc"} <= set(card.metrics)
    raw = card.to_dict()
    del raw["contact_effects"]  # a card of before
    assert ModelCard.of(raw).contact_effects == ()


def test_choices_since_ring_where_a_contact_changes_something_else(kept):
    """The same bank goes on, and its offers help no more."""
    later = [day + dt.timedelta(365) for day in logged_bank.DAYS]
    at, rules = AT + dt.timedelta(365), DriftRules.of(RULES, AT)
    rang = []
    for lift in ({"app": 0.4, "phone": 0.4}, {"app": 0.0, "phone": 0.0}):
        alarms = check_contacts(bank_of(logged_bank.Log(6, 500, lift, later)), POLICY, kept, at, rules)
        rang.append({one.subject for one in alarms if one.raised and one.kind == "performance"})
    assert rang[0] == set()
    assert "everybody: everybody" in rang[1]


def test_too_little_is_refused():
    log = logged_bank.Log(1, 40)
    with pytest.raises(UsageError, match="purchases after"):
        train_contacts(bank_of(log), POLICY, SETTING)
    empty = log.tables()["decisions"].filter(False)
    with pytest.raises(UsageError, match="no logged choices"):
        train_contacts(bank_of(log, decisions=empty), POLICY, SETTING)


@pytest.mark.parametrize(("attribute", "group", "said"), [
    ("money", "below 20 %", "不足 20 %"), ("tenure", "12-36 months", "12 至 36 个月"), ("kind", "firm", "企业"),
    ("effect_order", "01", "第 1 个十分位（由获益最少者起）"), ("digital", "unknown", "未知"),
])  # fmt: skip
def test_groups_are_told_in_words(attribute, group, said):
    assert group_words(attribute, group)[1].in_language("zh-Hans") == said


def test_groups_below_the_least_are_not_told():
    found = harmful()
    counts = found.choices["age"].value_counts().sort("count")
    told = learn_contact_effects(found, counts["count"][0] + 1).effects.groups
    ages = {one["group"] for one in told if one["attribute"] == "age"}
    assert ages == {counts["age"][1]}
    assert told[0]["customers"] == 800
