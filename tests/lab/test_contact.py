"""Delivery: what is blocked, missed and refused, and that it depends on the customer alone."""

import numpy as np
import pytest

from zhike.lab import contact
from zhike.lab.contact import BLOCKED, NOT_REACHED, NOTHING, SHOWN, STAFF_REFUSED
from zhike.lab.deck import Orders
from zhike.lab.dice import Dice
from zhike.lab.resources import Resources
from zhike.lab.shelf import REGIONS, TALKING
from zhike.lab.taking import Scene
from zhike.lab.weather import weather_of

MONTH = 676


@pytest.fixture
def weather(dice):
    return weather_of(dice, MONTH, np.zeros(len(REGIONS)), np.zeros(len(TALKING)))


def ordered(deck, action, row):
    position = deck.ids.index(action) if isinstance(action, str) else action
    return Orders(row, np.full(len(row), position), np.full(len(row), 0.5))


def delivered(dice, deck, crowd, weather, orders):
    return contact.deliver(dice, deck, *crowd, MONTH, weather, orders)


def present(crowd):
    return np.flatnonzero(crowd[1].here)


def test_orders_are_carried_over_as_they_are(dice, deck, crowd, weather):
    row = np.sort(np.random.default_rng(1).integers(0, 4_000, 900))
    action = np.random.default_rng(2).integers(0, len(deck), 900)
    found = delivered(dice, deck, crowd, weather, Orders(row, action, np.linspace(0.01, 1, 900)))
    assert (found.row == row).all()
    assert (found.action == action).all()
    assert (found.probability == np.linspace(0.01, 1, 900)).all()
    assert ((found.day >= 1) & (found.day <= 28)).all()
    assert ((found.status == NOTHING) == (action == deck.nothing)).all()


def test_nothing_is_changed_and_the_state_is_left_alone(dice, deck, crowd, weather):
    before = crowd[1].copy()
    delivered(dice, deck, crowd, weather, ordered(deck, "offer_wealth:W02:phone", present(crowd)))
    assert all(
        (getattr(before, name) == getattr(crowd[1], name)).all() for name in ("fatigue", "pending", "amount")
    )


def test_a_chunk_is_the_sum_of_its_parts(dice, deck, crowd, weather):
    traits, state = crowd
    row = np.repeat(np.arange(1_000), 2)
    action = np.tile([deck.ids.index("offer_wealth:W03:branch"), deck.ids.index("offer_card:K01:sms")], 1_000)
    whole = Orders(row, action, np.ones(2_000))
    found = contact.deliver(dice, deck, traits.part(0, 1_000), state.part(0, 1_000), MONTH, weather, whole)
    parts = [
        contact.deliver(dice, deck, traits.part(a, b), state.part(a, b), MONTH, weather, whole.part(a, b))
        for a, b in ((0, 500), (500, 1_000))
    ]
    assert (found.status == np.concatenate([part.status for part in parts])).all()
    assert (found.day == np.concatenate([part.day for part in parts])).all()


def test_without_the_app_nothing_arrives_there(dice, deck, crowd, weather):
    traits = crowd[0]
    row = present(crowd)
    status = delivered(dice, deck, crowd, weather, ordered(deck, "offer_deposit:D02:app", row)).status
    app = contact.has_app(dice, traits)[row]
    assert (status[~app] == BLOCKED).all()
    assert not (status[app] == BLOCKED).any()
    assert traits.digital[row][app].mean() > traits.digital[row][~app].mean() + 0.2


def test_wrong_numbers_are_about_two_percent(dice, deck, crowd, weather):
    row = present(crowd)
    status = delivered(dice, deck, crowd, weather, ordered(deck, "offer_wealth:W02:phone", row)).status
    assert (status == BLOCKED).mean() == pytest.approx(0.02, abs=0.008)
    card = delivered(dice, deck, crowd, weather, ordered(deck, "offer_card:K01:sms", row)).status
    assert ((status == BLOCKED) == (card == BLOCKED)).all()


def test_a_full_channel_blocks_what_is_too_much(dice, deck, crowd):
    load = np.array([0.0, 0.0, 2.0, 0.0, 0.0])
    weather = weather_of(dice, MONTH, np.zeros(len(REGIONS)), load)
    row = present(crowd)
    status = delivered(dice, deck, crowd, weather, ordered(deck, "offer_wealth:W02:phone", row)).status
    assert (status == BLOCKED).mean() == pytest.approx(0.51, abs=0.03)
    free = delivered(dice, deck, crowd, weather, ordered(deck, "offer_wealth:W02:branch", row)).status
    assert not (free == BLOCKED).any()


def test_customers_who_are_not_there_get_nothing(dice, deck, crowd, weather):
    gone = np.flatnonzero(~crowd[1].here)
    status = delivered(dice, deck, crowd, weather, ordered(deck, "offer_deposit:D02:branch", gone)).status
    assert (status == BLOCKED).all()


@pytest.mark.parametrize(
    ("action", "reach"),
    [("offer_deposit:D02:branch", 0.30), ("portfolio_review:adviser", 0.62), ("welcome_call:phone", 0.39)],
)
def test_channels_reach_as_many_as_they_should(dice, deck, crowd, weather, action, reach):
    status = delivered(dice, deck, crowd, weather, ordered(deck, action, present(crowd))).status
    sent = status != BLOCKED
    assert (status[sent] != NOT_REACHED).mean() == pytest.approx(reach, abs=0.05)


def test_liking_the_channel_helps_to_be_reached(dice, deck, crowd, weather):
    row = present(crowd)
    status = delivered(dice, deck, crowd, weather, ordered(deck, "welcome_call:phone", row)).status
    liking = crowd[0].liking[row, TALKING.index("phone")]
    likes = liking > np.median(liking)
    assert (status[likes] == SHOWN).mean() > (status[~likes] == SHOWN).mean()


def test_staff_refuse_what_is_unsuitable_more_often_than_what_is_not(dice, deck, crowd, weather):
    traits, _ = crowd
    row = present(crowd)
    status = delivered(dice, deck, crowd, weather, ordered(deck, "offer_fund:F05:branch", row)).status
    reached = (status == SHOWN) | (status == STAFF_REFUSED)
    wrong = np.minimum(traits.tolerance, traits.capacity)[row] < 4.0
    rich = crowd[1].balance[row] > 5_000
    refused = status == STAFF_REFUSED
    assert refused[reached & wrong & rich].mean() > 0.25
    calm = delivered(dice, deck, crowd, weather, ordered(deck, "offer_deposit:D02:branch", row)).status
    met = (calm == SHOWN) | (calm == STAFF_REFUSED)
    assert (calm[met] == STAFF_REFUSED).mean() < 0.08


def test_staff_do_not_refuse_care_and_messages(dice, deck, crowd, weather):
    for action in ("welcome_call:phone", "offer_fund:F05:app"):
        found = delivered(dice, deck, crowd, weather, ordered(deck, action, present(crowd)))
        assert not (found.status == STAFF_REFUSED).any()


def test_an_open_complaint_makes_staff_refuse(dice, deck, crowd, weather):
    row = present(crowd)
    orders = ordered(deck, "offer_deposit:D02:branch", row)
    before = delivered(dice, deck, crowd, weather, orders).status
    crowd[1].complaint[:] = 2
    after = delivered(dice, deck, crowd, weather, orders).status
    assert (after == STAFF_REFUSED).sum() > 2 * (before == STAFF_REFUSED).sum() + 20


def test_skill_is_that_of_the_staff():
    resources = Resources.of(50_000)
    number = np.arange(len(resources), dtype=np.int32)
    assert np.allclose(contact.skill_of(number), resources.skill)
    assert contact.skill_of(np.array([-1], dtype=np.int32))[0] == 0


def test_a_second_contact_counts_the_first(dice, deck, crowd, weather):
    scene = Scene(dice, deck, *crowd, MONTH, weather)
    row, action = np.arange(50), np.full(50, deck.ids.index("offer_wealth:W02:phone"))
    first = contact.excess_contacts(scene, row, action, np.zeros(50, dtype=np.int64))
    third = contact.excess_contacts(scene, row, action, np.full(50, 2))
    assert (third >= first).all()
    assert (third > 0).sum() > (first > 0).sum()


def test_another_seed_is_another_world(dice, deck, crowd, weather):
    orders = ordered(deck, "welcome_call:phone", present(crowd))
    one = delivered(dice, deck, crowd, weather, orders)
    assert (one.status == delivered(dice, deck, crowd, weather, orders).status).all()
    assert (one.status != delivered(Dice(8), deck, crowd, weather, orders).status).any()
