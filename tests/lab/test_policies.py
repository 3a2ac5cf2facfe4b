"""Every policy keeps to consent and capacity, sees the bank's tables alone, and records the chance of what it orders."""

import dataclasses
import datetime as dt

import numpy as np
import polars as pl
import pytest
import yaml
from decide_bank import document
from learnt_models import NOW
from stored_models import CASES
from watched import watched

from zhike.adapters.bank import Bank
from zhike.adapters.kept_models import models_named, models_of_bank
from zhike.adapters.rule_files import load_rulebook
from zhike.core.errors import PolicyError, UsageError
from zhike.core.language import Text
from zhike.decide.online_chances import OnlineChances
from zhike.decide.policy import ChanceWindow
from zhike.lab.bank_facts import bank_facts
from zhike.lab.filling import adviser_hours
from zhike.lab.loop import Zhike
from zhike.lab.oracle import Oracle
from zhike.lab.policies import POLICIES, checked_names, policy_named
from zhike.lab.response_ranking import ResponseModel
from zhike.lab.run import own_tables, runs
from zhike.lab.shelf import SHELF
from zhike.lab.simulated_bank import LAST_DAY, Order, build, open_simulated
from zhike.lab.situation import CONTACTS_A_MONTH, Situation
from zhike.lab.truth import truth_folder
from zhike.learn.champion import Stepped
from zhike.learn.model_card import CardInput, model_card
from zhike.learn.model_history import ModelStep, next_step
from zhike.learn.training import TrainingSetting, train

NAME = Text("for a test", "供测试", "供測試")
BLIND = ("nothing", "standard", "tiered", "propensity", "zhike")


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("policies") / "bank"
    build(folder, Order(800, 8, 7))
    return folder


@pytest.fixture(scope="module")
def world(bank, rulebook):
    return open_simulated(bank, None, rulebook)[1].world


@pytest.fixture(scope="module")
def situation(bank, world, rulebook):
    opened, sealed = open_simulated(bank, None, rulebook)
    history = {
        name: pl.concat([rows, sealed.later[name].lazy()]) if name in sealed.later else rows
        for name, rows in opened.tables().items()
    }
    return Situation(
        month=world.month,
        at=LAST_DAY,
        timezone=opened.manifest.timezone,
        tables=own_tables(history, bank / "no rows of its own"),
        customers=tuple(f"C{number:07d}" for number in world.traits.who),
        deck=world.deck,
        # Few enough to be scarce.
        capacity=np.array([9.0, 12.0, 14.0, 150.0, 90.0]),
        adviser_hours=np.full(len(world.resources.adviser_hours), 2.0),
        rulebook=rulebook,
    )


@pytest.fixture(scope="module")
def ordered(situation, world):
    """The orders of every policy."""
    found = {}
    for name in POLICIES:
        policy = policy_named(name)
        seeing = isinstance(policy, Oracle)
        found[name] = policy.orders_in(world, situation) if seeing else policy.orders(situation)
    return found


@pytest.mark.parametrize("name", POLICIES)
def test_orders_keep_to_the_capacities(ordered, situation, name):
    orders, deck = ordered[name], situation.deck
    channel = deck.channel[orders.action]
    sent = np.bincount(channel[channel >= 0], minlength=len(situation.capacity))
    assert (sent <= situation.capacity).all()
    region = bank_facts(situation).region[orders.row]
    for place, hours in enumerate(situation.adviser_hours):
        assert adviser_hours(situation, orders.action)[region == place].sum() <= hours + 1e-9
    contacts = np.bincount(orders.row[channel >= 0], minlength=len(situation.customers))
    assert contacts.max(initial=0) <= CONTACTS_A_MONTH


@pytest.mark.parametrize("name", POLICIES)
def test_sales_go_to_those_who_agreed_and_lack_the_product(ordered, situation, name):
    orders, deck, facts = ordered[name], situation.deck, bank_facts(situation)
    sale = np.array([kind == "sale" for kind in deck.kind])[orders.action]
    row, action = orders.row[sale], orders.action[sale]
    assert facts.sellable[row, deck.channel[action]].all()
    single = (deck.product[action] >= 0) & (SHELF.family[deck.product[action]] != 0)
    assert not facts.holds[row[single], deck.product[action[single]]].any()
    optional = np.array([kind not in ("mandatory", "none") for kind in deck.kind])[orders.action]
    assert facts.reachable[orders.row[optional]].all()


@pytest.mark.parametrize("name", POLICIES)
def test_orders_are_sorted_and_their_chances_are_chances(ordered, name):
    orders = ordered[name]
    assert (np.diff(orders.row) >= 0).all()
    assert (orders.probability > 0).all()
    assert (orders.probability <= 1.0 + 1e-12).all()


def test_every_policy_but_nothing_uses_what_there_is(ordered, situation):
    assert len(ordered["nothing"]) == 0
    for name in ("standard", "tiered", "propensity", "zhike", "informed", "oracle"):
        channel = situation.deck.channel[ordered[name].action]
        assert (channel >= 0).sum() > 50, name


def test_the_blind_policies_open_no_file_of_the_truth(bank, situation):
    with watched(truth_folder(bank)) as truth:
        for name in BLIND:
            policy_named(name).orders(situation)
        assert truth.opened() == []


def test_a_situation_holds_neither_traits_nor_state():
    named = {field.name: str(field.type) for field in dataclasses.fields(Situation)}
    assert not {"world", "traits", "state", "dice"} & set(named)
    assert not any(word in kind for kind in named.values() for word in ("World", "Traits", "State", "Dice"))


def test_the_same_situation_gives_the_same_orders(situation, ordered):
    for name in ("standard", "propensity", "zhike"):
        again = policy_named(name).orders(situation)
        assert again.row.tolist() == ordered[name].row.tolist()
        assert again.action.tolist() == ordered[name].action.tolist()


def test_standard_offers_one_product_by_lot(situation):
    april = dataclasses.replace(situation, month=situation.month + 11)
    orders = policy_named("standard").orders(april)
    assert len(set(situation.deck.product[orders.action].tolist())) == 1
    phone = situation.deck.channel[orders.action] == 2
    assert phone.sum() == 14
    # Each of those with the same agreements had the same chance of being called.
    chances = np.unique(orders.probability[phone])
    assert (chances < 1).all()


def test_tiered_gives_people_to_the_top_and_messages_to_the_rest(situation, ordered):
    orders, facts = ordered["tiered"], bank_facts(situation)
    channel, balance = situation.deck.channel[orders.action], facts.balance[orders.row]
    assert (balance[channel == 1] >= 500_000).all()
    assert (balance[channel >= 3] < 50_000).all()


def test_propensity_ranks_by_what_was_accepted(situation):
    """A log in which the over-60s take funds in the app and nobody else takes anything: they are offered funds."""
    facts, deck = bank_facts(situation), situation.deck
    fund = deck.ids.index("offer_fund:F02:app")
    rows = np.flatnonzero(facts.here)
    actions = np.array([fund, deck.ids.index("offer_deposit:D01:app"), deck.ids.index("offer_card:K01:app")])
    action = actions[np.arange(len(rows)) % 3]
    old = facts.age[rows] >= 60
    day = dt.date(2026, 4, 10)
    log = pl.DataFrame(
        {
            "response_id": [f"T{number}" for number in range(len(rows))],
            "customer_id": [situation.customers[row] for row in rows], "action_id": deck.named(action),
            "outcome": np.where(old & (action == fund), "accepted", "refused"),
        }
    ).with_columns(
        pl.lit(None, dtype=pl.String).alias("decision_id"), pl.lit(day).alias("responded_on"),
        pl.lit(dt.datetime(2026, 4, 10, 12, tzinfo=dt.UTC)).dt.cast_time_unit("us").alias("known_at"),
    )  # fmt: skip
    asked = dataclasses.replace(situation, tables={**situation.tables, "responses": log.lazy()})
    orders = policy_named("propensity").orders(asked)
    offered = orders.row[deck.product[orders.action] == deck.product[fund]]
    app = (deck.channel[orders.action] == 3) & (deck.product[orders.action] == deck.product[fund])
    assert app.any()
    assert (facts.age[orders.row[app]] >= 60).mean() > 0.9
    assert len(offered)


def test_the_response_model_finds_rates_and_shrinks_rare_levels():
    codes = np.repeat(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), [4000, 4000, 4000, 2], axis=0)
    accepted = np.zeros(len(codes), dtype=bool)
    accepted[:400] = accepted[4000:4800] = accepted[8000:8200] = True
    accepted[-2:] = True
    model = ResponseModel.fit(codes, np.array([2, 2]), accepted)
    chance = model.probability(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))
    assert chance[:3] == pytest.approx([0.1, 0.2, 0.05], abs=0.01)
    assert chance[3] < 0.3


def test_without_a_log_no_response_is_likelier_than_another():
    model = ResponseModel.fit(np.zeros((0, 2), dtype=np.int64), np.array([2, 2]), np.zeros(0, dtype=bool))
    assert model.probability(np.array([[0, 1], [1, 0]])) == pytest.approx([0.5, 0.5])


def test_zhike_records_the_evidence_of_its_plan(situation):
    loop = Zhike()
    orders = loop.orders(situation)
    evidence = loop.evidence
    assert evidence.month == situation.month
    assert evidence.funnel["considered"] > evidence.funnel["after_suitability"] > 0
    assert len(evidence.plan) == len(orders)
    assert any(price > 0 for price in evidence.prices.values())
    for name, used in evidence.used.items():
        assert used <= evidence.capacity[name] + 1e-9
    assert 0 <= evidence.gap < 0.005


def test_zhike_draws_what_its_probabilities_say(situation, monkeypatch):
    """Over many lots every action is drawn as often as its recorded chances add up to, within four standard deviations."""
    from zhike.lab import loop

    lots, kept, real = iter(range(1_000)), [], loop.hash_uniforms
    monkeypatch.setattr(loop, "prepare", _once(loop.prepare))
    monkeypatch.setattr(loop, "_candidates", _once(getattr(loop, "_candidates")))  # noqa: B009 - the costly part, once
    monkeypatch.setattr(
        loop, "hash_uniforms", lambda names, salt, count: real(names, f"{salt}{next(lots)}", count)
    )
    monkeypatch.setattr(loop, "_ordered", lambda found, chance, drawn: kept.append((found, chance, drawn)))
    for _ in range(30):
        Zhike().orders(situation)
    expected, drawn, spread = (np.zeros(len(situation.deck)) for _ in range(3))
    for found, chance, action in kept:
        assert chance.sum(axis=1) == pytest.approx(np.ones(len(chance)))
        assert not chance[~found.open].any()
        expected += chance.sum(axis=0)
        spread += (chance * (1 - chance)).sum(axis=0)
        drawn += np.bincount(action, minlength=len(drawn))
    assert (np.abs(drawn - expected) <= 4 * np.sqrt(spread) + 1).all()
    explored = sum((chance[np.arange(len(action)), action] < 0.9).sum() for _, chance, action in kept)
    assert explored > 50


def _once(work):
    kept = []

    def call(*words, **named):
        if not kept:
            kept.append(work(*words, **named))
        return kept[0]

    return call


def test_the_oracle_leaves_the_world_as_it_was(situation, world):
    before = world.copy()
    Oracle.all_knowing().orders_in(world, situation)
    assert world.month == before.month
    for field in dataclasses.fields(before.state):
        assert np.array_equal(getattr(world.state, field.name), getattr(before.state, field.name)), field.name


def test_the_yardsticks_order_nothing_unsuitable(situation, world, ordered):
    from zhike.lab.outcomes import outcomes

    assert situation.month == world.month
    for name in ("informed", "oracle"):
        orders = ordered[name]
        found = outcomes(
            world.dice,
            world.deck,
            world.traits,
            world.state,
            world.month,
            world.weather(),
            orders.row,
            orders.action,
        )
        # The month's flows may still change what suits; they seldom do.
        assert found.unsuitable.mean() < 0.01


def test_names_are_checked_and_the_reference_is_always_played():
    assert checked_names(["tiered"]) == ("standard", "tiered")
    assert checked_names(["oracle"]) == ("nothing", "standard", "oracle")
    with pytest.raises(UsageError, match="clairvoyant"):
        checked_names(["zhike", "clairvoyant"])


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """A policy that names a model of the bank's registry, which says that one of twenty takes whatever is offered."""
    draft = dict(load_rulebook().at("policies.retail_cn", LAST_DAY).value)
    draft["chances"] = {"model": "online", "kept": "online_chances", "horizon_days": 30, "minimum": 100}
    file = tmp_path_factory.mktemp("followed") / "followed.yaml"
    raw = yaml.safe_dump(document("policy", draft), allow_unicode=True)
    file.write_text(raw.replace("2018-01-03", "2026-02-01"), "utf-8")
    return file


def kept_on(bank, arms, learnt):
    """Keep a model that was learnt by a day and put it in force; return its version."""
    window = ChanceWindow(model="online", horizon_days=30, minimum=100)
    model = OnlineChances.begun((1.0,) * 6, window, learnt)
    model = dataclasses.replace(model, deliveries=dict.fromkeys(arms, 500))
    record = train(
        "online_chances",
        lambda *_: model,
        {"cases": CASES},
        TrainingSetting(learnt, learnt, learnt, 0, "0", {"root": ""}),
    )
    registry = models_of_bank(Bank.open(bank))
    given = CardInput(
        CASES.select("x"),
        CASES["outcome"].to_numpy(),
        CASES["x"].to_numpy(),
        {},
        "2026-01-01",
        "2026-03-31",
        NAME,
        (NAME,),
        10,
    )
    version = registry.keep(record, model_card(record, given), "anna", NOW)
    step = ModelStep(0, NOW, "promoted", version, ("anna", "bert"), "for a test")
    registry.step("online_chances", lambda history: Stepped(next_step(history, step)))
    return version


def test_a_policy_may_name_a_model_that_the_bank_keeps(bank, situation, followed):
    with pytest.raises(PolicyError, match="kept and in force"):
        runs([(bank, None)], ["zhike"], 1, processes=1, followed=str(followed))
    arms = [(one.split(":")[0], one.split(":")[-1]) for one in situation.deck.ids]
    kept_on(bank, arms, LAST_DAY)
    policy = Zhike(str(followed), lambda wanted, at: models_named(wanted, Bank.open(bank), at))
    plain, named = Zhike().orders(situation), policy.orders(situation)
    assert not np.array_equal(plain.probability, named.probability)
    (one,) = runs([(bank, None)], ["zhike"], 1, processes=1, followed=str(followed))
    played = one.played["zhike"]
    assert played.evidence.plan.height > 0
    assert played.monthly.height == 1
