"""What customers need: their features as the world knows them, and the chance that they take something of a family.

The chance is that of a month without any contact. Whether a customer is persuaded by an offer is another matter: see
`zhike.lab.taking`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.shelf import FAMILIES, SHELF
from zhike.lab.traits import FIRM, PROFESSIONAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.lab.state import State, Traits
    from zhike.lab.weather import Weather

__all__ = [
    "FEATURES",
    "bearable",
    "chances",
    "features",
    "has",
    "held",
    "spare_money",
    "yearly_income",
]

BUFFER: Final = 0.3
"""Months of income that stay on the current account: what is above is spare. Invented."""

WINDFALL: Final = 6.0
"""Months of income on the current account from which a customer looks for a use of the money. Invented."""

FEATURES: Final = (
    "money", "windfall", "wealth", "young", "older", "parent", "nest", "price", "quality", "relation", "credit",
    "courage", "digital", "firm", "professional", "strain", "jobless", "content",
)  # fmt: skip
"""What chances and matches are made of: all about 0 for a usual customer and of size 1."""

BASE: Final[Mapping[str, float]] = {
    "deposit": -6.6, "wealth": -7.5, "fund": -6.9, "insurance": -7.2, "card": -6.3, "loan": -7.3, "settlement": -6.0,
    "payment": -5.8,
}  # fmt: skip
"""Logit of taking something of a family in a month, for the usual customer. Invented; sets organic rates of .2 to 1 %."""

NEEDS: Final[Mapping[str, Mapping[str, float]]] = {
    "deposit": {"money": 1.3, "windfall": 2.6, "older": 0.8, "price": 2.5, "courage": -0.2, "content": 0.10},
    "wealth": {"money": 1.3, "windfall": 2.2, "wealth": 0.3, "quality": 2.5, "courage": 0.2, "content": 0.12},
    "fund": {"money": 0.8, "windfall": 1.4, "young": 0.6, "courage": 0.8, "digital": 1.2, "content": 0.08},
    "insurance": {"parent": 1.2, "nest": 0.9, "wealth": 0.3, "relation": 3.0, "older": -0.6, "content": 0.15},
    "card": {"young": 1.0, "digital": 1.0, "quality": 2.0, "credit": 2.0, "strain": 0.8, "older": -1.0, "content": 0.08},
    "loan": {"credit": 4.5, "nest": 1.5, "young": 0.4, "strain": 2.5, "firm": 1.2, "professional": 0.7, "jobless": 0.6,
             "older": -1.0, "money": -0.3},
    "settlement": {"firm": 1.5, "young": 0.8, "jobless": -1.0, "content": 0.10},
    "payment": {"digital": 1.8, "young": 0.9, "firm": 0.9, "professional": 0.6, "older": -0.8},
}  # fmt: skip
"""Shift of that logit by feature. Invented."""

HAVING: Final[Mapping[str, Mapping[str, float]]] = {
    "deposit": {"deposit": -0.2, "wealth": 0.3},
    "wealth": {"wealth": -0.2, "fund": 0.4, "insurance": 0.2},
    "fund": {"fund": -0.1, "wealth": 0.2},
    "insurance": {"insurance": -0.9},
    "card": {"card": -1.5, "loan": 0.2},
    "loan": {"loan": -1.2, "insurance": 0.5},
    "settlement": {"settlement": -2.0, "payment": 0.4, "card": 0.3},
    "payment": {"payment": -1.5, "card": 0.2},
}
"""Shift of the logit of the inner family for those who have something of the outer one: repetition and complements. Invented."""

_YEAR: Final = 12.0
_USUAL_MONEY: Final = 0.8
"""log10(1 + balance / 1,000) of the usual customer: some 5,000 yuan."""
_MEAN_ORIENTATION: Final = 0.25
_MIDDLE: Final = 2.5
_HALF: Final = 0.5
_FAMILY_BITS: Final = [
    np.uint32(sum(1 << int(product) for product in np.flatnonzero(SHELF.family == family)))
    for family in range(len(FAMILIES))
]


def spare_money(state: State, row: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the yuan on the current account that customers do not need for the month, shape (n_rows,)."""
    return np.asarray(np.maximum(state.balance[row] - BUFFER * state.income[row], 0.0))


def yearly_income(state: State, row: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return yuan a year, shape (n_rows,)."""
    return np.asarray(_YEAR * state.income[row], dtype=np.float64)


def held(state: State) -> NDArray[np.uint32]:
    """Return which products each customer has, as bits, shape (n,); see `has`."""
    bits = np.zeros((len(state), 32), dtype=np.uint8)
    np.greater(state.amount, 0.0, out=bits[:, : state.amount.shape[1]], casting="unsafe")
    return np.packbits(bits, axis=1, bitorder="little").view("<u4")[:, 0]


def has(owned: NDArray[np.uint32], family: int) -> NDArray[np.bool_]:
    """Return who has something of a family, shape (n,); ``owned`` as `held` returns it."""
    return np.asarray((owned & _FAMILY_BITS[family]) != 0)


def bearable(traits: Traits) -> NDArray[np.float32]:
    """Return the true level that a customer bears, shape (n,): the lower of tolerance and capacity."""
    return np.minimum(traits.tolerance, traits.capacity)


def features(traits: Traits, state: State, month: int) -> NDArray[np.float32]:
    """Return what chances are made of, shape (n_features, n), in the order of `FEATURES`."""
    age = (month - traits.born).astype(np.float32) / np.float32(_YEAR)
    person = traits.kind != FIRM
    young, older = person & (age < 35), person & (age >= 58)  # noqa: PLR2004 - ages that the names stand for
    nest = person & (state.married > 0) & (age >= 26) & (age < 46)  # noqa: PLR2004 - as above
    thousands = np.maximum(state.balance, 0.0).astype(np.float32) / np.float32(1_000.0)
    return np.stack(
        [
            np.log1p(thousands) / np.float32(np.log(10.0)) - np.float32(_USUAL_MONEY),
            (state.balance > WINDFALL * state.income) & (thousands > _HALF),
            traits.wealth, young, older, person & (state.children > 0), nest,
            traits.price - _MEAN_ORIENTATION, traits.quality - _MEAN_ORIENTATION,
            traits.relation - _MEAN_ORIENTATION, traits.credit - _MEAN_ORIENTATION,
            bearable(traits) - _MIDDLE, traits.digital - _HALF, ~person, traits.kind == PROFESSIONAL,
            state.distress, state.jobless > 0, state.satisfaction,
        ],
        dtype=np.float32, casting="unsafe",
    )  # fmt: skip


def chances(
    feature: NDArray[np.float32], owned: NDArray[np.uint32], state: State, weather: Weather
) -> NDArray[np.float32]:
    """Return the chance that each customer takes something of each family this month without being offered anything.

    Parameters
    ----------
    feature : ndarray of float, shape (n_features, n)
        As `features` returns them.
    owned : ndarray of int, shape (n,)
        As `held` returns it.

    Returns
    -------
    ndarray of float, shape (n_families, n)
        0 for those who are not with the bank.
    """
    having = [has(owned, family).astype(np.float32) for family in range(len(FAMILIES))]
    result = np.empty((len(FAMILIES), len(state)), dtype=np.float32)
    for position, name in enumerate(FAMILIES):
        logit = result[position]
        logit[:] = BASE[name] + weather.season[position]
        for needed, weight in NEEDS[name].items():
            logit += np.float32(weight) * feature[FEATURES.index(needed)]
        for owner, shifts in HAVING.items():
            if name in shifts:
                logit += np.float32(shifts[name]) * having[FAMILIES.index(owner)]
    np.exp(-result, out=result)
    result += np.float32(1.0)
    np.divide(state.here, result, out=result, casting="same_kind")
    return result
