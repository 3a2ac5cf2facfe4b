"""Rank by response: learn who accepts what over which channel, offer everyone what they accept most, fill the channels.

    logit P(accepted | delivered) = sum of one effect for each of: product, channel, age band, balance band, years with the bank,
    other families held, family x age band, family x balance band, channel x age band

estimated with a ridge penalty (`zhike.decide.response_model.additive_logit`). There is no test of suitability
and none of worth: that is what response ranking leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np
import polars as pl
from scipy.special import expit

from zhike.decide.inputs import hash_uniforms
from zhike.decide.response_model import additive_logit
from zhike.know.view import view
from zhike.lab.bank_facts import bank_facts
from zhike.lab.deck import Orders
from zhike.lab.filling import fill
from zhike.lab.shelf import FAMILIES, PRODUCTS, SHELF, TALKING
from zhike.lab.situation import CONTACTS_A_MONTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.bank_facts import BankFacts
    from zhike.lab.situation import Situation

__all__ = ["Propensity", "ResponseModel"]

AGES: Final = (25.0, 35.0, 45.0, 55.0, 65.0)
BALANCES: Final = (5_000.0, 50_000.0, 200_000.0, 500_000.0)
TENURES: Final = (1.0, 3.0, 8.0)
MOST_OTHERS: Final = 2
"""Edges of the bands, years and yuan; families beyond the second are not told apart. Invented."""
LOG_DAYS: Final = 365
"""Days of the log that the model learns from."""
RIDGE: Final = 2.0
_UNDELIVERED: Final = "blocked"


@dataclass(frozen=True, slots=True)
class ResponseModel:
    """Effects of every level of every term.

    Parameters
    ----------
    starts : ndarray of int, shape (n_terms,)
        Position of each term's first level among the effects.
    effects : ndarray of float
        The first is the level of all, then the terms' levels.
    """

    starts: NDArray[np.int64]
    effects: NDArray[np.float64]

    @classmethod
    def fit(cls, codes: NDArray[np.int64], levels: NDArray[np.int64], accepted: NDArray[np.bool_]) -> Self:
        """Learn from deliveries.

        Parameters
        ----------
        codes : ndarray of int, shape (n_deliveries, n_terms)
            Level of each term.
        levels : ndarray of int, shape (n_terms,)
            Number of levels of each term.
        accepted : ndarray of bool, shape (n_deliveries,)

        Notes
        -----
        The level of all is penalised towards nothing but the terms towards 0; without any delivery P is one half everywhere.
        """
        starts = 1 + np.concatenate([[0], np.cumsum(levels)[:-1]]).astype(np.int64)
        trials, wins = np.ones(len(codes)), accepted.astype(np.float64)
        return cls(starts, additive_logit(codes, levels, trials, wins, RIDGE))

    def probability(self, codes: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return P(accepted | delivered) for codes of shape (..., n_terms)."""
        return np.asarray(expit(self.effects[0] + self.effects[codes + self.starts].sum(axis=-1)))


@dataclass(frozen=True, slots=True)
class Propensity:
    """Orders the pairs that are likeliest to be accepted, up to what the channels carry."""

    name: str = "propensity"

    def orders(self, situation: Situation) -> Orders:
        """Return the month's offers, at most `CONTACTS_A_MONTH` a customer."""
        facts = bank_facts(situation)
        offers = np.array(
            [
                position
                for position, kind in enumerate(situation.deck.kind)
                if kind == "sale"
                and situation.deck.product[position] >= 0
                and situation.deck.channel[position] >= 0
            ],
            dtype=np.int64,
        )
        model = learnt(situation, facts, offers)
        row, action, chance = _likeliest(situation, facts, offers, model)
        lot = hash_uniforms(list(situation.customers), f"propensity|{situation.month}", 1)[:, 0]
        order = np.lexsort((action, lot[row], -chance))
        chosen = order[fill(situation, facts.region, row[order], action[order])]
        chosen = chosen[np.lexsort((-chance[chosen], row[chosen]))]
        return Orders(row[chosen], action[chosen], np.ones(len(chosen)))


def learnt(situation: Situation, facts: BankFacts, offers: NDArray[np.int64]) -> ResponseModel:
    """Return the model of the responses known by the situation's day; bands are those of that day."""
    seen = view(situation.tables, situation.at, situation.timezone)
    rows = pl.DataFrame({"customer_id": list(situation.customers)}).with_row_index("row")
    names = pl.DataFrame({"action_id": situation.deck.named(offers), "offer": np.arange(len(offers))})
    answers = (
        seen.current("responses")
        .filter(seen.within("responded_on", LOG_DAYS), pl.col("outcome") != _UNDELIVERED)
        .group_by("customer_id", "action_id", pl.coalesce("decision_id", "response_id").alias("delivery"))
        .agg((pl.col("outcome") == "accepted").any().alias("accepted"))
        .collect()
        .join(rows, on="customer_id")
        .join(names, on="action_id")
        .sort("row", "offer", "delivery")
    )
    customer, offer = answers["row"].to_numpy(), answers["offer"].to_numpy()
    codes = _codes(situation, facts, customer.astype(np.int64), offers[offer])
    return ResponseModel.fit(codes, _levels(), answers["accepted"].to_numpy())


def _likeliest(
    situation: Situation, facts: BankFacts, offers: NDArray[np.int64], model: ResponseModel
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return for every customer and channel the likeliest offers, as many as may be ordered: customer, action, probability."""
    parts = []
    for channel in range(len(TALKING)):
        here = offers[situation.deck.channel[offers] == channel]
        asked = np.flatnonzero(facts.sellable[:, channel])
        if not here.size or not asked.size:
            continue
        row, action = np.repeat(asked, len(here)), np.tile(here, len(asked))
        chance = model.probability(_codes(situation, facts, row, action)).reshape(len(asked), len(here))
        chance = np.where(_offerable(situation, facts, asked, here), chance, -1.0)
        best = np.argsort(-chance, axis=1, kind="stable")[:, :CONTACTS_A_MONTH]
        found = np.take_along_axis(chance, best, axis=1)
        place, column = np.nonzero(found >= 0)
        parts.append((asked[place], here[best[place, column]], found[place, column]))
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    row, action, chance = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return row, action, chance


def _offerable(
    situation: Situation, facts: BankFacts, rows: NDArray[np.int64], actions: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return where the product is not held yet and is made for the kind of customer, shape (n_rows, n_actions)."""
    product = situation.deck.product[actions]
    either = np.array([item.family == "settlement" for item in PRODUCTS])[product]
    fits = SHELF.firms[product][None, :] == facts.firm[rows][:, None]
    return np.asarray(
        ~facts.holds[np.ix_(rows, product)] & (fits | (either & ~SHELF.firms[product])[None, :])
    )


def _levels() -> NDArray[np.int64]:
    ages, balances, families, channels = len(AGES) + 2, len(BALANCES) + 1, len(FAMILIES), len(TALKING)
    others, tenures = MOST_OTHERS + 1, len(TENURES) + 2
    return np.array(
        [
            len(PRODUCTS), channels, ages, balances, tenures, others,
            families * ages, families * balances, channels * ages,
        ]
    )  # fmt: skip


def _codes(
    situation: Situation, facts: BankFacts, row: NDArray[np.int64], action: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the levels of pairs, shape (n_pairs, n_terms), in the order of `_levels`."""
    deck = situation.deck
    # What is unknown has a level of its own, the last: NaN sorts behind every edge.
    age = np.searchsorted(np.append(AGES, np.inf), facts.age, side="right")[row]
    tenure = np.searchsorted(np.append(TENURES, np.inf), facts.tenure, side="right")[row]
    balance = np.searchsorted(BALANCES, facts.balance, side="right")[row]
    families = np.stack(
        [facts.holds[:, SHELF.family == family].any(axis=1) for family in range(len(FAMILIES))], axis=1
    )
    family, channel = deck.family[action], deck.channel[action]
    others = np.minimum(families.sum(axis=1)[row] - families[row, family], MOST_OTHERS)
    ages, balances = len(AGES) + 2, len(BALANCES) + 1
    terms = (
        deck.product[action], channel, age, balance, tenure, others,
        family * ages + age, family * balances + balance, channel * ages + age,
    )  # fmt: skip
    return np.stack(terms, axis=-1)
