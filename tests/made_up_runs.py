"""Two runs by hand for tests of comparing policies: four actions, decisions as short rows, plans with one scarce row."""

import polars as pl

from zhike.decide.decisions import DECISION_SCHEMA
from zhike.measure.whatif import Run

KINDS = {
    "fund:app": "sale",
    "card:sms": "sale",
    "review:phone": "care",
    "notice:post": "mandatory",
    "no_action": "none",
}
ACTIONS = pl.DataFrame(
    {"action_id": list(KINDS), "hours": [0.5, 0.25, 1.0, 0.0, 0.0], "cost": [2, 5, 800, 100, 0]},
    schema={"action_id": pl.String, "hours": pl.Float64, "cost": pl.Int64},
)
FUNNEL = {"considered": 20, "after_eligibility": 16}
VERDICTS = {"eligibility": 4, "allowed": 16}


def decisions(*rows):
    """Return decisions from rows of customer, rank, action and expected value."""
    full = [
        {"customer_id": name, "rank": rank, "action_id": action, "kind": KINDS[action], "expected_value": value,
         "channel": action.partition(":")[2] or "none", "currency": "EUR"}
        for name, rank, action, value in rows
    ]  # fmt: skip
    return pl.DataFrame(full, schema=DECISION_SCHEMA)


def scarce(name, limit, used, price):
    """Return a row of an allocation."""
    title = {"en": name, "zh-Hans": name, "zh-Hant": name}
    return {
        "id": name, "constraint": name, "kind": "capacity", "title": title, "owner": "tests", "unit": "contacts", "sense": "maximum",
        "limit": limit, "taken_by_mandatory": 0.0, "used": used, "loosened_by": 0.0, "price": price, "last": None, "next": None,
    }  # fmt: skip


def allocation(*rows, objective=10.0, gap=0.0):
    """Return what a plan says was allocated."""
    return {"status": "optimal", "objective": objective, "bound": objective, "gap": gap, "rows": list(rows)}


def run(*rows, allocated=None, funnel=None):
    """Return a run of those decisions."""
    plan = {"funnel": funnel or FUNNEL, "verdicts": VERDICTS}
    return Run(decisions(*rows), ACTIONS, plan if allocated is None else {**plan, "allocation": allocated})


def attributes(**columns):
    """Return the attributes of customers A, B, C and so on, as many as each column has values."""
    size = len(next(iter(columns.values())))
    return pl.DataFrame({"customer_id": [chr(ord("A") + place) for place in range(size)], **columns})
