"""What a model of chances reads of pairs of a customer and an offer: attributes of the offer as numbers, bands of the customer's profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import numpy as np
import polars as pl

from zhike.decide.profiles import MOST_OTHERS, Profiles, money_edges

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions

__all__ = ["CATEGORICAL", "COLUMNS", "OfferFeatures", "Pairs"]

_OF_OFFER: Final = ("template", "channel", "family", "product_id")
_OF_CUSTOMER: Final = ("digital", "kind", "age", "money", "tenure")
COLUMNS: Final = (*_OF_OFFER, *_OF_CUSTOMER, "own", "others")
"""What is read, in order."""
CATEGORICAL: Final = tuple(range(len(_OF_OFFER) + 2))
"""Columns without an order: what is offered, and of the customer two attributes."""


class Pairs(NamedTuple):
    """Pairs of a customer and an offer.

    Parameters
    ----------
    customers : Profiles
    row : ndarray of int, shape (n_pairs,)
        Customer of each pair.
    offers : DataFrame
        ``template``, ``channel``, ``product_id`` of each pair.
    x : ndarray of float, shape (n_pairs, 11)
        What is read of them, NaN for the unknown.
    """

    customers: Profiles
    row: NDArray[np.int64]
    offers: pl.DataFrame
    x: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OfferFeatures:
    """How pairs are read.

    Parameters
    ----------
    levels : mapping of str to list of str
        Of each attribute of an offer, in order.
    edges : tuple of float
        Of the bands of money, minor units.
    """

    levels: Mapping[str, list[str]]
    edges: tuple[float, ...]

    @classmethod
    def of(cls, sent: pl.DataFrame, actions: Actions) -> Self:
        """Return what reads offers that were sent, see `zhike.decide.sent_offers.sent_offers`."""
        told = _with_family(sent, actions)
        levels = {name: told[name].drop_nulls().unique().sort().to_list() for name in _OF_OFFER}
        return cls(levels, money_edges(sent))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Codes of each column, the unknown among them; see `codes`."""
        offered = [len(self.levels[name]) + 1 for name in _OF_OFFER]
        return (*offered, *(Profiles.levels(name) for name in _OF_CUSTOMER), 2, MOST_OTHERS + 1)

    def codes(self, x: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return what is read as codes from 0, the last one of a column for the unknown, shape (n_pairs, 11)."""
        return np.where(np.isnan(x), np.array(self.sizes) - 1, x).astype(np.int64)

    def of_sent(self, sent: pl.DataFrame, actions: Actions) -> Pairs:
        """Return the pairs of offers that were sent."""
        customers = self._profiles(sent, actions)
        return self._pairs(customers, np.arange(len(sent)), sent, actions)

    def of_action(self, inputs: pl.DataFrame, actions: Actions, column: int) -> Pairs:
        """Return the pairs of customers with one action."""
        offers = actions.table[[column] * len(inputs)].select("template", "channel", "product_id")
        return self._pairs(self._profiles(inputs, actions), np.arange(len(inputs)), offers, actions)

    def applied(
        self,
        actions: Actions,
        inputs: pl.DataFrame,
        known: NDArray[np.bool_],
        said: Callable[[Pairs], NDArray[np.float64]],
    ) -> NDArray[np.float64]:
        """Return what a model says of every customer and action that it knows, NaN of others, shape (n_customers, n_actions).

        Parameters
        ----------
        actions : Actions
        inputs : DataFrame
            With the columns of ``CELL_COLUMNS``.
        known : ndarray of bool, shape (n_actions,)
        said : callable
            Of pairs, one number each; customers who are the same in everything are asked about once.
        """
        customers = self._profiles(inputs, actions)
        group, first = customers.alike()
        place = np.flatnonzero(known)
        offers = actions.table[place].select("template", "channel", "product_id")
        row, column = np.repeat(first, len(place)), np.tile(np.arange(len(place)), len(first))
        p = said(self._pairs(customers, row, offers[column], actions))
        found = np.full((len(inputs), len(actions)), np.nan)
        found[:, place] = p.reshape(len(first), len(place))[group]
        return found

    def _profiles(self, frame: pl.DataFrame, actions: Actions) -> Profiles:
        return Profiles.of(frame, self.edges, actions.products.select("product_id", "family"))

    def _pairs(
        self, customers: Profiles, row: NDArray[np.int64], offers: pl.DataFrame, actions: Actions
    ) -> Pairs:
        told = _with_family(offers.select("template", "channel", "product_id"), actions)
        offered = [_coded(told[name], self.levels[name]) for name in _OF_OFFER]
        place = {name: position for position, name in enumerate(customers.families)}
        family = np.array([place.get(name, -1) for name in told["family"].to_list()], dtype=np.int64)
        own = customers.holds[row, family]
        banded = [_band(customers, name, row) for name in _OF_CUSTOMER]
        others = customers.code("others", row, family)
        x = np.column_stack([*offered, *banded, own, others]).astype(np.float64)
        return Pairs(customers, row, offers, x)


def _with_family(offers: pl.DataFrame, actions: Actions) -> pl.DataFrame:
    families = actions.products.select("product_id", "family")
    return offers.join(families, on="product_id", how="left", maintain_order="left")


def _band(customers: Profiles, name: str, row: NDArray[np.int64]) -> NDArray[np.float64]:
    code = customers.codes[name][row].astype(np.float64)
    return np.where(code == customers.levels(name) - 1, np.nan, code)


def _coded(column: pl.Series, levels: Sequence[str]) -> NDArray[np.float64]:
    place = {name: float(code) for code, name in enumerate(levels)}
    return column.replace_strict(place, default=np.nan, return_dtype=pl.Float64).fill_null(np.nan).to_numpy()
