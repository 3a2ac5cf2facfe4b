"""A small bank with a past: eighty customers who took products one after another over a year and a half, for learned rankings."""

import datetime as dt

import decide_bank
import numpy as np
from decide_bank import customer, holding, level

CHAIN = ("C0", "P0", "B1", "F2", "F4", "S5")
"""Who holds one of them tends to take the next."""
RECOMMENDER = {"kind": "window_blend", "seed": 3}
CUSTOMERS = 80
FIRST = dt.date(2025, 1, 6)


def rows(seed=5, customers=CUSTOMERS, assessed="2026-03-01"):
    """Return the rows of the bank; every fifth customer has no answered level, every seventh gave their first product back."""
    rng = np.random.default_rng(seed)
    names = [f"R{place:02}" for place in range(customers)]
    held = [one for name in names for one in taken(name, rng)]
    return {
        "customers": [customer(name) for name in names],
        "products": list(decide_bank.PRODUCTS),
        "assessments": [
            level(name, 1 + place % 5, assessed_on=assessed, valid_from=assessed)
            for place, name in enumerate(names)
            if place % 5
        ],
        "holdings": held,
    }


def taken(name, rng):
    """Return a customer's holdings: a first product, and up to three more along the chain."""
    place, day, found = int(rng.integers(3)), FIRST + dt.timedelta(days=int(rng.integers(330))), []
    for _ in range(int(rng.integers(1, 5))):
        found.append(holding(name, CHAIN[place], str(day)))
        place, day = (place + 1) % len(CHAIN), day + dt.timedelta(days=int(rng.integers(40, 160)))
    if int(name[1:]) % 7 == 0:
        found.append({**found[0], "valid_from": "2026-05-04", "status": "closed"})
    return [one for one in found if one["valid_from"] <= str(decide_bank.AT)]


def given_back(content):
    """Return customer and product of what was given back."""
    return {
        (one["customer_id"], one["product_id"])
        for one in content["holdings"]
        if one.get("status") == "closed"
    }
