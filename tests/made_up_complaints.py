"""Decided complaints made up, with what is true of them known: who got more for the same harm, whose answer was faster, what a measure changed."""

import numpy as np
import polars as pl

from zhike.adapters.answer_files import Answers
from zhike.adapters.rule_files import load_rulebook

SHIPPED = load_rulebook()
BUSINESSES = ("credit_card", "debit_card", "loan")
ISSUES = ("pricing", "rules")
TIERS = ("basic", "gold", "private")


def decided(seed, count=1500, *, sweetened=0.0, faster=0.0, helps=0.0, richer=0.0):
    """Return cases as a table.

    Parameters
    ----------
    sweetened : float
        Minor units that the private tier gets on top of what others get for the same harm.
    faster : float
        Days by which the private tier is answered sooner.
    helps : float
        What goodwill adds to the chance of being satisfied.
    richer : float
        By how much the private tier's harm is larger, in logarithms: no sweetening, though its redress is larger.
    """
    rng = np.random.default_rng(seed)
    tier = rng.choice(TIERS, count, p=(0.6, 0.3, 0.1))
    private = tier == "private"
    harm = np.round(np.exp(rng.normal(9.0 + richer * private, 0.7)), -2)
    outcome = rng.choice(("upheld", "partly_upheld", "not_upheld"), count, p=(0.5, 0.3, 0.2))
    share = np.select([outcome == "upheld", outcome == "partly_upheld"], [1.0, 0.5], 0.0)
    evidence = rng.choice(("documented", "plausible"), count, p=(0.7, 0.3))
    # The more somebody lost, and the angrier they are, the likelier goodwill is given: satisfied customers are not those who got it.
    chance = 1 / (1 + np.exp(-(np.log1p(harm) - 9.2 + (evidence == "plausible"))))
    goodwill = rng.random(count) < np.clip(chance, 0.1, 0.9)
    satisfied = rng.random(count) < np.clip(0.55 - 0.12 * (np.log1p(harm) - 9.0) + helps * goodwill, 0, 1)
    paid = share * harm * np.exp(rng.normal(0, 0.15, count)) + 500 * goodwill + sweetened * private * (outcome != "not_upheld")  # fmt: skip
    return pl.DataFrame({
        "case": [f"k{place:06}" for place in range(count)], "business": rng.choice(BUSINESSES, count), "issue": rng.choice(ISSUES, count),
        "outcome": outcome, "evidence": evidence, "harm": harm, "redress": np.round(paid),
        "measures": np.where(goodwill, "explanation;goodwill", "explanation"),
        "days": np.round(np.clip(rng.gamma(4, 3, count) - faster * private, 0.5, None), 1), "satisfied": satisfied.astype(int),
        "tier": tier, "age_band": rng.choice(("under_60", "over_60"), count),
    })  # fmt: skip


def as_answers(table):
    """Return a table as a file of answers holds it."""
    return Answers(None, table, np.arange(1, len(table) + 1))
