"""Purchases of one month: who buys what for how much, and what that does to holdings and the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.care import REVIEW_SALE, assess, valid_for
from zhike.lab.contact import DAYS
from zhike.lab.shelf import FAMILIES, PRODUCTS, SHELF
from zhike.lab.taking import chosen, lines_of, shares
from zhike.lab.worth import FUND, WEALTH, amounts, available, benefits, margins, match, money_moved

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.taking import Scene

__all__ = ["BEFORE", "ORGANIC", "Basket", "Bought", "accepted", "bought", "buy", "organic"]

ORGANIC, BEFORE = -1, -2
"""Where purchases come from that no contact of the month led to: nobody asked; accepted in an earlier month."""

QUESTIONED: Final = 0.5
"""Share of investors without a valid answer who answered the risk questionnaire at a purchase before 2026-02; all do since
NFRA Order 2025-7 is in force. Invented."""
ORDER_IN_FORCE: Final = 673
_BY_LAW: Final = np.isin(SHELF.family, (WEALTH, FUND))


@dataclass(frozen=True, slots=True)
class Basket:
    """Purchases, or candidates for them: arrays of shape (n_purchases,); ``contact`` is an index, `ORGANIC` or `BEFORE`."""

    row: NDArray[np.int64]
    product: NDArray[np.int64]
    contact: NDArray[np.int64]
    day: NDArray[np.int64]

    @classmethod
    def of(cls, *parts: Basket) -> Basket:
        """Return several as one, in their order."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))

    def at(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Basket:
        """Return some of them."""
        return Basket(*(getattr(self, name)[which] for name in self.__slots__))

    def one_a_family(self) -> Basket:
        """Return the first of each customer and family, by row and family."""
        key = self.row * len(FAMILIES) + SHELF.family[self.product]
        return self.at(np.unique(key, return_index=True)[1])


@dataclass(frozen=True, slots=True)
class Bought:
    """What purchases amount to: arrays of shape (n_purchases,), yuan; see `zhike.lab.worth`."""

    amount: NDArray[np.float64]
    margin: NDArray[np.float64]
    benefit: NDArray[np.float64]
    unsuitable: NDArray[np.bool_]


def accepted(
    scene: Scene,
    row: NDArray[np.int64],
    action: NDArray[np.int64],
    contact: NDArray[np.int64],
    day: NDArray[np.int64],
) -> Basket:
    """Return what customers who accepted actions would buy: the products offered that they can have; shapes (n_pairs,)."""
    lines = lines_of(scene.deck, row, action)
    can = available(scene.traits, scene.state, scene.month, lines.row, lines.product)
    lines = lines.at(can)
    return Basket(lines.row, lines.product, contact[lines.pair], day[lines.pair])


def organic(scene: Scene, reviewed: NDArray[np.int64], put_off: NDArray[np.int64]) -> Basket:
    """Return what customers would buy by themselves.

    Parameters
    ----------
    reviewed : ndarray of int
        Rows of those whose portfolio is reviewed this month: a few more take a wealth product.
    put_off : ndarray of int
        Row times number of products plus product, for what a contact put customers off.
    """
    family, row = np.nonzero(scene.luck < scene.chance)
    chance, luck = scene.chance[WEALTH, reviewed], scene.luck[WEALTH, reviewed]
    more = reviewed[(luck >= chance) & (luck < chance + (1.0 - chance) * REVIEW_SALE)]
    row, family = np.concatenate([row, more]), np.concatenate([family, np.full(len(more), WEALTH)])
    product = chosen(scene, row, family, shares(scene, row, family))
    stays = (product >= 0) & ~np.isin(row * len(PRODUCTS) + product, put_off)
    row, family, product = row[stays], family[stays], product[stays]
    drawn = scene.dice.uniform("day of buying", scene.traits.who[row], scene.month, family)
    return Basket(row, product, np.full(len(row), ORGANIC), (1.0 + DAYS * drawn).astype(np.int64))


def bought(scene: Scene, basket: Basket) -> Bought:
    """Return what purchases amount to; what would overdraw the account is cut to its balance."""
    traits, state, row, product = scene.traits, scene.state, basket.row, basket.product
    amount = amounts(scene.dice, traits, state, scene.month, row, product)
    out = np.maximum(-money_moved(product, amount), 0.0)
    total = np.bincount(row, weights=out, minlength=len(state))[row]
    over = (out > 0) & (total > state.balance[row])
    amount[over] = np.floor(amount[over] * state.balance[row[over]] / total[over])
    matched = match(traits, scene.features, row, product)
    benefit, unsuitable = benefits(traits, state, (row, product), amount, matched)
    return Bought(amount, margins(product, amount), benefit, unsuitable)


def buy(scene: Scene, basket: Basket, amount: NDArray[np.float64]) -> None:
    """Move the money, begin the holdings, and let investors answer the questionnaire that the law asks for.

    Notes
    -----
    Money put into an open-ended investment that is held already adds to it; the holding keeps its beginning.
    """
    state, row, product = scene.state, basket.row, basket.product
    _question(scene, row[_BY_LAW[product]])
    new = state.amount[row, product] == 0
    state.since[row[new], product[new]] = scene.month
    state.amount[row, product] += np.where(SHELF.flat[product], 1.0, amount)
    state.balance[...] += np.bincount(row, weights=money_moved(product, amount), minlength=len(state))


def _question(scene: Scene, row: NDArray[np.int64]) -> None:
    row = np.unique(row)
    row = row[~valid_for(scene.state, scene.month)[row]]
    share = 1.0 if scene.month >= ORDER_IN_FORCE else QUESTIONED
    assess(scene, row[scene.dice.happens(share, "questioned", scene.traits.who[row], scene.month)])
