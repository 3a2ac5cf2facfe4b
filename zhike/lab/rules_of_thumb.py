"""Two ways in which banks run campaigns: the same offer to all, and offers by balance band."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.decide.inputs import hash_uniforms
from zhike.lab.bank_facts import bank_facts
from zhike.lab.deck import Orders
from zhike.lab.filling import fill
from zhike.lab.shelf import PRODUCTS, SHELF, TALKING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.bank_facts import BankFacts
    from zhike.lab.situation import Situation

__all__ = ["BANDS", "CALENDAR", "Standard", "Tiered"]

CALENDAR: Final = (
    "D02", "D03", "K01", "W02", "F02", "W01", "L01", "D01", "K02", "F01", "D02", "W02",
)  # fmt: skip
"""Product of the campaign of each month from January: deposits at the turn of the year, cards in spring and autumn. Invented."""

MASS_CHANNELS: Final = ("phone", "app", "sms")
"""Channels of a mass campaign: the call centre first, messages for all others. Invented."""

BANDS: Final = (
    (500_000.0, ("W03", "F03", "I03"), ("adviser", "branch")),
    (50_000.0, ("W02", "F02", "I02"), ("phone", "branch")),
    (0.0, ("W01", "D01", "K01"), ("app", "sms")),
)
"""Least balance in yuan, products in turn by month, and channels of each band, from the top. Invented."""


@dataclass(frozen=True, slots=True)
class Standard:
    """One campaign a month: the same product to every customer who agreed to marketing and does not hold it.

    Who is called, who gets a message and who comes too late is a lot (a hash of customer and month): P(chosen) is the share of
    those with the same agreements whom the channel took.
    """

    name: str = "standard"

    def orders(self, situation: Situation) -> Orders:
        """Return the month's campaign."""
        facts = bank_facts(situation)
        product = SHELF.codes.index(CALENDAR[situation.month % 12])
        asked = np.flatnonzero(facts.here & ~facts.holds[:, product] & _fits(facts, product))
        lot = hash_uniforms([situation.customers[row] for row in asked], f"campaign|{situation.month}", 1)[
            :, 0
        ]
        order = asked[np.argsort(lot, kind="stable")]
        row, action = _over(situation, facts, order, product, MASS_CHANNELS)
        chosen = fill(situation, facts.region, row, action, per_customer=1)
        return _sorted(row[chosen], action[chosen], _shares(facts, asked, row[chosen], action[chosen]))


@dataclass(frozen=True, slots=True)
class Tiered:
    """Offers by balance band: advice at the top, calls in the middle, messages below; the largest balance first."""

    name: str = "tiered"

    def orders(self, situation: Situation) -> Orders:
        """Return the month's offers, one a customer at most."""
        facts = bank_facts(situation)
        parts, above = [], np.inf
        for least, products, channels in BANDS:
            product = SHELF.codes.index(products[situation.month % len(products)])
            band = facts.here & (facts.balance < above) & (facts.balance >= least)
            asked = np.flatnonzero(band & ~facts.holds[:, product] & _fits(facts, product))
            order = asked[np.argsort(-facts.balance[asked], kind="stable")]
            parts.append(_over(situation, facts, order, product, channels))
            above = least
        row, action = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        chosen = fill(situation, facts.region, row, action, per_customer=1)
        return _sorted(row[chosen], action[chosen], np.ones(len(chosen)))


def _shares(
    facts: BankFacts, asked: NDArray[np.int64], row: NDArray[np.int64], action: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return for each order the share of those asked, with the same agreements, who got the same action."""
    pattern = facts.sellable @ (1 << np.arange(len(TALKING)))
    drawn = np.bincount(pattern[asked], minlength=1 << len(TALKING))
    _, kind, count = np.unique(
        pattern[row] + action * (1 << len(TALKING)), return_inverse=True, return_counts=True
    )
    return np.asarray(count[kind] / drawn[pattern[row]], dtype=np.float64)


def _fits(facts: BankFacts, product: int) -> NDArray[np.bool_]:
    """Return whom a product is made for: firms' products for firms, settlement for both, all else for persons."""
    if SHELF.firms[product]:
        return facts.firm
    return ~facts.firm | (PRODUCTS[product].family == "settlement")


def _over(
    situation: Situation, facts: BankFacts, order: NDArray[np.int64], product: int, channels: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return customers in their order with the product over each channel in turn, where agreed to: one channel, then the next."""
    deck, rows, actions = situation.deck, [order[:0]], [order[:0]]
    for name in channels:
        channel = TALKING.index(name)
        found = np.flatnonzero((deck.product == product) & (deck.channel == channel))
        if found.size:
            agreed = order[facts.sellable[order, channel]]
            rows.append(agreed)
            actions.append(np.full(len(agreed), found[0], dtype=np.int64))
    return np.concatenate(rows), np.concatenate(actions)


def _sorted(row: NDArray[np.int64], action: NDArray[np.int64], probability: NDArray[np.float64]) -> Orders:
    order = np.argsort(row, kind="stable")
    return Orders(row[order], action[order], probability[order])
