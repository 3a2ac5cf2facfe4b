"""Facts of a month: they satisfy the contract, say what is so, add up over months, and do not depend on chunks."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from zhike.core.contracts import CONTRACTS
from zhike.core.tables import as_known
from zhike.know.holdings import ENDED
from zhike.lab.deck import Orders
from zhike.lab.facts_frame import calendar, days, known, month_of
from zhike.lab.facts_month import frames
from zhike.lab.facts_opening import opening_frames
from zhike.lab.facts_prices import prices
from zhike.lab.shelf import SHELF
from zhike.lab.tiers import TIERS
from zhike.lab.world import World
from zhike.observe.checks import contract_failures, split_rows

FIRST, MONTHS, CUSTOMERS = 664, 5, 3_000
LAST_DAY = calendar(FIRST + MONTHS) - dt.timedelta(days=1)
LATER = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)


def some(dice, deck):
    """Orders of a policy without sense: one or two actions at random for a third of the customers."""

    def orders(traits, state, weather):
        one = np.flatnonzero(state.here & dice.happens(0.3, "ordered", traits.who, weather.month))
        two = one[dice.happens(0.3, "ordered twice", traits.who[one], weather.month)]
        row = np.concatenate([one, two])
        which = np.repeat([0, 1], [len(one), len(two)])
        action = (dice.uniform("action", traits.who[row], weather.month, which) * len(deck)).astype(np.int64)
        order = np.argsort(row, kind="stable")
        return Orders(row[order], action[order], np.full(len(row), 0.1))

    return orders


def history(dice, deck, chunk=50_000, months=MONTHS):
    world = World.opening(dice, deck, CUSTOMERS, FIRST)
    opening = opening_frames(dice, world.traits, world.state, FIRST)
    made = []

    def write(results, traits, state):
        made.append((world.month, frames(dice, deck, traits, state, world.month, results)))

    for _ in range(months):
        world.play(some(dice, deck), "test:1", write, chunk)
    return world, opening, made


def together(parts):
    names = sorted({name for part in parts for name in part})
    return {name: pl.concat([part[name] for part in parts if name in part]) for name in names}


@pytest.fixture(scope="module")
def played(dice, deck):
    world, opening, made = history(dice, deck)
    return world, opening, together([part for _, part in made])


@pytest.fixture(scope="module")
def every(played):
    """Opening and months together."""
    _, opening, months = played
    return together([opening, months])


def now(tables, name):
    return as_known(tables[name].lazy(), CONTRACTS[name], LAST_DAY, LATER).collect()


def who(frame, column="customer_id"):
    return frame[column].str.slice(1, 7).cast(pl.Int64).to_numpy()


def test_every_row_satisfies_its_contract(every):
    for name, rows in every.items():
        table = CONTRACTS[name]
        assert rows.schema == table.schema()
        assert split_rows(rows, table, contract_failures(table)).rejects.is_empty(), name
        assert not rows.select(table.identity).is_duplicated().any(), name


def test_nothing_is_known_before_it_is_so_and_little_much_later(played):
    for name, rows in played[2].items():
        wait = (rows["known_at"].dt.date() - rows[CONTRACTS[name].day]).dt.total_days()
        assert wait.min() >= 0
        assert wait.max() <= 40
    cards = played[2]["transactions"].filter(pl.col("method") == "card")
    assert ((cards["known_at"].dt.date() - cards["booked_on"]).dt.total_days() == 1).all()


def test_known_at_is_six_in_the_evening_in_shanghai():
    instant = known(days(675, np.array([3])))
    assert instant.dt.convert_time_zone("Asia/Shanghai").dt.to_string("%Y-%m-%d %H:%M").to_list() == [
        "2026-04-03 18:00"
    ]
    assert month_of(dt.date(2026, 4, 3)) == 675


def test_balances_are_chained_over_months_and_never_below_nothing(played):
    world, _, months = played
    booked = months["transactions"]
    assert booked["balance_after"].min() >= 0
    before = booked.with_columns(before=pl.col("balance_after") - pl.col("amount"))
    ordered = before.sort("account_id", "booked_on", "sequence").with_columns(
        pl.col("balance_after").shift(1).over("account_id").alias("last")
    )
    inside = ordered.filter(pl.col("last").is_not_null())
    assert (inside["before"] == inside["last"]).all()
    last = ordered.group_by("account_id").agg(pl.col("balance_after").last())
    assert (
        np.rint(world.state.balance[who(last, "account_id")] * 100) == last["balance_after"].to_numpy()
    ).all()


def test_four_or_five_bookings_a_customer_and_month(played):
    booked = played[2]["transactions"].height / (MONTHS * played[0].state.here.sum())
    assert 3.5 < booked < 5.5


def test_bookings_say_what_they_are(played):
    booked = played[2]["transactions"]
    money_in = ("salary", "pension", "interest")
    money_out = ("household", "loan_payment", "fee", "penalty_interest", "insurance")
    assert (booked.filter(pl.col("purpose").is_in(money_in))["amount"] > 0).all()
    assert (booked.filter(pl.col("purpose").is_in(money_out))["amount"] < 0).all()
    assert set(booked.filter(pl.col("purpose") == "interest")["booked_on"].dt.month()) <= {3, 6, 9, 12}
    assert not (booked["amount"] == 0).any()


def test_running_holdings_are_those_of_the_state(every, played):
    state = played[0].state
    running = now(every, "holdings").filter(~pl.col("status").is_in(ENDED))
    row, product = np.nonzero(state.amount > 0)
    held = {(int(number), SHELF.codes[place]) for number, place in zip(row, product, strict=True)}
    assert running.height == len(held)
    assert set(zip(who(running), running["product_id"], strict=True)) == held


def test_holdings_end_only_once_they_began(every):
    held = every["holdings"]
    begun = (
        held.filter(pl.col("status") == "active")
        .group_by("holding_id")
        .agg(pl.col("valid_from").min().alias("began"))
    )
    ended = held.filter(pl.col("status").is_in(ENDED)).join(begun, on="holding_id", how="left")
    assert ended.height > 50
    assert (ended["began"] <= ended["valid_from"]).all()
    assert ended["holding_id"].is_unique().all()
    matured = ended.filter(
        (pl.col("status") == "closed") & (pl.col("product_id") == "D01"), pl.col("matures_on") <= LAST_DAY
    )
    assert (matured["valid_from"] <= matured["matures_on"]).all()


def test_customers_are_as_the_state_says(every, played):
    state = played[0].state
    current = now(every, "customers").filter(pl.col("known_at") < pl.lit(LATER))
    gone = current.filter(pl.col("customer_type") == "inactive")
    assert set(who(gone)) == set(np.flatnonzero(state.left > 0))
    there = current.filter(pl.col("customer_type") != "inactive")
    assert set(who(there)) == set(np.flatnonzero(state.here))
    assert [TIERS[tier] for tier in state.tier[who(there)]] == there["service_tier"].to_list()
    answers = now(every, "consents").filter(pl.col("purpose") == "marketing", pl.col("channel") == "all")
    assert ((state.consent[who(answers)] == 1) == (answers["status"] == "given").to_numpy()).all()


def test_those_who_leave_leave_nothing_behind(every):
    closed = every["accounts"].drop_nulls("closed_on")
    assert closed.height > 20
    later = every["transactions"].join(closed.select("account_id", "closed_on"), on="account_id")
    assert (later["booked_on"] <= later["closed_on"]).all()
    last = (
        later.sort("account_id", "booked_on", "sequence")
        .group_by("account_id")
        .agg(pl.col("balance_after").last())
    )
    assert (last["balance_after"] == 0).all()
    tied = now(every, "relationships").filter(pl.col("object_type") == "account")
    assert not set(tied["object_id"]) & set(closed["account_id"])


def test_every_order_is_on_record_and_doing_nothing_has_no_channel(played):
    made = played[2]["decisions"]
    assert (made["action_probability"] == 0.1).all()
    assert (made["policy"] == "test:1").all()
    nothing = made.filter(pl.col("action_id") == "no_action")
    assert nothing.height > 0
    assert (nothing["channel"] == "none").all()
    assert (made["channel"] == "none").sum() == nothing.height
    assert set(made["rank"]) == {1, 2}


def test_responses_belong_to_decisions(played):
    said, made = played[2]["responses"], played[2]["decisions"]
    joined = said.join(made, on=["decision_id", "customer_id", "action_id"], how="left")
    assert joined["policy"].null_count() == 0
    assert (joined["responded_on"] >= joined["decided_on"]).all()
    assert {"shown", "accepted", "refused", "ignored", "blocked"} <= set(said["outcome"])
    of = said.group_by("decision_id").agg(pl.col("outcome"))
    assert not of.filter(
        pl.col("outcome").list.contains("blocked") & pl.col("outcome").list.contains("shown")
    ).height
    accepted = of.filter(pl.col("outcome").list.contains("accepted"))
    assert accepted["outcome"].list.contains("shown").all()


def test_contacts_have_a_cause_and_a_purpose(played):
    held = played[2]["interactions"]
    assert held["purpose"].null_count() == 0
    actions = held.filter(pl.col("action_id").is_not_null())
    assert (actions["direction"] == "outbound").all()
    assert set(actions["action_id"]) <= set(played[2]["decisions"]["action_id"])
    own = held.filter(pl.col("direction") == "inbound", pl.col("purpose") != "complaint")
    share = own.height / (MONTHS * played[0].state.here.sum())
    assert 0.22 < share < 0.28
    assert (held.filter(pl.col("staff_id").is_not_null())["channel"] == "adviser").all()


def test_complaints_are_received_decided_and_closed_with_one_cause(played):
    cases = played[2]["complaints"]
    for _, states in cases.sort("valid_from").group_by("complaint_id"):
        assert states["status"].to_list() == ["open", "decided", "closed"]
        assert states["reason"].n_unique() == 1
        assert states["received_on"].n_unique() == 1
    steps = played[2]["case_events"]
    assert set(steps["complaint_id"]) == set(cases["complaint_id"])


def test_answers_belong_to_invitations_and_stay_on_the_scale(played):
    sent, given = played[2]["surveys"], played[2]["answers"]
    joined = given.join(sent, on="survey_id", how="left")
    assert joined["sent_on"].null_count() == 0
    assert (joined["answered_on"] >= joined["sent_on"]).all()
    assert given["score"].is_between(1, 10).all()


def test_prices_belong_to_the_month_and_come_once(dice, played):
    priced = played[2]["prices"]
    assert not priced.select("product_id", "priced_on").is_duplicated().any()
    assert priced["priced_on"].n_unique() == MONTHS
    assert prices(dice, 675).equals(prices(dice, 675))
    two = pl.concat([prices(dice, 674), prices(dice, 675)]).filter(pl.col("product_id") == "F01")["price"]
    assert two[1] / two[0] == pytest.approx(1.0016, abs=0.002)


def test_chunks_change_nothing(dice, deck, played):
    _, _, made = history(dice, deck, chunk=700)
    other = together([part for _, part in made])
    assert other.keys() == played[2].keys()
    for name, rows in played[2].items():
        key = list(CONTRACTS[name].identity)
        assert rows.sort(key).equals(other[name].sort(key)), name


def test_a_month_in_which_nothing_happens_to_nobody(dice, deck):
    world = World.opening(dice, deck, 20, FIRST)
    world.state.here[:], world.state.joined[:] = False, 900
    made = []
    world.play(
        Orders.none(),
        "none",
        lambda results, traits, state: made.append(frames(dice, deck, traits, state, FIRST, results)),
    )
    assert set(made[0]) == {"prices"}
