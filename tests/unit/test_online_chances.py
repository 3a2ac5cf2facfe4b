"""Chances that learn on: each offer once, on the day it closes; in one step or in many the same; decided and proven by version."""

import datetime as dt

import answered_bank
import decide_bank
import numpy as np
import online_bank
import polars as pl
import pytest
from online_bank import MADE

from zhike.adapters.bank import Bank
from zhike.adapters.decision_files import decide_bank as decide
from zhike.adapters.decision_files import differences
from zhike.adapters.kept_models import latest_of_line, models_named, models_of_bank
from zhike.core.errors import PolicyError, UsageError
from zhike.decide.online_chances import OnlineChances, closed_offers
from zhike.decide.preparation import prepare
from zhike.decide.profiles import CELL_COLUMNS
from zhike.know.archive import archive
from zhike.learn import online_training
from zhike.learn.champion import Stepped
from zhike.learn.drift import DriftRules
from zhike.learn.model_encoding import state_sha256
from zhike.learn.model_history import ModelStep, next_step
from zhike.learn.online_training import begin_chances, check_chances, learn_on
from zhike.learn.training import TrainingSetting
from zhike.learn.warnings_of_day import WarningBank

AT, RULES = decide_bank.AT, decide_bank.rulebook()
NOW = dt.datetime(2026, 7, 1, 9, tzinfo=dt.UTC)
HORIZON, BEGUN = 30, AT - dt.timedelta(70)
CHANCES = {"model": "online", "kept": "online_chances", "horizon_days": HORIZON, "minimum": 100}
POLICY = decide_bank.policy(chances=CHANCES)


def setting(at):
    return TrainingSetting(at, at, at, 0, "0.1.0")


@pytest.fixture(scope="module")
def content():
    return online_bank.rows()


@pytest.fixture(scope="module")
def bank(content):
    return WarningBank(decide_bank.tables(content), decide_bank.TIMEZONE, RULES)


@pytest.fixture(scope="module")
def line(bank):
    """Return three versions of a line: begun, learnt on to a day in between, and to the last."""
    first = begin_chances(bank, POLICY, setting(BEGUN))
    second = learn_on(bank, first[0], setting(AT - dt.timedelta(12)))
    return [first, second, learn_on(bank, second[0], setting(AT))]


def test_an_offer_closes_once_with_what_came_within_its_days(bank, content):
    day = MADE[0] + dt.timedelta(HORIZON)
    closed = closed_offers(bank.tables, day, bank.timezone, bank.rules(day)[0], HORIZON)
    blocked = {one["decision_id"] for one in content["responses"] if one["outcome"] == "blocked"}
    of_day = {one["decision_id"] for one in content["decisions"] if one["decided_on"] == str(MADE[0])}
    assert set(closed["decision_id"]) == of_day - blocked
    in_time = {
        one["decision_id"]
        for one in content["responses"]
        if one["outcome"] == "accepted" and one["responded_on"] <= str(day)
    }
    assert set(closed.filter("yes")["decision_id"]) == in_time & of_day
    late = day + dt.timedelta(1)
    assert closed_offers(bank.tables, late, bank.timezone, bank.rules(late)[0], HORIZON).is_empty()


def test_in_one_step_or_in_many_it_is_the_same_model(bank, line):
    (first, _), (second, _), (third, card) = line
    whole, _ = learn_on(bank, first, setting(AT))
    assert state_sha256(whole.state) == state_sha256(third.state) != state_sha256(second.state)
    told = [one.provenance.setting.configuration for one in (first, second, third)]
    assert [(one["root"], one["previous"]) for one in told] == [
        ("", ""), (first.version, first.version), (first.version, second.version),
    ]  # fmt: skip
    assert third.provenance.tables["offers"].rows == card.measured["cases"] > 0


def test_learning_again_up_to_a_day_does_nothing(bank, line):
    assert learn_on(bank, line[2][0], setting(AT)) is None
    assert learn_on(bank, line[2][0], setting(BEGUN)) is None
    again, _ = learn_on(bank, line[1][0], setting(AT))
    assert again.version == line[2][0].version


def test_tables_read_once_or_for_every_day_say_the_same(bank, line, monkeypatch):
    monkeypatch.setattr(online_training, "_MOST_ROWS", 0)
    record, card = learn_on(bank, line[0][0], setting(AT))
    whole, same = learn_on(bank, line[1][0], setting(AT))
    assert whole.version == line[2][0].version
    assert same.to_dict() == line[2][1].to_dict()
    assert state_sha256(record.state) == state_sha256(whole.state)
    assert card.measured["cases"] > same.measured["cases"]


def test_what_a_customer_is_told_by_the_day_before_an_offer(bank):
    day = MADE[1] + dt.timedelta(HORIZON)
    rules = bank.rules(day)[0]
    known = archive(bank.tables, MADE[1] - dt.timedelta(1), bank.timezone, rules).collect()
    for in_memory in (False, True):
        closed = closed_offers(bank.tables, day, bank.timezone, rules, HORIZON, in_memory=in_memory)
        told = closed.select("customer_id").join(known, on="customer_id", how="left", maintain_order="left")
        assert closed.select(CELL_COLUMNS).equals(told.select(CELL_COLUMNS))


def born_earlier(bank, known):
    """Return the bank with a second version of every customer, of another birth date, that became known on a day."""
    customers, noon = bank.tables["customers"], dt.datetime.combine(known, dt.time(12), tzinfo=dt.UTC)
    instant = pl.lit(noon).cast(pl.Datetime("us", "UTC"))
    other = customers.with_columns(birth_date=pl.lit(dt.date(1940, 1, 1)), known_at=instant)
    return WarningBank({**bank.tables, "customers": pl.concat([customers, other])}, bank.timezone, RULES)


def test_what_is_known_later_changes_nothing(bank, line):
    in_time, late = dt.date(2020, 1, 2), BEGUN + dt.timedelta(1)
    versions = [
        begin_chances(born_earlier(bank, known), POLICY, setting(BEGUN))[0].version
        for known in (in_time, late)
    ]
    assert [version == line[0][0].version for version in versions] == [False, True]


def test_it_learns_who_says_yes(line, content):
    record, card = line[2]
    model = OnlineChances.from_state(record.state)
    ready = prepare(
        decide_bank.tables(content), AT, decide_bank.TIMEZONE, RULES, decide_bank.policy(chances={})
    )
    said = model.applied(ready.actions, ready.inputs)
    known = (
        ready.actions.table["template"].eq("everyday").to_numpy()
        & ready.actions.table["channel"].eq("app").to_numpy()
    )
    assert (np.isfinite(said) == known).all()
    old = np.array([answered_bank.old(name) for name in ready.inputs["customer_id"]])
    assert said[old][:, known].mean() > 2 * said[~old][:, known].mean()
    # Within the days that are waited for, two thirds of those who would ever say yes have.
    assert said[old][:, known].mean() == pytest.approx(answered_bank.TRUTH["old"] * 2 / 3, abs=0.08)
    # Each was predicted before it was learnt, by what had closed before.
    assert card.metrics["auc"].low > 0.55


def test_too_few_answers_and_no_later_offers_are_refused(bank, line):
    with pytest.raises(UsageError, match="0 offers accepted"):
        begin_chances(bank, POLICY, setting(MADE[0] + dt.timedelta(HORIZON - 1)))
    with pytest.raises(UsageError, match="no offer that closed"):
        check_chances(bank, line[2], AT + dt.timedelta(1), DriftRules.of(RULES, AT))
    alarms = check_chances(bank, line[0], AT, DriftRules.of(RULES, AT))
    assert {alarm.kind for alarm in alarms} == {"population", "calibration", "performance"}


@pytest.fixture(scope="module")
def house(tmp_path_factory, content, line):
    """Return a bank folder in which the first version is in force and two have learnt on."""
    opened = Bank.open(decide_bank.write(tmp_path_factory.mktemp("online") / "bank", content))
    registry = models_of_bank(opened)
    versions = [registry.keep(record, card, "anna", NOW) for record, card in line]
    step = ModelStep(0, NOW, "promoted", versions[0], ("anna", "bert"), "for a test")
    registry.step("online_chances", lambda history: Stepped(next_step(history, step)))
    return opened, versions


def test_a_day_follows_what_had_been_learnt_by_then(house):
    opened, versions = house
    by = {day: models_named(POLICY, opened, day)["online_chances"].version for day in (BEGUN, AT - dt.timedelta(1), AT)}  # fmt: skip
    assert list(by.values()) == versions
    pinned = decide_bank.policy(chances={**CHANCES, "kept": f"online_chances@{versions[0]}"})
    (found,) = models_named(pinned, opened, AT).values()
    assert found.version == versions[0]
    with pytest.raises(PolicyError, match="the day of decision"):
        models_named(POLICY, opened, BEGUN - dt.timedelta(1))
    registry = models_of_bank(opened)
    assert latest_of_line(registry, registry.load("online_chances"), dt.date.max).version == versions[2]


def test_decisions_record_the_version_and_come_out_again_after_it_learnt_on(house, tmp_path):
    opened, versions = house
    day = AT - dt.timedelta(1)
    plan = decide(opened, RULES, POLICY, day, tmp_path / "out")
    told = plan["chances"]
    assert (told["kind"], told["version"], told["kept"]) == (
        "online_chances/1",
        versions[1],
        "online_chances",
    )
    assert told["until"] == str(AT - dt.timedelta(12))
    registry = models_of_bank(opened)
    house_bank = WarningBank(opened.tables(), decide_bank.TIMEZONE, RULES)
    registry.keep(
        *learn_on(house_bank, registry.load("online_chances", versions[1]), setting(day)), "anna", NOW
    )
    assert models_named(POLICY, opened, day)["online_chances"].version not in versions
    assert differences(tmp_path / "out", opened, RULES)["identical"]


@pytest.mark.parametrize("chances", [{"model": "online"}, {"model": "online", "kept": "A"}])
def test_a_policy_with_online_chances_names_a_model(chances):
    with pytest.raises(PolicyError, match="kept"):
        decide_bank.policy(chances=chances)
