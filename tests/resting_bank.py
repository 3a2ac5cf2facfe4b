"""Customers at rest, made without the opening of the simulated bank: for tests of what they feel and do."""

from types import SimpleNamespace

import numpy as np

from zhike.lab import satisfaction
from zhike.lab.complaints import Cases
from zhike.lab.dice import Dice
from zhike.lab.shelf import FAMILIES, PRODUCTS, REGIONS, TALKING
from zhike.lab.state import State, Traits
from zhike.lab.weather import Weather

MONTH = 660
FALLING = 2


def people(customers, seed=7, first=0):
    """Return dice, traits and state of customers with nothing but a balance, their feelings settled."""
    dice, who = Dice(seed), np.arange(first, first + customers)
    traits = _traits(dice, who)
    state = _state(dice, who)
    satisfaction.settle(dice, traits, state, MONTH - 1)
    return dice, traits, state


def calm(month=MONTH, **changed):
    """Return the weather of a month in which nothing happens."""
    still = {
        "regime": 0, "returns": np.zeros(6), "season": np.zeros(len(FAMILIES)), "competitors": np.full(len(REGIONS), 0.09),
        "rumour": np.zeros(len(REGIONS)), "load": np.zeros(len(TALKING)),
    }  # fmt: skip
    return Weather(month, **{**still, **changed})


def quiet(customers, **changed):
    """Return the sales of a month without contacts, as far as feelings read them."""
    nothing = {
        "mood": np.zeros(customers), "hazard": np.zeros(customers),
        "row": np.zeros(0, dtype=np.int64), "outcome": np.zeros(0, dtype=np.int8),
    }  # fmt: skip
    return SimpleNamespace(**{**nothing, **changed})


def no_cases(customers):
    """Return a month without complaints."""
    none = np.zeros(0, dtype=np.int64)
    return Cases(none, none, none, none, none, none, none, none.astype(bool), none, np.zeros(customers))


def _traits(dice, who):
    def drawn(stream):
        return dice.uniform(stream, who)

    size, single = len(who), np.float32
    return Traits(
        who=who,
        kind=np.zeros(size, np.int8),
        born=(MONTH - 12 * (18 + 62 * drawn("age"))).astype(np.int32),
        sex=np.zeros(size, np.int8),
        region=dice.pick([1] * len(REGIONS), "region", who).astype(np.int8),
        household=who.copy(),
        household_size=np.ones(size, np.int8),
        employer=np.full(size, -1),
        wealth=dice.normal("wealth", who).astype(single),
        digital=drawn("digital").astype(single),
        patience=(0.5 + 3.5 * drawn("patience")).astype(single),
        persuadable=np.zeros(size, single),
        tolerance=(1 + 4 * drawn("tolerance")).astype(single),
        capacity=(1 + 4 * drawn("capacity")).astype(single),
        price=np.full(size, 0.25, single),
        quality=np.full(size, 0.25, single),
        relation=np.full(size, 0.25, single),
        credit=np.full(size, 0.25, single),
        liking=np.zeros((size, len(TALKING)), single),
        vulnerable=np.zeros(size, bool),
        language=np.zeros(size, np.int8),
        candour=np.zeros(size, single),
        image=dice.normal("image", who).astype(single),
        adviser=np.full(size, -1, np.int32),
    )


def _state(dice, who):
    size = len(who)
    empty = {
        name: np.zeros(size, kind)
        for kind, names in {
            np.int32: ("left", "assessed", "pending_month"),
            np.int8: ("jobless", "married", "children", "complaint", "stated_level", "tier"),
            np.float32: (
                "distress", "fatigue", "experience", "rumour", "expectation", "perceived", "worth", "satisfaction",
                "loyalty", "wronged",
            ),
        }.items()
        for name in names
    }  # fmt: skip
    return State(
        **empty,
        here=np.ones(size, bool),
        joined=np.full(size, MONTH - 120, np.int32),
        income=np.full(size, 5_000, np.float32),
        balance=np.exp(8 + dice.normal("balance", who)),
        amount=np.zeros((size, len(PRODUCTS)), np.float32),
        since=np.zeros((size, len(PRODUCTS)), np.int16),
        consent=np.ones(size, np.int8),
        pending=np.full(size, -1, np.int16),
    )
