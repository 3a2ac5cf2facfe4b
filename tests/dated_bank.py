"""The small served bank with days that matter: who has a birthday, who turns 65, and what matures when."""

import decide_bank
import served_bank

BORN = {"C01": "1980-07-03", "C02": "1961-07-10", "C03": "1980-07-04", "C04": "1990-07-02"}
"""C02 turns 65. C03 has withdrawn consent to marketing, C02 and C04 have given it, of C01 no answer is on record."""
TERM = {"product_id": "D1", "family": "deposit", "regime": "none", "name": "One-year deposit"}
MATURES = {
    "C01": ("2026-07-20", 5_000_000, "EUR"),
    "C05": ("2026-07-31", 900_000, "USD"),
    "C02": ("2026-09-01", 100_000, "EUR"),
}
"""Day, minor units and currency."""


def rows():
    """Return the rows of the small served bank with these days."""
    found = served_bank.content()
    for row in found["customers"]:
        row["birth_date"] = BORN.get(row["customer_id"], row["birth_date"])
    found["products"] = [*found["products"], TERM]
    found["holdings"] = [
        *found["holdings"],
        *(
            {**decide_bank.holding(who, "D1"), "matures_on": on, "amount": amount, "currency": currency}
            for who, (on, amount, currency) in MATURES.items()
        ),
    ]
    return found


def dated(bank):
    """Publish these days to a served bank and have it see them; return the bank."""
    served_bank.publish_small(bank.acting, rows())
    bank.clock.later(seconds=2)
    return bank
