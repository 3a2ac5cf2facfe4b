"""The campaigns of history: one order a customer, chances on record, rules that look only at what a bank sees."""

import dataclasses

import numpy as np
import pytest

from zhike.lab import campaigns
from zhike.lab.contact import sale
from zhike.lab.dice import Dice
from zhike.lab.shelf import REGIONS, SHELF, TALKING
from zhike.lab.traits import FIRM
from zhike.lab.weather import weather_of

ENDLESS = np.full(len(TALKING), 1e9)
UNSEEN = (
    "tolerance", "capacity", "persuadable", "patience", "wealth", "digital", "price", "quality", "relation", "credit",
    "liking", "vulnerable", "candour", "image",
)  # fmt: skip
UNSEEN_STATE = ("distress", "fatigue", "experience", "satisfaction", "loyalty", "wronged", "rumour")


def calm(dice, month):
    return weather_of(dice, month, np.zeros(len(REGIONS)), np.zeros(len(TALKING)))


def ordered(dice, deck, crowd, month, capacity=ENDLESS):
    return campaigns.orders(dice, deck, *crowd, calm(dice, month), capacity)


@pytest.mark.parametrize("month", range(661, 679))
def test_one_order_a_customer_with_a_known_chance(dice, deck, crowd, month):
    found = ordered(dice, deck, crowd, month)
    assert (np.diff(found.row) > 0).all()
    assert crowd[1].here[found.row].all()
    nothing = found.action == deck.nothing
    assert (found.probability[nothing] >= 0.5 - 1e-9).all()
    assert (found.probability >= 0.01).all()
    assert (found.probability[~nothing] <= 0.5).all()


def test_the_chances_of_a_customer_are_those_of_the_lot(deck, crowd):
    """Over many throws of the dice an action's share is its chance, and a customer's chances add up to one."""
    some, worlds = tuple(half.part(0, 60) for half in crowd), 600
    weather = calm(Dice(7), 668)
    found = [campaigns.orders(Dice(seed), deck, *some, weather, ENDLESS) for seed in range(worlds)]
    pair = np.concatenate([one.row * len(deck) + one.action for one in found])
    chance = np.concatenate([one.probability for one in found])
    seen, first, count = np.unique(pair, return_index=True, return_counts=True)
    stated = chance[first]
    assert (chance == stated[np.searchsorted(seen, pair)]).all()
    added = np.bincount(seen // len(deck), weights=stated)
    assert np.allclose(added[added > 0], 1.0)
    error = np.sqrt(stated * (1 - stated) / worlds)
    assert (np.abs(count / worlds - stated) < 5 * error + 1e-9).all()


def test_no_sale_without_consent(dice, deck, crowd):
    for month in (660, 676):
        found = ordered(dice, deck, crowd, month)
        sold = sale(deck)[found.action]
        assert (crowd[1].consent[found.row[sold]] == 1).all()


def test_volumes_are_those_of_a_bank(dice, deck, crowd):
    found = [ordered(dice, deck, crowd, month) for month in range(664, 676)]
    channel = deck.channel[np.concatenate([one.action for one in found])]
    share = np.bincount(channel[channel >= 0], minlength=len(TALKING)) / 12 / crowd[1].here.sum()
    branch, adviser, phone, app, sms = share
    assert app + sms == pytest.approx(0.25, abs=0.04)
    assert phone == pytest.approx(0.03, abs=0.012)
    assert branch == pytest.approx(0.02, abs=0.01)
    assert adviser == pytest.approx(0.01, abs=0.005)


def test_under_the_order_nothing_unsuitable_is_offered(dice, deck, crowd):
    _, state = crowd
    for month in range(673, 679):
        found = ordered(dice, deck, crowd, month)
        product = deck.product[found.action]
        fund = (product >= 0) & (SHELF.level[product] > 0) & np.isin(SHELF.family[product], (1, 2))
        row = found.row[fund]
        assert (state.stated_level[row] >= SHELF.level[product[fund]]).all()
        assert (month - state.assessed[row] < 12).all()


def test_under_the_order_nothing_is_sold_while_a_complaint_is_open(dice, deck, crowd):
    crowd[1].complaint[:] = 1
    before, after = ordered(dice, deck, crowd, 672), ordered(dice, deck, crowd, 676)
    assert sale(deck)[before.action].any()
    assert not sale(deck)[after.action].any()
    assert "complaint_recovery_call:phone" in {deck.ids[action] for action in after.action}


def test_the_calendar_turns(dice, deck, crowd):
    def offered(month):
        found = ordered(dice, deck, crowd, month)
        return np.bincount(deck.product[found.action] + 1, minlength=len(SHELF.codes) + 1)[1:] / len(found)

    january, april, november = 660, 663, 670
    d02, l01, k02 = (SHELF.codes.index(code) for code in ("D02", "L01", "K02"))
    assert offered(january)[d02] > 1.5 * offered(april)[d02]
    assert offered(april)[l01] > 1.5 * offered(january)[l01]
    assert offered(november)[k02] > offered(april)[k02]


def test_rules_look_only_at_what_a_bank_sees(dice, deck, crowd):
    traits, state = crowd
    before = ordered(dice, deck, crowd, 668)
    for name in UNSEEN:
        getattr(traits, name)[...] = getattr(traits, name)[::-1].copy()
    for name in UNSEEN_STATE:
        getattr(state, name)[...] = getattr(state, name)[::-1].copy()
    after = ordered(dice, deck, crowd, 668)
    assert all(
        (getattr(before, name) == getattr(after, name)).all() for name in ("row", "action", "probability")
    )


def test_a_chunk_is_the_sum_of_its_parts(dice, deck, crowd):
    whole = ordered(dice, deck, crowd, 670)
    parts = [
        ordered(dice, deck, tuple(half.part(*ends) for half in crowd), 670)
        for ends in ((0, 500), (500, 4_000))
    ]
    assert (whole.row == np.concatenate([parts[0].row, parts[1].row + 500])).all()
    assert (whole.action == np.concatenate([part.action for part in parts])).all()
    assert (whole.probability == np.concatenate([part.probability for part in parts])).all()


def test_a_channel_that_carries_nothing_is_not_used(dice, deck, crowd):
    closed = ENDLESS.copy()
    closed[TALKING.index("phone")] = 0
    found = ordered(dice, deck, crowd, 670, closed)
    assert not (deck.channel[found.action] == TALKING.index("phone")).any()


def test_firms_get_what_is_made_for_firms(dice, deck, crowd):
    firm = crowd[0].kind == FIRM
    found = ordered(dice, deck, crowd, 663)
    product = deck.product[found.action]
    of_firm = firm[found.row] & (product >= 0)
    assert of_firm.any()
    assert SHELF.firms[product[of_firm]].all()
    assert not SHELF.firms[product[~firm[found.row] & (product >= 0)]].any()


def test_a_catalogue_without_a_template_leaves_its_campaign_out(dice, deck, crowd):
    other = dataclasses.replace(
        deck, template=tuple("x" if name == "welcome_call" else name for name in deck.template)
    )
    names = {other.ids[action] for action in ordered(dice, other, crowd, 660).action}
    assert "welcome_call:phone" not in names
    assert len(names) > 5
