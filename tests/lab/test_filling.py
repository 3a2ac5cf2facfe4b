"""Channels are filled as if the list were gone through one by one, and never beyond what there is."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.lab.filling import ADVISER, adviser_hours, fill
from zhike.lab.scarcity import charges, scarce

CUSTOMERS, REGIONS = 12, 12


@pytest.fixture(scope="module")
def situation(deck):
    return SimpleNamespace(
        deck=deck, capacity=np.array([3.0, 4.0, 2.0, 6.0, 5.0]), adviser_hours=np.full(REGIONS, 1.7)
    )


def one_by_one(situation, region, row, action, per_customer=2):
    """The same rule, written as a person would apply it."""
    deck, taken = situation.deck, []
    left, hours = situation.capacity.copy(), situation.adviser_hours.copy()
    contacts, offers = np.zeros(len(region)), set()
    needed = adviser_hours(situation, action)
    for place, (who, what) in enumerate(zip(row, action, strict=True)):
        channel, home = deck.channel[what], region[who]
        offer = (who, deck.product[what] if deck.product[what] >= 0 else deck.template[what])
        enough = needed[place] == 0 or (home >= 0 and hours[home] >= needed[place] - 1e-9)
        if left[channel] < 1 or not enough or contacts[who] >= per_customer or offer in offers:
            continue
        taken.append(place)
        offers.add(offer)
        left[channel] -= 1
        contacts[who] += 1
        if needed[place]:
            hours[home] -= needed[place]
    return taken


@settings(max_examples=60)
@given(
    pairs=st.lists(st.tuples(st.integers(0, CUSTOMERS - 1), st.integers(0, 10_000)), max_size=60),
    region=st.lists(st.integers(-1, 2), min_size=CUSTOMERS, max_size=CUSTOMERS),
)
def test_filling_at_once_is_filling_one_by_one(situation, pairs, region):
    sent = np.flatnonzero(situation.deck.channel >= 0)
    row = np.array([who for who, _ in pairs], dtype=np.int64)
    action = sent[np.array([what for _, what in pairs], dtype=np.int64) % len(sent)]
    region = np.array(region, dtype=np.int64)
    assert fill(situation, region, row, action).tolist() == one_by_one(situation, region, row, action)


def test_what_is_settled_leaves_less_for_the_plan(situation):
    deck, region = situation.deck, np.zeros(CUSTOMERS, dtype=np.int64)
    advised = np.flatnonzero((deck.channel == ADVISER) & (deck.hours > 0))[:1]
    before = {resource.name: resource.capacity for resource in scarce(situation, region)}
    after = {r.name: r.capacity for r in scarce(situation, region, np.array([0]), advised)}
    assert after["adviser"] == before["adviser"] - 1
    assert after["adviser_hours_R01"] == pytest.approx(before["adviser_hours_R01"] - deck.hours[advised[0]])
    assert after["adviser_hours_R02"] == before["adviser_hours_R02"]
    assert all(capacity >= 0 for capacity in after.values())


def test_charges_are_paid_by_those_who_draw_on_the_resource(situation):
    deck = situation.deck
    region = np.array([0, 1])
    resources = scarce(situation, region)
    prices = {resource.name: 0.0 for resource in resources} | {"adviser_hours_R01": 10.0, "sms": 0.5}
    charge = charges(resources, prices, 2)
    advised = np.flatnonzero(deck.channel == ADVISER)
    assert charge[0, advised] == pytest.approx(10.0 * deck.hours[advised])
    assert not charge[1, advised].any()
    texted = np.flatnonzero(deck.channel == 4)
    assert (charge[:, texted] == 0.5).all()
    assert not charge[:, deck.nothing].any()


def test_no_adviser_goes_where_the_region_is_unknown(situation):
    region = np.array([-1, 0])
    unknown = next(r for r in scarce(situation, region) if r.name == "adviser_hours_unknown")
    assert unknown.capacity == 0
    assert unknown.members.tolist() == [True, False]
