"""Prices of the funds and wealth products on sale: one at the end of each month, from the market's returns."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.facts_frame import days, framed, known, named
from zhike.lab.shelf import FAMILIES, REGIONS, SHELF, TALKING
from zhike.lab.weather import weather_of

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice

__all__ = ["FIRST_PRICED", "prices"]

FIRST_PRICED: Final = 540
"""Month in which every price is 1: January 2015, when the products came on sale."""
_PRICED: Final = np.flatnonzero(np.isin(SHELF.family, [FAMILIES.index(name) for name in ("wealth", "fund")]))
_DAY: Final = 28


def prices(dice: Dice, month: int) -> pl.DataFrame:
    """Return the prices of a month: a function of dice and month, whoever the customers are."""
    day = days(month, np.full(len(_PRICED), _DAY))
    columns = {
        "product_id": named(SHELF.codes, _PRICED), "priced_on": day, "price": np.round(_levels(dice, month)[SHELF.level[_PRICED]], 4),
        "currency": "CNY", "known_at": known(day),
    }  # fmt: skip
    return framed("prices", columns, len(_PRICED))


@lru_cache(maxsize=512)
def _levels(dice: Dice, month: int) -> NDArray[np.float64]:
    """Return the value of one yuan put at each risk level in `FIRST_PRICED`, shape (6,)."""
    quiet = (np.zeros(len(REGIONS)), np.zeros(len(TALKING)))
    value = np.ones(int(SHELF.level.max()) + 1)
    for played in range(FIRST_PRICED, month + 1):
        value = value * (1.0 + weather_of(dice, played, *quiet).returns)
    return np.asarray(value)
