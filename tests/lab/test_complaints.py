"""Complaints come at published rates and for known reasons, and are decided in time."""

import numpy as np
import pytest
import resting_bank

from zhike.core.contracts import CHANNELS
from zhike.lab import complaints
from zhike.lab.complaints import CAUSES, CHANNEL_SHARES, SHARES, USUAL_MONTHLY_SHARE
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


def _arise(rest, month=resting_bank.MONTH, weather=None, sales=None):
    dice, traits, state = rest
    sales = sales or resting_bank.quiet(len(traits))
    return complaints.arise(dice, traits, state, month, weather or resting_bank.calm(month), sales)


def _ratio(raised, usual):
    return dict(zip(CAUSES, raised.sum(axis=0) / usual.sum(axis=0), strict=True))


def test_published_shares_add_up_to_one():
    assert SHARES.sum() == pytest.approx(1)
    assert sum(CHANNEL_SHARES.values()) == pytest.approx(1)
    assert set(CHANNEL_SHARES) <= set(CHANNELS)


def test_customers_of_the_opening_complain_at_the_published_rate_and_for_the_published_reasons(crowd):
    traits, state = crowd
    found = complaints.hazard(traits, state, resting_bank.calm())[state.here]
    assert found.sum(axis=1).mean() == pytest.approx(USUAL_MONTHLY_SHARE, rel=0.25)
    np.testing.assert_allclose(found.sum(axis=0) / found.sum(), SHARES, atol=0.05)


def test_as_many_complain_as_their_hazards_say(rest):
    _, traits, state = rest
    state.satisfaction[:] = -5.0
    expected = complaints.hazard(traits, state, resting_bank.calm()).sum(axis=0)
    cases = _arise(rest)
    found = np.bincount(cases.cause, minlength=len(CAUSES))
    assert expected.sum() > 50
    assert (np.abs(found - expected) < 4 * np.sqrt(expected) + 1).all()


def test_each_grievance_raises_its_own_causes(rest):
    _, traits, state = rest
    usual = complaints.hazard(traits, state, resting_bank.calm())
    strained, pestered = state.copy(), state.copy()
    strained.distress[:] = 0.8
    pestered.fatigue[:] = traits.patience + 2
    by_distress = _ratio(complaints.hazard(traits, strained, resting_bank.calm()), usual)
    by_contact = _ratio(complaints.hazard(traits, pestered, resting_bank.calm()), usual)
    by_queue = _ratio(complaints.hazard(traits, state, resting_bank.calm(load=np.full(5, 2.0))), usual)
    assert {name for name, ratio in by_distress.items() if ratio > 1.01} == {"collection", "pricing"}
    assert {name for name, ratio in by_contact.items() if ratio > 1.01} == {"marketing"}
    assert {name for name, ratio in by_queue.items() if ratio > 1.01} == {"service", "systems"}


def test_a_falling_market_angers_those_who_hold_more_than_suits_them(rest):
    _, traits, state = rest
    theme_fund = SHELF.codes.index("F05")
    state.amount[:, theme_fund] = 1_000
    falling = resting_bank.calm(regime=resting_bank.FALLING)
    usual = complaints.hazard(traits, state, resting_bank.calm())
    found = _ratio(complaints.hazard(traits, state, falling), usual)
    assert {name for name, ratio in found.items() if ratio > 1.01} == {"marketing", "returns"}
    state.amount[:] = 0
    state.amount[:, SHELF.codes.index("D02")] = 1_000
    np.testing.assert_array_equal(complaints.hazard(traits, state, falling), usual)


def test_who_is_unhappy_or_wronged_complains_more(rest):
    _, traits, state = rest
    unhappy, wronged = state.copy(), state.copy()
    unhappy.satisfaction[:] -= 1
    wronged.wronged[:] = 1
    usual = complaints.hazard(traits, state, resting_bank.calm())
    assert (complaints.hazard(traits, unhappy, resting_bank.calm()) > usual).all()
    assert (complaints.hazard(traits, wronged, resting_bank.calm()) > usual).all()


def test_a_contact_that_ends_in_a_complaint_is_a_case_about_marketing(rest):
    _, _, state = rest
    state.complaint[5] = 1
    sales = resting_bank.quiet(MANY, row=np.array([3, 3, 5, 9]), outcome=np.array([5, 5, 5, 2]))
    cases = _arise(rest, sales=sales)
    by_row = dict(zip(cases.row.tolist(), cases.cause.tolist(), strict=True))
    assert by_row[3] == CAUSES.index("marketing")
    assert not {5, 9} & set(by_row)
    assert (np.diff(cases.row) > 0).all()


def test_every_complaint_is_decided_on_the_day_that_was_drawn(rest):
    dice, traits, state = rest
    state.satisfaction[:] = -3.0
    cases = _arise(rest)
    opened = np.datetime64(resting_bank.MONTH, "M").astype("M8[D]")
    due = dict(
        zip(cases.row.tolist(), opened + cases.day.astype(int) - 1 + cases.days.astype(int), strict=True)
    )
    assert cases.days.min() >= 5
    assert cases.days.max() <= 45
    state.satisfaction[:] = 20.0
    decided = {}
    for month in range(resting_bank.MONTH, resting_bank.MONTH + 4):
        later = cases if month == resting_bank.MONTH else _arise((dice, traits, state), month)
        first = np.datetime64(month, "M").astype("M8[D]")
        kept = later.resolved_opened == resting_bank.MONTH
        days = first + later.resolved_day[kept].astype(int) - 1
        decided |= dict(zip(later.resolved_row[kept].tolist(), days, strict=True))
    assert decided == due


def test_a_fair_decision_mends_what_an_unfair_one_makes_worse(rest):
    _, _, state = rest
    state.satisfaction[:] = 20.0
    state.complaint[:2_000] = 3
    state.wronged[:2_000] = 0.5
    cases = _arise(rest)
    fair = cases.resolved_fair
    assert len(cases.resolved_row) == 2_000
    assert 0.5 < fair.mean() < 0.8
    assert (state.wronged[cases.resolved_row[fair]] < 0.5).all()
    assert (state.wronged[cases.resolved_row[~fair]] > 0.5).all()
    assert (state.complaint == 0).all()
    assert (cases.cost[cases.resolved_row] > 0).all()
    assert cases.cost[2_000:].sum() == 0


def test_only_those_who_are_here_complain_and_one_at_a_time(rest):
    _, _, state = rest
    state.satisfaction[:] = -6.0
    state.here[::2] = False
    first = _arise(rest)
    waiting = np.flatnonzero(state.complaint > 0)
    second = _arise(rest, resting_bank.MONTH + 1)
    assert (first.row % 2 == 1).all()
    assert not set(waiting) & set(second.row)


def test_what_is_said_counts_from_the_usual_number():
    members = np.array([1_000_000, 1_000])
    usual = (members * USUAL_MONTHLY_SHARE).round().astype(int)
    np.testing.assert_allclose(complaints.rumour(usual, members), 0, atol=0.1)
    loud = complaints.rumour(2 * usual + 1, members)
    assert loud[0] == pytest.approx(1, abs=0.05)
    assert loud[1] < 0.3


def test_chunks_change_nothing(rest):
    dice, traits, state = rest
    state.satisfaction[:] = -4.0
    traits, whole = traits.part(0, 1_000), state.part(0, 1_000).copy()
    cases = _arise((dice, traits, whole))
    found = []
    for first in (0, 500):
        part = (dice, traits.part(first, first + 500), state.part(first, first + 500))
        found.append(_arise(part).row + first)
    np.testing.assert_array_equal(np.concatenate(found), cases.row)
    np.testing.assert_array_equal(state.wronged[:1_000], whole.wronged)
