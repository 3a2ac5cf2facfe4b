"""What a store knows is counted by indicators: sheets, complaints, call-backs and offers, as of the day, each once beside a bank's folder."""

import datetime as dt
import secrets

import heard_bank
import polars as pl
import pytest
import small_bank
from ledger_rows import ledger_row

from zhike.act.acting import DAY, Acting, moment
from zhike.adapters.clock import SystemClock
from zhike.adapters.rule_files import load_rulebook
from zhike.adapters.store import open_store
from zhike.adapters.store_tables import with_store
from zhike.measure.indicators import evaluated, indicators_of

BOOK, ZONE = load_rulebook(), "Asia/Shanghai"


@pytest.fixture
def acting(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/zhike.db", create=True)
    yield Acting(store, SystemClock(), secrets.token_bytes)
    store.close()


def day_of(acting, ago=0):
    return moment(acting.clock.now() - ago * DAY).astimezone(dt.timezone(dt.timedelta(hours=8))).date()


def read(acting, folder=None, ago=0):
    tables = with_store(folder or {}, acting.store, BOOK, day_of(acting, ago), ZONE)
    return {name: one.collect() for name, one in tables.items()}


def put(acting, table, *rows):
    with acting.store.write() as tx:
        tx.insert(table, [ledger_row(table, place, **row) for place, row in enumerate(rows)])


def test_sheets_are_answers_without_own_words_as_of_the_day(acting):
    who = [row["customer_id"] for row in heard_bank.people(acting.store, 3)]
    sheets = [
        (who[0], {"recommend": 9, "call_back": "no"}, 40, 1), (who[1], {"recommend": 3, "disappointed": "friendly", "call_back": "yes"}, 10, 1, "phone"),
    ]  # fmt: skip
    heard_bank.hear(acting, "nps", sheets, silent=[who[2]])
    found = read(acting)
    told = found["answers"].filter(question="recommend").sort("answered_on")
    assert told["score"].to_list() == [9.0, 3.0]
    assert told["answered_on"].to_list() == [day_of(acting, 39), day_of(acting, 9)]
    assert "friendly" not in set(found["answers"]["words"])
    assert found["surveys"].sort("sent_on")["channel"].to_list() == ["web", "phone"]
    assert len(read(acting, ago=20)["answers"].filter(question="recommend")) == 1


def test_a_complaint_is_a_version_for_each_change_of_what_it_means(acting):
    begun, now = acting.clock.now() - 40 * DAY, acting.clock.now()
    case = {
        "complaint_id": "k1",
        "customer_id": "H1",
        "received_at": begun,
        "recorded_at": begun,
        "business": "card",
        "channel": "web",
        "issue": "fee",
    }
    put(acting, "complaints", case)
    states = [("received", 40), ("assessed", 39), ("decided", 30), ("informed", 28), ("closed", 1)]
    put(acting, "complaint_steps", *(
        {"complaint_id": "k1", "number": place, "customer_id": "H1", "to_state": state, "recorded_at": now - ago * DAY}
        for place, (state, ago) in enumerate(states)
    ))  # fmt: skip
    rows = read(acting)["complaints"]
    assert rows["status"].to_list() == ["open", "decided", "closed"]
    assert rows["valid_from"].to_list() == [day_of(acting, 40), day_of(acting, 28), day_of(acting, 1)]
    assert read(acting, ago=20)["complaints"]["status"].to_list() == ["open", "decided"]


def test_a_call_back_is_in_time_late_or_still_running(acting):
    now = acting.clock.now()
    put(acting, "loops", *(
        {"loop_id": name, "customer_id": "H1", "owner": "rm", "recorded_at": now - 10 * DAY, "due_at": now + due * DAY, "state": state,
         "closed_at": closed and now - closed * DAY, "cause": closed and "waiting"}
        for name, due, state, closed in (("a", -5, "closed", 6), ("b", -5, "closed", 2), ("c", -5, "open", None), ("d", 5, "open", None))
    ))  # fmt: skip
    told = {
        row["loop_id"]: (row["in_time"], row["cause"])
        for row in read(acting)["call_backs"].iter_rows(named=True)
    }
    assert told == {"a": (1.0, "waiting"), "b": (0.0, "waiting"), "c": (0.0, None), "d": (None, None)}
    before = {
        row["loop_id"]: row["in_time"] for row in read(acting, ago=8)["call_backs"].iter_rows(named=True)
    }
    assert before == dict.fromkeys("abcd")


def test_an_offer_is_shown_and_accepted_by_what_was_heard_of_it(acting):
    made = acting.clock.now() - 5 * DAY
    put(acting, "offers", *(
        {"offer_id": name, "customer_id": "H1", "made_at": made, "kind": kind, "action_id": "x", "channel": "app"}
        for name, kind in (("a", "sale"), ("b", "sale"), ("c", "care"), ("d", "mandatory"))
    ))  # fmt: skip
    put(acting, "responses", *(
        {"response_id": f"r{place}", "offer_id": offer, "customer_id": "H1", "outcome": outcome, "recorded_at": made}
        for place, (offer, outcome) in enumerate([("a", "shown"), ("a", "accepted"), ("b", "blocked"), ("c", "shown")])
    ))  # fmt: skip
    rows = read(acting)["offers"].sort("offer_id").select("offer_id", "shown", "accepted").rows()
    assert rows == [("a", 1.0, 1.0), ("b", 0.0, 0.0), ("c", 1.0, 0.0)]


def test_beside_a_folder_each_row_counts_once(acting):
    heard_bank.people(acting.store, 2)
    put(
        acting,
        "complaints",
        {"complaint_id": "k1", "customer_id": "H00000", "received_at": 0, "recorded_at": 0},
    )
    put(
        acting,
        "complaint_steps",
        {"complaint_id": "k1", "number": 0, "to_state": "received", "recorded_at": 0},
    )
    folder = small_bank.bank(
        customers=[{"customer_id": "H00000", "region": "their own", "valid_from": "2026-01-01"}],
        complaints=[{"complaint_id": "k1", "customer_id": "H00000", "received_on": "2026-02-01", "status": "closed", "valid_from": "2026-02-01"}],
    )  # fmt: skip
    found = read(acting, folder)
    assert found["complaints"]["status"].to_list() == ["closed"]
    assert found["customers"].sort("customer_id")["region"].to_list()[0] == "their own"
    assert len(found["customers"]) == 2


def test_indicators_of_the_rulebook_are_told_of_the_store_by_branch_and_small_ones_not(acting):
    people = heard_bank.people(acting.store, 90)
    sheets = [(row["customer_id"], {"recommend": 8, "call_back": "no"}, 120, 1) for row in people]
    heard_bank.hear(acting, "nps", sheets)
    asked = {one.name: one for one in indicators_of(BOOK, day_of(acting))}
    tables = with_store({}, acting.store, BOOK, day_of(acting), ZONE)
    units = evaluated(asked["recommendation"], tables, day_of(acting), ZONE)
    sizes = pl.Series([row["branch"] for row in people]).value_counts()
    assert {one.name for one in units if one.level == "branch"} == {
        name for name, count in sizes.rows() if count >= asked["recommendation"].least
    }
    assert next(one for one in units if one.level == "bank").values.tolist() == [8.0]
    few = with_store({}, acting.store, BOOK, day_of(acting, 119), ZONE)
    assert not evaluated(asked["recommendation"], few, day_of(acting, 119), ZONE)
