"""Who would take what: the scene of one month, and the choice of a product within its family.

Potential outcomes hang on one number a customer, month and family, the same under every action. A customer takes
something of the family without any contact when the number is below the chance p. An offer that persuades with chance g
adds those whose number lies between p and p + (1 - p) g, and they take the product offered; where it only disturbs, p
shrinks. Because g depends on other things than p, those most likely to take are not those whom an offer moves most.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.needs import chances, features, held
from zhike.lab.shelf import FAMILIES, PRODUCTS, SHELF
from zhike.lab.worth import available, match

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.lab.deck import Deck
    from zhike.lab.dice import Dice
    from zhike.lab.state import State, Traits
    from zhike.lab.weather import Weather

__all__ = ["Lines", "Scene", "chosen", "lines_of", "share_of", "shares"]

POPULARITY: Final[Mapping[str, float]] = {
    "D02": 0.3, "W01": 0.8, "W02": 0.2, "W03": -0.2, "W04": -0.8, "F01": 1.0, "F03": -0.2, "F04": -0.5, "F05": -0.8,
    "I01": 0.8, "I03": -0.3, "K02": -0.3, "L02": -0.5,
}  # fmt: skip
"""Logarithm of a product's weight among those of its family that a customer can have. Invented."""

SHARPNESS: Final = 1.8
"""By how much one unit of match raises that logarithm. Invented."""

_WIDTH: Final = int(np.bincount(SHELF.family).max())
_MEMBERS: Final = np.array(
    [
        np.resize(np.append(np.flatnonzero(SHELF.family == family), np.full(_WIDTH, -1)), _WIDTH)
        for family in range(len(FAMILIES))
    ]
)
"""Products by family, shape (n_families, width), -1 beyond the last."""
_POPULARITY: Final = np.array([POPULARITY.get(product.code, 0.0) for product in PRODUCTS], dtype=np.float32)


@dataclass(frozen=True)
class Scene:
    """One month of a chunk of customers, with what several steps of it need."""

    dice: Dice
    deck: Deck
    traits: Traits
    state: State
    month: int
    weather: Weather

    @cached_property
    def features(self) -> NDArray[np.float32]:
        """Return `zhike.lab.needs.features`, shape (n_features, n)."""
        return features(self.traits, self.state, self.month)

    @cached_property
    def owned(self) -> NDArray[np.uint32]:
        """Return `zhike.lab.needs.held`, shape (n,)."""
        return held(self.state)

    @cached_property
    def chance(self) -> NDArray[np.float32]:
        """Return `zhike.lab.needs.chances`, shape (n_families, n)."""
        return chances(self.features, self.owned, self.state, self.weather)

    @cached_property
    def luck(self) -> NDArray[np.float64]:
        """Return the number on which taking hangs, shape (n_families, n), the same under every action."""
        return self.dice.uniform("taking", self.traits.who, self.month, np.arange(len(FAMILIES))[:, None])


@dataclass(frozen=True, slots=True)
class Lines:
    """The products that actions offer, one line each, in the order of the pairs of customer and action.

    Parameters
    ----------
    pair : ndarray of int, shape (n_lines,)
        Position of the pair; one line for a product, several for a package, none for care.
    row, product : ndarray of int, shape (n_lines,)
    """

    pair: NDArray[np.int64]
    row: NDArray[np.int64]
    product: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.pair)

    @property
    def family(self) -> NDArray[np.int64]:
        """Return the products' families, shape (n_lines,)."""
        return SHELF.family[self.product]

    def at(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Lines:
        """Return some of the lines."""
        return Lines(self.pair[which], self.row[which], self.product[which])


def lines_of(deck: Deck, row: NDArray[np.int64], action: NDArray[np.int64]) -> Lines:
    """Return the lines of pairs of customer and action; ``row`` and ``action`` have shape (n_pairs,)."""
    inside = [
        members if len(members) else np.array([product] if product >= 0 else [], dtype=np.int64)
        for members, product in zip(deck.members, deck.product, strict=True)
    ]
    count = np.array([len(products) for products in inside])
    start = np.cumsum(count) - count
    pair = np.repeat(np.arange(len(row)), count[action])
    before = np.cumsum(count[action]) - count[action]
    within = np.arange(len(pair)) - before[pair]
    return Lines(pair, row[pair], np.concatenate(inside)[start[action[pair]] + within])


def shares(scene: Scene, row: NDArray[np.int64], family: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how customers who take something of a family choose among its products by themselves.

    Parameters
    ----------
    row, family : ndarray of int, shape (n_lines,)

    Returns
    -------
    ndarray of float, shape (n_lines, width)
        Shares by the family's products in the order of the shelf; all 0 where none can be had.
    """
    weights = np.zeros((len(row), _WIDTH))
    for position in range(_WIDTH):
        product = _MEMBERS[family, position]
        at = np.flatnonzero(product >= 0)
        at = at[available(scene.traits, scene.state, scene.month, row[at], product[at])]
        matched = match(scene.traits, scene.features, row[at], product[at])
        weights[at, position] = np.exp(_POPULARITY[product[at]] + np.float32(SHARPNESS) * matched)
    total = weights[:, 0].copy()
    for position in range(1, _WIDTH):
        total += weights[:, position]
    return np.asarray(weights / np.where(total > 0, total, 1.0)[:, None])


def chosen(
    scene: Scene, row: NDArray[np.int64], family: NDArray[np.int64], share: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the product that customers choose by themselves when they take something of a family.

    Parameters
    ----------
    row, family : ndarray of int, shape (n_lines,)
    share : ndarray of float, shape (n_lines, width)
        As `shares` returns them.

    Returns
    -------
    ndarray of int, shape (n_lines,)
        Position on the shelf, -1 where none can be had.
    """
    drawn = scene.dice.uniform("choice", scene.traits.who[row], scene.month, family)
    edges = np.cumsum(share, axis=1)
    position = np.minimum((edges <= drawn[:, None] * edges[:, -1:]).sum(axis=1), _WIDTH - 1)
    return np.where(edges[:, -1] > 0, _MEMBERS[family, position], -1)


def share_of(share: NDArray[np.float64], product: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of one product of the family, shape (n_lines,)."""
    first = _MEMBERS[SHELF.family[product], 0]
    return np.asarray(share[np.arange(len(product)), product - first])
