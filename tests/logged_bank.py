"""Logs of choices whose truth is known: a bank of customers in four cells, offers drawn with unequal known probabilities.

Every third month each customer gets nothing, an offer of a card over app or phone, or a care call. A trait that no table
shows drives both the probability of an offer and what the customer does without one.
"""

import datetime as dt

import numpy as np
import polars as pl
from decide_bank import NOTHING, document, tables, template

from zhike.core.contracts import contract
from zhike.core.rulebook import parse_entry
from zhike.decide.catalogue import Catalogue, actions_on_sale
from zhike.decide.policy import EffectWindow
from zhike.lab.dice import Dice

AT = dt.date(2026, 6, 30)
DAYS = tuple(dt.date(year, month, 5) for year, month in ((2025, 7), (2025, 10), (2026, 1), (2026, 4)))
LONG_AGO = dt.date(2020, 1, 1)
WINDOW = EffectWindow(365, 60, 200)
PRODUCTS = ("K1", "K2")
LIFT = {"app": 0.05, "phone": 0.12}
"""What a delivered offer adds to P(gets the product) for the old; the young feel half."""
RESPONSE = 0.3
SALE = template("offer_card", products={"family": ["card"]}, channels=["app", "phone"], purpose="marketing")
CARE = template("call", "care", channels=["phone"])
TEMPLATES = (SALE, CARE, NOTHING)


def actions(templates=TEMPLATES):
    """Return the actions of a catalogue of two cards, a call and nothing."""
    raw = document("catalogue", {"actions": list(templates)})
    catalogue = Catalogue.of(parse_entry("tests.logged", raw).at(AT))
    return actions_on_sale(catalogue, products().collect(), {})


def table(name, **columns):
    """Return a contract table from columns; what is not given is empty, facts are known on their day."""
    declared = contract(name)
    frame = pl.DataFrame(columns)
    if "known_at" not in columns:
        frame = frame.with_columns(pl.col(declared.day).cast(pl.Datetime("us", "UTC")).alias("known_at"))
    return frame.lazy().select(
        pl.col(key).cast(dtype) if key in frame.columns else pl.lit(None, dtype=dtype).alias(key)
        for key, dtype in declared.schema().items()
    )


def products():
    codes, families = [*PRODUCTS, "D1"], ["card", "card", "deposit"]
    return table(
        "products", product_id=codes, valid_from=[LONG_AGO] * 3, family=families, regime=["none"] * 3
    )


class Log:
    """One drawn log: who got what, what came of it, and the tables that say so.

    Half the customers are old and have much money; half are digital. ``alike``: all are young and digital.
    """

    def __init__(self, seed, customers=4000, lift=LIFT, days=DAYS, *, alike=False):
        dice, self.n = Dice(seed), customers
        who = np.arange(customers)
        self.old = (dice.uniform("old", who) < 0.5) & (not alike)
        self.digital = (dice.uniform("digital", who) < 0.5) | alike
        self.keen = dice.uniform("keen", who) < 0.4
        self.rows = [self._month(dice, who, number, day, lift) for number, day in enumerate(days)]

    def _month(self, dice, who, number, day, lift):
        # The keen are offered four times as often, and buy three times as often by themselves.
        offer, call = np.where(self.keen, 0.4, 0.1), np.full(self.n, 0.1)
        shares = np.stack([1 - offer - call, offer / 4, offer / 4, offer / 4, offer / 4, call])
        kind = (dice.uniform("choice", who, number) > np.cumsum(shares, axis=0)).sum(axis=0)
        channel = np.array(["none", "app", "app", "phone", "phone", "phone"])[kind]
        product = np.array([None, *PRODUCTS, *PRODUCTS, None], dtype=object)[kind]
        # The app reaches the digital; the phone seven in ten, more of those who are not keen.
        reached = np.where(
            channel == "app",
            self.digital,
            dice.uniform("reached", who, number) < np.where(self.keen, 0.5, 0.8),
        )
        base = np.where(self.keen, 0.09, 0.03)
        add = np.array([lift.get(name, 0.0) for name in channel]) * np.where(self.old, 1.0, 0.5)
        draws = [dice.uniform(f"buys {name}", who, number) for name in PRODUCTS]
        bought = [
            u < base + np.where((product == name) & reached, add, 0.0)
            for u, name in zip(draws, PRODUCTS, strict=True)
        ]
        accepts = dice.uniform("accepts", who, number) < RESPONSE
        return {
            "day": day,
            "kind": kind,
            "channel": channel,
            "product": product,
            "p": shares[kind, who],
            "reached": reached,
            "bought": bought,
            "accepts": accepts,
        }

    def names(self, rows):
        return [f"C{row:06}" for row in rows]

    def tables(self):
        """Return the contract tables."""
        every = self.names(range(self.n))
        since = [LONG_AGO] * self.n
        people = table(
            "customers",
            customer_id=every,
            valid_from=since,
            customer_type=["person"] * self.n,
            currency=["EUR"] * self.n,
            birth_date=[dt.date(1950 if old else 1999, 1, 1) for old in self.old],
        )
        talked = [dt.date(2025, 6, 1)] * self.n
        contacts = table(
            "interactions",
            interaction_id=every,
            customer_id=every,
            occurred_on=talked,
            direction=["inbound"] * self.n,
            channel=np.where(self.digital, "app", "branch").tolist(),
        )
        savings = table(
            "holdings",
            holding_id=[f"S{one}" for one in every],
            customer_id=every,
            product_id=["D1"] * self.n,
            valid_from=since,
            amount=np.where(self.old, 10**6, 10**4).tolist(),
            currency=["EUR"] * self.n,
        )
        parts = [self._facts(number, row) for number, row in enumerate(self.rows)]
        found = {
            name: pl.concat([part[name].collect() for part in parts]).lazy()
            for name in ("decisions", "responses", "holdings")
        }
        found["holdings"] = pl.concat([savings, found["holdings"]])
        return tables({}) | {"customers": people, "interactions": contacts, "products": products()} | found

    def _facts(self, number, row):
        every, day = np.arange(self.n), row["day"]
        names = np.array(
            ["no_action", *(f"offer_card:{p}:{c}" for c in ("app", "phone") for p in PRODUCTS), "call:phone"]
        )
        ids = [f"D{number}-{one}" for one in range(self.n)]
        decisions = table(
            "decisions",
            decision_id=ids,
            customer_id=self.names(every),
            decided_on=[day] * self.n,
            action_id=names[row["kind"]].tolist(),
            product_id=pl.Series(row["product"].tolist(), dtype=pl.String),
            channel=row["channel"].tolist(),
            action_probability=row["p"],
        )
        told = np.flatnonzero((row["kind"] > 0) & (~row["reached"] | (row["kind"] == 5) & row["accepts"]))
        outcome = np.where(row["reached"], "accepted", "blocked")[told]
        responses = table(
            "responses",
            response_id=[f"R{number}-{one}" for one in told],
            decision_id=[ids[one] for one in told],
            customer_id=self.names(told),
            action_id=names[row["kind"]][told].tolist(),
            responded_on=[day + dt.timedelta(days=3)] * len(told),
            outcome=outcome.tolist(),
        )
        got = [
            (one, p)
            for p, bought in zip(PRODUCTS, row["bought"], strict=True)
            for one in np.flatnonzero(bought).tolist()
        ]
        # Holdings run three weeks, so that every choice finds the customer without the product.
        begun = [day + dt.timedelta(days=1 + one % 20) for one, _ in got]
        holdings = table(
            "holdings",
            holding_id=[f"H{number}-{one}-{p}" for one, p in got],
            customer_id=self.names([one for one, _ in got]),
            product_id=[p for _, p in got],
            valid_from=begun,
            valid_to=[one + dt.timedelta(days=21) for one in begun],
            amount=[2000 if self.old[one] else 1000 for one, _ in got],
            currency=["EUR"] * len(got),
        )
        return {"decisions": decisions, "responses": responses, "holdings": holdings}
