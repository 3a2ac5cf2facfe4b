"""A bank that sent offers and got answers, late ones, none yet and blocked sends among them; the truth is known."""

import datetime as dt

import decide_bank
import numpy as np
from decide_bank import customer, holding, level

CUSTOMERS, FOLLOWED, SLOW = 500, 60, 15.0
TRUTH = {"old": 0.30, "young": 0.05}
"""P(yes, ever | delivered) of an everyday offer, by the customer's age."""
CHANCES = {"minimum": 100, "horizon_days": FOLLOWED}
PRODUCTS = ("C0", "P0")


def rows(seed=1, offers=4):
    """Return the rows of the bank: everybody got some everyday offers over the app on days of the last half year."""
    rng = np.random.default_rng(seed)
    names = [f"A{place:03}" for place in range(CUSTOMERS)]
    sent = [one for name in names for one in _sent(name, rng, offers)]
    return {
        "customers": [{**customer(name), "birth_date": "1955-03-01" if old(name) else "1995-03-01"} for name in names],
        "products": list(decide_bank.PRODUCTS),
        "assessments": [level(name, 3) for name in names[::3]],
        "holdings": [holding(name, "B1", "2025-03-03") for name in names],
        "decisions": [one for one, _ in sent],
        "responses": [answer for _, answer in sent if answer is not None],
    }  # fmt: skip


def old(name):
    return int(name[1:]) % 2 == 0


def _sent(name, rng, offers):
    """Yield decisions, each with its response where one is known by the day."""
    for number in range(offers):
        day = decide_bank.AT - dt.timedelta(days=int(rng.integers(0, 180)))
        product = PRODUCTS[int(rng.integers(2))]
        decision = {
            "decision_id": f"{name}:{number}", "customer_id": name, "decided_on": str(day), "rank": 1,
            "action_id": f"everyday:{product}:app", "product_id": product, "channel": "app", "action_probability": 0.5,
        }  # fmt: skip
        wait = int(min(rng.exponential(SLOW), FOLLOWED))
        yes = rng.random() < TRUTH["old" if old(name) else "young"]
        blocked = rng.random() < 0.2
        answered = day + dt.timedelta(days=0 if blocked else wait)
        known = blocked or (yes and answered <= decide_bank.AT)
        yield decision, _response(decision, answered, "blocked" if blocked else "accepted") if known else None


def _response(decision, day, outcome):
    return {
        "response_id": f"r:{decision['decision_id']}", "decision_id": decision["decision_id"], "outcome": outcome,
        "customer_id": decision["customer_id"], "action_id": decision["action_id"], "responded_on": str(day),
    }  # fmt: skip
