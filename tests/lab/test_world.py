"""The world: the same policy twice gives the same world, chunks change nothing, and silence tires nobody."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.lab import campaigns
from zhike.lab.deck import Orders
from zhike.lab.dice import Dice
from zhike.lab.world import World

FIRST = 676


def world_of(deck, customers=600, seed=7):
    return World.opening(Dice(seed), deck, customers, FIRST)


def by_campaigns(world):
    capacity = world.resources.monthly
    return lambda traits, state, weather: campaigns.orders(
        world.dice, world.deck, traits, state, weather, capacity
    )


def at_random(world, month, share=0.3):
    """Orders that a policy without sense would give: one action at random for a share of customers."""
    dice, who = Dice(99), np.arange(world.customers)
    row = np.flatnonzero(dice.happens(share, "row", who, month))
    action = (dice.uniform("action", row, month) * len(world.deck)).astype(np.int64)
    return Orders(row, action, np.full(len(row), share / len(world.deck)))


def played(world, months=4, chunk=50_000, policy=at_random):
    return [world.play(policy(world, world.month), "test", chunk=chunk) for _ in range(months)]


def same(one, other):
    return [
        field.name
        for field in dataclasses.fields(one)
        if not np.array_equal(
            getattr(one, field.name),
            getattr(other, field.name),
            equal_nan=getattr(one, field.name).dtype.kind == "f",
        )
    ]


def assert_same_worlds(one, other):
    assert same(one.state, other.state) == []
    assert same(one.traits, other.traits) == []
    assert one.rumour.tolist() == other.rumour.tolist()
    assert one.load.tolist() == other.load.tolist()


@settings(max_examples=8)
@given(seed=st.integers(0, 2**31), customers=st.integers(10, 300))
def test_the_same_policy_twice_gives_identical_worlds(deck, seed, customers):
    one = world_of(deck, customers, seed)
    other = one.copy()
    tallies = [played(one), played(other)]
    assert_same_worlds(one, other)
    for first, second in zip(*tallies, strict=True):
        assert same(first, second) == []


@pytest.mark.campaign
@settings(max_examples=8)
@given(seed=st.integers(0, 2**31), chunk=st.integers(1, 700))
def test_the_size_of_a_chunk_changes_nothing(deck, seed, chunk):
    whole, parts = world_of(deck, 401, seed), world_of(deck, 401, seed)
    played(whole)
    played(parts, chunk=chunk)
    assert_same_worlds(whole, parts)


@settings(max_examples=8)
@given(seed=st.integers(0, 2**31))
def test_a_policy_that_never_contacts_tires_and_annoys_nobody(deck, seed):
    world = world_of(deck, 400, seed)
    for tally in played(world, months=6, policy=lambda _world, _month: Orders.none()):
        assert not tally.contacts.any()
        assert not tally.annoyance.any()
        assert not tally.cost.any()
        assert not tally.served.any()
    assert world.state.fatigue.max() <= 0.5**6 * 4 + 1e-6


def test_contacts_tire_where_they_are_made(deck):
    silent, loud = world_of(deck), world_of(deck)
    played(silent, policy=lambda _world, _month: Orders.none())
    played(loud, policy=lambda world, month: at_random(world, month, 1.0))
    assert loud.state.fatigue.mean() > silent.state.fatigue.mean() + 0.1


def test_customers_a_policy_leaves_alone_live_the_same_month(deck):
    """One month, before word of mouth: an order for one customer is no event in another's life."""
    silent, busy = world_of(deck), world_of(deck)
    orders = at_random(busy, busy.month)
    untouched = np.setdiff1d(np.arange(busy.customers), orders.row)
    silent.play(Orders.none(), "nothing")
    busy.play(orders, "random")
    assert same(silent.state.at(untouched), busy.state.at(untouched)) == []


def test_a_copy_has_a_life_of_its_own(deck):
    world = world_of(deck)
    before, copy = world.state.copy(), world.copy()
    played(copy, months=1)
    assert same(world.state, before) == []
    assert world.month == FIRST


def test_money_and_shares_stay_in_their_bounds(deck):
    world = world_of(deck)
    played(world, months=12, policy=lambda world, _month: by_campaigns(world))
    state = world.state
    assert np.isfinite(state.balance).all()
    assert (state.balance >= 0).all()
    assert (state.amount >= 0).all()
    assert ((state.distress >= 0) & (state.distress <= 1)).all()
    assert ((state.amount > 0) == (state.since > 0)).all()
    assert not state.amount[~state.here].any()


@pytest.mark.parametrize("customers", [1, 3, 50])
def test_a_tiny_bank_lives_too(deck, customers):
    for tally in played(world_of(deck, customers), months=3):
        assert np.isfinite(tally.margin).all()
        assert len(tally.left) == customers
