"""A draft valued from the decisions of a store comes out as from a folder that holds the same decisions and answers."""

import json
import shutil

import decide_bank
import numpy as np
import polars as pl
import pytest
import served_bank
import valued_bank

from zhike.act.acting import Acting
from zhike.act.decisions import DecisionDesk
from zhike.act.drafts import Ask
from zhike.act.responses import Response, respond
from zhike.adapters import value_runs
from zhike.adapters.bank import Bank
from zhike.adapters.decision_files import decide_bank as decide
from zhike.adapters.policy_files import load_policy
from zhike.adapters.publishing import publish_bank
from zhike.adapters.store.engine import open_store
from zhike.adapters.store_answers import answers_learnt
from zhike.adapters.store_logs import store_log_sha256, store_logs
from zhike.core.errors import UsageError

CUSTOMERS = 300
NOON = served_bank.BEGAN.replace(month=6, day=30)
APART = ("folder", "publication", "sha256", "apart")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Return a folder with a store that decided for everybody and was answered, the bank later without and with the answers, and the draft."""
    place = tmp_path_factory.mktemp("online")
    rows = valued_bank.rows(CUSTOMERS)
    bank = Bank.open(decide_bank.write(place / "bank", rows))
    policy = load_policy(
        decide_bank.SHIPPED,
        str(valued_bank.policy_file(place, "exploring", exploration=valued_bank.EXPLORED)),
        decide_bank.AT,
    )
    clock = served_bank.Clock(NOON)
    with open_store(place / "zhike.db", create=True, now=clock.now) as store:
        acting = Acting(store, clock, np.random.default_rng(7).bytes)
        publish_bank(acting, bank, decide_bank.SHIPPED, policy, decide_bank.AT, "tests")
        clock.later(seconds=2)
        answers = answered(acting, clock, rows)
    known = {"interactions": [decide_bank.contact("C0000", str(valued_bank.LATER), purpose="service")]}
    decide_bank.write(place / "later", {**rows, **known})
    decide_bank.write(place / "told", {**rows, **known, "responses": answers})
    decide(bank, decide_bank.SHIPPED, policy, decide_bank.AT, place / "log")
    valued_bank.policy_file(place, "calmer", exploration={"share": 0.6, "temperature": 1000.0})
    return place


def answered(acting, clock, rows):
    """Decide for everybody once, some of them again, and answer; return the answers as a bank would have them."""
    desk, rng, told = DecisionDesk(acting), np.random.default_rng(3), []
    names = [one["customer_id"] for one in rows["customers"]]
    made = [desk.decide(Ask(name, "tests")) for name in names]
    desk.decide(Ask(names[0], "tests"))  # a second one: something has changed by then
    desk.decide(Ask(names[1], "tests", channels=("app",)))
    with acting.store.read() as tx:
        offers = tx.find(
            "offers", {"decision_id": [one.draft.decision_id for one in made]}, order=["made_at"]
        )
    clock.later(days=9)
    for number, offer in enumerate(offers):
        outcome = str(rng.choice(["accepted", "refused", "blocked"], p=[0.3, 0.5, 0.2]))
        respond(acting, Response(offer["offer_id"], outcome, "tests"))
        told.append(
            {"response_id": f"R{number}", "decision_id": offer["decision_id"], "customer_id": offer["customer_id"],
             "action_id": offer["action_id"], "responded_on": "2026-07-09", "outcome": outcome}
        )  # fmt: skip
    return told


@pytest.fixture
def acting(house):
    clock = served_bank.Clock(served_bank.BEGAN.replace(month=9))
    with open_store(house / "zhike.db", now=clock.now) as store:
        yield Acting(store, clock, np.random.default_rng(7).bytes)


def test_one_list_stands_for_each_customer(acting):
    (log,) = store_logs(acting, decide_bank.TIMEZONE)
    assert (log.at, log.known, log.publication, log.apart) == (decide_bank.AT, decide_bank.AT, 1, 2)
    assert log.decisions["customer_id"].n_unique() == CUSTOMERS == len(log.inputs)
    assert log.answers["decision_id"].is_in(log.decisions["decision_id"].to_list()).all()
    assert log.sha256 == store_log_sha256(acting, 1, decide_bank.AT, decide_bank.TIMEZONE)
    assert store_log_sha256(acting, 1, valued_bank.LATER, decide_bank.TIMEZONE) is None


def test_the_value_is_that_of_a_folder_with_the_same_decisions(zhike, house, acting, monkeypatch):
    asked = []

    def learnt(bank, acting, draft, at):
        asked.append(at)
        return answers_learnt(bank, acting, draft, at)

    monkeypatch.setattr(value_runs, "answers_learnt", learnt)
    (log,) = store_logs(acting, decide_bank.TIMEZONE)
    kinds = log.actions.select("action_id", "kind", "product_id", "channel", "currency")
    stored = pl.read_parquet(house / "log" / "decisions.parquet")
    same = log.decisions.join(kinds, on="action_id", maintain_order="left")
    same.with_columns(pl.col("rank").cast(pl.Int16)).write_parquet(house / "log" / "decisions.parquet")
    try:
        draft = ("--policy", house / "calmer.yaml", "--outcome", "accepted", "--json")
        folder = zhike("value", house / "log", "--bank", house / "told", *draft)
        online = zhike("value", "--store", house / "zhike.db", "--bank", house / "later", *draft)
    finally:
        stored.write_parquet(house / "log" / "decisions.parquet")
    assert (folder.code, online.code) == (0, 0), (folder.out, online.err)
    assert asked == [decide_bank.AT]  # of the store alone
    one, other = folder.json, online.json
    assert (other["logs"][0]["publication"], other["logs"][0]["folder"]) == (1, None)
    for told in (one, other):
        del told["sha256"], told["bank_sha256"]
        (log_told,) = told["logs"]
        told["logs"] = [{name: value for name, value in log_told.items() if name not in APART}]
    assert json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert one["gain"]["low"] < one["gain"]["value"]


def test_a_horizon_that_is_open_says_nothing_yet(zhike, house):
    draft = ("--policy", house / "calmer.yaml", "--horizon", 300)
    answer = zhike("value", "--store", house / "zhike.db", "--bank", house / "later", *draft)
    assert answer.code == 2
    assert "whose horizon has closed" in answer.err


def test_a_log_that_does_not_come_out_again_is_refused(house, tmp_path):

    for file in house.glob("zhike.db*"):
        copied = shutil.copytree if file.is_dir() else shutil.copy
        copied(file, tmp_path / file.name)
    clock = served_bank.Clock(served_bank.BEGAN.replace(month=9))
    with open_store(tmp_path / "zhike.db", now=clock.now) as store:
        acting = Acting(store, clock, np.random.default_rng(7).bytes)
        with store.write() as tx:
            (row,) = tx.find("decisions", order=["decided_at"], limit=1)
            record = {**row["record"], "fingerprint": "0" * 64}
            tx.change("decisions", {"decision_id": row["decision_id"]}, {"record": record})
        with pytest.raises(UsageError, match="does not come out"):
            store_logs(acting, decide_bank.TIMEZONE)
