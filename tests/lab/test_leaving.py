"""Leaving follows a known chance, the same dice decide it under every policy, and its loss is the formula's."""

import numpy as np
import pytest
import resting_bank

from zhike.lab import leaving
from zhike.lab.shelf import SHELF

MANY = 20_000


@pytest.fixture(scope="module")
def _rest():
    return resting_bank.people(MANY)


@pytest.fixture
def rest(_rest):
    """Dice, traits and state of 20,000 customers at rest."""
    dice, traits, state = _rest
    return dice, traits, state.copy()


def _chance(rest, hazard=0.0, month=resting_bank.MONTH, **weather):
    _, traits, state = rest
    shift = np.full(len(traits), hazard)
    return leaving.leave_probability(traits, state, month, resting_bank.calm(**weather), shift)


def _leave(rest, hazard=0.0, **weather):
    dice, traits, state = rest
    sales = resting_bank.quiet(len(traits), hazard=np.full(len(traits), hazard))
    return leaving.leave(dice, traits, state, resting_bank.MONTH, resting_bank.calm(**weather), sales)


def test_about_one_customer_in_twenty_leaves_in_a_year(crowd):
    traits, state = crowd
    here = np.flatnonzero(state.here)
    chance = _chance((None, traits.at(here), state.at(here)), month=675)
    assert 0.04 < 1 - (1 - chance.mean()) ** 12 < 0.065


def test_as_many_leave_as_their_chances_say(rest):
    expected = _chance(rest).sum()
    leavers = _leave(rest)
    assert abs(len(leavers.row) - expected) < 4 * np.sqrt(expected)
    assert (np.diff(leavers.row) > 0).all()


def test_a_higher_chance_never_keeps_a_customer(rest):
    dice, traits, state = rest
    few = set(_leave((dice, traits, state.copy()), hazard=-0.5).row)
    more = set(_leave((dice, traits, state.copy()), hazard=0.0).row)
    most = set(_leave((dice, traits, state.copy()), hazard=1.5).row)
    assert few < more < most
    assert _chance(rest, hazard=50.0).max() == leaving.AT_MOST


def test_what_drives_people_away(rest):
    dice, traits, state = rest
    usual = _chance(rest)
    loyal, bound, strained, wronged, recent = (state.copy() for _ in range(5))
    loyal.loyalty += 1
    bound.amount[:, [SHELF.codes.index("D01"), SHELF.codes.index("K01")]] = 100
    strained.distress[:] = 0.5
    wronged.wronged[:] = 1
    recent.joined[:] = resting_bank.MONTH - 3
    assert (_chance((dice, traits, loyal)) < usual).all()
    assert (_chance((dice, traits, bound)) < usual).all()
    for worse in (strained, wronged, recent):
        assert (_chance((dice, traits, worse)) > usual).all()
    assert (_chance(rest, competitors=np.ones(12)) > usual).all()


def test_a_leaver_takes_everything_and_the_facts_are_kept(rest):
    _, traits, state = rest
    state.amount[:, 1], state.since[:, 1] = 500, 650
    state.amount[::2, 9], state.since[::2, 9] = 300, 655
    before = state.copy()
    leavers = _leave(rest, hazard=2.0)
    row = leavers.row
    np.testing.assert_array_equal(leavers.balance, before.balance[row])
    assert not state.here[row].any()
    assert (state.left[row] == resting_bank.MONTH).all()
    assert state.balance[row].sum() + state.amount[row].sum() + state.since[row].sum() == 0
    expected = np.zeros_like(before.amount)
    expected[leavers.closed_row, leavers.closed_product] = leavers.closed_amount
    np.testing.assert_array_equal(expected[row], before.amount[row])
    assert set(leavers.closed_since) == {650, 655}
    stayed = np.setdiff1d(np.arange(len(traits)), row)
    np.testing.assert_array_equal(state.amount[stayed], before.amount[stayed])
    assert ((leavers.day >= 1) & (leavers.day <= 28)).all()
    assert not len(np.intersect1d(_leave(rest, hazard=2.0).row, row))


def test_the_franchise_is_the_sum_that_its_note_states(rest):
    _, traits, state = rest
    traits, state = traits.at(np.arange(3)), state.at(np.arange(3))
    state.balance[:] = [10_000, 0, -500]
    state.amount[1, SHELF.codes.index("D02")] = 20_000
    state.amount[2, SHELF.codes.index("S01")] = 1
    chance = leaving.leave_probability(traits, state, resting_bank.MONTH, resting_bank.calm(), np.zeros(3))
    monthly = np.array(
        [10_000 * 0.012 / 12, 20_000 * SHELF.margin[SHELF.codes.index("D02")] / 12, 180.0 / 36]
    )
    kept = (1 - chance) / 1.04 ** (1 / 12)
    expected = sum(monthly * kept**ahead for ahead in range(1, 61))
    np.testing.assert_allclose(leaving.franchise(traits, state), expected, rtol=1e-5)


def test_chunks_change_nothing(rest):
    dice, traits, state = rest
    whole = _leave((dice, traits.part(0, 2_000), state.part(0, 2_000).copy()), hazard=1.0)
    halves = [
        _leave((dice, traits.part(first, first + 1_000), state.part(first, first + 1_000)), hazard=1.0)
        for first in (0, 1_000)
    ]
    np.testing.assert_array_equal(np.concatenate([halves[0].row, halves[1].row + 1_000]), whole.row)
    np.testing.assert_allclose(np.concatenate([half.franchise for half in halves]), whole.franchise)
