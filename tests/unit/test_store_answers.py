"""What a store has offered and was answered is learnt as if the bank's folder had it: once, from the moment at which it was known."""

import dataclasses
import datetime as dt
import secrets

import decide_bank
import logged_bank
import online_bank
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from zhike.act.acting import Acting
from zhike.act.publications import publication
from zhike.adapters.bank import Bank
from zhike.adapters.clock import SystemClock
from zhike.adapters.model_training import learn_model, train_model
from zhike.adapters.publishing import publish_bank
from zhike.adapters.store import open_store
from zhike.adapters.store_answers import answers_learnt, bank_with_answers
from zhike.decide.effects import learn_effects
from zhike.decide.online_chances import closed_offers
from zhike.know.archive import archive_rules
from zhike.learn.contact_training import train_contacts
from zhike.learn.model_encoding import state_sha256
from zhike.learn.training import TrainingSetting
from zhike.learn.warnings_of_day import WarningBank

BEGUN, AT = dt.date(2026, 4, 21), decide_bank.AT
RULES = decide_bank.SHIPPED
CONTENT = online_bank.rows(customers=150)
DECISIONS = ["decision_id", "customer_id", "decided_on", "action_id", "channel", "rank", "action_probability"]
RESPONSES = ["response_id", "decision_id", "customer_id", "action_id", "responded_on", "outcome"]


def instant(day, hour=10):
    """Return a moment of a day in the bank's zone, in microseconds of UTC."""
    return int(dt.datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00").timestamp()) * 1_000_000


def recorded(tx, decisions, responses):
    """Write decisions as a server does, each the only offer of its list, with the answers to them."""
    tx.insert("decisions", [
        {"decision_id": f"list {one['decision_id']}", "customer_id": one["customer_id"], "decided_at": instant(one["decided_on"]),
         "origin": "online", "publication": 1, "prices": None, "degraded": "", "context": {}, "record": {}}
        for one in decisions
    ])  # fmt: skip
    tx.insert("offers", [
        {"offer_id": one["decision_id"], "decision_id": f"list {one['decision_id']}", "customer_id": one["customer_id"], "rank": 1,
         "action_id": one["action_id"], "channel": one["channel"], "kind": one.get("kind", "sale"), "outbound": True, "probability": one["action_probability"],
         "state": "made", "made_at": instant(one["decided_on"]), "changed_at": instant(one["decided_on"]), "lapses_at": None}
        for one in decisions
    ])  # fmt: skip
    tx.insert("responses", [
        {"response_id": one["response_id"], "offer_id": one["decision_id"], "customer_id": one["customer_id"], "outcome": one["outcome"],
         "reason": "", "responded_at": instant(one["responded_on"]), "late": False, "recorded_at": instant(one.get("known_on", one["responded_on"]), 11),
         "actor": "app"}
        for one in responses
    ])  # fmt: skip


@pytest.fixture
def ledger(tmp_path):
    with open_store(tmp_path / "zhike.db", create=True) as store:
        yield Acting(store, SystemClock(), secrets.token_bytes)


def folder(place, **changes):
    return Bank.open(decide_bank.write(place, {**CONTENT, **changes}))


def learnt(bank, acting=None):
    """Return the hash of what a line has learnt that began in April and went on to the end of June, and what is told of it."""
    begun, _ = train_model(bank, RULES, "online_chances", BEGUN, None, acting)
    record, card = learn_model(bank, RULES, begun, AT, acting)
    return state_sha256(record.state), card


@pytest.fixture(scope="module")
def of_folder(tmp_path_factory):
    """What is learnt where the bank's folder has all of it, and its tables."""
    bank = folder(tmp_path_factory.mktemp("whole") / "bank")
    return bank, *learnt(bank)


def test_a_store_teaches_what_a_folder_does_bit_for_bit(of_folder, ledger, tmp_path):
    whole, hashed, card = of_folder
    bank = folder(tmp_path / "bank", decisions=[], responses=[])
    with ledger.store.write() as tx:
        recorded(tx, CONTENT["decisions"], CONTENT["responses"])
    found, offers = bank_with_answers(bank, ledger)
    assert offers == len(CONTENT["decisions"])
    for table, columns in (("decisions", DECISIONS), ("responses", RESPONSES)):
        both = (
            one.select(columns).sort(columns[0]).collect() for one in (found[table], whole.tables()[table])
        )
        assert_frame_equal(*both)
    state, of_store = learnt(bank, ledger)
    assert (state, of_store.measured) == (hashed, card.measured)
    told = of_store.provenance.setting.configuration
    # Those made before what the line had learnt were closed: only later ones are read again.
    assert 0 < told["store_offers"] < offers
    assert "store_offers" not in card.provenance.setting.configuration


def test_what_the_folder_has_too_counts_once(of_folder, ledger, tmp_path):
    whole, _, _ = of_folder
    half = len(CONTENT["responses"]) // 2
    bank = folder(tmp_path / "bank", responses=CONTENT["responses"][:half])
    with ledger.store.write() as tx:
        recorded(tx, CONTENT["decisions"], CONTENT["responses"])
    found, offers = bank_with_answers(bank, ledger)
    assert offers == 0
    assert found["responses"].collect()["response_id"].n_unique() == len(CONTENT["responses"])
    together = found["responses"].select(RESPONSES).sort("response_id").collect()
    assert_frame_equal(together, whole.tables()["responses"].select(RESPONSES).sort("response_id").collect())


def test_a_list_that_the_folder_has_by_its_own_number_counts_once(ledger, tmp_path):
    (first, second, *_), answers = CONTENT["decisions"], CONTENT["responses"]
    lists = [
        {**first, "decision_id": f"list {first['decision_id']}"},
        {**second, "decision_id": f"list {second['decision_id']}", "action_id": "review:phone"},
    ]
    answer = {**answers[0], **{name: first[name] for name in ("decision_id", "customer_id", "action_id")}}
    bank = folder(tmp_path / "bank", decisions=lists, responses=[])
    with ledger.store.write() as tx:
        recorded(tx, [first, second], [answer])
    found, offers = bank_with_answers(bank, ledger)
    assert offers == 1  # of the second list the folder has another action
    assert found["responses"].collect()["decision_id"].to_list() == [lists[0]["decision_id"]]
    assert set(found["decisions"].collect()["decision_id"]) == {
        *(one["decision_id"] for one in lists),
        second["decision_id"],
    }


def test_a_choice_of_nothing_is_read_from_the_list_that_it_ends(ledger, tmp_path):
    one, two, three = CONTENT["decisions"][:3]
    places = [["everyday:C0:app", "best", 0.6, "offer"], ["no_action", "best", 0.3, None]]
    with ledger.store.write() as tx:
        recorded(tx, [one], [])
        tx.insert("decisions", [
            {"decision_id": f"list {name}", "customer_id": row["customer_id"], "decided_at": instant(row["decided_on"]), "origin": "online",
             "publication": 1, "prices": None, "degraded": "", "context": {}, "record": {"places": listed, "fingerprint": ""}}
            for name, row, listed in (("ended", two, places), ("empty", three, places[1:]))
        ])  # fmt: skip
    bank = folder(tmp_path / "bank", decisions=[], responses=[])
    found, offers = bank_with_answers(bank, ledger)
    told = found["decisions"].select("decision_id", "action_id", "channel", "rank", "action_probability")
    nothing = told.filter(action_id="no_action").sort("decision_id").collect().rows()
    assert nothing == [
        ("list empty", "no_action", "none", 1, 0.3),
        ("list ended", "no_action", "none", 2, 0.3),
    ]
    assert offers == 1
    # The folder has one of them by now.
    listed = {
        **three,
        "decision_id": "list empty",
        "action_id": "no_action",
        "product_id": None,
        "channel": "none",
    }
    known = folder(tmp_path / "later", decisions=[listed], responses=[])
    again = bank_with_answers(known, ledger)[0]["decisions"].collect()
    assert again.filter(action_id="no_action")["decision_id"].sort().to_list() == ["list empty", "list ended"]


def test_chances_of_the_day_learn_from_a_store_what_they_learn_from_a_folder(of_folder, ledger, tmp_path):
    from zhike.learn.offer_training import train_offers

    bank = folder(tmp_path / "bank", decisions=[], responses=[])
    with ledger.store.write() as tx:
        recorded(tx, CONTENT["decisions"], CONTENT["responses"])
    policy = decide_bank.policy(chances={"model": "batch", "minimum": 100, "horizon_days": 30})
    rules, setting = decide_bank.rulebook(), TrainingSetting(AT, AT, AT, 0, "0.1.0", {})
    states = [
        train_offers(WarningBank(tables, bank.manifest.timezone, rules), policy, setting)[0].state
        for tables in (of_folder[0].tables(), bank_with_answers(bank, ledger).tables)
    ]
    assert state_sha256(states[0]) == state_sha256(states[1])


@pytest.fixture(scope="module")
def chosen():
    """Return the tables of a bank that chose between offers and nothing."""
    return logged_bank.Log(5, 450, {"app": 0.4, "phone": 0.4}).tables()


@pytest.fixture(scope="module")
def bare(chosen, tmp_path_factory):
    """Return the same bank without choices and answers, and a store that made and got them."""
    known = {name: table for name, table in chosen.items() if name not in {"decisions", "responses"}}
    folder = tmp_path_factory.mktemp("bare")
    bank = Bank.open(decide_bank.written(folder / "bank", known))
    made = chosen["decisions"].with_columns(rank=1).collect()
    with open_store(folder / "zhike.db", create=True) as store:
        with store.write() as tx:
            offers = made.filter(pl.col("action_id") != "no_action")
            recorded(tx, offers.to_dicts(), chosen["responses"].collect().to_dicts())
            tx.insert("decisions", [
                {"decision_id": row["decision_id"], "customer_id": row["customer_id"], "decided_at": instant(row["decided_on"]), "origin": "online",
                 "publication": 1, "prices": None, "degraded": "", "context": {},
                 "record": {"places": [["no_action", "best", row["action_probability"], None]], "fingerprint": ""}}
                for row in made.filter(action_id="no_action").to_dicts()
            ])  # fmt: skip
        yield bank, Acting(store, SystemClock(), secrets.token_bytes)


CHOICE_RULES = decide_bank.rulebook(logged_bank.TEMPLATES)
CHOICE_WINDOW = dataclasses.replace(logged_bank.WINDOW, minimum=30)
CHOICE_POLICY = decide_bank.policy(effects=dataclasses.asdict(CHOICE_WINDOW))


def test_what_a_contact_changes_is_learnt_from_a_store_as_from_a_folder(chosen, bare):
    setting = TrainingSetting(AT, AT, AT, 0, "0.1.0", {})
    (record, card), (of_store, told) = (
        train_contacts(WarningBank(tables, decide_bank.TIMEZONE, CHOICE_RULES), CHOICE_POLICY, setting)
        for tables in (chosen, bank_with_answers(*bare).tables)
    )
    assert state_sha256(of_store.state) == state_sha256(record.state)
    assert of_store.provenance.tables == record.provenance.tables
    assert told.contact_effects == card.contact_effects
    assert told.contact_effects[0]["customers"] == 450


def test_effects_of_the_day_are_learnt_from_a_store_as_from_a_folder(chosen, bare):
    bank, ledger = bare
    rules, actions = archive_rules(CHOICE_RULES, AT), logged_bank.actions()
    answered = answers_learnt(bank, ledger, CHOICE_POLICY, AT)
    assert answered.offers > 500
    of_folder, of_store = (
        learn_effects(tables, AT, decide_bank.TIMEZONE, rules, actions, CHOICE_WINDOW)
        for tables in (chosen, answered.tables)
    )
    for one, other in ((of_folder.table, of_store.table), (of_folder.worth, of_store.worth), (of_folder.model, of_store.model)):  # fmt: skip
        assert one.height
        assert_frame_equal(one, other)


def test_a_publication_rests_on_what_its_store_was_answered(chosen, bare, tmp_path):
    bank, ledger = bare
    whole = Bank.open(decide_bank.written(tmp_path / "whole", chosen))
    settings = []
    with open_store(tmp_path / "zhike.db", create=True) as store:
        for acting, folder in ((ledger, bank), (Acting(store, SystemClock(), secrets.token_bytes), whole)):
            told = publish_bank(acting, folder, CHOICE_RULES, CHOICE_POLICY, AT, "tests")
            with acting.store.read() as tx:
                setting = publication(tx, told["publication"]).setting
            settings.append((told.pop("store_offers"), told, setting.doubts))
    assert settings[0][1:] == settings[1][1:]
    assert (settings[0][0] > 500, settings[1][0]) == (True, 0)
    assert any(one is not None for one in settings[0][2])


def test_a_policy_that_learns_nothing_reads_no_answers(bare):
    assert answers_learnt(*bare, decide_bank.policy(), AT) is None


def test_who_is_no_customer_and_what_must_be_sent_is_left_out(ledger, tmp_path):
    bank = folder(tmp_path / "bank", decisions=[], responses=[])
    one, two, three = CONTENT["decisions"][:3]
    with ledger.store.write() as tx:
        recorded(tx, [{**one, "customer_id": "stranger"}, {**two, "kind": "mandatory"}, three], [])
    found, offers = bank_with_answers(bank, ledger)
    assert (offers, found["decisions"].collect()["decision_id"].to_list()) == (1, [three["decision_id"]])
    assert bank_with_answers(bank, ledger, AT).offers == 0


def test_an_answer_is_known_when_it_was_recorded(ledger, tmp_path):
    """A yes that was told months late was not known when its offer closed: it is learnt as a no."""
    bank = folder(tmp_path / "bank", decisions=[], responses=[])
    yes = [one for one in CONTENT["responses"] if one["outcome"] == "accepted"]
    with ledger.store.write() as tx:
        recorded(tx, CONTENT["decisions"], [yes[0], *({**one, "known_on": str(AT)} for one in yes[1:])])
    tables, closes = bank_with_answers(bank, ledger).tables, online_bank.MADE[0] + dt.timedelta(60)
    closed = closed_offers(tables, closes, bank.manifest.timezone, archive_rules(RULES, closes), 60)
    assert closed.filter("yes")["decision_id"].to_list() == [yes[0]["decision_id"]]
    assert len(closed) == 150
