"""Exploring beside a plan: chances add up, what is scarce still fits, minimums are not left, draws follow their chances."""

import numpy as np
import pytest

from zhike.decide.exploration import calmed_shares, drawn, softmax, thinned

RNG = np.random.default_rng(7)
START = np.array([0, 3, 4, 9])


def test_softmax_is_a_distribution_for_every_customer():
    worth = RNG.normal(size=9)
    chance = softmax(START, worth, 0.7)
    assert np.add.reduceat(chance, START[:-1]) == pytest.approx(np.ones(3))
    first = np.exp(worth[:3] / 0.7)
    assert chance[:3] == pytest.approx(first / first.sum())


def test_what_may_not_be_drawn_has_no_chance():
    assert softmax(START, np.where(np.arange(9) == 1, -np.inf, 1.0), 1.0)[[0, 1, 2]].tolist() == [
        0.5,
        0.0,
        0.5,
    ]


def test_of_nobody_nothing_is_drawn():
    none = np.zeros(1, dtype=np.int64)
    assert softmax(none, np.zeros(0), 1.0).size == drawn(none, np.zeros(0), np.zeros(0)).size == 0


def test_draws_come_as_often_as_their_chance():
    chance = np.array([0.1, 0.0, 0.6, 0.3, 0.0, 1.0])
    many, times = 20_000, np.arange(20_001)
    found = drawn(times * 4, np.tile(chance[:4], many), RNG.random(many)) % 4
    share = np.bincount(found, minlength=4) / many
    assert share == pytest.approx(chance[:4], abs=4 * np.sqrt(0.25 / many))
    assert share[1] == 0
    assert drawn(np.array([0, 2]), chance[4:], np.array([0.0])).tolist() == [1]
    assert drawn(np.array([0, 2]), np.array([1.0, 0.0]), np.array([1 - 1e-17])).tolist() == [0]


def test_thinning_leaves_room_with_a_margin_and_what_is_free_as_it_is():
    """A hundred explorers want one of ten slots that are left: they ask for fewer than ten; the free action is untouched."""
    explored, cell = np.full(200, 0.5), np.tile([0, 1], 100)
    use = np.array([[1.0, 0.0]])
    chance = thinned(explored, cell, np.array([90.0, 0.0]), np.zeros(2), use, np.array([100.0]))
    asked = chance[cell == 0].sum()
    assert 0 < asked <= 10 - 3 * np.sqrt(10) + 1e-9
    assert (chance[cell == 1] == 0.5).all()


def test_thinning_is_none_where_there_is_room_and_all_where_there_is_none():
    explored, cell, use = np.full(4, 0.5), np.zeros(4, dtype=np.int64), np.ones((1, 1))
    plenty, nothing = (
        thinned(explored, cell, np.zeros(1), np.zeros(1), use, np.array([room])) for room in (100.0, 0.0)
    )
    assert (plenty == explored).all()
    assert (nothing == 0).all()
    assert (explored == 0.5).all()


def test_an_endless_row_thins_nothing():
    one = np.ones((1, 1))
    assert thinned(
        np.array([0.5]), np.array([0]), np.zeros(1), np.zeros(1), one, np.array([np.inf])
    ).tolist() == [0.5]


def test_every_row_thins_what_takes_of_it():
    explored, cell = np.full(3, 10.0), np.arange(3)
    use = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
    chance = thinned(explored, cell, np.zeros(3), np.zeros(3), use, np.array([1e3, 0.0]))
    assert chance.tolist() == [10.0, 0.0, 0.0]


def calmed(given, capacity, back=0.0, use=(-1.0, 0.0)):
    """Return the shares of a hundred customers of whom the first ``given`` get action 0; ``back`` is its chance when drawn."""
    who = np.arange(100)
    customer, cell = np.repeat(who, 2), np.tile([0, 1], 100)
    soft = np.tile([back, 1.0 - back], 100)
    planned = who, np.where(who < given, 0, 1)
    return calmed_shares(0.2, 100, (customer, cell, soft), planned, np.array([use]), np.array([capacity]))


def test_who_keeps_a_binding_minimum_does_not_explore_and_others_do():
    shares = calmed(given=10, capacity=-10.0)
    assert (shares[:10] == 0.0).all()
    assert (shares[10:] == 0.2).all()


def test_a_minimum_far_away_leaves_exploration_alone():
    assert (calmed(given=100, capacity=-10.0) == 0.2).all()


def test_exploration_is_brought_down_as_far_as_a_minimum_needs():
    some, less = (calmed(given=100, capacity=bound)[0] for bound in (-70.0, -80.0))
    assert 0.0 < less < some < 0.2
    for share, free in ((some, 30), (less, 20)):
        assert share * 100 + 3 * np.sqrt(share * 2 * 100) <= free
    assert calmed(given=100, capacity=-80.0, back=0.9)[0] > less


def test_a_minimum_that_does_not_hold_anyway_is_not_made_worse():
    assert (calmed(given=10, capacity=-20.0)[:10] == 0.0).all()


def test_maximums_do_not_keep_anybody_from_exploring():
    assert (calmed(given=50, capacity=50.0, use=(1.0, 0.0)) == 0.2).all()
