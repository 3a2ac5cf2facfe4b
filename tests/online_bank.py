"""A bank that made everybody an offer on each of a few days, and got answers, late ones and blocked sends among them; the truth is known."""

import datetime as dt

import answered_bank
import numpy as np
from decide_bank import AT

MADE = [AT - dt.timedelta(days) for days in (170, 150, 130, 110, 60, 45, 31, 10)]
"""The last offers are open on the day."""


def rows(seed=2, customers=240):
    """Return rows of a bank that made everybody an offer on each of a few days; old customers say yes more often."""
    rng, content = np.random.default_rng(seed), answered_bank.rows(offers=0)
    names = [one["customer_id"] for one in content["customers"][:customers]]
    made = [
        {"decision_id": f"{name}:{day}", "customer_id": name, "decided_on": str(day), "rank": 1, "action_id": f"everyday:{product}:app",
         "product_id": product, "channel": "app", "action_probability": 0.5}
        for day in MADE for name, product in zip(names, rng.choice(["C0", "P0"], len(names)).tolist(), strict=True)
    ]  # fmt: skip
    answers = [found for one in made if (found := answer(one, rng)) is not None]
    return {**content, "decisions": made, "responses": answers}


def answer(made, rng):
    day, wait = dt.date.fromisoformat(made["decided_on"]), int(rng.integers(0, 45))
    truth = answered_bank.TRUTH["old" if answered_bank.old(made["customer_id"]) else "young"]
    yes, blocked = rng.random() < truth, rng.random() < 0.2
    on = day + dt.timedelta(0 if blocked else wait)
    if not (blocked or yes) or on > AT:
        return None
    named = {name: made[name] for name in ("decision_id", "customer_id", "action_id")}
    return {
        **named,
        "response_id": f"r:{made['decision_id']}",
        "responded_on": str(on),
        "outcome": "blocked" if blocked else "accepted",
    }
