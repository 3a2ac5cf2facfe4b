"""Customers who have been contacted too often take back their consent to marketing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice
    from zhike.lab.state import State, Traits

__all__ = ["EXCESS", "PLAIN", "withdraw"]

PLAIN: Final = 0.0006
"""Chance a month that a customer takes back consent without being pressed. Invented."""
EXCESS: Final = 0.012
"""Further chance for each contact felt beyond the customer's patience. Invented."""
_MOST: Final = 0.25


def withdraw(dice: Dice, traits: Traits, state: State, month: int) -> NDArray[np.int64]:
    """Return the rows of those who take back their consent this month; their `State.consent` becomes 0.

    Parameters
    ----------
    dice : Dice
    traits, state : Traits, State
    month : int
        Months since 1970-01.

    Returns
    -------
    ndarray of int
        Ascending.
    """
    excess = np.maximum(state.fatigue - traits.patience, 0.0)
    chance = np.minimum(PLAIN + EXCESS * excess, _MOST)
    given = state.here & (state.consent == 1)
    rows = np.flatnonzero(given & dice.happens(chance, "withdrawal", traits.who, month))
    state.consent[rows] = 0
    return rows
