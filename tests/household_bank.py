"""The small bank with a household: C01 and C02 live at home and together get so many offers of sale a day."""

import decide_bank
import served_bank
from constrained_bank import SALES, constraint

HOME = ("C01", "C02")
MOST = 3
CAPS = (constraint("household_offers", "per_household", actions=SALES, maximum=MOST),)
PACKS = [pack for pack in decide_bank.PACKS if pack != "contact"]
"""Without time to breathe between contacts, so that nothing but the household's cap stands in the way."""


def content():
    """Return the rows of the served bank, with the household."""
    rows = served_bank.content()
    rows["relationships"] += [
        {"relationship_id": f"{name}:home", "customer_id": name, "object_type": "household", "object_id": "home", "role": role}
        for name, role in zip(HOME, ("head", "member"), strict=True)
    ]  # fmt: skip
    return rows


def publish(bank, caps=CAPS, rows=None, **changes):
    """Publish the bank with its household, and let the service see it."""
    changes = {"packs": PACKS, **changes}
    number = served_bank.publish_small(
        bank.acting, content() if rows is None else rows, constraints=list(caps), **changes
    )
    bank.clock.later(seconds=1)
    return number


def sales(bank, *customers):
    """Return the offers of sale by the bank's own step that some customers have, blocked ones left out."""
    found = bank.rows("offers", {"customer_id": list(customers)}, order=["made_at"])
    return [one for one in found if one["kind"] == "sale" and one["outbound"] and one["state"] != "blocked"]
